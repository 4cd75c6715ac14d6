/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text in columns of a terminal. */
#ifndef CLI_WRAP_H
#define CLI_WRAP_H

#include <stdio.h>

#include "hive/base/buf.h"

/* Columns that a text takes. */
int cli_text_width(const char *text);

/*
 * Prints words, filled into lines up to column width; the first line goes on
 * at column at, the others begin at column indent.  Ends the last line.
 */
void cli_wrap(FILE *to, const char *text, int at, int indent, int width);

/*
 * Appends a command of the shell in lines up to column width, each with a
 * backslash at its end; words and what is quoted stay whole.  Columns as above.
 */
void cli_wrap_command(struct spp_buf *out, const char *command, int at,
		      int indent, int width);

/*
 * How many bytes of a text may be printed in so many columns: all, or those
 * that leave one for an ellipsis.
 */
size_t cli_cut(const char *text, int width);
#define CLI_ELLIPSIS "\u2026"

#endif
