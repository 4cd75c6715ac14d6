/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Help on all commands and on one, printed from their tables. */
#ifndef CLI_HELP_HELP_H
#define CLI_HELP_HELP_H

#include <stdio.h>

#include "cli/command.h"
#include "cli/help/page.h"

void cli_help(FILE *to);
extern const char cli_help_what[], cli_help_targets[];
extern const struct cli_example cli_help_first[];
/* All of a command, or what fits a screen. */
void cli_help_command(const struct cli_command *command);
void cli_help_short(const struct cli_command *command);
/*
 * The parts of a command's help and of its page of the manual: what it is,
 * and its verbs and own options.
 */
void cli_help_about(struct cli_page *page, const struct cli_command *command);
void cli_help_examples(struct cli_page *page,
		       const struct cli_command *command);

/* options.c: whether help options explains it. */
bool cli_option_is_shared(enum cli_option_id id);
/* Names the kinds of shared options that a command takes; brief: and where more
 * is said. */
void cli_help_shared(struct cli_page *page, const struct cli_command *command,
		     bool brief);
/* "-b, --backup[=SUFFIX]" and what it does; brief: in a few words. */
void cli_help_option(struct cli_page *page, enum cli_option_id id, bool brief);

/* word.c: a setting, a rule, a format, a scope; false: it is none. */
bool cli_help_word(struct cli_page *page, const char *word);
void cli_help_setting(struct cli_page *page, const struct spp_setting *setting);

/* "--backup[=SUFFIX]", "--scope SCOPE", "--json" */
void cli_option_form(const struct cli_option *option, char *to, size_t room);

/* A verb with its arguments, as it is given: "/skms NAME", "/sethst:NAME" */
void cli_verb_form(const struct spp_script *script, const struct spp_verb *verb,
		   char *to, size_t room);

#endif
