/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "cli/change.h"
#include "cli/evidence/evidence.h"
#include "cli/fail.h"
#include "cli/json.h"
#include "cli/load.h"
#include "cli/out.h"
#include "cli/target.h"

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

/*
 * With a policy, only the settings that it mentions are compared; with a second target, all settings that either has.
 */
static enum spp_status compare(const struct cli_call *call, struct sides *s,
			       struct spp_notes *notes, struct spp_error *err)
{
	enum spp_status st;

	st = cli_load(call, call->operand[0], &s->a, notes, err);
	if (!st)
		st = cli_load(call, call->operand[1], &s->b, notes, err);
	if (!st)
		st = cli_one_target(call, !!s->a.windows + !!s->b.windows, err);
	if (!st)
		st = spp_document_state(&s->a.document, &s->have, err);
	if (!st && !s->b.windows)
		return spp_policy_diff(&s->have, &s->b.document.policy,
				       &s->changes, err);
	if (!st)
		st = spp_document_state(&s->b.document, &s->want, err);
	if (!st)
		st = spp_policy_close(&s->want, &s->have, err);
	return st ? st : spp_policy_diff(&s->have, &s->want, &s->changes, err);
}

/* Of the sides that are targets. */
static json_t *exhibits(const struct cli_call *call, const struct sides *s)
{
	json_t *list;

	if (!cli_evidence_wanted(call))
		return NULL;
	list = json_array();
	if (s->a.windows)
		json_array_append_new(list,
				      cli_evidence_hives(call, s->a.windows));
	if (s->b.windows)
		json_array_append_new(list,
				      cli_evidence_hives(call, s->b.windows));
	return list;
}

static void print_diff(const struct cli_call *call, const struct sides *s)
{
	size_t i;

	if (!s->changes.count) {
		printf("%s and %s: no difference\n", cli_path(s->a.path),
		       cli_path(s->b.path));
		return;
	}
	printf("%s -> %s: %zu %s\n", cli_path(s->a.path), cli_path(s->b.path),
	       s->changes.count,
	       s->changes.count == 1 ? "difference" : "differences");
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
	.operands = "TARGET POLICY | A B",
	.least = 2,
	.most = 2,
	.summary = "compare a target with a policy, or two targets; exit 1 if "
		   "they differ",
	.about = "With a policy: what sppctl apply would change. With a second "
		 "target: every setting that is\nset in one of them only, or "
		 "differs.",
	.options = CLI_OPTIONS(OPT_VERBOSE, OPT_FORMAT, OPT_PREFIX,
			       OPT_IGNORE_FILTERS, OPT_STRICT, OPT_SHOW_KEYS,
			       OPT_AS, CLI_TARGET_OPTIONS, CLI_EVIDENCE_OPTIONS,
			       OPT_DISCARD_LOGS, OPT_JSON),
	.examples = CLI_EXAMPLES({ "diff SOFTWARE primary.json",
				   "does the image match the policy?" },
				 { "diff old/SOFTWARE new/SOFTWARE",
				   "what differs between two images" }),
	.run = run,
};
