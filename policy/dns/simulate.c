/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/dns/simulate.h"

#include <stdlib.h>
#include <string.h>

/* Limit of work: about ten seconds. */
#define WORK_MAX 1000000000u

void spp_simulation_release(struct spp_simulation *simulation)
{
	if (!simulation)
		return;
	free(simulation->share);
	*simulation = (struct spp_simulation)SPP_SIMULATION_INIT;
}

uint64_t spp_random(uint64_t *random)
{
	uint64_t z = *random += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* A random number from 0 to most, all equally likely. */
static uint64_t uniform(uint64_t most, uint64_t *random)
{
	uint64_t limit = UINT64_MAX - UINT64_MAX % (most + 1), r;

	do
		r = spp_random(random);
	while (r >= limit);
	return r % (most + 1);
}

size_t spp_rfc2782_draw(const uint16_t *weight, size_t n, uint64_t *random)
{
	uint64_t sum = 0, running = 0, r;
	size_t i;

	for (i = 0; i < n; i++)
		sum += weight[i];
	r = uniform(sum, random);
	/*
	 * While the running sum is 0, only r = 0 selects a record of weight 0.
	 */
	for (i = 0; !r && i < n; i++)
		if (!weight[i])
			return i;
	for (i = 0; i < n; i++) {
		running += weight[i];
		if (weight[i] && running >= r)
			return i;
	}
	return 0;
}

/* The simulation of one domain. */
struct job {
	const struct spp_records *dns;
	const struct spp_simulate_options *options;
	struct spp_simulation *s;
	size_t from;
	uint64_t random;
	size_t *order;	  /* remaining records of one priority */
	uint16_t *weight; /* their weights */
};

static void swap(struct job *job, size_t a, size_t b)
{
	size_t order = job->order[a];
	uint16_t weight = job->weight[a];

	job->order[a] = job->order[b];
	job->weight[a] = job->weight[b];
	job->order[b] = order;
	job->weight[b] = weight;
}

/* Shuffles the records of one priority from at on; returns their number. */
static size_t deal(struct job *job, size_t at)
{
	const struct spp_srv *srv = job->dns->srv + job->from;
	size_t n = 0, i;

	for (i = at; i < job->s->count && srv[i].priority == srv[at].priority;
	     i++, n++) {
		job->order[n] = i;
		job->weight[n] = srv[i].weight;
	}
	for (i = n; i > 1; i--)
		swap(job, i - 1, (size_t)uniform(i - 1, &job->random));
	return n;
}

/*
 * Simulates one client: its first choice, and the first host that answers after
 * the failure.
 */
static void ask(struct job *job)
{
	struct spp_simulation *s = job->s;
	size_t at, n, left, pick;
	bool first = true;

	for (at = 0; at < s->count; at += n) {
		n = left = deal(job, at);
		while (left) {
			pick = spp_rfc2782_draw(job->weight, left,
						&job->random);
			if (first)
				s->share[job->order[pick]].before++;
			first = false;
			if (!s->share[job->order[pick]].down) {
				s->share[job->order[pick]].after++;
				return;
			}
			s->retries++;
			swap(job, pick, --left);
		}
	}
	s->stranded++;
}

static enum spp_status check_work(const struct job *job, struct spp_error *err)
{
	uint64_t each = job->s->count, i, down = 0;

	for (i = 0; i < job->s->count; i++)
		down += job->s->share[i].down;
	each *= 1 + down;
	if (!each || job->options->clients <= WORK_MAX / each)
		return SPP_OK;
	return spp_fail(err, SPP_LIMIT,
			"'%s' has too many records for %u clients; simulate "
			"%llu at the most",
			job->dns->srv[job->from].domain, job->options->clients,
			(unsigned long long)(WORK_MAX / each));
}

enum spp_status spp_simulate(const struct spp_records *dns, size_t from,
			     const struct spp_simulate_options *options,
			     struct spp_simulation *simulation,
			     struct spp_error *err)
{
	struct spp_simulation s = { .count = spp_records_domain(dns, from) -
					     from };
	struct job job = { .dns = dns,
			   .options = options,
			   .s = &s,
			   .from = from,
			   .random = options->seed };
	enum spp_status st;
	uint32_t i;

	s.share = calloc(s.count, sizeof(*s.share));
	job.order = calloc(s.count, sizeof(*job.order));
	job.weight = calloc(s.count, sizeof(*job.weight));
	st = s.share && job.order && job.weight ? SPP_OK : spp_nomem(err);
	for (i = 0; !st && i < s.count; i++) {
		s.share[i].srv = from + i;
		s.share[i].down = options->down[dns->srv[from + i].machine];
	}
	if (!st)
		st = check_work(&job, err);
	for (i = 0; !st && i < options->clients; i++)
		ask(&job);
	free(job.order);
	free(job.weight);
	if (st) {
		spp_simulation_release(&s);
		return st;
	}
	spp_simulation_release(simulation);
	*simulation = s;
	return SPP_OK;
}
