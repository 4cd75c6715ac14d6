/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Logs of Windows 8.1 and later: behind the copy of the base block, from byte
 * 512 on, entries one after the other, each
 *
 *	 0 "HvLE"   4 size   8 flags  12 sequence  16 bins size  20 pages
 *	24 Marvin32 of all behind byte 40   32 Marvin32 of bytes 0 to 31
 *	40 (offset, size) of each page, then the pages
 */
#include "hive/log/private.h"

#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "hive/log/marvin.h"

#define ENTRY_HEAD 40

struct entry {
	uint32_t size, flags, seq, bins_size, pages;
	uint64_t hash;
	uint8_t *data; /* size bytes */
};

/* One page of an entry: n bytes at data go to off in the bins. */
struct page {
	const uint8_t *data;
	uint32_t off, n;
};

/*
 * The i-th page; *at is where the pages before it ended in the entry.  False
 * if it does not lie in the entry and in the bins.
 */
static bool page_of(const struct entry *e, uint32_t i, uint64_t *at,
		    struct page *page)
{
	const uint8_t *ref = e->data + ENTRY_HEAD + 8 * (size_t)i;

	page->off = spp_get32(ref);
	page->n = spp_get32(ref + 4);
	if (!page->n || page->off % SPP_SECTOR || page->n % SPP_SECTOR ||
	    !spp_within(page->off, page->n, e->bins_size) ||
	    !spp_within(*at, page->n, e->size))
		return false;
	page->data = e->data + *at;
	*at += page->n;
	return true;
}

static uint64_t first_page(const struct entry *e)
{
	return ENTRY_HEAD + 8 * (uint64_t)e->pages;
}

static bool pages_fit(const struct entry *e)
{
	uint64_t at = first_page(e);
	struct page page;
	uint32_t i;

	for (i = 0; i < e->pages; i++)
		if (!page_of(e, i, &at, &page))
			return false;
	return true;
}

/*
 * Reads the head of the entry at off.  SPP_NOTFOUND ends the log; what cannot
 * be read does not.
 */
static enum spp_status read_head(const struct spp_log_file *log, uint64_t off,
				 uint32_t seq, struct entry *e,
				 struct spp_error *err)
{
	const struct spp_source *source = log->source;
	uint8_t head[ENTRY_HEAD];
	enum spp_status st;
	bool ok;

	if (!spp_within(off, ENTRY_HEAD, source->size))
		return SPP_NOTFOUND;
	st = source->read(source->ctx, off, head, sizeof(head), err);
	if (st)
		return st;
	e->size = spp_get32(head + 4);
	e->flags = spp_get32(head + 8);
	e->seq = spp_get32(head + 12);
	e->bins_size = spp_get32(head + 16);
	e->pages = spp_get32(head + 20);
	e->hash = spp_get64(head + 24);
	ok = !memcmp(head, "HvLE", 4) && e->seq == seq &&
	     !(e->size % SPP_SECTOR) && e->size >= ENTRY_HEAD &&
	     spp_within(off, e->size, source->size) &&
	     e->pages <= (e->size - ENTRY_HEAD) / 8 && e->bins_size &&
	     !(e->bins_size % SPP_PAGE) &&
	     spp_marvin(head, 32) == spp_get64(head + 32);
	return ok ? SPP_OK : SPP_NOTFOUND;
}

/*
 * Reads the entry at off if it is the one wanted and verifies.  SPP_NOTFOUND
 * ends the log: what follows is older, or never was written whole.
 */
static enum spp_status read_entry(const struct spp_log_file *log, uint64_t off,
				  uint32_t seq, struct entry *e,
				  struct spp_error *err)
{
	const struct spp_source *source = log->source;
	enum spp_status st = read_head(log, off, seq, e, err);

	if (st)
		return st;
	e->data = malloc(e->size);
	if (!e->data)
		return spp_nomem(err);
	st = source->read(source->ctx, off, e->data, e->size, err);
	if (!st && (spp_marvin(e->data + ENTRY_HEAD, e->size - ENTRY_HEAD) !=
			    e->hash ||
		    !pages_fit(e)))
		st = SPP_NOTFOUND;
	if (st)
		free(e->data);
	return st;
}

uint32_t spp_log_last_new(const struct spp_log_file *log)
{
	uint32_t seq = log->base.seq1;
	uint64_t off = SPP_SECTOR;
	struct entry e;

	for (; !read_head(log, off, seq, &e, NULL); off += e.size)
		seq++;
	return off == SPP_SECTOR ? seq : seq - 1;
}

static enum spp_status apply_pages(struct spp_pages *pages,
				   const struct entry *e,
				   struct spp_log_use *use,
				   struct spp_error *err)
{
	uint64_t at = first_page(e);
	enum spp_status st = SPP_OK;
	struct page page;
	uint32_t i;

	for (i = 0; !st && i < e->pages && page_of(e, i, &at, &page); i++)
		st = spp_log_put(pages, spp_file_offset(page.off), page.data,
				 page.n, use, err);
	use->entries++;
	return st;
}

/* Of the flags, only the bit for pending transactions is logged. */
static enum spp_status apply_base(struct spp_pages *pages,
				  const struct entry *e, struct spp_error *err)
{
	const uint8_t *p = spp_pages_at(pages, 144, 4, err);
	enum spp_status st;
	uint32_t flags;

	if (!p)
		return SPP_IO;
	flags = (spp_get32(p) & ~SPP_FLAG_KTM) | (e->flags & SPP_FLAG_KTM);
	st = spp_log_put_base(pages, 144, flags, err);
	return st ? st : spp_log_put_base(pages, 40, e->bins_size, err);
}

enum spp_status spp_log_apply_new(struct spp_pages *pages,
				  const struct spp_log_file *log,
				  struct spp_replay *replay,
				  struct spp_log_use *use,
				  struct spp_error *err)
{
	uint32_t want = log->base.seq1;
	uint64_t off = SPP_SECTOR;
	enum spp_status st;
	struct entry e;

	while (!(st = read_entry(log, off, want, &e, err))) {
		st = spp_log_grow(pages, log, e.bins_size, err);
		if (!st)
			st = apply_pages(pages, &e, use, err);
		if (!st)
			st = apply_base(pages, &e, err);
		free(e.data);
		if (st)
			return st;
		replay->last_seq = e.seq;
		want++;
		off += e.size;
	}
	return st == SPP_NOTFOUND ? SPP_OK : st;
}
