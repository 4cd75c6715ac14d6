/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Questions to the person at the terminal, on stderr; the answer is a line of
 * stdin.  cli_stop_hold() must have been called: a signal ends the question
 * and stays held back.
 */
#ifndef CLI_EDITOR_ASK_H
#define CLI_EDITOR_ASK_H

#include <stdbool.h>
#include <stddef.h>

/* Whether there is somebody to ask. */
bool cli_ask_can(void);

/* The answer without its blanks; false at the end of stdin or on a signal. */
bool cli_ask(const char *question, char *answer, size_t room);

#endif
