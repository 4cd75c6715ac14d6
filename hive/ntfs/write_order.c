/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/ntfs/write_order.h"

#include <string.h>

#include "hive/base/bytes.h"

#define SECTOR	   SPP_SECTOR_SIZE
#define RECORD_MAX 4096

/* Fields of a FILE record; base: the record that it extends. */
#define FILE_FLAGS  22
#define FILE_BASE   32
#define FILE_IN_USE 1
#define FILE_FOLDER 2

/* A changed record, after and before the edit. */
struct record {
	uint64_t off; /* on the disk */
	size_t n;
	uint8_t is[RECORD_MAX], was[RECORD_MAX];
};

/*
 * The size of the record at p, or 0 if it is not a whole one: each of its
 * sectors must end with its update sequence number.
 */
static size_t record_size(const uint8_t *p, size_t room)
{
	size_t at, count, i;

	if (room < SECTOR ||
	    (memcmp(p, "FILE", 4) != 0 && memcmp(p, "INDX", 4) != 0))
		return 0;
	at = spp_get16(p + 4);
	count = spp_get16(p + 6);
	if (count < 2 || (count - 1) * SECTOR > room || at % 2 ||
	    at + 2 * count > SECTOR - 2)
		return 0;
	for (i = 1; i < count; i++)
		if (memcmp(p + i * SECTOR - 2, p + at, 2) != 0)
			return 0;
	return (count - 1) * SECTOR;
}

typedef enum spp_status (*record_visitor)(void *ctx, struct record *r,
					  struct spp_error *err);

/* Visits each changed record that begins in a page of the overlay. */
static enum spp_status visit_page(struct spp_overlay *disk,
				  const struct spp_overlay_page *page,
				  uint64_t end, record_visitor visit, void *ctx,
				  struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	struct record r;
	size_t at, room;

	for (at = 0; !st && at < page->n; at += SECTOR) {
		r.off = page->off + at;
		if (memcmp(page->data + at, "FILE", 4) != 0 &&
		    memcmp(page->data + at, "INDX", 4) != 0)
			continue;
		room = end - r.off < RECORD_MAX ? (size_t)(end - r.off)
						: RECORD_MAX;
		st = spp_overlay_read(disk, r.off, r.is, room, err);
		r.n = st ? 0 : record_size(r.is, room);
		if (!r.n)
			continue;
		st = spp_block_read(spp_overlay_block(disk), r.off, r.was, r.n,
				    err);
		if (!st && memcmp(r.is, r.was, r.n) != 0)
			st = visit(ctx, &r, err);
	}
	return st;
}

static enum spp_status visit_records(struct spp_overlay *disk, uint64_t end,
				     record_visitor visit, void *ctx,
				     struct spp_error *err)
{
	struct spp_overlay_page page;
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < spp_overlay_count(disk); i++) {
		spp_overlay_page(disk, i, &page);
		if (page.off < end)
			st = visit_page(disk, &page, end, visit, ctx, err);
	}
	return st;
}

static bool is_file_record(const uint8_t *p)
{
	return !memcmp(p, "FILE", 4);
}

static bool was_free(const struct record *r)
{
	return is_file_record(r->is) &&
	       (!is_file_record(r->was) ||
		!(spp_get16(r->was + FILE_FLAGS) & FILE_IN_USE));
}

/* Whether it is the record of a file, and not a folder's or an index block. */
static bool is_of_file(const struct record *r)
{
	return is_file_record(r->is) &&
	       !(spp_get16(r->is + FILE_FLAGS) & FILE_FOLDER);
}

static size_t changed_sectors(const struct record *r)
{
	size_t i, n = 0;

	for (i = 0; i < r->n; i += SECTOR)
		n += memcmp(r->is + i, r->was + i, SECTOR) != 0;
	return n;
}

/*
 * Puts the old number back.  A file's record that changes in several sectors
 * keeps the new number instead, by which a reader knows a mixture of old and
 * new sectors.  In a folder only the copy of a file's length changes, so any
 * mixture is good.
 */
static enum spp_status keep_number(void *ctx, struct record *r,
				   struct spp_error *err)
{
	size_t at = spp_get16(r->is + 4), i;

	if (record_size(r->was, r->n) != r->n || spp_get16(r->was + 4) != at)
		return SPP_OK;
	memcpy(r->is + at, r->was + at, 2);
	for (i = SECTOR; i <= r->n; i += SECTOR)
		memcpy(r->is + i - 2, r->was + at, 2);
	if (is_of_file(r) && changed_sectors(r) > 1)
		return SPP_OK;
	return spp_overlay_write(ctx, r->off, r->is, r->n, err);
}

enum spp_status spp_write_order_keep_numbers(struct spp_overlay *disk,
					     uint64_t off, uint64_t size,
					     struct spp_error *err)
{
	return visit_records(disk, off + size, keep_number, disk, err);
}

/* What changes in the records that were in use. */
struct survey {
	struct spp_write_order *order;
	size_t sectors; /* changed ones, of files' records */
	bool extension; /* one of these extends another record */
};

static enum spp_status survey_record(void *ctx, struct record *r,
				     struct spp_error *err)
{
	struct survey *survey = ctx;

	if (was_free(r))
		return spp_ranges_add(&survey->order->free, r->off, r->n, err);
	if (is_of_file(r)) {
		survey->sectors += changed_sectors(r);
		survey->extension |= spp_get64(r->was + FILE_BASE) != 0;
	}
	return spp_ranges_add(&survey->order->used, r->off, r->n, err);
}

enum spp_status spp_write_order_make(struct spp_write_order *order,
				     struct spp_overlay *disk,
				     const struct spp_volume *was,
				     const struct spp_volume *is,
				     struct spp_error *err)
{
	struct survey survey = { .order = order };
	bool all_valid = true;
	size_t role, growing = 0;
	enum spp_status st;

	*order = (struct spp_write_order){ .was = was, .is = is };
	st = visit_records(disk, was->off + was->size, survey_record, &survey,
			   err);
	spp_ranges_sort(&order->used);
	spp_ranges_sort(&order->free);
	for (role = 0; role < SPP_SEEK_PATHS; role++) {
		const struct spp_volume_file *a = was->file[role];
		const struct spp_volume_file *b = is->file[role];

		if (a->size == b->size && a->valid == b->valid)
			continue;
		growing++;
		all_valid = all_valid && a->valid == a->size;
	}
	/* Linking would bring bytes to light that were not valid before. */
	order->one_sector =
		all_valid && !survey.extension && survey.sectors <= growing;
	return st;
}

void spp_write_order_release(struct spp_write_order *order)
{
	if (!order)
		return;
	spp_ranges_release(&order->used);
	spp_ranges_release(&order->free);
}

/* Turns a byte of the volume into one of the file; false if it is not there. */
static bool offset_in_file(const struct spp_volume_file *file, uint64_t off,
			   uint64_t *at)
{
	uint64_t start = 0;
	size_t i;

	for (i = 0; i < file->extents; i++) {
		if (off >= file->extent[i].off &&
		    off - file->extent[i].off < file->extent[i].n) {
			*at = start + off - file->extent[i].off;
			return true;
		}
		start += file->extent[i].n;
	}
	return false;
}

/* Whether bits were only set, as where clusters or records are taken. */
static bool only_set(const uint8_t *before, const uint8_t *after)
{
	size_t i;

	for (i = 0; i < SECTOR; i++)
		if (before[i] & ~after[i])
			return false;
	return true;
}

enum spp_stage spp_write_order_stage(void *ctx, uint64_t off,
				     const uint8_t *before,
				     const uint8_t *after)
{
	const struct spp_write_order *o = ctx;
	uint64_t on_volume = off - o->was->off, at;
	size_t role;

	for (role = 0; role < SPP_SEEK_PATHS; role++) {
		const struct spp_volume_file *was = o->was->file[role];

		if (offset_in_file(was, on_volume, &at) && at < was->valid)
			return at < SECTOR ? SPP_STAGE_HEAD : SPP_STAGE_BINS;
		if (offset_in_file(o->is->file[role], on_volume, &at))
			return SPP_STAGE_RESERVE;
	}
	if (!spp_ranges_has(&o->used, off) &&
	    (spp_ranges_has(&o->free, off) || only_set(before, after)))
		return SPP_STAGE_RESERVE;
	return o->one_sector ? SPP_STAGE_LINK : SPP_STAGE_BINS;
}
