/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/parse.h"

#include <ctype.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/fail.h"
#include "hive/target.h"
#include "policy/text/near.h"

/*
 * The base of the values that getopt_long() returns for long options: greater than every character, and than 1, which means an operand.
 */
#define LONG_OPTION (UCHAR_MAX + 1)

/* getopt's form of the options that a command takes. */
struct forms {
	struct option longs[OPT_COUNT + 1];
	char shorts[3 * OPT_COUNT + 3];
};

static void add_form(struct forms *forms, size_t *n, size_t *at,
		     enum cli_option_id id)
{
	const struct cli_option *o = &cli_options[id];
	int wants = !o->argument	  ? no_argument
		    : *o->argument == '[' ? optional_argument
					  : required_argument;

	forms->longs[(*n)++] =
		(struct option){ o->name, wants, NULL, LONG_OPTION + (int)id };
	if (!o->letter)
		return;
	forms->shorts[(*at)++] = o->letter;
	if (wants != no_argument)
		forms->shorts[(*at)++] = ':';
	if (wants == optional_argument)
		forms->shorts[(*at)++] = ':';
}

static void make_forms(const struct cli_command *command, struct forms *forms)
{
	const enum cli_option_id *id;
	size_t n = 0, at = 0;

	memset(forms, 0, sizeof(*forms));
	if (command->script)
		forms->shorts[at++] = '-'; /* operands come in their turn */
	forms->shorts[at++] = ':';
	for (id = command->options; *id != OPT_END; id++)
		add_form(forms, &n, &at, *id);
	add_form(forms, &n, &at, OPT_HELP);
}

static enum cli_option_id id_of(const struct cli_command *command, int c)
{
	const enum cli_option_id *id;

	if (c >= LONG_OPTION)
		return (enum cli_option_id)(c - LONG_OPTION);
	for (id = command->options; *id != OPT_END; id++)
		if (cli_options[*id].letter == c)
			return *id;
	return OPT_HELP;
}

/*
 * After the target, -sdns is a verb; getopt would take it for options.  No
 * verb has one letter, so that -n is an option there, too; -5 is a number.
 */
static bool is_verb(const struct cli_call *call, int argc, char **argv)
{
	const char *word = argv[optind];

	if (!call->command->script || optind >= argc || word[0] != '-' ||
	    word[1] == '-')
		return false;
	return word[1] == '?' ||
	       (call->operands &&
		(isdigit((unsigned char)word[1]) || (word[1] && word[2])));
}

/* "-x" for a letter in the middle of a word, else the word itself. */
static const char *unknown_word(char **argv, char letter[3])
{
	/* optopt may be a long option's number instead of a letter. */
	if (optopt > CHAR_MAX || !isalpha(optopt))
		return argv[optind - 1];
	letter[0] = '-';
	letter[1] = (char)optopt;
	letter[2] = '\0';
	return letter;
}

/* Fails for the word that getopt did not take: c is '?' or ':'. */
static void refuse(const struct cli_call *call, char **argv, int c,
		   struct spp_error *err)
{
	const enum cli_option_id *id = call->command->options;
	const char *command = call->command->name;
	char letter[3], name[80], listed[80], known[OPT_COUNT][40];
	const char *word =
		c == ':' ? argv[optind - 1] : unknown_word(argv, letter);
	struct spp_near near = SPP_NEAR_INIT(name);

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word, "="), word);
	snprintf(listed, sizeof(listed), "list: sppctl help %s", command);
	for (; *id != OPT_END; id++) {
		snprintf(known[*id], sizeof(known[0]), "--%s",
			 cli_options[*id].name);
		spp_near_try(&near, known[*id]);
	}
	if (c == ':')
		spp_fail(err, SPP_USAGE,
			 "missing value for '%s'; see sppctl help %s", word,
			 command);
	else if (near.best && !near.distance)
		spp_fail(err, SPP_USAGE, "option '%s' takes no value", name);
	else
		spp_near_fail(&near, "option", listed, err);
}

static void parse(struct cli_call *call, int argc, char **argv,
		  struct spp_error *err)
{
	struct forms forms;
	int c;

	make_forms(call->command, &forms);
	opterr = 0;
	optind = 0;
	for (;;) {
		if (is_verb(call, argc, argv)) {
			call->operand[call->operands++] = argv[optind++];
			continue;
		}
		c = getopt_long(argc, argv, forms.shorts, forms.longs, NULL);
		if (c == -1)
			break;
		if (c == '?' || c == ':')
			/* Keep the first error; --json may follow. */
			refuse(call, argv, c, err);
		else if (c == 1 && call->command->script) /* an operand */
			call->operand[call->operands++] = optarg;
		else
			call->given[call->given_count++] =
				(struct cli_given){ id_of(call->command, c),
						    optarg };
	}
	while (optind < argc)
		call->operand[call->operands++] = argv[optind++];
}

enum cli_exit cli_check_operands(const struct cli_call *call)
{
	const struct cli_command *command = call->command;
	struct spp_error err = SPP_ERROR_INIT;
	int least = command->least;

	/* --targets-from has the targets. */
	if (cli_has(call, OPT_TARGETS_FROM) && least > 0)
		least--;
	if (call->operands < least)
		spp_fail(&err, SPP_USAGE,
			 "missing argument; usage: sppctl %s [OPTION]... %s",
			 command->name, command->operands);
	else if (command->most >= 0 && call->operands > command->most)
		spp_fail(&err, SPP_USAGE,
			 "unexpected argument '%s'; see sppctl help %s",
			 call->operand[command->most], command->name);
	return err.status ? cli_fail(call, &err) : CLI_OK;
}

enum cli_exit cli_parse(const struct cli_command *command, int argc,
			char **argv, struct cli_call *call)
{
	struct spp_error err = SPP_ERROR_INIT;

	*call = (struct cli_call){ .command = command };
	call->given = calloc((size_t)argc + 1, sizeof(*call->given));
	call->operand = calloc((size_t)argc + 1, sizeof(*call->operand));
	call->word = calloc((size_t)argc + 1, sizeof(*call->word));
	if (!call->given || !call->operand || !call->word) {
		spp_nomem(&err);
	} else if (!spp_lognames_open(&call->lognames, &err)) {
		/* getopt changes their order. */
		memcpy(call->word, argv, (size_t)argc * sizeof(*argv));
		call->words = argc;
		parse(call, argc, argv, &err);
	}
	return err.status ? cli_fail(call, &err) : CLI_OK;
}

void cli_call_release(struct cli_call *call)
{
	free(call->given);
	free(call->operand);
	spp_lognames_close(call->lognames);
	free(call->word);
	*call = (struct cli_call){ .command = NULL };
}
