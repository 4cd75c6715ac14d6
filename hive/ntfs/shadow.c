/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Volume shadow copies, as the documentation of libvshadow describes them:
 *
 *	volume + 0x1e00		16	identifier
 *				20	record type, 1
 *				48	offset of the catalog; 0: no copy
 *	catalog, 16 KiB		16	identifier
 *				20	record type, 2
 *				40	offset of the next block, or 0
 *				128	entries of 128 bytes; type 2: a copy
 *
 * All numbers are little-endian, and offsets count from the volume's start.
 */
#include "hive/ntfs/shadow.h"

#include <string.h>

#include "hive/base/bytes.h"

#define HEAD_AT	      0x1e00
#define HEAD_SIZE     128
#define HEAD_TYPE     20
#define HEAD_CATALOG  48
#define CATALOG_SIZE  16384
#define CATALOG_NEXT  40
#define ENTRY_SIZE    128
#define RECORD_VOLUME 1
#define RECORD_BLOCK  2
#define ENTRY_COPY    2

static bool is_record(const uint8_t *record, uint32_t type)
{
	static const uint8_t identifier[16] = { 0x6b, 0x87, 0x08, 0x38,
						0x76, 0xc1, 0x48, 0x4e,
						0xb7, 0xae, 0x04, 0x04,
						0x6e, 0x6c, 0xc7, 0x52 };

	return !memcmp(record, identifier, sizeof(identifier)) &&
	       spp_get32(record + HEAD_TYPE) == type;
}

/*
 * Whether the catalog has an entry; only a complete catalog without one means
 * no copies.
 */
static bool is_used(const uint8_t *catalog)
{
	size_t at;

	if (!is_record(catalog, RECORD_BLOCK) ||
	    spp_get64(catalog + CATALOG_NEXT))
		return true;
	for (at = ENTRY_SIZE; at < CATALOG_SIZE; at += ENTRY_SIZE)
		if (spp_get64(catalog + at) == ENTRY_COPY)
			return true;
	return false;
}

enum spp_status spp_shadow_look(struct spp_overlay *disk, uint64_t off,
				uint64_t size, bool *has, struct spp_error *err)
{
	uint8_t head[HEAD_SIZE], catalog[CATALOG_SIZE];
	enum spp_status st;
	uint64_t at;

	*has = false;
	if (!spp_within(HEAD_AT, sizeof(head), size))
		return SPP_OK;
	st = spp_overlay_read(disk, off + HEAD_AT, head, sizeof(head), err);
	if (st)
		return st;
	at = spp_get64(head + HEAD_CATALOG);
	if (!is_record(head, RECORD_VOLUME) || !at)
		return SPP_OK;
	*has = true;
	if (!spp_within(at, sizeof(catalog), size))
		return SPP_OK;
	st = spp_overlay_read(disk, off + at, catalog, sizeof(catalog), err);
	if (!st)
		*has = is_used(catalog);
	return st;
}
