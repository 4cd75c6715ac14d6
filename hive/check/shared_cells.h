/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether the cells that an edit takes over belong to one owner only.
 *
 * In a sound hive exactly one 32-bit word refers to a value, its data or a
 * value list, and none points into the middle of them; nothing refers to a free
 * cell.  Counting all words of a hive that point into such a range is cheap.
 * If there are more, by accident or because cells are shared or overlap, the
 * full check finds out which.
 *
 *	struct spp_shared_cells watch = SPP_SHARED_CELLS_INIT;
 *
 *	spp_shared_cells_add(&watch, offset, size, 1, err);	each cell taken over
 *	spp_shared_cells_count(&watch, bytes, n);	all bytes of the bins
 *	spp_shared_cells_judge(&watch, &hive, err);	SPP_CORRUPT if one is shared
 *	spp_shared_cells_release(&watch);
 */
#ifndef HIVE_WATCH_H
#define HIVE_WATCH_H

#include "hive/regf/regf.h"

struct spp_shared_cell {
	uint32_t offset;
	uint32_t size; /* in bytes, with the cell's head */
	uint32_t
		owned; /* words that should point into it: 1, or 0 if it is free */
	uint32_t seen; /* words that do point into it */
};

struct spp_shared_cells {
	struct spp_shared_cell *cell;
	size_t count;
};

#define SPP_SHARED_CELLS_INIT \
	{                     \
		NULL, 0       \
	}

void spp_shared_cells_release(struct spp_shared_cells *watch);
enum spp_status spp_shared_cells_add(struct spp_shared_cells *watch,
				     uint32_t offset, uint32_t size,
				     uint32_t owned, struct spp_error *err);
/* data must be aligned to 4 bytes; n is a multiple of 4. */
void spp_shared_cells_count(struct spp_shared_cells *watch, const uint8_t *data,
			    size_t n);
enum spp_status spp_shared_cells_judge(const struct spp_shared_cells *watch,
				       struct spp_regf *hive,
				       struct spp_error *err);

#endif
