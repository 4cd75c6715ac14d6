/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many children there are at once, and what each may take. */
#ifndef CLI_FLEET_LIMITS_H
#define CLI_FLEET_LIMITS_H

#include "cli/command.h"
#include "cli/fleet/pool.h"

/* The highest number that an option of a run takes. */
#define CLI_LIMIT_MAX 1000000000ULL

/* --jobs and the limits of a child, with their defaults. */
enum spp_status cli_limits_read(const struct cli_call *call,
				struct cli_pool_options *options,
				struct spp_error *err);

#endif
