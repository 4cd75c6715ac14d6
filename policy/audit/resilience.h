/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether several hosts can replace each other: judges the design of a site by
 * the records of its machines.
 *
 *	struct spp_resilience found = SPP_RESILIENCE_INIT;
 *
 *	spp_resilience_judge(&dns, &found, err);
 *	... found.weakness[i].text ...			sppctl dns
 *	... spp_resilience_has(&found, machine, kind) ...	rules
 *	spp_resilience_release(&found);
 *
 * This is the only judge of a design: sppctl dns prints its sentences, and the
 * rules R11, R17, R23, R24 and R27 report the same for each machine, in the
 * same words.  With one host there are no sentences.  Sources: Microsoft, KMS
 * Activation Timing and Discovery, on how a client looks for a host; slmgr.vbs
 * options, on caching against priority and weight.
 */
#ifndef POLICY_RESILIENCE_H
#define POLICY_RESILIENCE_H

#include "policy/audit/known_hosts.h"
#include "policy/dns/records.h"

enum spp_weakness_kind {
	SPP_WEAK_SINGLE,  /* a domain with one host only */
	SPP_WEAK_EQUAL,	  /* a domain without a primary, others have one */
	SPP_WEAK_UNEVEN,  /* only some hosts publish in a domain */
	SPP_WEAK_SILENT,  /* a host that publishes nothing */
	SPP_WEAK_CACHING, /* clients that keep the host they found */
	SPP_WEAK_PINNED,  /* clients that ask no DNS */
	SPP_WEAK_CLONED,  /* a host with the same list as another */
	SPP_WEAK_ZERO,	  /* weight 0 beside other weights */
};
#define SPP_WEAKNESS_COUNT (SPP_WEAK_ZERO + 1)

const char *spp_weakness_word(enum spp_weakness_kind kind);
/* The id of the rule about it, "R17"; NULL: none. */
const char *spp_weakness_rule(enum spp_weakness_kind kind);

struct spp_weakness {
	enum spp_weakness_kind kind;
	char *domain; /* or NULL */
	char *text;
};

/* Sentences of one kind past this number are counted, not kept. */
#define SPP_WEAKNESS_KEPT 50

/* The weaknesses of one machine, as bits: 1 << kind. */
struct spp_judged {
	unsigned int weak;
	size_t like;	 /* cloned: another machine with the same list */
	char *domain;	 /* weight 0: where others have one; NULL: elsewhere in
			 * its own list */
	uint16_t weight; /* weight 0: the highest of the others */
};

struct spp_resilience {
	struct spp_weakness *weakness;
	size_t count;
	size_t total[SPP_WEAKNESS_COUNT]; /* including those not kept */
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

/* Whether a machine has this weakness. */
bool spp_resilience_has(const struct spp_resilience *found, size_t machine,
			enum spp_weakness_kind kind);
/* Appends the weakness as a sentence about the machine. */
void spp_resilience_say(const struct spp_resilience *found,
			const struct spp_records *dns, size_t machine,
			enum spp_weakness_kind kind, struct spp_buf *out);

/*
 * Whether a configured KMS host keeps a client from using others.  A cloud's
 * own host does not, in that cloud.  platform: where it will run, 0: unknown.
 */
bool spp_resilience_pins(const struct spp_host_address *address,
			 enum spp_platform platform);

#endif
