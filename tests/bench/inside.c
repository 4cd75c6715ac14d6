/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a command takes without the runner: one target after the other, in this
 * process.
 *
 *	inside LIST COMMAND [WORD...]	the targets of LIST come before WORD
 *
 * Prints the command's output, and on stderr wall and processor microseconds.
 */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "cli/commands.h"
#include "cli/fleet/targets.h"
#include "cli/parse.h"
#include "hive/target.h"

#define WORDS 16

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double micros(struct timeval t)
{
	return (double)t.tv_sec * 1e6 + (double)t.tv_usec;
}

static void run(const struct cli_command *command, int argc, char **argv)
{
	struct cli_call CLEANUP(cli_call_release) call = { .command = command };
	struct cli_targets CLEANUP(cli_targets_release) list = CLI_TARGETS_INIT;

	struct cli_call copy;

	if (cli_parse(command, argc, argv, &call))
		return;
	copy = call;
	if (!cli_targets_make(&list, &copy, NULL))
		command->run(&copy);
}

int main(int argc, char **argv)
{
	FILE *f = argc > 2 && argc < WORDS ? fopen(argv[1], "re") : NULL;
	const struct cli_command *command = NULL;
	char line[4096], *words[WORDS];
	double began = now();
	struct rusage used;
	size_t i;
	int k;

	for (i = 0; f && i < cli_commands_count; i++)
		if (!strcmp(cli_commands[i]->name, argv[2]))
			command = cli_commands[i];
	if (!command)
		return 2;
	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		words[0] = argv[2];
		words[1] = line;
		for (k = 3; k < argc; k++)
			words[k - 1] = argv[k];
		words[argc - 1] = NULL;
		run(command, argc - 1, words);
	}
	fclose(f);
	fflush(stdout);
	getrusage(RUSAGE_SELF, &used);
	fprintf(stderr, "%.0f %.0f\n", now() - began,
		micros(used.ru_utime) + micros(used.ru_stime));
	return 0;
}
