/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which Windows this is: facts that an audit, the DNS records and a report need
 * in addition to the settings.
 *
 *	struct spp_identity image = SPP_IDENTITY_INIT;
 *
 *	spp_identity_read(windows, &image, err);
 *	spp_identity_release(&image);
 *
 * A missing fact is NULL.  Source: names and meanings of the values are those
 * of RegRipper's winver and compname plug-ins and of Microsoft's Deploy KMS
 * Activation; that the SRV record's target is host name and primary DNS suffix
 * follows from the latter.
 */
#ifndef POLICY_IDENTITY_H
#define POLICY_IDENTITY_H

#include "policy/model/activation.h"
#include "policy/model/build.h"
#include "policy/windows/firewall.h"
#include "policy/windows/hives.h"
#include "policy/windows/licence.h"

/* A value by which Windows loads something into an activation program. */
struct spp_hook {
	char *program; /* "SppExtComObj.exe" */
	char *value;   /* "VerifierDlls" */
	char *data;    /* for display */
};

/* Facts that are texts, by index. */
enum spp_fact {
	SPP_FACT_PRODUCT,	     /* ProductName, as stored */
	SPP_FACT_EDITION,	     /* EditionID */
	SPP_FACT_INSTALLATION,	     /* InstallationType: Client, Server, ... */
	SPP_FACT_BUILD,		     /* CurrentBuild */
	SPP_FACT_REVISION,	     /* UBR, in decimal */
	SPP_FACT_VERSION,	     /* DisplayVersion, else ReleaseId */
	SPP_FACT_COMPUTER,	     /* NetBIOS name */
	SPP_FACT_HOST,		     /* host name of TCP/IP */
	SPP_FACT_SUFFIX,	     /* primary DNS suffix */
	SPP_FACT_POLICY_SUFFIX,	     /* the same, set by Group Policy; wins */
	SPP_FACT_SEARCH_LIST,	     /* DNS suffix search list, with commas */
	SPP_FACT_POLICY_SEARCH_LIST, /* the same, set by Group Policy; wins */
	SPP_FACT_DHCP_DOMAIN,	     /* what DHCP gave as the domain */
	SPP_FACT_CONNECTION_DOMAINS, /* of connections, with commas */
	SPP_FACT_SYNC_DOMAIN,	     /* whether the suffix follows the domain */
	SPP_FACT_NETLOGON, /* how the service Netlogon starts, a number */
	SPP_FACT_GROUP_POLICY_DOMAIN, /* that Group Policy came from last */
	SPP_FACT_PRODUCT_ID,	      /* ProductId */
	SPP_FACT_INSTALLED,   /* InstallTime, else InstallDate, in UTC */
	SPP_FACT_KEY_EDITION, /* of the product key, see licence.h */
	SPP_FACT_KEY_CHANNEL, /* "Volume:GVLK" */
	SPP_FACT_KEY,	      /* all but its last group hidden */
};
#define SPP_FACT_COUNT (SPP_FACT_KEY + 1)

struct spp_identity {
	char *fact[SPP_FACT_COUNT];
	struct spp_hook *hook;
	size_t hooks;
	bool has_system; /* a SYSTEM hive was read */
	struct spp_firewall firewall;
	char key[SPP_LICENCE_KEY]; /* complete; "" if there is none */
	bool is_licence_damaged;   /* a value of it cannot be read */
};

#define SPP_IDENTITY_INIT    \
	{                    \
		.hook = NULL \
	}

void spp_identity_release(struct spp_identity *identity);
enum spp_status spp_identity_read(struct spp_hives *windows,
				  struct spp_identity *identity,
				  struct spp_error *err);

/* The fact's name in JSON: "product", "edition", ... */
const char *spp_fact_name(enum spp_fact fact);
/* How certain a fact of the licence is; NULL for other facts. */
const char *spp_fact_confidence(enum spp_fact fact);
/* Sets a fact to a copy; NULL clears it. */
enum spp_status spp_identity_set(struct spp_identity *identity,
				 enum spp_fact fact, const char *text,
				 struct spp_error *err);
/* The product key, hidden or whole: the fact has its last group alone. */
enum spp_status spp_identity_set_key(struct spp_identity *identity,
				     const char *key, struct spp_error *err);
enum spp_status spp_identity_add_hook(struct spp_identity *identity,
				      const char *program, const char *value,
				      const char *data, struct spp_error *err);

/* The build as a number, 0 if unknown. */
uint32_t spp_identity_build(const struct spp_identity *identity);
bool spp_identity_is_server(const struct spp_identity *identity);

/*
 * Appends "Windows 11 Pro 23H2, build 22631.2861", or nothing if nothing is
 * known.  ProductName of Windows 11 still says Windows 10: from build 22000 on
 * the number is corrected.
 */
enum spp_status spp_identity_title(const struct spp_identity *identity,
				   struct spp_buf *out, struct spp_error *err);

/*
 * Whether this is a member of a domain.  Microsoft documents it of the policy
 * of the LSA (POLICY_DNS_DOMAIN_INFO), which is in the hive SECURITY and is not
 * read here.  It is inferred: the service Netlogon starts at boot on members of
 * a domain; and Group Policy leaves the name of the domain that it came from,
 * which may stay when a machine leaves.  Where both disagree it is not known.
 */
enum spp_member spp_identity_member(const struct spp_identity *identity);
/*
 * Appends what that rests on: "how the service Netlogon starts, and the domain
 * that Group Policy came from, 'corp.example'"; nothing if on nothing.
 */
enum spp_status spp_identity_member_why(const struct spp_identity *identity,
					struct spp_buf *out,
					struct spp_error *err);

/* The effective primary DNS suffix, or NULL. */
const char *spp_identity_suffix(const struct spp_identity *identity);
/* Host name and suffix joined, or NULL if one is unknown; yours. */
char *spp_identity_fqdn(const struct spp_identity *identity);

#endif
