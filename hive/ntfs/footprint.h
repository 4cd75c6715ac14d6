/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an edit may change on a volume; above all when hives grow.
 *
 *	spp_footprint_check(before, after, &volume, edits, count, err);
 *
 * libntfs-3g runs in a confined child, on a volume that may be crafted to take
 * it over.  Such a child cannot open or connect anything, but it can write
 * anywhere on the volume.  So each changed sector is compared with the volume
 * as it was, by a reader of our own (hive/ntfs/mft.h).  A change may lie only
 * in
 *
 *   - clusters of the edited hives: old ones, or new ones that were free;
 *   - their MFT records: old ones, or new ones that were free, or ones that
 *     become free;
 *   - the copies of these in $MFTMirr;
 *   - $Bitmap: bits of clusters that the hives or $MFT gained or lost;
 *   - $MFT's bitmap: bits of records that the hives gained or lost;
 *   - entries of their folders: only times and sizes of the hives;
 *   - record 0, if $MFT itself grows: it keeps all that it had.
 *
 * The caller proves the content of the hives' own clusters.
 */
#ifndef HIVE_NTFS_FOOTPRINT_H
#define HIVE_NTFS_FOOTPRINT_H

#include "hive/ntfs/volume.h"

/* SPP_CORRUPT if anything else was changed. */
enum spp_status spp_footprint_check(struct spp_overlay *before,
				    struct spp_overlay *after,
				    const struct spp_volume *volume,
				    const struct spp_volume_edit *edits,
				    size_t count, struct spp_error *err);

#endif
