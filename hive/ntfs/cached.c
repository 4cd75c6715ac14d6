/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/ntfs/cached.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* No file below is read in smaller parts than this. */
#define PAGE  ((size_t)4096)
#define PAGES 64

struct spp_ntfs_page {
	uint64_t off;
	size_t n; /* bytes of the volume in it; 0: unused */
	uint8_t data[PAGE];
};

static enum spp_status load(struct spp_ntfs_cached *c, uint64_t off,
			    const struct spp_ntfs_page **page,
			    struct spp_error *err)
{
	struct spp_ntfs_page *p;
	enum spp_status st;
	size_t i;

	for (i = 0; i < PAGES; i++) {
		*page = &c->page[i];
		if ((*page)->n && (*page)->off == off)
			return SPP_OK;
	}
	*page = p = &c->page[c->next++ % PAGES];
	p->off = off;
	p->n = 0;
	i = c->io.size - off < PAGE ? (size_t)(c->io.size - off) : PAGE;
	st = c->below->read(c->below->ctx, off, p->data, i, err);
	if (!st)
		p->n = i;
	return st;
}

static enum spp_status read_cached(void *ctx, uint64_t off, void *buf, size_t n,
				   struct spp_error *err)
{
	struct spp_ntfs_cached *c = ctx;
	const struct spp_ntfs_page *page;
	enum spp_status st = SPP_OK;
	uint8_t *to = buf;
	size_t in, take;

	if (n > PAGE)
		return c->below->read(c->below->ctx, off, buf, n, err);
	for (; n; to += take, off += take, n -= take) {
		in = (size_t)(off % PAGE);
		take = PAGE - in < n ? PAGE - in : n;
		st = load(c, off - in, &page, err);
		if (st)
			return st;
		memcpy(to, page->data + in, take);
	}
	return st;
}

enum spp_status spp_ntfs_cached_open(struct spp_ntfs_cached *cached,
				     const struct spp_ntfs_io *below,
				     struct spp_error *err)
{
	*cached = (struct spp_ntfs_cached){
		.io = { cached, below->size, read_cached, NULL },
		.below = below,
		.page = calloc(PAGES, sizeof(*cached->page)),
	};
	return cached->page ? SPP_OK : spp_nomem(err);
}

void spp_ntfs_cached_close(struct spp_ntfs_cached *cached)
{
	free(cached->page);
	cached->page = NULL;
}
