/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/model/idle.h"

#include "policy/model/activation.h"
#include "policy/model/build.h"

const char spp_idle_inferred[] =
	"activation-type lets no KMS host be asked; that it holds for all SKUs "
	"is inferred";

static bool is(const struct spp_setting *setting, enum spp_setting_id id)
{
	return setting == &spp_settings[id];
}

/* Whether the setting is documented for single SKUs. */
static bool is_of_skus(const struct spp_setting *setting)
{
	return is(setting, SPP_SETTING_KMS_HOST) ||
	       is(setting, SPP_SETTING_KMS_PORT) ||
	       is(setting, SPP_SETTING_LOOKUP_DOMAIN) ||
	       is(setting, SPP_SETTING_ACTIVATION_TYPE);
}

static const char *misplaced(const struct spp_setting *setting,
			     enum spp_place place, uint32_t build)
{
	/* slmgr writes the version into the mirror, too. */
	if (spp_places[place].is_mistaken &&
	    !is(setting, SPP_SETTING_HOST_VERSION))
		return "no service is known to read that key";
	if (build && place == SPP_PLACE_SL && build >= SPP_BUILD_7)
		return "the key SL is read before Windows 7 only";
	if (build && place == SPP_PLACE_SPP && build < SPP_BUILD_7)
		return "this Windows reads the key SL instead";
	return NULL;
}

static const char *below(const struct spp_setting *setting,
			 const struct spp_scope *scope)
{
	if (*scope->sku)
		return is_of_skus(setting)
			       ? NULL
			       : "it is a setting of the machine, not of a SKU";
	if (*scope->app && !is(setting, SPP_SETTING_KMS_HOST))
		return "for an application Microsoft documents "
		       "KeyManagementServiceName alone";
	return NULL;
}

/* Whether any activation type allows KMS: it may belong to a narrower scope. */
static bool lets_kms(const struct spp_policy *state)
{
	uint32_t n;
	size_t i;

	for (i = 0; i < state->count; i++)
		if (is(state->item[i].setting, SPP_SETTING_ACTIVATION_TYPE) &&
		    state->item[i].wish == SPP_PRESENT &&
		    (!spp_setting_number(&state->item[i].value, &n) ||
		     (n != SPP_ACTIVATE_AD && n != SPP_ACTIVATE_TOKEN)))
			return true;
	return false;
}

/* The type is documented for a SKU; for other scopes it is inferred. */
static const char *not_asked(const struct spp_scope *scope,
			     const struct spp_policy *state, uint32_t build)
{
	struct spp_activation_order order;

	spp_activation_order_find(state, scope, build, SPP_MEMBER_UNKNOWN,
				  &order);
	if (spp_activation_uses_kms(&order) || lets_kms(state))
		return NULL;
	return *order.item->scope.sku
		       ? "activation-type lets this SKU ask no KMS host"
		       : spp_idle_inferred;
}

const char *spp_idle_reason(const struct spp_setting *setting,
			    const struct spp_scope *scope,
			    const struct spp_policy *state, uint32_t build)
{
	const struct spp_policy_item *off;
	const char *why = misplaced(setting, scope->place, build);
	uint32_t n;

	if (why || spp_place_is_cache(scope->place) ||
	    setting->flags & SPP_STATE)
		return why;
	why = below(setting, scope);
	if (why)
		return why;
	if (is(setting, SPP_SETTING_RENEWAL_INTERVAL) &&
	    spp_effective_hosting(state, build) == SPP_NO_HOST)
		return "a client takes the interval of its KMS host";
	if (is_of_skus(setting) && !is(setting, SPP_SETTING_ACTIVATION_TYPE))
		return not_asked(scope, state, build);
	off = spp_effective_machine(state, build, SPP_SETTING_DNS_PUBLISHING);
	if (is(setting, SPP_SETTING_PUBLISH_LIST) && off &&
	    spp_setting_number(&off->value, &n) && n)
		return "DNS publishing is off";
	return NULL;
}
