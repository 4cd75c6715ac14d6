/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether a volume has shadow copies.  Windows saves the old content of a block
 * when it writes one; any other program that writes a block changes what the
 * copies show.
 *
 *	spp_shadow_look(overlay, off, size, &has, err);
 */
#ifndef HIVE_SHADOW_H
#define HIVE_SHADOW_H

#include <stdbool.h>

#include "hive/place/overlay.h"

/* For the volume at off; has: true if it may have shadow copies. */
enum spp_status spp_shadow_look(struct spp_overlay *disk, uint64_t off,
				uint64_t size, bool *has,
				struct spp_error *err);

#endif
