/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A policy with what a file says beside it.
 *
 * The policy is what somebody wants.  Observed is what a dump found that
 * nobody can want (the cached host, what the service keeps for itself),
 * unknown what no setting explains, and image what Windows it was found in:
 * an audit reads them, apply does not.
 */
#ifndef POLICY_DOCUMENT_H
#define POLICY_DOCUMENT_H

#include "policy/model/policy.h"
#include "policy/windows/identity.h"

struct spp_document {
	char *name, *description; /* NULL: not given */
	struct spp_policy policy;
	struct spp_policy observed;
	struct spp_unknowns unknown; /* what else a dump found */
	struct spp_identity identity;
	bool is_dump; /* made from a target: the policy is all it had */
};

#define SPP_DOCUMENT_INIT    \
	{                    \
		.name = NULL \
	}

void spp_document_release(struct spp_document *document);

/* Fills an empty document from a target. */
enum spp_status spp_document_dump(struct spp_hives *windows,
				  struct spp_document *document,
				  struct spp_error *err);

/* Policy and observed in one, for those who only look; yours. */
enum spp_status spp_document_state(const struct spp_document *document,
				   struct spp_policy *state,
				   struct spp_error *err);
/* The same with what is wanted where there is none, for those who judge. */
enum spp_status spp_document_meant(const struct spp_document *document,
				   struct spp_policy *state,
				   struct spp_error *err);

#endif
