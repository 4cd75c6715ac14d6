/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/base/utf16.h"

#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "hive/base/value.h"
#include "tests/unit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Text and its bytes in UTF-16LE, as hex. */
static const struct {
	const char *text, *hex;
} valid[] = {
	{ "", "" },
	{ "A", "4100" },
	{ "\x7f", "7f00" },
	{ "\u00e4\u00ff", "e400ff00" },
	{ "\u0416", "1604" },
	{ "\ud7ff\ue000", "ffd700e0" },
	{ "\uffff", "ffff" },
	{ "\U00010000", "00d800dc" },
	{ "\U0001f600x", "3dd800de7800" },
	{ "\U0010ffff", "ffdbffdf" },
};

static size_t from_hex(const char *hex, uint8_t *out)
{
	size_t n = strlen(hex) / 2, i;
	char pair[3] = "";

	for (i = 0; i < n; i++) {
		memcpy(pair, hex + 2 * i, 2);
		out[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return n;
}

static void valid_text_goes_both_ways(void)
{
	uint8_t bytes[64];
	size_t i, n;

	for (i = 0; i < COUNT(valid); i++) {
		struct spp_buf CLEANUP(spp_buf_release) wide = SPP_BUF_INIT;
		struct spp_buf CLEANUP(spp_buf_release) back = SPP_BUF_INIT;
		struct spp_buf CLEANUP(spp_buf_release) hex = SPP_BUF_INIT;

		n = strlen(valid[i].text);
		UNIT_ROW(!spp_utf16_from(valid[i].text, n, &wide, NULL),
			 valid[i].hex);
		spp_hex_show(wide.data, wide.size, &hex, NULL);
		UNIT_ROW(!strcmp(spp_buf_text(&hex), valid[i].hex),
			 valid[i].hex);
		n = from_hex(valid[i].hex, bytes);
		UNIT_ROW(!spp_utf16_to(bytes, n, &back, NULL), valid[i].hex);
		UNIT_ROW(!strcmp(spp_buf_text(&back), valid[i].text),
			 valid[i].hex);
	}
}

static void malformed_utf8_is_refused(void)
{
	static const char *const rows[] = {
		"\x80",		    /* a continuation alone */
		"\xc3",		    /* cut short */
		"a\xe2\x82",	    /* the same behind text */
		"\xc0\x80",	    /* NUL, overlong */
		"\xe0\x80\xaf",	    /* slash, overlong */
		"\xed\xa0\x80",	    /* a surrogate */
		"\xf4\x90\x80\x80", /* behind U+10FFFF */
		"\xf8\x88\x80\x80\x80",
		"\xff",
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_buf CLEANUP(spp_buf_release) out = SPP_BUF_INIT;
		struct spp_error err = SPP_ERROR_INIT;

		UNIT_ROW(spp_utf16_from(rows[i], strlen(rows[i]), &out, &err) ==
				 SPP_INVALID,
			 rows[i]);
		UNIT_ROW(strstr(err.text, "is not valid UTF-8"), rows[i]);
	}
}

static void malformed_utf16_is_refused(void)
{
	static const struct {
		const char *hex, *why;
	} rows[] = {
		{ "41", "text has an odd number of bytes" },
		{ "410042", "text has an odd number of bytes" },
		{ "00d8", "text has a lone surrogate" },
		{ "00dc", "text has a lone surrogate" },
		{ "00d84100", "text has a lone surrogate" },
		{ "00dc00d8", "text has a lone surrogate" },
		{ "00d800d800dc", "text has a lone surrogate" },
	};
	uint8_t bytes[64];
	size_t i, n;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_buf CLEANUP(spp_buf_release) out = SPP_BUF_INIT;
		struct spp_error err = SPP_ERROR_INIT;

		n = from_hex(rows[i].hex, bytes);
		UNIT_ROW(spp_utf16_to(bytes, n, &out, &err) == SPP_INVALID,
			 rows[i].hex);
		UNIT_ROW(!strcmp(err.text, rows[i].why), rows[i].hex);
	}
}

static void display_hides_nothing(void)
{
	static const struct {
		const char *hex, *shown;
		bool plain;
	} rows[] = {
		{ "", "", true },
		{ "41004200", "AB", true },
		{ "e400", "\u00e4", true },
		{ "3dd800de", "\U0001f600", true },
		{ "4100000042", "A\\u{0}", false }, /* and an odd byte */
		{ "0000", "\\u{0}", false },
		{ "0a001b00", "\\u{A}\\u{1B}", false },
		{ "7f008500", "\\u{7F}\\u{85}", false },
		{ "00d84100", "\\u{D800}A", false },
		{ "00dc", "\\u{DC00}", false },
		{ "5c005c00", "\\\\", true },
		{ "43003a005c007500", "C:\\u", true },
		{ "5c0075007b00", "\\\\u{", false },
	};
	uint8_t bytes[64];
	size_t i, n;
	bool plain;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_buf CLEANUP(spp_buf_release) out = SPP_BUF_INIT;

		n = from_hex(rows[i].hex, bytes);
		UNIT_ROW(!spp_utf16_show(bytes, n, &out, &plain, NULL),
			 rows[i].hex);
		UNIT_ROW(!strcmp(spp_buf_text(&out), rows[i].shown),
			 rows[i].hex);
		UNIT_ROW(plain == rows[i].plain, rows[i].hex);
		UNIT_ROW(!spp_utf16_show(bytes, n, &out, NULL, NULL),
			 rows[i].hex);
	}
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* No text can be made that shows like another one: all of up to five units. */
static void no_two_texts_show_the_same(void)
{
	static const uint16_t letters[] = {
		'\\', 'u', '{', '1', '}', 1, 0xd800
	};
	enum { LENGTH = 5, ALL = 7 + 49 + 343 + 2401 + 16807 };
	char **shown = calloc(ALL, sizeof(*shown));
	size_t count = 0, length, in_all = 1, i, k, rest, same = 0;
	uint8_t bytes[2 * LENGTH];

	CU_ASSERT_PTR_NOT_NULL_FATAL(shown);
	for (length = 1; length <= LENGTH; length++) {
		in_all *= COUNT(letters);
		for (i = 0; i < in_all; i++) {
			struct spp_buf out = SPP_BUF_INIT;

			for (k = 0, rest = i; k < length; k++, rest /= 7)
				spp_put16(bytes + 2 * k, letters[rest % 7]);
			spp_utf16_show(bytes, 2 * length, &out, NULL, NULL);
			shown[count++] = spp_buf_take(&out);
		}
	}
	CU_ASSERT_EQUAL(count, ALL);
	qsort(shown, count, sizeof(*shown), by_text);
	for (i = 1; i < count; i++)
		same += !strcmp(shown[i - 1], shown[i]);
	CU_ASSERT_EQUAL(same, 0);
	for (i = 0; i < count; i++)
		free(shown[i]);
	free(shown);
}

static const struct unit_test tests[] = {
	{ "valid text goes both ways", valid_text_goes_both_ways },
	{ "malformed UTF-8 is refused", malformed_utf8_is_refused },
	{ "malformed UTF-16 is refused", malformed_utf16_is_refused },
	{ "display hides nothing", display_hides_nothing },
	{ "no two texts show the same", no_two_texts_show_the_same },
	{ NULL, NULL },
};

const struct unit_suite unit_utf16 = { "utf16", tests };
