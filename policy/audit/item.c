/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions of the rules about a target. */
#include <stdlib.h>

#include "policy/audit/private.h"
#include "policy/model/effective.h"

static bool counts(const struct spp_subject *subject, enum spp_place place)
{
	return spp_effective_reads(spp_identity_build(subject->identity),
				   place);
}

const struct spp_policy_item *spp_audit_item(const struct spp_audit_job *job,
					     size_t i)
{
	const struct spp_policy_item *item = &job->subject->state.item[i];

	return counts(job->subject, item->scope.place) ? item : NULL;
}

/* Whether the service is not known to read this value in its own profile. */
static bool is_stray(const struct spp_policy_item *item)
{
	return spp_place_is_cache(item->scope.place) &&
	       !(item->setting->flags & SPP_STATE);
}

const struct spp_policy_item *spp_audit_next(const struct spp_audit_job *job,
					     enum spp_setting_id id,
					     const struct spp_policy_item *last)
{
	const struct spp_policy *state = &job->subject->state;
	size_t i = last ? (size_t)(last - state->item) + 1 : 0;

	for (; i < state->count; i++)
		if (spp_item_is(&state->item[i], id) &&
		    counts(job->subject, state->item[i].scope.place) &&
		    !is_stray(&state->item[i]))
			return &state->item[i];
	return NULL;
}

const struct spp_policy_item *spp_audit_root(const struct spp_subject *subject,
					     enum spp_setting_id id)
{
	return spp_effective_machine(&subject->state,
				     spp_identity_build(subject->identity), id);
}

bool spp_item_number(const struct spp_policy_item *item, uint32_t *n)
{
	return item && spp_setting_number(&item->value, n);
}

bool spp_item_on(const struct spp_policy_item *item)
{
	uint32_t n;

	return spp_item_number(item, &n) && n;
}

const struct spp_policy_item *spp_audit_effective(
	const struct spp_audit_job *job, const struct spp_scope *scope,
	enum spp_setting_id id)
{
	return spp_effective_item(&job->subject->state, scope,
				  &spp_settings[id]);
}

bool spp_audit_address(struct spp_audit_job *job,
		       const struct spp_policy_item *item,
		       struct spp_host_address *address)
{
	if (!item)
		return false;
	if (spp_host_address_of(&item->value, address, NULL))
		job->st = spp_nomem(NULL);
	return !job->st && *address->name;
}

bool spp_audit_list(struct spp_audit_job *job,
		    const struct spp_subject *subject,
		    const struct spp_policy_item **item,
		    struct spp_publish_list *list)
{
	*item = spp_audit_root(subject, SPP_SETTING_PUBLISH_LIST);
	if (!*item)
		return false;
	if (spp_publish_list_read(&(*item)->value, list, NULL))
		job->st = spp_nomem(NULL);
	return !job->st && list->count;
}

const struct spp_judged *spp_audit_judged(const struct spp_audit_job *job)
{
	return &job->design.judged[job->subject - job->audit->subject];
}

bool spp_audit_weak(const struct spp_audit_job *job,
		    enum spp_weakness_kind kind, struct spp_buf *says)
{
	size_t machine = (size_t)(job->subject - job->audit->subject);

	if (!spp_resilience_has(&job->design, machine, kind))
		return false;
	spp_resilience_say(&job->design, &job->dns, machine, kind, says);
	return true;
}

bool spp_subject_is_host(const struct spp_subject *subject)
{
	return subject->duty == SPP_DUTY_HOST ||
	       spp_effective_hosting(&subject->state,
				     spp_identity_build(subject->identity)) ==
		       SPP_SURE_HOST;
}

bool spp_subject_is_silent(const struct spp_subject *subject)
{
	return spp_item_on(spp_audit_root(subject, SPP_SETTING_DNS_PUBLISHING));
}

/* Whether anything from this hive is known. */
static bool seen(const struct spp_subject *subject, enum spp_role role)
{
	size_t i;

	if (subject->hives >> role & 1)
		return true;
	for (i = 0; i < subject->state.count; i++)
		if (spp_places[subject->state.item[i].scope.place].role == role)
			return true;
	return false;
}

unsigned int spp_audit_unknown(const struct spp_audit *audit, size_t subject,
			       const struct spp_site *site)
{
	const struct spp_subject *s = &audit->subject[subject];
	unsigned int unknown = 0;

	if (!seen(s, SPP_ROLE_SOFTWARE) && s->is_state &&
	    !s->identity->fact[SPP_FACT_PRODUCT])
		unknown |= SPP_NEED_SOFTWARE;
	if (!seen(s, SPP_ROLE_NETSVC))
		unknown |= SPP_NEED_CACHE;
	if (!spp_identity_suffix(s->identity))
		unknown |= SPP_NEED_SUFFIX;
	if (!spp_identity_build(s->identity))
		unknown |= SPP_NEED_BUILD;
	if (!s->is_state)
		unknown |= SPP_NEED_STATE;
	if (!s->duty)
		unknown |= SPP_NEED_DUTY;
	if (!s->platform)
		unknown |= SPP_NEED_PLATFORM;
	if (!site->domain.count && !site->host.count)
		unknown |= SPP_NEED_OWN;
	if (audit->subjects < 2)
		unknown |= SPP_NEED_FLEET;
	if (spp_subject_is_host(s) && !s->identity->firewall.known)
		unknown |= SPP_NEED_FIREWALL;
	return unknown;
}
