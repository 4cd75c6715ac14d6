/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings that go from a mistaken key to the one that Windows reads. */
#ifndef CLI_MOVE_H
#define CLI_MOVE_H

#include "hive/base/notes.h"
#include "policy/model/policy.h"

struct cli_move {
	struct spp_scope from;
	bool is_place; /* and all applications below it */
	const struct spp_setting **setting;
	int settings; /* 0: all */
};

/* What moves them; SPP_REFUSED where another value is there already. */
enum spp_status cli_move_want(const struct cli_move *move,
			      const struct spp_policy *have,
			      struct spp_policy *want, struct spp_notes *notes,
			      struct spp_error *err);

#endif
