/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules about a KMS host and what it publishes. */
#include <stdlib.h>
#include <strings.h>

#include "policy/audit/private.h"
#include "policy/model/dns_name.h"

#define DEFAULT_PORT 1688
#define SRV_PREFIX   "_vlmcs._tcp."

void spp_rule_listening_port(struct spp_audit_job *job)
{
	const struct spp_policy_item *item =
		spp_audit_root(job->subject, "listening-port");
	bool off = spp_subject_is_silent(job->subject);
	uint32_t n;

	if (spp_item_number(item, &n) && n && n != DEFAULT_PORT)
		spp_audit_note(job, off ? SPP_GRADE_LOW : job->rule->grade,
			       item, "port %u instead of %d%s", n, DEFAULT_PORT,
			       off ? ", and no SRV record tells clients" : "");
}

void spp_rule_inert_list(struct spp_audit_job *job)
{
	struct spp_publish_list CLEANUP(spp_publish_list_release) list =
		SPP_PUBLISH_LIST_INIT;
	const struct spp_policy_item *item;

	if (spp_subject_is_silent(job->subject) &&
	    spp_audit_list(job, job->subject, &item, &list))
		spp_audit_note(job, job->rule->grade,
			       spp_audit_root(job->subject, "dns-publishing"),
			       "publishing is off; the list of %zu %s has no "
			       "effect",
			       list.count,
			       list.count == 1 ? "entry" : "entries");
}

void spp_rule_silent_host(struct spp_audit_job *job)
{
	if (spp_subject_is_silent(job->subject) &&
	    spp_subject_is_host(job->subject))
		spp_audit_note(job, job->rule->grade,
			       spp_audit_root(job->subject, "dns-publishing"),
			       "a KMS host that does not publish itself");
}

/* Whether a host's value says anything but its default. */
static bool says_something(struct spp_audit_job *job, const char *name,
			   const struct spp_policy_item *item)
{
	struct spp_publish_list CLEANUP(spp_publish_list_release) list =
		SPP_PUBLISH_LIST_INIT;
	const struct spp_policy_item *same;
	uint32_t n;

	if (!item)
		return false;
	if (!strcmp(name, "publish-list"))
		return spp_audit_list(job, job->subject, &same, &list);
	return !spp_item_number(item, &n) || n;
}

void spp_rule_host_leftovers(struct spp_audit_job *job)
{
	static const char *const names[] = { "publish-list", "listening-port",
					     "low-priority" };
	struct spp_buf CLEANUP(spp_buf_release) found = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) fix = SPP_BUF_INIT;
	const struct spp_policy_item *item, *first = NULL;
	size_t i;

	if (!job->subject->is_state || spp_subject_is_host(job->subject))
		return;
	spp_audit_command(job, "unset", &fix);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		item = spp_audit_root(job->subject, names[i]);
		if (!says_something(job, names[i], item))
			continue;
		first = first ? first : item;
		spp_buf_printf(&found, NULL, "%s%s", found.size ? ", " : "",
			       names[i]);
		spp_audit_argument(names[i], &fix);
	}
	if (!first)
		return;
	spp_audit_scope(first, &fix);
	spp_audit_note_fix(job, job->rule->grade, first, &fix,
			   "no sign of a KMS host key, and yet there is: %s",
			   spp_buf_text(&found));
}

void spp_rule_rogue_host(struct spp_audit_job *job)
{
	const struct spp_policy_item *item = NULL;

	if (job->subject->duty != SPP_DUTY_IMAGE &&
	    job->subject->duty != SPP_DUTY_CLIENT)
		return;
	while ((item = spp_audit_next(job, "host-version", item)))
		spp_audit_note(job, job->rule->grade, item,
			       "a KMS host key was installed in %s",
			       job->subject->duty == SPP_DUTY_IMAGE
				       ? "an image"
				       : "a client");
}

/* What is added again, where the intention is plain; empty if not. */
static void intended(const struct spp_publish_entry *e, struct spp_buf *out)
{
	char CLEANUP(spp_free_string) *written = NULL;
	const char *domain = e->domain;

	if (e->flaws == SPP_FLAW_SRV)
		domain += strlen(SRV_PREFIX);
	else if (e->flaws != SPP_FLAW_DOT && e->flaws != SPP_FLAW_DOMAIN)
		return;
	/* Without a final dot, and an international name as the DNS has it. */
	if (!spp_dns_name_parse(domain, &written, NULL, NULL))
		spp_buf_printf(out, NULL, "%s,%u,%u", written, e->priority,
			       e->weight);
}

static void mend_entry(const struct spp_audit_job *job,
		       const struct spp_publish_entry *e, struct spp_buf *out)
{
	struct spp_buf CLEANUP(spp_buf_release) again = SPP_BUF_INIT;

	intended(e, &again);
	spp_audit_command(job, "publish", out);
	spp_buf_puts(out, " --remove", NULL);
	spp_audit_argument(e->domain, out);
	if (!again.size)
		return;
	spp_buf_puts(out, " --add", NULL);
	spp_audit_argument(spp_buf_text(&again), out);
}

static void list_flaws(unsigned int flaws, struct spp_buf *out)
{
	unsigned int bit;

	for (bit = 0; bit < SPP_FLAW_COUNT; bit++)
		if (flaws >> bit & 1)
			spp_buf_printf(out, NULL, "%s%s", out->size ? "; " : "",
				       spp_flaw_text(bit));
}

void spp_rule_list_entry(struct spp_audit_job *job)
{
	struct spp_publish_list CLEANUP(spp_publish_list_release) list =
		SPP_PUBLISH_LIST_INIT;
	const struct spp_policy_item *item;
	unsigned int flaws;
	size_t i;

	if (!spp_audit_list(job, job->subject, &item, &list))
		return;
	for (i = 0; i < list.count; i++) {
		struct spp_buf CLEANUP(spp_buf_release) what = SPP_BUF_INIT;
		struct spp_buf CLEANUP(spp_buf_release) fix = SPP_BUF_INIT;

		flaws = list.entry[i].flaws & ~(unsigned int)SPP_FLAW_DUPLICATE;
		if (!flaws)
			continue;
		list_flaws(flaws, &what);
		mend_entry(job, &list.entry[i], &fix);
		spp_audit_note_fix(job, job->rule->grade, item, &fix,
				   "entry %zu, '%.200s': %s", i + 1,
				   list.entry[i].text, spp_buf_text(&what));
	}
}

void spp_rule_list_twice(struct spp_audit_job *job)
{
	struct spp_publish_list CLEANUP(spp_publish_list_release) list =
		SPP_PUBLISH_LIST_INIT;
	const struct spp_publish_entry *e, *first;
	const struct spp_policy_item *item;
	size_t i;

	if (!spp_audit_list(job, job->subject, &item, &list))
		return;
	for (i = 0; i < list.count; i++) {
		struct spp_buf CLEANUP(spp_buf_release) again = SPP_BUF_INIT;
		struct spp_buf CLEANUP(spp_buf_release) fix = SPP_BUF_INIT;

		e = &list.entry[i];
		if (!(e->flaws & SPP_FLAW_DUPLICATE))
			continue;
		first = &list.entry[e->first];
		spp_buf_printf(&again, NULL, "%s,%u,%u", first->domain,
			       first->priority, first->weight);
		spp_audit_command(job, "publish", &fix);
		spp_buf_puts(&fix, " --remove", NULL);
		spp_audit_argument(first->domain, &fix);
		spp_buf_puts(&fix, " --add", NULL);
		spp_audit_argument(spp_buf_text(&again), &fix);
		spp_audit_note_fix(job, job->rule->grade, item, &fix,
				   "entry %zu, '%.200s', was listed before%s",
				   i + 1, e->text,
				   first->priority != e->priority ||
						   first->weight != e->weight
					   ? " with other numbers"
					   : "");
	}
}

void spp_rule_home_listed(struct spp_audit_job *job)
{
	struct spp_publish_list CLEANUP(spp_publish_list_release) list =
		SPP_PUBLISH_LIST_INIT;
	const char *home = spp_identity_suffix(job->subject->identity);
	const struct spp_policy_item *item;
	size_t i;

	if (!home || !spp_audit_list(job, job->subject, &item, &list))
		return;
	for (i = 0; i < list.count; i++)
		if (!list.entry[i].flaws &&
		    !strcasecmp(list.entry[i].domain, home))
			spp_audit_note(job, job->rule->grade, item,
				       "home domain '%s' is listed, which "
				       "gives it priority %u and weight %u",
				       home, list.entry[i].priority,
				       list.entry[i].weight);
}

void spp_rule_low_priority(struct spp_audit_job *job)
{
	const struct spp_policy_item *item =
		spp_audit_root(job->subject, "low-priority");

	if (spp_item_on(item))
		spp_audit_note(job, job->rule->grade, item,
			       "the service may starve on a busy machine");
}
