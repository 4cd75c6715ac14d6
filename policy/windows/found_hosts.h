/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What makes a client go to a KMS host that nobody chose for it: the host that
 * the service cached, and hosts that were left behind for single applications
 * and SKUs, which come before the global one.
 *
 * The wishes made here are wide ones (policy.h): they reach what is there.
 */
#ifndef POLICY_FOUND_HOSTS_H
#define POLICY_FOUND_HOSTS_H

#include "policy/model/policy.h"

/* The values of a cached host: name, port, address. */
#define SPP_FOUND_HOSTS_VALUES 3
const struct spp_setting *spp_found_hosts_setting(size_t i);
bool spp_found_hosts_has(const struct spp_setting *setting);

/*
 * Wishes that no host is cached for these clients; client's place is spp, ospp
 * or sl.  A SKU: that one; an application or neither: all below it.
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
/* How many such hosts there are. */
size_t spp_found_hosts_count_overrides(const struct spp_policy *have);

#endif
