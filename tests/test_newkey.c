/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/edit/newkey.h"

#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "tests/bed.h"
#include "tests/unit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define NOW	 133700000000000001ull
#define GUID	 "55c92734-d682-4d71-983e-d6ec3f16059f"

/* The kind of list that lists a key of this path; 0 if there is no key. */
static char list_kind(struct spp_regf *hive, const char *parent,
		      const char *name)
{
	struct spp_key key = bed_key(hive, parent), sub;
	struct spp_subkeys it;

	if (spp_key_subkey(hive, &key, name, strlen(name), &sub, NULL))
		return 0;
	spp_subkeys_begin(&it, hive, &key);
	while (!spp_subkeys_next(&it, NULL))
		if (it.key == sub.offset)
			return it.kind;
	return 0;
}

/* libhivex writes the base block, too; finishing enters that. */
static bool only_the_ledger(struct bed *bed, struct spp_edit *edit)
{
	return !spp_edit_finish(edit, 500, NULL) &&
	       !bed_strays(bed, &edit->cells.ledger);
}

static void keys_are_created(void)
{
	static const struct {
		const char *hive, *parent, *name;
		char kind;
	} rows[] = {
		{ "kms-primary", BED_SPP, GUID, 'h' },
		{ "kms-primary", BED_SPP, "Zzz", 'h' },
		{ "kms-primary", BED_SPP, "plugin", 'h' },
		{ "kms-primary", BED_SPP "\\Activation", "First", 'h' },
		{ "kms-primary", "", "Wow6432Node2", 'h' },
		{ "minor3", BED_SPP, "A", 'f' },
		{ "minor3", BED_SPP "\\Activation", "First", 'f' },
		{ "li-lists", BED_SPP, "AAA", 'i' },
		{ "li-lists", BED_SPP, "Sku15a", 'i' },
		{ "li-lists", BED_SPP "\\Sku07", "First", 'f' },
		{ "many-subkeys", BED_SPP "\\Crowd", "App0599_", 'h' },
		{ "many-subkeys", BED_SPP "\\Crowd", "zzz", 'h' },
		{ "many-subkeys", BED_SPP "\\Crowd", "0", 'h' },
		{ "unicode-names", "Names", "Abc07x", 'f' },
		{ "unicode-names", "Names", "zzz", 'f' },
		{ "big-sibling", BED_SPP, GUID, 'h' },
		{ "full-bins", BED_SPP, GUID, 'h' },
		{ "slack", BED_SPP, GUID, 'h' },
		{ "netsvc", "Software", "Policies", 'f' },
		{ "no-spp", BED_NT, "SoftwareProtectionPlatform", 'f' },
		{ "log-before", BED_SPP, "\x7e!#$%&()", 'h' },
	};
	struct bed bed;
	char path[300];
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_edit CLEANUP(spp_edit_release)
			edit = { .cells = { .hive = &bed.hive }, .now = NOW };
		struct spp_key key;
		uint64_t before;

		bed_fixture(&bed, "", rows[i].hive);
		before = bed_findings(&bed.hive, SPP_WARNING);
		snprintf(path, sizeof(path), "%s%s%s", rows[i].parent,
			 *rows[i].parent ? "\\" : "", rows[i].name);
		UNIT_ROW(!spp_newkey_create(&edit, path, -1, &bed.err), path);
		UNIT_ROW(!*bed.err.text, bed.err.text);
		UNIT_ROW(bed_findings(&bed.hive, SPP_WARNING) == before, path);
		UNIT_ROW(list_kind(&bed.hive, rows[i].parent, rows[i].name) ==
				 rows[i].kind,
			 path);
		key = bed_key(&bed.hive, path);
		UNIT_ROW(key.written == NOW, path);
		UNIT_ROW(!key.values && !key.subkeys, path);
		key = bed_key(&bed.hive, rows[i].parent);
		UNIT_ROW(key.written == NOW, path);
		UNIT_ROW(key.max_subkey_name >= 2 * strlen(rows[i].name), path);
		UNIT_ROW(only_the_ledger(&bed, &edit), path);
		bed_close(&bed);
	}
}

/* Several keys below each other at once, in a hive of either kind. */
static void paths_are_created(void)
{
	static const char *const hives[] = { "no-spp.hive", "kms-primary.hive",
					     "office2010.hive" };
	static const char path[] = BED_NT "\\One\\Two Three\\" GUID "\\Four";
	struct bed bed;
	size_t i, n;

	for (i = 0; i < COUNT(hives); i++) {
		struct spp_edit CLEANUP(spp_edit_release)
			edit = { .cells = { .hive = &bed.hive }, .now = NOW };
		struct spp_key key;
		char part[300];

		CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture(hives[i])), SPP_OK);
		UNIT_ROW(!spp_newkey_create(&edit, path, -1, &bed.err),
			 hives[i]);
		for (n = strlen(BED_NT); n <= strlen(path); n++) {
			if (path[n] && path[n] != '\\')
				continue;
			memcpy(part, path, n);
			part[n] = '\0';
			key = bed_key(&bed.hive, part);
			UNIT_ROW(key.written == NOW, part);
		}
		key = bed_key(&bed.hive, BED_NT "\\one");
		UNIT_ROW(key.max_subkey_name == 18, hives[i]);
		UNIT_ROW(!bed_findings(&bed.hive, SPP_WARNING), hives[i]);
		UNIT_ROW(only_the_ledger(&bed, &edit), hives[i]);
		bed_close(&bed);
	}
}

static void what_is_there_is_not_created(void)
{
	struct bed bed;
	struct spp_edit CLEANUP(spp_edit_release)
		edit = { .cells = { .hive = &bed.hive }, .now = NOW };
	uint64_t off = 0;

	bed_fixture(&bed, "", "kms-primary");
	CU_ASSERT_EQUAL(
		spp_newkey_create(&edit, BED_SPP "\\ACTIVATION", -1, NULL),
		SPP_OK);
	CU_ASSERT_EQUAL(spp_newkey_create(&edit, "", -1, NULL), SPP_OK);
	CU_ASSERT_EQUAL(edit.cells.ledger.count, 0);
	CU_ASSERT_EQUAL(spp_pages_dirty(bed.pages, &off), 0);
	bed_close(&bed);
}

static void names_are_refused(void)
{
	static char longest[BUFSIZ] = BED_SPP "\\";
	static const struct {
		const char *what, *path;
		enum spp_status want;
	} rows[] = {
		{ "not ASCII", BED_SPP "\\K\u00e4se", SPP_INVALID },
		{ "not ASCII further down", BED_SPP "\\New\\\u03c9",
		  SPP_INVALID },
		{ "malformed", BED_SPP "\\\xff", SPP_INVALID },
		{ "control character", BED_SPP "\\a\tb", SPP_INVALID },
		{ "delete", BED_SPP "\\a\x7f", SPP_INVALID },
		{ "empty", BED_SPP "\\\\x", SPP_INVALID },
		{ "too long", longest, SPP_INVALID },
	};
	struct bed bed;
	uint64_t off;
	size_t i;

	memset(longest + strlen(longest), 'x', SPP_KEY_NAME_MAX + 1);
	for (i = 0; i < COUNT(rows); i++) {
		struct spp_edit CLEANUP(spp_edit_release)
			edit = { .cells = { .hive = &bed.hive }, .now = NOW };

		bed_fixture(&bed, "", "kms-primary");
		UNIT_ROW(spp_newkey_create(&edit, rows[i].path, -1, NULL) ==
				 rows[i].want,
			 rows[i].what);
		off = 0;
		UNIT_ROW(!spp_pages_dirty(bed.pages, &off), rows[i].what);
		bed_close(&bed);
	}
	/* A character less will do. */
	longest[strlen(longest) - 1] = '\0';
	bed_fixture(&bed, "", "kms-primary");
	struct spp_edit edit = { .cells = { .hive = &bed.hive }, .now = NOW };
	CU_ASSERT_EQUAL(spp_newkey_create(&edit, longest, -1, NULL), SPP_OK);
	CU_ASSERT_EQUAL(bed_findings(&bed.hive, SPP_WARNING), 0);
	spp_edit_release(&edit);
	bed_close(&bed);
}

/* The upper half of the field with the longest name has another use. */
static void flags_beside_the_maximum_stay(void)
{
	static const uint32_t flags[] = { 0x00000000, 0x00100000, 0x02010000,
					  0xffff0000 };
	struct bed bed;
	size_t i;

	for (i = 0; i < COUNT(flags); i++) {
		struct spp_edit CLEANUP(spp_edit_release)
			edit = { .cells = { .hive = &bed.hive }, .now = NOW };
		struct spp_key key;
		uint8_t *p;

		bed_fixture(&bed, "", "kms-primary");
		key = bed_key(&bed.hive, BED_SPP);
		p = spp_pages_edit(bed.pages,
				   spp_file_offset(key.offset) + 4 +
					   SPP_NK_MAX_SUBKEY,
				   4, NULL);
		CU_ASSERT_PTR_NOT_NULL_FATAL(p);
		CU_ASSERT_EQUAL(spp_get32(p), 20); /* "Activation" */
		spp_put32(p, flags[i] | 20);
		CU_ASSERT_EQUAL(
			spp_newkey_create(&edit, BED_SPP "\\" GUID, -1, NULL),
			SPP_OK);
		p = spp_pages_edit(bed.pages,
				   spp_file_offset(key.offset) + 4 +
					   SPP_NK_MAX_SUBKEY,
				   4, NULL);
		CU_ASSERT_PTR_NOT_NULL_FATAL(p);
		CU_ASSERT_EQUAL(spp_get32(p), (flags[i] | 72));
		bed_close(&bed);
	}
}

/* Beside damage nothing is created, or nothing else changes. */
static void damage_is_refused_or_kept(void)
{
	static const struct {
		const char *hive;
		enum spp_status want;
	} rows[] = {
		{ "damaged-list-unsorted", SPP_CORRUPT },
		{ "damaged-list-unsorted-leaves", SPP_CORRUPT },
		{ "damaged-list-signature", SPP_CORRUPT },
		{ "damaged-list-element-outside", SPP_CORRUPT },
		{ "damaged-list-element-value", SPP_CORRUPT },
		{ "damaged-list-twins", SPP_CORRUPT },
		{ "damaged-list-ri-cycle", SPP_CORRUPT },
		{ "damaged-key-signature", SPP_CORRUPT },
	};
	struct bed bed;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_edit CLEANUP(spp_edit_release)
			edit = { .cells = { .hive = &bed.hive }, .now = NOW };
		enum spp_status st;

		bed_fixture(&bed, "", rows[i].hive);
		st = spp_newkey_create(&edit, BED_SPP "\\New", -1, &bed.err);
		UNIT_ROW(st == rows[i].want, rows[i].hive);
		UNIT_ROW(bed.err.status == st, rows[i].hive);
		bed_close(&bed);
	}
}

/*
 * Sixty keys in no order, after each of which all is as it should be.  None
 * has a character from '[' to '`': between the cases of letters older versions
 * of libhivex keep another order than Windows, which is refused.
 */
static void many_keys(void)
{
	static const char *const hives[] = { "kms-primary.hive", "minor3.hive",
					     "li-lists.hive" };
	uint32_t seed = 5, n;
	struct bed bed;
	char path[200];
	size_t i, k;

	for (i = 0; i < COUNT(hives); i++) {
		struct spp_edit CLEANUP(spp_edit_release)
			edit = { .cells = { .hive = &bed.hive }, .now = NOW };
		uint64_t wrong = 0;

		CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture(hives[i])), SPP_OK);
		for (n = 0; n < 20 && !wrong; n++) {
			k = (size_t)snprintf(path, sizeof(path), "%s\\x",
					     BED_SPP);
			while (bed_random(&seed) % 5 && k < sizeof(path) - 1)
				path[k++] =
					(char)(0x21 + bed_random(&seed) % 58);
			path[k] = '\0';
			wrong += spp_newkey_create(&edit, path, -1, NULL) !=
				 SPP_OK;
			wrong += bed_findings(&bed.hive, SPP_WARNING);
		}
		UNIT_ROW(!wrong, hives[i]);
		UNIT_ROW(only_the_ledger(&bed, &edit), hives[i]);
		bed_close(&bed);
	}
}

static const struct unit_test tests[] = {
	{ "keys are created", keys_are_created },
	{ "paths are created", paths_are_created },
	{ "what is there is not created", what_is_there_is_not_created },
	{ "names are refused", names_are_refused },
	{ "flags beside the maximum stay", flags_beside_the_maximum_stay },
	{ "damage is refused or kept", damage_is_refused_or_kept },
	{ "many keys", many_keys },
	{ NULL, NULL },
};

const struct unit_suite unit_newkey = { "newkey", tests };
