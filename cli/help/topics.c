/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A new topic is one more row here. */
#include "cli/help/topics.h"

#include "cli/fleet/file.h"

const struct cli_topic cli_topics[] = {
	{ "scopes", "the scopes of settings, and which one wins",
	  cli_help_scopes },
	{ "skus", "the SKU ids of volume editions", cli_help_skus },
	{ "formats", "formats of policy files", cli_help_formats },
	{ "policy", "the policy document, with an example", cli_help_policy },
	{ "schema",
	  "the JSON Schema of policy documents; of others: schema DOCUMENT",
	  cli_help_schema },
	{ "schema fleet", "the JSON Schema of fleet files", cli_fleet_schema },
	{ "json", "the JSON documents of --json", cli_help_json },
	{ "site", "the site file of sppctl audit", cli_help_site },
	{ "exit", "what the exit codes mean", cli_help_exits },
	{ "man", "the man page, as roff", cli_print_man },
	{ "bash", "completion for bash", cli_print_completion },
	{ "tables", "the tables of README.md and the pages", cli_print_tables },
};
const size_t cli_topic_count = sizeof(cli_topics) / sizeof(cli_topics[0]);
