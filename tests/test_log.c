/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "hive/log/marvin.h"
#include "tests/logset.h"
#include "tests/unit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void sets_replay(void)
{
	static const struct {
		const char *set, *state;
		enum spp_log_format format;
		uint32_t entries[3]; /* of .LOG, .LOG1, .LOG2 */
		bool base;	     /* from the log */
	} rows[] = {
		{ "dirty-new", "log-after", SPP_LOG_NEW, { 0, 2, 0 }, false },
		{ "dirty-new-cut",
		  "log-after",
		  SPP_LOG_NEW,
		  { 0, 3, 0 },
		  false },
		{ "dirty-split", "log-after", SPP_LOG_NEW, { 0, 1, 1 }, false },
		{ "dirty-badbase",
		  "log-after",
		  SPP_LOG_NEW,
		  { 0, 2, 0 },
		  true },
		{ "dirty-partial",
		  "log-middle",
		  SPP_LOG_NEW,
		  { 0, 1, 0 },
		  false },
		{ "stale", "log-after", SPP_LOG_NONE, { 0, 0, 0 }, false },
		{ "dirty-old",
		  "log-after-old",
		  SPP_LOG_OLD,
		  { 0, 1, 0 },
		  false },
		{ "dirty-old-split",
		  "log-after-old",
		  SPP_LOG_OLD,
		  { 0, 0, 1 },
		  false },
		{ "dirty-old-badbase",
		  "log-after-old",
		  SPP_LOG_OLD,
		  { 0, 1, 0 },
		  true },
		{ "stale-old",
		  "log-after-old",
		  SPP_LOG_NONE,
		  { 0, 0, 0 },
		  false },
	};
	struct logset set;
	struct logstate state;
	uint64_t off;
	size_t i;
	int k;

	for (i = 0; i < COUNT(rows); i++) {
		logset_fixture(&set, rows[i].set);
		state = logstate_fixture(rows[i].state);
		UNIT_ROW(!logset_replay(&set), rows[i].set);
		UNIT_ROW(logset_is(&set, &state), rows[i].set);
		UNIT_ROW(set.replay.format == rows[i].format, rows[i].set);
		UNIT_ROW(set.replay.base_from_log == rows[i].base, rows[i].set);
		for (k = 0; k < SPP_LOG_COUNT; k++)
			UNIT_ROW(set.replay.use[k].entries ==
					 rows[i].entries[k],
				 rows[i].set);
		off = 0; /* a clean hive is left as it is */
		UNIT_ROW(!spp_pages_dirty(set.pages, &off) == !rows[i].format,
			 rows[i].set);
		free(state.bytes);
		logset_close(&set);
	}
}

#define NO_USE(why)                                             \
	"hive is dirty and its logs do not replay (.LOG1: " why \
	"); boot Windows once"
#define REJECTED(why) NO_USE("its first entry, at byte 512, is rejected: " why)
#define OTHER_ENTRY   NO_USE("its first entry is not the one that its head names")
#define NO_LOGS                                                   \
	"hive is dirty and has no logs beside it; put its .LOG1 " \
	"and .LOG2 there"

static void useless_logs_are_refused(void)
{
	static const struct {
		const char *set, *text;
	} rows[] = {
		{ "dirty-badhash", REJECTED("the hash of its data is wrong") },
		{ "dirty-badhash2", REJECTED("the hash of its head is wrong") },
		{ "dirty-badseq", OTHER_ENTRY },
		{ "dirty-badlog", NO_USE("its head does not verify") },
		{ "dirty-old-badtime",
		  NO_USE("its time is not that of the hive") },
		{ "dirty-old-badseq", NO_USE("its head does not verify") },
		{ "dirty-old-baddirt", NO_USE("it has no valid map of pages") },
		{ "dirty-old-badlog", NO_USE("its head does not verify") },
		{ "dirty", NO_LOGS },
		{ "damaged-base-checksum", NO_LOGS },
	};
	struct logset set;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		logset_fixture(&set, rows[i].set);
		UNIT_ROW(logset_replay(&set) == SPP_DIRTY, rows[i].set);
		UNIT_ROW(set.err.status == SPP_DIRTY, rows[i].set);
		UNIT_ROW(!strcmp(set.err.text, rows[i].text), rows[i].set);
		logset_close(&set);
	}
}

/* What is no hive at all is not dirty: whoever reads it says what it is. */
static void foreign_files_are_left_alone(void)
{
	static const char *const names[] = { "damaged-base-signature",
					     "kms-primary", "truncated" };
	struct logset set;
	uint64_t off;
	size_t i;

	for (i = 0; i < COUNT(names); i++) {
		logset_fixture(&set, names[i]);
		UNIT_ROW(!logset_replay(&set), names[i]);
		off = 0;
		UNIT_ROW(!spp_pages_dirty(set.pages, &off), names[i]);
		UNIT_ROW(set.replay.format == SPP_LOG_NONE, names[i]);
		logset_close(&set);
	}
	logset_fixture(&set, "dirty-new");
	logset_part(&set, 0, 4095); /* not even a base block */
	CU_ASSERT_EQUAL(logset_replay(&set), SPP_OK);
	logset_close(&set);
}

/* Real logs, and what they replay to; NULL where they must be refused. */
static void real_sets(void)
{
	static const struct {
		const char *hive, *expected;
	} rows[] = {
		{ "NewDirtyHive1/NewDirtyHive", "NewDirtyHive1/NewDirtyHive" },
		{ "NewDirtyHive2/NewDirtyHive", "NewDirtyHive2/NewDirtyHive" },
		{ "OldDirtyHive/OldDirtyHive", "OldDirtyHive/OldDirtyHive" },
		{ "BadBaseBlockHive/BadBaseBlockHive",
		  "BadBaseBlockHive/BadBaseBlockHive" },
		{ "BadLogHive1/BadLogHive", NULL },
		{ "BadLogHive2/BadLogHive", NULL },
		{ "BadLogHive3/BadLogHive", NULL },
		{ "TruncatedDirtyHive", NULL },
	};
	struct logstate state;
	struct logset set;
	char file[128];
	const char *path;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		snprintf(file, sizeof(file), "yarp/%s", rows[i].hive);
		path = unit_real(file);
		if (!path)
			return;
		logset_open(&set, path);
		UNIT_ROW(logset_replay(&set) ==
				 (rows[i].expected ? SPP_OK : SPP_DIRTY),
			 rows[i].hive);
		if (rows[i].expected) {
			snprintf(file, sizeof(file),
				 "expected/yarp/%s.expected", rows[i].expected);
			path = unit_real(file);
			CU_ASSERT_PTR_NOT_NULL_FATAL(path);
			state = logstate_load(path);
			UNIT_ROW(logset_is(&set, &state), rows[i].hive);
			free(state.bytes);
		}
		logset_close(&set);
	}
}

/* Replays and says whether it came to one of the states, or was refused. */
static bool is_sane(struct logset *set, const struct logstate *states,
		    size_t count)
{
	enum spp_status st = logset_replay(set);
	struct spp_regf hive;
	size_t i;

	if (st)
		return st == SPP_DIRTY && set->err.status == SPP_DIRTY;
	for (i = 0; i < count; i++)
		if (logset_is(set, &states[i]))
			return true;
	if (!count && !spp_regf_open(&hive, set->pages, NULL))
		bed_walk(&hive);
	return !count;
}

/* How the logs of a set can be cut, and flipped, and what may come of it. */
static void damaged_logs_are_survived(void)
{
	static const struct {
		const char *set, *state[2];
		int log;
	} rows[] = {
		{ "dirty-new", { "log-middle", "log-after" }, 2 },
		{ "dirty-split", { "log-middle", "log-after" }, 2 },
		{ "dirty-split", { "log-middle", "log-after" }, 3 },
		{ "dirty-badbase", { "log-middle", "log-after" }, 2 },
		{ "dirty-new-cut", { NULL, NULL }, 2 },
		{ "dirty-old", { NULL, NULL }, 2 },
		{ "dirty-old-split", { NULL, NULL }, 3 },
		{ "dirty-old-badbase", { NULL, NULL }, 2 },
	};
	struct logstate states[2];
	size_t i, k, at, size, count, wrong;
	struct logset set;

	for (i = 0; i < COUNT(rows); i++) {
		logset_fixture(&set, rows[i].set);
		count = rows[i].state[0] ? 2 : 0;
		for (k = 0; k < count; k++)
			states[k] = logstate_fixture(rows[i].state[k]);
		size = set.part[rows[i].log].size;
		wrong = 0;
		for (at = 0; at <= size; at += at < 1600 ? 13 : 509) {
			logset_part(&set, rows[i].log, at);
			wrong += !is_sane(&set, states, count);
		}
		logset_part(&set, rows[i].log, size);
		for (at = 0; at < size; at += at < 700 ? 1 : 127) {
			set.bytes[rows[i].log][at] ^= (uint8_t)(1 << at % 8);
			wrong += !is_sane(&set, states, count);
			set.bytes[rows[i].log][at] ^= (uint8_t)(1 << at % 8);
		}
		UNIT_ROW(!wrong, rows[i].set);
		for (k = 0; k < count; k++)
			free(states[k].bytes);
		logset_close(&set);
	}
}

/* The old kind has no sums: what is cut is refused, wherever it is cut. */
static void old_logs_are_whole_or_of_no_use(void)
{
	struct logset set;
	size_t at, size, wrong = 0;

	logset_fixture(&set, "dirty-old");
	size = set.part[2].size;
	for (at = 0; at < size; at += 64) {
		logset_part(&set, 2, at);
		wrong += logset_replay(&set) != SPP_DIRTY;
	}
	logset_part(&set, 2, size - 1);
	CU_ASSERT_EQUAL(logset_replay(&set), SPP_DIRTY);
	CU_ASSERT_STRING_EQUAL(set.err.text,
			       "hive is dirty and its log ends before its "
			       "last page; boot Windows once");
	CU_ASSERT_EQUAL(wrong, 0);
	logset_close(&set);
}

/* A base block with any one byte wrong is replaced by the log's. */
static void damaged_base_block_is_replaced(void)
{
	struct logstate after = logstate_fixture("log-after");
	struct logset set;
	size_t at, wrong = 0;

	logset_fixture(&set, "dirty-new");
	for (at = 0; at < 512; at++) {
		set.bytes[0][at] ^= 0x40;
		wrong += logset_replay(&set) || !logset_is(&set, &after) ||
			 !set.replay.base_from_log;
		set.bytes[0][at] ^= 0x40;
	}
	CU_ASSERT_EQUAL(wrong, 0);
	free(after.bytes);
	logset_close(&set);
}

/* Makes the hashes of the entry at `at` right again. */
static void rehash(uint8_t *log, size_t at, size_t size)
{
	spp_put64(log + at + 24, spp_marvin(log + at + 40, size - 40));
	spp_put64(log + at + 32, spp_marvin(log + at, 32));
}

/* Entries that verify and make no sense all the same. */
static void nonsense_that_verifies(void)
{
	enum { FIRST = 512, FIRST_SIZE = 7680 };
	static const struct {
		const char *what;
		size_t at; /* in the first entry */
		uint32_t v;
		const char *text; /* of the refusal */
	} rows[] = {
		{ "size 0", 4, 0,
		  REJECTED("its size is not a multiple of 512") },
		{ "size of no sectors", 4, FIRST_SIZE - 8,
		  REJECTED("its size is not a multiple of 512") },
		{ "size past the log", 4, 0x7ffffe00,
		  REJECTED("it ends after the end of the log") },
		{ "size past all", 4, 0xfffffe00,
		  REJECTED("it ends after the end of the log") },
		{ "another sequence", 12, 412, OTHER_ENTRY },
		{ "no bins", 16, 0,
		  REJECTED("its bins size is not a multiple of 4096") },
		{ "half a bin", 16, 32768 + 512,
		  REJECTED("its bins size is not a multiple of 4096") },
		{ "fewer bins than the page needs", 16, 20480,
		  REJECTED("a page is outside the entry or the bins") },
		{ "bins that nobody brings", 16, 0x7ffff000,
		  "hive is dirty and its log wants bins of 2147479552 bytes, "
		  "more than it brings; boot Windows once" },
		{ "one bin more than there is", 16, 36864,
		  "the replayed hive has no valid bin at 0x8000; boot Windows "
		  "once" },
		{ "more pages than fit", 20, 955,
		  REJECTED("a page is outside the entry or the bins") },
		{ "most pages", 20, 0xffffffff,
		  REJECTED("it has more pages than room for them") },
		{ "page outside", 40, 32768,
		  REJECTED("a page is outside the entry or the bins") },
		{ "page far outside", 40, 0xfffffe00,
		  REJECTED("a page is outside the entry or the bins") },
		{ "page of no sector", 40, 20480 + 8,
		  REJECTED("a page is outside the entry or the bins") },
		{ "page of no bytes", 44, 0,
		  REJECTED("a page is outside the entry or the bins") },
		{ "page longer than the entry", 44, 8192,
		  REJECTED("a page is outside the entry or the bins") },
		{ "longest page", 44, 0xfffffe00,
		  REJECTED("a page is outside the entry or the bins") },
	};
	struct logset set;
	size_t i, size;
	uint8_t *log;

	for (i = 0; i < COUNT(rows); i++) {
		logset_fixture(&set, "dirty-new");
		log = set.bytes[2];
		spp_put32(log + FIRST + rows[i].at, rows[i].v);
		/* The hash of what the entry now claims to be, if it can be. */
		size = spp_get32(log + FIRST + 4);
		if (size < 40 || size > set.part[2].size - FIRST)
			size = FIRST_SIZE;
		rehash(log, FIRST, size);
		spp_put32(log + FIRST + FIRST_SIZE, 0); /* no second one */
		UNIT_ROW(logset_replay(&set) == SPP_DIRTY, rows[i].what);
		UNIT_ROW(!strcmp(set.err.text, rows[i].text), rows[i].what);
		logset_close(&set);
	}
}

/* Sequence numbers may wrap between one entry and the next. */
static void numbers_wrap(void)
{
	struct logstate after = logstate_fixture("log-after");
	struct spp_base base;
	struct logset set;
	uint8_t *log;

	logset_fixture(&set, "dirty-new");
	log = set.bytes[2];
	bed_poke(set.bytes[0], 4, 0xffffffff);
	bed_poke(set.bytes[0], 8, 0xfffffffe);
	bed_poke(log, 4, 0xffffffff);
	bed_poke(log, 8, 0xffffffff);
	spp_put32(log + 512 + 12, 0xffffffff);
	rehash(log, 512, 7680);
	spp_put32(log + 8192 + 12, 0);
	rehash(log, 8192, 36864);
	CU_ASSERT_EQUAL(logset_replay(&set), SPP_OK);
	CU_ASSERT_TRUE(logset_is(&set, &after));
	CU_ASSERT_EQUAL(set.replay.last_seq, 0);
	CU_ASSERT_EQUAL(spp_base_read(set.bytes[0], 512, &base, NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_log_newest(&set.logs, &base), 0);
	free(after.bytes);
	logset_close(&set);
}

static void newest_number(void)
{
	static const struct {
		const char *set;
		uint32_t newest;
	} rows[] = {
		{ "dirty-new", 414 },	{ "dirty-new-cut", 415 },
		{ "dirty-split", 414 }, { "dirty-badlog", 413 },
		{ "stale", 414 },	{ "dirty-old", 413 },
		{ "kms-primary", 412 }, { "dirty-badseq", 413 },
	};
	struct spp_base base;
	struct logset set;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		logset_fixture(&set, rows[i].set);
		CU_ASSERT_EQUAL(spp_base_read(set.bytes[0], 512, &base, NULL),
				SPP_OK);
		UNIT_ROW(spp_log_newest(&set.logs, &base) == rows[i].newest,
			 rows[i].set);
		logset_close(&set);
	}
}

/* Of two old logs the times say which one counts, if any does. */
static void old_logs_are_chosen_by_time(void)
{
	static const struct {
		uint32_t hive, log1, log2;
		int used; /* 0: none */
	} rows[] = {
		{ 10, 10, 10, 1 }, { 10, 10, 20, 1 }, { 10, 20, 10, 2 },
		{ 10, 20, 30, 2 }, { 10, 5, 20, 2 },  { 10, 30, 20, 0 },
		{ 10, 20, 20, 0 }, { 10, 9, 8, 0 },   { 10, 9, 10, 2 },
		{ 10, 8, 9, 0 },
	};
	char row[64];
	struct logset set;
	size_t i;
	int used;

	for (i = 0; i < COUNT(rows); i++) {
		logset_fixture(&set, "dirty-old-split");
		bed_poke(set.bytes[0], 12, rows[i].hive);
		bed_poke(set.bytes[2], 12, rows[i].log1);
		bed_poke(set.bytes[3], 12, rows[i].log2);
		logset_replay(&set);
		used = set.replay.use[SPP_LOG1].entries	  ? 1
		       : set.replay.use[SPP_LOG2].entries ? 2
							  : 0;
		snprintf(row, sizeof(row), "%u, %u, %u: LOG%d", rows[i].hive,
			 rows[i].log1, rows[i].log2, used);
		UNIT_ROW(used == rows[i].used, row);
		logset_close(&set);
	}
}

static void giving_up_settles(void)
{
	struct spp_regf hive;
	struct logset set;

	logset_fixture(&set, "dirty");
	CU_ASSERT_EQUAL(logset_replay(&set), SPP_DIRTY);
	CU_ASSERT_EQUAL(spp_log_settle(set.pages, 77, NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_regf_open(&hive, set.pages, NULL), SPP_OK);
	CU_ASSERT_FALSE(spp_base_dirty(&hive.base));
	CU_ASSERT_EQUAL(hive.base.seq1, 77);
	logset_close(&set);
}

static const struct unit_test tests[] = {
	{ "sets replay", sets_replay },
	{ "useless logs are refused", useless_logs_are_refused },
	{ "foreign files are left alone", foreign_files_are_left_alone },
	{ "real sets", real_sets },
	{ "damaged logs are survived", damaged_logs_are_survived },
	{ "old logs are whole or of no use", old_logs_are_whole_or_of_no_use },
	{ "a damaged base block is replaced", damaged_base_block_is_replaced },
	{ "nonsense that verifies", nonsense_that_verifies },
	{ "numbers wrap", numbers_wrap },
	{ "newest number", newest_number },
	{ "old logs are chosen by time", old_logs_are_chosen_by_time },
	{ "giving up settles", giving_up_settles },
	{ NULL, NULL },
};

const struct unit_suite unit_log = { "log", tests };
