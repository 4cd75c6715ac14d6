/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which machines may register _vlmcs._tcp in which zone.
 *
 * The first KMS host that registers there creates the record and owns it: "the
 * other hosts will be unable to update the SRV resource record unless SRV
 * default permissions are changed" (Microsoft, Deploy KMS Activation); they
 * need Full Control on _VLMCS._TCP in each DNS domain (Configure DNS for
 * activating Office by using KMS).  No hive tells whether they have it.
 *
 *	struct spp_rights rights = SPP_RIGHTS_INIT;
 *
 *	spp_rights_find(&dns, &rights, err);		finished records
 *	... rights.zone[i].machine[k] ...
 *	spp_rights_release(&rights);
 *
 * spp_rights_narrow() leaves the records that the DNS has without these rights.
 */
#ifndef POLICY_RIGHTS_H
#define POLICY_RIGHTS_H

#include "policy/dns/records.h"

/* A zone in which several hosts publish. */
struct spp_zone {
	char *domain;
	size_t from;	 /* its first record */
	size_t *machine; /* by rank: the clients' first choice first */
	size_t count;	 /* two or more */
};

struct spp_rights {
	struct spp_zone *zone;
	size_t count;
};

#define SPP_RIGHTS_INIT \
	{               \
		NULL, 0 \
	}

void spp_rights_release(struct spp_rights *rights);
enum spp_status spp_rights_find(const struct spp_records *dns,
				struct spp_rights *rights,
				struct spp_error *err);

/*
 * Leaves in each zone only the records of its first writer: the first of these
 * machines that publishes there.  SPP_USAGE if none of them does and several
 * others do.  Find weaknesses and rights again afterwards.
 */
enum spp_status spp_rights_narrow(struct spp_records *dns, const size_t *first,
				  size_t count, struct spp_error *err);

/* The machine that represents this one: the first with the same full name. */
size_t spp_rights_machine(const struct spp_records *dns, size_t machine);

#endif
