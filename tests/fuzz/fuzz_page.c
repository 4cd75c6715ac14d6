/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes are lines of results, of which a page is made, or one line says
 * why not.  Whatever they say stays text: the page has our tags alone, closes
 * what it opens, and has no control characters.
 */
#include "cli/report/report.h"
#include "tests/fuzz/folder.h"

#define DEPTH 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const tags[] = {
	"html",
	"head",
	"title",
	"style",
	"body",
	"a",
	"header",
	"h1",
	"h2",
	"h3",
	"main",
	"p",
	"table",
	"caption",
	"tr",
	"th",
	"td",
	"span",
	"code",
	"ul",
	"li",
	"section",
	"svg",
	"text",
	/* without an end */
	"meta",
	"br",
	"rect",
	"!DOCTYPE",
};
#define TAGS  (sizeof(tags) / sizeof(tags[0]))
#define EMPTY (TAGS - 4)

static size_t find_tag(const char *at)
{
	size_t n = strcspn(at, " >"), i;

	for (i = 0; i < TAGS; i++)
		if (strlen(tags[i]) == n && !memcmp(tags[i], at, n))
			return i;
	abort();
}

static void check_page(const char *at)
{
	size_t open[DEPTH], depth = 0, tag;

	for (; *at; at++) {
		if ((unsigned char)*at < ' ' && *at != '\n')
			abort();
		if (*at != '<')
			continue;
		tag = find_tag(at + 1 + (at[1] == '/'));
		if (at[1] == '/') {
			if (!depth || open[--depth] != tag)
				abort();
		} else if (tag < EMPTY) {
			if (depth == DEPTH)
				abort();
			open[depth++] = tag;
		}
		at = strchr(at, '>');
		if (!at)
			abort();
	}
	if (depth)
		abort();
}

static void make_page(struct cli_report *r)
{
	struct spp_error err = SPP_ERROR_INIT;
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);
	enum spp_status st;

	if (!to)
		abort();
	st = cli_report_print(r, to, &err);
	if (fclose(to) || st != err.status || (st && !*err.text))
		abort();
	if (!st && strlen(text) != size)
		abort();
	if (!st)
		check_page(text);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cli_report CLEANUP(cli_report_release)
		r = { .name = "results", .made = "now" };
	struct spp_error err = SPP_ERROR_INIT;
	enum spp_status st;

	folder_put("results", data, size);
	r.lines = fopen(folder_path("results"), "rbe");
	if (!r.lines)
		abort();
	st = cli_report_index(&r, &err);
	if (st != err.status || st == SPP_BUG || (st && !*err.text))
		abort();
	if (!st)
		make_page(&r);
	return 0;
}
