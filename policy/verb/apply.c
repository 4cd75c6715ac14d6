/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The wishes of a verb for the hives of an installation. */
#include "policy/verb/order.h"

#include <string.h>

#include "policy/model/effective.h"
#include "policy/model/sku.h"
#include "policy/windows/found_hosts.h"
#include "policy/windows/identity.h"

/* The settings that make a client ask a certain host. */
static const struct spp_setting *host_setting(void)
{
	return &spp_settings[SPP_SETTING_KMS_HOST];
}

static const struct spp_setting *domain_setting(void)
{
	return &spp_settings[SPP_SETTING_LOOKUP_DOMAIN];
}

/* Whether this setting is the verb's first one. */
static bool is_about(const struct spp_verb_order *order,
		     const struct spp_setting *setting)
{
	return order->verb->set[0] == setting;
}

/* The value that a scope will have once the wishes are granted; NULL: none. */
static const struct spp_policy_item *coming_in(
	const struct spp_installation *inst, const struct spp_policy *want,
	const struct spp_scope *scope, const struct spp_setting *setting)
{
	const struct spp_policy_item *item =
		spp_policy_get(want, scope, setting);

	if (!item || item->wish == SPP_KEEP)
		item = spp_policy_get(inst->have, scope, setting);
	/* An empty text is only a NUL. */
	return item && item->wish == SPP_PRESENT && item->value.size > 2 ? item
									 : NULL;
}

/* The same, including wider scopes: the value that a client will use. */
static const struct spp_policy_item *coming(const struct spp_installation *inst,
					    const struct spp_policy *want,
					    const struct spp_scope *client,
					    const struct spp_setting *setting)
{
	const struct spp_policy_item *item;
	struct spp_scope scope = *client;

	for (;;) {
		item = coming_in(inst, want, &scope, setting);
		if (item)
			return item;
		if (*scope.sku)
			scope.sku[0] = '\0';
		else if (*scope.app)
			scope.app[0] = '\0';
		else
			return NULL;
	}
}

/* The number of applications that have this SKU in the hives. */
static size_t find_apps(const struct spp_installation *inst, const char *sku,
			enum spp_place place, struct spp_scope *found)
{
	enum spp_place cache = spp_effective_cache(place);
	size_t i, n = 0;

	for (i = 0; i < inst->scopes->count; i++) {
		const struct spp_scope *s = &inst->scopes->scope[i];

		if (strcmp(s->sku, sku) || (n && !strcmp(s->app, found->app)))
			continue;
		if (s->place != place && s->place != cache)
			continue;
		*found = *s;
		n++;
	}
	return n;
}

/* slmgr knows only the service of spp, not that of ospp. */
static bool is_of_ospp(const struct spp_installation *inst, const char *guid)
{
	const struct spp_sku *known = spp_sku_find(guid);
	struct spp_scope found;

	return find_apps(inst, guid, SPP_PLACE_OSPP, &found) ||
	       (known && known->app == SPP_APP_OFFICE_2010);
}

enum spp_status spp_verb_order_scope(const struct spp_verb_order *order,
				     const struct spp_installation *inst,
				     struct spp_scope *scope,
				     struct spp_error *err)
{
	const struct spp_sku *known = spp_sku_find(order->sku);
	bool old = inst->build && inst->build < SPP_BUILD_7;
	struct spp_scope found = SPP_SCOPE_INIT;
	size_t n;

	*scope = (struct spp_scope){ old ? SPP_PLACE_SL : SPP_PLACE_SPP, "",
				     "" };
	if (!*order->sku)
		return SPP_OK;
	if (old)
		return spp_fail(err, SPP_USAGE,
				"an activation id needs Windows 7 or later, "
				"and '%s' has build %u",
				inst->path, inst->build);
	n = find_apps(inst, order->sku, SPP_PLACE_SPP, &found);
	strcpy(scope->sku, order->sku);
	if (*order->app)
		strcpy(scope->app, order->app);
	else if (n == 1)
		strcpy(scope->app, found.app);
	else if (!n && is_of_ospp(inst, order->sku))
		return spp_fail_remedy(err, SPP_USAGE, SPP_REMEDY_USE_OSPP,
				       "'%s' is a SKU of ospp, which slmgr "
				       "does not know",
				       order->sku);
	else if (!n && known)
		strcpy(scope->app, spp_apps[known->app].guid);
	else
		return spp_fail(err, SPP_USAGE,
				"'%s' is %s; name its application, as in "
				"windows/%s",
				order->sku,
				n ? "a SKU of several applications"
				  : "neither in the hive nor known",
				order->sku);
	return SPP_OK;
}

static enum spp_status wish_in(const struct spp_verb_order *order,
			       const struct spp_installation *inst,
			       const struct spp_scope *scope,
			       struct spp_policy *want, struct spp_error *err)
{
	const struct spp_setting *setting;
	enum spp_status st = SPP_OK;
	int i;

	for (i = 0; !st && i < 2 && order->verb->set[i]; i++) {
		if (order->wish[i] == SPP_KEEP)
			continue;
		setting = order->verb->set[i];
		if (!(setting->places >> scope->place & 1))
			return spp_fail(err, SPP_USAGE,
					"/%s needs a later Windows, and '%s' "
					"has build %u",
					order->verb->name, inst->path,
					inst->build);
		st = spp_policy_set(
			want, scope, setting,
			order->wish[i] == SPP_PRESENT ? &order->value[i] : NULL,
			err);
	}
	return st;
}

/* A configured host makes the service forget its cached one. */
static enum spp_status forget(const struct spp_verb_order *order,
			      const struct spp_installation *inst,
			      const struct spp_scope *scope,
			      struct spp_policy *want, struct spp_error *err)
{
	if (!inst->cache || !is_about(order, host_setting()) ||
	    order->wish[0] != SPP_PRESENT)
		return SPP_OK;
	return spp_found_hosts_forget(want, scope, err);
}

/* "kms01.corp.example:1688", from the values that will be stored. */
static void show_host(const struct spp_installation *inst,
		      const struct spp_policy *want,
		      const struct spp_scope *scope, struct spp_buf *out)
{
	const struct spp_setting *port = &spp_settings[SPP_SETTING_KMS_PORT];
	const struct spp_policy_item *item =
		coming(inst, want, scope, host_setting());

	if (!item)
		return;
	spp_setting_show(item->setting, &item->value, SPP_TERMS_OWN, out, NULL);
	item = coming_in(inst, want, &item->scope, port);
	spp_buf_printf(out, NULL, ":%u",
		       spp_setting_holds(port, item ? &item->value : NULL));
}

/* Prints slmgr's own lines for one scope. */
static void say(const struct spp_verb_order *order,
		const struct spp_installation *inst,
		const struct spp_policy *want, const struct spp_scope *scope,
		struct spp_notes *said)
{
	struct spp_buf CLEANUP(spp_buf_release) host = SPP_BUF_INIT;
	bool about_host = is_about(order, host_setting());
	bool about_domain = is_about(order, domain_setting());
	const char *text = order->text;

	show_host(inst, want, scope, &host);
	if (about_host)
		text = host.size ? spp_buf_text(&host) : NULL;
	if (order->verb->says && !strchr(order->verb->says, '%'))
		spp_note(said, "%s", order->verb->says);
	else if (order->verb->says && text)
		spp_note(said, "%.*s%s%s", (int)strcspn(order->verb->says, "%"),
			 order->verb->says, text,
			 strchr(order->verb->says, '%') + 2);
	if ((about_host || about_domain) && order->wish[0] == SPP_PRESENT &&
	    host.size && coming(inst, want, scope, domain_setting()))
		spp_note(said,
			 "Warning: /skms setting overrides the /skms-domain "
			 "setting. %s will be used for activation.",
			 spp_buf_text(&host));
}

/* Warns on a host: caching is a setting of clients. */
static void warn_of_caching(const struct spp_verb_order *order,
			    const struct spp_installation *inst,
			    struct spp_notes *notes)
{
	if (is_about(order, &spp_settings[SPP_SETTING_HOST_CACHING]) &&
	    spp_effective_hosting(inst->have, inst->build) == SPP_SURE_HOST)
		spp_note(notes,
			 "'%s' is a KMS host, and host caching is a setting of "
			 "the clients: /%s belongs on them",
			 inst->path, order->verb->name);
}

static void warn_of_gate(const struct spp_verb_order *order,
			 const struct spp_installation *inst,
			 struct spp_notes *notes)
{
	if (order->verb->gate &&
	    spp_effective_hosting(inst->have, inst->build) != SPP_SURE_HOST)
		spp_note(notes,
			 "nothing in '%s' tells of a KMS host key; slmgr would "
			 "set nothing and say: Warning: %s can only be set on "
			 "a KMS machine that is also activated.",
			 inst->path, order->verb->gate);
}

/* Warns of hosts in narrower scopes, which stay in force. */
static void warn_of_overrides(const struct spp_verb_order *order,
			      const struct spp_installation *inst,
			      const struct spp_scope *scope,
			      struct spp_notes *notes)
{
	struct spp_buf CLEANUP(spp_buf_release) first = SPP_BUF_INIT;
	size_t i, n = 0;

	if (!is_about(order, host_setting()) || *scope->sku)
		return;
	for (i = 0; i < inst->have->count; i++) {
		const struct spp_policy_item *item = &inst->have->item[i];

		if (item->setting != host_setting() || !*item->scope.app ||
		    item->scope.place != scope->place)
			continue;
		if (n++)
			continue;
		spp_scope_show(&item->scope, &first, NULL);
		spp_buf_puts(&first, " with '", NULL);
		spp_setting_show(item->setting, &item->value, SPP_TERMS_OWN,
				 &first, NULL);
	}
	if (n)
		spp_note_remedy(notes, SPP_REMEDY_CLEAR_OVERRIDES,
				"%zu %s a KMS host of %s own, which wins: "
				"%s%s'",
				n, n == 1 ? "scope has" : "scopes have",
				n == 1 ? "its" : "their",
				n == 1 ? "" : "the first is ",
				spp_buf_text(&first));
}

/*
 * Warns of a cached host, which is asked before the DNS if none is configured.
 */
static void warn_of_cache(const struct spp_verb_order *order,
			  const struct spp_installation *inst,
			  struct spp_notes *notes)
{
	size_t i;

	if (!is_about(order, host_setting()) || order->wish[0] != SPP_ABSENT)
		return;
	for (i = 0; i < inst->have->count; i++) {
		if (inst->have->item[i].setting != spp_found_hosts_setting(0))
			continue;
		spp_note_remedy(notes, SPP_REMEDY_CLEAR_CACHE,
				"the service still has a KMS host in its "
				"cache, which it asks before the DNS");
		return;
	}
}

static enum spp_status scopes_of(const struct spp_verb_order *order,
				 const struct spp_installation *inst,
				 struct spp_scopes *scopes,
				 struct spp_notes *notes, struct spp_error *err)
{
	struct spp_scope scope;
	enum spp_status st;

	if (order->script == &spp_script_ospp)
		return spp_office_scopes(order, inst, scopes, notes, err);
	st = spp_verb_order_scope(order, inst, &scope, err);
	return st ? st : spp_scopes_add(scopes, &scope, err);
}

enum spp_status spp_verb_order_wish(const struct spp_verb_order *order,
				    const struct spp_installation *inst,
				    struct spp_policy *want,
				    struct spp_notes *notes,
				    struct spp_error *err)
{
	struct spp_scopes CLEANUP(spp_scopes_release) scopes = SPP_SCOPES_INIT;
	enum spp_status st = scopes_of(order, inst, &scopes, notes, err);
	size_t i;

	for (i = 0; !st && i < scopes.count; i++) {
		st = wish_in(order, inst, &scopes.scope[i], want, err);
		if (!st)
			st = forget(order, inst, &scopes.scope[i], want, err);
	}
	return st;
}

enum spp_status spp_verb_order_say(const struct spp_verb_order *order,
				   const struct spp_installation *inst,
				   const struct spp_policy *want,
				   struct spp_notes *said,
				   struct spp_notes *notes,
				   struct spp_error *err)
{
	struct spp_scopes CLEANUP(spp_scopes_release) scopes = SPP_SCOPES_INIT;
	enum spp_status st = scopes_of(order, inst, &scopes, NULL, err);

	if (st || !scopes.count)
		return st;
	/* All scopes got the same value: the first stands for all. */
	say(order, inst, want, &scopes.scope[0], said);
	warn_of_gate(order, inst, notes);
	warn_of_caching(order, inst, notes);
	if (order->script == &spp_script_slmgr)
		warn_of_overrides(order, inst, &scopes.scope[0], notes);
	warn_of_cache(order, inst, notes);
	return SPP_OK;
}
