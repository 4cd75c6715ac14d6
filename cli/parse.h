/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the words of a command line to a call of a command. */
#ifndef CLI_PARSE_H
#define CLI_PARSE_H

#include "cli/command.h"

/*
 * Parses argv, which begins with the name of the command, into *call.  A
 * failure is printed, with --json also as JSON. Release the call in any case.
 */
enum cli_exit cli_parse(const struct cli_command *command, int argc,
			char **argv, struct cli_call *call);

/* Whether the call has as many operands as its command takes. */
enum cli_exit cli_check_operands(const struct cli_call *call);

void cli_call_release(struct cli_call *call);

#endif
