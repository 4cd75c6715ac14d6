/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/fleet/line.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/json.h"

/* Members that a child may record, with their types. */
static const struct {
	const char *name;
	json_type type;
} members[] = {
	{ "changes", JSON_ARRAY },
	{ "restored", JSON_ARRAY },
	{ "kind", JSON_STRING },
	{ "hives", JSON_ARRAY },
	{ "identity", JSON_OBJECT },
	{ "dump", JSON_OBJECT },
	{ "exhibit", JSON_OBJECT },
	/* Of an audit. */
	{ "kms_host", JSON_TRUE },
	{ "is_state", JSON_TRUE },
	{ "role", JSON_STRING },
	{ "platform", JSON_STRING },
	{ "findings", JSON_ARRAY },
	{ "left_out", JSON_OBJECT },
	{ "limits", JSON_ARRAY },
	{ "ignored", JSON_ARRAY },
	{ "made", JSON_STRING },
};

static const char warning[] = "sppctl: warning: ";

static enum cli_outcome outcome_of(const struct cli_line *line)
{
	switch (line->code) {
	case CLI_OK:
		return line->changed || line->interrupted ? CLI_CHANGED
		       : line->edits			  ? CLI_UNCHANGED
							  : CLI_READ;
	case CLI_FINDINGS:
		return cli_has(line->call, OPT_DRY_RUN) ? CLI_PENDING
							: CLI_FOUND;
	case CLI_USAGE:
		return CLI_INVALID;
	case CLI_REFUSED:
		return CLI_REFUSAL;
	case CLI_FAILED:
		break;
	}
	return CLI_FAILURE;
}

/* "2026-05-04T03:02:01.123Z"; the time of SOURCE_DATE_EPOCH if set. */
static json_t *json_time(const struct timespec *at)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	struct timespec ts = *at;
	char day[40], text[64];
	struct tm tm;

	if (epoch && *epoch)
		ts = (struct timespec){ (time_t)strtoll(epoch, NULL, 10), 0 };
	if (!gmtime_r(&ts.tv_sec, &tm) ||
	    !strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm))
		return json_null();
	snprintf(text, sizeof(text), "%s.%03ldZ", day, ts.tv_nsec / 1000000);
	return json_string(text);
}

static json_t *json_seconds(double seconds)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");

	if (epoch && *epoch)
		return json_integer(0);
	/* Milliseconds are enough, and print short. */
	return json_real((double)(long long)(seconds * 1000 + 0.5) / 1000);
}

/* Warnings are what the child said on stderr. */
static json_t *json_warnings(const struct spp_buf *said)
{
	const char *at = spp_buf_text(said);
	json_t *list = json_array();
	size_t n;

	for (; *at; at += at[n] ? n + 1 : n) {
		n = strcspn(at, "\n");
		if (!strncmp(at, warning, sizeof(warning) - 1)) {
			char CLEANUP(spp_free_string) *text =
				strndup(at + sizeof(warning) - 1,
					n - (sizeof(warning) - 1));

			json_array_append_new(list, cli_json_text(text));
		}
	}
	return list;
}

/* A child that did not come to its end: its message, as its own would be. */
static void complain(struct cli_line *line, struct cli_ended *ended)
{
	struct spp_error why = SPP_ERROR_INIT;

	spp_fail(&why, ended->why.status, "'%s': %s", line->target,
		 ended->why.text);
	ended->why = why;
	line->code = cli_exit_of(why.status);
	spp_buf_printf(&ended->said[CLI_WORKER_ERR], NULL, "sppctl: %s\n",
		       why.text);
}

static json_t *json_error(const struct cli_line *line,
			  const struct cli_ended *ended, const json_t *facts)
{
	json_t *error = json_object_get(facts, "error");

	if (ended->code < 0)
		return cli_json_failure(&ended->why);
	if (line->code > CLI_FINDINGS && json_is_object(error))
		return json_incref(error);
	return json_null();
}

/* JSON_TRUE stands for both. */
static bool is_of_type(const json_t *value, json_type type)
{
	return json_typeof(value) == type ||
	       (type == JSON_TRUE && json_is_boolean(value));
}

static json_t *json_line(const struct cli_line *line,
			 const struct cli_ended *ended, const json_t *facts,
			 json_t *output)
{
	const char *kind = !line->judges	       ? "result"
			   : line->code > CLI_FINDINGS ? "failed"
						       : "judged";
	json_t *json = cli_json_document(kind, 1), *value;
	size_t i;

	cli_result_name(json, line->target);
	if (line->judges)
		cli_json_set_path(json, "path", line->target);
	json_object_set_new(json, "status",
			    json_string(cli_outcome_word[line->outcome]));
	json_object_set_new(json, "exit", json_integer(line->code));
	json_object_set_new(json, "command",
			    json_string(line->call->command->name));
	json_object_set_new(json, "job", json_string(line->job));
	json_object_set_new(json, "dry_run",
			    json_boolean(cli_has(line->call, OPT_DRY_RUN)));
	json_object_set_new(json, "changed", json_boolean(line->changed));
	if (line->interrupted)
		json_object_set_new(json, "interrupted", json_true());
	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		value = json_object_get(facts, members[i].name);
		if (value && is_of_type(value, members[i].type))
			json_object_set(json, members[i].name, value);
	}
	json_object_set_new(json, "warnings",
			    json_warnings(&ended->said[CLI_WORKER_ERR]));
	json_object_set_new(json, "error", json_error(line, ended, facts));
	json_object_set_new(json, "started", json_time(&ended->started));
	json_object_set_new(json, "seconds", json_seconds(ended->seconds));
	if (output)
		json_object_set(json, "output", output);
	return json;
}

/* What stands for the target in the document of all. */
static json_t *json_entry(const struct cli_line *line,
			  const struct cli_ended *ended, json_t *output)
{
	json_t *edited = json_array_get(json_object_get(output, "targets"), 0);
	json_t *filed = json_object_get(output, "evidence");
	json_t *exhibit = json_array_get(json_object_get(filed, "targets"), 0);

	if (ended->code < 0)
		return json_pack("{s:o, s:o}", "path",
				 cli_json_text(line->target), "error",
				 cli_json_failure(&ended->why));
	if (line->edits) {
		if (edited && json_is_object(exhibit))
			json_object_set(edited, "exhibit", exhibit);
		return json_incref(edited);
	}
	return json_pack("{s:o, s:i, s:O?}", "path",
			 cli_json_text(line->target), "exit", (int)line->code,
			 "document", output);
}

void cli_line_make(struct cli_line *line, struct cli_ended *ended,
		   bool want_line, bool want_entry)
{
	const struct spp_buf *record = &ended->said[CLI_WORKER_RECORD];
	const struct spp_buf *out = &ended->said[CLI_WORKER_OUT];
	const char *end = memchr(spp_buf_text(record), '\n', record->size);
	size_t n = end ? (size_t)(end - spp_buf_text(record)) : 0;
	json_t *facts = json_loadb(spp_buf_text(record), n, 0, NULL);
	json_t *output = NULL;

	if (ended->code > CLI_REFUSED) {
		ended->code = -1;
		spp_fail(&ended->why, SPP_BUG,
			 "the process crashed: unknown "
			 "exit code");
	}
	if (ended->code < 0)
		complain(line, ended);
	else
		line->code = (enum cli_exit)ended->code;
	line->changed = json_is_true(json_object_get(facts, "changed"));
	/* There were changes to make; now there are none. */
	line->interrupted =
		line->interrupted && line->code == CLI_OK && !line->changed;
	line->replaced = line->changed && line->code == CLI_OK &&
			 !cli_has(line->call, OPT_DRY_RUN);
	line->outcome = outcome_of(line);
	if (cli_has(line->call, OPT_JSON))
		output = json_loadb(spp_buf_text(out), out->size, 0, NULL);
	if (want_line)
		line->json = json_line(line, ended, facts, output);
	if (want_entry)
		line->entry = json_entry(line, ended, output);
	json_decref(output);
	line->facts = facts;
	line->dump = end ? end + 1 : NULL;
	line->dump_size = end ? record->size - n - 1 : 0;
	line->why = ended->code < 0 ? &ended->why : NULL;
}
