/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Help on all commands and on one, printed from their tables. */
#ifndef CLI_HELP_HELP_H
#define CLI_HELP_HELP_H

#include <stdio.h>

#include "cli/command.h"

void cli_help(FILE *to);
void cli_help_command(const struct cli_command *command);

/* "--backup[=SUFFIX]", "--scope SCOPE", "--json" */
void cli_option_form(const struct cli_option *option, char *to, size_t room);

/* A verb with its arguments, as it is given: "/skms NAME", "/sethst:NAME" */
void cli_verb_form(const struct spp_script *script, const struct spp_verb *verb,
		   char *to, size_t room);

#endif
