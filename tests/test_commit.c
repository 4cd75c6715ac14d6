/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a commit leaves alone, whatever the hive: the laws of a session. */
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "tests/editing.h"
#include "tests/unit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* The hive at path but for one value. */
static char *dump(const char *path, const char *key, const char *name)
{
	struct spp_buf out = SPP_BUF_INIT;
	struct bed bed;

	CU_ASSERT_EQUAL(bed_open(&bed, path), SPP_OK);
	bed_dump(&bed.hive, key, name, &out);
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
static void edit_one(const char *fixture, const char *key, const char *name,
		     const char *text, int *done)
{
	char *before = dump(fixture, key, name), *after;
	uint64_t had[SPP_CHECK_RULES], has[SPP_CHECK_RULES];
	const char *copy = unit_copy(fixture, "hive");
	struct spp_error err = SPP_ERROR_INIT;
	struct editing e;
	int rule;

	if (editing_once(copy, key, name, text, &err)) {
		UNIT_ROW(err.status && *err.text, fixture);
	} else {
		after = dump(copy, key, name);
		UNIT_ROW(!strcmp(before, after), fixture);
		free(after);
		check(fixture, had);
		check(copy, has);
		for (rule = 0; rule < SPP_CHECK_RULES; rule++)
			UNIT_ROW(has[rule] <= had[rule] ||
					 rule == SPP_CHECK_FREE_PAIR,
				 fixture);
		UNIT_ROW(!editing_read(&e, copy), fixture);
		UNIT_ROW(editing_has(&e, key, name, text), fixture);
		editing_close(&e);
		++*done;
	}
	free(before);
}

static bool has_key(const char *path, const char *name)
{
	struct spp_key key;
	struct bed bed;
	bool has = !bed_open(&bed, path) && !spp_base_dirty(&bed.hive.base) &&
		   !spp_regf_find(&bed.hive, name, &key, NULL);

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
	/* In damaged ones half of the edits will do: they are many. */
	for (i = 0; i < found.gl_pathc; i++)
		for (k = 0; k < COUNT(edits); k++)
			if (has_key(found.gl_pathv[i], BED_SPP) &&
			    (k % 2 || !strstr(found.gl_pathv[i], "damaged")))
				edit_one(found.gl_pathv[i], BED_SPP,
					 edits[k].name, edits[k].text, &done);
	CU_ASSERT_TRUE(done > 100);
	globfree(&found);
}

/* The same where Windows wrote the hive. */
static void all_else_stays_in_real_hives(void)
{
	static const struct {
		const char *hive, *key;
	} rows[] = {
		{ "aiowinreg/nt/software.reg", "Microsoft\\Windows NT" },
		{ "artemis/registry/win10/NTUSER.DAT", "Software" },
		{ "dfwinreg/old/SYSTEM", "Select" },
		{ "ez-registry/BCD", "Description" },
		{ "ez-registry/NTUSER1.DAT",
		  "Software\\" BED_SPP
		  "\\Policies\\0ff1ce15-a989-479d-af46-f275c6370663" },
		{ "notatin/NTUSER.DAT", "" },
		{ "nt-hive/testhive", "big-data-test" },
		{ "plaso/NTUSER-WIN7.DAT", "Software\\Microsoft" },
		{ "plaso/winreg/win10-Amcache.hve", "Root" },
		{ "yarp/BigDataHive", "key_with_bigdata" },
		{ "yarp/ManySubkeysHive", "key_with_many_subkeys" },
		{ "yarp/RemnantData", "3" },
		{ "yarp/OldDirtyHive/RecoveredHive_Windows7", "" },
	};
	const char *path;
	size_t i;
	int done = 0;

	for (i = 0; i < COUNT(rows); i++) {
		path = unit_real(rows[i].hive);
		if (!path)
			return;
		UNIT_ROW(has_key(path, rows[i].key), rows[i].hive);
		edit_one(path, rows[i].key, "KeyManagementServiceName",
			 "kms01.corp.example", &done);
		UNIT_ROW(done == (int)i + 1, rows[i].hive);
	}
}

/* The vk of a value, and its data, in the bytes of a hive. */
static uint8_t *find_value(struct bed *bed, const char *path, const char *name,
			   struct spp_slot *slot)
{
	struct spp_key key = bed_key(&bed->hive, path);

	CU_ASSERT_EQUAL_FATAL(spp_key_value(&bed->hive, &key, name, slot, NULL),
			      SPP_OK);
	return bed->bytes + spp_file_offset(slot->offset) + 4;
}

static void save(const struct bed *bed, const char *path)
{
	FILE *f = fopen(path, "wb");

	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	CU_ASSERT_EQUAL(fwrite(bed->bytes, 1, bed->size, f), bed->size);
	fclose(f);
}

/*
 * Hives in which one cell is part of another, or has two owners in two keys:
 * an edit of the one would change the other, so there is none.
 */
static void overlapping_cells_are_refused(void)
{
	enum { SAME, INSIDE, WITHIN, SWALLOWED };
	static const char *const names[] = {
		"another key has the same data",
		"another key's data lie inside",
		"the data lie inside another value's",
		"the cell swallows keys",
	};
	struct spp_slot mine, other;
	uint8_t *vk, *theirs, *head;
	char path[UNIT_PATH];
	struct spp_error err;
	struct bed bed;
	int kind;

	unit_path(path, "hive");
	for (kind = SAME; kind <= SWALLOWED; kind++) {
		CU_ASSERT_EQUAL(
			bed_open(&bed, unit_fixture("kms-primary.hive")),
			SPP_OK);
		vk = find_value(&bed, BED_SPP, "DnsDomainPublishList", &mine);
		theirs = find_value(&bed, "Microsoft\\Cryptography",
				    "MachineGuid", &other);
		head = bed.bytes + spp_file_offset(mine.data_offset);
		if (kind == SAME) {
			spp_put32(theirs + 4, mine.size);
			spp_put32(theirs + 8, mine.data_offset);
		} else if (kind == INSIDE) {
			spp_put32(theirs + 4, 12);
			spp_put32(theirs + 8, mine.data_offset + 16);
			spp_put32(head + 16, (uint32_t)-16);
		} else if (kind == WITHIN) {
			spp_put32(vk + 4, 40);
			spp_put32(vk + 8, other.data_offset + 8);
			head = bed.bytes + spp_file_offset(other.data_offset);
			spp_put32(head + 8, (uint32_t)-48);
		} else {
			spp_put32(head, spp_get32(head) - 600);
		}
		save(&bed, path);
		UNIT_ROW(editing_once(path, BED_SPP, "DnsDomainPublishList",
				      "a.example, 1, 2", &err) == SPP_CORRUPT,
			 names[kind]);
		UNIT_ROW(err.status == SPP_CORRUPT, err.text);
		bed_close(&bed);
	}
}

/* An edit cannot be shown to spare a value that cannot be read. */
static void damaged_sibling_is_told(void)
{
	char path[UNIT_PATH];
	struct spp_error err;
	struct spp_slot slot;
	struct bed bed;
	uint8_t *vk;

	CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture("kms-primary.hive")),
			SPP_OK);
	vk = find_value(&bed, BED_SPP, "DnsDomainPublishList", &slot);
	spp_put32(vk + 8, 0x414ca8);
	unit_path(path, "hive");
	save(&bed, path);
	CU_ASSERT_EQUAL(editing_once(path, BED_SPP, "KeyManagementServiceName",
				     "kms02.corp.example", &err),
			SPP_CORRUPT);
	CU_ASSERT_EQUAL(err.remedy, SPP_REMEDY_CHECK);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "damaged near the edited key"));
	bed_close(&bed);
}

static const struct unit_test tests[] = {
	{ "all else stays", all_else_stays },
	{ "all else stays in real hives", all_else_stays_in_real_hives },
	{ "overlapping cells are refused", overlapping_cells_are_refused },
	{ "a damaged sibling is told", damaged_sibling_is_told },
	{ NULL, NULL },
};

const struct unit_suite unit_commit = { "commit", tests };
