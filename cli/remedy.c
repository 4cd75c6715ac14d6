/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/remedy.h"

static const char *const words[SPP_REMEDY_COUNT] = {
	[SPP_REMEDY_NONE] = "",
	[SPP_REMEDY_ROLE] = "; use --as to say which hive it is",
	[SPP_REMEDY_SYSTEM] = "; see --system",
	[SPP_REMEDY_NETSVC] = "; see --netsvc",
	[SPP_REMEDY_SCOPES] = " (list: sppctl help scopes)",
	[SPP_REMEDY_UNSET] = "; sppctl unset removes it",
	[SPP_REMEDY_UNSET_ONE] = "; remove one of them with sppctl unset",
	[SPP_REMEDY_FILTERS] =
		"; pass --ignore-filters to take it as if it were",
	[SPP_REMEDY_ONE_HIVE] = "; --prefix names one hive only",
	[SPP_REMEDY_SLMGR] = "; see sppctl help slmgr",
	[SPP_REMEDY_OSPP] = "; see sppctl help ospp",
	[SPP_REMEDY_USE_OSPP] = "; use sppctl ospp",
	[SPP_REMEDY_CLEAR_OVERRIDES] =
		"; sppctl clear-cache --overrides removes what wins",
	[SPP_REMEDY_CLEAR_CACHE] = "; sppctl clear-cache removes it",
	[SPP_REMEDY_CHECK] = "; see sppctl check",
	[SPP_REMEDY_DISCARD_LOGS] = ", or pass --discard-logs",
	[SPP_REMEDY_LOGS_OR_JOURNAL] =
		", or pass --discard-logs; if an edit was interrupted, pass "
		"the --journal-dir that it had",
	[SPP_REMEDY_BREAK_LINKS] = "; pass --break-links to do so",
	[SPP_REMEDY_WINDOWS] = "; choose one with --windows",
	[SPP_REMEDY_PARTITION] = "; choose one with --partition",
	[SPP_REMEDY_PARTITIONS] = "; sppctl info lists them",
	[SPP_REMEDY_READ_UNCLEAN] =
		", or pass --unclean to read it in its present state",
	[SPP_REMEDY_EDIT_UNCLEAN] = ", or pass --unclean to edit it anyway",
	[SPP_REMEDY_SNAPSHOTS] =
		"; pass --snapshots to go on with its current state",
	[SPP_REMEDY_BACKING] =
		"; if that is right, name the other one with --backing",
	[SPP_REMEDY_RAW] = ", or pass --target-kind raw",
	[SPP_REMEDY_KIND] = "; use --target-kind to say which it is",
	[SPP_REMEDY_JOURNAL_DIR] =
		"; name a folder for the journal with --journal-dir",
	[SPP_REMEDY_RECOVER] =
		"; sppctl recover completes the edit, sppctl recover --discard "
		"takes it back",
	[SPP_REMEDY_CARRY_OUT] =
		"; sppctl recover carries it out, the next edit removes its "
		"journal",
	[SPP_REMEDY_COMPLETE] =
		"; the next edit or sppctl recover completes it, sppctl "
		"recover --discard takes it back",
	[SPP_REMEDY_GPO] = "; choose one with --gpo NAME or ID",
	[SPP_REMEDY_PARTIAL] = ", or read what is there with sppctl show "
			       "--partial or check --partial",
};

const char *cli_remedy(enum spp_remedy remedy)
{
	return words[remedy];
}
