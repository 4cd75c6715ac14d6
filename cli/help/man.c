/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The man page, printed from the tables. */
#include <string.h>

#include "cli/commands.h"
#include "cli/help/help.h"
#include "cli/help/json.h"
#include "cli/help/topics.h"
#include "policy/model/setting.h"

/* Roff reads a leading dot or quote and every backslash and hyphen. */
static void roff(const char *text)
{
	if (*text == '.' || *text == '\'')
		fputs("\\&", stdout);
	for (; *text; text++) {
		if (*text == '\\')
			fputs("\\e", stdout);
		else if (*text == '-')
			fputs("\\-", stdout);
		else if (*text == '\n')
			fputs(text[1] == '\n' ? "\n.PP" : "\n", stdout);
		else
			putchar(*text);
	}
}

static void man_option(const struct cli_option *o)
{
	fputs(".TP\n", stdout);
	if (o->letter)
		printf("\\fB\\-%c\\fR, ", o->letter);
	fputs("\\fB\\-\\-", stdout);
	roff(o->name);
	fputs("\\fR", stdout);
	if (o->argument && *o->argument == '[')
		printf("[=\\fI%.*s\\fR]", (int)strlen(o->argument) - 2,
		       o->argument + 1);
	else if (o->argument)
		printf(" \\fI%s\\fR", o->argument);
	putchar('\n');
	roff(o->help);
	putchar('\n');
}

static void man_verb(const struct spp_script *script,
		     const struct spp_verb *verb)
{
	char form[96];

	cli_verb_form(script, verb, form, sizeof(form));
	fputs(".TP\n.B ", stdout);
	roff(form);
	putchar('\n');
	roff(verb->summary);
	fputs(".", stdout);
	if (verb->does == SPP_DOES_LIVE) {
		fputs(" Refused: needs ", stdout);
		roff(verb->needs);
		fputs(verb->instead ? "; " : ".", stdout);
		roff(verb->instead ? verb->instead : "");
		fputs(verb->instead ? "." : "", stdout);
	}
	if (verb->differs) {
		putchar(' ');
		roff(verb->differs);
	}
	putchar('\n');
}

static void man_command(const struct cli_command *command)
{
	size_t i;

	const enum cli_option_id *id;
	const struct cli_example *e;

	printf(".SS %s %s\n", command->name, command->operands);
	roff(command->summary);
	puts(".");
	if (command->about) {
		puts(".PP");
		roff(command->about);
		putchar('\n');
	}
	for (i = 0; command->script && i < command->script->count; i++)
		man_verb(command->script, &command->script->verb[i]);
	for (id = command->options; *id != OPT_END; id++)
		man_option(&cli_options[*id]);
	for (e = command->examples; e && e->line; e++) {
		fputs(".PP\n.B sppctl ", stdout);
		roff(e->line);
		fputs("\n.br\n", stdout);
		roff(e->says);
		putchar('\n');
	}
}

static void man_setting(const struct spp_setting *s)
{
	struct spp_buf CLEANUP(spp_buf_release) range = SPP_BUF_INIT;

	spp_setting_range(s, &range, NULL);
	fputs(".TP\n.B ", stdout);
	roff(s->name);
	printf("\n%s, %s, ", s->value, spp_type_name((uint32_t)s->type));
	roff(spp_buf_text(&range));
	if (s->unit)
		printf(" %s", s->unit);
	if (s->fallback.text)
		printf(", default %s", s->fallback.text);
	fputs(". ", stdout);
	roff(s->summary);
	printf(". (%s; %s)\n", s->source, spp_trust_word(s->trust));
}

static void man_json(const struct cli_json_row *row)
{
	fputs(row->type ? ".TP\n.B " : ".SS ", stdout);
	roff(row->name);
	if (row->type)
		fputs("\n\\fI", stdout);
	else if (row->version)
		printf(", version %d\nPrinted by ", row->version);
	if (row->type) {
		roff(row->type);
		fputs("\\fR, ", stdout);
	}
	roff(row->says);
	fputs(row->version ? ".\n" : "\n", stdout);
}

void cli_print_man(void)
{
	size_t i;
	int code;

	puts(".TH SPPCTL 1 \"\" \"sppctl " CLI_VERSION "\" \"User Commands\"");
	puts(".SH NAME\nsppctl \\- KMS settings of Windows installations that "
	     "are not running");
	puts(".SH SYNOPSIS\n.B sppctl\n.I COMMAND\n[\\fIOPTION\\fR]... "
	     "\\fITARGET\\fR ...");
	puts(".SH DESCRIPTION\nReads, judges and edits the volume activation "
	     "settings in the registry hives of a Windows installation, "
	     "without ever damaging the image: an edit writes a new hive "
	     "beside the old one, proves that nothing but the edit differs, "
	     "and then atomically replaces the old one.\n.PP\nTARGET is a "
	     "SOFTWARE "
	     "hive, a NetworkService NTUSER.DAT, a Windows folder, a disk "
	     "image or an image of a WIM.\n.PP\nA disk image is raw, qcow2, "
	     "vhdx, vhd, vmdk, vdi, or an NBD export "
	     "nbd+unix:///?socket=PATH.  A hive in a disk image is edited in "
	     "place; a journal beside the image, IMAGE.sppctl\\-journal, "
	     "makes that all or nothing: after a crash any later edit of the "
	     "image completes it.\n.PP\nAn image of a WIM is named by its "
	     "number or its name: install.wim#2, install.wim#NAME; a WIM of "
	     "one image needs neither, and install.wim#all means each image in "
	     "turn, one edit after the other.  What an edit changes is "
	     "appended to the WIM, and takes effect with one write of its "
	     "header; \\fB\\-\\-rebuild\\fR writes a new file instead.");
	puts(".SH COMMANDS");
	for (i = 0; i < cli_command_count; i++)
		man_command(cli_commands[i]);
	puts(".SH SETTINGS");
	for (i = 0; i < SPP_SETTING_COUNT; i++)
		man_setting(&spp_settings[i]);
	puts(".SH JSON DOCUMENTS");
	roff(cli_json_about);
	putchar('\n');
	for (i = 0; i < cli_json_row_count; i++)
		man_json(&cli_json_rows[i]);
	puts(".SH EXIT STATUS");
	for (code = 0; code < CLI_EXIT_COUNT; code++) {
		printf(".TP\n.B %d\n", code);
		roff(cli_exit_text[code]);
		putchar('\n');
	}
	puts(".SH ENVIRONMENT\n.TP\n.B SOURCE_DATE_EPOCH\nSeconds since 1970 "
	     "to use as the time of an edit, for reproducible images.\n.TP\n"
	     ".B NO_COLOR\nIf set, nothing is printed in bold.\n.TP\n"
	     ".B TMPDIR\nFolder for the socket to qemu-nbd; else /tmp.");
}
