/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/edit/cells.h"

#include <string.h>

#include "hive/base/bytes.h"

void spp_cells_release(struct spp_cells *cells)
{
	if (!cells)
		return;
	spp_ranges_release(&cells->ledger);
	spp_shared_cells_release(&cells->watch);
}

uint8_t *spp_cells_write(struct spp_cells *cells, uint64_t off, size_t n,
			 struct spp_error *err)
{
	if (spp_ranges_add(&cells->ledger, off, n, err))
		return NULL;
	return spp_pages_edit(cells->hive->pages, off, n, err);
}

uint8_t *spp_cells_payload(struct spp_cells *cells, uint32_t offset, size_t at,
			   size_t n, struct spp_error *err)
{
	struct spp_cell cell;

	if (spp_regf_cell(cells->hive, offset, at + n, &cell, err))
		return NULL;
	return spp_cells_write(cells, spp_file_offset(offset) + 4 + at, n, err);
}

/*
 * Pages searched backwards for the bin of a cell, and for a second bin that
 * claims it as well.  A bin is as large as its largest cell needs, so a bin
 * further away would have to hold a value of more than a MiB.
 */
#define LOOK_BEHIND 256

/* Reads the header of the bin at off; SPP_CORRUPT if there is none. */
static enum spp_status bin_at(const struct spp_regf *hive, uint32_t off,
			      uint32_t *size, struct spp_error *err)
{
	const uint8_t *p;

	p = spp_pages_at(hive->pages, spp_file_offset(off), SPP_BIN_HEAD, err);
	if (!p)
		return SPP_IO;
	*size = spp_get32(p + 8);
	if (memcmp(p, "hbin", 4) || spp_get32(p + 4) != off || !*size ||
	    *size % SPP_PAGE || !spp_within(off, *size, hive->base.bins_size))
		return spp_fail(err, SPP_CORRUPT, "no bin at 0x%x", off);
	return SPP_OK;
}

/* Size and state of the cell at off, inside the bin that ends at end. */
static enum spp_status cell_at(const struct spp_regf *hive, uint32_t off,
			       uint32_t end, uint32_t *size, bool *used,
			       struct spp_error *err)
{
	const uint8_t *p;
	uint32_t raw;

	p = spp_pages_at(hive->pages, spp_file_offset(off), 4, err);
	if (!p)
		return SPP_IO;
	raw = spp_get32(p);
	*used = raw & 0x80000000u;
	*size = *used ? 0u - raw : raw;
	if (*size < 8 || *size % 8 || *size > end - off)
		return spp_fail(err, SPP_CORRUPT,
				"cell 0x%x has the impossible size %u", off,
				*size);
	return SPP_OK;
}

/* Whether the cells from the bin's head lead to cell. */
static bool leads_to(const struct spp_regf *hive, uint32_t bin, uint32_t size,
		     uint32_t cell)
{
	uint32_t at = bin + SPP_BIN_HEAD, step;
	bool used;

	while (at < cell) {
		if (cell_at(hive, at, bin + size, &step, &used, NULL))
			return false;
		at += step;
	}
	return at == cell && cell < bin + size;
}

enum spp_status spp_cells_bin(const struct spp_regf *hive, uint32_t cell,
			      uint32_t *bin, uint32_t *size,
			      struct spp_error *err)
{
	uint32_t at = cell - cell % SPP_PAGE, room, behind = 0;
	uint32_t found = SPP_NOWHERE, found_size = 0;
	int tries = 8; /* attempts: data may look like a header */

	for (; tries && behind <= LOOK_BEHIND; at -= SPP_PAGE) {
		behind += found != SPP_NOWHERE;
		if (!bin_at(hive, at, &room, NULL) && cell - at < room) {
			tries--;
			if (leads_to(hive, at, room, cell)) {
				if (found != SPP_NOWHERE)
					return spp_fail(
						err, SPP_CORRUPT,
						"cell 0x%x is in two bins",
						cell);
				found = at;
				found_size = room;
			}
		}
		if (!at)
			break;
	}
	if (found == SPP_NOWHERE || !tries)
		return spp_fail(err, SPP_CORRUPT, "cell 0x%x is not in any bin",
				cell);
	*bin = found;
	*size = found_size;
	return SPP_OK;
}

/* Writes the size field that makes [off, off + size) one cell. */
static enum spp_status put_size(struct spp_cells *cells, uint32_t off,
				uint32_t size, bool used, struct spp_error *err)
{
	uint8_t *p = spp_cells_write(cells, spp_file_offset(off), 4, err);

	if (!p)
		return SPP_IO;
	spp_put32(p, used ? 0u - size : size);
	return SPP_OK;
}

/*
 * Takes need bytes from the front of a free cell of room bytes.  Both are
 * multiples of 8, so what is left is a cell.
 */
static enum spp_status carve(struct spp_cells *cells, uint32_t off,
			     uint32_t room, uint32_t need,
			     struct spp_error *err)
{
	enum spp_status st;
	uint8_t *p;

	p = spp_cells_write(cells, spp_file_offset(off), need, err);
	if (!p)
		return SPP_IO;
	memset(p, 0, need);
	st = put_size(cells, off, need, true, err);
	if (!st && need < room)
		st = put_size(cells, off + need, room - need, false, err);
	return st;
}

/* The first free cell of the bin that is large enough; SPP_NOTFOUND if none. */
static enum spp_status room_in_bin(struct spp_cells *cells, uint32_t bin,
				   uint32_t size, uint32_t need,
				   uint32_t *offset, struct spp_error *err)
{
	uint32_t at = bin + SPP_BIN_HEAD, end = bin + size, step;
	enum spp_status st;
	bool used;

	for (; at < end; at += step) {
		st = cell_at(cells->hive, at, end, &step, &used, err);
		if (st)
			return st;
		if (used || step < need)
			continue;
		*offset = at;
		/*
		 * The cell claims to be free; watch that nothing refers to it.
		 */
		st = spp_shared_cells_add(&cells->watch, at, need, 0, err);
		return st ? st : carve(cells, at, step, need, err);
	}
	return SPP_NOTFOUND;
}

static enum spp_status room_in_hive(struct spp_cells *cells, uint32_t need,
				    uint32_t *offset, struct spp_error *err)
{
	const struct spp_regf *hive = cells->hive;
	uint32_t bin, size;
	enum spp_status st = spp_pages_load(hive->pages, err);

	if (st)
		return st;
	for (bin = 0; bin < hive->base.bins_size; bin += size) {
		st = bin_at(hive, bin, &size, err);
		if (!st)
			st = room_in_bin(cells, bin, size, need, offset, err);
		if (st != SPP_NOTFOUND)
			return st;
	}
	return SPP_NOTFOUND;
}

/*
 * Adds a bin at the end of the bins, in the file's padding as far as there is
 * some.
 */
static enum spp_status new_bin(struct spp_cells *cells, uint32_t need,
			       uint32_t *offset, struct spp_error *err)
{
	struct spp_regf *hive = cells->hive;
	uint32_t bin = hive->base.bins_size, size;
	enum spp_status st;
	uint8_t *p;

	size = (need + SPP_BIN_HEAD + SPP_PAGE - 1) / SPP_PAGE * SPP_PAGE;
	if (size > SPP_HIVE_MAX - SPP_BASE_BLOCK - bin)
		return spp_fail(err, SPP_LIMIT, "hive would pass 2 GiB");
	st = spp_pages_grow(hive->pages, spp_file_offset(bin) + size, err);
	if (st)
		return st;
	p = spp_cells_write(cells, spp_file_offset(bin), size, err);
	if (!p)
		return SPP_IO;
	memset(p, 0, size);
	memcpy(p, "hbin", 4);
	spp_put32(p + 4, bin);
	spp_put32(p + 8, size);
	hive->base.bins_size += size;
	*offset = bin + SPP_BIN_HEAD;
	st = put_size(cells, *offset, size - SPP_BIN_HEAD, false, err);
	if (!st)
		st = carve(cells, *offset, size - SPP_BIN_HEAD, need, err);
	return st;
}

enum spp_status spp_cells_alloc(struct spp_cells *cells, size_t size,
				uint32_t *offset, struct spp_error *err)
{
	uint32_t bin, room, need;
	enum spp_status st = SPP_NOTFOUND;

	if (size > SPP_DATA_MAX)
		return spp_fail(err, SPP_LIMIT, "a cell of %zu bytes", size);
	need = ((uint32_t)size + 4 + 7) / 8 * 8;
	if (!spp_cells_bin(cells->hive, cells->hint, &bin, &room, NULL))
		st = room_in_bin(cells, bin, room, need, offset, err);
	if (st == SPP_NOTFOUND)
		st = room_in_hive(cells, need, offset, err);
	if (st == SPP_NOTFOUND)
		st = new_bin(cells, need, offset, err);
	return st;
}

enum spp_status spp_cells_free(struct spp_cells *cells, uint32_t offset,
			       struct spp_error *err)
{
	const struct spp_regf *hive = cells->hive;
	uint32_t bin, room, end, at, step, before = SPP_NOWHERE, size;
	struct spp_cell cell;
	enum spp_status st;
	bool used;

	st = spp_regf_cell(hive, offset, 0, &cell, err);
	if (!st)
		st = spp_cells_bin(hive, offset, &bin, &room, err);
	if (st)
		return st;
	end = bin + room;
	for (at = bin + SPP_BIN_HEAD; at < offset; at += step) {
		st = cell_at(hive, at, end, &step, &used, err);
		if (st)
			return st;
		before = used ? SPP_NOWHERE : at;
	}
	size = cell.size + 4;
	if (offset + size < end) {
		st = cell_at(hive, offset + size, end, &step, &used, err);
		if (st)
			return st;
		if (!used)
			size += step;
	}
	if (before == SPP_NOWHERE)
		return put_size(cells, offset, size, false, err);
	/*
	 * The cell's own head is now inside another one; clear its in-use sign.
	 */
	st = put_size(cells, offset, size, false, err);
	if (!st)
		st = put_size(cells, before, size + (offset - before), false,
			      err);
	return st;
}
