/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Volume shadow copies: whether a volume has some.  They keep old content of
 * blocks when Windows writes them; whoever else writes a block changes what
 * they show.
 *
 *	spp_shadow_look(overlay, off, size, &has, err);
 */
#ifndef HIVE_SHADOW_H
#define HIVE_SHADOW_H

#include <stdbool.h>

#include "hive/place/overlay.h"

/* Of the volume with size bytes at off; has is true where it may have some. */
enum spp_status spp_shadow_look(struct spp_overlay *disk, uint64_t off,
				uint64_t size, bool *has,
				struct spp_error *err);

#endif
