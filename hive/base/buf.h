/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Growing bytes.
 *
 *	struct spp_buf buf = SPP_BUF_INIT;
 *
 *	spp_buf_append(&buf, bytes, n, err);
 *	spp_buf_printf(&buf, err, "%u", n);
 *	...
 *	spp_buf_release(&buf);
 *
 * One byte after the data is always NUL once there is room, so that a buffer
 * of text is a string.  No buffer passes SPP_BUF_MAX bytes: a
 * hostile input must not grow memory without bound.
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

/* The text so far, "" where there is none; borrowed. */
const char *spp_buf_text(const struct spp_buf *buf);

/* Hands the bytes over as a NUL-terminated string; NULL without memory. */
char *spp_buf_take(struct spp_buf *buf);

/*
 * realloc() for an array that grows one by one: room for one more than count
 * elements, and for twice as many when count is a power of two, so that n
 * elements cost n copies and not n * n.  NULL without memory.
 */
void *spp_grow(void *array, size_t count, size_t size);

#endif
