/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/model/effective.h"

#include <string.h>

#include "policy/model/build.h"

/* Each service, with the place of its settings and of its cache. */
static const struct {
	enum spp_place place, cache;
} services[] = {
	{ SPP_PLACE_SPP, SPP_PLACE_CACHE },
	{ SPP_PLACE_OSPP, SPP_PLACE_CACHE_OSPP },
	{ SPP_PLACE_SL, SPP_PLACE_CACHE_SL },
};
#define SERVICES (sizeof(services) / sizeof(services[0]))

static const char *const step_names[SPP_ASKED_MAX] = {
	[SPP_STEP_SKU] = "sku",	      [SPP_STEP_APPLICATION] = "application",
	[SPP_STEP_GLOBAL] = "global", [SPP_STEP_CACHE] = "cache",
	[SPP_STEP_DNS] = "dns",	      [SPP_STEP_AD] = "active-directory",
	[SPP_STEP_TOKEN] = "token",
};

const char *spp_step_name(enum spp_step step)
{
	return step_names[step];
}

enum spp_place spp_effective_cache(enum spp_place place)
{
	size_t i;

	for (i = 0; i < SERVICES; i++)
		if (services[i].place == place)
			return services[i].cache;
	return SPP_PLACE_CACHE;
}

/* The scope of a step; false if this client does not have the step. */
static bool scope_of(const struct spp_scope *client, enum spp_step step,
		     struct spp_scope *scope)
{
	*scope = *client;
	switch (step) {
	case SPP_STEP_SKU:
		return *client->sku;
	case SPP_STEP_APPLICATION:
		scope->sku[0] = '\0';
		return *client->app;
	case SPP_STEP_GLOBAL:
		scope->app[0] = scope->sku[0] = '\0';
		return true;
	case SPP_STEP_CACHE:
		scope->place = spp_effective_cache(client->place);
		return true;
	case SPP_STEP_DNS:
		break;
	}
	return false;
}

static const struct spp_policy_item *present(const struct spp_policy *have,
					     const struct spp_scope *scope,
					     const struct spp_setting *setting)
{
	const struct spp_policy_item *item =
		spp_policy_get(have, scope, setting);

	return item && item->wish == SPP_PRESENT ? item : NULL;
}

/* A host or domain name; one that is empty or not a text counts as absent. */
static const struct spp_policy_item *present_name(const struct spp_policy *have,
						  const struct spp_scope *scope,
						  enum spp_setting_id id)
{
	const struct spp_policy_item *item =
		present(have, scope, &spp_settings[id]);
	char CLEANUP(spp_free_string) *text = NULL;

	if (!item || (item->value.type != SPP_REG_SZ &&
		      item->value.type != SPP_REG_EXPAND_SZ))
		return NULL;
	if (spp_value_get_text(&item->value, &text, NULL, NULL) || !*text)
		return NULL;
	return item;
}

const struct spp_policy_item *spp_effective_item(
	const struct spp_policy *have, const struct spp_scope *client,
	const struct spp_setting *setting)
{
	const struct spp_policy_item *item = NULL;
	struct spp_scope scope;
	int step;

	for (step = SPP_STEP_SKU; !item && step <= SPP_STEP_GLOBAL; step++)
		if (scope_of(client, (enum spp_step)step, &scope))
			item = present(have, &scope, setting);
	return item;
}

/* Caching is a setting of the service, not of a SKU. */
static bool is_caching(const struct spp_policy *have,
		       const struct spp_scope *client)
{
	struct spp_scope root = { .place = client->place };
	const struct spp_policy_item *item =
		present(have, &root, &spp_settings[SPP_SETTING_HOST_CACHING]);
	uint32_t off;

	return !item || !spp_setting_number(&item->value, &off) || !off;
}

static void take_step(const struct spp_policy *have, enum spp_step step,
		      struct spp_effective *e)
{
	bool cache = step == SPP_STEP_CACHE;
	const struct spp_setting *port =
		&spp_settings[cache ? SPP_SETTING_CACHED_PORT
				    : SPP_SETTING_KMS_PORT];

	e->asked[step] = scope_of(&e->client, step, &e->scope[step]);
	if (!e->asked[step])
		return;
	e->host[step] = present_name(have, &e->scope[step],
				     cache ? SPP_SETTING_CACHED_HOST
					   : SPP_SETTING_KMS_HOST);
	e->port[step] = present(have, &e->scope[step], port);
	if (cache)
		e->asked[step] = e->caching;
}

void spp_effective_find(const struct spp_policy *have,
			const struct spp_scope *client,
			struct spp_effective *effective)
{
	struct spp_effective e = { .client = *client, .wins = SPP_STEP_DNS };
	struct spp_scope scope;
	int step;

	e.caching = is_caching(have, client);
	for (step = SPP_STEP_CACHE; step >= 0; step--) {
		take_step(have, (enum spp_step)step, &e);
		if (e.asked[step] && e.host[step])
			e.wins = (enum spp_step)step;
	}
	for (step = SPP_STEP_SKU; !e.domain && step <= SPP_STEP_GLOBAL; step++)
		if (scope_of(client, (enum spp_step)step, &scope))
			e.domain = present_name(have, &scope,
						SPP_SETTING_LOOKUP_DOMAIN);
	e.asked[SPP_STEP_DNS] = true;
	*effective = e;
}

enum spp_status spp_effective_show(const struct spp_effective *e,
				   enum spp_step step, struct spp_buf *out,
				   struct spp_error *err)
{
	const struct spp_policy_item *host = e->host[step];
	const struct spp_policy_item *port = e->port[step];
	enum spp_status st;

	if (!host)
		return SPP_OK;
	st = spp_setting_show(host->setting, &host->value, SPP_TERMS_OWN, out,
			      err);
	return st ? st
		  : spp_buf_printf(out, err, ":%u",
				   spp_setting_holds(
					   &spp_settings[SPP_SETTING_KMS_PORT],
					   port ? &port->value : NULL));
}

bool spp_effective_reads(uint32_t build, enum spp_place place)
{
	bool vista = build >= SPP_BUILD_VISTA && build < SPP_BUILD_7;

	if (place == SPP_PLACE_WINDOWSNT)
		return false;
	if (place == SPP_PLACE_SL || place == SPP_PLACE_CACHE_SL)
		return build < SPP_BUILD_7;
	return (place != SPP_PLACE_SPP && place != SPP_PLACE_CACHE) || !vista;
}

const struct spp_policy_item *spp_effective_machine(
	const struct spp_policy *have, uint32_t build, enum spp_setting_id id)
{
	struct spp_scope scope = spp_policy_home(&spp_settings[id]);

	if (!spp_effective_reads(build, scope.place))
		scope.place = SPP_PLACE_SL;
	return present(have, &scope, &spp_settings[id]);
}

enum spp_hosting spp_effective_hosting(const struct spp_policy *have,
				       uint32_t build)
{
	static const enum spp_place places[] = { SPP_PLACE_SPP, SPP_PLACE_WOW,
						 SPP_PLACE_SL };
	struct spp_scope scope = SPP_SCOPE_INIT;
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		scope.place = places[i];
		if (spp_effective_reads(build, scope.place) &&
		    present(have, &scope,
			    &spp_settings[SPP_SETTING_HOST_VERSION]))
			return SPP_SURE_HOST;
	}
	return spp_effective_machine(have, build, SPP_SETTING_PUBLISH_LIST) ||
			       spp_effective_machine(have, build,
						     SPP_SETTING_LISTENING_PORT)
		       ? SPP_MAYBE_HOST
		       : SPP_NO_HOST;
}

/* Whether an application has a host, port or domain of its own. */
static bool has_own(const struct spp_policy *have,
		    const struct spp_scope *scope)
{
	return present(have, scope, &spp_settings[SPP_SETTING_KMS_HOST]) ||
	       present(have, scope, &spp_settings[SPP_SETTING_KMS_PORT]) ||
	       present(have, scope, &spp_settings[SPP_SETTING_LOOKUP_DOMAIN]);
}

static enum spp_status add_service(const struct spp_scopes *scopes,
				   const struct spp_policy *have, size_t i,
				   struct spp_scopes *clients,
				   struct spp_error *err)
{
	struct spp_scope client = { .place = services[i].place };
	enum spp_status st = spp_scopes_add(clients, &client, err);
	size_t j;

	for (j = 0; !st && j < scopes->count; j++) {
		client = scopes->scope[j];
		if (client.place != services[i].place &&
		    client.place != services[i].cache)
			continue;
		client.place = services[i].place;
		if (*client.sku || (*client.app && has_own(have, &client)))
			st = spp_scopes_add(clients, &client, err);
	}
	return st;
}

/* Whether a service has a key. */
static bool is_there(const struct spp_scopes *scopes, size_t i)
{
	struct spp_scope settings = { .place = services[i].place };
	struct spp_scope cache = { .place = services[i].cache };

	return spp_scopes_has(scopes, &settings) ||
	       spp_scopes_has(scopes, &cache);
}

enum spp_status spp_effective_clients(const struct spp_scopes *scopes,
				      const struct spp_policy *have,
				      uint32_t build,
				      struct spp_scopes *clients,
				      struct spp_error *err)
{
	bool old = build && build < SPP_BUILD_7;
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < SERVICES; i++) {
		/* Only one of spp and sl has an effect. */
		if (services[i].place == (old ? SPP_PLACE_SPP : SPP_PLACE_SL))
			continue;
		if (is_there(scopes, i))
			st = add_service(scopes, have, i, clients, err);
	}
	spp_scopes_sort(clients);
	return st;
}
