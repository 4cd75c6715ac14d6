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
	char *with; /* options of the call to add to remedies */
	enum spp_grade fail_on;
	char started[SPP_TIME_TEXT];
	enum cli_exit failed; /* the worst exit code of unreadable targets */
	uint64_t salt;	      /* stands for the site file */
};

/* Audits the targets of a call, and writes the lines instead of a report. */
enum cli_exit cli_audit_lines(const struct cli_call *call, FILE *to);

/*
 * The same in parts, for a caller that loads the targets itself.  site: the
 * text of a site file; NULL: that of --site.
 *
 *	cli_audit_begin(&audit, call, site, err);
 *	... audit.fleet is loaded, audit.failed is what that returned ...
 *	code = cli_audit_end(&audit, NULL);
 *	cli_audit_release(&audit);
 */
enum spp_status cli_audit_begin(struct cli_audit *a,
				const struct cli_call *call, const char *site,
				struct spp_error *err);
/* Judges, and prints a report or writes the lines. */
enum cli_exit cli_audit_end(struct cli_audit *a, FILE *lines);
void cli_audit_release(struct cli_audit *a);

/* Whether a finding is at least as severe as --fail-on. */
bool cli_audit_fails(const struct cli_audit *a);

/* The rules that cannot judge (needs), or not fully (wants), without a fact. */
uint64_t cli_audit_rules_of(unsigned int bit, bool needs);

/* The first finding of one subject; *n: the number from there on. */
const struct spp_audit_finding *cli_audit_findings(const struct cli_audit *a,
						   size_t subject,
						   size_t *count);

/* "REASON (AUTHOR, until DAY)" */
void cli_audit_exception(const struct spp_site_exception *e,
			 struct spp_buf *out);
/* A rule's command with TARGET and the like in its gaps; yours, or NULL. */
char *cli_audit_remedy(const struct spp_rule *rule);

/* Whether the name of what it is about is a product key's, or close to it. */
bool cli_audit_is_secret(const struct spp_audit_finding *f);

void cli_audit_text(const struct cli_audit *a);
void cli_audit_rules_text(void);
void cli_audit_json(const struct cli_audit *a);
void cli_audit_rules_json(void);
void cli_audit_sarif(const struct cli_audit *a);
/* What an audit adds to the line of one target; yours. */
json_t *cli_audit_line(const struct cli_audit *a, size_t subject);
/* The members of it that other targets have a say in; yours. */
json_t *cli_audit_verdict(const struct cli_audit *a, size_t subject);
/* One self-contained line for each target. */
void cli_audit_ndjson(const struct cli_audit *a, FILE *to);
void cli_audit_csv(const struct cli_audit *a);
void cli_audit_junit(const struct cli_audit *a);

#endif
