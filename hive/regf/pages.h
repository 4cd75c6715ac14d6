/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes of a hive, read on demand and changed in memory.
 *
 * A source supplies the bytes: a file, an attribute on an NTFS volume, a
 * buffer.  Pages of 4 KiB are read from it on first use into one run of memory,
 * so that a question about three keys reads only a few pages of a large hive.
 * A change marks its page dirty and stays in memory until somebody writes the
 * dirty pages out.
 *
 *	struct spp_pages *pages;
 *
 *	spp_pages_open(&source, &pages, err);
 *	const uint8_t *p = spp_pages_at(pages, off, n, err);
 *	uint8_t *w = spp_pages_edit(pages, off, n, err);
 *	...
 *	spp_pages_close(pages);
 *
 * Pointers stay valid until spp_pages_grow(), _forget() or _close().
 */
#ifndef HIVE_PAGES_H
#define HIVE_PAGES_H

#include <stdbool.h>

#include "hive/base/error.h"

#include <stdint.h>

#define SPP_PAGE 4096
/* Windows limits the bins of a hive to 2 GiB. */
#define SPP_HIVE_MAX ((uint64_t)2 << 30)

struct spp_source {
	/* Reads exactly n bytes at off, or fails. */
	enum spp_status (*read)(void *ctx, uint64_t off, void *buf, size_t n,
				struct spp_error *err);
	void *ctx;
	uint64_t size; /* bytes */
};

struct spp_pages;

/* Copies the source; its ctx must outlive the pages. */
enum spp_status spp_pages_open(const struct spp_source *source,
			       struct spp_pages **pages, struct spp_error *err);
void spp_pages_close(struct spp_pages *pages);

uint64_t spp_pages_size(const struct spp_pages *pages);

/* n bytes at off; NULL with SPP_CORRUPT outside the hive, or SPP_IO. */
const uint8_t *spp_pages_at(struct spp_pages *pages, uint64_t off, size_t n,
			    struct spp_error *err);

/* The same for writing; marks the pages dirty. */
uint8_t *spp_pages_edit(struct spp_pages *pages, uint64_t off, size_t n,
			struct spp_error *err);

/* Appends zero bytes; the new pages are dirty.  Invalidates pointers. */
enum spp_status spp_pages_grow(struct spp_pages *pages, uint64_t size,
			       struct spp_error *err);

/* Reads all that is still missing, for a caller that walks the whole hive. */
enum spp_status spp_pages_load(struct spp_pages *pages, struct spp_error *err);

/*
 * Frees the memory of all pages that are not dirty; they are read again on the
 * next use.  Invalidates pointers.
 */
void spp_pages_forget(struct spp_pages *pages);

/*
 * Copies n bytes at off, changes included, to buf.  Keeps no page in memory,
 * for a caller that passes through the whole hive once.
 */
enum spp_status spp_pages_read(struct spp_pages *pages, uint64_t off, void *buf,
			       size_t n, struct spp_error *err);

/*
 * Copies the bytes of other, which must not be shorter, and marks the pages
 * that differed.  Invalidates pointers.
 */
enum spp_status spp_pages_assign(struct spp_pages *pages,
				 const struct spp_source *other,
				 struct spp_error *err);

/*
 * The next run of dirty bytes at or after *off: moves *off to its start and
 * returns its length, or 0 at the end.
 */
size_t spp_pages_dirty(const struct spp_pages *pages, uint64_t *off);

/* The number of bytes read from the source so far. */
uint64_t spp_pages_bytes_read(const struct spp_pages *pages);

#endif
