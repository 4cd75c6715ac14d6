/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One run of sppctl audit, between the command and its printers. */
#ifndef CLI_AUDIT_AUDIT_H
#define CLI_AUDIT_AUDIT_H

#include "cli/fleet/fleet.h"
#include "policy/audit/engine.h"

struct cli_audit {
	const struct cli_call *call;
	struct cli_fleet fleet;
	struct spp_audit audit;
	const struct cli_member **member; /* of each subject of the audit */
	struct spp_site site;
	struct spp_audit_options options;
	enum spp_grade fail_on;
	enum cli_exit failed; /* the worst of targets that were not read */
};

/* Whether anything was found that --fail-on counts. */
bool cli_audit_fails(const struct cli_audit *a);

/* Rules that need, or want, one of the things that are not known. */
uint64_t cli_audit_rules_of(unsigned int bit, bool needs);

/* The findings of one subject: *count of them from the one returned on. */
const struct spp_audit_finding *cli_audit_findings(const struct cli_audit *a,
						   size_t subject,
						   size_t *count);

/* A rule's command with words for what a finding fills in; yours, or NULL. */
char *cli_audit_remedy(const struct spp_rule *rule);

void cli_audit_json(const struct cli_audit *a);
void cli_audit_rules_json(void);
void cli_audit_sarif(const struct cli_audit *a);

#endif
