/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options that many commands take, explained once. */
#include <string.h>

#include "cli/command.h"
#include "cli/help/help.h"
#include "cli/help/topics.h"

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

void cli_help_option(struct cli_page *page, enum cli_option_id id, bool brief)
{
	const struct cli_option *o = &cli_options[id];
	const char *end = brief ? strpbrk(o->help, ";(") : NULL;
	char CLEANUP(spp_free_string) *says =
		end ? strndup(o->help, (size_t)(end - o->help)) : NULL;
	char form[96], term[112];

	cli_option_form(o, form, sizeof(form));
	if (o->letter)
		snprintf(term, sizeof(term), "-%c, %s", o->letter, form);
	else
		snprintf(term, sizeof(term), "%s%s", page->roff ? "" : "    ",
			 form);
	cli_page_item(page, term, says ? says : o->help);
}

static const struct {
	const char *name, *title;
	const enum cli_option_id *id;
} groups[] = {
	{ "hives", "Options of hives: which one, and what is allowed",
	  CLI_OPTIONS(OPT_AS, OPT_SYSTEM, OPT_NETSVC, OPT_DISCARD_LOGS,
		      OPT_SHOW_KEYS) },
	{ "disk images", "Options of disk images",
	  CLI_OPTIONS(CLI_DISK_OPTIONS) },
	{ "policy files", "Options of policy files",
	  CLI_OPTIONS(OPT_FROM_FORMAT, OPT_FORMAT, OPT_PREFIX,
		      OPT_IGNORE_FILTERS, OPT_STRICT) },
	{ "edits", "Options of edits",
	  CLI_OPTIONS(OPT_BREAK_LINKS, OPT_REBUILD) },
	{ "many targets", "Options of many targets",
	  CLI_OPTIONS(CLI_RUN_OPTIONS) },
	{ "evidence", "Options of evidence",
	  CLI_OPTIONS(CLI_EVIDENCE_OPTIONS) },
	{ NULL, "Options of every command", CLI_OPTIONS(CLI_EVERY_OPTIONS) },
};
#define GROUPS (sizeof(groups) / sizeof(groups[0]))

bool cli_option_is_shared(enum cli_option_id id)
{
	size_t i;

	for (i = 0; i < GROUPS; i++)
		if (cli_option_in(groups[i].id, id))
			return true;
	return false;
}

void cli_help_shared(struct cli_page *page, const struct cli_command *command,
		     bool brief)
{
	struct spp_buf CLEANUP(spp_buf_release) names = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	const enum cli_option_id *id;
	size_t i;

	for (i = 0; i < GROUPS; i++) {
		for (id = command->options; *id != OPT_END; id++)
			if (cli_option_in(groups[i].id, *id))
				break;
		if (*id != OPT_END && groups[i].name)
			spp_buf_printf(&names, NULL, "%s%s",
				       names.size ? ", " : "", groups[i].name);
	}
	if (names.size)
		spp_buf_printf(&text, NULL, "More (sppctl help options): %s. ",
			       spp_buf_text(&names));
	if (brief)
		spp_buf_printf(&text, NULL, "All of it: sppctl help %s",
			       command->name);
	if (text.size)
		cli_page_text(page, spp_buf_text(&text));
}

void cli_help_options(struct cli_page *page)
{
	const enum cli_option_id *id;
	size_t i;

	cli_page_text(page, "Each of these is taken by the commands that name "
			    "it in their help. --json and those of every "
			    "command may also stand before the command.");
	for (i = 0; i < GROUPS; i++) {
		cli_page_part(page, groups[i].title);
		for (id = groups[i].id; *id != OPT_END; id++)
			cli_help_option(page, *id, false);
	}
}
