/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a fleet's records and design will be once its policies are applied. */
#ifndef CLI_FLEET_PLAN_H
#define CLI_FLEET_PLAN_H

#include "cli/fleet/file.h"

/* Prints the judgement; CLI_FINDINGS for a weak design. */
enum cli_exit cli_fleet_plan(const struct cli_call *call,
			     const struct cli_fleet_file *file);

#endif
