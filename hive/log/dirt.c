/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Logs before Windows 8.1.  After the copy of the base block, at byte 512:
 * "DIRT" and a bitmap with a bit for each 512 bytes of the bins.  From the next
 * multiple of 512 on: the pieces of the bins whose bits are set.
 */
#include "hive/log/private.h"

#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"

#define MAP_HEAD 4

static enum spp_status apply_pages(struct spp_pages *pages,
				   const struct spp_log_file *log,
				   const uint8_t *map, uint32_t bits,
				   struct spp_log_use *use,
				   struct spp_error *err)
{
	uint64_t map_end = SPP_SECTOR + MAP_HEAD + (uint64_t)bits / 8;
	uint64_t at = (map_end + SPP_SECTOR - 1) / SPP_SECTOR * SPP_SECTOR;
	const struct spp_source *source = log->source;
	enum spp_status st = SPP_OK;
	uint8_t page[SPP_SECTOR];
	uint32_t i;

	for (i = 0; !st && i < bits; i++) {
		if (!(map[i / 8] & 1 << i % 8))
			continue;
		if (!spp_within(at, SPP_SECTOR, source->size))
			return spp_fail_remedy(
				err, SPP_DIRTY, SPP_REMEDY_DISCARD_LOGS,
				"hive is dirty and its log ends before its "
				"last page; boot Windows once");
		st = source->read(source->ctx, at, page, SPP_SECTOR, err);
		if (!st)
			st = spp_log_put(pages,
					 SPP_BASE_BLOCK +
						 (uint64_t)i * SPP_SECTOR,
					 page, SPP_SECTOR, use, err);
		at += SPP_SECTOR;
	}
	return st;
}

enum spp_status spp_log_apply_old(struct spp_pages *pages,
				  const struct spp_log_file *log,
				  struct spp_replay *replay,
				  struct spp_log_use *use,
				  struct spp_error *err)
{
	const struct spp_source *source = log->source;
	uint32_t bins_size = log->base.bins_size;
	uint32_t bits = bins_size / SPP_SECTOR;
	size_t size = MAP_HEAD + (size_t)bits / 8;
	enum spp_status st;
	uint8_t *map;

	if (!bins_size || bins_size % SPP_PAGE ||
	    !spp_within(SPP_SECTOR, size, source->size))
		return SPP_OK;
	map = malloc(size);
	if (!map)
		return spp_nomem(err);
	st = source->read(source->ctx, SPP_SECTOR, map, size, err);
	if (!st && !memcmp(map, "DIRT", MAP_HEAD)) {
		st = spp_log_grow(pages, log, bins_size, err);
		if (!st)
			st = spp_log_put_base(pages, 40, bins_size, err);
		if (!st)
			st = apply_pages(pages, log, map + MAP_HEAD, bits, use,
					 err);
		use->entries = 1;
		replay->last_seq = log->base.seq1;
	}
	free(map);
	return st;
}
