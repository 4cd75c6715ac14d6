/* SPDX-License-Identifier: GPL-3.0-or-later */
/* slmgr and ospp: the verbs of Microsoft's scripts, for hives. */
#include <stdlib.h>
#include <string.h>

#include "cli/edit.h"
#include "cli/fail.h"
#include "cli/fleet/run.h"
#include "cli/heed.h"
#include "cli/help/help.h"
#include "cli/show/dlv.h"
#include "policy/verb/order.h"
#include "policy/windows/identity.h"

/* The verbs of one call, and what they need to know of the target. */
struct job {
	struct spp_verb_order *order;
	size_t count;
	const char *path;
	struct spp_scopes scopes;
	struct spp_identity identity;
	bool cache;
	struct spp_notes said;
};

static void release(struct job *job)
{
	size_t i;

	for (i = 0; i < job->count; i++)
		spp_verb_order_release(&job->order[i]);
	free(job->order);
	spp_scopes_release(&job->scopes);
	spp_identity_release(&job->identity);
	spp_notes_release(&job->said);
}

static enum spp_status look(const struct cli_call *call, void *ctx,
			    struct spp_hives *windows, struct spp_error *err)
{
	struct job *job = ctx;
	enum spp_status st = spp_hives_scopes(windows, &job->scopes, err);

	(void)call;
	job->path = spp_hives_target(windows)->path;
	job->cache = spp_hives_session(windows, SPP_ROLE_NETSVC);
	return st ? st : spp_identity_read(windows, &job->identity, err);
}

static enum spp_status wish(const struct cli_call *call, void *ctx,
			    const struct spp_policy *have,
			    struct spp_policy *want, struct spp_notes *notes,
			    struct spp_error *err)
{
	struct job *job = ctx;
	struct spp_installation inst = { .path = job->path,
					 .have = have,
					 .scopes = &job->scopes,
					 .build = spp_identity_build(
						 &job->identity),
					 .cache = job->cache };
	/* A dry run prints none of slmgr's success lines. */
	struct spp_notes *said = cli_has(call, OPT_DRY_RUN) ? NULL : &job->said;
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < job->count; i++)
		st = spp_verb_order_wish(&job->order[i], &inst, want, notes,
					 err);
	for (i = 0; !st && i < job->count; i++)
		st = spp_verb_order_say(&job->order[i], &inst, want, said,
					notes, err);
	return st;
}

/* /skms also removes the cached host, which is in the NetworkService hive. */
static unsigned int roles(const struct job *job)
{
	unsigned int bits = 1u << SPP_ROLE_SOFTWARE;
	size_t i;

	for (i = 0; i < job->count; i++) {
		const struct spp_verb_order *order = &job->order[i];

		if (order->wish[0] == SPP_PRESENT &&
		    order->verb->set[0] == &spp_settings[SPP_SETTING_KMS_HOST])
			bits |= 1u << SPP_ROLE_NETSVC;
	}
	return bits;
}

/* Parses all words after the target before the target is opened. */
static enum spp_status parse(const struct cli_call *call, struct job *job,
			     struct spp_notes *notes, struct spp_error *err)
{
	int at = 0, used = 0;
	enum spp_status st = SPP_OK;

	job->order = calloc((size_t)call->operands + 1, sizeof(*job->order));
	if (!job->order)
		return spp_nomem(err);
	while (!st && at < call->operands) {
		st = spp_verb_order_parse(call->command->script,
					  call->operand + at,
					  call->operands - at, &used,
					  &job->order[job->count], notes, err);
		at += used;
		job->count += !st;
	}
	return st;
}

static enum spp_status check(const struct cli_call *call, const struct job *job,
			     struct spp_error *err)
{
	const char *first = call->targets ? call->target[0] : "";
	size_t i;

	if (!job->count && spp_verb_find(call->command->script, first))
		return spp_fail(err, SPP_USAGE,
				"'%s' is a verb; put the target before it: "
				"sppctl %s TARGET %s",
				first, call->command->name, first);
	if (!job->count)
		return spp_fail(err, SPP_USAGE,
				"no verb given; see sppctl help %s",
				call->command->name);
	for (i = 0; i < job->count && job->count > 1; i++)
		if (job->order[i].verb->does == SPP_DOES_SHOW)
			return spp_fail(
				err, SPP_USAGE,
				"/%s cannot be combined with other verbs",
				job->order[i].verb->name);
	return SPP_OK;
}

/* Both scripts print their usage for these. */
static bool asks_help(const struct cli_call *call)
{
	const char *last = call->operands  ? call->operand[call->operands - 1]
			   : call->targets ? call->target[0]
					   : "";

	return !strcmp(last, "/?") || !strcmp(last, "-?") ||
	       !strcmp(last, "/help");
}

static enum cli_exit show_one(const struct cli_call *call, const char *target,
			      void *ctx)
{
	return cli_dlv(call, target, ctx);
}

static enum cli_exit run(const struct cli_call *call)
{
	struct spp_notes CLEANUP(spp_notes_release) notes = SPP_NOTES_INIT;
	struct job CLEANUP(release) job = { .count = 0 };
	struct cli_plan plan = {
		.wish = wish, .ctx = &job, .look = look, .said = &job.said
	};
	struct cli_job shown = { .one = show_one };
	struct spp_error err = SPP_ERROR_INIT;
	enum spp_status st;

	if (asks_help(call)) {
		cli_help_command(call->command);
		return CLI_OK;
	}
	st = parse(call, &job, &notes, &err);
	if (!st)
		st = check(call, &job, &err);
	if (st)
		return cli_fail(call, &err);
	cli_warn_all(&notes);
	shown.ctx = &job.order[0];
	if (job.order[0].verb->does == SPP_DOES_SHOW) {
		cli_heed_reading(call);
		return cli_run(call, &shown);
	}
	plan.roles = roles(&job);
	return cli_edit(call, &plan);
}

const struct cli_command cli_command_slmgr = {
	.name = "slmgr",
	.operands = "TARGET... VERB [ARGUMENT]...",
	.least = 1,
	.most = -1,
	.summary = "make the registry changes that a slmgr.vbs verb would make",
	.about = "Verbs begin with / or - and follow the target; several are "
		 "one commit. An ACTIVATION-ID is a SKU of sppctl help skus, "
		 "or APPLICATION/ID. Installed under the name slmgr, the "
		 "program needs no \"slmgr\".",
	.options = CLI_OPTIONS(OPT_DRY_RUN, OPT_VERBOSE, CLI_EDIT_OPTIONS,
			       CLI_RUN_OPTIONS, OPT_JSON),
	.examples = CLI_EXAMPLES(
		{ "slmgr SOFTWARE /sdns", "a KMS host that publishes itself" },
		{ "slmgr /mnt/Windows /skms kms1.corp.example:1689 /ckhc "
		  "--backup",
		  "two verbs, one commit" },
		{ "slmgr SOFTWARE /act-type 2 "
		  "73111121-5638-40f6-bc11-f1d7b0d64300",
		  "KMS only, for one SKU" },
		{ "slmgr /mnt/Windows /dlv",
		  "what slmgr would print about the KMS" }),
	.script = &spp_script_slmgr,
	.targets = CLI_TARGETS_BEFORE_VERB,
	.run = run,
};

const struct cli_command cli_command_ospp = {
	.name = "ospp",
	.operands = "TARGET... VERB[:ARGUMENT]...",
	.least = 1,
	.most = -1,
	.summary = "make the registry changes that an OSPP.VBS verb would make",
	.about = "The script changes every installed Office product. A hive "
		 "does not list these, but it shows\nwhich SKUs have a key or "
		 "a cached host: each of them is changed, in spp since Windows "
		 "8, in ospp\nbefore and for Office 2010. If there are none, "
		 "the value is set once in the scope that every SKU\ninherits "
		 "from, spp/office or ospp, with a warning. Removing a value "
		 "removes it in all scopes.\nInstalled under the name ospp, "
		 "the program needs no \"ospp\".",
	.options = CLI_OPTIONS(OPT_DRY_RUN, OPT_VERBOSE, CLI_EDIT_OPTIONS,
			       CLI_RUN_OPTIONS, OPT_JSON),
	.examples = CLI_EXAMPLES(
		{ "ospp SOFTWARE /sethst:kms1.corp.example /setprt:1689",
		  "a KMS host for Office alone" },
		{ "ospp /mnt/Windows /remhst",
		  "back to the KMS host of Windows" }),
	.script = &spp_script_ospp,
	.targets = CLI_TARGETS_BEFORE_VERB,
	.run = run,
};
