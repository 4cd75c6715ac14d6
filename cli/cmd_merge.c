/* SPDX-License-Identifier: GPL-3.0-or-later */
/* merge: the results of several runs or machines as one. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/fail.h"
#include "cli/fleet/tally.h"
#include "cli/json.h"
#include "cli/out.h"
#include "cli/stop.h"

/* Where a line is, and what it is about; its text stays in its file. */
struct found {
	char *key; /* job and target */
	char started[40];
	size_t file, order;
	long at;
	enum cli_outcome outcome;
	int exit;
	bool old; /* a later one is about the same */
};

struct merge {
	const struct cli_call *call;
	FILE **file;
	struct found *found;
	size_t count;
};

static void release(struct merge *m)
{
	size_t i;

	for (i = 0; i < m->count; i++)
		free(m->found[i].key);
	for (i = 0; m->file && i < (size_t)m->call->operands; i++)
		if (m->file[i])
			fclose(m->file[i]);
	free(m->file);
	free(m->found);
}

static enum spp_status add_line(struct merge *m, size_t file, long at,
				const struct cli_result *r,
				struct spp_error *err)
{
	struct found *grown = spp_grow(m->found, m->count, sizeof(*grown));
	struct found *f;

	if (!grown)
		return spp_nomem(err);
	m->found = grown;
	f = &grown[m->count];
	*f = (struct found){ .file = file,
			     .order = m->count,
			     .at = at,
			     .outcome = r->outcome,
			     .exit = r->exit };
	snprintf(f->started, sizeof(f->started), "%s", r->started);
	if (asprintf(&f->key, "%s %s", r->job, r->target) < 0)
		return spp_nomem(err);
	m->count++;
	return SPP_OK;
}

static enum spp_status read_file(struct merge *m, size_t file,
				 struct spp_error *err)
{
	const char *path = m->call->operand[file];
	FILE *f = m->file[file] = fopen(path, "re");
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	enum spp_status st = SPP_OK;
	size_t number = 0;
	bool whole = true;
	long at = 0;

	if (!f)
		return spp_fail_errno(err,
				      errno == ENOENT ? SPP_NOTFOUND : SPP_IO,
				      "cannot open '%s'", path);
	while (!st &&
	       !(st = cli_result_line(f, path, ++number, &text, &whole, err)) &&
	       whole) {
		struct cli_result CLEANUP(cli_result_release) r =
			CLI_RESULT_INIT;

		st = cli_result_read(&r, spp_buf_text(&text), text.size, path,
				     number, err);
		if (!st)
			st = add_line(m, file, at, &r, err);
		at += (long)text.size;
	}
	if (!st && text.size)
		cli_warn("'%s': the last line is cut short, left out", path);
	return st;
}

/* The same key: the one that began last is last. */
static int by_key(const void *a, const void *b)
{
	const struct found *x = a, *y = b;
	int order = strcmp(x->key, y->key);

	if (!order)
		order = strcmp(x->started, y->started);
	return order ? order : x->order < y->order ? -1 : x->order > y->order;
}

static int by_order(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	return x->order < y->order ? -1 : x->order > y->order;
}

static enum spp_status write_lines(struct merge *m, FILE *to,
				   struct spp_error *err)
{
	char CLEANUP(spp_free_string) *text = NULL;
	size_t room = 0, i;
	ssize_t n;

	for (i = 0; i < m->count; i++) {
		const struct found *f = &m->found[i];
		FILE *from = m->file[f->file];

		if (f->old)
			continue;
		if (fseek(from, f->at, SEEK_SET) ||
		    (n = getline(&text, &room, from)) <= 0)
			return spp_fail_errno(err, SPP_IO, "cannot read '%s'",
					      m->call->operand[f->file]);
		fwrite(text, 1, (size_t)n, to);
	}
	return SPP_OK;
}

static enum cli_exit sum_up(const struct merge *m, size_t doubles)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	struct cli_tally tally = { .worst = CLI_OK };
	size_t i;

	for (i = 0; i < m->count; i++)
		if (!m->found[i].old)
			cli_tally_add(&tally, m->found[i].outcome,
				      (enum cli_exit)m->found[i].exit);
	cli_tally_show(&tally, &text);
	if (doubles)
		spp_buf_printf(&text, NULL, "; %zu earlier left out", doubles);
	cli_complain("%s", spp_buf_text(&text));
	return tally.worst;
}

static enum cli_exit run(const struct cli_call *call)
{
	struct merge CLEANUP(release) m = { .call = call };
	struct spp_error err = SPP_ERROR_INIT;
	enum spp_status st = SPP_OK;
	size_t i, doubles = 0;

	m.file = calloc((size_t)call->operands, sizeof(FILE *));
	if (!m.file)
		st = spp_nomem(&err);
	for (i = 0; !st && i < (size_t)call->operands; i++)
		st = read_file(&m, i, &err);
	if (st)
		return cli_fail(call, &err);
	if (m.count)
		qsort(m.found, m.count, sizeof(*m.found), by_key);
	for (i = 1; i < m.count; i++)
		if (!strcmp(m.found[i - 1].key, m.found[i].key)) {
			m.found[i - 1].old = true;
			doubles++;
		}
	if (m.count)
		qsort(m.found, m.count, sizeof(*m.found), by_order);
	st = write_lines(&m, stdout, &err);
	return st ? cli_fail(call, &err) : sum_up(&m, doubles);
}

const struct cli_command cli_command_merge = {
	.name = "merge",
	.operands = "RESULTS...",
	.least = 1,
	.most = -1,
	.summary = "print the results of several runs as one, the latest of "
		   "each target",
	.about = "RESULTS are files of --results, of several shards, machines "
		 "or runs. A target that was worked on\nseveral times by the "
		 "same command is printed once. Exits with the worst exit code "
		 "of what is printed.",
	.options = CLI_OPTIONS_NONE,
	.examples = CLI_EXAMPLES(
		{ "merge results-*.ndjson >all.ndjson", "all shards" }),
	.exact = true,
	.run = run,
};
