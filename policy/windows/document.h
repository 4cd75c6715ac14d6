/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A policy and the other contents of a policy file.
 *
 * The policy is what is wanted.  In a dump, observed is what was found and
 * cannot be wanted (the cached host, what the service maintains), unknown is
 * what is not a setting, and image tells which Windows it is from: an audit
 * reads these, apply does not.
 */
#ifndef POLICY_DOCUMENT_H
#define POLICY_DOCUMENT_H

#include "policy/model/policy.h"
#include "policy/windows/identity.h"

struct spp_document {
	char *name, *description; /* NULL if not given */
	struct spp_policy policy;
	struct spp_policy observed;
	struct spp_unknowns unknown; /* other contents of the known keys */
	struct spp_identity identity;
	bool is_dump; /* made from a target: has its whole policy */
	/* Files that the places of items name, where those are several. */
	char *origin[2];
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

/* Policy and observed together, for display; yours. */
enum spp_status spp_document_state(const struct spp_document *document,
				   struct spp_policy *state,
				   struct spp_error *err);
/* The same with defaults that apply, for judging. */
enum spp_status spp_document_meant(const struct spp_document *document,
				   struct spp_policy *state,
				   struct spp_error *err);

#endif
