/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between regop.c and regop_make.c. */
#ifndef POLICY_REGOP_PRIVATE_H
#define POLICY_REGOP_PRIVATE_H

#include "policy/format/regop.h"

#define PLACE_KEY 160 /* longer than any key in spp_places */

struct spp_root_row {
	enum spp_root root;
	const char *key;
};

extern const struct spp_root_row spp_root_of_role[SPP_ROLE_COUNT];

#endif
