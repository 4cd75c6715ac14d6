/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/editor/ui.h"
#include "cli/fail.h"
#include "cli/stop.h"
#include "cli/target.h"

static enum cli_exit run(const struct cli_call *call)
{
	struct spp_error err = SPP_ERROR_INIT;

	if (call->targets != 1) {
		spp_fail(&err, SPP_USAGE, "the screen takes one target");
		return cli_fail(call, &err);
	}
	cli_stop_hold();
	return cli_ui(call);
}

const struct cli_command cli_command_ui = {
	.name = "ui",
	.operands = "TARGET",
	.least = 1,
	.most = 1,
	.summary = "edit the settings of a target on the screen",
	.about = "Scopes, settings with what they mean, the audit and the SRV "
		 "records with the failover among KMS\nhosts, all by keys; ? "
		 "lists them. The target is read, and nothing is written "
		 "before F10\nand a second look at the changes.",
	.options = CLI_OPTIONS(OPT_BESIDE, CLI_EDITOR_OPTIONS),
	.examples = CLI_EXAMPLES({ "ui SOFTWARE --backup",
				   "with a backup of what F10 replaces" },
				 { "ui SOFTWARE --beside host2.json",
				   "with whom clients ask when one of both "
				   "hosts is down" }),
	.targets = CLI_TARGETS_ALL,
	.exact = true,
	.run = run,
};
