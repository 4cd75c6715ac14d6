/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/place/overlay.h"

#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"

/* A changed page; the array is sorted by number. */
struct page {
	uint64_t number; /* its offset / SPP_OVERLAY_PAGE */
	uint8_t *data;
};

struct spp_overlay {
	struct spp_block *block;
	struct page *page;
	size_t count, room;
};

enum spp_status spp_overlay_open(struct spp_block *block,
				 struct spp_overlay **overlay,
				 struct spp_error *err)
{
	struct spp_overlay *o = calloc(1, sizeof(*o));

	if (!o)
		return spp_nomem(err);
	o->block = block;
	*overlay = o;
	return SPP_OK;
}

void spp_overlay_close(struct spp_overlay *overlay)
{
	size_t i;

	if (!overlay)
		return;
	for (i = 0; i < overlay->count; i++)
		free(overlay->page[i].data);
	free(overlay->page);
	free(overlay);
}

struct spp_block *spp_overlay_block(const struct spp_overlay *overlay)
{
	return overlay->block;
}

/* Index of the first page whose number is at least number. */
static size_t find(const struct spp_overlay *o, uint64_t number)
{
	size_t low = 0, high = o->count, middle;

	/* Growing a hive appends pages: skip the search. */
	if (high && o->page[high - 1].number < number)
		return high;
	while (low < high) {
		middle = low + (high - low) / 2;
		if (o->page[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The number of bytes of a page that are on the disk. */
static size_t page_size(const struct spp_overlay *o, uint64_t number)
{
	uint64_t left = o->block->size - number * SPP_OVERLAY_PAGE;

	return left < SPP_OVERLAY_PAGE ? (size_t)left : SPP_OVERLAY_PAGE;
}

static enum spp_status check(const struct spp_overlay *o, uint64_t off,
			     size_t n, struct spp_error *err)
{
	if (spp_within(off, n, o->block->size))
		return SPP_OK;
	return spp_fail(err, SPP_CORRUPT,
			"%zu bytes at 0x%llx are outside of '%s'", n,
			(unsigned long long)off, o->block->label);
}

enum spp_status spp_overlay_read(struct spp_overlay *o, uint64_t off, void *buf,
				 size_t n, struct spp_error *err)
{
	enum spp_status st = check(o, off, n, err);
	uint64_t number = off / SPP_OVERLAY_PAGE;
	size_t at, take, in;
	uint8_t *to = buf;

	for (at = find(o, number); !st && n;
	     to += take, off += take, n -= take) {
		number = off / SPP_OVERLAY_PAGE;
		while (at < o->count && o->page[at].number < number)
			at++;
		in = (size_t)(off % SPP_OVERLAY_PAGE);
		if (at < o->count && o->page[at].number == number) {
			take = SPP_OVERLAY_PAGE - in;
			take = take < n ? take : n;
			memcpy(to, o->page[at].data + in, take);
			continue;
		}
		take = n;
		if (at < o->count &&
		    o->page[at].number * SPP_OVERLAY_PAGE - off < n)
			take = (size_t)(o->page[at].number * SPP_OVERLAY_PAGE -
					off);
		st = spp_block_read(o->block, off, to, take, err);
	}
	return st;
}

/* Inserts a page at index at, with the bytes of the disk. */
static enum spp_status add(struct spp_overlay *o, size_t at, uint64_t number,
			   bool whole, struct spp_error *err)
{
	size_t room = o->room ? o->room * 2 : 16;
	enum spp_status st;
	struct page *grown;
	uint8_t *data;

	if (o->count >= SPP_OVERLAY_MAX)
		return spp_fail(err, SPP_LIMIT,
				"the edit would change more than %d MiB of "
				"'%s'",
				SPP_OVERLAY_MAX / 256, o->block->label);
	if (o->count == o->room) {
		grown = realloc(o->page, room * sizeof(*grown));
		if (!grown)
			return spp_nomem(err);
		o->page = grown;
		o->room = room;
	}
	data = calloc(1, SPP_OVERLAY_PAGE);
	if (!data)
		return spp_nomem(err);
	st = whole ? SPP_OK
		   : spp_block_read(o->block, number * SPP_OVERLAY_PAGE, data,
				    page_size(o, number), err);
	if (st) {
		free(data);
		return st;
	}
	memmove(o->page + at + 1, o->page + at,
		(o->count - at) * sizeof(*o->page));
	o->page[at] = (struct page){ number, data };
	o->count++;
	return SPP_OK;
}

enum spp_status spp_overlay_write(struct spp_overlay *o, uint64_t off,
				  const void *data, size_t n,
				  struct spp_error *err)
{
	enum spp_status st = check(o, off, n, err);
	const uint8_t *from = data;
	size_t at, take, in;
	uint64_t number;

	for (; !st && n; from += take, off += take, n -= take) {
		number = off / SPP_OVERLAY_PAGE;
		in = (size_t)(off % SPP_OVERLAY_PAGE);
		take = SPP_OVERLAY_PAGE - in < n ? SPP_OVERLAY_PAGE - in : n;
		at = find(o, number);
		/* Where there is a count, there are pages. */
		/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
		if (at == o->count || o->page[at].number != number)
			st = add(o, at, number, take == page_size(o, number),
				 err);
		if (!st)
			memcpy(o->page[at].data + in, from, take);
	}
	return st;
}

size_t spp_overlay_count(const struct spp_overlay *overlay)
{
	return overlay->count;
}

void spp_overlay_page(const struct spp_overlay *o, size_t i,
		      struct spp_overlay_page *page)
{
	page->off = o->page[i].number * SPP_OVERLAY_PAGE;
	page->n = page_size(o, o->page[i].number);
	page->data = o->page[i].data;
}

enum spp_status spp_overlay_copy(const struct spp_overlay *o,
				 struct spp_overlay **copy,
				 struct spp_error *err)
{
	enum spp_status st = spp_overlay_open(o->block, copy, err);
	struct spp_overlay_page page;
	size_t i;

	for (i = 0; !st && i < o->count; i++) {
		spp_overlay_page(o, i, &page);
		st = spp_overlay_write(*copy, page.off, page.data, page.n, err);
	}
	return st;
}
