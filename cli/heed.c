/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/heed.h"

#include <string.h>

#include "cli/out.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* The kinds of targets that heed an option; what is not here, all heed. */
enum { HIVE = 1, FOLDER = 2, DISK = 4, WIM = 8, POLICY = 16 };
#define WINDOWS (HIVE | FOLDER | DISK | WIM)

static const struct {
	enum cli_option_id id;
	unsigned int kinds;
} heeded[] = {
	{ OPT_AS, HIVE },
	{ OPT_BACKING, DISK },
	{ OPT_BACKING_DIR, DISK },
	{ OPT_BREAK_LINKS, HIVE | FOLDER | WIM },
	{ OPT_DISCARD_LOGS, WINDOWS },
	{ OPT_FORMAT, POLICY },
	{ OPT_FROM_FORMAT, POLICY },
	{ OPT_GPO, POLICY },
	{ OPT_HASH_IMAGE, DISK | WIM },
	{ OPT_IGNORE_FILTERS, POLICY },
	{ OPT_JOURNAL_DIR, DISK },
	{ OPT_NETSVC, WINDOWS },
	{ OPT_PARTITION, DISK },
	{ OPT_PREFIX, POLICY },
	{ OPT_REBUILD, WIM },
	{ OPT_SNAPSHOTS, DISK },
	{ OPT_STRICT, POLICY },
	{ OPT_SYSTEM, WINDOWS },
	{ OPT_UNCLEAN, DISK },
	{ OPT_WAIT, WINDOWS },
	{ OPT_WINDOWS, DISK | FOLDER },
};

static const char *const kinds[] = { "hive", "folder", "disk", "wim",
				     "policy" };

/* The same for formats of policies. */
static const struct {
	enum cli_option_id id;
	enum spp_format_takes takes;
} read_by[] = {
	{ OPT_IGNORE_FILTERS, SPP_TAKES_FILTERS },
	{ OPT_PREFIX, SPP_TAKES_PREFIX },
};

/* An option, and those of which it needs one. */
static const struct {
	enum cli_option_id id, one_of[5];
} needs[] = {
	{ OPT_HASH_IMAGE,
	  { OPT_EVIDENCE, OPT_JSON, OPT_SARIF, OPT_RESULTS, OPT_RESUME } },
	{ OPT_NULL, { OPT_TARGETS_FROM } },
	{ OPT_RETRY, { OPT_RESUME } },
};

/* Each says alone what is printed. */
static const enum cli_option_id forms[] = {
	OPT_JSON, OPT_SARIF, OPT_CSV, OPT_JUNIT, OPT_PORCELAIN, OPT_QUIET
};

static enum spp_status check_need(const struct cli_call *call, size_t row,
				  struct spp_error *err)
{
	const enum cli_option_id *one = needs[row].one_of;
	size_t i;

	if (!cli_has(call, needs[row].id) ||
	    (needs[row].id == OPT_HASH_IMAGE &&
	     call->command->files == CLI_FILES_ALWAYS))
		return SPP_OK;
	for (i = 0; i < COUNT(needs[row].one_of); i++)
		if (one[i] != OPT_END && cli_has(call, one[i]))
			return SPP_OK;
	return spp_fail(err, SPP_USAGE, "--%s does nothing without --%s",
			cli_options[needs[row].id].name,
			cli_options[one[0]].name);
}

enum spp_status cli_heed_check(const struct cli_call *call,
			       struct spp_error *err)
{
	const char *form = NULL;
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < COUNT(needs); i++)
		st = check_need(call, i, err);
	for (i = 0; !st && i < COUNT(forms); i++) {
		if (!cli_has(call, forms[i]))
			continue;
		if (form)
			st = spp_fail(err, SPP_USAGE,
				      "--%s and --%s exclude each other", form,
				      cli_options[forms[i]].name);
		form = cli_options[forms[i]].name;
	}
	return st;
}

void cli_heed_reading(const struct cli_call *call)
{
	static const enum cli_option_id edits[] = { OPT_BACKUP, OPT_BREAK_LINKS,
						    OPT_REBUILD, OPT_DRY_RUN };
	size_t i;

	for (i = 0; i < COUNT(edits); i++)
		if (cli_has(call, edits[i]))
			cli_warn("nothing is edited, so --%s does nothing",
				 cli_options[edits[i]].name);
}

static bool writes_prefix(const struct cli_call *call, enum cli_option_id id)
{
	return id == OPT_PREFIX &&
	       cli_option_in(call->command->options, OPT_TO);
}

void cli_heed_format(const struct cli_call *call, const char *path,
		     const struct spp_format *format)
{
	size_t i;

	for (i = 0; i < COUNT(read_by); i++)
		if (cli_has(call, read_by[i].id) &&
		    !(format->takes & read_by[i].takes) &&
		    !writes_prefix(call, read_by[i].id))
			cli_warn("'%s' is of format %s, for which --%s does "
				 "nothing",
				 path, format->name,
				 cli_options[read_by[i].id].name);
}

void cli_heed_kind(const struct cli_call *call, const char *path,
		   const char *kind)
{
	unsigned int bit = 0;
	size_t i;

	while (bit < COUNT(kinds) - 1 && strcmp(kinds[bit], kind) != 0)
		bit++;
	for (i = 0; i < COUNT(heeded); i++) {
		if (heeded[i].kinds >> bit & 1 || !cli_has(call, heeded[i].id))
			continue;
		/* The other operand heeds it, or what is written does. */
		if ((call->command->both &&
		     (heeded[i].kinds == POLICY || 1u << bit == POLICY)) ||
		    writes_prefix(call, heeded[i].id))
			continue;
		cli_warn("'%s' is a %s, for which --%s does nothing", path,
			 kind, cli_options[heeded[i].id].name);
	}
}
