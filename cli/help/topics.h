/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Topics of sppctl help that are not commands. */
#ifndef CLI_HELP_TOPICS_H
#define CLI_HELP_TOPICS_H

#include <stddef.h>

struct cli_topic {
	const char *name;
	const char *summary;
	void (*print)(void);
};

extern const struct cli_topic cli_topics[];
extern const size_t cli_topic_count;

/* tables.c: what sppctl knows. */
void cli_help_scopes(void);
void cli_help_skus(void);
void cli_help_formats(void);
void cli_help_exits(void);

/* files.c: the files that people write. */
void cli_help_policy(void);
void cli_help_schema(void);
void cli_help_site(void);

/* json.c: the documents of --json. */
void cli_help_json(void);

/* man.c, bash.c, pages.c: man page, completion, tables of the pages. */
void cli_print_man(void);
void cli_print_completion(void);
void cli_print_tables(void);

#endif
