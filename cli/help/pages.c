/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of README.md and of the pages below cli/pages/. */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/help/help.h"
#include "cli/help/topics.h"
#include "policy/format/format.h"
#include "policy/model/setting.h"

/* A table's cell in code: a bar would end it. */
static void cell(const char *text)
{
	for (; *text; text++)
		fputs(*text == '|' ? "\\|" : (char[]){ *text, '\0' }, stdout);
}

static void page_verbs(const struct spp_script *script)
{
	char form[96];
	size_t i;

	printf("\n| `sppctl %s TARGET` | What it does |\n| --- | --- |\n",
	       script->name);
	for (i = 0; i < script->count; i++) {
		if (script->verb[i].does == SPP_DOES_LIVE)
			continue;
		cli_verb_form(script, &script->verb[i], form, sizeof(form));
		fputs("| `", stdout);
		cell(form);
		printf("` | %s |\n", script->verb[i].summary);
	}
}

static void page_formats(void)
{
	size_t i;

	puts("\n| Format | Read | Written | What |\n| --- | --- | --- | --- |");
	for (i = 0; i < spp_formats_count; i++)
		printf("| `%s` | %s | %s | %s |\n", spp_formats[i]->name,
		       spp_formats[i]->read || spp_formats[i]->read_tree ? "yes"
									 : "",
		       spp_formats[i]->write || spp_formats[i]->write_tree
			       ? "yes"
			       : "",
		       spp_formats[i]->summary);
}

void cli_print_tables(struct cli_page *page)
{
	size_t i;
	int code;

	(void)page;
	puts("| Command | What it does |\n| --- | --- |");
	for (i = 0; i < cli_commands_count; i++) {
		printf("| `sppctl %s%s", cli_commands[i]->name,
		       *cli_commands[i]->operands ? " " : "");
		cell(cli_commands[i]->operands);
		printf("` | %s |\n", cli_commands[i]->summary);
	}
	puts("\n| Setting | Registry value | Type | Default |\n"
	     "| --- | --- | --- | --- |");
	for (i = 0; i < SPP_SETTING_COUNT; i++) {
		const struct spp_setting *s = &spp_settings[i];

		printf("| `%s` | `%s` | %s | %s%s%s |\n", s->name, s->value,
		       spp_type_name((uint32_t)s->type),
		       s->fallback.text ? s->fallback.text : "",
		       s->fallback.text && s->unit ? " " : "",
		       s->fallback.text && s->unit ? s->unit : "");
	}
	page_formats();
	page_verbs(&spp_script_slmgr);
	page_verbs(&spp_script_ospp);
	puts("\n| Exit code | Meaning |\n| --- | --- |");
	for (code = 0; code < CLI_EXIT_COUNT; code++)
		printf("| %d | %s |\n", code, cli_exit_text[code]);
}
