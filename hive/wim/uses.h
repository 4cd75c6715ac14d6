/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counts the files of all images that have the same bytes.  The numbers in the
 * table are not enough: some programs state fewer than there are, and an entry
 * that is removed too early is a file lost.
 *
 *	uint64_t uses[CHANGES] = { 0 };
 *
 *	spp_wim_uses(&edit, uses, err);
 */
#ifndef HIVE_WIM_USES_H
#define HIVE_WIM_USES_H

#include "hive/wim/write.h"

/*
 * Adds to uses, one for each change, the files that have its old bytes; in the
 * edited image as its tree is now.
 */
enum spp_status spp_wim_uses(const struct spp_wim_edit *edit, uint64_t *uses,
			     struct spp_error *err);

#endif
