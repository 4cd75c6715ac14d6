/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/fail.h"
#include "cli/load.h"

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

static enum cli_exit run(const struct cli_call *call)
{
	struct spp_notes CLEANUP(spp_notes_release) notes = SPP_NOTES_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	enum spp_status st = dump(call, &notes, &err);

	cli_warn_all(&notes);
	return st ? cli_fail(call, &err) : CLI_OK;
}

const struct cli_command cli_command_dump = {
	.name = "dump",
	.operands = "TARGET",
	.least = 1,
	.most = 1,
	.summary = "write the state of a target as a policy document",
	.about = "The document can be edited and applied, to this target or to "
		 "others. The state that Windows\nkeeps and the identity of "
		 "the image are in it for sppctl audit; apply ignores them.",
	.options = CLI_OPTIONS(OPT_OUTPUT, OPT_SHOW_KEYS, OPT_AS,
			       CLI_TARGET_OPTIONS, OPT_DISCARD_LOGS),
	.examples = CLI_EXAMPLES(
		{ "dump SOFTWARE -o state.json", "the state, as a document" }),
	.run = run,
};
