/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * KMS hosts that nobody chose for a client: the host that the service cached,
 * and hosts left behind for single applications and SKUs, which win over the
 * global one.
 *
 * These functions make wide wishes (policy.h), which apply to whatever exists.
 */
#ifndef POLICY_FOUND_HOSTS_H
#define POLICY_FOUND_HOSTS_H

#include "policy/model/policy.h"

/* Values of a cached host: name, port, address. */
#define SPP_FOUND_HOSTS_VALUES 3
const struct spp_setting *spp_found_hosts_setting(size_t i);
bool spp_found_hosts_has(const struct spp_setting *setting);

/*
 * Wishes that no host is cached for these clients; client's place is spp, ospp
 * or sl.  For a SKU only its own; for an application or neither everything
 * below.
 */
enum spp_status spp_found_hosts_forget(struct spp_policy *want,
				       const struct spp_scope *client,
				       struct spp_error *err);
/* Wishes that no host is cached for anybody. */
enum spp_status spp_found_hosts_clear(struct spp_policy *want,
				      struct spp_error *err);

/*
 * Wishes that no application or SKU has a host, port or domain of its own, and
 * that none is set in the NetworkService hive, where scripts and emulators put
 * one; whether the service reads it there is not known.
 */
enum spp_status spp_found_hosts_no_overrides(struct spp_policy *want,
					     struct spp_error *err);
/* The number of such hosts. */
size_t spp_found_hosts_count_overrides(const struct spp_policy *have);

#endif
