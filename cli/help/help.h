/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Help, man page, completion and README tables, all from the tables. */
#ifndef CLI_HELP_HELP_H
#define CLI_HELP_HELP_H

#include <stdio.h>

#include "cli/command.h"

void cli_help(FILE *to);
void cli_help_command(const struct cli_command *command);
/* A verb with its arguments, as it is given. */
void cli_verb_form(const struct spp_script *script, const struct spp_verb *verb,
		   char *to, size_t room);

extern const struct cli_command cli_command_help;

/* Topics of sppctl help that are not commands. */
struct cli_topic {
	const char *name;
	const char *summary;
	void (*print)(void);
};

extern const struct cli_topic cli_topics[];
extern const size_t cli_topic_count;

/* Of the files that people write: help_files.c. */
void cli_help_policy(void);
void cli_help_schema(void);
void cli_help_site(void);

void cli_print_man(void);
void cli_print_completion(void);
void cli_print_readme(void);

#endif
