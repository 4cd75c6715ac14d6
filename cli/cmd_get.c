/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/evidence/evidence.h"
#include "cli/fail.h"
#include "cli/fleet/run.h"
#include "cli/json.h"
#include "cli/out.h"
#include "cli/setting_arg.h"
#include "cli/target.h"

/* One name, and what there is of it. */
struct got {
	const struct spp_setting *setting;
	enum spp_terms terms;
	struct spp_scope scope;
	struct spp_value value;
	bool set;
	struct spp_buf text;  /* the value in words */
	struct spp_buf holds; /* the same, or the default */
};

struct view {
	struct got *got;
	size_t count;
};

static void release(struct view *v)
{
	size_t i;

	for (i = 0; i < v->count; i++) {
		spp_value_release(&v->got[i].value);
		spp_buf_release(&v->got[i].text);
		spp_buf_release(&v->got[i].holds);
	}
	free(v->got);
}

static const char *name_of(const struct got *g)
{
	return g->terms == SPP_TERMS_OLD ? g->setting->old : g->setting->name;
}

/* As --porcelain has it, which scripts read: it does not change. */
static void print_fields(const struct cli_call *call, const struct got *g,
			 const char *state, const char *text)
{
	struct spp_buf CLEANUP(spp_buf_release) scope = SPP_BUF_INIT;

	spp_scope_show(&g->scope, &scope, NULL);
	printf("%s\t%s\t%s\t%s\t%s\n", cli_path(call->target[0]),
	       spp_buf_text(&scope), name_of(g), state, text);
}

/* Of several targets and names, each line says whose it is. */
static void print_line(const struct cli_call *call, const struct got *g,
		       const char *text)
{
	if (cli_has(call, OPT_PORCELAIN)) {
		print_fields(call, g, g->set ? "set" : "default", text);
		return;
	}
	if (call->many)
		printf("%s: ", cli_path(call->target[0]));
	if (call->operands > 1)
		printf("%s=", name_of(g));
	puts(text);
}

static void print_nothing(const struct cli_call *call, const struct got *g)
{
	if (cli_has(call, OPT_PORCELAIN)) {
		print_fields(call, g, "absent", "");
		return;
	}
	if (!call->many && call->operands < 2)
		return;
	if (call->many)
		printf("%s: ", cli_path(call->target[0]));
	if (call->operands > 1)
		printf("%s: ", name_of(g));
	puts("not set");
}

/* Lists go one entry a line, for scripts that read lines. */
static enum spp_status print_list(const struct cli_call *call,
				  const struct got *g, struct spp_error *err)
{
	struct spp_items CLEANUP(spp_items_release) items = SPP_ITEMS_INIT;
	enum spp_status st = spp_value_get_items(&g->value, &items, err);
	size_t i;

	for (i = 0; !st && i < items.count; i++)
		print_line(call, g, items.item[i].text);
	return st;
}

static enum spp_status print_text(const struct cli_call *call,
				  const struct got *g, struct spp_error *err)
{
	bool effective = cli_has(call, OPT_EFFECTIVE);

	if (g->set && g->setting->kind == SPP_KIND_PUBLISH)
		return print_list(call, g, err);
	if (effective && g->holds.size)
		print_line(call, g, spp_buf_text(&g->holds));
	else if (g->set)
		print_line(call, g, spp_buf_text(&g->text));
	else
		print_nothing(call, g);
	return SPP_OK;
}

static json_t *json_of(const struct cli_call *call, const struct got *g)
{
	/* A call has an operand, so that there is a setting. */
	bool secret = /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
		g->setting->flags & SPP_SECRET && !cli_has(call, OPT_SHOW_KEYS);

	return json_pack(
		"{s:s, s:b, s:o, s:o}", "name", name_of(g), "set", g->set,
		"text",
		g->set ? cli_json_text(spp_buf_text(&g->text)) : json_null(),
		"value", cli_json_value(g->set ? &g->value : NULL, secret));
}

/* The members of the first value are also those of the document. */
static void print_json(const struct cli_call *call, const struct view *v,
		       struct spp_hives *windows)
{
	json_t *document = cli_json_document("get", 1);
	json_t *values = json_array(), *json;
	size_t i;

	json_object_update_new(document, json_of(call, &v->got[0]));
	for (i = 0; i < v->count; i++) {
		struct spp_buf CLEANUP(spp_buf_release) scope = SPP_BUF_INIT;
		const struct got *g = &v->got[i];

		spp_scope_show(&g->scope, &scope, NULL);
		json = json_of(call, g);
		json_object_set_new(json, "scope",
				    json_string(spp_buf_text(&scope)));
		json_object_set_new(
			json, "effective",
			g->holds.size ? cli_json_text(spp_buf_text(&g->holds))
				      : json_null());
		json_array_append_new(values, json);
	}
	json_object_set_new(document, "values", values);
	cli_evidence_put(call, document, cli_evidence_hives(call, windows));
	cli_json_print(document, stdout);
}

/* The value in the hive; SPP_NOTFOUND if it is not set. */
static enum spp_status fetch(struct spp_hives *windows,
			     const struct spp_scope *scope,
			     const struct spp_setting *setting,
			     struct spp_value *value, struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) path = SPP_BUF_INIT;
	enum spp_status st = cli_need_hive(windows, scope, setting, err);

	if (!st)
		st = spp_scope_path(scope, &path, err);
	return st ? st
		  : spp_session_get(
			    spp_hives_session(windows,
					      spp_places[scope->place].role),
			    spp_buf_text(&path), setting->value, value, err);
}

/* What cannot be read is not "not set"; of twins, neither is the value. */
static enum spp_status judge(struct spp_hives *windows,
			     const struct spp_scope *scope,
			     const struct spp_setting *setting,
			     struct spp_error *err)
{
	struct spp_unknowns CLEANUP(spp_unknowns_release) unknown =
		SPP_UNKNOWNS_INIT;
	struct spp_policy CLEANUP(spp_policy_release) have = SPP_POLICY_INIT;
	const struct spp_unknown *item;
	enum spp_status st = spp_hives_read(windows, &have, &unknown, err);

	if (st || spp_policy_get(&have, scope, setting))
		return st;
	item = spp_unreadable(&unknown, scope, setting);
	return item ? spp_fail(err, SPP_CORRUPT,
			       "cannot read %s: %s; see sppctl check",
			       setting->name, item->why)
		    : SPP_OK;
}

/* What holds where nothing is set: a value of the setting, or words. */
static enum spp_status show_default(const struct cli_call *call, struct got *g,
				    struct spp_error *err)
{
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	const struct spp_fallback *f = &g->setting->fallback;
	enum spp_status st;

	if (!f->text)
		return SPP_OK;
	if (!f->is_number)
		return spp_buf_puts(&g->holds, f->text, err);
	st = spp_setting_parse(g->setting, f->text, SPP_TERMS_OWN, &value, NULL,
			       err);
	return st ? st
		  : cli_show_value(call, g->setting, &value, g->terms,
				   &g->holds, err);
}

/* A port of 0 is set, and the default holds. */
static bool is_idle(const struct got *g)
{
	uint32_t n;

	return g->setting->kind == SPP_KIND_PORT &&
	       spp_setting_number(&g->value, &n) && !n;
}

static enum spp_status look(const struct cli_call *call, struct got *g,
			    struct spp_hives *windows, struct spp_error *err)
{
	enum spp_status st =
		fetch(windows, &g->scope, g->setting, &g->value, err);

	g->set = !st;
	if (st == SPP_NOTFOUND && !err->status)
		st = SPP_OK;
	if (!st)
		st = judge(windows, &g->scope, g->setting, err);
	if (!st && g->set)
		st = cli_show_value(call, g->setting, &g->value, g->terms,
				    &g->text, err);
	if (st)
		return st;
	return g->set && !is_idle(g)
		       ? spp_buf_puts(&g->holds, spp_buf_text(&g->text), err)
		       : show_default(call, g, err);
}

static enum spp_status parse(const struct cli_call *call, struct view *v,
			     struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	struct got *g;

	v->got = calloc((size_t)call->operands, sizeof(*v->got));
	if (!v->got)
		return spp_nomem(err);
	while (!st && v->count < (size_t)call->operands) {
		g = &v->got[v->count];
		st = cli_setting(call->operand[v->count++], &g->setting,
				 &g->terms, err);
		if (!st)
			st = cli_scope(call, g->setting, &g->scope, err);
	}
	return st;
}

static enum spp_status print(const struct cli_call *call, const struct view *v,
			     struct spp_hives *windows, struct spp_error *err)
{
	struct spp_notes CLEANUP(spp_notes_release) notes = SPP_NOTES_INIT;
	enum spp_status st = SPP_OK;
	size_t i;

	cli_warn_of_state(windows, &notes);
	cli_warn_all(&notes);
	if (cli_has(call, OPT_QUIET))
		return SPP_OK;
	if (cli_has(call, OPT_JSON)) {
		print_json(call, v, windows);
		return SPP_OK;
	}
	for (i = 0; !st && i < v->count; i++)
		st = print_text(call, &v->got[i], err);
	if (!st)
		cli_evidence_print(call, cli_evidence_hives(call, windows));
	return st;
}

static bool is_told(const struct cli_call *call, const struct got *g)
{
	return g->set || (cli_has(call, OPT_EFFECTIVE) && g->holds.size);
}

static enum cli_exit run_one(const struct cli_call *call, const char *target,
			     void *ctx)
{
	struct view CLEANUP(release) v = { NULL, 0 };
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_hives *windows = NULL;
	enum cli_exit code = CLI_OK;
	enum spp_status st = parse(call, &v, &err);
	size_t i;

	(void)ctx;
	if (!st)
		st = cli_open(call, target, 0, &windows, &err);
	for (i = 0; !st && i < v.count; i++)
		st = look(call, &v.got[i], windows, &err);
	if (!st)
		st = print(call, &v, windows, &err);
	spp_hives_close(windows);
	if (st)
		return cli_fail(call, &err);
	for (i = 0; i < v.count; i++)
		if (!is_told(call, &v.got[i]))
			code = CLI_FINDINGS;
	return code;
}

static enum cli_exit run(const struct cli_call *call)
{
	const struct cli_job job = { .one = run_one };
	struct spp_error err = SPP_ERROR_INIT;

	if (!call->operands && cli_no_setting(&err))
		return cli_fail(call, &err);
	return cli_run(call, &job);
}

const struct cli_command cli_command_get = {
	.name = "get",
	.operands = "TARGET... NAME...",
	.least = 2,
	.most = -1,
	.summary = "print values and nothing else; exit 1 if one is not set",
	.about =
		"NAME is a setting (dns-publishing), whose value is printed in "
		"words (on), or a registry value (DisableDnsPublishing), whose "
		"value is printed as the registry stores it (0). A list is "
		"printed one entry a line. Of several names each line is "
		"NAME=VALUE; of several targets, the target is before it.",
	.options = CLI_OPTIONS(OPT_EFFECTIVE, OPT_QUIET, OPT_PORCELAIN,
			       OPT_SCOPE, OPT_SHOW_KEYS, CLI_OPEN_OPTIONS,
			       CLI_RUN_OPTIONS, OPT_JSON),
	.examples = CLI_EXAMPLES(
		{ "get SOFTWARE dns-publishing", "prints on or off" },
		{ "get SOFTWARE KeyManagementServiceListeningPort",
		  "prints 1689, or nothing and exits 1" },
		{ "get SOFTWARE kms-port --effective",
		  "prints 1688 where it is not set" }),
	.targets = CLI_TARGETS_BEFORE_LAST_NAMES,
	.exact = true,
	.run = run,
};
