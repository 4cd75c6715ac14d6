/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "cli/evidence/evidence.h"
#include "cli/fail.h"
#include "cli/fleet/record.h"
#include "cli/fleet/run.h"
#include "cli/heed.h"
#include "cli/json.h"
#include "cli/out.h"
#include "cli/target.h"
#include "hive/check/check.h"

/* One hive, checked. */
struct checked {
	struct spp_session *session;
	struct spp_check check;
	struct spp_error dirty; /* its logs did not replay */
};

static void release(struct checked *c)
{
	spp_check_release(&c->check);
	spp_session_close(c->session);
}

/* A hive whose logs cannot be replayed is checked in its present state. */
static enum spp_status open_hive(const struct cli_call *call,
				 struct spp_store *store, struct checked *c,
				 struct spp_error *err)
{
	struct spp_session_options options = {
		.discard_logs = cli_has(call, OPT_DISCARD_LOGS),
		.partial = cli_has(call, OPT_PARTIAL)
	};
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st;

	st = spp_session_open(store, &options, &c->session, &why);
	if (st != SPP_DIRTY)
		return st ? spp_fail_from(err, st, &why, "%s", why.text)
			  : SPP_OK;
	c->dirty = why;
	options.discard_logs = true;
	return spp_session_open(store, &options, &c->session, err);
}

static enum spp_status check_store(const struct cli_call *call,
				   struct spp_store *store, struct checked *c,
				   struct spp_error *err)
{
	enum spp_status st = open_hive(call, store, c, err);

	return st ? st
		  : spp_check_run(&c->check, spp_session_hive(c->session), err);
}

static uint64_t count(const struct checked *c, enum spp_severity severity)
{
	uint64_t n = c->check.severity[severity];

	if (severity != SPP_ERROR)
		return n;
	return n + (c->dirty.status != SPP_OK) +
	       (spp_session_report(c->session)->missing != 0);
}

static void print_finding(struct cli_table *t, const struct spp_finding *f)
{
	char offset[24];

	snprintf(offset, sizeof(offset), "0x%llx",
		 (unsigned long long)f->offset);
	cli_row(t, spp_severity_word(f->severity), spp_check_rules[f->rule].id,
		offset, *f->path ? f->path : "-", f->text, NULL);
}

static void print_left_out(const struct spp_check *check)
{
	size_t i;

	for (i = 0; i < SPP_CHECK_RULES; i++)
		if (check->total[i] > SPP_CHECK_KEPT)
			printf("  and %llu more of %s\n",
			       (unsigned long long)(check->total[i] -
						    SPP_CHECK_KEPT),
			       spp_check_rules[i].id);
}

static void print_count(uint64_t n, const char *what, const char *then)
{
	printf("%llu %s%s%s", (unsigned long long)n, what, n == 1 ? "" : "s",
	       then);
}

static void print_text(const struct checked *c)
{
	const struct spp_check *check = &c->check;
	struct cli_table *t;
	size_t i;

	printf("%s: ", cli_path(spp_session_store(c->session)->label));
	print_count(check->keys, "key", ", ");
	print_count(check->values, "value", ", ");
	print_count(check->bins, "bin", "; ");
	print_count(count(c, SPP_ERROR), "error", ", ");
	print_count(count(c, SPP_WARNING), "warning", ", ");
	print_count(count(c, SPP_INFO), "note", "\n");
	if (spp_session_report(c->session)->replay.format)
		puts("  recovered from its logs");
	if (c->dirty.status)
		printf("  error: %s; checked in its present state\n",
		       cli_path(c->dirty.text));
	if (spp_session_report(c->session)->missing)
		printf("  error: the hive is truncated: its last %llu bytes "
		       "are missing; the rest is checked\n",
		       (unsigned long long)spp_session_report(c->session)
			       ->missing);
	if (!check->count)
		return;
	t = cli_table_open("!SEVERITY|RULE|OFFSET|KEY|~WHAT");
	for (i = 0; i < check->count; i++)
		print_finding(t, &check->finding[i]);
	cli_table_close(t, stdout, 2);
	print_left_out(check);
}

static json_t *json_finding(const struct spp_finding *f)
{
	return json_pack("{s:s, s:s, s:I, s:o, s:o}", "severity",
			 spp_severity_word(f->severity), "rule",
			 spp_check_rules[f->rule].id, "offset",
			 (json_int_t)f->offset, "key", cli_json_text(f->path),
			 "text", cli_json_text(f->text));
}

static json_t *json_hive(const struct checked *c, enum spp_role role)
{
	const struct spp_check *check = &c->check;
	json_t *json = cli_json_hive(c->session, role);
	json_t *list = json_array(), *totals = json_object();
	size_t i;

	for (i = 0; i < check->count; i++)
		json_array_append_new(list, json_finding(&check->finding[i]));
	for (i = 0; i < SPP_CHECK_RULES; i++)
		if (check->total[i])
			json_object_set_new(
				totals, spp_check_rules[i].id,
				json_integer((json_int_t)check->total[i]));
	json_object_update_new(
		json,
		json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o,"
			  " s:o}",
			  "keys", (json_int_t)check->keys, "values",
			  (json_int_t)check->values, "bins",
			  (json_int_t)check->bins, "security",
			  (json_int_t)check->descriptors, "used_bytes",
			  (json_int_t)check->used_bytes, "free_bytes",
			  (json_int_t)check->free_bytes, "errors",
			  (json_int_t)count(c, SPP_ERROR), "dirty",
			  cli_json_text(c->dirty.status ? c->dirty.text : NULL),
			  "totals", totals, "findings", list));
	return json;
}

/* What all hives of a call give. */
struct result {
	json_t *hives, *exhibits; /* for JSON, and for --evidence */
	uint64_t bad;		  /* findings that make exit code 1 */
	bool beside;		  /* a hive of --system or --netsvc */
};

static enum spp_status check_all(const struct cli_call *call,
				 struct spp_target *target,
				 struct result *result, struct spp_error *err)
{
	struct checked c[SPP_ROLE_COUNT] = { { .session = NULL } };
	struct spp_session *session[SPP_ROLE_COUNT];
	enum spp_status st = SPP_OK;
	json_t *exhibit;
	int role;

	for (role = 0; !st && role < SPP_ROLE_COUNT; role++) {
		if (!target->store[role])
			continue;
		st = check_store(call, target->store[role], &c[role], err);
		if (st)
			break;
		result->bad += count(&c[role], SPP_ERROR) +
			       count(&c[role], SPP_WARNING);
		if (cli_has(call, OPT_JSON) || cli_recording())
			json_array_append_new(
				result->hives,
				json_hive(&c[role], (enum spp_role)role));
		if (!cli_has(call, OPT_JSON))
			print_text(&c[role]);
	}
	for (role = 0; role < SPP_ROLE_COUNT; role++)
		session[role] = c[role].session;
	exhibit = st ? NULL : cli_evidence_target(call, target, session);
	if (exhibit)
		json_array_append_new(result->exhibits, exhibit);
	for (role = 0; role < SPP_ROLE_COUNT; role++)
		release(&c[role]);
	return st;
}

/* path NULL: nothing to check. */
static enum spp_status check_path(const struct cli_call *call, const char *path,
				  const struct spp_target_options *options,
				  struct result *result, struct spp_error *err)
{
	struct spp_target *target = NULL;
	enum spp_status st;

	if (!path)
		return SPP_OK;
	st = spp_target_open(path, options, &target, err);
	if (!st) {
		cli_warn_all(&target->notes);
		if (!result->beside)
			cli_heed_kind(call, path, target->ops->kind);
		result->beside = true;
		cli_record("kind", json_string(target->ops->kind));
	}
	if (!st)
		st = check_all(call, target, result, err);
	spp_target_close(target);
	return st;
}

static enum cli_exit run_one(const struct cli_call *call, const char *target,
			     void *ctx)
{
	const char *paths[] = { target, cli_value(call, OPT_SYSTEM),
				cli_value(call, OPT_NETSVC) };
	const struct spp_target_options file = { .kind = SPP_TARGET_HIVE };
	struct spp_hives_options options;
	struct spp_error err = SPP_ERROR_INIT;
	json_t *document = cli_json_document("check", 1);
	struct result result = { json_array(), json_array(), 0, false };
	enum spp_status st;
	size_t i;

	(void)ctx;
	json_object_set_new(document, "hives", result.hives);
	/* NULL if memory is short. */
	result.hives = json_object_get(document, "hives");
	st = cli_options_of(call, 0, &options, &err);
	for (i = 0; !st && i < sizeof(paths) / sizeof(paths[0]); i++)
		st = check_path(call, paths[i], i ? &file : &options.target,
				&result, &err);
	if (!st)
		cli_record("hives", json_incref(result.hives));
	if (!st && cli_has(call, OPT_JSON)) {
		cli_evidence_put(call, document, result.exhibits);
		cli_json_print(document, stdout);
	} else {
		cli_evidence_print(call, result.exhibits);
		json_decref(document);
	}
	if (st)
		return cli_fail(call, &err);
	return result.bad ? CLI_FINDINGS : CLI_OK;
}

static enum cli_exit run(const struct cli_call *call)
{
	const struct cli_job job = { .one = run_one };

	return cli_run(call, &job);
}

const struct cli_command cli_command_check = {
	.name = "check",
	.operands = "TARGET...",
	.least = 1,
	.most = -1,
	.summary = "check the integrity of the hives; exit 1 on findings",
	.about = "Checks the base block, every bin, cell, key, value, list "
		 "and security descriptor by the\nrules that Windows applies, "
		 "in the state that the transaction logs describe. Errors "
		 "and\nwarnings count as findings, notes do not.",
	.options =
		CLI_OPTIONS(OPT_DISCARD_LOGS, OPT_PARTIAL, CLI_TARGET_OPTIONS,
			    CLI_EVIDENCE_OPTIONS, CLI_RUN_OPTIONS, OPT_JSON),
	.examples = CLI_EXAMPLES(
		{ "check SOFTWARE", "one hive" },
		{ "check /mnt/Windows --json", "all hives, for scripts" }),
	.targets = CLI_TARGETS_ALL,
	.paged = true,
	.run = run,
};
