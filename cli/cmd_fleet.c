/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fleet: the design of a site in one file, and its targets. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/audit/audit.h"
#include "cli/edit.h"
#include "cli/fail.h"
#include "cli/fleet/file.h"
#include "cli/fleet/plan.h"
#include "cli/fleet/results.h"
#include "cli/fleet/run.h"
#include "cli/heed.h"
#include "cli/out.h"
#include "cli/restore.h"
#include "policy/text/near.h"

/* Where apply keeps what it replaces, unless --backup says otherwise. */
#define FLEET_SUFFIX ".fleet"

struct fleet {
	struct cli_call call; /* with the targets of the file */
	struct cli_fleet_file file;
	struct cli_targets list;
};

static void release(struct fleet *f)
{
	cli_fleet_file_release(&f->file);
	cli_targets_release(&f->list);
	cli_copy_release(&f->call);
}

static enum spp_status wish(const struct cli_call *call, void *ctx,
			    const struct spp_policy *have,
			    struct spp_policy *want, struct spp_notes *notes,
			    struct spp_error *err)
{
	const struct fleet *f = ctx;
	const struct cli_fleet_group *group =
		cli_fleet_file_group(&f->file, call->target[0]);
	enum spp_status st = SPP_OK;
	size_t i;

	(void)have;
	(void)notes;
	for (i = 0; group && !st && i < group->want.count; i++)
		st = cli_fleet_wish(want, &group->want.item[i], err);
	return st;
}

/* All that any group wants. */
static void describe(const struct fleet *f, struct cli_plan *plan)
{
	size_t i;

	for (i = 0; i < f->file.groups; i++) {
		const struct spp_policy *want = &f->file.group[i].want;

		plan->roles |= cli_roles(want);
		plan->salt = plan->salt * 31 + cli_edit_hash(want);
	}
}

static enum cli_exit worse(enum cli_exit a, enum cli_exit b)
{
	return a > b ? a : b;
}

static enum cli_exit edit(struct fleet *f, const struct cli_call *call,
			  struct cli_fleet *fleet, FILE *to)
{
	struct cli_plan plan = { .wish = wish,
				 .ctx = f,
				 .checked = true,
				 .to = to,
				 .fleet = fleet };

	describe(f, &plan);
	return cli_edit(call, &plan);
}

static enum cli_exit plan(struct fleet *f)
{
	struct cli_fleet CLEANUP(cli_fleet_release) fleet = CLI_FLEET_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	enum cli_exit code, failed;

	if (cli_has(&f->call, OPT_JSON))
		return edit(f, &f->call, NULL, NULL);
	if (cli_fleet_begin(&f->call, &fleet, &err))
		return cli_fail(&f->call, &err);
	code = edit(f, &f->call, &fleet, NULL);
	failed = cli_fleet_end(&fleet);
	if (!fleet.whole)
		return code;
	return worse(code, cli_fleet_plan(&f->call, &f->file, &fleet, failed));
}

static enum cli_exit apply(struct fleet *f)
{
	return edit(f, &f->call, NULL, NULL);
}

/* Drift, and then the rules; with --json only these are the document. */
static enum cli_exit audit_as(struct fleet *f, const struct cli_call *edits)
{
	struct cli_audit CLEANUP(cli_audit_release) a = { .call = &f->call };
	bool json = cli_has(&f->call, OPT_JSON);
	struct spp_error err = SPP_ERROR_INIT;
	enum cli_exit drift;

	if (cli_audit_begin(&a, &f->call, f->file.site, &err) ||
	    cli_fleet_begin(&f->call, &a.fleet, &err))
		return cli_fail(&f->call, &err);
	drift = edit(f, edits, &a.fleet, json ? stderr : NULL);
	a.failed = cli_fleet_end(&a.fleet);
	return worse(drift, cli_audit_end(&a, NULL));
}

static enum cli_exit audit(struct fleet *f)
{
	struct cli_call call = f->call;
	enum cli_exit code;
	size_t i;

	call.given = calloc(call.given_count + 1, sizeof(*call.given));
	if (!call.given) {
		cli_complain("out of memory");
		return CLI_FAILED;
	}
	call.given_count = 0;
	for (i = 0; i < f->call.given_count; i++)
		if (f->call.given[i].id != OPT_JSON)
			call.given[call.given_count++] = f->call.given[i];
	code = audit_as(f, &call);
	free(call.given);
	return code;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/*
 * Lines come as targets were done; the file knows no order, either.  Images of
 * a WIM that a run has changed have one undo file.
 */
static void sort_changed(struct fleet *f)
{
	char **name = f->list.name;
	size_t i, n = 0;

	if (f->list.count)
		qsort(name, f->list.count, sizeof(*name), by_name);
	for (i = 0; i < f->list.count; i++)
		if (n && cli_same_wim(name[n - 1], name[i]))
			free(name[i]);
		else
			name[n++] = name[i];
	f->list.count = n;
}

/* The targets that the run of these results has changed. */
static enum spp_status read_changed(struct fleet *f, const char *path,
				    struct spp_error *err)
{
	FILE *from = fopen(path, "re");
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	enum spp_status st = SPP_OK;
	size_t number = 0;
	bool whole;

	if (!from)
		return spp_fail_errno(err,
				      errno == ENOENT ? SPP_NOTFOUND : SPP_IO,
				      "cannot open '%s'", path);
	while (!st &&
	       !(st = cli_result_line(from, path, ++number, &text, &whole,
				      err)) &&
	       whole) {
		struct cli_result CLEANUP(cli_result_release) r =
			CLI_RESULT_INIT;

		st = cli_result_read(&r, spp_buf_text(&text), text.size, path,
				     number, err);
		if (!st && r.outcome == CLI_CHANGED &&
		    cli_fleet_file_group(&f->file, r.target))
			st = cli_targets_add(&f->list, r.target, err);
	}
	fclose(from);
	sort_changed(f);
	return st;
}

static enum cli_exit rollback(struct fleet *f)
{
	struct cli_job job = { .one = cli_restore_one };
	struct spp_error err = SPP_ERROR_INIT;
	enum spp_status st;

	cli_targets_release(&f->list);
	if (f->call.operands < 3)
		st = spp_fail(&err, SPP_USAGE,
			      "missing argument: the file of --results of the "
			      "run to roll back");
	else
		st = read_changed(f, f->call.operand[2], &err);
	if (!st)
		st = cli_targets_take(&f->list, &f->call, &err);
	return st ? cli_fail(&f->call, &err) : cli_run(&f->call, &job);
}

static const struct {
	const char *name;
	enum cli_exit (*run)(struct fleet *f);
	enum cli_option_id adds; /* OPT_END: none */
	const char *value;
} actions[] = {
	{ "plan", plan, OPT_DRY_RUN, NULL },
	{ "apply", apply, OPT_BACKUP, FLEET_SUFFIX },
	{ "audit", audit, OPT_DRY_RUN, NULL },
	{ "rollback", rollback, OPT_BACKUP, FLEET_SUFFIX },
};
#define ACTIONS (sizeof(actions) / sizeof(actions[0]))

/* ACTIONS if it is none. */
static size_t find_action(const char *word)
{
	size_t i;

	for (i = 0; i < ACTIONS && strcmp(actions[i].name, word) != 0; i++)
		;
	return i;
}

static enum spp_status unknown_action(const struct cli_call *call,
				      struct spp_error *err)
{
	struct spp_near near = SPP_NEAR_INIT(call->operand[0]);
	size_t i;

	if (find_action(call->operand[1]) < ACTIONS)
		return spp_fail(err, SPP_USAGE,
				"unknown action '%s'; put the action first: "
				"sppctl fleet %s %s",
				call->operand[0], call->operand[1],
				call->operand[0]);
	for (i = 0; i < ACTIONS; i++)
		spp_near_try(&near, actions[i].name);
	return spp_near_fail(&near, "action",
			     "allowed: plan, apply, audit, rollback", err);
}

static enum cli_exit run(const struct cli_call *call)
{
	struct fleet CLEANUP(release) f = { .call = { .given = NULL } };
	size_t i = find_action(call->operand[0]);
	struct spp_error err = SPP_ERROR_INIT;
	enum spp_status st;

	if (i == ACTIONS) {
		unknown_action(call, &err);
		return cli_fail(call, &err);
	}
	if (actions[i].adds == OPT_DRY_RUN)
		cli_heed_reading(call);
	/* What the action implies. */
	st = cli_call_with(call, actions[i].adds, actions[i].value, &f.call,
			   &err);
	if (!st)
		st = cli_fleet_file_read(&f.file, call, call->operand[1], &err);
	if (!st)
		st = cli_fleet_file_targets(&f.file, &f.list, &f.call, &err);
	return st ? cli_fail(call, &err) : actions[i].run(&f);
}

const struct cli_command cli_command_fleet = {
	.name = "fleet",
	.operands = "ACTION FLEET [RESULTS]",
	.least = 2,
	.most = 3,
	.summary = "plan, apply, audit or roll back the design of a site",
	.about = "FLEET is a JSON file with the design once: domains, KMS "
		 "hosts with priority and weight, clients\nwith their policy, "
		 "and the targets of each; sppctl help schema fleet describes "
		 "it. Names of files\nin it are relative to the current "
		 "folder. plan prints what would change and judges the design "
		 "as\nit will be; exit 1 if changes are pending or it is weak. "
		 "apply makes the changes and keeps backups\nunder the suffix "
		 ".fleet. audit prints how targets differ from the design, and "
		 "checks them against\nthe audit rules; exit 1 on drift or "
		 "findings. rollback puts back what the run that wrote RESULTS "
		 "has\nchanged.",
	.options = CLI_OPTIONS(
		OPT_VERBOSE, CLI_REPLACE_OPTIONS, OPT_FAIL_ON, OPT_IGNORE,
		OPT_SHOW_KEYS, CLI_DISK_OPTIONS, OPT_DISCARD_LOGS, OPT_SHARD,
		OPT_JOBS, OPT_TIME_LIMIT, OPT_MEMORY_LIMIT, OPT_RESULTS,
		OPT_RESUME, OPT_RETRY, OPT_ORDERED, OPT_STOP_AFTER, OPT_JSON),
	.examples = CLI_EXAMPLES(
		{ "fleet plan site.json", "what would change, and the design" },
		{ "fleet apply site.json --results run.ndjson",
		  "make it so, with a record of each target" },
		{ "fleet rollback site.json run.ndjson", "undo that run" },
		{ "fleet audit site.json", "drift and findings, any day" }),
	.files = CLI_FILES_LINES,
	.run = run,
};
