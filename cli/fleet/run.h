/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one way in which a command works on its targets, one or many.
 *
 *	struct cli_job job = { .one = check_one };
 *
 *	return cli_run(call, &job);
 *
 * A single target without options for many is worked on in this process.
 * Otherwise each target has a child (cli/fleet/pool.h), so that one that
 * crashes or hangs does not spoil the others; what the children print comes
 * out in the order of the targets.  SIGTERM lets the children finish or undo
 * what they have in hand.
 */
#ifndef CLI_FLEET_RUN_H
#define CLI_FLEET_RUN_H

#include <stdio.h>

#include "cli/command.h"

/* An edit was asked to stop before it replaced anything. */
#define CLI_UNTOUCHED ((enum cli_exit)CLI_EXIT_COUNT)

struct cli_job {
	/* Prints; with --json one document.  The call has this one target. */
	enum cli_exit (*one)(const struct cli_call *call, const char *target,
			     void *ctx);
	void *ctx;
	FILE *to;      /* for what children print; NULL: stdout */
	bool edits;    /* the documents are of kind edit */
	uint64_t salt; /* stands for what is wanted, beside the options */
};

enum cli_exit cli_run(const struct cli_call *call, const struct cli_job *job);

#endif
