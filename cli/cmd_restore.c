/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "cli/evidence/evidence.h"
#include "cli/fail.h"
#include "cli/fleet/record.h"
#include "cli/fleet/run.h"
#include "cli/heed.h"
#include "cli/json.h"
#include "cli/out.h"
#include "cli/restore.h"
#include "cli/stop.h"
#include "cli/target.h"

static void print_text(const struct cli_call *call,
		       const struct spp_restores *restores)
{
	size_t i;

	for (i = 0; i < restores->count; i++)
		printf("%s: %s %s\n", cli_path(restores->item[i].label),
		       cli_has(call, OPT_DRY_RUN) ? "would be put back from"
						  : "put back from",
		       cli_path(restores->item[i].backup));
}

static json_t *json_restores(const struct spp_restores *restores)
{
	json_t *list = json_array(), *json;
	size_t i;

	for (i = 0; i < restores->count; i++) {
		json = json_object();
		cli_json_set_path(json, "path", restores->item[i].label);
		cli_json_set_path(json, "backup", restores->item[i].backup);
		json_array_append_new(list, json);
	}
	return list;
}

static void print_json(const struct cli_call *call,
		       const struct spp_restores *restores, json_t *exhibit)
{
	json_t *document = cli_json_document("restore", 1);

	json_object_set_new(document, "dry_run",
			    json_boolean(cli_has(call, OPT_DRY_RUN)));
	json_object_set_new(document, "restored", json_restores(restores));
	cli_evidence_put(call, document, exhibit);
	cli_json_print(document, stdout);
}

/* Without a backup nothing is put back, and err says so. */
static enum spp_status put_back(const struct cli_call *call, const char *path,
				struct spp_restores *restores, json_t **exhibit,
				bool *nothing, struct spp_error *err)
{
	struct spp_session *const hives[SPP_ROLE_COUNT] = { NULL };
	struct spp_hives_options options;
	struct spp_target *target = NULL;
	enum spp_status st;

	st = cli_options_of(call, ~(1u << SPP_ROLE_SYSTEM), &options, err);
	if (st)
		return st;
	options.target.whole = true;
	st = spp_target_open(path, &options.target, &target, err);
	if (st)
		return st;
	cli_warn_all(&target->notes);
	cli_heed_kind(call, path, target->ops->kind);
	/* Before it is replaced. */
	*exhibit = cli_evidence_target(call, target, hives);
	st = spp_target_restore(target,
				options.target.backup ? options.target.backup
						      : CLI_BACKUP_SUFFIX,
				cli_has(call, OPT_DRY_RUN), restores, err);
	spp_target_close(target);
	*nothing = st == SPP_NOTFOUND;
	return *nothing ? SPP_OK : st;
}

enum cli_exit cli_restore_one(const struct cli_call *call, const char *path,
			      void *ctx)
{
	struct spp_restores CLEANUP(spp_restores_release) restores =
		SPP_RESTORES_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	bool dry = cli_has(call, OPT_DRY_RUN), nothing = false;
	json_t *exhibit = NULL;

	(void)ctx;
	cli_stop_hold();
	if (put_back(call, path, &restores, &exhibit, &nothing, &err)) {
		json_decref(exhibit);
		return cli_fail(call, &err);
	}
	if (!dry && !nothing)
		cli_replaced();
	cli_record("changed", json_boolean(!nothing));
	cli_record("restored", json_restores(&restores));
	if (cli_has(call, OPT_JSON)) {
		print_json(call, &restores, exhibit);
	} else {
		if (nothing)
			printf("%s; nothing is put back\n", cli_path(err.text));
		else
			print_text(call, &restores);
		cli_evidence_print(call, exhibit);
	}
	return dry && !nothing ? CLI_FINDINGS : CLI_OK;
}

static enum cli_exit run(const struct cli_call *call)
{
	const struct cli_job job = { .one = cli_restore_one };

	return cli_run(call, &job);
}

const struct cli_command cli_command_restore = {
	.name = "restore",
	.operands = "TARGET...",
	.least = 1,
	.most = -1,
	.summary = "restore what --backup kept",
	.about = "The newest backup atomically replaces the hive if it is an "
		 "earlier state of the same hive.\nThe backup is removed "
		 "afterwards.",
	.options = CLI_OPTIONS(OPT_BACKUP, OPT_DRY_RUN, OPT_BREAK_LINKS,
			       CLI_DISK_OPTIONS, CLI_EVIDENCE_OPTIONS,
			       CLI_RUN_OPTIONS, OPT_JSON),
	.examples = CLI_EXAMPLES({ "restore SOFTWARE", "from SOFTWARE.bak" },
				 { "restore /mnt/Windows --backup=.before",
				   "from backups under another suffix" }),
	.targets = CLI_TARGETS_ALL,
	.run = run,
};
