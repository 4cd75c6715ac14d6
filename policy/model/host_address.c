/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/model/host_address.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

/*
 * The first range that contains the address counts; without one it is public.
 */
static const struct {
	int family;
	const char *network;
	unsigned int bits;
	enum spp_net range;
} ranges[] = {
	{ AF_INET, "0.0.0.0", 32, SPP_NET_LOOPBACK },
	{ AF_INET, "0.0.0.0", 8, SPP_NET_SPECIAL },
	{ AF_INET, "10.0.0.0", 8, SPP_NET_PRIVATE },
	{ AF_INET, "100.64.0.0", 10, SPP_NET_PRIVATE },
	{ AF_INET, "127.0.0.0", 8, SPP_NET_LOOPBACK },
	{ AF_INET, "169.254.0.0", 16, SPP_NET_LINK },
	{ AF_INET, "172.16.0.0", 12, SPP_NET_PRIVATE },
	{ AF_INET, "192.0.0.0", 24, SPP_NET_SPECIAL },
	{ AF_INET, "192.0.2.0", 24, SPP_NET_SPECIAL },
	{ AF_INET, "192.168.0.0", 16, SPP_NET_PRIVATE },
	{ AF_INET, "198.18.0.0", 15, SPP_NET_SPECIAL },
	{ AF_INET, "198.51.100.0", 24, SPP_NET_SPECIAL },
	{ AF_INET, "203.0.113.0", 24, SPP_NET_SPECIAL },
	{ AF_INET, "224.0.0.0", 3, SPP_NET_SPECIAL },
	{ AF_INET6, "::", 127, SPP_NET_LOOPBACK }, /* includes ::1 */
	{ AF_INET6, "2001:db8::", 32, SPP_NET_SPECIAL },
	{ AF_INET6, "3fff::", 20, SPP_NET_SPECIAL },
	{ AF_INET6, "2000::", 3, SPP_NET_PUBLIC },
	{ AF_INET6, "fc00::", 7, SPP_NET_PRIVATE },
	{ AF_INET6, "fe80::", 10, SPP_NET_LINK },
	{ AF_INET6, "::", 0, SPP_NET_SPECIAL },
};

static bool in_network(const uint8_t *ip, const uint8_t *network,
		       unsigned int bits)
{
	unsigned int bytes = bits / 8, rest = bits % 8;
	uint8_t mask = (uint8_t)(0xff00u >> rest);

	return !memcmp(ip, network, bytes) &&
	       (!rest || (ip[bytes] & mask) == (network[bytes] & mask));
}

static enum spp_net range_of(int family, const uint8_t *ip)
{
	uint8_t network[16];
	size_t i;

	for (i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (ranges[i].family == family &&
		    inet_pton(family, ranges[i].network, network) == 1 &&
		    in_network(ip, network, ranges[i].bits))
			return ranges[i].range;
	return SPP_NET_PUBLIC;
}

/* Removes everything around a name, and makes it lower case. */
static void strip(const char *text, char name[SPP_HOST_ADDRESS_TEXT])
{
	const char *colon;
	size_t n, i;

	while (*text == ' ' || *text == '\t')
		text++;
	colon = strchr(text, ':');
	if (*text == '[')
		n = strcspn(++text, "]%");
	else if (colon && !strchr(colon + 1, ':'))
		n = (size_t)(colon - text);
	else
		n = strcspn(text, "%");
	if (n >= SPP_HOST_ADDRESS_TEXT)
		n = SPP_HOST_ADDRESS_TEXT - 1;
	for (i = 0; i < n; i++)
		name[i] = (char)((unsigned char)text[i] < 0x80
					 ? tolower((unsigned char)text[i])
					 : text[i]);
	while (n && strchr(" \t.", name[n - 1]))
		n--;
	name[n] = '\0';
}

static bool is_localhost(const char *name)
{
	return spp_dns_name_below(name, "localhost") ||
	       spp_dns_name_below(name, "localhost.localdomain");
}

void spp_host_address_read(const char *text, struct spp_host_address *address)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct in_addr v4;
	uint8_t ip[16];

	strip(text, address->name);
	address->net = SPP_NET_NAME;
	if (inet_aton(address->name, &v4)) {
		memcpy(ip, &v4, sizeof(v4));
		inet_ntop(AF_INET, ip, address->name, SPP_HOST_ADDRESS_TEXT);
		address->net = range_of(AF_INET, ip);
	} else if (inet_pton(AF_INET6, address->name, ip) == 1) {
		bool v6 = memcmp(ip, mapped, sizeof(mapped)) != 0;

		memmove(ip, v6 ? ip : ip + 12, v6 ? 16 : 4);
		inet_ntop(v6 ? AF_INET6 : AF_INET, ip, address->name,
			  SPP_HOST_ADDRESS_TEXT);
		address->net = range_of(v6 ? AF_INET6 : AF_INET, ip);
	} else if (is_localhost(address->name)) {
		address->net = SPP_NET_LOOPBACK;
	}
}

enum spp_status spp_host_address_of(const struct spp_value *value,
				    struct spp_host_address *address,
				    struct spp_error *err)
{
	char CLEANUP(spp_free_string) *text = NULL;
	enum spp_status st = spp_value_get_text(value, &text, NULL, err);

	if (!st)
		spp_host_address_read(text, address);
	return st;
}

bool spp_host_address_same(const struct spp_host_address *a,
			   const struct spp_host_address *b)
{
	size_t n;

	if (!strcmp(a->name, b->name))
		return true;
	if (a->net != SPP_NET_NAME || b->net != SPP_NET_NAME)
		return false;
	/* A NetBIOS name equals the full name that begins with it. */
	if (strchr(a->name, '.') && strchr(b->name, '.'))
		return false;
	n = strcspn(a->name, ".");
	return n && n == strcspn(b->name, ".") && !memcmp(a->name, b->name, n);
}

bool spp_dns_name_below(const char *name, const char *domain)
{
	size_t n = strlen(name), d = strlen(domain);

	return d && n >= d && !strcasecmp(name + n - d, domain) &&
	       (n == d || name[n - d - 1] == '.');
}
