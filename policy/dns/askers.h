/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whom a client machine asks for its activation: the machine as a whole, and
 * the applications and SKUs that have settings of their own, each by the order
 * of policy/model/activation.h.
 *
 *	spp_askers_read(&state, &identity, &machine, err);
 *	spp_askers_note(&state, &identity, &machine, err);	says the same
 */
#ifndef POLICY_ASKERS_H
#define POLICY_ASKERS_H

#include "policy/dns/records.h"

/* Fills in pinned, pinned_for, stays and looks of a machine. */
enum spp_status spp_askers_read(const struct spp_policy *state,
				const struct spp_identity *identity,
				struct spp_machine *machine,
				struct spp_error *err);
/* Notes what the machine as a whole asks, and whose settings differ. */
enum spp_status spp_askers_note(const struct spp_policy *state,
				const struct spp_identity *identity,
				struct spp_machine *machine,
				struct spp_error *err);

#endif
