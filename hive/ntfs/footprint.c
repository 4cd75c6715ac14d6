/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/ntfs/footprint.h"

#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "hive/base/ranges.h"
#include "hive/ntfs/mft.h"
#include "hive/place/journal.h"

#define SECTOR	    SPP_SECTOR_SIZE
#define RECORD_MIRR 1
#define RECORD_BITS 6
#define NUMBER(ref) ((ref)&0xffffffffffffu)
#define FOLDERS_MAX 16
#define RECORD_HEAD 48
#define RECORD_USED 24 /* bytes in use */
#define RECORD_ID   40 /* id of the next attribute */
/* In a folder's entry: the copy of times, sizes and attributes. */
#define ENTRY_COPY     0x18
#define ENTRY_COPY_END 0x50

/* A hive before and after the edit. */
struct hive {
	uint64_t reference;
	struct spp_mft_file was, is;
};

struct footprint {
	struct spp_mft was, is;
	struct spp_mft_file mirror, bitmap;
	struct hive *hive;
	size_t hives;
	struct spp_mft_file folder[FOLDERS_MAX];
	size_t folders;
	/*
	 * Bytes of the volume that the hives and $MFT have, before and after.
	 */
	struct spp_ranges old, now;
};

static void footprint_release(struct footprint *f)
{
	size_t i;

	for (i = 0; i < f->hives; i++) {
		spp_mft_file_release(&f->hive[i].was);
		spp_mft_file_release(&f->hive[i].is);
	}
	free(f->hive);
	for (i = 0; i < f->folders; i++)
		spp_mft_file_release(&f->folder[i]);
	spp_mft_file_release(&f->mirror);
	spp_mft_file_release(&f->bitmap);
	spp_mft_release(&f->was);
	spp_mft_release(&f->is);
	spp_ranges_release(&f->old);
	spp_ranges_release(&f->now);
}

static enum spp_status add_ranges(struct footprint *f, struct spp_ranges *set,
				  const struct spp_mft_file *file,
				  uint64_t *total, struct spp_error *err)
{
	uint64_t cluster = f->was.cluster;
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < file->runs; i++) {
		*total += file->run[i].n * cluster;
		st = spp_ranges_add(set, file->run[i].lcn * cluster,
				    file->run[i].n * cluster, err);
	}
	return st;
}

static enum spp_status add_folders(struct footprint *f,
				   const struct spp_mft_file *hive,
				   struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i, j;

	for (i = 0; !st && i < hive->folders; i++) {
		for (j = 0; j < f->folders; j++)
			if (f->folder[j].number == hive->folder[i])
				break;
		if (j < f->folders)
			continue;
		if (j == FOLDERS_MAX)
			return spp_fail(err, SPP_LIMIT,
					"a hive is in more than %d folders",
					FOLDERS_MAX);
		st = spp_mft_file(&f->was, hive->folder[i],
				  &f->folder[f->folders++], err);
	}
	return st;
}

static enum spp_status add_hive(struct footprint *f, uint64_t reference,
				uint64_t *total, struct spp_error *err)
{
	struct hive *h = &f->hive[f->hives++];
	uint64_t ignored = 0;
	enum spp_status st;

	h->reference = reference;
	st = spp_mft_file(&f->was, NUMBER(reference), &h->was, err);
	if (!st)
		st = spp_mft_file(&f->is, NUMBER(reference), &h->is, err);
	if (!st)
		st = add_folders(f, &h->was, err);
	if (!st)
		st = add_ranges(f, &f->old, &h->was, &ignored, err);
	return st ? st : add_ranges(f, &f->now, &h->is, total, err);
}

static enum spp_status bad_map(struct spp_error *err, const char *what)
{
	return spp_fail(err, SPP_CORRUPT, "libntfs-3g %s; nothing was changed",
			what);
}

/* Checks that each new cluster was free and has one owner. */
static enum spp_status check_new(struct footprint *f, uint64_t total,
				 struct spp_error *err)
{
	uint64_t cluster = f->was.cluster, at, lcn, have = UINT64_MAX;
	uint8_t bits[SECTOR];
	enum spp_status st;
	size_t i;

	if (spp_ranges_total(&f->now) != total)
		return bad_map(err, "gave a cluster to two files");
	for (i = 0; i < f->now.count; i++)
		for (at = f->now.range[i].start; at < f->now.range[i].end;
		     at += cluster) {
			if (spp_ranges_has(&f->old, at))
				continue;
			lcn = at / cluster;
			if (lcn / 8 / SECTOR != have) {
				have = lcn / 8 / SECTOR;
				st = spp_mft_read(&f->was, &f->bitmap,
						  SPP_MFT_DATA, have * SECTOR,
						  bits, sizeof(bits), err);
				if (st)
					return bad_map(err, "left the volume");
			}
			if (bits[lcn / 8 % SECTOR] >> lcn % 8 & 1)
				return bad_map(err, "took clusters of "
						    "another file");
		}
	return SPP_OK;
}

/* Checks that $MFT keeps its clusters; it may gain others. */
static enum spp_status check_kept(const struct spp_mft_file *was,
				  const struct spp_mft_file *is,
				  struct spp_error *err)
{
	const struct spp_mft_run *a, *b;
	size_t i, j;

	for (i = 0; i < was->runs; i++) {
		a = &was->run[i];
		for (j = 0; j < is->runs; j++) {
			b = &is->run[j];
			if (a->kind == b->kind && a->vcn >= b->vcn &&
			    a->vcn - b->vcn < b->n &&
			    a->n <= b->n - (a->vcn - b->vcn) &&
			    a->lcn - a->vcn == b->lcn - b->vcn)
				break;
		}
		if (j == is->runs)
			return bad_map(err, "moved a part of the MFT");
	}
	if (is->valid < was->valid || is->valid_bits < was->valid_bits)
		return bad_map(err, "made the MFT shorter");
	return SPP_OK;
}

static enum spp_status survey(struct footprint *f,
			      const struct spp_volume_edit *edits, size_t count,
			      struct spp_error *err)
{
	enum spp_status st = spp_mft_open(&f->was, err);
	uint64_t total = 0, ignored = 0;
	size_t i;

	f->hive = calloc(count + 1, sizeof(*f->hive));
	if (!f->hive)
		return spp_nomem(err);
	if (!st)
		st = spp_mft_open(&f->is, err);
	if (!st)
		st = check_kept(&f->was.self, &f->is.self, err);
	if (!st)
		st = spp_mft_file(&f->was, RECORD_MIRR, &f->mirror, err);
	if (!st)
		st = spp_mft_file(&f->was, RECORD_BITS, &f->bitmap, err);
	for (i = 0; !st && i < count; i++)
		st = add_hive(f, edits[i].file->reference, &total, err);
	if (!st)
		st = add_ranges(f, &f->old, &f->was.self, &ignored, err);
	if (!st)
		st = add_ranges(f, &f->old, &f->mirror, &ignored, err);
	if (!st)
		st = add_ranges(f, &f->old, &f->bitmap, &ignored, err);
	if (!st)
		st = add_ranges(f, &f->now, &f->is.self, &total, err);
	if (!st)
		st = add_ranges(f, &f->now, &f->mirror, &total, err);
	if (!st)
		st = add_ranges(f, &f->now, &f->bitmap, &total, err);
	spp_ranges_sort(&f->old);
	spp_ranges_sort(&f->now);
	return st ? st : check_new(f, total, err);
}

static bool has_record(const struct footprint *f, uint64_t number, bool is)
{
	size_t i;

	for (i = 0; i < f->hives; i++)
		if (spp_mft_has_record(is ? &f->hive[i].is : &f->hive[i].was,
				       number))
			return true;
	return false;
}

static bool is_used(const uint8_t *record)
{
	return !memcmp(record, "FILE", 4) && record[22] & 1;
}

/* Whether a changed byte of a folder belongs to the entry of a hive. */
static bool is_entry(const struct footprint *f, const uint8_t *was,
		     const uint8_t *is, size_t at)
{
	uint8_t reference[8];
	size_t i, e;

	for (e = at - at % 8; e + ENTRY_COPY_END > at; e -= 8) {
		for (i = 0; at - e >= ENTRY_COPY && i < f->hives; i++) {
			spp_put64(reference, f->hive[i].reference);
			if (!memcmp(was + e, reference, 8) &&
			    !memcmp(is + e, reference, 8))
				return true;
		}
		if (!e)
			break;
	}
	return false;
}

static bool good_entries(const struct footprint *f, uint8_t *was, uint8_t *is,
			 size_t n, const char *magic)
{
	size_t numbers = spp_get16(was + 4), i;

	if (!spp_mft_fix(was, n, magic) || !spp_mft_fix(is, n, magic))
		return false;
	for (i = 0; i < n; i++) {
		if (was[i] == is[i] ||
		    (i >= numbers && i < numbers + 2 * (n / SECTOR + 1)))
			continue;
		if (!is_entry(f, was, is, i))
			return false;
	}
	return true;
}

/*
 * Judges record 0, which may have longer maps of $MFT; check_kept() has checked
 * those.
 */
static bool good_self(uint8_t *was, uint8_t *is, size_t n)
{
	struct spp_mft_attr a = { .n = 0 }, b = { .n = 0 };
	bool more, grows;
	size_t i;

	if (!spp_mft_fix(was, n, "FILE") || !spp_mft_fix(is, n, "FILE"))
		return false;
	for (i = 0; i < RECORD_HEAD; i++)
		if (was[i] != is[i] && i / 4 != RECORD_USED / 4 &&
		    i / 2 != RECORD_ID / 2)
			return false;
	for (;;) {
		more = spp_mft_next(was, n, &a);
		if (spp_mft_next(is, n, &b) != more)
			return false;
		if (!more)
			return true;
		if (a.kind != b.kind || a.mapped != b.mapped)
			return false;
		grows = a.mapped &&
			(a.kind == SPP_MFT_DATA || a.kind == SPP_MFT_BITMAP);
		if (!grows &&
		    (a.n != b.n || memcmp(was + a.at, is + b.at, a.n) != 0))
			return false;
	}
}

static enum spp_status good_record(struct footprint *f, uint64_t number,
				   bool *good, struct spp_error *err)
{
	uint8_t was[SPP_MFT_RECORD_MAX] = { 0 }, is[SPP_MFT_RECORD_MAX];
	size_t n = f->was.record, i;
	enum spp_status st = SPP_OK;

	/* Bytes after the valid records are never initialised. */
	if ((number + 1) * n <= f->was.self.valid)
		st = spp_mft_read(&f->was, &f->was.self, SPP_MFT_DATA,
				  number * n, was, n, err);
	if (!st)
		st = spp_mft_read(&f->is, &f->is.self, SPP_MFT_DATA, number * n,
				  is, n, err);
	if (st)
		return st == SPP_NOTFOUND ? SPP_OK : st;
	*good = has_record(f, number, false) ||
		(!is_used(was) &&
		 (!is_used(is) || has_record(f, number, true)));
	if (!*good && !number)
		*good = good_self(was, is, n);
	for (i = 0; !*good && i < f->folders; i++)
		*good = spp_mft_has_record(&f->folder[i], number) &&
			good_entries(f, was, is, n, "FILE");
	return SPP_OK;
}

static enum spp_status good_block(struct footprint *f,
				  const struct spp_mft_file *folder,
				  uint64_t pos, bool *good,
				  struct spp_error *err)
{
	size_t n = f->was.block;
	uint8_t *two = malloc(2 * n);
	enum spp_status st;

	if (!two)
		return spp_nomem(err);
	pos -= pos % n;
	st = spp_mft_read(&f->was, folder, SPP_MFT_INDEX, pos, two, n, err);
	if (!st)
		st = spp_mft_read(&f->is, folder, SPP_MFT_INDEX, pos, two + n,
				  n, err);
	if (!st)
		*good = good_entries(f, two, two + n, n, "INDX");
	free(two);
	return st == SPP_NOTFOUND ? SPP_OK : st;
}

/* Judges bits of $Bitmap, or of the bitmap of $MFT's records. */
static bool good_bits(const struct footprint *f, uint64_t pos, bool records,
		      const uint8_t *was, const uint8_t *is)
{
	uint64_t bit, off;
	bool had, has;
	size_t i;
	int b;

	for (i = 0; i < SECTOR; i++)
		for (b = 0; was[i] != is[i] && b < 8; b++) {
			bit = (pos + i) * 8 + (unsigned int)b;
			off = bit * f->was.cluster;
			if (!((was[i] ^ is[i]) >> b & 1))
				continue;
			had = records ? has_record(f, bit, false)
				      : spp_ranges_has(&f->old, off);
			has = records ? has_record(f, bit, true)
				      : spp_ranges_has(&f->now, off);
			if (is[i] >> b & 1 ? !has : has || !had)
				return false;
		}
	return true;
}

/* Judges the bitmap of records, which reads as zero after its valid bytes. */
static bool good_record_bits(const struct footprint *f, uint64_t pos,
			     const uint8_t *was, const uint8_t *is)
{
	uint64_t valid = f->was.self.valid_bits;
	uint8_t read[SECTOR] = { 0 };

	if (valid > pos)
		memcpy(read, was,
		       valid - pos < SECTOR ? (size_t)(valid - pos) : SECTOR);
	return good_bits(f, pos, true, read, is);
}

static enum spp_status good_sector(struct footprint *f, uint64_t off,
				   const uint8_t *was, const uint8_t *is,
				   bool *good, struct spp_error *err)
{
	const struct spp_mft_file *self = &f->is.self;
	uint8_t copied[SECTOR];
	enum spp_status st;
	uint64_t pos;
	size_t i;

	if (spp_mft_find(&f->is, self, SPP_MFT_DATA, off, &pos))
		return good_record(f, pos / f->was.record, good, err);
	if (spp_mft_find(&f->is, &f->mirror, SPP_MFT_DATA, off, &pos)) {
		st = spp_mft_read(&f->is, self, SPP_MFT_DATA, pos, copied,
				  sizeof(copied), err);
		*good = !st && !memcmp(copied, is, sizeof(copied));
		return st == SPP_NOTFOUND ? SPP_OK : st;
	}
	if (spp_mft_find(&f->is, &f->bitmap, SPP_MFT_DATA, off, &pos))
		*good = good_bits(f, pos, false, was, is);
	else if (spp_mft_find(&f->is, self, SPP_MFT_BITMAP, off, &pos))
		*good = good_record_bits(f, pos, was, is);
	else if (spp_ranges_has(&f->old, off) || spp_ranges_has(&f->now, off))
		*good = true;
	else
		for (i = 0; i < f->folders; i++)
			if (spp_mft_find(&f->was, &f->folder[i], SPP_MFT_INDEX,
					 off, &pos))
				return good_block(f, &f->folder[i], pos, good,
						  err);
	return SPP_OK;
}

static enum spp_status check_page(struct footprint *f,
				  const struct spp_overlay_page *page,
				  struct spp_error *err)
{
	uint8_t was[SPP_OVERLAY_PAGE] = { 0 };
	enum spp_status st;
	uint64_t off;
	size_t at;
	bool good;

	st = spp_overlay_read(f->was.disk, page->off, was, page->n, err);
	for (at = 0; !st && at < page->n; at += SECTOR) {
		if (!memcmp(was + at, page->data + at, SECTOR))
			continue;
		off = page->off + at - f->was.off;
		good = false;
		if (page->off + at >= f->was.off &&
		    spp_within(off, SECTOR, f->was.size))
			st = good_sector(f, off, was + at, page->data + at,
					 &good, err);
		if (!st && !good)
			return spp_fail(err, SPP_CORRUPT,
					"the edit would write outside of what "
					"it may touch, at 0x%llx of the "
					"volume; nothing was changed",
					(unsigned long long)off);
	}
	return st;
}

enum spp_status spp_footprint_check(struct spp_overlay *before,
				    struct spp_overlay *after,
				    const struct spp_volume *volume,
				    const struct spp_volume_edit *edits,
				    size_t count, struct spp_error *err)
{
	struct footprint CLEANUP(footprint_release) f = {
		.was = { .disk = before,
			 .off = volume->off,
			 .size = volume->size },
		.is = { .disk = after,
			.off = volume->off,
			.size = volume->size },
	};
	struct spp_overlay_page page;
	enum spp_status st = survey(&f, edits, count, err);
	size_t i;

	for (i = 0; !st && i < spp_overlay_count(after); i++) {
		spp_overlay_page(after, i, &page);
		st = check_page(&f, &page, err);
	}
	return st;
}
