/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Help and manual have one text: it is written once, into a page, and comes
 * out filled to the width of a terminal, or as roff.
 *
 *	struct cli_page page = { .to = stdout };
 *
 *	cli_page_heading(&page, "Options");
 *	cli_page_item(&page, "-n, --dry-run", "print the changes ...");
 *	cli_page_end(&page);
 */
#ifndef CLI_HELP_PAGE_H
#define CLI_HELP_PAGE_H

#include <stdbool.h>
#include <stdio.h>

#include "hive/base/error.h"

struct cli_table;

struct cli_page {
	FILE *to;
	bool roff;
	/* Kept from call to call. */
	struct cli_page_item {
		char *term, *says;
	} * item;
	size_t items;
	struct cli_table *table;
	bool begun, headed;
};

void cli_page_heading(struct cli_page *page, const char *text);
/* A heading below a heading. */
void cli_page_part(struct cli_page *page, const char *text);
/* Paragraphs; an empty line is between two. */
void cli_page_text(struct cli_page *page, const char *text);
void cli_page_say(struct cli_page *page, const char *fmt, ...) SPP_PRINTF(2, 3);
/* Lines as they are. */
void cli_page_lines(struct cli_page *page, const char *text);
/* A word and its explanation; those that follow each other are aligned. */
void cli_page_item(struct cli_page *page, const char *term, const char *says);
/* A table as in cli/out.h, and its rows. */
void cli_page_table(struct cli_page *page, const char *headings);
void cli_page_row(struct cli_page *page, const char *first, ...)
	__attribute__((sentinel));
void cli_page_end(struct cli_page *page);

/* Text with what roff reads as its own made plain, in short lines. */
void cli_roff(FILE *to, const char *text);

#endif
