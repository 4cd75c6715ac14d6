/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What may come next on a command line: the shells ask with
 *
 *	sppctl __complete WORD...
 *
 * where the last word is the one that is being typed.  Each line of the
 * answer is a word that goes on from there, a tab and what it means; the line
 * ":files" says that names of files may follow.
 */
#ifndef CLI_HELP_COMPLETE_H
#define CLI_HELP_COMPLETE_H

#include "cli/exit.h"

#define CLI_COMPLETE "__complete"

enum cli_exit cli_complete(int words, char **word);

#endif
