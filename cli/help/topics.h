/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Topics of sppctl help that are not commands. */
#ifndef CLI_HELP_TOPICS_H
#define CLI_HELP_TOPICS_H

#include <stddef.h>

#include "cli/help/page.h"

struct cli_topic {
	const char *name;
	const char *summary;
	/* Fills a page, or prints a document such as a schema to its file. */
	void (*print)(struct cli_page *page);
};

extern const struct cli_topic cli_topics[];
extern const size_t cli_topic_count;

/* tables.c: what sppctl knows. */
void cli_help_scopes(struct cli_page *page);
void cli_help_skus(struct cli_page *page);
void cli_help_formats(struct cli_page *page);
void cli_help_exits(struct cli_page *page);
void cli_help_environment(struct cli_page *page);
void cli_help_files(struct cli_page *page);
void cli_help_verbs(struct cli_page *page);

/* files.c: the files that people write. */
void cli_help_policy(struct cli_page *page);
void cli_help_schema(struct cli_page *page);
void cli_help_site(struct cli_page *page);
void cli_help_fleet_file(struct cli_page *page);

/* json.c: the documents of --json. */
void cli_help_json(struct cli_page *page);

/* options.c: the options that many commands take. */
void cli_help_options(struct cli_page *page);

/* man.c, pages.c: the manual, tables of the pages. */
void cli_print_man(struct cli_page *page);
void cli_print_manuals(struct cli_page *page);
void cli_print_tables(struct cli_page *page);

/* shells.c: completion. */
void cli_print_bash(struct cli_page *page);
void cli_print_zsh(struct cli_page *page);
void cli_print_fish(struct cli_page *page);

#endif
