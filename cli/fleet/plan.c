/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/fleet/plan.h"

#include <stdio.h>
#include <string.h>

#include "cli/fail.h"
#include "cli/fleet/design.h"
#include "cli/json.h"

/* The state as it will be: what is there, with what is wanted over it. */
static enum spp_status state_after(const struct spp_document *document,
				   const struct spp_policy *want,
				   struct spp_policy *after,
				   struct spp_error *err)
{
	struct spp_policy CLEANUP(spp_policy_release) before = SPP_POLICY_INIT;
	struct spp_changes CLEANUP(spp_changes_release) changes =
		SPP_CHANGES_INIT;
	enum spp_status st = spp_document_meant(document, &before, err);
	size_t i;

	if (!st)
		st = spp_document_meant(document, after, err);
	if (!st)
		st = spp_policy_diff(&before, want, &changes, err);
	for (i = 0; !st && i < changes.count; i++)
		st = spp_policy_set(after, &changes.change[i].scope,
				    changes.change[i].setting,
				    changes.change[i].after, err);
	return st;
}

/* A hive alone does not tell its machine's name; the design does. */
static enum spp_status name_host(struct spp_identity *identity,
				 const char *name, struct spp_error *err)
{
	char CLEANUP(spp_free_string) *known = spp_identity_fqdn(identity);
	const char *dot = name ? strchr(name, '.') : NULL;
	char CLEANUP(spp_free_string) *host =
		dot ? strndup(name, (size_t)(dot - name)) : NULL;
	enum spp_status st;

	if (known || !dot)
		return SPP_OK;
	st = spp_identity_set(identity, SPP_FACT_HOST, host, err);
	return st ? st
		  : spp_identity_set(identity, SPP_FACT_SUFFIX, dot + 1, err);
}

static enum spp_status add(struct cli_design *design, struct cli_member *m,
			   const struct cli_fleet_group *group,
			   struct spp_error *err)
{
	struct spp_policy CLEANUP(spp_policy_release) after = SPP_POLICY_INIT;
	enum spp_status st;

	if (m->err.status || !group)
		return SPP_OK;
	st = state_after(&m->document, &group->want, &after, err);
	if (!st)
		st = name_host(&m->document.identity, group->name, err);
	return st ? st
		  : spp_records_add(&design->dns, m->path, &after,
				    &m->document.identity, err);
}

static enum spp_status judge(const struct cli_fleet_file *file,
			     struct cli_design *design, struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < design->fleet.count; i++)
		st = add(design, &design->fleet.member[i],
			 cli_fleet_file_group(file,
					      design->fleet.member[i].path),
			 err);
	if (st)
		return st;
	spp_records_finish(&design->dns);
	return design->failed ? SPP_OK
			      : spp_resilience_judge(&design->dns,
						     &design->found, err);
}

enum cli_exit cli_fleet_plan(const struct cli_call *call,
			     const struct cli_fleet_file *file,
			     struct cli_fleet *fleet, enum cli_exit failed)
{
	struct cli_design CLEANUP(cli_design_release) design = CLI_DESIGN_INIT;
	struct spp_error err = SPP_ERROR_INIT;

	design.fleet = *fleet;
	*fleet = (struct cli_fleet)CLI_FLEET_INIT;
	design.failed = failed;
	if (judge(file, &design, &err))
		return cli_fail(call, &err);
	puts("\nthe design, once applied:");
	cli_design_notes(&design, "  ", false);
	if (!design.failed && !design.found.count)
		puts("  resilient: no weakness found");
	return design.found.count ? CLI_FINDINGS : design.failed;
}
