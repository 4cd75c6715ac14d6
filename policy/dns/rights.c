/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/dns/rights.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void release_zone(struct spp_zone *zone)
{
	free(zone->domain);
	free(zone->machine);
}

void spp_rights_release(struct spp_rights *rights)
{
	size_t i;

	if (!rights)
		return;
	for (i = 0; i < rights->count; i++)
		release_zone(&rights->zone[i]);
	free(rights->zone);
	*rights = (struct spp_rights)SPP_RIGHTS_INIT;
}

size_t spp_rights_machine(const struct spp_records *dns, size_t machine)
{
	const struct spp_machine *m = &dns->machine[machine];
	size_t i;

	for (i = 0; m->repeated && i < machine; i++)
		if (dns->machine[i].fqdn &&
		    !strcasecmp(dns->machine[i].fqdn, m->fqdn))
			return i;
	return machine;
}

/* Collects each machine of the records from .. to - 1, once, in their order. */
static enum spp_status gather(const struct spp_records *dns, size_t from,
			      size_t to, struct spp_zone *zone,
			      struct spp_error *err)
{
	bool *seen = calloc(dns->machines, sizeof(*seen));
	size_t i, m;

	zone->from = from;
	zone->domain = strdup(dns->srv[from].domain);
	zone->machine = calloc(to - from, sizeof(*zone->machine));
	if (!seen || !zone->machine || !zone->domain) {
		free(seen);
		return spp_nomem(err);
	}
	for (i = from; i < to; i++) {
		m = spp_rights_machine(dns, dns->srv[i].machine);
		if (!seen[m])
			zone->machine[zone->count++] = m;
		seen[m] = true;
	}
	free(seen);
	return SPP_OK;
}

enum spp_status spp_rights_find(const struct spp_records *dns,
				struct spp_rights *rights,
				struct spp_error *err)
{
	struct spp_rights found = SPP_RIGHTS_INIT;
	enum spp_status st = SPP_OK;
	size_t i, to;

	for (i = 0; !st && i < dns->count; i = to) {
		struct spp_zone zone = { .machine = NULL };
		struct spp_zone *grown;

		to = spp_records_domain(dns, i);
		st = gather(dns, i, to, &zone, err);
		grown = st || zone.count < 2 ? NULL
					     : spp_grow(found.zone, found.count,
							sizeof(*grown));
		if (!st && zone.count >= 2 && !grown)
			st = spp_nomem(err);
		if (!grown) {
			release_zone(&zone);
			continue;
		}
		found.zone = grown;
		grown[found.count++] = zone;
	}
	if (st) {
		spp_rights_release(&found);
		return st;
	}
	spp_rights_release(rights);
	*rights = found;
	return SPP_OK;
}

/*
 * The first of the named machines that is in the zone; the zone's count if
 * none.
 */
static size_t find_first(const struct spp_records *dns,
			 const struct spp_zone *zone, const size_t *first,
			 size_t count)
{
	size_t i, k;

	for (i = 0; i < count; i++)
		for (k = 0; k < zone->count; k++)
			if (zone->machine[k] ==
			    spp_rights_machine(dns, first[i]))
				return k;
	return zone->count;
}

static enum spp_status refuse(const struct spp_records *dns,
			      const struct spp_zone *zone,
			      struct spp_error *err)
{
	return spp_fail(
		err, SPP_USAGE,
		"none of the first writers publishes in '%s'; name '%s', '%s' "
		"or another host of it, too",
		zone->domain, spp_machine_name(&dns->machine[zone->machine[0]]),
		spp_machine_name(&dns->machine[zone->machine[1]]));
}

/* Marks the records that the zone would refuse. */
static enum spp_status mark(const struct spp_records *dns,
			    const struct spp_zone *zone, const size_t *first,
			    size_t count, bool *refused, struct spp_error *err)
{
	size_t to = spp_records_domain(dns, zone->from), i;
	size_t owner = find_first(dns, zone, first, count);

	if (owner == zone->count)
		return refuse(dns, zone, err);
	for (i = zone->from; i < to; i++)
		refused[i] = spp_rights_machine(dns, dns->srv[i].machine) !=
			     zone->machine[owner];
	return SPP_OK;
}

enum spp_status spp_rights_narrow(struct spp_records *dns, const size_t *first,
				  size_t count, struct spp_error *err)
{
	struct spp_rights CLEANUP(spp_rights_release) rights = SPP_RIGHTS_INIT;
	bool *refused = calloc(dns->count + 1, sizeof(*refused));
	enum spp_status st =
		refused ? spp_rights_find(dns, &rights, err) : spp_nomem(err);
	size_t i, to = 0;

	for (i = 0; !st && i < rights.count; i++)
		st = mark(dns, &rights.zone[i], first, count, refused, err);
	for (i = 0; !st && i < dns->count; i++) {
		if (refused[i])
			free(dns->srv[i].domain);
		else
			dns->srv[to++] = dns->srv[i];
	}
	if (!st)
		dns->count = to;
	free(refused);
	return st;
}
