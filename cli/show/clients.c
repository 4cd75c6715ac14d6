/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where clients look for their KMS host, for people and for scripts. */
#include <stdio.h>

#include "cli/json.h"
#include "cli/show/show.h"
#include "policy/windows/suffixes.h"

const char cli_order[] =
	"The order is that of Microsoft's \"KMS Activation Timing and "
	"Discovery\". According to that\npage a client tries each in turn "
	"until "
	"one answers; \"Registry Settings for Volume\nActivation\" and slmgr's "
	"/skms say that a configured host ends the search. The cached host\n"
	"is used only while host-caching is on. A domain member of Windows 8 "
	"or "
	"later asks Active\nDirectory before any KMS host, unless "
	"activation-type says otherwise (\"Activate clients\nrunning "
	"Windows\").";

static void find_order(const struct cli_view *v, size_t client,
		       struct spp_activation_order *order)
{
	spp_activation_order_find(&v->have, &v->clients.scope[client],
				  spp_identity_build(&v->identity),
				  spp_identity_member(&v->identity), order);
}

static bool sees_cache(const struct cli_view *v)
{
	return spp_hives_session(v->windows, SPP_ROLE_NETSVC);
}

/* Where the DNS is asked. */
static void show_dns(const struct cli_view *v, const struct spp_effective *e,
		     struct spp_buf *out)
{
	struct spp_suffixes CLEANUP(spp_suffixes_release) suffixes =
		SPP_SUFFIXES_INIT;

	if (!e->domain) {
		spp_buf_puts(out, "_vlmcs._tcp in the machine's DNS suffixes",
			     NULL);
		spp_suffixes_find(&v->identity, &suffixes, NULL);
		if (suffixes.count)
			spp_buf_puts(out, ": ", NULL);
		spp_suffixes_show(&suffixes, out, NULL);
		return;
	}
	spp_buf_puts(out, "_vlmcs._tcp.", NULL);
	spp_setting_show(e->domain->setting, &e->domain->value, SPP_TERMS_OWN,
			 out, NULL);
}

/* Why the host of a step is unknown, or NULL. */
static const char *unreadable(const struct cli_view *v,
			      const struct spp_effective *e, int step)
{
	enum spp_setting_id id = step == SPP_STEP_CACHE
					 ? SPP_SETTING_CACHED_HOST
					 : SPP_SETTING_KMS_HOST;
	const struct spp_unknown *item =
		step < SPP_STEP_DNS && !e->host[step]
			? spp_unreadable(&v->unknown, &e->scope[step],
					 &spp_settings[id])
			: NULL;

	return item ? item->why : NULL;
}

/* Whether a step before the one that wins cannot be read. */
static bool is_doubtful(const struct cli_view *v, const struct spp_effective *e)
{
	int step;

	for (step = 0; step < (int)e->wins; step++)
		if (e->asked[step] && unreadable(v, e, step))
			return true;
	return false;
}

static void show_step(const struct cli_view *v, const struct spp_effective *e,
		      enum spp_step step, struct spp_buf *out)
{
	if (step == SPP_STEP_DNS) {
		show_dns(v, e, out);
		return;
	}
	spp_effective_show(e, step, out, NULL);
	if (step == SPP_STEP_CACHE && !e->caching)
		spp_buf_printf(out, NULL, "%snot used: host-caching is off",
			       out->size ? ", " : "");
	else if (step == SPP_STEP_CACHE && !sees_cache(v))
		spp_buf_puts(out, "not known: no NetworkService hive", NULL);
	else if (!out->size && unreadable(v, e, (int)step))
		spp_buf_printf(out, NULL, "unreadable: %s",
			       unreadable(v, e, (int)step));
	else if (!out->size)
		spp_buf_puts(out, "-", NULL);
}

static void client_name(const struct spp_scope *client, struct spp_buf *out)
{
	if (*client->app)
		spp_scope_show(client, out, NULL);
	else
		spp_buf_printf(out, NULL, "%s, all others",
			       spp_places[client->place].name);
}

void cli_show_winners(const struct cli_view *v)
{
	struct cli_table *t = cli_table_open("CLIENT|HOST|FROM|PRODUCT");
	size_t i;

	printf("\n%sKMS host that each client asks first%s\n", cli_bold(),
	       cli_plain());
	for (i = 0; i < v->clients.count; i++) {
		struct spp_buf CLEANUP(spp_buf_release) name = SPP_BUF_INIT;
		struct spp_buf CLEANUP(spp_buf_release) host = SPP_BUF_INIT;
		const char *from;
		struct spp_activation_order order;
		const struct spp_effective *e = &order.kms;

		find_order(v, i, &order);
		client_name(&e->client, &name);
		from = spp_step_name(e->wins);
		if (e->wins == SPP_STEP_DNS && e->caching && !sees_cache(v))
			from = "dns, or cache";
		if (is_doubtful(v, e))
			from = "not known: a value before it is unreadable";
		if (spp_activation_uses_kms(&order)) {
			show_step(v, e, e->wins, &host);
		} else {
			spp_buf_puts(&host, "none", NULL);
			from = "activation-type";
		}
		cli_row(t, spp_buf_text(&name), spp_buf_text(&host), from,
			cli_product(&e->client), NULL);
	}
	cli_table_close(t, stdout, 2);
}

/*
 * Prints who is asked beside the KMS hosts; returns whether that is certain for
 * one.
 */
static bool print_others(const struct spp_activation_order *order,
			 struct cli_table *t)
{
	bool sure = false;
	size_t i;

	for (i = 0; i < order->count; i++) {
		const struct spp_asked *asked = &order->asked[i];

		if (asked->step < SPP_STEP_COUNT)
			continue;
		sure = sure || asked->sure;
		cli_row(t, asked->sure ? "*" : "?", spp_step_name(asked->step),
			asked->why, NULL);
	}
	if (!order->count)
		cli_row(t, " ", spp_step_name(SPP_STEP_AD),
			"nobody is asked: activation-type allows nothing else, "
			"and this client has none",
			NULL);
	return sure;
}

static void print_client(const struct cli_view *v,
			 const struct spp_activation_order *order)
{
	const struct spp_effective *e = &order->kms;
	bool kms = spp_activation_uses_kms(order), other;
	struct spp_buf CLEANUP(spp_buf_release) name = SPP_BUF_INIT;
	const char *product = cli_product(&e->client);
	struct cli_table *t = cli_table_open("||");
	int step;

	client_name(&e->client, &name);
	printf("  %s%s%s%s\n", spp_buf_text(&name), *product ? " (" : "",
	       product, *product ? ")" : "");
	other = print_others(order, t);
	for (step = 0; step < SPP_STEP_COUNT; step++) {
		struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;

		/* The cache is shown even where clients do not use it. */
		if (!e->asked[step] && step != SPP_STEP_CACHE)
			continue;
		show_step(v, e, (enum spp_step)step, &text);
		if (!kms)
			spp_buf_puts(&text, ", not asked: activation-type",
				     NULL);
		cli_row(t,
			(int)e->wins != step || other || !kms ? " "
			: is_doubtful(v, e)		      ? "?"
							      : "*",
			spp_step_name((enum spp_step)step), spp_buf_text(&text),
			NULL);
	}
	cli_table_close(t, stdout, 4);
}

/* It is an inference, and said so. */
static void print_member(const struct cli_view *v)
{
	struct spp_buf CLEANUP(spp_buf_release) why = SPP_BUF_INIT;

	spp_identity_member_why(&v->identity, &why, NULL);
	if (why.size)
		printf("\nWhether this is a domain member is inferred from "
		       "%s.\n",
		       cli_path(spp_buf_text(&why)));
}

static void print_suffixes(const struct cli_view *v)
{
	struct spp_suffixes CLEANUP(spp_suffixes_release) suffixes =
		SPP_SUFFIXES_INIT;
	struct cli_table *t;
	size_t i;

	spp_suffixes_find(&v->identity, &suffixes, NULL);
	if (!suffixes.count)
		return;
	printf("\n%sDNS suffixes of the machine%s\n", cli_bold(), cli_plain());
	t = cli_table_open("DOMAIN|WHAT|STORED IN|THAT IT IS ASKED");
	for (i = 0; i < suffixes.count; i++)
		cli_row(t, suffixes.suffix[i].domain,
			suffixes.suffix[i].source->what,
			suffixes.suffix[i].source->value,
			suffixes.suffix[i].source->confidence, NULL);
	cli_table_close(t, stdout, 2);
	puts("  Clients without a lookup domain look for _vlmcs._tcp in these; "
	     "in which order is not\n  documented.");
}

void cli_show_clients(const struct cli_view *v)
{
	struct spp_activation_order order;
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	size_t i;

	printf("\n%sWhere each client looks for its KMS host; * is asked "
	       "first%s\n",
	       cli_bold(), cli_plain());
	for (i = 0; i < v->clients.count; i++) {
		find_order(v, i, &order);
		print_client(v, &order);
	}
	print_suffixes(v);
	print_member(v);
	putchar('\n');
	spp_buf_printf(&text, NULL, "%s See sppctl help scopes.", cli_order);
	cli_flow(0, 0, spp_buf_text(&text));
}

static json_t *json_value_text(const struct spp_policy_item *item)
{
	struct spp_buf text = SPP_BUF_INIT;

	if (!item)
		return json_null();
	spp_setting_show(item->setting, &item->value, SPP_TERMS_OWN, &text,
			 NULL);
	return cli_json_take(&text);
}

static json_t *json_steps(const struct cli_view *v,
			  const struct spp_effective *e)
{
	json_t *list = json_array();
	int step;

	for (step = 0; step < SPP_STEP_DNS; step++) {
		struct spp_buf scope = SPP_BUF_INIT;

		if (!e->asked[step] && step != SPP_STEP_CACHE)
			continue;
		spp_scope_show(&e->scope[step], &scope, NULL);
		json_array_append_new(
			list,
			json_pack("{s:s, s:o, s:b, s:b, s:o, s:o}", "step",
				  spp_step_name((enum spp_step)step), "scope",
				  cli_json_take(&scope), "known",
				  step != SPP_STEP_CACHE || sees_cache(v),
				  "asked", e->asked[step], "host",
				  json_value_text(e->host[step]), "port",
				  json_value_text(e->port[step])));
	}
	return list;
}

static json_t *json_asked(const struct spp_activation_order *order)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < order->count; i++)
		json_array_append_new(
			list, json_pack("{s:s, s:b, s:s}", "step",
					spp_step_name(order->asked[i].step),
					"sure", order->asked[i].sure, "why",
					order->asked[i].why));
	return list;
}

static json_t *json_client(const struct cli_view *v,
			   const struct spp_activation_order *order)
{
	const struct spp_effective *e = &order->kms;
	const char *product = cli_product(&e->client);
	struct spp_buf scope = SPP_BUF_INIT;

	spp_scope_show(&e->client, &scope, NULL);
	return json_pack("{s:o, s:o, s:s, s:o, s:o, s:o}", "client",
			 cli_json_take(&scope), "product",
			 cli_json_text(*product ? product : NULL), "wins",
			 spp_step_name(e->wins), "steps", json_steps(v, e),
			 "lookup_domain", json_value_text(e->domain), "asked",
			 json_asked(order));
}

json_t *cli_json_clients(const struct cli_view *v)
{
	json_t *list = json_array();
	struct spp_activation_order order;
	size_t i;

	for (i = 0; i < v->clients.count; i++) {
		find_order(v, i, &order);
		json_array_append_new(list, json_client(v, &order));
	}
	return list;
}

json_t *cli_json_suffixes(const struct cli_view *v)
{
	struct spp_suffixes CLEANUP(spp_suffixes_release) suffixes =
		SPP_SUFFIXES_INIT;
	json_t *list = json_array();
	size_t i;

	spp_suffixes_find(&v->identity, &suffixes, NULL);
	for (i = 0; i < suffixes.count; i++)
		json_array_append_new(
			list,
			json_pack("{s:s, s:s, s:s, s:s}", "domain",
				  suffixes.suffix[i].domain, "what",
				  suffixes.suffix[i].source->what, "stored_in",
				  suffixes.suffix[i].source->value,
				  "confidence",
				  suffixes.suffix[i].source->confidence));
	return list;
}
