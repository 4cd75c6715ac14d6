/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules about how a client finds its KMS host. */
#include <stdlib.h>

#include "policy/audit/known_hosts.h"
#include "policy/audit/private.h"
#include "policy/model/effective.h"

#define DEFAULT_PORT 1688

/* Whether a name lies in a machine's domain, or in the one above it. */
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

/* What no site file says, the machine and the fleet may. */
static bool is_near(const struct spp_audit_job *job, const char *name)
{
	size_t i;

	if (near_suffix(job->subject->identity, name))
		return true;
	for (i = 0; i < job->audit->subjects; i++)
		if (spp_subject_is_host(&job->audit->subject[i]) &&
		    near_suffix(job->audit->subject[i].identity, name))
			return true;
	return false;
}

/* How bad it is that this host is not known to be the site's own. */
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

void spp_rule_unknown_host(struct spp_audit_job *job)
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
		is_domain = spp_item_is(item, "lookup-domain");
		if ((!is_domain && !spp_item_is(item, "kms-host") &&
		     !spp_item_is(item, "cached-host")) ||
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

void spp_rule_foreign_cloud(struct spp_audit_job *job)
{
	enum spp_platform here = job->subject->platform;
	const struct spp_policy_item *item = NULL;
	const struct spp_buf none = SPP_BUF_INIT;
	const struct spp_known_host *known;
	struct spp_host_address address;

	while ((item = spp_audit_next(job, "kms-host", item))) {
		if (!spp_audit_address(job, item, &address))
			continue;
		known = spp_known_hosts_find(&spp_known_hosts_cloud, &address);
		if (!known || known->platform == here)
			continue;
		if (here)
			spp_audit_note(job, job->rule->grade, item,
				       "'%s' is the KMS host of %s, and this "
				       "is for %s",
				       address.name,
				       spp_platform_title(known->platform),
				       spp_platform_title(here));
		else
			spp_audit_note_fix(job, SPP_GRADE_INFO, item, &none,
					   "'%s' is the KMS host of %s, which "
					   "answers nowhere else",
					   address.name,
					   spp_platform_title(known->platform));
	}
}

/* The host that the whole place has, for a value below it. */
static const struct spp_policy_item *host_above(
	const struct spp_audit_job *job, const struct spp_policy_item *item)
{
	struct spp_scope root = { .place = item->scope.place };

	return *item->scope.app ? spp_audit_effective(job, &root, "kms-host")
				: NULL;
}

void spp_rule_other_host(struct spp_audit_job *job)
{
	const struct spp_policy_item *item = NULL, *root;
	struct spp_host_address mine, above;

	while ((item = spp_audit_next(job, "kms-host", item))) {
		root = host_above(job, item);
		if (spp_audit_address(job, item, &mine) &&
		    spp_audit_address(job, root, &above) &&
		    !spp_host_address_same(&mine, &above))
			spp_audit_note(job, job->rule->grade, item,
				       "'%s' here, '%s' for the machine",
				       mine.name, above.name);
	}
}

void spp_rule_hidden_host(struct spp_audit_job *job)
{
	const struct spp_policy_item *item = NULL, *root;
	struct spp_host_address mine, above;

	while ((item = spp_audit_next(job, "kms-host", item))) {
		root = host_above(job, item);
		if (*item->scope.app && spp_audit_address(job, item, &mine) &&
		    !spp_audit_address(job, root, &above))
			spp_audit_note(job, job->rule->grade, item,
				       "'%s' here, none for the machine",
				       mine.name);
	}
}

/* The host that is set for a client: its own, or a wider one's; or NULL. */
static const struct spp_policy_item *host_set(const struct spp_effective *e)
{
	int step;

	for (step = SPP_STEP_SKU; step <= SPP_STEP_GLOBAL; step++)
		if (e->host[step])
			return e->host[step];
	return NULL;
}

void spp_rule_idle_lookup(struct spp_audit_job *job)
{
	const struct spp_policy_item *item = NULL;
	struct spp_host_address domain, address;
	struct spp_effective e;

	while ((item = spp_audit_next(job, "lookup-domain", item))) {
		spp_effective_find(&job->subject->state, &item->scope, &e);
		if (spp_audit_address(job, item, &domain) &&
		    spp_audit_address(job, host_set(&e), &address))
			spp_audit_note(job, job->rule->grade, item,
				       "'%s' has no effect beside KMS host "
				       "'%s'",
				       domain.name, address.name);
	}
}

/* The client for which a service has cached a host. */
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

/* The port that goes with a name, 1688 unless something else is stored. */
static uint32_t port_of(const struct spp_policy_item *port)
{
	uint32_t n;

	return spp_item_number(port, &n) && n ? n : DEFAULT_PORT;
}

/* Whether the address that was cached is the one that is set. */
static bool is_same_host(struct spp_audit_job *job,
			 const struct spp_policy_item *item,
			 const struct spp_host_address *cached,
			 const struct spp_host_address *wanted)
{
	struct spp_host_address address;
	bool raw;
	const struct spp_policy_item *ip =
		spp_policy_get(&job->subject->state, &item->scope,
			       spp_setting_find("cached-address", &raw));

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
	struct spp_effective e;
	uint32_t port;
	int step = SPP_STEP_SKU;

	spp_effective_find(&job->subject->state, &client, &e);
	host = host_set(&e);
	if (!e.caching || !spp_audit_address(job, item, &cached) ||
	    !spp_audit_address(job, host, &wanted))
		return;
	while (e.host[step] != host)
		step++;
	port = port_of(e.port[step]);
	if (!is_same_host(job, item, &cached, &wanted))
		spp_audit_note(job, job->rule->grade, item,
			       "'%s' is cached, '%s' is set", cached.name,
			       wanted.name);
	else if (port_of(e.port[SPP_STEP_CACHE]) != port)
		spp_audit_note(job, job->rule->grade, item,
			       "port %u is cached, port %u is set",
			       port_of(e.port[SPP_STEP_CACHE]), port);
}

void spp_rule_stale_cache(struct spp_audit_job *job)
{
	const struct spp_policy_item *item = NULL;
	struct spp_host_address address;

	while ((item = spp_audit_next(job, "cached-host", item))) {
		if (job->subject->duty != SPP_DUTY_IMAGE)
			judge_cached(job, item);
		else if (spp_audit_address(job, item, &address))
			spp_audit_note(job, job->rule->grade, item,
				       "'%s' is cached in an image",
				       address.name);
	}
}

void spp_rule_pinned_image(struct spp_audit_job *job)
{
	enum spp_platform here = job->subject->platform;
	const struct spp_policy_item *item = NULL;
	const struct spp_known_host *known;
	struct spp_host_address address;

	if (job->subject->duty != SPP_DUTY_IMAGE)
		return;
	while ((item = spp_audit_next(job, "kms-host", item))) {
		if (!spp_audit_address(job, item, &address))
			continue;
		known = spp_known_hosts_find(&spp_known_hosts_cloud, &address);
		if (!known || (here && known->platform != here))
			spp_audit_note(job, job->rule->grade, item,
				       "every clone is bound to '%s'",
				       address.name);
	}
}

/* Whether a host of the fleet listens on this port. */
static bool is_served(const struct spp_audit_job *job, uint32_t port)
{
	const struct spp_subject *other;
	size_t i;
	uint32_t n;

	for (i = 0; i < job->audit->subjects; i++) {
		other = &job->audit->subject[i];
		if (spp_item_number(spp_audit_root(other, "listening-port"),
				    &n) &&
		    n == port)
			return true;
	}
	return false;
}

/* A port counts beside the name in its own scope only. */
void spp_rule_client_port(struct spp_audit_job *job)
{
	const struct spp_policy_item *item = NULL, *host;
	struct spp_host_address address;
	uint32_t n;
	bool raw;

	while ((item = spp_audit_next(job, "kms-port", item))) {
		host = spp_policy_get(&job->subject->state, &item->scope,
				      spp_setting_find("kms-host", &raw));
		if (!spp_item_number(item, &n) || !n)
			continue;
		if (!spp_audit_address(job, host, &address))
			spp_audit_note(job, job->rule->grade, item,
				       "port %u without a KMS host", n);
		else if (n != DEFAULT_PORT && !is_served(job, n))
			spp_audit_note(job, job->rule->grade, item,
				       "port %u instead of %d", n,
				       DEFAULT_PORT);
	}
}
