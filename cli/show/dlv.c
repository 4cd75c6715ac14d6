/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The vocabulary is slmgr's, word for word (slmgr.vbs of Windows 8.1, its
 * DisplayKMSClientInformation and DisplayKMSInformation).  slmgr prints the
 * lines of a client for a product with a client key, and those of a host on a
 * KMS host.  Hives show only the latter, by KeyManagementServiceVersion.  So
 * the lines of a host are printed where that value is set, and the lines of a
 * client for each SKU in the hives, or once if they have none.
 */
#include "cli/show/dlv.h"

#include <stdio.h>
#include <string.h>

#include "cli/evidence/evidence.h"
#include "cli/fail.h"
#include "cli/json.h"
#include "cli/show/show.h"
#include "policy/verb/order.h"

static const char *const types[] = { "All", "AD", "KMS", "Token" };

/* The output, line by line. */
struct dlv {
	const struct cli_view *view;
	struct spp_notes lines;
};

static void release(struct dlv *d)
{
	spp_notes_release(&d->lines);
}

static const struct spp_policy_item *find(const struct dlv *d,
					  const struct spp_scope *client,
					  enum spp_setting_id id)
{
	return spp_effective_item(&d->view->have, client, &spp_settings[id]);
}

/* The number that applies to a client, or the documented default. */
static uint32_t number(const struct dlv *d, const struct spp_scope *client,
		       enum spp_setting_id id)
{
	const struct spp_policy_item *item = find(d, client, id);

	return spp_setting_holds(&spp_settings[id], item ? &item->value : NULL);
}

/* "    LABEL: TEXT" */
static void add_item(struct dlv *d, const char *label,
		     const struct spp_policy_item *item)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;

	if (item)
		spp_setting_show(item->setting, &item->value, SPP_TERMS_OWN,
				 &text, NULL);
	if (text.size)
		spp_note(&d->lines, "    %s: %s", label, spp_buf_text(&text));
}

/* A value that the service cached for a client. */
static const struct spp_policy_item *cached(const struct dlv *d,
					    const struct spp_effective *e,
					    enum spp_setting_id id)
{
	return spp_policy_get(&d->view->have, &e->scope[SPP_STEP_CACHE],
			      &spp_settings[id]);
}

/* The step that slmgr shows: a registered host, else the discovered one. */
static enum spp_step shown_step(const struct spp_effective *e)
{
	int step;

	for (step = SPP_STEP_SKU; step <= SPP_STEP_GLOBAL; step++)
		if (e->host[step])
			return (enum spp_step)step;
	return e->host[SPP_STEP_CACHE] ? SPP_STEP_CACHE : SPP_STEP_DNS;
}

static void add_host(struct dlv *d, const struct spp_effective *e,
		     struct spp_buf *host)
{
	enum spp_step step = shown_step(e);

	spp_effective_show(e, step, host, NULL);
	if (step < SPP_STEP_CACHE)
		spp_note(&d->lines, "    Registered KMS machine name: %s",
			 spp_buf_text(host));
	else if (step == SPP_STEP_CACHE)
		spp_note(&d->lines, "    KMS machine name from DNS: %s",
			 spp_buf_text(host));
	else
		spp_note(&d->lines,
			 "    DNS auto-discovery: KMS name not available");
}

static void add_client(struct dlv *d, const struct spp_scope *client)
{
	struct spp_buf CLEANUP(spp_buf_release) host = SPP_BUF_INIT;
	uint32_t type = number(d, client, SPP_SETTING_ACTIVATION_TYPE);
	struct spp_effective e;

	spp_effective_find(&d->view->have, client, &e);
	spp_note(&d->lines, "Configured Activation Type: %s",
		 types[type < 4 ? type : 0]);
	spp_note(&d->lines, "%s", "");
	spp_note(&d->lines, "Most recent activation information:");
	spp_note(&d->lines, "Key Management Service client information");
	add_item(d, "Registered KMS SRV record lookup domain", e.domain);
	add_host(d, &e, &host);
	add_item(d, "KMS machine IP address",
		 cached(d, &e, SPP_SETTING_CACHED_ADDRESS));
	add_item(d, "KMS machine extended PID",
		 cached(d, &e, SPP_SETTING_CUSTOMER_PID));
	spp_note(&d->lines, "    Activation interval: %u minutes",
		 number(d, client, SPP_SETTING_ACTIVATION_INTERVAL));
	spp_note(&d->lines, "    Renewal interval: %u minutes",
		 number(d, client, SPP_SETTING_RENEWAL_INTERVAL));
	spp_note(&d->lines, "    KMS host caching is %s",
		 e.caching ? "enabled" : "disabled");
	if (!e.domain || shown_step(&e) >= SPP_STEP_CACHE)
		return;
	spp_note(&d->lines, "%s", "");
	spp_note(&d->lines,
		 "Warning: /skms setting overrides the /skms-domain setting. "
		 "%s will be used for activation.",
		 spp_buf_text(&host));
}

static void add_kms_host(struct dlv *d, const struct spp_scope *root)
{
	uint32_t port = number(d, root, SPP_SETTING_LISTENING_PORT);

	spp_note(&d->lines,
		 "Key Management Service is enabled on this machine");
	spp_note(&d->lines, "    Listening on Port: %u", port);
	spp_note(&d->lines, "    DNS publishing %s",
		 number(d, root, SPP_SETTING_DNS_PUBLISHING) ? "disabled"
							     : "enabled");
	spp_note(&d->lines, "    KMS priority: %s",
		 number(d, root, SPP_SETTING_LOW_PRIORITY) ? "Low" : "Normal");
	spp_note(&d->lines, "%s", "");
}

static void add_sku(struct dlv *d, const struct spp_scope *client)
{
	const char *product = cli_product(client);

	/* slmgr prints the name of the licence, which is similar. */
	if (*product)
		spp_note(&d->lines, "Name: %s", product);
	if (*client->sku)
		spp_note(&d->lines, "Activation ID: %s", client->sku);
	if (*client->app)
		spp_note(&d->lines, "Application ID: %s", client->app);
	add_client(d, client);
	spp_note(&d->lines, "%s", "");
}

/* slmgr shows Windows unless an activation id or "all" is given. */
static bool is_asked(const struct spp_verb_order *order,
		     const struct spp_scope *client)
{
	bool windows = spp_app_find(client->app) == &spp_apps[SPP_APP_WINDOWS];

	if (*order->sku)
		return !strcmp(order->sku, client->sku);
	return *client->sku && (order->all || windows);
}

static void fill(struct dlv *d, const struct spp_verb_order *order,
		 const struct spp_scope *asked)
{
	const struct cli_view *v = d->view;
	struct spp_scope root = *asked;
	bool any = false, host;
	size_t i;

	root.app[0] = root.sku[0] = '\0';
	host = spp_effective_hosting(&v->have,
				     spp_identity_build(&v->identity)) ==
	       SPP_SURE_HOST;
	if (host && !*order->sku)
		add_kms_host(d, &root);
	for (i = 0; i < v->clients.count; i++) {
		if (!is_asked(order, &v->clients.scope[i]))
			continue;
		add_sku(d, &v->clients.scope[i]);
		any = true;
	}
	/* The values for a SKU that is not in the hives. */
	if (!any && (!host || *order->sku))
		add_sku(d, asked);
	if (!spp_hives_session(v->windows, SPP_ROLE_NETSVC))
		spp_note(&d->lines, "(cached hosts are not known without a "
				    "NetworkService hive)");
	spp_note(&d->lines,
		 "(not in the hives: licence status, product key, client "
		 "machine id, current count)");
}

static void print(const struct cli_call *call, const struct dlv *d)
{
	json_t *document;
	size_t i;

	if (cli_has(call, OPT_JSON)) {
		document = cli_json_document("dlv", 1);
		json_object_set_new(document, "target",
				    cli_json_target(d->view->windows));
		json_object_set_new(document, "lines",
				    cli_json_notes(&d->lines));
		json_object_set_new(document, "warnings",
				    cli_json_notes(&d->view->notes));
		cli_evidence_put(call, document,
				 cli_evidence_hives(call, d->view->windows));
		cli_json_print(document, stdout);
		return;
	}
	for (i = 0; i < d->lines.count; i++)
		puts(cli_path(d->lines.text[i]));
	cli_evidence_print(call, cli_evidence_hives(call, d->view->windows));
}

enum cli_exit cli_dlv(const struct cli_call *call, const char *target,
		      const struct spp_verb_order *order)
{
	struct cli_view CLEANUP(cli_view_release) v = CLI_VIEW_INIT;
	struct dlv CLEANUP(release) d = { .view = &v };
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_scope asked;
	enum spp_status st;

	st = cli_view_open(call, target, &v, &err);
	if (!st && !spp_hives_session(v.windows, SPP_ROLE_SOFTWARE))
		st = spp_fail(&err, SPP_NOTFOUND,
			      "'%s' has no SOFTWARE hive, which /%s reads",
			      target, order->verb->name);
	if (!st) {
		struct spp_installation inst = { .path = target,
						 .have = &v.have,
						 .scopes = &v.scopes,
						 .build = spp_identity_build(
							 &v.identity) };

		st = spp_verb_order_scope(order, &inst, &asked, &err);
	}
	if (st)
		return cli_fail(call, &err);
	cli_warn_all(&v.notes);
	fill(&d, order, &asked);
	print(call, &d);
	return CLI_OK;
}
