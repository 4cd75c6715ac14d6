/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/fail.h"
#include "cli/fleet/targets.h"
#include "cli/help/help.h"
#include "cli/out.h"
#include "cli/parse.h"
#include "cli/stop.h"
#include "cli/version.h"
#include "policy/format/json_value.h"
#include "policy/text/near.h"

static const struct cli_command *find(const char *name)
{
	size_t i;

	for (i = 0; i < cli_command_count; i++)
		if (!strcmp(cli_commands[i]->name, name))
			return cli_commands[i];
	return NULL;
}

/*
 * The command by whose name the program was called: as slmgr or ospp, through
 * a link, it takes the verbs of that script at once.
 */
static const struct cli_command *called_as(const char *program)
{
	const char *slash = strrchr(program, '/');
	const char *name = slash ? slash + 1 : program;
	size_t i, n = strcspn(name, ".");

	if (name[n] && strcasecmp(name + n, ".vbs"))
		return NULL;
	for (i = 0; i < cli_command_count; i++)
		if (cli_commands[i]->script &&
		    strlen(cli_commands[i]->name) == n &&
		    !strncasecmp(cli_commands[i]->name, name, n))
			return cli_commands[i];
	return NULL;
}

/*
 * If stdout or stderr is closed, the next opened file would get its number, and a message would be written into a hive. A folder, which cannot be written to, takes the number instead.
 */
static bool hold_standard_files(void)
{
	int fd;

	do
		fd = open("/", O_RDONLY | O_DIRECTORY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/*
 * Output that was not printed whole must not look like success, nor as if
 * nothing had happened.
 */
static int finish(enum cli_exit code)
{
	const char *lost = NULL;

	if (fflush(stdout) || ferror(stdout))
		lost = "the output could not be written";
	else if (spp_memory_shortages() &&
		 (code < CLI_USAGE || cli_has_replaced()))
		lost = "out of memory; the output is not complete";
	if (lost && cli_has_replaced())
		cli_complain("%s; what was edited stays edited", lost);
	else if (lost && code < CLI_USAGE)
		cli_complain("%s", lost);
	cli_stop_raise();
	return lost && code < CLI_USAGE ? CLI_FAILED : (int)code;
}

static enum cli_exit run_parsed(const struct cli_call *parsed)
{
	struct cli_targets CLEANUP(cli_targets_release) list = CLI_TARGETS_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	struct cli_call call = *parsed;

	if (cli_targets_make(&list, &call, &err))
		return cli_fail(&call, &err);
	if (list.twice)
		cli_warn("%zu target%s named before %s left out", list.twice,
			 list.twice == 1 ? "" : "s",
			 list.twice == 1 ? "is" : "are");
	return call.command->run(&call);
}

static enum cli_exit run(const struct cli_command *command, int argc,
			 char **argv)
{
	struct cli_call CLEANUP(cli_call_release) call = { .command = command };
	enum cli_exit code = cli_parse(command, argc, argv, &call);

	if (code)
		return code;
	if (cli_has(&call, OPT_HELP)) {
		cli_help_command(command);
		return CLI_OK;
	}
	code = cli_check_operands(&call);
	return code ? code : run_parsed(&call);
}

static int unknown_command(const char *name)
{
	struct spp_near near = SPP_NEAR_INIT(name);
	struct spp_error err = SPP_ERROR_INIT;
	size_t i;

	for (i = 0; i < cli_command_count; i++)
		spp_near_try(&near, cli_commands[i]->name);
	spp_near_fail(&near, "command", "list: sppctl --help", &err);
	cli_complain("%s", err.text);
	return CLI_USAGE;
}

int main(int argc, char **argv)
{
	const struct cli_command *command = argc ? called_as(argv[0]) : NULL;

	if (!hold_standard_files()) {
		cli_complain("cannot open '/'");
		return CLI_FAILED;
	}
	/* Exceeding a file size limit is an error, not the end of the process. */
	signal(SIGXFSZ, SIG_IGN);
	spp_json_watch_memory();
	if (command && (argc < 2 || strcmp(argv[1], "--version")))
		return finish(run(command, argc, argv));
	if (argc < 2) {
		cli_help(stderr);
		return CLI_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
		cli_help(stdout);
		return finish(CLI_OK);
	}
	if (!strcmp(argv[1], "--version")) {
		cli_print_version(argc > 2 && !strcmp(argv[2], "--json"));
		return finish(CLI_OK);
	}
	command = find(argv[1]);
	if (!command)
		return unknown_command(argv[1]);
	return finish(run(command, argc - 1, argv + 1));
}
