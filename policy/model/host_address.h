/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The host that KeyManagementServiceName names: a name, or an address and its
 * kind of network.
 *
 *	struct spp_host_address a;
 *
 *	spp_host_address_read("[::1]:1688", &a);	a.name "::1", a loopback
 *
 * Tolerant where policy/model/dns_name.h is strict: a port, brackets, a final
 * dot, spaces and capitals are removed, and the short, octal and hexadecimal
 * spellings of IPv4 that inet_aton(3) knows are understood, as by Windows' own
 * resolver.  Never fails: a text that is not an address is a name.  Source of
 * the ranges: RFC 6890 and the IANA registries that it began.
 */
#ifndef POLICY_HOST_ADDRESS_H
#define POLICY_HOST_ADDRESS_H

#include <stdbool.h>

#include "hive/base/value.h"

enum spp_net {
	SPP_NET_NAME,	  /* a name, not an address */
	SPP_NET_LOOPBACK, /* 127.0.0.0/8, ::1, localhost; 0.0.0.0 and :: */
	SPP_NET_PRIVATE,  /* of one site or provider */
	SPP_NET_LINK,	  /* of one link */
	SPP_NET_SPECIAL,  /* documentation, multicast, reserved */
	SPP_NET_PUBLIC,
};

/* Longer than any name in the DNS. */
#define SPP_HOST_ADDRESS_TEXT 264

struct spp_host_address {
	char name
		[SPP_HOST_ADDRESS_TEXT]; /* lower case; an address in one form */
	enum spp_net net;
};

void spp_host_address_read(const char *text, struct spp_host_address *address);
/* Reads a registry value of whatever type as an address. */
enum spp_status spp_host_address_of(const struct spp_value *value,
				    struct spp_host_address *address,
				    struct spp_error *err);

/* Whether two spellings mean the same host; nothing is resolved. */
bool spp_host_address_same(const struct spp_host_address *a,
			   const struct spp_host_address *b);

/* Whether name is domain or below it; both without a final dot. */
bool spp_dns_name_below(const char *name, const char *domain);

#endif
