/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A model of which hosts the clients of a domain choose, before and after some
 * fail; not Windows itself.
 *
 *	struct spp_simulation s = SPP_SIMULATION_INIT;
 *
 *	spp_simulate(&dns, from, &options, &s, err);	one domain
 *	spp_simulation_release(&s);
 *
 * The choice follows RFC 2782: the lowest priority first; among equal ones,
 * records of weight 0 before the others, a random number from 0 to the sum of
 * the weights, and the first record whose running sum reaches it.  Each client
 * gets the records in an order of its own, since DNS servers rotate them.  A
 * host that does not answer is removed, and the choice repeated (Microsoft,
 * Configure DNS for activating Office by using KMS).  Windows' exact draw is
 * not documented.  The same seed gives the same numbers.
 */
#ifndef POLICY_SIMULATE_H
#define POLICY_SIMULATE_H

#include "policy/dns/records.h"

#define SPP_CLIENTS_MAX 1000000

struct spp_simulate_options {
	uint32_t clients;
	uint64_t seed;
	const bool *down; /* for each machine: fails */
};

struct spp_share {
	size_t srv;		/* index of the record */
	uint32_t before, after; /* numbers of clients */
	bool down;
};

struct spp_simulation {
	struct spp_share *share; /* one for each record of the domain */
	size_t count;
	uint32_t stranded; /* clients that find no host after the failure */
	uint64_t retries;  /* failed attempts after the failure */
};

#define SPP_SIMULATION_INIT   \
	{                     \
		.share = NULL \
	}

void spp_simulation_release(struct spp_simulation *simulation);

/* SPP_LIMIT if it would take too long. */
enum spp_status spp_simulate(const struct spp_records *dns, size_t from,
			     const struct spp_simulate_options *options,
			     struct spp_simulation *simulation,
			     struct spp_error *err);

/*
 * Draws one of n records of one priority, by weight.  Keeps their order, but
 * puts weight 0 first.  *random: the generator's state.
 */
size_t spp_rfc2782_draw(const uint16_t *weight, size_t n, uint64_t *random);
/* The next number of the generator, SplitMix64. */
uint64_t spp_random(uint64_t *random);

#endif
