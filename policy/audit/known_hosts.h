/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * KMS hosts that are known by name: public ones, which give out what they may
 * not, those of the clouds, which are right where they are, and addresses
 * that emulators use.
 *
 * The tables are data and go out of date; a site file adds to them and excepts
 * from them (site.h).  A pattern fits a name and all names below it; '*' stands
 * for any characters.  Sources stand in the tables, those of the public hosts
 * in public_hosts.def.
 */
#ifndef POLICY_KNOWN_HOSTS_H
#define POLICY_KNOWN_HOSTS_H

#include "hive/base/buf.h"
#include "policy/model/host_address.h"

enum spp_platform {
	SPP_PLATFORM_UNKNOWN,
	SPP_PLATFORM_ON_PREMISES,
	SPP_PLATFORM_AZURE,
	SPP_PLATFORM_GOOGLE,
	SPP_PLATFORM_AWS,
	SPP_PLATFORM_AZURE_CHINA,
	SPP_PLATFORM_ALIBABA,
	SPP_PLATFORM_TENCENT,
	SPP_PLATFORM_ORACLE,
	SPP_PLATFORM_JD,
};
#define SPP_PLATFORM_COUNT (SPP_PLATFORM_JD + 1)

/* "azure" in a site file; "Azure" in a sentence. */
const char *spp_platform_word(enum spp_platform platform);
const char *spp_platform_title(enum spp_platform platform);

struct spp_known_host {
	const char *pattern;
	unsigned int platforms; /* whose it is, of clouds: 1 << platform */
	const char *source;
};

/* Several clouds use some addresses: whether this platform is one of them. */
bool spp_known_host_is_of(const struct spp_known_host *host,
			  enum spp_platform platform);
/* Appends "AWS and JD Cloud". */
enum spp_status spp_known_host_owners(const struct spp_known_host *host,
				      struct spp_buf *out,
				      struct spp_error *err);

struct spp_known_hosts {
	const struct spp_known_host *row;
	size_t count;
};

extern const struct spp_known_hosts spp_known_hosts_public;
extern const struct spp_known_hosts spp_known_hosts_cloud;
extern const struct spp_known_hosts spp_known_hosts_placeholder;

/* The day the table of public hosts is of, "2026-11-30". */
extern const char spp_known_hosts_date[];

/* '*' stands for any characters, capitals for small letters. */
bool spp_known_hosts_glob(const char *pattern, const char *text);
/* The same for a name or one of the domains that it lies in. */
bool spp_known_hosts_fits(const char *pattern, const char *name);
/* The row that fits, or NULL. */
const struct spp_known_host *spp_known_hosts_find(
	const struct spp_known_hosts *list,
	const struct spp_host_address *address);

#endif
