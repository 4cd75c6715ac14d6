/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a command reports failures and warnings. */
#ifndef CLI_FAIL_H
#define CLI_FAIL_H

#include "cli/command.h"
#include "hive/base/notes.h"
#include "hive/target.h"

/* Says what failed, as JSON too with --json; returns the exit code. */
enum cli_exit cli_fail(const struct cli_call *call,
		       const struct spp_error *err);

/* Warns of each note. */
void cli_warn_all(const struct spp_notes *notes);

/* Warns of what is known about the target itself. */

#endif
