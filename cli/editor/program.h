/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The editor of the person: $VISUAL, $EDITOR, else sensible-editor, editor or
 * vi, whichever is there.  The variable may have arguments, or be any line
 * that a shell understands, as git has it.
 *
 * cli_stop_hold() must have been called: signals are held back.  An INT while
 * the editor runs is the editor's, as a terminal sends it to both; TERM and
 * HUP end the editor and stay held back.
 */
#ifndef CLI_EDITOR_PROGRAM_H
#define CLI_EDITOR_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

#include "hive/base/error.h"

/*
 * Runs the editor on a file, at a line if it is known to take one (0: none).
 * quiet: what it prints goes to stderr.  SPP_IO says how it ended.
 */
enum spp_status cli_program_run(const char *path, size_t line, bool quiet,
				struct spp_error *err);

#endif
