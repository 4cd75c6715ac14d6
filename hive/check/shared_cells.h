/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether the cells that an edit takes over belong to one owner only.
 *
 * In a sound hive a value, its data and a value list are each referred to by
 * one 32-bit word, and by none into their middle; a free cell is referred to
 * by none at all.  Counting the words of a whole hive that lie in such a range
 * is cheap; where there are more, by accident or because cells are shared or
 * overlap, the full check tells which.
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
	uint32_t size;	/* bytes, the head of the cell included */
	uint32_t owned; /* words that rightly lead into it: 1, or 0 if free */
	uint32_t seen;	/* words that do */
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
