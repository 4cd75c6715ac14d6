/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one way in which a command works on its targets, one or many.
 *
 *	struct cli_job job = { .one = check_one };
 *
 *	return cli_run(call, &job);
 *
 * A single target without options for many is worked on in this process.
 * Otherwise children work on the targets (cli/fleet/pool.h), so that one that
 * crashes or hangs does not spoil the others: one child an edited target, and
 * one after the other for as long as they are sound and only read.  What the
 * children print comes out in the order of the targets.  SIGTERM lets them
 * finish or undo what they have in hand.
 */
#ifndef CLI_FLEET_RUN_H
#define CLI_FLEET_RUN_H

#include <jansson.h>
#include <stdio.h>

#include "cli/command.h"

/* An edit was asked to stop before it replaced anything. */
#define CLI_UNTOUCHED ((enum cli_exit)CLI_EXIT_COUNT)

struct cli_line;

/* A caller who wants what the children recorded, to judge all of it. */
struct cli_taker {
	/* A target that is done, as they come. */
	void (*taken)(void *ctx, size_t i, const struct cli_line *line);
	/* One that an earlier run did; false: it is to be done again. */
	bool (*kept)(void *ctx, size_t i, const json_t *line);
	void *ctx;
	/* Afterwards: whether all are done, and the file, yours to close. */
	bool whole;
	struct cli_results *results;
};

struct cli_job {
	/* Prints; with --json one document.  The call has this one target. */
	enum cli_exit (*one)(const struct cli_call *call, const char *target,
			     void *ctx);
	void *ctx;
	FILE *to;   /* for what children print; NULL: stdout */
	bool edits; /* the documents are of kind edit */
	bool loads; /* there are no documents: all is for the taker */
	struct cli_taker *taker; /* or NULL */
	bool judges;		 /* the lines are those of an audit */
	json_t *filed;		 /* an exhibit beside the targets', or NULL */
	uint64_t salt; /* stands for what is wanted, beside the options */
};

/* Whether a call has an option that only many targets need. */
bool cli_has_run_option(const struct cli_call *call);

enum cli_exit cli_run(const struct cli_call *call, const struct cli_job *job);

#endif
