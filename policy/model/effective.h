/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which value wins if several scopes have one.
 *
 * A client is one SKU of one application that looks for its KMS host.  It
 * looks here, from left to right; the first host found wins:
 *
 *	step    sku             application  global  cache           dns
 *	scope   spp/APP/SKU     spp/APP      spp     cache/APP/SKU   -
 *	host    kms-host        kms-host     kms-host cached-host    SRV
 *	port    kms-port of the same scope           cached-port     records
 *
 * The cache is the host of the last success; the step is left out if
 * host-caching is off.  Microsoft documents this order (KMS Activation Timing
 * and Discovery).  According to that page a client tries each step in turn
 * until a host answers; according to Registry Settings for Volume Activation
 * a configured host ends the search.  Either way the first host found is the
 * first to be asked, so it "wins" here.
 *
 * Not documented, and decided here: an empty name counts as absent, as it does
 * for slmgr; a port counts only beside the name in its own scope; the lookup
 * domain, the activation type and all other settings follow the same order.
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

/* Asked instead of a KMS host; see activation.h. */
#define SPP_STEP_AD    ((enum spp_step)(SPP_STEP_COUNT))
#define SPP_STEP_TOKEN ((enum spp_step)(SPP_STEP_COUNT + 1))
#define SPP_ASKED_MAX  (SPP_STEP_COUNT + 2)

/* "sku", "application", "global", "cache", "dns", "active-directory",
 * "token" */
const char *spp_step_name(enum spp_step step);

/* Where a client looks for its host; items are borrowed, NULL if absent. */
struct spp_effective {
	struct spp_scope client; /* its place is spp, ospp or sl */
	struct spp_scope scope[SPP_STEP_COUNT]; /* where it looks */
	bool asked[SPP_STEP_COUNT];		/* takes this step */
	const struct spp_policy_item *host[SPP_STEP_COUNT]; /* NULL for DNS */
	const struct spp_policy_item *port[SPP_STEP_COUNT];
	const struct spp_policy_item *domain; /* for the DNS step */
	bool caching;
	enum spp_step wins;
};

/* The place where the service of a place caches its host. */
enum spp_place spp_effective_cache(enum spp_place place);

void spp_effective_find(const struct spp_policy *have,
			const struct spp_scope *client,
			struct spp_effective *effective);

/* The item of a setting that applies to a client: SKU, application, global. */
const struct spp_policy_item *spp_effective_item(
	const struct spp_policy *have, const struct spp_scope *client,
	const struct spp_setting *setting);

/*
 * Whether Windows of this build (0: unknown) reads a place: only before Windows
 * 7 it reads the key SL, and then not SoftwareProtectionPlatform.
 */
bool spp_effective_reads(uint32_t build, enum spp_place place);

/* The item of a setting for the whole machine, or NULL. */
const struct spp_policy_item *spp_effective_machine(
	const struct spp_policy *have, uint32_t build, enum spp_setting_id id);

/* Whether this is a KMS host, as far as its registry tells. */
enum spp_hosting {
	SPP_NO_HOST,
	SPP_MAYBE_HOST, /* has a list or a listening port */
	SPP_SURE_HOST,	/* has the mark that slmgr writes with a host key */
};
enum spp_hosting spp_effective_hosting(const struct spp_policy *have,
				       uint32_t build);

/* Appends "kms01.corp.example:1688" of a step, with its effective port. */
enum spp_status spp_effective_show(const struct spp_effective *effective,
				   enum spp_step step, struct spp_buf *out,
				   struct spp_error *err);

/*
 * Lists the clients that the scopes imply: every SKU that has a scope, every
 * application that has a host of its own in have, and "all others" of each
 * service, whose ids are empty.  build: of Windows, 0 if unknown; before
 * Windows 7 the place is sl.  Yours.
 */
enum spp_status spp_effective_clients(const struct spp_scopes *scopes,
				      const struct spp_policy *have,
				      uint32_t build,
				      struct spp_scopes *clients,
				      struct spp_error *err);

#endif
