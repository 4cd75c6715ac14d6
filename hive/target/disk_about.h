/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Facts about a disk image: its format, its partitions, the one with Windows,
 * and whether an edit would be allowed.  Every target that is a disk has one,
 * target->disk, for display.
 */
#ifndef HIVE_DISK_H
#define HIVE_DISK_H

#include "hive/image/format.h"
#include "hive/image/partition.h"
#include "hive/ntfs/volume.h"

/* Facts about one NTFS partition. */
struct spp_disk_volume {
	bool probed;
	struct spp_error why; /* of a failed probe */
	struct spp_volume_facts facts;
	bool windows;	       /* has a SOFTWARE hive */
	struct spp_error many; /* set if several hives match */
};

struct spp_disk {
	const struct spp_image_format
		*image;		       /* format, flags, size of the file */
	const struct spp_block *block; /* size, what was read; or NULL */
	struct spp_partitions table;
	struct spp_disk_volume *volume; /* one for each partition */
	int chosen; /* index of the one with Windows, or -1 */
	const struct spp_volume *windows; /* the same, with maps; or NULL */
	size_t pending;			  /* pages of an interrupted edit */
	struct spp_error
		refusal; /* why an edit is not possible; SPP_OK if it is */
};

/* "clean", "unclean", "cached" */
const char *spp_disk_log_word(enum spp_volume_log log);

#endif
