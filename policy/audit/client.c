/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules about how a client finds its KMS host. */
#include <stdlib.h>
#include <string.h>

#include "policy/audit/known_hosts.h"
#include "policy/audit/private.h"
#include "policy/model/activation.h"

/* Whether a name is in a machine's domain, or in the domain above it. */
static bool near_suffix(const struct spp_identity *identity, const char *name)
{
	const char *suffix = spp_identity_suffix(identity);
	const char *parent = strchr(name, '.');

	if (!suffix)
		return false;
	return spp_dns_name_below(name, suffix) ||
	       (parent && strchr(parent + 1, '.') &&
		spp_dns_name_below(suffix, parent + 1));
}

/* Whether a host's name is in a domain of the machine, or of another target. */
static bool is_near(const struct spp_audit_job *job, const char *name)
{
	size_t i;

	if (near_suffix(job->subject->identity, name))
		return true;
	/* Names first: they are quicker to compare and rarely match. */
	for (i = 0; i < job->audit->subjects; i++)
		if (near_suffix(job->audit->subject[i].identity, name) &&
		    spp_subject_is_host(&job->audit->subject[i]))
			return true;
	return false;
}

/* Whether the host is not known to be the site's own, and how bad that is. */
static bool is_unknown(const struct spp_audit_job *job,
		       const struct spp_host_address *address, bool is_domain,
		       enum spp_grade *grade)
{
	const struct spp_site *site = job->site;
	bool single = !strchr(address->name, '.');

	*grade = job->rule->grade;
	if (spp_known_hosts_find(&spp_known_hosts_cloud, address) ||
	    spp_site_allows(site, address) || spp_site_owns(site, address))
		return false;
	if (address->net == SPP_NET_PUBLIC)
		return true;
	if (address->net != SPP_NET_NAME || (single && !is_domain))
		return site->host.count > 0;
	if (site->domain.count || (site->host.count && !is_domain))
		return true;
	*grade = SPP_GRADE_INFO;
	return !single && !is_near(job, address->name);
}

static void check_unknown_host(struct spp_audit_job *job)
{
	const struct spp_policy_item *item;
	const struct spp_buf none = SPP_BUF_INIT;
	struct spp_host_address address;
	enum spp_grade grade;
	bool is_domain;
	size_t i;

	for (i = 0; i < job->subject->state.count; i++) {
		item = spp_audit_item(job, i);
		if (!item)
			continue;
		is_domain = spp_item_is(item, SPP_SETTING_LOOKUP_DOMAIN);
		if ((!is_domain && !spp_item_is(item, SPP_SETTING_KMS_HOST) &&
		     !spp_item_is(item, SPP_SETTING_CACHED_HOST)) ||
		    !spp_audit_address(job, item, &address) ||
		    !is_unknown(job, &address, is_domain, &grade))
			continue;
		if (grade == SPP_GRADE_INFO)
			spp_audit_note_fix(job, grade, item, &none,
					   "no site file says whether '%s' is "
					   "the site's own",
					   address.name);
		else
			spp_audit_note(job, grade, item,
				       "'%s' is not known to be the site's "
				       "own",
				       address.name);
	}
}

const struct spp_rule spp_rule_unknown_host = {
	RULE(R05),
	.name = "unknown-kms-host",
	.grade = SPP_GRADE_MEDIUM,
	.others = "info for a name while no site file says which are "
		  "the site's own",
	.summary = "a KMS host not on the site's list",
	.rationale = "A public address, or a name outside of the "
		     "site's domains and not one of the cloud providers': find "
		     "out whose host it is.",
	.source = INFERRED,
	.remedy = UNSET,
	.advice = "if it is yours, name it under kms-hosts in a site "
		  "file",
	.silenced_by = BIT(R01) | BIT(R02) | BIT(R04),
	.needs = SPP_NEED_SOFTWARE,
	.wants = SPP_NEED_OWN | SPP_NEED_CACHE,
	.check = check_unknown_host,
};

static void check_foreign_cloud(struct spp_audit_job *job)
{
	enum spp_platform here = job->subject->platform;
	const struct spp_policy_item *item = NULL;
	const struct spp_buf none = SPP_BUF_INIT;
	const struct spp_known_host *known;
	struct spp_host_address address;

	while ((item = spp_audit_next(job, SPP_SETTING_KMS_HOST, item))) {
		struct spp_buf CLEANUP(spp_buf_release) owners = SPP_BUF_INIT;

		if (!spp_audit_address(job, item, &address))
			continue;
		known = spp_known_hosts_find(&spp_known_hosts_cloud, &address);
		if (!known || spp_known_host_is_of(known, here))
			continue;
		spp_known_host_owners(known, &owners, NULL);
		if (here)
			spp_audit_note(job, job->rule->grade, item,
				       "'%s' is the KMS host of %s, and this "
				       "is for %s",
				       address.name, spp_buf_text(&owners),
				       spp_platform_title(here));
		else
			spp_audit_note_fix(job, SPP_GRADE_INFO, item, &none,
					   "'%s' is the KMS host of %s, which "
					   "answers nowhere else",
					   address.name, spp_buf_text(&owners));
	}
}

const struct spp_rule spp_rule_foreign_cloud = {
	RULE(R06),
	.name = "foreign-cloud",
	.grade = SPP_GRADE_LOW,
	.others = "info while the platform is not known",
	.summary = "the KMS host of another cloud",
	.rationale = "The KMS hosts of clouds answer in their own networks: an "
		     "image that has moved away does not renew.",
	.source = "the clouds' own pages on activation",
	.remedy = UNSET,
	.advice = "correct if this image runs in that cloud; say so with "
		  "\"platform\" in a site file",
	.needs = SPP_NEED_SOFTWARE,
	.wants = SPP_NEED_PLATFORM,
	.check = check_foreign_cloud,
};

/* The host of the whole place, for a value in a narrower scope. */
static const struct spp_policy_item *host_above(
	const struct spp_audit_job *job, const struct spp_policy_item *item)
{
	struct spp_scope root = { .place = item->scope.place };

	return *item->scope.app
		       ? spp_audit_effective(job, &root, SPP_SETTING_KMS_HOST)
		       : NULL;
}

static void check_other_host(struct spp_audit_job *job)
{
	const struct spp_policy_item *item = NULL, *root;
	struct spp_host_address mine, above;

	while ((item = spp_audit_next(job, SPP_SETTING_KMS_HOST, item))) {
		root = host_above(job, item);
		if (spp_audit_address(job, item, &mine) &&
		    spp_audit_address(job, root, &above) &&
		    !spp_host_address_same(&mine, &above))
			spp_audit_note(job, job->rule->grade, item,
				       "application uses '%s' while the "
				       "machine uses '%s'",
				       mine.name, above.name);
	}
}

const struct spp_rule spp_rule_other_host = {
	RULE(R07),
	.name = "other-host-below",
	.grade = SPP_GRADE_MEDIUM,
	.summary = "an application or SKU has another KMS host than "
		   "the machine",
	.rationale = "The narrower setting wins, and slmgr /ckms for "
		     "the machine leaves it in force.",
	.source = TIMING,
	.remedy = UNSET,
	.silenced_by = BIT(R41),
	.needs = SPP_NEED_SOFTWARE,
	.check = check_other_host,
};

static void check_hidden_host(struct spp_audit_job *job)
{
	const struct spp_policy_item *item = NULL, *root;
	struct spp_host_address mine, above;

	while ((item = spp_audit_next(job, SPP_SETTING_KMS_HOST, item))) {
		root = host_above(job, item);
		if (*item->scope.app && spp_audit_address(job, item, &mine) &&
		    !spp_audit_address(job, root, &above))
			spp_audit_note(job, job->rule->grade, item,
				       "application uses '%s' while the "
				       "machine has none",
				       mine.name);
	}
}

const struct spp_rule spp_rule_hidden_host = {
	RULE(R08),
	.name = "hidden-host-below",
	.grade = SPP_GRADE_LOW,
	.summary = "an application or SKU has a KMS host and the "
		   "machine has none",
	.rationale = "The machine seems to find its host through the "
		     "DNS, and a part of it does not.",
	.source = TIMING,
	.remedy = UNSET,
	.silenced_by = BIT(R01) | BIT(R02) | BIT(R41),
	.needs = SPP_NEED_SOFTWARE,
	.check = check_hidden_host,
};

/*
 * The host configured for a client, in its own scope or a wider one; or NULL.
 */
static const struct spp_policy_item *host_set(const struct spp_effective *e)
{
	int step;

	for (step = SPP_STEP_SKU; step <= SPP_STEP_GLOBAL; step++)
		if (e->host[step])
			return e->host[step];
	return NULL;
}

static void check_idle_lookup(struct spp_audit_job *job)
{
	const struct spp_policy_item *item = NULL;
	struct spp_host_address domain, address;
	struct spp_effective e;

	while ((item = spp_audit_next(job, SPP_SETTING_LOOKUP_DOMAIN, item))) {
		spp_effective_find(&job->subject->state, &item->scope, &e);
		if (spp_audit_address(job, item, &domain) &&
		    spp_audit_address(job, host_set(&e), &address))
			spp_audit_note(job, job->rule->grade, item,
				       "'%s' has no effect beside KMS host "
				       "'%s'",
				       domain.name, address.name);
	}
}

const struct spp_rule spp_rule_idle_lookup = {
	RULE(R09),
	.name = "idle-lookup-domain",
	.grade = SPP_GRADE_LOW,
	.summary = "a lookup domain beside a KMS host",
	.rationale = "While a KMS host is set, no DNS domain is asked "
		     "for one.",
	.source = SLMGR,
	.remedy = UNSET,
	.needs = SPP_NEED_SOFTWARE,
	.check = check_idle_lookup,
};

/* The client for which a service cached a host. */
static struct spp_scope client_of(const struct spp_policy_item *cached)
{
	static const enum spp_place places[] = { SPP_PLACE_OSPP, SPP_PLACE_SL };
	struct spp_scope client = cached->scope;
	size_t i;

	client.place = SPP_PLACE_SPP;
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (spp_effective_cache(places[i]) == cached->scope.place)
			client.place = places[i];
	return client;
}

/* The port that belongs to a name. */
static uint32_t port_of(const struct spp_policy_item *port)
{
	return spp_setting_holds(&spp_settings[SPP_SETTING_KMS_PORT],
				 port ? &port->value : NULL);
}

/* Whether the cached address is the configured one. */
static bool is_same_host(struct spp_audit_job *job,
			 const struct spp_policy_item *item,
			 const struct spp_host_address *cached,
			 const struct spp_host_address *wanted)
{
	struct spp_host_address address;
	const struct spp_policy_item *ip =
		spp_policy_get(&job->subject->state, &item->scope,
			       &spp_settings[SPP_SETTING_CACHED_ADDRESS]);

	return spp_host_address_same(cached, wanted) ||
	       (spp_audit_address(job, ip, &address) &&
		spp_host_address_same(&address, wanted));
}

static void judge_cached(struct spp_audit_job *job,
			 const struct spp_policy_item *item)
{
	struct spp_scope client = client_of(item);
	struct spp_host_address cached, wanted;
	const struct spp_policy_item *host;
	struct spp_activation_order order;
	struct spp_effective e;
	uint32_t port;
	int step = SPP_STEP_SKU;

	spp_activation_order_find(&job->subject->state, &client,
				  spp_identity_build(job->subject->identity),
				  spp_identity_member(job->subject->identity),
				  &order);
	e = order.kms;
	host = host_set(&e);
	if (!spp_activation_uses_kms(&order) || !e.caching ||
	    !spp_audit_address(job, item, &cached) ||
	    !spp_audit_address(job, host, &wanted))
		return;
	while (e.host[step] != host)
		step++;
	port = port_of(e.port[step]);
	if (!is_same_host(job, item, &cached, &wanted))
		spp_audit_note(job, job->rule->grade, item,
			       "'%s' is cached while '%s' is set", cached.name,
			       wanted.name);
	else if (port_of(e.port[SPP_STEP_CACHE]) != port)
		spp_audit_note(job, job->rule->grade, item,
			       "port %u is cached, port %u is set",
			       port_of(e.port[SPP_STEP_CACHE]), port);
}

static void check_stale_cache(struct spp_audit_job *job)
{
	const struct spp_policy_item *item = NULL;
	struct spp_host_address address;

	while ((item = spp_audit_next(job, SPP_SETTING_CACHED_HOST, item))) {
		if (job->subject->duty != SPP_DUTY_IMAGE)
			judge_cached(job, item);
		else if (spp_audit_address(job, item, &address))
			spp_audit_note(job, job->rule->grade, item,
				       "'%s' is cached in an image",
				       address.name);
	}
}

const struct spp_rule spp_rule_stale_cache = {
	RULE(R10),
	.name = "stale-cache",
	.grade = SPP_GRADE_MEDIUM,
	.summary = "a cached KMS host in an image, or another than "
		   "the one that is set",
	.rationale = "The host of the last success is tried before "
		     "the DNS, until it fails; in an image every "
		     "clone inherits it.",
	.source = TIMING,
	.remedy = UNSET,
	.needs = SPP_NEED_CACHE,
	.wants = SPP_NEED_SOFTWARE | SPP_NEED_DUTY,
	.check = check_stale_cache,
};

static void check_pinned_image(struct spp_audit_job *job)
{
	enum spp_platform here = job->subject->platform;
	const struct spp_policy_item *item = NULL;
	struct spp_host_address address;

	if (job->subject->duty != SPP_DUTY_IMAGE)
		return;
	while ((item = spp_audit_next(job, SPP_SETTING_KMS_HOST, item))) {
		if (!spp_audit_address(job, item, &address))
			continue;
		if (spp_resilience_pins(&address, here))
			spp_audit_note(job, job->rule->grade, item,
				       "every clone is bound to '%s'",
				       address.name);
	}
}

const struct spp_rule spp_rule_pinned_image = {
	RULE(R11),
	.name = "pinned-image",
	.grade = SPP_GRADE_MEDIUM,
	.summary = "a KMS host is set in an image",
	.rationale = "Every clone is bound to this host and asks no "
		     "DNS: it cannot be moved, and nothing takes over "
		     "when it fails.",
	.source = REGISTRY,
	.remedy = UNSET,
	.needs = SPP_NEED_SOFTWARE | SPP_NEED_DUTY,
	.check = check_pinned_image,
};

/* Whether a host of the fleet listens on this port. */
static bool is_served(const struct spp_audit_job *job, uint32_t port)
{
	const struct spp_subject *other;
	size_t i;
	uint32_t n;

	for (i = 0; i < job->audit->subjects; i++) {
		other = &job->audit->subject[i];
		if (spp_item_number(
			    spp_audit_root(other, SPP_SETTING_LISTENING_PORT),
			    &n) &&
		    n == port)
			return true;
	}
	return false;
}

/* A port counts only beside the name in its own scope. */
static void check_client_port(struct spp_audit_job *job)
{
	const struct spp_policy_item *item = NULL, *host;
	struct spp_host_address address;
	uint32_t usual = port_of(NULL), n;

	while ((item = spp_audit_next(job, SPP_SETTING_KMS_PORT, item))) {
		host = spp_policy_get(&job->subject->state, &item->scope,
				      &spp_settings[SPP_SETTING_KMS_HOST]);
		if (!spp_item_number(item, &n) || !n)
			continue;
		if (!spp_audit_address(job, host, &address))
			spp_audit_note(job, job->rule->grade, item,
				       "port %u without a KMS host", n);
		else if (n != usual && !is_served(job, n))
			spp_audit_note(job, job->rule->grade, item,
				       "port %u instead of %u", n, usual);
	}
}

const struct spp_rule spp_rule_client_port = {
	RULE(R13),
	.name = "client-port",
	.grade = SPP_GRADE_LOW,
	.summary = "a KMS port without a host, or not the default",
	.rationale = "Both are allowed, and both are often left over "
		     "from another host.",
	.source = REGISTRY,
	.remedy = UNSET,
	.silenced_by = BIT(R15),
	.needs = SPP_NEED_SOFTWARE,
	.check = check_client_port,
};
