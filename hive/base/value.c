/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/base/value.h"

#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "hive/base/utf16.h"

static const char *const type_names[] = {
	[SPP_REG_NONE] = "REG_NONE",
	[SPP_REG_SZ] = "REG_SZ",
	[SPP_REG_EXPAND_SZ] = "REG_EXPAND_SZ",
	[SPP_REG_BINARY] = "REG_BINARY",
	[SPP_REG_DWORD] = "REG_DWORD",
	[SPP_REG_DWORD_BIG_ENDIAN] = "REG_DWORD_BIG_ENDIAN",
	[SPP_REG_LINK] = "REG_LINK",
	[SPP_REG_MULTI_SZ] = "REG_MULTI_SZ",
	[SPP_REG_RESOURCE_LIST] = "REG_RESOURCE_LIST",
	[SPP_REG_FULL_RESOURCE_DESCRIPTOR] = "REG_FULL_RESOURCE_DESCRIPTOR",
	[SPP_REG_RESOURCE_REQUIREMENTS_LIST] = "REG_RESOURCE_REQUIREMENTS_LIST",
	[SPP_REG_QWORD] = "REG_QWORD",
};

const char *spp_type_name(uint32_t type)
{
	if (type >= sizeof(type_names) / sizeof(type_names[0]))
		return NULL;
	return type_names[type];
}

enum spp_status spp_type_show(uint32_t type, struct spp_buf *out,
			      struct spp_error *err)
{
	const char *name = spp_type_name(type);

	if (name)
		return spp_buf_puts(out, name, err);
	return spp_buf_printf(out, err, "type 0x%x", type);
}

enum spp_status spp_hex_show(const uint8_t *data, size_t size,
			     struct spp_buf *out, struct spp_error *err)
{
	static const char digits[] = "0123456789abcdef";
	enum spp_status st = SPP_OK;
	char pair[2];
	size_t i;

	for (i = 0; !st && i < size; i++) {
		pair[0] = digits[data[i] >> 4];
		pair[1] = digits[data[i] & 15];
		st = spp_buf_append(out, pair, 2, err);
	}
	return st;
}

void spp_value_release(struct spp_value *v)
{
	if (!v)
		return;
	free(v->data);
	*v = (struct spp_value)SPP_VALUE_INIT;
}

void spp_items_release(struct spp_items *items)
{
	size_t i;

	if (!items)
		return;
	for (i = 0; i < items->count; i++) {
		free(items->item[i].text);
		free(items->item[i].raw);
	}
	free(items->item);
	*items = (struct spp_items)SPP_ITEMS_INIT;
}

enum spp_status spp_value_set(struct spp_value *v, uint32_t type,
			      const void *data, size_t size,
			      struct spp_error *err)
{
	uint8_t *copy = malloc(size ? size : 1);

	if (!copy)
		return spp_nomem(err);
	if (size)
		memcpy(copy, data, size);
	spp_value_release(v);
	v->type = type;
	v->data = copy;
	v->size = size;
	return SPP_OK;
}

enum spp_status spp_value_copy(struct spp_value *to,
			       const struct spp_value *from,
			       struct spp_error *err)
{
	return spp_value_set(to, from->type, from->data, from->size, err);
}

enum spp_status spp_value_set_dword(struct spp_value *v, uint32_t n,
				    struct spp_error *err)
{
	uint8_t data[4];

	spp_put32(data, n);
	return spp_value_set(v, SPP_REG_DWORD, data, sizeof(data), err);
}

/* Moves the bytes of buf into v. */
static enum spp_status take(struct spp_value *v, uint32_t type,
			    struct spp_buf *buf, enum spp_status st)
{
	if (st) {
		spp_buf_release(buf);
		return st;
	}
	spp_value_release(v);
	v->type = type;
	v->size = buf->size;
	v->data = buf->data;
	return SPP_OK;
}

enum spp_status spp_value_set_text(struct spp_value *v, enum spp_type type,
				   const char *text, struct spp_error *err)
{
	struct spp_buf buf = SPP_BUF_INIT;
	enum spp_status st = spp_utf16_from(text, strlen(text), &buf, err);

	if (!st)
		st = spp_buf_u16(&buf, 0, err);
	return take(v, type, &buf, st);
}

enum spp_status spp_value_set_items(struct spp_value *v,
				    const struct spp_items *items,
				    struct spp_error *err)
{
	struct spp_buf buf = SPP_BUF_INIT;
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < items->count; i++) {
		st = spp_buf_append(&buf, items->item[i].raw,
				    items->item[i].raw_size, err);
		if (!st)
			st = spp_buf_u16(&buf, 0, err);
	}
	if (!st)
		st = spp_buf_u16(&buf, 0, err);
	return take(v, SPP_REG_MULTI_SZ, &buf, st);
}

bool spp_value_equal(const struct spp_value *a, const struct spp_value *b)
{
	return a->type == b->type && a->size == b->size &&
	       (!a->size || !memcmp(a->data, b->data, a->size));
}

bool spp_value_get_dword(const struct spp_value *v, uint32_t *n)
{
	if (v->type != SPP_REG_DWORD || v->size != 4)
		return false;
	*n = spp_get32(v->data);
	return true;
}

/*
 * The number of bytes before the first NUL unit, or of all whole units if there
 * is none.
 */
static size_t until_nul(const uint8_t *data, size_t size, bool *found)
{
	size_t at;

	for (at = 0; size - at >= 2; at += 2) {
		if (!spp_get16(data + at)) {
			*found = true;
			return at;
		}
	}
	*found = false;
	return at;
}

enum spp_status spp_value_get_text(const struct spp_value *v, char **text,
				   unsigned int *marks, struct spp_error *err)
{
	struct spp_buf buf = SPP_BUF_INIT;
	enum spp_status st;
	bool ended, plain;
	size_t len = until_nul(v->data, v->size, &ended);

	st = spp_utf16_show(v->data, len, &buf, &plain, err);
	if (!st && marks) {
		*marks = 0;
		if (v->size % 2)
			*marks |= SPP_MARK_ODD;
		if (!ended)
			*marks |= SPP_MARK_NO_NUL;
		else if (len + 2 < v->size)
			*marks |= SPP_MARK_AFTER_NUL;
		if (!plain)
			*marks |= SPP_MARK_UTF16;
	}
	if (!st) {
		*text = spp_buf_take(&buf);
		if (!*text)
			st = spp_nomem(err);
	}
	spp_buf_release(&buf);
	return st;
}

static enum spp_status add_raw(struct spp_items *items, const uint8_t *raw,
			       size_t size, struct spp_error *err)
{
	struct spp_buf text = SPP_BUF_INIT;
	struct spp_item *grown, *item;
	enum spp_status st;
	bool plain;

	if (items->count >= SPP_ITEMS_MAX)
		return spp_fail(err, SPP_LIMIT,
				"more than %d strings in a list",
				SPP_ITEMS_MAX);
	if (!(items->count & (items->count - 1))) { /* a power of two: full */
		size_t room = items->count ? 2 * items->count : 1;

		grown = realloc(items->item, room * sizeof(*grown));
		if (!grown)
			return spp_nomem(err);
		items->item = grown;
	}
	item = &items->item[items->count];
	*item = (struct spp_item){ NULL, NULL, size, 0 };
	st = spp_utf16_show(raw, size, &text, &plain, err);
	if (st) {
		spp_buf_release(&text);
		return st;
	}
	item->text = spp_buf_take(&text);
	item->raw = malloc(size ? size : 1);
	if (!item->text || !item->raw) {
		free(item->text);
		free(item->raw);
		return spp_nomem(err);
	}
	if (size)
		memcpy(item->raw, raw, size);
	item->marks =
		(plain ? 0 : SPP_MARK_UTF16) | (size ? 0 : SPP_MARK_EMPTY);
	items->marks |= item->marks;
	items->count++;
	return SPP_OK;
}

enum spp_status spp_items_add(struct spp_items *items, const char *text,
			      struct spp_error *err)
{
	struct spp_buf raw = SPP_BUF_INIT;
	enum spp_status st = spp_utf16_from(text, strlen(text), &raw, err);

	if (!st)
		st = add_raw(items, raw.data, raw.size, err);
	spp_buf_release(&raw);
	return st;
}

/*
 * Reads "a NUL b NUL NUL".  Empty strings in the middle are kept and marked:
 * Windows' own readers stop there, so what follows may go unseen.
 */
enum spp_status spp_value_get_items(const struct spp_value *v,
				    struct spp_items *items,
				    struct spp_error *err)
{
	size_t size = v->size - v->size % 2, at = 0, len;
	struct spp_items found = SPP_ITEMS_INIT;
	enum spp_status st = SPP_OK;
	bool ended = false;

	if (size >= 2 && !spp_get16(v->data + size - 2)) {
		size -= 2; /* the list's own terminator */
		ended = true;
	}
	while (!st && at < size) {
		len = until_nul(v->data + at, size - at, &ended);
		st = add_raw(&found, v->data + at, len, err);
		at += len + 2;
	}
	if (st) {
		spp_items_release(&found);
		return st;
	}
	if (v->size % 2)
		found.marks |= SPP_MARK_ODD;
	if (!ended && v->size)
		found.marks |= SPP_MARK_NO_NUL;
	spp_items_release(items);
	*items = found;
	return SPP_OK;
}
