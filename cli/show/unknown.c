/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contents of the known keys that are not settings. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cli/show/show.h"
#include "policy/format/json_unknown.h"
#include "policy/text/printable.h"

/* Bytes of a value that are printed; dump has all of them. */
#define SHOWN	  80
#define SHOWN_HEX 16

static void describe(const struct cli_view *v, const struct spp_unknown *item,
		     struct spp_buf *out)
{
	char CLEANUP(spp_free_string) *text = NULL;
	char CLEANUP(spp_free_string) *cut = NULL;
	const struct spp_setting *near = spp_unknown_near(item->name);
	const struct spp_value *value = &item->value;
	bool keys = cli_has(v->call, OPT_SHOW_KEYS);
	size_t n = value->size < SHOWN_HEX ? value->size : SHOWN_HEX;
	uint32_t number;

	if (item->kind != SPP_UNKNOWN_VALUE)
		return;
	if (!keys && near && near->flags & SPP_SECRET) {
		spp_buf_puts(out, "*", NULL);
	} else if (value->type == SPP_REG_SZ ||
		   value->type == SPP_REG_EXPAND_SZ ||
		   value->type == SPP_REG_MULTI_SZ) {
		if (!spp_value_get_text(value, &text, NULL, NULL) && !keys)
			spp_printable_redact(text);
		cut = text ? spp_printable_cut(text, SHOWN) : NULL;
		spp_buf_puts(out, cut ? cut : "", NULL);
	} else if (spp_value_get_dword(value, &number)) {
		spp_buf_printf(out, NULL, "%u", number);
	} else {
		spp_hex_show(value->data, n, out, NULL);
		spp_buf_puts(out, n < item->size ? "..." : "", NULL);
	}
}

static void remark(const struct spp_unknown *item, struct spp_buf *out)
{
	const struct spp_setting *near = spp_unknown_near(item->name);

	if (item->kind == SPP_UNREADABLE)
		spp_buf_puts(out, "unreadable: ", NULL);
	if (item->why)
		spp_buf_puts(out, item->why, NULL);
	else if (near && item->name && !strcasecmp(near->value, item->name))
		spp_buf_puts(out, spp_unknown_misplaced(item, near), NULL);
	else if (near)
		spp_buf_printf(out, NULL, "a name close to %s", near->value);
	else if (spp_unknown_is_usual(item))
		spp_buf_puts(out, "kept by Windows", NULL);
}

static void print_item(const struct cli_view *v, struct cli_table *t,
		       const struct spp_unknown *item)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) type = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) says = SPP_BUF_INIT;
	const char *name = item->name ? item->name : "";

	describe(v, item, &text);
	remark(item, &says);
	if (item->kind == SPP_UNKNOWN_VALUE)
		spp_type_show(item->value.type, &type, NULL);
	if (item->name && !*name)
		name = "(default)";
	if (!item->name)
		name = "(key)";
	cli_row(t, name, spp_buf_text(&type), spp_buf_text(&text),
		spp_buf_text(&says), NULL);
}

static bool is_wanted(const struct spp_unknown *item, bool all)
{
	return all || item->kind == SPP_UNREADABLE;
}

/* all: including readable items. */
void cli_show_unknown(const struct cli_view *v, bool all)
{
	const struct spp_unknown *item, *last = NULL;
	struct cli_table *t = NULL;
	size_t i;

	for (i = 0; i < v->unknown.count; i++) {
		item = &v->unknown.item[i];
		if (!is_wanted(item, all))
			continue;
		if (!last)
			printf("\n%s%s%s\n", cli_bold(),
			       all ? "Beside the settings" : "Not readable",
			       cli_plain());
		if (!last || last->place != item->place ||
		    strcmp(last->key, item->key)) {
			cli_table_close(t, stdout, 4);
			printf("  %s: %s\n",
			       spp_role_name(spp_places[item->place].role),
			       *item->key ? cli_path(item->key)
					  : "on the way to its keys");
			t = cli_table_open("|||");
		}
		print_item(v, t, item);
		last = item;
	}
	cli_table_close(t, stdout, 4);
	if (v->unknown.left_out)
		printf("  and %zu more\n", v->unknown.left_out);
}

json_t *cli_json_unknown(const struct cli_view *v, bool all)
{
	bool keys = cli_has(v->call, OPT_SHOW_KEYS);
	json_t *list = json_array(), *json;
	size_t i;

	for (i = 0; i < v->unknown.count; i++) {
		const struct spp_unknown *item = &v->unknown.item[i];

		if (!is_wanted(item, all))
			continue;
		json = spp_json_unknown(item, keys);
		json_object_set_new(json, "usual",
				    json_boolean(spp_unknown_is_usual(item)));
		json_array_append_new(list, json);
	}
	return list;
}
