/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/evidence/evidence.h"
#include "cli/fail.h"
#include "cli/fleet/run.h"
#include "cli/load.h"
#include "cli/target.h"

static enum spp_status dump(const struct cli_call *call, const char *target,
			    struct spp_notes *notes, struct spp_error *err)
{
	struct cli_source CLEANUP(cli_source_release) source = CLI_SOURCE_INIT;
	struct spp_export options = { .show_keys =
					      cli_has(call, OPT_SHOW_KEYS) };
	struct spp_buf CLEANUP(spp_buf_release) out = SPP_BUF_INIT;
	const struct spp_format *json = spp_format_find("json");
	char CLEANUP(spp_free_string) *evidence = NULL;
	enum spp_status st;

	st = cli_load(call, target, &source, notes, err);
	options.evidence = evidence =
		cli_evidence_dump(call, json_incref(source.exhibit));
	if (!st)
		st = json->write(&source.document, &options, &out, notes, err);
	return st ? st
		  : cli_write_result(call, &source, cli_value(call, OPT_OUTPUT),
				     json, &out, options.show_keys, notes, err);
}

static enum cli_exit run_one(const struct cli_call *call, const char *target,
			     void *ctx)
{
	struct spp_notes CLEANUP(spp_notes_release) notes = SPP_NOTES_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	enum spp_status st = dump(call, target, &notes, &err);

	(void)ctx;
	cli_warn_all(&notes);
	return st ? cli_fail(call, &err) : CLI_OK;
}

static enum cli_exit run(const struct cli_call *call)
{
	const struct cli_job job = { .one = run_one };
	struct spp_error err = SPP_ERROR_INIT;

	if (cli_one_output(call, OPT_OUTPUT, &err))
		return cli_fail(call, &err);
	return cli_run(call, &job);
}

const struct cli_command cli_command_dump = {
	.name = "dump",
	.operands = "TARGET...",
	.least = 1,
	.most = -1,
	.summary = "write the state of a target as a policy document",
	.about = "The document can be edited and applied, to this target or to "
		 "others. The state that Windows\nkeeps and the identity of "
		 "the image are in it for sppctl audit; apply ignores them. "
		 "Dumps of the same state are equal\nbyte for byte; --evidence "
		 "adds who made it, when and of what, which nothing reads.",
	.options = CLI_OPTIONS(OPT_OUTPUT, OPT_SHOW_KEYS, OPT_AS,
			       CLI_TARGET_OPTIONS, OPT_DISCARD_LOGS,
			       CLI_EVIDENCE_OPTIONS, CLI_RUN_OPTIONS, OPT_JSON),
	.examples = CLI_EXAMPLES(
		{ "dump SOFTWARE -o state.json", "the state, as a document" }),
	.targets = CLI_TARGETS_ALL,
	.exact = true,
	.run = run,
};
