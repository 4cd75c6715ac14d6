/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * KMS hosts that are known by name: public ones, which give out what they may
 * not, those of the clouds, which are right where they are, and addresses
 * that emulators use.
 *
 * The tables are data and go out of date; a site file adds to them (site.h).  A
 * pattern fits a name and all names below it; '*' stands for any characters.
 * Sources stand in the tables.
 */
#ifndef POLICY_KNOWN_HOSTS_H
#define POLICY_KNOWN_HOSTS_H

#include "policy/model/host_address.h"

enum spp_platform {
	SPP_PLATFORM_UNKNOWN,
	SPP_PLATFORM_ON_PREMISES,
	SPP_PLATFORM_AZURE,
	SPP_PLATFORM_GOOGLE,
	SPP_PLATFORM_AWS,
};
#define SPP_PLATFORM_COUNT (SPP_PLATFORM_AWS + 1)

/* "azure" in a site file; "Azure" in a sentence. */
const char *spp_platform_word(enum spp_platform platform);
const char *spp_platform_title(enum spp_platform platform);

struct spp_known_host {
	const char *pattern;
	enum spp_platform platform; /* whose it is, of a cloud */
	const char *source;
};

struct spp_known_hosts {
	const struct spp_known_host *row;
	size_t count;
};

extern const struct spp_known_hosts spp_known_hosts_public;
extern const struct spp_known_hosts spp_known_hosts_cloud;
extern const struct spp_known_hosts spp_known_hosts_placeholder;

/* '*' stands for any characters, capitals for small letters. */
bool spp_known_hosts_glob(const char *pattern, const char *text);
/* The same for a name or one of the domains that it lies in. */
bool spp_known_hosts_fits(const char *pattern, const char *name);
/* The row that fits, or NULL. */
const struct spp_known_host *spp_known_hosts_find(
	const struct spp_known_hosts *list,
	const struct spp_host_address *address);

#endif
