/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether the hosts beside each other stand in for one another: what the
 * records of several machines say about the design of a site.
 *
 *	struct spp_resilience found = SPP_RESILIENCE_INIT;
 *
 *	spp_resilience_judge(&dns, &found, err);
 *	... found.weakness[i].text ...			sppctl dns
 *	... spp_resilience_has(&found, machine, kind) ...	rules
 *	spp_resilience_release(&found);
 *
 * This is the one judge of a design: sppctl dns prints its sentences, and the
 * rules R11, R17, R23, R24 and R27 say the same of each machine, in the same
 * words.  With one host there are no sentences.  Sources: Microsoft, KMS
 * Activation Timing and Discovery, on how a client looks for a host;
 * slmgr.vbs options, on caching against priority and weight.
 */
#ifndef POLICY_RESILIENCE_H
#define POLICY_RESILIENCE_H

#include "policy/audit/known_hosts.h"
#include "policy/dns/records.h"

enum spp_weakness_kind {
	SPP_WEAK_SINGLE,  /* a domain with one host only */
	SPP_WEAK_EQUAL,	  /* no primary where there is one elsewhere */
	SPP_WEAK_UNEVEN,  /* some publish in a domain, others do not */
	SPP_WEAK_SILENT,  /* a host that publishes nothing */
	SPP_WEAK_CACHING, /* clients that stay where they are */
	SPP_WEAK_PINNED,  /* clients that ask no DNS */
	SPP_WEAK_CLONED,  /* a host with the list of another */
	SPP_WEAK_ZERO,	  /* weight 0 beside others that have one */
};
#define SPP_WEAKNESS_COUNT (SPP_WEAK_ZERO + 1)

const char *spp_weakness_word(enum spp_weakness_kind kind);
/* The id of the rule that judges it, "R17"; NULL: none. */
const char *spp_weakness_rule(enum spp_weakness_kind kind);

struct spp_weakness {
	enum spp_weakness_kind kind;
	char *domain; /* or NULL */
	char *text;
};

/* More than this of one kind are counted, not kept. */
#define SPP_WEAKNESS_KEPT 50

/* What is weak about one machine, as bits: 1 << kind. */
struct spp_judged {
	unsigned int weak;
	size_t like;	 /* cloned: the machine that has that list, too */
	char *domain;	 /* weight 0: where others have one; NULL: elsewhere in
			 * its own list */
	uint16_t weight; /* weight 0: the highest of the others */
};

struct spp_resilience {
	struct spp_weakness *weakness;
	size_t count;
	size_t total[SPP_WEAKNESS_COUNT]; /* kept or not */
	struct spp_judged *judged;	  /* one for each machine */
	size_t machines;
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

/* Whether this is weak about a machine. */
bool spp_resilience_has(const struct spp_resilience *found, size_t machine,
			enum spp_weakness_kind kind);
/* Appends it as a sentence whose subject is the machine. */
void spp_resilience_say(const struct spp_resilience *found,
			const struct spp_records *dns, size_t machine,
			enum spp_weakness_kind kind, struct spp_buf *out);

/*
 * Whether a KMS host that is set keeps a client from another: that of a cloud
 * answers each machine there.  platform: where it is to run, 0: not known.
 */
bool spp_resilience_pins(const struct spp_host_address *address,
			 enum spp_platform platform);

#endif
