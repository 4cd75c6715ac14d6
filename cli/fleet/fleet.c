/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/fleet/fleet.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "cli/evidence/evidence.h"
#include "cli/fail.h"
#include "cli/fleet/limits.h"
#include "cli/fleet/pool.h"
#include "cli/out.h"
#include "cli/remedy.h"
#include "cli/stop.h"

static void close_target(struct cli_source *source, struct cli_member *m)
{
	int role;

	m->kind = "policy";
	if (!source->windows)
		return;
	m->kind = spp_hives_target(source->windows)->ops->kind;
	for (role = 0; role < SPP_ROLE_COUNT; role++)
		if (spp_hives_session(source->windows, (enum spp_role)role))
			m->hives |= 1u << role;
}

static void load(const struct cli_call *call, struct cli_member *m)
{
	struct cli_source CLEANUP(cli_source_release) source = CLI_SOURCE_INIT;

	if (cli_load(call, m->path, &source, &m->notes, &m->err))
		return;
	close_target(&source, m);
	if (source.windows)
		m->exhibit = cli_evidence_hives(call, source.windows);
	m->document = source.document;
	source.document = (struct spp_document)SPP_DOCUMENT_INIT;
}

/* Members of the record that a child makes of its target. */
static json_t *record_of(const struct cli_member *m,
			 const struct cli_source *source)
{
	const struct spp_export all = { .show_keys = true };
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;

	if (m->err.status)
		return json_pack("{s:i, s:o, s:o}", "status",
				 (int)m->err.status, "error",
				 cli_json_failure(&m->err), "warnings",
				 cli_json_notes(&m->notes));
	if (!source->windows)
		return json_pack("{s:b}", "policy", true);
	if (spp_format_find("json")->write(&source->document, &all, &text, NULL,
					   NULL))
		return NULL;
	return json_pack("{s:s, s:i, s:s#, s:o}", "kind", m->kind, "hives",
			 (int)m->hives, "dump", spp_buf_text(&text), text.size,
			 "warnings", cli_json_notes(&m->notes));
}

/* The child: what it has read goes to its parent as a dump. */
static int work(void *ctx, size_t i, FILE *to)
{
	struct cli_source CLEANUP(cli_source_release) source = CLI_SOURCE_INIT;
	const struct cli_fleet *fleet = ctx;
	struct cli_member m = { .path = fleet->member[i].path };
	json_t *record;

	if (!cli_load(fleet->call, m.path, &source, &m.notes, &m.err))
		close_target(&source, &m);
	if (source.windows)
		m.exhibit = cli_evidence_hives(fleet->call, source.windows);
	record = record_of(&m, &source);
	if (record && m.exhibit)
		json_object_set_new(record, "exhibit", m.exhibit);
	if (to && record)
		json_dumpf(record, to, JSON_COMPACT);
	return spp_memory_shortages() ? CLI_FAILED : CLI_OK;
}

/* Kinds of targets, as texts that stay. */
static const char *kind_of(const char *word)
{
	static const char *const kinds[] = { "hive", "folder", "disk", "wim" };
	size_t i;

	for (i = 0; word && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(word, kinds[i]))
			return kinds[i];
	return "hive";
}

static enum spp_status read_dump(struct cli_member *m, const json_t *record)
{
	const json_t *dump = json_object_get(record, "dump");
	struct spp_import CLEANUP(spp_import_release) import = SPP_IMPORT_INIT;
	struct spp_input in = { .name = m->path,
				.data = (const uint8_t *)json_string_value(
					dump),
				.size = json_string_length(dump) };

	m->kind = kind_of(json_string_value(json_object_get(record, "kind")));
	m->exhibit = json_incref(json_object_get(record, "exhibit"));
	m->hives = (unsigned int)json_integer_value(
			   json_object_get(record, "hives")) &
		   ((1u << SPP_ROLE_COUNT) - 1);
	if (!in.data)
		return spp_fail(&m->err, SPP_BUG,
				"'%s': the process left no "
				"result",
				m->path);
	return spp_format_find("json")->read(&in, &m->document, &import,
					     &m->err);
}

/* The message has its remedy already. */
static void read_failure(struct cli_member *m, enum spp_status status,
			 const json_t *error)
{
	const char *text = json_string_value(json_object_get(error, "message"));
	const char *source =
		json_string_value(json_object_get(error, "source"));

	spp_fail(&m->err, status, "%s", text ? text : "no message");
	if (source)
		snprintf(m->err.source, sizeof(m->err.source), "%s", source);
	m->err.line =
		(size_t)json_integer_value(json_object_get(error, "line"));
	m->err.column =
		(size_t)json_integer_value(json_object_get(error, "column"));
}

/* What a child left; a policy is read here. */
static void take(struct cli_fleet *fleet, struct cli_ended *ended)
{
	struct cli_member *m = &fleet->member[ended->index];
	const struct spp_buf *text = &ended->said[CLI_WORKER_RECORD];
	json_t *record = json_loadb(spp_buf_text(text), text->size, 0, NULL);
	json_int_t status =
		json_integer_value(json_object_get(record, "status"));
	const json_t *note;
	size_t i;

	json_array_foreach(json_object_get(record, "warnings"), i,
			   note) if (json_is_string(note))
		spp_note(&m->notes, "%s", json_string_value(note));
	if (ended->code < 0)
		spp_fail(&m->err, ended->why.status, "'%s': %s", m->path,
			 ended->why.text);
	else if (status > 0 && status < SPP_STATUS_COUNT)
		read_failure(m, (enum spp_status)status,
			     json_object_get(record, "error"));
	else if (json_is_true(json_object_get(record, "policy")))
		load(fleet->call, m);
	else
		read_dump(m, record);
	json_decref(record);
}

/* Each target in a child; false if they were told to stop. */
static bool load_apart(struct cli_fleet *fleet, struct cli_pool *pool)
{
	struct cli_progress progress = { .count = fleet->count };
	struct cli_ended ended;
	size_t next = 0, done = 0;

	while (done < fleet->count && !cli_stop_signal()) {
		struct cli_member *m = &fleet->member[next];

		cli_progress_show(&progress, done,
				  next < fleet->count ? m->path : NULL);
		if (next < fleet->count && !strcmp(m->path, "-")) {
			load(fleet->call, m);
			next++;
			done++;
		} else if (next < fleet->count && cli_pool_has_room(pool)) {
			spp_lognames_prime(fleet->call->lognames, m->path);
			if (!cli_pool_start(pool, next, &m->err))
				done--;
			next++;
			done++;
		} else if (cli_pool_wait(pool, &ended)) {
			take(fleet, &ended);
			cli_ended_release(&ended);
			done++;
		}
	}
	cli_progress_wipe();
	return done == fleet->count;
}

static enum spp_status load_all(struct cli_fleet *fleet, struct spp_error *err)
{
	struct cli_pool_options o = { .work = { .run = work, .ctx = fleet } };
	struct cli_pool *pool = NULL;
	enum spp_status st = cli_limits_read(fleet->call, &o, err);
	sigset_t before;
	bool whole;

	if (st)
		return st;
	if (fleet->count < 2 && !cli_has(fleet->call, OPT_JOBS)) {
		if (fleet->count)
			load(fleet->call, fleet->member);
		return SPP_OK;
	}
	sigprocmask(SIG_SETMASK, NULL, &before);
	st = cli_pool_open(&o, &pool, err);
	if (st)
		return st;
	whole = load_apart(fleet, pool);
	cli_pool_close(pool);
	if (!whole)
		cli_stop_raise();
	sigprocmask(SIG_SETMASK, &before, NULL);
	return SPP_OK;
}

enum cli_exit cli_fleet_load(const struct cli_call *call,
			     struct cli_fleet *fleet)
{
	struct spp_error err = SPP_ERROR_INIT;
	enum cli_exit code, worst = CLI_OK;
	size_t i;

	fleet->call = call;
	fleet->member = calloc(call->targets + 1, sizeof(*fleet->member));
	if (!fleet->member) {
		cli_complain("out of memory");
		return CLI_FAILED;
	}
	fleet->count = call->targets;
	for (i = 0; i < fleet->count; i++)
		fleet->member[i].path = call->target[i];
	if (load_all(fleet, &err)) {
		cli_complain("%s", err.text);
		return cli_exit_of(err.status);
	}
	for (i = 0; i < fleet->count; i++) {
		struct cli_member *m = &fleet->member[i];

		cli_warn_all(&m->notes);
		fleet->loaded += !m->err.status;
		if (!m->err.status)
			continue;
		cli_complain("%s%s", m->err.text, cli_remedy(m->err.remedy));
		code = cli_exit_of(m->err.status);
		worst = code > worst ? code : worst;
	}
	return worst;
}

void cli_fleet_release(struct cli_fleet *fleet)
{
	size_t i;

	if (!fleet)
		return;
	for (i = 0; i < fleet->count; i++) {
		spp_document_release(&fleet->member[i].document);
		spp_notes_release(&fleet->member[i].notes);
		json_decref(fleet->member[i].exhibit);
	}
	free(fleet->member);
	*fleet = (struct cli_fleet)CLI_FLEET_INIT;
}

json_t *cli_fleet_exhibits(const struct cli_call *call,
			   const struct cli_fleet *fleet)
{
	json_t *list;
	size_t i;

	if (!cli_evidence_wanted(call))
		return NULL;
	list = json_array();
	for (i = 0; i < fleet->count; i++)
		if (fleet->member[i].exhibit)
			json_array_append(list, fleet->member[i].exhibit);
	return list;
}

json_t *cli_json_member(const struct cli_member *m)
{
	json_t *json = json_object();

	cli_json_set_path(json, "path", m->path);
	if (m->err.status)
		json_object_set_new(json, "error", cli_json_failure(&m->err));
	else
		json_object_update_new(
			json, json_pack("{s:s, s:o}", "kind", m->kind,
					"warnings", cli_json_notes(&m->notes)));
	return json;
}
