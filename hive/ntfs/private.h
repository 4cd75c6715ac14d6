/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the files that include libntfs-3g. */
#ifndef HIVE_NTFS_PRIVATE_H
#define HIVE_NTFS_PRIVATE_H

#include "hive/ntfs/ntfs.h"

/* The library's own name.  NOLINTNEXTLINE(bugprone-reserved-identifier) */
struct _ntfs_volume;

struct spp_ntfs_device {
	const struct spp_ntfs_io *io;
	int64_t at; /* position, for calls without an offset */
};

/* Mounts, ignoring case; end with ntfs_umount(). device must outlive it. */
enum spp_status spp_ntfs_mount(struct spp_ntfs_device *device, bool write,
			       struct _ntfs_volume **vol,
			       struct spp_error *err);

/* The state in which Windows left the volume. */
enum spp_status spp_ntfs_facts(const struct spp_ntfs_io *io,
			       struct _ntfs_volume *vol,
			       struct spp_volume_facts *facts,
			       struct spp_error *err);

/* A list() for hive/base/seek.h; ctx: the mounted volume. */
enum spp_status spp_ntfs_list(void *ctx, uint64_t folder, const char *name,
			      struct spp_seek_list *list,
			      struct spp_error *err);

/*
 * "libntfs-3g cannot ...", with errno.  SPP_CORRUPT, because our side of the
 * reading worked.
 */
enum spp_status spp_ntfs_fail(struct spp_error *err, const char *what);

#endif
