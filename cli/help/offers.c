/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/help/offers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/target.h"
#include "hive/about.h"
#include "hive/regf/regf.h"
#include "hive/target.h"
#include "policy/audit/engine.h"
#include "policy/format/format.h"
#include "policy/model/sku.h"
#include "policy/text/printable.h"

/* Nobody waits longer for what a target has. */
#define PATIENCE 2

void cli_offer(struct cli_offers *o, const char *before, const char *word,
	       const char *after, const char *says)
{
	char CLEANUP(spp_free_string) *all = NULL;
	char CLEANUP(spp_free_string) *shown = NULL;

	if (asprintf(&all, "%s%s%s", before, word, after) < 0)
		all = NULL;
	if (!all || strncasecmp(all, o->typed, strlen(o->typed)) != 0)
		return;
	shown = spp_printable(all);
	if (!shown || strcmp(shown, all) != 0)
		return;
	printf("%s\t%s\n", all, says ? says : "");
	o->count++;
}

void cli_offer_files(void)
{
	puts(":files");
}

void cli_offer_settings(struct cli_offers *o, const char *after, bool read_only)
{
	bool registry = strpbrk(o->typed, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	size_t i;

	for (i = 0; i < SPP_SETTING_COUNT; i++) {
		const struct spp_setting *s = &spp_settings[i];

		if (!read_only && s->flags & SPP_STATE)
			continue;
		cli_offer(o, "", registry ? s->value : s->name, after,
			  s->summary);
	}
}

void cli_offer_skus(struct cli_offers *o)
{
	size_t i;

	for (i = 0; i < spp_sku_count; i++)
		cli_offer(o, "", spp_skus[i].guid, "", spp_skus[i].name);
}

static void words_formats(struct cli_offers *o, const char *before,
			  bool written)
{
	size_t i;

	for (i = 0; i < spp_formats_count; i++)
		if (written ? spp_formats[i]->write ||
				      spp_formats[i]->write_tree
			    : spp_formats[i]->read || spp_formats[i]->read_tree)
			cli_offer(o, before, spp_formats[i]->name, "",
				  spp_formats[i]->summary);
}

void cli_offer_rules(struct cli_offers *o, const char *before)
{
	size_t i;

	for (i = 0; i < SPP_RULE_COUNT; i++) {
		cli_offer(o, before, spp_rules[i]->id, "",
			  spp_rules[i]->summary);
		cli_offer(o, before, spp_rules[i]->name, "",
			  spp_rules[i]->summary);
	}
}

static void words_grades(struct cli_offers *o, const char *before)
{
	int i;

	for (i = 0; i < SPP_GRADE_COUNT; i++)
		cli_offer(o, before, spp_grade_word((enum spp_grade)i), "",
			  NULL);
}

/* What the disk image of the command line has. */
static void words_partitions(struct cli_offers *o, const char *before)
{
	struct spp_target_options options = { .inspect = true,
					      .path = getenv("PATH") };
	struct spp_target *target = NULL;
	size_t i;

	if (!o->target)
		return;
	alarm(PATIENCE);
	if (!spp_target_open(o->target, &options, &target, NULL) &&
	    target->disk) {
		const struct spp_partitions *table = &target->disk->table;

		for (i = 0; i < table->count; i++) {
			char number[16];

			snprintf(number, sizeof(number), "%u",
				 table->part[i].number);
			cli_offer(o, before, number, "",
				  spp_content_word(table->part[i].content));
		}
	}
	spp_target_close(target);
}

/* What is on a hive's pages; in a disk image it takes too long. */
static bool is_cheap(const char *path)
{
	struct stat is;
	char head[4];
	size_t n;
	FILE *f;

	if (stat(path, &is) || !(S_ISDIR(is.st_mode) || S_ISREG(is.st_mode)))
		return false;
	if (S_ISDIR(is.st_mode))
		return true;
	f = fopen(path, "re");
	if (!f)
		return false;
	n = fread(head, 1, sizeof(head), f);
	fclose(f);
	return spp_regf_begins(head, n);
}

static void words_target_scopes(struct cli_offers *o, const char *before)
{
	struct cli_call call = { .command = o->command };
	struct spp_scopes CLEANUP(spp_scopes_release) scopes = SPP_SCOPES_INIT;
	struct spp_hives *windows = NULL;
	size_t i;

	if (!o->target || !is_cheap(o->target))
		return;
	alarm(PATIENCE);
	if (!spp_lognames_open(&call.lognames, NULL) &&
	    !cli_open(&call, o->target, 0, &windows, NULL) &&
	    !spp_hives_scopes(windows, &scopes, NULL))
		for (i = 0; i < scopes.count; i++) {
			struct spp_buf CLEANUP(spp_buf_release) text =
				SPP_BUF_INIT;
			const struct spp_sku *sku =
				spp_sku_find(scopes.scope[i].sku);

			spp_scope_show(&scopes.scope[i], &text, NULL);
			if (strchr(spp_buf_text(&text), '/'))
				cli_offer(o, before, spp_buf_text(&text), "",
					  sku ? sku->name : "in the target");
		}
	spp_hives_close(windows);
	spp_lognames_close(call.lognames);
}

static void words_scopes(struct cli_offers *o, const char *before)
{
	char scope[2 * SPP_GUID_SIZE + 32];
	size_t i;

	for (i = 0; i < SPP_PLACE_COUNT; i++)
		cli_offer(o, before, spp_places[i].name, "",
			  spp_places[i].summary);
	for (i = 0; i < spp_app_count; i++) {
		snprintf(scope, sizeof(scope), "spp/%s", spp_apps[i].name);
		cli_offer(o, before, scope, "", spp_apps[i].summary);
	}
	words_target_scopes(o, before);
	/* The SKUs are many: not before their application is there. */
	for (i = 0; i < spp_sku_count; i++) {
		const char *app = spp_apps[spp_skus[i].app].name;

		snprintf(scope, sizeof(scope), "%sspp/%s/", before, app);
		if (!strncasecmp(scope, o->typed, strlen(scope)))
			cli_offer(o, scope, spp_skus[i].guid, "",
				  spp_skus[i].name);
	}
}

static void words_kinds(struct cli_offers *o, const char *before)
{
	int i;

	for (i = SPP_TARGET_AUTO + 1; i < SPP_TARGET_KINDS; i++)
		cli_offer(o, before,
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

static const char *few_of(enum cli_option_id id)
{
	size_t i;

	for (i = 0; i < sizeof(few) / sizeof(few[0]); i++)
		if (few[i].id == id)
			return few[i].words;
	return NULL;
}

bool cli_is_offered(enum cli_option_id id, const char *word)
{
	const char *at = few_of(id);
	size_t n = strlen(word);

	for (; at && *at; at += strcspn(at, "|"), at += *at == '|')
		if (n == strcspn(at, "|") && !strncmp(at, word, n))
			return true;
	return false;
}

static bool words_few(struct cli_offers *o, const char *before,
		      enum cli_option_id id)
{
	const char *at = few_of(id);
	size_t n;

	for (; at && *at; at += n + (at[n] == '|')) {
		char CLEANUP(spp_free_string) *one = NULL;

		n = strcspn(at, "|");
		one = strndup(at, n);
		if (one)
			cli_offer(o, before, one, "", NULL);
	}
	return at != NULL;
}

void cli_offer_value(struct cli_offers *o, enum cli_option_id id,
		     const char *before)
{
	const char *argument = cli_options[id].argument;

	if (words_few(o, before, id))
		return;
	switch (id) {
	case OPT_SCOPE:
		words_scopes(o, before);
		break;
	case OPT_FORMAT:
	case OPT_FROM_FORMAT:
		words_formats(o, before, false);
		break;
	case OPT_WRITE_FORMAT:
	case OPT_TO:
		words_formats(o, before, true);
		break;
	case OPT_IGNORE:
		cli_offer_rules(o, before);
		break;
	case OPT_FAIL_ON:
		words_grades(o, before);
		break;
	case OPT_PARTITION:
		words_partitions(o, before);
		break;
	case OPT_TARGET_KIND:
		words_kinds(o, before);
		break;
	default:
		if (!strcmp(argument, "FILE") || !strcmp(argument, "DIR") ||
		    !strcmp(argument, "HOST"))
			cli_offer_files();
	}
}
