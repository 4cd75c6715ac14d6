/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/base/name.h"

#include <string.h>

#include "hive/base/utf16.h"
#include "tests/unit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A name from UTF-8, stored as UTF-16; buf keeps its bytes. */
static struct spp_name wide(const char *text, struct spp_buf *buf)
{
	CU_ASSERT_EQUAL_FATAL(spp_utf16_from(text, strlen(text), buf, NULL),
			      SPP_OK);
	return (struct spp_name){ buf->data, buf->size / 2, true };
}

/* The same, a byte a character. */
static struct spp_name narrow(const char *latin1)
{
	return (struct spp_name){ (const uint8_t *)latin1, strlen(latin1),
				  false };
}

static void upper_case(void)
{
	static const struct {
		uint16_t from, to;
	} rows[] = {
		{ 'a', 'A' },	    { 'z', 'Z' },	{ '{', '{' },
		{ 0xe4, 0xc4 },	    { 0xf7, 0xf7 },	{ 0xff, 0x178 },
		{ 0xb5, 0xb5 },	    { 0xdf, 0xdf },	{ 0x131, 0x131 },
		{ 0x17f, 0x17f },   { 0x1c5, 0x1c5 },	{ 0x1c6, 0x1c4 },
		{ 0x250, 0x2c6f },  { 0x265, 0x265 },	{ 0x345, 0x345 },
		{ 0x3b1, 0x391 },   { 0x3c2, 0x3c2 },	{ 0x3c3, 0x3a3 },
		{ 0x3f3, 0x3f3 },   { 0x430, 0x410 },	{ 0x451, 0x401 },
		{ 0x561, 0x531 },   { 0x10d0, 0x10d0 }, { 0x1d79, 0xa77d },
		{ 0x1f00, 0x1f08 }, { 0x1f80, 0x1f88 }, { 0x214e, 0x2132 },
		{ 0x2170, 0x2160 }, { 0x24d0, 0x24b6 }, { 0xff41, 0xff21 },
		{ 0xd800, 0xd800 }, { 0xdfff, 0xdfff }, { 0xffff, 0xffff },
	};
	char row[16];
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		snprintf(row, sizeof(row), "U+%04X", rows[i].from);
		UNIT_ROW(spp_upcase(rows[i].from) == rows[i].to, row);
	}
}

/* FNV-1a over the 65,536 entries of the table that Windows 7 has. */
static void whole_table_of_windows_7(void)
{
	uint64_t hash = 0xcbf29ce484222325;
	unsigned int changed = 0;
	uint16_t up;
	uint32_t i;

	for (i = 0; i < 65536; i++) {
		up = spp_upcase((uint16_t)i);
		changed += up != i;
		hash = (hash ^ (up & 0xff)) * 0x100000001b3;
		hash = (hash ^ up >> 8) * 0x100000001b3;
		if (up != i && spp_upcase(up) != up)
			CU_FAIL("an upper-case letter has an upper case");
	}
	CU_ASSERT_EQUAL(changed, 973);
	CU_ASSERT_EQUAL(hash, 0x48ed4531e9399927);
}

static void order(void)
{
	static const struct {
		const char *a, *b;
		int sign;
	} rows[] = {
		{ "", "", 0 },
		{ "", "a", -1 },
		{ "abc", "ABC", 0 },
		{ "abc", "abcd", -1 },
		{ "Z", "a", 1 },
		{ "app_x", "APP1", 1 }, /* _ is behind the capitals */
		{ "APP^", "app_", -1 },
		{ "a[", "aa", 1 },
		{ "\u00c9cole", "\u00e9COLE", 0 },
		{ "\u00e4", "z", 1 },
		{ "\u00ff", "\u0178", 0 },
		{ "\u00ff", "\u0177", 1 }, /* as U+0178 behind U+0176 */
		{ "\u03c9", "\u0416", -1 },
		{ "stra\u00dfe", "STRASSE", 1 },
		{ "\U0001f600", "\uffee", -1 }, /* by units, not characters */
		{ "a\u03c2", "a\u03c3", 1 },
	};
	size_t i;
	int got;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_buf CLEANUP(spp_buf_release) x = SPP_BUF_INIT;
		struct spp_buf CLEANUP(spp_buf_release) y = SPP_BUF_INIT;
		struct spp_name a = wide(rows[i].a, &x);
		struct spp_name b = wide(rows[i].b, &y);

		got = spp_name_cmp(&a, &b);
		UNIT_ROW((got > 0) - (got < 0) == rows[i].sign, rows[i].a);
		got = spp_name_cmp(&b, &a);
		UNIT_ROW((got < 0) - (got > 0) == rows[i].sign, rows[i].a);
	}
}

/* How a name is stored makes no difference. */
static void storage_does_not_matter(void)
{
	struct spp_buf CLEANUP(spp_buf_release) buf = SPP_BUF_INIT;
	struct spp_name a = wide("\u00c4pfel", &buf), b = narrow("\xe4pfel");

	CU_ASSERT_EQUAL(b.units, a.units);
	CU_ASSERT_EQUAL(spp_name_cmp(&a, &b), 0);
	CU_ASSERT_EQUAL(spp_name_hash(&a), spp_name_hash(&b));
	CU_ASSERT_EQUAL(spp_name_unit(&b, 0), 0xe4);
	CU_ASSERT_EQUAL(spp_name_unit(&a, 0), 0xc4);
}

static void ascii_names(void)
{
	static const struct {
		struct spp_name name;
		const char *ascii;
		bool same;
	} rows[] = {
		{ { (const uint8_t *)"SPP", 3, false }, "spp", true },
		{ { (const uint8_t *)"SPP\0", 4, false }, "SPP", false },
		{ { (const uint8_t *)"SP", 2, false }, "SPP", false },
		{ { (const uint8_t *)"S\0P\0P\0", 3, true }, "SPP", true },
		{ { (const uint8_t *)"S\0\x1fP", 2, true }, "S?", false },
		{ { NULL, 0, false }, "", true },
		{ { NULL, 0, true }, "x", false },
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++)
		UNIT_ROW(spp_name_is(&rows[i].name, rows[i].ascii) ==
				 rows[i].same,
			 rows[i].ascii);
}

/* hash = hash * 37 + each unit, upper-cased */
static void hashes(void)
{
	static const struct {
		const char *name;
		uint32_t hash;
	} rows[] = {
		{ "", 0 },
		{ "A", 65 },
		{ "a", 65 },
		{ "ab", 65 * 37 + 66 },
		{ "\u00e4", 0xc4 },
		{ "\u0436z", 0x416 * 37 + 90 },
		{ "SoftwareProtectionPlatform", 0x6ac956ef },
		{ "softwareprotectionplatform", 0x6ac956ef },
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_buf CLEANUP(spp_buf_release) buf = SPP_BUF_INIT;
		struct spp_name name = wide(rows[i].name, &buf);

		UNIT_ROW(spp_name_hash(&name) == rows[i].hash, rows[i].name);
	}
}

static void hints(void)
{
	static const struct {
		const char *name;
		uint32_t hint;
	} rows[] = {
		{ "", 0 },
		{ "a", 0x61 },
		{ "Abcd", 0x64636241 },
		{ "Abcde", 0x64636241 },
		{ "\u00c4b", 0x62c4 },
		{ "a\u0416", 0 }, /* does not fit: must be looked at */
		{ "abcd\u0416", 0x64636261 },
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_buf CLEANUP(spp_buf_release) buf = SPP_BUF_INIT;
		struct spp_name name = wide(rows[i].name, &buf);

		UNIT_ROW(spp_name_hint(&name) == rows[i].hint, rows[i].name);
	}
}

static void text_and_display(void)
{
	static const struct {
		struct spp_name name;
		const char *shown;
		bool text;
	} rows[] = {
		{ { NULL, 0, false }, "", true },
		{ { (const uint8_t *)"Gr\xf6\xdf", 4, false },
		  "Gr\u00f6\u00df",
		  true },
		{ { (const uint8_t *)"a\0b", 3, false }, "a\\u{0}b", false },
		{ { (const uint8_t *)"a\nb", 3, false }, "a\\u{A}b", false },
		{ { (const uint8_t *)"a\0\x00\xd8", 2, true },
		  "a\\u{D800}",
		  false },
		{ { (const uint8_t *)"\x00\xdc", 1, true },
		  "\\u{DC00}",
		  false },
		{ { (const uint8_t *)"\xff\xdb\xff\xdf", 2, true },
		  "\U0010ffff",
		  true },
		{ { (const uint8_t *)"\x3d\xd8\x00\xde", 2, true },
		  "\U0001f600",
		  true },
	};
	size_t i;
	bool plain;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_buf CLEANUP(spp_buf_release) out = SPP_BUF_INIT;

		UNIT_ROW(spp_name_is_text(&rows[i].name) == rows[i].text,
			 rows[i].shown);
		UNIT_ROW(!spp_name_show(&rows[i].name, &out, &plain, NULL),
			 rows[i].shown);
		UNIT_ROW(!strcmp(spp_buf_text(&out), rows[i].shown),
			 rows[i].shown);
		UNIT_ROW(plain == rows[i].text, rows[i].shown);
	}
}

static const struct unit_test tests[] = {
	{ "upper case", upper_case },
	{ "the whole table of Windows 7", whole_table_of_windows_7 },
	{ "order", order },
	{ "storage does not matter", storage_does_not_matter },
	{ "ASCII names", ascii_names },
	{ "hashes", hashes },
	{ "hints", hints },
	{ "text and display", text_and_display },
	{ NULL, NULL },
};

const struct unit_suite unit_name = { "name", tests };
