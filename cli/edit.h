/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one way in which commands change targets: compare, print and, unless it
 * is a dry run, commit.  A dry run does all but the last step, so that it ends
 * as the edit would.
 */
#ifndef CLI_EDIT_H
#define CLI_EDIT_H

#include <jansson.h>
#include <stdio.h>

#include "cli/command.h"
#include "hive/base/notes.h"
#include "policy/model/policy.h"
#include "policy/windows/hives.h"

/* The roles of the hives that a policy would write, as bits. */
unsigned int cli_roles(const struct spp_policy *want);

/* Makes the wanted policy from the one found in a target. */
typedef enum spp_status (*cli_wish)(const struct cli_call *call, void *ctx,
				    const struct spp_policy *have,
				    struct spp_policy *want,
				    struct spp_notes *notes,
				    struct spp_error *err);

/* Looks at an open target before the wanted policy is made. */
typedef enum spp_status (*cli_look)(const struct cli_call *call, void *ctx,
				    struct spp_hives *windows,
				    struct spp_error *err);

struct cli_fleet;

/* What to do to each target. */
struct cli_plan {
	unsigned int roles;	       /* hives to be written, as bits */
	const struct spp_policy *want; /* the same for all, or NULL: */
	cli_wish wish;
	void *ctx;
	cli_look look; /* or NULL */
	/* The wishes come from a person: check them like want. */
	bool checked;
	uint64_t salt; /* see struct cli_job; used if want is NULL */
	FILE *to;      /* see there */
	bool brief;    /* the changes were shown before */
	/* Set by wish or look: the caller begins again, and nothing is said. */
	const bool *again;
	bool literal; /* no other registry value may stand for a wanted one */
	json_t *exhibit; /* of a policy's file; borrowed, or NULL */
	/* Lines to print below the changes, filled by wish; or NULL. */
	const struct spp_notes *said;
	/*
	 * Receives the state of each target; the caller begins and ends it; or
	 * NULL.
	 */
	struct cli_fleet *fleet;
};

/*
 * Opens each target for writing, carries out the plan.  One
 * that fails does not stop the others; the highest exit code counts.
 */
/* The same for the same wishes, on every machine. */
uint64_t cli_edit_hash(const struct spp_policy *want);

enum cli_exit cli_edit(const struct cli_call *call, struct cli_plan *plan);

#endif
