/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qcow2, versions 2 and 3; all numbers big-endian:
 *
 *   0 "QFI\xfb"   4 version          8 offset of the backing file's name
 *  16 its length 20 cluster bits    24 size of the disk
 *  32 encryption 48 offset of the refcount table  56 its clusters
 *  60 snapshots  72 incompatible features (version 3)
 *  96 bits of a refcount, as a power of two (version 3; 4 before)
 * 100 length of the header; extensions follow, until one of type 0:
 *         0 type  4 length  8 data, padded to 8
 *
 * The extension of persistent bitmaps: 0 their number  8 size of their
 * directory  16 its offset.  An entry of the directory, padded to 8: 12 flags,
 * bit 0: not closed since its last use  18 length of the name  20 length of the
 * data between byte 24 and the name.
 *
 * Source: docs/interop/qcow2.txt of qemu.
 */
#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "hive/image/format_private.h"

#define HEADER_2       72
#define HEADER_3       104
#define NAME_MAX_BYTES 1023
#define EXTENSIONS_MAX 64
#define L1_MAX	       ((size_t)4 << 20)   /* entries; qemu's own limit */
#define OFFSET_BITS    0x00fffffffffffe00u /* of an L1 or L2 entry */
#define COMPRESSED     ((uint64_t)1 << 62) /* in an L2 entry */
#define TABLE_MAX      ((uint64_t)8 << 20) /* bytes; qemu's own limit */
#define CLUSTER_BITS   21		   /* the largest; the smallest is 9 */
#define EXT_BACKING    0xe2792acau /* name of the backing file's format */
#define EXT_DATA_FILE  0x44415441u
#define EXT_BITMAPS    0x23852875u
#define BITMAPS_MAX    65535 /* qemu's own limits */
#define DIRECTORY_MAX  ((uint64_t)BITMAPS_MAX * (24 + 1023))

enum {
	DIRTY = 1 << 0,
	CORRUPT = 1 << 1,
	DATA_FILE = 1 << 2,
	COMPRESSION = 1 << 3,
	EXTENDED_L2 = 1 << 4,
};

static const struct {
	uint64_t feature;
	unsigned int flag;
} features[] = {
	{ DIRTY, SPP_IMAGE_OPEN },
	{ CORRUPT, SPP_IMAGE_CORRUPT },
	{ DATA_FILE, SPP_IMAGE_DATA_FILE },
};

static enum spp_status read_features(struct spp_image_format *c, uint64_t bits,
				     struct spp_error *err)
{
	size_t i;

	for (i = 0; i < sizeof(features) / sizeof(features[0]); i++)
		if (bits & features[i].feature)
			c->flags |= features[i].flag;
	if (bits & ~(uint64_t)(DIRTY | CORRUPT | DATA_FILE | COMPRESSION |
			       EXTENDED_L2))
		return spp_image_format_unknown(
			c, "a feature of a later version", err);
	return SPP_OK;
}

/* Reads the backing file's format, by its name in an extension. */
static enum spp_status read_format(struct spp_image_format *c, uint64_t at,
				   uint32_t n, struct spp_error *err)
{
	char name[16] = "";
	enum spp_status st;

	if (n >= sizeof(name))
		return spp_image_format_bad(c, "the format of its backing file",
					    err);
	st = spp_image_format_bytes(c, at, name, n, err);
	if (st)
		return st;
	c->backing_kind = spp_target_kind_find(name);
	return SPP_OK;
}

/* Counts the bitmaps that are marked as in use; now nobody uses them. */
static enum spp_status read_bitmaps(struct spp_image_format *c, uint64_t at,
				    uint32_t n, struct spp_error *err)
{
	uint8_t head[24], entry[24];
	uint64_t dir, size, off = 0;
	enum spp_status st;

	if (n < sizeof(head))
		return spp_image_format_bad(c, "the list of its bitmaps", err);
	st = spp_image_format_bytes(c, at, head, sizeof(head), err);
	if (st)
		return st;
	size = spp_get64be(head + 8);
	dir = spp_get64be(head + 16);
	if (size > DIRECTORY_MAX || !spp_within(dir, size, c->file_size))
		return spp_image_format_bad(c, "the list of its bitmaps", err);
	while (size - off >= sizeof(entry)) {
		st = spp_image_format_bytes(c, dir + off, entry, sizeof(entry),
					    err);
		if (st)
			return st;
		c->broken += spp_get32be(entry + 12) & 1;
		off += (sizeof(entry) + ((uint64_t)entry[18] << 8 | entry[19]) +
			(uint64_t)spp_get32be(entry + 20) + 7) /
		       8 * 8;
		if (off > size)
			return spp_image_format_bad(
				c, "the list of its bitmaps", err);
	}
	return SPP_OK;
}

static enum spp_status read_extensions(struct spp_image_format *c, uint64_t at,
				       struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	uint32_t type, n;
	uint8_t head[8];
	int i;

	for (i = 0; !st && i < EXTENSIONS_MAX; i++) {
		st = spp_image_format_bytes(c, at, head, sizeof(head), err);
		if (st)
			return st;
		type = spp_get32be(head);
		n = spp_get32be(head + 4);
		if (!type)
			return SPP_OK;
		at += sizeof(head);
		if (!spp_within(at, n, c->file_size))
			return spp_image_format_bad(c, "a header extension",
						    err);
		if (type == EXT_BACKING)
			st = read_format(c, at, n, err);
		if (type == EXT_BITMAPS)
			st = read_bitmaps(c, at, n, err);
		if (type == EXT_DATA_FILE)
			c->flags |= SPP_IMAGE_DATA_FILE;
		at += ((uint64_t)n + 7) / 8 * 8;
	}
	return st;
}

static enum spp_status read_backing(struct spp_image_format *c, uint64_t at,
				    uint32_t n, struct spp_error *err)
{
	enum spp_status st;

	if (!at)
		return SPP_OK;
	if (!n || n > NAME_MAX_BYTES)
		return spp_image_format_bad(c, "the name of its backing file",
					    err);
	c->backing = calloc(1, (size_t)n + 1);
	if (!c->backing)
		return spp_nomem(err);
	c->flags |= SPP_IMAGE_BACKING;
	st = spp_image_format_bytes(c, at, c->backing, n, err);
	if (!st && strlen(c->backing) != n)
		st = spp_image_format_bad(c, "the name of its backing file",
					  err);
	return st;
}

/* The length up to the last byte that is not zero. */
static size_t used_bytes(const uint8_t *data, size_t n)
{
	while (n && !data[n - 1])
		n--;
	return n;
}

static bool has_bitmaps(const uint8_t *head)
{
	return spp_get32be(head + 4) > 2 && head[95] & 1;
}

static enum spp_status cut(const struct spp_image_format *c,
			   struct spp_error *err)
{
	return spp_fail(err, SPP_TRUNCATED,
			"'%s' is truncated: it has data after its end; copy it "
			"again, or see qemu-img check",
			c->label);
}

/* Checks that each cluster of an L2 table begins inside the file. */
static enum spp_status check_l2(const struct spp_image_format *c,
				const uint8_t *table, size_t n, size_t step,
				unsigned int bits, struct spp_error *err)
{
	uint64_t packed = ((uint64_t)1 << (62 - (bits - 8))) - 1, entry, off;

	for (; n; n -= step, table += step) {
		entry = spp_get64be(table);
		off = entry & (entry & COMPRESSED ? packed : OFFSET_BITS);
		if (off >= c->file_size)
			return cut(c, err);
	}
	return SPP_OK;
}

/*
 * Checks that all data begins inside the file.  After a power cut, clusters
 * past the end can have a refcount although nothing refers to them: that is
 * lost space and no damage.
 */
static enum spp_status check_data(const struct spp_image_format *c,
				  const uint8_t *head, unsigned int bits,
				  struct spp_error *err)
{
	size_t cluster = (size_t)1 << bits, count = spp_get32be(head + 36), i;
	size_t step =
		spp_get32be(head + 4) > 2 && head[79] & EXTENDED_L2 ? 16 : 8;
	uint8_t *l1, *l2 = malloc(cluster);
	enum spp_status st;
	uint64_t off;

	if (count > L1_MAX) {
		free(l2);
		return spp_image_format_bad(c, "its L1 table", err);
	}
	l1 = malloc(8 * count + 1);
	st = l1 && l2 ? spp_image_format_bytes(c, spp_get64be(head + 40), l1,
					       8 * count, err)
		      : spp_nomem(err);
	for (i = 0; !st && i < count; i++) {
		off = spp_get64be(l1 + 8 * i) & OFFSET_BITS;
		if (!off)
			continue;
		st = spp_image_format_bytes(c, off, l2, cluster, err);
		if (!st)
			st = check_l2(c, l2, cluster, step, bits, err);
	}
	free(l1);
	free(l2);
	return st;
}

/*
 * Finds an image that was cut short, by the last refcount that is not zero: its
 * cluster must begin inside the file, or nothing refer to it.
 */
static enum spp_status check_end(const struct spp_image_format *c,
				 const uint8_t *head, const uint8_t *table,
				 size_t n, unsigned int bits, uint32_t order,
				 struct spp_error *err)
{
	size_t cluster = (size_t)1 << bits, used;
	uint64_t entries = (uint64_t)cluster * 8 >> order, last;
	uint8_t *block = malloc(cluster);
	enum spp_status st = SPP_OK;

	if (!block)
		return spp_nomem(err);
	for (n /= 8; !st && n; n--) {
		if (!spp_get64be(table + 8 * (n - 1)))
			continue;
		st = spp_image_format_bytes(c, spp_get64be(table + 8 * (n - 1)),
					    block, cluster, err);
		used = st ? 0 : used_bytes(block, cluster);
		if (!used)
			continue;
		last = (n - 1) * entries + (((used - 1) * 8) >> order);
		if (last < (c->file_size + cluster - 1) >> bits)
			break;
		/*
		 * Snapshots and bitmaps have tables of their own that are not
		 * read here.
		 */
		st = c->snapshots || has_bitmaps(head)
			     ? cut(c, err)
			     : check_data(c, head, bits, err);
		break;
	}
	free(block);
	return st;
}

static enum spp_status read_refcounts(const struct spp_image_format *c,
				      const uint8_t *head, uint32_t order,
				      struct spp_error *err)
{
	uint32_t bits = spp_get32be(head + 20);
	uint64_t n = (uint64_t)spp_get32be(head + 56) << (bits & 31);
	enum spp_status st;
	uint8_t *table;

	if (bits < 9 || bits > CLUSTER_BITS || order > 6)
		return spp_image_format_bad(c, "the size of its clusters", err);
	if (n > TABLE_MAX)
		return spp_image_format_bad(c, "its refcount table", err);
	table = malloc(n ? (size_t)n : 1);
	if (!table)
		return spp_nomem(err);
	st = spp_image_format_bytes(c, spp_get64be(head + 48), table, (size_t)n,
				    err);
	if (!st)
		st = check_end(c, head, table, (size_t)n, bits, order, err);
	free(table);
	return st;
}

enum spp_status spp_qcow2_read(struct spp_image_format *c,
			       struct spp_error *err)
{
	uint32_t version, header = HEADER_2, order = 4;
	uint8_t head[HEADER_3] = { 0 };
	enum spp_status st;

	st = spp_image_format_bytes(c, 0, head, HEADER_2, err);
	if (!st && memcmp(head, "QFI\xfb", 4))
		return spp_fail(err, SPP_NOTHIVE, "'%s' is not a qcow2 image",
				c->label);
	version = spp_get32be(head + 4);
	if (!st && version != 2 && version != 3)
		st = spp_image_format_unknown(c, "another version than 2 and 3",
					      err);
	if (!st && version == 3) {
		st = spp_image_format_bytes(c, 0, head, HEADER_3, err);
		header = spp_get32be(head + 100);
		order = spp_get32be(head + 96);
		if (!st)
			st = read_features(c, spp_get64be(head + 72), err);
	}
	if (st)
		return st;
	if (spp_get32be(head + 32))
		c->flags |= SPP_IMAGE_ENCRYPTED;
	c->snapshots = spp_get32be(head + 60);
	if (c->snapshots)
		c->flags |= SPP_IMAGE_SNAPSHOTS;
	st = read_backing(c, spp_get64be(head + 8), spp_get32be(head + 16),
			  err);
	if (!st)
		st = read_extensions(c, header, err);
	return st ? st : read_refcounts(c, head, order, err);
}
