/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of all commands, in the order in which help prints them. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/command.h"

extern const struct cli_command *const cli_commands[];
extern const size_t cli_commands_count;

/* The command of this name, or NULL. */
const struct cli_command *cli_command_find(const char *name);

#endif
