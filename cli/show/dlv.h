/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What slmgr /dlv prints about the KMS, as far as hives tell. */
#ifndef CLI_SHOW_DLV_H
#define CLI_SHOW_DLV_H

#include "cli/command.h"

struct spp_verb_order;

enum cli_exit cli_dlv(const struct cli_call *call, const char *target,
		      const struct spp_verb_order *order);

#endif
