/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "cli/change.h"
#include "cli/evidence/evidence.h"
#include "cli/fail.h"
#include "cli/heed.h"
#include "cli/json.h"
#include "cli/load.h"
#include "cli/out.h"
#include "cli/target.h"
#include "policy/windows/ticket.h"

/* Two sides of a comparison. */
struct sides {
	struct cli_source a, b;
	struct spp_policy have, want;
	struct spp_changes changes;
};

static void release(struct sides *s)
{
	spp_changes_release(&s->changes);
	spp_policy_release(&s->have);
	spp_policy_release(&s->want);
	cli_source_release(&s->a);
	cli_source_release(&s->b);
}

/* One hive without its logs and with them. */
static enum spp_status load_states(const struct cli_call *call, struct sides *s,
				   struct spp_notes *notes,
				   struct spp_error *err)
{
	const char *path = call->operand[0];
	struct spp_hives_options options;
	enum spp_status st = cli_options_of(call, 0, &options, err);

	s->a.path = s->b.path = path;
	options.session.discard_logs = true;
	if (!st)
		st = spp_hives_open(path, &options, &s->a.windows, err);
	if (!st)
		st = spp_document_dump(s->a.windows, &s->a.document, err);
	options.session.discard_logs = false;
	if (!st)
		st = spp_hives_open(path, &options, &s->b.windows, err);
	if (!st)
		st = spp_document_dump(s->b.windows, &s->b.document, err);
	if (!st) {
		cli_heed_kind(call, path,
			      spp_hives_target(s->a.windows)->ops->kind);
		s->a.exhibit = cli_evidence_hives(call, s->a.windows);
		s->b.exhibit = cli_evidence_hives(call, s->b.windows);
	}
	if (!st)
		cli_warn_of_state(s->b.windows, notes);
	return st;
}

static enum spp_status load_both(const struct cli_call *call, struct sides *s,
				 struct spp_notes *notes, struct spp_error *err)
{
	bool states = cli_has(call, OPT_STATES);
	enum spp_status st;

	if (call->operands == (states ? 1 : 2)) {
		if (states)
			return load_states(call, s, notes, err);
		st = cli_load(call, call->operand[0], &s->a, notes, err);
		return st ? st
			  : cli_load(call, call->operand[1], &s->b, notes, err);
	}
	return spp_fail(err, SPP_USAGE,
			states ? "--states compares one target with itself; "
				 "name one"
			       : "missing argument: a policy or a second "
				 "target to compare with");
}

/* As apply would write it. */
static enum spp_status compare_with_policy(struct sides *s,
					   struct spp_notes *notes,
					   struct spp_error *err)
{
	const struct spp_policy *want = &s->b.document.policy;
	const struct spp_identity *identity = &s->a.document.identity;
	enum spp_status st;

	if (spp_ticket_misses(want, identity)) {
		st = spp_ticket_fit(want, &s->have, identity, &s->want, notes,
				    err);
		if (st)
			return st;
		want = &s->want;
	}
	return spp_policy_diff(&s->have, want, &s->changes, err);
}

/*
 * With a policy, only the settings that it mentions are compared; with a second
 * target, all settings that either has.
 */
static enum spp_status compare(const struct cli_call *call, struct sides *s,
			       struct spp_notes *notes, struct spp_error *err)
{
	enum spp_status st;

	st = load_both(call, s, notes, err);
	if (!st && !cli_has(call, OPT_STATES))
		st = cli_one_target(call, !!s->a.windows + !!s->b.windows, err);
	if (!st)
		st = spp_document_state(&s->a.document, &s->have, err);
	if (!st && !s->b.windows)
		return compare_with_policy(s, notes, err);
	if (!st)
		st = spp_document_state(&s->b.document, &s->want, err);
	if (!st)
		st = spp_policy_close(&s->want, &s->have, err);
	return st ? st : spp_policy_diff(&s->have, &s->want, &s->changes, err);
}

/* Of both sides. */
static json_t *exhibits(const struct cli_call *call, const struct sides *s)
{
	return cli_evidence_wanted(call)
		       ? json_pack("[O, O]", s->a.exhibit, s->b.exhibit)
		       : NULL;
}

static void print_diff(const struct cli_call *call, const struct sides *s)
{
	size_t i;

	if (cli_has(call, OPT_STATES)) {
		printf("%s: with its logs, %zu %s\n", cli_path(s->a.path),
		       s->changes.count,
		       s->changes.count == 1 ? "setting differs"
					     : "settings differ");
	} else if (!s->changes.count) {
		printf("%s and %s: no difference\n", cli_path(s->a.path),
		       cli_path(s->b.path));
		return;
	} else {
		printf("%s -> %s: %zu %s\n", cli_path(s->a.path),
		       cli_path(s->b.path), s->changes.count,
		       s->changes.count == 1 ? "difference" : "differences");
	}
	for (i = 0; i < s->changes.count; i++)
		cli_print_change(call, stdout, &s->changes.change[i]);
}

static void json_diff(const struct cli_call *call, const struct sides *s,
		      const struct spp_notes *notes)
{
	json_t *document = cli_json_document("diff", 1);

	cli_json_set_path(document, "from", s->a.path);
	cli_json_set_path(document, "to", s->b.path);
	json_object_set_new(document, "differs",
			    json_boolean(s->changes.count > 0));
	json_object_set_new(document, "changes",
			    cli_json_changes(call, &s->changes));
	json_object_set_new(document, "warnings", cli_json_notes(notes));
	cli_evidence_put(call, document, exhibits(call, s));
	cli_json_print(document, stdout);
}

static enum cli_exit run(const struct cli_call *call)
{
	struct spp_notes CLEANUP(spp_notes_release) notes = SPP_NOTES_INIT;
	struct sides CLEANUP(release) s = { .a = CLI_SOURCE_INIT };
	struct spp_error err = SPP_ERROR_INIT;
	enum spp_status st = compare(call, &s, &notes, &err);

	cli_warn_all(&notes);
	if (st)
		return cli_fail(call, &err);
	if (cli_has(call, OPT_JSON))
		json_diff(call, &s, &notes);
	else
		print_diff(call, &s);
	if (!cli_has(call, OPT_JSON))
		cli_evidence_print(call, exhibits(call, &s));
	return s.changes.count ? CLI_FINDINGS : CLI_OK;
}

const struct cli_command cli_command_diff = {
	.name = "diff",
	.operands = "TARGET POLICY | A B | TARGET --states",
	.least = 1,
	.most = 2,
	.summary = "compare a target with a policy, or two targets; exit 1 if "
		   "they differ",
	.about = "With a policy: what sppctl apply would change. With a second "
		 "target: every setting that is\nset in one of them only, or "
		 "differs. With --states: what the transaction logs of "
		 "TARGET's dirty hives change in its\nsettings.",
	.options = CLI_OPTIONS(OPT_VERBOSE, CLI_POLICY_OPTIONS, OPT_SHOW_KEYS,
			       OPT_STATES, CLI_OPEN_OPTIONS, OPT_JSON),
	.examples = CLI_EXAMPLES(
		{ "diff SOFTWARE primary.json",
		  "does the image match the policy?" },
		{ "diff old/SOFTWARE new/SOFTWARE",
		  "what differs between two images" },
		{ "diff SOFTWARE --states", "what its logs change" }),
	.paged = true,
	.both = true,
	.run = run,
};
