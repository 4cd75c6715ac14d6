/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/model/activation.h"

#include "policy/model/build.h"

static enum spp_activation type_of(const struct spp_policy_item *item)
{
	uint32_t n;

	if (!item || !spp_setting_number(&item->value, &n) ||
	    n > SPP_ACTIVATE_TOKEN)
		return SPP_ACTIVATE_ALL;
	return (enum spp_activation)n;
}

static void ask(struct spp_activation_order *order, enum spp_step step,
		bool sure, const char *why)
{
	order->asked[order->count++] =
		(struct spp_asked){ .step = step, .sure = sure, .why = why };
}

static void ask_ad(struct spp_activation_order *order, uint32_t build,
		   enum spp_member member)
{
	bool only = order->type == SPP_ACTIVATE_AD;

	if (order->kms.client.place != SPP_PLACE_SPP ||
	    (build && build < SPP_BUILD_8))
		return;
	if (member == SPP_MEMBER_UNKNOWN)
		ask(order, SPP_STEP_AD, false,
		    only ? "activation-type allows nothing else; whether this "
			   "is a domain member is not known"
			 : "if this is a domain member, which is not known");
	else if (member == SPP_MEMBER_YES)
		ask(order, SPP_STEP_AD, true,
		    only ? "activation-type allows nothing else"
			 : "a domain member asks it before any KMS host");
	else if (only)
		ask(order, SPP_STEP_AD, false,
		    "activation-type allows nothing else, and this does not "
		    "seem to be a domain member");
}

static void ask_kms(struct spp_activation_order *order)
{
	static const char *const whys[SPP_STEP_COUNT] = {
		[SPP_STEP_SKU] = "the host set for the SKU",
		[SPP_STEP_APPLICATION] = "the host set for the application",
		[SPP_STEP_GLOBAL] = "the host set for all",
		[SPP_STEP_CACHE] = "the host of the last success",
		[SPP_STEP_DNS] = "the hosts that the DNS names",
	};
	const struct spp_effective *e = &order->kms;
	bool set = false;
	int step;

	for (step = SPP_STEP_SKU; step < SPP_STEP_COUNT; step++) {
		if (step != SPP_STEP_DNS && (!e->asked[step] || !e->host[step]))
			continue;
		ask(order, (enum spp_step)step, !set,
		    set ? "Microsoft's pages differ on whether a host that is "
			  "set ends the search"
			: whys[step]);
		set = set || step <= SPP_STEP_GLOBAL;
	}
}

void spp_activation_order_find(const struct spp_policy *have,
			       const struct spp_scope *client, uint32_t build,
			       enum spp_member member,
			       struct spp_activation_order *order)
{
	*order = (struct spp_activation_order){ .count = 0 };
	spp_effective_find(have, client, &order->kms);
	order->item = spp_effective_item(
		have, client, &spp_settings[SPP_SETTING_ACTIVATION_TYPE]);
	order->type = type_of(order->item);
	if (order->type == SPP_ACTIVATE_TOKEN)
		ask(order, SPP_STEP_TOKEN, true,
		    "activation-type allows nothing else");
	if (order->type == SPP_ACTIVATE_ALL || order->type == SPP_ACTIVATE_AD)
		ask_ad(order, build, member);
	if (order->type == SPP_ACTIVATE_ALL || order->type == SPP_ACTIVATE_KMS)
		ask_kms(order);
}

bool spp_activation_uses_kms(const struct spp_activation_order *order)
{
	return order->type == SPP_ACTIVATE_ALL ||
	       order->type == SPP_ACTIVATE_KMS;
}
