/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/fleet/limits.h"

#define JOBS_MAX       1024
#define MEMORY_DEFAULT 4096 /* MiB */
#define TIME_DEFAULT   1800

enum spp_status cli_limits_read(const struct cli_call *call,
				struct cli_pool_options *o,
				struct spp_error *err)
{
	uint64_t jobs = cli_pool_cores(), memory = MEMORY_DEFAULT;
	enum spp_status st;

	o->seconds = TIME_DEFAULT;
	st = cli_number(call, OPT_JOBS, JOBS_MAX, &jobs, err);
	if (!st)
		st = cli_number(call, OPT_MEMORY_LIMIT, CLI_LIMIT_MAX, &memory,
				err);
	if (!st)
		st = cli_number(call, OPT_TIME_LIMIT, CLI_LIMIT_MAX,
				&o->seconds, err);
	if (!jobs)
		jobs = cli_pool_cores();
	if (jobs > call->targets && call->targets)
		jobs = call->targets;
	o->jobs = (unsigned int)jobs;
	o->work.memory = memory << 20;
	return st;
}
