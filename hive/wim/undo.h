/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What undoes an edit that was appended to a WIM: the header as it was and
 * where the file ended, as nothing before that end was touched.
 *
 *	spp_wim_undo_write(&place, ".bak", &wim, follow, head, end, err);
 *	spp_wim_undo_apply(&place, &backup, &wim, dry, err);
 *
 * It belongs to the one file whose header, size and appended bytes are those
 * that it names, and is applied to no other.  Its own word is not trusted: who
 * made it is looked at, and the header before must be that of a whole WIM
 * which ends where the file would be cut.  One whose edit never came to be
 * visible, as a crash leaves it, does not count as a backup.
 *
 *   0 "SPPCTL-W"  8 version 1  16 end before  24 end after
 *  32 SHA-256 of what lies between  64 header before  272 header after
 * 480 SHA-256 of all that
 *
 * An edit that adds to the one before it has a second such record after the
 * first, with the same state before: until its header is written, the first
 * is the one that fits.
 */
#ifndef HIVE_WIM_UNDO_H
#define HIVE_WIM_UNDO_H

#include "hive/place/place.h"
#include "hive/wim/wim.h"

/*
 * After the new bytes are in the file, before the header is.  follow: the
 * newest backup may be of the edit just before this one, and then grows.
 */
enum spp_status spp_wim_undo_write(const struct spp_place *place,
				   const char *suffix,
				   const struct spp_wim *wim, bool follow,
				   const uint8_t head[SPP_WIM_HEAD],
				   uint64_t end, struct spp_error *err);

/* After an edit that did not become visible: removes what would undo it. */
void spp_wim_undo_forget(const struct spp_place *place, const char *suffix,
			 const struct spp_wim *wim);

/* backup: see restore.h; the place is open for writing. */
enum spp_status spp_wim_undo_apply(const struct spp_place *place,
				   const struct spp_place *backup,
				   const struct spp_wim *wim, bool dry,
				   struct spp_error *err);

#endif
