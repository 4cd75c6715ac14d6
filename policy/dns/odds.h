/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How likely clients of a domain are to ask each of its hosts, while all
 * answer and while some do not: what spp_simulate() counts, calculated.
 *
 *	struct spp_odds odds = SPP_ODDS_INIT;
 *
 *	spp_odds_find(&dns, from, down, &odds, err);	one domain
 *	... odds.of[i].first, of record from + i ...
 *	spp_odds_release(&odds);
 *
 * The choice is that of simulate.h: the lowest priority first, by weight among
 * equal ones, and once more without the hosts that did not answer.  Of n
 * records with the sum S of weights, one of weight w is drawn with w / (S + 1);
 * the number 0 falls to a record of weight 0, or to the first of n, each as
 * likely as the others.
 */
#ifndef POLICY_ODDS_H
#define POLICY_ODDS_H

#include "policy/dns/records.h"

struct spp_chance {
	double first; /* asked first while all hosts answer */
	double after; /* found while those that are down do not */
	bool down;
};

struct spp_odds {
	struct spp_chance *of; /* of each record of the domain */
	size_t count;
	double in_vain;	 /* clients that ask a host that is down first */
	double stranded; /* clients that find no host then */
};

#define SPP_ODDS_INIT      \
	{                  \
		.of = NULL \
	}

void spp_odds_release(struct spp_odds *odds);
/* down: for each machine.  Exact where one record of a priority is down. */
enum spp_status spp_odds_find(const struct spp_records *dns, size_t from,
			      const bool *down, struct spp_odds *odds,
			      struct spp_error *err);

#endif
