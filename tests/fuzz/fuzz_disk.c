/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes are a disk image: tell its kind, read its header as each kind,
 * and take it as a raw disk with a partition table.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hive/image/format.h"
#include "hive/image/partition.h"
#include "tests/memory_block.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_headers(int fd)
{
	struct spp_image_format c = SPP_IMAGE_FORMAT_INIT;
	struct spp_error err;
	int kind;

	for (kind = SPP_TARGET_AUTO; kind < SPP_TARGET_NBD; kind++) {
		c.fd = fd;
		c.label = "image";
		if (spp_image_format_identify(&c, NULL))
			break;
		if (kind != SPP_TARGET_AUTO)
			c.kind = (enum spp_target_kind)kind;
		err = (struct spp_error)SPP_ERROR_INIT;
		if (!spp_image_format_read(&c, &err))
			spp_image_format_judge(&c, 0, true, &err);
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
	read_headers(fd);
	read_table(data, size);
	return 0;
}
