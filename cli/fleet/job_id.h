/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run does, in 16 digits: a run is gone on with by the same alone. */
#ifndef CLI_FLEET_JOB_ID_H
#define CLI_FLEET_JOB_ID_H

#include "cli/command.h"

#define CLI_JOB_ID 17 /* with its NUL */

/*
 * The same for the same command, whatever its targets are and however it is
 * run; salt stands for what is wanted, beside the options, and is 0 where the
 * operands do.
 */
void cli_job_id(const struct cli_call *call, uint64_t salt,
		char id[CLI_JOB_ID]);

#endif
