/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order of the sectors of an edit on a volume. */
#include "hive/ntfs/write_order.h"

#include <stdio.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "tests/memory_block.h"
#include "tests/unit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define SIZE   ((size_t)256 << 10)
#define START  4096 /* of the volume */
#define SECTOR SPP_SECTOR_SIZE

/* On the disk: a record in use, a free one, and a sector of $Bitmap. */
#define RECORD 0x4000
#define FREE   0x5000
#define BITMAP 0x6000

#define IN_USE 1
#define FOLDER 2

/* A record of two sectors, each with a byte of its own. */
struct content {
	const char *magic;
	uint16_t number; /* the update sequence number */
	uint16_t flags;
	uint64_t base;
	uint8_t one, two;
};

static void put_record(uint8_t p[2 * SECTOR], const struct content *c)
{
	int i;

	memset(p, 0, 2 * SECTOR);
	memcpy(p, c->magic, 4);
	spp_put16(p + 4, 48);
	spp_put16(p + 6, 3);
	spp_put16(p + 22, c->flags);
	spp_put64(p + 32, c->base);
	spp_put16(p + 48, c->number);
	for (i = 1; i <= 2; i++)
		spp_put16(p + i * SECTOR - 2, c->number);
	p[100] = c->one;
	p[SECTOR + 100] = c->two;
}

struct bench {
	struct memory_block m;
	struct spp_overlay *disk;
	struct spp_volume was, is;
	struct spp_extent extent[2];
};

/* A hive of 0x2000 bytes that gets 0x1000 more elsewhere. */
static void set_up(struct bench *b, uint64_t valid)
{
	struct spp_volume_file file = {
		.there = true, .size = 0x2000, .valid = valid, .extents = 1
	};

	memset(b, 0, sizeof(*b));
	memory_block_init(&b->m, SIZE);
	CU_ASSERT_EQUAL_FATAL(spp_overlay_open(&b->m.base, &b->disk, NULL),
			      SPP_OK);
	b->extent[0] = (struct spp_extent){ 0x10000, 0x2000 };
	b->extent[1] = (struct spp_extent){ 0x20000, 0x1000 };
	file.extent = b->extent;
	b->was = (struct spp_volume){ .off = START, .size = SIZE - START };
	b->is = b->was;
	b->was.file[1][0] = file;
	file.size = file.valid = 0x3000;
	file.extents = 2;
	b->is.file[1][0] = file;
}

static void tear_down(struct bench *b)
{
	spp_overlay_close(b->disk);
	memory_block_free(&b->m);
}

/* The record at off changes from the one content to the other. */
static void change(struct bench *b, uint64_t off, const struct content *was,
		   const struct content *is)
{
	uint8_t bytes[2 * SECTOR];

	put_record(b->m.data + off, was);
	put_record(bytes, is);
	CU_ASSERT_EQUAL(
		spp_overlay_write(b->disk, off, bytes, sizeof(bytes), NULL),
		SPP_OK);
}

/* The old number comes back where one sector is left that changes. */
static void numbers_are_put_back(void)
{
	static const struct {
		const char *what;
		struct content was, is;
		bool back;
	} rows[] = {
		{ "one sector",
		  { "FILE", 7, IN_USE, 0, 1, 1 },
		  { "FILE", 8, IN_USE, 0, 2, 1 },
		  true },
		{ "the other sector",
		  { "FILE", 7, IN_USE, 0, 1, 1 },
		  { "FILE", 8, IN_USE, 0, 1, 2 },
		  true },
		{ "both sectors: the number tells a torn write",
		  { "FILE", 7, IN_USE, 0, 1, 1 },
		  { "FILE", 8, IN_USE, 0, 2, 2 },
		  false },
		{ "both sectors of a folder",
		  { "FILE", 7, IN_USE | FOLDER, 0, 1, 1 },
		  { "FILE", 8, IN_USE | FOLDER, 0, 2, 2 },
		  true },
		{ "both sectors of an index block",
		  { "INDX", 7, 0, 0, 1, 1 },
		  { "INDX", 8, 0, 0, 2, 2 },
		  true },
	};
	uint8_t is[2 * SECTOR], expected[2 * SECTOR];
	struct content back;
	struct bench b;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		set_up(&b, 0x2000);
		change(&b, RECORD, &rows[i].was, &rows[i].is);
		back = rows[i].is;
		if (rows[i].back)
			back.number = rows[i].was.number;
		UNIT_ROW(!spp_write_order_keep_numbers(b.disk, START,
						       SIZE - START, NULL),
			 rows[i].what);
		spp_overlay_read(b.disk, RECORD, is, sizeof(is), NULL);
		put_record(expected, &back);
		UNIT_ROW(!memcmp(is, expected, sizeof(is)), rows[i].what);
		tear_down(&b);
	}
}

/* The stage of the sector at off, as the disk and the overlay have it. */
static enum spp_stage stage_at(struct bench *b, struct spp_write_order *order,
			       uint64_t off)
{
	uint8_t is[SECTOR];

	spp_overlay_read(b->disk, off, is, sizeof(is), NULL);
	return spp_write_order_stage(order, off, b->m.data + off, is);
}

/* The record that makes the hive longer is a link if one sector does it. */
static void records(void)
{
	static const struct {
		const char *what;
		struct content was, is;
		uint64_t valid;
		enum spp_stage stage;
	} rows[] = {
		{ "one sector",
		  { "FILE", 7, IN_USE, 0, 1, 1 },
		  { "FILE", 7, IN_USE, 0, 2, 1 },
		  0x2000,
		  SPP_STAGE_LINK },
		{ "two sectors",
		  { "FILE", 7, IN_USE, 0, 1, 1 },
		  { "FILE", 8, IN_USE, 0, 2, 2 },
		  0x2000,
		  SPP_STAGE_BINS },
		{ "of an extension",
		  { "FILE", 7, IN_USE, 70, 1, 1 },
		  { "FILE", 7, IN_USE, 70, 2, 1 },
		  0x2000,
		  SPP_STAGE_BINS },
		{ "a hive that is not valid up to its end",
		  { "FILE", 7, IN_USE, 0, 1, 1 },
		  { "FILE", 7, IN_USE, 0, 2, 1 },
		  0x1800,
		  SPP_STAGE_BINS },
		{ "one that was free",
		  { "FILE", 7, 0, 0, 1, 1 },
		  { "FILE", 8, IN_USE, 0, 2, 2 },
		  0x2000,
		  SPP_STAGE_RESERVE },
	};
	struct bench b;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_write_order CLEANUP(spp_write_order_release) order;

		set_up(&b, rows[i].valid);
		change(&b, RECORD, &rows[i].was, &rows[i].is);
		UNIT_ROW(!spp_write_order_make(&order, b.disk, &b.was, &b.is,
					       NULL),
			 rows[i].what);
		UNIT_ROW(stage_at(&b, &order, RECORD) == rows[i].stage,
			 rows[i].what);
		tear_down(&b);
	}
}

/* A free record may be filled before the hive's own refers to it. */
static void a_record_more(void)
{
	static const struct content was = { "FILE", 7, IN_USE, 0, 1, 1 },
				    is = { "FILE", 7, IN_USE, 0, 2, 1 },
				    none = { "FILE", 3, 0, 0, 0, 0 },
				    more = { "FILE", 4, IN_USE, 70, 5, 5 };
	struct spp_write_order CLEANUP(spp_write_order_release) order;
	struct bench b;

	set_up(&b, 0x2000);
	change(&b, RECORD, &was, &is);
	change(&b, FREE, &none, &more);
	CU_ASSERT_EQUAL(
		spp_write_order_make(&order, b.disk, &b.was, &b.is, NULL),
		SPP_OK);
	CU_ASSERT_EQUAL(stage_at(&b, &order, RECORD), SPP_STAGE_LINK);
	CU_ASSERT_EQUAL(stage_at(&b, &order, FREE), SPP_STAGE_RESERVE);
	CU_ASSERT_EQUAL(stage_at(&b, &order, FREE + SECTOR), SPP_STAGE_RESERVE);
	tear_down(&b);
}

/* Nothing refers to bytes that are new or not valid yet: they come first. */
static void bytes_of_the_hive(void)
{
	static const struct {
		uint64_t valid, off; /* off: on the volume */
		enum spp_stage stage;
	} rows[] = {
		{ 0x2000, 0x10000, SPP_STAGE_HEAD },
		{ 0x2000, 0x10000 + SECTOR, SPP_STAGE_BINS },
		{ 0x2000, 0x12000 - SECTOR, SPP_STAGE_BINS },
		{ 0x2000, 0x20000, SPP_STAGE_RESERVE },
		{ 0x2000, 0x21000 - SECTOR, SPP_STAGE_RESERVE },
		{ 0x1800, 0x11800 - SECTOR, SPP_STAGE_BINS },
		{ 0x1800, 0x11800, SPP_STAGE_RESERVE },
		{ 0x1800, 0x12000 - SECTOR, SPP_STAGE_RESERVE },
	};
	char row[32];
	struct bench b;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_write_order CLEANUP(spp_write_order_release) order;
		uint64_t off = START + rows[i].off;

		snprintf(row, sizeof(row), "0x%llx",
			 (unsigned long long)rows[i].off);
		set_up(&b, rows[i].valid);
		memset(b.m.data + off, 0xff, SECTOR);
		spp_overlay_write(b.disk, off, "new", 3, NULL);
		UNIT_ROW(!spp_write_order_make(&order, b.disk, &b.was, &b.is,
					       NULL),
			 row);
		UNIT_ROW(stage_at(&b, &order, off) == rows[i].stage, row);
		tear_down(&b);
	}
}

/* Clusters are taken before anything refers to them, and given back later. */
static void bits(void)
{
	static const struct {
		const char *what;
		uint8_t was, is;
		bool first;
	} rows[] = {
		{ "taken", 0x01, 0x07, true },
		{ "given back", 0x07, 0x01, false },
		{ "both", 0x03, 0x06, false },
	};
	struct bench b;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_write_order CLEANUP(spp_write_order_release) order;

		set_up(&b, 0x2000);
		b.m.data[BITMAP + 511] = rows[i].was;
		spp_overlay_write(b.disk, BITMAP + 511, &rows[i].is, 1, NULL);
		UNIT_ROW(!spp_write_order_make(&order, b.disk, &b.was, &b.is,
					       NULL),
			 rows[i].what);
		UNIT_ROW((stage_at(&b, &order, BITMAP) == SPP_STAGE_RESERVE) ==
				 rows[i].first,
			 rows[i].what);
		tear_down(&b);
	}
}

static const struct unit_test tests[] = {
	{ "numbers are put back", numbers_are_put_back },
	{ "records", records },
	{ "a record more", a_record_more },
	{ "bytes of the hive", bytes_of_the_hive },
	{ "bits", bits },
	{ NULL, NULL },
};

const struct unit_suite unit_write_order = { "write_order", tests };
