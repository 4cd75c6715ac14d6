/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One target: its files, hives, logs and keys, and which Windows it is. */
#include "cli/evidence/evidence.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "hive/base/filetime.h"
#include "hive/evidence.h"
#include "policy/windows/identity.h"

static json_t *json_time(const struct timespec *t)
{
	char text[SPP_TIME_TEXT];

	if (!spp_time_text(t->tv_sec, (uint32_t)t->tv_nsec, 9, text))
		snprintf(text, sizeof(text), "@%lld", (long long)t->tv_sec);
	return json_string(text);
}

static json_t *json_filetime(uint64_t filetime)
{
	char text[SPP_TIME_TEXT];

	return cli_json_text(spp_filetime_text(filetime, text));
}

/* From the root, links resolved; NULL if it leads nowhere. */
static char *full_path(const char *path)
{
	char *full = realpath(path, NULL);

	if (!full && errno == ENOMEM)
		spp_nomem(NULL);
	return full;
}

/* A path from the root, links resolved, if it still leads somewhere. */
static json_t *json_file(const struct spp_file_facts *facts, const char *path)
{
	const struct stat *st = &facts->st;
	char *full = full_path(path);
	char device[32], mode[16];
	json_t *json = json_object();

	snprintf(device, sizeof(device), "%u:%u", major(st->st_dev),
		 minor(st->st_dev));
	snprintf(mode, sizeof(mode), "%04o",
		 (unsigned int)st->st_mode & 07777u);
	cli_json_set_path(json, "path", full ? full : path);
	free(full);
	json_object_update_new(
		json,
		json_pack("{s:s, s:I, s:I, s:s, s:I, s:I, s:I, s:o, s:o, s:o, "
			  "s:o}",
			  "device", device, "inode", (json_int_t)st->st_ino,
			  "size", (json_int_t)st->st_size, "mode", mode,
			  "links", (json_int_t)st->st_nlink, "uid",
			  (json_int_t)st->st_uid, "gid", (json_int_t)st->st_gid,
			  "modified", json_time(&st->st_mtim), "changed",
			  json_time(&st->st_ctim), "accessed",
			  json_time(&st->st_atim), "born",
			  facts->has_birth ? json_time(&facts->birth)
					   : json_null()));
	return json;
}

/* Null if no hash is needed, or on a read error, which err explains. */
static json_t *json_hash(const struct spp_source *source, bool wanted,
			 struct spp_error *err)
{
	uint8_t sha256[SPP_SHA256_SIZE];

	if (!wanted || spp_sha256(source, sha256, err))
		return json_null();
	return cli_json_hex(sha256, sizeof(sha256));
}

static json_t *json_base(const struct spp_base *base)
{
	char version[32];

	snprintf(version, sizeof(version), "%u.%u", base->major, base->minor);
	return json_pack("{s:I, s:I, s:b, s:b, s:o, s:o, s:s}", "sequence1",
			 (json_int_t)base->seq1, "sequence2",
			 (json_int_t)base->seq2, "dirty", spp_base_dirty(base),
			 "checksum_right", base->checksum == base->computed,
			 "written", json_filetime(base->written), "name",
			 cli_json_text(base->name), "version", version);
}

static json_t *json_entry(const struct spp_log_entry *e)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:b, s:s}", "offset",
			 (json_int_t)e->offset, "size", (json_int_t)e->size,
			 "sequence", (json_int_t)e->seq, "pages",
			 (json_int_t)e->pages, "applied", e->applied, "verdict",
			 e->applied ? "applied" : e->why);
}

/* The entries of a log, or why there are none. */
static void add_entries(json_t *json, const struct spp_source *log,
			enum spp_log_name name, const struct spp_replay *replay)
{
	struct spp_log_look CLEANUP(spp_log_look_release) look =
		SPP_LOG_LOOK_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	json_t *list = json_array();
	size_t i;

	if (spp_log_look(log, name, replay, &look, &err))
		look.why = err.text;
	for (i = 0; i < look.entries; i++)
		json_array_append_new(list, json_entry(&look.entry[i]));
	json_object_update_new(json, json_pack("{s:s, s:o, s:o, s:I}", "format",
					       spp_log_format_name(look.format),
					       "flaw", cli_json_text(look.why),
					       "entries", list, "entries_total",
					       (json_int_t)look.total));
}

/* The path of a name in the folder of a file. */
static void beside(const char *file, const char *name, struct spp_buf *path)
{
	char *full = full_path(file);
	const char *at = full ? full : file, *slash = strrchr(at, '/');

	if (slash)
		spp_buf_append(path, at, (size_t)(slash - at) + 1, NULL);
	spp_buf_puts(path, name, NULL);
	free(full);
}

static json_t *json_log(const struct spp_store *store, enum spp_log_name name,
			const struct spp_replay *replay, bool full)
{
	const struct spp_source *log = store->logs.log[name];
	struct spp_buf CLEANUP(spp_buf_release) path = SPP_BUF_INIT;
	struct spp_file_facts facts;
	json_t *json = json_pack("{s:s, s:I, s:o}", "log", spp_log_suffix(name),
				 "size", (json_int_t)log->size, "sha256",
				 json_hash(log, full, NULL)),
	       *file = json_null();

	if (spp_store_log_facts(store, name, &facts)) {
		beside(store->label, store->log_name[name], &path);
		file = json_file(&facts, spp_buf_text(&path));
	}
	json_object_set_new(json, "file", file);
	if (full)
		add_entries(json, log, name, replay);
	return json;
}

static json_t *json_logs(const struct spp_store *store,
			 const struct spp_replay *replay, bool full)
{
	json_t *list = json_array();
	int i;

	for (i = 0; i < SPP_LOG_COUNT; i++)
		if (store->logs.log[i])
			json_array_append_new(
				list, json_log(store, (enum spp_log_name)i,
					       replay, full));
	return list;
}

/* Adds the replayed state of a hive, if that differs from the file. */
static void add_recovered(json_t *json, struct spp_session *session, bool full,
			  struct spp_error *why)
{
	const struct spp_replay *replay = &spp_session_report(session)->replay;
	struct spp_source source = spp_session_source(session);
	bool other = replay->format || replay->discarded;

	json_object_set_new(json, "recovered",
			    other ? json_base(&spp_session_hive(session)->base)
				  : json_null());
	json_object_set_new(json, "sha256_recovered",
			    json_hash(&source, other && full, why));
}

/* Of a hive that cannot be read, its logs are told apart all the same. */
static void add_failure(json_t *json, enum spp_status st,
			struct spp_replay *replay)
{
	int i;

	*replay = (struct spp_replay)SPP_REPLAY_INIT;
	for (i = 0; i < SPP_LOG_COUNT; i++)
		replay->why[i] = st == SPP_DIRTY ? "the logs do not replay"
						 : "the hive cannot be read";
	json_object_update_new(
		json, json_pack("{s:n, s:n}", "recovered", "sha256_recovered"));
}

/* A hive that nobody opened is opened here. */
static json_t *json_filed(struct spp_store *store, struct spp_session *session,
			  enum spp_role role, bool full)
{
	const struct spp_session_options options = { 0 };
	struct spp_session *own = NULL;
	struct spp_replay replay;
	enum spp_status st = SPP_OK;
	struct spp_file_facts facts;
	json_t *json = json_pack("{s:s}", "role", spp_role_name(role));
	struct spp_error why = SPP_ERROR_INIT;
	struct spp_base base;

	cli_json_set_path(json, "path", store->label);
	json_object_update_new(
		json,
		json_pack("{s:o, s:I, s:o, s:o}", "file",
			  spp_store_facts(store, &facts)
				  ? json_file(&facts, store->label)
				  : json_null(),
			  "size", (json_int_t)store->source.size, "sha256",
			  json_hash(&store->source, full, &why), "base",
			  spp_store_base(store, &base, &why)
				  ? json_null()
				  : json_base(&base)));
	if (!session)
		st = spp_session_open(store, &options, &own, &why);
	if (own)
		session = own;
	if (session) {
		replay = spp_session_report(session)->replay;
		add_recovered(json, session, full, &why);
	} else {
		add_failure(json, st, &replay);
	}
	json_object_set_new(json, "unreadable",
			    why.status ? cli_json_text(why.text) : json_null());
	json_object_set_new(json, "logs", json_logs(store, &replay, full));
	spp_session_close(own);
	return json;
}

/* When the keys of the settings were last written to. */
static json_t *json_keys(struct spp_hives *windows)
{
	struct spp_scopes CLEANUP(spp_scopes_release) scopes = { 0 };
	json_t *list = json_array();
	size_t i;

	if (spp_hives_scopes(windows, &scopes, NULL))
		return list;
	for (i = 0; i < scopes.count; i++) {
		struct spp_buf CLEANUP(spp_buf_release) path = SPP_BUF_INIT;
		const struct spp_scope *scope = &scopes.scope[i];
		enum spp_role role = spp_places[scope->place].role;
		struct spp_session *s = spp_hives_session(windows, role);
		struct spp_key key;

		if (!s || spp_scope_path(scope, &path, NULL) ||
		    spp_regf_find(spp_session_hive(s), spp_buf_text(&path),
				  &key, NULL))
			continue;
		json_array_append_new(list,
				      json_pack("{s:s, s:s, s:o}", "hive",
						spp_role_name(role), "key",
						spp_buf_text(&path), "written",
						json_filetime(key.written)));
	}
	return list;
}

/* Adds the file of an image, with its hash if requested. */
static void add_image(const struct cli_call *call,
		      const struct spp_target *target, json_t *json)
{
	const char *path = target->file;
	bool hash = cli_has(call, OPT_HASH_IMAGE);
	struct spp_file_facts facts;
	struct spp_source source;

	json_object_set_new(json, "image",
			    path && spp_target_facts(target, &facts)
				    ? json_file(&facts, path)
				    : json_null());
	json_object_set_new(json, "image_sha256",
			    hash && !spp_target_source(target, &source, NULL)
				    ? json_hash(&source, true, NULL)
				    : json_null());
}

static enum spp_status read_data(void *ctx, uint64_t off, void *buf, size_t n,
				 struct spp_error *err)
{
	const struct spp_buf *data = ctx;

	(void)err;
	memcpy(buf, data->data + off, n);
	return SPP_OK;
}

json_t *cli_evidence_file(const struct cli_call *call, const char *path,
			  const struct spp_buf *data, const char *format,
			  const struct spp_file_facts *facts)
{
	const struct spp_source source = { read_data, (void *)data,
					   data ? data->size : 0 };
	json_t *json;

	if (!cli_evidence_wanted(call))
		return NULL;
	json = json_object();
	cli_json_set_path(json, "path", path);
	json_object_update_new(
		json,
		json_pack("{s:s, s:n, s:n, s:[], s:[], s:n, s:s, s:o, s:o}",
			  "kind", "policy", "image", "image_sha256", "hives",
			  "keys", "identity", "format", format, "file",
			  facts ? json_file(facts, path) : json_null(),
			  "sha256", json_hash(&source, data != NULL, NULL)));
	return json;
}

static bool taken(const struct spp_store *store,
		  struct spp_session *const session[SPP_ROLE_COUNT])
{
	int role;

	for (role = 0; role < SPP_ROLE_COUNT; role++)
		if (session[role] && spp_session_store(session[role]) == store)
			return true;
	return false;
}

static json_t *json_exhibit(const struct cli_call *call,
			    const struct spp_target *target,
			    struct spp_session *const session[SPP_ROLE_COUNT],
			    bool full)
{
	json_t *json = json_object(), *hives = json_array();
	struct spp_store *store;
	int role;

	cli_json_set_path(json, "path", target->path);
	json_object_set_new(json, "kind", json_string(target->ops->kind));
	add_image(call, target, json);
	for (role = 0; role < SPP_ROLE_COUNT; role++) {
		/* The store of a hive given separately is in its session. */
		store = session[role] ? spp_session_store(session[role])
				      : target->store[role];
		/*
		 * A hive file is recorded under the role that was recognised.
		 */
		if (store && (session[role] || role != SPP_ROLE_ANY ||
			      !taken(store, session)))
			json_array_append_new(
				hives, json_filed(store, session[role],
						  (enum spp_role)role, full));
	}
	json_object_set_new(json, "hives", hives);
	json_object_set_new(json, "keys", json_array());
	json_object_set_new(json, "identity", json_null());
	return json;
}

json_t *cli_evidence_target(const struct cli_call *call,
			    const struct spp_target *target,
			    struct spp_session *const session[SPP_ROLE_COUNT])
{
	return cli_evidence_wanted(call) ? json_exhibit(call, target, session,
							cli_evidence_full(call))
					 : NULL;
}

json_t *cli_evidence_hives(const struct cli_call *call,
			   struct spp_hives *windows)
{
	struct spp_identity CLEANUP(spp_identity_release) identity =
		SPP_IDENTITY_INIT;
	struct spp_session *session[SPP_ROLE_COUNT];
	json_t *json;
	int role;

	for (role = 0; role < SPP_ROLE_COUNT; role++)
		session[role] = spp_hives_session(windows, (enum spp_role)role);
	json = cli_evidence_target(call, spp_hives_target(windows), session);
	if (!json)
		return NULL;
	json_object_set_new(json, "keys", json_keys(windows));
	if (!spp_identity_read(windows, &identity, NULL))
		json_object_set_new(json, "identity",
				    cli_json_identity(&identity));
	return json;
}
