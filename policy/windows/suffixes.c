/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/windows/suffixes.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "policy/model/dns_name.h"

#define SUFFIXES_MAX 64
#define BLANKS	     " \t"
#define TCPIP	     "SYSTEM Services\\Tcpip\\Parameters\\"
#define DOCUMENTED   "documented"

static const struct spp_suffix_source sources[] = {
	{ SPP_FACT_POLICY_SUFFIX, "primary DNS suffix, by Group Policy",
	  "SOFTWARE Policies\\Microsoft\\System\\DNSClient\\NV "
	  "PrimaryDnsSuffix",
	  DOCUMENTED },
	{ SPP_FACT_SUFFIX, "primary DNS suffix", TCPIP "NV Domain, or Domain",
	  DOCUMENTED },
	{ SPP_FACT_GROUP_POLICY_DOMAIN, "domain that Group Policy came from",
	  "SOFTWARE Microsoft\\Windows\\CurrentVersion\\Group "
	  "Policy\\History\\MachineDomain",
	  "documented of a member's domain; third-party that this is it" },
	{ SPP_FACT_DHCP_DOMAIN, "domain from DHCP", TCPIP "DhcpDomain",
	  "documented of a workgroup" },
	{ SPP_FACT_POLICY_SEARCH_LIST, "search list, by Group Policy",
	  "SOFTWARE Policies\\Microsoft\\Windows NT\\DNSClient\\SearchList",
	  DOCUMENTED },
	{ SPP_FACT_SEARCH_LIST, "search list", TCPIP "SearchList", DOCUMENTED },
	{ SPP_FACT_CONNECTION_DOMAINS, "suffix of a connection",
	  TCPIP "Interfaces", "inferred" },
};
#define SOURCES (sizeof(sources) / sizeof(sources[0]))

void spp_suffixes_release(struct spp_suffixes *suffixes)
{
	size_t i;

	if (!suffixes)
		return;
	for (i = 0; i < suffixes->count; i++)
		free(suffixes->suffix[i].domain);
	free(suffixes->suffix);
	*suffixes = (struct spp_suffixes)SPP_SUFFIXES_INIT;
}

static enum spp_status add(const char *domain, size_t n,
			   const struct spp_suffix_source *source,
			   struct spp_suffixes *to, struct spp_error *err)
{
	size_t blanks = strspn(domain, BLANKS);
	char CLEANUP(spp_free_string) *copy = NULL;
	struct spp_suffix *grown;
	size_t i;

	for (; n && strchr(BLANKS, domain[n - 1]); n--)
		;
	copy = n > blanks ? strndup(domain + blanks, n - blanks) : strdup("");

	if (!copy)
		return spp_nomem(err);
	if (!spp_dns_name_valid(copy))
		return SPP_OK;
	for (i = 0; i < to->count; i++)
		if (!strcasecmp(to->suffix[i].domain, copy))
			return SPP_OK;
	if (to->count >= SUFFIXES_MAX)
		return SPP_OK;
	grown = realloc(to->suffix, (to->count + 1) * sizeof(*grown));
	if (!grown)
		return spp_nomem(err);
	to->suffix = grown;
	grown[to->count++] = (struct spp_suffix){ copy, source };
	copy = NULL;
	return SPP_OK;
}

/* Whether a fact is one that another takes the place of. */
static bool is_replaced(const struct spp_identity *identity, enum spp_fact fact)
{
	return (fact == SPP_FACT_SUFFIX &&
		identity->fact[SPP_FACT_POLICY_SUFFIX]) ||
	       (fact == SPP_FACT_SEARCH_LIST &&
		identity->fact[SPP_FACT_POLICY_SEARCH_LIST]);
}

enum spp_status spp_suffixes_find(const struct spp_identity *identity,
				  struct spp_suffixes *suffixes,
				  struct spp_error *err)
{
	struct spp_suffixes found = SPP_SUFFIXES_INIT;
	enum spp_status st = SPP_OK;
	size_t i, n;

	for (i = 0; !st && i < SOURCES; i++) {
		const char *text = identity->fact[sources[i].fact];

		if (!text || is_replaced(identity, sources[i].fact))
			continue;
		for (; !st && *text; text += n + (text[n] != '\0')) {
			n = strcspn(text, ",;");
			st = add(text, n, &sources[i], &found, err);
		}
	}
	if (st) {
		spp_suffixes_release(&found);
		return st;
	}
	spp_suffixes_release(suffixes);
	*suffixes = found;
	return SPP_OK;
}

enum spp_status spp_suffixes_show(const struct spp_suffixes *suffixes,
				  struct spp_buf *out, struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < suffixes->count; i++)
		st = spp_buf_printf(out, err, "%s%s", i ? ", " : "",
				    suffixes->suffix[i].domain);
	return st;
}
