/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Changes to a disk, kept in memory: a read returns what was written here, and
 * the disk below is not touched.
 *
 *	struct spp_overlay *overlay;
 *
 *	spp_overlay_open(block, &overlay, err);		borrows the block
 *	spp_overlay_write(overlay, off, data, n, err);
 *	spp_overlay_read(overlay, off, buf, n, err);
 *	for (i = 0; i < spp_overlay_count(overlay); i++)
 *		spp_overlay_page(overlay, i, &page);	ascending
 *	spp_overlay_close(overlay);
 *
 * Pages are 4096 bytes at multiples of 4096 of the disk, so each is one page of
 * the file below and one block of every format; the last page of a disk may be
 * shorter.
 */
#ifndef HIVE_OVERLAY_H
#define HIVE_OVERLAY_H

#include "hive/place/block.h"

#define SPP_OVERLAY_PAGE 4096
/* The most that one edit may change, enough for a hive to grow by 256 MiB. */
#define SPP_OVERLAY_MAX 65536 /* pages */

struct spp_overlay;

struct spp_overlay_page {
	uint64_t off;
	size_t n;
	const uint8_t *data; /* borrowed */
};

enum spp_status spp_overlay_open(struct spp_block *block,
				 struct spp_overlay **overlay,
				 struct spp_error *err);
void spp_overlay_close(struct spp_overlay *overlay);

struct spp_block *spp_overlay_block(const struct spp_overlay *overlay);

enum spp_status spp_overlay_read(struct spp_overlay *overlay, uint64_t off,
				 void *buf, size_t n, struct spp_error *err);
/* SPP_LIMIT past SPP_OVERLAY_MAX pages. */
enum spp_status spp_overlay_write(struct spp_overlay *overlay, uint64_t off,
				  const void *data, size_t n,
				  struct spp_error *err);

size_t spp_overlay_count(const struct spp_overlay *overlay);
void spp_overlay_page(const struct spp_overlay *overlay, size_t i,
		      struct spp_overlay_page *page);

/* Another overlay of the same block, with everything written so far. */
enum spp_status spp_overlay_copy(const struct spp_overlay *overlay,
				 struct spp_overlay **copy,
				 struct spp_error *err);

#endif
