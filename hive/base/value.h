/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Registry values: a type and bytes, exactly as stored.
 *
 *	struct spp_value v = SPP_VALUE_INIT;
 *
 *	spp_value_set_dword(&v, 1, err);
 *	...
 *	spp_value_release(&v);
 *
 * The setters build what Windows itself would store.  The getters read
 * untrusted bytes; they report oddities as marks and hide nothing.
 */
#ifndef HIVE_VALUE_H
#define HIVE_VALUE_H

#include <stdbool.h>

#include "hive/base/buf.h"

/* Source: winnt.h has these names and numbers. */
enum spp_type {
	SPP_REG_NONE = 0,
	SPP_REG_SZ = 1,
	SPP_REG_EXPAND_SZ = 2,
	SPP_REG_BINARY = 3,
	SPP_REG_DWORD = 4,
	SPP_REG_DWORD_BIG_ENDIAN = 5,
	SPP_REG_LINK = 6,
	SPP_REG_MULTI_SZ = 7,
	SPP_REG_RESOURCE_LIST = 8,
	SPP_REG_FULL_RESOURCE_DESCRIPTOR = 9,
	SPP_REG_RESOURCE_REQUIREMENTS_LIST = 10,
	SPP_REG_QWORD = 11,
};

/* Larger values are stored as big data, which sppctl never writes. */
#define SPP_VALUE_MAX 16344
/* The most strings that are read of one list. */
#define SPP_ITEMS_MAX 65536

struct spp_value {
	uint32_t type;
	uint8_t *data;
	size_t size; /* bytes */
};

#define SPP_VALUE_INIT     \
	{                  \
		0, NULL, 0 \
	}

/* Oddities of stored text. */
enum spp_mark {
	SPP_MARK_ODD = 1 << 0,	     /* an odd number of bytes */
	SPP_MARK_NO_NUL = 1 << 1,    /* not terminated */
	SPP_MARK_AFTER_NUL = 1 << 2, /* bytes after the terminator */
	SPP_MARK_UTF16 = 1 << 3,     /* lone surrogate or control character */
	SPP_MARK_EMPTY = 1 << 4,     /* an empty string inside a list */
};

/* One string of a REG_MULTI_SZ: for display, and its bytes as stored. */
struct spp_item {
	char *text;
	uint8_t *raw;
	size_t raw_size;
	unsigned int marks;
};

struct spp_items {
	struct spp_item *item;
	size_t count;
	unsigned int marks;
};

#define SPP_ITEMS_INIT     \
	{                  \
		NULL, 0, 0 \
	}

void spp_value_release(struct spp_value *v);
void spp_items_release(struct spp_items *items);

enum spp_status spp_value_set(struct spp_value *v, uint32_t type,
			      const void *data, size_t size,
			      struct spp_error *err);
enum spp_status spp_value_copy(struct spp_value *to,
			       const struct spp_value *from,
			       struct spp_error *err);
enum spp_status spp_value_set_dword(struct spp_value *v, uint32_t n,
				    struct spp_error *err);
/* REG_SZ or REG_EXPAND_SZ, with its NUL. */
enum spp_status spp_value_set_text(struct spp_value *v, enum spp_type type,
				   const char *text, struct spp_error *err);
/* REG_MULTI_SZ from the stored bytes of each string, without their NULs. */
enum spp_status spp_value_set_items(struct spp_value *v,
				    const struct spp_items *items,
				    struct spp_error *err);

bool spp_value_equal(const struct spp_value *a, const struct spp_value *b);

/* False unless v is a REG_DWORD of four bytes. */
bool spp_value_get_dword(const struct spp_value *v, uint32_t *n);

/*
 * Reads the bytes up to the first NUL as one string, whatever the type says;
 * *text is yours.
 */
enum spp_status spp_value_get_text(const struct spp_value *v, char **text,
				   unsigned int *marks, struct spp_error *err);

/* Reads the bytes as a list of strings, whatever the type says. */
enum spp_status spp_value_get_items(const struct spp_value *v,
				    struct spp_items *items,
				    struct spp_error *err);

/* Appends a string, given as UTF-8, to the list. */
enum spp_status spp_items_add(struct spp_items *items, const char *text,
			      struct spp_error *err);

/* "REG_SZ"; NULL for a type without a name. */
const char *spp_type_name(uint32_t type);

/* Appends "REG_SZ", or "type 0x99" for a type without a name. */
enum spp_status spp_type_show(uint32_t type, struct spp_buf *out,
			      struct spp_error *err);

/* Appends bytes as lower-case hex pairs, without spaces. */
enum spp_status spp_hex_show(const uint8_t *data, size_t size,
			     struct spp_buf *out, struct spp_error *err);

#endif
