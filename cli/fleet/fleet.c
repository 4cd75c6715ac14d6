/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/fleet/fleet.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "cli/evidence/evidence.h"
#include "cli/fail.h"
#include "cli/fleet/line.h"
#include "cli/fleet/record.h"
#include "cli/out.h"
#include "cli/remedy.h"
#include "cli/stop.h"
#include "cli/target.h"

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

/* What a member has of an open target; NULL: it is a file with a policy. */
static void describe(const struct cli_call *call, struct cli_member *m,
		     struct spp_hives *windows)
{
	int role;

	m->kind = "policy";
	if (!windows)
		return;
	m->kind = kind_of(spp_hives_target(windows)->ops->kind);
	for (role = 0; role < SPP_ROLE_COUNT; role++)
		if (spp_hives_session(windows, (enum spp_role)role))
			m->hives |= 1u << role;
	if (!m->exhibit)
		m->exhibit = cli_evidence_hives(call, windows);
}

static void load(const struct cli_call *call, struct cli_member *m)
{
	struct cli_source CLEANUP(cli_source_release) source = CLI_SOURCE_INIT;

	if (cli_load(call, m->path, &source, &m->notes, &m->err))
		return;
	json_decref(m->exhibit);
	m->exhibit = json_incref(source.exhibit);
	describe(call, m, source.windows);
	m->document = source.document;
	source.document = (struct spp_document)SPP_DOCUMENT_INIT;
}

static void member_release(struct cli_member *m)
{
	spp_document_release(&m->document);
	spp_notes_release(&m->notes);
	json_decref(m->exhibit);
}

static enum cli_exit tell(struct cli_member *m)
{
	cli_warn_all(&m->notes);
	m->told = true;
	if (!m->err.status)
		return CLI_OK;
	cli_complain("%s%s", m->err.text, cli_remedy(m->err.remedy));
	return cli_exit_of(m->err.status);
}

json_t *cli_fleet_dump(const struct cli_member *m, bool show_keys)
{
	const struct spp_export how = { .show_keys = show_keys };
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;

	if (spp_format_find("json")->write(&m->document, &how, &text, NULL,
					   NULL))
		return NULL;
	return json_loadb(spp_buf_text(&text), text.size, 0, NULL);
}

/* A child, of what it has loaded: for its parent, and for the line. */
static enum spp_status hand_over(const struct cli_fleet *fleet,
				 struct cli_member *m, bool *found,
				 struct spp_error *err)
{
	const struct spp_export all = { .show_keys = true };
	bool policy = !strcmp(m->kind, "policy");
	struct spp_buf text = SPP_BUF_INIT;
	enum spp_status st;

	if (!policy) {
		st = spp_format_find("json")->write(&m->document, &all, &text,
						    NULL, err);
		cli_record_dump(&text);
		spp_buf_release(&text);
		if (st)
			return st;
	}
	cli_record("kind", json_string(m->kind));
	cli_record("roles", json_integer((json_int_t)m->hives));
	cli_record("warnings", cli_json_notes(&m->notes));
	if (m->exhibit)
		cli_record("exhibit", json_incref(m->exhibit));
	if (!cli_recording_line())
		return SPP_OK;
	cli_record("dump",
		   cli_fleet_dump(m, cli_has(fleet->call, OPT_SHOW_KEYS)));
	return fleet->judge ? fleet->judge(fleet->ctx, m, found, err) : SPP_OK;
}

/* Standard input is for the parent: it is there once. */
static enum cli_exit load_one(const struct cli_call *call, const char *target,
			      void *ctx)
{
	struct cli_member CLEANUP(member_release) m = { .path = target };
	const struct cli_fleet *fleet = ctx;
	bool found = false;

	if (!strcmp(target, "-")) {
		cli_record("kind", json_string("policy"));
		return CLI_OK;
	}
	load(call, &m);
	if (!m.err.status)
		hand_over(fleet, &m, &found, &m.err);
	/* The parent reads a policy again, and tells then. */
	if (m.err.status || strcmp(m.kind, "policy"))
		tell(&m);
	if (!m.err.status)
		return found ? CLI_FINDINGS : CLI_OK;
	cli_record_failure(&m.err);
	return cli_exit_of(m.err.status);
}

void cli_fleet_hand_over(const struct cli_fleet *fleet, const char *path,
			 struct spp_hives *windows)
{
	struct cli_member CLEANUP(member_release) m = { .path = path };
	bool found;

	if (windows) {
		describe(fleet->call, &m, windows);
		spp_document_dump(windows, &m.document, &m.err);
		cli_warn_of_state(windows, &m.notes);
	} else {
		load(fleet->call, &m);
	}
	if (!m.err.status)
		hand_over(fleet, &m, &found, &m.err);
	if (m.err.status)
		cli_record("unread", cli_json_failure(&m.err));
}

static void read_document(struct cli_member *m, const char *text, size_t n)
{
	struct spp_import CLEANUP(spp_import_release) import = SPP_IMPORT_INIT;
	struct spp_input in = { .name = m->path,
				.data = (const uint8_t *)text,
				.size = n };

	if (!text || !n)
		spp_fail(&m->err, SPP_BUG, "'%s': the process left no result",
			 m->path);
	else
		spp_format_find("json")->read(&in, &m->document, &import,
					      &m->err);
}

/* The message has its remedy already. */
static void read_failure(struct cli_member *m, const json_t *error)
{
	const char *word = json_string_value(json_object_get(error, "status"));
	const char *text = json_string_value(json_object_get(error, "message"));
	const char *source =
		json_string_value(json_object_get(error, "source"));
	int status = SPP_OK + 1;

	while (status < SPP_BUG &&
	       (!word ||
		strcmp(word, spp_status_word((enum spp_status)status))))
		status++;
	spp_fail(&m->err, (enum spp_status)status, "%s",
		 text ? text : "no message");
	if (source)
		snprintf(m->err.source, sizeof(m->err.source), "%s", source);
	m->err.line =
		(size_t)json_integer_value(json_object_get(error, "line"));
	m->err.column =
		(size_t)json_integer_value(json_object_get(error, "column"));
}

/* What facts and lines have in common; false: there is a document. */
static bool read_facts(const struct cli_call *call, struct cli_member *m,
		       const json_t *facts, const json_t *error)
{
	const char *kind = json_string_value(json_object_get(facts, "kind"));
	const json_t *note;
	size_t i;

	json_array_foreach(json_object_get(facts, "warnings"), i,
			   note) if (json_is_string(note))
		spp_note(&m->notes, "%s", json_string_value(note));
	/* Beyond a line it is only there for who asked for it. */
	if (cli_evidence_wanted(call))
		m->exhibit = json_incref(json_object_get(facts, "exhibit"));
	m->told = true;
	if (json_is_object(error)) {
		read_failure(m, error);
		return true;
	}
	m->here = kind && !strcmp(kind, "policy");
	m->kind = m->here ? "policy" : kind_of(kind);
	return m->here;
}

/* What a child left; a policy is read here. */
static void taken(void *ctx, size_t i, const struct cli_line *line)
{
	struct cli_fleet *fleet = ctx;
	struct cli_member *m = &fleet->member[i];
	const json_t *unread = json_object_get(line->facts, "unread");
	const json_t *error = json_object_get(line->facts, "error");

	m->told = true;
	if (line->why) {
		m->err = *line->why;
		return;
	}
	if (line->code > CLI_FINDINGS && !error) {
		spp_fail(&m->err, SPP_NOMEM, "'%s': out of memory", m->path);
		return;
	}
	/* An edit may be refused where all can be read. */
	if (read_facts(fleet->call, m, line->facts,
		       line->dump_size ? NULL
		       : unread	       ? unread
				       : error))
		return;
	m->hives = (unsigned int)json_integer_value(
			   json_object_get(line->facts, "roles")) &
		   ((1u << SPP_ROLE_COUNT) - 1);
	read_document(m, line->dump, line->dump_size);
}

/* What an earlier run wrote down. */
static bool kept(void *ctx, size_t i, const json_t *line)
{
	struct cli_fleet *fleet = ctx;
	struct cli_member *m = &fleet->member[i];
	const json_t *dump = json_object_get(line, "dump"), *hive;
	const json_t *error = json_object_get(line, "error");
	char CLEANUP(spp_free_string) *text = NULL;
	enum spp_role role;
	const char *word;
	size_t k;

	if (!json_is_object(error) && !json_is_object(dump))
		return false;
	if (read_facts(fleet->call, m, line, error)) {
		m->told = !m->err.status;
		return true;
	}
	json_array_foreach(json_object_get(line, "hives"), k, hive)
	{
		word = json_string_value(json_object_get(hive, "role"));
		role = word ? spp_role_find(word) : SPP_ROLE_ANY;
		if (role != SPP_ROLE_ANY)
			m->hives |= 1u << role;
	}
	text = json_dumps(dump, JSON_COMPACT);
	read_document(m, text, text ? strlen(text) : 0);
	if (!m->err.status)
		return true;
	/* The line was changed by somebody: the target is read again. */
	member_release(m);
	*m = (struct cli_member){ .path = m->path };
	return false;
}

enum spp_status cli_fleet_begin(const struct cli_call *call,
				struct cli_fleet *fleet, struct spp_error *err)
{
	size_t i;

	fleet->call = call;
	fleet->taker = (struct cli_taker){ .taken = taken,
					   .kept = kept,
					   .ctx = fleet };
	fleet->member = calloc(call->targets + 1, sizeof(*fleet->member));
	if (!fleet->member)
		return spp_nomem(err);
	fleet->count = call->targets;
	for (i = 0; i < fleet->count; i++)
		fleet->member[i].path = call->target[i];
	return SPP_OK;
}

enum cli_exit cli_fleet_end(struct cli_fleet *fleet)
{
	enum cli_exit code, worst = CLI_OK;
	size_t i;

	fleet->results = fleet->taker.results;
	fleet->taker.results = NULL;
	fleet->whole = fleet->taker.whole;
	for (i = 0; fleet->whole && i < fleet->count; i++) {
		struct cli_member *m = &fleet->member[i];

		if (m->here) {
			spp_notes_release(&m->notes);
			m->notes = (struct spp_notes)SPP_NOTES_INIT;
			load(fleet->call, m);
			m->told = false;
		}
		code = m->told ? cli_exit_of(m->err.status) : tell(m);
		worst = code > worst ? code : worst;
		fleet->loaded += !m->err.status;
	}
	return worst;
}

enum cli_exit cli_fleet_load(const struct cli_call *call,
			     struct cli_fleet *fleet)
{
	struct cli_job job = { .one = load_one,
			       .ctx = fleet,
			       .loads = true,
			       .judges = fleet->judge != NULL,
			       .taker = &fleet->taker,
			       .salt = fleet->salt };
	struct spp_error err = SPP_ERROR_INIT;
	enum cli_exit code;
	sigset_t before;

	if (cli_fleet_begin(call, fleet, &err))
		return cli_fail(call, &err);
	if (fleet->count < 2 && !cli_has_run_option(call)) {
		fleet->taker.whole = true;
		if (fleet->count)
			fleet->member->here = true;
		return cli_fleet_end(fleet);
	}
	sigprocmask(SIG_SETMASK, NULL, &before);
	code = cli_run(call, &job);
	if (!fleet->taker.whole)
		cli_stop_raise();
	/* Whatever comes now may be ended as at any time. */
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (!fleet->taker.whole)
		return code > CLI_FINDINGS ? code : CLI_FAILED;
	return cli_fleet_end(fleet);
}

void cli_fleet_release(struct cli_fleet *fleet)
{
	size_t i;

	if (!fleet)
		return;
	for (i = 0; i < fleet->count; i++)
		member_release(&fleet->member[i]);
	free(fleet->member);
	cli_results_close(fleet->results);
	cli_results_close(fleet->taker.results);
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
