/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every option of every command, in one table.
 *
 * A command names the options that it takes by their ids (cli/command.h).  To
 * add one: its id here, its row in cli/options.c, and the commands that take
 * it.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>

enum cli_option_id {
	OPT_END = 0,
	OPT_ADD,
	OPT_ALL,
	OPT_AS,
	OPT_BACKING,
	OPT_BACKING_DIR,
	OPT_BACKUP,
	OPT_BESIDE,
	OPT_BREAK_LINKS,
	OPT_CHANGED,
	OPT_CLEAR,
	OPT_CLIENTS,
	OPT_COLLECTION,
	OPT_COLOR,
	OPT_CSV,
	OPT_DISCARD,
	OPT_DISCARD_LOGS,
	OPT_DOMAIN,
	OPT_DOWN,
	OPT_DRY_RUN,
	OPT_EFFECTIVE,
	OPT_EVIDENCE,
	OPT_FAIL_ON,
	OPT_FIRST_WRITER,
	OPT_FLAVOUR,
	OPT_FOLDER, /* --output of a folder */
	OPT_FORMAT,
	OPT_FROM,
	OPT_FROM_FORMAT,
	OPT_GPO,
	OPT_GPO_DOMAIN, /* --domain of a backup */
	OPT_GPO_NAME,
	OPT_GROUP,
	OPT_HASH_IMAGE,
	OPT_HELP,
	OPT_IGNORE,
	OPT_IGNORE_FILTERS,
	OPT_JOBS,
	OPT_JOURNAL_DIR,
	OPT_JSON,
	OPT_JUNIT,
	OPT_LANGUAGE,
	OPT_LIMITS,
	OPT_LIST_FROM, /* --from of a publish list */
	OPT_MEMORY_LIMIT,
	OPT_MOVE,
	OPT_NETSVC,
	OPT_NO_PAGER,
	OPT_NULL,
	OPT_ORDERED,
	OPT_OUTPUT,
	OPT_OVERRIDES,
	OPT_PARTIAL,
	OPT_PARTITION,
	OPT_PORCELAIN,
	OPT_PREFIX,
	OPT_PRIORITY,
	OPT_PRODUCT_KEY,
	OPT_QUIET,
	OPT_REBUILD,
	OPT_RECOVERED, /* --output of a recovered hive */
	OPT_REMOVE,
	OPT_RESULTS,
	OPT_RESUME,
	OPT_RETRY,
	OPT_RULES,
	OPT_SARIF,
	OPT_SCOPE,
	OPT_SEED,
	OPT_SET_RANK,
	OPT_SHOW_KEYS,
	OPT_SHARD,
	OPT_SITE,
	OPT_SNAPSHOTS,
	OPT_STOP_AFTER,
	OPT_STRICT,
	OPT_STATES,
	OPT_STYLE,
	OPT_SYSTEM,
	OPT_TARGET_KIND,
	OPT_TARGETS_FROM,
	OPT_TIME_LIMIT,
	OPT_TO,
	OPT_TTL,
	OPT_UID,
	OPT_UNCLEAN,
	OPT_UTF8,
	OPT_WAIT,
	OPT_VERBOSE,
	OPT_WEIGHT,
	OPT_WINDOWS,
	OPT_WRITE_FORMAT, /* --format of what is written */
	OPT_YES,
	OPT_COUNT
};

/* Of every command. */
#define CLI_EVERY_OPTIONS OPT_HELP, OPT_COLOR, OPT_NO_PAGER
/* How to take a target, and what is allowed with a disk image. */
#define CLI_DISK_OPTIONS                                                      \
	OPT_TARGET_KIND, OPT_WINDOWS, OPT_PARTITION, OPT_UNCLEAN,             \
		OPT_SNAPSHOTS, OPT_BACKING, OPT_BACKING_DIR, OPT_JOURNAL_DIR, \
		OPT_WAIT
/* What is filed beside the result. */
#define CLI_EVIDENCE_OPTIONS OPT_EVIDENCE, OPT_HASH_IMAGE
/* The same with the hives beside it: for commands that open one target. */
#define CLI_TARGET_OPTIONS OPT_SYSTEM, OPT_NETSVC, CLI_DISK_OPTIONS
/* How commands open a target. */
#define CLI_OPEN_OPTIONS \
	OPT_AS, CLI_TARGET_OPTIONS, CLI_EVIDENCE_OPTIONS, OPT_DISCARD_LOGS
/* How a file is replaced. */
#define CLI_REPLACE_OPTIONS OPT_BACKUP, OPT_BREAK_LINKS, OPT_REBUILD
/* How commands edit a target. */
#define CLI_EDIT_OPTIONS CLI_REPLACE_OPTIONS, CLI_OPEN_OPTIONS
/* And how those do that show it to a person first. */
#define CLI_EDITOR_OPTIONS                                  \
	OPT_VERBOSE, CLI_REPLACE_OPTIONS, OPT_AS, OPT_SITE, \
		CLI_TARGET_OPTIONS, OPT_DISCARD_LOGS, OPT_SHOW_KEYS
/* How a policy is read. */
#define CLI_POLICY_OPTIONS                                                    \
	OPT_FROM_FORMAT, OPT_FORMAT, OPT_GPO, OPT_PREFIX, OPT_IGNORE_FILTERS, \
		OPT_STRICT

/* Of commands that read several targets together. */
#define CLI_MANY_OPTIONS                                                 \
	OPT_TARGETS_FROM, OPT_NULL, OPT_SHARD, OPT_JOBS, OPT_TIME_LIMIT, \
		OPT_MEMORY_LIMIT
/* Of commands that take each of several targets by itself. */
#define CLI_RUN_OPTIONS                                                    \
	CLI_MANY_OPTIONS, OPT_RESULTS, OPT_RESUME, OPT_RETRY, OPT_ORDERED, \
		OPT_STOP_AFTER

struct cli_option {
	const char *name;
	char letter;	      /* 0: none */
	const char *argument; /* NULL: none; "[X]": may be left out */
	const char *help;
};

extern const struct cli_option cli_options[OPT_COUNT];

/* Those of every command, up to OPT_END. */
extern const enum cli_option_id cli_every_option[];
/* Whether a list that OPT_END ends has this one. */
bool cli_option_in(const enum cli_option_id *list, enum cli_option_id id);

#endif
