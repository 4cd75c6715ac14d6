/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/base/error.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit.h"

static void words_are_unique(void)
{
	int i, j;

	for (i = 0; i < SPP_STATUS_COUNT; i++) {
		const char *word = spp_status_word((enum spp_status)i);

		CU_ASSERT_PTR_NOT_NULL_FATAL(word);
		UNIT_ROW(!strpbrk(word, " _ABCDEFGHIJKLMNOPQRSTUVWXYZ"), word);
		for (j = 0; j < i; j++)
			UNIT_ROW(strcmp(word,
					spp_status_word((enum spp_status)j)),
				 word);
	}
	CU_ASSERT_STRING_EQUAL(
		spp_status_word((enum spp_status)SPP_STATUS_COUNT), "unknown");
	CU_ASSERT_STRING_EQUAL(spp_status_word((enum spp_status) - 1),
			       "unknown");
}

/* The place in a file stands in the text and by itself. */
static void places_in_files(void)
{
	static const struct {
		size_t line, column;
		const char *text;
	} rows[] = {
		{ 3, 5, "a.json:3:5: no 7" },
		{ 3, 0, "a.json:3: no 7" },
		{ 0, 0, "'a.json': no 7" },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct spp_error err = SPP_ERROR_INIT;

		CU_ASSERT_EQUAL(spp_fail_at(&err, SPP_INVALID, "a.json",
					    rows[i].line, rows[i].column,
					    "no %d", 7),
				SPP_INVALID);
		CU_ASSERT_STRING_EQUAL(err.text, rows[i].text);
		CU_ASSERT_STRING_EQUAL(err.source, "a.json");
		CU_ASSERT_EQUAL(err.line, rows[i].line);
		CU_ASSERT_EQUAL(err.column, rows[i].column);
		spp_fail_at(&err, SPP_INVALID, "b.json", 9, 9, "later");
		CU_ASSERT_STRING_EQUAL(err.source, "a.json");
	}
}

static void first_failure_wins(void)
{
	struct spp_error err = SPP_ERROR_INIT;

	CU_ASSERT_EQUAL(spp_fail(&err, SPP_CORRUPT, "cell %d", 7), SPP_CORRUPT);
	CU_ASSERT_EQUAL(spp_fail(&err, SPP_IO, "later"), SPP_IO);
	errno = EIO;
	CU_ASSERT_EQUAL(spp_fail_errno(&err, SPP_BUSY, "later"), SPP_BUSY);
	CU_ASSERT_EQUAL(err.status, SPP_CORRUPT);
	CU_ASSERT_STRING_EQUAL(err.text, "cell 7");
	spp_error_clear(&err);
	CU_ASSERT_EQUAL(err.status, SPP_OK);
	CU_ASSERT_STRING_EQUAL(err.text, "");
	spp_fail(&err, SPP_DIRTY, "anew");
	CU_ASSERT_STRING_EQUAL(err.text, "anew");
}

static void no_error_struct_is_needed(void)
{
	CU_ASSERT_EQUAL(spp_fail(NULL, SPP_LIMIT, "%s", "x"), SPP_LIMIT);
	errno = EACCES;
	CU_ASSERT_EQUAL(spp_fail_errno(NULL, SPP_IO, "x"), SPP_IO);
	spp_error_clear(NULL);
}

static void errno_is_told(void)
{
	struct spp_error err = SPP_ERROR_INIT;

	errno = ENOENT;
	CU_ASSERT_EQUAL(spp_fail_errno(&err, SPP_IO, "cannot open '%s'", "x"),
			SPP_IO);
	CU_ASSERT_STRING_EQUAL(err.text,
			       "cannot open 'x': No such file or directory");
}

static void shortages_are_counted(void)
{
	struct spp_error err = SPP_ERROR_INIT;
	unsigned int before = spp_memory_shortages();

	errno = ENOMEM;
	CU_ASSERT_EQUAL(spp_fail_errno(&err, SPP_IO, "cannot"), SPP_NOMEM);
	CU_ASSERT_EQUAL(err.status, SPP_NOMEM);
	CU_ASSERT_EQUAL(spp_memory_shortages(), before + 1);
	spp_error_clear(&err);
	CU_ASSERT_EQUAL(spp_nomem(&err), SPP_NOMEM);
	CU_ASSERT_STRING_EQUAL(err.text, "out of memory");
}

/* Whatever is quoted, a message is one line of at most so many bytes. */
static void messages_are_one_line(void)
{
	static const struct {
		const char *given, *want;
	} rows[] = {
		{ "a\nb", "a?b" },
		{ "\x1b[31m", "?[31m" },
		{ "\r\t", "??" },
		{ "a\x7f", "a?" },
		{ "\u00e4\u03c9", "\u00e4\u03c9" },
		{ "", "" },
	};
	char *big = malloc(5000);
	struct spp_error err = SPP_ERROR_INIT;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		spp_error_clear(&err);
		spp_fail(&err, SPP_INVALID, "%s", rows[i].given);
		UNIT_ROW(!strcmp(err.text, rows[i].want), rows[i].want);
	}
	CU_ASSERT_PTR_NOT_NULL_FATAL(big);
	memset(big, 'x', 4999);
	big[4999] = '\0';
	spp_error_clear(&err);
	errno = EIO;
	spp_fail_errno(&err, SPP_IO, "%s", big);
	CU_ASSERT_EQUAL(strlen(err.text), SPP_ERROR_TEXT - 1);
	free(big);
}

static void strings_are_freed_once(void)
{
	char *s = strdup("x");

	spp_free_string(&s);
	CU_ASSERT_PTR_NULL(s);
	spp_free_string(&s);
}

/* A failure after a cleared one has nothing of it. */
static void clearing_leaves_nothing(void)
{
	struct spp_error err = SPP_ERROR_INIT;

	spp_fail_at(&err, SPP_INVALID, "a.json", 3, 5, "no 7");
	err.remedy = SPP_REMEDY_CHECK;
	spp_error_clear(&err);
	spp_fail(&err, SPP_IO, "no disk");
	CU_ASSERT_STRING_EQUAL(err.source, "");
	CU_ASSERT(!err.line && !err.column);
	CU_ASSERT_EQUAL(err.remedy, SPP_REMEDY_NONE);
}

static const struct unit_test tests[] = {
	{ "places in files", places_in_files },
	{ "words are unique", words_are_unique },
	{ "the first failure wins", first_failure_wins },
	{ "no error struct is needed", no_error_struct_is_needed },
	{ "errno is told", errno_is_told },
	{ "running out of memory is counted", shortages_are_counted },
	{ "messages are one line", messages_are_one_line },
	{ "clearing leaves nothing", clearing_leaves_nothing },
	{ "strings are freed once", strings_are_freed_once },
	{ NULL, NULL },
};

const struct unit_suite unit_error = { "error", tests };
