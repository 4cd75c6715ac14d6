/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/help/page.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cli/out.h"
#include "cli/terminal.h"
#include "cli/wrap.h"
#include "hive/base/buf.h"

#define ROFF_WIDTH 72
#define TEXT_MOST  100 /* longer lines are hard to read */
#define TERM_MOST  26  /* a longer term has a line of its own */
#define SAYS_LEAST 24  /* columns beside the terms */
#define CELLS	   8

static int width(void)
{
	return cli_on_terminal(stdout) && cli_width() > TEXT_MOST ? TEXT_MOST
								  : cli_width();
}

/* Roff reads a dot or quote at the beginning, backslashes and hyphens. */
static void escape(const char *text, struct spp_buf *out)
{
	bool begins = true;

	for (; *text; begins = strchr(" \n", *text++)) {
		if (begins && strchr(".'", *text))
			spp_buf_puts(out, "\\&", NULL);
		if (strchr("\\-~^`'", *text))
			spp_buf_puts(out,
				     *text == '\\'  ? "\\e"
				     : *text == '-' ? "\\-"
				     : *text == '~' ? "\\(ti"
				     : *text == '^' ? "\\(ha"
				     : *text == '`' ? "\\(ga"
						    : "\\(aq",
				     NULL);
		else
			spp_buf_append(out, text, 1, NULL);
	}
}

void cli_roff(FILE *to, const char *text)
{
	struct spp_buf CLEANUP(spp_buf_release) buf = SPP_BUF_INIT;

	escape(text, &buf);
	cli_wrap(to, spp_buf_text(&buf), 0, 0, ROFF_WIDTH);
}

static void free_items(struct cli_page *page)
{
	size_t i;

	for (i = 0; i < page->items; i++) {
		free(page->item[i].term);
		free(page->item[i].says);
	}
	free(page->item);
	page->item = NULL;
	page->items = 0;
}

static void print_items(struct cli_page *page)
{
	int most = width() - SAYS_LEAST - 4, terms = 0, n;
	size_t i;

	most = most < TERM_MOST ? most : TERM_MOST;
	for (i = 0; i < page->items; i++) {
		n = cli_text_width(page->item[i].term);
		if (n <= most && n > terms)
			terms = n;
	}
	terms = terms || most < 0 ? terms : most;
	for (i = 0; i < page->items; i++) {
		const struct cli_page_item *item = &page->item[i];

		n = cli_text_width(item->term);
		fputs("  ", page->to);
		if (n <= terms && *item->says)
			fprintf(page->to, "%s%*s", item->term, terms - n + 2,
				"");
		else if (n <= most)
			fprintf(page->to, "%s\n", item->term);
		else
			cli_wrap(page->to, item->term, 2, 6, width());
		if (n > terms && *item->says)
			fprintf(page->to, "%*s", terms + 4, "");
		if (*item->says)
			cli_wrap(page->to, item->says, terms + 4, terms + 4,
				 width());
	}
}

/* Prints what waited for more of its kind. */
static void flush(struct cli_page *page)
{
	if (page->items)
		print_items(page);
	free_items(page);
	cli_table_close(page->table, page->to, 2);
	page->table = NULL;
}

/* An empty line between two blocks, but not below a heading. */
static void begin(struct cli_page *page)
{
	flush(page);
	if (page->begun && !page->headed && !page->roff)
		putc('\n', page->to);
	else if (page->roff && page->begun && !page->headed)
		fputs(".PP\n", page->to);
	page->begun = true;
	page->headed = false;
}

static void head(struct cli_page *page, const char *request, const char *text,
		 bool upper)
{
	flush(page);
	if (page->roff) {
		fprintf(page->to, "%s ", request);
		for (; *text; text++)
			putc(upper ? toupper((unsigned char)*text) : *text,
			     page->to);
		putc('\n', page->to);
	} else {
		fprintf(page->to, "%s%s", page->begun ? "\n" : "", cli_bold());
		cli_wrap(page->to, text, 0, 0, width());
		fputs(cli_plain(), page->to);
	}
	page->begun = true;
	page->headed = true;
}

void cli_page_heading(struct cli_page *page, const char *text)
{
	head(page, ".SH", text, true);
}

void cli_page_part(struct cli_page *page, const char *text)
{
	head(page, ".SS", text, false);
}

void cli_page_text(struct cli_page *page, const char *text)
{
	while (*text) {
		const char *end = strstr(text, "\n\n");
		size_t n = end ? (size_t)(end - text) : strlen(text);
		char CLEANUP(spp_free_string) *one = strndup(text, n);

		begin(page);
		if (!one)
			spp_nomem(NULL);
		else if (page->roff)
			cli_roff(page->to, one);
		else
			cli_wrap(page->to, one, 0, 0, width());
		text += end ? n + 2 : n;
	}
}

void cli_page_say(struct cli_page *page, const char *fmt, ...)
{
	char CLEANUP(spp_free_string) *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	if (text)
		cli_page_text(page, text);
	else
		spp_nomem(NULL);
}

void cli_page_lines(struct cli_page *page, const char *text)
{
	struct spp_buf CLEANUP(spp_buf_release) buf = SPP_BUF_INIT;

	begin(page);
	if (!page->roff) {
		fputs(text, page->to);
		return;
	}
	escape(text, &buf);
	fprintf(page->to, ".nf\n%s.fi\n", spp_buf_text(&buf));
}

void cli_page_item(struct cli_page *page, const char *term, const char *says)
{
	struct spp_buf CLEANUP(spp_buf_release) tag = SPP_BUF_INIT;
	struct cli_page_item *grown;

	if (page->roff) {
		escape(term, &tag);
		/* A tag is one line, however long. */
		fprintf(page->to, ".TP\n\\fB%s\n\\fR", spp_buf_text(&tag));
		cli_roff(page->to, *says ? says : "\\&");
		page->begun = true;
		page->headed = false;
		return;
	}
	if (!page->items)
		begin(page);
	grown = spp_grow(page->item, page->items, sizeof(*grown));
	if (!grown) {
		spp_nomem(NULL);
		return;
	}
	page->item = grown;
	grown += page->items++;
	grown->term = strdup(term);
	grown->says = strdup(says);
	if (!grown->term || !grown->says) {
		page->items--;
		free(grown->term);
		free(grown->says);
		spp_nomem(NULL);
	}
}

void cli_page_table(struct cli_page *page, const char *headings)
{
	if (page->roff)
		return;
	begin(page);
	page->table = cli_table_open(headings);
	cli_table_fit(page->table);
}

void cli_page_row(struct cli_page *page, const char *first, ...)
{
	struct spp_buf CLEANUP(spp_buf_release) rest = SPP_BUF_INIT;
	const char *cell[CELLS] = { first };
	va_list ap;
	size_t i;

	va_start(ap, first);
	for (i = 0; cell[i] && i + 1 < CELLS; i++) {
		cell[i + 1] = va_arg(ap, const char *);
		if (cell[i + 1] && *cell[i + 1])
			spp_buf_printf(&rest, NULL, "%s%s",
				       rest.size ? "; " : "", cell[i + 1]);
	}
	va_end(ap);
	if (page->roff)
		cli_page_item(page, first, spp_buf_text(&rest));
	else
		cli_row(page->table, cell[0], cell[1], cell[2], cell[3],
			cell[4], cell[5], cell[6], NULL);
}

void cli_page_end(struct cli_page *page)
{
	flush(page);
	page->begun = page->headed = false;
}
