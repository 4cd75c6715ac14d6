/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From what a child left to a line of --results and an entry of --json.
 *
 *	struct cli_line line = { .call = call, .job = id, .target = name };
 *
 *	cli_line_make(&line, &ended, want_line, want_entry);
 *	... json_decref() of line.json, line.entry, line.facts ...
 *
 * What the child recorded and printed is as untrusted as its target: members
 * are taken by name and type.
 */
#ifndef CLI_FLEET_LINE_H
#define CLI_FLEET_LINE_H

#include <jansson.h>

#include "cli/command.h"
#include "cli/fleet/pool.h"
#include "cli/fleet/results.h"

struct cli_line {
	const struct cli_call *call;
	const char *job, *target;
	bool edits;
	bool judges;	  /* a line of an audit */
	bool interrupted; /* a run that was killed was about to change it */
	/* What is made. */
	enum cli_outcome outcome;
	enum cli_exit code;
	bool changed;  /* or would, in a dry run */
	bool replaced; /* something was written */
	json_t *json;  /* or NULL */
	json_t *entry; /* or NULL */
	json_t *facts; /* as recorded; yours, or NULL */
	/* As long as the child's record is: */
	const char *dump;
	size_t dump_size;
	const struct spp_error *why; /* it crashed or was ended; or NULL */
};

/* A child that crashed gets a message in ended->said[CLI_WORKER_ERR]. */
void cli_line_make(struct cli_line *line, struct cli_ended *ended,
		   bool want_line, bool want_entry);

#endif
