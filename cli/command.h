/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A command as a const struct, and a call of a command.
 *
 * The file that runs a command also describes it; cli/commands.c lists them.
 * Help, man page, completion and the tables of the pages are printed from these
 * structs (cli/help/), so they cannot disagree with the program.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/exit.h"
#include "cli/options.h"
#include "policy/verb/verb.h"

struct cli_example {
	const char *line; /* without "sppctl" */
	const char *says;
};

/* Lists of any length, with their end marks. */
#define CLI_OPTIONS(...)             \
	(const enum cli_option_id[]) \
	{                            \
		__VA_ARGS__, OPT_END \
	}
#define CLI_OPTIONS_NONE ((const enum cli_option_id[]){ OPT_END })
#define CLI_EXAMPLES(...)            \
	(const struct cli_example[]) \
	{                            \
		__VA_ARGS__,         \
		{                    \
			NULL, NULL   \
		}                    \
	}

struct cli_call;

/* Which operands are targets. */
enum cli_targets_are {
	CLI_TARGETS_NONE,
	CLI_TARGETS_ALL,
	CLI_TARGETS_BUT_LAST,
	CLI_TARGETS_BEFORE_ASSIGNMENT, /* NAME=VALUE */
	CLI_TARGETS_BEFORE_NAME,       /* of a setting */
	CLI_TARGETS_BEFORE_LAST_NAMES, /* of settings; reading only */
	CLI_TARGETS_BEFORE_VERB,       /* a word with / or - */
};

/* When a command files evidence without being asked to. */
enum cli_files {
	CLI_FILES_ASKED, /* never */
	CLI_FILES_LINES, /* into the lines of --results */
	CLI_FILES_ALWAYS,
};

struct cli_command {
	const char *name;
	const char *operands; /* "TARGET NAME..." */
	int least, most;      /* operands; most -1: any number */
	const char *summary;  /* one line */
	const char *about;    /* paragraphs separated by \n, or NULL */
	const enum cli_option_id *options;  /* CLI_OPTIONS(...) */
	const struct cli_example *examples; /* CLI_EXAMPLES(...), or NULL */
	/*
	 * The script whose verbs follow the target, or NULL.  Since -sdns is a
	 * verb, only --options are options after the target.
	 */
	const struct spp_script *script;
	bool paged; /* prints much: on a terminal through a pager */
	bool exact; /* prints what is to be copied: no line is broken */
	bool both;  /* takes a policy beside a target: apply, diff */
	enum cli_files files;
	/* Of a command that takes several. */
	enum cli_targets_are targets;
	enum cli_exit (*run)(const struct cli_call *call);
};

/* A command line, parsed: cli/parse.h makes it. */
struct cli_given {
	enum cli_option_id id;
	const char *value; /* NULL if none was given */
};

struct cli_call {
	const struct cli_command *command;
	struct cli_given *given; /* in the order of the command line */
	size_t given_count;
	char **operand; /* without those that are targets */
	int operands;
	char **word; /* the command line from the command on */
	int words;
	/* See fleet/targets.h. */
	char **target;
	bool follows; /* the run has changed its WIM just before */
	size_t targets;
	bool many;		       /* this target is one of several */
	struct spp_lognames *lognames; /* see hive/target.h */
};

bool cli_has(const struct cli_call *call, enum cli_option_id id);
/* The last value given, or NULL. */
const char *cli_value(const struct cli_call *call, enum cli_option_id id);
/* The last value as a number up to most; *n is unchanged if none was given. */
enum spp_status cli_number(const struct cli_call *call, enum cli_option_id id,
			   uint64_t most, uint64_t *n, struct spp_error *err);

/* A copy with one option more, unless that was given; release it. */
enum spp_status cli_call_with(const struct cli_call *call,
			      enum cli_option_id id, const char *value,
			      struct cli_call *copy, struct spp_error *err);
/* Frees what the copy has of its own. */
void cli_copy_release(struct cli_call *copy);

#endif
