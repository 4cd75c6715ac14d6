/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/audit/resilience.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAMES_TOLD 5 /* names listed in one sentence */

static const struct {
	const char *word, *rule;
} kinds[SPP_WEAKNESS_COUNT] = {
	[SPP_WEAK_SINGLE] = { "single-host", NULL },
	[SPP_WEAK_EQUAL] = { "equal-priority", NULL },
	[SPP_WEAK_UNEVEN] = { "uneven-publishing", NULL },
	[SPP_WEAK_SILENT] = { "silent-host", "R17" },
	[SPP_WEAK_CACHING] = { "caching-client", "R27" },
	[SPP_WEAK_PINNED] = { "pinned-client", "R11" },
	[SPP_WEAK_CLONED] = { "cloned-list", "R23" },
	[SPP_WEAK_ZERO] = { "zero-weight", "R24" },
};

const char *spp_weakness_word(enum spp_weakness_kind kind)
{
	return kinds[kind].word;
}

const char *spp_weakness_rule(enum spp_weakness_kind kind)
{
	return kinds[kind].rule;
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
	for (i = 0; i < found->machines; i++)
		free(found->judged[i].domain);
	free(found->weakness);
	free(found->judged);
	*found = (struct spp_resilience)SPP_RESILIENCE_INIT;
}

bool spp_resilience_has(const struct spp_resilience *found, size_t machine,
			enum spp_weakness_kind kind)
{
	return machine < found->machines &&
	       found->judged[machine].weak >> kind & 1;
}

bool spp_resilience_pins(const struct spp_host_address *address,
			 enum spp_platform platform)
{
	const struct spp_known_host *known =
		spp_known_hosts_find(&spp_known_hosts_cloud, address);

	return !known || (platform && !spp_known_host_is_of(known, platform));
}

void spp_resilience_say(const struct spp_resilience *found,
			const struct spp_records *dns, size_t machine,
			enum spp_weakness_kind kind, struct spp_buf *out)
{
	const struct spp_judged *judged = &found->judged[machine];

	switch (kind) {
	case SPP_WEAK_SILENT:
		spp_buf_printf(out, NULL, "publishes nothing: %s",
			       spp_silence_text(dns->machine[machine].silence));
		break;
	case SPP_WEAK_CACHING:
		spp_buf_puts(out,
			     "caches its KMS host, so that priority and weight "
			     "count once; after a failure it stays with the "
			     "host that took over",
			     NULL);
		break;
	case SPP_WEAK_PINNED:
		spp_buf_printf(out, NULL,
			       "has a KMS host set%s%s, so that no SRV record "
			       "counts; Microsoft's pages disagree on whether "
			       "the DNS is asked when that host fails",
			       dns->machine[machine].pinned_for ? " for " : "",
			       dns->machine[machine].pinned_for
				       ? dns->machine[machine].pinned_for
				       : "");
		break;
	case SPP_WEAK_CLONED:
		spp_buf_printf(out, NULL,
			       "has the same domains, priorities and weights "
			       "as '%s'",
			       spp_machine_name(&dns->machine[judged->like]));
		break;
	case SPP_WEAK_ZERO:
		if (judged->domain)
			spp_buf_printf(out, NULL,
				       "has weight 0 in '%s', where others "
				       "have one",
				       judged->domain);
		else
			spp_buf_puts(out,
				     "has entries of weight 0 beside others "
				     "that have one",
				     NULL);
		break;
	case SPP_WEAK_SINGLE:
	case SPP_WEAK_EQUAL:
	case SPP_WEAK_UNEVEN:
		break;
	}
}

/* Facts about the list of a machine. */
struct list {
	struct spp_buf text; /* its entries, sorted by domain */
	size_t machine;
	size_t zero, more; /* entries of weight 0, and of other weights */
	uint16_t highest;  /* weight */
	bool ranked;	   /* an entry has a priority */
};

struct job {
	const struct spp_records *dns;
	struct spp_resilience *found;
	size_t hosts;	/* KMS hosts, publishing or not */
	size_t publish; /* those that publish */
	size_t *in;	/* for each machine: the last domain it was seen in */
	bool is_ranked; /* a domain has two priorities */
	struct list *list; /* for each machine */
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

	if (job->st || job->hosts < 2 ||
	    found->total[kind]++ >= SPP_WEAKNESS_KEPT)
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

/* Appends a name to a sentence; after NAMES_TOLD names only counts. */
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

/* Facts about one domain, whose records are from .. to - 1. */
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

static void mark(struct job *job, size_t machine, enum spp_weakness_kind kind)
{
	job->found->judged[machine].weak |= 1u << kind;
}

static void judge_machines(struct job *job)
{
	size_t i;

	for (i = 0; i < job->dns->machines; i++) {
		const struct spp_machine *m = &job->dns->machine[i];
		struct spp_host_address address;

		spp_host_address_read(m->pinned ? m->pinned : "", &address);
		if (is_host(m) && m->silence != SPP_PUBLISHES)
			mark(job, i, SPP_WEAK_SILENT);
		else if (spp_machine_stays(m) && spp_records_rank(job->dns))
			mark(job, i, SPP_WEAK_CACHING);
		if (!is_host(m) && !m->repeated && *address.name &&
		    spp_resilience_pins(&address, SPP_PLATFORM_UNKNOWN))
			mark(job, i, SPP_WEAK_PINNED);
	}
}

/* Reads the lists; the home domain has numbers only if it is listed. */
static void read_lists(struct job *job)
{
	const struct spp_records *dns = job->dns;
	const char *c;
	size_t i;

	for (i = 0; i < dns->machines; i++)
		job->list[i].machine = i;
	for (i = 0; !job->st && i < dns->count; i++) {
		const struct spp_srv *srv = &dns->srv[i];
		struct list *list = &job->list[srv->machine];

		if (srv->origin == SPP_FROM_HOME)
			continue;
		for (c = srv->domain; *c; c++)
			spp_buf_printf(&list->text, NULL, "%c",
				       tolower((unsigned char)*c));
		job->st = spp_buf_printf(&list->text, job->err, ",%u,%u;",
					 srv->priority, srv->weight);
		list->ranked |= srv->priority != 0;
		list->zero += !srv->weight;
		list->more += srv->weight != 0;
		if (srv->weight > list->highest)
			list->highest = srv->weight;
	}
}

static int by_text(const void *a, const void *b)
{
	const struct list *x = a, *y = b;
	int order = strcmp(spp_buf_text(&x->text), spp_buf_text(&y->text));

	return order ? order
		     : (x->machine > y->machine) - (x->machine < y->machine);
}

/* Sorts the lists by content, and compares neighbours. */
static void judge_clones(struct job *job)
{
	struct list *list = job->list;
	size_t i, first = 0;

	qsort(list, job->dns->machines, sizeof(*list), by_text);
	for (i = 1; i < job->dns->machines; i++) {
		if (!list[i].text.size ||
		    strcmp(spp_buf_text(&list[i].text),
			   spp_buf_text(&list[first].text))) {
			first = i;
			continue;
		}
		mark(job, list[i].machine, SPP_WEAK_CLONED);
		job->found->judged[list[i].machine].like = list[first].machine;
	}
}

/* A host with a mixed list of its own is reported once, for that. */
static void mark_zero(struct job *job, size_t machine, const char *domain,
		      uint16_t weight)
{
	struct spp_judged *judged = &job->found->judged[machine];

	if (judged->weak >> SPP_WEAK_ZERO & 1)
		return;
	mark(job, machine, SPP_WEAK_ZERO);
	judged->weight = weight;
	judged->domain = domain ? strdup(domain) : NULL;
	if (domain && !judged->domain)
		job->st = spp_nomem(job->err);
}

static void judge_weights(struct job *job)
{
	const struct spp_srv *srv = job->dns->srv;
	const struct list *own;
	size_t i, k, end;

	for (i = 0; i < job->dns->machines; i++) {
		own = &job->list[i];
		if (own->zero && own->more && !own->ranked)
			mark_zero(job, i, NULL, own->highest);
	}
	for (i = 0; i < job->dns->count; i = end) {
		struct list in = { .zero = 0 };

		end = spp_records_domain(job->dns, i);
		for (k = i; k < end; k++) {
			if (srv[k].origin == SPP_FROM_HOME)
				continue;
			in.ranked |= srv[k].priority != 0;
			if (srv[k].weight > in.highest)
				in.highest = srv[k].weight;
		}
		for (k = i; in.highest && !in.ranked && k < end; k++)
			if (!srv[k].weight && srv[k].origin != SPP_FROM_HOME)
				mark_zero(job, srv[k].machine, srv[k].domain,
					  in.highest);
	}
}

/* Adds one sentence for each machine. */
static void tell_each(struct job *job, enum spp_weakness_kind kind)
{
	size_t i;

	for (i = 0; i < job->dns->machines; i++) {
		struct spp_buf CLEANUP(spp_buf_release) says = SPP_BUF_INIT;

		if (!spp_resilience_has(job->found, i, kind))
			continue;
		spp_resilience_say(job->found, job->dns, i, kind, &says);
		add(job, kind, job->found->judged[i].domain, "'%s' %s",
		    spp_machine_name(&job->dns->machine[i]),
		    spp_buf_text(&says));
	}
}

/* Adds one sentence about all machines with the same weakness. */
static void tell_all(struct job *job, enum spp_weakness_kind kind)
{
	struct spp_buf CLEANUP(spp_buf_release) names = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) says = SPP_BUF_INIT;
	size_t i, n = 0, one = 0;

	for (i = 0; i < job->dns->machines; i++) {
		if (!spp_resilience_has(job->found, i, kind))
			continue;
		name(&job->dns->machine[i], &n, &names);
		one = i;
	}
	end_names(n, &names);
	if (!n)
		return;
	spp_resilience_say(job->found, job->dns, one, kind, &says);
	add(job, kind, NULL, "%s: %s%s", spp_buf_text(&names),
	    n > 1 ? "each " : "", spp_buf_text(&says));
}

static enum spp_status judge(struct job *job)
{
	judge_machines(job);
	read_lists(job);
	judge_weights(job);
	judge_clones(job);
	if (job->hosts > 1)
		judge_domains(job);
	tell_each(job, SPP_WEAK_SILENT);
	tell_all(job, SPP_WEAK_CACHING);
	tell_all(job, SPP_WEAK_PINNED);
	tell_each(job, SPP_WEAK_CLONED);
	tell_each(job, SPP_WEAK_ZERO);
	return job->st;
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
	if (!dns->machines)
		return SPP_OK;
	job.in = calloc(dns->machines, sizeof(*job.in));
	job.list = calloc(dns->machines, sizeof(*job.list));
	found->judged = calloc(dns->machines, sizeof(*found->judged));
	if (job.in && job.list && found->judged) {
		found->machines = dns->machines;
		job.st = judge(&job);
	} else {
		job.st = spp_nomem(err);
	}
	for (i = 0; job.list && i < dns->machines; i++)
		spp_buf_release(&job.list[i].text);
	free(job.list);
	free(job.in);
	return job.st;
}
