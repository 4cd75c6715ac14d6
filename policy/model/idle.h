/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Settings that do nothing where they stand, whatever their value is.
 *
 *	why = spp_idle_reason(setting, &scope, &state, build);
 *	if (why)
 *		... "renewal-interval: a client takes ..." ...
 *
 * Sources: Microsoft, Registry Settings for Volume Activation, for what is
 * read where; KMS Activation Timing and Discovery for the order; Deploy KMS
 * Activation for the key SL.
 */
#ifndef POLICY_IDLE_H
#define POLICY_IDLE_H

#include "policy/model/policy.h"

/* NULL: it may matter.  build: of Windows, 0 if it is not known. */
const char *spp_idle_reason(const struct spp_setting *setting,
			    const struct spp_scope *scope,
			    const struct spp_policy *state, uint32_t build);

/* The reason that rests on an inference: nothing is to be removed for it. */
extern const char spp_idle_inferred[];

#endif
