/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The scopes to which OSPP.VBS makes the service write.
 *
 * The script visits every product of Office 2013 and later that has a KMS
 * licence, and makes the service write below the SKU of each: in spp since
 * Windows 8, in ospp before (and for Office 2010, by a script of its own).  A
 * hive does not list the installed products, but shows which SKUs have a key or
 * a cached host.
 *
 * If there are none, a value is set in the one scope that every SKU inherits
 * from (effective.h): the application Office in spp, or all of ospp, as Tools
 * to manage volume activation of Office also says.  A value is removed from
 * that scope as well.
 */
#include <string.h>

#include "policy/model/sku.h"
#include "policy/verb/order.h"
#include "policy/windows/identity.h"

static bool is_office(const struct spp_scope *scope)
{
	const struct spp_app *app = spp_app_find(scope->app);

	return app == &spp_apps[SPP_APP_OFFICE] ||
	       app == &spp_apps[SPP_APP_OFFICE_2010];
}

/* The place of the service that serves a scope's SKU. */
static bool place_of(const struct spp_scope *scope, enum spp_place *place)
{
	if (scope->place == SPP_PLACE_SPP || scope->place == SPP_PLACE_CACHE)
		*place = SPP_PLACE_SPP;
	else if (scope->place == SPP_PLACE_OSPP ||
		 scope->place == SPP_PLACE_CACHE_OSPP)
		*place = SPP_PLACE_OSPP;
	else
		return false;
	return true;
}

/* Windows 7 has only the service of ospp, and its script refuses some verbs. */
static bool is_seven(const struct spp_installation *inst)
{
	return inst->build && inst->build < SPP_BUILD_8;
}

static bool has_ospp(const struct spp_installation *inst)
{
	struct spp_scope ospp = { .place = SPP_PLACE_OSPP };

	return spp_scopes_has(inst->scopes, &ospp);
}

/* Whether the service of a place serves this verb. */
static bool serves(const struct spp_installation *inst,
		   const struct spp_verb *verb, enum spp_place place)
{
	if (place == SPP_PLACE_SPP)
		return !is_seven(inst);
	return !verb->new_only && (is_seven(inst) || has_ospp(inst));
}

/* Moves the scope to the service that it belongs to. */
static bool is_office_sku(struct spp_scope *scope)
{
	return *scope->sku && is_office(scope) &&
	       place_of(scope, &scope->place);
}

static bool is_ospp_application(struct spp_scope *scope)
{
	return scope->place == SPP_PLACE_OSPP && *scope->app && !*scope->sku;
}

/* Adds those that the target has, where the verb reaches them. */
static enum spp_status add_found(const struct spp_verb_order *order,
				 const struct spp_installation *inst,
				 bool (*is_one)(struct spp_scope *scope),
				 struct spp_scopes *scopes,
				 struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < inst->scopes->count; i++) {
		struct spp_scope scope = inst->scopes->scope[i];

		if (is_one(&scope) && serves(inst, order->verb, scope.place))
			st = spp_scopes_add(scopes, &scope, err);
	}
	return st;
}

/* Adds the scopes above the SKUs: Office in spp, everything in ospp. */
static enum spp_status add_common(const struct spp_verb_order *order,
				  const struct spp_installation *inst,
				  struct spp_scopes *scopes,
				  struct spp_error *err)
{
	struct spp_scope office = { .place = SPP_PLACE_SPP };
	struct spp_scope ospp = { .place = SPP_PLACE_OSPP };
	enum spp_status st = SPP_OK;

	strcpy(office.app, spp_apps[SPP_APP_OFFICE].guid);
	if (serves(inst, order->verb, SPP_PLACE_SPP))
		st = spp_scopes_add(scopes, &office, err);
	if (!st && serves(inst, order->verb, SPP_PLACE_OSPP))
		st = spp_scopes_add(scopes, &ospp, err);
	return st;
}

static enum spp_status add_services(const struct spp_installation *inst,
				    struct spp_scopes *scopes,
				    struct spp_error *err)
{
	struct spp_scope spp = { .place = SPP_PLACE_SPP };
	struct spp_scope ospp = { .place = SPP_PLACE_OSPP };
	enum spp_status st = SPP_OK;

	if (!is_seven(inst))
		st = spp_scopes_add(scopes, &spp, err);
	if (!st && (is_seven(inst) || has_ospp(inst)))
		st = spp_scopes_add(scopes, &ospp, err);
	return st;
}

static void tell_common(const struct spp_installation *inst,
			const struct spp_scopes *scopes,
			struct spp_notes *notes)
{
	struct spp_buf CLEANUP(spp_buf_release) where = SPP_BUF_INIT;
	size_t i;

	for (i = 0; i < scopes->count; i++) {
		spp_buf_puts(&where, i ? " and " : "", NULL);
		spp_scope_show(&scopes->scope[i], &where, NULL);
	}
	spp_note(notes,
		 "'%s' has no key of an Office SKU; set in %s, from where "
		 "every SKU takes it that has none of its own",
		 inst->path, spp_buf_text(&where));
}

enum spp_status spp_office_scopes(const struct spp_verb_order *order,
				  const struct spp_installation *inst,
				  struct spp_scopes *scopes,
				  struct spp_notes *notes,
				  struct spp_error *err)
{
	bool clears = order->wish[0] == SPP_ABSENT;
	enum spp_status st;

	if (order->verb->service)
		return add_services(inst, scopes, err);
	if (order->verb->new_only && is_seven(inst))
		return spp_fail(err, SPP_USAGE,
				"/%s needs Windows 8 or later, and '%s' has "
				"build %u",
				order->verb->name, inst->path, inst->build);
	st = add_found(order, inst, is_office_sku, scopes, err);
	if (!st && (clears || !scopes->count)) {
		bool none = !scopes->count;

		st = add_common(order, inst, scopes, err);
		if (!st && none && !clears)
			tell_common(inst, scopes, notes);
	}
	/* Values of applications themselves must go, too. */
	if (!st && clears)
		st = add_found(order, inst, is_ospp_application, scopes, err);
	spp_scopes_sort(scopes);
	return st;
}
