/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds out which table a disk has, if any. */
#include <stdlib.h>

#include "hive/base/bytes.h"
#include "hive/image/partition_private.h"

/* Makes the whole disk one volume. */
static enum spp_status whole(struct spp_overlay *disk, enum spp_content content,
			     struct spp_partitions *table,
			     struct spp_error *err)
{
	uint64_t size = spp_overlay_block(disk)->size;

	table->part = calloc(1, sizeof(*table->part));
	if (!table->part)
		return spp_nomem(err);
	table->kind = SPP_TABLE_NONE;
	table->count = 1;
	table->part[0] =
		(struct spp_partition){ .size = size, .content = content };
	return SPP_OK;
}

/* Whether an MBR's entry says that the disk has a GPT. */
static bool is_protective(const uint8_t *mbr)
{
	int i;

	for (i = 0; i < 4; i++)
		if (mbr[446 + 16 * i + 4] == 0xee)
			return true;
	return false;
}

enum spp_status spp_partitions_read(struct spp_overlay *disk,
				    struct spp_partitions *table,
				    struct spp_error *err)
{
	uint8_t mbr[SPP_SECTOR_MIN];
	enum spp_content content;
	enum spp_status st;

	*table = (struct spp_partitions){ .kind = SPP_TABLE_UNKNOWN };
	if (spp_overlay_block(disk)->size < sizeof(mbr))
		return SPP_OK;
	st = spp_overlay_read(disk, 0, mbr, sizeof(mbr), err);
	if (st)
		return st;
	/* Ask for a volume first: its boot sector ends like an MBR. */
	content = spp_partition_content(disk, 0);
	if (content != SPP_CONTENT_UNKNOWN)
		return whole(disk, content, table, err);
	if (spp_get16(mbr + 510) != 0xaa55)
		return SPP_OK;
	st = is_protective(mbr) ? spp_gpt_read(disk, table, err)
				: spp_mbr_read(disk, mbr, table, err);
	if (st)
		spp_partitions_release(table);
	return st;
}
