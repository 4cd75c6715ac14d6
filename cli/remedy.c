/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/remedy.h"

static const char *const words[SPP_REMEDY_COUNT] = {
	[SPP_REMEDY_NONE] = "",
	[SPP_REMEDY_ROLE] = "; use --as to say which hive it is",
	[SPP_REMEDY_SYSTEM] = "; see --system",
	[SPP_REMEDY_NETSVC] = "; see --netsvc",
	[SPP_REMEDY_SCOPES] = " (list: sppctl help scopes)",
	[SPP_REMEDY_UNSET] = "; sppctl unset removes it",
	[SPP_REMEDY_FILTERS] =
		"; pass --ignore-filters to take it as if it were",
	[SPP_REMEDY_ONE_HIVE] = "; --prefix names one hive only",
	[SPP_REMEDY_SLMGR] = "; see sppctl help slmgr",
	[SPP_REMEDY_OSPP] = "; see sppctl help ospp",
	[SPP_REMEDY_USE_OSPP] = "; use sppctl ospp",
	[SPP_REMEDY_CLEAR_OVERRIDES] =
		"; sppctl clear-cache --overrides removes what wins",
	[SPP_REMEDY_CLEAR_CACHE] = "; sppctl clear-cache removes it",
};

const char *cli_remedy(enum spp_remedy remedy)
{
	return words[remedy];
}
