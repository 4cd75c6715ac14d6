/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/edit.h"

#include <stdio.h>

#include "cli/json.h"
#include "cli/out.h"

unsigned int cli_roles(const struct spp_policy *want)
{
	unsigned int roles = 0;
	size_t i;

	for (i = 0; i < want->count; i++)
		roles |= 1u << spp_places[want->item[i].scope.place].role;
	return roles;
}

/* One edit under way. */
struct edit {
	const struct cli_call *call;
	const char *path;
	struct spp_windows *windows;
	struct spp_policy have, want;
	struct spp_changes changes;
	struct spp_notes notes;
};

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
		fprintf(to, " %02x", value->data[i]);
	fputs(hide ? " not shown; see --show-keys\n" : "\n", to);
}

static void print_words(const struct cli_call *call, FILE *to,
			const struct spp_setting *setting,
			const struct spp_value *value)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;

	if (!value)
		fprintf(to, "not set%s%s%s", setting->fallback ? " (" : "",
			setting->fallback ? setting->fallback : "",
			setting->fallback ? ")" : "");
	else if (!cli_show_value(call, setting, value, false, &text, NULL))
		fputs(text.size ? spp_buf_text(&text) : "(empty)", to);
}

static void print_change(const struct cli_call *call, FILE *to,
			 const struct spp_change *c)
{
	struct spp_buf CLEANUP(spp_buf_release) path = SPP_BUF_INIT;

	spp_scope_path(&c->scope, &path, NULL);
	fprintf(to, "  %s%s%s: ", cli_bold(), c->setting->name, cli_plain());
	print_words(call, to, c->setting, c->before);
	fputs(" -> ", to);
	print_words(call, to, c->setting, c->after);
	fprintf(to, "\n    %s\\%s\n", spp_buf_text(&path), c->setting->value);
	print_side(call, to, '-', c->setting, c->before);
	print_side(call, to, '+', c->setting, c->after);
}

static void print_changes(const struct edit *e, FILE *to)
{
	size_t i, n = e->changes.count;

	if (!n) {
		fprintf(to, "%s: nothing to change\n", e->path);
		return;
	}
	fprintf(to, "%s: %zu %s%s\n", e->path, n, n == 1 ? "change" : "changes",
		cli_has(e->call, OPT_DRY_RUN) ? " pending" : "");
	for (i = 0; i < n; i++)
		print_change(e->call, to, &e->changes.change[i]);
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

static void json_changes(const struct edit *e, FILE *to)
{
	json_t *document = cli_json_document("edit", 1);
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < e->changes.count; i++)
		json_array_append_new(
			list, json_change(e->call, &e->changes.change[i]));
	json_object_set_new(document, "changed",
			    json_boolean(e->changes.count > 0));
	json_object_set_new(document, "dry_run",
			    json_boolean(cli_has(e->call, OPT_DRY_RUN)));
	json_object_set_new(document, "changes", list);
	json_object_set_new(document, "target", cli_json_target(e->windows));
	json_object_set_new(document, "warnings", cli_json_notes(&e->notes));
	cli_json_print(document, to);
}

/* The report as text, made before anything is replaced. */
static enum spp_status report(const struct edit *e, char **text,
			      struct spp_error *err)
{
	size_t size;
	FILE *to = open_memstream(text, &size);

	if (!to)
		return spp_nomem(err);
	if (cli_has(e->call, OPT_JSON))
		json_changes(e, to);
	else
		print_changes(e, to);
	if (fclose(to) || spp_memory_ran_out())
		return spp_nomem(err);
	return SPP_OK;
}

static enum spp_status prepare(struct edit *e, struct spp_error *err)
{
	enum spp_status st;

	if (cli_has(e->call, OPT_DRY_RUN))
		return SPP_OK;
	st = spp_windows_stage(e->windows, &e->changes, err);
	return st ? st : spp_windows_prepare(e->windows, err);
}

static enum spp_status carry_out(struct edit *e, struct spp_error *err)
{
	char CLEANUP(spp_free_string) *text = NULL;
	enum spp_status st = prepare(e, err);
	size_t i;

	if (!st)
		st = report(e, &text, err);
	if (!st && !cli_has(e->call, OPT_DRY_RUN))
		st = spp_windows_publish(e->windows, err);
	if (st)
		return st;
	for (i = 0; i < e->notes.count; i++)
		cli_warn("%s", e->notes.text[i]);
	fputs(text, stdout);
	return SPP_OK;
}

static void release(struct edit *e)
{
	spp_changes_release(&e->changes);
	spp_policy_release(&e->have);
	spp_policy_release(&e->want);
	spp_notes_release(&e->notes);
	spp_windows_close(e->windows);
}

enum cli_exit cli_edit(const struct cli_call *call, const char *path,
		       unsigned int roles, cli_wish wish, void *ctx)
{
	bool dry = cli_has(call, OPT_DRY_RUN);
	struct edit CLEANUP(release) e = { .call = call, .path = path };
	struct spp_error err = SPP_ERROR_INIT;
	enum spp_status st;

	st = cli_open(call, path, dry ? 0 : roles, &e.windows, &err);
	if (!st)
		st = spp_windows_read(e.windows, &e.have, &err);
	if (!st)
		st = wish(call, ctx, &e.have, &e.want, &e.notes, &err);
	if (!st)
		st = spp_policy_diff(&e.have, &e.want, &e.changes, &err);
	if (!st) {
		cli_warn_of_state(e.windows, &e.notes);
		st = carry_out(&e, &err);
	}
	if (st)
		return cli_fail(call, &err);
	return dry && e.changes.count ? CLI_FINDINGS : CLI_OK;
}
