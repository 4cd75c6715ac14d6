/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * In which order the changed sectors of a volume may be written; why, says
 * hive/place/journal.h.
 *
 *	struct spp_write_order order;
 *
 *	spp_write_order_keep_numbers(overlay, off, size, err);	after libntfs-3g wrote
 *	spp_write_order_make(&order, overlay, &was, &is, err);
 *	spp_commit_run(..., spp_write_order_stage, &order, err);
 *	spp_write_order_release(&order);
 *
 * Records of NTFS (FILE, INDX) end each sector with an update sequence
 * number, which libntfs-3g counts on at each write, so that every sector
 * of a record changes although one byte did.  Where the other sectors stay,
 * the old number can stay, too: then one sector changes, and a disk writes
 * that whole or not at all.
 */
#ifndef HIVE_NTFS_WRITE_ORDER_H
#define HIVE_NTFS_WRITE_ORDER_H

#include "hive/base/ranges.h"
#include "hive/ntfs/volume.h"
#include "hive/place/journal.h"

struct spp_write_order {
	const struct spp_volume *was, *is; /* borrowed */
	/* On the disk: records in use, and records that were free. */
	struct spp_ranges records, fresh;
	bool one; /* each longer file is linked by one sector */
};

/* Gives changed records on the volume at off their old numbers back. */
enum spp_status spp_write_order_keep_numbers(struct spp_overlay *disk,
					     uint64_t off, uint64_t size,
					     struct spp_error *err);

enum spp_status spp_write_order_make(struct spp_write_order *order,
				     struct spp_overlay *disk,
				     const struct spp_volume *was,
				     const struct spp_volume *is,
				     struct spp_error *err);
void spp_write_order_release(struct spp_write_order *order);

/* As spp_stage_of; ctx: an order. */
enum spp_stage spp_write_order_stage(void *ctx, uint64_t off,
				     const uint8_t *before,
				     const uint8_t *after);

#endif
