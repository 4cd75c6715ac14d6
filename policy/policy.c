/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/policy.h"

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
	grown[at] = (struct spp_policy_item){ .absent = true };
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
	item->absent = !value;
	item->value = copy;
	return SPP_OK;
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

static bool same(const struct spp_value *a, const struct spp_value *b)
{
	return a && b ? spp_value_equal(a, b) : a == b;
}

enum spp_status spp_policy_diff(const struct spp_policy *have,
				const struct spp_policy *want,
				struct spp_changes *changes,
				struct spp_error *err)
{
	const struct spp_policy_item *w, *h;
	const struct spp_value *before, *after;
	struct spp_changes found;
	size_t i;

	found.count = 0;
	found.change = calloc(want->count + 1, sizeof(*found.change));
	if (!found.change)
		return spp_nomem(err);
	for (i = 0; i < want->count; i++) {
		w = &want->item[i];
		h = spp_policy_get(have, &w->scope, w->setting);
		before = h && !h->absent ? &h->value : NULL;
		after = w->absent ? NULL : &w->value;
		if (same(before, after))
			continue;
		found.change[found.count++] =
			(struct spp_change){ w->scope, w->setting, before,
					     after };
	}
	spp_changes_release(changes);
	*changes = found;
	return SPP_OK;
}
