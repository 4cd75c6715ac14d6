/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules about several hosts, and about the numbers of a list. */
#include "policy/audit/private.h"

#define PRIORITY_STEP 10
#define ZONES_TOLD    5

static const struct spp_policy_item *list_of(const struct spp_audit_job *job)
{
	return spp_audit_root(job->subject, SPP_SETTING_PUBLISH_LIST);
}

/* The highest priority in the target's list. */
static unsigned int highest_priority(struct spp_audit_job *job)
{
	struct spp_publish_list CLEANUP(spp_publish_list_release) list =
		SPP_PUBLISH_LIST_INIT;
	const struct spp_policy_item *item;
	unsigned int highest = 0;
	size_t i;

	if (!spp_audit_list(job, job->subject, &item, &list))
		return 0;
	for (i = 0; i < list.count; i++)
		if (!list.entry[i].flaws && list.entry[i].priority > highest)
			highest = list.entry[i].priority;
	return highest;
}

/* The later of two hosts becomes the second choice. */
static void check_same_list(struct spp_audit_job *job)
{
	struct spp_buf CLEANUP(spp_buf_release) fix = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) says = SPP_BUF_INIT;
	unsigned int next;

	if (!spp_audit_weak(job, SPP_WEAK_CLONED, &says))
		return;
	next = highest_priority(job) + PRIORITY_STEP;
	spp_audit_command(job, "publish", &fix);
	spp_buf_printf(&fix, NULL, " --priority %u",
		       next > SPP_PRIORITY_MAX ? SPP_PRIORITY_MAX : next);
	spp_audit_note_fix(job, job->rule->grade, list_of(job), &fix, "%s",
			   spp_buf_text(&says));
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
	.check = check_same_list,
};

/* All entries get the weight of the others. */
static void check_zero_weight(struct spp_audit_job *job)
{
	struct spp_buf CLEANUP(spp_buf_release) fix = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) says = SPP_BUF_INIT;

	if (!spp_audit_weak(job, SPP_WEAK_ZERO, &says))
		return;
	spp_audit_command(job, "publish", &fix);
	spp_buf_printf(&fix, NULL, " --weight %u",
		       spp_audit_judged(job)->weight);
	spp_audit_note_fix(job, job->rule->grade, list_of(job), &fix, "%s",
			   spp_buf_text(&says));
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
};

static void check_caching_client(struct spp_audit_job *job)
{
	struct spp_buf CLEANUP(spp_buf_release) says = SPP_BUF_INIT;
	size_t i = (size_t)(job->subject - job->audit->subject);

	if (spp_audit_weak(job, SPP_WEAK_CACHING, &says) &&
	    !(spp_audit_unknown(job->audit, i, job->site) & SPP_NEED_SOFTWARE))
		spp_audit_note(
			job, job->rule->grade,
			spp_audit_root(job->subject, SPP_SETTING_HOST_CACHING),
			"%s", spp_buf_text(&says));
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
	.check = check_caching_client,
};

/*
 * The rank of the target among the hosts of a zone; the zone's count if it is
 * not one of them.
 */
static size_t rank_in(const struct spp_audit_job *job,
		      const struct spp_zone *zone)
{
	size_t me = (size_t)(job->subject - job->audit->subject), i;

	for (i = 0; i < zone->count && zone->machine[i] != me; i++)
		;
	return i;
}

/* Whether the target publishes in a zone in which another comes first. */
static bool comes_later(const struct spp_audit_job *job,
			const struct spp_zone *zone)
{
	size_t rank = rank_in(job, zone);

	return rank && rank < zone->count &&
	       job->dns.machine[zone->machine[0]].fqdn &&
	       job->dns.machine[zone->machine[rank]].fqdn;
}

static void check_shared_zone(struct spp_audit_job *job)
{
	struct spp_buf CLEANUP(spp_buf_release) zones = SPP_BUF_INIT;
	size_t i, n = 0;

	for (i = 0; i < job->rights.count; i++) {
		if (!comes_later(job, &job->rights.zone[i]))
			continue;
		if (++n <= ZONES_TOLD)
			spp_buf_printf(&zones, NULL, "%s'%s'",
				       n > 1 ? ", " : "",
				       job->rights.zone[i].domain);
	}
	if (n > ZONES_TOLD)
		spp_buf_printf(&zones, NULL, " and %zu more", n - ZONES_TOLD);
	if (n)
		spp_audit_note(job, job->rule->grade, list_of(job),
			       "other hosts publish in %s, too; a zone may "
			       "refuse this one until it has rights on "
			       "_VLMCS._TCP there",
			       spp_buf_text(&zones));
}

const struct spp_rule spp_rule_shared_zone = {
	RULE(R43),
	.name = "shared-zone",
	.grade = SPP_GRADE_INFO,
	.summary = "several hosts publish in one zone, which needs rights",
	.rationale = "The host that registers first owns the record, and the "
		     "others cannot update it unless its permissions are "
		     "changed. Without that only one host is in the DNS, and "
		     "nothing takes over. No hive says whether they are.",
	.source = DEPLOY "; " OFFICE,
	.advice = "give the hosts rights on the record: sppctl dns TARGET... "
		  "--style rights prints a script",
	.needs = SPP_NEED_SOFTWARE | SPP_NEED_SUFFIX | SPP_NEED_FLEET,
	.check = check_shared_zone,
};
