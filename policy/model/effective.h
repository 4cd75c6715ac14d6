/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which value wins where several scopes have one.
 *
 * A client is one SKU of one application, looking for its KMS host.  Microsoft
 * documents the order (KMS Activation Timing and Discovery): the host set for
 * the SKU, that of the application, the global one, the cached host of the
 * last success unless caching is off, and the DNS.  By that page each is tried
 * in turn until a host answers; by Registry Settings for Volume Activation a
 * host that is set ends the search.  Either way the first that is there is the
 * first to be asked, and that is what "wins" means here.
 *
 * Not documented, and decided here: an empty name counts as none, as it does
 * for slmgr; a port counts beside the name of the same scope only; the lookup
 * domain, the activation type and all others are taken in the same order.
 *
 *	struct spp_scopes clients = SPP_SCOPES_INIT;
 *	struct spp_effective e;
 *
 *	spp_effective_clients(&scopes, build, &clients, err);
 *	spp_effective_find(&have, &clients.scope[i], &e);
 *	... e.host[e.wins], unless e.wins is SPP_STEP_DNS ...
 */
#ifndef POLICY_EFFECTIVE_H
#define POLICY_EFFECTIVE_H

#include "policy/model/policy.h"

enum spp_step {
	SPP_STEP_SKU,
	SPP_STEP_APPLICATION,
	SPP_STEP_GLOBAL,
	SPP_STEP_CACHE,
	SPP_STEP_DNS,
};
#define SPP_STEP_COUNT (SPP_STEP_DNS + 1)

/* Who is asked instead of a KMS host; not of the steps that find one. */
#define SPP_STEP_AD    ((enum spp_step)(SPP_STEP_COUNT))
#define SPP_STEP_TOKEN ((enum spp_step)(SPP_STEP_COUNT + 1))
#define SPP_ASKED_MAX  (SPP_STEP_COUNT + 2)

/* "sku", "application", "global", "cache", "dns", "active-directory",
 * "token" */
const char *spp_step_name(enum spp_step step);

/* Where a client looks for its host; items are borrowed, NULL: not there. */
struct spp_effective {
	struct spp_scope client; /* its place is spp, ospp or sl */
	struct spp_scope scope[SPP_STEP_COUNT];		    /* where it looks */
	bool asked[SPP_STEP_COUNT];			    /* looks at all */
	const struct spp_policy_item *host[SPP_STEP_COUNT]; /* DNS: none */
	const struct spp_policy_item *port[SPP_STEP_COUNT];
	const struct spp_policy_item *domain; /* in which the DNS is asked */
	bool caching;
	enum spp_step wins;
};

/* Where the service of a place keeps what it found. */
enum spp_place spp_effective_cache(enum spp_place place);

void spp_effective_find(const struct spp_policy *have,
			const struct spp_scope *client,
			struct spp_effective *effective);

/* The item of a setting that holds for a client: SKU, application, global. */
const struct spp_policy_item *spp_effective_item(
	const struct spp_policy *have, const struct spp_scope *client,
	const struct spp_setting *setting);

/* Whether Windows of this build, 0 if it is not known, reads a place: the key
 * SL was read before Windows 7 only, and instead of SoftwareProtectionPlatform. */
bool spp_effective_reads(uint32_t build, enum spp_place place);

/* The item of a setting for the whole machine, or NULL. */
const struct spp_policy_item *spp_effective_machine(
	const struct spp_policy *have, uint32_t build, enum spp_setting_id id);

/* Whether this is a KMS host, as far as its registry tells. */
enum spp_hosting {
	SPP_NO_HOST,
	SPP_MAYBE_HOST, /* has a list or a listening port */
	SPP_SURE_HOST,	/* has the mark that slmgr leaves with a host key */
};
enum spp_hosting spp_effective_hosting(const struct spp_policy *have,
				       uint32_t build);

/* Whether the machine is a member of a domain. */
enum spp_member {
	SPP_MEMBER_UNKNOWN,
	SPP_MEMBER_NO,
	SPP_MEMBER_YES,
};

/* What activation-type says; any number but 1, 2 and 3 means all. */
enum spp_activation {
	SPP_ACTIVATE_ALL,
	SPP_ACTIVATE_AD,
	SPP_ACTIVATE_KMS,
	SPP_ACTIVATE_TOKEN,
};

/*
 * Who a client asks for its activation.  Sources: Activate clients running
 * Windows (Active Directory before KMS on domain members), Registry Settings
 * for Volume Activation (the types), KMS Activation Timing and Discovery (the
 * KMS hosts).  Active Directory-based activation is there since Windows 8, and
 * not for Office in its own service.  Where tokens stand beside the others is
 * not documented: they are listed only where they are the only ones.
 */
struct spp_asked {
	enum spp_step step;
	bool sure; /* false: why tells on what it depends */
	const char *why;
};
struct spp_order {
	enum spp_activation type;
	const struct spp_policy_item *item; /* that sets the type, or NULL */
	struct spp_effective kms;
	struct spp_asked asked[SPP_ASKED_MAX];
	size_t count; /* 0: nobody */
};
void spp_effective_order(const struct spp_policy *have,
			 const struct spp_scope *client, uint32_t build,
			 enum spp_member member, struct spp_order *order);

/* Whether a KMS host is among those who are asked. */
bool spp_order_uses_kms(const struct spp_order *order);

/* Appends "kms01.corp.example:1688" of a step, with the port that holds. */
enum spp_status spp_effective_show(const struct spp_effective *effective,
				   enum spp_step step, struct spp_buf *out,
				   struct spp_error *err);

/*
 * Lists the clients that the scopes imply: every SKU that has a scope, every
 * application that has a host of its own in have, and "all others" of each
 * service, whose ids are empty.  build: of Windows, 0 if it is not known;
 * before Windows 7 the place is sl.  Yours.
 */
enum spp_status spp_effective_clients(const struct spp_scopes *scopes,
				      const struct spp_policy *have,
				      uint32_t build,
				      struct spp_scopes *clients,
				      struct spp_error *err);

#endif
