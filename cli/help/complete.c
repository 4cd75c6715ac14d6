/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/help/complete.h"

#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/help/json.h"
#include "cli/help/man.h"
#include "cli/help/offers.h"
#include "cli/help/topics.h"

struct ask {
	struct cli_offers offers;
	char **word;  /* after the command */
	int words;    /* with the last one, which is being typed */
	int operands; /* before the last word */
};

static void offer(struct ask *a, const char *word, const char *says)
{
	cli_offer(&a->offers, "", word, "", says);
}

static bool takes_value(enum cli_option_id id)
{
	const char *argument = cli_options[id].argument;

	return argument && *argument != '[';
}

/* The option that a word names; OPT_END: none.  n: without "=VALUE". */
static enum cli_option_id find_option(const struct cli_command *command,
				      const char *word, size_t n)
{
	const enum cli_option_id *lists[] = { command->options,
					      cli_every_option };
	const enum cli_option_id *id;
	size_t i;

	for (i = 0; i < 2; i++)
		for (id = lists[i]; *id != OPT_END; id++) {
			const struct cli_option *o = &cli_options[*id];

			if (n > 2 && !strncmp(word, "--", 2) &&
			    strlen(o->name) == n - 2 &&
			    !strncmp(o->name, word + 2, n - 2))
				return *id;
			if (n == 2 && word[0] == '-' && o->letter == word[1])
				return *id;
		}
	return OPT_END;
}

static void offer_option(struct ask *a, enum cli_option_id id)
{
	cli_offer(&a->offers, "--", cli_options[id].name,
		  takes_value(id) ? "=" : "", cli_options[id].help);
}

static void complete_options(struct ask *a)
{
	const enum cli_option_id *id;

	for (id = a->offers.command->options; *id != OPT_END; id++)
		offer_option(a, *id);
	for (id = cli_every_option; *id != OPT_END; id++)
		offer_option(a, *id);
}

/* NAME=VALUE */
static void complete_assignment(struct ask *a)
{
	const char *equals = strchr(a->offers.typed, '=');
	size_t n = equals ? (size_t)(equals - a->offers.typed) : 0, i;
	char CLEANUP(spp_free_string) *name = strndup(a->offers.typed, n);
	char CLEANUP(spp_free_string) *before = strndup(a->offers.typed, n + 1);
	const struct spp_setting *s = NULL;
	enum spp_terms terms = SPP_TERMS_OWN;
	const char *word;

	if (!equals) {
		cli_offer_settings(&a->offers, "=", false);
		return;
	}
	s = name ? spp_setting_find(name, &terms) : NULL;
	if (!s || !before)
		return;
	for (i = 0; terms != SPP_TERMS_REGISTRY &&
		    (word = spp_setting_word(s, i)) != NULL &&
		    (i < 2 || s->kind != SPP_KIND_SWITCH); /* on, off */
	     i++)
		cli_offer(&a->offers, before, word, "", NULL);
	if (s->fallback.is_number && !i)
		cli_offer(&a->offers, before, s->fallback.text, "",
			  "the default");
}

/* After the target: verbs, and the SKU that some take. */
static void complete_verb(struct ask *a)
{
	const struct spp_script *script = a->offers.command->script;
	const char *last = a->words > 1 ? a->word[a->words - 2] : "";
	const struct spp_verb *verb = spp_verb_find(script, last);
	const char *before = *a->offers.typed == '-' ? "-" : "/";
	size_t i;

	if (verb && verb->sku && *a->offers.typed != '/')
		cli_offer_skus(&a->offers);
	for (i = 0; i < script->count; i++)
		if (script->verb[i].does != SPP_DOES_LIVE)
			cli_offer(&a->offers, before, script->verb[i].name,
				  script->colon && *script->verb[i].arguments
					  ? ":"
					  : "",
				  script->verb[i].summary);
}

static void words_documents(struct ask *a)
{
	size_t i;

	for (i = 0; i < cli_json_row_count; i++)
		if (cli_json_rows[i].version)
			offer(a, cli_json_rows[i].name, cli_json_rows[i].says);
}

static void words_manuals(struct ask *a)
{
	char CLEANUP(spp_free_string) *name = NULL;
	size_t i;

	for (i = 0; (name = cli_manual_name(i)) != NULL; i++) {
		offer(a, name, NULL);
		spp_free_string(&name);
	}
}

static void words_commands(struct ask *a)
{
	size_t i;

	for (i = 0; i < cli_commands_count; i++)
		offer(a, cli_commands[i]->name, cli_commands[i]->summary);
}

static void complete_help(struct ask *a)
{
	size_t i;

	if (a->operands > 1)
		return;
	if (a->operands && !strcmp(a->offers.target, "schema"))
		words_documents(a);
	else if (a->operands && !strcmp(a->offers.target, "man"))
		words_manuals(a);
	if (a->operands)
		return;
	words_commands(a);
	for (i = 0; i < cli_topic_count; i++)
		if (!strchr(cli_topics[i].name, ' '))
			offer(a, cli_topics[i].name, cli_topics[i].summary);
	cli_offer_settings(&a->offers, "", true);
	cli_offer_rules(&a->offers, "");
}

static void complete_fleet(struct ask *a)
{
	static const char *const words[][2] = {
		{ "plan", "what would change" },
		{ "apply", "make the changes" },
		{ "audit", "read the targets again, and judge them" },
		{ "rollback", "take a run back" },
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		offer(a, words[i][0], words[i][1]);
}

static void complete_operand(struct ask *a)
{
	const char *name = a->offers.command->name;
	bool settings =
		a->offers.command->targets == CLI_TARGETS_BEFORE_NAME ||
		a->offers.command->targets == CLI_TARGETS_BEFORE_LAST_NAMES;

	if (!strcmp(name, "help"))
		complete_help(a);
	else if (!strcmp(name, "settings") && !a->operands)
		cli_offer_settings(&a->offers, "", true);
	else if (!strcmp(name, "fleet") && !a->operands)
		complete_fleet(a);
	else if (a->offers.command->script && a->operands)
		complete_verb(a);
	else if (a->operands &&
		 a->offers.command->targets == CLI_TARGETS_BEFORE_ASSIGNMENT)
		complete_assignment(a);
	else if (a->operands && settings)
		cli_offer_settings(&a->offers, "", true);
	else if (strcmp(name, "settings") != 0)
		cli_offer_files();
	/* More targets, where no setting begins so. */
	if (a->operands && !a->offers.count && !strchr(a->offers.typed, '=') &&
	    (settings || a->offers.command->script ||
	     a->offers.command->targets == CLI_TARGETS_BEFORE_ASSIGNMENT))
		cli_offer_files();
}

/* Counts the operands before the word that is being typed. */
static void look_back(struct ask *a)
{
	int i;

	for (i = 0; i + 1 < a->words; i++) {
		const char *word = a->word[i];
		enum cli_option_id id =
			find_option(a->offers.command, word, strlen(word));

		if (id != OPT_END && takes_value(id)) {
			i++;
			continue;
		}
		if (*word == '-' && word[1])
			continue;
		if (!a->operands++)
			a->offers.target = word;
	}
}

static void complete_command(struct ask *a)
{
	const char *last = a->words > 1 ? a->word[a->words - 2] : "";
	const char *equals = strchr(a->offers.typed, '=');
	enum cli_option_id id =
		find_option(a->offers.command, last, strlen(last));
	char CLEANUP(spp_free_string) *before = NULL;

	look_back(a);
	if (id != OPT_END && takes_value(id)) {
		cli_offer_value(&a->offers, id, "");
		return;
	}
	if (*a->offers.typed == '-' && equals) {
		size_t n = (size_t)(equals - a->offers.typed);

		id = find_option(a->offers.command, a->offers.typed, n);
		before = strndup(a->offers.typed, n + 1);
		if (id != OPT_END && before && takes_value(id))
			cli_offer_value(&a->offers, id, before);
		return;
	}
	if (!strncmp(a->offers.typed, "--", 2) ||
	    (*a->offers.typed == '-' &&
	     !(a->offers.command->script && a->operands)))
		complete_options(a);
	else
		complete_operand(a);
}

enum cli_exit cli_complete(int words, char **word)
{
	struct ask a = { .offers.typed = words ? word[words - 1] : "" };
	int i = 0;

	while (i + 1 < words && *word[i] == '-')
		i++;
	if (i + 1 < words) {
		a.offers.command = cli_command_find(word[i]);
		a.word = word + i + 1;
		a.words = words - i - 1;
		if (a.offers.command)
			complete_command(&a);
		return CLI_OK;
	}
	if (*a.offers.typed == '-') {
		offer(&a, "--help", "what sppctl is");
		offer(&a, "--version", "version, and what is in the build");
		offer(&a, "--json", cli_options[OPT_JSON].help);
		offer(&a, "--no-pager", cli_options[OPT_NO_PAGER].help);
		offer(&a, "--color=", cli_options[OPT_COLOR].help);
	} else {
		words_commands(&a);
	}
	return CLI_OK;
}
