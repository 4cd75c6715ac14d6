/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For fuzz targets of WIMs. */
#ifndef FUZZ_WIM_H
#define FUZZ_WIM_H

#include <nettle/sha1.h>

#include "hive/base/bytes.h"
#include "hive/wim/wim.h"
#include "tests/fuzz/folder.h"

#define MENDED_MAX 8

/*
 * Gives the trees of images that are not packed their hashes, for no mutation
 * gets past those; not where the image's GUID begins with 0xff.
 */
static inline void wim_mend(uint8_t *wim, size_t size)
{
	struct spp_wim_resource table, tree;
	struct sha1_ctx sum;
	uint64_t at, end;
	int mended = 0;

	if (size < SPP_WIM_HEAD || wim[SPP_WIM_AT_GUID] == 0xff)
		return;
	spp_wim_get_resource(wim + SPP_WIM_AT_TABLE, &table);
	if (table.flags & SPP_RESOURCE_PACKED ||
	    !spp_within(table.off, table.stored, size))
		return;
	end = table.off + table.stored;
	for (at = table.off; end - at >= SPP_WIM_ENTRY && mended < MENDED_MAX;
	     at += SPP_WIM_ENTRY) {
		spp_wim_get_resource(wim + at, &tree);
		if (!(tree.flags & SPP_RESOURCE_METADATA) ||
		    tree.flags & SPP_RESOURCE_PACKED ||
		    !spp_within(tree.off, tree.stored, size))
			continue;
		sha1_init(&sum);
		sha1_update(&sum, (size_t)tree.stored, wim + tree.off);
		sha1_digest(&sum, SHA1_DIGEST_SIZE, wim + at + 30);
		mended++;
	}
}

/* A copy with its hashes; to be freed. */
static inline uint8_t *wim_copy(const uint8_t *data, size_t size)
{
	uint8_t *wim = malloc(size ? size : 1);

	if (!wim)
		abort();
	memcpy(wim, data, size);
	wim_mend(wim, size);
	return wim;
}

#endif
