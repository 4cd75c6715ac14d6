/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * WIM#all: every image of a WIM in turn.
 *
 * Where a command takes several targets, the operand becomes one for each
 * image; a command that takes one target and has its field "each" set is run
 * once for each image; other commands get the operand as is, and refuse it.
 */
#ifndef CLI_IMAGES_H
#define CLI_IMAGES_H

#include "cli/command.h"

/* Runs the command of the call. */
enum cli_exit cli_run_images(struct cli_call *call);

/* Whether an earlier operand was an image of the same WIM. */
bool cli_follows(const struct cli_call *call, const char *path);

#endif
