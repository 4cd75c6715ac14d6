/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file of --results, as a run that goes on reads it. */
#include "cli/fleet/results.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/fleet/intents.h"
#include "tests/unit.h"

#define COUNT(a)   (sizeof(a) / sizeof((a)[0]))
#define LINE(k, r) "{\"document\":\"" k "\",\"target\":\"a\"," r "}"

static void lines_are_read(void)
{
	static const struct {
		const char *name, *text;
		enum spp_status status;
	} rows[] = {
		{ "a result",
		  LINE("result", "\"status\":\"changed\",\"exit\":0"), SPP_OK },
		{ "the last code",
		  LINE("failed", "\"status\":\"refused\",\"exit\":4"), SPP_OK },
		{ "a code of no command",
		  LINE("result", "\"status\":\"changed\",\"exit\":5"),
		  SPP_INVALID },
		{ "a negative code",
		  LINE("result", "\"status\":\"changed\",\"exit\":-1"),
		  SPP_INVALID },
		{ "an unknown status",
		  LINE("result", "\"status\":\"odd\",\"exit\":0"),
		  SPP_INVALID },
		{ "another document",
		  LINE("show", "\"status\":\"changed\",\"exit\":0"),
		  SPP_INVALID },
		{ "no target",
		  "{\"document\":\"result\",\"status\":\"changed\",\"exit\":0}",
		  SPP_INVALID },
		{ "no JSON", "{\"document\":", SPP_INVALID },
		{ "nothing", "", SPP_INVALID },
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct cli_result r = CLI_RESULT_INIT;

		UNIT_ROW(cli_result_read(&r, rows[i].text, strlen(rows[i].text),
					 "file", 1, NULL) == rows[i].status,
			 rows[i].name);
		cli_result_release(&r);
	}
}

struct seen {
	size_t lines, kept;
};

static void see(void *ctx, const struct cli_result *result)
{
	struct seen *seen = ctx;

	seen->lines++;
	seen->kept += result->keep;
}

#define DONE                                                 \
	"{\"document\":\"result\",\"target\":\"a\",\"job\":" \
	"\"1\",\"status\":\"changed\",\"exit\":0}\n"
#define FAILED                                               \
	"{\"document\":\"failed\",\"target\":\"b\",\"job\":" \
	"\"1\",\"status\":\"failed\",\"exit\":3}\n"

#define CUT "{\"sppctl\":\"0.2.0\",\"document\":\"result\",\"version\":1"

/* What is left of a file, and what was seen of it. */
static void a_run_goes_on(void)
{
	static const struct {
		const char *name, *text, *left, *job;
		enum spp_status status;
		size_t lines, kept;
	} rows[] = {
		{ "whole", DONE FAILED, DONE, "1", SPP_OK, 2, 1 },
		{ "nothing", "", "", "1", SPP_OK, 0, 0 },
		{ "cut", DONE CUT, DONE, "1", SPP_OK, 1, 1 },
		{ "cut, the only one", CUT, "", "1", SPP_OK, 0, 0 },
		{ "cut in its first word", DONE "{\"spp", DONE, "1", SPP_OK, 1,
		  1 },
		{ "cut in its version", "{\"sppctl\":\"0.9", "", "1", SPP_OK, 0,
		  0 },
		{ "cut in its kind", DONE FAILED "{\"sppctl\":\"3\",\"docum",
		  DONE, "1", SPP_OK, 2, 1 },
		{ "cut in a character", DONE CUT "{\"target\":\"\xe2\x82", DONE,
		  "1", SPP_OK, 1, 1 },
		{ "cut before its end", DONE CUT "}", DONE, "1", SPP_OK, 1, 1 },
		/* Refused, they are as they were. */
		{ "a text", "precious", "precious", "1", SPP_INVALID, 0, 0 },
		{ "a document", "{\"my\":\"precious\"}",
		  "{\"my\":\"precious\"}", "1", SPP_INVALID, 0, 0 },
		{ "a document of ours",
		  "{\"sppctl\":\"1\",\"document\":\"show\"",
		  "{\"sppctl\":\"1\",\"document\":\"show\"", "1", SPP_INVALID,
		  0, 0 },
		{ "a text after lines", DONE FAILED "precious",
		  DONE FAILED "precious", "1", SPP_INVALID, 2, 1 },
		{ "another version that is none", "{\"sppctl\":\"my own\"",
		  "{\"sppctl\":\"my own\"", "1", SPP_INVALID, 0, 0 },
		{ "of another job", DONE, DONE, "2", SPP_USAGE, 0, 0 },
		{ "of something else", "text\n", "text\n", "1", SPP_INVALID, 0,
		  0 },
	};
	struct cli_results_options o = { .resume = true,
					 .retry = 1u << CLI_FAILURE };
	char path[UNIT_PATH];
	unsigned char *now;
	size_t i, size;
	FILE *f;

	unit_path(path, "results");
	for (i = 0; i < COUNT(rows); i++) {
		struct cli_results *results = NULL;
		struct seen seen = { 0, 0 };

		f = fopen(path, "w");
		CU_ASSERT_PTR_NOT_NULL_FATAL(f);
		fputs(rows[i].text, f);
		fclose(f);
		o.path = path;
		o.job = rows[i].job;
		UNIT_ROW(cli_results_open(&o, see, &seen, &results, NULL) ==
				 rows[i].status,
			 rows[i].name);
		UNIT_ROW(seen.lines == rows[i].lines, rows[i].name);
		UNIT_ROW(seen.kept == rows[i].kept, rows[i].name);
		if (results)
			cli_results_close(results);
		now = unit_slurp(path, &size);
		CU_ASSERT_PTR_NOT_NULL_FATAL(now);
		UNIT_ROW(size == strlen(rows[i].left) &&
				 !memcmp(now, rows[i].left, size),
			 rows[i].name);
		free(now);
	}
}

/* Whether a run goes on with a file of these bytes, and leaves so many. */
static enum spp_status go_on_with(const char *path, const void *data,
				  size_t size, size_t *left)
{
	const struct cli_results_options o = { .path = path,
					       .resume = true,
					       .job = "1" };
	struct cli_results *results = NULL;
	enum spp_status st;
	struct stat about;
	FILE *f;

	f = fopen(path, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	fwrite(data, 1, size, f);
	fclose(f);
	st = cli_results_open(&o, NULL, NULL, &results, NULL);
	cli_results_close(results);
	CU_ASSERT_EQUAL_FATAL(stat(path, &about), 0);
	*left = (size_t)about.st_size;
	return st;
}

/* After a power cut a file may end with NUL bytes. */
static void zeros_are_cut_off(void)
{
	char path[UNIT_PATH], text[sizeof(DONE) + 100] = DONE;
	size_t left;

	unit_path(path, "results");
	CU_ASSERT_EQUAL(go_on_with(path, text, sizeof(text), &left), SPP_OK);
	CU_ASSERT_EQUAL(left, strlen(DONE));
	memcpy(text + strlen(DONE), CUT, 10);
	CU_ASSERT_EQUAL(go_on_with(path, text, sizeof(text), &left), SPP_OK);
	CU_ASSERT_EQUAL(left, strlen(DONE));
	/* A new disk image is of such bytes alone. */
	memset(text, 0, sizeof(text));
	CU_ASSERT_EQUAL(go_on_with(path, text, sizeof(text), &left),
			SPP_INVALID);
	CU_ASSERT_EQUAL(left, sizeof(text));
}

/* Longer than any line of ours, with another after it. */
static void a_long_line_stays(void)
{
	const size_t size = (size_t)65 << 20;
	char *text = malloc(size), path[UNIT_PATH];
	size_t left;

	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	memset(text, 'x', size);
	memcpy(text, CUT, strlen(CUT));
	memcpy(text + size - 13, "\nsecond line\n", 13);
	unit_path(path, "results");
	CU_ASSERT_EQUAL(go_on_with(path, text, size, &left), SPP_INVALID);
	CU_ASSERT_EQUAL(left, size);
	free(text);
}

static void what_is_not_a_file_is_refused(void)
{
	struct cli_results_options o = { .resume = true, .job = "1" };
	struct cli_results *results = NULL;
	char path[UNIT_PATH];

	unit_path(path, "fifo");
	CU_ASSERT_EQUAL_FATAL(mkfifo(path, 0600), 0);
	o.path = path;
	CU_ASSERT_EQUAL(cli_results_open(&o, NULL, NULL, &results, NULL),
			SPP_USAGE);
	o.path = "/dev/null";
	CU_ASSERT_EQUAL(cli_results_open(&o, NULL, NULL, &results, NULL),
			SPP_USAGE);
	o.resume = false;
	CU_ASSERT_EQUAL(cli_results_open(&o, NULL, NULL, &results, NULL),
			SPP_OK);
	cli_results_close(results);
}

static void put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	fputs(text, f);
	fclose(f);
}

static bool has(const char *path, const char *text)
{
	size_t size;
	unsigned char *now = unit_slurp(path, &size);
	bool same = now && size == strlen(text) && !memcmp(now, text, size);

	free(now);
	return same;
}

/* Where lines are left out, a copy takes the place of the file. */
static void a_link_stays_a_link(void)
{
	char real[UNIT_PATH], path[UNIT_PATH], other[UNIT_PATH];
	struct cli_results_options o = { .path = path,
					 .resume = true,
					 .retry = 1u << CLI_FAILURE,
					 .job = "1" };
	struct cli_results *results = NULL;
	struct stat st;

	unit_path(real, "real.ndjson");
	unit_path(path, "link.ndjson");
	unit_path(other, "link.ndjson.sppctl-new");
	put(real, DONE FAILED);
	put(other, "mine");
	CU_ASSERT_EQUAL_FATAL(chmod(real, 0662), 0);
	CU_ASSERT_EQUAL_FATAL(symlink("real.ndjson", path), 0);
	CU_ASSERT_EQUAL(cli_results_open(&o, NULL, NULL, &results, NULL),
			SPP_OK);
	cli_results_close(results);
	CU_ASSERT_TRUE(!lstat(path, &st) && S_ISLNK(st.st_mode));
	CU_ASSERT_TRUE(!lstat(real, &st) && (st.st_mode & 07777) == 0662);
	CU_ASSERT_TRUE(has(real, DONE));
	CU_ASSERT_TRUE(has(other, "mine"));
}

static enum spp_status begin(const char *file, bool resume,
			     struct cli_intents **intents)
{
	enum spp_status st = cli_intents_possible(file, resume, NULL);

	*intents = NULL;
	return st ? st : cli_intents_open(file, resume, intents, NULL);
}

static void what_was_begun_is_ours(void)
{
	char file[UNIT_PATH], begun[UNIT_PATH], link[UNIT_PATH];
	struct cli_intents *in;

	unit_path(file, "results");
	unit_path(begun, "results.begun");
	put(begun, "mine");
	/* A new run, whose results are not there yet. */
	remove(file);
	CU_ASSERT_EQUAL(cli_intents_possible(file, false, NULL), SPP_REFUSED);
	put(file, "");
	CU_ASSERT_EQUAL(begin(file, false, &in), SPP_IO);
	CU_ASSERT_EQUAL(begin(file, true, &in), SPP_REFUSED);
	CU_ASSERT_EQUAL(cli_intents_open(file, true, &in, NULL), SPP_REFUSED);
	CU_ASSERT_TRUE(has(begun, "mine"));
	remove(begun);
	CU_ASSERT_EQUAL_FATAL(mkfifo(begun, 0600), 0);
	CU_ASSERT_EQUAL(begin(file, true, &in), SPP_REFUSED);
	remove(begun);
	CU_ASSERT_EQUAL(begin(file, false, &in), SPP_OK);
	CU_ASSERT_EQUAL(cli_intents_add(in, "a", NULL), SPP_OK);
	cli_intents_close(in, false);
	unit_path(link, "begun.link");
	CU_ASSERT_EQUAL_FATAL(symlink("results", link), 0);
	CU_ASSERT_EQUAL(begin(link, true, &in), SPP_OK);
	CU_ASSERT_TRUE(cli_intents_had(in, "a"));
	cli_intents_close(in, true);
	CU_ASSERT_NOT_EQUAL(access(begun, F_OK), 0);
	/* Killed before the first of them. */
	put(begun, "");
	CU_ASSERT_EQUAL(begin(file, true, &in), SPP_OK);
	cli_intents_close(in, true);
}

static const struct unit_test tests[] = {
	{ "lines are read", lines_are_read },
	{ "a run goes on", a_run_goes_on },
	{ "zeros are cut off", zeros_are_cut_off },
	{ "a long line stays", a_long_line_stays },
	{ "what is not a file is refused", what_is_not_a_file_is_refused },
	{ "a link stays a link", a_link_stays_a_link },
	{ "what was begun is ours", what_was_begun_is_ours },
	{ NULL, NULL },
};

const struct unit_suite unit_results = { "results", tests };
