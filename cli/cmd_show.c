/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "cli/evidence/evidence.h"
#include "cli/fail.h"
#include "cli/fleet/run.h"
#include "cli/json.h"
#include "cli/out.h"
#include "cli/print.h"
#include "cli/show/show.h"
#include "policy/windows/found_hosts.h"

static const struct {
	const char *heading;
	unsigned int role;
} groups[] = {
	{ "KMS host", SPP_AUDIENCE_HOST },
	{ "KMS client", SPP_AUDIENCE_CLIENT },
	{ "General", SPP_AUDIENCE_GENERAL },
};

static bool has_hive(const struct cli_view *v, enum spp_place place)
{
	return spp_hives_session(v->windows, spp_places[place].role);
}

static bool is_home(const struct spp_policy_item *item)
{
	struct spp_scope home = spp_policy_home(item->setting);

	return !spp_scope_cmp(&item->scope, &home);
}

/* Prints the identity of the installation as far as its hives have it. */
static void print_image(const struct cli_view *v)
{
	struct spp_buf CLEANUP(spp_buf_release) title = SPP_BUF_INIT;
	char CLEANUP(spp_free_string) *fqdn = spp_identity_fqdn(&v->identity);
	const char *name = fqdn ? fqdn : v->identity.fact[SPP_FACT_COMPUTER];

	spp_identity_title(&v->identity, &title, NULL);
	if (title.size || name)
		printf("%s%s%s%s%s\n", cli_bold(),
		       cli_path(spp_buf_text(&title)),
		       title.size && name ? ", " : "",
		       cli_path(name ? name : ""), cli_plain());
}

static void print_hive(struct spp_session *session, enum spp_role role)
{
	const struct spp_session_report *r = spp_session_report(session);
	const struct spp_base *base = &spp_session_hive(session)->base;

	printf("%s%s%s hive '%s', version %u.%u, sequence %u, %s%s\n",
	       cli_bold(), spp_role_name(role), cli_plain(),
	       cli_path(spp_session_store(session)->label), base->major,
	       base->minor, base->seq1, r->missing ? "truncated, " : "",
	       r->replay.discarded ? "dirty, logs discarded"
	       : r->replay.format  ? "recovered from its logs"
	       : r->missing	   ? "not whole"
				   : "clean");
}

static void print_hives(const struct cli_view *v)
{
	struct spp_session *session;
	int role;

	for (role = 0; role < SPP_ROLE_COUNT; role++) {
		session = spp_hives_session(v->windows, (enum spp_role)role);
		if (session)
			print_hive(session, (enum spp_role)role);
	}
}

/* What is not there; or not readable, so that no default is known to hold. */
static void print_default(const struct cli_view *v, struct cli_table *t,
			  const struct spp_setting *s)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	struct spp_scope scope = spp_policy_home(s);
	const struct spp_unknown *broken =
		spp_unreadable(&v->unknown, &scope, s);

	if (broken) {
		cli_row(t, s->name, "?", "unreadable",
			spp_audience_word(s->audience), s->value, broken->why,
			NULL);
		return;
	}
	if (s->fallback.text)
		spp_buf_printf(&text, NULL, "%s%s%s", s->fallback.text,
			       s->unit ? " " : "", s->unit ? s->unit : "");
	cli_row(t, s->name, s->fallback.text ? spp_buf_text(&text) : "-",
		s->fallback.text ? "default" : "not set",
		spp_audience_word(s->audience), s->value, "", NULL);
}

/* A setting of two roles is listed with the first. */
static unsigned int group_of(const struct spp_setting *s)
{
	return s->audience & SPP_AUDIENCE_HOST ? SPP_AUDIENCE_HOST
					       : s->audience;
}

/* Cached hosts are printed in a table of their own. */
static bool in_group(const struct cli_view *v, const struct spp_setting *s,
		     unsigned int role)
{
	return group_of(s) == role && has_hive(v, s->home) &&
	       !spp_place_is_cache(s->home);
}

static void print_group(const struct cli_view *v, const char *heading,
			unsigned int role)
{
	const struct spp_policy_item *item;
	struct cli_table *t = NULL;
	struct spp_scope scope;
	size_t i;

	for (i = 0; i < SPP_SETTING_COUNT; i++) {
		const struct spp_setting *s = &spp_settings[i];

		if (!in_group(v, s, role))
			continue;
		if (!t) {
			printf("\n%s%s%s\n", cli_bold(), heading, cli_plain());
			t = cli_table_open("NAME|VALUE|FROM|ROLE|REGISTRY "
					   "VALUE|");
		}
		scope = spp_policy_home(s);
		item = spp_policy_get(&v->have, &scope, s);
		if (item)
			cli_item_row(v, t, item, true);
		else
			print_default(v, t, s);
	}
	cli_table_close(t, stdout, 2);
}

/* Adds the cached host of a scope, if it has one. */
static bool print_cached_host(const struct cli_view *v, struct cli_table *t,
			      const struct spp_scope *scope)
{
	struct spp_buf text[SPP_FOUND_HOSTS_VALUES] = { SPP_BUF_INIT };
	struct spp_buf CLEANUP(spp_buf_release) marks = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) name = SPP_BUF_INIT;
	const struct spp_policy_item *item;
	bool any = false;
	size_t i;

	for (i = 0; i < SPP_FOUND_HOSTS_VALUES; i++) {
		item = spp_policy_get(&v->have, scope,
				      spp_found_hosts_setting(i));
		any |= item != NULL;
		if (item)
			cli_describe(v, item, &text[i]);
		else
			spp_buf_puts(&text[i], "-", NULL);
		if (item)
			cli_marks(item, &marks);
	}
	spp_scope_show(scope, &name, NULL);
	if (any)
		cli_row(t, spp_buf_text(&name), spp_buf_text(&text[0]),
			spp_buf_text(&text[1]), spp_buf_text(&text[2]),
			cli_product(scope), spp_buf_text(&marks), NULL);
	for (i = 0; i < SPP_FOUND_HOSTS_VALUES; i++)
		spp_buf_release(&text[i]);
	return any;
}

static void print_cache(const struct cli_view *v)
{
	struct cli_table *t;
	bool any = false;
	size_t i;

	if (!has_hive(v, SPP_PLACE_CACHE))
		return;
	printf("\n%sKMS hosts in the cache%s\n", cli_bold(), cli_plain());
	t = cli_table_open("SCOPE|HOST|PORT|ADDRESS|PRODUCT|");
	for (i = 0; i < v->scopes.count; i++)
		if (spp_place_is_cache(v->scopes.scope[i].place))
			any |= print_cached_host(v, t, &v->scopes.scope[i]);
	if (!any)
		cli_row(t, "none", NULL);
	cli_table_close(t, stdout, 2);
}

static void print_lists(const struct cli_view *v)
{
	size_t i;

	for (i = 0; i < v->have.count; i++) {
		struct spp_publish_list CLEANUP(spp_publish_list_release) list =
			SPP_PUBLISH_LIST_INIT;
		struct spp_buf CLEANUP(spp_buf_release) scope = SPP_BUF_INIT;
		const struct spp_policy_item *item = &v->have.item[i];

		if (item->setting->kind != SPP_KIND_PUBLISH ||
		    spp_publish_list_read(&item->value, &list, NULL) ||
		    !list.count)
			continue;
		if (!is_home(item)) {
			spp_buf_puts(&scope, ", scope ", NULL);
			spp_scope_show(&item->scope, &scope, NULL);
		}
		printf("\n%sDomains to publish in%s%s\n", cli_bold(),
		       spp_buf_text(&scope), cli_plain());
		cli_print_publish(&list, 2);
	}
}

/* Settings outside of their usual scope are listed separately. */
static bool is_elsewhere(const struct spp_policy_item *item)
{
	if (spp_place_is_cache(item->scope.place))
		return !spp_found_hosts_has(item->setting);
	return !is_home(item);
}

static bool is_any(const struct spp_policy_item *item)
{
	return item != NULL;
}

/* The port that a KMS host listens on. */
static uint32_t listening_port(const struct cli_view *v)
{
	const struct spp_policy_item *item = spp_effective_machine(
		&v->have, spp_identity_build(&v->identity),
		SPP_SETTING_LISTENING_PORT);

	return spp_setting_holds(&spp_settings[SPP_SETTING_LISTENING_PORT],
				 item ? &item->value : NULL);
}

static bool is_host(const struct cli_view *v)
{
	return spp_effective_hosting(&v->have,
				     spp_identity_build(&v->identity)) ==
	       SPP_SURE_HOST;
}

static void print_firewall(const struct cli_view *v)
{
	struct spp_buf CLEANUP(spp_buf_release) says = SPP_BUF_INIT;

	if (!v->identity.firewall.known ||
	    (!is_host(v) && !cli_has(v->call, OPT_ALL)))
		return;
	spp_firewall_say(&v->identity.firewall, listening_port(v), &says, NULL);
	printf("%sfirewall%s: %s\n", cli_bold(), cli_plain(),
	       cli_path(spp_buf_text(&says)));
}

static json_t *json_firewall(const struct cli_view *v)
{
	const struct spp_firewall *fw = &v->identity.firewall;
	uint32_t port = listening_port(v);
	json_t *rules = json_array();
	const char *rule;
	enum spp_way way = spp_firewall_way(fw, port, &rule);
	size_t i;

	for (i = 0; i < fw->count; i++)
		json_array_append_new(
			rules,
			json_pack("{s:o, s:o}", "name",
				  cli_json_text(fw->rule[i].name), "text",
				  cli_json_text(fw->rule[i].text)));
	return json_pack("{s:i, s:s, s:o, s:o}", "port", (int)port, "way",
			 spp_way_word(way), "rule", cli_json_text(rule),
			 "rules", rules);
}

static void print_head(const struct cli_view *v)
{
	print_image(v);
	print_hives(v);
	print_firewall(v);
	if (!has_hive(v, SPP_PLACE_SPP) && !has_hive(v, SPP_PLACE_CACHE))
		puts("\nThis hive holds no settings of volume activation.");
}

static void print_all(const struct cli_view *v)
{
	print_head(v);
	if (!v->scopes.count)
		puts("\nNo key for such settings is present.");
	cli_show_scopes(v, "Scopes", is_any, true);
	print_lists(v);
	cli_show_unknown(v, true);
	cli_show_licence(v);
	if (v->clients.count)
		cli_show_clients(v);
}

static void print_text(const struct cli_view *v)
{
	size_t i;

	print_head(v);
	for (i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		print_group(v, groups[i].heading, groups[i].role);
	print_lists(v);
	cli_show_scopes(v, "In other scopes", is_elsewhere, false);
	print_cache(v);
	cli_show_unknown(v, false);
	if (v->clients.count > 1)
		cli_show_winners(v);
}

static json_t *json_settings(const struct cli_view *v)
{
	json_t *list = json_array();
	struct spp_scope scope;
	size_t i;

	for (i = 0; i < SPP_SETTING_COUNT; i++) {
		const struct spp_setting *s = &spp_settings[i];

		scope = spp_policy_home(s);
		if (has_hive(v, s->home))
			json_array_append_new(
				list, cli_json_item(v, s, &scope,
						    spp_policy_get(&v->have,
								   &scope, s)));
	}
	for (i = 0; i < v->have.count; i++) {
		const struct spp_policy_item *item = &v->have.item[i];

		if (!is_home(item))
			json_array_append_new(
				list, cli_json_item(v, item->setting,
						    &item->scope, item));
	}
	return list;
}

static json_t *json_publish(const struct cli_view *v)
{
	struct spp_publish_list CLEANUP(spp_publish_list_release) list =
		SPP_PUBLISH_LIST_INIT;
	const struct spp_setting *s = &spp_settings[SPP_SETTING_PUBLISH_LIST];
	struct spp_scope scope = spp_policy_home(s);
	const struct spp_policy_item *item =
		spp_policy_get(&v->have, &scope, s);

	if (!item || spp_publish_list_read(&item->value, &list, NULL))
		return json_array();
	return cli_json_publish(&list);
}

static void print_json(const struct cli_view *v)
{
	json_t *document = cli_json_document("show", 1);

	json_object_set_new(document, "target", cli_json_target(v->windows));
	json_object_set_new(document, "settings", json_settings(v));
	json_object_set_new(document, "publish", json_publish(v));
	json_object_set_new(document, "firewall", json_firewall(v));
	json_object_set_new(document, "licence", cli_json_licence(v));
	if (cli_has(v->call, OPT_ALL)) {
		json_object_set_new(document, "scopes", cli_json_scopes(v));
		json_object_set_new(document, "clients", cli_json_clients(v));
		json_object_set_new(document, "suffixes", cli_json_suffixes(v));
	}
	json_object_set_new(
		document, cli_has(v->call, OPT_ALL) ? "unknown" : "unreadable",
		cli_json_unknown(v, cli_has(v->call, OPT_ALL)));
	json_object_set_new(document, "warnings", cli_json_notes(&v->notes));
	cli_evidence_put(v->call, document,
			 cli_evidence_hives(v->call, v->windows));
	cli_json_print(document, stdout);
}

static enum cli_exit run_one(const struct cli_call *call, const char *target,
			     void *ctx)
{
	struct cli_view CLEANUP(cli_view_release) v = CLI_VIEW_INIT;
	struct spp_error err = SPP_ERROR_INIT;

	(void)ctx;
	if (cli_view_open(call, target, &v, &err))
		return cli_fail(call, &err);
	cli_warn_all(&v.notes);
	if (cli_has(call, OPT_JSON))
		print_json(&v);
	else if (cli_has(call, OPT_ALL))
		print_all(&v);
	else
		print_text(&v);
	if (!cli_has(call, OPT_JSON))
		cli_evidence_print(call, cli_evidence_hives(call, v.windows));
	return CLI_OK;
}

static enum cli_exit run(const struct cli_call *call)
{
	const struct cli_job job = { .one = run_one };

	return cli_run(call, &job);
}

const struct cli_command cli_command_show = {
	.name = "show",
	.operands = "TARGET...",
	.least = 1,
	.most = -1,
	.summary = "print every KMS setting, set or default",
	.about = "Values are shown exactly as stored; anything unusual is "
		 "flagged. Reading changes nothing. With\n--all, every scope "
		 "present is shown with its settings, and for each client "
		 "where it looks for\nits KMS host, in the documented order: "
		 "SKU, application, global, cache, DNS.",
	.options = CLI_OPTIONS(OPT_ALL, OPT_SHOW_KEYS, CLI_OPEN_OPTIONS,
			       OPT_PARTIAL, CLI_RUN_OPTIONS, OPT_JSON),
	.examples = CLI_EXAMPLES(
		{ "show /mnt/Windows", "all hives of a mounted volume" },
		{ "show SOFTWARE --netsvc NTUSER.DAT --all",
		  "which KMS host wins, and why" },
		{ "show SOFTWARE --json", "the same facts for scripts" }),
	.targets = CLI_TARGETS_ALL,
	.paged = true,
	.run = run,
};
