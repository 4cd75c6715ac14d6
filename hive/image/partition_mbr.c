/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Master boot record.
 *
 *   446 four entries of 16 bytes:
 *         0 active  4 type  8 first sector  12 number of sectors
 *   510 0x55 0xaa
 *
 * An extended partition (type 5, 0xf or 0x85) begins with a record of the
 * same shape: its first entry is a logical partition, counted from that
 * record; its second leads to the next record, counted from the beginning of
 * the extended partition.
 */
#include <stdio.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "hive/image/partition_private.h"

#define DYNAMIC 0x42 /* LDM: the real partitions are in its database */

struct entry {
	uint8_t type;
	uint64_t first, sectors;
};

static struct entry entry_at(const uint8_t *mbr, int i)
{
	const uint8_t *p = mbr + 446 + 16 * (size_t)i;

	return (struct entry){ p[4], spp_get32(p + 8), spp_get32(p + 12) };
}

static bool is_extended(const struct entry *e)
{
	return e->type == 0x05 || e->type == 0x0f || e->type == 0x85;
}

static enum spp_status add(struct spp_overlay *disk,
			   struct spp_partitions *table, unsigned int number,
			   const struct entry *e, struct spp_error *err)
{
	struct spp_partition *p;
	enum spp_status st;

	st = spp_partition_add(disk, table, number, e->first, e->sectors, &p,
			       err);
	if (st)
		return st;
	snprintf(p->type, sizeof(p->type), "0x%02x", e->type);
	p->dynamic = e->type == DYNAMIC;
	return SPP_OK;
}

/* Reads the chain of an extended partition; *number: the next to assign. */
static enum spp_status read_chain(struct spp_overlay *disk,
				  struct spp_partitions *table,
				  const struct entry *extended,
				  unsigned int *number, struct spp_error *err)
{
	uint64_t size = spp_overlay_block(disk)->size;
	uint64_t at = extended->first;
	uint8_t record[SPP_SECTOR_MIN];
	struct entry logical, next;
	enum spp_status st;
	int links;

	for (links = 0;; links++) {
		if (links == SPP_LOGICAL_MAX)
			return spp_fail(err, SPP_CORRUPT,
					"the chain of logical partitions does "
					"not end");
		if (!spp_within(at * table->sector, sizeof(record), size))
			return SPP_OK;
		st = spp_overlay_read(disk, at * table->sector, record,
				      sizeof(record), err);
		if (st || spp_get16(record + 510) != 0xaa55)
			return st;
		logical = entry_at(record, 0);
		next = entry_at(record, 1);
		logical.first += at;
		if (logical.type)
			st = add(disk, table, (*number)++, &logical, err);
		if (st || !is_extended(&next) || !next.first)
			return st;
		at = extended->first + next.first;
	}
}

/* The number of entries that are plausible with this sector size. */
static int plausible(struct spp_overlay *disk, const uint8_t *mbr,
		     uint32_t sector)
{
	uint64_t size = spp_overlay_block(disk)->size;
	uint8_t record[SPP_SECTOR_MIN];
	int i, good = 0;

	for (i = 0; i < 4; i++) {
		struct entry e = entry_at(mbr, i);

		if (!e.type || !spp_within(e.first, e.sectors, size / sector))
			continue;
		/*
		 * Volumes and extended partitions end with the same two bytes.
		 */
		if (!spp_overlay_read(disk, e.first * sector, record,
				      sizeof(record), NULL) &&
		    spp_get16(record + 510) == 0xaa55)
			good++;
	}
	return good;
}

enum spp_status spp_mbr_read(struct spp_overlay *disk, const uint8_t *mbr,
			     struct spp_partitions *table,
			     struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	unsigned int number = 5;
	struct entry e;
	int i;

	table->kind = SPP_TABLE_MBR;
	table->sector = plausible(disk, mbr, SPP_SECTOR_MAX) >
					plausible(disk, mbr, SPP_SECTOR_MIN)
				? SPP_SECTOR_MAX
				: SPP_SECTOR_MIN;
	for (i = 0; !st && i < 4; i++) {
		e = entry_at(mbr, i);
		if (e.type && !is_extended(&e))
			st = add(disk, table, (unsigned int)i + 1, &e, err);
	}
	for (i = 0; !st && i < 4; i++) {
		e = entry_at(mbr, i);
		if (is_extended(&e))
			st = read_chain(disk, table, &e, &number, err);
	}
	return st;
}
