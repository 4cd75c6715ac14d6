/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The file of --results: a line of JSON for each target that is done.
 *
 *	struct cli_results *results;
 *
 *	cli_results_open(&options, seen, ctx, &results, err);
 *	cli_results_add(results, line, err);	takes the line; on disk at once
 *	cli_results_close(results);
 *
 * A line is written by one call, so that a run that is killed leaves whole
 * lines and at most one cut short, which the next run removes.  The file is
 * locked while a run or one of its children lives.  A new file is made, or
 * one that is not a regular file is written to; with resume, an old one is
 * read first, and lines that are to be repeated are removed from it.
 */
#ifndef CLI_FLEET_RESULTS_H
#define CLI_FLEET_RESULTS_H

#include "cli/fleet/result.h"

struct cli_results_options {
	const char *path;
	bool resume;
	unsigned int retry; /* outcomes to repeat, as bits */
	const char *job;    /* what lines of an old file must be of */
	bool secret;	    /* for the caller alone */
	unsigned int wait;  /* seconds, while somebody else has it */
};

struct cli_results;

enum spp_status cli_results_open(const struct cli_results_options *options,
				 void (*seen)(void *ctx,
					      const struct cli_result *result),
				 void *ctx, struct cli_results **results,
				 struct spp_error *err);
enum spp_status cli_results_add(struct cli_results *results, json_t *line,
				struct spp_error *err);
/*
 * All lines, as revise leaves them, in a file that takes the place of the old
 * one; what is no regular file keeps its lines.
 */
enum spp_status cli_results_revise(struct cli_results *results,
				   void (*revise)(void *ctx, const char *target,
						  json_t *line),
				   void *ctx, struct spp_error *err);
void cli_results_close(struct cli_results *results);
#endif
