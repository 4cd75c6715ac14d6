/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shared by sppctl dns and sppctl simulate: all machines, their records, and
 * the weaknesses of the design.
 */
#ifndef CLI_FLEET_DESIGN_H
#define CLI_FLEET_DESIGN_H

#include "cli/fleet/fleet.h"
#include "policy/audit/resilience.h"
#include "policy/dns/rights.h"

struct cli_design {
	struct cli_fleet fleet;
	struct spp_records dns;
	struct spp_resilience found;
	struct spp_rights rights;
	enum cli_exit failed; /* the worst exit code of unreadable targets */
};

#define CLI_DESIGN_INIT                  \
	{                                \
		.fleet = CLI_FLEET_INIT, \
	}

/* Where fleet.whole is false afterwards, that is told and nothing judged. */
enum spp_status cli_design_load(const struct cli_call *call,
				struct cli_design *design,
				struct spp_error *err);
/* Once more, when the records have changed. */
enum spp_status cli_design_judge(struct cli_design *design,
				 struct spp_error *err);
void cli_design_release(struct cli_design *design);

/* The host name of a record, or a substitute where it is not known. */
const char *cli_design_host(const struct cli_design *design,
			    const struct spp_srv *srv);

/*
 * Prints hosts without records, notes and weaknesses to stdout, each line after
 * prefix ("; " in a zone); with clients, also the clients.
 */
void cli_design_notes(const struct cli_design *design, const char *prefix,
		      bool clients);

/* [{"target", "fqdn", "home", "publishes", "because", "notes"}] */
json_t *cli_json_machines(const struct cli_design *design);
/*
 * [{"kind", "rule", "domain", "text"}]; null: not judged, a target is missing.
 */
json_t *cli_json_weaknesses(const struct cli_design *design);
/* The targets that could not be read. */
json_t *cli_json_failures(const struct cli_design *design);

#endif
