/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dump, diff and apply: from a target to a policy and back. */
#include <stdio.h>
#include <string.h>

#include "cli/change.h"
#include "cli/edit.h"
#include "cli/json.h"
#include "cli/load.h"
#include "cli/out.h"
#include "cli/print.h"

static enum spp_status dump(const struct cli_call *call,
			    struct spp_notes *notes, struct spp_error *err)
{
	struct cli_source CLEANUP(cli_source_release) source = CLI_SOURCE_INIT;
	struct spp_export options = { .show_keys =
					      cli_has(call, OPT_SHOW_KEYS) };
	struct spp_buf CLEANUP(spp_buf_release) out = SPP_BUF_INIT;
	enum spp_status st;

	st = cli_load(call, call->operand[0], &source, notes, err);
	if (!st)
		st = spp_format_find("json")->write(&source.document, &options,
						    &out, notes, err);
	return st ? st
		  : cli_write_file(cli_value(call, OPT_OUTPUT), out.data,
				   out.size, options.show_keys, err);
}

static enum cli_exit run_dump(const struct cli_call *call)
{
	struct spp_notes CLEANUP(spp_notes_release) notes = SPP_NOTES_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	enum spp_status st = dump(call, &notes, &err);

	cli_warn_all(&notes);
	return st ? cli_fail(call, &err) : CLI_OK;
}

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
 * A policy says what it wants; a second target, that there be exactly what it
 * has.
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

	json_object_set_new(document, "from", cli_json_text(s->a.path));
	json_object_set_new(document, "to", cli_json_text(s->b.path));
	json_object_set_new(document, "differs",
			    json_boolean(s->changes.count > 0));
	json_object_set_new(document, "changes",
			    cli_json_changes(call, &s->changes));
	json_object_set_new(document, "warnings", cli_json_notes(notes));
	cli_json_print(document, stdout);
}

static enum cli_exit run_diff(const struct cli_call *call)
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
	return s.changes.count ? CLI_FINDINGS : CLI_OK;
}

static enum cli_exit run_apply(const struct cli_call *call)
{
	struct cli_source CLEANUP(cli_source_release) source = CLI_SOURCE_INIT;
	struct spp_notes CLEANUP(spp_notes_release) notes = SPP_NOTES_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	struct cli_plan plan = { .want = &source.document.policy };
	int targets = call->operands - 1;
	enum spp_status st;

	st = cli_load_policy(call, call->operand[targets], &source, &notes,
			     &err);
	cli_warn_all(&notes);
	if (st)
		return cli_fail(call, &err);
	plan.roles = cli_roles(&source.document.policy);
	return cli_edit(call, call->operand, targets, &plan);
}

const struct cli_command cli_command_dump = {
	.name = "dump",
	.operands = "TARGET",
	.least = 1,
	.most = 1,
	.summary = "write the state of a target as a policy document",
	.about = "The document can be edited and applied, to this target or "
		 "to others. What Windows keeps\nfor itself and what image it "
		 "is stands in it for sppctl audit; apply does not look at it.",
	.options = { OPT_OUTPUT, OPT_SHOW_KEYS, OPT_AS,
		     CLI_TARGET_OPTIONS, OPT_DISCARD_LOGS },
	.examples = {
		{ "dump SOFTWARE -o state.json", "the state, as a document" },
	},
	.run = run_dump,
};

const struct cli_command cli_command_diff = {
	.name = "diff",
	.operands = "TARGET POLICY | A B",
	.least = 2,
	.most = 2,
	.summary = "compare a target with a policy, or two targets; exit 1 if "
		   "they differ",
	.about = "Against a policy: what sppctl apply would change. Against a "
		 "second target: every setting\nthat one has and the other "
		 "has not, or has differently.",
	.options = { OPT_FORMAT, OPT_PREFIX, OPT_IGNORE_FILTERS, OPT_STRICT,
		     OPT_SHOW_KEYS, OPT_AS,
		     CLI_TARGET_OPTIONS, OPT_DISCARD_LOGS, OPT_JSON },
	.examples = {
		{ "diff SOFTWARE primary.json", "is the image as it should "
						"be?" },
		{ "diff old/SOFTWARE new/SOFTWARE", "two images" },
	},
	.run = run_diff,
};

const struct cli_command cli_command_apply = {
	.name = "apply",
	.operands = "TARGET... POLICY",
	.least = 2,
	.most = -1,
	.summary = "make targets hold what a policy wants",
	.about = "What is as it should be already is not written again, so "
		 "applying twice is applying once.\nWhat the policy does not "
		 "mention is left alone. One target that fails does not stop "
		 "the\nothers.",
	.options = { OPT_DRY_RUN, OPT_FORMAT, OPT_PREFIX, OPT_IGNORE_FILTERS,
		     OPT_STRICT, OPT_BACKUP, OPT_BREAK_LINKS, OPT_REBUILD, OPT_AS,
		     CLI_TARGET_OPTIONS, OPT_DISCARD_LOGS, OPT_SHOW_KEYS, OPT_JSON },
	.examples = {
		{ "apply SOFTWARE primary.json --dry-run",
		  "what would change" },
		{ "apply images/*/SOFTWARE client.json --backup --json",
		  "many images, one report" },
	},
	.run = run_apply,
};
