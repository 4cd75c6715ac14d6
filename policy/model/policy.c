/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/model/policy.h"

#include <stdlib.h>
#include <string.h>

#include "policy/model/publish_list.h"

void spp_policy_release(struct spp_policy *policy)
{
	size_t i;

	if (!policy)
		return;
	for (i = 0; i < policy->count; i++)
		spp_value_release(&policy->item[i].value);
	free(policy->item);
	*policy = (struct spp_policy)SPP_POLICY_INIT;
}

static int compare(const struct spp_policy_item *item,
		   const struct spp_scope *scope,
		   const struct spp_setting *setting)
{
	int order = spp_scope_cmp(&item->scope, scope);

	if (order)
		return order;
	return (item->setting > setting) - (item->setting < setting);
}

/* The index of the item, or the index at which to insert it. */
static size_t position(const struct spp_policy *policy,
		       const struct spp_scope *scope,
		       const struct spp_setting *setting, bool *found)
{
	size_t lo = 0, hi = policy->count, mid;
	int order;

	*found = false;
	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		order = compare(&policy->item[mid], scope, setting);
		if (!order) {
			*found = true;
			return mid;
		}
		if (order < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Makes a gap for a new item at index at. */
static enum spp_status insert(struct spp_policy *policy, size_t at,
			      struct spp_error *err)
{
	struct spp_policy_item *grown;

	grown = realloc(policy->item, (policy->count + 1) * sizeof(*grown));
	if (!grown)
		return spp_nomem(err);
	policy->item = grown;
	memmove(grown + at + 1, grown + at,
		(policy->count - at) * sizeof(*grown));
	grown[at] = (struct spp_policy_item){ .wish = SPP_ABSENT };
	policy->count++;
	return SPP_OK;
}

enum spp_status spp_policy_set(struct spp_policy *policy,
			       const struct spp_scope *scope,
			       const struct spp_setting *setting,
			       const struct spp_value *value,
			       struct spp_error *err)
{
	struct spp_value copy = SPP_VALUE_INIT;
	struct spp_policy_item *item;
	enum spp_status st = SPP_OK;
	bool found;
	size_t at = position(policy, scope, setting, &found);

	if (value)
		st = spp_value_copy(&copy, value, err);
	if (!st && !found)
		st = insert(policy, at, err);
	if (st) {
		spp_value_release(&copy);
		return st;
	}
	item = &policy->item[at];
	spp_value_release(&item->value);
	item->scope = *scope;
	item->setting = setting;
	item->wish = value ? SPP_PRESENT : SPP_ABSENT;
	item->value = copy;
	item->where = policy->where;
	return SPP_OK;
}

static enum spp_status put(struct spp_policy *policy,
			   const struct spp_scope *scope,
			   const struct spp_setting *setting,
			   const struct spp_value *value, enum spp_wish wish,
			   struct spp_error *err)
{
	enum spp_status st = spp_policy_set(policy, scope, setting, value, err);
	bool found;

	if (!st)
		policy->item[position(policy, scope, setting, &found)].wish =
			wish;
	return st;
}

enum spp_status spp_policy_wish(struct spp_policy *policy,
				const struct spp_scope *scope,
				const struct spp_setting *setting,
				enum spp_wish wish, struct spp_error *err)
{
	return put(policy, scope, setting, NULL, wish, err);
}

enum spp_status spp_policy_offer(struct spp_policy *policy,
				 const struct spp_scope *scope,
				 const struct spp_setting *setting,
				 const struct spp_value *value,
				 struct spp_error *err)
{
	return put(policy, scope, setting, value, SPP_DEFAULT, err);
}

enum spp_status spp_policy_copy(struct spp_policy *policy,
				const struct spp_policy_item *item,
				struct spp_error *err)
{
	bool has = item->wish == SPP_PRESENT || item->wish == SPP_DEFAULT;

	return put(policy, &item->scope, item->setting,
		   has ? &item->value : NULL, item->wish, err);
}

void spp_policy_forget(struct spp_policy *policy, const struct spp_scope *scope)
{
	size_t i, kept = 0;

	for (i = 0; i < policy->count; i++) {
		if (!spp_scope_cmp(&policy->item[i].scope, scope))
			spp_value_release(&policy->item[i].value);
		else
			policy->item[kept++] = policy->item[i];
	}
	policy->count = kept;
}

void spp_policy_drop(struct spp_policy *policy, const struct spp_scope *scope,
		     const struct spp_setting *setting)
{
	bool found;
	size_t at = position(policy, scope, setting, &found);

	if (!found)
		return;
	spp_value_release(&policy->item[at].value);
	memmove(&policy->item[at], &policy->item[at + 1],
		(--policy->count - at) * sizeof(*policy->item));
}

const struct spp_policy_item *spp_policy_get(const struct spp_policy *policy,
					     const struct spp_scope *scope,
					     const struct spp_setting *setting)
{
	bool found;
	size_t at = position(policy, scope, setting, &found);

	return found ? &policy->item[at] : NULL;
}

struct spp_scope spp_policy_home(const struct spp_setting *setting)
{
	struct spp_scope scope = SPP_SCOPE_INIT;

	scope.place = setting->home;
	return scope;
}

void spp_changes_release(struct spp_changes *changes)
{
	if (!changes)
		return;
	free(changes->change);
	*changes = (struct spp_changes)SPP_CHANGES_INIT;
}

/* "*" matches any id except the empty one. */
static bool id_fits(const char *wide, const char *id)
{
	return !strcmp(wide, "*") ? *id != '\0' : !strcmp(wide, id);
}

/*
 * Specificity of a wish for a setting, 1 to 6; 0: it does not apply.  Naming
 * the setting counts more than the scope; each "*" makes the scope wider.
 */
static int fits(const struct spp_policy_item *wish, const struct spp_scope *s,
		const struct spp_setting *setting)
{
	const struct spp_scope *w = &wish->scope;
	int narrow = 3 - !strcmp(w->app, "*") - !strcmp(w->sku, "*");

	if (w->place != s->place || !id_fits(w->app, s->app) ||
	    !id_fits(w->sku, s->sku))
		return 0;
	if (wish->setting)
		return wish->setting == setting ? 3 + narrow : 0;
	if (setting->flags & SPP_STATE && !spp_place_is_cache(s->place))
		return 0;
	return narrow;
}

const struct spp_policy_item *spp_policy_wish_for(
	const struct spp_policy *want, const struct spp_scope *scope,
	const struct spp_setting *setting)
{
	const struct spp_policy_item *best = NULL;
	int narrow, best_narrow = 0;
	size_t i;

	for (i = 0; i < want->count; i++) {
		narrow = fits(&want->item[i], scope, setting);
		if (narrow > best_narrow) {
			best = &want->item[i];
			best_narrow = narrow;
		}
	}
	return best;
}

static enum spp_status add_change(struct spp_changes *changes,
				  const struct spp_policy_item *item,
				  const struct spp_value *before,
				  const struct spp_policy_item *wish,
				  struct spp_error *err)
{
	const struct spp_value *after =
		wish->wish == SPP_ABSENT ? NULL : &wish->value;
	struct spp_change *grown;

	grown = realloc(changes->change, (changes->count + 1) * sizeof(*grown));
	if (!grown)
		return spp_nomem(err);
	changes->change = grown;
	grown[changes->count++] =
		(struct spp_change){ item->scope, item->setting, before, after,
				     wish->where };
	return SPP_OK;
}

static int by_place(const void *a, const void *b)
{
	const struct spp_change *x = a, *y = b;
	int order = spp_scope_cmp(&x->scope, &y->scope);

	return order ? order
		     : (x->setting > y->setting) - (x->setting < y->setting);
}

/* Adds changes for items of have that want removes or replaces. */
static enum spp_status diff_existing(const struct spp_policy *have,
				     const struct spp_policy *want,
				     struct spp_changes *changes,
				     struct spp_error *err)
{
	const struct spp_policy_item *item, *wish;
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < have->count; i++) {
		item = &have->item[i];
		if (item->wish != SPP_PRESENT)
			continue;
		wish = spp_policy_wish_for(want, &item->scope, item->setting);
		if (!wish || wish->wish == SPP_KEEP ||
		    wish->wish == SPP_DEFAULT)
			continue;
		if (wish->wish == SPP_ABSENT ||
		    !spp_value_equal(&wish->value, &item->value))
			st = add_change(changes, item, &item->value, wish, err);
	}
	return st;
}

static enum spp_status diff_missing(const struct spp_policy *have,
				    const struct spp_policy *want,
				    struct spp_changes *changes,
				    struct spp_error *err)
{
	const struct spp_policy_item *wish, *item;
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < want->count; i++) {
		wish = &want->item[i];
		if (wish->wish != SPP_PRESENT && wish->wish != SPP_DEFAULT)
			continue;
		item = spp_policy_get(have, &wish->scope, wish->setting);
		if (!item || item->wish != SPP_PRESENT)
			st = add_change(changes, wish, NULL, wish, err);
	}
	return st;
}

enum spp_status spp_policy_diff(const struct spp_policy *have,
				const struct spp_policy *want,
				struct spp_changes *changes,
				struct spp_error *err)
{
	struct spp_changes found = SPP_CHANGES_INIT;
	enum spp_status st;

	st = diff_existing(have, want, &found, err);
	if (!st)
		st = diff_missing(have, want, &found, err);
	if (st) {
		spp_changes_release(&found);
		return st;
	}
	if (found.count)
		qsort(found.change, found.count, sizeof(*found.change),
		      by_place);
	spp_changes_release(changes);
	*changes = found;
	return SPP_OK;
}

/* "setting in scope x cannot be set: why", with the place in the file. */
static enum spp_status refuse(const struct spp_change *c, const char *why,
			      struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) scope = SPP_BUF_INIT;
	enum spp_status st = spp_scope_show(&c->scope, &scope, err);

	if (st)
		return st;
	if (c->where.source)
		return spp_fail_at(err, SPP_INVALID, c->where.source,
				   c->where.line, c->where.column,
				   "invalid value for %s in scope %s: %s",
				   c->setting->name, spp_buf_text(&scope), why);
	return spp_fail(err, SPP_INVALID,
			"invalid value for %s in scope %s: %s",
			c->setting->name, spp_buf_text(&scope), why);
}

/*
 * Appends the first malformed entry and its flaw; nothing if there is none.
 * Leading zeros are only noted: they may be in a list, as they may be typed.
 */
static enum spp_status name_entry(const struct spp_value *value,
				  struct spp_notes *notes, struct spp_buf *out,
				  struct spp_error *err)
{
	struct spp_publish_list CLEANUP(spp_publish_list_release) list =
		SPP_PUBLISH_LIST_INIT;
	enum spp_status st = spp_publish_list_read(value, &list, err);
	size_t i;

	for (i = 0; !st && !out->size && i < list.count; i++) {
		unsigned int flaws = list.entry[i].flaws;

		if (flaws == SPP_FLAW_ZEROS)
			spp_note(notes,
				 "entry %zu, '%.200s': leading zeros are read "
				 "as decimal; how the service reads them is "
				 "not documented",
				 i + 1, list.entry[i].text);
		else if (flaws)
			st = spp_buf_printf(out, err, "entry %zu, '%.200s': %s",
					    i + 1, list.entry[i].text,
					    spp_flaws_text(flaws));
	}
	return st;
}

static enum spp_status allowed(const struct spp_change *c,
			       struct spp_notes *notes, struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) why = SPP_BUF_INIT;
	enum spp_status st = SPP_OK;
	unsigned int odd, entries = SPP_ODD_ENTRY | SPP_ODD_DUPLICATE,
			  short_before = spp_memory_shortages();

	if (!c->after)
		return SPP_OK;
	if (!spp_setting_settable(c->setting, c->scope.place))
		return refuse(c,
			      spp_places[c->scope.place].is_mistaken
				      ? "nothing reads that key; it can be "
					"removed, not set"
				      : "Windows itself keeps it; it can be "
					"removed, not set",
			      err);
	odd = spp_setting_examine(c->setting, c->after);
	if (odd && spp_memory_shortages() != short_before)
		return spp_nomem(err);
	if (odd & entries)
		st = name_entry(c->after, notes, &why, err);
	if (!why.size)
		odd &= ~entries;
	if (!st && odd && !why.size)
		st = spp_buf_puts(
			&why, spp_oddity_text((unsigned int)__builtin_ctz(odd)),
			err);
	if (!st && !odd && c->after->size > SPP_VALUE_MAX)
		st = spp_buf_printf(&why, err, "%zu bytes; the most is %d",
				    c->after->size, SPP_VALUE_MAX);
	if (st || !why.size)
		return st;
	return refuse(c, spp_buf_text(&why), err);
}

enum spp_status spp_changes_allowed(const struct spp_changes *changes,
				    struct spp_notes *notes,
				    struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < changes->count; i++)
		st = allowed(&changes->change[i], notes, err);
	return st;
}

enum spp_status spp_policy_close(struct spp_policy *want,
				 const struct spp_policy *have,
				 struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < have->count; i++)
		if (!spp_policy_get(want, &have->item[i].scope,
				    have->item[i].setting))
			st = spp_policy_set(want, &have->item[i].scope,
					    have->item[i].setting, NULL, err);
	return st;
}
