/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A new topic is one more row here. */
#include "cli/help/topics.h"

#include "cli/fleet/file.h"

static void fleet_schema(struct cli_page *page)
{
	(void)page;
	cli_fleet_schema();
}

const struct cli_topic cli_topics[] = {
	{ "options", "the options that many commands take", cli_help_options },
	{ "scopes", "the scopes of settings, and which one wins",
	  cli_help_scopes },
	{ "skus", "the SKU ids of volume editions", cli_help_skus },
	{ "formats", "formats of policy files", cli_help_formats },
	{ "verbs", "verbs of slmgr and ospp that are refused or differ",
	  cli_help_verbs },
	{ "policy", "the policy document, with an example", cli_help_policy },
	{ "site", "the site file of sppctl audit", cli_help_site },
	{ "fleet-file", "the fleet file of sppctl fleet", cli_help_fleet_file },
	{ "json", "the JSON documents of --json", cli_help_json },
	{ "schema",
	  "the JSON Schema of policy documents; of others: schema DOCUMENT",
	  cli_help_schema },
	{ "schema fleet", "the JSON Schema of fleet files", fleet_schema },
	{ "exit", "what the exit codes mean", cli_help_exits },
	{ "environment", "the variables that sppctl reads",
	  cli_help_environment },
	{ "files", "the files that sppctl makes", cli_help_files },
	{ "man", "the manual, as roff; of a command: man COMMAND",
	  cli_print_man },
	{ "manuals", "the names of all pages of the manual",
	  cli_print_manuals },
	{ "bash", "completion for bash", cli_print_bash },
	{ "zsh", "completion for zsh", cli_print_zsh },
	{ "fish", "completion for fish", cli_print_fish },
	{ "tables", "the tables of README.md and the pages", cli_print_tables },
};
const size_t cli_topic_count = sizeof(cli_topics) / sizeof(cli_topics[0]);
