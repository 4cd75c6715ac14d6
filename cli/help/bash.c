/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Completion for bash, printed from the tables. */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/help/topics.h"
#include "policy/model/setting.h"

static void completion_words(const struct cli_command *command)
{
	const enum cli_option_id *id;

	for (id = command->options; *id != OPT_END; id++)
		printf(" --%s", cli_options[*id].name);
}

/* The verbs of the scripts, which follow the target. */
static void completion_verbs(const struct cli_command *command)
{
	const struct spp_script *script = command->script;
	size_t i;

	printf("\t\t\t%s:[!2]*) words=\"", command->name);
	for (i = 0; i < script->count; i++)
		if (script->verb[i].does != SPP_DOES_LIVE)
			printf("%s/%s", i ? " " : "", script->verb[i].name);
	puts("\" ;;");
}

void cli_print_completion(void)
{
	size_t i;

	puts("# bash completion for sppctl\n_sppctl()\n{\n"
	     "\tlocal cur=${COMP_WORDS[COMP_CWORD]} words=\n"
	     "\tif [ \"$COMP_CWORD\" -eq 1 ]; then");
	fputs("\t\twords=\"", stdout);
	for (i = 0; i < cli_command_count; i++)
		printf("%s%s", i ? " " : "", cli_commands[i]->name);
	puts("\"\n\telse\n\t\tcase ${COMP_WORDS[1]} in");
	for (i = 0; i < cli_command_count; i++) {
		printf("\t\t%s) words=\"", cli_commands[i]->name);
		completion_words(cli_commands[i]);
		puts(" --help\" ;;");
	}
	puts("\t\tesac\n\t\tcase $cur in\n\t\t-*) ;;\n\t\t*)");
	fputs("\t\t\tcase ${COMP_WORDS[1]}:$COMP_CWORD in\n"
	      "\t\t\tset:[!2]*|get:[!2]*|unset:[!2]*) words=\"",
	      stdout);
	for (i = 0; i < SPP_SETTING_COUNT; i++)
		printf("%s%s", i ? " " : "", spp_settings[i].name);
	puts("\" ;;");
	for (i = 0; i < cli_command_count; i++)
		if (cli_commands[i]->script)
			completion_verbs(cli_commands[i]);
	puts("\t\t\t*) words= ;;\n\t\t\tesac ;;\n\t\tesac\n\tfi\n"
	     "\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\n"
	     "complete -o default -F _sppctl sppctl");
}
