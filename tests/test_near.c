/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/text/near.h"

#include <string.h>

#include "hive/base/number.h"
#include "tests/unit.h"

static void test_distance(void)
{
	static const struct {
		const char *a, *b;
		unsigned int distance;
	} pairs[] = {
		{ "", "", 0 },		{ "", "set", 3 },
		{ "show", "shwo", 1 },	{ "host", "hots", 1 },
		{ "set", "Set", 0 },	{ "kms-port", "kms-host", 2 },
		{ "audit", "adit", 1 }, { "abc", "cab", 2 },
	};
	size_t i;

	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		CU_ASSERT_EQUAL(spp_near_distance(pairs[i].a, pairs[i].b),
				pairs[i].distance);
		CU_ASSERT_EQUAL(spp_near_distance(pairs[i].b, pairs[i].a),
				pairs[i].distance);
	}
}

static enum spp_status fail(const char *word, struct spp_error *err)
{
	static const char *const known[] = { "kms-port", "kms-host", "set" };
	struct spp_near near = SPP_NEAR_INIT(word);
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		spp_near_try(&near, known[i]);
	return spp_near_fail(&near, "word", "list: words", err);
}

static void test_fail(void)
{
	struct spp_error err = SPP_ERROR_INIT;
	char longest[400];

	CU_ASSERT_EQUAL(fail("kms-hots", &err), SPP_USAGE);
	CU_ASSERT_STRING_EQUAL(err.text,
			       "unknown word 'kms-hots'; did you mean "
			       "'kms-host'? (list: words)");
	err = (struct spp_error)SPP_ERROR_INIT;
	fail("frobnicate", &err);
	CU_ASSERT_STRING_EQUAL(err.text,
			       "unknown word 'frobnicate' (list: words)");
	err = (struct spp_error)SPP_ERROR_INIT;
	fail("", &err);
	CU_ASSERT_STRING_EQUAL(err.text, "unknown word '' (list: words)");
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	err = (struct spp_error)SPP_ERROR_INIT;
	CU_ASSERT_EQUAL(fail(longest, &err), SPP_USAGE);
	CU_ASSERT_PTR_NULL(strstr(err.text, "did you mean"));
}

static void test_number(void)
{
	static const char *const bad[] = { "",	 " 1",	"+1",  "-1", "1 ",
					   "1x", "0x1", "256", "1.0" };
	uint64_t n = 7;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CU_ASSERT_FALSE(spp_number_parse(bad[i], 255, &n));
	CU_ASSERT_EQUAL(n, 7);
	CU_ASSERT_TRUE(spp_number_parse("255", 255, &n));
	CU_ASSERT_EQUAL(n, 255);
	CU_ASSERT_TRUE(spp_number_parse("0007", 255, &n));
	CU_ASSERT_EQUAL(n, 7);
	CU_ASSERT_TRUE(
		spp_number_parse("18446744073709551615", UINT64_MAX, &n));
	CU_ASSERT_EQUAL(n, UINT64_MAX);
	CU_ASSERT_FALSE(
		spp_number_parse("18446744073709551616", UINT64_MAX, &n));
	CU_ASSERT_FALSE(spp_number_parse("5", 4, &n));
	CU_ASSERT_TRUE(spp_number_parse_hex("0xFf", 255, &n));
	CU_ASSERT_EQUAL(n, 255);
	CU_ASSERT_FALSE(spp_number_parse_hex("0x", 255, &n));
	CU_ASSERT_FALSE(spp_number_parse_hex("0x100", 255, &n));
	CU_ASSERT_FALSE(spp_number_parse_hex("0xg", 255, &n));
	CU_ASSERT_FALSE(spp_number_parse_hex("ff", 255, &n));
}

static const struct unit_test tests[] = {
	{ "the distance of two words", test_distance },
	{ "a near miss is named", test_fail },
	{ "numbers are digits and nothing else", test_number },
	{ NULL, NULL },
};

const struct unit_suite unit_near = { "near", tests };
