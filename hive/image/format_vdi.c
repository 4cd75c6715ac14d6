/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * VDI; little-endian:
 *
 *   0 a text     64 0xbeda107f   68 version 1.1   72 size of the header
 *  76 type: 1 dynamic, 2 fixed, 3 undo, 4 differencing
 *
 * Source: the file driver of qemu, which documents the header at its top.
 */
#include <string.h>

#include "hive/base/bytes.h"
#include "hive/image/format_private.h"

#define HEAD 512

enum { DYNAMIC = 1, FIXED = 2, UNDO = 3, DIFFERENCING = 4 };

enum spp_status spp_vdi_read(struct spp_image_format *c, struct spp_error *err)
{
	uint8_t head[HEAD];
	enum spp_status st = spp_image_format_bytes(c, 0, head, HEAD, err);
	uint32_t type;

	if (st)
		return st;
	if (spp_get32(head + 64) != 0xbeda107f)
		return spp_fail(err, SPP_NOTHIVE, "'%s' is not a VDI image",
				c->label);
	if (spp_get32(head + 68) != 0x00010001)
		return spp_image_format_unknown(c, "another version than 1.1",
						err);
	type = spp_get32(head + 76);
	if (type == UNDO || type == DIFFERENCING)
		c->flags |= SPP_IMAGE_CHILD;
	else if (type != DYNAMIC && type != FIXED)
		return spp_image_format_bad(c, "the type of the image", err);
	return SPP_OK;
}
