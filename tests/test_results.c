/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file of --results, as a run that goes on reads it. */
#include "cli/fleet/results.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* What is left of a file, and what was seen of it. */
static void a_run_goes_on(void)
{
	static const struct {
		const char *name, *text, *left, *job;
		enum spp_status status;
		size_t lines, kept;
	} rows[] = {
		{ "whole", DONE FAILED, DONE, "1", SPP_OK, 2, 1 },
		{ "cut", DONE "{\"document\":\"result\"", DONE, "1", SPP_OK, 1,
		  1 },
		{ "cut before its end", DONE "{}", DONE, "1", SPP_OK, 1, 1 },
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

static const struct unit_test tests[] = {
	{ "lines are read", lines_are_read },
	{ "a run goes on", a_run_goes_on },
	{ NULL, NULL },
};

const struct unit_suite unit_results = { "results", tests };
