/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Putting one target back from its backups; a struct cli_job's one. */
#ifndef CLI_RESTORE_H
#define CLI_RESTORE_H

#include "cli/command.h"

enum cli_exit cli_restore_one(const struct cli_call *call, const char *target,
			      void *ctx);

#endif
