/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"

void spp_buf_release(struct spp_buf *buf)
{
	if (!buf)
		return;
	free(buf->data);
	*buf = (struct spp_buf)SPP_BUF_INIT;
}

enum spp_status spp_buf_reserve(struct spp_buf *buf, size_t n,
				struct spp_error *err)
{
	size_t need, room;
	uint8_t *data;

	if (n >= SPP_BUF_MAX - buf->size)
		return spp_fail(err, SPP_LIMIT, "more than %zu bytes of text",
				SPP_BUF_MAX);
	need = buf->size + n + 1;
	if (need <= buf->room)
		return SPP_OK;
	room = buf->room < 64 ? 64 : buf->room;
	while (room < need)
		room *= 2;
	data = realloc(buf->data, room);
	if (!data)
		return spp_nomem(err);
	buf->data = data;
	buf->data[buf->size] = '\0'; /* before anything is appended, too */
	buf->room = room;
	return SPP_OK;
}

enum spp_status spp_buf_append(struct spp_buf *buf, const void *data, size_t n,
			       struct spp_error *err)
{
	enum spp_status st = spp_buf_reserve(buf, n, err);

	if (st)
		return st;
	if (n)
		memcpy(buf->data + buf->size, data, n);
	buf->size += n;
	buf->data[buf->size] = '\0';
	return SPP_OK;
}

enum spp_status spp_buf_puts(struct spp_buf *buf, const char *text,
			     struct spp_error *err)
{
	return spp_buf_append(buf, text, strlen(text), err);
}

enum spp_status spp_buf_u16(struct spp_buf *buf, uint16_t v,
			    struct spp_error *err)
{
	uint8_t b[2];

	spp_put16(b, v);
	return spp_buf_append(buf, b, sizeof(b), err);
}

enum spp_status spp_buf_u32(struct spp_buf *buf, uint32_t v,
			    struct spp_error *err)
{
	uint8_t b[4];

	spp_put32(b, v);
	return spp_buf_append(buf, b, sizeof(b), err);
}

enum spp_status spp_buf_printf(struct spp_buf *buf, struct spp_error *err,
			       const char *fmt, ...)
{
	enum spp_status st;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return spp_fail(err, SPP_INVALID, "cannot format a text");
	st = spp_buf_reserve(buf, (size_t)n, err);
	if (st)
		return st;
	va_start(ap, fmt);
	vsnprintf((char *)buf->data + buf->size, (size_t)n + 1, fmt, ap);
	va_end(ap);
	buf->size += (size_t)n;
	return SPP_OK;
}

const char *spp_buf_text(const struct spp_buf *buf)
{
	return buf->data ? (const char *)buf->data : "";
}

char *spp_buf_take(struct spp_buf *buf)
{
	char *text = (char *)buf->data;

	if (!text)
		return calloc(1, 1);
	*buf = (struct spp_buf)SPP_BUF_INIT;
	return text;
}

void *spp_grow(void *array, size_t count, size_t size)
{
	if (count & (count - 1))
		return array;
	return realloc(array, (count ? 2 * count : 1) * size);
}
