/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "hive/ntfs/report.h"

struct spp_volume_file *spp_volume_file(struct spp_volume *volume, size_t i)
{
	return &volume->file[i / SPP_HIVE_FILES][i % SPP_HIVE_FILES];
}

void spp_volume_release(struct spp_volume *volume)
{
	size_t i;

	if (!volume)
		return;
	for (i = 0; i < SPP_REPORT_FILES; i++) {
		free(spp_volume_file(volume, i)->extent);
		free(spp_volume_file(volume, i)->resident);
	}
	memset(volume, 0, sizeof(*volume));
}

/* Finds the place of a byte of a file, and how many follow contiguously. */
static uint64_t locate(const struct spp_volume_file *file, uint64_t at,
		       uint64_t *run)
{
	size_t i;

	for (i = 0; i < file->extents; i++) {
		if (at < file->extent[i].n) {
			*run = file->extent[i].n - at;
			return file->extent[i].off + at;
		}
		at -= file->extent[i].n;
	}
	*run = 0;
	return 0;
}

enum spp_status spp_volume_read(struct spp_overlay *disk,
				const struct spp_volume *volume,
				const struct spp_volume_file *file, uint64_t at,
				void *buf, size_t n, struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	uint64_t off, run;
	uint8_t *to = buf;
	size_t take;

	if (!spp_within(at, n, file->size) || file->flags)
		return spp_fail(err, SPP_CORRUPT, "0x%llx is outside of a file",
				(unsigned long long)at);
	if (file->resident)
		memcpy(buf, file->resident + at, n);
	for (; !st && n && !file->resident; to += take, at += take, n -= take) {
		if (at >= file->valid) {
			memset(to, 0, n);
			break;
		}
		take = file->valid - at < n ? (size_t)(file->valid - at) : n;
		off = locate(file, at, &run);
		take = run < take ? (size_t)run : take;
		st = spp_overlay_read(disk, volume->off + off, to, take, err);
	}
	return st;
}

enum spp_status spp_volume_overwrite(struct spp_overlay *disk,
				     const struct spp_volume *volume,
				     const struct spp_volume_file *file,
				     uint64_t at, const void *data, size_t n,
				     struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	const uint8_t *from = data;
	uint64_t off, run;
	size_t take;

	if (file->resident || file->flags || !spp_within(at, n, file->valid))
		return spp_fail(err, SPP_BUG, "a hive would grow unseen");
	for (; !st && n; from += take, at += take, n -= take) {
		off = locate(file, at, &run);
		take = run < n ? (size_t)run : n;
		st = spp_overlay_write(disk, volume->off + off, from, take,
				       err);
	}
	return st;
}

static void add64(struct sha256_ctx *sum, uint64_t v)
{
	uint8_t bytes[8];

	spp_put64(bytes, v);
	sha256_update(sum, sizeof(bytes), bytes);
}

void spp_volume_layout(const struct spp_volume *volume, uint8_t sha256[32])
{
	struct sha256_ctx sum;
	size_t role, i;

	sha256_init(&sum);
	for (role = 0; role < SPP_SEEK_PATHS; role++) {
		const struct spp_volume_file *file = volume->file[role];

		add64(&sum, file->reference);
		add64(&sum, file->size);
		for (i = 0; i < file->extents; i++) {
			add64(&sum, file->extent[i].off);
			add64(&sum, file->extent[i].n);
		}
	}
	sha256_digest(&sum, SHA256_DIGEST_SIZE, sha256);
}
