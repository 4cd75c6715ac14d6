/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The fleet file: the design of a site once, and which targets are to have it.
 *
 *	struct cli_fleet_file file = CLI_FLEET_FILE_INIT;
 *
 *	cli_fleet_file_read(&file, call, path, err);
 *	cli_fleet_file_targets(&file, &list, &call, err);
 *	group = cli_fleet_file_group(&file, target);	group->want
 *	... file.site: the text of a site file ...
 *	cli_fleet_file_release(&file);
 *
 * cli/fleet/schema.c has the format as a JSON Schema.
 */
#ifndef CLI_FLEET_FILE_H
#define CLI_FLEET_FILE_H

#include "cli/fleet/targets.h"
#include "policy/model/policy.h"

#define CLI_FLEET_VERSION 1

/* Targets with one policy: those of one KMS host, or clients. */
struct cli_fleet_group {
	char *name; /* of a host; else NULL */
	struct spp_policy want;
};

struct cli_fleet_row {
	char *target;
	size_t group;
};

struct cli_fleet_file {
	const char *path; /* borrowed */
	struct cli_fleet_group *group;
	size_t groups;
	struct cli_fleet_row *row; /* sorted by target once it is whole */
	size_t rows;
	char *site;
};

#define CLI_FLEET_FILE_INIT  \
	{                    \
		.path = NULL \
	}

enum spp_status cli_fleet_file_read(struct cli_fleet_file *file,
				    const struct cli_call *call,
				    const char *path, struct spp_error *err);
void cli_fleet_file_release(struct cli_fleet_file *file);

/* Makes all targets those of the call; list as in targets.h. */
enum spp_status cli_fleet_file_targets(const struct cli_fleet_file *file,
				       struct cli_targets *list,
				       struct cli_call *call,
				       struct spp_error *err);
/* The group of a target, or NULL. */
const struct cli_fleet_group *cli_fleet_file_group(
	const struct cli_fleet_file *file, const char *target);

/* Adds a wish to others; one about the same is replaced. */
enum spp_status cli_fleet_wish(struct spp_policy *want,
			       const struct spp_policy_item *item,
			       struct spp_error *err);

/* Prints the JSON Schema: schema.c. */
void cli_fleet_schema(void);

#endif
