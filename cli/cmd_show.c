/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "cli/json.h"
#include "cli/open.h"
#include "cli/out.h"
#include "cli/print.h"

static const struct {
	const char *heading;
	unsigned int role;
} groups[] = {
	{ "KMS host", SPP_HOST },
	{ "KMS client", SPP_CLIENT },
	{ "General", SPP_GENERAL },
};

/* What a show of one target works with. */
struct view {
	const struct cli_call *call;
	struct spp_windows *windows;
	struct spp_policy have;
	struct spp_notes notes;
};

static bool has_hive(const struct view *v, enum spp_place place)
{
	return spp_windows_session(v->windows, spp_places[place].role);
}

static bool is_home(const struct spp_policy_item *item)
{
	struct spp_scope home = spp_policy_home(item->setting);

	return !spp_scope_cmp(&item->scope, &home);
}

static void print_hive(struct spp_session *session, enum spp_role role)
{
	const struct spp_session_report *r = spp_session_report(session);
	const struct spp_base *base = &spp_session_hive(session)->base;

	printf("%s%s%s hive '%s', version %u.%u, sequence %u, %s\n", cli_bold(),
	       spp_role_name(role), cli_plain(),
	       spp_session_store(session)->label, base->major, base->minor,
	       base->seq1,
	       r->replay.discarded ? "dirty, logs discarded"
	       : r->replay.format  ? "recovered from its logs"
				   : "clean");
}

static void print_hives(const struct view *v)
{
	struct spp_session *session;
	int role;

	for (role = 0; role < SPP_ROLE_COUNT; role++) {
		session = spp_windows_session(v->windows, (enum spp_role)role);
		if (session)
			print_hive(session, (enum spp_role)role);
	}
}

/* "120 minutes", "2 domains", "1688" */
static void describe(const struct view *v, const struct spp_policy_item *item,
		     struct spp_buf *out)
{
	struct spp_publish CLEANUP(spp_publish_release) list = SPP_PUBLISH_INIT;

	if (item->setting->kind == SPP_KIND_PUBLISH &&
	    !spp_publish_read(&item->value, &list, NULL)) {
		spp_buf_printf(out, NULL, "%zu %s", list.count,
			       list.count == 1 ? "entry" : "entries");
		return;
	}
	cli_show_value(v->call, item->setting, &item->value, false, out, NULL);
	if (!out->size)
		spp_buf_puts(out, "(empty)", NULL);
	else if (item->setting->unit)
		spp_buf_printf(out, NULL, " %s", item->setting->unit);
}

static void print_item(const struct view *v, struct cli_table *t,
		       const struct spp_policy_item *item, const char *scope)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) marks = SPP_BUF_INIT;
	unsigned int odd = spp_setting_examine(item->setting, &item->value);

	describe(v, item, &text);
	if (odd & SPP_ODD_TYPE)
		spp_type_show(item->value.type, &marks, NULL);
	cli_oddities(odd, &marks);
	cli_row(t, item->setting->name, spp_buf_text(&text), scope,
		spp_roles_word(item->setting->role), item->setting->value,
		spp_buf_text(&marks), NULL);
}

static void print_default(struct cli_table *t, const struct spp_setting *s)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;

	if (s->fallback)
		spp_buf_printf(&text, NULL, "%s%s%s", s->fallback,
			       s->unit ? " " : "", s->unit ? s->unit : "");
	cli_row(t, s->name, s->fallback ? spp_buf_text(&text) : "-",
		s->fallback ? "default" : "not set", spp_roles_word(s->role),
		s->value, "", NULL);
}

/* A setting of two roles is listed with the first. */
static unsigned int group_of(const struct spp_setting *s)
{
	return s->role & SPP_HOST ? SPP_HOST : s->role;
}

static bool in_group(const struct view *v, const struct spp_setting *s,
		     unsigned int role)
{
	return group_of(s) == role && has_hive(v, s->home);
}

static void print_group(const struct view *v, const char *heading,
			unsigned int role)
{
	const struct spp_policy_item *item;
	struct cli_table *t = NULL;
	struct spp_scope scope;
	size_t i;

	for (i = 0; i < spp_setting_count; i++) {
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
			print_item(v, t, item, "hive");
		else
			print_default(t, s);
	}
	cli_table_close(t, stdout, 2);
}

static void print_lists(const struct view *v)
{
	size_t i;

	for (i = 0; i < v->have.count; i++) {
		struct spp_publish CLEANUP(spp_publish_release) list =
			SPP_PUBLISH_INIT;
		const struct spp_policy_item *item = &v->have.item[i];

		if (item->setting->kind != SPP_KIND_PUBLISH ||
		    spp_publish_read(&item->value, &list, NULL) || !list.count)
			continue;
		printf("\n%sDomains to publish in%s\n", cli_bold(),
		       cli_plain());
		cli_print_publish(&list, 2);
	}
}

/* What stands elsewhere than usual must not stay unseen. */
static void print_elsewhere(const struct view *v)
{
	struct cli_table *t = NULL;
	size_t i;

	for (i = 0; i < v->have.count; i++) {
		struct spp_buf CLEANUP(spp_buf_release) scope = SPP_BUF_INIT;
		const struct spp_policy_item *item = &v->have.item[i];

		if (is_home(item))
			continue;
		if (!t) {
			printf("\n%sIn other scopes%s\n", cli_bold(),
			       cli_plain());
			t = cli_table_open("NAME|VALUE|SCOPE|ROLE|REGISTRY "
					   "VALUE|");
		}
		spp_scope_show(&item->scope, &scope, NULL);
		print_item(v, t, item, spp_buf_text(&scope));
	}
	cli_table_close(t, stdout, 2);
}

static void print_text(const struct view *v)
{
	size_t i;

	print_hives(v);
	for (i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		print_group(v, groups[i].heading, groups[i].role);
	print_lists(v);
	print_elsewhere(v);
}

static json_t *json_item(const struct view *v, const struct spp_setting *s,
			 const struct spp_scope *scope,
			 const struct spp_policy_item *item)
{
	struct spp_buf name = SPP_BUF_INIT, key = SPP_BUF_INIT;
	struct spp_buf text = SPP_BUF_INIT;
	bool secret = s->flags & SPP_SECRET && !cli_has(v->call, OPT_SHOW_KEYS);
	unsigned int odd = item ? spp_setting_examine(s, &item->value) : 0;

	spp_scope_show(scope, &name, NULL);
	spp_scope_path(scope, &key, NULL);
	if (item)
		cli_show_value(v->call, s, &item->value, false, &text, NULL);
	return json_pack("{s:s, s:o, s:o, s:s, s:s, s:b, s:o, s:o, s:o, s:o, "
			 "s:o}",
			 "name", s->name, "scope", cli_json_take(&name), "key",
			 cli_json_take(&key), "registry", s->value, "role",
			 spp_roles_word(s->role), "set", item != NULL, "text",
			 item ? cli_json_take(&text)
			      : cli_json_text(s->fallback),
			 "unit", cli_json_text(s->unit), "default",
			 cli_json_text(s->fallback), "value",
			 cli_json_value(item ? &item->value : NULL, secret),
			 "marks", cli_json_oddities(odd));
}

static json_t *json_settings(const struct view *v)
{
	json_t *list = json_array();
	struct spp_scope scope;
	size_t i;

	for (i = 0; i < spp_setting_count; i++) {
		const struct spp_setting *s = &spp_settings[i];

		scope = spp_policy_home(s);
		if (has_hive(v, s->home))
			json_array_append_new(
				list,
				json_item(v, s, &scope,
					  spp_policy_get(&v->have, &scope, s)));
	}
	for (i = 0; i < v->have.count; i++) {
		const struct spp_policy_item *item = &v->have.item[i];

		if (!is_home(item))
			json_array_append_new(list,
					      json_item(v, item->setting,
							&item->scope, item));
	}
	return list;
}

static json_t *json_publish(const struct view *v)
{
	struct spp_publish CLEANUP(spp_publish_release) list = SPP_PUBLISH_INIT;
	const struct spp_setting *s =
		spp_setting_of_value("DnsDomainPublishList");
	struct spp_scope scope = spp_policy_home(s);
	const struct spp_policy_item *item =
		spp_policy_get(&v->have, &scope, s);

	if (!item || spp_publish_read(&item->value, &list, NULL))
		return json_array();
	return cli_json_publish(&list);
}

static void print_json(const struct view *v)
{
	json_t *document = cli_json_document("show", 1);

	json_object_set_new(document, "target", cli_json_target(v->windows));
	json_object_set_new(document, "settings", json_settings(v));
	json_object_set_new(document, "publish", json_publish(v));
	json_object_set_new(document, "warnings", cli_json_notes(&v->notes));
	cli_json_print(document, stdout);
}

static enum cli_exit run(const struct cli_call *call)
{
	struct view v = { call, NULL, SPP_POLICY_INIT, SPP_NOTES_INIT };
	struct spp_error err = SPP_ERROR_INIT;
	enum spp_status st;

	st = cli_open(call, call->operand[0], 0, &v.windows, &err);
	if (!st)
		st = spp_windows_read(v.windows, &v.have, &err);
	if (!st) {
		cli_warn_of_state(v.windows, &v.notes);
		cli_warn_all(&v.notes);
		if (cli_has(call, OPT_JSON))
			print_json(&v);
		else
			print_text(&v);
	}
	spp_policy_release(&v.have);
	spp_notes_release(&v.notes);
	spp_windows_close(v.windows);
	return st ? cli_fail(call, &err) : CLI_OK;
}

const struct cli_command cli_command_show = {
	.name = "show",
	.operands = "TARGET",
	.least = 1,
	.most = 1,
	.summary = "print every KMS setting, set or default",
	.about = "What is stored is shown as found; what is odd about it is "
		 "marked. Reading changes nothing.",
	.options = { OPT_SHOW_KEYS, OPT_AS,
		     CLI_TARGET_OPTIONS, OPT_DISCARD_LOGS, OPT_JSON },
	.examples = {
		{ "show /mnt/Windows", "all hives of a mounted volume" },
		{ "show SOFTWARE --json", "the same facts for scripts" },
	},
	.run = run,
};
