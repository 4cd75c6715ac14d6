/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules about KMS hosts that are none. */
#include "policy/audit/known_hosts.h"
#include "policy/audit/private.h"

#define IFEO                                                      \
	"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Image " \
	"File Execution Options\\"

/* Goes through what names a host: set, looked up in, or cached. */
static const struct spp_policy_item *next_host(const struct spp_audit_job *job,
					       size_t *at)
{
	const struct spp_policy_item *item;

	while (*at < job->subject->state.count) {
		item = spp_audit_item(job, (*at)++);
		if (item && (spp_item_is(item, "kms-host") ||
			     spp_item_is(item, "lookup-domain") ||
			     spp_item_is(item, "cached-host") ||
			     spp_item_is(item, "cached-address")))
			return item;
	}
	return NULL;
}

void spp_rule_public_host(struct spp_audit_job *job)
{
	const struct spp_policy_item *item;
	const struct spp_known_host *known;
	struct spp_host_address address;
	const char *pattern;
	size_t at = 0;

	while ((item = next_host(job, &at))) {
		if (!spp_audit_address(job, item, &address) ||
		    spp_site_allows(job->site, &address))
			continue;
		pattern = spp_site_condemns(job->site, &address);
		known = spp_known_hosts_find(&spp_known_hosts_public, &address);
		if (pattern)
			spp_audit_note(job, SPP_GRADE_CRITICAL, item,
				       "'%s' is a known bad host (site file: "
				       "%s)",
				       address.name, pattern);
		else if (known)
			spp_audit_note(job, SPP_GRADE_CRITICAL, item,
				       "'%s' is a public KMS host (%s: %s)",
				       address.name, known->pattern,
				       known->source);
	}
}

void spp_rule_loopback(struct spp_audit_job *job)
{
	const struct spp_policy_item *item;
	struct spp_host_address address;
	size_t at = 0;
	bool marked;

	while ((item = next_host(job, &at))) {
		if (!spp_audit_address(job, item, &address) ||
		    address.net != SPP_NET_LOOPBACK)
			continue;
		marked = *item->scope.sku && !strcmp(address.name, "127.0.0.2");
		spp_audit_note(
			job, marked ? SPP_GRADE_CRITICAL : job->rule->grade,
			item, "'%s' is the machine itself%s", address.name,
			marked ? ", as an emulator leaves it below a SKU" : "");
	}
}

void spp_rule_hook(struct spp_audit_job *job)
{
	const struct spp_identity *identity = job->subject->identity;
	size_t i;

	for (i = 0; i < identity->hooks; i++) {
		struct spp_buf CLEANUP(spp_buf_release) key = SPP_BUF_INIT;
		const struct spp_hook *hook = &identity->hook[i];

		spp_buf_printf(&key, NULL, IFEO "%s", hook->program);
		spp_audit_note_at(job, job->rule->grade, spp_buf_text(&key),
				  hook->value, "%s of '%s' is '%.200s'",
				  hook->value, hook->program, hook->data);
	}
}

void spp_rule_placeholder(struct spp_audit_job *job)
{
	const struct spp_policy_item *item;
	const struct spp_known_host *known;
	struct spp_host_address address;
	size_t at = 0;

	while ((item = next_host(job, &at))) {
		if (spp_item_is(item, "cached-address") ||
		    !spp_audit_address(job, item, &address) ||
		    spp_site_allows(job->site, &address))
			continue;
		known = spp_known_hosts_find(&spp_known_hosts_placeholder,
					     &address);
		if (known)
			spp_audit_note(job,
				       spp_audit_worse(job) ? SPP_GRADE_CRITICAL
							    : job->rule->grade,
				       item,
				       "'%s' is an address that emulators use "
				       "(%s)",
				       address.name, known->source);
	}
}

void spp_rule_longest_intervals(struct spp_audit_job *job)
{
	const struct spp_policy_item *item = NULL, *other;
	uint32_t a, b;

	while ((item = spp_audit_next(job, "activation-interval", item))) {
		other = spp_audit_effective(job, &item->scope,
					    "renewal-interval");
		if (spp_item_number(item, &a) && spp_item_number(other, &b) &&
		    a == item->setting->max && b == a)
			spp_audit_note(job,
				       spp_audit_worse(job) ? SPP_GRADE_MEDIUM
							    : job->rule->grade,
				       item,
				       "activation and renewal interval are "
				       "both %u minutes",
				       a);
	}
}
