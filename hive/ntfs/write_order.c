/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/ntfs/write_order.h"

#include <string.h>

#include "hive/base/bytes.h"

#define SECTOR	   SPP_SECTOR_SIZE
#define RECORD_MAX 4096

/* A FILE record: its flags, and the record that it extends. */
#define FILE_FLAGS  22
#define FILE_BASE   32
#define FILE_IN_USE 1
#define FILE_FOLDER 2

/* A record as it is to be, and as it was. */
struct change {
	uint64_t off; /* on the disk */
	size_t n;
	uint8_t is[RECORD_MAX], was[RECORD_MAX];
};

/* The bytes of a record, or 0: its sectors end with its number. */
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

typedef enum spp_status (*visit)(void *ctx, struct change *c,
				 struct spp_error *err);

/* Each changed record whose first sector is in a page of the overlay. */
static enum spp_status each_in(struct spp_overlay *disk,
			       const struct spp_overlay_page *page,
			       uint64_t end, visit act, void *ctx,
			       struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	struct change c;
	size_t at, room;

	for (at = 0; !st && at < page->n; at += SECTOR) {
		c.off = page->off + at;
		if (memcmp(page->data + at, "FILE", 4) != 0 &&
		    memcmp(page->data + at, "INDX", 4) != 0)
			continue;
		room = end - c.off < RECORD_MAX ? (size_t)(end - c.off)
						: RECORD_MAX;
		st = spp_overlay_read(disk, c.off, c.is, room, err);
		c.n = st ? 0 : record_size(c.is, room);
		if (!c.n)
			continue;
		st = spp_block_read(spp_overlay_block(disk), c.off, c.was, c.n,
				    err);
		if (!st && memcmp(c.is, c.was, c.n) != 0)
			st = act(ctx, &c, err);
	}
	return st;
}

static enum spp_status each(struct spp_overlay *disk, uint64_t end, visit act,
			    void *ctx, struct spp_error *err)
{
	struct spp_overlay_page page;
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < spp_overlay_count(disk); i++) {
		spp_overlay_page(disk, i, &page);
		if (page.off < end)
			st = each_in(disk, &page, end, act, ctx, err);
	}
	return st;
}

static bool is_file(const uint8_t *record)
{
	return !memcmp(record, "FILE", 4);
}

static bool is_folder(const uint8_t *record)
{
	return is_file(record) && spp_get16(record + FILE_FLAGS) & FILE_FOLDER;
}

/* How many sectors of it change. */
static size_t changed(const struct change *c)
{
	size_t i, n = 0;

	for (i = 0; i < c->n; i += SECTOR)
		n += memcmp(c->is + i, c->was + i, SECTOR) != 0;
	return n;
}

/*
 * A file's record of which several sectors change keeps its new number, by
 * which a mixture of old and new sectors is known as such.  Of a folder only
 * a copy of a file's length changes, and any mixture is good.
 */
static enum spp_status calm(void *ctx, struct change *c, struct spp_error *err)
{
	size_t at = spp_get16(c->is + 4), i;

	if (record_size(c->was, c->n) != c->n || spp_get16(c->was + 4) != at)
		return SPP_OK;
	memcpy(c->is + at, c->was + at, 2);
	for (i = SECTOR; i <= c->n; i += SECTOR)
		memcpy(c->is + i - 2, c->was + at, 2);
	if (is_file(c->is) && !is_folder(c->is) && changed(c) > 1)
		return SPP_OK;
	return spp_overlay_write(ctx, c->off, c->is, c->n, err);
}

enum spp_status spp_write_order_keep_numbers(struct spp_overlay *disk,
					     uint64_t off, uint64_t size,
					     struct spp_error *err)
{
	return each(disk, off + size, calm, disk, err);
}

/* What links the hives. */
struct links {
	struct spp_write_order *order;
	size_t sectors; /* changed ones, in records of files */
	bool extension; /* one of them extends another record */
};

static enum spp_status note(void *ctx, struct change *c, struct spp_error *err)
{
	struct links *links = ctx;

	/* Nothing refers to a record that was free. */
	if (is_file(c->is) && (!is_file(c->was) ||
			       !(spp_get16(c->was + FILE_FLAGS) & FILE_IN_USE)))
		return spp_ranges_add(&links->order->fresh, c->off, c->n, err);
	if (is_file(c->is) && !is_folder(c->is)) {
		links->sectors += changed(c);
		links->extension |= spp_get64(c->was + FILE_BASE) != 0;
	}
	return spp_ranges_add(&links->order->records, c->off, c->n, err);
}

enum spp_status spp_write_order_make(struct spp_write_order *order,
				     struct spp_overlay *disk,
				     const struct spp_volume *was,
				     const struct spp_volume *is,
				     struct spp_error *err)
{
	struct links links = { .order = order };
	size_t role, longer = 0;
	enum spp_status st;

	*order = (struct spp_write_order){ was, is, SPP_RANGES_INIT,
					   SPP_RANGES_INIT, true };
	st = each(disk, was->off + was->size, note, &links, err);
	spp_ranges_sort(&order->records);
	spp_ranges_sort(&order->fresh);
	for (role = 0; role < SPP_SEEK_PATHS; role++) {
		const struct spp_volume_file *a = was->file[role];
		const struct spp_volume_file *b = is->file[role];

		if (a->size == b->size && a->valid == b->valid)
			continue;
		longer++;
		/* What was not valid would change when it is linked. */
		order->one &= a->valid == a->size;
	}
	order->one &= !links.extension && links.sectors <= longer;
	return st;
}

void spp_write_order_release(struct spp_write_order *order)
{
	if (!order)
		return;
	spp_ranges_release(&order->records);
	spp_ranges_release(&order->fresh);
}

/* The place in a file of a byte of the volume; false if it is not the file's. */
static bool find(const struct spp_volume_file *file, uint64_t off, uint64_t *at)
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

/* Whether bits were only set: clusters or records that are taken. */
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
	uint64_t rel = off - o->was->off, at;
	enum spp_stage link = o->one ? SPP_STAGE_LINK : SPP_STAGE_BINS;
	size_t role;

	for (role = 0; role < SPP_SEEK_PATHS; role++) {
		const struct spp_volume_file *was = o->was->file[role];

		if (find(was, rel, &at) && at < was->valid)
			return at < SECTOR ? SPP_STAGE_HEAD : SPP_STAGE_BINS;
		if (find(o->is->file[role], rel, &at))
			return SPP_STAGE_RESERVE;
	}
	if (spp_ranges_has(&o->records, off))
		return link;
	/* Else $Bitmap and the like, or what moved about in a known place. */
	if (spp_ranges_has(&o->fresh, off) || only_set(before, after))
		return SPP_STAGE_RESERVE;
	return link;
}
