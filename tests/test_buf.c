/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/base/buf.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit.h"

static void bytes_are_appended(void)
{
	static const uint8_t want[] = { 'a',  'b',  0,	  0x34, 0x12, 0x78,
					0x56, 0x34, 0x12, 'n',	'=',  '7' };
	struct spp_buf CLEANUP(spp_buf_release) buf = SPP_BUF_INIT;

	CU_ASSERT_EQUAL(spp_buf_append(&buf, "ab", 3, NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_buf_u16(&buf, 0x1234, NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_buf_u32(&buf, 0x12345678, NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_buf_printf(&buf, NULL, "n=%d", 7), SPP_OK);
	CU_ASSERT_EQUAL_FATAL(buf.size, sizeof(want));
	CU_ASSERT_EQUAL(memcmp(buf.data, want, sizeof(want)), 0);
	CU_ASSERT_EQUAL(buf.data[buf.size], 0);
}

static void text_is_a_string(void)
{
	struct spp_buf CLEANUP(spp_buf_release) buf = SPP_BUF_INIT;

	CU_ASSERT_STRING_EQUAL(spp_buf_text(&buf), "");
	CU_ASSERT_EQUAL(spp_buf_append(&buf, NULL, 0, NULL), SPP_OK);
	CU_ASSERT_STRING_EQUAL(spp_buf_text(&buf), "");
	CU_ASSERT_EQUAL(spp_buf_puts(&buf, "one", NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_buf_puts(&buf, "", NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_buf_puts(&buf, ", two", NULL), SPP_OK);
	CU_ASSERT_STRING_EQUAL(spp_buf_text(&buf), "one, two");
	CU_ASSERT_EQUAL(buf.size, 8);
}

/* Every size passes the places where memory is made larger. */
static void sizes_grow(void)
{
	struct spp_buf CLEANUP(spp_buf_release) buf = SPP_BUF_INIT;
	size_t i, wrong = 0;

	for (i = 0; i < 5000; i++) {
		CU_ASSERT_EQUAL(spp_buf_printf(&buf, NULL, "%zu", i % 10),
				SPP_OK);
		if (buf.size != i + 1 || strlen(spp_buf_text(&buf)) != i + 1)
			wrong++;
	}
	for (i = 0; i < buf.size; i++)
		wrong += buf.data[i] != '0' + i % 10;
	CU_ASSERT_EQUAL(wrong, 0);
}

static void reserving_changes_nothing(void)
{
	struct spp_buf CLEANUP(spp_buf_release) buf = SPP_BUF_INIT;

	CU_ASSERT_EQUAL(spp_buf_puts(&buf, "x", NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_buf_reserve(&buf, 100000, NULL), SPP_OK);
	CU_ASSERT_EQUAL(buf.size, 1);
	CU_ASSERT_TRUE(buf.room > 100000);
	CU_ASSERT_STRING_EQUAL(spp_buf_text(&buf), "x");
}

static void limit_is_kept(void)
{
	static const size_t sizes[] = { SPP_BUF_MAX - 1, SPP_BUF_MAX,
					SPP_BUF_MAX + 1, SIZE_MAX / 2,
					SIZE_MAX - 1,	 SIZE_MAX };
	struct spp_buf CLEANUP(spp_buf_release) buf = SPP_BUF_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	size_t i;

	CU_ASSERT_EQUAL(spp_buf_puts(&buf, "x", NULL), SPP_OK);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		spp_error_clear(&err);
		CU_ASSERT_EQUAL(spp_buf_reserve(&buf, sizes[i], &err),
				SPP_LIMIT);
		CU_ASSERT_EQUAL(err.status, SPP_LIMIT);
		CU_ASSERT_EQUAL(buf.size, 1);
	}
}

static void bytes_are_handed_over(void)
{
	struct spp_buf buf = SPP_BUF_INIT;
	char *text = spp_buf_take(&buf);

	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	CU_ASSERT_STRING_EQUAL(text, "");
	free(text);
	CU_ASSERT_EQUAL(spp_buf_puts(&buf, "mine", NULL), SPP_OK);
	text = spp_buf_take(&buf);
	CU_ASSERT_STRING_EQUAL(text, "mine");
	CU_ASSERT_PTR_NULL(buf.data);
	CU_ASSERT_EQUAL(buf.size, 0);
	free(text);
	spp_buf_release(&buf);
	spp_buf_release(NULL);
}

static const struct unit_test tests[] = {
	{ "bytes are appended", bytes_are_appended },
	{ "text is a string", text_is_a_string },
	{ "sizes grow", sizes_grow },
	{ "reserving changes nothing", reserving_changes_nothing },
	{ "the limit is kept", limit_is_kept },
	{ "bytes are handed over", bytes_are_handed_over },
	{ NULL, NULL },
};

const struct unit_suite unit_buf = { "buf", tests };
