/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Logs of Windows 8.1 and later.  After the copy of the base block, from byte
 * 512 on: entries, one after the other, each
 *
 *	 0 "HvLE"   4 size   8 flags  12 sequence  16 bins size  20 pages
 *	24 Marvin32 of all after byte 40   32 Marvin32 of bytes 0 to 31
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

/* One page of an entry: n bytes at data that belong at off in the bins. */
struct page {
	const uint8_t *data;
	uint32_t off, n;
};

/*
 * The i-th page; *at is the end of the pages before it in the entry.  False if
 * it is not inside both the entry and the bins.
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

static const char *page_flaw(const struct entry *e)
{
	return pages_fit(e) ? NULL : "a page is outside the entry or the bins";
}

static void parse_head(const uint8_t head[ENTRY_HEAD], struct entry *e)
{
	e->size = spp_get32(head + 4);
	e->flags = spp_get32(head + 8);
	e->seq = spp_get32(head + 12);
	e->bins_size = spp_get32(head + 16);
	e->pages = spp_get32(head + 20);
	e->hash = spp_get64(head + 24);
}

/* Why this cannot be an entry, whatever its number; NULL if it can. */
static const char *head_flaw(const struct spp_log_file *log, uint64_t off,
			     const uint8_t head[ENTRY_HEAD],
			     const struct entry *e)
{
	if (memcmp(head, "HvLE", 4) != 0)
		return "no signature";
	if (spp_marvin(head, 32) != spp_get64(head + 32))
		return "the hash of its head is wrong";
	if (e->size % SPP_SECTOR || e->size < ENTRY_HEAD)
		return "its size is not a multiple of 512";
	if (!spp_within(off, e->size, log->source->size))
		return "it ends after the end of the log";
	if (e->pages > (e->size - ENTRY_HEAD) / 8)
		return "it has more pages than room for them";
	if (!e->bins_size || e->bins_size % SPP_PAGE)
		return "its bins size is not a multiple of 4096";
	return NULL;
}

/*
 * Reads the head of the entry at off.  SPP_NOTFOUND ends the log, and *flaw
 * says why.  A read error is another status.
 */
static enum spp_status read_head(const struct spp_log_file *log, uint64_t off,
				 struct entry *e, const char **flaw,
				 struct spp_error *err)
{
	const struct spp_source *source = log->source;
	uint8_t head[ENTRY_HEAD];
	enum spp_status st;

	*flaw = "no room for an entry";
	if (!spp_within(off, ENTRY_HEAD, source->size))
		return SPP_NOTFOUND;
	st = source->read(source->ctx, off, head, sizeof(head), err);
	if (st)
		return st;
	parse_head(head, e);
	*flaw = head_flaw(log, off, head, e);
	return *flaw ? SPP_NOTFOUND : SPP_OK;
}

/*
 * Reads the rest of an entry and verifies it.  SPP_NOTFOUND as above; on
 * success the caller frees its data.
 */
static enum spp_status read_data(const struct spp_log_file *log, uint64_t off,
				 struct entry *e, const char **flaw,
				 struct spp_error *err)
{
	const struct spp_source *source = log->source;
	enum spp_status st;

	e->data = malloc(e->size);
	if (!e->data)
		return spp_nomem(err);
	st = source->read(source->ctx, off, e->data, e->size, err);
	if (!st &&
	    spp_marvin(e->data + ENTRY_HEAD, e->size - ENTRY_HEAD) != e->hash)
		*flaw = "the hash of its data is wrong";
	else if (!st)
		*flaw = page_flaw(e);
	if (!st && *flaw)
		st = SPP_NOTFOUND;
	if (st)
		free(e->data);
	return st;
}

/*
 * Reads the entry at off, if it has the wanted number and verifies.
 * SPP_NOTFOUND ends the log: what follows is older, or was never fully written.
 */
static enum spp_status read_entry(const struct spp_log_file *log, uint64_t off,
				  uint32_t seq, struct entry *e,
				  struct spp_error *err)
{
	const char *flaw;
	enum spp_status st = read_head(log, off, e, &flaw, err);

	if (st)
		return st;
	return e->seq == seq ? read_data(log, off, e, &flaw, err)
			     : SPP_NOTFOUND;
}

enum spp_status spp_log_look_new(const struct spp_log_file *log, uint64_t off,
				 struct spp_log_entry *entry,
				 struct spp_error *err)
{
	struct entry e = { 0 };
	enum spp_status st = read_head(log, off, &e, &entry->why, err);

	entry->offset = off;
	entry->seq = e.seq;
	if (st)
		return st == SPP_NOTFOUND ? SPP_OK : st;
	entry->size = e.size;
	entry->pages = e.pages;
	st = read_data(log, off, &e, &entry->why, err);
	if (!st)
		free(e.data);
	return st == SPP_NOTFOUND ? SPP_OK : st;
}

uint32_t spp_log_last_new(const struct spp_log_file *log)
{
	uint32_t seq = log->base.seq1;
	uint64_t off = SPP_SECTOR;
	const char *flaw;
	struct entry e;

	for (; !read_head(log, off, &e, &flaw, NULL) && e.seq == seq;
	     off += e.size)
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

/* Of the flags, an entry logs only the bit for pending transactions. */
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
