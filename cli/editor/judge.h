/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person may change: as everywhere, but a list keeps what was wrong. */
#ifndef CLI_EDITOR_JUDGE_H
#define CLI_EDITOR_JUDGE_H

#include "policy/model/policy.h"

/* SPP_INVALID says why not; entries of a list that were there before may stay,
 * byte for byte. */
enum spp_status cli_judge(const struct spp_change *change,
			  struct spp_notes *notes, struct spp_error *err);

#endif
