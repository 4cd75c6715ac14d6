/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The DNS domains in which a machine looks for _vlmcs._tcp.
 *
 *	struct spp_suffixes suffixes = SPP_SUFFIXES_INIT;
 *
 *	spp_suffixes_find(&identity, &suffixes, err);
 *	... suffixes.suffix[i].domain, .source->what ...
 *	spp_suffixes_release(&suffixes);
 *
 * Microsoft (Common troubleshooting procedures for KMS and DNS issues) names
 * the primary DNS suffix, the domain of a domain member, the domain of DHCP
 * option 15 in a workgroup, and the search list, in which the domain of the
 * KMS host must be.  In which order they are asked is not documented.
 */
#ifndef POLICY_SUFFIXES_H
#define POLICY_SUFFIXES_H

#include "policy/windows/identity.h"

struct spp_suffix_source {
	enum spp_fact fact;
	const char *what;	/* "primary DNS suffix" */
	const char *value;	/* where it is stored */
	const char *confidence; /* that it is asked */
};

struct spp_suffix {
	char *domain; /* a valid name */
	const struct spp_suffix_source *source;
};

struct spp_suffixes {
	struct spp_suffix *suffix;
	size_t count;
};

#define SPP_SUFFIXES_INIT \
	{                 \
		NULL, 0   \
	}

void spp_suffixes_release(struct spp_suffixes *suffixes);
/* Each domain once, by the first that names it; none where none is known. */
enum spp_status spp_suffixes_find(const struct spp_identity *identity,
				  struct spp_suffixes *suffixes,
				  struct spp_error *err);
/* Appends "corp.example, branch.example". */
enum spp_status spp_suffixes_show(const struct spp_suffixes *suffixes,
				  struct spp_buf *out, struct spp_error *err);

#endif
