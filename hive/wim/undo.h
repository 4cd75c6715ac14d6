/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Undoes an edit that was appended to a WIM: restores the header and cuts the
 * file where it ended, since the edit touched nothing before that end.
 *
 *	spp_wim_undo_write(&place, ".bak", &wim, follow, head, end, err);
 *	spp_wim_undo_apply(&place, &backup, &wim, dry, err);
 *
 * An undo file belongs to the one WIM whose header, size and appended bytes it
 * records, and is applied to no other.  It is not trusted: its maker is
 * checked, and the old header must be that of a complete WIM which ends where
 * the file would be cut.  If its edit never became visible, because of a crash,
 * it does not count as a backup.
 *
 *   0 "SPPCTL-W"  8 version 1  16 end before  24 end after
 *  32 SHA-256 of what lies between  64 header before  272 header after
 * 480 SHA-256 of all that
 *
 * An edit that continues the previous one has a second such record after the
 * first, with the same state before.  Until its header is written, the first
 * record is the one that fits.
 */
#ifndef HIVE_WIM_UNDO_H
#define HIVE_WIM_UNDO_H

#include "hive/place/place.h"
#include "hive/wim/wim.h"

/*
 * Call after the new bytes are in the file and before the header is.  follow:
 * the newest backup may be of the edit just before this one; then it is
 * extended.
 */
enum spp_status spp_wim_undo_write(const struct spp_place *place,
				   const char *suffix,
				   const struct spp_wim *wim, bool follow,
				   const uint8_t head[SPP_WIM_HEAD],
				   uint64_t end, struct spp_error *err);

/* After an edit that did not become visible: removes its undo file. */
void spp_wim_undo_forget(const struct spp_place *place, const char *suffix,
			 const struct spp_wim *wim);

/* backup: see restore.h; the place must be open for writing. */
enum spp_status spp_wim_undo_apply(const struct spp_place *place,
				   const struct spp_place *backup,
				   const struct spp_wim *wim, bool dry,
				   struct spp_error *err);

#endif
