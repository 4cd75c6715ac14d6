/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/dns/askers.h"

#include <stdlib.h>
#include <string.h>

#include "policy/model/activation.h"
#include "policy/model/dns_name.h"
#include "policy/windows/suffixes.h"

#define OWN_TOLD 20 /* applications and SKUs */

/* The clients of a machine, and what they go by. */
struct askers {
	const struct spp_policy *state;
	const struct spp_identity *identity;
	struct spp_scope root;	   /* stands for all without settings */
	struct spp_scopes clients; /* it first, then the others */
};

static void release(struct askers *a)
{
	spp_scopes_release(&a->clients);
}

static struct spp_scope whole(uint32_t build)
{
	struct spp_scope client = { .place = SPP_PLACE_SPP };

	if (!spp_effective_reads(build, client.place))
		client.place = SPP_PLACE_SL;
	return client;
}

static enum spp_status list(const struct spp_policy *state,
			    const struct spp_identity *identity,
			    struct askers *a, struct spp_error *err)
{
	struct spp_scopes CLEANUP(spp_scopes_release) scopes = SPP_SCOPES_INIT;
	uint32_t build = spp_identity_build(identity);
	enum spp_status st;
	size_t i;

	*a = (struct askers){ state, identity, whole(build), SPP_SCOPES_INIT };
	st = spp_scopes_add(&scopes, &a->root, err);
	for (i = 0; !st && i < state->count; i++)
		if (!spp_scope_is_wide(&state->item[i].scope) &&
		    state->item[i].wish == SPP_PRESENT)
			st = spp_scopes_add(&scopes, &state->item[i].scope,
					    err);
	spp_scopes_sort(&scopes);
	return st ? st
		  : spp_effective_clients(&scopes, state, build, &a->clients,
					  err);
}

static void find_order(const struct askers *a, const struct spp_scope *client,
		       struct spp_activation_order *order)
{
	spp_activation_order_find(a->state, client,
				  spp_identity_build(a->identity),
				  spp_identity_member(a->identity), order);
}

/* Whether a client differs from the machine as a whole. */
static bool is_own(const struct spp_activation_order *order,
		   const struct spp_scope *root)
{
	const struct spp_effective *e = &order->kms;
	const struct spp_policy_item *host =
		e->wins <= SPP_STEP_GLOBAL ? e->host[e->wins] : NULL;

	if (!spp_scope_cmp(&e->client, root))
		return false;
	return (host && spp_scope_cmp(&host->scope, root)) ||
	       (!host && e->domain && spp_scope_cmp(&e->domain->scope, root)) ||
	       (order->item && spp_scope_cmp(&order->item->scope, root));
}

static enum spp_status pin(const struct spp_effective *e, bool own,
			   struct spp_machine *m, struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) scope = SPP_BUF_INIT;
	enum spp_status st = spp_value_get_text(&e->host[e->wins]->value,
						&m->pinned, NULL, err);

	if (!st && own)
		st = spp_scope_show(&e->client, &scope, err);
	if (st || !own)
		return st;
	m->pinned_for = spp_buf_take(&scope);
	return m->pinned_for ? SPP_OK : spp_nomem(err);
}

/* The domains in which the machine as a whole asks the DNS. */
static enum spp_status find_domains(const struct spp_identity *identity,
				    const struct spp_activation_order *order,
				    struct spp_machine *m,
				    struct spp_error *err)
{
	struct spp_suffixes CLEANUP(spp_suffixes_release) suffixes =
		SPP_SUFFIXES_INIT;
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	const struct spp_policy_item *domain = order->kms.domain;
	enum spp_status st;

	if (order->kms.wins < SPP_STEP_CACHE)
		return SPP_OK;
	if (domain)
		st = spp_setting_show(domain->setting, &domain->value,
				      SPP_TERMS_OWN, &text, err);
	else
		st = spp_suffixes_find(identity, &suffixes, err);
	if (!st && !domain)
		st = spp_suffixes_show(&suffixes, &text, err);
	if (st || !text.size ||
	    (domain && !spp_dns_name_valid(spp_buf_text(&text))))
		return st;
	m->looks = spp_buf_take(&text);
	return m->looks ? SPP_OK : spp_nomem(err);
}

enum spp_status spp_askers_read(const struct spp_policy *state,
				const struct spp_identity *identity,
				struct spp_machine *m, struct spp_error *err)
{
	struct askers CLEANUP(release) a;
	enum spp_status st = list(state, identity, &a, err);
	struct spp_activation_order order;
	size_t i;

	for (i = 0; !st && i < a.clients.count; i++) {
		bool is_whole = !spp_scope_cmp(&a.clients.scope[i], &a.root);
		const struct spp_effective *e = &order.kms;

		find_order(&a, &a.clients.scope[i], &order);
		if (!spp_activation_uses_kms(&order) ||
		    (!is_whole && !is_own(&order, &a.root)))
			continue;
		if (e->wins >= SPP_STEP_CACHE)
			m->stays |= e->caching;
		else if (!m->pinned)
			st = pin(e, !is_whole, m, err);
		if (!st && is_whole)
			st = find_domains(identity, &order, m, err);
	}
	return st;
}

static void note_whole(const struct spp_identity *identity,
		       const struct spp_activation_order *order,
		       struct spp_machine *m)
{
	struct spp_buf CLEANUP(spp_buf_release) why = SPP_BUF_INIT;

	if (!spp_activation_uses_kms(order)) {
		spp_note(&m->notes,
			 "it asks no KMS host: activation-type allows %s only; "
			 "that this holds for the whole machine is inferred",
			 order->type == SPP_ACTIVATE_AD ? "Active Directory"
							: "tokens");
		return;
	}
	if (order->asked[0].step == SPP_STEP_AD && order->asked[0].sure) {
		spp_identity_member_why(identity, &why, NULL);
		spp_note(&m->notes,
			 "it asks Active Directory before any KMS host: that "
			 "it is a domain member is inferred from %s",
			 spp_buf_text(&why));
	}
	if (m->looks && order->kms.domain)
		spp_note(&m->notes,
			 "it looks for its host in %s (lookup-domain)",
			 m->looks);
	else if (m->looks)
		spp_note(&m->notes,
			 "it looks for its host in its DNS suffixes: %s; in "
			 "which order is not documented",
			 m->looks);
}

/* "spp/windows/SKU asks 'kms02.branch.example:1689' before the DNS" */
static enum spp_status note_own(const struct spp_activation_order *order,
				struct spp_machine *m, struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) who = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) what = SPP_BUF_INIT;
	const struct spp_effective *e = &order->kms;
	enum spp_status st = spp_scope_show(&e->client, &who, err);

	if (st)
		return st;
	if (!spp_activation_uses_kms(order)) {
		spp_note(&m->notes,
			 "%s asks no KMS host: activation-type allows %s only",
			 spp_buf_text(&who),
			 order->type == SPP_ACTIVATE_AD ? "Active Directory"
							: "tokens");
	} else if (e->wins <= SPP_STEP_GLOBAL) {
		st = spp_effective_show(e, e->wins, &what, err);
		spp_note(&m->notes, "%s asks '%s' before the DNS",
			 spp_buf_text(&who), spp_buf_text(&what));
	} else if (e->domain) {
		st = spp_setting_show(e->domain->setting, &e->domain->value,
				      SPP_TERMS_OWN, &what, err);
		spp_note(&m->notes,
			 "%s looks for its host in '%s' (lookup-domain)",
			 spp_buf_text(&who), spp_buf_text(&what));
	} else {
		spp_note(&m->notes,
			 "%s has an activation type of its own, and asks KMS "
			 "hosts%s",
			 spp_buf_text(&who),
			 order->type == SPP_ACTIVATE_KMS ? " only" : "");
	}
	return st;
}

enum spp_status spp_askers_note(const struct spp_policy *state,
				const struct spp_identity *identity,
				struct spp_machine *m, struct spp_error *err)
{
	struct askers CLEANUP(release) a;
	enum spp_status st = list(state, identity, &a, err);
	struct spp_activation_order order;
	size_t i, own = 0;

	find_order(&a, &a.root, &order);
	note_whole(identity, &order, m);
	for (i = 0; !st && i < a.clients.count; i++) {
		find_order(&a, &a.clients.scope[i], &order);
		if (is_own(&order, &a.root) && own++ < OWN_TOLD)
			st = note_own(&order, m, err);
	}
	if (own > OWN_TOLD)
		spp_note(&m->notes,
			 "applications and SKUs with settings of their own "
			 "beyond these: %zu",
			 own - OWN_TOLD);
	return st;
}
