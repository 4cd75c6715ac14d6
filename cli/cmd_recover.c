/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/evidence/evidence.h"
#include "cli/fail.h"
#include "cli/fleet/record.h"
#include "cli/fleet/run.h"
#include "cli/heed.h"
#include "cli/json.h"
#include "cli/out.h"
#include "cli/stop.h"
#include "cli/target.h"
#include "hive/place/output.h"

static enum spp_status write_copy(void *session, int fd, struct spp_error *err)
{
	return spp_session_copy(session, fd, err);
}

static void print_text(struct spp_session *session, const char *output)
{
	const struct spp_replay *r = &spp_session_report(session)->replay;
	const char *label = cli_path(spp_session_store(session)->label);
	int i;

	if (!r->format && !r->discarded)
		printf("%s: clean, nothing to recover\n", label);
	else if (r->discarded)
		printf("%s: logs discarded\n", label);
	else
		printf("%s: recovered up to sequence %u (%s logs)%s\n", label,
		       r->last_seq, spp_log_format_name(r->format),
		       r->base_from_log ? ", base block taken from the log"
					: "");
	for (i = 0; i < SPP_LOG_COUNT; i++)
		if (r->use[i].entries)
			printf("  %-5s  %u entries, %u pages, %llu bytes\n",
			       spp_log_suffix((enum spp_log_name)i),
			       r->use[i].entries, r->use[i].pages,
			       (unsigned long long)r->use[i].bytes);
	if (output)
		printf("  written to %s\n", cli_path(output));
}

/* Writes to a pipe by way of a file, which the reader of hives needs. */
static enum spp_status to_stdout(struct spp_session *session,
				 struct spp_error *err)
{
	FILE *f = tmpfile();
	enum spp_status st;
	char chunk[65536];
	size_t n;

	if (!f)
		return spp_fail_errno(err, SPP_IO,
				      "cannot make a file to "
				      "write the hive to");
	if (isatty(STDOUT_FILENO))
		st = spp_fail(err, SPP_USAGE,
			      "a hive is not for a terminal; name a file, or "
			      "use a pipe");
	else
		st = spp_session_copy(session, fileno(f), err);
	rewind(f);
	while (!st && (n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		if (fwrite(chunk, 1, n, stdout) != n)
			st = spp_fail_errno(err, SPP_IO,
					    "cannot write the hive");
	fclose(f);
	return st;
}

static enum spp_status write_output(const struct cli_call *call,
				    struct spp_session *session,
				    const char *output, struct spp_error *err)
{
	if (strcmp(output, "-") != 0)
		return spp_output_create(output, write_copy, session, err);
	if (cli_has(call, OPT_JSON))
		return spp_fail(err, SPP_USAGE,
				"--json and --output - exclude each other");
	return to_stdout(session, err);
}

static enum spp_status recover(const struct cli_call *call,
			       struct spp_target *target,
			       const struct spp_session_options *options,
			       struct spp_error *err)
{
	struct spp_store *store = target->store[SPP_ROLE_ANY];
	const char *output = cli_value(call, OPT_RECOVERED);
	struct spp_session *session;
	struct spp_session *hives[SPP_ROLE_COUNT] = { NULL };
	enum spp_status st;
	json_t *document, *exhibit;

	st = spp_session_open(store, options, &session, err);
	if (st)
		return st;
	/* Read it before it is replaced. */
	hives[SPP_ROLE_ANY] = session;
	exhibit = cli_evidence_target(call, target, hives);
	if (output) {
		st = write_output(call, session, output, err);
	} else {
		spp_session_recover(session);
		if (spp_session_changed(session))
			cli_warn("'%s' will be rewritten in its recovered "
				 "state; with --output FILE it is left "
				 "unchanged",
				 store->label);
		st = spp_session_prepare(session, err);
		if (!st && spp_session_changed(session)) {
			st = spp_target_publish(target, err);
			if (!st)
				cli_replaced();
		}
	}
	if (!st && cli_recording()) {
		cli_record(
			"changed",
			json_boolean(!output && spp_session_changed(session)));
		cli_record(
			"hives",
			json_pack("[o]", cli_json_hive(session, SPP_ROLE_ANY)));
	}
	if (!st && cli_has(call, OPT_JSON)) {
		document = cli_json_document("recover", 1);
		json_object_set_new(document, "hive",
				    cli_json_hive(session, SPP_ROLE_ANY));
		json_object_set_new(document, "output", cli_json_text(output));
		json_object_set_new(document, "edit", json_null());
		cli_evidence_put(call, document, json_incref(exhibit));
		cli_json_print(document, stdout);
	} else if (!st && !(output && !strcmp(output, "-"))) {
		print_text(session, output);
		cli_evidence_print(call, json_incref(exhibit));
	}
	json_decref(exhibit);
	spp_session_close(session);
	return st;
}

/* Completes or undoes an interrupted edit of a disk image. */
static enum spp_status settle(const struct cli_call *call,
			      struct spp_target *target, struct spp_error *err)
{
	struct spp_session *const hives[SPP_ROLE_COUNT] = { NULL };
	bool discard = cli_has(call, OPT_DISCARD);
	const char *done = discard ? "taken back" : "completed";
	json_t *document, *exhibit;
	enum spp_status st;
	size_t pages = 0;

	if (cli_has(call, OPT_RECOVERED))
		return spp_fail(err, SPP_USAGE,
				"--output is for a hive, not for a disk image");
	st = spp_target_recover(target, discard, &pages, err);
	if (st && st != SPP_NOTFOUND)
		return st;
	if (!st)
		cli_replaced();
	cli_record("changed", json_boolean(!st));
	exhibit = cli_evidence_target(call, target, hives);
	if (cli_has(call, OPT_JSON)) {
		document = cli_json_document("recover", 1);
		json_object_set_new(document, "hive", json_null());
		json_object_set_new(document, "output", json_null());
		json_object_set_new(document, "edit",
				    cli_json_text(st ? "none" : done));
		cli_evidence_put(call, document, exhibit);
		cli_json_print(document, stdout);
		return SPP_OK;
	}
	if (st)
		printf("%s: no edit is pending\n", cli_path(target->path));
	else
		printf("%s: the interrupted edit is %s (%zu pages)\n",
		       cli_path(target->path), done, pages);
	cli_evidence_print(call, exhibit);
	return SPP_OK;
}

static enum cli_exit run_one(const struct cli_call *call, const char *path,
			     void *ctx)
{
	struct spp_hives_options options;
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_target *target = NULL;
	bool write = !cli_has(call, OPT_RECOVERED);
	enum spp_status st;

	(void)ctx;
	cli_stop_hold();
	st = cli_options_of(call, write ? ~0u : 0, &options, &err);
	if (!st)
		st = spp_target_open(path, &options.target, &target, &err);
	if (!st)
		cli_heed_kind(call, path, target->ops->kind);
	if (!st && target->disk)
		st = settle(call, target, &err);
	else if (!st && cli_has(call, OPT_DISCARD))
		st = spp_fail(&err, SPP_USAGE,
			      "'%s' is not a disk image; --discard is for an "
			      "interrupted edit of one",
			      path);
	else if (!st && !target->store[SPP_ROLE_ANY])
		st = spp_fail(&err, SPP_USAGE,
			      "'%s' holds several hives; name one of them",
			      path);
	else if (!st)
		st = recover(call, target, &options.session, &err);
	spp_target_close(target);
	return st ? cli_fail(call, &err) : CLI_OK;
}

static enum cli_exit run(const struct cli_call *call)
{
	const struct cli_job job = { .one = run_one };
	struct spp_error err = SPP_ERROR_INIT;

	if (cli_one_output(call, OPT_RECOVERED, &err))
		return cli_fail(call, &err);
	return cli_run(call, &job);
}

const struct cli_command cli_command_recover = {
	.name = "recover",
	.operands = "TARGET...",
	.least = 1,
	.most = -1,
	.summary = "replay the transaction logs of a hive, or complete an "
		   "interrupted edit of a disk image",
	.about = "The logs .LOG1, .LOG2 or .LOG beside the hive are verified "
		 "and replayed as Windows would.\nEvery other command does the "
		 "same in memory; this one writes the recovered hive. With "
		 "--output\nHIVE is left unchanged. For a disk image, an "
		 "interrupted edit is completed from its journal, or\nundone "
		 "with --discard.",
	.options = CLI_OPTIONS(OPT_RECOVERED, CLI_REPLACE_OPTIONS,
			       OPT_DISCARD_LOGS, OPT_DISCARD, CLI_DISK_OPTIONS,
			       CLI_EVIDENCE_OPTIONS, CLI_RUN_OPTIONS, OPT_JSON),
	.examples = CLI_EXAMPLES(
		{ "recover SOFTWARE -o SOFTWARE.recovered",
		  "keep the evidence unchanged" },
		{ "recover SOFTWARE --backup", "replace the hive" },
		{ "recover disk.qcow2 --discard", "undo an interrupted edit" }),
	.targets = CLI_TARGETS_ALL,
	.run = run,
};
