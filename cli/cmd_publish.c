/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/edit.h"
#include "cli/evidence/evidence.h"
#include "cli/fail.h"
#include "cli/fleet/run.h"
#include "cli/fleet/targets.h"
#include "cli/heed.h"
#include "cli/json.h"
#include "cli/load.h"
#include "cli/out.h"
#include "cli/print.h"
#include "cli/setting_arg.h"
#include "cli/target.h"
#include "hive/base/number.h"

/* Priority and weight have the same range. */
static enum spp_status parse_rank(const struct cli_given *given, long *n,
				  struct spp_error *err)
{
	uint64_t v;

	if (!spp_number_parse(given->value, SPP_PRIORITY_MAX, &v))
		return spp_fail(err, SPP_INVALID,
				"--%s: '%s' is not a number from 0 to 65535",
				cli_options[given->id].name, given->value);
	*n = (long)v;
	return SPP_OK;
}

/* "DOMAIN,N" */
static enum spp_status move(const char *text, struct spp_publish_list *list,
			    struct spp_error *err)
{
	const char *comma = strrchr(text, ',');
	char CLEANUP(spp_free_string) *domain =
		comma ? strndup(text, (size_t)(comma - text)) : NULL;
	uint64_t n = 0;

	if (!domain || !spp_number_parse(comma + 1, SPP_PRIORITY_MAX, &n))
		return spp_fail(err, SPP_USAGE,
				"--move: '%s' is not DOMAIN,N: a domain and "
				"its new place in the list",
				text);
	return spp_publish_list_move(list, domain, (size_t)n, err);
}

/* Replaces the list by the lines of a file. */
static enum spp_status replace(struct spp_publish_list *list, const char *lines,
			       struct spp_notes *notes, struct spp_error *err)
{
	enum spp_status st;

	spp_publish_list_release(list);
	st = spp_publish_list_paste(list, lines, false, notes, err);
	return st || list->count ? st
				 : spp_fail(err, SPP_INVALID,
					    "the list of --from is empty; "
					    "--clear removes the list");
}

/* What the options want. */
struct wanted {
	const struct spp_setting *setting;
	struct spp_buf lines; /* the file of --from */
};

/* Applies one option to the list. */
static enum spp_status apply(const struct cli_given *given,
			     const struct wanted *wanted,
			     struct spp_publish_list *list,
			     struct spp_notes *notes, struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	long n = 0;

	switch (given->id) {
	case OPT_ADD:
		return *given->value
			       ? spp_publish_list_paste(list, given->value,
							true, notes, err)
			       : spp_publish_list_add(list, "", notes, err);
	case OPT_REMOVE:
		st = spp_publish_list_remove(list, given->value, err);
		if (st == SPP_NOTFOUND)
			spp_note(notes, "'%s' is not in the list",
				 given->value);
		return st == SPP_NOTFOUND ? SPP_OK : st;
	case OPT_CLEAR:
		spp_publish_list_release(list);
		return SPP_OK;
	case OPT_MOVE:
		return move(given->value, list, err);
	case OPT_SET_RANK:
		return spp_publish_list_set(list, given->value, notes, err);
	case OPT_LIST_FROM:
		return replace(list, spp_buf_text(&wanted->lines), notes, err);
	case OPT_PRIORITY:
		st = parse_rank(given, &n, err);
		return st ? st : spp_publish_list_rank(list, n, -1, err);
	case OPT_WEIGHT:
		st = parse_rank(given, &n, err);
		return st ? st : spp_publish_list_rank(list, -1, n, err);
	default:
		return SPP_OK;
	}
}

static void warn_of_flaws(const struct spp_publish_list *list,
			  struct spp_notes *notes)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (list->entry[i].flaws)
			spp_note(notes, "entry '%s': %s", list->entry[i].text,
				 spp_flaws_text(list->entry[i].flaws));
}

static enum spp_status wish(const struct cli_call *call, void *ctx,
			    const struct spp_policy *have,
			    struct spp_policy *want, struct spp_notes *notes,
			    struct spp_error *err)
{
	struct spp_publish_list CLEANUP(spp_publish_list_release) list =
		SPP_PUBLISH_LIST_INIT;
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	const struct wanted *wanted = ctx;
	const struct spp_setting *setting = wanted->setting;
	const struct spp_policy_item *item;
	struct spp_scope scope;
	enum spp_status st;
	size_t i;

	st = cli_scope(call, setting, &scope, err);
	item = st ? NULL : spp_policy_get(have, &scope, setting);
	if (item)
		st = spp_publish_list_read(&item->value, &list, err);
	for (i = 0; !st && i < call->given_count; i++)
		st = apply(&call->given[i], wanted, &list, notes, err);
	if (!st && list.count)
		st = spp_publish_list_write(&list, &value, err);
	if (st)
		return st;
	warn_of_flaws(&list, notes);
	/* A host treats an empty list like none; remove it then. */
	return spp_policy_set(want, &scope, setting, list.count ? &value : NULL,
			      err);
}

static void print_json(const struct cli_call *call, struct spp_hives *windows,
		       const struct spp_publish_list *list, bool set,
		       const struct spp_notes *notes)
{
	json_t *document = cli_json_document("publish", 1);

	json_object_set_new(document, "set", json_boolean(set));
	json_object_set_new(document, "entries", cli_json_publish(list));
	json_object_set_new(document, "target", cli_json_target(windows));
	json_object_set_new(document, "warnings", cli_json_notes(notes));
	cli_evidence_put(call, document, cli_evidence_hives(call, windows));
	cli_json_print(document, stdout);
}

static enum spp_status print(const struct cli_call *call,
			     struct spp_hives *windows,
			     const struct spp_setting *setting,
			     struct spp_error *err)
{
	struct spp_policy CLEANUP(spp_policy_release) have = SPP_POLICY_INIT;
	struct spp_publish_list CLEANUP(spp_publish_list_release) list =
		SPP_PUBLISH_LIST_INIT;
	struct spp_notes CLEANUP(spp_notes_release) notes = SPP_NOTES_INIT;
	const struct spp_policy_item *item;
	struct spp_scope scope;
	enum spp_status st;

	st = spp_hives_read(windows, &have, NULL, err);
	if (!st)
		st = cli_scope(call, setting, &scope, err);
	if (!st)
		st = cli_need_hive(windows, &scope, setting, err);
	item = st ? NULL : spp_policy_get(&have, &scope, setting);
	if (item)
		st = spp_publish_list_read(&item->value, &list, err);
	if (st)
		return st;
	cli_warn_of_state(windows, &notes);
	cli_warn_all(&notes);
	if (cli_has(call, OPT_JSON))
		print_json(call, windows, &list, item != NULL, &notes);
	else
		cli_print_publish(&list, 0);
	if (!cli_has(call, OPT_JSON))
		cli_evidence_print(call, cli_evidence_hives(call, windows));
	return SPP_OK;
}

static enum cli_exit list(const struct cli_call *call, const char *target,
			  void *ctx)
{
	struct spp_error err = SPP_ERROR_INIT;
	const struct wanted *wanted = ctx;
	struct spp_hives *windows = NULL;
	enum spp_status st;

	st = cli_open(call, target, 0, &windows, &err);
	if (!st)
		st = print(call, windows, wanted->setting, &err);
	spp_hives_close(windows);
	return st ? cli_fail(call, &err) : CLI_OK;
}

static void release(struct wanted *w)
{
	spp_buf_release(&w->lines);
}

static enum cli_exit run(const struct cli_call *call)
{
	static const enum cli_option_id edits[] = { OPT_ADD,	   OPT_REMOVE,
						    OPT_MOVE,	   OPT_SET_RANK,
						    OPT_LIST_FROM, OPT_CLEAR,
						    OPT_PRIORITY,  OPT_WEIGHT };
	struct wanted CLEANUP(release)
		wanted = { .setting = &spp_settings[SPP_SETTING_PUBLISH_LIST] };
	struct cli_plan plan = { .roles = 1u << SPP_ROLE_SOFTWARE,
				 .wish = wish,
				 .ctx = &wanted };
	struct cli_job job = { .one = list, .ctx = &wanted };
	const char *from = cli_value(call, OPT_LIST_FROM);
	struct spp_error err = SPP_ERROR_INIT;
	size_t i;

	if (from && cli_read_file(from, &wanted.lines, &err))
		return cli_fail(call, &err);
	plan.salt = cli_hash(CLI_HASH_INIT, spp_buf_text(&wanted.lines),
			     wanted.lines.size);
	for (i = 0; i < sizeof(edits) / sizeof(edits[0]); i++)
		if (cli_has(call, edits[i]))
			return cli_edit(call, &plan);
	cli_heed_reading(call);
	return cli_run(call, &job);
}

const struct cli_command cli_command_publish = {
	.name = "publish",
	.operands = "TARGET...",
	.least = 1,
	.most = -1,
	.summary = "list or edit the DNS domains in which a KMS host publishes",
	.about = "Prints DnsDomainPublishList, or edits it. The options that "
		 "edit may be repeated; they are\napplied from left to right, "
		 "in one commit. A new domain without numbers gets priority 0 "
		 "and\nweight 0. Entries that are not edited keep their bytes, "
		 "even if they are malformed.",
	.options = CLI_OPTIONS(OPT_ADD, OPT_REMOVE, OPT_MOVE, OPT_SET_RANK,
			       OPT_LIST_FROM, OPT_CLEAR, OPT_PRIORITY,
			       OPT_WEIGHT, OPT_DRY_RUN, OPT_VERBOSE, OPT_SCOPE,
			       CLI_EDIT_OPTIONS, CLI_RUN_OPTIONS, OPT_JSON),
	.examples = CLI_EXAMPLES(
		{ "publish SOFTWARE", "prints the list" },
		{ "publish SOFTWARE --add corp.example,10,100 "
		  "--add branch.example,10,100",
		  "a primary host in two domains" },
		{ "publish SOFTWARE --priority 20",
		  "turn a list copied from the primary into that of a "
		  "secondary" },
		{ "publish SOFTWARE --remove old.example --dry-run",
		  "what would change" }),
	.targets = CLI_TARGETS_ALL,
	.run = run,
};
