/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What stdout is: a terminal of some width, with or without colours and a
 * pager.
 *
 *	cli_terminal_begin(CLI_AUTO, true, true)   before anything is printed
 *	... cli_width(), cli_colour(), printf() ...
 *	cli_terminal_end();			waits until the pager is left
 *
 * Without begin nothing is a terminal.
 */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

enum cli_when { CLI_AUTO, CLI_ALWAYS, CLI_NEVER, CLI_WHENS };

/* "auto", "always" or "never"; CLI_WHENS for another word. */
enum cli_when cli_when_find(const char *word);

/* On a terminal: paged, print through $PAGER; folded, as cli/fold.h says. */
void cli_terminal_begin(enum cli_when colour, bool paged, bool folded);
void cli_terminal_end(void);
/* A pager is in use: what comes after it was left is not missed. */
bool cli_terminal_paged(void);

/* Whether what is printed there is read on a terminal. */
bool cli_on_terminal(FILE *to);
/* Columns of $COLUMNS, else of the terminal, else 80. */
int cli_width(void);

enum cli_paint {
	CLI_PLAIN,
	CLI_BOLD,
	CLI_RED,
	CLI_GREEN,
	CLI_YELLOW,
	CLI_CYAN,
	CLI_PAINTS
};

/* The sequence that begins a colour; "" where there are none. */
const char *cli_colour(enum cli_paint paint);
/* That of a severity, "high" or "warning". */
const char *cli_colour_of(const char *severity);
/* Colours on or off, for text that is not printed; returns how it was. */
bool cli_colours(bool on);

#endif
