/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was found out about a disk image: its format, its partitions, which
 * of them has Windows, and whether an edit would be let through.  Every
 * target that is a disk has one, target->disk, for whoever wants to tell.
 */
#ifndef HIVE_DISK_H
#define HIVE_DISK_H

#include "hive/image/format.h"
#include "hive/image/partition.h"
#include "hive/ntfs/volume.h"

/* What was learned about one partition with NTFS on it. */
struct spp_disk_volume {
	bool probed;
	struct spp_error why; /* of a failed probe */
	struct spp_volume_facts facts;
	bool windows;	       /* it has a SOFTWARE hive */
	struct spp_error many; /* which of several is meant, or none; or none */
};

struct spp_disk {
	const struct spp_image_format
		*image;		       /* format, flags, size of the file */
	const struct spp_block *block; /* size, what was read; or NULL */
	struct spp_partitions table;
	struct spp_disk_volume *volume; /* one for each partition */
	int chosen; /* index of the one with Windows, or -1 */
	const struct spp_volume *windows; /* the same, with maps; or NULL */
	size_t pending;			  /* pages of an unfinished edit */
	struct spp_error refusal; /* why an edit is not possible; or none */
};

/* "clean", "unclean", "cached" */
const char *spp_disk_log_word(enum spp_volume_log log);

#endif
