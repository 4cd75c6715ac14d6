/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/audit/resilience.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAMES_TOLD 5 /* of machines in one sentence */

static const char *const words[SPP_WEAKNESS_COUNT] = {
	[SPP_WEAK_SINGLE] = "single-host",
	[SPP_WEAK_EQUAL] = "equal-priority",
	[SPP_WEAK_UNEVEN] = "uneven-publishing",
	[SPP_WEAK_SILENT] = "silent-host",
	[SPP_WEAK_CACHING] = "caching-client",
	[SPP_WEAK_PINNED] = "pinned-client",
};

const char *spp_weakness_word(enum spp_weakness_kind kind)
{
	return words[kind];
}

void spp_resilience_release(struct spp_resilience *found)
{
	size_t i;

	if (!found)
		return;
	for (i = 0; i < found->count; i++) {
		free(found->weakness[i].domain);
		free(found->weakness[i].text);
	}
	free(found->weakness);
	*found = (struct spp_resilience)SPP_RESILIENCE_INIT;
}

struct job {
	const struct spp_records *dns;
	struct spp_resilience *found;
	size_t hosts;	/* KMS hosts, silent or not */
	size_t publish; /* of them, those that publish */
	size_t *in;	/* of each machine: the last domain it was seen in */
	bool is_ranked; /* some domain has two priorities */
	struct spp_error *err;
	enum spp_status st;
};

static void add(struct job *job, enum spp_weakness_kind kind,
		const char *domain, const char *fmt, ...) SPP_PRINTF(4, 5);

static void add(struct job *job, enum spp_weakness_kind kind,
		const char *domain, const char *fmt, ...)
{
	struct spp_resilience *found = job->found;
	struct spp_weakness w = { .kind = kind };
	struct spp_weakness *grown;
	va_list ap;

	if (found->total[kind]++ >= SPP_WEAKNESS_KEPT)
		return;
	va_start(ap, fmt);
	if (vasprintf(&w.text, fmt, ap) < 0)
		w.text = NULL;
	va_end(ap);
	w.domain = domain ? strdup(domain) : NULL;
	grown = realloc(found->weakness, (found->count + 1) * sizeof(*grown));
	if (grown)
		found->weakness = grown;
	if (!grown || !w.text || (domain && !w.domain)) {
		free(w.text);
		free(w.domain);
		job->st = spp_nomem(job->err);
		return;
	}
	grown[found->count++] = w;
}

static bool is_host(const struct spp_machine *m)
{
	return m->silence != SPP_SILENT_CLIENT && !m->repeated;
}

/* Appends one more name to a sentence; past some, only their number. */
static void name(const struct spp_machine *m, size_t *n, struct spp_buf *out)
{
	if (++*n <= NAMES_TOLD)
		spp_buf_printf(out, NULL, "%s'%s'", out->size ? ", " : "",
			       spp_machine_name(m));
}

static void end_names(size_t n, struct spp_buf *out)
{
	if (n > NAMES_TOLD)
		spp_buf_printf(out, NULL, " and %zu more", n - NAMES_TOLD);
}

/* What the records from .. to - 1, which are those of a domain, amount to. */
struct look {
	size_t from, to;
	size_t hosts;
	bool ranked, listed;
};

static struct look look_at(struct job *job, size_t from)
{
	struct look l = { .from = from,
			  .to = spp_records_domain(job->dns, from) };
	const struct spp_srv *srv = job->dns->srv;
	size_t i;

	for (i = from; i < l.to; i++) {
		l.hosts += job->in[srv[i].machine] != from + 1;
		job->in[srv[i].machine] = from + 1;
		l.ranked |= srv[i].priority != srv[from].priority;
		l.listed |= srv[i].origin != SPP_FROM_HOME;
	}
	return l;
}

static void name_those_in(const struct job *job, const struct look *l,
			  struct spp_buf *out)
{
	size_t i, n = 0;

	for (i = l->from; i < l->to && n < NAMES_TOLD; i++)
		name(&job->dns->machine[job->dns->srv[i].machine], &n, out);
	end_names(l->hosts, out);
}

static void name_those_away(const struct job *job, const struct look *l,
			    struct spp_buf *out)
{
	size_t away = job->publish - l->hosts, i, n = 0;

	for (i = 0; n < away && n < NAMES_TOLD; i++)
		if (is_host(&job->dns->machine[i]) &&
		    job->dns->machine[i].silence == SPP_PUBLISHES &&
		    job->in[i] != l->from + 1)
			name(&job->dns->machine[i], &n, out);
	end_names(away, out);
}

static void judge_spread(struct job *job, const struct look *l)
{
	struct spp_buf CLEANUP(spp_buf_release) here = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) away = SPP_BUF_INIT;
	const char *domain = job->dns->srv[l->from].domain;

	name_those_in(job, l, &here);
	name_those_away(job, l, &away);
	if (l->hosts == 1)
		add(job, SPP_WEAK_SINGLE, domain,
		    "'%s' has one host only, %s: if it fails, nothing "
		    "answers%s%s",
		    domain, spp_buf_text(&here),
		    away.size ? "; not published there by " : "",
		    spp_buf_text(&away));
	else if (away.size)
		add(job, SPP_WEAK_UNEVEN, domain,
		    "'%s' is published by %s and not by %s", domain,
		    spp_buf_text(&here), spp_buf_text(&away));
}

static void judge_order(struct job *job, const struct look *l,
			const struct spp_srv *srv)
{
	if (l->hosts < 2 || l->ranked || !job->is_ranked)
		return;
	add(job, SPP_WEAK_EQUAL, srv->domain,
	    "in '%s' all hosts have priority %u, in other domains one comes "
	    "first%s",
	    srv->domain, srv->priority,
	    l->listed
		    ? ""
		    : "; it is the home domain; list it to give it a priority");
}

static void judge_domains(struct job *job)
{
	const struct spp_records *dns = job->dns;
	struct look l;
	size_t i;

	for (i = 0; i < dns->count; i = l.to) {
		l = look_at(job, i);
		job->is_ranked |= l.ranked;
	}
	memset(job->in, 0, dns->machines * sizeof(*job->in));
	for (i = 0; !job->st && i < dns->count; i = l.to) {
		l = look_at(job, i);
		judge_spread(job, &l);
		judge_order(job, &l, &dns->srv[i]);
	}
}

static void judge_silent(struct job *job)
{
	size_t i;

	for (i = 0; !job->st && i < job->dns->machines; i++) {
		const struct spp_machine *m = &job->dns->machine[i];

		if (is_host(m) && m->silence != SPP_PUBLISHES)
			add(job, SPP_WEAK_SILENT, NULL,
			    "'%s' publishes nothing: %s", spp_machine_name(m),
			    spp_silence_text(m->silence));
	}
}

static void judge_clients(struct job *job)
{
	struct spp_buf CLEANUP(spp_buf_release) caching = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) pinned = SPP_BUF_INIT;
	size_t i, caches = 0, pins = 0;

	for (i = 0; i < job->dns->machines; i++) {
		const struct spp_machine *m = &job->dns->machine[i];

		if (spp_machine_stays(m))
			name(m, &caches, &caching);
		else if (!is_host(m) && !m->repeated && m->pinned)
			name(m, &pins, &pinned);
	}
	end_names(caches, &caching);
	end_names(pins, &pinned);
	if (caches && spp_records_rank(job->dns))
		add(job, SPP_WEAK_CACHING, NULL,
		    "%s: caching is on, so that priority and weight count "
		    "once; after a failure such a client stays with the host "
		    "that took over and does not come back",
		    spp_buf_text(&caching));
	if (pins)
		add(job, SPP_WEAK_PINNED, NULL,
		    "%s: a KMS host is set, so that no SRV record counts; "
		    "Microsoft's pages disagree on whether the DNS is asked "
		    "when that host fails",
		    spp_buf_text(&pinned));
}

enum spp_status spp_resilience_judge(const struct spp_records *dns,
				     struct spp_resilience *found,
				     struct spp_error *err)
{
	struct job job = { .dns = dns, .found = found, .err = err };
	size_t i;

	for (i = 0; i < dns->machines; i++) {
		job.hosts += is_host(&dns->machine[i]);
		job.publish += is_host(&dns->machine[i]) &&
			       dns->machine[i].silence == SPP_PUBLISHES;
	}
	if (job.hosts < 2)
		return SPP_OK;
	job.in = calloc(dns->machines, sizeof(*job.in));
	if (!job.in)
		return spp_nomem(err);
	judge_domains(&job);
	if (!job.st)
		judge_silent(&job);
	if (!job.st)
		judge_clients(&job);
	free(job.in);
	return job.st;
}
