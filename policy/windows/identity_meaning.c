/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What follows from the facts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "policy/windows/identity.h"

uint32_t spp_identity_build(const struct spp_identity *identity)
{
	const char *build = identity->fact[SPP_FACT_BUILD];
	unsigned long n = build ? strtoul(build, NULL, 10) : 0;

	return n > 1000000 ? 0 : (uint32_t)n;
}

bool spp_identity_is_server(const struct spp_identity *identity)
{
	const char *type = identity->fact[SPP_FACT_INSTALLATION];
	const char *edition = identity->fact[SPP_FACT_EDITION];

	if (type)
		return strncasecmp(type, "Server", 6) == 0;
	return edition && strncasecmp(edition, "Server", 6) == 0;
}

enum spp_status spp_identity_title(const struct spp_identity *identity,
				   struct spp_buf *out, struct spp_error *err)
{
	const char *product = identity->fact[SPP_FACT_PRODUCT];
	const char *version = identity->fact[SPP_FACT_VERSION];
	const char *build = identity->fact[SPP_FACT_BUILD];
	const char *revision = identity->fact[SPP_FACT_REVISION];
	static const char ten[] = "Windows 10";
	enum spp_status st = SPP_OK;

	if (product && spp_identity_build(identity) >= SPP_BUILD_11 &&
	    !strncmp(product, ten, sizeof(ten) - 1) &&
	    !spp_identity_is_server(identity))
		st = spp_buf_printf(out, err, "Windows 11%s",
				    product + sizeof(ten) - 1);
	else if (product)
		st = spp_buf_puts(out, product, err);
	if (!st && version)
		st = spp_buf_printf(out, err, "%s%s", out->size ? " " : "",
				    version);
	if (!st && build)
		st = spp_buf_printf(
			out, err, "%sbuild %s%s%s", out->size ? ", " : "",
			build, revision ? "." : "", revision ? revision : "");
	return st;
}

#define AT_BOOT "2" /* SERVICE_AUTO_START */

enum spp_member spp_identity_member(const struct spp_identity *identity)
{
	const char *start = identity->fact[SPP_FACT_NETLOGON];
	bool policy = identity->fact[SPP_FACT_GROUP_POLICY_DOMAIN] != NULL;

	if (!start)
		return policy ? SPP_MEMBER_YES : SPP_MEMBER_UNKNOWN;
	if (!strcmp(start, AT_BOOT))
		return SPP_MEMBER_YES;
	return policy ? SPP_MEMBER_UNKNOWN : SPP_MEMBER_NO;
}

enum spp_status spp_identity_member_why(const struct spp_identity *identity,
					struct spp_buf *out,
					struct spp_error *err)
{
	const char *start = identity->fact[SPP_FACT_NETLOGON];
	const char *domain = identity->fact[SPP_FACT_GROUP_POLICY_DOMAIN];
	enum spp_status st = SPP_OK;

	if (start)
		st = spp_buf_puts(out, "how the service Netlogon starts", err);
	return st || !domain
		       ? st
		       : spp_buf_printf(out, err,
					"%sthe domain that Group Policy came "
					"from, '%s'",
					start ? ", and " : "", domain);
}

const char *spp_identity_suffix(const struct spp_identity *identity)
{
	const char *policy = identity->fact[SPP_FACT_POLICY_SUFFIX];

	return policy ? policy : identity->fact[SPP_FACT_SUFFIX];
}

char *spp_identity_fqdn(const struct spp_identity *identity)
{
	const char *host = identity->fact[SPP_FACT_HOST];
	const char *suffix = spp_identity_suffix(identity);
	char *fqdn;

	if (!host)
		host = identity->fact[SPP_FACT_COMPUTER];
	if (!host || !suffix || asprintf(&fqdn, "%s.%s", host, suffix) < 0)
		return NULL;
	return fqdn;
}
