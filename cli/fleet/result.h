/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What became of one target: a line of a file of results.
 *
 *	struct cli_result r = CLI_RESULT_INIT;
 *
 *	cli_result_line(f, path, number, &text, &whole, err);
 *	cli_result_read(&r, text, n, path, number, err);
 *	cli_result_release(&r);
 */
#ifndef CLI_FLEET_RESULT_H
#define CLI_FLEET_RESULT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "hive/base/buf.h"

/* What became of a target. */
enum cli_outcome {
	CLI_CHANGED,
	CLI_UNCHANGED,
	CLI_PENDING, /* changes of a dry run */
	CLI_READ,
	CLI_FOUND, /* findings; differences; not set */
	CLI_INVALID,
	CLI_REFUSAL,
	CLI_FAILURE,
};
#define CLI_OUTCOMES (CLI_FAILURE + 1)

extern const char *const cli_outcome_word[CLI_OUTCOMES];
/* CLI_OUTCOMES for a word that is none of them. */
enum cli_outcome cli_outcome_find(const char *word);

/* A line, read. */
struct cli_result {
	char *target; /* as bytes */
	char *job, *started;
	enum cli_outcome outcome;
	int exit;
	bool keep; /* false: it is to be repeated */
	json_t *line;
};

#define CLI_RESULT_INIT        \
	{                      \
		.target = NULL \
	}

/*
 * Reads line number of a file of results into text.  *whole is false after the
 * last one; text then has a line that was cut short, or nothing.  SPP_INVALID
 * if it has something else, or a line longer than any of ours.
 */
enum spp_status cli_result_line(FILE *f, const char *path, size_t number,
				struct spp_buf *text, bool *whole,
				struct spp_error *err);
/* SPP_INVALID for a line that no run wrote; path, number: for messages. */
enum spp_status cli_result_read(struct cli_result *result, const char *text,
				size_t n, const char *path, size_t number,
				struct spp_error *err);
void cli_result_release(struct cli_result *result);

/* Members "target" and, where the name is not UTF-8, "target_bytes". */
void cli_result_name(json_t *line, const char *target);
#endif
