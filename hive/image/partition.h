/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The partitions of a disk, by GPT or MBR, and the kind of each.
 *
 *	struct spp_partitions table = SPP_PARTITIONS_INIT;
 *
 *	spp_partitions_read(overlay, &table, err);
 *	... table.part[i] ...
 *	spp_partitions_release(&table);
 *
 * The sector size is found by trying, since an image does not tell it.  A disk
 * that is one volume without a table is one partition with number 0.  The table
 * is untrusted: each place in it is checked against the disk, and errors in it
 * are SPP_CORRUPT.
 */
#ifndef HIVE_PARTITION_H
#define HIVE_PARTITION_H

#include "hive/place/overlay.h"

#define SPP_PARTITIONS_MAX 1024 /* GPT usually has room for 128 */
#define SPP_LOGICAL_MAX	   128

enum spp_table {
	SPP_TABLE_NONE,	   /* one volume without a table */
	SPP_TABLE_UNKNOWN, /* neither a table nor a known volume */
	SPP_TABLE_MBR,
	SPP_TABLE_GPT,
};

/* The kind of a partition, by its first bytes. */
enum spp_content {
	SPP_CONTENT_UNKNOWN,
	SPP_CONTENT_OUTSIDE, /* the partition is past the end of the disk */
	SPP_CONTENT_NTFS,
	SPP_CONTENT_BITLOCKER,
	SPP_CONTENT_FAT,
	SPP_CONTENT_EXFAT,
	SPP_CONTENT_REFS,
	SPP_CONTENT_LUKS,
};

struct spp_partition {
	unsigned int number; /* as in Windows and Linux; logical ones from 5 */
	uint64_t off, size;  /* bytes */
	enum spp_content content;
	bool dynamic;	/* part of a dynamic disk (LDM) or a storage pool */
	char type[40];	/* "0x07", or the GUID of the type */
	char name[112]; /* from the GPT, for display; "": none */
};

struct spp_partitions {
	enum spp_table kind;
	uint32_t sector; /* bytes; 0 if unknown */
	bool backup;	 /* the GPT at the end of the disk was used */
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
