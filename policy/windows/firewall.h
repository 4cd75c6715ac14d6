/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the firewall of an image lets in: its inbound rules that may concern a
 * KMS host.
 *
 *	struct spp_firewall fw = SPP_FIREWALL_INIT;
 *
 *	spp_firewall_add(&fw, "SPPSVC-In-TCP", "v2.30|Action=Allow|...", err);
 *	way = spp_firewall_way(&fw, 1688, &rule);
 *	spp_firewall_release(&fw);
 *
 * Microsoft, Create a Key Management Services (KMS) activation host: the
 * inbound rule of the service, SPPSVC-In-TCP, must be enabled on each host.
 * Rules are texts, "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|...", in
 * the key SharedAccess\Parameters\FirewallPolicy\FirewallRules of SYSTEM
 * ([MS-FASP] has the grammar; the place is third-party).  Those of Group Policy
 * are in Policies\Microsoft\WindowsFirewall of SOFTWARE.  Other firewalls, and
 * rules that exist only on the running machine, are not seen.
 */
#ifndef POLICY_FIREWALL_H
#define POLICY_FIREWALL_H

#include <stdbool.h>

#include "hive/base/buf.h"

enum spp_profile {
	SPP_PROFILE_DOMAIN,
	SPP_PROFILE_PRIVATE,
	SPP_PROFILE_PUBLIC
};
#define SPP_PROFILE_COUNT (SPP_PROFILE_PUBLIC + 1)

/* "domain", "private", "public" */
const char *spp_profile_word(enum spp_profile profile);

struct spp_firewall_rule {
	char *name; /* of the value */
	char *text; /* as stored */
};

struct spp_firewall {
	bool known;	  /* the key with the rules exists */
	bool more;	  /* there are more than SPP_FIREWALL_RULES */
	unsigned int off; /* profiles without a firewall: bits 1 << profile */
	struct spp_firewall_rule *rule;
	size_t count;
};

#define SPP_FIREWALL_INIT      \
	{                      \
		.known = false \
	}
#define SPP_FIREWALL_RULES 200	/* kept */
#define SPP_FIREWALL_TEXT  2048 /* bytes of a rule; longer ones are left out */

void spp_firewall_release(struct spp_firewall *firewall);

/*
 * Keeps a rule that may concern a KMS host: inbound, TCP, and either the
 * service's own, or active and of no program.
 */
enum spp_status spp_firewall_add(struct spp_firewall *firewall,
				 const char *name, const char *text,
				 struct spp_error *err);

enum spp_way {
	SPP_WAY_UNKNOWN,
	SPP_WAY_OPEN,
	SPP_WAY_LIMITED, /* from some addresses, or in some profiles only */
	SPP_WAY_SHUT,	 /* no active rule lets it in */
	SPP_WAY_BLOCKED, /* an active rule blocks it */
};
#define SPP_WAY_COUNT (SPP_WAY_BLOCKED + 1)

/* "open" */
const char *spp_way_word(enum spp_way way);

/*
 * Whether TCP on this port gets in.  *rule: the name of the rule that decides;
 * if it is shut, of the service's rule that is off; or NULL.
 */
enum spp_way spp_firewall_way(const struct spp_firewall *firewall,
			      uint32_t port, const char **rule);

/*
 * Appends "no active inbound rule lets TCP 1688 in ('SPPSVC-In-TCP' is off)".
 */
enum spp_status spp_firewall_say(const struct spp_firewall *firewall,
				 uint32_t port, struct spp_buf *out,
				 struct spp_error *err);

#endif
