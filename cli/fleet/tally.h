/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the targets of a run ended. */
#ifndef CLI_FLEET_TALLY_H
#define CLI_FLEET_TALLY_H

#include "cli/command.h"
#include "cli/fleet/results.h"

struct cli_tally {
	size_t of[CLI_OUTCOMES];
	size_t done, failed; /* failed: invalid and refused ones, too */
	enum cli_exit worst;
};

void cli_tally_add(struct cli_tally *tally, enum cli_outcome outcome,
		   enum cli_exit code);
/* The worst exit code is at least this one. */
void cli_tally_raise(struct cli_tally *tally, enum cli_exit code);

/* Appends "97 changed, 2 refused, 1 failed", or "no targets". */
void cli_tally_show(const struct cli_tally *tally, struct spp_buf *out);
/* Prints the same on stderr, and how to go on. */
void cli_tally_tell(const struct cli_tally *tally, const struct cli_call *call);

#endif
