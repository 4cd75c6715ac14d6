/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/ntfs/cached.h"

#include <string.h>

#include "hive/base/bytes.h"
#include "tests/unit.h"

#define SIZE 1000100

struct disk {
	unsigned int reads;
	bool broken;
};

static uint8_t byte_at(uint64_t off)
{
	return (uint8_t)(off * 7 + off / 251);
}

static enum spp_status read_disk(void *ctx, uint64_t off, void *buf, size_t n,
				 struct spp_error *err)
{
	struct disk *disk = ctx;
	uint8_t *to = buf;

	disk->reads++;
	if (disk->broken)
		return spp_fail(err, SPP_IO, "it is broken");
	CU_ASSERT_FATAL(spp_within(off, n, SIZE));
	for (; n; n--)
		*to++ = byte_at(off++);
	return SPP_OK;
}

static bool reads(const struct spp_ntfs_io *io, uint64_t off, size_t n)
{
	static uint8_t buf[SIZE];
	size_t i;

	memset(buf, 0xee, n);
	if (io->read(io->ctx, off, buf, n, NULL))
		return false;
	for (i = 0; i < n; i++)
		if (buf[i] != byte_at(off + i))
			return false;
	return true;
}

static void pages_are_read_once(void)
{
	static const struct {
		uint64_t off;
		size_t n;
		unsigned int reads;
	} rows[] = {
		{ 0, 512, 1 },
		{ 512, 1024, 0 },
		{ 4095, 2, 1 },
		{ 8191, 1, 0 },
		{ 100, 4096, 0 },
		{ 12288, 4096, 1 },
		{ 12288, 5000, 1 },
		{ 16384, 1, 1 },
		{ SIZE - 1, 1, 1 },
		{ SIZE - 100, 100, 0 },
		{ SIZE - 4000, 4000, 1 },
		{ 0, SIZE, 1 },
	};
	struct spp_ntfs_cached cached;
	struct disk disk = { 0 };
	const struct spp_ntfs_io io = { &disk, SIZE, read_disk, NULL };
	size_t i;

	CU_ASSERT_EQUAL_FATAL(spp_ntfs_cached_open(&cached, &io, NULL), SPP_OK);
	CU_ASSERT_PTR_NULL(cached.io.write);
	CU_ASSERT_EQUAL(cached.io.size, SIZE);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		disk.reads = 0;
		CU_ASSERT(reads(&cached.io, rows[i].off, rows[i].n));
		CU_ASSERT_EQUAL(disk.reads, rows[i].reads);
	}
	spp_ntfs_cached_close(&cached);
}

/* More pages than are kept, forth and back. */
static void pages_are_given_up(void)
{
	struct spp_ntfs_cached cached;
	struct disk disk = { 0 };
	const struct spp_ntfs_io io = { &disk, SIZE, read_disk, NULL };
	uint64_t off;

	CU_ASSERT_EQUAL_FATAL(spp_ntfs_cached_open(&cached, &io, NULL), SPP_OK);
	for (off = 0; off + 512 <= SIZE; off += 512)
		CU_ASSERT(reads(&cached.io, off, 512));
	CU_ASSERT_EQUAL(disk.reads, (SIZE + 4095) / 4096);
	for (off = 0; off + 512 <= SIZE; off += 512)
		CU_ASSERT(reads(&cached.io, SIZE - 512 - off, 512));
	spp_ntfs_cached_close(&cached);
}

static void what_failed_is_not_kept(void)
{
	struct spp_ntfs_cached cached;
	struct disk disk = { .broken = true };
	const struct spp_ntfs_io io = { &disk, SIZE, read_disk, NULL };

	CU_ASSERT_EQUAL_FATAL(spp_ntfs_cached_open(&cached, &io, NULL), SPP_OK);
	CU_ASSERT(!reads(&cached.io, 5, 5));
	disk.broken = false;
	CU_ASSERT(reads(&cached.io, 5, 5));
	spp_ntfs_cached_close(&cached);
}

static const struct unit_test tests[] = {
	{ "pages are read once", pages_are_read_once },
	{ "pages are given up", pages_are_given_up },
	{ "what failed is not kept", what_failed_is_not_kept },
	{ NULL, NULL },
};

const struct unit_suite unit_cached = { "cached", tests };
