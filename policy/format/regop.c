/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads registry operations; regop_make.c writes them. */
#include "policy/format/regop.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "policy/format/regop_private.h"

/* The root and key under which a running Windows mounts each hive. */
const struct spp_root_row spp_root_of_role[SPP_ROLE_COUNT] = {
	[SPP_ROLE_SOFTWARE] = { SPP_ROOT_MACHINE, "SOFTWARE" },
	[SPP_ROLE_SYSTEM] = { SPP_ROOT_MACHINE, "SYSTEM" },
	[SPP_ROLE_NETSVC] = { SPP_ROOT_USERS, "S-1-5-20" },
};

static const struct {
	const char *name, *brief;
	enum spp_root root;
} roots[] = {
	{ "HKEY_LOCAL_MACHINE", "HKLM", SPP_ROOT_MACHINE },
	{ "HKEY_USERS", "HKU", SPP_ROOT_USERS },
};

static const char *const op_words[] = {
	[SPP_REGOP_SET] = "",
	[SPP_REGOP_OFFER] = "",
	[SPP_REGOP_DELETE] = "delete ",
	[SPP_REGOP_DELETE_VALUES] = "delete all values of ",
	[SPP_REGOP_DELETE_KEY] = "delete key ",
	[SPP_REGOP_CREATE_KEY] = "create key ",
};

const char *spp_root_name(enum spp_root root)
{
	size_t i;

	for (i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
		if (roots[i].root == root)
			return roots[i].name;
	return NULL;
}

enum spp_root spp_root_find(const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
		if ((strlen(roots[i].name) == n &&
		     !strncasecmp(roots[i].name, name, n)) ||
		    (strlen(roots[i].brief) == n &&
		     !strncasecmp(roots[i].brief, name, n)))
			return roots[i].root;
	return SPP_ROOT_OTHER;
}

/* The key of a place below this root; false if it is elsewhere. */
static bool place_key(enum spp_place place, enum spp_root root,
		      char key[PLACE_KEY])
{
	const struct spp_place_row *row = &spp_places[place];
	const struct spp_root_row *hive = &spp_root_of_role[row->role];

	if (root == SPP_ROOT_HIVE)
		snprintf(key, PLACE_KEY, "%s", row->path);
	else if (root == hive->root)
		snprintf(key, PLACE_KEY, "%s\\%s", hive->key, row->path);
	else
		return false;
	return true;
}

/* The rest of lower if it is upper or below it, or NULL. */
static const char *below(const char *upper, const char *lower)
{
	size_t n = strlen(upper);

	if (strncasecmp(upper, lower, n) || (lower[n] && lower[n] != '\\'))
		return NULL;
	return lower + n;
}

/* Reads a backslash and an id; *rest moves past them. */
static bool take_id(const char **rest, char guid[SPP_GUID_SIZE])
{
	char part[SPP_GUID_SIZE];
	size_t n;

	if (**rest != '\\')
		return false;
	n = strcspn(*rest + 1, "\\");
	if (n != SPP_GUID_SIZE - 1)
		return false;
	memcpy(part, *rest + 1, n);
	part[n] = '\0';
	*rest += n + 1;
	return spp_guid_parse(part, guid);
}

/* The scope whose key this is; false if it is none's. */
static bool find_scope(const struct spp_regop *line, struct spp_scope *scope)
{
	char key[PLACE_KEY];
	const char *rest;
	int place;

	for (place = 0; place < SPP_PLACE_COUNT; place++) {
		*scope = (struct spp_scope){ .place = (enum spp_place)place };
		if (!place_key(scope->place, line->root, key))
			continue;
		rest = below(key, line->key);
		if (!rest)
			continue;
		if (!*rest)
			return true;
		if (spp_places[place].applications &&
		    take_id(&rest, scope->app) &&
		    (!*rest || (take_id(&rest, scope->sku) && !*rest)))
			return true;
	}
	return false;
}

static bool locate(const struct spp_regop *line, struct spp_scope *scope,
		   const struct spp_setting **setting)
{
	*setting = spp_setting_of_value(line->name);
	return *setting && find_scope(line, scope) &&
	       spp_setting_known(*setting, scope->place);
}

/* Whether deleting the key also deletes a scope. */
static bool holds_scopes(const struct spp_regop *line)
{
	struct spp_scope scope;
	char key[PLACE_KEY];
	int place;

	if (find_scope(line, &scope))
		return true;
	for (place = 0; place < SPP_PLACE_COUNT; place++)
		if (place_key((enum spp_place)place, line->root, key) &&
		    below(line->key, key))
			return true;
	return false;
}

bool spp_regop_is_ours(const struct spp_regop *line)
{
	const struct spp_setting *setting;
	struct spp_scope scope;

	switch (line->op) {
	case SPP_REGOP_SET:
	case SPP_REGOP_OFFER:
	case SPP_REGOP_DELETE:
		return locate(line, &scope, &setting);
	case SPP_REGOP_DELETE_VALUES:
	case SPP_REGOP_CREATE_KEY:
		return find_scope(line, &scope);
	case SPP_REGOP_DELETE_KEY:
		return holds_scopes(line);
	}
	return false;
}

static void list_foreign(const struct spp_regop *line,
			 struct spp_import *import)
{
	const char *root = spp_root_name(line->root);
	bool value = line->op == SPP_REGOP_SET || line->op == SPP_REGOP_OFFER ||
		     line->op == SPP_REGOP_DELETE;

	spp_import_foreign(import, "%s%s%s%s%s%s", op_words[line->op],
			   root ? root : "", root ? "\\" : "", line->key,
			   value ? "\\" : "",
			   !value	 ? ""
			   : *line->name ? line->name
					 : "(Default)");
}

static enum spp_status take_value(const struct spp_regop *line,
				  const struct spp_scope *scope,
				  const struct spp_setting *setting,
				  struct spp_policy *policy,
				  struct spp_error *err)
{
	const struct spp_policy_item *before;

	if (line->op == SPP_REGOP_DELETE)
		return spp_policy_set(policy, scope, setting, NULL, err);
	before = spp_policy_get(policy, scope, setting);
	if (line->op == SPP_REGOP_OFFER && !before)
		before = spp_policy_wish_for(policy, scope, setting);
	/*
	 * Create after Delete sets the value; Create after a value does
	 * nothing.
	 */
	if (line->op == SPP_REGOP_OFFER && before && before->wish != SPP_ABSENT)
		return SPP_OK;
	if (line->op == SPP_REGOP_OFFER && !before)
		return spp_policy_offer(policy, scope, setting, line->value,
					err);
	return spp_policy_set(policy, scope, setting, line->value, err);
}

/* Forgets earlier wishes for a scope, and wishes it empty. */
static enum spp_status clear_scope(const struct spp_scope *scope,
				   struct spp_policy *policy,
				   struct spp_error *err)
{
	spp_policy_forget(policy, scope);
	return spp_policy_wish(policy, scope, NULL, SPP_ABSENT, err);
}

/* Forgets earlier wishes for scopes below this one. */
static void forget_below(const struct spp_scope *scope,
			 struct spp_policy *policy)
{
	size_t i = policy->count;
	struct spp_scope s;

	while (i-- > 0) {
		if (i >= policy->count)
			continue;
		s = policy->item[i].scope;
		if (s.place == scope->place &&
		    (!*scope->app || !strcasecmp(s.app, scope->app)) &&
		    (!*scope->sku || !strcasecmp(s.sku, scope->sku)))
			spp_policy_forget(policy, &s);
	}
}

/* Clears a scope and every scope below it. */
static enum spp_status clear_below(const struct spp_scope *scope,
				   struct spp_policy *policy,
				   struct spp_error *err)
{
	struct spp_scope wide = *scope;
	enum spp_status st;

	forget_below(scope, policy);
	st = clear_scope(scope, policy, err);
	if (st || !spp_places[scope->place].applications || *scope->sku)
		return st;
	if (!*wide.app) {
		strcpy(wide.app, "*");
		st = clear_scope(&wide, policy, err);
	}
	strcpy(wide.sku, "*");
	return st ? st : clear_scope(&wide, policy, err);
}

static enum spp_status take_key_deletion(const struct spp_regop *line,
					 struct spp_policy *policy,
					 struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	struct spp_scope scope;
	char key[PLACE_KEY];
	int place;

	if (find_scope(line, &scope))
		st = clear_below(&scope, policy, err);
	for (place = 0; !st && place < SPP_PLACE_COUNT; place++) {
		if (!place_key((enum spp_place)place, line->root, key) ||
		    !below(line->key, key))
			continue;
		scope = (struct spp_scope){ .place = (enum spp_place)place };
		st = clear_below(&scope, policy, err);
	}
	return st;
}

static enum spp_status take_ours(const struct spp_regop *line,
				 struct spp_policy *policy,
				 struct spp_import *import,
				 struct spp_error *err)
{
	const struct spp_setting *setting;
	struct spp_scope scope;

	if (line->op == SPP_REGOP_CREATE_KEY)
		return SPP_OK; /* apply creates the keys that it needs */
	if (line->op != SPP_REGOP_DELETE_KEY &&
	    line->op != SPP_REGOP_DELETE_VALUES) {
		locate(line, &scope, &setting);
		return take_value(line, &scope, setting, policy, err);
	}
	if (import->cleared++ >= SPP_CLEARED_MAX)
		return spp_fail(err, SPP_LIMIT, "more than %d keys to clear",
				SPP_CLEARED_MAX);
	spp_import_note(
		import,
		"'%s' is to be cleared; sppctl removes only the settings in it",
		line->key);
	if (line->op == SPP_REGOP_DELETE_KEY)
		return take_key_deletion(line, policy, err);
	find_scope(line, &scope);
	return clear_scope(&scope, policy, err);
}

enum spp_status spp_regop_take(const struct spp_regop *line,
			       struct spp_policy *policy,
			       struct spp_import *import, struct spp_error *err)
{
	if (!spp_regop_is_ours(line)) {
		list_foreign(line, import);
		return SPP_OK;
	}
	policy->where = line->where;
	if (policy->count >= SPP_REGOP_MAX)
		return spp_fail(err, SPP_LIMIT, "more than %d settings",
				SPP_REGOP_MAX);
	return take_ours(line, policy, import, err);
}

enum spp_status spp_regop_finish(struct spp_policy *policy,
				 struct spp_document *document,
				 struct spp_import *import,
				 struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	const char *example = NULL;
	enum spp_place wrong = SPP_PLACE_SPP;
	size_t i, kept = 0, moved = 0, mistaken = 0;

	for (i = 0; !st && i < policy->count; i++) {
		struct spp_policy_item *item = &policy->item[i];

		if (item->value.data &&
		    !spp_setting_travels(item->setting, item->scope.place)) {
			if (!spp_places[item->scope.place].is_mistaken) {
				example = item->setting->value;
				moved++;
			} else if (!mistaken++) {
				wrong = item->scope.place;
			}
			st = spp_policy_set(&document->observed, &item->scope,
					    item->setting, &item->value, err);
			spp_value_release(&item->value);
		} else {
			policy->item[kept++] = *item;
		}
	}
	if (st) /* the rest still belongs to the policy */
		while (i < policy->count)
			policy->item[kept++] = policy->item[i++];
	policy->count = kept;
	if (moved)
		spp_note(&import->notes,
			 "%zu %s of one machine alone, such as %s, %s judged, "
			 "not applied to another",
			 moved, moved == 1 ? "value" : "values", example,
			 moved == 1 ? "is" : "are");
	if (mistaken)
		spp_note(&import->notes,
			 "%zu %s in '%s', which nothing reads: judged, not "
			 "applied",
			 mistaken, mistaken == 1 ? "value is" : "values are",
			 spp_places[wrong].path);
	if (st)
		return st;
	document->policy = *policy;
	*policy = (struct spp_policy)SPP_POLICY_INIT;
	return SPP_OK;
}

enum spp_status spp_regop_read(
	const struct spp_input *in, struct spp_document *document,
	struct spp_import *import,
	enum spp_status (*read)(struct spp_regop_text *text),
	struct spp_error *err)
{
	struct spp_regop_text text = { .in = in, .import = import, .err = err };
	enum spp_status st =
		spp_lines_open(in->name, in->data, in->size, &text.lines, err);

	if (!st)
		st = read(&text);
	if (!st)
		st = spp_regop_finish(&text.policy, document, import, err);
	spp_policy_release(&text.policy);
	spp_lines_release(&text.lines);
	return st;
}

enum spp_status spp_regop_broken(struct spp_regop_text *text, const char *what)
{
	return spp_fail_at(text->err, SPP_CORRUPT, text->in->name,
			   text->lines.line, 0, "%s", what);
}
