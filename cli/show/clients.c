/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where clients look for their KMS host, for people and for scripts. */
#include <stdio.h>

#include "cli/json.h"
#include "cli/show/show.h"

const char cli_order[] =
	"The order is that of Microsoft's \"KMS Activation Timing and "
	"Discovery\". According to that\npage a client tries each in turn "
	"until "
	"one answers; \"Registry Settings for Volume\nActivation\" and slmgr's "
	"/skms say that a configured host ends the search. The cached host\n"
	"is used only while host-caching is on.";

static bool sees_cache(const struct cli_view *v)
{
	return spp_hives_session(v->windows, SPP_ROLE_NETSVC);
}

/* Where the DNS is asked. */
static void show_dns(const struct spp_effective *e, struct spp_buf *out)
{
	if (!e->domain) {
		spp_buf_puts(out, "_vlmcs._tcp in the machine's DNS suffixes",
			     NULL);
		return;
	}
	spp_buf_puts(out, "_vlmcs._tcp.", NULL);
	spp_setting_show(e->domain->setting, &e->domain->value, SPP_TERMS_OWN,
			 out, NULL);
}

/* Why the host of a step is not known, or NULL. */
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
		show_dns(e, out);
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
		struct spp_effective e;

		spp_effective_find(&v->have, &v->clients.scope[i], &e);
		client_name(&e.client, &name);
		show_step(v, &e, e.wins, &host);
		from = spp_step_name(e.wins);
		if (e.wins == SPP_STEP_DNS && e.caching && !sees_cache(v))
			from = "dns, or cache";
		if (is_doubtful(v, &e))
			from = "not known: a value before it is unreadable";
		cli_row(t, spp_buf_text(&name), spp_buf_text(&host), from,
			cli_product(&e.client), NULL);
	}
	cli_table_close(t, stdout, 2);
}

static void print_client(const struct cli_view *v,
			 const struct spp_effective *e)
{
	struct spp_buf CLEANUP(spp_buf_release) name = SPP_BUF_INIT;
	const char *product = cli_product(&e->client);
	struct cli_table *t = cli_table_open("||");
	int step;

	client_name(&e->client, &name);
	printf("  %s%s%s%s\n", spp_buf_text(&name), *product ? " (" : "",
	       product, *product ? ")" : "");
	for (step = 0; step < SPP_STEP_COUNT; step++) {
		struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;

		/* The cache is shown even where clients do not use it. */
		if (!e->asked[step] && step != SPP_STEP_CACHE)
			continue;
		show_step(v, e, (enum spp_step)step, &text);
		cli_row(t,
			(int)e->wins != step ? " "
			: is_doubtful(v, e)  ? "?"
					     : "*",
			spp_step_name((enum spp_step)step), spp_buf_text(&text),
			NULL);
	}
	cli_table_close(t, stdout, 4);
}

void cli_show_clients(const struct cli_view *v)
{
	struct spp_effective e;
	size_t i;

	printf("\n%sWhere each client looks for its KMS host; * is asked "
	       "first%s\n",
	       cli_bold(), cli_plain());
	for (i = 0; i < v->clients.count; i++) {
		spp_effective_find(&v->have, &v->clients.scope[i], &e);
		print_client(v, &e);
	}
	printf("\n%s See sppctl help scopes.\n", cli_order);
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

static json_t *json_client(const struct cli_view *v,
			   const struct spp_effective *e)
{
	const char *product = cli_product(&e->client);
	struct spp_buf scope = SPP_BUF_INIT;

	spp_scope_show(&e->client, &scope, NULL);
	return json_pack("{s:o, s:o, s:s, s:o, s:o}", "client",
			 cli_json_take(&scope), "product",
			 cli_json_text(*product ? product : NULL), "wins",
			 spp_step_name(e->wins), "steps", json_steps(v, e),
			 "lookup_domain", json_value_text(e->domain));
}

json_t *cli_json_clients(const struct cli_view *v)
{
	json_t *list = json_array();
	struct spp_effective e;
	size_t i;

	for (i = 0; i < v->clients.count; i++) {
		spp_effective_find(&v->have, &v->clients.scope[i], &e);
		json_array_append_new(list, json_client(v, &e));
	}
	return list;
}
