/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a commit leaves alone, whatever the hive: the laws of a session. */
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "tests/editing.h"
#include "tests/unit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* The hive at path but for the value at BED_SPP. */
static char *dump(const char *path, const char *name)
{
	struct spp_buf out = SPP_BUF_INIT;
	struct bed bed;

	CU_ASSERT_EQUAL(bed_open(&bed, path), SPP_OK);
	bed_dump(&bed.hive, BED_SPP, name, &out);
	bed_close(&bed);
	return spp_buf_take(&out);
}

/* The findings of a check, by rule. */
static void check(const char *path, uint64_t total[SPP_CHECK_RULES])
{
	struct spp_check CLEANUP(spp_check_release) found = SPP_CHECK_INIT;
	struct bed bed;

	CU_ASSERT_EQUAL(bed_open(&bed, path), SPP_OK);
	CU_ASSERT_EQUAL(spp_check_run(&found, &bed.hive, NULL), SPP_OK);
	memcpy(total, found.total, sizeof(found.total));
	bed_close(&bed);
}

/*
 * Sets a value in a copy.  If that is done, nothing else may differ and no
 * more may be found; *done counts.
 */
static void edit_one(const char *fixture, const char *name, const char *text,
		     int *done)
{
	char *before = dump(fixture, name), *after;
	uint64_t had[SPP_CHECK_RULES], has[SPP_CHECK_RULES];
	const char *copy = unit_copy(fixture, "hive");
	struct spp_error err = SPP_ERROR_INIT;
	struct editing e;
	int rule;

	if (editing_once(copy, BED_SPP, name, text, &err)) {
		UNIT_ROW(err.status && *err.text, fixture);
	} else {
		after = dump(copy, name);
		UNIT_ROW(!strcmp(before, after), fixture);
		free(after);
		check(fixture, had);
		check(copy, has);
		for (rule = 0; rule < SPP_CHECK_RULES; rule++)
			UNIT_ROW(has[rule] <= had[rule] ||
					 rule == SPP_CHECK_FREE_PAIR,
				 fixture);
		UNIT_ROW(!editing_read(&e, copy), fixture);
		UNIT_ROW(editing_has(&e, BED_SPP, name, text), fixture);
		editing_close(&e);
		++*done;
	}
	free(before);
}

static bool has_settings(const char *path)
{
	struct spp_key key;
	struct bed bed;
	bool has = !bed_open(&bed, path) && !spp_base_dirty(&bed.hive.base) &&
		   !spp_regf_find(&bed.hive, BED_SPP, &key, NULL);

	bed_close(&bed);
	return has;
}

/* In every fixture, sound or damaged, values are changed and made. */
static void all_else_stays(void)
{
	static const struct {
		const char *name, *text;
	} edits[] = {
		{ "KeyManagementServiceName", "kms02.corp.example" },
		{ "KeyManagementServiceName",
		  "a-much-longer-name-of-a-host.branch.corp.example" },
		{ "PolicyCache", "short" },
		{ "New", "x" },
	};
	glob_t found;
	size_t i, k;
	int done = 0;

	CU_ASSERT_EQUAL_FATAL(glob(unit_fixture("*.hive"), 0, NULL, &found), 0);
	for (i = 0; i < found.gl_pathc; i++)
		for (k = 0; k < COUNT(edits); k++)
			if (has_settings(found.gl_pathv[i]))
				edit_one(found.gl_pathv[i], edits[k].name,
					 edits[k].text, &done);
	CU_ASSERT_TRUE(done > 100);
	globfree(&found);
}

static const struct unit_test tests[] = {
	{ "all else stays", all_else_stays },
	{ NULL, NULL },
};

const struct unit_suite unit_commit = { "commit", tests };
