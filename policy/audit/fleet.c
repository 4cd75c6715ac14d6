/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules about hosts beside each other, and about a list's numbers. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "policy/audit/private.h"
#include "policy/dns/records.h"

#define PRIORITY_STEP 10

/* What one target publishes, for comparisons in a fleet. */
struct published {
	size_t subject;
	const struct spp_policy_item *item;
	char *text;	      /* all entries in order of domain */
	unsigned int highest; /* priority */
};

static int by_domain(const void *a, const void *b)
{
	const struct spp_publish_entry *x = a, *y = b;
	int order = strcasecmp(x->domain, y->domain);

	return order ? order
		     : (x->priority > y->priority) -
			       (x->priority < y->priority);
}

/* The list in one form; no text if there is nothing to compare. */
static void canonize(struct spp_publish_list *list, struct published *p)
{
	struct spp_buf text = SPP_BUF_INIT;
	size_t i;

	qsort(list->entry, list->count, sizeof(*list->entry), by_domain);
	for (i = 0; i < list->count; i++) {
		const struct spp_publish_entry *e = &list->entry[i];

		if (e->flaws)
			continue;
		spp_buf_printf(&text, NULL, "%s,%u,%u;", e->domain, e->priority,
			       e->weight);
		if (e->priority > p->highest)
			p->highest = e->priority;
	}
	p->text = text.size ? spp_buf_take(&text) : NULL;
}

static int by_text(const void *a, const void *b)
{
	const struct published *x = a, *y = b;
	int order = strcasecmp(x->text, y->text);

	return order ? order
		     : (x->subject > y->subject) - (x->subject < y->subject);
}

/* Each host whose list has anything in it; *count of them, yours. */
static struct published *gather(struct spp_audit_job *job, size_t *count)
{
	struct spp_audit *audit = job->audit;
	struct published *all = calloc(audit->subjects, sizeof(*all));
	size_t i;

	*count = 0;
	if (!all)
		job->st = spp_nomem(NULL);
	for (i = 0; !job->st && i < audit->subjects; i++) {
		struct spp_publish_list CLEANUP(spp_publish_list_release) list =
			SPP_PUBLISH_LIST_INIT;
		struct published p = { .subject = i };

		if (spp_subject_is_silent(&audit->subject[i]) ||
		    !spp_audit_list(job, &audit->subject[i], &p.item, &list))
			continue;
		canonize(&list, &p);
		if (p.text)
			all[(*count)++] = p;
	}
	return all;
}

/* A hive and its dump are one host, not two. */
static bool same_machine(const struct spp_audit *audit, size_t a, size_t b)
{
	char CLEANUP(spp_free_string) *x =
		spp_identity_fqdn(audit->subject[a].identity);
	char CLEANUP(spp_free_string) *y =
		spp_identity_fqdn(audit->subject[b].identity);

	return x && y && !strcasecmp(x, y);
}

/* The later of two becomes the second choice. */
static void note_same(struct spp_audit_job *job, const struct published *p,
		      const struct published *first)
{
	struct spp_buf CLEANUP(spp_buf_release) fix = SPP_BUF_INIT;
	unsigned int next = p->highest + PRIORITY_STEP;

	job->subject = &job->audit->subject[p->subject];
	spp_audit_command(job, "publish", &fix);
	spp_buf_printf(&fix, NULL, " --priority %u",
		       next > SPP_PRIORITY_MAX ? SPP_PRIORITY_MAX : next);
	spp_audit_note_fix(job, job->rule->grade, p->item, &fix,
			   "the same domains, priorities and weights as '%s'",
			   job->audit->subject[first->subject].path);
}

static void check_same_list(struct spp_audit_job *job)
{
	size_t count, i, first = 0;
	struct published *all = gather(job, &count);

	if (count)
		qsort(all, count, sizeof(*all), by_text);
	for (i = 1; i < count; i++) {
		if (strcasecmp(all[i].text, all[first].text))
			first = i;
		else if (!same_machine(job->audit, all[i].subject,
				       all[first].subject))
			note_same(job, &all[i], &all[first]);
	}
	for (i = 0; i < count; i++)
		free(all[i].text);
	free(all);
}

const struct spp_rule spp_rule_same_list = {
	RULE(R23),
	.name = "cloned-list",
	.grade = SPP_GRADE_INFO,
	.summary = "two hosts with the same priorities and weights",
	.rationale = "Microsoft advises to copy the key from host to "
		     "host, and the numbers come along: neither is "
		     "the primary, and which one answers is chance.",
	.source = DEPLOY "; the consequence is " INFERRED,
	.remedy = "sppctl publish{target} --priority N",
	.advice = "if the other one is meant to be the primary",
	.silenced_by = BIT(R15),
	.needs = SPP_NEED_SOFTWARE | SPP_NEED_FLEET,
	.check_fleet = check_same_list,
};

/* What is seen of the numbers of some entries. */
struct numbers {
	size_t zero, more;    /* entries of weight 0, and of another */
	unsigned int highest; /* weight */
	bool ranked;	      /* one has a priority */
};

static void look(struct numbers *n, const struct spp_publish_entry *e)
{
	if (e->flaws)
		return;
	n->ranked |= e->priority != 0;
	if (e->weight > n->highest)
		n->highest = e->weight;
	if (e->weight)
		n->more++;
	else
		n->zero++;
}

static bool is_mixed(const struct numbers *n)
{
	return n->zero && n->more && !n->ranked;
}

/* All entries get the weight that others have. */
static void give_weight(const struct spp_audit_job *job,
			const struct numbers *n, struct spp_buf *fix)
{
	spp_audit_command(job, "publish", fix);
	spp_buf_printf(fix, NULL, " --weight %u", n->highest);
}

static void check_zero_weight(struct spp_audit_job *job)
{
	struct spp_publish_list CLEANUP(spp_publish_list_release) list =
		SPP_PUBLISH_LIST_INIT;
	struct spp_buf CLEANUP(spp_buf_release) fix = SPP_BUF_INIT;
	const struct spp_policy_item *item;
	struct numbers n = { .zero = 0 };
	size_t i;

	if (!spp_audit_list(job, job->subject, &item, &list))
		return;
	for (i = 0; i < list.count; i++)
		look(&n, &list.entry[i]);
	if (!is_mixed(&n))
		return;
	give_weight(job, &n, &fix);
	spp_audit_note_fix(job, job->rule->grade, item, &fix,
			   "all priorities are 0, %zu %s weight 0 and %zu more",
			   n.zero, n.zero == 1 ? "entry has" : "entries have",
			   n.more);
}

/* An entry of some host's list. */
struct offer {
	size_t subject;
	const struct spp_policy_item *item;
	char *domain;
	struct spp_publish_entry entry; /* its numbers and flaws alone */
};

struct offers {
	struct offer *offer;
	size_t count;
};

static void release_offers(struct offers *offers)
{
	size_t i;

	for (i = 0; i < offers->count; i++)
		free(offers->offer[i].domain);
	free(offers->offer);
}

static void add_offers(struct spp_audit_job *job, size_t subject,
		       const struct spp_policy_item *item,
		       const struct spp_publish_list *list,
		       struct offers *offers)
{
	struct offer *grown;
	size_t i;

	grown = realloc(offers->offer,
			(offers->count + list->count) * sizeof(*grown));
	if (!grown) {
		job->st = spp_nomem(NULL);
		return;
	}
	offers->offer = grown;
	for (i = 0; i < list->count; i++) {
		char *domain = strdup(list->entry[i].domain);

		if (!domain) {
			job->st = spp_nomem(NULL);
			return;
		}
		grown[offers->count++] =
			(struct offer){ subject,
					item,
					domain,
					{ .priority = list->entry[i].priority,
					  .weight = list->entry[i].weight,
					  .flaws = list->entry[i].flaws } };
	}
}

static int by_offer(const void *a, const void *b)
{
	const struct offer *x = a, *y = b;
	int order = strcasecmp(x->domain, y->domain);

	return order ? order
		     : (x->subject > y->subject) - (x->subject < y->subject);
}

/* Reports each host of one domain that has weight 0 there. */
static void judge_offers(struct spp_audit_job *job, const struct offer *offer,
			 size_t count)
{
	struct numbers n = { .zero = 0 };
	size_t i;

	for (i = 0; i < count; i++)
		look(&n, &offer[i].entry);
	for (i = 0; is_mixed(&n) && i < count; i++) {
		struct spp_buf CLEANUP(spp_buf_release) fix = SPP_BUF_INIT;

		job->subject = &job->audit->subject[offer[i].subject];
		if (offer[i].entry.flaws || offer[i].entry.weight ||
		    job->subject->fired & SPP_RULE_BIT(SPP_R24))
			continue;
		give_weight(job, &n, &fix);
		spp_audit_note_fix(job, job->rule->grade, offer[i].item, &fix,
				   "in '%s' other hosts have a weight and "
				   "this one has 0",
				   offer[i].domain);
	}
}

static void check_zero_weight_fleet(struct spp_audit_job *job)
{
	struct offers CLEANUP(release_offers) all = { NULL, 0 };
	struct spp_audit *audit = job->audit;
	const struct spp_policy_item *item;
	size_t i, from;

	for (i = 0; !job->st && i < audit->subjects; i++) {
		struct spp_publish_list CLEANUP(spp_publish_list_release) list =
			SPP_PUBLISH_LIST_INIT;

		if (!spp_subject_is_silent(&audit->subject[i]) &&
		    spp_audit_list(job, &audit->subject[i], &item, &list))
			add_offers(job, i, item, &list, &all);
	}
	if (all.count)
		qsort(all.offer, all.count, sizeof(*all.offer), by_offer);
	for (from = 0, i = 1; i <= all.count; i++) {
		if (i < all.count &&
		    !strcasecmp(all.offer[i].domain, all.offer[from].domain))
			continue;
		judge_offers(job, all.offer + from, i - from);
		from = i;
	}
}

const struct spp_rule spp_rule_zero_weight = {
	RULE(R24),
	.name = "zero-weight",
	.grade = SPP_GRADE_INFO,
	.summary = "some weights are 0, others are not, and all priorities are "
		   "equal",
	.rationale = "RFC 2782 gives a record of weight 0 a very "
		     "small chance beside records that have one.",
	.source = "RFC 2782; Windows' own draw is not documented",
	.remedy = "sppctl publish{target} --weight N",
	.silenced_by = BIT(R15),
	.needs = SPP_NEED_SOFTWARE,
	.wants = SPP_NEED_FLEET,
	.check = check_zero_weight,
	.check_fleet = check_zero_weight_fleet,
};

/* The machines of the fleet, in the order of the subjects, and their records. */
static void gather_records(struct spp_audit_job *job, struct spp_records *dns)
{
	const struct spp_subject *subject = job->audit->subject;
	size_t i;

	for (i = 0; !job->st && i < job->audit->subjects; i++)
		job->st =
			spp_records_add(dns, subject[i].path, &subject[i].state,
					subject[i].identity, NULL);
	spp_records_finish(dns);
}

static void check_caching_client(struct spp_audit_job *job)
{
	struct spp_records CLEANUP(spp_records_release) dns = SPP_RECORDS_INIT;
	struct spp_audit *audit = job->audit;
	size_t i;

	gather_records(job, &dns);
	if (job->st || !spp_records_rank(&dns))
		return;
	for (i = 0; i < audit->subjects; i++) {
		job->subject = &audit->subject[i];
		if (!spp_machine_stays(&dns.machine[i]) ||
		    spp_subject_is_host(job->subject) ||
		    spp_audit_unknown(audit, i, job->site) & SPP_NEED_SOFTWARE)
			continue;
		spp_audit_note(
			job, job->rule->grade,
			spp_audit_root(job->subject, SPP_SETTING_HOST_CACHING),
			"caches its KMS host, so priority and weight "
			"matter only for the first lookup");
	}
}

const struct spp_rule spp_rule_caching_client = {
	RULE(R27),
	.name = "caching-client",
	.grade = SPP_GRADE_INFO,
	.summary = "a client that caches its host, where hosts have "
		   "priorities or weights",
	.rationale = "A client that caches stays with the host it "
		     "found, so priority and weight matter only for the first "
		     "lookup.",
	.source = SLMGR "; " OFFICE,
	.remedy = "sppctl set{target} host-caching=off",
	.needs = SPP_NEED_SOFTWARE | SPP_NEED_FLEET,
	.check_fleet = check_caching_client,
};
