/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hive/edit/session_private.h"
#include "tests/editing.h"
#include "tests/logset.h"
#include "tests/unit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define HOST	 "KeyManagementServiceName"
#define LIST	 "DnsDomainPublishList"

/* A file as it is: bytes, time, inode. */
struct snap {
	unsigned char *bytes;
	size_t size;
	struct stat st;
};

static struct snap snap_take(const char *path)
{
	struct snap snap = { .size = 0 };

	snap.bytes = unit_slurp(path, &snap.size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(snap.bytes);
	CU_ASSERT_EQUAL(stat(path, &snap.st), 0);
	return snap;
}

/* Whether it is still so, and nothing was left beside it; frees the snap. */
static bool is_untouched(struct snap *snap, const char *path)
{
	struct snap now = snap_take(path);
	char temp[UNIT_PATH];
	bool same;

	unit_path(temp, ".hive.sppctl-new");
	same = now.size == snap->size &&
	       !memcmp(now.bytes, snap->bytes, now.size) &&
	       now.st.st_ino == snap->st.st_ino &&
	       now.st.st_mtim.tv_sec == snap->st.st_mtim.tv_sec &&
	       now.st.st_mtim.tv_nsec == snap->st.st_mtim.tv_nsec &&
	       access(temp, F_OK);
	free(now.bytes);
	free(snap->bytes);
	return same;
}

/* A copy of a fixture with its logs; its path. */
static const char *copy_set(const char *name)
{
	char from[64], to[32];
	int i;

	for (i = 0; i < SPP_LOG_COUNT; i++) {
		const char *suffix = spp_log_suffix((enum spp_log_name)i);

		snprintf(from, sizeof(from), "%s.hive%s", name, suffix);
		snprintf(to, sizeof(to), "hive%s", suffix);
		if (!access(unit_fixture(from), R_OK))
			unit_copy(unit_fixture(from), to);
	}
	snprintf(from, sizeof(from), "%s.hive", name);
	return unit_copy(unit_fixture(from), "hive");
}

/* Staging what is there already, in whatever way, leaves the file alone. */
static void nothing_new_nothing_done(void)
{
	struct spp_value CLEANUP(spp_value_release) v = SPP_VALUE_INIT;
	const char *path = copy_set("kms-primary");
	struct snap snap = snap_take(path);
	struct editing e;

	CU_ASSERT_EQUAL(editing_open(&e, path, NULL), SPP_OK);
	CU_ASSERT_EQUAL(editing_commit(&e), SPP_OK); /* nothing at all */
	CU_ASSERT_EQUAL(spp_session_get(e.session, BED_SPP, LIST, &v, NULL),
			SPP_OK);
	CU_ASSERT_EQUAL(spp_session_set(e.session, BED_SPP,
					"dnsDOMAINpublishLIST", &v, NULL),
			SPP_OK);
	CU_ASSERT_EQUAL(spp_session_delete(e.session, BED_SPP, "Gone", NULL),
			SPP_OK);
	CU_ASSERT_EQUAL(spp_session_delete(e.session, "No\\Such", "x", NULL),
			SPP_OK);
	/* There and back again. */
	CU_ASSERT_EQUAL(editing_set(&e, BED_SPP, LIST, "x"), SPP_OK);
	CU_ASSERT_TRUE(spp_session_changed(e.session));
	CU_ASSERT_EQUAL(spp_session_set(e.session, BED_SPP, LIST, &v, NULL),
			SPP_OK);
	CU_ASSERT_EQUAL(editing_set(&e, BED_SPP, "New", "x"), SPP_OK);
	CU_ASSERT_EQUAL(spp_session_delete(e.session, BED_SPP, "new", NULL),
			SPP_OK);
	CU_ASSERT_FALSE(spp_session_changed(e.session));
	CU_ASSERT_EQUAL(editing_commit(&e), SPP_OK);
	CU_ASSERT_EQUAL(spp_session_report(e.session)->seq_after,
			spp_session_report(e.session)->seq_before);
	editing_close(&e);
	CU_ASSERT_TRUE(is_untouched(&snap, path));
}

static void second_time_does_nothing(void)
{
	const char *path = copy_set("kms-primary");
	struct snap snap;

	CU_ASSERT_EQUAL(editing_once(path, BED_SPP, HOST, "a.example", NULL),
			SPP_OK);
	snap = snap_take(path);
	CU_ASSERT_EQUAL(editing_once(path, BED_SPP, HOST, "a.example", NULL),
			SPP_OK);
	CU_ASSERT_TRUE(is_untouched(&snap, path));
}

static void closing_undoes_all(void)
{
	const char *path = copy_set("kms-primary");
	struct snap snap;
	struct editing e;
	int prepared;

	for (prepared = 0; prepared < 2; prepared++) {
		snap = snap_take(path);
		CU_ASSERT_EQUAL(editing_open(&e, path, NULL), SPP_OK);
		CU_ASSERT_EQUAL(editing_set(&e, BED_SPP, HOST, "a.example"),
				SPP_OK);
		if (prepared)
			CU_ASSERT_EQUAL(spp_session_prepare(e.session, NULL),
					SPP_OK);
		editing_close(&e);
		CU_ASSERT_TRUE(is_untouched(&snap, path));
	}
}

static void values_come_and_go(void)
{
	const char *path = copy_set("kms-client");
	static const char deep[] = BED_SPP "\\New\\Deeper";
	struct editing e;
	struct bed bed;

	CU_ASSERT_EQUAL(editing_open(&e, path, NULL), SPP_OK);
	CU_ASSERT_TRUE(editing_has(&e, BED_SPP, HOST, "kms01.corp.example"));
	CU_ASSERT_EQUAL(editing_set(&e, BED_SPP, HOST, "a.example"), SPP_OK);
	CU_ASSERT_EQUAL(editing_set(&e, BED_SPP, "keymanagementserviceNAME",
				    "b.example"),
			SPP_OK);
	CU_ASSERT_EQUAL(editing_set(&e, deep, "One", "1"), SPP_OK);
	CU_ASSERT_EQUAL(editing_set(&e, deep, "Two", "2"), SPP_OK);
	CU_ASSERT_EQUAL(
		spp_session_delete(e.session, BED_SPP, "SkipRearm", NULL),
		SPP_OK);
	CU_ASSERT_EQUAL(editing_commit(&e), SPP_OK);
	editing_close(&e);
	CU_ASSERT_EQUAL(editing_read(&e, path), SPP_OK);
	CU_ASSERT_TRUE(editing_has(&e, BED_SPP, HOST, "b.example"));
	CU_ASSERT_TRUE(editing_has(&e, deep, "one", "1"));
	CU_ASSERT_TRUE(editing_has(&e, deep, "Two", "2"));
	CU_ASSERT_TRUE(editing_has(&e, BED_SPP, "SkipRearm", NULL));
	editing_close(&e);
	CU_ASSERT_EQUAL(bed_open(&bed, path), SPP_OK);
	CU_ASSERT_EQUAL(bed_findings(&bed.hive, SPP_WARNING), 0);
	CU_ASSERT_EQUAL(bed.hive.base.written, EDITING_NOW);
	CU_ASSERT_EQUAL(bed_key(&bed.hive, BED_SPP).written, EDITING_NOW);
	CU_ASSERT_NOT_EQUAL(bed_key(&bed.hive, BED_NT).written, EDITING_NOW);
	bed_close(&bed);
}

/* A dirty hive is what its logs make of it, and edited as that. */
static void dirty_hives_are_replayed_first(void)
{
	static const struct {
		const char *set, *host;
		uint32_t seq;
	} rows[] = {
		{ "dirty-new", "kms-new.corp.example", 415 },
		{ "dirty-split", "kms-new.corp.example", 415 },
		{ "dirty-badbase", "kms-new.corp.example", 415 },
		{ "dirty-partial", "kms-mid.corp.example", 415 },
		{ "dirty-old", "kms-new.corp.example", 414 },
		{ "dirty-old-badbase", "kms-new.corp.example", 414 },
		{ "stale", "kms-new.corp.example", 415 },
	};
	struct snap snap, log;
	char copy[UNIT_PATH], log1[UNIT_PATH], log2[UNIT_PATH];
	struct editing e;
	struct bed bed;
	size_t i;

	unit_path(copy, "hive");
	unit_path(log1, "hive.LOG1");
	unit_path(log2, "hive.LOG2");
	for (i = 0; i < COUNT(rows); i++) {
		snap = snap_take(copy_set(rows[i].set));
		log = snap_take(log1);
		CU_ASSERT_EQUAL(editing_open(&e, copy, NULL), SPP_OK);
		UNIT_ROW(editing_has(&e, BED_SPP, HOST, rows[i].host),
			 rows[i].set);
		UNIT_ROW(!spp_session_changed(e.session), rows[i].set);
		UNIT_ROW(!editing_commit(&e), rows[i].set);
		UNIT_ROW(is_untouched(&snap, copy), rows[i].set);
		UNIT_ROW(!editing_set(&e, BED_SPP, "New", "x"), rows[i].set);
		UNIT_ROW(!editing_commit(&e), e.err.text);
		editing_close(&e);
		UNIT_ROW(is_untouched(&log, log1), rows[i].set);
		UNIT_ROW(!bed_open(&bed, copy), rows[i].set);
		UNIT_ROW(!spp_base_dirty(&bed.hive.base), rows[i].set);
		UNIT_ROW(bed.hive.base.seq1 == rows[i].seq, rows[i].set);
		UNIT_ROW(!bed_findings(&bed.hive, SPP_WARNING), rows[i].set);
		bed_close(&bed);
		/* The logs are stale now, and stay so. */
		CU_ASSERT_EQUAL(editing_read(&e, copy), SPP_OK);
		UNIT_ROW(spp_session_report(e.session)->replay.format ==
				 SPP_LOG_NONE,
			 rows[i].set);
		UNIT_ROW(editing_has(&e, BED_SPP, HOST, rows[i].host),
			 rows[i].set);
		UNIT_ROW(editing_has(&e, BED_SPP, "New", "x"), rows[i].set);
		editing_close(&e);
		unlink(log1);
		unlink(log2);
	}
}

/* A replayed hive may be committed as it is, a clean one may not. */
static void recovering(void)
{
	const char *path = copy_set("dirty-new");
	struct logstate after = logstate_fixture("log-after");
	struct snap snap;
	struct editing e;
	struct bed bed;

	CU_ASSERT_EQUAL(editing_open(&e, path, NULL), SPP_OK);
	spp_session_recover(e.session);
	CU_ASSERT_TRUE(spp_session_changed(e.session));
	CU_ASSERT_EQUAL(editing_commit(&e), SPP_OK);
	editing_close(&e);
	CU_ASSERT_EQUAL(bed_open(&bed, path), SPP_OK);
	CU_ASSERT_FALSE(spp_base_dirty(&bed.hive.base));
	CU_ASSERT_EQUAL(bed.size, after.size);
	CU_ASSERT_EQUAL(
		memcmp(bed.bytes + 4096, after.bytes + 4096, after.size - 4096),
		0);
	bed_close(&bed);
	free(after.bytes);
	snap = snap_take(path);
	CU_ASSERT_EQUAL(editing_open(&e, path, NULL), SPP_OK);
	spp_session_recover(e.session);
	CU_ASSERT_FALSE(spp_session_changed(e.session));
	CU_ASSERT_EQUAL(editing_commit(&e), SPP_OK);
	editing_close(&e);
	CU_ASSERT_TRUE(is_untouched(&snap, path));
}

static void logs_can_be_given_up(void)
{
	static const struct spp_session_options discard = { .now = EDITING_NOW,
							    .discard_logs =
								    true };
	static const char *const sets[] = { "dirty", "dirty-badhash",
					    "dirty-badhash2" };
	const char *path;
	struct editing e;
	struct bed bed;
	size_t i;

	for (i = 0; i < COUNT(sets); i++) {
		path = copy_set(sets[i]);
		UNIT_ROW(editing_open(&e, path, NULL) == SPP_DIRTY, sets[i]);
		editing_close(&e);
		UNIT_ROW(editing_read(&e, path) == SPP_DIRTY, sets[i]);
		editing_close(&e);
		UNIT_ROW(!editing_open(&e, path, &discard), sets[i]);
		UNIT_ROW(spp_session_report(e.session)->replay.discarded,
			 sets[i]);
		UNIT_ROW(!spp_session_changed(e.session), sets[i]);
		UNIT_ROW(!editing_set(&e, BED_SPP, HOST, "x.example"), sets[i]);
		UNIT_ROW(!editing_commit(&e), e.err.text);
		editing_close(&e);
		UNIT_ROW(!bed_open(&bed, path), sets[i]);
		UNIT_ROW(!spp_base_dirty(&bed.hive.base), sets[i]);
		UNIT_ROW(!bed_findings(&bed.hive, SPP_ERROR), sets[i]);
		bed_close(&bed);
	}
}

/* Lack of memory is not told as damage, whatever a step made of it. */
static void failures_keep_their_status(void)
{
	const struct spp_store store = { .label = (char[]){ "SOFTWARE" } };
	struct spp_error why = SPP_ERROR_INIT, err = SPP_ERROR_INIT;

	spp_nomem(&why);
	CU_ASSERT_EQUAL(
		spp_session_fail(&store, SPP_CORRUPT, "edit", &why, &err),
		SPP_NOMEM);
	CU_ASSERT_EQUAL(err.status, SPP_NOMEM);
	CU_ASSERT_STRING_EQUAL(err.text,
			       "cannot edit 'SOFTWARE': out of memory");
	spp_error_clear(&why);
	CU_ASSERT_EQUAL(
		spp_session_fail(&store, SPP_CORRUPT, "edit", &why, NULL),
		SPP_CORRUPT);
}

/* libhivex refuses the result for damage that has nothing to do with it. */
static void damage_elsewhere_is_no_bug(void)
{
	static const char *const rows[] = { "damaged-bin-offset",
					    "damaged-bin-signature",
					    "damaged-bin-size-long",
					    "damaged-bin-size-zero" };
	struct snap snap;
	struct editing e;
	const char *path;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		path = copy_set(rows[i]);
		snap = snap_take(path);
		CU_ASSERT_EQUAL(editing_open(&e, path, NULL), SPP_OK);
		CU_ASSERT_EQUAL(editing_set(&e, BED_SPP, HOST, "x.example"),
				SPP_OK);
		UNIT_ROW(editing_commit(&e) == SPP_CORRUPT, rows[i]);
		UNIT_ROW(e.err.status == SPP_CORRUPT, rows[i]);
		UNIT_ROW(e.err.remedy == SPP_REMEDY_CHECK, rows[i]);
		editing_close(&e);
		UNIT_ROW(is_untouched(&snap, path), rows[i]);
	}
}

static void some_hives_are_refused(void)
{
	static const struct {
		const char *hive;
		enum spp_status write, read;
		const char *text; /* behind "cannot edit 'PATH': " */
	} rows[] = {
		{ "layered", SPP_UNSUPPORTED, SPP_OK,
		  "it is a layered hive (version 1.6), part of a container's "
		  "registry; edit the base hive" },
		{ "truncated", SPP_TRUNCATED, SPP_TRUNCATED,
		  "hive is truncated: 8192 bytes of 12288; restore it from a "
		  "backup" },
		{ "truncated-in-bin", SPP_TRUNCATED, SPP_TRUNCATED,
		  "hive is truncated: 11288 bytes of 12288; restore it from a "
		  "backup" },
		{ "damaged-base-signature", SPP_NOTHIVE, SPP_NOTHIVE,
		  "not a registry hive" },
		{ "damaged-base-version", SPP_UNSUPPORTED, SPP_UNSUPPORTED,
		  "hive version 2.5 is not supported" },
		{ "dirty", SPP_DIRTY, SPP_DIRTY,
		  "hive is dirty and has no logs beside it; put its .LOG1 and "
		  ".LOG2 there" },
		{ "dirty-badhash", SPP_DIRTY, SPP_DIRTY,
		  "hive is dirty and its logs do not replay (.LOG1: its first "
		  "entry, at byte 512, is rejected: the hash of its data is "
		  "wrong); boot Windows once" },
		{ "dirty-old-badlog", SPP_DIRTY, SPP_DIRTY,
		  "hive is dirty and its logs do not replay (.LOG1: its head "
		  "does not verify); boot Windows once" },
	};
	char text[SPP_ERROR_TEXT];
	struct snap snap;
	struct editing e;
	const char *path;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		path = copy_set(rows[i].hive);
		snap = snap_take(path);
		UNIT_ROW(editing_open(&e, path, NULL) == rows[i].write,
			 rows[i].hive);
		snprintf(text, sizeof(text), "cannot edit '%s': %s", path,
			 rows[i].text);
		UNIT_ROW(!strcmp(e.err.text, text), rows[i].hive);
		editing_close(&e);
		UNIT_ROW(editing_read(&e, path) == rows[i].read, rows[i].hive);
		snprintf(text, sizeof(text), "cannot read '%s': %s", path,
			 rows[i].text);
		UNIT_ROW(!strcmp(e.err.text, rows[i].read ? text : ""),
			 rows[i].hive);
		editing_close(&e);
		UNIT_ROW(is_untouched(&snap, path), rows[i].hive);
	}
}

/* After a failure only closing is left, and nothing was replaced. */
static void failures_are_final(void)
{
	const char *path = copy_set("damaged-value-twins");
	struct snap snap = snap_take(path);
	struct editing e;

	CU_ASSERT_EQUAL(editing_open(&e, path, NULL), SPP_OK);
	CU_ASSERT_EQUAL(editing_set(&e, BED_SPP, HOST, "x.example"), SPP_OK);
	CU_ASSERT_EQUAL(editing_commit(&e), SPP_CORRUPT);
	CU_ASSERT_EQUAL(e.err.remedy, SPP_REMEDY_CHECK);
	CU_ASSERT_EQUAL(editing_set(&e, BED_SPP, "New", "x"), SPP_BUG);
	CU_ASSERT_EQUAL(spp_session_delete(e.session, BED_SPP, HOST, NULL),
			SPP_BUG);
	CU_ASSERT_EQUAL(editing_commit(&e), SPP_BUG);
	CU_ASSERT_EQUAL(spp_target_publish(e.target, NULL), SPP_OK);
	editing_close(&e);
	CU_ASSERT_TRUE(is_untouched(&snap, path));
	/* What was opened to read cannot be edited. */
	snap = snap_take(path);
	CU_ASSERT_EQUAL(editing_read(&e, path), SPP_OK);
	CU_ASSERT_EQUAL(editing_set(&e, BED_SPP, "New", "x"), SPP_BUG);
	CU_ASSERT_EQUAL(editing_commit(&e), SPP_BUG);
	editing_close(&e);
	CU_ASSERT_TRUE(is_untouched(&snap, path));
}

static void report_is_filed(void)
{
	static const struct spp_session_options hash = { .now = EDITING_NOW,
							 .hash = true };
	const char *path = copy_set("full-bins");
	const struct spp_session_report *report;
	uint8_t sum[SPP_SHA256_SIZE];
	struct editing e;
	struct bed bed;

	CU_ASSERT_EQUAL(bed_open(&bed, path), SPP_OK);
	CU_ASSERT_EQUAL(spp_sha256(&bed.source, sum, NULL), SPP_OK);
	bed_close(&bed);
	CU_ASSERT_EQUAL(editing_open(&e, path, &hash), SPP_OK);
	CU_ASSERT_EQUAL(editing_set(&e, BED_SPP, "New", "text"), SPP_OK);
	CU_ASSERT_EQUAL(editing_commit(&e), SPP_OK);
	report = spp_session_report(e.session);
	CU_ASSERT_EQUAL(report->seq_before, 31);
	CU_ASSERT_EQUAL(report->seq_after, 32);
	CU_ASSERT_EQUAL(report->size_before, 12288);
	CU_ASSERT_EQUAL(report->size_after, 16384);
	CU_ASSERT_EQUAL(report->proof.bytes_grown, 4096);
	CU_ASSERT_TRUE(report->proof.bytes_changed > 0);
	CU_ASSERT_TRUE(report->hashed);
	CU_ASSERT_EQUAL(memcmp(sum, report->sha256_before, sizeof(sum)), 0);
	CU_ASSERT_EQUAL(bed_open(&bed, path), SPP_OK);
	CU_ASSERT_EQUAL(spp_sha256(&bed.source, sum, NULL), SPP_OK);
	CU_ASSERT_EQUAL(memcmp(sum, report->proof.sha256, sizeof(sum)), 0);
	bed_close(&bed);
	editing_close(&e);
}

static void values_have_a_limit(void)
{
	static uint8_t data[SPP_VALUE_MAX + 1];
	struct spp_value v = { SPP_REG_BINARY, data, sizeof(data) };
	struct spp_value CLEANUP(spp_value_release) got = SPP_VALUE_INIT;
	const char *path = copy_set("kms-primary");
	struct editing e;

	CU_ASSERT_EQUAL(editing_open(&e, path, NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_session_set(e.session, BED_SPP, "Big", &v, NULL),
			SPP_LIMIT);
	v.size--;
	CU_ASSERT_EQUAL(spp_session_set(e.session, BED_SPP, "Big", &v, NULL),
			SPP_OK);
	CU_ASSERT_EQUAL(editing_commit(&e), SPP_OK);
	editing_close(&e);
	CU_ASSERT_EQUAL(editing_read(&e, path), SPP_OK);
	CU_ASSERT_EQUAL(spp_session_get(e.session, BED_SPP, "Big", &got, NULL),
			SPP_OK);
	CU_ASSERT_TRUE(spp_value_equal(&v, &got));
	editing_close(&e);
	spp_session_close(NULL);
}

static const struct unit_test tests[] = {
	{ "nothing new, nothing done", nothing_new_nothing_done },
	{ "the second time does nothing", second_time_does_nothing },
	{ "closing undoes all", closing_undoes_all },
	{ "values come and go", values_come_and_go },
	{ "dirty hives are replayed first", dirty_hives_are_replayed_first },
	{ "recovering", recovering },
	{ "logs can be given up", logs_can_be_given_up },
	{ "some hives are refused", some_hives_are_refused },
	{ "damage elsewhere is not a bug", damage_elsewhere_is_no_bug },
	{ "failures keep their status", failures_keep_their_status },
	{ "failures are final", failures_are_final },
	{ "a report is filed", report_is_filed },
	{ "values have a limit", values_have_a_limit },
	{ NULL, NULL },
};

const struct unit_suite unit_session = { "session", tests };
