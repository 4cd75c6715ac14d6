/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/regf/pages.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hive/base/bytes.h"

/* Pages read at once, since neighbours of a cell are likely to be next. */
#define READAHEAD 4

enum { LOADED = 1, DIRTY = 2 };

struct spp_pages {
	struct spp_source source;
	uint64_t size;
	uint64_t bytes_read;
	uint8_t *data;	/* the bytes; untouched pages take no memory */
	uint8_t *state; /* a byte a page */
	bool all_loaded;
};

static size_t page_count(uint64_t size)
{
	return (size_t)((size + SPP_PAGE - 1) / SPP_PAGE);
}

enum spp_status spp_pages_open(const struct spp_source *source,
			       struct spp_pages **pages, struct spp_error *err)
{
	struct spp_pages *p;

	if (source->size > SPP_HIVE_MAX)
		return spp_fail(err, SPP_LIMIT,
				"file of %llu bytes is larger than any hive",
				(unsigned long long)source->size);
	p = calloc(1, sizeof(*p));
	if (!p)
		return spp_nomem(err);
	p->source = *source;
	p->size = source->size;
	p->data = calloc(1, source->size ? (size_t)source->size : 1);
	p->state = calloc(1, page_count(p->size) + 1);
	if (!p->data || !p->state) {
		spp_pages_close(p);
		return spp_nomem(err);
	}
	*pages = p;
	return SPP_OK;
}

void spp_pages_close(struct spp_pages *pages)
{
	if (!pages)
		return;
	free(pages->data);
	free(pages->state);
	free(pages);
}

uint64_t spp_pages_size(const struct spp_pages *pages)
{
	return pages->size;
}

uint64_t spp_pages_bytes_read(const struct spp_pages *pages)
{
	return pages->bytes_read;
}

/* Reads the pages first to last; none of them is loaded yet. */
static enum spp_status fetch(struct spp_pages *p, size_t first, size_t last,
			     struct spp_error *err)
{
	uint64_t off = (uint64_t)first * SPP_PAGE, n;
	enum spp_status st;

	n = (uint64_t)(last - first + 1) * SPP_PAGE;
	if (off + n > p->source.size)
		n = p->source.size - off;
	st = p->source.read(p->source.ctx, off, p->data + off, (size_t)n, err);
	if (st)
		return st;
	p->bytes_read += n;
	for (; first <= last; first++)
		p->state[first] |= LOADED;
	return SPP_OK;
}

static enum spp_status load(struct spp_pages *p, size_t first, size_t last,
			    struct spp_error *err)
{
	size_t pages = page_count(p->source.size), end, ahead;
	enum spp_status st;

	for (; first <= last; first++) {
		if (p->state[first] & LOADED)
			continue;
		ahead = last > first + READAHEAD ? last : first + READAHEAD;
		end = first;
		while (end < ahead && end + 1 < pages &&
		       !(p->state[end + 1] & LOADED))
			end++;
		st = fetch(p, first, end, err);
		if (st)
			return st;
		first = end;
	}
	return SPP_OK;
}

enum spp_status spp_pages_load(struct spp_pages *pages, struct spp_error *err)
{
	enum spp_status st;

	if (pages->all_loaded)
		return SPP_OK;
	if (pages->size) {
		st = load(pages, 0, page_count(pages->size) - 1, err);
		if (st)
			return st;
	}
	pages->all_loaded = true;
	return SPP_OK;
}

const uint8_t *spp_pages_at(struct spp_pages *pages, uint64_t off, size_t n,
			    struct spp_error *err)
{
	if (!spp_within(off, n, pages->size)) {
		spp_fail(err, SPP_CORRUPT,
			 "offset 0x%llx points outside the hive",
			 (unsigned long long)off);
		return NULL;
	}
	if (!pages->all_loaded && n &&
	    load(pages, (size_t)(off / SPP_PAGE),
		 (size_t)((off + n - 1) / SPP_PAGE), err))
		return NULL;
	return pages->data + off;
}

uint8_t *spp_pages_edit(struct spp_pages *pages, uint64_t off, size_t n,
			struct spp_error *err)
{
	size_t page;

	if (!spp_pages_at(pages, off, n, err))
		return NULL;
	for (page = (size_t)(off / SPP_PAGE);
	     (uint64_t)page * SPP_PAGE < off + n; page++)
		pages->state[page] |= DIRTY;
	return pages->data + off;
}

enum spp_status spp_pages_grow(struct spp_pages *pages, uint64_t size,
			       struct spp_error *err)
{
	size_t had = page_count(pages->size), has = page_count(size), page;
	uint8_t *data, *state;

	if (size <= pages->size)
		return SPP_OK;
	if (size > SPP_HIVE_MAX)
		return spp_fail(err, SPP_LIMIT, "hive would pass 2 GiB");
	/* The half page at the old end is filled up below, so load it first. */
	if (pages->size % SPP_PAGE &&
	    !spp_pages_at(pages, pages->size - 1, 1, err))
		return SPP_IO;
	data = realloc(pages->data, (size_t)size);
	if (!data)
		return spp_nomem(err);
	pages->data = data;
	state = realloc(pages->state, has + 1);
	if (!state)
		return spp_nomem(err);
	pages->state = state;
	memset(data + pages->size, 0, (size_t)(size - pages->size));
	memset(state + had, 0, has + 1 - had);
	for (page = (size_t)(pages->size / SPP_PAGE); page < has; page++)
		state[page] |= LOADED | DIRTY;
	pages->size = size;
	return SPP_OK;
}

/* Gives whole pages of the machine back; parts at either end stay. */
static void give_back(uint8_t *from, uint8_t *to)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t skip = (page - (uintptr_t)from % page) % page;
	uintptr_t drop = (uintptr_t)to % page;

	if ((uintptr_t)(to - from) > skip + drop)
		madvise(from + skip, (uintptr_t)(to - from) - skip - drop,
			MADV_DONTNEED);
}

void spp_pages_forget(struct spp_pages *pages)
{
	size_t count = page_count(pages->size), first, end;
	uint64_t stop;

	for (first = 0; first < count; first = end + 1) {
		for (end = first; end < count && pages->state[end] == LOADED;
		     end++)
			pages->state[end] = 0;
		stop = (uint64_t)end * SPP_PAGE;
		if (end > first)
			give_back(pages->data + first * (size_t)SPP_PAGE,
				  pages->data + (stop < pages->size
							 ? stop
							 : pages->size));
	}
	pages->all_loaded = false;
}

/* Dirty bytes come from memory, all others from the source. */
enum spp_status spp_pages_read(struct spp_pages *pages, uint64_t off, void *buf,
			       size_t n, struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	uint8_t *to = buf;
	uint64_t dirty;
	size_t run, take;

	if (!spp_within(off, n, pages->size))
		return spp_fail(err, SPP_CORRUPT,
				"offset 0x%llx points outside the hive",
				(unsigned long long)off);
	while (!st && n) {
		dirty = off - off % SPP_PAGE;
		run = spp_pages_dirty(pages, &dirty);
		if (run && dirty <= off) {
			take = (size_t)(dirty + run - off);
			take = take < n ? take : n;
			memcpy(to, pages->data + off, take);
		} else {
			take = run && dirty - off < n ? (size_t)(dirty - off)
						      : n;
			st = pages->source.read(pages->source.ctx, off, to,
						take, err);
		}
		to += take;
		off += take;
		n -= take;
	}
	return st;
}

enum spp_status spp_pages_assign(struct spp_pages *pages,
				 const struct spp_source *other,
				 struct spp_error *err)
{
	uint8_t theirs[SPP_PAGE], is[SPP_PAGE], *ours;
	enum spp_status st;
	uint64_t off;
	size_t n;

	st = spp_pages_grow(pages, other->size, err);
	for (off = 0; !st && off < other->size; off += n) {
		n = other->size - off < SPP_PAGE ? (size_t)(other->size - off)
						 : SPP_PAGE;
		st = other->read(other->ctx, off, theirs, n, err);
		if (!st)
			st = spp_pages_read(pages, off, is, n, err);
		if (st || !memcmp(is, theirs, n))
			continue;
		ours = spp_pages_edit(pages, off, n, err);
		if (!ours)
			return SPP_IO;
		memcpy(ours, theirs, n);
	}
	return st;
}

size_t spp_pages_dirty(const struct spp_pages *pages, uint64_t *off)
{
	size_t page = (size_t)(*off / SPP_PAGE), end;
	size_t count = page_count(pages->size);
	uint64_t stop;

	if (*off >=
	    pages->size) /* *off may be past the end but in the last page */
		return 0;
	while (page < count && !(pages->state[page] & DIRTY))
		page++;
	if (page == count)
		return 0;
	for (end = page; end < count && pages->state[end] & DIRTY; end++)
		;
	*off = (uint64_t)page * SPP_PAGE;
	stop = (uint64_t)end * SPP_PAGE;
	if (stop > pages->size)
		stop = pages->size;
	return (size_t)(stop - *off);
}
