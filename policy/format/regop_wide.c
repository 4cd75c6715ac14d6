/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wishes for every application or SKU, for formats that can look for them. */
#include <stdlib.h>
#include <string.h>

#include "policy/format/regop_private.h"

#define ANY "*"
/* Fits "*" and no id. */
#define NOBODY "?"

void spp_regop_wide_release(struct spp_regop_wide *wide)
{
	free(wide->key);
	free(wide->except);
}

/* What both ids name; NULL: nothing. */
static const char *both(const char *a, const char *b)
{
	if (!strcmp(a, ANY))
		return b;
	return !strcmp(b, ANY) || !strcmp(a, b) ? a : NULL;
}

/* The scopes that both name; false: none. */
static bool meet(const struct spp_scope *a, const struct spp_scope *b,
		 struct spp_scope *common)
{
	const char *app = both(a->app, b->app), *sku = both(a->sku, b->sku);

	if (a->place != b->place || !app || !sku || !*a->app != !*b->app ||
	    !*a->sku != !*b->sku)
		return false;
	*common = *a;
	strcpy(common->app, app);
	strcpy(common->sku, sku);
	return true;
}

/* The wish that holds for a setting where nothing names the very scope. */
static const struct spp_policy_item *wish_in(const struct spp_policy *policy,
					     struct spp_scope scope,
					     const struct spp_setting *setting)
{
	if (!strcmp(scope.app, ANY))
		strcpy(scope.app, NOBODY);
	if (!strcmp(scope.sku, ANY))
		strcpy(scope.sku, NOBODY);
	return spp_policy_wish_for(policy, &scope, setting);
}

/* Adds the scopes of the wish in which another wish holds. */
static enum spp_status except(const struct spp_policy *policy,
			      const struct spp_policy_item *item,
			      struct spp_regop_wide *wide,
			      struct spp_error *err)
{
	struct spp_scope *grown, common;
	size_t i;

	for (i = 0; i < policy->count; i++) {
		if (!meet(&item->scope, &policy->item[i].scope, &common) ||
		    wish_in(policy, common, wide->setting) == item)
			continue;
		if (wide->excepts &&
		    !spp_scope_cmp(&common, &wide->except[wide->excepts - 1]))
			continue;
		grown = realloc(wide->except,
				(wide->excepts + 1) * sizeof(*grown));
		if (!grown)
			return spp_nomem(err);
		wide->except = grown;
		grown[wide->excepts++] = common;
	}
	return SPP_OK;
}

static enum spp_status add(const struct spp_policy *policy,
			   const struct spp_policy_item *item,
			   const struct spp_setting *setting,
			   struct spp_regops *lines, struct spp_error *err)
{
	const struct spp_root_row *hive =
		&spp_root_of_role[spp_places[item->scope.place].role];
	struct spp_buf CLEANUP(spp_buf_release) path = SPP_BUF_INIT;
	struct spp_regop_wide *grown, *wide;
	enum spp_status st;

	st = spp_buf_printf(&path, err, "%s\\%s", hive->key,
			    spp_places[item->scope.place].path);
	if (st)
		return st;
	grown = realloc(lines->wide, (lines->wides + 1) * sizeof(*grown));
	if (!grown)
		return spp_nomem(err);
	lines->wide = grown;
	wide = &grown[lines->wides++];
	*wide = (struct spp_regop_wide){ .root = hive->root,
					 .key = spp_buf_take(&path),
					 .scope = item->scope,
					 .setting = setting };
	return wide->key ? except(policy, item, wide, err) : spp_nomem(err);
}

enum spp_status spp_regop_wide_make(const struct spp_policy *policy,
				    const struct spp_policy_item *item,
				    struct spp_regops *lines,
				    struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < SPP_SETTING_COUNT; i++) {
		const struct spp_setting *setting = &spp_settings[i];

		if (spp_setting_known(setting, item->scope.place) &&
		    wish_in(policy, item->scope, setting) == item)
			st = add(policy, item, setting, lines, err);
	}
	return st;
}
