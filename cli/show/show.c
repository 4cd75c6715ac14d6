/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/show/show.h"

#include <stdio.h>

#include "cli/json.h"
#include "cli/print.h"
#include "cli/setting_arg.h"
#include "cli/target.h"
#include "policy/model/sku.h"

void cli_view_release(struct cli_view *view)
{
	spp_policy_release(&view->have);
	spp_unknowns_release(&view->unknown);
	spp_scopes_release(&view->scopes);
	spp_scopes_release(&view->clients);
	spp_identity_release(&view->identity);
	spp_notes_release(&view->notes);
	spp_hives_close(view->windows);
	*view = (struct cli_view)CLI_VIEW_INIT;
}

/* An unreadable identity is a warning, not a failure. */
static enum spp_status read_image(struct cli_view *view, struct spp_error *err)
{
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st =
		spp_identity_read(view->windows, &view->identity, &why);

	if (st == SPP_NOMEM)
		return spp_nomem(err);
	if (st)
		spp_note_remedy(&view->notes, why.remedy,
				"the identity of the installation cannot be "
				"read: %s",
				why.text);
	if (view->identity.is_licence_damaged)
		spp_note(&view->notes,
			 "values about the licence are damaged and not shown");
	return SPP_OK;
}

enum spp_status cli_view_open(const struct cli_call *call, const char *path,
			      struct cli_view *view, struct spp_error *err)
{
	enum spp_status st;

	view->call = call;
	st = cli_open(call, path, 0, &view->windows, err);
	if (!st)
		st = spp_hives_read(view->windows, &view->have, &view->unknown,
				    err);
	if (!st)
		st = spp_hives_scopes(view->windows, &view->scopes, err);
	if (!st)
		st = read_image(view, err);
	/* Only SOFTWARE shows where a client looks. */
	if (!st && spp_hives_session(view->windows, SPP_ROLE_SOFTWARE))
		st = spp_effective_clients(&view->scopes, &view->have,
					   spp_identity_build(&view->identity),
					   &view->clients, err);
	if (!st)
		cli_warn_of_state(view->windows, &view->notes);
	return st;
}

const char *cli_product(const struct spp_scope *scope)
{
	const struct spp_app *app = spp_app_find(scope->app);
	const struct spp_sku *sku = spp_sku_find(scope->sku);

	if (*scope->sku)
		return sku ? sku->name : "";
	return app ? app->summary : "";
}

void cli_describe(const struct cli_view *view,
		  const struct spp_policy_item *item, struct spp_buf *out)
{
	struct spp_publish_list CLEANUP(spp_publish_list_release) list =
		SPP_PUBLISH_LIST_INIT;

	if (item->setting->kind == SPP_KIND_PUBLISH &&
	    !spp_publish_list_read(&item->value, &list, NULL)) {
		spp_buf_printf(out, NULL, "%zu %s", list.count,
			       list.count == 1 ? "entry" : "entries");
		return;
	}
	cli_show_value(view->call, item->setting, &item->value, SPP_TERMS_OWN,
		       out, NULL);
	if (!out->size)
		spp_buf_puts(out, "(empty)", NULL);
	else if (item->setting->unit)
		spp_buf_printf(out, NULL, " %s", item->setting->unit);
}

void cli_marks(const struct spp_policy_item *item, struct spp_buf *out)
{
	unsigned int odd = spp_setting_examine(item->setting, &item->value);

	if (odd & SPP_ODD_TYPE)
		spp_type_show(item->value.type, out, NULL);
	cli_oddities(odd, out);
}

static void print_title(const struct spp_scope *scope)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	const char *name = *scope->app ? cli_product(scope)
				       : spp_places[scope->place].summary;

	spp_scope_show(scope, &text, NULL);
	printf("  %s%s%s%s\n", spp_buf_text(&text), *name ? " (" : "", name,
	       *name ? ")" : "");
}

void cli_item_row(const struct cli_view *v, struct cli_table *t,
		  const struct spp_policy_item *item, bool whence)
{
	const struct spp_setting *s = item->setting;
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) marks = SPP_BUF_INIT;

	cli_describe(v, item, &text);
	cli_marks(item, &marks);
	if (whence)
		cli_row(t, s->name, spp_buf_text(&text), "hive",
			spp_audience_word(s->audience), s->value,
			spp_buf_text(&marks), NULL);
	else
		cli_row(t, s->name, spp_buf_text(&text), s->value,
			spp_buf_text(&marks), NULL);
}

/*
 * The items of one scope; *at moves past them, as scopes and items are in
 * the same order.
 */
static bool print_scope(const struct cli_view *v, const struct spp_scope *scope,
			size_t *at, cli_wanted wanted, bool empty,
			const char *heading)
{
	const struct spp_policy *have = &v->have;
	struct cli_table *t = NULL;
	int order;

	for (; *at < have->count; ++*at) {
		order = spp_scope_cmp(&have->item[*at].scope, scope);
		if (order > 0)
			break;
		if (order < 0 || !wanted(&have->item[*at]))
			continue;
		if (!t) {
			fputs(heading, stdout);
			print_title(scope);
			t = cli_table_open("|||");
		}
		cli_item_row(v, t, &have->item[*at], false);
	}
	cli_table_close(t, stdout, 4);
	if (t || !empty)
		return t != NULL;
	fputs(heading, stdout);
	print_title(scope);
	puts("    nothing set");
	return true;
}

void cli_show_scopes(const struct cli_view *v, const char *heading,
		     cli_wanted wanted, bool empty)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	const char *first;
	size_t i, at = 0;

	spp_buf_printf(&text, NULL, "\n%s%s%s\n", cli_bold(), heading,
		       cli_plain());
	first = spp_buf_text(&text);
	for (i = 0; i < v->scopes.count; i++)
		if (print_scope(v, &v->scopes.scope[i], &at, wanted, empty,
				first))
			first = "";
}

json_t *cli_json_item(const struct cli_view *v, const struct spp_setting *s,
		      const struct spp_scope *scope,
		      const struct spp_policy_item *item)
{
	struct spp_buf name = SPP_BUF_INIT, key = SPP_BUF_INIT;
	struct spp_buf text = SPP_BUF_INIT;
	bool secret = s->flags & SPP_SECRET && !cli_has(v->call, OPT_SHOW_KEYS);
	unsigned int odd = item ? spp_setting_examine(s, &item->value) : 0;
	const struct spp_unknown *broken =
		item ? NULL : spp_unreadable(&v->unknown, scope, s);
	const char *fallback = broken ? NULL : s->fallback.text;

	spp_scope_show(scope, &name, NULL);
	spp_scope_path(scope, &key, NULL);
	if (item)
		cli_show_value(v->call, s, &item->value, SPP_TERMS_OWN, &text,
			       NULL);
	return json_pack("{s:s, s:o, s:o, s:s, s:s, s:b, s:o, s:o, s:o, s:o, "
			 "s:o, s:o}",
			 "name", s->name, "scope", cli_json_take(&name), "key",
			 cli_json_take(&key), "registry", s->value, "role",
			 spp_audience_word(s->audience), "set", item != NULL,
			 "text",
			 item ? cli_json_take(&text) : cli_json_text(fallback),
			 "unit", cli_json_text(s->unit), "default",
			 cli_json_text(s->fallback.text), "value",
			 cli_json_value(item ? &item->value : NULL, secret),
			 "marks", cli_json_oddities(odd), "unreadable",
			 cli_json_text(broken ? broken->why : NULL));
}

static json_t *json_scope(const struct cli_view *v,
			  const struct spp_scope *scope, size_t *at)
{
	const struct spp_policy *have = &v->have;
	struct spp_buf name = SPP_BUF_INIT, key = SPP_BUF_INIT;
	json_t *list = json_array();

	for (; *at < have->count; ++*at) {
		const struct spp_policy_item *item = &have->item[*at];

		if (spp_scope_cmp(&item->scope, scope) > 0)
			break;
		json_array_append_new(
			list, cli_json_item(v, item->setting, scope, item));
	}
	spp_scope_show(scope, &name, NULL);
	spp_scope_path(scope, &key, NULL);
	return json_pack("{s:o, s:s, s:o, s:o, s:o}", "scope",
			 cli_json_take(&name), "hive",
			 spp_role_name(spp_places[scope->place].role), "key",
			 cli_json_take(&key), "product",
			 *cli_product(scope) ? cli_json_text(cli_product(scope))
					     : json_null(),
			 "settings", list);
}

json_t *cli_json_scopes(const struct cli_view *v)
{
	json_t *list = json_array();
	size_t i, at = 0;

	for (i = 0; i < v->scopes.count; i++)
		json_array_append_new(list,
				      json_scope(v, &v->scopes.scope[i], &at));
	return list;
}
