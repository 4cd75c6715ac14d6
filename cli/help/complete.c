/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/help/complete.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/help/json.h"
#include "cli/help/man.h"
#include "cli/help/topics.h"
#include "cli/target.h"
#include "hive/about.h"
#include "hive/target.h"
#include "policy/audit/engine.h"
#include "policy/format/format.h"
#include "policy/model/sku.h"
#include "policy/text/printable.h"

/* Nobody waits longer for what a target has. */
#define PATIENCE 2

struct ask {
	const struct cli_command *command;
	char **word; /* behind the command */
	int words;   /* with the last one, which is being typed */
	const char *typed;
	const char *target; /* the first operand, or NULL */
	int operands;	    /* before the last word */
	size_t offered;
};

static void offer_with(struct ask *a, const char *before, const char *word,
		       const char *behind, const char *says)
{
	char CLEANUP(spp_free_string) *all = NULL;
	char CLEANUP(spp_free_string) *shown = NULL;

	if (asprintf(&all, "%s%s%s", before, word, behind) < 0)
		all = NULL;
	if (!all || strncasecmp(all, a->typed, strlen(a->typed)) != 0)
		return;
	shown = spp_printable(all);
	if (!shown || strcmp(shown, all) != 0)
		return;
	printf("%s\t%s\n", all, says ? says : "");
	a->offered++;
}

static void offer(struct ask *a, const char *word, const char *says)
{
	offer_with(a, "", word, "", says);
}

static void offer_files(struct ask *a)
{
	(void)a;
	puts(":files");
}

/* Values of options: what stands in typed before them is before. */
static void words_scopes(struct ask *a, const char *before);

static void words_formats(struct ask *a, const char *before, bool written)
{
	size_t i;

	for (i = 0; i < spp_formats_count; i++)
		if (written ? spp_formats[i]->write ||
				      spp_formats[i]->write_tree
			    : spp_formats[i]->read || spp_formats[i]->read_tree)
			offer_with(a, before, spp_formats[i]->name, "",
				   spp_formats[i]->summary);
}

static void words_rules(struct ask *a, const char *before)
{
	size_t i;

	for (i = 0; i < SPP_RULE_COUNT; i++) {
		offer_with(a, before, spp_rules[i]->id, "",
			   spp_rules[i]->summary);
		offer_with(a, before, spp_rules[i]->name, "",
			   spp_rules[i]->summary);
	}
}

static void words_grades(struct ask *a, const char *before)
{
	int i;

	for (i = 0; i < SPP_GRADE_COUNT; i++)
		offer_with(a, before, spp_grade_word((enum spp_grade)i), "",
			   NULL);
}

/* What the disk image of the command line has. */
static void words_partitions(struct ask *a, const char *before)
{
	struct spp_target_options options = { .inspect = true,
					      .path = getenv("PATH") };
	struct spp_target *target = NULL;
	size_t i;

	if (!a->target)
		return;
	alarm(PATIENCE);
	if (!spp_target_open(a->target, &options, &target, NULL) &&
	    target->disk) {
		const struct spp_partitions *table = &target->disk->table;

		for (i = 0; i < table->count; i++) {
			char number[16];

			snprintf(number, sizeof(number), "%u",
				 table->part[i].number);
			offer_with(a, before, number, "",
				   spp_content_word(table->part[i].content));
		}
	}
	spp_target_close(target);
}

/* What is on a hive's pages; in a disk image it takes too long. */
static bool is_cheap(const char *path)
{
	struct stat is;
	char magic[4] = "";
	FILE *f;

	if (stat(path, &is) || !(S_ISDIR(is.st_mode) || S_ISREG(is.st_mode)))
		return false;
	if (S_ISDIR(is.st_mode))
		return true;
	f = fopen(path, "re");
	if (!f)
		return false;
	if (fread(magic, 1, sizeof(magic), f) != sizeof(magic))
		*magic = '\0';
	fclose(f);
	return !memcmp(magic, "regf", sizeof(magic));
}

static void words_target_scopes(struct ask *a, const char *before)
{
	struct cli_call call = { .command = a->command };
	struct spp_scopes CLEANUP(spp_scopes_release) scopes = SPP_SCOPES_INIT;
	struct spp_hives *windows = NULL;
	size_t i;

	if (!a->target || !is_cheap(a->target))
		return;
	alarm(PATIENCE);
	if (!spp_lognames_open(&call.lognames, NULL) &&
	    !cli_open(&call, a->target, 0, &windows, NULL) &&
	    !spp_hives_scopes(windows, &scopes, NULL))
		for (i = 0; i < scopes.count; i++) {
			struct spp_buf CLEANUP(spp_buf_release) text =
				SPP_BUF_INIT;
			const struct spp_sku *sku =
				spp_sku_find(scopes.scope[i].sku);

			spp_scope_show(&scopes.scope[i], &text, NULL);
			if (strchr(spp_buf_text(&text), '/'))
				offer_with(a, before, spp_buf_text(&text), "",
					   sku ? sku->name : "in the target");
		}
	spp_hives_close(windows);
	spp_lognames_close(call.lognames);
}

static void words_scopes(struct ask *a, const char *before)
{
	char scope[2 * SPP_GUID_SIZE + 32];
	size_t i;

	for (i = 0; i < SPP_PLACE_COUNT; i++)
		offer_with(a, before, spp_places[i].name, "",
			   spp_places[i].summary);
	for (i = 0; i < spp_app_count; i++) {
		snprintf(scope, sizeof(scope), "spp/%s", spp_apps[i].name);
		offer_with(a, before, scope, "", spp_apps[i].summary);
	}
	words_target_scopes(a, before);
	/* The SKUs are many: not before their application is there. */
	for (i = 0; i < spp_sku_count; i++) {
		const char *app = spp_apps[spp_skus[i].app].name;

		snprintf(scope, sizeof(scope), "%sspp/%s/", before, app);
		if (!strncasecmp(scope, a->typed, strlen(scope)))
			offer_with(a, scope, spp_skus[i].guid, "",
				   spp_skus[i].name);
	}
}

static void words_kinds(struct ask *a, const char *before)
{
	int i;

	for (i = SPP_TARGET_AUTO + 1; i < SPP_TARGET_KINDS; i++)
		offer_with(a, before,
			   spp_target_kind_name((enum spp_target_kind)i), "",
			   NULL);
}

/* Those of options with few words: "a|b|c". */
static const struct {
	enum cli_option_id id;
	const char *words;
} few[] = {
	{ OPT_AS, "SOFTWARE|SYSTEM|NetworkService" },
	{ OPT_COLOR, "auto|always|never" },
	{ OPT_FLAVOUR, "gpmc|cmdlet" },
	{ OPT_LANGUAGE, "en-US" },
	{ OPT_RETRY, "refused|failed|invalid" },
	{ OPT_STYLE, "table|bind|nsupdate|powershell|rights" },
	{ OPT_PREFIX, "HKEY_LOCAL_MACHINE\\OFFLINE" },
};

static bool words_few(struct ask *a, const char *before, enum cli_option_id id)
{
	const char *at = NULL;
	size_t i, n;

	for (i = 0; i < sizeof(few) / sizeof(few[0]); i++)
		if (few[i].id == id)
			at = few[i].words;
	for (; at && *at; at += n + (at[n] == '|')) {
		char CLEANUP(spp_free_string) *one = NULL;

		n = strcspn(at, "|");
		one = strndup(at, n);
		if (one)
			offer_with(a, before, one, "", NULL);
	}
	return at != NULL;
}

static void complete_value(struct ask *a, enum cli_option_id id,
			   const char *before)
{
	const char *argument = cli_options[id].argument;

	if (words_few(a, before, id))
		return;
	switch (id) {
	case OPT_SCOPE:
		words_scopes(a, before);
		break;
	case OPT_FORMAT:
	case OPT_FROM_FORMAT:
		words_formats(a, before, false);
		break;
	case OPT_WRITE_FORMAT:
	case OPT_TO:
		words_formats(a, before, true);
		break;
	case OPT_IGNORE:
		words_rules(a, before);
		break;
	case OPT_FAIL_ON:
		words_grades(a, before);
		break;
	case OPT_PARTITION:
		words_partitions(a, before);
		break;
	case OPT_TARGET_KIND:
		words_kinds(a, before);
		break;
	default:
		if (!strcmp(argument, "FILE") || !strcmp(argument, "DIR") ||
		    !strcmp(argument, "HOST"))
			offer_files(a);
	}
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
	offer_with(a, "--", cli_options[id].name, takes_value(id) ? "=" : "",
		   cli_options[id].help);
}

static void complete_options(struct ask *a)
{
	const enum cli_option_id *id;

	for (id = a->command->options; *id != OPT_END; id++)
		offer_option(a, *id);
	for (id = cli_every_option; *id != OPT_END; id++)
		offer_option(a, *id);
}

static void words_settings(struct ask *a, const char *behind, bool kept)
{
	bool registry = strpbrk(a->typed, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	size_t i;

	for (i = 0; i < SPP_SETTING_COUNT; i++) {
		const struct spp_setting *s = &spp_settings[i];

		if (!kept && s->flags & SPP_STATE)
			continue;
		offer_with(a, "", registry ? s->value : s->name, behind,
			   s->summary);
	}
}

/* NAME=VALUE */
static void complete_assignment(struct ask *a)
{
	const char *equals = strchr(a->typed, '=');
	size_t n = equals ? (size_t)(equals - a->typed) : 0, i;
	char CLEANUP(spp_free_string) *name = strndup(a->typed, n);
	char CLEANUP(spp_free_string) *before = strndup(a->typed, n + 1);
	const struct spp_setting *s = NULL;
	enum spp_terms terms = SPP_TERMS_OWN;
	const char *word;

	if (!equals) {
		words_settings(a, "=", false);
		return;
	}
	s = name ? spp_setting_find(name, &terms) : NULL;
	if (!s || !before)
		return;
	for (i = 0; terms != SPP_TERMS_REGISTRY &&
		    (word = spp_setting_word(s, i)) != NULL &&
		    (i < 2 || s->kind != SPP_KIND_SWITCH); /* on, off */
	     i++)
		offer_with(a, before, word, "", NULL);
	if (s->fallback.is_number && !i)
		offer_with(a, before, s->fallback.text, "", "the default");
}

static void words_skus(struct ask *a)
{
	size_t i;

	for (i = 0; i < spp_sku_count; i++)
		offer(a, spp_skus[i].guid, spp_skus[i].name);
}

/* After the target: verbs, and the SKU that some take. */
static void complete_verb(struct ask *a)
{
	const struct spp_script *script = a->command->script;
	const char *last = a->words > 1 ? a->word[a->words - 2] : "";
	const struct spp_verb *verb = spp_verb_find(script, last);
	const char *before = *a->typed == '-' ? "-" : "/";
	size_t i;

	if (verb && verb->sku && *a->typed != '/')
		words_skus(a);
	for (i = 0; i < script->count; i++)
		if (script->verb[i].does != SPP_DOES_LIVE)
			offer_with(a, before, script->verb[i].name,
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
	if (a->operands && !strcmp(a->target, "schema"))
		words_documents(a);
	else if (a->operands && !strcmp(a->target, "man"))
		words_manuals(a);
	if (a->operands)
		return;
	words_commands(a);
	for (i = 0; i < cli_topic_count; i++)
		if (!strchr(cli_topics[i].name, ' '))
			offer(a, cli_topics[i].name, cli_topics[i].summary);
	words_settings(a, "", true);
	words_rules(a, "");
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
	const char *name = a->command->name;
	bool settings = a->command->targets == CLI_TARGETS_BEFORE_NAME ||
			a->command->targets == CLI_TARGETS_BEFORE_LAST_NAMES;

	if (!strcmp(name, "help"))
		complete_help(a);
	else if (!strcmp(name, "settings") && !a->operands)
		words_settings(a, "", true);
	else if (!strcmp(name, "fleet") && !a->operands)
		complete_fleet(a);
	else if (a->command->script && a->operands)
		complete_verb(a);
	else if (a->operands &&
		 a->command->targets == CLI_TARGETS_BEFORE_ASSIGNMENT)
		complete_assignment(a);
	else if (a->operands && settings)
		words_settings(a, "", true);
	else if (strcmp(name, "settings") != 0)
		offer_files(a);
	/* More targets, where no setting begins so. */
	if (a->operands && !a->offered && !strchr(a->typed, '=') &&
	    (settings || a->command->script ||
	     a->command->targets == CLI_TARGETS_BEFORE_ASSIGNMENT))
		offer_files(a);
}

/* Counts the operands before the word that is being typed. */
static void look_back(struct ask *a)
{
	int i;

	for (i = 0; i + 1 < a->words; i++) {
		const char *word = a->word[i];
		enum cli_option_id id =
			find_option(a->command, word, strlen(word));

		if (id != OPT_END && takes_value(id)) {
			i++;
			continue;
		}
		if (*word == '-' && word[1])
			continue;
		if (!a->operands++)
			a->target = word;
	}
}

static void complete_command(struct ask *a)
{
	const char *last = a->words > 1 ? a->word[a->words - 2] : "";
	const char *equals = strchr(a->typed, '=');
	enum cli_option_id id = find_option(a->command, last, strlen(last));
	char CLEANUP(spp_free_string) *before = NULL;

	look_back(a);
	if (id != OPT_END && takes_value(id)) {
		complete_value(a, id, "");
		return;
	}
	if (*a->typed == '-' && equals) {
		size_t n = (size_t)(equals - a->typed);

		id = find_option(a->command, a->typed, n);
		before = strndup(a->typed, n + 1);
		if (id != OPT_END && before && takes_value(id))
			complete_value(a, id, before);
		return;
	}
	if (!strncmp(a->typed, "--", 2) ||
	    (*a->typed == '-' && !(a->command->script && a->operands)))
		complete_options(a);
	else
		complete_operand(a);
}

enum cli_exit cli_complete(int words, char **word)
{
	struct ask a = { .typed = words ? word[words - 1] : "" };
	int i = 0;

	while (i + 1 < words && *word[i] == '-')
		i++;
	if (i + 1 < words) {
		a.command = cli_command_find(word[i]);
		a.word = word + i + 1;
		a.words = words - i - 1;
		if (a.command)
			complete_command(&a);
		return CLI_OK;
	}
	if (*a.typed == '-') {
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
