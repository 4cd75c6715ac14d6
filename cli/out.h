/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What people read: aligned columns, and messages on stderr.
 *
 *	struct cli_table *t = cli_table_open("NAME|VALUE|>WEIGHT");
 *
 *	cli_row(t, name, value, weight, NULL);
 *	cli_table_close(t, stdout, 2);	prints, two blanks in front
 *
 * On a terminal the widest columns are cut to its width.  A heading that
 * starts with > is right-aligned; ! before the first one colours severities; ~
 * before the last one fills lines with its words instead of cutting them.  Cells are texts, as many as
 * there are headings, with NULL after the last; what they and messages quote
 * is made fit for a terminal here.
 */
#ifndef CLI_OUT_H
#define CLI_OUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "hive/base/error.h"

struct cli_table;

struct cli_table *cli_table_open(const char *headings);
void cli_row(struct cli_table *table, const char *first, ...)
	__attribute__((sentinel));
/* Fits the table to the width of a terminal even where there is none. */
void cli_table_fit(struct cli_table *table);
void cli_table_close(struct cli_table *table, FILE *to, int indent);

/*
 * Ends a line of stdout that has so many columns with a text.  On a terminal
 * its words fill further lines, which begin at column indent.
 */
void cli_flow(int at, int indent, const char *text);

/* "sppctl: ..." on stderr. */
void cli_complain(const char *fmt, ...) SPP_PRINTF(1, 2);
void cli_warn(const char *fmt, ...) SPP_PRINTF(1, 2);

/*
 * How far a list of count targets is: on a terminal a bar on stderr with rate
 * and time left, which every other output wipes out; elsewhere, if plain is
 * set, a line now and then.
 */
struct cli_progress {
	size_t count;
	bool plain;
	/* Kept from call to call. */
	double began, shown;
	size_t first;
};
/* path: what is in hand, or NULL. */
void cli_progress_show(struct cli_progress *progress, size_t done,
		       const char *path);
/* Before anything else is printed. */
void cli_progress_wipe(void);

/*
 * Notes that a hive was replaced: from now on a failed output must not look as
 * if nothing had happened.
 */
void cli_replaced(void);
bool cli_has_replaced(void);

/* Begins and ends a heading, bold on a terminal. */
const char *cli_bold(void);
const char *cli_plain(void);

/*
 * A path or name for stdout, with control characters as "\u{1B}": names from
 * files or images must not reach the terminal unescaped.  Valid until the
 * fourth call after this one (a ring).
 */
const char *cli_path(const char *text);

/* "12.0 KiB", "8.0 GiB" */
const char *cli_size_text(uint64_t size, char text[24]);

#endif
