/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * stdout, folded: a line that the terminal has no room for is broken between
 * words and goes on further right.  What prints needs to know nothing of it.
 *
 *	cli_fold_begin(80);
 *	... printf() ...
 *	cli_fold_whole("a line that somebody copies");
 *	cli_fold_end();
 *
 * Only glibc lets a program replace stdout; elsewhere the terminal breaks lines
 * where it ends.
 */
#ifndef CLI_FOLD_H
#define CLI_FOLD_H

void cli_fold_begin(int width);
/* Prints a line, or ends one, that is not broken. */
void cli_fold_whole(const char *line);
void cli_fold_end(void);

#endif
