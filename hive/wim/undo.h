/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What undoes an edit that was appended to a WIM: the header as it was and
 * where the file ended, as nothing before that end was touched.
 *
 *	spp_wim_undo_check(&place, &wim, follow, err);	before anything
 *	spp_wim_undo_write(&place, &wim, follow, fd, head, end, err);
 *	spp_wim_undo_apply(&place, &wim, dry, fd, &undone, err);
 *
 * It belongs to the one file whose header, size and appended bytes are those
 * that it names, and is applied to no other.  One whose edit never came to be
 * visible, as a crash leaves it, does not count as a backup.
 *
 *   0 "SPPCTL-W"  8 version 1  16 end before  24 end after
 *  32 SHA-256 of what lies between  64 header before  272 header after
 * 480 SHA-256 of all that
 */
#ifndef HIVE_WIM_UNDO_H
#define HIVE_WIM_UNDO_H

#include "hive/wim/wim.h"

struct spp_wim_undo_place {
	int dir;	   /* folder of the WIM */
	const char *name;  /* of the undo file in it */
	const char *temp;  /* and until it is whole */
	const char *label; /* for messages */
};

/* follow: it may be of the edit just before this one, and then grows. */
enum spp_status spp_wim_undo_check(const struct spp_wim_undo_place *place,
				   const struct spp_wim *wim, bool follow,
				   struct spp_error *err);

/* After the new bytes are in the file fd, before the header is. */
enum spp_status spp_wim_undo_write(const struct spp_wim_undo_place *place,
				   const struct spp_wim *wim, bool follow,
				   int fd, const uint8_t head[SPP_WIM_HEAD],
				   uint64_t end, struct spp_error *err);

/* SPP_NOTFOUND without a word if there is no such file. */
enum spp_status spp_wim_undo_apply(const struct spp_wim_undo_place *place,
				   const struct spp_wim *wim, bool dry, int fd,
				   struct spp_error *err);

#endif
