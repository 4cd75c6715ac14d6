/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/out.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/terminal.h"
#include "cli/wrap.h"
#include "policy/text/printable.h"

#define COLUMNS 8

/* No column is made narrower than these; words need a few more. */
#define NARROW 4
#define FILLED 28

/* Between two updates of the bar, and between two lines of a log. */
#define BAR_SECONDS  0.1
#define LINE_SECONDS 30

struct cli_table {
	char **cell; /* rows after rows, COLUMNS cells each */
	size_t rows;
	size_t columns;
	bool right[COLUMNS];
	bool fills;	 /* the last column is words for several lines */
	bool severities; /* the first column */
	bool always;
};

static bool replaced;

void cli_replaced(void)
{
	replaced = true;
}

bool cli_has_replaced(void)
{
	return replaced;
}

const char *cli_bold(void)
{
	return cli_colour(CLI_BOLD);
}

const char *cli_plain(void)
{
	return cli_colour(CLI_PLAIN);
}

/* Without memory the row is left out; spp_memory_shortages() tells. */
static char **new_row(struct cli_table *t)
{
	char **grown =
		realloc(t->cell, (t->rows + 1) * COLUMNS * sizeof(*grown));

	if (!grown) {
		spp_nomem(NULL);
		return NULL;
	}
	t->cell = grown;
	grown += t->rows++ * COLUMNS;
	memset(grown, 0, COLUMNS * sizeof(*grown));
	return grown;
}

static char *keep(char *text)
{
	if (!text)
		spp_nomem(NULL);
	return text;
}

struct cli_table *cli_table_open(const char *headings)
{
	struct cli_table *t = calloc(1, sizeof(*t));
	char **row = t ? new_row(t) : NULL;
	size_t n;

	if (!row) {
		spp_nomem(NULL);
		free(t);
		return NULL;
	}
	t->severities = headings && *headings == '!';
	headings += t->severities;
	/* A column without a name may follow the last |. */
	for (; headings && t->columns < COLUMNS; t->columns++) {
		t->right[t->columns] = *headings == '>';
		t->fills = *headings == '~';
		headings += *headings == '>' || *headings == '~';
		n = strcspn(headings, "|");
		row[t->columns] = keep(strndup(headings, n));
		headings = headings[n] ? headings + n + 1 : NULL;
	}
	return t;
}

void cli_row(struct cli_table *t, const char *first, ...)
{
	char **row = t ? new_row(t) : NULL;
	const char *text = first;
	va_list ap;
	size_t i;

	if (!row)
		return;
	va_start(ap, first);
	for (i = 0; text && i < t->columns; i++) {
		row[i] = keep(spp_printable(text));
		text = va_arg(ap, const char *);
	}
	va_end(ap);
}

static int sum(const int *widths, size_t n)
{
	int all = n ? 2 * ((int)n - 1) : 0;

	while (n)
		all += widths[--n];
	return all;
}

/* Makes the widest columns narrower, the first one last, until all fit. */
static void squeeze(int *widths, size_t n, int room)
{
	size_t i, widest;

	while (sum(widths, n) > room) {
		for (widest = 0, i = 1; i < n; i++)
			if (widths[i] > NARROW &&
			    (!widest || widths[i] > widths[widest]))
				widest = i;
		if (widths[widest] <= NARROW)
			return;
		widths[widest]--;
	}
}

static void print_cell(const char *text, int width, bool right, bool last,
		       FILE *to)
{
	size_t fits = cli_cut(text, width);
	const char *cut = text[fits] ? CLI_ELLIPSIS : "";
	int pad = width - (*cut ? width : cli_text_width(text));

	fprintf(to, "%*s%.*s%s%*s", right ? pad : 0, "", (int)fits, text, cut,
		right || last ? 0 : pad, "");
}

static void print_row(const struct cli_table *t, char **row, const int *widths,
		      FILE *to, int indent, int room)
{
	size_t i, last = t->columns;
	int at = indent;

	while (last && (!row[last - 1] || !*row[last - 1]))
		last--;
	fprintf(to, "%*s", last ? indent : 0, "");
	for (i = 0; i < last; i++) {
		const char *text = row[i] ? row[i] : "";

		if (room && t->fills && i + 1 == t->columns) {
			cli_wrap(to, text, at, at, room);
			return;
		}
		if (!i && t->severities)
			fputs(cli_colour_of(text), to);
		print_cell(text, widths[i], t->right[i], i + 1 == last, to);
		if (!i && t->severities)
			fputs(cli_plain(), to);
		at += widths[i] + 2;
		if (i + 1 < last)
			fputs("  ", to);
	}
	putc('\n', to);
}

static void measure(const struct cli_table *t, int *widths)
{
	size_t i, c;

	for (i = 0; i < t->rows; i++)
		for (c = 0; c < t->columns; c++) {
			const char *text = t->cell[i * COLUMNS + c];
			int n = text ? cli_text_width(text) : 0;

			widths[c] = n > widths[c] ? n : widths[c];
		}
}

void cli_table_fit(struct cli_table *t)
{
	if (t)
		t->always = true;
}

void cli_table_close(struct cli_table *t, FILE *to, int indent)
{
	int widths[COLUMNS] = { 0 }, room = 0;
	size_t i;

	if (!t)
		return;
	measure(t, widths);
	if (t->always || cli_on_terminal(to))
		room = cli_width();
	if (room && t->fills)
		squeeze(widths, t->columns - 1, room - indent - FILLED);
	else if (room)
		squeeze(widths, t->columns, room - indent);
	for (i = 0; i < t->rows; i++)
		if (i || (t->cell[0] && *t->cell[0]))
			print_row(t, t->cell + i * COLUMNS, widths, to, indent,
				  room);
	for (i = 0; i < t->rows * COLUMNS; i++)
		free(t->cell[i]);
	free(t->cell);
	free(t);
}

void cli_flow(int at, int indent, const char *text)
{
	if (cli_on_terminal(stdout))
		cli_wrap(stdout, text, at, indent, cli_width());
	else
		puts(text);
}

/* Whether the terminal shows a line of progress. */
static int in_progress;

void cli_progress_wipe(void)
{
	/* A child has what its parent showed, and another stderr. */
	if (in_progress && isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
	in_progress = 0;
}

static double seconds_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void show_bar(const struct cli_progress *p, size_t done,
		     const char *rate, const char *path)
{
	static const char full[] = "####################";
	int n = (int)(done * (sizeof(full) - 1) / p->count);
	char line[256];

	cli_progress_wipe();
	snprintf(line, sizeof(line), "[%.*s%*s] %zu/%zu%s  %.40s", n, full,
		 (int)sizeof(full) - 1 - n, "", done, p->count, rate,
		 path ? cli_path(path) : "");
	/* What goes on in a second line could not be wiped. */
	fprintf(stderr, "%.*s", (int)cli_cut(line, cli_width() - 1), line);
	fflush(stderr);
	in_progress = 1;
}

void cli_progress_show(struct cli_progress *p, size_t done, const char *path)
{
	double now = seconds_now(), rate = 0;
	bool bar = isatty(STDERR_FILENO);
	char text[64] = "";

	if (p->began <= 0) {
		p->began = p->shown = now;
		p->first = done;
	}
	if (p->count < 2 || done >= p->count || (!bar && !p->plain) ||
	    now - p->shown < (bar ? BAR_SECONDS : LINE_SECONDS))
		return;
	p->shown = now;
	rate = (double)(done - p->first) / (now - p->began);
	if (rate > 0)
		snprintf(text, sizeof(text), ", %.1f/s, %.0f s left", rate,
			 (double)(p->count - done) / rate);
	if (bar)
		show_bar(p, done, text, path);
	else
		fprintf(stderr, "sppctl: %zu of %zu done%s\n", done, p->count,
			text);
}

/* Without memory for more: what is not ASCII is not shown. */
static void say_plainly(const char *prefix, const char *fmt, va_list ap)
{
	char text[512], *c;

	vsnprintf(text, sizeof(text), fmt, ap);
	for (c = text; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	fprintf(stderr, "%s%s\n", prefix, text);
}

/* Whatever a message quotes, it stays one line of text. */
static void say(const char *prefix, const char *fmt, va_list ap)
{
	char CLEANUP(spp_free_string) *text = NULL;
	char CLEANUP(spp_free_string) *shown = NULL;
	va_list again;

	va_copy(again, ap);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	shown = text ? spp_printable(text) : NULL;
	fflush(stdout);
	cli_progress_wipe();
	if (shown)
		fprintf(stderr, "%s%s\n", prefix, shown);
	else
		say_plainly(prefix, fmt, again);
	va_end(again);
}

void cli_complain(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("sppctl: ", fmt, ap);
	va_end(ap);
}

void cli_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("sppctl: warning: ", fmt, ap);
	va_end(ap);
}

const char *cli_path(const char *text)
{
	static char *ring[4];
	static unsigned int turn;
	char **slot = &ring[turn++ % 4];

	free(*slot);
	*slot = text ? spp_printable(text) : NULL;
	if (text && !*slot)
		spp_nomem(NULL);
	return *slot ? *slot : "";
}

const char *cli_size_text(uint64_t size, char text[24])
{
	static const char *const units[] = { "bytes", "KiB", "MiB", "GiB",
					     "TiB" };
	double n = (double)size;
	size_t i = 0;

	for (; n >= 1024 && i + 1 < sizeof(units) / sizeof(units[0]); i++)
		n /= 1024;
	snprintf(text, 24, i ? "%.1f %s" : "%.0f %s", n, units[i]);
	return text;
}
