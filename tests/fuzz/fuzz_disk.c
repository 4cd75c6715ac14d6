/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes are a disk: tell its kind, and read its partition table (MBR, GPT,
 * what belongs to a dynamic disk), which must stay within the disk.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hive/image/format.h"
#include "hive/image/partition.h"
#include "tests/memory_block.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
