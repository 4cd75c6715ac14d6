/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "cli/evidence/evidence.h"
#include "cli/fail.h"
#include "cli/fleet/run.h"
#include "cli/json.h"
#include "cli/out.h"
#include "cli/setting_arg.h"
#include "cli/target.h"

/* Of several targets, each line says whose it is. */
static void print_line(const struct cli_call *call, const char *text)
{
	if (call->many)
		printf("%s: ", cli_path(call->target[0]));
	puts(text);
}

/* Lists go one entry a line, for scripts that read lines. */
static enum spp_status print_list(const struct cli_call *call,
				  const struct spp_value *value,
				  struct spp_error *err)
{
	struct spp_items CLEANUP(spp_items_release) items = SPP_ITEMS_INIT;
	enum spp_status st = spp_value_get_items(value, &items, err);
	size_t i;

	for (i = 0; !st && i < items.count; i++)
		print_line(call, items.item[i].text);
	return st;
}

static void print_json(const struct cli_call *call, struct spp_hives *windows,
		       const struct spp_setting *setting, enum spp_terms terms,
		       const struct spp_value *value, const char *text,
		       bool secret)
{
	json_t *document = cli_json_document("get", 1);

	json_object_set_new(document, "name",
			    json_string(terms == SPP_TERMS_OLD
						? setting->old
						: setting->name));
	json_object_set_new(document, "set", json_boolean(value != NULL));
	json_object_set_new(document, "text", cli_json_text(text));
	json_object_set_new(document, "value", cli_json_value(value, secret));
	cli_evidence_put(call, document, cli_evidence_hives(call, windows));
	cli_json_print(document, stdout);
}

static enum spp_status print(const struct cli_call *call,
			     struct spp_hives *windows,
			     const struct spp_setting *setting,
			     enum spp_terms terms,
			     const struct spp_value *value,
			     struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	bool secret =
		setting->flags & SPP_SECRET && !cli_has(call, OPT_SHOW_KEYS);
	enum spp_status st;

	if (value && setting->kind == SPP_KIND_PUBLISH &&
	    !cli_has(call, OPT_JSON))
		return print_list(call, value, err);
	st = value ? cli_show_value(call, setting, value, terms, &text, err)
		   : SPP_OK;
	if (st)
		return st;
	if (cli_has(call, OPT_JSON))
		print_json(call, windows, setting, terms, value,
			   value ? spp_buf_text(&text) : NULL, secret);
	else if (value)
		print_line(call, spp_buf_text(&text));
	else if (call->many)
		print_line(call, "not set");
	return SPP_OK;
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

static enum cli_exit run_one(const struct cli_call *call, const char *target,
			     void *ctx)
{
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	struct spp_notes CLEANUP(spp_notes_release) notes = SPP_NOTES_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_hives *windows = NULL;
	const struct spp_setting *setting;
	enum spp_terms terms = SPP_TERMS_OWN;
	bool set = false;
	struct spp_scope scope;
	enum spp_status st;

	(void)ctx;
	st = cli_setting(call->operand[0], &setting, &terms, &err);
	if (!st)
		st = cli_scope(call, setting, &scope, &err);
	if (!st)
		st = cli_open(call, target, 0, &windows, &err);
	if (!st) {
		st = fetch(windows, &scope, setting, &value, &err);
		set = !st;
		if (st == SPP_NOTFOUND && !err.status)
			st = SPP_OK;
		if (!st)
			st = judge(windows, &scope, setting, &err);
	}
	if (!st) {
		cli_warn_of_state(windows, &notes);
		cli_warn_all(&notes);
		st = print(call, windows, setting, terms, set ? &value : NULL,
			   &err);
	}
	if (!st && !cli_has(call, OPT_JSON))
		cli_evidence_print(call, cli_evidence_hives(call, windows));
	spp_hives_close(windows);
	if (st)
		return cli_fail(call, &err);
	return set ? CLI_OK : CLI_FINDINGS;
}

static enum cli_exit run(const struct cli_call *call)
{
	const struct cli_job job = { .one = run_one };

	return cli_run(call, &job);
}

const struct cli_command cli_command_get = {
	.name = "get",
	.operands = "TARGET... NAME",
	.least = 2,
	.most = -1,
	.summary = "print one value and nothing else; exit 1 if it is not set",
	.about =
		"NAME is a setting (dns-publishing), whose value is printed "
		"in words (on), or a registry value\n(DisableDnsPublishing), "
		"whose value is printed as the registry stores it (0). A list "
		"is printed\none entry a line. Of several targets, the name is "
		"before each line.",
	.options = CLI_OPTIONS(OPT_SCOPE, OPT_SHOW_KEYS, OPT_AS,
			       CLI_TARGET_OPTIONS, CLI_EVIDENCE_OPTIONS,
			       OPT_DISCARD_LOGS, CLI_RUN_OPTIONS, OPT_JSON),
	.examples = CLI_EXAMPLES(
		{ "get SOFTWARE dns-publishing", "prints on or off" },
		{ "get SOFTWARE KeyManagementServiceListeningPort",
		  "prints 1689, or nothing and exits 1" }),
	.targets = CLI_TARGETS_BUT_LAST,
	.run = run,
};
