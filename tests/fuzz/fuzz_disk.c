/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes are a disk: tell its kind, and read its partition table (MBR, GPT,
 * what belongs to a dynamic disk), which must stay within the disk.  A GPT gets
 * its checksums, unless the disk begins with 0xff.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hive/base/bytes.h"
#include "hive/image/format.h"
#include "hive/image/partition.h"
#include "tests/memory_block.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ENTRIES_MAX 65536

static uint32_t crc32(const uint8_t *data, size_t n)
{
	uint32_t crc = ~0u;
	int bit;

	while (n--)
		for (crc ^= *data++, bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	return ~crc;
}

/* Makes the checksums of the GPT header at off right. */
static void mend(uint8_t *disk, size_t size, size_t off, size_t sector)
{
	uint8_t *head = disk + off;
	uint64_t at, n;

	if (!spp_within(off, sector, size) || memcmp(head, "EFI PART", 8) != 0)
		return;
	at = spp_get64(head + 72);
	n = (uint64_t)spp_get32(head + 80) * spp_get32(head + 84);
	if (n <= ENTRIES_MAX && at <= size / sector &&
	    spp_within(at * sector, n, size))
		spp_put32(head + 88, crc32(disk + at * sector, (size_t)n));
	n = spp_get32(head + 12);
	spp_put32(head + 16, 0);
	if (n <= sector)
		spp_put32(head + 16, crc32(head, (size_t)n));
}

static void mend_all(uint8_t *disk, size_t size)
{
	if (!size || disk[0] == 0xff)
		return;
	mend(disk, size, 512, 512);
	mend(disk, size, 4096, 4096);
	if (size >= 1024)
		mend(disk, size, (size / 512 - 1) * 512, 512);
	if (size >= 8192)
		mend(disk, size, (size / 4096 - 1) * 4096, 4096);
}

static void tell_kind(int fd)
{
	static const char *const names[] = { "a.img", "a.vhd", "a" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct spp_image_format c = SPP_IMAGE_FORMAT_INIT;

		c.fd = fd;
		c.label = "image";
		if (!spp_image_format_identify(&c, NULL))
			spp_image_format_named(&c, names[i], NULL);
		spp_image_format_release(&c);
	}
}

static void read_table(const uint8_t *data, size_t size)
{
	struct spp_partitions table = SPP_PARTITIONS_INIT;
	struct memory_block m;
	struct spp_overlay *disk;
	size_t i;

	memory_block_init(&m, size);
	memcpy(m.data, data, size);
	mend_all(m.data, size);
	if (!spp_overlay_open(&m.base, &disk, NULL)) {
		if (!spp_partitions_read(disk, &table, NULL))
			for (i = 0; i < table.count; i++)
				if (table.part[i].off > size ||
				    table.part[i].size >
					    size - table.part[i].off)
					abort();
		spp_partitions_dynamic(&table);
		spp_partitions_release(&table);
		spp_overlay_close(disk);
	}
	memory_block_free(&m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;

	if (fd < 0)
		fd = memfd_create("image", MFD_CLOEXEC);
	if (ftruncate(fd, 0) || pwrite(fd, data, size, 0) != (ssize_t)size)
		return 0;
	tell_kind(fd);
	read_table(data, size);
	return 0;
}
