/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The partitions of a disk, by GPT or MBR, and what each begins with.
 *
 *	struct spp_partitions table = SPP_PARTITIONS_INIT;
 *
 *	spp_partitions_read(overlay, &table, err);
 *	... table.part[i] ...
 *	spp_partitions_release(&table);
 *
 * Sizes of sectors are found out, as an image does not tell them.  A disk
 * that is one volume without a table is one partition with number 0.  The
 * table is untrusted: each place in it is checked against the disk,
 * and what is wrong with it is SPP_CORRUPT.
 */
#ifndef HIVE_PARTITION_H
#define HIVE_PARTITION_H

#include "hive/place/overlay.h"

#define SPP_PARTITIONS_MAX 1024 /* GPT has room for 128 by default */
#define SPP_LOGICAL_MAX	   128

enum spp_table {
	SPP_TABLE_NONE,	   /* the disk is one volume */
	SPP_TABLE_UNKNOWN, /* neither table nor known volume */
	SPP_TABLE_MBR,
	SPP_TABLE_GPT,
};

/* What lies at the beginning of a partition. */
enum spp_content {
	SPP_CONTENT_UNKNOWN,
	SPP_CONTENT_OUTSIDE, /* the partition is not on the disk */
	SPP_CONTENT_NTFS,
	SPP_CONTENT_BITLOCKER,
	SPP_CONTENT_FAT,
	SPP_CONTENT_EXFAT,
	SPP_CONTENT_REFS,
	SPP_CONTENT_LUKS,
};

struct spp_partition {
	unsigned int number; /* as Windows and Linux count; logical from 5 */
	uint64_t off, size;  /* bytes */
	enum spp_content content;
	bool dynamic;	/* part of a dynamic disk (LDM) or a storage pool */
	char type[40];	/* "0x07", or the GUID of the type */
	char name[112]; /* for display, from the GPT; "": none */
};

struct spp_partitions {
	enum spp_table kind;
	uint32_t sector; /* bytes; 0 where nothing tells */
	bool backup;	 /* the GPT at the end of the disk had to serve */
	struct spp_partition *part;
	size_t count;
};

#define SPP_PARTITIONS_INIT            \
	{                              \
		.kind = SPP_TABLE_NONE \
	}

/* "none", "unknown", "mbr", "gpt" */
const char *spp_table_word(enum spp_table table);
/* "ntfs", "bitlocker", "fat", ..., "unknown" */
const char *spp_content_word(enum spp_content content);

void spp_partitions_release(struct spp_partitions *table);
enum spp_status spp_partitions_read(struct spp_overlay *disk,
				    struct spp_partitions *table,
				    struct spp_error *err);

/* Whether any part of the disk belongs to a dynamic disk. */
bool spp_partitions_dynamic(const struct spp_partitions *table);

#endif
