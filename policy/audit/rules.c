/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <strings.h>

#include "policy/audit/private.h"

#define REFER(id, name) [SPP_##id] = &spp_rule_##name,
const struct spp_rule *const spp_rules[SPP_RULE_COUNT] = { SPP_RULE_LIST(
	REFER) };

/* Bits hold sets of rules. */
_Static_assert(SPP_RULE_COUNT <= 64, "more rules than bits");

const struct spp_rule *spp_rule_find(const char *text)
{
	size_t i;

	for (i = 0; i < SPP_RULE_COUNT; i++)
		if (!strcasecmp(spp_rules[i]->id, text) ||
		    !strcasecmp(spp_rules[i]->name, text))
			return spp_rules[i];
	return NULL;
}
