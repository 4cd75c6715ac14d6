/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes of a hive, read when they are looked at and changed in memory.
 *
 * A source says where bytes come from: a file, an attribute on an NTFS
 * volume, a buffer.  Pages put 4 KiB pages of it into one run of memory on
 * first use, so that a question answered by three keys of a large hive reads
 * a few pages of it and no more; every change is kept in memory and its page
 * marked dirty until somebody writes the dirty pages out.
 *
 *	struct spp_pages *pages;
 *
 *	spp_pages_open(&source, &pages, err);
 *	const uint8_t *p = spp_pages_at(pages, off, n, err);
 *	uint8_t *w = spp_pages_edit(pages, off, n, err);
 *	...
 *	spp_pages_close(pages);
 *
 * Pointers stay good until spp_pages_grow(), _forget() or _close().
 */
#ifndef HIVE_PAGES_H
#define HIVE_PAGES_H

#include <stdbool.h>

#include "hive/base/error.h"

#include <stdint.h>

#define SPP_PAGE 4096
/* Windows itself holds no hive of more than 2 GiB in its bins. */
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

/* n bytes at off; NULL (SPP_CORRUPT, SPP_IO) outside or if unreadable. */
const uint8_t *spp_pages_at(struct spp_pages *pages, uint64_t off, size_t n,
			    struct spp_error *err);

/* The same to write to: the pages are dirty from now on. */
uint8_t *spp_pages_edit(struct spp_pages *pages, uint64_t off, size_t n,
			struct spp_error *err);

/* Appends zero bytes; the new pages are dirty.  Invalidates pointers. */
enum spp_status spp_pages_grow(struct spp_pages *pages, uint64_t size,
			       struct spp_error *err);

/* Reads all that has not been read, for whoever walks everything anyway. */
enum spp_status spp_pages_load(struct spp_pages *pages, struct spp_error *err);

/*
 * Gives back the memory of all that was read and not changed; it is read
 * again when it is looked at.  Invalidates pointers.
 */
void spp_pages_forget(struct spp_pages *pages);

/*
 * Copies n bytes at off as they are now to buf, without keeping what had to
 * be read: for whoever goes through a whole hive once.
 */
enum spp_status spp_pages_read(struct spp_pages *pages, uint64_t off, void *buf,
			       size_t n, struct spp_error *err);

/*
 * Makes the bytes equal to those of other (which may be longer, not shorter)
 * and marks the pages that differed.  Invalidates pointers.
 */
enum spp_status spp_pages_assign(struct spp_pages *pages,
				 const struct spp_source *other,
				 struct spp_error *err);

/*
 * The next run of dirty bytes at or after *off: moves *off to its start and
 * gives its length; 0 when there is none left.
 */
size_t spp_pages_dirty(const struct spp_pages *pages, uint64_t *off);

/* Bytes read from the source so far. */
uint64_t spp_pages_bytes_read(const struct spp_pages *pages);

#endif
