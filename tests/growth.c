/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Hives on an NTFS volume that grow, and what may be touched then.
 *
 *	growth VOLUME BYTES ROUNDS		grows each hive, which must pass
 *	growth VOLUME BYTES ROUNDS stray
 *
 * With "stray", one byte more is changed after that, which must be refused
 * wherever it is not the hive's own: in each sector of the MFT and of the
 * folders, in each byte of $Bitmap, in some sectors of all others.
 */
#include <stdio.h>

#include "hive/base/bytes.h"
#include "hive/ntfs/mft.h"
#include "hive/ntfs/report.h"
#include "hive/regf/pages.h"
#include "hive/target/paths.h"
#include "tests/volume_bed.h"

#define SECTOR 512
#define BITMAP 6

struct scene {
	struct volume_bed bed;
	struct spp_volume after;
	struct spp_mft mft;
	struct spp_mft_file bitmap;
	unsigned long tried, refused;
	size_t extents;
	int failed;
};

/* Whether a hive, or the copy of its sizes in a folder, may have this byte. */
static bool may_change(const struct scene *s, uint64_t off)
{
	const struct spp_volume_file *file = s->after.file[s->bed.role];
	uint8_t record[SPP_MFT_RECORD_MAX];
	size_t i, n = s->mft.record;
	uint64_t pos;

	for (i = 0; i < file->extents; i++)
		if (off >= file->extent[i].off &&
		    off - file->extent[i].off < file->extent[i].n)
			return true;
	if (!spp_mft_find(&s->mft, &s->mft.self, SPP_MFT_DATA, off, &pos) ||
	    spp_mft_read(&s->mft, &s->mft.self, SPP_MFT_DATA, pos - pos % n,
			 record, n, NULL))
		return false;
	/* Free ones may hold anything but a used one. */
	if (memcmp(record, "FILE", 4) != 0 || !(record[22] & 1))
		return pos % n != 22;
	return pos / n == (file->reference & 0xffffffffffff) ||
	       (spp_get64(record + 32) ^ file->reference) << 16 == 0;
}

/* One byte at off becomes another; it is refused unless it may be. */
static void stray(struct scene *s, uint64_t off, uint8_t flip)
{
	struct spp_error err = SPP_ERROR_INIT;
	enum spp_status st;
	uint8_t is, other, was = s->bed.disk.data[off];

	volume_bed_must(spp_overlay_read(s->bed.is, off, &is, 1, &err), &err,
			"read");
	other = is ^ flip;
	/* Of a bitmap: back to what it was. */
	if (may_change(s, off) || !((other ^ was) & flip))
		return;
	s->tried++;
	spp_overlay_write(s->bed.is, off, &other, 1, NULL);
	st = volume_bed_check(&s->bed, &err);
	spp_overlay_write(s->bed.is, off, &is, 1, NULL);
	if (st == SPP_CORRUPT && strstr(err.text, "nothing was changed")) {
		s->refused++;
		return;
	}
	/* What breaks a record that is read for the check is told as such. */
	if (st == SPP_CORRUPT && strstr(err.text, "cannot be followed"))
		s->refused++;
	else
		printf("0x%llx: status %d: %s\n", (unsigned long long)off, st,
		       err.text);
}

/* An index block: all but the copy of the hive's sizes and times. */
static void stray_entries(struct scene *s, uint64_t block)
{
	const uint64_t reference = s->bed.volume.file[s->bed.role]->reference;
	uint8_t bytes[4096];
	size_t at, e;
	bool own;

	if (spp_overlay_read(s->bed.is, block, bytes, sizeof(bytes), NULL))
		return;
	for (at = 1; at < sizeof(bytes); at += 12) {
		own = false;
		for (e = at / 8 * 8; e >= 8 && at - e < 0x50; e -= 8)
			own |= at - e >= 0x18 &&
			       spp_get64(bytes + e) == reference;
		if (!own)
			stray(s, block + at, 1);
	}
}

static void strays(struct scene *s)
{
	uint64_t off, pos, size = s->bed.disk.base.size;
	struct spp_error err = SPP_ERROR_INIT;
	uint8_t head[4];
	bool close;
	int bit;

	s->mft = (struct spp_mft){ .disk = s->bed.is, .size = size };
	volume_bed_must(spp_mft_open(&s->mft, &err), &err, "mft");
	volume_bed_must(spp_mft_file(&s->mft, BITMAP, &s->bitmap, &err), &err,
			"bitmap");
	for (off = 0; off < size; off += SECTOR) {
		volume_bed_must(spp_overlay_read(s->bed.is, off, head, 4, &err),
				&err, "read");
		close = !memcmp(head, "FILE", 4) || !memcmp(head, "INDX", 4);
		if (close || off < 8192 || off / SECTOR % 61 == 0)
			stray(s, off + (close ? 22 : 100), 1);
		if (close)
			stray(s, off + 0x30, 0x80);
		if (!memcmp(head, "INDX", 4))
			stray_entries(s, off);
	}
	stray(s, size - 1, 1);
	for (pos = 0; pos < size / s->mft.cluster / 8; pos++) {
		off = s->bitmap.run->lcn * s->mft.cluster + pos;
		for (bit = pos % 8; bit < 8; bit += 3)
			stray(s, off, (uint8_t)(1 << bit));
	}
	printf("%lu strays, %lu refused\n", s->tried, s->refused);
	s->failed |= s->tried < 100 || s->tried != s->refused;
	spp_mft_file_release(&s->bitmap);
	spp_mft_release(&s->mft);
}

/* A child that does what it should, and writes a byte to another place. */
struct taken {
	struct spp_growth growth;
	uint64_t off;
};

static enum spp_status taken_job(struct spp_wire *wire, void *ctx,
				 struct spp_error *err)
{
	struct taken *taken = ctx;
	enum spp_status st = spp_volume_grow_job(wire, &taken->growth, err);

	return st ? st : spp_wire_write(wire, taken->off, "!", 1, err);
}

static void take_over(struct scene *s, uint64_t off, bool may)
{
	const struct spp_volume_file *file = s->bed.volume.file[s->bed.role];
	struct volume_bed_file at = { &s->bed, file };
	struct spp_source source = volume_bed_source(&at);
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_overlay *overlay = NULL;
	struct spp_volume_edit edit = { file, NULL };
	struct taken taken = { { s->bed.volume.size, &edit, 1 }, off };
	enum spp_status st;

	volume_bed_must(spp_overlay_open(&s->bed.disk.base, &overlay, &err),
			&err, "overlay");
	volume_bed_must(spp_pages_open(&source, &edit.pages, &err), &err,
			"open");
	volume_bed_must(spp_pages_grow(edit.pages, file->size + 8192, &err),
			&err, "grow");
	st = spp_volume_grow_by(taken_job, &taken, overlay, &s->bed.volume,
				&edit, 1, &err);
	if (st != (may ? SPP_OK : SPP_CORRUPT)) {
		printf("taken over, at 0x%llx: status %d: %s\n",
		       (unsigned long long)off, st, err.text);
		s->failed = 1;
	}
	spp_pages_close(edit.pages);
	spp_overlay_close(overlay);
}

/* Grows each hive once, or the first one and then strays. */
static void play(struct scene *s, uint64_t by, bool lost)
{
	int role, grown = 0;

	for (role = 0; role < SPP_ROLE_COUNT; role++) {
		if (!s->bed.volume.file[role][0].there || (lost && grown))
			continue;
		grown++;
		volume_bed_grow(&s->bed, role, by);
		volume_bed_probe(&s->bed, s->bed.is, &s->after);
		s->extents = s->after.file[role][0].extents;
		if (lost) {
			strays(s);
			take_over(s, s->bed.volume.file[role]->extent->off,
				  true);
			take_over(s, 100, false);
			take_over(s, s->bed.disk.base.size - 1, false);
		}
		spp_volume_release(&s->after);
	}
}

/* The disk becomes what it would be. */
static void keep(struct scene *s)
{
	struct spp_overlay_page page;
	size_t i;

	for (i = 0; i < spp_overlay_count(s->bed.is); i++) {
		spp_overlay_page(s->bed.is, i, &page);
		memcpy(s->bed.disk.data + page.off, page.data, page.n);
	}
	volume_bed_again(&s->bed);
}

static void report(struct scene *s, int rounds)
{
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_mft mft = { .size = s->bed.disk.base.size };

	volume_bed_must(spp_overlay_open(&s->bed.disk.base, &mft.disk, &err),
			&err, "overlay");
	volume_bed_must(spp_mft_open(&mft, &err), &err, "mft");
	printf("%d rounds, %zu extents, MFT of %llu bytes\n", rounds,
	       s->extents, (unsigned long long)mft.self.valid);
	spp_mft_release(&mft);
	spp_overlay_close(mft.disk);
}

int main(int argc, char **argv)
{
	struct scene s = { .tried = 0 };
	int i, rounds;

	if (argc < 4)
		return 2;
	rounds = atoi(argv[3]);
	volume_bed_open(&s.bed, argv[1]);
	report(&s, 0);
	for (i = 1; i <= rounds; i++) {
		play(&s, strtoull(argv[2], NULL, 10), i == rounds && argc > 4);
		keep(&s);
	}
	report(&s, rounds);
	volume_bed_close(&s.bed);
	return s.failed;
}
