/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/fleet/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/fail.h"
#include "cli/fleet/document.h"
#include "cli/fleet/intents.h"
#include "cli/fleet/job_id.h"
#include "cli/fleet/limits.h"
#include "cli/fleet/line.h"
#include "cli/fleet/pool.h"
#include "cli/fleet/record.h"
#include "cli/fleet/results.h"
#include "cli/fleet/resume.h"
#include "cli/fleet/tally.h"
#include "cli/fleet/targets.h"
#include "cli/json.h"
#include "cli/out.h"
#include "cli/stop.h"
#include "cli/target.h"
#include "hive/target.h"

/*
 * What was printed and cannot be passed on yet: past one of these no further
 * target is begun until the oldest is done.
 */
#define BACKLOG_TARGETS 4096
#define BACKLOG_BYTES	((size_t)32 << 20)

enum state { WAITING, RUNNING, DONE, EARLIER, LEFT };

/* A target that is done, until its turn to be printed has come. */
struct said {
	struct spp_buf out, err;
	json_t *line;  /* --ordered: not yet written */
	json_t *entry; /* --json */
};

struct run {
	const struct cli_call *call;
	const struct cli_job *job;
	struct cli_pool *pool;
	struct cli_results *results;
	struct cli_intents *intents;
	/* A child was ended in the middle of a change, now or before. */
	bool in_doubt, earlier_doubt;
	char id[CLI_JOB_ID];
	bool ordered, talks;
	uint64_t stop_after;
	unsigned char *state;
	size_t *wim; /* of each target the first of its WIM, or itself */
	/* Of the first target of a WIM: about all its images. */
	bool *busy, *changed;
	struct said **said;
	size_t next, printed, backlog;
	struct cli_tally tally; /* with those of an earlier run */
	size_t new_failures;
	json_t *list; /* of --json */
	bool any_changed, broken, stopping;
	struct cli_progress progress;
};

/* Commands that write are those that can keep a backup. */
static bool may_write(const struct cli_call *call)
{
	return cli_option_in(call->command->options, OPT_BACKUP) &&
	       !cli_has(call, OPT_DRY_RUN);
}

/* The child. */
static int work(void *ctx, size_t i, bool follows, FILE *record)
{
	struct run *r = ctx;
	struct cli_call call = *r->call;
	enum cli_exit code;

	call.target = &r->call->target[i];
	call.follows = follows;
	call.many = call.targets > 1;
	call.targets = 1;
	cli_record_begin(r->results != NULL);
	cli_record_intents(r->intents, call.target[0]);
	code = r->job->one(&call, call.target[0], r->job->ctx);
	if (spp_memory_shortages() && code < CLI_USAGE) {
		cli_complain("out of memory; the output is not complete");
		code = CLI_FAILED;
	}
	cli_record_end(record);
	/* A target is edited by a child that has seen no other. */
	return (int)code | (may_write(r->call) ? CLI_WORKER_LAST : 0);
}

static void print_said(struct run *r, struct said *s)
{
	if (s->err.size || s->out.size)
		cli_progress_wipe();
	fwrite(spp_buf_text(&s->err), 1, s->err.size, stderr);
	if (s->entry)
		json_array_append(r->list, s->entry);
	else if (!r->list)
		fwrite(spp_buf_text(&s->out), 1, s->out.size,
		       r->job->to ? r->job->to : stdout);
}

static void said_free(struct said *s)
{
	if (!s)
		return;
	spp_buf_release(&s->out);
	spp_buf_release(&s->err);
	json_decref(s->line);
	json_decref(s->entry);
	free(s);
}

static void write_result(struct run *r, json_t *line)
{
	struct spp_error err = SPP_ERROR_INIT;

	if (!r->results || !line) {
		json_decref(line);
		return;
	}
	if (cli_results_add(r->results, line, &err)) {
		cli_complain("%s", err.text);
		cli_tally_raise(&r->tally, CLI_FAILED);
		r->broken = true;
	}
}

/* Prints what is done, up to the first target that is not. */
static void print_ready(struct run *r)
{
	while (r->printed < r->call->targets &&
	       (r->state[r->printed] == DONE ||
		r->state[r->printed] == EARLIER ||
		(r->stopping && r->state[r->printed] != RUNNING))) {
		struct said *s = r->said[r->printed];

		r->said[r->printed++] = NULL;
		if (!s)
			continue;
		print_said(r, s);
		r->backlog -= s->out.size + s->err.size;
		write_result(r, s->line);
		s->line = NULL;
		said_free(s);
	}
}

/* A child that has ended: its line, and what it said for later. */
static void take(struct run *r, struct cli_ended *e)
{
	struct cli_line line = { .call = r->call,
				 .job = r->id,
				 .target = r->call->target[e->index],
				 .edits = r->job->edits,
				 .judges = r->job->judges };
	const struct cli_taker *taker = r->job->taker;
	struct said *s;

	line.interrupted = cli_intents_had(r->intents, line.target);
	r->busy[r->wim[e->index]] = false;
	r->in_doubt |= e->code < 0 && !e->terminated;
	if (e->code == (int)CLI_UNTOUCHED || (e->terminated && r->stopping)) {
		r->state[e->index] = LEFT;
		return;
	}
	cli_line_make(&line, e, r->results != NULL, r->list != NULL);
	if (taker)
		taker->taken(taker->ctx, e->index, &line);
	json_decref(line.facts);
	cli_tally_add(&r->tally, line.outcome, line.code);
	r->changed[r->wim[e->index]] |= line.outcome == CLI_CHANGED;
	r->new_failures += line.code > CLI_FINDINGS;
	r->any_changed |= line.changed;
	if (line.replaced)
		cli_replaced();
	r->state[e->index] = DONE;
	s = calloc(1, sizeof(*s));
	if (!s) {
		spp_nomem(NULL);
		json_decref(line.json);
		json_decref(line.entry);
		return;
	}
	s->out = e->said[CLI_WORKER_OUT];
	s->err = e->said[CLI_WORKER_ERR];
	e->said[CLI_WORKER_OUT] = e->said[CLI_WORKER_ERR] =
		(struct spp_buf)SPP_BUF_INIT;
	s->entry = line.entry;
	r->backlog += s->out.size + s->err.size;
	if (r->ordered)
		s->line = line.json;
	else
		write_result(r, line.json);
	r->said[e->index] = s;
}

/* Images of one WIM come one after the other. */
static bool may_begin(const struct run *r)
{
	size_t i = r->next;

	return i < r->call->targets && !r->stopping &&
	       cli_pool_has_room(r->pool) && r->backlog < BACKLOG_BYTES &&
	       i - r->printed < BACKLOG_TARGETS && !r->busy[r->wim[i]];
}

static void begin(struct run *r)
{
	struct spp_error err = SPP_ERROR_INIT;
	struct cli_ended ended = { .code = -1 };
	size_t i;

	while (r->next < r->call->targets && r->state[r->next] == EARLIER)
		r->next++;
	if (!may_begin(r))
		return;
	i = r->next;
	if (!cli_pool_start(r->pool, i, r->changed[r->wim[i]], &err)) {
		r->state[i] = RUNNING;
		r->busy[r->wim[i]] = true;
		r->next++;
	} else if (!cli_pool_running(r->pool)) {
		ended.index = i;
		ended.why = err;
		r->next++;
		take(r, &ended);
	}
}

static bool should_stop(const struct run *r)
{
	return cli_stop_reason() || r->broken ||
	       (r->stop_after && r->new_failures >= r->stop_after);
}

static void tell_progress(struct run *r)
{
	cli_progress_show(&r->progress, r->tally.done + r->tally.failed,
			  r->next < r->call->targets ? r->call->target[r->next]
						     : NULL);
}

static void work_off(struct run *r)
{
	struct cli_ended ended;
	size_t before;

	for (;;) {
		/* First: where nobody reads any more, nothing is begun. */
		print_ready(r);
		if (!r->stopping && should_stop(r)) {
			r->stopping = true;
			if (cli_stop_reason())
				cli_pool_stop(r->pool);
		}
		do {
			before = r->next;
			begin(r);
		} while (r->next > before);
		tell_progress(r);
		if (!cli_pool_running(r->pool) &&
		    (r->stopping || r->next >= r->call->targets))
			break;
		if (cli_pool_wait(r->pool, &ended)) {
			take(r, &ended);
			cli_ended_release(&ended);
		}
	}
	print_ready(r);
	cli_progress_wipe();
}

/* A line of the file that is gone on with. */
static void seen(void *ctx, size_t i, const struct cli_result *result)
{
	const struct cli_taker *taker;
	struct run *r = ctx;

	if (!result->keep || r->state[i] == EARLIER)
		return;
	taker = r->job->taker;
	/*
	 * Of a line that the caller cannot use, the target is worked on again.
	 */
	if (taker && !taker->kept(taker->ctx, i, result->line))
		return;
	r->state[i] = EARLIER;
	r->changed[r->wim[i]] |= result->outcome == CLI_CHANGED;
	cli_tally_add(&r->tally, result->outcome, (enum cli_exit)result->exit);
}

/* A child that reads finds the logs' names listed by its parent. */
static void list_folder(void *ctx, size_t i)
{
	const struct run *r = ctx;

	spp_lognames_prime(r->call->lognames, r->call->target[i]);
}

static enum spp_status read_options(struct run *r, struct cli_pool_options *o,
				    struct spp_error *err)
{
	const struct cli_call *call = r->call;
	enum spp_status st = cli_limits_read(call, o, err);

	if (!st)
		st = cli_number(call, OPT_STOP_AFTER, CLI_LIMIT_MAX,
				&r->stop_after, err);
	r->ordered = cli_has(call, OPT_ORDERED);
	o->work.run = work;
	o->work.ctx = r;
	if (!r->job->edits)
		o->before = list_folder;
	return st;
}

/* With the results, and what was begun beside them. */
static enum spp_status open_results(struct run *r, struct spp_error *err)
{
	const struct cli_call *call = r->call;
	bool resume = cli_has(call, OPT_RESUME);
	const char *file = cli_value(call, resume ? OPT_RESUME : OPT_RESULTS);
	enum spp_status st = SPP_OK;

	if (file && r->job->edits)
		st = cli_intents_possible(file, resume, err);
	if (!st)
		st = cli_resume_open(call, r->id, seen, r, &r->results, err);
	if (!st && r->results && r->job->edits && !cli_has(call, OPT_DRY_RUN))
		st = cli_intents_open(file, resume, &r->intents, err);
	/* What it says is kept until this run has looked. */
	r->earlier_doubt = cli_intents_any(r->intents);
	return st;
}

static enum spp_status prepare(struct run *r, struct spp_error *err)
{
	size_t n = r->call->targets;
	struct cli_pool_options o = { .jobs = 1 };
	enum spp_status st = cli_one_target(r->call, (int)(n > 1 ? 2 : n), err);

	r->state = calloc(n + 1, sizeof(*r->state));
	r->wim = cli_first_of_wim(r->call->target, n);
	r->busy = calloc(n + 1, sizeof(*r->busy));
	r->changed = calloc(n + 1, sizeof(*r->changed));
	r->said = calloc(n + 1, sizeof(*r->said));
	if (!r->state || !r->wim || !r->busy || !r->changed || !r->said)
		return spp_nomem(err);
	cli_job_id(r->call, r->job->salt, r->id);
	if (cli_has(r->call, OPT_JSON) && !r->job->loads)
		r->list = json_array();
	if (!st)
		st = read_options(r, &o, err);
	if (!st)
		st = open_results(r, err);
	r->progress.count = n;
	r->progress.plain = r->talks;
	return st ? st : cli_pool_open(&o, &r->pool, err);
}

static void release(struct run *r)
{
	size_t i;

	cli_pool_close(r->pool);
	cli_results_close(r->results);
	cli_intents_close(r->intents, !r->in_doubt && !r->earlier_doubt);
	for (i = 0; r->said && i < r->call->targets; i++)
		said_free(r->said[i]);
	free(r->said);
	free(r->state);
	free(r->wim);
	free(r->busy);
	free(r->changed);
	json_decref(r->list);
}

static bool is_left(const void *ctx, size_t i)
{
	const struct run *r = ctx;

	return r->state[i] == WAITING || r->state[i] == LEFT;
}

static void print_json(struct run *r)
{
	const struct cli_call *call = r->call;
	json_t *left = json_array();
	size_t i;

	for (i = 0; i < call->targets; i++)
		if (is_left(r, i))
			json_array_append_new(left,
					      cli_json_text(call->target[i]));
	if (r->job->edits)
		cli_document_of_edits(call, r->list, r->any_changed, left,
				      r->job->filed);
	else
		cli_document_of_run(call, r->list, left);
	json_decref(left);
}

static void sum_up(struct run *r)
{
	size_t n = r->call->targets;
	size_t done = r->tally.done, failed = r->tally.failed;

	if (done + failed < n) {
		cli_stop_tell(r->call->target, n, done, failed, is_left, r);
		cli_tally_raise(&r->tally, CLI_FAILED);
	}
	if (r->talks)
		cli_tally_tell(&r->tally, r->call);
}

/* Without these, several operands are as quiet as one. */
bool cli_has_run_option(const struct cli_call *call)
{
	static const enum cli_option_id ids[] = { CLI_RUN_OPTIONS };
	size_t i;

	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		if (cli_has(call, ids[i]))
			return true;
	return false;
}

static enum cli_exit run_one(const struct cli_call *call,
			     const struct cli_job *job)
{
	enum cli_exit code = job->one(call, call->target[0], job->ctx);

	if (code != CLI_UNTOUCHED)
		return code;
	cli_stop_tell(call->target, 1, 0, 0, NULL, NULL);
	return CLI_FAILED;
}

enum cli_exit cli_run(const struct cli_call *call, const struct cli_job *job)
{
	struct run CLEANUP(release) r = { .call = call,
					  .job = job,
					  .talks = cli_has_run_option(call) };
	struct spp_error err = SPP_ERROR_INIT;

	if (call->targets == 1 && !r.talks && !job->to && !job->taker)
		return run_one(call, job);
	if (prepare(&r, &err))
		return cli_fail(call, &err);
	work_off(&r);
	if (r.list)
		print_json(&r);
	sum_up(&r);
	r.earlier_doubt = r.stopping && cli_intents_any(r.intents);
	if (job->taker) {
		job->taker->whole = !r.stopping && !r.broken;
		job->taker->results = r.results;
		r.results = NULL;
	}
	return r.tally.worst;
}
