/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names of DNS domains and hosts: strict where sppctl writes them, with the
 * reason where one is refused.
 *
 * A domain has labels of 1 to 63 letters, digits and hyphens (not at an end),
 * 253 characters in all (RFC 1035, RFC 1123).  A trailing dot is dropped,
 * international names become A-labels (IDNA 2008, libidn2).  An underscore or
 * a single label is accepted with a note: Windows' DNS takes both.
 */
#ifndef POLICY_DNS_NAME_H
#define POLICY_DNS_NAME_H

#include <stdbool.h>

#include "hive/base/error.h"
#include "hive/base/notes.h"

#define SPP_DNS_NAME_MAX  253
#define SPP_DNS_LABEL_MAX 63

/* *out is yours.  SPP_INVALID says what is wrong. */
enum spp_status spp_dns_name_parse(const char *text, char **out,
				   struct spp_notes *notes,
				   struct spp_error *err);

/*
 * What follows "_vlmcs._tcp." in the name of a KMS host's record, or NULL if
 * text is no such name; SPP_INVALID with the right form where it is.
 */
const char *spp_dns_name_after_srv(const char *text);
enum spp_status spp_dns_name_refuse_srv(const char *text,
					struct spp_error *err);

/*
 * One text for all spellings of a domain, to be compared with strcmp(): lower
 * case, A-labels, no final dot.  What is not a domain keeps its characters.
 * *key is yours; fails for want of memory only.
 */
enum spp_status spp_dns_name_key(const char *text, char **key,
				 struct spp_error *err);

/*
 * What KeyManagementServiceName may hold: a domain name, a NetBIOS name, an
 * IPv4 address, or an IPv6 address in brackets, which stay in the value.
 */
enum spp_status spp_dns_name_parse_host(const char *text, char **out,
					struct spp_notes *notes,
					struct spp_error *err);

/*
 * Cuts "HOST:PORT" or "[ADDRESS]:PORT"; false if it is not of that form.  *host
 * is yours, *port points into text.
 */
bool spp_dns_name_split_port(const char *text, char **host, const char **port);

/* Whether text is a domain as it would be written, ASCII and in order. */
bool spp_dns_name_valid(const char *text);
bool spp_dns_name_valid_host(const char *text);

#endif
