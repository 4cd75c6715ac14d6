/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/fail.h"
#include "cli/fleet/targets.h"
#include "cli/help/complete.h"
#include "cli/help/help.h"
#include "cli/hint.h"
#include "cli/json.h"
#include "cli/out.h"
#include "cli/output.h"
#include "cli/parse.h"
#include "cli/stop.h"
#include "cli/terminal.h"
#include "cli/version.h"
#include "policy/format/json_value.h"
#include "policy/text/near.h"

/*
 * The command after which the program was called: as slmgr or ospp, through a
 * link, it takes the verbs of that script directly.
 */
static const struct cli_command *called_as(const char *program)
{
	const char *slash = strrchr(program, '/');
	const char *name = slash ? slash + 1 : program;
	size_t i, n = strcspn(name, ".");

	if (name[n] && strcasecmp(name + n, ".vbs"))
		return NULL;
	for (i = 0; i < cli_commands_count; i++)
		if (cli_commands[i]->script &&
		    strlen(cli_commands[i]->name) == n &&
		    !strncasecmp(cli_commands[i]->name, name, n))
			return cli_commands[i];
	return NULL;
}

/*
 * If stdout or stderr is closed, the next opened file would get its number, and
 * a message would be written into a hive.  A folder, which cannot be written
 * to, takes the number instead.
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
 * Output that was only partly printed must not look like success, nor as if
 * nothing had happened.
 */
static int finish(enum cli_exit code)
{
	const char *lost = NULL;
	bool broken = fflush(stdout) || ferror(stdout);

	if (broken && !(errno == EPIPE && cli_terminal_paged()))
		lost = "the output could not be written";
	else if (spp_memory_shortages() &&
		 (code < CLI_USAGE || cli_has_replaced()))
		lost = "out of memory; the output is not complete";
	if (lost && cli_has_replaced())
		cli_complain("%s; edits that were made stay", lost);
	else if (lost && code < CLI_USAGE)
		cli_complain("%s", lost);
	cli_terminal_end();
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
	if (cli_output_apart(&call, cli_value(&call, OPT_OUTPUT), &err))
		return cli_fail(&call, &err);
	return call.command->run(&call);
}

static enum spp_status begin_output(const struct cli_call *call,
				    struct spp_error *err)
{
	/* What other programs read. */
	static const enum cli_option_id others[] = { OPT_JSON, OPT_CSV,
						     OPT_SARIF, OPT_JUNIT,
						     OPT_STYLE };
	const char *word = cli_value(call, OPT_COLOR);
	enum cli_when when = word ? cli_when_find(word) : CLI_AUTO;
	bool paged = call->command->paged || cli_has(call, OPT_HELP);
	bool read = false;
	size_t i;

	if (when == CLI_WHENS)
		return spp_near_few("word of --color", word,
				    "auto, always, never", err);
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		read = read || cli_has(call, others[i]);
	cli_terminal_begin(when, paged && !read && !cli_has(call, OPT_NO_PAGER),
			   !read && !call->command->exact);
	return SPP_OK;
}

static enum cli_exit run(const struct cli_command *command, int argc,
			 char **argv)
{
	struct cli_call CLEANUP(cli_call_release) call = { .command = command };
	struct spp_error err = SPP_ERROR_INIT;
	enum cli_exit code = cli_parse(command, argc, argv, &call);

	if (code)
		return code;
	if (begin_output(&call, &err))
		return cli_fail(&call, &err);
	if (cli_has(&call, OPT_HELP)) {
		cli_help_short(command);
		return CLI_OK;
	}
	code = cli_check_operands(&call);
	return code ? code : run_parsed(&call);
}

/* Whether one of the words, up to "--", is this one. */
static bool has_word(int argc, char **argv, const char *word, const char *other)
{
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (!strcmp(argv[i], word) || !strcmp(argv[i], other))
			return true;
	return false;
}

/* Fails, also in JSON where that is asked for anywhere. */
static int no_command(int argc, char **argv, struct spp_error *err)
{
	cli_complain("%s", err->text);
	if (has_word(argc, argv, "--json", "--json"))
		cli_json_error("sppctl", err);
	return finish(CLI_USAGE);
}

static int unknown_command(int argc, char **argv, const char *name)
{
	struct spp_near near = SPP_NEAR_INIT(name);
	struct spp_error err = SPP_ERROR_INIT;
	const struct cli_command *later;
	size_t i;

	for (i = 0; i < cli_commands_count; i++)
		spp_near_try(&near, cli_commands[i]->name);
	spp_near_try(&near, "--version");
	spp_near_try(&near, "--help");
	if (!near.best)
		near.best = cli_hint_other(name);
	later = argc > 2 && !near.best ? cli_command_find(argv[2]) : NULL;
	if (later)
		spp_fail(&err, SPP_USAGE,
			 "unknown command '%s'; put the command first: sppctl "
			 "%s %s",
			 name, later->name, name);
	else
		spp_near_fail(&near, *name == '-' ? "option" : "command",
			      "list: sppctl --help", &err);
	return no_command(argc, argv, &err);
}

/* Whether the option has its value in the next word. */
static bool takes_next(const char *word)
{
	size_t i;

	for (i = 0; i < OPT_COUNT; i++)
		if (cli_options[i].name && !strncmp(word, "--", 2) &&
		    !strcmp(word + 2, cli_options[i].name))
			return cli_options[i].argument &&
			       *cli_options[i].argument != '[';
	return false;
}

/*
 * Options may stand before the command: moves it before them.  The index of
 * the first that is no option; argc: there is none.
 */
static int put_command_first(int argc, char **argv)
{
	int at = 1, i;
	char *name;

	while (at < argc && argv[at][0] == '-' && argv[at][1])
		at += takes_next(argv[at]) ? 2 : 1;
	if (at >= argc)
		return argc;
	name = argv[at];
	for (i = at; i > 1; i--)
		argv[i] = argv[i - 1];
	argv[1] = name;
	return at;
}

static int print_help(FILE *to)
{
	cli_terminal_begin(CLI_AUTO, to == stdout, false);
	cli_help(to);
	return finish(to == stdout ? CLI_OK : CLI_USAGE);
}

static int print_version(int argc, char **argv)
{
	bool json = has_word(argc, argv, "--json", "--json");

	cli_terminal_begin(CLI_AUTO, false, !json);
	cli_print_version(json);
	return finish(CLI_OK);
}

static int run_command(int argc, char **argv)
{
	const struct cli_command *command;
	struct spp_error err = SPP_ERROR_INIT;
	char *first = argv[1];

	if (put_command_first(argc, argv) == argc) {
		if (has_word(argc, argv, "--version", "-V"))
			return print_version(argc, argv);
		if (has_word(argc, argv, "--help", "-h"))
			return print_help(stdout);
		if (strcmp(first, "--json") != 0)
			return unknown_command(argc, argv, first);
		spp_fail(&err, SPP_USAGE,
			 "no command given (list: sppctl --help)");
		return no_command(argc, argv, &err);
	}
	command = cli_command_find(argv[1]);
	if (!command && first != argv[1] && !takes_next(first) &&
	    strcmp(first, "--json") != 0)
		return unknown_command(argc, argv, first);
	if (!command)
		return unknown_command(argc, argv, argv[1]);
	return finish(run(command, argc - 1, argv + 1));
}

int main(int argc, char **argv)
{
	const struct cli_command *command = argc ? called_as(argv[0]) : NULL;

	if (!hold_standard_files()) {
		cli_complain("cannot open '/'");
		return CLI_FAILED;
	}
	/*
	 * Exceeding a file size limit is an error, not the end of the process.
	 */
	signal(SIGXFSZ, SIG_IGN);
	spp_json_watch_memory();
	if (command && (argc < 2 || strcmp(argv[1], "--version")))
		return finish(run(command, argc, argv));
	if (argc < 2)
		return print_help(stderr);
	if (has_word(2, argv, "--version", "-V"))
		return print_version(argc, argv);
	/* The shells ask so what may come next. */
	if (!strcmp(argv[1], CLI_COMPLETE))
		return finish(cli_complete(argc - 2, argv + 2));
	return run_command(argc, argv);
}
