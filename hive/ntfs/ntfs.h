/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libntfs-3g, on a volume reached through two functions.  Only for a confined
 * child (hive/ntfs/report.c), because the library was not written for volumes
 * crafted as an attack.
 */
#ifndef HIVE_NTFS_H
#define HIVE_NTFS_H

#include "hive/ntfs/volume.h"

struct spp_ntfs_io {
	void *ctx;
	uint64_t size; /* of the volume */
	enum spp_status (*read)(void *ctx, uint64_t off, void *buf, size_t n,
				struct spp_error *err);
	/* NULL: for reading only. */
	enum spp_status (*write)(void *ctx, uint64_t off, const void *data,
				 size_t n, struct spp_error *err);
};

/* Fills in facts and files; see spp_volume_probe(). */
enum spp_status spp_ntfs_probe(const struct spp_ntfs_io *io,
			       const struct spp_seek_query *query,
			       bool allocated, struct spp_volume *volume,
			       struct spp_error *err);

/*
 * Writes the dirty pages of each edit; the volume must have been closed
 * cleanly.
 */
enum spp_status spp_ntfs_write(const struct spp_ntfs_io *io,
			       const struct spp_volume_edit *edits,
			       size_t count, struct spp_error *err);

#endif
