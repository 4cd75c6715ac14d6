/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/windows/ticket.h"

const struct spp_setting *spp_ticket_setting(
	const struct spp_identity *identity)
{
	uint32_t build = spp_identity_build(identity);

	/* Windows 10 1607 has the build of Windows Server 2016. */
	if (!build || (build == SPP_BUILD_2016 &&
		       !identity->fact[SPP_FACT_INSTALLATION] &&
		       !identity->fact[SPP_FACT_EDITION]))
		return NULL;
	return build == SPP_BUILD_2016 && spp_identity_is_server(identity)
		       ? &spp_settings[SPP_SETTING_ACQUIRE_TICKET]
		       : &spp_settings[SPP_SETTING_GENUINE_TICKET];
}

const struct spp_setting *spp_ticket_other(const struct spp_setting *setting)
{
	return setting == &spp_settings[SPP_SETTING_GENUINE_TICKET]
		       ? &spp_settings[SPP_SETTING_ACQUIRE_TICKET]
		       : &spp_settings[SPP_SETTING_GENUINE_TICKET];
}

static bool is_missed(const struct spp_policy_item *item,
		      const struct spp_setting *right)
{
	return right && item->setting == spp_ticket_other(right) &&
	       item->scope.place == SPP_PLACE_POLICIES &&
	       (item->wish == SPP_PRESENT || item->wish == SPP_DEFAULT);
}

bool spp_ticket_misses(const struct spp_policy *want,
		       const struct spp_identity *identity)
{
	const struct spp_setting *right = spp_ticket_setting(identity);
	size_t i;

	for (i = 0; i < want->count; i++)
		if (is_missed(&want->item[i], right))
			return true;
	return false;
}

static enum spp_status add(const struct spp_policy_item *item,
			   const struct spp_setting *setting,
			   struct spp_policy *to, struct spp_error *err)
{
	to->where = item->where;
	if (item->wish == SPP_PRESENT)
		return spp_policy_set(to, &item->scope, setting, &item->value,
				      err);
	if (item->wish == SPP_DEFAULT)
		return spp_policy_offer(to, &item->scope, setting, &item->value,
					err);
	return spp_policy_wish(to, &item->scope, setting, item->wish, err);
}

enum spp_status spp_ticket_fit(const struct spp_policy *want,
			       const struct spp_policy *have,
			       const struct spp_identity *identity,
			       struct spp_policy *fitted,
			       struct spp_notes *notes, struct spp_error *err)
{
	const struct spp_setting *right = spp_ticket_setting(identity);
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < want->count; i++) {
		const struct spp_policy_item *item = &want->item[i], *there;

		there = item->setting ? spp_policy_get(have, &item->scope,
						       item->setting)
				      : NULL;
		if (!is_missed(item, right) ||
		    spp_policy_get(want, &item->scope, right) ||
		    (there && there->wish == SPP_PRESENT &&
		     spp_value_equal(&there->value, &item->value))) {
			st = add(item, item->setting, fitted, err);
			continue;
		}
		st = add(item, right, fitted, err);
		spp_note(notes,
			 "%s is written for %s, which this Windows does not "
			 "read",
			 right->value, item->setting->value);
	}
	return st;
}
