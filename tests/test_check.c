/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/check/check.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bed.h"
#include "tests/unit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void rules_are_told_apart(void)
{
	int i, k;

	for (i = 0; i < SPP_CHECK_RULES; i++) {
		const struct spp_check_row *row = &spp_check_rules[i];

		CU_ASSERT_PTR_NOT_NULL_FATAL(row->id);
		UNIT_ROW(row->summary && *row->summary, row->id);
		UNIT_ROW(!strpbrk(row->id, " _."), row->id);
		for (k = 0; k < i; k++)
			UNIT_ROW(strcmp(row->id, spp_check_rules[k].id),
				 row->id);
	}
	CU_ASSERT_STRING_EQUAL(spp_severity_word(SPP_INFO), "info");
	CU_ASSERT_STRING_EQUAL(spp_severity_word(SPP_WARNING), "warning");
	CU_ASSERT_STRING_EQUAL(spp_severity_word(SPP_ERROR), "error");
}

/* What must be found at least; or why it is not even opened. */
static const struct {
	const char *hive;
	enum spp_check_rule rule;
	enum spp_status open;
} damaged[] = {
	{ "base-bins-long", 0, SPP_TRUNCATED },
	{ "base-bins-short", SPP_CHECK_BIN, SPP_OK },
	{ "base-bins-unaligned", 0, SPP_CORRUPT },
	{ "base-checksum", SPP_CHECK_BASE, SPP_OK },
	{ "base-root", SPP_CHECK_REFERENCE, SPP_OK },
	{ "base-root-not-key", SPP_CHECK_KEY, SPP_OK },
	{ "base-signature", 0, SPP_NOTHIVE },
	{ "base-type", 0, SPP_NOTHIVE },
	{ "base-version", 0, SPP_UNSUPPORTED },
	{ "bin-offset", SPP_CHECK_BIN, SPP_OK },
	{ "bin-signature", SPP_CHECK_BIN, SPP_OK },
	{ "bin-size-long", SPP_CHECK_BIN, SPP_OK },
	{ "bin-size-zero", SPP_CHECK_BIN, SPP_OK },
	{ "cell-free-used", SPP_CHECK_REFERENCE, SPP_OK },
	{ "cell-size-least", SPP_CHECK_CELL, SPP_OK },
	{ "cell-size-long", SPP_CHECK_CELL, SPP_OK },
	{ "cell-size-unaligned", SPP_CHECK_CELL, SPP_OK },
	{ "cell-size-zero", SPP_CHECK_CELL, SPP_OK },
	{ "db-count-less", SPP_CHECK_BIG_DATA, SPP_OK },
	{ "db-count-more", SPP_CHECK_BIG_DATA, SPP_OK },
	{ "db-list", SPP_CHECK_REFERENCE, SPP_OK },
	{ "db-old", SPP_CHECK_REFERENCE, SPP_OK },
	{ "db-segment", SPP_CHECK_REFERENCE, SPP_OK },
	{ "db-segment-twice", SPP_CHECK_SHARED, SPP_OK },
	{ "db-signature", SPP_CHECK_BIG_DATA, SPP_OK },
	{ "flat-data", SPP_CHECK_BIG_DATA, SPP_OK },
	{ "key-class-long", SPP_CHECK_REFERENCE, SPP_OK },
	{ "key-flags", SPP_CHECK_KEY, SPP_OK },
	{ "key-max-class", SPP_CHECK_MAXIMUM, SPP_OK },
	{ "key-max-name", SPP_CHECK_MAXIMUM, SPP_OK },
	{ "key-max-value-data", SPP_CHECK_MAXIMUM, SPP_OK },
	{ "key-max-value-name", SPP_CHECK_MAXIMUM, SPP_OK },
	{ "key-name-empty", SPP_CHECK_NAME_SIZE, SPP_OK },
	{ "key-name-long", SPP_CHECK_KEY, SPP_OK },
	{ "key-name-odd", SPP_CHECK_NAME_SIZE, SPP_OK },
	{ "key-parent", SPP_CHECK_PARENT, SPP_OK },
	{ "key-root-flags", SPP_CHECK_KEY, SPP_OK },
	{ "key-signature", SPP_CHECK_KEY, SPP_OK },
	{ "key-sk", SPP_CHECK_SHARED, SPP_OK },
	{ "key-subkeys-huge", SPP_CHECK_COUNT, SPP_OK },
	{ "key-subkeys-less", SPP_CHECK_COUNT, SPP_OK },
	{ "key-subkeys-more", SPP_CHECK_COUNT, SPP_OK },
	{ "key-values-less", SPP_CHECK_ORPHAN, SPP_OK },
	{ "key-values-more", SPP_CHECK_REFERENCE, SPP_OK },
	{ "list-count-long", SPP_CHECK_LIST, SPP_OK },
	{ "list-count-zero", SPP_CHECK_LIST, SPP_OK },
	{ "list-cycle", SPP_CHECK_SHARED, SPP_OK },
	{ "list-element-outside", SPP_CHECK_REFERENCE, SPP_OK },
	{ "list-element-twice", SPP_CHECK_SHARED, SPP_OK },
	{ "list-element-value", SPP_CHECK_REFERENCE, SPP_OK },
	{ "list-hash", SPP_CHECK_HASH, SPP_OK },
	{ "list-hint", SPP_CHECK_HASH, SPP_OK },
	{ "list-kind", SPP_CHECK_LIST_KIND, SPP_OK },
	{ "list-ri-cycle", SPP_CHECK_LIST, SPP_OK },
	{ "list-signature", SPP_CHECK_LIST, SPP_OK },
	{ "list-twins", SPP_CHECK_TWINS, SPP_OK },
	{ "list-two-parents", SPP_CHECK_SHARED, SPP_OK },
	{ "list-unsorted", SPP_CHECK_ORDER, SPP_OK },
	{ "list-unsorted-leaves", SPP_CHECK_ORDER, SPP_OK },
	{ "orphan", SPP_CHECK_ORPHAN, SPP_OK },
	{ "sk-descriptor", SPP_CHECK_SECURITY, SPP_OK },
	{ "sk-refs-less", SPP_CHECK_REFCOUNT, SPP_OK },
	{ "sk-refs-more", SPP_CHECK_REFCOUNT, SPP_OK },
	{ "sk-ring", SPP_CHECK_RING, SPP_OK },
	{ "sk-ring-open", SPP_CHECK_RING, SPP_OK },
	{ "sk-signature", SPP_CHECK_SECURITY, SPP_OK },
	{ "sk-size", SPP_CHECK_SECURITY, SPP_OK },
	{ "value-data-inside", SPP_CHECK_REFERENCE, SPP_OK },
	{ "value-data-nowhere", SPP_CHECK_REFERENCE, SPP_OK },
	{ "value-data-outside", SPP_CHECK_REFERENCE, SPP_OK },
	{ "value-data-shared", SPP_CHECK_SHARED, SPP_OK },
	{ "value-list-element", SPP_CHECK_VALUE, SPP_OK },
	{ "value-list-outside", SPP_CHECK_REFERENCE, SPP_OK },
	{ "value-list-twice", SPP_CHECK_SHARED, SPP_OK },
	{ "value-name-long", SPP_CHECK_VALUE, SPP_OK },
	{ "value-signature", SPP_CHECK_VALUE, SPP_OK },
	{ "value-size-inline", SPP_CHECK_DATA, SPP_OK },
	{ "value-size-long", SPP_CHECK_REFERENCE, SPP_OK },
	{ "value-twins", SPP_CHECK_TWINS, SPP_OK },
};

static void damage_is_found(void)
{
	struct bed bed;
	char file[64];
	glob_t found;
	size_t i;

	for (i = 0; i < COUNT(damaged); i++) {
		struct spp_check CLEANUP(spp_check_release) check =
			SPP_CHECK_INIT;
		enum spp_status st;

		snprintf(file, sizeof(file), "damaged-%s.hive",
			 damaged[i].hive);
		st = bed_open(&bed, unit_fixture(file));
		UNIT_ROW(st == damaged[i].open, damaged[i].hive);
		if (!st) {
			st = spp_check_run(&check, &bed.hive, NULL);
			UNIT_ROW(!st, damaged[i].hive);
			UNIT_ROW(check.total[damaged[i].rule] > 0,
				 damaged[i].hive);
		}
		bed_close(&bed);
	}
	/* And no fixture is forgotten. */
	CU_ASSERT_EQUAL(glob(unit_fixture("damaged-*.hive"), 0, NULL, &found),
			0);
	CU_ASSERT_EQUAL(found.gl_pathc, COUNT(damaged));
	globfree(&found);
}

/* What is no more than a matter of room or of taste is no error. */
static void severity_fits(void)
{
	static const struct {
		const char *hive;
		enum spp_severity worst;
	} rows[] = {
		{ "damaged-orphan", SPP_WARNING },
		{ "damaged-key-max-name", SPP_WARNING },
		{ "damaged-key-max-value-data", SPP_WARNING },
		{ "damaged-key-root-flags", SPP_WARNING },
		{ "damaged-sk-refs-less", SPP_WARNING },
		{ "damaged-list-kind", SPP_INFO },
		{ "remnants", SPP_WARNING },
		{ "slack", SPP_INFO },
		{ "hostile-names", SPP_ERROR },
		{ "cyclic", SPP_ERROR },
		{ "dirty", SPP_ERROR },
		{ "damaged-value-twins", SPP_ERROR },
	};
	struct bed bed;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		bed_fixture(&bed, "", rows[i].hive);
		UNIT_ROW(bed_findings(&bed.hive, rows[i].worst) > 0,
			 rows[i].hive);
		UNIT_ROW(rows[i].worst == SPP_ERROR ||
				 !bed_findings(&bed.hive, rows[i].worst + 1),
			 rows[i].hive);
		bed_close(&bed);
	}
}

static void sound_fixtures_are_sound(void)
{
	static const char *const unsound[] = {
		"/damaged-",	     "/dirty",	   "/truncated",
		"/cyclic.",	     "/remnants.", "/hostile-names.",
		"/audit-unreadable."
	};
	struct bed bed;
	glob_t found;
	size_t i, k, sound = 0;

	CU_ASSERT_EQUAL_FATAL(glob(unit_fixture("*.hive"), 0, NULL, &found), 0);
	for (i = 0; i < found.gl_pathc; i++) {
		for (k = 0; k < COUNT(unsound); k++)
			if (strstr(found.gl_pathv[i], unsound[k]))
				break;
		if (k < COUNT(unsound))
			continue;
		UNIT_ROW(!bed_open(&bed, found.gl_pathv[i]), found.gl_pathv[i]);
		UNIT_ROW(!bed_findings(&bed.hive, SPP_WARNING),
			 found.gl_pathv[i]);
		bed_close(&bed);
		sound++;
	}
	CU_ASSERT_TRUE(sound >= 20);
	globfree(&found);
}

#define SCANCODE "scancode/get_installed_packages_docker/layer/Hives/"

/* Hives that Windows wrote and nobody damaged. */
static void real_hives_are_no_error(void)
{
	static const char *const rows[] = {
		"aiowinreg/nt/software.reg",
		"aiowinreg/nt/system.reg",
		"artemis/registry/win10/NTUSER.DAT",
		"dfwinreg/old/NTUSER2.DAT",
		"dfwinreg/old/SYSTEM",
		"ez-registry/Acronis_0x52_Usrclass.dat",
		"ez-registry/BCD",
		"ez-registry/NTUSER1.DAT",
		"ez-registry/UsrClassDeletedBags.dat",
		"notatin/NTUSER.DAT",
		"nt-hive/testhive",
		"plaso/NTUSER-WIN7.DAT",
		"plaso/NTUSER.DAT",
		"plaso/regf/100_sub_keys.hiv",
		"plaso/regf/NTUSER.DAT",
		"plaso/winreg/win10-Amcache.hve",
		"python-registry/REORGANIZED_VALUES_TESTS",
		"python-registry/UNICODE_TESTS",
		"python-registry/issue22.hive",
		SCANCODE "Software_Delta",
		"wsa/WSA/Registry.dat",
		"yarp/BigDataHive",
		"yarp/BogusKeyNamesHive",
		"yarp/DeletedDataHive",
		"yarp/DeletedTreeHive",
		"yarp/EmptyHive",
		"yarp/ExtendedASCIIHive",
		"yarp/HealedHive",
		"yarp/ManySubkeysHive",
		"yarp/MultiSzHive",
		"yarp/NewDirtyHive1/RecoveredHive_Windows10",
		"yarp/NewFlagsHive",
		"yarp/OffHive",
		"yarp/OldDirtyHive/RecoveredHive_Windows7",
		"yarp/PairHive",
		"yarp/ReallocValueHive",
		"yarp/RemnantData",
		"yarp/RemnantsHive",
		"yarp/SlackHive",
		"yarp/SqliteHive",
		"yarp/StringValuesHive",
		"yarp/System_Delta",
		"yarp/TruncatedPairHive2",
		"yarp/TwoOwnersHive",
		"yarp/UnicodeHive",
		"yarp/UpcaseHive",
		"yarp/ValuesOrderHive",
	};
	const char *path;
	struct bed bed;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		path = unit_real(rows[i]);
		if (!path)
			return;
		UNIT_ROW(!bed_open(&bed, path), rows[i]);
		UNIT_ROW(!bed_findings(&bed.hive, SPP_ERROR), rows[i]);
		bed_close(&bed);
	}
}

/* And some that somebody did damage. */
static void real_damage_is_found(void)
{
	static const struct {
		const char *hive;
		enum spp_check_rule rule;
	} rows[] = {
		{ "artemis/registry/win10/NTUSER_Bad.DAT", SPP_CHECK_SHARED },
		{ "plaso/regf/corrupt_sub_key_list.hiv", SPP_CHECK_REFERENCE },
		{ "yarp/BadListHive", SPP_CHECK_SHARED },
		{ "yarp/BadSubkeyHive", SPP_CHECK_SHARED },
		{ "yarp/DuplicateSubkeysHive", SPP_CHECK_TWINS },
		{ "yarp/InvalidParentHive", SPP_CHECK_PARENT },
		{ "yarp/WrongOrderHive", SPP_CHECK_ORDER },
		{ "yarp/TruncatedNameHive", SPP_CHECK_KEY },
		{ "yarp/BogusKeyNamesHive", SPP_CHECK_NAME_NUL },
		{ "yarp/EffectiveSizeHive", SPP_CHECK_BASE },
	};
	const char *path;
	struct bed bed;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_check CLEANUP(spp_check_release) check =
			SPP_CHECK_INIT;

		path = unit_real(rows[i].hive);
		if (!path)
			return;
		UNIT_ROW(!bed_open(&bed, path), rows[i].hive);
		UNIT_ROW(!spp_check_run(&check, &bed.hive, NULL), rows[i].hive);
		UNIT_ROW(check.total[rows[i].rule] > 0, rows[i].hive);
		bed_close(&bed);
	}
}

static void finding_says_where(void)
{
	struct spp_check CLEANUP(spp_check_release) check = SPP_CHECK_INIT;
	struct bed bed;
	struct spp_key key;

	CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture("damaged-key-parent.hive")),
			SPP_OK);
	CU_ASSERT_EQUAL(spp_check_run(&check, &bed.hive, NULL), SPP_OK);
	CU_ASSERT_EQUAL_FATAL(check.count, 1);
	key = bed_key(&bed.hive, BED_SPP "\\Beta");
	CU_ASSERT_EQUAL(check.finding[0].rule, SPP_CHECK_PARENT);
	CU_ASSERT_EQUAL(check.finding[0].offset, spp_file_offset(key.offset));
	CU_ASSERT_STRING_EQUAL(check.finding[0].path, BED_SPP);
	CU_ASSERT_EQUAL(check.severity[SPP_ERROR], 1);
	CU_ASSERT_EQUAL(check.keys, 13);
	CU_ASSERT_EQUAL(check.values, 8);
	CU_ASSERT_EQUAL(check.descriptors, 2);
	CU_ASSERT_EQUAL(check.bins, 4);
	CU_ASSERT_EQUAL(check.used_bytes + check.free_bytes,
			bed.hive.base.bins_size - 4 * 32);
	bed_close(&bed);
	spp_check_release(NULL);
}

/* More of one kind than anybody reads are counted only. */
static void findings_are_not_without_end(void)
{
	struct spp_check CLEANUP(spp_check_release) check = SPP_CHECK_INIT;
	struct bed bed;

	CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture("many-values.hive")),
			SPP_OK);
	bed.hive.base.root = 8; /* no cell: all is out of reach */
	CU_ASSERT_EQUAL(spp_check_run(&check, &bed.hive, NULL), SPP_OK);
	CU_ASSERT_TRUE(check.total[SPP_CHECK_ORPHAN] > 3000);
	CU_ASSERT_EQUAL(check.count, SPP_CHECK_KEPT + 1);
	bed_close(&bed);
}

/* Every byte of a hive, made wrong in turn: a check always ends. */
static void wrong_bytes_are_survived(void)
{
	static const char *const hives[] = { "damaged-orphan.hive",
					     "li-lists.hive" };
	size_t i, at, step;
	struct bed bed;
	uint8_t was, *p;

	for (i = 0; i < COUNT(hives); i++) {
		CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture(hives[i])), SPP_OK);
		for (at = 0; at < bed.size; at += step) {
			step = at < 512 || (at >= 4096 && at < 12288) ? 3 : 211;
			p = spp_pages_edit(bed.pages, at, 1, NULL);
			was = *p;
			*p = (uint8_t)(at % 2 ? 0xff : was ^ 0x80);
			if (!spp_regf_open(&bed.hive, bed.pages, NULL))
				bed_findings(&bed.hive, SPP_INFO);
			*p = was;
		}
		CU_ASSERT_EQUAL(spp_regf_open(&bed.hive, bed.pages, NULL),
				SPP_OK);
		CU_ASSERT_TRUE(bed_findings(&bed.hive, SPP_WARNING) <= 1);
		bed_close(&bed);
	}
}

static const struct unit_test tests[] = {
	{ "rules are told apart", rules_are_told_apart },
	{ "damage is found", damage_is_found },
	{ "severity fits", severity_fits },
	{ "sound fixtures are sound", sound_fixtures_are_sound },
	{ "real hives are no error", real_hives_are_no_error },
	{ "real damage is found", real_damage_is_found },
	{ "a finding says where", finding_says_where },
	{ "findings are not without end", findings_are_not_without_end },
	{ "wrong bytes are survived", wrong_bytes_are_survived },
	{ NULL, NULL },
};

const struct unit_suite unit_check = { "check", tests };
