/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * KMS hosts known by name: public ones, which activate without a licence; those
 * of clouds, which are right there; and addresses that emulators use.
 *
 * The tables are data and go out of date; a site file adds to them and excepts
 * from them (site.h).  A pattern matches a name and all names below it; '*'
 * stands for any characters.  Each row has its source; the public hosts are in
 * public_hosts.def.
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
	unsigned int platforms; /* owners, for clouds: bits 1 << platform */
	const char *source;
};

/* Whether the address is used by this platform; some are by several. */
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

/* The date of the table of public hosts, "2026-11-30". */
extern const char spp_known_hosts_date[];

/* Matches a pattern, ignoring case; '*' stands for any characters. */
bool spp_known_hosts_glob(const char *pattern, const char *text);
/* Matches a name or one of the domains that it is in. */
bool spp_known_hosts_fits(const char *pattern, const char *name);
/* The first matching row, or NULL. */
const struct spp_known_host *spp_known_hosts_find(
	const struct spp_known_hosts *list,
	const struct spp_host_address *address);

#endif
