/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who a client asks for its activation, in order:
 *
 *	activation-type   asked
 *	all (default)     Active Directory, if it is a domain member; KMS hosts
 *	1                 Active Directory
 *	2                 KMS hosts, in the order of effective.h
 *	3                 tokens
 *
 *	struct spp_activation_order order;
 *
 *	spp_activation_order_find(&have, &client, build, member, &order);
 *	... order.asked[0 .. order.count - 1] ...
 *
 * Sources: Activate clients running Windows (Active Directory before KMS on
 * domain members), Registry Settings for Volume Activation (the types), KMS
 * Activation Timing and Discovery (the KMS hosts).  Active Directory-based
 * activation exists since Windows 8, and not for Office in its own service.
 * The place of tokens beside the others is not documented: they are listed
 * only if they are the only ones.
 */
#ifndef POLICY_ACTIVATION_H
#define POLICY_ACTIVATION_H

#include "policy/model/effective.h"

/* Whether the machine is a member of a domain. */
enum spp_member {
	SPP_MEMBER_UNKNOWN,
	SPP_MEMBER_NO,
	SPP_MEMBER_YES,
};

/* The value of activation-type; any number but 1, 2 and 3 means all. */
enum spp_activation {
	SPP_ACTIVATE_ALL,
	SPP_ACTIVATE_AD,
	SPP_ACTIVATE_KMS,
	SPP_ACTIVATE_TOKEN,
};

struct spp_asked {
	enum spp_step step;
	bool sure; /* false: why says what it depends on */
	const char *why;
};

struct spp_activation_order {
	enum spp_activation type;
	const struct spp_policy_item *item; /* sets the type, or NULL */
	struct spp_effective kms;
	struct spp_asked asked[SPP_ASKED_MAX];
	size_t count; /* 0: nobody is asked */
};

void spp_activation_order_find(const struct spp_policy *have,
			       const struct spp_scope *client, uint32_t build,
			       enum spp_member member,
			       struct spp_activation_order *order);

/* Whether a KMS host is among those asked. */
bool spp_activation_uses_kms(const struct spp_activation_order *order);

#endif
