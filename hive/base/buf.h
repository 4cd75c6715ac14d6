/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A growing array of bytes.
 *
 *	struct spp_buf buf = SPP_BUF_INIT;
 *
 *	spp_buf_append(&buf, bytes, n, err);
 *	spp_buf_printf(&buf, err, "%u", n);
 *	...
 *	spp_buf_release(&buf);
 *
 * The byte after the data is NUL as soon as the buffer has memory, so a buffer
 * of text is a string.  No buffer grows past SPP_BUF_MAX bytes: hostile input
 * must not take memory without bound.
 */
#ifndef HIVE_BUF_H
#define HIVE_BUF_H

#include <stddef.h>
#include <stdint.h>

#include "hive/base/error.h"

#define SPP_BUF_MAX ((size_t)1 << 30)

struct spp_buf {
	uint8_t *data;
	size_t size;
	size_t room;
};

#define SPP_BUF_INIT       \
	{                  \
		NULL, 0, 0 \
	}

void spp_buf_release(struct spp_buf *buf);

/* Makes room for n more bytes without changing the size. */
enum spp_status spp_buf_reserve(struct spp_buf *buf, size_t n,
				struct spp_error *err);
enum spp_status spp_buf_append(struct spp_buf *buf, const void *data, size_t n,
			       struct spp_error *err);
enum spp_status spp_buf_puts(struct spp_buf *buf, const char *text,
			     struct spp_error *err);
enum spp_status spp_buf_u16(struct spp_buf *buf, uint16_t v,
			    struct spp_error *err);
enum spp_status spp_buf_u32(struct spp_buf *buf, uint32_t v,
			    struct spp_error *err);
enum spp_status spp_buf_printf(struct spp_buf *buf, struct spp_error *err,
			       const char *fmt, ...) SPP_PRINTF(3, 4);

/* The text so far, borrowed; "" if there is none. */
const char *spp_buf_text(const struct spp_buf *buf);

/* Gives the bytes away as a NUL-terminated string; NULL if memory is short. */
char *spp_buf_take(struct spp_buf *buf);

/*
 * realloc() for an array that grows by one element at a time.  It doubles the
 * room when count is a power of two, so n elements cost O(n) copies.  NULL if
 * memory is short.
 */
void *spp_grow(void *array, size_t count, size_t size);

#endif
