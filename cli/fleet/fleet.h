/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All targets of a command that judges them together, loaded and closed again.
 *
 *	struct cli_fleet fleet = CLI_FLEET_INIT;
 *
 *	code = cli_fleet_load(call, &fleet);
 *	if (!fleet.whole) ... stopped, and told so: nothing is judged ...
 *	... fleet.member[i].document, unless fleet.member[i].err.status ...
 *	cli_fleet_release(&fleet);
 *
 * An unreadable target is reported and does not stop the others.  Each of
 * several is read by a child, as cli/fleet/run.h does it, and handed over as a
 * dump; the file of --results has a dump of each, too, so that a later run
 * need not read it again.
 */
#ifndef CLI_FLEET_FLEET_H
#define CLI_FLEET_FLEET_H

#include "cli/fleet/run.h"
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
	bool here; /* it is to be loaded by this process */
	bool told; /* what it has to say is on stderr */
};

struct cli_fleet {
	const struct cli_call *call;
	struct cli_member *member;
	size_t count;
	size_t loaded; /* without an error */
	bool whole;
	struct cli_results *results; /* NULL: none are wanted */
	/*
	 * In a child whose target has a line: records what belongs there, and
	 * whether anything is found.
	 */
	enum spp_status (*judge)(void *ctx, struct cli_member *member,
				 bool *found, struct spp_error *err);
	void *ctx;
	uint64_t salt; /* see struct cli_job */
	struct cli_taker taker;
};

#define CLI_FLEET_INIT         \
	{                      \
		.member = NULL \
	}

/* The worst exit code of those that failed; CLI_OK if none did. */
enum cli_exit cli_fleet_load(const struct cli_call *call,
			     struct cli_fleet *fleet);
void cli_fleet_release(struct cli_fleet *fleet);

/*
 * The same where another job opens the targets: it has fleet->taker, and each
 * child hands over what it opened, or what can be read after a failure.
 */
enum spp_status cli_fleet_begin(const struct cli_call *call,
				struct cli_fleet *fleet, struct spp_error *err);
void cli_fleet_hand_over(const struct cli_fleet *fleet, const char *path,
			 struct spp_hives *windows);
enum cli_exit cli_fleet_end(struct cli_fleet *fleet);

/* The settings as a policy document; NULL without memory. */
json_t *cli_fleet_dump(const struct cli_member *member, bool show_keys);

/* The exhibits of all that were read; NULL: none are wanted. */
json_t *cli_fleet_exhibits(const struct cli_call *call,
			   const struct cli_fleet *fleet);

/* {"path", "kind", "warnings"}, or {"path", "error"}. */
json_t *cli_json_member(const struct cli_member *member);

#endif
