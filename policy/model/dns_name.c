/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/model/dns_name.h"

#include <arpa/inet.h>
#include <idn2.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "hive/base/number.h"

#define SRV_PREFIX "_vlmcs._tcp."

/* ASCII only: a locale must not change the meaning of a name. */
static bool is_ldh(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-';
}

static bool is_ascii(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text >= 0x80)
			return false;
	return true;
}

/*
 * Whether it is only digits and dots: 1.2.3.4 and 300.1.1.1 would pass as
 * domain names.
 */
static bool is_numeric(const char *text)
{
	return !text[strspn(text, "0123456789.")];
}

static enum spp_status check_label(const char *name, const char *label,
				   size_t n, struct spp_error *err)
{
	size_t i;

	if (!n)
		return spp_fail(err, SPP_INVALID,
				"domain '%s' has an empty label", name);
	if (n > SPP_DNS_LABEL_MAX)
		return spp_fail(err, SPP_INVALID,
				"domain '%s' has a label of %zu characters; "
				"the most is %d",
				name, n, SPP_DNS_LABEL_MAX);
	if (label[0] == '-' || label[n - 1] == '-')
		return spp_fail(err, SPP_INVALID,
				"domain '%s' has a label that starts or ends "
				"with a hyphen",
				name);
	for (i = 0; i < n; i++)
		if (!is_ldh(label[i]) && label[i] != '_')
			return spp_fail(err, SPP_INVALID,
					"domain '%s' has the character '%c'; "
					"allowed are letters, digits and "
					"hyphens",
					name, label[i]);
	return SPP_OK;
}

/*
 * Refuses "<domain>", copied from a page, and "<corp.example>", typed with its
 * brackets.
 */
static enum spp_status refuse_brackets(const char *name, struct spp_error *err)
{
	size_t n = strlen(name);
	char *inner =
		n > 2 && name[n - 1] == '>' ? strndup(name + 1, n - 2) : NULL;
	bool real = inner && strchr(inner, '.') && spp_dns_name_valid(inner);

	if (real)
		spp_fail(err, SPP_INVALID,
			 "'%s' is in angle brackets; write %s", name, inner);
	else
		spp_fail(err, SPP_INVALID,
			 "'%s' is a placeholder; put a domain in its place",
			 name);
	free(inner);
	return SPP_INVALID;
}

/* Checks an ASCII name without a trailing dot. */
static enum spp_status check_name(const char *name, struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	const char *at = name;
	size_t n;

	if (!*name)
		return spp_fail(err, SPP_INVALID, "a domain name is empty");
	if (!strcmp(name, "."))
		return spp_fail(err, SPP_INVALID,
				"'.' is the root of the DNS, not a domain of "
				"yours");
	if (*name == '<')
		return refuse_brackets(name, err);
	if (is_numeric(name))
		return spp_fail(err, SPP_INVALID,
				"'%s' is a number or an address, not a domain",
				name);
	if (strlen(name) > SPP_DNS_NAME_MAX)
		return spp_fail(err, SPP_INVALID,
				"domain '%.40s...' has %zu characters; the "
				"most is %d",
				name, strlen(name), SPP_DNS_NAME_MAX);
	for (;;) {
		n = strcspn(at, ".");
		st = check_label(name, at, n, err);
		at += n;
		if (st || !*at)
			return st;
		at++;
	}
}

static void warn(const char *name, struct spp_notes *notes)
{
	if (strchr(name, '_'))
		spp_note(notes,
			 "domain '%s' has an underscore, which host names may "
			 "not have",
			 name);
	if (!strchr(name, '.'))
		spp_note(notes, "domain '%s' is a single label", name);
}

/* Converts an international name to A-labels; *out is yours. */
static enum spp_status to_ascii(const char *text, char **out,
				struct spp_error *err)
{
	uint8_t *ascii = NULL;
	int rc;

	if (is_ascii(text)) {
		*out = strdup(text);
		return *out ? SPP_OK : spp_nomem(err);
	}
	rc = idn2_lookup_u8((const uint8_t *)text, &ascii,
			    IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
	if (rc == IDN2_MALLOC)
		return spp_nomem(err);
	if (rc != IDN2_OK)
		return spp_fail(err, SPP_INVALID,
				"domain '%s' has no form in the DNS: %s", text,
				idn2_strerror(rc));
	*out = strdup((const char *)ascii);
	idn2_free(ascii);
	return *out ? SPP_OK : spp_nomem(err);
}

enum spp_status spp_dns_name_parse(const char *text, char **out,
				   struct spp_notes *notes,
				   struct spp_error *err)
{
	char CLEANUP(spp_free_string) *name = NULL;
	enum spp_status st = to_ascii(text, &name, err);
	size_t n;

	if (st)
		return st;
	n = strlen(name);
	if (n > 1 && name[n - 1] == '.')
		name[n - 1] = '\0';
	st = check_name(name, err);
	if (st)
		return st;
	warn(name, notes);
	*out = name;
	name = NULL;
	return SPP_OK;
}

const char *spp_dns_name_after_srv(const char *text)
{
	size_t n = strlen(SRV_PREFIX);

	return strncasecmp(text, SRV_PREFIX, n) ? NULL : text + n;
}

/*
 * Refuses the name of the record itself, which people find in the DNS and
 * paste.
 */
enum spp_status spp_dns_name_refuse_srv(const char *text, struct spp_error *err)
{
	const char *domain = spp_dns_name_after_srv(text);

	if (!domain)
		return SPP_OK;
	return spp_fail(err, SPP_INVALID,
			"'%s' is the name of an SRV record; give the domain "
			"alone: %s",
			text, domain);
}

enum spp_status spp_dns_name_key(const char *text, char **key,
				 struct spp_error *err)
{
	struct spp_error why = SPP_ERROR_INIT;
	char *name = NULL, *c;
	size_t n = strlen(text);

	if (spp_dns_name_parse(text, &name, NULL, &why)) {
		if (why.status == SPP_NOMEM)
			return spp_nomem(err);
		name = strndup(text, n > 1 && text[n - 1] == '.' ? n - 1 : n);
	}
	if (!name)
		return spp_nomem(err);
	for (c = name; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c + ('a' - 'A'));
	*key = name;
	return SPP_OK;
}

bool spp_dns_name_valid(const char *text)
{
	return is_ascii(text) && !check_name(text, NULL);
}

static bool is_ipv4(const char *text)
{
	struct in_addr addr;

	return inet_pton(AF_INET, text, &addr) == 1;
}

static bool is_bracketed_ipv6(const char *text)
{
	char inner[INET6_ADDRSTRLEN];
	struct in6_addr addr;
	size_t n = strlen(text);

	if (n < 4 || n - 2 >= sizeof(inner) || text[0] != '[' ||
	    text[n - 1] != ']')
		return false;
	memcpy(inner, text + 1, n - 2);
	inner[n - 2] = '\0';
	return inet_pton(AF_INET6, inner, &addr) == 1;
}

bool spp_dns_name_valid_host(const char *text)
{
	return is_ipv4(text) || is_bracketed_ipv6(text) ||
	       spp_dns_name_valid(text);
}

bool spp_dns_name_split_port(const char *text, char **host, const char **port)
{
	const char *colon = strrchr(text, ':');
	uint64_t n;

	*host = NULL;
	if (!colon || !spp_number_parse(colon + 1, UINT16_MAX, &n) || !n)
		return false;
	*host = strndup(text, (size_t)(colon - text));
	if (!*host || !spp_dns_name_valid_host(*host)) {
		spp_free_string(host);
		return false;
	}
	*port = colon + 1;
	return true;
}

static enum spp_status refuse_colon(const char *text, struct spp_error *err)
{
	char CLEANUP(spp_free_string) *host = NULL;
	const char *port;

	if (spp_dns_name_split_port(text, &host, &port))
		return spp_fail(err, SPP_INVALID,
				"'%s' has a port; give the host alone: %s",
				text, host);
	return spp_fail(err, SPP_INVALID,
			"host '%s' has a colon, which a host name cannot have",
			text);
}

enum spp_status spp_dns_name_parse_host(const char *text, char **out,
					struct spp_notes *notes,
					struct spp_error *err)
{
	struct in6_addr addr;

	if (is_ipv4(text) || is_bracketed_ipv6(text)) {
		*out = strdup(text);
		return *out ? SPP_OK : spp_nomem(err);
	}
	if (inet_pton(AF_INET6, text, &addr) == 1)
		return spp_fail(err, SPP_INVALID,
				"IPv6 address '%s' must be in brackets: [%s]",
				text, text);
	if (strchr(text, ':'))
		return refuse_colon(text, err);
	if (is_numeric(text) && strpbrk(text, "0123456789"))
		return spp_fail(err, SPP_INVALID,
				"'%s' is not a valid IPv4 address", text);
	return spp_dns_name_parse(text, out, notes, err);
}
