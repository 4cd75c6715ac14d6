/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/check/shared_cells.h"

#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "tests/bed.h"
#include "tests/unit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void add(struct spp_shared_cells *watch, struct bed *bed,
		uint32_t offset)
{
	struct spp_cell cell;

	CU_ASSERT_EQUAL_FATAL(spp_regf_cell(&bed->hive, offset, 0, &cell, NULL),
			      SPP_OK);
	CU_ASSERT_EQUAL(
		spp_shared_cells_add(watch, offset, cell.size + 4, 1, NULL),
		SPP_OK);
}

/* Counts in the whole hive, then judges. */
static enum spp_status judge(struct bed *bed, struct spp_shared_cells *watch,
			     struct spp_error *err)
{
	size_t size;
	unsigned char *now = bed_now(bed, &size);
	enum spp_status st;

	spp_shared_cells_count(watch, now, size);
	free(now);
	st = spp_shared_cells_judge(watch, &bed->hive, err);
	return st;
}

/* In a sound hive nothing is shared, whatever is watched. */
static void sound_hives_share_nothing(void)
{
	static const char *const hives[] = { "kms-primary.hive", "minor3.hive",
					     "big-sibling.hive" };
	struct spp_key key;
	struct spp_slot slot;
	struct bed bed;
	uint32_t i;
	size_t k;

	for (k = 0; k < COUNT(hives); k++) {
		struct spp_shared_cells CLEANUP(spp_shared_cells_release)
			watch = SPP_SHARED_CELLS_INIT;

		CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture(hives[k])), SPP_OK);
		key = bed_key(&bed.hive, BED_SPP);
		add(&watch, &bed, key.value_list);
		for (i = 0; !spp_key_slot(&bed.hive, &key, i, &slot, NULL);
		     i++) {
			add(&watch, &bed, slot.offset);
			add(&watch, &bed, slot.offset); /* counts once */
			if (!slot.inlined)
				add(&watch, &bed, slot.data_offset);
		}
		UNIT_ROW(watch.count > key.values, hives[k]);
		UNIT_ROW(!judge(&bed, &watch, NULL), hives[k]);
		for (i = 0; i < watch.count; i++)
			UNIT_ROW(watch.cell[i].seen >= 1, hives[k]);
		bed_close(&bed);
	}
	spp_shared_cells_release(NULL);
}

/* Cells with two owners, and those beside them. */
static void shared_cells_are_told(void)
{
	static const struct {
		const char *hive, *name; /* whose data is watched */
		enum spp_status want;
	} rows[] = {
		{ "damaged-value-data-shared", "KeyManagementServiceName",
		  SPP_CORRUPT },
		{ "damaged-value-data-shared", "PolicyCache", SPP_OK },
		{ "damaged-orphan", "KeyManagementServiceName", SPP_OK },
	};
	struct spp_slot slot;
	struct spp_key key;
	struct bed bed;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_shared_cells CLEANUP(spp_shared_cells_release)
			watch = SPP_SHARED_CELLS_INIT;
		struct spp_error err = SPP_ERROR_INIT;

		bed_fixture(&bed, "", rows[i].hive);
		key = bed_key(&bed.hive, BED_SPP);
		CU_ASSERT_EQUAL(spp_key_value(&bed.hive, &key, rows[i].name,
					      &slot, NULL),
				SPP_OK);
		add(&watch, &bed, slot.data_offset);
		UNIT_ROW(judge(&bed, &watch, &err) == rows[i].want,
			 rows[i].hive);
		UNIT_ROW(!rows[i].want ||
				 strstr(err.text, "is in use for something "
						  "else too"),
			 rows[i].hive);
		bed_close(&bed);
	}
}

/* A number that happens to be the offset is no owner. */
static void namesakes_are_no_owners(void)
{
	struct spp_shared_cells CLEANUP(spp_shared_cells_release) watch =
		SPP_SHARED_CELLS_INIT;
	struct spp_slot slot, other;
	struct spp_key key;
	struct bed bed;
	uint8_t *p;

	CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture("kms-primary.hive")),
			SPP_OK);
	key = bed_key(&bed.hive, BED_SPP);
	CU_ASSERT_EQUAL(spp_key_value(&bed.hive, &key, "DnsDomainPublishList",
				      &slot, NULL),
			SPP_OK);
	CU_ASSERT_EQUAL(spp_key_value(&bed.hive, &key, "ServiceSessionId",
				      &other, NULL),
			SPP_OK);
	p = spp_pages_edit(bed.pages, spp_file_offset(other.data_offset) + 4,
			   16, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(p);
	spp_put32(p, slot.data_offset);
	spp_put32(p + 8, slot.data_offset + 8);	 /* its middle counts, too */
	spp_put32(p + 12, slot.data_offset + 1); /* nothing leads to that */
	add(&watch, &bed, slot.data_offset);
	CU_ASSERT_EQUAL(judge(&bed, &watch, NULL), SPP_OK);
	CU_ASSERT_EQUAL(watch.cell[0].seen, 3);
	bed_close(&bed);
}

/* At any place of blocks of any length, for cells that lie far apart. */
static void each_word_counts(void)
{
	static const struct {
		uint32_t word, cell[2]; /* how often it counts for which */
	} rows[] = {
		{ 0x1000, { 1, 0 } },	  { 0x1018, { 1, 0 } },
		{ 0x1020, { 0, 0 } },	  { 0x0ff8, { 0, 0 } },
		{ 0x1004, { 0, 0 } },	  { 0x80000000, { 0, 1 } },
		{ 0x80000fff, { 0, 0 } }, { 0x7ffffff8, { 0, 0 } },
		{ 0x4000000, { 0, 0 } },  { 0xffffffff, { 0, 0 } },
	};
	uint8_t data[300];
	size_t i, n, at;

	for (i = 0; i < COUNT(rows); i++) {
		for (n = 4; n <= sizeof(data); n += 4) {
			struct spp_shared_cells CLEANUP(
				spp_shared_cells_release) watch =
				SPP_SHARED_CELLS_INIT;

			spp_shared_cells_add(&watch, 0x1000, 0x20, 1, NULL);
			spp_shared_cells_add(&watch, 0x80000000, 0x1000, 1,
					     NULL);
			for (at = 0; at < n; at += 4) {
				memset(data, 0, sizeof(data));
				spp_put32(data + at, rows[i].word);
				spp_shared_cells_count(&watch, data, n);
			}
			if (watch.cell[0].seen != rows[i].cell[0] * (at / 4) ||
			    watch.cell[1].seen != rows[i].cell[1] * (at / 4))
				CU_FAIL("a word is missed or counted twice");
		}
	}
}

static const struct unit_test tests[] = {
	{ "sound hives share nothing", sound_hives_share_nothing },
	{ "shared cells are told", shared_cells_are_told },
	{ "namesakes are no owners", namesakes_are_no_owners },
	{ "each word counts", each_word_counts },
	{ NULL, NULL },
};

const struct unit_suite unit_shared_cells = { "shared_cells", tests };
