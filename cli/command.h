/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Commands and options as tables, and one call of a command.
 *
 * Each command is a const struct cli_command in a file of its own; cli/main.c
 * lists them.  Help, man page, completion and the README's tables are printed
 * from these tables (cli/help/), so they cannot disagree with what runs.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "hive/base/error.h"
#include "policy/verb/verb.h"

#define CLI_VERSION "0.1.0"

/* The exit codes; what they mean never changes. */
enum cli_exit {
	CLI_OK = 0,	  /* done, or nothing to find */
	CLI_FINDINGS = 1, /* findings, differences, or changes pending */
	CLI_USAGE = 2,	  /* the command line or a wanted value is wrong */
	CLI_FAILED = 3,	  /* could not be done */
	CLI_REFUSED = 4,  /* a person must decide */
};
#define CLI_EXIT_COUNT (CLI_REFUSED + 1)

extern const char *const cli_exit_text[CLI_EXIT_COUNT];
enum cli_exit cli_exit_of(enum spp_status status);

/* Every option there is; a command names those that it takes. */
enum cli_option_id {
	OPT_END = 0,
	OPT_ADD,
	OPT_ALL,
	OPT_AS,
	OPT_BACKING,
	OPT_BACKUP,
	OPT_BREAK_LINKS,
	OPT_CHANGED,
	OPT_CLEAR,
	OPT_CLIENTS,
	OPT_COLLECTION,
	OPT_DISCARD,
	OPT_DISCARD_LOGS,
	OPT_DOMAIN,
	OPT_DOWN,
	OPT_DRY_RUN,
	OPT_FAIL_ON,
	OPT_FLAVOUR,
	OPT_FORMAT,
	OPT_HELP,
	OPT_IGNORE,
	OPT_IGNORE_FILTERS,
	OPT_JOURNAL_DIR,
	OPT_JSON,
	OPT_LANGUAGE,
	OPT_NETSVC,
	OPT_OUTPUT,
	OPT_OVERRIDES,
	OPT_PARTITION,
	OPT_PREFIX,
	OPT_PRIORITY,
	OPT_PRODUCT_KEY,
	OPT_REBUILD,
	OPT_REMOVE,
	OPT_RULES,
	OPT_SARIF,
	OPT_SCOPE,
	OPT_SEED,
	OPT_SHOW_KEYS,
	OPT_SITE,
	OPT_SNAPSHOTS,
	OPT_STRICT,
	OPT_STYLE,
	OPT_SYSTEM,
	OPT_TARGET_KIND,
	OPT_TO,
	OPT_TTL,
	OPT_UID,
	OPT_UNCLEAN,
	OPT_UTF8,
	OPT_WEIGHT,
	OPT_WINDOWS,
	OPT_WRITE_FORMAT, /* --format of what is written */
	OPT_COUNT
};

/* What kind a target is, and of a disk image what is meant and allowed. */
#define CLI_DISK_OPTIONS                                          \
	OPT_TARGET_KIND, OPT_WINDOWS, OPT_PARTITION, OPT_UNCLEAN, \
		OPT_SNAPSHOTS, OPT_BACKING, OPT_JOURNAL_DIR
/* And what belongs to it: of all that open one. */
#define CLI_TARGET_OPTIONS OPT_SYSTEM, OPT_NETSVC, CLI_DISK_OPTIONS

struct cli_option {
	const char *name;
	char letter;	      /* 0: none */
	const char *argument; /* NULL: none; "[X]": may be left out */
	const char *help;
};

extern const struct cli_option cli_options[OPT_COUNT];

struct cli_example {
	const char *line;
	const char *says;
};

struct cli_command;

/* A command line, parsed. */
struct cli_given {
	enum cli_option_id id;
	const char *value; /* NULL if none was given */
};

struct cli_call {
	const struct cli_command *command;
	struct cli_given *given; /* in the order of the command line */
	size_t given_count;
	char **operand;
	int operands;
	/* See images.h: operands that are images of a WIM. */
	char **images;
	bool *follows;
	size_t images_count;
};

struct cli_command {
	const char *name;
	const char *operands; /* "TARGET NAME..." */
	int least, most;      /* operands; most -1: any number */
	const char *summary;  /* one line */
	const char *about;    /* paragraphs separated by \n */
	enum cli_option_id options[36];
	struct cli_example examples[6];
	/*
	 * Whose verbs follow the target, or NULL.  As -sdns is one, behind the
	 * target only --options are options.
	 */
	const struct spp_script *script;
	bool each; /* WIM#all: is run for each image in turn */
	enum cli_exit (*run)(const struct cli_call *call);
};

extern const struct cli_command *const cli_commands[];
extern const size_t cli_command_count;

const struct cli_command *cli_command_find(const char *name);

bool cli_has(const struct cli_call *call, enum cli_option_id id);
/* The last value given, or NULL. */
const char *cli_value(const struct cli_call *call, enum cli_option_id id);

/* Parses argv (the command's name first) and runs the command. */
enum cli_exit cli_run(const struct cli_command *command, int argc, char **argv);

#endif
