/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/base/value.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static bool has_hex(const struct spp_value *v, const char *want)
{
	struct spp_buf CLEANUP(spp_buf_release) hex = SPP_BUF_INIT;

	spp_hex_show(v->data, v->size, &hex, NULL);
	return !strcmp(spp_buf_text(&hex), want);
}

static void setters_store_what_windows_does(void)
{
	struct spp_value CLEANUP(spp_value_release) v = SPP_VALUE_INIT;
	struct spp_items CLEANUP(spp_items_release) items = SPP_ITEMS_INIT;

	CU_ASSERT_EQUAL(spp_value_set_dword(&v, 0x12345678, NULL), SPP_OK);
	CU_ASSERT_EQUAL(v.type, 4);
	CU_ASSERT_TRUE(has_hex(&v, "78563412"));
	CU_ASSERT_EQUAL(spp_value_set_text(&v, SPP_REG_SZ, "a\u00e4", NULL),
			SPP_OK);
	CU_ASSERT_EQUAL(v.type, 1);
	CU_ASSERT_TRUE(has_hex(&v, "6100e4000000"));
	CU_ASSERT_EQUAL(spp_value_set_text(&v, SPP_REG_EXPAND_SZ, "", NULL),
			SPP_OK);
	CU_ASSERT_EQUAL(v.type, 2);
	CU_ASSERT_TRUE(has_hex(&v, "0000"));
	CU_ASSERT_EQUAL(spp_value_set_items(&v, &items, NULL), SPP_OK);
	CU_ASSERT_EQUAL(v.type, 7);
	CU_ASSERT_TRUE(has_hex(&v, "0000"));
	CU_ASSERT_EQUAL(spp_items_add(&items, "a", NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_items_add(&items, "bc", NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_value_set_items(&v, &items, NULL), SPP_OK);
	CU_ASSERT_TRUE(has_hex(&v, "61000000620063000000"
				   "0000"));
	CU_ASSERT_EQUAL(spp_value_set(&v, 0x20001, NULL, 0, NULL), SPP_OK);
	CU_ASSERT_EQUAL(v.type, 0x20001);
	CU_ASSERT_EQUAL(v.size, 0);
}

/* A setter that fails leaves the value as it was. */
static void failed_setter_changes_nothing(void)
{
	struct spp_value CLEANUP(spp_value_release) v = SPP_VALUE_INIT;
	struct spp_items CLEANUP(spp_items_release) items = SPP_ITEMS_INIT;

	spp_value_set_dword(&v, 7, NULL);
	CU_ASSERT_EQUAL(spp_value_set_text(&v, SPP_REG_SZ, "\xff", NULL),
			SPP_INVALID);
	CU_ASSERT_TRUE(has_hex(&v, "07000000"));
	CU_ASSERT_EQUAL(spp_items_add(&items, "\xff", NULL), SPP_INVALID);
	CU_ASSERT_EQUAL(items.count, 0);
}

static void values_are_compared_whole(void)
{
	static const struct {
		struct spp_value a, b;
		bool same;
	} rows[] = {
		{ { 1, NULL, 0 }, { 1, NULL, 0 }, true },
		{ { 1, NULL, 0 }, { 2, NULL, 0 }, false },
		{ { 3, (uint8_t *)"ab", 2 }, { 3, (uint8_t *)"ab", 2 }, true },
		{ { 3, (uint8_t *)"ab", 2 }, { 3, (uint8_t *)"ac", 2 }, false },
		{ { 3, (uint8_t *)"ab", 2 }, { 3, (uint8_t *)"ab", 1 }, false },
		{ { 1, (uint8_t *)"ab", 2 }, { 2, (uint8_t *)"ab", 2 }, false },
	};
	struct spp_value CLEANUP(spp_value_release) v = SPP_VALUE_INIT;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		CU_ASSERT_EQUAL(spp_value_equal(&rows[i].a, &rows[i].b),
				rows[i].same);
		CU_ASSERT_EQUAL(spp_value_copy(&v, &rows[i].a, NULL), SPP_OK);
		CU_ASSERT_TRUE(spp_value_equal(&v, &rows[i].a));
	}
	/* A copy of itself is a copy. */
	CU_ASSERT_EQUAL(spp_value_copy(&v, &v, NULL), SPP_OK);
	CU_ASSERT_TRUE(spp_value_equal(&v, &rows[COUNT(rows) - 1].a));
}

static void numbers_are_four_bytes(void)
{
	static const struct {
		struct spp_value v;
		bool ok;
	} rows[] = {
		{ { 4, (uint8_t *)"\1\2\3\4", 4 }, true },
		{ { 4, (uint8_t *)"\1\2\3\4", 3 }, false },
		{ { 4, (uint8_t *)"\1\2\3\4\5", 5 }, false },
		{ { 5, (uint8_t *)"\1\2\3\4", 4 }, false },
		{ { 4, NULL, 0 }, false },
	};
	uint32_t n;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		n = 99;
		CU_ASSERT_EQUAL(spp_value_get_dword(&rows[i].v, &n),
				rows[i].ok);
		CU_ASSERT_EQUAL(n, rows[i].ok ? 0x04030201 : 99);
	}
}

/* Bytes of a string constant without its own NUL. */
#define BYTES(s) (uint8_t *)s, sizeof(s) - 1

static void text_as_stored(void)
{
	static const struct {
		struct spp_value v;
		const char *text;
		unsigned int marks;
	} rows[] = {
		{ { 1, BYTES("a\0\0\0") }, "a", 0 },
		{ { 1, BYTES("\0\0") }, "", 0 },
		{ { 4, BYTES("a\0\0\0") }, "a", 0 }, /* whatever the type */
		{ { 1, BYTES("") }, "", SPP_MARK_NO_NUL },
		{ { 1, BYTES("a\0b\0") }, "ab", SPP_MARK_NO_NUL },
		{ { 1, BYTES("a\0\0\0b\0\0\0") }, "a", SPP_MARK_AFTER_NUL },
		{ { 1, BYTES("a\0\0\0\0\0") }, "a", SPP_MARK_AFTER_NUL },
		{ { 1, BYTES("a\0b") }, "a", SPP_MARK_ODD | SPP_MARK_NO_NUL },
		{ { 1, BYTES("a\0\0\0b") },
		  "a",
		  SPP_MARK_ODD | SPP_MARK_AFTER_NUL },
		{ { 1, BYTES("a") }, "", SPP_MARK_ODD | SPP_MARK_NO_NUL },
		{ { 1, BYTES("\x00\xd8\0\0") }, "\\u{D800}", SPP_MARK_UTF16 },
		{ { 1, BYTES("\1\0\0\0") }, "\\u{1}", SPP_MARK_UTF16 },
	};
	unsigned int marks;
	char *text;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		marks = 99;
		text = NULL;
		CU_ASSERT_EQUAL_FATAL(
			spp_value_get_text(&rows[i].v, &text, &marks, NULL),
			SPP_OK);
		UNIT_ROW(!strcmp(text, rows[i].text), rows[i].text);
		UNIT_ROW(marks == rows[i].marks, rows[i].text);
		free(text);
	}
}

/* The list's strings joined with '|'. */
static void lists_as_stored(void)
{
	static const struct {
		struct spp_value v;
		const char *joined;
		size_t count;
		unsigned int marks;
	} rows[] = {
		{ { 7, BYTES("") }, "", 0, 0 },
		{ { 7, BYTES("\0\0") }, "", 0, 0 },
		{ { 7, BYTES("a\0\0\0\0\0") }, "a", 1, 0 },
		{ { 7, BYTES("a\0\0\0b\0\0\0\0\0") }, "a|b", 2, 0 },
		{ { 7, BYTES("a\0\0\0b\0\0\0") }, "a|b", 2, SPP_MARK_NO_NUL },
		{ { 7, BYTES("a\0\0\0b\0") }, "a|b", 2, SPP_MARK_NO_NUL },
		{ { 7, BYTES("a\0\0\0\0\0b\0\0\0\0\0") },
		  "a||b",
		  3,
		  SPP_MARK_EMPTY },
		{ { 7, BYTES("\0\0\0\0") }, "", 1, SPP_MARK_EMPTY },
		{ { 7, BYTES("a\0\0\0\0\0\0\0") }, "a|", 2, SPP_MARK_EMPTY },
		{ { 7, BYTES("a\0\0\0\0\0b") }, "a", 1, SPP_MARK_ODD },
		{ { 7, BYTES("a") }, "", 0, SPP_MARK_ODD | SPP_MARK_NO_NUL },
		{ { 7, BYTES("\x00\xdc\0\0\0\0") },
		  "\\u{DC00}",
		  1,
		  SPP_MARK_UTF16 },
	};
	size_t i, k;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_items CLEANUP(spp_items_release) items =
			SPP_ITEMS_INIT;
		struct spp_buf CLEANUP(spp_buf_release) joined = SPP_BUF_INIT;

		CU_ASSERT_EQUAL(spp_value_get_items(&rows[i].v, &items, NULL),
				SPP_OK);
		for (k = 0; k < items.count; k++)
			spp_buf_printf(&joined, NULL, "%s%s", k ? "|" : "",
				       items.item[k].text);
		UNIT_ROW(items.count == rows[i].count, rows[i].joined);
		UNIT_ROW(!strcmp(spp_buf_text(&joined), rows[i].joined),
			 rows[i].joined);
		UNIT_ROW(items.marks == rows[i].marks, rows[i].joined);
	}
}

/* A list that is read and written again keeps its bytes. */
static void lists_keep_their_bytes(void)
{
	static const struct spp_value stored = {
		7, BYTES("a\0\0\0\x00\xd8z\0\0\0\0\0end\0\0\0\0\0")
	};
	struct spp_items CLEANUP(spp_items_release) items = SPP_ITEMS_INIT;
	struct spp_value CLEANUP(spp_value_release) v = SPP_VALUE_INIT;

	CU_ASSERT_EQUAL(spp_value_get_items(&stored, &items, NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_value_set_items(&v, &items, NULL), SPP_OK);
	CU_ASSERT_TRUE(spp_value_equal(&v, &stored));
}

static void lists_have_a_limit(void)
{
	struct spp_items CLEANUP(spp_items_release) items = SPP_ITEMS_INIT;
	struct spp_value CLEANUP(spp_value_release) v = SPP_VALUE_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	size_t size = 2 * SPP_ITEMS_MAX + 2;

	v.type = SPP_REG_MULTI_SZ;
	v.data = calloc(1, size + 2);
	CU_ASSERT_PTR_NOT_NULL_FATAL(v.data);
	v.size = size;
	CU_ASSERT_EQUAL(spp_value_get_items(&v, &items, &err), SPP_OK);
	CU_ASSERT_EQUAL(items.count, SPP_ITEMS_MAX);
	v.size = size + 2;
	CU_ASSERT_EQUAL(spp_value_get_items(&v, &items, &err), SPP_LIMIT);
	CU_ASSERT_EQUAL(err.status, SPP_LIMIT);
	CU_ASSERT_EQUAL(items.count, SPP_ITEMS_MAX); /* as it was */
}

static void words(void)
{
	static const struct {
		uint32_t type;
		const char *shown;
	} rows[] = {
		{ 0, "REG_NONE" },	     { 1, "REG_SZ" },
		{ 2, "REG_EXPAND_SZ" },	     { 3, "REG_BINARY" },
		{ 4, "REG_DWORD" },	     { 7, "REG_MULTI_SZ" },
		{ 11, "REG_QWORD" },	     { 12, "type 0xc" },
		{ 0x20001, "type 0x20001" }, { 0xffffffff, "type 0xffffffff" },
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_buf CLEANUP(spp_buf_release) out = SPP_BUF_INIT;

		UNIT_ROW(!spp_type_show(rows[i].type, &out, NULL),
			 rows[i].shown);
		UNIT_ROW(!strcmp(spp_buf_text(&out), rows[i].shown),
			 rows[i].shown);
		UNIT_ROW(!spp_type_name(rows[i].type) == (rows[i].type > 11),
			 rows[i].shown);
	}
}

static const struct unit_test tests[] = {
	{ "setters store what Windows does", setters_store_what_windows_does },
	{ "a failed setter changes nothing", failed_setter_changes_nothing },
	{ "values are compared whole", values_are_compared_whole },
	{ "numbers are four bytes", numbers_are_four_bytes },
	{ "text as stored", text_as_stored },
	{ "lists as stored", lists_as_stored },
	{ "lists keep their bytes", lists_keep_their_bytes },
	{ "lists have a limit", lists_have_a_limit },
	{ "words", words },
	{ NULL, NULL },
};

const struct unit_suite unit_value = { "value", tests };
