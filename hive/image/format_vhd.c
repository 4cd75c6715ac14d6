/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * VHD, which qemu calls vpc: a footer of 512 bytes at the end of the file,
 * copied to the beginning of a dynamic image; big-endian:
 *
 *   0 "conectix"  12 version 1.0   16 offset of the dynamic header
 *  48 size        60 type: 2 fixed, 3 dynamic, 4 differencing
 *  64 checksum: the complement of the sum of all other bytes
 *  84 whether the machine is in saved state
 *
 * Source: Virtual Hard Disk Image Format Specification, "Hard Disk Footer
 * Format".
 */
#include <string.h>

#include "hive/base/bytes.h"
#include "hive/image/format_private.h"

#define FOOTER 512

enum { FIXED = 2, DYNAMIC = 3, DIFFERENCING = 4 };

static bool is_footer(const uint8_t *footer)
{
	uint32_t sum = 0;
	int i;

	for (i = 0; i < FOOTER; i++)
		if (i < 64 || i >= 68)
			sum += footer[i];
	return !memcmp(footer, "conectix", 8) &&
	       spp_get32be(footer + 64) == ~sum;
}

/* Looks in qemu's order: a file that begins with a footer is dynamic. */
static enum spp_status find_footer(const struct spp_image_format *c,
				   uint8_t *footer, bool *fixed,
				   struct spp_error *err)
{
	enum spp_status st = spp_image_format_bytes(c, 0, footer, FOOTER, err);

	if (st)
		return st;
	*fixed = memcmp(footer, "conectix", 8) != 0;
	if (*fixed)
		st = spp_image_format_bytes(c, c->file_size - FOOTER, footer,
					    FOOTER, err);
	if (!st && memcmp(footer, "conectix", 8))
		return spp_fail(err, SPP_NOTHIVE, "'%s' is not a VHD image",
				c->label);
	if (!st && !is_footer(footer))
		st = spp_image_format_bad(c, "the checksum of its footer", err);
	return st;
}

enum spp_status spp_vhd_read(struct spp_image_format *c, struct spp_error *err)
{
	uint8_t footer[FOOTER];
	bool fixed = false;
	enum spp_status st = find_footer(c, footer, &fixed, err);
	uint32_t type;

	if (st)
		return st;
	if (spp_get32be(footer + 12) >> 16 != 1)
		return spp_image_format_unknown(c, "another version than 1",
						err);
	type = spp_get32be(footer + 60);
	if (type == DIFFERENCING)
		c->flags |= SPP_IMAGE_CHILD;
	else if (type != (fixed ? FIXED : DYNAMIC))
		return spp_image_format_bad(c, "the type of the disk", err);
	if (footer[84])
		c->flags |= SPP_IMAGE_SAVED;
	return SPP_OK;
}
