/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/help/help.h"

#include <string.h>

#include "cli/commands.h"
#include "cli/help/topics.h"
#include "cli/out.h"

#define EXAMPLES 3 /* more are in the manual */
#define OWN_FEW	 9 /* so many options leave a screen no room for examples */

static int print_own(struct cli_page *page, const struct cli_command *command,
		     bool brief)
{
	const enum cli_option_id *id;
	int any = 0;

	for (id = command->options; *id != OPT_END; id++) {
		if (cli_option_is_shared(*id))
			continue;
		if (!any++)
			cli_page_heading(page, "Options");
		cli_help_option(page, *id, brief);
	}
	return any;
}

static void print_examples(struct cli_page *page, const struct cli_example *e,
			   size_t most)
{
	char line[256];

	if (!e || !most)
		return;
	cli_page_heading(page, "Examples");
	for (; e->line && most--; e++) {
		snprintf(line, sizeof(line), "sppctl %s", e->line);
		cli_page_item(page, line, e->says);
	}
}

void cli_help_examples(struct cli_page *page, const struct cli_command *command)
{
	print_examples(page, command->examples,
		       page->roff ? SIZE_MAX : EXAMPLES);
}

void cli_verb_form(const struct spp_script *script, const struct spp_verb *verb,
		   char *to, size_t room)
{
	const char *between = !*verb->arguments ? ""
			      : script->colon	? ":"
						: " ";

	snprintf(to, room, "/%s%s%s", verb->name, between, verb->arguments);
}

static void print_verbs(struct cli_page *page, const struct spp_script *script)
{
	struct spp_buf CLEANUP(spp_buf_release) live = SPP_BUF_INIT;
	char form[96];
	size_t i;

	cli_page_heading(page, "Verbs");
	for (i = 0; i < script->count; i++) {
		if (script->verb[i].does == SPP_DOES_LIVE) {
			spp_buf_printf(&live, NULL, " /%s",
				       script->verb[i].name);
			continue;
		}
		cli_verb_form(script, &script->verb[i], form, sizeof(form));
		cli_page_item(page, form, script->verb[i].summary);
	}
	cli_page_say(page, "Refused, see sppctl help verbs:%s",
		     spp_buf_text(&live));
}

void cli_help_about(struct cli_page *page, const struct cli_command *command)
{
	cli_page_say(page, "%s.", command->summary);
	if (command->about)
		cli_page_text(page, command->about);
	if (command->script)
		print_verbs(page, command->script);
	print_own(page, command, false);
	cli_help_shared(page, command, false);
}

void cli_help_command(const struct cli_command *command)
{
	struct cli_page page = { .to = stdout };

	cli_page_say(&page, "sppctl %s [OPTION]...%s%s", command->name,
		     *command->operands ? " " : "", command->operands);
	cli_help_about(&page, command);
	cli_help_examples(&page, command);
	cli_page_end(&page);
}

void cli_help_short(const struct cli_command *command)
{
	struct spp_buf CLEANUP(spp_buf_release) verbs = SPP_BUF_INIT;
	struct cli_page page = { .to = stdout };
	size_t i;

	cli_page_say(&page, "sppctl %s [OPTION]...%s%s: %s.", command->name,
		     *command->operands ? " " : "", command->operands,
		     command->summary);
	for (i = 0; command->script && i < command->script->count; i++)
		if (command->script->verb[i].does != SPP_DOES_LIVE)
			spp_buf_printf(&verbs, NULL, " /%s",
				       command->script->verb[i].name);
	if (verbs.size)
		cli_page_say(&page, "Verbs:%s", spp_buf_text(&verbs));
	i = (size_t)print_own(&page, command, true);
	cli_help_shared(&page, command, true);
	i = i < OWN_FEW ? OWN_FEW - i : 0;
	print_examples(&page, command->examples, i < EXAMPLES ? i : EXAMPLES);
	cli_page_end(&page);
}

const char cli_help_what[] =
	"sppctl reads, judges and edits the volume activation (KMS) settings "
	"of a Windows installation that is not running.";

const char cli_help_targets[] =
	"TARGET is a SOFTWARE hive, a NetworkService NTUSER.DAT, a Windows "
	"folder (a mounted system volume or its Windows directory), a disk "
	"image (raw, qcow2, vhdx, vhd, vmdk, vdi, or an export "
	"nbd+unix:///?socket=PATH), or an image of a WIM (install.wim#2, "
	"install.wim#NAME, install.wim#all for each in turn).";

const struct cli_example cli_help_first[] = {
	{ "show /mnt/Windows", "all settings of an installation" },
	{ "set SOFTWARE host-caching=off --backup",
	  "a client that asks the DNS each time" },
	{ "publish SOFTWARE --add corp.example,10,100",
	  "a KMS host in a DNS domain" },
	{ "get SOFTWARE dns-publishing", "one value, for a script" },
	{ NULL, NULL },
};

void cli_help(FILE *to)
{
	const struct cli_command all = { .examples = cli_help_first };
	struct cli_page page = { .to = to };
	size_t i;

	cli_page_text(&page, cli_help_what);
	cli_page_lines(&page, "  sppctl COMMAND [OPTION]... TARGET ...\n"
			      "  sppctl --version\n");
	cli_page_text(&page, cli_help_targets);
	cli_page_heading(&page, "Commands");
	for (i = 0; i < cli_commands_count; i++)
		cli_page_item(&page, cli_commands[i]->name,
			      cli_commands[i]->summary);
	cli_page_text(&page, "sppctl help COMMAND explains one, with examples; "
			     "sppctl help WORD a setting, a rule of the "
			     "audit, a format, a scope, or a topic:");
	for (i = 0; i < cli_topic_count; i++)
		cli_page_item(&page, cli_topics[i].name, cli_topics[i].summary);
	cli_help_examples(&page, &all);
	cli_page_end(&page);
}
