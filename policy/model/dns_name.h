/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names of DNS domains and hosts, parsed strictly before sppctl writes them; a
 * refusal gives the reason.
 *
 * A domain has labels of 1 to 63 letters, digits and hyphens (not at an end),
 * 253 characters in all (RFC 1035, RFC 1123).  A trailing dot is dropped,
 * international names become A-labels (IDNA 2008, libidn2).  An underscore or a
 * single label is accepted with a note: Windows' DNS takes both.
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
 * The text after "_vlmcs._tcp."  in the name of a KMS host's record, or NULL
 * for another name; spp_dns_name_refuse_srv() fails for such a name and gives
 * the right form.
 */
const char *spp_dns_name_after_srv(const char *text);
enum spp_status spp_dns_name_refuse_srv(const char *text,
					struct spp_error *err);

/*
 * One text for all spellings of a domain, for strcmp(): lower case, A-labels,
 * no final dot.  A text that is not a domain keeps its characters.  *key is
 * yours; fails only if memory is short.
 */
enum spp_status spp_dns_name_key(const char *text, char **key,
				 struct spp_error *err);

/*
 * Parses the content of KeyManagementServiceName: a domain name, a NetBIOS
 * name, an IPv4 address, or an IPv6 address in brackets, which stay in the
 * value.
 */
enum spp_status spp_dns_name_parse_host(const char *text, char **out,
					struct spp_notes *notes,
					struct spp_error *err);

/*
 * Splits "HOST:PORT" or "[ADDRESS]:PORT"; false for any other form.  *host is
 * yours, *port points into text.
 */
bool spp_dns_name_split_port(const char *text, char **host, const char **port);

/* Whether text is a valid domain in the form that sppctl writes. */
bool spp_dns_name_valid(const char *text);
bool spp_dns_name_valid_host(const char *text);

#endif
