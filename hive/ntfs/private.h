/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files share that see libntfs-3g. */
#ifndef HIVE_NTFS_PRIVATE_H
#define HIVE_NTFS_PRIVATE_H

#include "hive/ntfs/ntfs.h"

struct _ntfs_volume; /* the library's own name */

struct spp_ntfs_device {
	const struct spp_ntfs_io *io;
	int64_t at; /* for reads and writes without an offset */
};

/* Mounts, ignoring case; ntfs_umount() ends it.  device must outlive it. */
enum spp_status spp_ntfs_mount(struct spp_ntfs_device *device, bool write,
			       struct _ntfs_volume **vol,
			       struct spp_error *err);

/* The state in which Windows left the volume. */
enum spp_status spp_ntfs_facts(const struct spp_ntfs_io *io,
			       struct _ntfs_volume *vol,
			       struct spp_volume_facts *facts,
			       struct spp_error *err);

/* Lists a folder for hive/base/seek.h; ctx: the mounted volume. */
enum spp_status spp_ntfs_list(void *ctx, uint64_t folder, const char *name,
			      struct spp_seek_list *list,
			      struct spp_error *err);

/* "libntfs-3g cannot ...", with errno: SPP_CORRUPT, as we fed it well. */
enum spp_status spp_ntfs_fail(struct spp_error *err, const char *what);

#endif
