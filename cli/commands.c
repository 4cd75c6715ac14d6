/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A new command is one more line here, beside its file cli/cmd_NAME.c. */
#include "cli/commands.h"

#include <string.h>

#define COMMANDS(X)    \
	X(show)        \
	X(get)         \
	X(set)         \
	X(unset)       \
	X(edit)        \
	X(ui)          \
	X(move)        \
	X(publish)     \
	X(dump)        \
	X(diff)        \
	X(apply)       \
	X(export)      \
	X(import)      \
	X(convert)     \
	X(info)        \
	X(check)       \
	X(audit)       \
	X(evidence)    \
	X(report)      \
	X(dns)         \
	X(simulate)    \
	X(clear_cache) \
	X(slmgr)       \
	X(ospp)        \
	X(recover)     \
	X(restore)     \
	X(fleet)       \
	X(merge)       \
	X(settings)    \
	X(help)

#define DECLARE(name) extern const struct cli_command cli_command_##name;
#define ROW(name)     &cli_command_##name,

/* clang-format off: these end without a semicolon */
COMMANDS(DECLARE)

const struct cli_command *const cli_commands[] = { COMMANDS(ROW) };
/* clang-format on */
const size_t cli_commands_count =
	sizeof(cli_commands) / sizeof(cli_commands[0]);

const struct cli_command *cli_command_find(const char *name)
{
	size_t i;

	for (i = 0; i < cli_commands_count; i++)
		if (!strcmp(cli_commands[i]->name, name))
			return cli_commands[i];
	return NULL;
}
