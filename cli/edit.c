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

/* One side of a change, as the registry has it. */
static void print_side(const struct cli_call *call, char sign,
		       const struct spp_setting *setting,
		       const struct spp_value *value)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	bool hide =
		setting->flags & SPP_SECRET && !cli_has(call, OPT_SHOW_KEYS);
	size_t i;

	if (!value) {
		printf("    %c absent\n", sign);
		return;
	}
	spp_type_show(value->type, &text, NULL);
	printf("    %c %s, %zu bytes:", sign, spp_buf_text(&text), value->size);
	for (i = 0; i < value->size && !hide; i++)
		printf(" %02x", value->data[i]);
	puts(hide ? " not shown; see --show-keys" : "");
}

static void print_words(const struct cli_call *call,
			const struct spp_setting *setting,
			const struct spp_value *value)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;

	if (!value)
		printf("not set%s%s%s", setting->fallback ? " (" : "",
		       setting->fallback ? setting->fallback : "",
		       setting->fallback ? ")" : "");
	else if (!cli_show_value(call, setting, value, false, &text, NULL))
		printf("%s", text.size ? spp_buf_text(&text) : "(empty)");
}

static void print_change(const struct cli_call *call,
			 const struct spp_change *c)
{
	struct spp_buf CLEANUP(spp_buf_release) path = SPP_BUF_INIT;

	spp_scope_path(&c->scope, &path, NULL);
	printf("  %s%s%s: ", cli_bold(), c->setting->name, cli_plain());
	print_words(call, c->setting, c->before);
	printf(" -> ");
	print_words(call, c->setting, c->after);
	printf("\n    %s\\%s\n", spp_buf_text(&path), c->setting->value);
	print_side(call, '-', c->setting, c->before);
	print_side(call, '+', c->setting, c->after);
}

static void print_changes(const struct cli_call *call, const char *path,
			  const struct spp_changes *changes)
{
	bool dry = cli_has(call, OPT_DRY_RUN);
	size_t i;

	if (!changes->count) {
		printf("%s: nothing to change\n", path);
		return;
	}
	printf("%s: %zu %s%s\n", path, changes->count,
	       changes->count == 1 ? "change" : "changes",
	       dry ? " pending" : "");
	for (i = 0; i < changes->count; i++)
		print_change(call, &changes->change[i]);
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

static void json_changes(const struct cli_call *call,
			 const struct spp_windows *windows,
			 const struct spp_changes *changes,
			 const struct spp_notes *notes)
{
	json_t *document = cli_json_document("edit", 1);
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < changes->count; i++)
		json_array_append_new(list,
				      json_change(call, &changes->change[i]));
	json_object_set_new(document, "changed",
			    json_boolean(changes->count > 0));
	json_object_set_new(document, "dry_run",
			    json_boolean(cli_has(call, OPT_DRY_RUN)));
	json_object_set_new(document, "changes", list);
	json_object_set_new(document, "target", cli_json_target(windows));
	json_object_set_new(document, "warnings", cli_json_notes(notes));
	cli_json_print(document);
}

static void report(const struct cli_call *call,
		   const struct spp_windows *windows, const char *path,
		   const struct spp_changes *changes,
		   const struct spp_notes *notes)
{
	size_t i;

	for (i = 0; i < notes->count; i++)
		cli_warn("%s", notes->text[i]);
	if (cli_has(call, OPT_JSON))
		json_changes(call, windows, changes, notes);
	else
		print_changes(call, path, changes);
}

static enum spp_status carry_out(const struct cli_call *call,
				 struct spp_windows *windows,
				 const struct spp_changes *changes,
				 struct spp_error *err)
{
	enum spp_status st;

	if (cli_has(call, OPT_DRY_RUN))
		return SPP_OK;
	st = spp_windows_stage(windows, changes, err);
	return st ? st : spp_windows_commit(windows, err);
}

enum cli_exit cli_edit(const struct cli_call *call, const char *path,
		       unsigned int roles, cli_wish wish, void *ctx)
{
	struct spp_changes CLEANUP(spp_changes_release) changes =
		SPP_CHANGES_INIT;
	struct spp_policy CLEANUP(spp_policy_release) have = SPP_POLICY_INIT;
	struct spp_policy CLEANUP(spp_policy_release) want = SPP_POLICY_INIT;
	struct spp_notes CLEANUP(spp_notes_release) notes = SPP_NOTES_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_windows *windows = NULL;
	enum spp_status st;

	st = cli_open(call, path, cli_has(call, OPT_DRY_RUN) ? 0 : roles,
		      &windows, &err);
	if (!st)
		st = spp_windows_read(windows, &have, &err);
	if (!st)
		st = wish(call, ctx, &have, &want, &notes, &err);
	if (!st)
		st = spp_policy_diff(&have, &want, &changes, &err);
	if (!st) {
		cli_warn_of_state(windows, &notes);
		st = carry_out(call, windows, &changes, &err);
	}
	if (!st)
		report(call, windows, path, &changes, &notes);
	spp_windows_close(windows);
	if (st)
		return cli_fail(call, &err);
	return cli_has(call, OPT_DRY_RUN) && changes.count ? CLI_FINDINGS
							   : CLI_OK;
}
