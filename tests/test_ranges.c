/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/base/ranges.h"

#include <string.h>

#include "tests/bed.h"
#include "tests/unit.h"

#define SPACE 512 /* of the model: a byte an offset */

static void empty_set_has_nothing(void)
{
	struct spp_ranges set = SPP_RANGES_INIT;

	spp_ranges_sort(&set);
	CU_ASSERT_FALSE(spp_ranges_has(&set, 0));
	CU_ASSERT_EQUAL(spp_ranges_total(&set), 0);
	spp_ranges_release(&set);
	spp_ranges_release(NULL);
}

static void touching_ranges_are_joined(void)
{
	static const struct {
		const char *name;
		struct spp_range a, b;
		size_t count;
		uint64_t total;
	} rows[] = {
		{ "apart", { 0, 4 }, { 5, 9 }, 2, 8 },
		{ "touching", { 0, 4 }, { 4, 9 }, 1, 9 },
		{ "overlapping", { 0, 6 }, { 4, 9 }, 1, 9 },
		{ "inside", { 0, 9 }, { 4, 6 }, 1, 9 },
		{ "same", { 4, 6 }, { 4, 6 }, 1, 2 },
		{ "other way round", { 5, 9 }, { 0, 5 }, 1, 9 },
		{ "far up", { 1ull << 40, (1ull << 40) + 8 }, { 0, 1 }, 2, 9 },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct spp_ranges CLEANUP(spp_ranges_release) set =
			SPP_RANGES_INIT;

		spp_ranges_add(&set, rows[i].a.start,
			       rows[i].a.end - rows[i].a.start, NULL);
		spp_ranges_add(&set, rows[i].b.start,
			       rows[i].b.end - rows[i].b.start, NULL);
		spp_ranges_sort(&set);
		UNIT_ROW(set.count == rows[i].count, rows[i].name);
		UNIT_ROW(spp_ranges_total(&set) == rows[i].total, rows[i].name);
		UNIT_ROW(spp_ranges_has(&set, rows[i].a.end - 1), rows[i].name);
		UNIT_ROW(spp_ranges_has(&set, rows[i].b.start), rows[i].name);
	}
}

/* Random ranges against a model of one byte for each offset. */
static void set_is_what_was_added(void)
{
	uint32_t seed = 1, round, i, n, off, len;
	size_t wrong = 0;

	for (round = 0; round < 200; round++) {
		struct spp_ranges CLEANUP(spp_ranges_release) set =
			SPP_RANGES_INIT;
		char model[SPACE] = { 0 };
		uint64_t total = 0;

		n = bed_random(&seed) % 40;
		for (i = 0; i < n; i++) {
			off = bed_random(&seed) % (SPACE - 32);
			len = bed_random(&seed) % 32;
			spp_ranges_add(&set, off, len, NULL);
			memset(model + off, 1, len);
		}
		spp_ranges_sort(&set);
		for (i = 0; i < SPACE; i++) {
			total += (uint64_t)model[i];
			wrong += spp_ranges_has(&set, i) != !!model[i];
		}
		CU_ASSERT_EQUAL(spp_ranges_total(&set), total);
	}
	CU_ASSERT_EQUAL(wrong, 0);
}

static void sorting_again_changes_nothing(void)
{
	struct spp_ranges CLEANUP(spp_ranges_release) set = SPP_RANGES_INIT;

	spp_ranges_add(&set, 8, 8, NULL);
	spp_ranges_add(&set, 0, 4, NULL);
	spp_ranges_sort(&set);
	spp_ranges_sort(&set);
	CU_ASSERT_EQUAL_FATAL(set.count, 2);
	CU_ASSERT_EQUAL(set.range[0].start, 0);
	CU_ASSERT_EQUAL(set.range[1].end, 16);
}

static const struct unit_test tests[] = {
	{ "an empty set has nothing", empty_set_has_nothing },
	{ "touching ranges are joined", touching_ranges_are_joined },
	{ "the set is what was added", set_is_what_was_added },
	{ "sorting again changes nothing", sorting_again_changes_nothing },
	{ NULL, NULL },
};

const struct unit_suite unit_ranges = { "ranges", tests };
