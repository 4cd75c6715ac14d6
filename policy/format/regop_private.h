/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between regline.c and regline_make.c. */
#ifndef POLICY_REGLINE_PRIVATE_H
#define POLICY_REGLINE_PRIVATE_H

#include "policy/format/regop.h"

#define PLACE_KEY 160 /* the longest key of a place, and room */

struct spp_hive_row {
	enum spp_root root;
	const char *key;
};

extern const struct spp_hive_row spp_hives[SPP_ROLE_COUNT];

#endif
