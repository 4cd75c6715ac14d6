/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes registry operations from a policy. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "policy/format/regop_private.h"

void spp_regops_release(struct spp_regops *lines)
{
	size_t i;

	if (!lines)
		return;
	for (i = 0; i < lines->count; i++)
		free(lines->key[i]);
	for (i = 0; i < lines->wides; i++)
		spp_regop_wide_release(&lines->wide[i]);
	free(lines->key);
	free(lines->line);
	free(lines->wide);
	spp_policy_release(&lines->policy);
	*lines = (struct spp_regops)SPP_REGOPS_INIT;
}

/* Takes key. */
static enum spp_status append(struct spp_regops *lines,
			      const struct spp_regop *line, char *key,
			      struct spp_error *err)
{
	struct spp_regop *line_grown;
	char **key_grown;

	line_grown =
		realloc(lines->line, (lines->count + 1) * sizeof(*line_grown));
	if (line_grown)
		lines->line = line_grown;
	key_grown =
		realloc(lines->key, (lines->count + 1) * sizeof(*key_grown));
	if (key_grown)
		lines->key = key_grown;
	if (!line_grown || !key_grown) {
		free(key);
		return spp_nomem(err);
	}
	lines->line[lines->count] = *line;
	lines->line[lines->count].key = key;
	lines->key[lines->count++] = key;
	return SPP_OK;
}

static enum spp_status add(struct spp_regops *lines,
			   const struct spp_policy_item *item,
			   struct spp_error *err)
{
	const struct spp_root_row *hive =
		&spp_root_of_role[spp_places[item->scope.place].role];
	struct spp_regop line = { .op = SPP_REGOP_DELETE,
				  .root = hive->root,
				  .name = item->setting->value,
				  .setting = item->setting };
	struct spp_buf CLEANUP(spp_buf_release) path = SPP_BUF_INIT;
	enum spp_status st;
	char *key;

	if (item->wish != SPP_ABSENT) {
		line.op = item->wish == SPP_DEFAULT ? SPP_REGOP_OFFER
						    : SPP_REGOP_SET;
		line.value = &item->value;
	}
	st = spp_buf_printf(&path, err, "%s\\", hive->key);
	if (!st)
		st = spp_scope_path(&item->scope, &path, err);
	if (st)
		return st;
	key = spp_buf_take(&path);
	return key ? append(lines, &line, key, err) : spp_nomem(err);
}

/*
 * Spells out "nothing else here" as a deletion for each setting that it
 * reaches.
 */
static enum spp_status spell_out(const struct spp_policy *policy,
				 const struct spp_policy_item *item,
				 struct spp_policy *to, struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < SPP_SETTING_COUNT; i++)
		if (spp_setting_known(&spp_settings[i], item->scope.place) &&
		    spp_policy_wish_for(policy, &item->scope,
					&spp_settings[i]) == item)
			st = spp_policy_set(to, &item->scope, &spp_settings[i],
					    NULL, err);
	return st;
}

static enum spp_status refuse(const struct spp_policy_item *item,
			      const struct spp_regops_rules *rules,
			      const char *why, struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) scope = SPP_BUF_INIT;

	spp_scope_show(&item->scope, &scope, NULL);
	return spp_fail(
		err, SPP_INVALID,
		"format %s cannot express the wish for %s in scope '%s': %s",
		rules->format,
		item->setting ? item->setting->name : "everything",
		spp_buf_text(&scope), why);
}

static enum spp_status check(const struct spp_policy_item *item,
			     const struct spp_regops_rules *rules,
			     struct spp_error *err)
{
	enum spp_role role = spp_places[item->scope.place].role;

	if (item->wish == SPP_KEEP)
		return SPP_OK; /* it only exempts from a deletion */
	if (!rules->users && spp_root_of_role[role].root == SPP_ROOT_USERS)
		return refuse(item, rules,
			      "it is in a user's hive, not in the machine's",
			      err);
	if (!rules->offers && item->wish == SPP_DEFAULT)
		return refuse(item, rules, "a value only where there is none",
			      err);
	return SPP_OK;
}

/* A copy of the policy with only what lines can express. */
static enum spp_status narrow(const struct spp_policy *policy,
			      const struct spp_policy_item *item,
			      struct spp_policy *to, struct spp_error *err)
{
	if (item->wish == SPP_KEEP)
		return SPP_OK;
	if (item->wish == SPP_ABSENT && !item->setting)
		return spell_out(policy, item, to, err);
	return spp_policy_copy(to, item, err);
}

static enum spp_status make(const struct spp_policy *policy,
			    const struct spp_regops_rules *rules,
			    struct spp_regops *lines, struct spp_notes *notes,
			    struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i, wide = 0;

	for (i = 0; !st && i < policy->count; i++) {
		/*
		 * A line names one key, and a file cannot know which ids exist.
		 */
		if (spp_scope_is_wide(&policy->item[i].scope)) {
			if (policy->item[i].wish == SPP_KEEP)
				continue;
			if (rules->loops)
				st = spp_regop_wide_make(
					policy, &policy->item[i], lines, err);
			else
				wide++;
			continue;
		}
		st = check(&policy->item[i], rules, err);
		if (!st)
			st = narrow(policy, &policy->item[i], &lines->policy,
				    err);
	}
	for (i = 0; !st && i < lines->policy.count; i++)
		st = add(lines, &lines->policy.item[i], err);
	if (!st && wide)
		spp_note(notes,
			 "format %s cannot name every application or SKU: %zu "
			 "%s left out",
			 rules->format, wide,
			 wide == 1 ? "wish is" : "wishes are");
	return st;
}

enum spp_status spp_regops_make(const struct spp_policy *policy,
				const struct spp_regops_rules *rules,
				struct spp_regops *lines,
				struct spp_notes *notes, struct spp_error *err)
{
	struct spp_regops made = SPP_REGOPS_INIT;
	enum spp_status st = make(policy, rules, &made, notes, err);

	if (st) {
		spp_regops_release(&made);
		return st;
	}
	spp_regops_release(lines);
	*lines = made;
	return SPP_OK;
}

void spp_regops_warn_of_tattoos(const struct spp_regops *lines,
				struct spp_notes *notes)
{
	static const char managed[] = "SOFTWARE\\Policies\\";
	size_t i, count = 0;

	for (i = 0; i < lines->count; i++)
		if (lines->line[i].value &&
		    strncasecmp(lines->line[i].key, managed,
				sizeof(managed) - 1))
			count++;
	if (count)
		spp_note(notes,
			 "%zu %s outside the Policies keys: Group Policy "
			 "keeps such values when the GPO no longer applies "
			 "(tattooing); preferences (format gpp) can remove "
			 "them again",
			 count, count == 1 ? "value lies" : "values lie");
}
