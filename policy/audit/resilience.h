/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether the hosts beside each other stand in for one another: what the
 * records of several machines say about the design of a site.
 *
 *	struct spp_resilience found = SPP_RESILIENCE_INIT;
 *
 *	spp_resilience_judge(&dns, &found, err);
 *	... found.weakness[i].text ...
 *	spp_resilience_release(&found);
 *
 * With one host there is nothing to judge.  Sources: Microsoft, KMS
 * Activation Timing and Discovery, on how a client looks for a host;
 * slmgr.vbs options, on caching against priority and weight.
 */
#ifndef POLICY_RESILIENCE_H
#define POLICY_RESILIENCE_H

#include "policy/dns/records.h"

enum spp_weakness_kind {
	SPP_WEAK_SINGLE,  /* a domain with one host only */
	SPP_WEAK_EQUAL,	  /* no primary where there is one elsewhere */
	SPP_WEAK_UNEVEN,  /* some publish in a domain, others do not */
	SPP_WEAK_SILENT,  /* a host that publishes nothing */
	SPP_WEAK_CACHING, /* clients that stay where they are */
	SPP_WEAK_PINNED,  /* clients that ask no DNS */
};
#define SPP_WEAKNESS_COUNT (SPP_WEAK_PINNED + 1)

const char *spp_weakness_word(enum spp_weakness_kind kind);

struct spp_weakness {
	enum spp_weakness_kind kind;
	char *domain; /* or NULL */
	char *text;
};

/* More than this of one kind are counted, not kept. */
#define SPP_WEAKNESS_KEPT 50

struct spp_resilience {
	struct spp_weakness *weakness;
	size_t count;
	size_t total[SPP_WEAKNESS_COUNT]; /* kept or not */
};

#define SPP_RESILIENCE_INIT      \
	{                        \
		.weakness = NULL \
	}

void spp_resilience_release(struct spp_resilience *found);

/* The records must be finished. */
enum spp_status spp_resilience_judge(const struct spp_records *dns,
				     struct spp_resilience *found,
				     struct spp_error *err);

#endif
