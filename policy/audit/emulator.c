/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules about emulators that pose as KMS hosts. */
#include <string.h>

#include "policy/audit/known_hosts.h"
#include "policy/audit/private.h"

#define IFEO                                                      \
	"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Image " \
	"File Execution Options\\"

/* The next item that names a host: configured, a lookup domain, or cached. */
static const struct spp_policy_item *next_host(const struct spp_audit_job *job,
					       size_t *at)
{
	const struct spp_policy_item *item;

	while (*at < job->subject->state.count) {
		item = spp_audit_item(job, (*at)++);
		if (item && (spp_item_is(item, SPP_SETTING_KMS_HOST) ||
			     spp_item_is(item, SPP_SETTING_LOOKUP_DOMAIN) ||
			     spp_item_is(item, SPP_SETTING_CACHED_HOST) ||
			     spp_item_is(item, SPP_SETTING_CACHED_ADDRESS)))
			return item;
	}
	return NULL;
}

static void check_public_host(struct spp_audit_job *job)
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

const struct spp_rule spp_rule_public_host = {
	RULE(R01),
	.name = "public-kms-host",
	.grade = SPP_GRADE_CRITICAL,
	.summary = "a KMS host that is known to be public",
	.rationale = "A public KMS host activates what was not "
		     "licensed. The name counts wherever it stands: "
		     "for the machine, an application, a SKU, the "
		     "32-bit mirror, Office or in the cache.",
	.source = SEEN " lists, unverified; a site file adds to them",
	.remedy = UNSET,
	.needs = SPP_NEED_SOFTWARE,
	.wants = SPP_NEED_CACHE,
	.check = check_public_host,
};

static void check_loopback(struct spp_audit_job *job)
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

const struct spp_rule spp_rule_loopback = {
	RULE(R02),
	.name = "loopback-kms-host",
	.grade = SPP_GRADE_HIGH,
	.others = "critical for 127.0.0.2 below a SKU",
	.summary = "a KMS host that is the machine itself",
	.rationale = "Windows 8 and later refuse to activate against "
		     "the machine itself, so such an address works "
		     "with an emulator only; 127.0.0.2 below a SKU "
		     "is the mark of one.",
	.source = SEEN ": issues of vlmcsd and py-kms",
	.remedy = UNSET,
	.needs = SPP_NEED_SOFTWARE,
	.wants = SPP_NEED_CACHE,
	.check = check_loopback,
};

static void check_hook(struct spp_audit_job *job)
{
	const struct spp_identity *identity = job->subject->identity;
	size_t i;

	for (i = 0; i < identity->hooks; i++) {
		struct spp_buf CLEANUP(spp_buf_release) key = SPP_BUF_INIT;
		const struct spp_hook *hook = &identity->hook[i];

		spp_buf_printf(&key, NULL, IFEO "%s", hook->program);
		spp_audit_note_at(job, job->rule->grade, spp_buf_text(&key),
				  hook->value, NULL, "%s of '%s' is '%.200s'",
				  hook->value, hook->program, hook->data);
	}
}

const struct spp_rule spp_rule_hook = {
	RULE(R03),
	.name = "activation-hook",
	.grade = SPP_GRADE_CRITICAL,
	.summary = "something is loaded into an activation program",
	.rationale = "Image File Execution Options of SppExtComObj, "
		     "sppsvc or osppsvc with VerifierDlls, Debugger "
		     "or KMS_ values let an emulator answer in the "
		     "place of a KMS host. It is the strongest "
		     "evidence there is.",
	.source = SEEN ": scripts of emulators",
	.advice = "sppctl does not edit Image File Execution "
		  "Options; rebuild the image, or delete the key "
		  "with another tool and look for the library",
	.needs = SPP_NEED_SOFTWARE,
	.check = check_hook,
};

static void check_placeholder(struct spp_audit_job *job)
{
	const struct spp_policy_item *item;
	const struct spp_known_host *known;
	struct spp_host_address address;
	size_t at = 0;

	while ((item = next_host(job, &at))) {
		if (spp_item_is(item, SPP_SETTING_CACHED_ADDRESS) ||
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

const struct spp_rule spp_rule_placeholder = {
	RULE(R04),
	.name = "emulator-address",
	.grade = SPP_GRADE_MEDIUM,
	.others = "critical with R03",
	.summary = "an address that emulators use",
	.rationale = "Emulators answer at 172.16.0.2, 10.10.10.9, "
		     "10.10.10.10 or 10.0.0.10. They are private "
		     "addresses, at which a real host may be.",
	.source = SEEN,
	.remedy = UNSET,
	.advice = "if it is a real host, name it under kms-hosts in "
		  "a site file",
	.worse_with = BIT(R03),
	.needs = SPP_NEED_SOFTWARE,
	.wants = SPP_NEED_CACHE,
	.check = check_placeholder,
};

static void check_longest_intervals(struct spp_audit_job *job)
{
	const struct spp_policy_item *item = NULL, *other;
	uint32_t a, b;

	while ((item = spp_audit_next(job, SPP_SETTING_ACTIVATION_INTERVAL,
				      item))) {
		other = spp_audit_effective(job, &item->scope,
					    SPP_SETTING_RENEWAL_INTERVAL);
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

const struct spp_rule spp_rule_longest_intervals = {
	RULE(R26),
	.name = "longest-intervals",
	.grade = SPP_GRADE_LOW,
	.others = "medium with R01 to R04",
	.summary = "both intervals at 43200 minutes",
	.rationale =
		"Emulators set this to be contacted as rarely as possible.",
	.source = SEEN ": scripts of emulators",
	.remedy = "sppctl unset{target} activation-interval "
		  "renewal-interval{scope}",
	.silenced_by = BIT(R15),
	.worse_with = EMULATOR,
	.needs = SPP_NEED_SOFTWARE,
	.check = check_longest_intervals,
};
