/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/regf/regf.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "tests/bed.h"
#include "tests/unit.h"

#define COUNT(a)  (sizeof(a) / sizeof((a)[0]))
#define SMALL_MAX 17408 /* bytes of a fixture to be cut */

static unsigned char *slurp(const char *fixture, size_t *size)
{
	unsigned char *bytes = unit_slurp(unit_fixture(fixture), size);

	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	return bytes;
}

static void base_block_is_read(void)
{
	struct bed bed;

	CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture("kms-primary.hive")),
			SPP_OK);
	CU_ASSERT_EQUAL(bed.hive.base.seq1, 412);
	CU_ASSERT_EQUAL(bed.hive.base.seq2, 412);
	CU_ASSERT_EQUAL(bed.hive.base.major, 1);
	CU_ASSERT_EQUAL(bed.hive.base.minor, 5);
	CU_ASSERT_EQUAL(bed.hive.base.bins_size, bed.size - SPP_BASE_BLOCK);
	CU_ASSERT_EQUAL(bed.hive.base.checksum, bed.hive.base.computed);
	CU_ASSERT_FALSE(spp_base_dirty(&bed.hive.base));
	bed_close(&bed);
	CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture("netsvc.hive")), SPP_OK);
	CU_ASSERT_STRING_EQUAL(bed.hive.base.name,
			       "files\\NetworkService\\NTUSER.DAT");
	bed_close(&bed);
}

/* XOR of 127 words, where 0 and -1 stand for their neighbours. */
static void checksum_has_special_cases(void)
{
	uint8_t head[512] = { 0 };

	CU_ASSERT_EQUAL(spp_base_checksum(head), 1);
	spp_put32(head, 0xffffffff);
	CU_ASSERT_EQUAL(spp_base_checksum(head), 0xfffffffe);
	spp_put32(head + 504, 0xffffffff);
	CU_ASSERT_EQUAL(spp_base_checksum(head), 1);
	spp_put32(head + 504, 0xfffffff0);
	CU_ASSERT_EQUAL(spp_base_checksum(head), 0xf);
	spp_put32(head + 508, 0x12345678); /* is not part of it */
	CU_ASSERT_EQUAL(spp_base_checksum(head), 0xf);
}

static void base_block_is_judged(void)
{
	static const struct {
		const char *name;
		size_t at;
		uint32_t v;
		enum spp_status want;
		const char *text;
	} rows[] = {
		{ "as it is", 4, 412, SPP_OK, "" },
		{ "signature", 0, 0x67657271, SPP_NOTHIVE,
		  "not a registry hive" },
		{ "major 2", 20, 2, SPP_UNSUPPORTED,
		  "hive version 2.5 is not supported" },
		{ "minor 2", 24, 2, SPP_UNSUPPORTED,
		  "hive version 1.2 is not supported" },
		{ "minor 3", 24, 3, SPP_OK, "" },
		{ "minor 6", 24, 6, SPP_OK, "" },
		{ "minor 7", 24, 7, SPP_UNSUPPORTED,
		  "hive version 1.7 is not supported" },
		{ "old log", 28, 1, SPP_NOTHIVE,
		  "a transaction log, not a hive; name the file without "
		  ".LOG" },
		{ "new log", 28, 6, SPP_NOTHIVE,
		  "a transaction log, not a hive; name the file without "
		  ".LOG" },
		{ "format", 32, 2, SPP_UNSUPPORTED,
		  "hive format 2 is not supported" },
		{ "format 0", 32, 0, SPP_UNSUPPORTED,
		  "hive format 0 is not supported" },
		{ "no bins", 40, 0, SPP_CORRUPT,
		  "bins size 0x0 is not a multiple of 4096" },
		{ "half a bin", 40, 2048, SPP_CORRUPT,
		  "bins size 0x800 is not a multiple of 4096" },
		{ "fewer bins", 40, 4096, SPP_OK, "" },
		{ "more bins", 40, 12288, SPP_TRUNCATED,
		  "hive is truncated: 12288 bytes of 16384; restore it from "
		  "a backup" },
		{ "most bins", 40, 0xfffff000, SPP_TRUNCATED,
		  "hive is truncated: 12288 bytes of 4294967296; restore it "
		  "from a backup" },
		{ "other sequence", 8, 99, SPP_OK, "" },
	};
	unsigned char *bytes;
	struct bed bed;
	size_t i, size;

	for (i = 0; i < COUNT(rows); i++) {
		bytes = slurp("kms-primary.hive", &size);
		bed_poke(bytes, rows[i].at, rows[i].v);
		UNIT_ROW(bed_take(&bed, bytes, size) == rows[i].want,
			 rows[i].name);
		UNIT_ROW(bed.err.status == rows[i].want, rows[i].name);
		UNIT_ROW(!strcmp(bed.err.text, rows[i].text), rows[i].name);
		bed_close(&bed);
	}
}

/* Dirty is not for the reader to refuse. */
static void dirty_is_told(void)
{
	unsigned char *bytes;
	struct bed bed;
	size_t size;

	CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture("dirty.hive")), SPP_OK);
	CU_ASSERT_TRUE(spp_base_dirty(&bed.hive.base));
	bed_close(&bed);
	bytes = slurp("kms-primary.hive", &size);
	bytes[508] ^= 1;
	CU_ASSERT_EQUAL(bed_take(&bed, bytes, size), SPP_OK);
	CU_ASSERT_TRUE(spp_base_dirty(&bed.hive.base));
	bed_close(&bed);
}

/* The name field may be full, cut, or no text at all. */
static void names_of_base_blocks(void)
{
	unsigned char *bytes;
	struct bed bed;
	size_t size, i;

	for (i = 0; i < 3; i++) {
		bytes = slurp("kms-primary.hive", &size);
		memset(bytes + 48, i == 2 ? 0xd8 : 0x41, 64);
		if (i == 1)
			bed_poke(bytes, 52, 0);
		bed_poke(bytes, 112, 0x41414141); /* behind the field */
		CU_ASSERT_EQUAL(bed_take(&bed, bytes, size), SPP_OK);
		CU_ASSERT_EQUAL(strlen(bed.hive.base.name), i == 0   ? 32 * 3
							    : i == 1 ? 2 * 3
								     : 0);
		bed_close(&bed);
	}
}

/* Cells at odd places; the hive has one bin of 4096 bytes and one more. */
static void cells_are_checked(void)
{
	static const struct {
		const char *name;
		uint32_t offset, raw; /* put there */
		size_t want;
		bool ok;
	} rows[] = {
		{ "first", 32, 0xffffff80, 100, true },
		{ "all of it", 32, 0xffffff80, 124, true },
		{ "a byte more", 32, 0xffffff80, 125, false },
		{ "huge wish", 32, 0xffffff80, SIZE_MAX, false },
		{ "free", 32, 128, 0, false },
		{ "size 1", 32, 1, 0, false },
		{ "size 4", 32, 0xfffffffc, 0, false },
		{ "size no multiple", 32, 0xffffff84, 0, false },
		{ "least size", 32, 0xfffffff8, 4, true },
		{ "no positive size", 32, 0x80000000, 0, false },
		{ "up to the end", 8184, 0xfffffff8, 4, true },
		{ "over the end", 8184, 0xfffffff0, 4, false },
		{ "in a header", 8, 0xfffffff8, 0, false },
		{ "zero", 0, 0xfffffff8, 0, false },
		{ "odd offset", 36, 0xfffffff8, 0, false },
		{ "at the end", 8192, 0, 0, false },
		{ "nowhere", SPP_NOWHERE, 0, 0, false },
		{ "last multiple", 0xfffffff8, 0, 0, false },
	};
	struct spp_error err;
	struct spp_cell cell;
	unsigned char *bytes;
	struct bed bed;
	size_t i, size;

	for (i = 0; i < COUNT(rows); i++) {
		bytes = slurp("kms-primary.hive", &size);
		if (rows[i].raw)
			spp_put32(bytes + SPP_BASE_BLOCK + rows[i].offset,
				  rows[i].raw);
		CU_ASSERT_EQUAL(bed_take(&bed, bytes, size), SPP_OK);
		err = (struct spp_error)SPP_ERROR_INIT;
		UNIT_ROW(!spp_regf_cell(&bed.hive, rows[i].offset, rows[i].want,
					&cell, &err) == rows[i].ok,
			 rows[i].name);
		UNIT_ROW(err.status == (rows[i].ok ? SPP_OK : SPP_CORRUPT),
			 rows[i].name);
		if (!strcmp(rows[i].name, "free"))
			UNIT_ROW(strstr(err.text, "is not in use"),
				 rows[i].name);
		if (rows[i].ok) {
			UNIT_ROW(cell.size == 0u - rows[i].raw - 4,
				 rows[i].name);
			UNIT_ROW(!memcmp(cell.data,
					 bytes + 4100 + rows[i].offset,
					 rows[i].want),
				 rows[i].name);
		}
		bed_close(&bed);
	}
}

/* Opens the first n bytes and says what was wrong with the answer. */
static size_t cut(const unsigned char *whole, size_t n, size_t least)
{
	unsigned char *bytes = malloc(n + 1);
	enum spp_status st;
	struct bed bed;
	size_t wrong;

	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	memcpy(bytes, whole, n);
	bytes = realloc(bytes, n ? n : 1); /* its end is watched */
	st = bed_take(&bed, bytes, n);
	if (n < 512)
		wrong = st != SPP_NOTHIVE;
	else
		wrong = n < least ? st != SPP_TRUNCATED : st != SPP_OK;
	wrong += bed.err.status != st;
	if (!st)
		bed_walk(&bed.hive);
	bed_close(&bed);
	return wrong;
}

/*
 * No small fixture that was cut is taken for a whole one: at each byte of the
 * base block and around its end; of the rest each 13th, another one in each.
 */
static void every_truncation_is_told(void)
{
	size_t i, n, size, least, done = 0;
	unsigned char *bytes;
	struct bed bed;
	glob_t found;

	CU_ASSERT_EQUAL_FATAL(glob(unit_fixture("*.hive"), 0, NULL, &found), 0);
	for (i = 0; i < found.gl_pathc; i++) {
		if (bed_open(&bed, found.gl_pathv[i]) || bed.size > SMALL_MAX) {
			bed_close(&bed);
			continue;
		}
		least = SPP_BASE_BLOCK + bed.hive.base.bins_size;
		bed_close(&bed);
		bytes = unit_slurp(found.gl_pathv[i], &size);
		CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
		for (n = 0; n < size; n++)
			if (n < 640 || n + 20 > least || (n + done) % 13 == 0)
				UNIT_ROW(!cut(bytes, n, least),
					 found.gl_pathv[i]);
		free(bytes);
		done++;
	}
	CU_ASSERT_TRUE(done >= 12);
	globfree(&found);
}

/* Whole bins taken off the end: what was in them is missing everywhere. */
static void missing_bins_are_survived(void)
{
	size_t i, size, bins;
	unsigned char *bytes, *shorter;
	struct bed bed;
	glob_t found;

	CU_ASSERT_EQUAL_FATAL(glob(unit_fixture("*.hive"), 0, NULL, &found), 0);
	for (i = 0; i < found.gl_pathc; i++) {
		bytes = unit_slurp(found.gl_pathv[i], &size);
		CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
		for (bins = 4096; bins + 4096 < size && bins < 65536;
		     bins += 4096) {
			shorter = malloc(bins + 4096);
			CU_ASSERT_PTR_NOT_NULL_FATAL(shorter);
			memcpy(shorter, bytes, bins + 4096);
			bed_poke(shorter, 40, (uint32_t)bins);
			if (!bed_take(&bed, shorter, bins + 4096))
				bed_walk(&bed.hive);
			bed_close(&bed);
		}
		free(bytes);
	}
	globfree(&found);
}

/* Every byte of a hive with one of everything, made wrong in turn. */
static void wrong_bytes_are_survived(void)
{
	static const uint8_t wrong[] = { 0x00, 0xff, 0x80 };
	size_t size, at, k, step;
	unsigned char *bytes = slurp("damaged-orphan.hive", &size);
	struct bed bed;
	uint8_t was;

	CU_ASSERT_EQUAL(bed_take(&bed, bytes, size), SPP_OK);
	CU_ASSERT_EQUAL(spp_pages_load(bed.pages, NULL), SPP_OK);
	for (at = 0; at < size; at += step) {
		uint8_t *p = spp_pages_edit(bed.pages, at, 1, NULL);

		/* Of long runs of data, a few bytes are enough. */
		step = at < 512 || (at >= 4096 && at < 16384) ? 1 : 61;
		was = *p;
		for (k = 0; k < COUNT(wrong); k++) {
			*p = k == 2 ? was ^ wrong[k] : wrong[k];
			if (!spp_regf_open(&bed.hive, bed.pages, NULL))
				bed_walk(&bed.hive);
		}
		*p = was;
	}
	CU_ASSERT_EQUAL(spp_regf_open(&bed.hive, bed.pages, NULL), SPP_OK);
	CU_ASSERT_TRUE(bed_walk(&bed.hive) >= 8);
	bed_close(&bed);
}

static const struct unit_test tests[] = {
	{ "the base block is read", base_block_is_read },
	{ "the checksum has special cases", checksum_has_special_cases },
	{ "the base block is judged", base_block_is_judged },
	{ "dirty is told", dirty_is_told },
	{ "names of base blocks", names_of_base_blocks },
	{ "cells are checked", cells_are_checked },
	{ "every truncation is told", every_truncation_is_told },
	{ "missing bins are survived", missing_bins_are_survived },
	{ "wrong bytes are survived", wrong_bytes_are_survived },
	{ NULL, NULL },
};

const struct unit_suite unit_regf = { "regf", tests };
