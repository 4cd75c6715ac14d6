/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What sppctl dns and sppctl simulate have in common: all machines, their
 * records, and the judgement on the design.
 */
#ifndef CLI_FLEET_DESIGN_H
#define CLI_FLEET_DESIGN_H

#include "cli/fleet/fleet.h"
#include "policy/audit/resilience.h"

struct cli_design {
	struct cli_fleet fleet;
	struct spp_records dns;
	struct spp_resilience found;
	enum cli_exit failed; /* the worst of targets that were not read */
};

#define CLI_DESIGN_INIT                  \
	{                                \
		.fleet = CLI_FLEET_INIT, \
	}

enum spp_status cli_design_load(const struct cli_call *call,
				struct cli_design *design,
				struct spp_error *err);
void cli_design_release(struct cli_design *design);

/* A record's target, or what stands for it where it is not known. */
const char *cli_design_host(const struct cli_design *design,
			    const struct spp_srv *srv);

/*
 * Prints to stdout what there is to know beside the records, each line with
 * prefix in front ("; " in a zone): silent hosts, and if wanted clients,
 * notes, weaknesses.
 */
void cli_design_notes(const struct cli_design *design, const char *prefix,
		      bool clients);

/* [{"target", "fqdn", "home", "publishes", "because", "notes"}] */
json_t *cli_json_machines(const struct cli_design *design);
/* [{"kind", "domain", "text"}]; null: not judged, a target is missing. */
json_t *cli_json_weaknesses(const struct cli_design *design);
/* The targets that could not be read. */
json_t *cli_json_failures(const struct cli_design *design);

/* Decimal digits up to most. */
enum spp_status cli_number(const struct cli_call *call, enum cli_option_id id,
			   unsigned long long most, unsigned long long *n,
			   struct spp_error *err);

#endif
