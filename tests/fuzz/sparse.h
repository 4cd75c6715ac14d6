/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A large file in few bytes, for fuzz targets:
 *
 *	0 its size (4), then pieces: 0 offset (4)  4 n (2)  6 n bytes
 *
 * All else is zero.  n 0: 6 length (4)  10 the byte that it is filled with;
 * n 0xffff: the 128 KiB table by which NTFS makes letters capital.
 */
#ifndef FUZZ_SPARSE_H
#define FUZZ_SPARSE_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hive/base/bytes.h"

#define SPARSE_HEAD	4
#define SPARSE_CAPITALS 65536

/* The size of the file, at most most. */
static inline size_t sparse_size(const uint8_t *data, size_t size, size_t most)
{
	size_t n = size < SPARSE_HEAD ? 0 : spp_get32(data);

	return n < most ? n : most;
}

struct sparse_piece {
	size_t off, n;
	const uint8_t *data; /* NULL: n bytes of fill */
	uint8_t fill;
	bool capitals; /* the table, and no data */
};

/* The piece at *at, moved on; cut to what is there, and to a file of size. */
static inline bool sparse_next(const uint8_t **at, const uint8_t *end,
			       size_t size, struct sparse_piece *p)
{
	if (end - *at < 6)
		return false;
	*p = (struct sparse_piece){ .off = spp_get32(*at),
				    .n = spp_get16(*at + 4) };
	*at += 6;
	if (p->n == 0xffff) {
		p->n = 2 * SPARSE_CAPITALS;
		p->capitals = true;
	} else if (p->n) {
		if (p->n > (size_t)(end - *at))
			p->n = (size_t)(end - *at);
		p->data = *at;
		*at += p->n;
	} else if (end - *at >= 5) {
		p->n = spp_get32(*at);
		p->fill = (*at)[4];
		*at += 5;
	}
	if (p->off > size)
		p->off = size;
	if (p->n > size - p->off)
		p->n = size - p->off;
	return true;
}

/* Puts the pieces into a file of n bytes. */
static inline void sparse_fill(const uint8_t *data, size_t size, uint8_t *to,
			       size_t n)
{
	const uint8_t *at = data + SPARSE_HEAD;
	struct sparse_piece p;
	size_t i;

	if (size < SPARSE_HEAD)
		return;
	while (sparse_next(&at, data + size, n, &p))
		if (p.capitals)
			for (i = 0; i < p.n / 2; i++)
				spp_put16(to + p.off + 2 * i,
					  (uint16_t)(i >= 'a' && i <= 'z'
							     ? i - 32
							     : i));
		else if (p.data)
			memcpy(to + p.off, p.data, p.n);
		else
			memset(to + p.off, p.fill, p.n);
}

/* The same in an open file, which gets the size; without fillings. */
static inline void sparse_put(const uint8_t *data, size_t size, int fd,
			      size_t n)
{
	const uint8_t *at = data + SPARSE_HEAD;
	struct sparse_piece p;

	if (ftruncate(fd, 0) || ftruncate(fd, (off_t)n))
		abort();
	while (size >= SPARSE_HEAD && sparse_next(&at, data + size, n, &p))
		if (p.data &&
		    pwrite(fd, p.data, p.n, (off_t)p.off) != (ssize_t)p.n)
			abort();
}

/* The whole file; to be freed. */
static inline uint8_t *sparse_make(const uint8_t *data, size_t size,
				   size_t most, size_t *n)
{
	uint8_t *file;

	*n = sparse_size(data, size, most);
	/* Exactly as large as the file, so that one byte more is noticed. */
	file = calloc(1, *n ? *n : 1);
	if (!file)
		abort();
	sparse_fill(data, size, file, *n);
	return file;
}

#endif
