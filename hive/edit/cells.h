/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Taking and freeing cells, and the only way to change bytes of a hive.
 *
 *   hbin  0 "hbin"  4 offset  8 size  20 FILETIME (first bin)  32 cells ...
 *   cell  0 size: negative in use, positive free; a multiple of 8, itself
 *         included; cells fill their bin without gaps
 *
 * Every byte that an edit may change is entered in a ledger when it is opened
 * for writing; the proof before a commit accepts no other difference.
 */
#ifndef HIVE_CELLS_H
#define HIVE_CELLS_H

#include "hive/base/ranges.h"
#include "hive/check/shared_cells.h"
#include "hive/regf/regf.h"

struct spp_cells {
	struct spp_regf *hive;	       /* borrowed */
	struct spp_ranges ledger;      /* file ranges */
	uint32_t hint;		       /* look for room near this cell first */
	struct spp_shared_cells watch; /* cells that the edit takes over */
};

void spp_cells_release(struct spp_cells *cells);

/* Opens n bytes at a file offset for writing; NULL on failure. */
uint8_t *spp_cells_write(struct spp_cells *cells, uint64_t off, size_t n,
			 struct spp_error *err);

/* n bytes for writing, at byte `at` of the payload of the cell at offset. */
uint8_t *spp_cells_payload(struct spp_cells *cells, uint32_t offset, size_t at,
			   size_t n, struct spp_error *err);

/*
 * Takes a cell with room for size bytes: from a free cell near the hint, else
 * from any free cell, else from a new bin.  Its payload is zero.
 */
enum spp_status spp_cells_alloc(struct spp_cells *cells, size_t size,
				uint32_t *offset, struct spp_error *err);

/* Frees a cell and joins it with free neighbours, as Windows does. */
enum spp_status spp_cells_free(struct spp_cells *cells, uint32_t offset,
			       struct spp_error *err);

/*
 * Finds the bin of a cell: offset of its header, and its size.  Searches the
 * page headers before the cell and accepts a bin only if its cells lead to
 * exactly this one, and no other bin's do: data can imitate a bin.
 */
enum spp_status spp_cells_bin(const struct spp_regf *hive, uint32_t cell,
			      uint32_t *bin, uint32_t *size,
			      struct spp_error *err);

#endif
