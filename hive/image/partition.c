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

/* The first bytes of each kind of volume. */
static const struct {
	const char *word;
	size_t at, n;
	const char *bytes;
} contents[] = {
	[SPP_CONTENT_UNKNOWN] = { "unknown", 0, 0, NULL },
	[SPP_CONTENT_OUTSIDE] = { "outside", 0, 0, NULL },
	[SPP_CONTENT_NTFS] = { "ntfs", 3, 8, "NTFS    " },
	[SPP_CONTENT_BITLOCKER] = { "bitlocker", 3, 8, "-FVE-FS-" },
	[SPP_CONTENT_FAT] = { "fat", 0, 0,
			      NULL }, /* looked for at two places */
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

enum spp_content spp_partition_content(struct spp_overlay *disk, uint64_t off)
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
		p->content = spp_partition_content(disk, p->off);
	}
	*added = p;
	return SPP_OK;
}

bool spp_partitions_dynamic(const struct spp_partitions *table)
{
	size_t i;

	for (i = 0; i < table->count; i++)
		if (table->part[i].dynamic)
			return true;
	return false;
}
