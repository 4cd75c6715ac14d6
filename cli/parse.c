/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/parse.h"

#include <ctype.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/fail.h"
#include "cli/heed.h"
#include "cli/hint.h"
#include "hive/target.h"
#include "policy/text/near.h"

/*
 * The base of the values that getopt_long() returns for long options: greater
 * than every character, and than 1, which means an operand.
 */
#define LONG_OPTION (UCHAR_MAX + 1)

/* So many other commands are named that take an option. */
#define OTHERS_NAMED 3

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
	for (id = cli_every_option; *id != OPT_END; id++)
		add_form(forms, &n, &at, *id);
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

/* Calls each option of a command, and then those of all commands. */
static void each_option(const struct cli_command *command,
			void (*one)(enum cli_option_id id, void *ctx),
			void *ctx)
{
	const enum cli_option_id *id;

	for (id = command->options; *id != OPT_END; id++)
		one(*id, ctx);
	for (id = cli_every_option; *id != OPT_END; id++)
		one(*id, ctx);
}

/* What a word may be meant for. */
struct search {
	struct spp_near near;
	struct spp_buf begun; /* options that begin so */
	size_t begins;
	char known[OPT_COUNT][40];
};

static void try_option(enum cli_option_id id, void *ctx)
{
	struct search *s = ctx;

	snprintf(s->known[id], sizeof(s->known[0]), "--%s",
		 cli_options[id].name);
	spp_near_try(&s->near, s->known[id]);
	if (strncmp(s->known[id], s->near.word, strlen(s->near.word)) != 0)
		return;
	spp_buf_printf(&s->begun, NULL, "%s%s", s->begins++ ? ", " : "",
		       s->known[id]);
}

static bool takes(const struct cli_command *command, enum cli_option_id id)
{
	return cli_option_in(command->options, id) ||
	       cli_option_in(cli_every_option, id);
}

/* An option that only other commands take; false: none does. */
static bool refuse_foreign(const struct cli_call *call, const char *name,
			   struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) others = SPP_BUF_INIT;
	size_t i, k, n = 0;

	for (i = 0; i < cli_commands_count; i++)
		for (k = 1; k < OPT_COUNT; k++) {
			if (!cli_options[k].name ||
			    strcmp(cli_options[k].name, name) != 0 ||
			    !takes(cli_commands[i], (enum cli_option_id)k))
				continue;
			if (n++ < OTHERS_NAMED)
				spp_buf_printf(&others, NULL, "%s%s",
					       n > 1 ? ", " : "",
					       cli_commands[i]->name);
		}
	if (n > OTHERS_NAMED)
		spp_buf_printf(&others, NULL, " and %zu more",
			       n - OTHERS_NAMED);
	if (n)
		spp_fail(err, SPP_USAGE,
			 "%s does not take '--%s'; these do: %s (list: sppctl "
			 "help %s)",
			 call->command->name, name, spp_buf_text(&others),
			 call->command->name);
	return n > 0;
}

/* Fails for the word that getopt did not take: c is '?' or ':'. */
static void refuse(const struct cli_call *call, char **argv, int c,
		   struct spp_error *err)
{
	const char *command = call->command->name;
	char letter[3], name[80], listed[80];
	const char *word =
		c == ':' ? argv[optind - 1] : unknown_word(argv, letter);
	struct search s = { .near = SPP_NEAR_INIT(name) };

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word, "="), word);
	snprintf(listed, sizeof(listed), "list: sppctl help %s", command);
	each_option(call->command, try_option, &s);
	if (c == ':')
		spp_fail(err, SPP_USAGE,
			 "missing value for '%s'; see sppctl help %s", word,
			 command);
	else if (s.near.best && !s.near.distance)
		spp_fail(err, SPP_USAGE, "option '%s' takes no value", name);
	else if (!strncmp(name, "--", 2) && s.begins > 1)
		spp_fail(err, SPP_USAGE, "'%s' is ambiguous: %s", name,
			 spp_buf_text(&s.begun));
	else if (strncmp(name, "--", 2) != 0 ||
		 !refuse_foreign(call, name + 2, err))
		spp_near_fail(&s.near, "option", listed, err);
	spp_buf_release(&s.begun);
}

/* An option that has taken the next one for its value. */
static bool swallows(const struct cli_command *command, char **argv)
{
	size_t k;

	if (!optarg || optarg != argv[optind - 1] ||
	    strncmp(optarg, "--", 2) != 0)
		return false;
	for (k = 1; k < OPT_COUNT; k++)
		if (cli_options[k].name &&
		    !strcmp(cli_options[k].name, optarg + 2) &&
		    takes(command, (enum cli_option_id)k))
			return true;
	return false;
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
		if (c > 1 && swallows(call->command, argv)) {
			optind--;
			c = ':';
		}
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

static void refuse_operand(const struct cli_call *call, const char *word,
			   struct spp_error *err)
{
	if (!cli_hint(call, word, err))
		spp_fail(err, SPP_USAGE,
			 "unexpected argument '%s'; see sppctl help %s", word,
			 call->command->name);
}

enum cli_exit cli_check_operands(const struct cli_call *call)
{
	const struct cli_command *command = call->command;
	struct spp_error err = SPP_ERROR_INIT;
	int least = command->least;

	/* --targets-from supplies the targets. */
	if (cli_has(call, OPT_TARGETS_FROM) && least > 0)
		least--;
	if (call->operands < least)
		spp_fail(&err, SPP_USAGE,
			 "missing argument; usage: sppctl %s [OPTION]... %s",
			 command->name, command->operands);
	else if (command->most >= 0 && call->operands > command->most)
		refuse_operand(call, call->operand[command->most], &err);
	else
		cli_heed_check(call, &err);
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
