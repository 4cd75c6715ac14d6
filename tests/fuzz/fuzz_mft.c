/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * 0 number of an edited record (2)  2 its sequence (2)  4 n (4)  8 n bytes: a
 * volume in pieces (sparse.h); then more pieces, written over it as an edit.
 * The MFT is read by our own reader, which ends with a verdict; what it takes
 * for the edited file's lies on the volume; the judge of an edit ends, and
 * takes the volume as it was for a good one.
 */
#include "hive/ntfs/footprint.h"
#include "hive/ntfs/mft.h"
#include "hive/ntfs/shadow.h"
#include "hive/ntfs/write_order.h"
#include "tests/fuzz/sparse.h"
#include "tests/memory_block.h"

#define MOST	((size_t)2 << 20)
#define RECORDS 64
#define HEAD	8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_runs(const struct spp_mft *mft,
		       const struct spp_mft_file *file)
{
	uint64_t clusters = mft->size / mft->cluster;
	size_t i;

	for (i = 0; i < file->runs; i++)
		if (!spp_within(file->run[i].lcn, file->run[i].n, clusters))
			abort();
}

static void read_files(struct spp_overlay *disk, uint64_t size)
{
	struct spp_mft mft = { .disk = disk, .size = size };
	uint8_t buf[512];
	uint64_t number, pos;

	if (!spp_mft_open(&mft, NULL))
		for (number = 0; number < RECORDS; number++) {
			struct spp_mft_file file = SPP_MFT_FILE_INIT;

			if (!spp_mft_file(&mft, number, &file, NULL)) {
				check_runs(&mft, &file);
				for (pos = 0; pos < 8192; pos += 4000)
					spp_mft_read(&mft, &file, SPP_MFT_DATA,
						     pos, buf, sizeof(buf),
						     NULL);
				spp_mft_find(&mft, &file, SPP_MFT_DATA,
					     8192 * number, &pos);
			}
			spp_mft_file_release(&file);
		}
	spp_mft_release(&mft);
}

/* Writes what differs, page by page. */
static void write_over(struct spp_overlay *disk, const uint8_t *was,
		       const uint8_t *is, size_t size)
{
	size_t at, n;

	for (at = 0; at < size; at += n) {
		n = size - at < SPP_OVERLAY_PAGE ? size - at : SPP_OVERLAY_PAGE;
		if (memcmp(was + at, is + at, n) != 0 &&
		    spp_overlay_write(disk, at, is + at, n, NULL))
			abort();
	}
}

static void judge(struct spp_overlay *before, struct spp_overlay *after,
		  uint64_t reference, uint64_t size)
{
	struct spp_volume_file hive = { .there = true, .reference = reference };
	const struct spp_volume_edit edit = { .file = &hive };
	struct spp_volume volume;
	struct spp_write_order order;
	struct spp_error err = SPP_ERROR_INIT;

	memset(&volume, 0, sizeof(volume));
	volume.size = size;
	volume.file[0][0] = hive;
	spp_footprint_check(before, after, &volume, &edit, 1, NULL);
	spp_write_order_keep_numbers(after, 0, size, NULL);
	if (spp_footprint_check(before, after, &volume, &edit, 1, &err) &&
	    !err.status)
		abort();
	if (!spp_write_order_make(&order, after, &volume, &volume, NULL))
		spp_write_order_stage(&order, 4096, (const uint8_t[512]){ 0 },
				      (const uint8_t[512]){ 1 });
	spp_write_order_release(&order);
}

static void use(uint8_t *was, const uint8_t *is, uint64_t reference,
		size_t size)
{
	struct memory_block m = {
		.base = { .ops = &memory_ops, .label = "disk", .size = size }
	};
	struct spp_overlay *before, *after;
	bool has;

	m.data = was;
	if (spp_overlay_open(&m.base, &before, NULL) ||
	    spp_overlay_open(&m.base, &after, NULL))
		abort();
	read_files(before, size);
	spp_shadow_look(before, 0, size, &has, NULL);
	write_over(after, was, is, size);
	judge(before, after, reference, size);
	spp_overlay_close(before);
	spp_overlay_close(after);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *was, *is;
	size_t n, all;

	if (size < HEAD + SPARSE_HEAD)
		return 0;
	n = spp_get32(data + 4);
	if (n < SPARSE_HEAD || n > size - HEAD)
		n = size - HEAD;
	was = sparse_make(data + HEAD, n, MOST, &all);
	is = malloc(all + 1);
	if (!is)
		abort();
	memcpy(is, was, all);
	/* The size before the first piece stands before both. */
	if (size - HEAD - n > SPARSE_HEAD)
		sparse_fill(data + HEAD + n, size - HEAD - n, is, all);
	use(was, is, spp_get16(data) | (uint64_t)spp_get16(data + 2) << 48,
	    all);
	free(was);
	free(is);
	return 0;
}
