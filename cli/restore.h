/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Restoring one target from its backups; for struct cli_job. */
#ifndef CLI_RESTORE_H
#define CLI_RESTORE_H

#include "cli/command.h"

enum cli_exit cli_restore_one(const struct cli_call *call, const char *target,
			      void *ctx);

#endif
