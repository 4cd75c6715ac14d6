/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One run of sppctl audit, between the command and its printers. */
#ifndef CLI_AUDIT_AUDIT_H
#define CLI_AUDIT_AUDIT_H

#include "cli/fleet/fleet.h"
#include "hive/base/filetime.h"
#include "policy/audit/engine.h"

struct cli_audit {
	const struct cli_call *call;
	struct cli_fleet fleet;
	struct spp_audit audit;
	const struct cli_member **member; /* of each subject of the audit */
	struct spp_site site;
	struct spp_audit_options options;
	char *with; /* options of the call that remedies take over */
	enum spp_grade fail_on;
	char started[SPP_TIME_TEXT];
	enum cli_exit failed; /* the worst exit code of unreadable targets */
};

/* The command; site: the text of a site file, NULL: the one of --site. */
/* Audits the targets of a call, and writes the lines instead of a report. */
enum cli_exit cli_audit_lines(const struct cli_call *call, FILE *to);

enum cli_exit cli_audit_run(const struct cli_call *call, const char *site);

/* Whether a finding is at least as severe as --fail-on. */
bool cli_audit_fails(const struct cli_audit *a);

/* The rules that cannot judge (needs), or not fully (wants), without a fact. */
uint64_t cli_audit_rules_of(unsigned int bit, bool needs);

/* The first finding of one subject, and how many follow from it on. */
const struct spp_audit_finding *cli_audit_findings(const struct cli_audit *a,
						   size_t subject,
						   size_t *count);

/* A rule's command with TARGET and the like in its gaps; yours, or NULL. */
char *cli_audit_remedy(const struct spp_rule *rule);

void cli_audit_text(const struct cli_audit *a);
void cli_audit_rules_text(void);
void cli_audit_json(const struct cli_audit *a);
void cli_audit_rules_json(void);
void cli_audit_sarif(const struct cli_audit *a);
/* One self-contained line for each target. */
void cli_audit_ndjson(const struct cli_audit *a, FILE *to);
void cli_audit_csv(const struct cli_audit *a);
void cli_audit_junit(const struct cli_audit *a);

#endif
