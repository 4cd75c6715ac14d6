/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/fleet/resume.h"
#include "policy/text/near.h"

#include <stdlib.h>
#include <string.h>

/* So many seconds a run waits for another to give up its file. */
#define WAIT_SECONDS 10

struct resume {
	const struct cli_call *call;
	char ***sorted; /* the names of the targets */
	void (*seen)(void *ctx, size_t i, const struct cli_result *result);
	void *ctx;
};

static int by_name(const void *a, const void *b)
{
	char *const *const *x = a, *const *const *y = b;

	return strcmp(**x, **y);
}

/* A line of the file that is gone on with. */
static void find_target(void *ctx, const struct cli_result *result)
{
	const struct resume *r = ctx;
	char *name = result->target, **key = &name, ***found;

	found = bsearch(&key, r->sorted, r->call->targets, sizeof(*r->sorted),
			by_name);
	if (found)
		r->seen(r->ctx, (size_t)(*found - r->call->target), result);
}

static enum spp_status sort_names(struct resume *r, struct spp_error *err)
{
	size_t i;

	r->sorted = calloc(r->call->targets + 1, sizeof(*r->sorted));
	if (!r->sorted)
		return spp_nomem(err);
	for (i = 0; i < r->call->targets; i++)
		r->sorted[i] = &r->call->target[i];
	qsort(r->sorted, r->call->targets, sizeof(*r->sorted), by_name);
	return SPP_OK;
}

static enum spp_status read_retry(const struct cli_call *call,
				  unsigned int *retry, struct spp_error *err)
{
	enum cli_outcome outcome;
	size_t i;

	for (i = 0; i < call->given_count; i++) {
		if (call->given[i].id != OPT_RETRY)
			continue;
		outcome = cli_outcome_find(call->given[i].value);
		if (outcome < CLI_INVALID || outcome == CLI_OUTCOMES)
			return spp_near_few("status of --retry",
					    call->given[i].value,
					    "refused, failed, invalid", err);
		*retry |= 1u << outcome;
	}
	return SPP_OK;
}

enum spp_status cli_resume_open(const struct cli_call *call, const char *job,
				void (*seen)(void *ctx, size_t i,
					     const struct cli_result *result),
				void *ctx, struct cli_results **results,
				struct spp_error *err)
{
	const char *file = cli_value(call, OPT_RESULTS);
	struct resume r = { .call = call, .seen = seen, .ctx = ctx };
	struct cli_results_options o = { .path = cli_value(call, OPT_RESUME),
					 .resume = cli_has(call, OPT_RESUME),
					 .job = job,
					 .secret = cli_has(call, OPT_SHOW_KEYS),
					 .wait = WAIT_SECONDS };
	enum spp_status st = read_retry(call, &o.retry, err);

	if (!st && file && o.resume && strcmp(file, o.path))
		st = spp_fail(err, SPP_USAGE,
			      "--results and --resume name two files; --resume "
			      "goes on in its own");
	if (!st && o.resume)
		st = sort_names(&r, err);
	if (!o.resume)
		o.path = file;
	if (!st && o.path)
		st = cli_results_open(&o, find_target, &r, results, err);
	free(r.sorted);
	return st;
}
