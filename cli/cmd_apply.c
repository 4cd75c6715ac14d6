/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/edit.h"
#include "cli/fail.h"
#include "cli/load.h"

static enum cli_exit run(const struct cli_call *call)
{
	struct cli_source CLEANUP(cli_source_release) source = CLI_SOURCE_INIT;
	struct spp_notes CLEANUP(spp_notes_release) notes = SPP_NOTES_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	struct cli_plan plan = { .want = &source.document.policy };
	enum spp_status st;

	st = cli_load_policy(call, call->operand[0], &source, &notes, &err);
	cli_warn_all(&notes);
	if (st && call->targets && cli_is_policy(call, call->target[0])) {
		err = (struct spp_error)SPP_ERROR_INIT;
		spp_fail(&err, SPP_USAGE,
			 "'%s' is a policy; put the target before the policy",
			 call->target[0]);
	}
	if (st)
		return cli_fail(call, &err);
	plan.exhibit = source.exhibit;
	plan.roles = cli_roles(&source.document.policy);
	return cli_edit(call, &plan);
}

const struct cli_command cli_command_apply = {
	.name = "apply",
	.operands = "TARGET... POLICY",
	.least = 2,
	.most = -1,
	.summary = "change targets to match a policy",
	.about = "Settings that already match are not written, so apply is "
		 "idempotent. Settings that the policy\ndoes not mention are "
		 "left alone. A target that fails does not stop the others.",
	.options = CLI_OPTIONS(OPT_DRY_RUN, OPT_VERBOSE, CLI_POLICY_OPTIONS,
			       CLI_EDIT_OPTIONS, OPT_SHOW_KEYS, CLI_RUN_OPTIONS,
			       OPT_JSON),
	.examples = CLI_EXAMPLES(
		{ "apply SOFTWARE primary.json --dry-run",
		  "what would change" },
		{ "apply images/*/SOFTWARE client.json --backup --json",
		  "many images, one report" },
		{ "apply --targets-from list client.json --results r.ndjson",
		  "a fleet, with a record of each" }),
	.targets = CLI_TARGETS_BUT_LAST,
	.both = true,
	.run = run,
};
