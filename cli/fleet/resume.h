/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The file of --results or --resume of a call, and what it has of its targets.
 */
#ifndef CLI_FLEET_RESUME_H
#define CLI_FLEET_RESUME_H

#include "cli/command.h"
#include "cli/fleet/results.h"

/*
 * Opens it; *results is NULL where neither option is given.  seen is told of
 * each line about a target of the call, by the target's index.
 */
enum spp_status cli_resume_open(const struct cli_call *call, const char *job,
				void (*seen)(void *ctx, size_t i,
					     const struct cli_result *result),
				void *ctx, struct cli_results **results,
				struct spp_error *err);

#endif
