/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages of a child that was taken over by its volume: kind (1), n (2), n
 * bytes each.  They are refused, or every place that they name is on the
 * volume and can be read.
 */
#include "hive/base/bytes.h"
#include "hive/ntfs/report.h"
#include "tests/memory_block.h"

#define SIZE ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct speech {
	const uint8_t *data;
	size_t size;
};

/* In the child. */
static enum spp_status speak(struct spp_wire *wire, void *ctx,
			     struct spp_error *err)
{
	const struct speech *s = ctx;
	const uint8_t *at = s->data, *end = at + s->size;
	size_t n;

	while (end - at >= 3) {
		n = spp_get16(at + 1);
		if (n > (size_t)(end - at) - 3)
			n = (size_t)(end - at) - 3;
		if (spp_wire_report(wire, *at, at + 3, n, err))
			return SPP_OK;
		at += 3 + n;
	}
	return SPP_OK;
}

static void read_file(struct spp_overlay *disk, const struct spp_volume *volume,
		      const struct spp_volume_file *file)
{
	uint8_t buf[4096];
	uint64_t at;
	size_t i;

	for (i = 0; i < file->extents; i++)
		if (!spp_within(file->extent[i].off, file->extent[i].n, SIZE))
			abort();
	if (!file->there || file->flags || file->size > SIZE)
		return;
	for (at = 0; file->size - at >= sizeof(buf); at += sizeof(buf))
		if (spp_volume_read(disk, volume, file, at, buf, sizeof(buf),
				    NULL))
			abort();
	if (spp_volume_read(disk, volume, file, at, buf,
			    (size_t)(file->size - at), NULL))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct speech speech = { data, size };
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_overlay *disk;
	struct spp_volume volume;
	struct memory_block m;
	size_t i;

	memory_block_init(&m, SIZE);
	if (spp_overlay_open(&m.base, &disk, NULL))
		abort();
	if (!spp_volume_probe_by(speak, &speech, disk, 0, SIZE, &volume,
				 &err)) {
		for (i = 0; i < SPP_REPORT_FILES; i++)
			read_file(disk, &volume, spp_volume_file(&volume, i));
		spp_volume_release(&volume);
	} else if (err.status == SPP_BUG || !*err.text) {
		abort();
	}
	spp_overlay_close(disk);
	memory_block_free(&m);
	return 0;
}
