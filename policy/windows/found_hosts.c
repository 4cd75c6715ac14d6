/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/windows/found_hosts.h"

#include <string.h>

#include "policy/model/effective.h"

static const enum spp_setting_id cached[SPP_FOUND_HOSTS_VALUES] = {
	SPP_SETTING_CACHED_HOST,
	SPP_SETTING_CACHED_PORT,
	SPP_SETTING_CACHED_ADDRESS,
};

static const enum spp_setting_id chosen[] = {
	SPP_SETTING_KMS_HOST,
	SPP_SETTING_KMS_PORT,
	SPP_SETTING_LOOKUP_DOMAIN,
};
#define CHOSEN (sizeof(chosen) / sizeof(chosen[0]))

/* Settings that scripts and emulators write into the NetworkService hive. */
static const enum spp_setting_id set_there[] = {
	SPP_SETTING_KMS_HOST,
	SPP_SETTING_KMS_PORT,
};
#define SET_THERE (sizeof(set_there) / sizeof(set_there[0]))

/* Places in which single applications and SKUs can have a host. */
static const enum spp_place overriding[] = { SPP_PLACE_SPP, SPP_PLACE_OSPP,
					     SPP_PLACE_WOW };
#define OVERRIDING (sizeof(overriding) / sizeof(overriding[0]))

const struct spp_setting *spp_found_hosts_setting(size_t i)
{
	return &spp_settings[cached[i]];
}

bool spp_found_hosts_has(const struct spp_setting *setting)
{
	size_t i;

	for (i = 0; i < SPP_FOUND_HOSTS_VALUES; i++)
		if (setting == spp_found_hosts_setting(i))
			return true;
	return false;
}

static enum spp_status wish_away(struct spp_policy *want,
				 const struct spp_scope *scope,
				 const enum spp_setting_id *id, size_t count,
				 struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < count; i++)
		st = spp_policy_wish(want, scope, &spp_settings[id[i]],
				     SPP_ABSENT, err);
	return st;
}

/* Wishes the values of a scope and of everything below it gone. */
static enum spp_status forget_below(struct spp_policy *want,
				    struct spp_scope scope,
				    const enum spp_setting_id *id, size_t count,
				    struct spp_error *err)
{
	bool below = spp_places[scope.place].applications;
	enum spp_status st;

	st = wish_away(want, &scope, id, count, err);
	if (!st && below && !*scope.app) {
		strcpy(scope.app, "*");
		st = wish_away(want, &scope, id, count, err);
	}
	if (!st && below && !*scope.sku) {
		strcpy(scope.sku, "*");
		st = wish_away(want, &scope, id, count, err);
	}
	return st;
}

/* The same in every place of the NetworkService hive. */
static enum spp_status forget_in_caches(struct spp_policy *want,
					const enum spp_setting_id *id,
					size_t count, struct spp_error *err)
{
	struct spp_scope scope = SPP_SCOPE_INIT;
	enum spp_status st = SPP_OK;
	int place;

	for (place = 0; !st && place < SPP_PLACE_COUNT; place++) {
		scope.place = (enum spp_place)place;
		if (spp_place_is_cache(scope.place))
			st = forget_below(want, scope, id, count, err);
	}
	return st;
}

enum spp_status spp_found_hosts_forget(struct spp_policy *want,
				       const struct spp_scope *client,
				       struct spp_error *err)
{
	struct spp_scope scope = *client;

	scope.place = spp_effective_cache(client->place);
	return forget_below(want, scope, cached, SPP_FOUND_HOSTS_VALUES, err);
}

enum spp_status spp_found_hosts_clear(struct spp_policy *want,
				      struct spp_error *err)
{
	return forget_in_caches(want, cached, SPP_FOUND_HOSTS_VALUES, err);
}

enum spp_status spp_found_hosts_no_overrides(struct spp_policy *want,
					     struct spp_error *err)
{
	struct spp_scope application = { .app = "*" };
	struct spp_scope sku = { .app = "*", .sku = "*" };
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < OVERRIDING; i++) {
		application.place = sku.place = overriding[i];
		st = wish_away(want, &application, chosen, CHOSEN, err);
		if (!st)
			st = wish_away(want, &sku, chosen, CHOSEN, err);
	}
	return st ? st : forget_in_caches(want, set_there, SET_THERE, err);
}

size_t spp_found_hosts_count_overrides(const struct spp_policy *have)
{
	const struct spp_setting *name = &spp_settings[chosen[0]];
	size_t i, n = 0;

	for (i = 0; i < have->count; i++)
		n += have->item[i].setting == name &&
		     (*have->item[i].scope.app ||
		      spp_place_is_cache(have->item[i].scope.place));
	return n;
}
