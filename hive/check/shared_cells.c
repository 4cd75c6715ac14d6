/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/check/shared_cells.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "hive/check/check.h"

#define BLOCK  ((size_t)16 << 10)
#define STRIDE 16 /* words compared at once */

void spp_shared_cells_release(struct spp_shared_cells *watch)
{
	if (!watch)
		return;
	free(watch->cell);
	*watch = (struct spp_shared_cells)SPP_SHARED_CELLS_INIT;
}

enum spp_status spp_shared_cells_add(struct spp_shared_cells *watch,
				     uint32_t offset, uint32_t size,
				     uint32_t owned, struct spp_error *err)
{
	struct spp_shared_cell *grown;
	size_t i;

	for (i = 0; i < watch->count; i++) {
		if (watch->cell[i].offset != offset)
			continue;
		if (watch->cell[i].size < size)
			watch->cell[i].size = size;
		return SPP_OK;
	}
	grown = realloc(watch->cell, (watch->count + 1) * sizeof(*grown));
	if (!grown)
		return spp_nomem(err);
	watch->cell = grown;
	grown[watch->count++] =
		(struct spp_shared_cell){ offset, size, owned, 0 };
	return SPP_OK;
}

/* The number of words in n bytes that point into the cell. */
static uint32_t count_words(const uint8_t *data, size_t n, uint32_t offset,
			    uint32_t size)
{
	uint32_t seen = 0, word;
	size_t i;

	for (i = 0; i + 4 <= n; i += 4) {
		word = spp_get32(data + i);
		seen += word - offset < size && !(word % 8);
	}
	return seen;
}

/*
 * Whether any word in n bytes may point into the range.  A whole hive passes
 * through here: steps of a fixed length without a branch become wide compares,
 * as fast as memory is read.
 */
static bool any_words(const uint8_t *data, size_t n, uint32_t offset,
		      uint32_t size)
{
	uint32_t word[STRIDE], any = 0;
	size_t i, at;

	for (at = 0; n - at >= sizeof(word); at += sizeof(word)) {
		memcpy(word, data + at, sizeof(word));
		for (i = 0; i < STRIDE; i++)
			any |= le32toh(word[i]) - offset < size;
	}
	return any || count_words(data + at, n - at, offset, size);
}

/* The range in which all watched cells lie. */
static void span(const struct spp_shared_cells *watch, uint32_t *offset,
		 uint32_t *size)
{
	uint32_t low = UINT32_MAX, high = 0;
	size_t i;

	for (i = 0; i < watch->count; i++) {
		if (watch->cell[i].offset < low)
			low = watch->cell[i].offset;
		if (watch->cell[i].offset + watch->cell[i].size > high)
			high = watch->cell[i].offset + watch->cell[i].size;
	}
	*offset = low;
	*size = high > low ? high - low : 0;
}

/* One pass serves all cells; only a block with a hit is compared with each. */
void spp_shared_cells_count(struct spp_shared_cells *watch, const uint8_t *data,
			    size_t n)
{
	uint32_t offset, size;
	size_t i, take;

	span(watch, &offset, &size);
	for (; n; data += take, n -= take) {
		take = n < BLOCK ? n : BLOCK;
		if (!any_words(data, take, offset, size))
			continue;
		for (i = 0; i < watch->count; i++)
			watch->cell[i].seen +=
				count_words(data, take, watch->cell[i].offset,
					    watch->cell[i].size);
	}
}

/* Whether the check found another reference to the cell. */
static bool is_shared(const struct spp_check *check,
		      const struct spp_shared_cell *cell)
{
	uint64_t at = spp_file_offset(cell->offset);
	const struct spp_finding *f;
	size_t i;

	if (check->total[SPP_CHECK_SHARED] > SPP_CHECK_KEPT ||
	    check->total[SPP_CHECK_REFERENCE] > SPP_CHECK_KEPT)
		return true; /* not all findings are kept, so assume the worst */
	for (i = 0; i < check->count; i++) {
		f = &check->finding[i];
		if ((f->rule == SPP_CHECK_SHARED ||
		     f->rule == SPP_CHECK_REFERENCE) &&
		    f->offset >= at && f->offset - at < cell->size)
			return true;
	}
	return false;
}

enum spp_status spp_shared_cells_judge(const struct spp_shared_cells *watch,
				       struct spp_regf *hive,
				       struct spp_error *err)
{
	struct spp_check CLEANUP(spp_check_release) check = SPP_CHECK_INIT;
	bool checked = false;
	enum spp_status st;
	size_t i;

	for (i = 0; i < watch->count; i++) {
		if (watch->cell[i].seen <= watch->cell[i].owned)
			continue;
		if (!checked) {
			st = spp_check_run(&check, hive, err);
			if (st)
				return st;
			checked = true;
		}
		if (is_shared(&check, &watch->cell[i]))
			return spp_fail_remedy(
				err, SPP_CORRUPT, SPP_REMEDY_CHECK,
				"it is damaged: cell 0x%x, which the "
				"edit would change, is in use for "
				"something else too",
				watch->cell[i].offset);
	}
	return SPP_OK;
}
