/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/help/help.h"
#include "cli/out.h"
#include "cli/stop.h"
#include "hive/target/target.h"

extern const struct cli_command cli_command_show, cli_command_get,
	cli_command_set, cli_command_unset, cli_command_publish,
	cli_command_dump, cli_command_diff, cli_command_apply,
	cli_command_export, cli_command_import, cli_command_convert,
	cli_command_info, cli_command_check, cli_command_audit, cli_command_dns,
	cli_command_simulate, cli_command_recover, cli_command_restore,
	cli_command_clear_cache, cli_command_slmgr, cli_command_ospp,
	cli_command_settings;

const struct cli_command *const cli_commands[] = {
	&cli_command_show,     &cli_command_get,	 &cli_command_set,
	&cli_command_unset,    &cli_command_publish,	 &cli_command_dump,
	&cli_command_diff,     &cli_command_apply,	 &cli_command_export,
	&cli_command_import,   &cli_command_convert,	 &cli_command_info,
	&cli_command_check,    &cli_command_audit,	 &cli_command_dns,
	&cli_command_simulate, &cli_command_clear_cache, &cli_command_slmgr,
	&cli_command_ospp,     &cli_command_recover,	 &cli_command_restore,
	&cli_command_settings, &cli_command_help,
};
const size_t cli_command_count = sizeof(cli_commands) / sizeof(cli_commands[0]);

const struct cli_command *cli_command_find(const char *name)
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
 * If stdout or stderr were closed, the next file opened would get its number,
 * and a message would be written into a hive.  What takes the number here
 * cannot be written to.
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
 * What was not printed whole must not look like success, nor as if nothing
 * had happened.
 */
static int finish(enum cli_exit code)
{
	const char *lost = NULL;

	if (fflush(stdout) || ferror(stdout))
		lost = "the output could not be written";
	else if (spp_memory_ran_out() && code < CLI_USAGE)
		lost = "out of memory; the output is not complete";
	if (lost && cli_has_replaced())
		cli_complain("%s; what was edited stays edited", lost);
	else if (lost && code < CLI_USAGE)
		cli_complain("%s", lost);
	cli_stop_raise();
	return lost && code < CLI_USAGE ? CLI_FAILED : (int)code;
}

/* What the build left out, an administrator must be able to see. */
static void print_version(void)
{
	const char *disk = spp_target_disk_built();
	const char *confined = spp_target_disk_confined();
	const char *wim = spp_target_wim_built();

	puts("sppctl " CLI_VERSION);
	printf("disk images: %s\n",
	       disk ? disk : "not in this build (no libntfs-3g or libnbd)");
	if (confined)
		printf("qemu-nbd: confined by %s%s\n", confined,
		       strstr(confined, "Landlock")
			       ? ""
			       : " only; this kernel has no Landlock");
	printf("WIM: %s\n", wim ? wim : "not in this build (no libwim)");
}

int main(int argc, char **argv)
{
	const struct cli_command *command = argc ? called_as(argv[0]) : NULL;

	if (!hold_standard_files()) {
		cli_complain("cannot open '/'");
		return CLI_FAILED;
	}
	/* A limit on the size of files is an error, not an end. */
	signal(SIGXFSZ, SIG_IGN);
	if (command && (argc < 2 || strcmp(argv[1], "--version")))
		return finish(cli_run(command, argc, argv));
	if (argc < 2) {
		cli_help(stderr);
		return CLI_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
		cli_help(stdout);
		return finish(CLI_OK);
	}
	if (!strcmp(argv[1], "--version")) {
		print_version();
		return finish(CLI_OK);
	}
	command = cli_command_find(argv[1]);
	if (!command) {
		cli_complain("there is no command '%s'; see sppctl --help",
			     argv[1]);
		return CLI_USAGE;
	}
	return finish(cli_run(command, argc - 1, argv + 1));
}
