/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which logs of the new format are replayed, and in what order. */
#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "hive/log/marvin.h"
#include "tests/logset.h"
#include "tests/unit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define ENTRY 512 /* where the only entry of a log is */

#define OLDER	 "it is older than the hive"
#define NEWER	 "the other log is newer"
#define NOT_NEXT "it does not continue the log before it"

/* Makes the hashes of the entry right again. */
static void rehash(uint8_t *log)
{
	uint32_t size = spp_get32(log + ENTRY + 4);

	spp_put64(log + ENTRY + 24, spp_marvin(log + ENTRY + 40, size - 40));
	spp_put64(log + ENTRY + 32, spp_marvin(log + ENTRY, 32));
}

/* Gives a log of one entry another sequence number. */
static void renumber(uint8_t *log, uint32_t seq)
{
	bed_poke(log, 4, seq);
	bed_poke(log, 8, seq);
	spp_put32(log + ENTRY + 12, seq);
	rehash(log);
}

/* Puts another state of the hive in the place of the dirty one. */
static void put_state(struct logset *set, const char *name)
{
	struct logstate state = logstate_fixture(name);

	free(set->bytes[0]);
	set->bytes[0] = state.bytes;
	logset_part(set, 0, state.size);
}

/* The first entry goes to .LOG2, and the second one to .LOG1. */
static void swap_logs(struct logset *set)
{
	const struct spp_source *first = set->logs.log[SPP_LOG1];

	set->logs.log[SPP_LOG1] = set->logs.log[SPP_LOG2];
	set->logs.log[SPP_LOG2] = first;
}

static bool is_why(const char *is, const char *expected)
{
	return is && expected ? !strcmp(is, expected) : is == expected;
}

/*
 * A set of two logs with an entry each: from the state before to the one in
 * the middle, and from there to the one after.
 */
static void numbers_decide(void)
{
	static const struct {
		const char *what;
		const char *hive; /* NULL: the state before */
		uint32_t seq1, seq2;
		bool torn;		/* the base block */
		uint32_t first, second; /* the numbers of the two entries */
		const char *result;	/* NULL: refused */
		uint32_t use[2];
		const char *why[2];
	} rows[] = {
		{ "both",
		  NULL,
		  413,
		  412,
		  false,
		  413,
		  414,
		  "log-after",
		  { 1, 1 },
		  { NULL, NULL } },
		{ "both, far ahead",
		  NULL,
		  413,
		  412,
		  false,
		  500,
		  501,
		  "log-after",
		  { 1, 1 },
		  { NULL, NULL } },
		{ "both, and numbers wrap between them",
		  NULL,
		  0xffffffff,
		  0xfffffffe,
		  false,
		  0xffffffff,
		  0,
		  "log-after",
		  { 1, 1 },
		  { NULL, NULL } },
		{ "a number is missing",
		  NULL,
		  413,
		  412,
		  false,
		  413,
		  415,
		  "log-middle",
		  { 1, 0 },
		  { NULL, NOT_NEXT } },
		{ "the first one is in the hive",
		  "log-middle",
		  415,
		  414,
		  false,
		  413,
		  414,
		  "log-after",
		  { 0, 1 },
		  { OLDER, NULL } },
		{ "the first one is in the hive, numbers wrap",
		  "log-middle",
		  1,
		  0,
		  false,
		  0xffffffff,
		  0,
		  "log-after",
		  { 0, 1 },
		  { OLDER, NULL } },
		{ "both are in the hive",
		  "log-after",
		  416,
		  415,
		  false,
		  413,
		  414,
		  NULL,
		  { 0, 0 },
		  { OLDER, OLDER } },
		{ "the base block is torn",
		  "log-middle",
		  413,
		  412,
		  true,
		  413,
		  414,
		  "log-after",
		  { 0, 1 },
		  { NEWER, NULL } },
		{ "the base block is torn, numbers wrap",
		  "log-middle",
		  413,
		  412,
		  true,
		  0xffffffff,
		  0,
		  "log-after",
		  { 0, 1 },
		  { NEWER, NULL } },
	};
	struct logstate state;
	struct logset set;
	char row[80];
	int swapped, k;
	enum spp_log_name log;
	size_t i;

	for (i = 0; i < 2 * COUNT(rows); i++) {
		swapped = i % 2;
		snprintf(row, sizeof(row), "%s%s", rows[i / 2].what,
			 swapped ? ", swapped" : "");
		logset_fixture(&set, "dirty-split");
		if (rows[i / 2].hive)
			put_state(&set, rows[i / 2].hive);
		bed_poke(set.bytes[0], 4, rows[i / 2].seq1);
		bed_poke(set.bytes[0], 8, rows[i / 2].seq2);
		if (rows[i / 2].torn)
			set.bytes[0][508] ^= 1;
		renumber(set.bytes[2], rows[i / 2].first);
		renumber(set.bytes[3], rows[i / 2].second);
		if (swapped)
			swap_logs(&set);
		UNIT_ROW(logset_replay(&set) ==
				 (rows[i / 2].result ? SPP_OK : SPP_DIRTY),
			 row);
		if (rows[i / 2].result) {
			state = logstate_fixture(rows[i / 2].result);
			UNIT_ROW(logset_is(&set, &state), row);
			free(state.bytes);
		}
		UNIT_ROW(set.replay.base_from_log == rows[i / 2].torn, row);
		for (k = 0; k < 2; k++) {
			log = (k != swapped) ? SPP_LOG2 : SPP_LOG1;
			UNIT_ROW(set.replay.use[log].entries ==
					 rows[i / 2].use[k],
				 row);
			UNIT_ROW(
				is_why(set.replay.why[log], rows[i / 2].why[k]),
				row);
		}
		logset_close(&set);
	}
}

/* Two logs that begin with the same number do not continue each other. */
static void twins_are_not_both_applied(void)
{
	struct logstate middle = logstate_fixture("log-middle");
	struct logset set;

	logset_fixture(&set, "dirty-split");
	renumber(set.bytes[3], 413);
	CU_ASSERT_EQUAL(logset_replay(&set), SPP_OK);
	CU_ASSERT_TRUE(logset_is(&set, &middle));
	CU_ASSERT_TRUE(is_why(set.replay.why[SPP_LOG2], NOT_NEXT));
	free(middle.bytes);
	logset_close(&set);
}

/* An older log is of no use, even if it is the only one that there is. */
static void one_log_that_is_older(void)
{
	struct logset set;
	uint64_t off = 0;

	logset_fixture(&set, "dirty-split");
	put_state(&set, "log-middle");
	bed_poke(set.bytes[0], 4, 415);
	bed_poke(set.bytes[0], 8, 414);
	set.logs.log[SPP_LOG2] = NULL;
	CU_ASSERT_EQUAL(logset_replay(&set), SPP_DIRTY);
	CU_ASSERT_STRING_EQUAL(set.err.text,
			       "hive is dirty and its logs do not replay "
			       "(.LOG1: " OLDER "); boot Windows once");
	CU_ASSERT_FALSE(spp_pages_dirty(set.pages, &off));
	/* A single log that is called .LOG is treated in the same way. */
	set.logs.log[SPP_LOG] = set.logs.log[SPP_LOG1];
	set.logs.log[SPP_LOG1] = NULL;
	CU_ASSERT_EQUAL(logset_replay(&set), SPP_DIRTY);
	CU_ASSERT_TRUE(is_why(set.replay.why[SPP_LOG], OLDER));
	CU_ASSERT_FALSE(spp_pages_dirty(set.pages, &off));
	bed_poke(set.bytes[0], 8, 413);
	CU_ASSERT_EQUAL(logset_replay(&set), SPP_OK);
	CU_ASSERT_EQUAL(set.replay.use[SPP_LOG].entries, 1);
	logset_close(&set);
}

/* .LOG is a dummy as long as one of the two others is due. */
static void a_third_log_is_a_dummy(void)
{
	struct logstate after = logstate_fixture("log-after");
	struct logset set;

	logset_fixture(&set, "dirty-split");
	put_state(&set, "log-middle");
	bed_poke(set.bytes[0], 4, 413);
	bed_poke(set.bytes[0], 8, 412);
	set.logs.log[SPP_LOG] = set.logs.log[SPP_LOG1];
	set.logs.log[SPP_LOG1] = NULL;
	CU_ASSERT_EQUAL(logset_replay(&set), SPP_OK);
	CU_ASSERT_TRUE(logset_is(&set, &after));
	CU_ASSERT_EQUAL(set.replay.use[SPP_LOG].entries, 0);
	CU_ASSERT_EQUAL(set.replay.use[SPP_LOG2].entries, 1);
	free(after.bytes);
	logset_close(&set);
}

/* Of the flags, a log entry sets and clears the lowest one, and no other. */
static void one_flag_is_logged(void)
{
	static const struct {
		uint32_t hive, entry, result;
	} rows[] = {
		{ 0, 0, 0 },	      { 0, 1, 1 },
		{ 1, 0, 0 },	      { 1, 1, 1 },
		{ 2, 1, 3 },	      { 3, 0, 2 },
		{ 0, 0xfffffffe, 0 }, { 0xfffffffe, 1, 0xffffffff },
	};
	const uint8_t *p;
	struct logset set;
	char row[40];
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		snprintf(row, sizeof(row), "0x%x, 0x%x", rows[i].hive,
			 rows[i].entry);
		logset_fixture(&set, "dirty-split");
		bed_poke(set.bytes[0], 144, rows[i].hive);
		set.logs.log[SPP_LOG2] = NULL;
		spp_put32(set.bytes[2] + ENTRY + 8, rows[i].entry);
		rehash(set.bytes[2]);
		UNIT_ROW(!logset_replay(&set), row);
		UNIT_ROW(set.replay.use[SPP_LOG1].entries == 1, row);
		p = spp_pages_at(set.pages, 144, 4, NULL);
		UNIT_ROW(p && spp_get32(p) == rows[i].result, row);
		logset_close(&set);
	}
}

static const struct unit_test tests[] = {
	{ "numbers decide", numbers_decide },
	{ "twins are not both applied", twins_are_not_both_applied },
	{ "one log that is older", one_log_that_is_older },
	{ "a third log is a dummy", a_third_log_is_a_dummy },
	{ "one flag is logged", one_flag_is_logged },
	{ NULL, NULL },
};

const struct unit_suite unit_replay = { "replay", tests };
