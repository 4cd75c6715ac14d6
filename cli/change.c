/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/change.h"

#include "cli/json.h"
#include "cli/open.h"
#include "cli/out.h"

/* Longer data is broken into lines of so many bytes. */
#define HEX_LINE 24

/* One side of a change, as the registry has it. */
static void print_side(const struct cli_call *call, FILE *to, char sign,
		       const struct spp_setting *setting,
		       const struct spp_value *value)
{
	struct spp_buf CLEANUP(spp_buf_release) type = SPP_BUF_INIT;
	bool hide =
		setting->flags & SPP_SECRET && !cli_has(call, OPT_SHOW_KEYS);
	size_t i;

	if (!value) {
		fprintf(to, "    %c absent\n", sign);
		return;
	}
	spp_type_show(value->type, &type, NULL);
	fprintf(to, "    %c %s, %zu bytes:", sign, spp_buf_text(&type),
		value->size);
	for (i = 0; i < value->size && !hide; i++)
		fprintf(to, "%s%02x",
			value->size > HEX_LINE && !(i % HEX_LINE) ? "\n        "
								  : " ",
			value->data[i]);
	fputs(hide ? " not shown; see --show-keys\n" : "\n", to);
}

/* In a scope below another, what holds then is not the default. */
static void print_words(const struct cli_call *call, FILE *to,
			const struct spp_change *c,
			const struct spp_value *value)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	const char *fallback = *c->scope.app ? NULL : c->setting->fallback.text;

	if (!value)
		fprintf(to, "not set%s%s%s", fallback ? " (" : "",
			fallback ? fallback : "", fallback ? ")" : "");
	else if (!cli_show_value(call, c->setting, value, false, &text, NULL))
		fputs(text.size ? spp_buf_text(&text) : "(empty)", to);
}

void cli_print_change(const struct cli_call *call, FILE *to,
		      const struct spp_change *c)
{
	struct spp_buf CLEANUP(spp_buf_release) path = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) scope = SPP_BUF_INIT;
	struct spp_scope home;

	home = spp_policy_home(c->setting);
	spp_scope_path(&c->scope, &path, NULL);
	fprintf(to, "  %s%s%s", cli_bold(), c->setting->name, cli_plain());
	if (spp_scope_cmp(&c->scope, &home)) {
		spp_scope_show(&c->scope, &scope, NULL);
		fprintf(to, " in %s", spp_buf_text(&scope));
	}
	fputs(": ", to);
	print_words(call, to, c, c->before);
	fputs(" -> ", to);
	print_words(call, to, c, c->after);
	fprintf(to, "\n    %s\\%s\n", spp_buf_text(&path), c->setting->value);
	print_side(call, to, '-', c->setting, c->before);
	print_side(call, to, '+', c->setting, c->after);
}

static json_t *json_change(const struct cli_call *call,
			   const struct spp_change *c)
{
	struct spp_buf scope = SPP_BUF_INIT, path = SPP_BUF_INIT;
	bool secret =
		c->setting->flags & SPP_SECRET && !cli_has(call, OPT_SHOW_KEYS);

	spp_scope_show(&c->scope, &scope, NULL);
	spp_scope_path(&c->scope, &path, NULL);
	return json_pack("{s:s, s:o, s:o, s:s, s:o, s:o}", "name",
			 c->setting->name, "scope", cli_json_take(&scope),
			 "key", cli_json_take(&path), "registry",
			 c->setting->value, "before",
			 cli_json_value(c->before, secret), "after",
			 cli_json_value(c->after, secret));
}

json_t *cli_json_changes(const struct cli_call *call,
			 const struct spp_changes *changes)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < changes->count; i++)
		json_array_append_new(list,
				      json_change(call, &changes->change[i]));
	return list;
}
