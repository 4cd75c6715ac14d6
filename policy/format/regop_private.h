/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by regop.c, regop_make.c and regop_wide.c. */
#ifndef POLICY_REGOP_PRIVATE_H
#define POLICY_REGOP_PRIVATE_H

#include "policy/format/regop.h"

#define PLACE_KEY 160 /* longer than any key in spp_places */

struct spp_root_row {
	enum spp_root root;
	const char *key;
};

extern const struct spp_root_row spp_root_of_role[SPP_ROLE_COUNT];

/* Adds a wish that something is absent everywhere, each setting by itself. */
enum spp_status spp_regop_wide_make(const struct spp_policy *policy,
				    const struct spp_policy_item *item,
				    struct spp_regops *lines,
				    struct spp_error *err);
void spp_regop_wide_release(struct spp_regop_wide *wide);

#endif
