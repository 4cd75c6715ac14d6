/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The file that --output names must not be one that is read, or has results.
 *
 *	cli_output_apart(call, path, err);
 *
 * Names are compared by what they lead to, so links hide nothing.  Called at
 * the beginning, it knows what the command line names, and the files of a
 * folder of GPOs; called with a target open, also what was found with it:
 * hives of a folder, logs, layers of an image.
 */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "cli/command.h"

/* SPP_USAGE also for a block device; path: NULL or "-" is stdout. */
enum spp_status cli_output_apart(const struct cli_call *call, const char *path,
				 struct spp_error *err);

#endif
