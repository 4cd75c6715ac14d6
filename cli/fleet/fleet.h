/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All targets of a command that only reads, loaded and closed again.
 *
 *	struct cli_fleet fleet = CLI_FLEET_INIT;
 *
 *	code = cli_fleet_load(call, &fleet);
 *	... fleet.member[i].document, unless fleet.member[i].err.status ...
 *	cli_fleet_release(&fleet);
 *
 * An unreadable target is reported and does not stop the others.  Each of
 * several is read by a child, which hands it over as a dump.
 */
#ifndef CLI_FLEET_FLEET_H
#define CLI_FLEET_FLEET_H

#include "cli/json.h"
#include "cli/load.h"

struct cli_member {
	const char *path; /* as given */
	const char *kind; /* "hive", "folder", ...; "policy" for a file */
	struct spp_document document;
	unsigned int hives; /* roles that were read, as bits */
	json_t *exhibit;    /* see cli/evidence; NULL: none is wanted */
	struct spp_notes notes;
	struct spp_error err;
};

struct cli_fleet {
	const struct cli_call *call;
	struct cli_member *member;
	size_t count;
	size_t loaded; /* without an error */
};

#define CLI_FLEET_INIT         \
	{                      \
		.member = NULL \
	}

/* The worst exit code of those that failed; CLI_OK if none did. */
enum cli_exit cli_fleet_load(const struct cli_call *call,
			     struct cli_fleet *fleet);
void cli_fleet_release(struct cli_fleet *fleet);

/* The exhibits of all that were read; NULL: none are wanted. */
json_t *cli_fleet_exhibits(const struct cli_call *call,
			   const struct cli_fleet *fleet);

/* {"path", "kind", "warnings"}, or {"path", "error"}. */
json_t *cli_json_member(const struct cli_member *member);

#endif
