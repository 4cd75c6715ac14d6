/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/image/partition_private.h"

#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"

static const char *const tables[] = {
	[SPP_TABLE_NONE] = "none",
	[SPP_TABLE_UNKNOWN] = "unknown",
	[SPP_TABLE_MBR] = "mbr",
	[SPP_TABLE_GPT] = "gpt",
};

/* How volumes begin. */
static const struct {
	const char *word;
	size_t at, n;
	const char *bytes;
} contents[] = {
	[SPP_CONTENT_UNKNOWN] = { "unknown", 0, 0, NULL },
	[SPP_CONTENT_OUTSIDE] = { "outside", 0, 0, NULL },
	[SPP_CONTENT_NTFS] = { "ntfs", 3, 8, "NTFS    " },
	[SPP_CONTENT_BITLOCKER] = { "bitlocker", 3, 8, "-FVE-FS-" },
	[SPP_CONTENT_FAT] = { "fat", 0, 0, NULL }, /* has two places */
	[SPP_CONTENT_EXFAT] = { "exfat", 3, 8, "EXFAT   " },
	[SPP_CONTENT_REFS] = { "refs", 3, 4, "ReFS" },
	[SPP_CONTENT_LUKS] = { "luks", 0, 6, "LUKS\xba\xbe" },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

const char *spp_table_word(enum spp_table table)
{
	return tables[table];
}

const char *spp_content_word(enum spp_content content)
{
	return contents[content].word;
}

void spp_partitions_release(struct spp_partitions *table)
{
	if (!table)
		return;
	free(table->part);
	*table = (struct spp_partitions)SPP_PARTITIONS_INIT;
}

static bool is_fat(const uint8_t *boot)
{
	return spp_get16(boot + 510) == 0xaa55 &&
	       (!memcmp(boot + 54, "FAT", 3) || !memcmp(boot + 82, "FAT32", 5));
}

static enum spp_content look_at(struct spp_overlay *disk, uint64_t off)
{
	uint8_t boot[SPP_SECTOR_MIN];
	size_t i;

	if (spp_overlay_read(disk, off, boot, sizeof(boot), NULL))
		return SPP_CONTENT_UNKNOWN;
	for (i = 0; i < COUNT(contents); i++)
		if (contents[i].n && !memcmp(boot + contents[i].at,
					     contents[i].bytes, contents[i].n))
			return (enum spp_content)i;
	return is_fat(boot) ? SPP_CONTENT_FAT : SPP_CONTENT_UNKNOWN;
}

enum spp_status spp_partition_add(struct spp_overlay *disk,
				  struct spp_partitions *table,
				  unsigned int number, uint64_t first,
				  uint64_t sectors,
				  struct spp_partition **added,
				  struct spp_error *err)
{
	uint64_t most = spp_overlay_block(disk)->size / table->sector;
	struct spp_partition *grown, *p;

	if (table->count >= SPP_PARTITIONS_MAX)
		return spp_fail(err, SPP_LIMIT, "more than %d partitions",
				SPP_PARTITIONS_MAX);
	grown = realloc(table->part, (table->count + 1) * sizeof(*grown));
	if (!grown)
		return spp_nomem(err);
	table->part = grown;
	p = &grown[table->count++];
	*p = (struct spp_partition){ .number = number };
	if (!sectors || !spp_within(first, sectors, most)) {
		p->content = SPP_CONTENT_OUTSIDE;
	} else {
		p->off = first * table->sector;
		p->size = sectors * table->sector;
		p->content = look_at(disk, p->off);
	}
	*added = p;
	return SPP_OK;
}

/* The whole disk as one volume, without a table. */
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

/* The type of an MBR's entry that says: look at the GPT. */
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
	/* A volume's boot sector ends like an MBR, so it is asked first. */
	content = look_at(disk, 0);
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

bool spp_partitions_dynamic(const struct spp_partitions *table)
{
	size_t i;

	for (i = 0; i < table->count; i++)
		if (table->part[i].dynamic)
			return true;
	return false;
}
