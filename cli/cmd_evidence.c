/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/evidence/evidence.h"
#include "cli/evidence/folder.h"
#include "cli/fail.h"
#include "cli/heed.h"
#include "cli/out.h"
#include "cli/target.h"

/* The target, and how far it could be opened. */
struct view {
	struct spp_hives *windows; /* NULL: its hives alone, without meaning */
	struct spp_target *target;
	struct spp_session *session[SPP_ROLE_COUNT];
	struct spp_error why; /* it has no meaning */
};

static void release(struct view *v)
{
	int role;

	if (v->windows) {
		spp_hives_close(v->windows);
		return;
	}
	for (role = 0; role < SPP_ROLE_COUNT; role++)
		spp_session_close(v->session[role]);
	spp_target_close(v->target);
}

/* Whatever there is of hives is filed, also where none can be read. */
static enum spp_status open_hives(const struct cli_call *call, struct view *v,
				  struct spp_hives_options *options,
				  struct spp_error *err)
{
	enum spp_status st = spp_target_open(call->operand[0], &options->target,
					     &v->target, err);
	int role;

	if (st)
		return st;
	options->session.discard_logs = true;
	for (role = 0; role < SPP_ROLE_COUNT; role++)
		if (v->target->store[role] &&
		    spp_session_open(v->target->store[role], &options->session,
				     &v->session[role], NULL))
			v->session[role] = NULL;
	return SPP_OK;
}

static enum spp_status open_target(const struct cli_call *call, struct view *v,
				   struct spp_error *err)
{
	struct spp_hives_options options;
	enum spp_status st = cli_options_of(call, 0, &options, err);
	int role;

	if (st)
		return st;
	st = spp_hives_open(call->operand[0], &options, &v->windows, &v->why);
	if (st == SPP_DIRTY) {
		options.session.discard_logs = true;
		st = spp_hives_open(call->operand[0], &options, &v->windows,
				    NULL);
	}
	if (st)
		return open_hives(call, v, &options, err);
	v->target = spp_hives_target(v->windows);
	for (role = 0; role < SPP_ROLE_COUNT; role++)
		v->session[role] =
			spp_hives_session(v->windows, (enum spp_role)role);
	return SPP_OK;
}

/* One hive with its logs, and the state in which it is read. */
static enum spp_status copy_hive(struct cli_folder *f, struct spp_store *store,
				 struct spp_session *session, const char *name,
				 struct spp_error *err)
{
	struct spp_file_facts facts;
	bool file = spp_store_facts(store, &facts);
	const struct spp_replay *replay;
	struct spp_source source;
	char full[64];
	enum spp_status st;
	int i;

	st = cli_folder_copy(f, name, &store->source, file ? &facts : NULL,
			     err);
	for (i = 0; !st && i < SPP_LOG_COUNT; i++) {
		enum spp_log_name log = (enum spp_log_name)i;

		if (!store->logs.log[i])
			continue;
		file = spp_store_log_facts(store, log, &facts);
		snprintf(full, sizeof(full), "%s%s", name, spp_log_suffix(log));
		st = cli_folder_copy(f, full, store->logs.log[i],
				     file ? &facts : NULL, err);
	}
	replay = session ? &spp_session_report(session)->replay : NULL;
	if (st || !replay || (!replay->format && !replay->discarded))
		return st;
	source = spp_session_source(session);
	snprintf(full, sizeof(full), "%s.%s", name,
		 replay->discarded ? "discarded-logs" : "recovered");
	return cli_folder_copy(f, full, &source, NULL, err);
}

static enum spp_status copy_hives(const struct view *v, struct cli_folder *f,
				  struct spp_error *err)
{
	static const char *const names[SPP_ROLE_COUNT] = {
		[SPP_ROLE_ANY] = "HIVE",
		[SPP_ROLE_SOFTWARE] = "SOFTWARE",
		[SPP_ROLE_SYSTEM] = "SYSTEM",
		[SPP_ROLE_NETSVC] = "NTUSER.DAT",
	};
	enum spp_status st = SPP_OK;
	struct spp_store *store;
	int role;

	for (role = 0; !st && role < SPP_ROLE_COUNT; role++) {
		store = v->session[role] ? spp_session_store(v->session[role])
					 : v->target->store[role];
		if (store && (v->session[role] || !v->windows))
			st = copy_hive(f, store, v->session[role], names[role],
				       err);
	}
	return st;
}

/* evidence.json and evidence.txt; *evidence is yours. */
static enum spp_status describe(const struct cli_call *call,
				const struct view *v, struct cli_folder *f,
				json_t **evidence, struct spp_error *err)
{
	json_t *document = cli_json_document("evidence", 1);
	char *json, *text = NULL;
	size_t size = 0;
	enum spp_status st;
	FILE *to;

	*evidence = cli_evidence_document(
		call,
		v->windows ? cli_evidence_hives(call, v->windows)
			   : cli_evidence_target(call, v->target, v->session));
	json_object_set_new(document, "files", json_deep_copy(f->files));
	json_object_set(document, "evidence", *evidence);
	json = json_dumps(document, JSON_INDENT(2));
	to = open_memstream(&text, &size);
	if (to) {
		cli_evidence_text(*evidence, to);
		fclose(to);
	}
	st = !json || !text || spp_memory_shortages()
		     ? spp_nomem(err)
		     : cli_folder_write(f, "evidence.json", json, strlen(json),
					err);
	if (!st)
		st = cli_folder_write(f, "evidence.txt", text, size, err);
	json_decref(document);
	free(json);
	free(text);
	return st;
}

static void report(const struct cli_call *call, const struct cli_folder *f,
		   json_t *evidence)
{
	json_t *document, *file;
	size_t i;

	if (cli_has(call, OPT_JSON)) {
		document = cli_json_document("evidence", 1);
		json_object_set(document, "files", f->files);
		json_object_set(document, "evidence", evidence);
		cli_json_print(document, stdout);
		return;
	}
	json_array_foreach(f->files, i, file)
	{
		printf("%s  %s\n",
		       json_string_value(json_object_get(file, "sha256")),
		       json_string_value(json_object_get(file, "name")));
	}
	printf("%s: %zu files; verify: cd %s && sha256sum -c %s\n",
	       cli_path(f->path), json_array_size(f->files), cli_path(f->path),
	       CLI_FOLDER_MANIFEST);
}

static enum cli_exit run(const struct cli_call *call)
{
	struct cli_folder CLEANUP(cli_folder_close) folder = CLI_FOLDER_INIT;
	struct view CLEANUP(release) v = { .windows = NULL };
	struct spp_error err = SPP_ERROR_INIT;
	const char *name = cli_value(call, OPT_FOLDER);
	json_t *evidence = NULL;
	enum spp_status st = SPP_OK;

	if (!name)
		st = spp_fail(&err, SPP_USAGE,
			      "missing option: --output, the folder to make");
	else if (!strcmp(name, "-"))
		st = spp_fail(&err, SPP_USAGE,
			      "evidence is a folder, which standard output "
			      "cannot take; --output ./- for one of that name");
	if (!st)
		st = open_target(call, &v, &err);
	if (!st)
		cli_heed_kind(call, call->operand[0], v.target->ops->kind);
	if (!st)
		st = cli_folder_open(&folder, name, &err);
	if (!st && v.why.status)
		cli_warn("%s; filed as it is in the file", v.why.text);
	if (!st)
		st = copy_hives(&v, &folder, &err);
	if (!st)
		st = describe(call, &v, &folder, &evidence, &err);
	if (!st)
		st = cli_folder_finish(&folder, &err);
	if (!st)
		report(call, &folder, evidence);
	json_decref(evidence);
	return st ? cli_fail(call, &err) : CLI_OK;
}

const struct cli_command cli_command_evidence = {
	.name = "evidence",
	.operands = "TARGET",
	.least = 1,
	.most = 1,
	.summary = "file what is there: copies of the hives and logs, hashes, "
		   "times, who looked when",
	.about =
		"Writes into a new folder: each hive and log as it is in "
		"the file, a dirty hive also in its recovered\nstate, "
		"evidence.json and evidence.txt with the files, times, hashes, "
		"base blocks and log entries,\nand SHA256SUMS, a manifest for "
		"sha256sum -c. A hive that cannot be read is filed as well. "
		"The\ntarget is only read. The folder holds what the hives "
		"hold, product keys included.",
	.options = CLI_OPTIONS(OPT_FOLDER, OPT_HASH_IMAGE, OPT_AS,
			       CLI_TARGET_OPTIONS, OPT_DISCARD_LOGS, OPT_JSON),
	.examples = CLI_EXAMPLES(
		{ "evidence disk.qcow2 -o case-17 --hash-image",
		  "one machine, with the hash of its disk image" },
		{ "evidence SOFTWARE -o case-18 && cd case-18 && sha256sum -c "
		  "SHA256SUMS",
		  "one hive, and verify" }),
	.files = CLI_FILES_ALWAYS,
	.exact = true,
	.run = run,
};
