/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Genuine tickets: Windows Server 2016 has NoAcquireGT in the key of Group
 * Policy where all others have NoGenTicket.
 *
 * Source: Microsoft, Manage connections from Windows operating system
 * components to Microsoft services, section 19.
 */
#ifndef POLICY_TICKET_H
#define POLICY_TICKET_H

#include "hive/base/notes.h"
#include "policy/windows/identity.h"

/* The one that this Windows reads, and the other; NULL: not known. */
const struct spp_setting *spp_ticket_setting(
	const struct spp_identity *identity);
const struct spp_setting *spp_ticket_other(const struct spp_setting *setting);

/* Whether want has the one that this Windows does not read. */
bool spp_ticket_misses(const struct spp_policy *want,
		       const struct spp_identity *identity);
/*
 * Fills an empty policy with what is wanted, and what is wanted of the one as
 * a wish for the other, with a note; one that have holds already stays.
 */
enum spp_status spp_ticket_fit(const struct spp_policy *want,
			       const struct spp_policy *have,
			       const struct spp_identity *identity,
			       struct spp_policy *fitted,
			       struct spp_notes *notes, struct spp_error *err);

#endif
