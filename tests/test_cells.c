/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/edit/cells.h"

#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "tests/bed.h"
#include "tests/unit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* What the bins hold, by going through them from the first one on. */
struct sum {
	uint64_t used, free;   /* bytes */
	uint32_t cells, pairs; /* pairs: free cells side by side */
	bool whole;
};

/* Goes through all cells; each is given to look(), with its bin. */
static struct sum survey(struct bed *bed,
			 void (*look)(struct bed *bed, uint32_t cell,
				      uint32_t size, uint32_t bin,
				      uint32_t bin_size))
{
	uint32_t bins = bed->hive.base.bins_size, bin, at, raw, size, bin_size;
	struct sum sum = { 0 };
	bool was_free;

	for (bin = 0; bin < bins; bin += bin_size) {
		const uint8_t *p =
			spp_pages_at(bed->pages, bin + 4096u, 32, NULL);

		bin_size = p ? spp_get32(p + 8) : 0;
		if (!p || memcmp(p, "hbin", 4) || spp_get32(p + 4) != bin ||
		    !bin_size || bin_size % 4096 || bin_size > bins - bin)
			return sum;
		was_free = false;
		for (at = bin + 32; at < bin + bin_size; at += size) {
			p = spp_pages_at(bed->pages, at + 4096u, 4, NULL);
			raw = p ? spp_get32(p) : 0;
			size = raw & 0x80000000u ? 0u - raw : raw;
			if (size < 8 || size % 8 || size > bin + bin_size - at)
				return sum;
			sum.cells++;
			if (size == raw) {
				sum.free += size;
				sum.pairs += was_free;
			} else {
				sum.used += size;
			}
			was_free = size == raw;
			if (look)
				look(bed, at, size, bin, bin_size);
		}
	}
	sum.whole = true;
	return sum;
}

static unsigned int wrong_bins;

static void look_for_bin(struct bed *bed, uint32_t cell, uint32_t size,
			 uint32_t bin, uint32_t bin_size)
{
	uint32_t found = 1, found_size = 0;

	if (spp_cells_bin(&bed->hive, cell, &found, &found_size, NULL) ||
	    found != bin || found_size != bin_size)
		wrong_bins++;
	/* The middle of a cell is in no bin. */
	if (size > 8 &&
	    !spp_cells_bin(&bed->hive, cell + 8, &found, &found_size, NULL))
		wrong_bins++;
}

/* Each cell of a hive is found in its bin. */
static void find_bins(const char *path, const char *name)
{
	struct bed bed;

	CU_ASSERT_EQUAL(bed_open(&bed, path), SPP_OK);
	wrong_bins = 0;
	UNIT_ROW(survey(&bed, look_for_bin).whole, name);
	UNIT_ROW(!wrong_bins, name);
	bed_close(&bed);
}

static void every_cell_finds_its_bin(void)
{
	static const char *const hives[] = {
		"kms-primary.hive", "big-sibling.hive", "minor3.hive",
		"full-bins.hive",   "slack.hive",	"many-values.hive"
	};
	size_t i;

	for (i = 0; i < COUNT(hives); i++)
		find_bins(unit_fixture(hives[i]), hives[i]);
}

static void every_real_cell_too(void)
{
	static const char *const hives[] = { "ez-registry/NTUSER1.DAT",
					     "nt-hive/testhive",
					     "aiowinreg/nt/software.reg" };
	const char *path;
	size_t i;

	for (i = 0; i < COUNT(hives); i++) {
		path = unit_real(hives[i]);
		if (!path)
			return;
		find_bins(path, hives[i]);
	}
}

/* A hive with a value that spans pages; its bytes stay those of the bed. */
static unsigned char *open_spanning(struct bed *bed, struct spp_slot *slot)
{
	unsigned char *bytes;
	struct spp_key key;
	size_t n;

	bytes = unit_slurp(unit_fixture("minor3.hive"), &n);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	CU_ASSERT_EQUAL(bed_take(bed, bytes, n), SPP_OK);
	key = bed_key(&bed->hive, BED_SPP);
	CU_ASSERT_EQUAL_FATAL(
		spp_key_value(&bed->hive, &key, "PolicyCache", slot, NULL),
		SPP_OK);
	return bytes;
}

/* A page of data may look like the header of a bin, but leads nowhere. */
static void data_is_no_bin(void)
{
	uint32_t bin, size, cell = SPP_NOWHERE, at;
	struct spp_slot slot;
	struct bed bed;
	unsigned char *bytes = open_spanning(&bed, &slot);

	/* Headers on each page of its 39,472 bytes of data. */
	for (at = slot.data_offset / 4096 * 4096 + 4096;
	     at < slot.data_offset + slot.size; at += 4096) {
		memcpy(bytes + 4096 + at, "hbin", 4);
		spp_put32(bytes + 4096 + at + 4, at);
		spp_put32(bytes + 4096 + at + 8, 4096);
		cell = slot.data_offset;
	}
	CU_ASSERT_NOT_EQUAL(cell, SPP_NOWHERE);
	wrong_bins = 0;
	CU_ASSERT_TRUE(survey(&bed, look_for_bin).whole);
	CU_ASSERT_EQUAL(wrong_bins, 0);
	CU_ASSERT_EQUAL(spp_cells_bin(&bed.hive, SPP_NOWHERE - 7, &bin, &size,
				      &bed.err),
			SPP_CORRUPT);
	CU_ASSERT_EQUAL(bed.err.status, SPP_CORRUPT);
	bed_close(&bed);
}

/* A bin at fake whose only cell is free and ends at end. */
static void put_fake(unsigned char *bytes, uint32_t fake, uint32_t end,
		     uint32_t claims)
{
	memcpy(bytes + 4096 + fake, "hbin", 4);
	spp_put32(bytes + 4096 + fake + 4, claims);
	spp_put32(bytes + 4096 + fake + 8, 4096);
	spp_put32(bytes + 4096 + fake + 32, end - fake - 32);
}

/*
 * Data that is a bin to look at, whose cells lead to the next real one: if
 * it were believed, other values would be put into the middle of this one.
 */
static void bins_inside_cells_are_refused(void)
{
	uint32_t bin = 1, size, end, fake;
	struct bed bed;
	struct spp_cells CLEANUP(spp_cells_release)
		cells = { .hive = &bed.hive };
	struct spp_slot slot;
	struct spp_cell cell;
	unsigned char *bytes;
	size_t n;

	open_spanning(&bed, &slot);
	CU_ASSERT_EQUAL(
		spp_regf_cell(&bed.hive, slot.data_offset, 0, &cell, NULL),
		SPP_OK);
	end = slot.data_offset + cell.size + 4;
	CU_ASSERT_EQUAL(spp_cells_bin(&bed.hive, end, &bin, &size, NULL),
			SPP_OK);
	CU_ASSERT_TRUE(bin < slot.data_offset);
	bed_close(&bed);
	fake = end / 4096 * 4096;
	bytes = unit_slurp(unit_fixture("minor3.hive"), &n);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	put_fake(bytes, fake, end, fake);
	CU_ASSERT_EQUAL(bed_take(&bed, bytes, n), SPP_OK);
	CU_ASSERT_EQUAL(spp_cells_bin(&bed.hive, end, &bin, &size, &bed.err),
			SPP_CORRUPT);
	CU_ASSERT_EQUAL(bed.err.status, SPP_CORRUPT);
	cells.hint = end;
	CU_ASSERT_EQUAL(spp_cells_alloc(&cells, 40, &bin, NULL), SPP_OK);
	CU_ASSERT_TRUE(bin < slot.data_offset || bin >= end);
	bed_close(&bed);
	/* The data of a value is often a piece of another hive. */
	bytes = unit_slurp(unit_fixture("minor3.hive"), &n);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	put_fake(bytes, fake, end, fake + 4096);
	CU_ASSERT_EQUAL(bed_take(&bed, bytes, n), SPP_OK);
	CU_ASSERT_EQUAL(spp_cells_bin(&bed.hive, end, &bin, &size, NULL),
			SPP_OK);
	CU_ASSERT_TRUE(bin < slot.data_offset);
	bed_close(&bed);
}

static void rooms_are_taken_near_the_hint(void)
{
	struct bed bed;
	struct spp_cells CLEANUP(spp_cells_release)
		cells = { .hive = &bed.hive };
	struct spp_key key;
	uint32_t bin, size, cell, had;

	CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture("remnants.hive")), SPP_OK);
	key = bed_key(&bed.hive, BED_SPP);
	had = bed.hive.base.bins_size;
	cells.hint = key.offset;
	CU_ASSERT_EQUAL(spp_cells_bin(&bed.hive, key.offset, &bin, &size, NULL),
			SPP_OK);
	CU_ASSERT_EQUAL(spp_cells_alloc(&cells, 40, &cell, NULL), SPP_OK);
	CU_ASSERT_TRUE(cell > bin && cell < bin + size);
	CU_ASSERT_EQUAL(bed.hive.base.bins_size, had);
	CU_ASSERT_TRUE(survey(&bed, NULL).whole);
	bed_close(&bed);
}

/* Sizes around the edges of cells, where there is no room. */
static void sizes_of_cells(void)
{
	static const struct {
		size_t size;
		uint32_t cell; /* bytes, its size field included */
	} rows[] = {
		{ 0, 8 },	{ 1, 8 },	{ 4, 8 },
		{ 5, 16 },	{ 12, 16 },	{ 13, 24 },
		{ 4060, 4064 }, { 4061, 4072 }, { SPP_VALUE_MAX, 16352 },
	};
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_cell cell;
	uint32_t offset, had;
	struct bed bed;
	struct spp_cells most = { .hive = &bed.hive };
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_cells CLEANUP(spp_cells_release)
			cells = { .hive = &bed.hive };
		char row[32];

		snprintf(row, sizeof(row), "%zu", rows[i].size);
		CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture("full-bins.hive")),
				SPP_OK);
		had = bed.hive.base.bins_size;
		UNIT_ROW(!spp_cells_alloc(&cells, rows[i].size, &offset, NULL),
			 row);
		UNIT_ROW(!spp_regf_cell(&bed.hive, offset, rows[i].size, &cell,
					NULL),
			 row);
		UNIT_ROW(cell.size + 4 == rows[i].cell, row);
		UNIT_ROW(bed.hive.base.bins_size - had ==
				 (rows[i].cell + 32 + 4095) / 4096 * 4096,
			 row);
		UNIT_ROW(survey(&bed, NULL).whole, row);
		bed_close(&bed);
	}
	CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture("full-bins.hive")), SPP_OK);
	struct spp_cells cells = { .hive = &bed.hive };
	CU_ASSERT_EQUAL(
		spp_cells_alloc(&cells, SPP_DATA_MAX + 1, &offset, &err),
		SPP_LIMIT);
	CU_ASSERT_EQUAL(spp_cells_alloc(&most, SIZE_MAX, &offset, NULL),
			SPP_LIMIT);
	spp_cells_release(&most);
	spp_cells_release(NULL);
	bed_close(&bed);
}

/* Four cells in a row, given back in every order: one free cell is left. */
static void free_cells_are_joined(void)
{
	uint32_t cell[4], i, k, order, pick;
	struct sum before, after;
	struct bed bed;

	for (order = 0; order < 256; order++) {
		struct spp_cells CLEANUP(spp_cells_release)
			cells = { .hive = &bed.hive };
		bool freed[4] = { false };

		CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture("full-bins.hive")),
				SPP_OK);
		before = survey(&bed, NULL);
		for (i = 0; i < 4; i++)
			spp_cells_alloc(&cells, 100 * (i + 1), &cell[i], NULL);
		for (i = 0; i < 8; i++) {
			pick = order >> 2 * (i % 4) & 3;
			for (k = 0; k < 4 && freed[pick]; k++)
				pick = (pick + 1) % 4;
			if (freed[pick])
				continue;
			freed[pick] = true;
			CU_ASSERT_EQUAL(
				spp_cells_free(&cells, cell[pick], NULL),
				SPP_OK);
			CU_ASSERT_EQUAL(survey(&bed, NULL).pairs, 0);
		}
		after = survey(&bed, NULL);
		CU_ASSERT_TRUE(after.whole);
		CU_ASSERT_EQUAL(after.used, before.used);
		CU_ASSERT_EQUAL(after.cells, before.cells + 1);
		CU_ASSERT_EQUAL(after.free, 4096 - 32);
		bed_close(&bed);
	}
}

/* A hole is used by what just fits, and not by what is 8 bytes larger. */
static void holes_are_filled(void)
{
	struct bed bed;
	struct spp_cells CLEANUP(spp_cells_release)
		cells = { .hive = &bed.hive };
	uint32_t cell[3], again, had;

	CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture("full-bins.hive")), SPP_OK);
	/* One new bin, filled with three cells. */
	CU_ASSERT_EQUAL(spp_cells_alloc(&cells, 1000, &cell[0], NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_cells_alloc(&cells, 100, &cell[1], NULL), SPP_OK);
	CU_ASSERT_EQUAL(
		spp_cells_alloc(&cells, 4064 - 1008 - 104 - 4, &cell[2], NULL),
		SPP_OK);
	had = bed.hive.base.bins_size;
	CU_ASSERT_EQUAL(survey(&bed, NULL).free, 0);
	CU_ASSERT_EQUAL(spp_cells_free(&cells, cell[1], NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_cells_alloc(&cells, 100, &again, NULL), SPP_OK);
	CU_ASSERT_EQUAL(again, cell[1]);
	CU_ASSERT_EQUAL(bed.hive.base.bins_size, had);
	CU_ASSERT_EQUAL(spp_cells_free(&cells, again, NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_cells_alloc(&cells, 101, &again, NULL), SPP_OK);
	CU_ASSERT_NOT_EQUAL(again, cell[1]);
	CU_ASSERT_EQUAL(bed.hive.base.bins_size, had + 4096);
	bed_close(&bed);
}

static void nonsense_is_not_freed(void)
{
	struct bed bed;
	struct spp_cells CLEANUP(spp_cells_release)
		cells = { .hive = &bed.hive };
	struct spp_error err = SPP_ERROR_INIT;
	uint32_t cell;

	CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture("kms-primary.hive")),
			SPP_OK);
	CU_ASSERT_EQUAL(spp_cells_alloc(&cells, 40, &cell, NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_cells_free(&cells, cell, NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_cells_free(&cells, cell, &err), SPP_CORRUPT);
	CU_ASSERT_EQUAL(err.status, SPP_CORRUPT);
	CU_ASSERT_EQUAL(spp_cells_free(&cells, 0, NULL), SPP_CORRUPT);
	CU_ASSERT_EQUAL(spp_cells_free(&cells, SPP_NOWHERE, NULL), SPP_CORRUPT);
	bed_close(&bed);
}

#define OWN 48 /* cells held at a time */

struct own {
	uint32_t offset, size;
	uint8_t fill;
};

static bool is_filled(struct bed *bed, uint32_t offset, uint32_t size,
		      uint8_t with)
{
	struct spp_cell cell;
	uint32_t i;

	if (spp_regf_cell(&bed->hive, offset, size, &cell, NULL))
		return false;
	for (i = 0; i < size; i++)
		if (cell.data[i] != with)
			return false;
	return true;
}

/* One random step: takes a cell into a slot or gives it back. */
static size_t step(struct bed *bed, struct spp_cells *cells, struct own *own,
		   uint32_t *seed)
{
	size_t wrong = 0;
	uint8_t *p;

	if (own->offset) {
		wrong += !is_filled(bed, own->offset, own->size, own->fill);
		wrong += spp_cells_free(cells, own->offset, NULL) != SPP_OK;
		own->offset = 0;
		return wrong;
	}
	own->size = bed_random(seed) % (bed_random(seed) % 8 ? 300 : 6000);
	own->fill = (uint8_t)(bed_random(seed) & 0xff);
	wrong +=
		spp_cells_alloc(cells, own->size, &own->offset, NULL) != SPP_OK;
	wrong += !is_filled(bed, own->offset, own->size, 0);
	p = spp_cells_payload(cells, own->offset, 0, own->size, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(p);
	memset(p, own->fill, own->size);
	return wrong;
}

/*
 * Cells do not overlap, what was there before stays as it was, everything
 * given back is there again, and the ledger knows of every byte that changed.
 */
static void cells_are_taken_and_given_back(void)
{
	static const char *const hives[] = { "kms-primary.hive",
					     "remnants.hive", "slack.hive" };
	uint32_t seed = 11, round;
	struct sum before, after;
	struct bed bed;
	size_t i, k, wrong;

	for (i = 0; i < COUNT(hives); i++) {
		struct spp_cells CLEANUP(spp_cells_release)
			cells = { .hive = &bed.hive };
		struct own own[OWN] = { { 0 } };

		CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture(hives[i])), SPP_OK);
		before = survey(&bed, NULL);
		for (wrong = 0, round = 0; round < 1500; round++) {
			wrong += step(&bed, &cells,
				      &own[bed_random(&seed) % OWN], &seed);
			wrong += !survey(&bed, NULL).whole;
		}
		for (k = 0; k < OWN; k++)
			if (own[k].offset)
				wrong += step(&bed, &cells, &own[k], &seed);
		UNIT_ROW(!wrong, hives[i]);
		after = survey(&bed, NULL);
		UNIT_ROW(after.used == before.used, hives[i]);
		UNIT_ROW(after.pairs <= before.pairs, hives[i]);
		UNIT_ROW(!bed_strays(&bed, &cells.ledger), hives[i]);
		bed_close(&bed);
	}
}

static const struct unit_test tests[] = {
	{ "every cell finds its bin", every_cell_finds_its_bin },
	{ "every real cell, too", every_real_cell_too },
	{ "data is no bin", data_is_no_bin },
	{ "bins inside cells are refused", bins_inside_cells_are_refused },
	{ "rooms are taken near the hint", rooms_are_taken_near_the_hint },
	{ "sizes of cells", sizes_of_cells },
	{ "free cells are joined", free_cells_are_joined },
	{ "holes are filled", holes_are_filled },
	{ "nonsense is not freed", nonsense_is_not_freed },
	{ "cells are taken and given back", cells_are_taken_and_given_back },
	{ NULL, NULL },
};

const struct unit_suite unit_cells = { "cells", tests };
