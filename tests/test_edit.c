/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/edit/edit.h"

#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "tests/bed.h"
#include "tests/unit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define NOW	 133700000000000001ull

/* Every kind of place for data turned into every other. */
static void sizes_and_types(void)
{
	static const size_t sizes[] = { 0, 1, 4, 5, SPP_VALUE_MAX };
	static const char *const hives[] = { "kms-primary.hive", "minor3.hive",
					     "full-bins.hive" };
	struct spp_value CLEANUP(spp_value_release) v = SPP_VALUE_INIT;
	struct spp_value CLEANUP(spp_value_release) got = SPP_VALUE_INIT;
	struct bed bed;
	size_t i, from, to;

	for (i = 0; i < COUNT(hives) * 25; i++) {
		struct spp_edit CLEANUP(spp_edit_release)
			edit = { .cells = { .hive = &bed.hive }, .now = NOW };
		const char *hive = hives[i / 25];

		from = i / 5 % 5;
		to = i % 5;
		CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture(hive)), SPP_OK);
		bed_fill(&v, sizes[from], 1, 0x11);
		UNIT_ROW(!spp_edit_set(&edit, BED_SPP, "New", &v, &bed.err),
			 hive);
		bed_fill(&v, sizes[to], 7, 0x22);
		UNIT_ROW(!spp_edit_set(&edit, BED_SPP, "new", &v, &bed.err),
			 hive);
		UNIT_ROW(!bed_value(&bed.hive, BED_SPP, "NEW", &got), hive);
		UNIT_ROW(spp_value_equal(&v, &got), hive);
		UNIT_ROW(!bed_findings(&bed.hive, SPP_WARNING), hive);
		bed_close(&bed);
	}
}

static void refusals(void)
{
	static char longest[16385];
	static const struct {
		const char *what, *path, *name;
		size_t size;
		enum spp_status want;
	} rows[] = {
		{ "no such key", BED_SPP "\\x", "A", 4, SPP_NOTFOUND },
		{ "too large", BED_SPP, "A", SPP_VALUE_MAX + 1, SPP_LIMIT },
		{ "new name not ASCII", BED_SPP, "\u00e4", 4, SPP_INVALID },
		{ "malformed name", BED_SPP, "\xff", 4, SPP_INVALID },
		{ "name too long", BED_SPP, longest, 4, SPP_INVALID },
	};
	struct spp_value CLEANUP(spp_value_release) v = SPP_VALUE_INIT;
	struct bed bed;
	size_t i;

	memset(longest, 'x', sizeof(longest) - 1);
	for (i = 0; i < COUNT(rows); i++) {
		struct spp_edit CLEANUP(spp_edit_release)
			edit = { .cells = { .hive = &bed.hive }, .now = NOW };

		bed_fixture(&bed, "", "kms-primary");
		bed_fill(&v, rows[i].size, 3, 1);
		UNIT_ROW(spp_edit_set(&edit, rows[i].path, rows[i].name, &v,
				      NULL) == rows[i].want,
			 rows[i].what);
		UNIT_ROW(!edit.cells.ledger.count, rows[i].what);
		bed_close(&bed);
	}
	/* One that is there may have any name. */
	bed_fixture(&bed, "", "unicode-names");
	struct spp_edit edit = { .cells = { .hive = &bed.hive }, .now = NOW };
	bed_fill(&v, 100, 3, 1);
	CU_ASSERT_EQUAL(spp_edit_set(&edit, "Names\\\U0001d518nicode",
				     "GR\u00d6\u00dfe", &v, NULL),
			SPP_OK);
	CU_ASSERT_EQUAL(bed_findings(&bed.hive, SPP_WARNING), 0);
	spp_edit_release(&edit);
	spp_edit_release(NULL);
	bed_close(&bed);
}

/* 1000 sets, each of another size in turn; how much the bins grew. */
static uint32_t grown_by(const char *hive, const size_t *sizes, size_t count,
			 bool delete)
{
	struct spp_value CLEANUP(spp_value_release) v = SPP_VALUE_INIT;
	struct bed bed;
	struct spp_edit CLEANUP(spp_edit_release)
		edit = { .cells = { .hive = &bed.hive }, .now = NOW };
	uint32_t i, had, wrong = 0, grown;

	CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture(hive)), SPP_OK);
	had = bed.hive.base.bins_size;
	for (i = 0; i < 1000; i++) {
		bed_fill(&v, sizes[i % count], 3, (uint8_t)(i & 0xff));
		wrong += spp_edit_set(&edit, BED_SPP, "DnsDomainPublishList",
				      &v, NULL) != SPP_OK;
		if (delete)
			wrong += spp_edit_delete(&edit, BED_SPP,
						 "DnsDomainPublishList",
						 NULL) != SPP_OK;
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_EQUAL(bed_findings(&bed.hive, SPP_WARNING), 0);
	grown = bed.hive.base.bins_size - had;
	CU_ASSERT_EQUAL(spp_pages_size(bed.pages), bed.size + grown);
	bed_close(&bed);
	return grown;
}

static void growth_has_laws(void)
{
	static const size_t fitting[] = { 44, 40, 6, 44 }, inlined[] = { 4, 0 };
	static const size_t rising[] = { 8,   16,  100, 101, 200, 300, 400,
					 500, 600, 700, 800, 900, 1000 };
	static const size_t falling[] = { 1900, 1000, 500, 100, 4, 0 };
	static const size_t one[] = { 44 };

	CU_ASSERT_EQUAL(grown_by("full-bins.hive", fitting, 4, false), 0);
	CU_ASSERT_EQUAL(grown_by("full-bins.hive", inlined, 2, false), 0);
	CU_ASSERT_EQUAL(grown_by("full-bins.hive", one, 1, true), 0);
	CU_ASSERT_EQUAL(grown_by("full-bins.hive", rising, 13, false), 4096);
	CU_ASSERT_EQUAL(grown_by("full-bins.hive", falling, 6, false), 4096);
	CU_ASSERT_EQUAL(grown_by("full-bins.hive", falling, 6, true), 4096);
	CU_ASSERT_TRUE(grown_by("kms-primary.hive", rising, 13, true) <= 4096);
	CU_ASSERT_TRUE(grown_by("big-sibling.hive", rising, 13, false) <= 4096);
}

/* Its cells keep their bytes, and replacing it gives all of them back. */
static void big_data_stays_or_goes(void)
{
	static const char *const hives[] = { "big-sibling.hive",
					     "minor3.hive" };
	struct spp_value CLEANUP(spp_value_release) v = SPP_VALUE_INIT;
	unsigned char *now;
	struct spp_slot slot;
	struct spp_key key;
	struct bed bed;
	uint32_t had;
	size_t i, size, at, wrong, k;

	for (k = 0; k < COUNT(hives); k++) {
		struct spp_edit CLEANUP(spp_edit_release)
			edit = { .cells = { .hive = &bed.hive }, .now = NOW };

		CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture(hives[k])), SPP_OK);
		key = bed_key(&bed.hive, BED_SPP);
		CU_ASSERT_EQUAL(spp_key_value(&bed.hive, &key, "PolicyCache",
					      &slot, NULL),
				SPP_OK);
		had = bed.hive.base.bins_size;
		for (i = 0; i < 300; i++) {
			bed_fill(&v, i * 53 % 1000, 3, (uint8_t)(i & 0xff));
			spp_edit_set(&edit, BED_SPP, i % 2 ? "One" : "Two", &v,
				     NULL);
		}
		/* Its ramp is nowhere else, so its bytes are those. */
		now = bed_now(&bed, &size);
		at = 4096 + slot.data_offset;
		for (wrong = 0, i = 0; i < 39472; i++)
			wrong += now[at + i] != bed.bytes[at + i];
		UNIT_ROW(k == 0 || !wrong, hives[k]);
		UNIT_ROW(!memcmp(now + at, bed.bytes + at, 12), hives[k]);
		free(now);
		CU_ASSERT_EQUAL(
			bed_value(&bed.hive, BED_SPP, "PolicyCache", &v),
			SPP_OK);
		UNIT_ROW(bed_is_ramp(&v, 39472), hives[k]);
		had = bed.hive.base.bins_size;
		bed_fill(&v, 60, 3, 9);
		UNIT_ROW(!spp_edit_set(&edit, BED_SPP, "PolicyCache", &v, NULL),
			 hives[k]);
		UNIT_ROW(!bed_findings(&bed.hive, SPP_WARNING), hives[k]);
		bed_fill(&v, 16000, 3, 9);
		UNIT_ROW(!spp_edit_set(&edit, BED_SPP, "One", &v, NULL),
			 hives[k]);
		UNIT_ROW(!spp_edit_set(&edit, BED_SPP, "Two", &v, NULL),
			 hives[k]);
		/* Flat data stays in its cell, however little is left. */
		UNIT_ROW(bed.hive.base.bins_size == had || k, hives[k]);
		UNIT_ROW(!bed_findings(&bed.hive, SPP_WARNING), hives[k]);
		bed_close(&bed);
	}
}

/* The list of values grows and shrinks; the last value takes it along. */
static void lists_grow_and_go(void)
{
	struct spp_value CLEANUP(spp_value_release) v = SPP_VALUE_INIT;
	struct bed bed;
	struct spp_edit CLEANUP(spp_edit_release)
		edit = { .cells = { .hive = &bed.hive }, .now = NOW };
	struct spp_key key;
	uint32_t i, wrong = 0;
	char name[16];

	bed_fixture(&bed, "", "kms-primary");
	for (i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "Value%u", i);
		spp_value_set_dword(&v, i, NULL);
		wrong += spp_edit_set(&edit, "Classes", name, &v, NULL) !=
			 SPP_OK;
	}
	key = bed_key(&bed.hive, "Classes");
	CU_ASSERT_EQUAL(key.values, 300);
	CU_ASSERT_EQUAL(key.max_value_name, 16);
	CU_ASSERT_EQUAL(key.max_value_data, 4);
	CU_ASSERT_EQUAL(bed_findings(&bed.hive, SPP_WARNING), 0);
	for (i = 0; i < 300; i++) { /* 7 and 300 have no common factor */
		snprintf(name, sizeof(name), "vALUE%u", i * 7 % 300);
		wrong +=
			spp_edit_delete(&edit, "Classes", name, NULL) != SPP_OK;
		wrong += bed_key(&bed.hive, "Classes").values != 299 - i;
	}
	CU_ASSERT_EQUAL(wrong, 0);
	key = bed_key(&bed.hive, "Classes");
	CU_ASSERT_EQUAL(key.value_list, SPP_NOWHERE);
	CU_ASSERT_EQUAL(key.max_value_name, 0);
	CU_ASSERT_EQUAL(key.max_value_data, 0);
	CU_ASSERT_EQUAL(bed_findings(&bed.hive, SPP_WARNING), 0);
	CU_ASSERT_EQUAL(spp_edit_set(&edit, "Classes", "again", &v, NULL),
			SPP_OK);
	CU_ASSERT_EQUAL(bed_findings(&bed.hive, SPP_WARNING), 0);
	bed_close(&bed);
}

/* The base block of a finished edit. */
static void finishing(void)
{
	unsigned char *now;
	struct bed bed, again;
	struct spp_edit CLEANUP(spp_edit_release)
		edit = { .cells = { .hive = &bed.hive }, .now = NOW };
	size_t size;

	bed_fixture(&bed, "", "dirty");
	CU_ASSERT_EQUAL(spp_edit_delete(&edit, BED_SPP, "x", NULL),
			SPP_NOTFOUND);
	CU_ASSERT_EQUAL(spp_edit_finish(&edit, 99, NULL), SPP_OK);
	now = bed_now(&bed, &size);
	CU_ASSERT_EQUAL(size, bed.size);
	CU_ASSERT_EQUAL(bed_strays(&bed, &edit.cells.ledger), 0);
	CU_ASSERT_EQUAL(spp_ranges_total(&edit.cells.ledger), 16 + 4 + 4);
	CU_ASSERT_EQUAL(bed_take(&again, now, size), SPP_OK);
	CU_ASSERT_EQUAL(again.hive.base.seq1, 99);
	CU_ASSERT_EQUAL(again.hive.base.seq2, 99);
	CU_ASSERT_EQUAL(again.hive.base.written, NOW);
	CU_ASSERT_FALSE(spp_base_dirty(&again.hive.base));
	bed_close(&again);
	bed_close(&bed);
}

/* What has grown is all there when it is opened again. */
static void finished_growth_is_read(void)
{
	struct spp_value CLEANUP(spp_value_release) v = SPP_VALUE_INIT;
	struct spp_value CLEANUP(spp_value_release) got = SPP_VALUE_INIT;
	struct bed bed, again;
	struct spp_edit CLEANUP(spp_edit_release)
		edit = { .cells = { .hive = &bed.hive }, .now = NOW };
	unsigned char *now;
	size_t size;

	bed_fixture(&bed, "", "full-bins");
	bed_fill(&v, SPP_VALUE_MAX, 3, 7);
	CU_ASSERT_EQUAL(spp_edit_set(&edit, BED_SPP, "New", &v, NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_edit_finish(&edit, 1, NULL), SPP_OK);
	now = bed_now(&bed, &size);
	CU_ASSERT_EQUAL(bed_take(&again, now, size), SPP_OK);
	CU_ASSERT_EQUAL(again.hive.base.bins_size, size - SPP_BASE_BLOCK);
	CU_ASSERT_EQUAL(bed_value(&again.hive, BED_SPP, "New", &got), SPP_OK);
	CU_ASSERT_TRUE(spp_value_equal(&v, &got));
	CU_ASSERT_EQUAL(bed_findings(&again.hive, SPP_WARNING), 0);
	bed_close(&again);
	bed_close(&bed);
}

static const struct unit_test tests[] = {
	{ "sizes and types", sizes_and_types },
	{ "refusals", refusals },
	{ "growth has laws", growth_has_laws },
	{ "big data stays or goes", big_data_stays_or_goes },
	{ "lists grow and go", lists_grow_and_go },
	{ "finishing", finishing },
	{ "finished growth is read", finished_growth_is_read },
	{ NULL, NULL },
};

const struct unit_suite unit_edit = { "edit", tests };
