/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Undoes an edit that was appended to a WIM: restores the header and cuts the
 * file where it ended, since the edit touched nothing before that end.
 *
 *	struct spp_wim_undo undo = SPP_WIM_UNDO_INIT;
 *
 *	spp_wim_undo_begin(&undo, &place, ".bak", &wim, follow, dry, err);
 *	... the edit is appended ...
 *	spp_wim_undo_write(&undo, head, end, err);
 *	... the header is written; if it is not: spp_wim_undo_forget(&undo) ...
 *	spp_wim_undo_close(&undo);
 *
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

#include "hive/base/buf.h"
#include "hive/base/newfile.h"
#include "hive/place/place.h"
#include "hive/wim/wim.h"

#define SPP_WIM_UNDO_RECORD  512 /* bytes */
#define SPP_WIM_UNDO_RECORDS 2

/* The undo file of an edit. */
struct spp_wim_undo {
	const struct spp_place *place; /* borrowed */
	const struct spp_wim *wim;     /* borrowed */
	struct spp_newfile file;
	struct spp_buf name, label;
	struct spp_place old; /* the file that it replaces, or fd -1 */
	uint8_t record[SPP_WIM_UNDO_RECORDS][SPP_WIM_UNDO_RECORD];
	size_t count;
	bool named;
};

#define SPP_WIM_UNDO_INIT                                       \
	{                                                       \
		.file = SPP_NEWFILE_INIT, .name = SPP_BUF_INIT, \
		.label = SPP_BUF_INIT, .old = SPP_PLACE_INIT,   \
	}

/*
 * Chooses the name and creates the file without it; dry: only whether it could
 * be created.  follow: the newest backup may be of the edit just before this
 * one; then it is extended.
 */
enum spp_status spp_wim_undo_begin(struct spp_wim_undo *undo,
				   const struct spp_place *place,
				   const char *suffix,
				   const struct spp_wim *wim, bool follow,
				   bool dry, struct spp_error *err);

/*
 * Call after the new bytes are in the file and before the header is.  The file
 * is complete and on disk before it gets its name.
 */
enum spp_status spp_wim_undo_write(struct spp_wim_undo *undo,
				   const uint8_t head[SPP_WIM_HEAD],
				   uint64_t end, struct spp_error *err);

/* After an edit that did not become visible: removes its undo file. */
void spp_wim_undo_forget(const struct spp_wim_undo *undo);
void spp_wim_undo_close(struct spp_wim_undo *undo);

/* backup: see restore.h; the place must be open for writing. */
enum spp_status spp_wim_undo_apply(const struct spp_place *place,
				   const struct spp_place *backup,
				   const struct spp_wim *wim, bool dry,
				   struct spp_error *err);

#endif
