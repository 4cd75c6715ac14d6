/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GUID partition table.
 *
 * In sector 1, and again in the last one:
 *
 *   0 "EFI PART"   8 revision   12 header size   16 CRC-32 of the header,
 *  24 own sector  32 the other  40 first usable  48 last usable  with 0 here
 *  72 sector of the entries     80 their count   84 their size
 *  88 CRC-32 of the entries
 *
 * An entry: 0 type GUID  16 own GUID  32 first  40 last sector  56 name,
 * 36 characters of UTF-16LE.  Source: UEFI specification, "GUID Partition
 * Table (GPT) Disk Layout".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "hive/base/utf16.h"
#include "hive/image/partition_private.h"

#define HEADER_MIN  92
#define ENTRY_MIN   128
#define ENTRY_MAX   4096
#define ENTRIES_MAX (SPP_PARTITIONS_MAX * (size_t)ENTRY_MIN)
#define NAME_BYTES  72

struct gpt {
	uint64_t entries; /* sector */
	uint32_t count, size;
	uint32_t crc; /* of the entries */
};

/* Types of partitions that only a volume manager can assemble. */
static const char *const dynamic_types[] = {
	"5808c8aa-7e8f-42e0-85d2-e1e90434cfb3", /* LDM metadata */
	"af9b60a0-1431-4f62-bc68-3311714a69ad", /* LDM data */
	"e75caf8f-f680-4cee-afa3-b001e56efc2d", /* Storage Spaces */
};

/* CRC-32, reflected, polynomial 0x04c11db7, bit by bit. */
static uint32_t crc32(uint32_t crc, const uint8_t *data, size_t n)
{
	int bit;

	crc = ~crc;
	while (n--) {
		crc ^= *data++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return ~crc;
}

/* Reads the header in this sector; false if its CRC is wrong. */
static bool read_header(struct spp_overlay *disk, uint64_t sector,
			uint32_t bytes, struct gpt *gpt)
{
	uint8_t head[SPP_SECTOR_MAX];
	uint64_t size = spp_overlay_block(disk)->size;
	uint32_t n, crc;

	if (!spp_within(sector * bytes, bytes, size) ||
	    spp_overlay_read(disk, sector * bytes, head, bytes, NULL) ||
	    memcmp(head, "EFI PART", 8))
		return false;
	n = spp_get32(head + 12);
	crc = spp_get32(head + 16);
	if (n < HEADER_MIN || n > bytes)
		return false;
	spp_put32(head + 16, 0);
	if (crc32(0, head, n) != crc || spp_get64(head + 24) != sector)
		return false;
	gpt->entries = spp_get64(head + 72);
	gpt->count = spp_get32(head + 80);
	gpt->size = spp_get32(head + 84);
	gpt->crc = spp_get32(head + 88);
	return true;
}

/* Reads the entries of a header; NULL if they are damaged, else yours. */
static uint8_t *read_entries(struct spp_overlay *disk, uint32_t bytes,
			     const struct gpt *gpt)
{
	uint64_t size = spp_overlay_block(disk)->size;
	uint8_t *data;
	size_t n;

	if (gpt->size < ENTRY_MIN || gpt->size > ENTRY_MAX || gpt->size % 8 ||
	    !gpt->count || gpt->count > ENTRIES_MAX / gpt->size)
		return NULL;
	n = (size_t)gpt->count * gpt->size;
	if (gpt->entries > size / bytes ||
	    !spp_within(gpt->entries * bytes, n, size))
		return NULL;
	data = malloc(n);
	if (!data) {
		spp_nomem(NULL);
		return NULL;
	}
	if (!spp_overlay_read(disk, gpt->entries * bytes, data, n, NULL) &&
	    crc32(0, data, n) == gpt->crc)
		return data;
	free(data);
	return NULL;
}

/* The first three fields are little-endian numbers, the rest are bytes. */
static void show_guid(const uint8_t *p, char text[40])
{
	snprintf(text, 40, "%08x-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		 spp_get32(p), spp_get16(p + 4), spp_get16(p + 6), p[8], p[9],
		 p[10], p[11], p[12], p[13], p[14], p[15]);
}

static void show_name(const uint8_t *p, char *name, size_t room)
{
	struct spp_buf CLEANUP(spp_buf_release) buf = SPP_BUF_INIT;
	size_t n = 0;

	while (n < NAME_BYTES && spp_get16(p + n))
		n += 2;
	if (!spp_utf16_show(p, n, &buf, NULL, NULL))
		snprintf(name, room, "%s", spp_buf_text(&buf));
}

static enum spp_status add_entry(struct spp_overlay *disk,
				 struct spp_partitions *table,
				 unsigned int number, const uint8_t *entry,
				 struct spp_error *err)
{
	static const uint8_t unused[16];
	uint64_t first = spp_get64(entry + 32), last = spp_get64(entry + 40);
	struct spp_partition *p;
	enum spp_status st;
	size_t i;

	if (!memcmp(entry, unused, sizeof(unused)))
		return SPP_OK;
	st = spp_partition_add(disk, table, number, first,
			       last < first ? 0 : last - first + 1, &p, err);
	if (st)
		return st;
	show_guid(entry, p->type);
	show_name(entry + 56, p->name, sizeof(p->name));
	for (i = 0; i < sizeof(dynamic_types) / sizeof(dynamic_types[0]); i++)
		p->dynamic |= !strcmp(p->type, dynamic_types[i]);
	return SPP_OK;
}

static uint8_t *find(struct spp_overlay *disk, struct spp_partitions *table,
		     struct gpt *gpt)
{
	static const uint32_t sectors[] = { 512, 4096 };
	uint64_t size = spp_overlay_block(disk)->size;
	uint8_t *entries;
	uint64_t at;
	size_t i;

	/*
	 * Tries the first copy with sectors of 512 and 4096 bytes, then the
	 * last copy with both.
	 */
	for (i = 0; i < 4; i++) {
		table->sector = sectors[i % 2];
		table->backup = i >= 2;
		at = table->backup ? size / table->sector - 1 : 1;
		if (size < 2 * (uint64_t)table->sector ||
		    !read_header(disk, at, table->sector, gpt))
			continue;
		entries = read_entries(disk, table->sector, gpt);
		if (entries)
			return entries;
	}
	return NULL;
}

enum spp_status spp_gpt_read(struct spp_overlay *disk,
			     struct spp_partitions *table,
			     struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	uint8_t *entries;
	struct gpt gpt;
	uint32_t i;

	entries = find(disk, table, &gpt);
	if (!entries)
		return spp_fail(err, SPP_CORRUPT,
				"'%s' has a GUID partition table, but both "
				"copies of it are damaged",
				spp_overlay_block(disk)->label);
	table->kind = SPP_TABLE_GPT;
	for (i = 0; !st && i < gpt.count; i++)
		st = add_entry(disk, table, i + 1,
			       entries + (size_t)i * gpt.size, err);
	free(entries);
	return st;
}
