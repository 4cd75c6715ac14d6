/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line of a finding, staged in a model instead of run. */
#include <stdlib.h>
#include <string.h>

#include "cli/editor/model.h"
#include "cli/move.h"
#include "hive/base/number.h"
#include "policy/model/publish_list.h"

#define WORDS 64

/* A command line in words, as spp_audit_argument() quotes them. */
struct words {
	char *word[WORDS];
	size_t count;
};

static void release(struct words *w)
{
	while (w->count)
		free(w->word[--w->count]);
}

static enum spp_status split(const char *line, struct words *w,
			     struct spp_error *err)
{
	bool quoted = false;

	while (*(line += strspn(line, " "))) {
		char *to = w->count < WORDS ? malloc(strlen(line) + 1) : NULL;

		if (!to)
			return spp_nomem(err);
		w->word[w->count++] = to;
		for (; *line && (quoted || *line != ' '); line++) {
			if (*line == '\'')
				quoted = !quoted;
			else if (*line == '\\' && !quoted && line[1])
				*to++ = *++line;
			else
				*to++ = *line;
		}
		*to = '\0';
	}
	return SPP_OK;
}

static void drop_words(struct words *w, size_t at, size_t n)
{
	size_t i;

	for (i = at; i < at + n; i++)
		free(w->word[i]);
	memmove(&w->word[at], &w->word[at + n],
		(w->count - at - n) * sizeof(*w->word));
	w->count -= n;
}

/* The options of the target, which stand after its name. */
static void drop_target_words(struct words *w, const char *with)
{
	struct words CLEANUP(release) its = { .count = 0 };
	size_t i;

	if (!with || split(with, &its, NULL) || w->count < 3 + its.count)
		return;
	for (i = 0; i < its.count; i++)
		if (strcmp(w->word[3 + i], its.word[i]))
			return;
	drop_words(w, 3, its.count);
}

/* The value of an option, which is taken out; NULL if it is not there. */
static char *take_option(struct words *w, const char *name)
{
	char *value;
	size_t i;

	for (i = 0; i + 1 < w->count; i++) {
		if (strcmp(w->word[i], name))
			continue;
		value = w->word[i + 1];
		w->word[i + 1] = NULL;
		drop_words(w, i, 2);
		return value;
	}
	return NULL;
}

/* Whether it is there; it is taken out. */
static bool take_flag(struct words *w, const char *name)
{
	size_t i;

	for (i = 0; i < w->count; i++) {
		if (strcmp(w->word[i], name))
			continue;
		drop_words(w, i, 1);
		return true;
	}
	return false;
}

static enum spp_status find_setting(const char *name, const char *scope_text,
				    const struct spp_setting **setting,
				    struct spp_scope *scope,
				    struct spp_error *err)
{
	enum spp_terms terms;

	*setting = spp_setting_find(name, &terms);
	if (!*setting || terms != SPP_TERMS_OWN)
		return spp_fail(err, SPP_UNSUPPORTED, "unknown setting '%s'",
				name);
	*scope = spp_policy_home(*setting);
	return scope_text ? spp_scope_parse(scope_text, false, scope, err)
			  : SPP_OK;
}

/* "NAME=VALUE" or "NAME" */
static enum spp_status stage(struct cli_model *m, char *word,
			     const char *scope_text, struct spp_notes *notes,
			     struct spp_error *err)
{
	char *equals = strchr(word, '=');
	const struct spp_setting *setting;
	struct spp_scope scope;
	enum spp_status st;

	if (equals)
		*equals = '\0';
	st = find_setting(word, scope_text, &setting, &scope, err);
	if (st)
		return st;
	return equals ? cli_model_type(m, &scope, setting, equals + 1, notes,
				       err)
		      : cli_model_set(m, &scope, setting, NULL, notes, err);
}

static enum spp_status rank(struct spp_publish_list *list, const char *priority,
			    const char *weight, struct spp_error *err)
{
	uint64_t n[2] = { 0, 0 };

	if ((priority &&
	     !spp_number_parse(priority, SPP_PRIORITY_MAX, &n[0])) ||
	    (weight && !spp_number_parse(weight, SPP_WEIGHT_MAX, &n[1])))
		return spp_fail(err, SPP_UNSUPPORTED,
				"the number is yours to choose");
	return spp_publish_list_rank(list, priority ? (long)n[0] : -1,
				     weight ? (long)n[1] : -1, err);
}

static enum spp_status publish(struct cli_model *m, struct words *w,
			       const struct spp_scope *scope,
			       struct spp_notes *notes, struct spp_error *err)
{
	const struct spp_setting *s = &spp_settings[SPP_SETTING_PUBLISH_LIST];
	const struct spp_policy_item *item = spp_policy_get(&m->now, scope, s);
	struct spp_publish_list CLEANUP(spp_publish_list_release) list =
		SPP_PUBLISH_LIST_INIT;
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	enum spp_status st =
		item ? spp_publish_list_read(&item->value, &list, err) : SPP_OK;
	char *priority = take_option(w, "--priority");
	char *weight = take_option(w, "--weight"), *word;

	if (!st && take_flag(w, "--clear"))
		spp_publish_list_release(&list);
	while (!st && (word = take_option(w, "--remove"))) {
		st = spp_publish_list_remove(&list, word, err);
		free(word);
	}
	while (!st && (word = take_option(w, "--add"))) {
		st = spp_publish_list_add(&list, word, notes, err);
		free(word);
	}
	if (!st && (priority || weight))
		st = rank(&list, priority, weight, err);
	free(priority);
	free(weight);
	if (!st && w->count > 3)
		return spp_fail(err, SPP_UNSUPPORTED, "'%s' is not staged here",
				w->word[3]);
	if (!st)
		st = spp_publish_list_write(&list, &value, err);
	return st ? st
		  : cli_model_set(m, scope, s, list.count ? &value : NULL,
				  notes, err);
}

/* As sppctl move: what the same wishes would change. */
static enum spp_status move(struct cli_model *m, const struct words *w,
			    const struct spp_scope *from,
			    struct spp_notes *notes, struct spp_error *err)
{
	struct spp_policy CLEANUP(spp_policy_release) want = SPP_POLICY_INIT;
	const struct spp_setting *named[WORDS];
	struct cli_move moved = { .from = *from,
				  .is_place = !*from->app,
				  .setting = named };
	struct spp_scope unused;
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 3; !st && i < w->count; i++)
		st = find_setting(w->word[i], NULL, &named[moved.settings++],
				  &unused, err);
	if (!st)
		st = cli_move_want(&moved, &m->now, &want, notes, err);
	for (i = 0; !st && i < want.count; i++)
		st = cli_model_set(m, &want.item[i].scope, want.item[i].setting,
				   want.item[i].wish == SPP_PRESENT
					   ? &want.item[i].value
					   : NULL,
				   notes, err);
	return st;
}

enum spp_status cli_model_fix(struct cli_model *m, const char *remedy,
			      struct spp_notes *notes, struct spp_error *err)
{
	struct words CLEANUP(release) w = { .count = 0 };
	char CLEANUP(spp_free_string) *scope_text = NULL;
	struct spp_scope scope = { .place = SPP_PLACE_SPP };
	struct spp_error why = SPP_ERROR_INIT;
	size_t from = m->steps, i;
	enum spp_status st = split(remedy, &w, err);

	if (st)
		return st;
	drop_target_words(&w, m->with);
	scope_text = take_option(&w, "--scope");
	/* "sppctl VERB TARGET ..." */
	if (w.count < 4)
		return spp_fail(err, SPP_UNSUPPORTED,
				"this fix is for the command line: %s", remedy);
	if (scope_text)
		st = spp_scope_parse(scope_text, false, &scope, &why);
	if (st) {
		;
	} else if (!strcmp(w.word[1], "publish")) {
		st = publish(m, &w, &scope, notes, &why);
	} else if (!strcmp(w.word[1], "move") && scope_text) {
		st = move(m, &w, &scope, notes, &why);
	} else if (!strcmp(w.word[1], "set") || !strcmp(w.word[1], "unset")) {
		for (i = 3; !st && i < w.count; i++)
			st = stage(m, w.word[i], scope_text, notes, &why);
	} else {
		st = spp_fail(&why, SPP_UNSUPPORTED, "it is not staged here");
	}
	for (i = from + 1; i < m->steps; i++)
		m->step[i].more = true;
	if (!st)
		return SPP_OK;
	if (m->steps > from)
		cli_model_undo(m);
	return spp_fail_from(err, st, &why, "%s; the fix is: %s",
			     why.status ? why.text : "it fails", remedy);
}
