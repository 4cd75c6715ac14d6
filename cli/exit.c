/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/exit.h"

const char *const cli_exit_text[CLI_EXIT_COUNT] = {
	[CLI_OK] = "done; or clean, equal, nothing to change",
	[CLI_FINDINGS] = "findings, differences, a value that is not set, or "
			 "changes pending (--dry-run)",
	[CLI_USAGE] = "usage error or invalid value",
	[CLI_FAILED] = "failure: unreadable, not writable, not a hive, or "
		       "damaged",
	[CLI_REFUSED] = "refused; needs a decision (see the message): dirty, "
			"truncated, layered, read-only, in use",
};

static const enum cli_exit codes[SPP_STATUS_COUNT] = {
	[SPP_OK] = CLI_OK,
	[SPP_NOTFOUND] = CLI_FAILED,
	[SPP_USAGE] = CLI_USAGE,
	[SPP_INVALID] = CLI_USAGE,
	[SPP_NOMEM] = CLI_FAILED,
	[SPP_IO] = CLI_FAILED,
	[SPP_NOTHIVE] = CLI_FAILED,
	[SPP_CORRUPT] = CLI_FAILED,
	[SPP_TRUNCATED] = CLI_REFUSED,
	[SPP_UNSUPPORTED] = CLI_REFUSED,
	[SPP_DIRTY] = CLI_REFUSED,
	[SPP_BUSY] = CLI_REFUSED,
	[SPP_REFUSED] = CLI_REFUSED,
	[SPP_LIMIT] = CLI_FAILED,
	[SPP_NORESOURCES] = CLI_FAILED,
	[SPP_NOANSWER] = CLI_FAILED,
	[SPP_BUG] = CLI_FAILED,
};

enum cli_exit cli_exit_of(enum spp_status status)
{
	return codes[status];
}
