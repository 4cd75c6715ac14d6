/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "tests/logset.h"
#include "tests/unit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void every_entry_has_its_verdict(void)
{
	static const struct {
		const char *set;
		enum spp_log_name log;
		uint64_t total;
		const char *verdicts; /* a applied, n not */
	} rows[] = {
		{ "dirty-new", SPP_LOG1, 3, "aan" },
		{ "stale", SPP_LOG1, 3, "nnn" },
		{ "dirty-old", SPP_LOG1, 1, "a" },
		{ "stale-old", SPP_LOG1, 1, "n" },
	};
	struct logset set;
	size_t i, k;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_log_look look = SPP_LOG_LOOK_INIT;

		logset_fixture(&set, rows[i].set);
		logset_replay(&set);
		UNIT_ROW(!spp_log_look(set.logs.log[rows[i].log], rows[i].log,
				       &set.replay, &look, NULL),
			 rows[i].set);
		UNIT_ROW(look.total == rows[i].total &&
				 look.entries == rows[i].total,
			 rows[i].set);
		for (k = 0; k < look.entries && k < rows[i].total; k++) {
			UNIT_ROW(look.entry[k].applied ==
					 (rows[i].verdicts[k] == 'a'),
				 rows[i].set);
			UNIT_ROW(look.entry[k].applied == !look.entry[k].why,
				 rows[i].set);
		}
		spp_log_look_release(&look);
		logset_close(&set);
	}
}

/* Whatever one bit is: all that was applied is listed as such, no more. */
static void damage_is_told(void)
{
	struct spp_log_look look;
	struct logset set;
	uint32_t applied;
	size_t at, k;

	logset_fixture(&set, "dirty-new");
	for (at = 0; at < 512 + 64; at++) {
		set.bytes[2][at] ^= 0x10;
		logset_replay(&set);
		look = (struct spp_log_look)SPP_LOG_LOOK_INIT;
		CU_ASSERT_EQUAL(spp_log_look(set.logs.log[SPP_LOG1], SPP_LOG1,
					     &set.replay, &look, NULL),
				SPP_OK);
		for (k = applied = 0; k < look.entries; k++)
			applied += look.entry[k].applied;
		CU_ASSERT_EQUAL(applied, set.replay.use[SPP_LOG1].entries);
		CU_ASSERT_TRUE(look.entries || look.why);
		spp_log_look_release(&look);
		set.bytes[2][at] ^= 0x10;
	}
	logset_close(&set);
}

/* What is sound and comes after a rejected entry is not from an earlier use. */
static void what_follows_a_rejected_entry(void)
{
	static const struct {
		const char *set, *why;
	} rows[] = {
		{ "dirty-badhash", "the hash of its data is wrong" },
		{ "dirty-badhash2", "the hash of its head is wrong" },
	};
	struct logset set;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_log_look look = SPP_LOG_LOOK_INIT;

		logset_fixture(&set, rows[i].set);
		CU_ASSERT_EQUAL(logset_replay(&set), SPP_DIRTY);
		CU_ASSERT_EQUAL(spp_log_look(set.logs.log[SPP_LOG1], SPP_LOG1,
					     &set.replay, &look, NULL),
				SPP_OK);
		CU_ASSERT_EQUAL_FATAL(look.entries, 3);
		UNIT_ROW(look.entry[0].rejected && !look.entry[0].stale &&
				 !strcmp(look.entry[0].why, rows[i].why),
			 rows[i].set);
		UNIT_ROW(!look.entry[1].rejected && look.entry[1].stale &&
				 !strcmp(look.entry[1].why,
					 "follows an entry that is rejected"),
			 rows[i].set);
		UNIT_ROW(
			!look.entry[2].rejected && look.entry[2].stale &&
				!strncmp(look.entry[2].why, "out of order", 12),
			rows[i].set);
		spp_log_look_release(&look);
		logset_close(&set);
	}
}

/* Moves all entries but the first one on by a sector that has none. */
static void make_gap(struct logset *set)
{
	uint32_t first = 512 + spp_get32(set->bytes[2] + 512 + 4);
	size_t size = set->part[2].size;
	unsigned char *log = calloc(1, size + 512);

	CU_ASSERT_PTR_NOT_NULL_FATAL(log);
	memcpy(log, set->bytes[2], first);
	memcpy(log + first + 512, set->bytes[2] + first, size - first);
	free(set->bytes[2]);
	set->bytes[2] = log;
	logset_part(set, 2, size + 512);
}

/* There is no gap between entries of one use, whatever their numbers say. */
static void what_follows_a_gap(void)
{
	struct logset set;
	uint32_t second;
	int bad;

	for (bad = 0; bad < 2; bad++) {
		struct spp_log_look look = SPP_LOG_LOOK_INIT;

		logset_fixture(&set, "dirty-new");
		make_gap(&set);
		second = 512 + spp_get32(set.bytes[2] + 512 + 4) + 512;
		if (bad)
			set.bytes[2][second + 100] ^= 1;
		CU_ASSERT_EQUAL(logset_replay(&set), SPP_OK);
		CU_ASSERT_EQUAL(set.replay.use[SPP_LOG1].entries, 1);
		CU_ASSERT_EQUAL(spp_log_look(set.logs.log[SPP_LOG1], SPP_LOG1,
					     &set.replay, &look, NULL),
				SPP_OK);
		CU_ASSERT_FATAL(look.entries >= 2);
		CU_ASSERT_TRUE(look.entry[0].applied);
		CU_ASSERT_EQUAL(look.entry[1].offset, second);
		CU_ASSERT_FALSE(look.entry[1].applied);
		CU_ASSERT_FALSE(look.entry[1].rejected);
		CU_ASSERT_STRING_EQUAL(
			look.entry[1].why,
			bad ? "the hash of its data is wrong"
			    : "out of order: left over from an earlier use of "
			      "the log");
		spp_log_look_release(&look);
		logset_close(&set);
	}
}

/* The second log goes on where the first one ends, and its entry is bad. */
static void the_next_log_is_told_of(void)
{
	struct spp_log_look look = SPP_LOG_LOOK_INIT;
	struct logset set;

	logset_fixture(&set, "dirty-split");
	CU_ASSERT_EQUAL(logset_replay(&set), SPP_OK);
	CU_ASSERT_PTR_NULL(set.replay.why[SPP_LOG1]);
	CU_ASSERT_PTR_NULL(set.replay.why[SPP_LOG2]);
	set.bytes[3][512 + 100] ^= 1;
	CU_ASSERT_EQUAL(logset_replay(&set), SPP_OK);
	CU_ASSERT_EQUAL(spp_log_look(set.logs.log[SPP_LOG2], SPP_LOG2,
				     &set.replay, &look, NULL),
			SPP_OK);
	CU_ASSERT_FATAL(look.entries > 0);
	CU_ASSERT_TRUE(look.entry[0].rejected);
	spp_log_look_release(&look);
	logset_close(&set);
}

/* A map of pages without its signature is no entry. */
static void an_old_log_has_a_signature(void)
{
	struct spp_log_look look = SPP_LOG_LOOK_INIT;
	struct logset set;

	logset_fixture(&set, "dirty-old");
	set.bytes[2][512] ^= 1;
	logset_replay(&set);
	CU_ASSERT_EQUAL(spp_log_look(set.logs.log[SPP_LOG1], SPP_LOG1,
				     &set.replay, &look, NULL),
			SPP_OK);
	CU_ASSERT_EQUAL_FATAL(look.entries, 1);
	CU_ASSERT_FALSE(look.entry[0].applied);
	CU_ASSERT_PTR_NOT_NULL_FATAL(look.entry[0].why);
	CU_ASSERT_STRING_EQUAL(look.entry[0].why, "no signature");
	spp_log_look_release(&look);
	logset_close(&set);
}

static const struct unit_test tests[] = {
	{ "an old log has a signature", an_old_log_has_a_signature },
	{ "what follows a rejected entry", what_follows_a_rejected_entry },
	{ "what follows a gap", what_follows_a_gap },
	{ "the next log is told of", the_next_log_is_told_of },
	{ "every entry has its verdict", every_entry_has_its_verdict },
	{ "damage is told", damage_is_told },
	{ NULL, NULL },
};

const struct unit_suite unit_look = { "look", tests };
