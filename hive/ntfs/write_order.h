/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The order in which the changed sectors of a volume may be written.
 *
 *	struct spp_write_order order;
 *
 *	spp_write_order_keep_numbers(overlay, off, size, err);
 *	spp_write_order_make(&order, overlay, &was, &is, err);
 *	spp_commit_run(..., spp_write_order_stage, &order, err);
 *	spp_write_order_release(&order);
 *
 * hive/place/journal.h explains the stages.  A hive that grows is spread over
 * them like this:
 *
 *	reserve   bits of $Bitmap that are only set
 *	          clusters that the hive gains, and bytes past its valid ones
 *	          FILE records that were free
 *	link      the FILE record of the hive, if one sector of it changes
 *	bins      the hive's other bytes, and everything that remains
 *	head      the hive's first sector
 *
 * One sector of a FILE record must suffice, since a disk writes a sector
 * completely or not at all.  But a record (FILE, INDX) ends each of its sectors
 * with its update sequence number, by which a reader detects a torn write, and
 * libntfs-3g counts that number up at each write.  So the old number is put
 * back:
 *
 *	              sector 0         sector 1
 *	before        ........ 0007    ........ 0007
 *	libntfs-3g    ..new... 0008    ........ 0008    two sectors change
 *	put back      ..new... 0007    ........ 0007    one sector changes
 */
#ifndef HIVE_NTFS_WRITE_ORDER_H
#define HIVE_NTFS_WRITE_ORDER_H

#include "hive/base/ranges.h"
#include "hive/ntfs/volume.h"
#include "hive/place/journal.h"

struct spp_write_order {
	const struct spp_volume *was, *is; /* borrowed */
	/* Changed records on the disk, by their state before the edit. */
	struct spp_ranges used, free;
	bool one_sector; /* links each file that grows */
};

/*
 * Puts the old update sequence numbers back into the changed records of the
 * volume at off, after libntfs-3g wrote to it.
 */
enum spp_status spp_write_order_keep_numbers(struct spp_overlay *disk,
					     uint64_t off, uint64_t size,
					     struct spp_error *err);

enum spp_status spp_write_order_make(struct spp_write_order *order,
				     struct spp_overlay *disk,
				     const struct spp_volume *was,
				     const struct spp_volume *is,
				     struct spp_error *err);
void spp_write_order_release(struct spp_write_order *order);

/* The stage of a sector: a spp_stage_of whose ctx is an order. */
enum spp_stage spp_write_order_stage(void *ctx, uint64_t off,
				     const uint8_t *before,
				     const uint8_t *after);

#endif
