/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/image/partition.h"

#include <string.h>

#include "hive/base/bytes.h"
#include "tests/memory_block.h"
#include "tests/unit.h"

#define MIB ((size_t)1 << 20)

struct disk {
	struct memory_block m;
	struct spp_overlay *overlay;
	struct spp_partitions table;
};

static void set_up(struct disk *d, size_t size)
{
	memory_block_init(&d->m, size);
	CU_ASSERT_EQUAL_FATAL(spp_overlay_open(&d->m.base, &d->overlay, NULL),
			      SPP_OK);
	d->table = (struct spp_partitions)SPP_PARTITIONS_INIT;
}

static void tear_down(struct disk *d)
{
	spp_partitions_release(&d->table);
	spp_overlay_close(d->overlay);
	memory_block_free(&d->m);
}

static enum spp_status look(struct disk *d)
{
	spp_partitions_release(&d->table);
	return spp_partitions_read(d->overlay, &d->table, NULL);
}

static void mbr_entry(struct disk *d, size_t at, int i, uint8_t type,
		      uint32_t first, uint32_t sectors)
{
	uint8_t *p = d->m.data + at + 446 + 16 * i;

	p[4] = type;
	spp_put32(p + 8, first);
	spp_put32(p + 12, sectors);
	spp_put16(d->m.data + at + 510, 0xaa55);
}

static void ntfs_at(struct disk *d, size_t at)
{
	memcpy(d->m.data + at + 3, "NTFS    ", 8);
	spp_put16(d->m.data + at + 510, 0xaa55);
}

static uint32_t crc32(const uint8_t *data, size_t n)
{
	uint32_t crc = ~0u;
	int bit;

	while (n--) {
		crc ^= *data++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return ~crc;
}

/* A GPT with these entries in place, at sector own. */
static void gpt_header(struct disk *d, uint64_t own, uint64_t entries,
		       size_t sector)
{
	uint8_t *p = d->m.data + own * sector;

	memset(p, 0, 92);
	memcpy(p, "EFI PART", 8);
	spp_put32(p + 8, 0x10000);
	spp_put32(p + 12, 92);
	spp_put64(p + 24, own);
	spp_put64(p + 72, entries);
	spp_put32(p + 80, 128);
	spp_put32(p + 84, 128);
	spp_put32(p + 88, crc32(d->m.data + entries * sector, 128 * 128));
	spp_put32(p + 16, crc32(p, 92));
}

static void gpt_entry(struct disk *d, size_t at, int i, const char *type,
		      uint64_t first, uint64_t last)
{
	uint8_t *p = d->m.data + at + 128 * i;

	memcpy(p, type, 16);
	spp_put64(p + 32, first);
	spp_put64(p + 40, last);
	memcpy(p + 56, "D\0\n\0", 4);
}

#define BASIC "\xa2\xa0\xd0\xeb\xe5\xb9\x33\x44\x87\xc0\x68\xb6\xb7\x26\x99\xc7"
#define LDM   "\xa0\x60\x9b\xaf\x31\x14\x62\x4f\xbc\x68\x33\x11\x71\x4a\x69\xad"

static void make_gpt(struct disk *d, size_t sector)
{
	uint64_t last = d->m.base.size / sector - 1;
	uint64_t second = last - 128 * 128 / sector;

	mbr_entry(d, 0, 0, 0xee, 1, 0xffffffff);
	gpt_entry(d, 2 * sector, 0, BASIC, MIB / sector, 2 * MIB / sector - 1);
	gpt_entry(d, 2 * sector, 6, BASIC, 2 * MIB / sector,
		  3 * MIB / sector - 1);
	memcpy(d->m.data + second * sector, d->m.data + 2 * sector, 128 * 128);
	gpt_header(d, 1, 2, sector);
	gpt_header(d, last, second, sector);
	ntfs_at(d, 2 * MIB);
}

static void check_gpt(struct disk *d, size_t sector)
{
	CU_ASSERT_EQUAL(look(d), SPP_OK);
	CU_ASSERT_EQUAL(d->table.kind, SPP_TABLE_GPT);
	CU_ASSERT_EQUAL(d->table.sector, sector);
	CU_ASSERT_EQUAL_FATAL(d->table.count, 2);
	CU_ASSERT_EQUAL(d->table.part[0].number, 1);
	CU_ASSERT_EQUAL(d->table.part[0].off, MIB);
	CU_ASSERT_EQUAL(d->table.part[0].size, MIB);
	CU_ASSERT_EQUAL(d->table.part[0].content, SPP_CONTENT_UNKNOWN);
	CU_ASSERT_EQUAL(d->table.part[1].number, 7);
	CU_ASSERT_EQUAL(d->table.part[1].content, SPP_CONTENT_NTFS);
	CU_ASSERT_STRING_EQUAL(d->table.part[1].type,
			       "ebd0a0a2-b9e5-4433-87c0-68b6b72699c7");
	CU_ASSERT_STRING_EQUAL(d->table.part[1].name, "D\\u{A}");
}

static void test_gpt(void)
{
	static const size_t sectors[] = { 512, 4096 };
	struct disk d;
	size_t i;

	for (i = 0; i < 2; i++) {
		set_up(&d, 4 * MIB);
		make_gpt(&d, sectors[i]);
		check_gpt(&d, sectors[i]);
		CU_ASSERT_FALSE(d.table.backup);
		/* The header, and in the next round the entries. */
		d.m.data[i ? 2 * sectors[i] : sectors[i] + 40] ^= 1;
		check_gpt(&d, sectors[i]);
		CU_ASSERT_TRUE(d.table.backup);
		d.m.data[4 * MIB - sectors[i] + 40] ^= 1;
		CU_ASSERT_EQUAL(look(&d), SPP_CORRUPT);
		tear_down(&d);
	}
}

/* A field of the first header, with the checksum that goes with it. */
static void set_header(struct disk *d, size_t at, size_t bytes, uint64_t v)
{
	uint8_t *p = d->m.data + 512;

	if (bytes == 8)
		spp_put64(p + at, v);
	else
		spp_put32(p + at, (uint32_t)v);
	spp_put32(p + 16, 0);
	spp_put32(p + 16,
		  crc32(p, spp_get32(p + 12) < 512 ? spp_get32(p + 12) : 512));
}

/* A header whose checksum is right, and that is none all the same. */
static void test_gpt_headers(void)
{
	static const struct {
		const char *what;
		size_t at, bytes;
		uint64_t v;
	} rows[] = {
		{ "another sector's header", 24, 8, 2 },
		{ "a header of 91 bytes", 12, 4, 91 },
		{ "a header longer than a sector", 12, 4, 513 },
		{ "entries of 127 bytes", 84, 4, 127 },
		{ "entries of 132 bytes", 84, 4, 132 },
		{ "entries of 4104 bytes", 84, 4, 4104 },
		{ "no entries", 80, 4, 0 },
		{ "more entries than fit", 80, 4, 0x02000000 },
		{ "entries behind the disk", 72, 8, 8192 },
		{ "entries at the end of numbers", 72, 8, UINT64_MAX },
		{ "entries of another checksum", 88, 4, 1 },
	};
	struct disk d;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		set_up(&d, 4 * MIB);
		make_gpt(&d, 512);
		set_header(&d, rows[i].at, rows[i].bytes, rows[i].v);
		UNIT_ROW(!look(&d) && d.table.backup, rows[i].what);
		tear_down(&d);
	}
}

/* Of the last sector of a disk, not one more. */
static void test_last_sector(void)
{
	struct disk d;

	set_up(&d, 4 * MIB);
	make_gpt(&d, 512);
	gpt_entry(&d, 1024, 0, BASIC, 2048, 8191);
	gpt_header(&d, 1, 2, 512);
	CU_ASSERT_EQUAL(look(&d), SPP_OK);
	CU_ASSERT_EQUAL(d.table.part[0].size, 3 * MIB);
	CU_ASSERT_EQUAL(d.table.part[0].content, SPP_CONTENT_UNKNOWN);
	tear_down(&d);
	set_up(&d, 4 * MIB);
	mbr_entry(&d, 0, 0, 7, 2048, 6144);
	mbr_entry(&d, 0, 1, 7, 2048, 6145);
	mbr_entry(&d, 0, 2, 7, 2048, 0);
	CU_ASSERT_EQUAL(look(&d), SPP_OK);
	CU_ASSERT_EQUAL_FATAL(d.table.count, 3);
	CU_ASSERT_EQUAL(d.table.part[0].content, SPP_CONTENT_UNKNOWN);
	CU_ASSERT_EQUAL(d.table.part[1].content, SPP_CONTENT_OUTSIDE);
	CU_ASSERT_EQUAL(d.table.part[2].content, SPP_CONTENT_OUTSIDE);
	tear_down(&d);
}

static void test_gpt_places(void)
{
	static const struct {
		uint64_t first, last;
	} bad[] = { { 5000, 4999 },
		    { 8191, 8192 },
		    { UINT64_MAX, 0 },
		    { 0, UINT64_MAX },
		    { UINT64_MAX, UINT64_MAX },
		    { 1ull << 55, 1ull << 55 } };
	struct disk d;
	size_t i;

	set_up(&d, 4 * MIB);
	make_gpt(&d, 512);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		gpt_entry(&d, 1024, 0, BASIC, bad[i].first, bad[i].last);
		gpt_header(&d, 1, 2, 512);
		CU_ASSERT_EQUAL(look(&d), SPP_OK);
		CU_ASSERT_EQUAL_FATAL(d.table.count, 2);
		CU_ASSERT_EQUAL(d.table.part[0].content, SPP_CONTENT_OUTSIDE);
		CU_ASSERT_EQUAL(d.table.part[0].size, 0);
	}
	gpt_entry(&d, 1024, 0, LDM, 2048, 2049);
	gpt_header(&d, 1, 2, 512);
	CU_ASSERT_EQUAL(look(&d), SPP_OK);
	CU_ASSERT_TRUE(spp_partitions_dynamic(&d.table));
	tear_down(&d);
}

static void test_mbr(void)
{
	struct disk d;

	set_up(&d, 4 * MIB);
	mbr_entry(&d, 0, 0, 7, 63, 1000);
	mbr_entry(&d, 0, 2, 0x0f, 2048, 4096);
	/* Two logical ones: the chain counts from two different places. */
	mbr_entry(&d, MIB, 0, 7, 63, 100);
	mbr_entry(&d, MIB, 1, 5, 1024, 1024);
	mbr_entry(&d, MIB + 1024 * 512, 0, 0x0b, 63, 200);
	ntfs_at(&d, 63 * 512);
	ntfs_at(&d, MIB + 63 * 512);
	CU_ASSERT_EQUAL(look(&d), SPP_OK);
	CU_ASSERT_EQUAL(d.table.kind, SPP_TABLE_MBR);
	CU_ASSERT_EQUAL(d.table.sector, 512);
	CU_ASSERT_EQUAL_FATAL(d.table.count, 3);
	CU_ASSERT_EQUAL(d.table.part[0].content, SPP_CONTENT_NTFS);
	CU_ASSERT_STRING_EQUAL(d.table.part[0].type, "0x07");
	CU_ASSERT_EQUAL(d.table.part[1].number, 5);
	CU_ASSERT_EQUAL(d.table.part[1].off, MIB + 63 * 512);
	CU_ASSERT_EQUAL(d.table.part[1].content, SPP_CONTENT_NTFS);
	CU_ASSERT_EQUAL(d.table.part[2].number, 6);
	CU_ASSERT_EQUAL(d.table.part[2].off, MIB + (1024 + 63) * 512);
	CU_ASSERT_EQUAL(d.table.part[2].size, 200 * 512);
	tear_down(&d);
}

static void test_mbr_4k(void)
{
	struct disk d;

	set_up(&d, 4 * MIB);
	mbr_entry(&d, 0, 0, 7, 256, 256);
	ntfs_at(&d, MIB);
	CU_ASSERT_EQUAL(look(&d), SPP_OK);
	CU_ASSERT_EQUAL(d.table.sector, 4096);
	CU_ASSERT_EQUAL_FATAL(d.table.count, 1);
	CU_ASSERT_EQUAL(d.table.part[0].off, MIB);
	CU_ASSERT_EQUAL(d.table.part[0].content, SPP_CONTENT_NTFS);
	tear_down(&d);
}

/* Chains that never end, or leave the disk. */
static void test_mbr_chains(void)
{
	struct disk d;

	set_up(&d, 4 * MIB);
	mbr_entry(&d, 0, 0, 5, 2048, 4096);
	mbr_entry(&d, MIB, 0, 7, 63, 100);
	mbr_entry(&d, MIB, 1, 5, 1024, 1024);
	mbr_entry(&d, MIB + 1024 * 512, 1, 5, 1024, 1024);
	CU_ASSERT_EQUAL(look(&d), SPP_CORRUPT);
	mbr_entry(&d, MIB + 1024 * 512, 1, 5, 0xffffffff, 1024);
	CU_ASSERT_EQUAL(look(&d), SPP_OK);
	CU_ASSERT_EQUAL(d.table.count, 1);
	mbr_entry(&d, 0, 0, 5, 0xffffffff, 4096);
	CU_ASSERT_EQUAL(look(&d), SPP_OK);
	CU_ASSERT_EQUAL(d.table.count, 0);
	mbr_entry(&d, 0, 1, 0x42, 2048, 4096);
	CU_ASSERT_EQUAL(look(&d), SPP_OK);
	CU_ASSERT_TRUE(spp_partitions_dynamic(&d.table));
	tear_down(&d);
}

static void test_no_table(void)
{
	struct disk d;

	set_up(&d, MIB);
	CU_ASSERT_EQUAL(look(&d), SPP_OK);
	CU_ASSERT_EQUAL(d.table.kind, SPP_TABLE_UNKNOWN);
	CU_ASSERT_EQUAL(d.table.count, 0);
	ntfs_at(&d, 0);
	CU_ASSERT_EQUAL(look(&d), SPP_OK);
	CU_ASSERT_EQUAL(d.table.kind, SPP_TABLE_NONE);
	CU_ASSERT_EQUAL_FATAL(d.table.count, 1);
	CU_ASSERT_EQUAL(d.table.part[0].number, 0);
	CU_ASSERT_EQUAL(d.table.part[0].size, MIB);
	memcpy(d.m.data + 3, "-FVE-FS-", 8);
	CU_ASSERT_EQUAL(look(&d), SPP_OK);
	CU_ASSERT_EQUAL(d.table.part[0].content, SPP_CONTENT_BITLOCKER);
	tear_down(&d);
	set_up(&d, 100);
	CU_ASSERT_EQUAL(look(&d), SPP_OK);
	CU_ASSERT_EQUAL(d.table.kind, SPP_TABLE_UNKNOWN);
	tear_down(&d);
}

/* Bytes that nobody meant: a status, never a crash. */
static void test_noise(void)
{
	unsigned int seed = 7, round, i;
	struct disk d;

	set_up(&d, 256 * 1024);
	for (round = 0; round < 300; round++) {
		for (i = 440; i < 4096 + 512; i++) {
			seed = seed * 1103515245 + 12345;
			d.m.data[i] = (uint8_t)(seed >> 16);
		}
		spp_put16(d.m.data + 510, 0xaa55);
		if (round % 2) {
			mbr_entry(&d, 0, 0, 0xee, 1, 1000);
			memcpy(d.m.data + 512, "EFI PART", 8);
			spp_put32(d.m.data + 512 + 12, 92);
			spp_put64(d.m.data + 512 + 24, 1);
			spp_put32(d.m.data + 512 + 16, 0);
			spp_put32(d.m.data + 512 + 16,
				  crc32(d.m.data + 512, 92));
		}
		look(&d);
		for (i = 0; i < d.table.count; i++)
			CU_ASSERT(spp_within(d.table.part[i].off,
					     d.table.part[i].size,
					     d.m.base.size));
	}
	tear_down(&d);
}

static const struct unit_test tests[] = {
	{ "GPT, both sector sizes, and its backup", test_gpt },
	{ "GPT headers that are none", test_gpt_headers },
	{ "the last sector of a disk", test_last_sector },
	{ "GPT entries that lie outside", test_gpt_places },
	{ "MBR with logical partitions", test_mbr },
	{ "MBR with sectors of 4096 bytes", test_mbr_4k },
	{ "chains of logical partitions", test_mbr_chains },
	{ "no table", test_no_table },
	{ "noise", test_noise },
	{ NULL, NULL },
};

const struct unit_suite unit_partition = { "partition", tests };
