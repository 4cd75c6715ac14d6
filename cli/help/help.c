/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/help/help.h"

#include <string.h>

#include "cli/commands.h"
#include "cli/help/topics.h"
#include "cli/out.h"

void cli_option_form(const struct cli_option *o, char *to, size_t room)
{
	char inner[64];

	if (!o->argument) {
		snprintf(to, room, "--%s", o->name);
	} else if (*o->argument == '[') {
		snprintf(inner, sizeof(inner), "%.*s",
			 (int)strlen(o->argument) - 2, o->argument + 1);
		snprintf(to, room, "--%s[=%s]", o->name, inner);
	} else {
		snprintf(to, room, "--%s %s", o->name, o->argument);
	}
}

static void print_options(const struct cli_command *command)
{
	struct cli_table *t = cli_table_open("||");
	const enum cli_option_id *id;
	char form[96], letter[4];

	for (id = command->options; *id != OPT_END; id++) {
		const struct cli_option *o = &cli_options[*id];

		cli_option_form(o, form, sizeof(form));
		letter[0] = '\0';
		if (o->letter)
			snprintf(letter, sizeof(letter), "-%c", o->letter);
		cli_row(t, letter, form, o->help, NULL);
	}
	cli_row(t, "-h", "--help", cli_options[OPT_HELP].help, NULL);
	cli_table_close(t, stdout, 2);
}

static void print_examples(const struct cli_command *command)
{
	const struct cli_example *e = command->examples;

	if (!e)
		return;
	printf("\n%sExamples%s\n", cli_bold(), cli_plain());
	for (; e->line; e++)
		printf("  sppctl %s\n      %s\n", e->line, e->says);
}

void cli_verb_form(const struct spp_script *script, const struct spp_verb *verb,
		   char *to, size_t room)
{
	const char *between = !*verb->arguments ? ""
			      : script->colon	? ":"
						: " ";

	snprintf(to, room, "/%s%s%s", verb->name, between, verb->arguments);
}

static void print_verbs(const struct spp_script *script)
{
	struct cli_table *t = cli_table_open("|");
	char form[96];
	size_t i;

	printf("\n%sVerbs%s\n", cli_bold(), cli_plain());
	for (i = 0; i < script->count; i++) {
		if (script->verb[i].does == SPP_DOES_LIVE)
			continue;
		cli_verb_form(script, &script->verb[i], form, sizeof(form));
		cli_row(t, form, script->verb[i].summary, NULL);
	}
	cli_table_close(t, stdout, 2);
	printf("\n%sDifferences from %s%s\n", cli_bold(), script->file,
	       cli_plain());
	for (i = 0; i < script->count; i++)
		if (script->verb[i].differs)
			printf("  /%s: %s\n", script->verb[i].name,
			       script->verb[i].differs);
}

static void print_live_verbs(const struct spp_script *script)
{
	struct cli_table *t = cli_table_open("VERB|NEEDS|INSTEAD");
	size_t i;

	printf("\n%sVerbs that are not supported offline%s\n", cli_bold(),
	       cli_plain());
	for (i = 0; i < script->count; i++)
		if (script->verb[i].does == SPP_DOES_LIVE)
			cli_row(t, script->verb[i].name, script->verb[i].needs,
				script->verb[i].instead
					? script->verb[i].instead
					: "",
				NULL);
	cli_table_close(t, stdout, 2);
}

void cli_help_command(const struct cli_command *command)
{
	printf("sppctl %s [OPTION]...%s%s\n\n%s.\n", command->name,
	       *command->operands ? " " : "", command->operands,
	       command->summary);
	if (command->about)
		printf("\n%s\n", command->about);
	if (command->script)
		print_verbs(command->script);
	if (command->script)
		print_live_verbs(command->script);
	printf("\n%sOptions%s\n", cli_bold(), cli_plain());
	print_options(command);
	print_examples(command);
}

void cli_help(FILE *to)
{
	size_t i;

	fputs("sppctl reads, judges and edits the volume activation (KMS) "
	      "settings of a Windows\ninstallation that is not running.\n\n"
	      "  sppctl COMMAND [OPTION]... TARGET ...\n\n"
	      "TARGET is a SOFTWARE hive, a NetworkService NTUSER.DAT, a "
	      "Windows folder (a\nmounted system volume or its Windows "
	      "directory), a disk image (raw, qcow2,\nvhdx, vhd, vmdk, vdi, "
	      "or an export nbd+unix:///?socket=PATH), or an image of a "
	      "WIM\n(install.wim#2, install.wim#NAME, install.wim#all for "
	      "each in turn).\n\nCommands\n",
	      to);
	for (i = 0; i < cli_command_count; i++)
		fprintf(to, "  %-11s  %s\n", cli_commands[i]->name,
			cli_commands[i]->summary);
	fputs("\nsppctl help COMMAND explains one, with examples. Topics of "
	      "help:\n",
	      to);
	for (i = 0; i < cli_topic_count; i++)
		fprintf(to, "  %-11s  %s\n", cli_topics[i].name,
			cli_topics[i].summary);
	fputs("\nExamples\n"
	      "  sppctl show /mnt/Windows\n"
	      "  sppctl set SOFTWARE host-caching=off --backup\n"
	      "  sppctl publish SOFTWARE --add corp.example,10,100\n"
	      "  sppctl get SOFTWARE dns-publishing\n",
	      to);
}
