/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/edit.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/change.h"
#include "cli/evidence/evidence.h"
#include "cli/fail.h"
#include "cli/fleet/fleet.h"
#include "cli/fleet/record.h"
#include "cli/fleet/run.h"
#include "cli/fleet/targets.h"
#include "cli/json.h"
#include "cli/out.h"
#include "cli/remedy.h"
#include "cli/stop.h"
#include "cli/target.h"
#include "policy/model/idle.h"
#include "policy/windows/ticket.h"

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
	struct spp_hives *windows;
	struct spp_policy have, want;
	struct spp_unknowns unknown;
	struct spp_identity identity;
	struct spp_changes changes;
	struct spp_notes notes;
	const struct spp_notes *said; /* of the plan, or NULL */
	bool brief;		      /* of the plan */
	const bool *again;	      /* of the plan, or NULL */
	char *text;		      /* the report, one or the other */
	json_t *json;
	json_t *exhibit; /* of the target as it was */
	json_t *policy;	 /* of the policy that it is to match; borrowed */
	bool stopped;	 /* asked to, before anything was replaced */
};

static void print_changes(const struct edit *e, FILE *to)
{
	size_t i, n = e->changes.count;

	if (!n) {
		fprintf(to, "%s: nothing to change\n", cli_path(e->path));
		return;
	}
	fprintf(to, "%s: %zu %s%s\n", cli_path(e->path), n,
		n == 1 ? "change" : "changes",
		cli_has(e->call, OPT_DRY_RUN) ? " pending" : "");
	for (i = 0; i < n && !e->brief; i++)
		cli_print_change(e->call, to, &e->changes.change[i]);
}

static void print_said(const struct edit *e, FILE *to)
{
	size_t i;

	for (i = 0; e->said && i < e->said->count; i++)
		fprintf(to, "%s\n", cli_path(e->said->text[i]));
}

static json_t *json_edit(const struct edit *e)
{
	json_t *target = cli_json_target(e->windows);

	json_object_set_new(target, "changed",
			    json_boolean(e->changes.count > 0));
	json_object_set_new(target, "changes",
			    cli_json_changes(e->call, &e->changes));
	if (e->said)
		json_object_set_new(target, "messages",
				    cli_json_notes(e->said));
	json_object_set_new(target, "warnings", cli_json_notes(&e->notes));
	return target;
}

/* The report, made before anything is replaced. */
static enum spp_status report(struct edit *e, struct spp_error *err)
{
	size_t size;
	FILE *to;

	if (cli_has(e->call, OPT_JSON)) {
		e->json = json_edit(e);
		return spp_memory_shortages() ? spp_nomem(err) : SPP_OK;
	}
	to = open_memstream(&e->text, &size);
	if (!to)
		return spp_nomem(err);
	print_changes(e, to);
	print_said(e, to);
	if (fclose(to) || spp_memory_shortages())
		return spp_nomem(err);
	return SPP_OK;
}

/* Without its hive, a setting is not known to be absent either. */
static void warn_of_missing(struct edit *e, const struct spp_policy *want)
{
	unsigned int roles = cli_roles(want);
	int role;

	for (role = 0; role < SPP_ROLE_COUNT; role++)
		if (roles >> role & 1 &&
		    !spp_hives_session(e->windows, (enum spp_role)role))
			spp_note(&e->notes,
				 "'%s' has no %s hive; the changes for it are "
				 "left out",
				 e->path, spp_role_name((enum spp_role)role));
}

static enum spp_status prepare(struct edit *e, struct spp_error *err)
{
	enum spp_status st = spp_hives_check(e->windows, &e->changes, err);

	if (!st)
		st = spp_hives_stage(e->windows, &e->changes, err);
	return st ? st : spp_hives_prepare(e->windows, err);
}

static enum spp_status publish(struct edit *e, struct spp_error *err)
{
	bool replaces = e->changes.count && !cli_has(e->call, OPT_DRY_RUN);
	enum spp_status st = replaces ? cli_record_intent(err) : SPP_OK;

	if (!st)
		st = spp_hives_commit(e->windows, err);
	if (!st && replaces)
		cli_replaced();
	return st;
}

static enum spp_status unreadable(const struct edit *e,
				  const struct spp_unknown *item,
				  const char *name, struct spp_error *err)
{
	return spp_fail(err, SPP_CORRUPT,
			"'%s': %s cannot be read (%s); see sppctl check",
			e->path, name, item->why);
}

/* A setting that cannot be read is neither absent nor known to match. */
static enum spp_status judge_unreadable(const struct edit *e,
					const struct spp_policy *want,
					struct spp_error *err)
{
	const struct spp_setting *setting;
	const struct spp_unknown *item;
	struct spp_scope scope;
	size_t i;

	for (i = 0; i < want->count; i++) {
		const struct spp_policy_item *wish = &want->item[i];

		if (!wish->setting || spp_scope_is_wide(&wish->scope) ||
		    spp_policy_get(&e->have, &wish->scope, wish->setting))
			continue;
		item = spp_unreadable(&e->unknown, &wish->scope, wish->setting);
		if (item)
			return unreadable(e, item, wish->setting->name, err);
	}
	for (i = 0; i < e->unknown.count; i++) {
		item = &e->unknown.item[i];
		setting = item->kind == SPP_UNREADABLE && item->name
				  ? spp_setting_of_value(item->name)
				  : NULL;
		if (setting && spp_unknown_scope(item, &scope) &&
		    spp_policy_wish_for(want, &scope, setting))
			return unreadable(e, item, setting->name, err);
	}
	return SPP_OK;
}

/* Replaces a setting that Windows Server 2016 has under another name. */
static enum spp_status fit(struct edit *e, const struct spp_policy **want,
			   struct spp_error *err)
{
	struct spp_policy CLEANUP(spp_policy_release) wanted = SPP_POLICY_INIT;
	enum spp_status st;

	if (!spp_ticket_misses(*want, &e->identity))
		return SPP_OK;
	st = spp_ticket_fit(*want, &e->have, &e->identity, &wanted, &e->notes,
			    err);
	if (st)
		return st;
	spp_policy_release(&e->want);
	e->want = wanted;
	wanted = (struct spp_policy)SPP_POLICY_INIT;
	*want = &e->want;
	return SPP_OK;
}

/* Warns of a wanted setting that has no effect in its scope. */
static enum spp_status warn_of_idle(struct edit *e, struct spp_error *err)
{
	struct spp_policy CLEANUP(spp_policy_release) state = SPP_POLICY_INIT;
	const struct spp_changes *changes = &e->changes;
	uint32_t build = spp_identity_build(&e->identity);
	enum spp_status st = SPP_OK;
	const char *why;
	size_t i;

	for (i = 0; !st && i < e->have.count; i++)
		st = spp_policy_set(&state, &e->have.item[i].scope,
				    e->have.item[i].setting,
				    &e->have.item[i].value, err);
	for (i = 0; !st && i < changes->count; i++)
		st = spp_policy_set(&state, &changes->change[i].scope,
				    changes->change[i].setting,
				    changes->change[i].after, err);
	for (i = 0; !st && i < changes->count; i++) {
		const struct spp_change *c = &changes->change[i];

		why = c->after ? spp_idle_reason(c->setting, &c->scope, &state,
						 build)
			       : NULL;
		if (why)
			spp_note(&e->notes, "%s is not known to work there: %s",
				 c->setting->name, why);
	}
	return st;
}

static enum spp_status carry_out(struct edit *e, const struct cli_plan *plan,
				 struct spp_error *err)
{
	const struct spp_policy *want = plan->want ? plan->want : &e->want;
	enum spp_status st =
		spp_hives_read(e->windows, &e->have, &e->unknown, err);

	/* An unreadable identity does not prevent an edit. */
	if (!st && spp_identity_read(e->windows, &e->identity, NULL))
		spp_identity_release(&e->identity);
	e->said = plan->said;
	e->brief = plan->brief;
	e->again = plan->again;
	if (!st && plan->look)
		st = plan->look(e->call, plan->ctx, e->windows, err);
	if (!st && !plan->want)
		st = plan->wish(e->call, plan->ctx, &e->have, &e->want,
				&e->notes, err);
	if (!st && !plan->literal)
		st = fit(e, &want, err);
	if (!st)
		st = judge_unreadable(e, want, err);
	if (!st)
		st = spp_policy_diff(&e->have, want, &e->changes, err);
	/*
	 * publish keeps malformed entries byte for byte, so only fixed
	 * policies are validated.
	 */
	if (!st && (plan->want || plan->checked))
		st = spp_changes_allowed(&e->changes, &e->notes, err);
	if (!st)
		st = prepare(e, err);
	cli_warn_of_state(e->windows, &e->notes);
	if (!st)
		warn_of_missing(e, want);
	if (!st)
		st = warn_of_idle(e, err);
	if (!st)
		st = report(e, err);
	e->stopped = !st && cli_stop_signal();
	if (!st && !e->stopped)
		st = publish(e, err);
	return st;
}

static void release(struct edit *e)
{
	spp_changes_release(&e->changes);
	spp_policy_release(&e->have);
	spp_unknowns_release(&e->unknown);
	spp_policy_release(&e->want);
	spp_identity_release(&e->identity);
	spp_notes_release(&e->notes);
	spp_hives_close(e->windows);
	json_decref(e->json);
	json_decref(e->exhibit);
	free(e->text);
}

static json_t *json_failed(const struct edit *e, const struct spp_error *err)
{
	json_t *json = json_object();

	cli_json_set_path(json, "path", e->path);
	json_object_set_new(json, "error", cli_json_failure(err));
	return json;
}

/* The target, and the policy that it is to match. */
static json_t *exhibits(const struct edit *e)
{
	if (!e->exhibit || !e->policy)
		return json_incref(e->exhibit);
	return json_pack("[O, O]", e->exhibit, e->policy);
}

/* One document, also of a target that was not touched. */
static void print_json(const struct edit *e, enum spp_status st,
		       const struct spp_error *err)
{
	json_t *document = cli_json_document("edit", 1), *list = json_array();
	bool changed = !st && !e->stopped && e->changes.count;

	if (st)
		json_array_append_new(list, json_failed(e, err));
	else if (!e->stopped)
		json_array_append(list, e->json);
	json_object_set_new(document, "dry_run",
			    json_boolean(cli_has(e->call, OPT_DRY_RUN)));
	json_object_set_new(document, "changed", json_boolean(changed));
	json_object_set_new(document, "targets", list);
	if (e->stopped)
		json_object_set_new(document, "stopped",
				    json_pack("{s:s, s:[o]}", "signal",
					      cli_stop_signal(), "untouched",
					      cli_json_text(e->path)));
	cli_evidence_put(e->call, document, exhibits(e));
	cli_json_print(document, stdout);
}

/* Records the members of a --results line that follow the target's state. */
static void record(const struct edit *e)
{
	if (!cli_recording())
		return;
	cli_record_windows(e->windows);
	cli_record("changed", json_boolean(e->changes.count > 0));
	cli_record("changes", cli_json_changes(e->call, &e->changes));
}

/* Warnings, then the report. */
static enum cli_exit finish(struct edit *e, enum spp_status st,
			    const struct spp_error *err)
{
	if (st && e->again && *e->again)
		return cli_exit_of(st);
	cli_warn_all(&e->notes);
	if (st) {
		cli_complain("%s%s", err->text, cli_remedy(err->remedy));
		cli_record_failure(err);
	}
	if (cli_has(e->call, OPT_JSON))
		print_json(e, st, err);
	if (st)
		return cli_exit_of(st);
	record(e);
	if (e->text)
		fputs(e->text, stdout);
	if (!cli_has(e->call, OPT_JSON))
		cli_evidence_print(e->call, exhibits(e));
	return cli_has(e->call, OPT_DRY_RUN) && e->changes.count ? CLI_FINDINGS
								 : CLI_OK;
}

static enum cli_exit edit_one(const struct cli_call *call, const char *path,
			      void *ctx)
{
	struct edit CLEANUP(release) e = { .call = call, .path = path };
	const struct cli_plan *plan = ctx;
	struct spp_error err = SPP_ERROR_INIT;
	enum spp_status st;

	e.policy = plan->exhibit;
	cli_stop_hold();
	st = cli_open(call, path, plan->roles, &e.windows, &err);
	if (!st)
		e.exhibit = cli_evidence_hives(call, e.windows);
	if (!st)
		st = carry_out(&e, plan, &err);
	if (plan->fleet)
		cli_fleet_hand_over(plan->fleet, path, e.windows);
	if (st || !e.stopped)
		return finish(&e, st, &err);
	if (cli_has(call, OPT_JSON))
		print_json(&e, st, &err);
	return CLI_UNTOUCHED;
}

/* The same for the same wishes. */
uint64_t cli_edit_hash(const struct spp_policy *want)
{
	uint64_t hash = CLI_HASH_INIT;
	size_t i;

	for (i = 0; want && i < want->count; i++) {
		struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
		const struct spp_policy_item *item = &want->item[i];
		uint32_t about[2] = { item->wish, item->value.type };

		spp_scope_show(&item->scope, &text, NULL);
		spp_buf_puts(&text, " ", NULL);
		spp_buf_puts(&text, item->setting ? item->setting->name : "*",
			     NULL);
		hash = cli_hash(hash, spp_buf_text(&text), text.size + 1);
		hash = cli_hash(hash, about, sizeof(about));
		hash = cli_hash(hash, item->value.data, item->value.size);
	}
	return hash;
}

enum cli_exit cli_edit(const struct cli_call *call, struct cli_plan *plan)
{
	struct cli_job job = {
		.one = edit_one,
		.ctx = plan,
		.to = plan->to,
		.edits = true,
		.filed = plan->exhibit,
		.taker = plan->fleet ? &plan->fleet->taker : NULL,
		.judges = plan->fleet && plan->fleet->judge,
		.salt = plan->want ? cli_edit_hash(plan->want) : plan->salt
	};

	return cli_run(call, &job);
}
