/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of the command line agree with themselves. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/help/topics.h"
#include "cli/parse.h"
#include "tests/unit.h"

static void every_option_has_a_row(void)
{
	int id;

	for (id = OPT_END + 1; id < OPT_COUNT; id++) {
		CU_ASSERT_PTR_NOT_NULL_FATAL(cli_options[id].name);
		UNIT_ROW(cli_options[id].help && *cli_options[id].help,
			 cli_options[id].name);
		UNIT_ROW(!cli_options[id].letter ||
				 isalnum((unsigned char)cli_options[id].letter),
			 cli_options[id].name);
	}
}

static void names_are_told_apart(void)
{
	size_t i, j;

	for (i = 0; i < cli_commands_count; i++) {
		const char *name = cli_commands[i]->name;

		for (j = 0; j < i; j++)
			UNIT_ROW(strcmp(name, cli_commands[j]->name) != 0,
				 name);
		for (j = 0; j < cli_topic_count; j++)
			UNIT_ROW(strcmp(name, cli_topics[j].name) != 0, name);
	}
}

static void options_are_told_apart(const struct cli_command *c)
{
	const enum cli_option_id *a, *b;

	for (a = c->options; *a != OPT_END; a++) {
		for (b = c->options; b < a; b++) {
			const struct cli_option *x = &cli_options[*a];
			const struct cli_option *y = &cli_options[*b];

			UNIT_ROW(strcmp(x->name, y->name) != 0, c->name);
			UNIT_ROW(!x->letter || x->letter != y->letter, c->name);
		}
		UNIT_ROW(*a != OPT_HELP && cli_options[*a].letter != 'h',
			 c->name);
	}
}

static void commands_are_whole(void)
{
	const struct cli_example *e;
	size_t i, n;

	for (i = 0; i < cli_commands_count; i++) {
		const struct cli_command *c = cli_commands[i];

		n = strlen(c->name);
		UNIT_ROW(c->operands && c->summary && c->options && c->run,
			 c->name);
		UNIT_ROW(c->most < 0 || c->least <= c->most, c->name);
		options_are_told_apart(c);
		for (e = c->examples; e && e->line; e++)
			UNIT_ROW(!strncmp(e->line, c->name, n) &&
					 (!e->line[n] || e->line[n] == ' '),
				 e->line);
	}
}

/* Parses "NAME --OPTION[=1]" or "NAME -L 1", and looks at what came out. */
static void check_parsed(const struct cli_command *c, enum cli_option_id id,
			 bool letter)
{
	const struct cli_option *o = &cli_options[id];
	bool wants = o->argument && *o->argument != '[';
	char name[64], word[64], value[] = "1";
	char *argv[] = { name, word, value, NULL };
	struct cli_call call = { .command = NULL };

	snprintf(name, sizeof(name), "%s", c->name);
	if (letter)
		snprintf(word, sizeof(word), "-%c", o->letter);
	else
		snprintf(word, sizeof(word), "--%s", o->name);
	UNIT_ROW(!cli_parse(c, wants ? 3 : 2, argv, &call), o->name);
	UNIT_ROW(call.given_count == 1 && call.given[0].id == id, o->name);
	UNIT_ROW(!wants || (call.given && call.given[0].value &&
			    !strcmp(call.given[0].value, "1")),
		 o->name);
	UNIT_ROW(!call.operands, o->name);
	cli_call_release(&call);
}

/* No id is taken for what getopt returns of letters and operands. */
static void options_are_parsed(void)
{
	const enum cli_option_id *id;
	size_t i;

	for (i = 0; i < cli_commands_count; i++) {
		for (id = cli_commands[i]->options; *id != OPT_END; id++) {
			check_parsed(cli_commands[i], *id, false);
			if (cli_options[*id].letter)
				check_parsed(cli_commands[i], *id, true);
		}
	}
}

static const struct unit_test tests[] = {
	{ "every option has a row", every_option_has_a_row },
	{ "names are told apart", names_are_told_apart },
	{ "commands are whole", commands_are_whole },
	{ "options are parsed", options_are_parsed },
	{ NULL, NULL },
};

const struct unit_suite unit_cli = { "cli", tests };
