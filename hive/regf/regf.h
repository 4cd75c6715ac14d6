/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A checked, read-only view of the bytes of a hive.
 *
 * Source of the format: "Windows registry file format specification" by Maxim
 * Suhanov.  Offsets of cells count, as in the file, from the end of the base
 * block (file offset 4096).  Nothing here trusts the file: each offset, size,
 * count and signature is checked when it is used, each walk has a limit, and a
 * failure names the place.
 *
 *	struct spp_regf hive;
 *	struct spp_key key;
 *
 *	spp_regf_open(&hive, pages, err);	borrows the pages
 *	spp_regf_find(&hive, "Microsoft\\Windows NT", &key, err);
 *	spp_key_value(&hive, &key, "Name", &slot, err);
 *	spp_regf_value(&hive, &slot, &value, err);
 *
 * Look-ups return SPP_NOTFOUND without touching err: a missing key is an
 * answer, not a failure.
 */
#ifndef HIVE_REGF_H
#define HIVE_REGF_H

#include <string.h>

#include "hive/base/name.h"
#include "hive/base/value.h"
#include "hive/regf/pages.h"

#define SPP_BASE_BLOCK	4096
#define SPP_BIN_HEAD	32
#define SPP_NOWHERE	0xffffffffu
#define SPP_DEPTH_MAX	512 /* Windows' own limit on nesting */
#define SPP_SUBKEYS_MAX 1000000
#define SPP_VALUES_MAX	110000
#define SPP_DATA_MAX	((size_t)16 << 20)
/* Windows' limits on names, in characters. */
#define SPP_KEY_NAME_MAX   255
#define SPP_VALUE_NAME_MAX 16383

/*
 *   0 "regf"      4 sequence 1    8 sequence 2   12 FILETIME written
 *  20 major      24 minor        28 type         32 format (1)
 *  36 root cell  40 bins size    44 cluster      48 name (64)
 * 144 flags     508 checksum of the first 508 bytes
 */
struct spp_base {
	uint32_t seq1, seq2;
	uint64_t written; /* FILETIME: 100 ns since 1601 */
	uint32_t major, minor;
	uint32_t type;	 /* 0 primary, 1 or 2 old log, 6 new log */
	uint32_t format; /* 1: direct memory load */
	uint32_t root;
	uint32_t bins_size;
	uint32_t flags;
	uint32_t checksum, computed;
	char name
		[3 * 32 +
		 1]; /* UTF-8; the end of the file's path, as Windows stores it */
};

#define SPP_FLAG_KTM	 1u /* pending transactions (at offset 144) */
#define SPP_FLAG_LAYERED 2u /* supports layered keys, or was defragmented */

/* Whether data begins as a hive or log does. */
static inline bool spp_regf_begins(const void *data, size_t n)
{
	return n >= 4 && !memcmp(data, "regf", 4);
}

/* Reads the 512 bytes at the start of a hive or log; checks "regf" only. */
enum spp_status spp_base_read(const uint8_t *head, size_t size,
			      struct spp_base *base, struct spp_error *err);
/* XOR-32 of the first 508 bytes, with the special cases for 0 and -1. */
uint32_t spp_base_checksum(const uint8_t *head);
/*
 * Whether the checksum is wrong or the sequence numbers differ: writes are
 * unfinished.
 */
bool spp_base_dirty(const struct spp_base *base);

struct spp_regf {
	struct spp_pages *pages;
	struct spp_base base;
	uint32_t bins_lost; /* bytes of bins missing from a truncated hive */
	/* What look-ups came across: how often, and the first of each. */
	unsigned int
		damaged; /* damaged siblings, which an edit must not trust */
	struct spp_error damage;
	unsigned int odd; /* siblings whose names are not text */
	struct spp_error oddity;
};

/* A cell in use: its payload without the size field. */
struct spp_cell {
	uint32_t offset;
	uint32_t size; /* payload bytes */
	const uint8_t *data;
};

/* A key node, parsed. */
struct spp_key {
	uint32_t offset;
	uint16_t flags;
	uint64_t written; /* FILETIME */
	uint8_t layer;	  /* layered key bits, 0 in ordinary hives */
	uint32_t parent;
	uint32_t subkeys, subkey_list;
	uint32_t values, value_list;
	uint32_t security;
	uint32_t class_offset;
	uint16_t class_size;
	uint32_t max_subkey_name, max_class; /* bytes of UTF-16 */
	uint32_t max_value_name, max_value_data;
	struct spp_name name;
};

/* A value: where it is listed and what its vk record says. */
struct spp_slot {
	uint32_t index;	 /* in the key's value list */
	uint32_t offset; /* of the vk cell */
	uint32_t type;
	uint32_t size;	      /* bytes of data */
	uint32_t data_offset; /* cell of the data; meaningless if inlined */
	bool inlined;	      /* up to 4 bytes kept in the vk itself */
	uint16_t flags;
	struct spp_name name;
};

/* Offsets of fields, for code that edits or checks them. */
enum {
	SPP_NK_TIME = 4,
	SPP_NK_PARENT = 16,
	SPP_NK_SUBKEYS = 20,
	SPP_NK_SUBKEY_LIST = 28,
	SPP_NK_VALUES = 36,
	SPP_NK_VALUE_LIST = 40,
	SPP_NK_SECURITY = 44,
	SPP_NK_CLASS = 48,
	SPP_NK_MAX_SUBKEY = 52,
	SPP_NK_MAX_CLASS = 56,
	SPP_NK_MAX_VALUE_NAME = 60,
	SPP_NK_MAX_VALUE_DATA = 64,
	SPP_NK_NAME_SIZE = 72,
	SPP_NK_CLASS_SIZE = 74,
	SPP_NK_HEAD = 76,
	SPP_NK_COMPRESSED = 0x20,
	SPP_VK_DATA_SIZE = 4,
	SPP_VK_DATA = 8,
	SPP_VK_TYPE = 12,
	SPP_VK_FLAGS = 16,
	SPP_VK_HEAD = 20,
	SPP_VK_COMPRESSED = 1,
	SPP_SK_REFERENCES = 12,
	SPP_SK_HEAD = 20,
	SPP_LIST_HEAD = 4,
};
#define SPP_VK_INLINE 0x80000000u

/*
 * Binds a view to pages and judges the base block: SPP_NOTHIVE, SPP_UNSUPPORTED
 * for an unknown version, or SPP_TRUNCATED.  Accepts a dirty hive: the caller
 * looks at hive->base.
 */
enum spp_status spp_regf_open(struct spp_regf *hive, struct spp_pages *pages,
			      struct spp_error *err);
/*
 * After SPP_TRUNCATED: binds the view to the whole pages that exist.  Reading
 * anything that refers to the missing ones fails.
 */
enum spp_status spp_regf_cut(struct spp_regf *hive, struct spp_error *err);

/* File offset of a cell. */
static inline uint64_t spp_file_offset(uint32_t cell)
{
	return (uint64_t)cell + SPP_BASE_BLOCK;
}

/*
 * The cell at offset, which must be in use and hold at least want bytes.  Read
 * no more than want bytes through cell->data.
 */
enum spp_status spp_regf_cell(const struct spp_regf *hive, uint32_t offset,
			      size_t want, struct spp_cell *cell,
			      struct spp_error *err);
enum spp_status spp_regf_key(const struct spp_regf *hive, uint32_t offset,
			     struct spp_key *key, struct spp_error *err);

/*
 * Walks the subkeys of a key in stored order:
 *
 *	struct spp_subkeys it;
 *
 *	spp_subkeys_begin(&it, hive, &key);
 *	while (!(st = spp_subkeys_next(&it, err)))
 *		... it.key, it.hash ...
 *
 * It ends with SPP_NOTFOUND, or with SPP_CORRUPT if a list is damaged.  The key
 * node at it.key is not checked.
 */
struct spp_subkeys {
	/* The element. */
	uint32_t key;  /* offset of its key node */
	uint32_t hash; /* lh: hash, lf: hint, li: 0 */
	/* Where the element is stored. */
	uint32_t leaf;	  /* offset of its list */
	char kind;	  /* 'f', 'h' or 'i' for lf, lh and li */
	uint32_t index;	  /* in that list */
	uint32_t ordinal; /* in all lists of the key */
	/* Private. */
	const struct spp_regf *hive;
	uint32_t root, root_index, root_count; /* ri, or no root */
	uint32_t count;
};

void spp_subkeys_begin(struct spp_subkeys *it, const struct spp_regf *hive,
		       const struct spp_key *key);
enum spp_status spp_subkeys_next(struct spp_subkeys *it, struct spp_error *err);

/*
 * The subkey of this name, n bytes of UTF-8.  A damaged sibling is skipped and
 * counted in hive->damaged; so is the second of two that differ only in case,
 * since nobody knows which one Windows would take.  A sibling whose name is not
 * text is counted in hive->odd.  Among very many siblings only those with the
 * same hash are read.
 */
enum spp_status spp_key_subkey(struct spp_regf *hive, const struct spp_key *key,
			       const char *name, size_t n,
			       struct spp_key *subkey, struct spp_error *err);

/* Follows a path of key names, separated by backslashes, from the root. */
enum spp_status spp_regf_find(struct spp_regf *hive, const char *path,
			      struct spp_key *key, struct spp_error *err);

/* Counts damage that a look-up can skip but an edit must not. */
void spp_regf_damaged(struct spp_regf *hive, const char *fmt, ...)
	SPP_PRINTF(2, 3);

/* Counts a name that is not text; what: "key" or "value". */
void spp_regf_odd(struct spp_regf *hive, const char *what,
		  const struct spp_name *name);

/* The value at this index of the key's list. */
enum spp_status spp_key_slot(const struct spp_regf *hive,
			     const struct spp_key *key, uint32_t index,
			     struct spp_slot *slot, struct spp_error *err);
/* The value of this name; "" is the key's default value. */
enum spp_status spp_key_value(struct spp_regf *hive, const struct spp_key *key,
			      const char *name, struct spp_slot *slot,
			      struct spp_error *err);

/* Copies out the data of a value, including big data. */
enum spp_status spp_regf_value(const struct spp_regf *hive,
			       const struct spp_slot *slot,
			       struct spp_value *value, struct spp_error *err);

#endif
