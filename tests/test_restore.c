/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Putting back what an edit kept: hive/target/store_file.c and
 * hive/target/target.c.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/editing.h"
#include "tests/unit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct spp_target_options writing = { .write = 1u
							    << SPP_ROLE_ANY };

/* Edits the copy of a fixture and keeps the old state as a backup. */
static void edit_with_backup(const char *path)
{
	static const struct spp_session_options now = { .now = EDITING_NOW };
	static const struct spp_target_options keeping = {
		.write = 1u << SPP_ROLE_ANY, .backup = ".bak"
	};
	struct editing e = { NULL, NULL, SPP_ERROR_INIT };

	unit_copy(unit_fixture("kms-client.hive"), "hive");
	CU_ASSERT_EQUAL(spp_target_open(path, &keeping, &e.target, NULL),
			SPP_OK);
	CU_ASSERT_PTR_NOT_NULL_FATAL(e.target);
	CU_ASSERT_EQUAL(
		spp_session_open(spp_target_store(e.target, SPP_ROLE_ANY), &now,
				 &e.session, NULL),
		SPP_OK);
	CU_ASSERT_EQUAL(editing_set(&e, BED_SPP, "New", "x"), SPP_OK);
	CU_ASSERT_EQUAL(editing_commit(&e), SPP_OK);
	editing_close(&e);
}

/* A backup is put back if it is an earlier state of this very hive. */
static void backups_are_put_back(void)
{
	static const struct {
		const char *name;
		const char *bak; /* put in its place; NULL: as it was made */
		const char *suffix;
		bool dry;
		enum spp_status want;
		bool back;
	} rows[] = {
		{ "as made", NULL, ".bak", false, SPP_OK, true },
		{ "only checked", NULL, ".bak", true, SPP_OK, false },
		{ "no backup", NULL, ".old", false, SPP_NOTFOUND, false },
		{ "another hive", "system.hive", ".bak", false, SPP_REFUSED,
		  false },
		{ "no hive", "damaged-base-signature.hive", ".bak", false,
		  SPP_REFUSED, false },
	};
	char path[UNIT_PATH], bak[UNIT_PATH];
	struct editing e;
	size_t i;

	unit_path(path, "hive");
	unit_path(bak, "hive.bak");
	for (i = 0; i < COUNT(rows); i++) {
		struct spp_restores CLEANUP(spp_restores_release) restores =
			SPP_RESTORES_INIT;
		struct spp_target *target = NULL;

		unlink(bak);
		edit_with_backup(path);
		if (rows[i].bak) {
			unlink(bak);
			unit_copy(unit_fixture(rows[i].bak), "hive.bak");
		}
		CU_ASSERT_EQUAL(spp_target_open(path, &writing, &target, NULL),
				SPP_OK);
		CU_ASSERT_PTR_NOT_NULL_FATAL(target);
		UNIT_ROW(spp_target_restore(target, rows[i].suffix, rows[i].dry,
					    &restores, NULL) == rows[i].want,
			 rows[i].name);
		UNIT_ROW(restores.count == !rows[i].want, rows[i].name);
		spp_target_close(target);
		CU_ASSERT_EQUAL(editing_read(&e, path), SPP_OK);
		UNIT_ROW(editing_has(&e, BED_SPP, "New",
				     rows[i].back ? NULL : "x"),
			 rows[i].name);
		editing_close(&e);
		UNIT_ROW(!access(bak, F_OK) == !rows[i].back, rows[i].name);
	}
}

/* A later state is no earlier one. */
static void newer_ones_are_not(void)
{
	struct spp_restores CLEANUP(spp_restores_release) restores =
		SPP_RESTORES_INIT;
	char path[UNIT_PATH], bak[UNIT_PATH], newer[UNIT_PATH];
	struct spp_target *target = NULL;

	unit_path(path, "hive");
	unit_path(bak, "hive.bak");
	unit_path(newer, "newer");
	edit_with_backup(path);
	CU_ASSERT_EQUAL(rename(path, newer), 0);
	CU_ASSERT_EQUAL(rename(bak, path), 0);
	CU_ASSERT_EQUAL(rename(newer, bak), 0);
	CU_ASSERT_EQUAL(spp_target_open(path, &writing, &target, NULL), SPP_OK);
	CU_ASSERT_PTR_NOT_NULL_FATAL(target);
	CU_ASSERT_EQUAL(
		spp_target_restore(target, ".bak", false, &restores, NULL),
		SPP_REFUSED);
	spp_target_close(target);
}

/* A file that is not a hive has no earlier states, even with a backup. */
static void other_files_are_left_alone(void)
{
	struct spp_restores CLEANUP(spp_restores_release) restores =
		SPP_RESTORES_INIT;
	const char *other = unit_fixture("damaged-base-signature.hive");
	struct spp_target *target = NULL;
	char path[UNIT_PATH], bak[UNIT_PATH];
	int dry;

	unit_path(path, "hive");
	unit_path(bak, "hive.bak");
	unlink(bak);
	unit_copy(other, "hive");
	unit_copy(other, "hive.bak");
	for (dry = 1; dry >= 0; dry--) {
		CU_ASSERT_EQUAL_FATAL(
			spp_target_open(path, &writing, &target, NULL), SPP_OK);
		CU_ASSERT_EQUAL(spp_target_restore(target, ".bak", dry,
						   &restores, NULL),
				SPP_NOTHIVE);
		spp_target_close(target);
		CU_ASSERT_EQUAL(access(bak, F_OK), 0);
	}
	CU_ASSERT_EQUAL(restores.count, 0);
}

static const struct unit_test tests[] = {
	{ "backups are put back", backups_are_put_back },
	{ "newer ones are not", newer_ones_are_not },
	{ "other files are left alone", other_files_are_left_alone },
	{ NULL, NULL },
};

const struct unit_suite unit_restore = { "restore", tests };
