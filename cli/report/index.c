/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first pass over the lines: collects the top of the page. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/report/report.h"
#include "policy/format/format.h"

/* A limit far above the line of any target. */
#define LINE_MAX_BYTES ((size_t)64 << 20)

static void note(struct cli_report_reason **list, size_t *count,
		 const char *text)
{
	struct cli_report_reason *grown;
	size_t i;

	for (i = 0; text && i < *count; i++) {
		if (strcmp((*list)[i].text, text) != 0)
			continue;
		(*list)[i].machines++;
		return;
	}
	grown = text ? spp_grow(*list, *count, sizeof(*grown)) : NULL;
	if (!grown)
		return;
	*list = grown;
	grown[*count] = (struct cli_report_reason){ strdup(text), 1 };
	*count += grown[*count].text != NULL;
}

static void note_limits(struct cli_report *r, const json_t *line)
{
	const json_t *limit, *quiet;
	size_t i;

	json_array_foreach(json_object_get(line, "limits"), i, limit)
	{
		note(&r->limit, &r->limits, cli_member_text(limit, "because"));
	}
	json_array_foreach(json_object_get(line, "ignored"), i, quiet)
	{
		struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;

		spp_buf_printf(&text, NULL, "%s: --ignore",
			       json_string_value(quiet));
		note(&r->quiet, &r->quiets, spp_buf_text(&text));
	}
	if (!json_is_array(json_object_get(line, "findings")) &&
	    !json_is_object(json_object_get(line, "error")))
		note(&r->limit, &r->limits,
		     "not audited: the results have no findings of it");
}

/* What the site file accepts counts as no finding. */
static bool is_suppressed(struct cli_report *r, const json_t *finding)
{
	const json_t *by = json_object_get(finding, "suppressed");
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	const char *rule = cli_member_text(finding, "rule");

	if (!json_is_object(by))
		return false;
	spp_buf_printf(&text, NULL, "%s: ", rule ? rule : "?");
	cli_report_exception(by, &text);
	note(&r->quiet, &r->quiets, spp_buf_text(&text));
	return true;
}

static void count_findings(struct cli_report *r, struct cli_report_machine *m,
			   const json_t *line)
{
	const json_t *finding;
	enum spp_grade grade;
	size_t i;

	json_array_foreach(json_object_get(line, "findings"), i, finding)
	{
		const char *word = cli_member_text(finding, "severity");

		if (is_suppressed(r, finding) || !word ||
		    !spp_grade_find(word, &grade))
			continue;
		m->grade[grade]++;
		r->grade[grade]++;
		if ((int)grade > m->worst)
			m->worst = (int)grade;
	}
}

/* Adds the records that a host would publish, from the settings of its line. */
static enum spp_status add_records(struct cli_report *r,
				   const struct cli_report_machine *m,
				   const json_t *line, struct spp_error *err)
{
	struct spp_import CLEANUP(spp_import_release) import = SPP_IMPORT_INIT;
	struct spp_document CLEANUP(spp_document_release) document =
		SPP_DOCUMENT_INIT;
	struct spp_policy CLEANUP(spp_policy_release) state = SPP_POLICY_INIT;
	const json_t *dump = json_object_get(line, "dump");
	char CLEANUP(spp_free_string) *text =
		dump ? json_dumps(dump, JSON_COMPACT) : NULL;
	struct spp_input in = { .name = m->path };
	enum spp_status st;

	if (!text)
		return SPP_OK;
	in.data = (const uint8_t *)text;
	in.size = strlen(text);
	st = spp_format_find("json")->read(&in, &document, &import, err);
	if (!st)
		st = spp_document_meant(&document, &state, err);
	return st ? st
		  : spp_records_add(&r->dns, m->name, &state,
				    &document.identity, err);
}

static char *copy_text(const char *text)
{
	return text ? strdup(text) : NULL;
}

static enum spp_status add_line(struct cli_report *r, const json_t *line,
				off_t offset, struct spp_error *err)
{
	const json_t *identity = json_object_get(line, "identity");
	const char *path = cli_member_text(line, "path");
	const char *name = cli_member_text(identity, "fqdn");
	const char *version = cli_member_text(line, "sppctl");
	struct cli_report_machine *grown, *m;

	if (!path)
		path = cli_member_text(line, "target");
	if (!path)
		return spp_fail(err, SPP_INVALID, "it names no target");
	grown = spp_grow(r->machine, r->count, sizeof(*grown));
	if (!grown)
		return spp_nomem(err);
	r->machine = grown;
	m = &grown[r->count++];
	if (!name)
		name = cli_member_text(identity, "computer");
	if (!name)
		name = *path ? path : "(no name)";
	*m = (struct cli_report_machine){
		.name = strdup(name),
		.path = strdup(path),
		.title = copy_text(cli_member_text(identity, "title")),
		.offset = offset,
		.worst = -1,
		.failed = json_is_object(json_object_get(line, "error")),
		.judged = json_is_array(json_object_get(line, "findings")),
		.host = json_is_true(json_object_get(line, "kms_host")),
	};
	if (!m->name || !m->path)
		return spp_nomem(err);
	r->failed += m->failed;
	r->judged += m->judged;
	if (version)
		json_object_set_new(
			r->versions, version,
			json_integer(json_integer_value(json_object_get(
					     r->versions, version)) +
				     1));
	count_findings(r, m, line);
	note_limits(r, line);
	return add_records(r, m, line, err);
}

static int by_severity(const void *a, const void *b)
{
	const struct cli_report_machine *x = a, *y = b;
	int i;

	if (x->failed != y->failed)
		return x->failed ? -1 : 1;
	for (i = SPP_GRADE_COUNT - 1; i >= 0; i--)
		if (x->grade[i] != y->grade[i])
			return x->grade[i] > y->grade[i] ? -1 : 1;
	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static enum spp_status read_file(void *ctx, uint64_t off, void *buf, size_t n,
				 struct spp_error *err)
{
	ssize_t got = pread(*(int *)ctx, buf, n, (off_t)off);

	return got == (ssize_t)n
		       ? SPP_OK
		       : spp_fail(err, SPP_IO, "cannot read the results");
}

static enum spp_status hash_lines(struct cli_report *r, off_t size,
				  struct spp_error *err)
{
	int fd = fileno(r->lines);
	const struct spp_source source = { read_file, &fd, (uint64_t)size };

	return spp_sha256(&source, r->sha256, err);
}

static enum spp_status read_lines(struct cli_report *r, off_t *end,
				  struct spp_error *err)
{
	char CLEANUP(spp_free_string) *line = NULL;
	enum spp_status st = SPP_OK;
	size_t room = 0, number = 0;
	off_t offset = 0;
	ssize_t n;

	while (!st && (n = getline(&line, &room, r->lines)) >= 0) {
		struct spp_error why = SPP_ERROR_INIT;
		json_t *json;

		number++;
		json = (size_t)n > LINE_MAX_BYTES
			       ? NULL
			       : json_loadb(line, (size_t)n, 0, NULL);
		if (json_is_object(json))
			st = add_line(r, json, offset, &why);
		else if (strspn(line, " \t\r\n") < (size_t)n)
			st = spp_fail(&why, SPP_INVALID,
				      "it is not a JSON object");
		json_decref(json);
		if (st)
			st = spp_fail(err, st, "line %zu of '%s': %s", number,
				      r->name ? r->name : "the results",
				      why.text);
		offset += n;
	}
	*end = offset;
	return st;
}

enum spp_status cli_report_index(struct cli_report *r, struct spp_error *err)
{
	enum spp_status st;
	off_t end = 0;

	r->versions = json_object();
	rewind(r->lines);
	st = read_lines(r, &end, err);
	if (!st)
		st = hash_lines(r, end, err);
	if (!st && !r->judged && (!r->count || r->failed < r->count))
		st = spp_fail(err, SPP_INVALID,
			      "'%s' has no findings to report; make its lines "
			      "with sppctl audit TARGET... --results FILE",
			      r->name ? r->name : "the results");
	if (st)
		return st;
	if (r->count)
		qsort(r->machine, r->count, sizeof(*r->machine), by_severity);
	spp_records_finish(&r->dns);
	return spp_resilience_judge(&r->dns, &r->design, err);
}

static void free_reasons(struct cli_report_reason *list, size_t count)
{
	while (count)
		free(list[--count].text);
	free(list);
}

void cli_report_release(struct cli_report *r)
{
	size_t i;

	for (i = 0; i < r->count; i++) {
		free(r->machine[i].name);
		free(r->machine[i].path);
		free(r->machine[i].title);
	}
	free(r->machine);
	free_reasons(r->limit, r->limits);
	free_reasons(r->quiet, r->quiets);
	spp_resilience_release(&r->design);
	spp_records_release(&r->dns);
	json_decref(r->versions);
	if (r->lines)
		fclose(r->lines);
	*r = (struct cli_report){ .lines = NULL };
}
