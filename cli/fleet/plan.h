/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a fleet's records and design will be once its policies are applied. */
#ifndef CLI_FLEET_PLAN_H
#define CLI_FLEET_PLAN_H

#include "cli/fleet/file.h"
#include "cli/fleet/fleet.h"

/* Prints the judgement; CLI_FINDINGS for a weak design.  The fleet is loaded,
 * failed is the worst exit code of what could not be. */
enum cli_exit cli_fleet_plan(const struct cli_call *call,
			     const struct cli_fleet_file *file,
			     struct cli_fleet *fleet, enum cli_exit failed);

#endif
