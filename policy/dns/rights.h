/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who may register _vlmcs._tcp in which zone.
 *
 * The first KMS host that registers there creates the record and owns it:
 * "the other hosts will be unable to update the SRV resource record unless SRV
 * default permissions are changed" (Microsoft, Deploy KMS Activation); they
 * need Full Control on _VLMCS._TCP in each DNS domain (Configure DNS for
 * activating Office by using KMS).  No hive says whether they have it.
 *
 *	struct spp_rights rights = SPP_RIGHTS_INIT;
 *
 *	spp_rights_find(&dns, &rights, err);		finished records
 *	... rights.zone[i].machine[k] ...
 *	spp_rights_release(&rights);
 *
 * spp_rights_narrow() leaves what the DNS holds while nobody has them.
 */
#ifndef POLICY_RIGHTS_H
#define POLICY_RIGHTS_H

#include "policy/dns/records.h"

/* A zone in which several hosts publish. */
struct spp_zone {
	char *domain;
	size_t from;	 /* its first record */
	size_t *machine; /* by rank: the first choice of clients first */
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
 * Leaves in each zone only the records of the machine that was there first:
 * the first of these that publishes there.  SPP_USAGE where none does and
 * several others do.  Weaknesses and rights are then to be found anew.
 */
enum spp_status spp_rights_narrow(struct spp_records *dns, const size_t *first,
				  size_t count, struct spp_error *err);

/* The name that stands for a machine: of those with one full name the first. */
size_t spp_rights_machine(const struct spp_records *dns, size_t machine);

#endif
