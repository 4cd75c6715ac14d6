/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the readers of the two tables. */
#ifndef HIVE_PARTITION_PRIVATE_H
#define HIVE_PARTITION_PRIVATE_H

#include "hive/image/partition.h"

#define SPP_SECTOR_MIN 512
#define SPP_SECTOR_MAX 4096

/* The kind of the volume at off, by its first bytes. */
enum spp_content spp_partition_content(struct spp_overlay *disk, uint64_t off);

/* Adds an entry; checks its place and looks at the volume there. */
enum spp_status spp_partition_add(struct spp_overlay *disk,
				  struct spp_partitions *table,
				  unsigned int number, uint64_t first,
				  uint64_t sectors,
				  struct spp_partition **added,
				  struct spp_error *err);

/* Fills table from the GPT and finds the sector size. */
enum spp_status spp_gpt_read(struct spp_overlay *disk,
			     struct spp_partitions *table,
			     struct spp_error *err);
/* Fills table from the MBR, given as 512 bytes. */
enum spp_status spp_mbr_read(struct spp_overlay *disk, const uint8_t *mbr,
			     struct spp_partitions *table,
			     struct spp_error *err);

#endif
