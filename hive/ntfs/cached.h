/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A cache of the last pages that were read of a volume.
 *
 * libntfs-3g reads its metadata in sectors and records, the same ones again and
 * again, and each read goes to the parent and on to the program that unpacks
 * the image.
 *
 *	struct spp_ntfs_cached cached;
 *
 *	spp_ntfs_cached_open(&cached, &io, err);	io must outlive it
 *	... cached.io, for reading only ...
 *	spp_ntfs_cached_close(&cached);
 */
#ifndef HIVE_NTFS_CACHED_H
#define HIVE_NTFS_CACHED_H

#include "hive/ntfs/ntfs.h"

struct spp_ntfs_cached {
	struct spp_ntfs_io io;
	const struct spp_ntfs_io *below;
	struct spp_ntfs_page *page;
	size_t next; /* the page to replace next */
};

enum spp_status spp_ntfs_cached_open(struct spp_ntfs_cached *cached,
				     const struct spp_ntfs_io *below,
				     struct spp_error *err);
void spp_ntfs_cached_close(struct spp_ntfs_cached *cached);

#endif
