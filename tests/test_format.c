/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of formats, and what a reader does with what it does not know. */
#include <stdio.h>
#include <string.h>

#include "policy/format/format.h"
#include "tests/unit.h"

static void the_table_is_sound(void)
{
	size_t i, j;

	for (i = 0; i < spp_formats_count; i++) {
		const struct spp_format *f = spp_formats[i];

		CU_ASSERT_PTR_NOT_NULL(f->summary);
		CU_ASSERT_TRUE(f->read || f->write || f->read_tree);
		CU_ASSERT_TRUE(!f->read == !f->probe);
		CU_ASSERT_PTR_EQUAL(spp_format_find(f->name), f);
		for (j = 0; j < i; j++)
			CU_ASSERT_TRUE(
				!f->suffix || !spp_formats[j]->suffix ||
				strcmp(f->suffix, spp_formats[j]->suffix));
	}
	CU_ASSERT_PTR_EQUAL(spp_format_of_path("a.b/Machine.POL"),
			    spp_format_find("pol"));
	CU_ASSERT_PTR_NULL(spp_format_of_path("a.pol/machine"));
	CU_ASSERT_PTR_NULL(spp_format_probe((const uint8_t *)"regf", 4));
	CU_ASSERT_PTR_NULL(spp_format_probe((const uint8_t *)"", 0));
}

/* What is foreign is listed in one line of bearable length. */
static void foreign_names_are_tamed(void)
{
	char name[1000];
	size_t n;

	for (n = 390; n < 420; n++) {
		struct spp_import import = SPP_IMPORT_INIT;

		memset(name, 'x', n);
		strcpy(name + n, n % 2 ? "\xc3\xbc" : "");
		spp_import_foreign(&import, "%s", name);
		CU_ASSERT_TRUE(strlen(import.listed.text[0]) <= 403);
		CU_ASSERT_EQUAL(strncmp(import.listed.text[0], name, 399), 0);
		spp_import_release(&import);
	}
	for (n = 0; n < 300; n++) {
		struct spp_import import = SPP_IMPORT_INIT;
		size_t i;

		for (i = 0; i < n; i++)
			spp_import_foreign(&import, "a\033[1m\n\302\233z");
		CU_ASSERT_EQUAL(import.foreign, n);
		CU_ASSERT_EQUAL(import.listed.count, n < 100 ? n : 100);
		if (n)
			CU_ASSERT_STRING_EQUAL(import.listed.text[0],
					       "a\\u{1B}[1m\\u{A}\\u{9B}z");
		spp_import_release(&import);
	}
}

/* A member that is not known, or is of a wrong kind, is not passed over. */
static void unknown_members_are_refused(void)
{
	static const char *const members[][2] = {
		{ "\"kms-host\":{\"default\":\"a\",\"keep\":true}", "default" },
		{ "\"kms-host\":{\"default\":\"a\",\"x\":1}", "'x'" },
		{ "\"kms-host\":{\"default\":null}", "" },
		{ "\"kms-host\":{\"keep\":false}", "'keep' must be true" },
		{ "\"kms-host\":{\"keep\":1}", "'keep' must be true" },
		{ "\"kms-host\":{\"keep\":true,\"x\":1}", "'x'" },
		{ "\"*\":{\"keep\":true,\"x\":1}", "'x'" },
		{ "\"kms-host\":{\"type\":\"REG_SZ\",\"hex\":7}", "'hex'" },
		{ "\"kms-host\":{\"type\":\"REG_SZ\",\"hex\":\"6100\","
		  "\"more\":1}",
		  "'more'" },
		{ "\"kms-host\":{\"type\":\"REG_SZ\",\"hex\":\"6100\","
		  "\"text\":1}",
		  "'text' must be text" },
		{ "\"kms-host\":{\"type\":\"REG_SZ\",\"hex\":\"6100\","
		  "\"keep\":true}",
		  "" },
		{ "\"image\":[]", "must be an object" },
		{ "\"image\":{\"build\":19045}", "must be text" },
		{ "\"image\":{\"build\":null}", "must be text" },
		{ "\"image\":{\"bild\":\"19045\"}", "'bild' of an image" },
		{ "\"image\":{\"has_system\":\"true\"}", "true or false" },
		{ "\"image\":{\"hooks\":{}}", "must be a list" },
		{ "\"image\":{\"hooks\":null}", "must be a list" },
		{ "\"image\":{\"hooks\":[7]}", "a hook must have" },
		{ "\"image\":{\"hooks\":[{\"program\":\"a\",\"value\":"
		  "\"b\"}]}",
		  "a hook must have" },
		{ "\"image\":{\"hooks\":[{\"program\":\"a\",\"value\":"
		  "\"b\",\"data\":\"c\",\"date\":\"d\"}]}",
		  "'date'" },
	};
	size_t i;

	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		struct spp_document CLEANUP(spp_document_release) document =
			SPP_DOCUMENT_INIT;
		struct spp_import CLEANUP(spp_import_release) import =
			SPP_IMPORT_INIT;
		struct spp_input in = { .name = "p.json" };
		struct spp_error err = SPP_ERROR_INIT;
		bool image = !strncmp(members[i][0], "\"image\"", 7);
		char text[300];

		in.size = (size_t)snprintf(text, sizeof(text),
					   "{\"sppctl-policy\":1,%s\n%s%s}",
					   image ? "" : "\"scopes\":{\"spp\":{",
					   members[i][0], image ? "" : "}}");
		in.data = (uint8_t *)text;
		UNIT_ROW(spp_format_find("json")->read(&in, &document, &import,
						       &err) == SPP_INVALID,
			 members[i][0]);
		UNIT_ROW(strstr(err.text, members[i][1]) != NULL, err.text);
		UNIT_ROW(err.line == 2, err.text);
	}
}

static const struct unit_test tests[] = {
	{ "the table of formats is sound", the_table_is_sound },
	{ "foreign names are tamed", foreign_names_are_tamed },
	{ "unknown members are refused", unknown_members_are_refused },
	{ NULL, NULL },
};

const struct unit_suite unit_format = { "format", tests };
