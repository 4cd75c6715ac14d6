/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Settings that have no effect in their scope, whatever their value.
 *
 *	why = spp_idle_reason(setting, &scope, &state, build);
 *	if (why)
 *		... "renewal-interval: a client takes ..." ...
 *
 * Sources: Microsoft, Registry Settings for Volume Activation, on which
 * settings are read where; KMS Activation Timing and Discovery, on the order;
 * Deploy KMS Activation, on the key SL.
 */
#ifndef POLICY_IDLE_H
#define POLICY_IDLE_H

#include "policy/model/policy.h"

/* NULL if the setting may have an effect. build: of Windows, 0 if unknown. */
const char *spp_idle_reason(const struct spp_setting *setting,
			    const struct spp_scope *scope,
			    const struct spp_policy *state, uint32_t build);

/* The one reason that is inferred; remove nothing because of it. */
extern const char spp_idle_inferred[];

#endif
