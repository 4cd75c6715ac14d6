/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/model/policy.h"

#include <stdlib.h>
#include <string.h>

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

/* Where the item is, or where it would have to be. */
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

/* Opens a gap for a new item at index. */
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
	return SPP_OK;
}

enum spp_status spp_policy_wish(struct spp_policy *policy,
				const struct spp_scope *scope,
				const struct spp_setting *setting,
				enum spp_wish wish, struct spp_error *err)
{
	enum spp_status st = spp_policy_set(policy, scope, setting, NULL, err);
	bool found;

	if (!st)
		policy->item[position(policy, scope, setting, &found)].wish =
			wish;
	return st;
}

enum spp_status spp_policy_offer(struct spp_policy *policy,
				 const struct spp_scope *scope,
				 const struct spp_setting *setting,
				 const struct spp_value *value,
				 struct spp_error *err)
{
	enum spp_status st = spp_policy_set(policy, scope, setting, value, err);
	bool found;

	if (!st)
		policy->item[position(policy, scope, setting, &found)].wish =
			SPP_DEFAULT;
	return st;
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

/* "*" fits any id but none at all. */
static bool id_fits(const char *wide, const char *id)
{
	return !strcmp(wide, "*") ? *id != '\0' : !strcmp(wide, id);
}

/* How narrow a wish for a setting is; 0 if it is none for it. */
static int fits(const struct spp_policy_item *wish, const struct spp_scope *s,
		const struct spp_setting *setting)
{
	const struct spp_scope *w = &wish->scope;
	bool wide_scope = !strcmp(w->app, "*") || !strcmp(w->sku, "*");

	if (w->place != s->place || !id_fits(w->app, s->app) ||
	    !id_fits(w->sku, s->sku))
		return 0;
	if (wish->setting)
		return wish->setting != setting ? 0 : wide_scope ? 3 : 4;
	if (setting->flags & SPP_STATE && !spp_place_is_cache(s->place))
		return 0;
	return wide_scope ? 1 : 2;
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
				  const struct spp_value *after,
				  struct spp_error *err)
{
	struct spp_change *grown;

	grown = realloc(changes->change, (changes->count + 1) * sizeof(*grown));
	if (!grown)
		return spp_nomem(err);
	changes->change = grown;
	grown[changes->count++] =
		(struct spp_change){ item->scope, item->setting, before,
				     after };
	return SPP_OK;
}

static int by_place(const void *a, const void *b)
{
	const struct spp_change *x = a, *y = b;
	int order = spp_scope_cmp(&x->scope, &y->scope);

	return order ? order
		     : (x->setting > y->setting) - (x->setting < y->setting);
}

/* What is there and should not be, or should be something else. */
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
		if (wish->wish == SPP_ABSENT)
			st = add_change(changes, item, &item->value, NULL, err);
		else if (!spp_value_equal(&wish->value, &item->value))
			st = add_change(changes, item, &item->value,
					&wish->value, err);
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
			st = add_change(changes, wish, NULL, &wish->value, err);
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

static enum spp_status allowed(const struct spp_change *c,
			       struct spp_error *err)
{
	unsigned int odd;

	if (!c->after)
		return SPP_OK;
	if (c->setting->flags & SPP_STATE)
		return spp_fail(err, SPP_INVALID,
				"%s is kept by Windows itself; it can be "
				"removed, not set",
				c->setting->name);
	odd = spp_setting_examine(c->setting, c->after);
	if (odd && spp_memory_ran_out())
		return spp_nomem(err);
	if (odd)
		return spp_fail(
			err, SPP_INVALID,
			"%s would get a value that is wrong: %s",
			c->setting->name,
			spp_oddity_text((unsigned int)__builtin_ctz(odd)));
	if (c->after->size > SPP_VALUE_MAX)
		return spp_fail(err, SPP_INVALID,
				"%s would get %zu bytes; the most is %d",
				c->setting->name, c->after->size,
				SPP_VALUE_MAX);
	return SPP_OK;
}

enum spp_status spp_changes_allowed(const struct spp_changes *changes,
				    struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < changes->count; i++)
		st = allowed(&changes->change[i], err);
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
