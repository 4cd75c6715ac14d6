/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Genuine tickets: in the key of Group Policy, Windows Server 2016 has
 * NoAcquireGT where all others have NoGenTicket.
 *
 * Source: Microsoft, Manage connections from Windows operating system
 * components to Microsoft services, section 19.
 */
#ifndef POLICY_TICKET_H
#define POLICY_TICKET_H

#include "hive/base/notes.h"
#include "policy/windows/identity.h"

/* The setting that this Windows reads, and the other one; NULL if unknown. */
const struct spp_setting *spp_ticket_setting(
	const struct spp_identity *identity);
const struct spp_setting *spp_ticket_other(const struct spp_setting *setting);

/* Whether want has the setting that this Windows does not read. */
bool spp_ticket_misses(const struct spp_policy *want,
		       const struct spp_identity *identity);
/*
 * Copies want into an empty policy and turns a wish for the setting that this
 * Windows does not read into one for the other, with a note.  A setting that
 * have already has stays.
 */
enum spp_status spp_ticket_fit(const struct spp_policy *want,
			       const struct spp_policy *have,
			       const struct spp_identity *identity,
			       struct spp_policy *fitted,
			       struct spp_notes *notes, struct spp_error *err);

#endif
