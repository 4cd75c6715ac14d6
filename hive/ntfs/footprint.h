/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an edit may touch on a volume, above all where hives grow.
 *
 *	spp_footprint_check(before, after, &volume, edits, count, err);
 *
 * The library runs in a confined child on a volume that somebody may have
 * built to take it over.  Such a child cannot open or connect anything, but
 * it can write to the whole volume.  So each changed sector is held against
 * the volume as it was, by a reader of our own (hive/ntfs/mft.h).  A change
 * may lie only in
 *
 *   - clusters of the edited hives: old ones, or new ones that were free;
 *   - their MFT records, or records that were free and are theirs or free now;
 *   - the copies of these in $MFTMirr;
 *   - $Bitmap: bits of clusters that the hives, or $MFT, gained or lost;
 *   - $MFT's bitmap: bits of records that the hives gained or lost;
 *   - entries of their folders: times and sizes of the hives alone;
 *   - record 0, where $MFT itself grows: it keeps all that it had.
 *
 * What the hives' own clusters hold is proved by whoever edits them.
 */
#ifndef HIVE_NTFS_FOOTPRINT_H
#define HIVE_NTFS_FOOTPRINT_H

#include "hive/ntfs/volume.h"

/* SPP_CORRUPT: something else was written to. */
enum spp_status spp_footprint_check(struct spp_overlay *before,
				    struct spp_overlay *after,
				    const struct spp_volume *volume,
				    const struct spp_volume_edit *edits,
				    size_t count, struct spp_error *err);

#endif
