/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/fleet/job_id.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/fleet/targets.h"

/* Options that say how, and not what. */
static bool is_of_run(enum cli_option_id id)
{
	static const enum cli_option_id how[] = { CLI_RUN_OPTIONS, OPT_WAIT,
						  OPT_VERBOSE, OPT_JSON };
	size_t i;

	for (i = 0; i < sizeof(how) / sizeof(how[0]); i++)
		if (how[i] == id)
			return true;
	return false;
}

void cli_job_id(const struct cli_call *call, uint64_t salt, char id[CLI_JOB_ID])
{
	uint64_t hash = cli_hash(CLI_HASH_INIT, &salt, sizeof(salt));
	size_t i;
	int k;

	hash = cli_hash(hash, call->command->name,
			strlen(call->command->name) + 1);
	for (i = 0; i < call->given_count; i++) {
		const struct cli_given *g = &call->given[i];

		if (is_of_run(g->id))
			continue;
		hash = cli_hash(hash, cli_options[g->id].name,
				strlen(cli_options[g->id].name) + 1);
		if (g->value)
			hash = cli_hash(hash, g->value, strlen(g->value) + 1);
	}
	/* A policy counts by what it wants, and not by its name. */
	for (k = 0; k < call->operands && !salt; k++)
		hash = cli_hash(hash, call->operand[k],
				strlen(call->operand[k]) + 1);
	snprintf(id, CLI_JOB_ID, "%016" PRIx64, hash);
}
