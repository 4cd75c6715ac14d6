/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a target is, and whether it could be edited: the preflight. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/evidence/evidence.h"
#include "cli/fail.h"
#include "cli/fleet/record.h"
#include "cli/fleet/run.h"
#include "cli/heed.h"
#include "cli/info/disk.h"
#include "cli/info/wim.h"
#include "cli/json.h"
#include "cli/out.h"
#include "cli/remedy.h"
#include "cli/target.h"
#include "policy/model/scope.h"
#include "policy/windows/hives.h"

/* A hive as it was found. */
struct found {
	struct spp_session *session; /* NULL: why says why not */
	struct spp_error why;
};

struct view {
	struct spp_target *target;
	struct found hive[SPP_ROLE_COUNT];
	struct spp_error rehearsed;	 /* why an edit would fail; or none */
	const struct spp_error *refusal; /* the first reason against an edit */
};

static void release(struct view *v)
{
	int role;

	for (role = 0; role < SPP_ROLE_COUNT; role++)
		spp_session_close(v->hive[role].session);
	spp_target_close(v->target);
}

static void look(struct view *v)
{
	const struct spp_session_options options = { 0 };
	const struct spp_disk *disk = v->target->disk;
	struct found *hive;
	int role;

	if (disk && disk->refusal.status)
		v->refusal = &disk->refusal;
	if (v->target->wim && v->target->wim->refusal.status)
		v->refusal = &v->target->wim->refusal;
	for (role = 0; role < SPP_ROLE_COUNT; role++) {
		hive = &v->hive[role];
		if (v->target->store[role] &&
		    spp_session_open(v->target->store[role], &options,
				     &hive->session, &hive->why) &&
		    !v->refusal)
			v->refusal = &hive->why;
	}
}

/*
 * Stages a value that differs from the stored one; nothing if the hive has no
 * settings.
 */
static enum spp_status stage_trial(struct spp_session *session,
				   enum spp_role role, struct spp_error *err)
{
	static const struct spp_scope none = SPP_SCOPE_INIT;
	struct spp_value CLEANUP(spp_value_release) is = SPP_VALUE_INIT;
	struct spp_buf CLEANUP(spp_buf_release) path = SPP_BUF_INIT;
	const char *name = "KeyManagementServicePort";
	uint8_t data[] = { '1', 0, '7', 0, '0', 0, '0', 0, 0, 0 };
	const struct spp_value value = { .type = SPP_REG_SZ,
					 .size = sizeof(data),
					 .data = data };
	struct spp_scope scope = none;
	enum spp_status st;
	size_t i = 0;

	while (i < SPP_PLACE_COUNT && spp_places[i].role != role)
		i++;
	if (i == SPP_PLACE_COUNT)
		return SPP_OK;
	scope.place = (enum spp_place)i;
	st = spp_scope_path(&scope, &path, err);
	if (!st)
		st = spp_session_get(session, spp_buf_text(&path), name, &is,
				     err);
	if (!st && spp_value_equal(&is, &value))
		data[6] = '1';
	return st && st != SPP_NOTFOUND
		       ? st
		       : spp_session_set(session, spp_buf_text(&path), name,
					 &value, err);
}

/*
 * Makes an edit up to the point where it would take effect, so that whatever
 * would refuse it does.  The edit is one of the SOFTWARE hive, which holds
 * nearly all settings, or of the only hive.
 */
static enum spp_status rehearse(const struct cli_call *call, const char *path,
				struct spp_error *err)
{
	struct spp_policy CLEANUP(spp_policy_release) have = SPP_POLICY_INIT;
	struct spp_hives_options options;
	struct spp_hives *w = NULL;
	struct spp_session *session;
	enum spp_status st;
	int role;

	st = cli_options_of(call, 1u << SPP_ROLE_SOFTWARE, &options, err);
	options.target.dry = true;
	if (!st)
		st = spp_hives_open(path, &options, &w, err);
	/* Every edit reads the settings, and may meet damage there. */
	if (!st)
		st = spp_hives_read(w, &have, NULL, err);
	for (role = 0; !st && role < SPP_ROLE_COUNT; role++) {
		session = spp_hives_session(w, (enum spp_role)role);
		if (session && spp_session_store(session)->write)
			st = stage_trial(session, (enum spp_role)role, err);
	}
	if (!st)
		st = spp_hives_prepare(w, err);
	if (!st)
		st = spp_hives_commit(w, err);
	spp_hives_close(w);
	return st;
}

static void print_hive(struct cli_table *t, const struct view *v,
		       enum spp_role role)
{
	const struct spp_disk *disk = v->target->disk;
	const struct found *hive = &v->hive[role];
	const struct spp_session_report *r;
	char size[24], parts[24] = "", state[64];

	if (disk && disk->windows)
		snprintf(parts, sizeof(parts), "%zu",
			 disk->windows->file[role][0].extents);
	cli_size_text(v->target->store[role]->source.size, size);
	if (!hive->session) {
		cli_row(t, spp_role_name(role), size, parts,
			spp_status_word(hive->why.status), NULL);
		return;
	}
	r = spp_session_report(hive->session);
	snprintf(state, sizeof(state), "%s, sequence %u",
		 r->replay.format ? "recovered from its logs" : "clean",
		 r->seq_before);
	cli_row(t, spp_role_name(role), size, parts, state, NULL);
}

static void print_hives(const struct view *v)
{
	const struct spp_disk *disk = v->target->disk;
	struct cli_table *t;
	int role;

	/* print_wim() lists the hives of a WIM with its images. */
	if (v->target->wim && !v->target->wim->chosen)
		return;
	t = cli_table_open(disk && disk->windows ? "HIVE|>SIZE|>PARTS|STATE"
						 : "HIVE|>SIZE||STATE");
	for (role = 0; role < SPP_ROLE_COUNT; role++)
		if (v->target->store[role])
			print_hive(t, v, (enum spp_role)role);
	cli_table_close(t, stdout, 2);
}

static void print_text(const struct view *v)
{
	const struct spp_disk *disk = v->target->disk;
	char size[24];

	printf("%s%s%s: %s\n", cli_bold(), cli_path(v->target->path),
	       cli_plain(), v->target->ops->kind);
	if (disk)
		cli_print_disk(disk);
	if (v->target->wim)
		cli_print_wim(v->target->wim);
	print_hives(v);
	if (disk && disk->block)
		printf("read of the disk: %s\n",
		       cli_size_text(disk->block->bytes_read, size));
	if (!v->refusal) {
		puts("edit: possible");
		return;
	}
	printf("edit: %s", cli_exit_of(v->refusal->status) == CLI_REFUSED
				   ? "refused"
				   : "would fail");
	if (v->refusal->status != SPP_REFUSED)
		printf(" (%s)", spp_status_word(v->refusal->status));
	printf(": %s%s\n", cli_path(v->refusal->text),
	       cli_remedy(v->refusal->remedy));
}

static json_t *json_hives(const struct view *v)
{
	const struct spp_disk *disk = v->target->disk;
	json_t *list = json_array(), *json;
	const struct found *hive;
	int role;

	for (role = 0; role < SPP_ROLE_COUNT; role++) {
		hive = &v->hive[role];
		if (!v->target->store[role])
			continue;
		json = hive->session
			       ? cli_json_hive(hive->session,
					       (enum spp_role)role)
			       : json_pack("{s:s}", "role",
					   spp_role_name((enum spp_role)role));
		cli_json_set_path(json, "path", v->target->store[role]->label);
		if (disk && disk->windows)
			json_object_set_new(
				json, "parts",
				json_integer(
					(json_int_t)disk->windows->file[role][0]
						.extents));
		json_object_set_new(json, "unusable", cli_json_why(&hive->why));
		json_array_append_new(list, json);
	}
	return list;
}

static json_t *exhibit(const struct cli_call *call, const struct view *v)
{
	struct spp_session *session[SPP_ROLE_COUNT];
	int role;

	for (role = 0; role < SPP_ROLE_COUNT; role++)
		session[role] = v->hive[role].session;
	return cli_evidence_target(call, v->target, session);
}

static void print_json(const struct cli_call *call, const struct view *v)
{
	const struct spp_disk *disk = v->target->disk;
	json_t *document = cli_json_document("info", 1);
	json_t *refusal = json_null();

	if (v->refusal)
		refusal = cli_json_failure(v->refusal);
	cli_json_set_path(document, "path", v->target->path);
	json_object_set_new(document, "kind",
			    json_string(v->target->ops->kind));
	json_object_set_new(document, "disk",
			    disk ? cli_json_disk(disk) : json_null());
	json_object_set_new(document, "wim",
			    v->target->wim ? cli_json_wim(v->target->wim)
					   : json_null());
	json_object_set_new(document, "hives", json_hives(v));
	json_object_set_new(document, "editable", json_boolean(!v->refusal));
	json_object_set_new(document, "refusal", refusal);
	json_object_set_new(document, "warnings",
			    cli_json_notes(&v->target->notes));
	cli_evidence_put(call, document, exhibit(call, v));
	cli_json_print(document, stdout);
}

static enum cli_exit run_one(const struct cli_call *call, const char *path,
			     void *ctx)
{
	struct spp_hives_options options;
	struct view CLEANUP(release) v = { .target = NULL };
	struct spp_error err = SPP_ERROR_INIT;
	enum spp_status st;

	(void)ctx;
	st = cli_options_of(call, 0, &options, &err);
	options.target.inspect = true;
	/*
	 * First: a target that is open for reading cannot be opened for
	 * writing.
	 */
	if (!st)
		rehearse(call, path, &v.rehearsed);
	if (!st)
		st = spp_target_open(path, &options.target, &v.target, &err);
	if (st)
		return cli_fail(call, &err);
	cli_heed_kind(call, path, v.target->ops->kind);
	cli_warn_all(&v.target->notes);
	look(&v);
	/* An edit of WIM#all is one of each image. */
	if (!v.refusal && v.rehearsed.status &&
	    !(v.target->wim && v.rehearsed.status == SPP_USAGE))
		v.refusal = &v.rehearsed;
	if (v.refusal)
		cli_record_failure(v.refusal);
	if (cli_recording()) {
		cli_record("kind", json_string(v.target->ops->kind));
		cli_record("hives", json_hives(&v));
	}
	if (cli_has(call, OPT_JSON))
		print_json(call, &v);
	else
		print_text(&v);
	if (!cli_has(call, OPT_JSON))
		cli_evidence_print(call, exhibit(call, &v));
	return v.refusal ? cli_exit_of(v.refusal->status) : CLI_OK;
}

static enum cli_exit run(const struct cli_call *call)
{
	const struct cli_job job = { .one = run_one };

	return cli_run(call, &job);
}

const struct cli_command cli_command_info = {
	.name = "info",
	.operands = "TARGET...",
	.least = 1,
	.most = -1,
	.summary = "show what a target is and whether it can be edited",
	.about = "For a WIM: its images and their hives. For a disk image: its "
		 "format and partitions, the volume\nwith Windows and its "
		 "state, "
		 "the hives and their state. Makes an edit up to the point "
		 "where "
		 "it\nwould take effect, and exits with the code it would be "
		 "refused with; 0 means an edit is\npossible. Writes nothing.",
	.options = CLI_OPTIONS(CLI_DISK_OPTIONS, CLI_EVIDENCE_OPTIONS,
			       CLI_RUN_OPTIONS, OPT_JSON),
	.examples = CLI_EXAMPLES(
		{ "info disk.qcow2", "partitions, Windows, hives" },
		{ "info disk.vhdx --json && sppctl set disk.vhdx "
		  "host-caching=off",
		  "edit only what can be edited" },
		{ "info install.wim", "the images of a WIM" }),
	.targets = CLI_TARGETS_ALL,
	.paged = true,
	.run = run,
};
