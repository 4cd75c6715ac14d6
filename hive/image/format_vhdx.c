/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * VHDX; little-endian:
 *
 *       0 "vhdxfile"
 *   64 KiB and 128 KiB: a header of 4096 bytes each; of the complete ones the
 *         one with the higher sequence number counts:
 *         0 "head"  4 CRC-32C  8 sequence  48 GUID of the log, zero: empty
 *        66 version 1
 *  192 KiB the regions: 0 "regi"  8 count  16 entries of 32 bytes:
 *         0 GUID  16 offset  24 length
 *  in the region of metadata: 0 "metadata"  10 count  32 entries of 32 bytes:
 *         0 GUID  16 offset in the region  20 length
 *  file parameters: 0 block size  4 flags, bit 1: has a parent
 *
 * Source: [MS-VHDX], sections 2.2 and 2.6.
 */
#include <string.h>

#include "hive/base/bytes.h"
#include "hive/image/format_private.h"

#define KIB	     ((uint64_t)1024)
#define HEADER	     4096
#define REGIONS_MAX  16
#define METADATA_MAX 64

static const uint8_t metadata_region[16] = {
	0x06, 0xa2, 0x7c, 0x8b, 0x90, 0x47, 0x9a, 0x4b,
	0xb8, 0xfe, 0x57, 0x5f, 0x05, 0x0f, 0x88, 0x6e,
};

static const uint8_t file_parameters[16] = {
	0x37, 0x67, 0xa1, 0xca, 0x36, 0xfa, 0x43, 0x4d,
	0xb3, 0xb6, 0x33, 0xf0, 0xaa, 0x44, 0xe7, 0x6b,
};

/* CRC-32C of the 4096 bytes, with the field itself as zero. */
static uint32_t header_crc(const uint8_t *data)
{
	uint32_t crc = ~0u;
	int i, bit;

	for (i = 0; i < HEADER; i++) {
		crc ^= i >= 4 && i < 8 ? 0 : data[i];
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0);
	}
	return ~crc;
}

static bool is_header(const uint8_t *head)
{
	return !memcmp(head, "head", 4) &&
	       spp_get32(head + 4) == header_crc(head);
}

/* Reads the valid header with the higher sequence number. */
static enum spp_status read_header(const struct spp_image_format *c,
				   uint8_t *head, struct spp_error *err)
{
	uint8_t other[HEADER];
	enum spp_status st;
	bool first, second;

	st = spp_image_format_bytes(c, 64 * KIB, head, HEADER, err);
	if (!st)
		st = spp_image_format_bytes(c, 128 * KIB, other, HEADER, err);
	if (st)
		return st;
	first = is_header(head);
	second = is_header(other);
	if (!first && !second)
		return spp_image_format_bad(c, "each of its two headers", err);
	if (!first || (second && spp_get64(other + 8) > spp_get64(head + 8)))
		memcpy(head, other, HEADER);
	return SPP_OK;
}

/* Finds the entry with this GUID in a table of 32-byte entries. */
static const uint8_t *find(const uint8_t *entries, size_t count,
			   const uint8_t *guid)
{
	for (; count; count--, entries += 32)
		if (!memcmp(entries, guid, 16))
			return entries;
	return NULL;
}

static enum spp_status read_region(const struct spp_image_format *c,
				   uint64_t *region, struct spp_error *err)
{
	uint8_t head[16], entries[32 * REGIONS_MAX];
	enum spp_status st;
	const uint8_t *entry;
	uint32_t count;

	st = spp_image_format_bytes(c, 192 * KIB, head, sizeof(head), err);
	if (st)
		return st;
	count = spp_get32(head + 8);
	if (memcmp(head, "regi", 4) || count > REGIONS_MAX)
		return spp_image_format_bad(c, "its region table", err);
	st = spp_image_format_bytes(c, 192 * KIB + 16, entries,
				    (size_t)count * 32, err);
	if (st)
		return st;
	entry = find(entries, count, metadata_region);
	if (!entry)
		return spp_image_format_bad(c, "its region table", err);
	*region = spp_get64(entry + 16);
	return SPP_OK;
}

static enum spp_status read_parameters(struct spp_image_format *c,
				       uint64_t region, struct spp_error *err)
{
	uint8_t head[32], entries[32 * METADATA_MAX], parameters[8];
	enum spp_status st;
	const uint8_t *entry;
	uint32_t count;

	/* With this check the sums below fit into 64 bits. */
	if (region > c->file_size)
		return spp_image_format_bad(c, "its metadata", err);
	st = spp_image_format_bytes(c, region, head, sizeof(head), err);
	if (st)
		return st;
	count = spp_get16(head + 10);
	if (memcmp(head, "metadata", 8) || count > METADATA_MAX)
		return spp_image_format_bad(c, "its metadata", err);
	st = spp_image_format_bytes(c, region + 32, entries, (size_t)count * 32,
				    err);
	if (st)
		return st;
	entry = find(entries, count, file_parameters);
	if (!entry)
		return spp_image_format_bad(c, "its metadata", err);
	st = spp_image_format_bytes(c, region + spp_get32(entry + 16),
				    parameters, sizeof(parameters), err);
	if (!st && spp_get32(parameters + 4) & 2)
		c->flags |= SPP_IMAGE_CHILD;
	return st;
}

enum spp_status spp_vhdx_read(struct spp_image_format *c, struct spp_error *err)
{
	static const uint8_t no_log[16];
	uint8_t magic[8], head[HEADER];
	enum spp_status st = spp_image_format_bytes(c, 0, magic, 8, err);
	uint64_t region = 0;

	if (!st && memcmp(magic, "vhdxfile", 8))
		return spp_fail(err, SPP_NOTHIVE, "'%s' is not a VHDX image",
				c->label);
	if (!st)
		st = read_header(c, head, err);
	if (st)
		return st;
	if (spp_get16(head + 66) != 1)
		return spp_image_format_unknown(c, "another version than 1",
						err);
	if (memcmp(head + 48, no_log, sizeof(no_log)))
		c->flags |= SPP_IMAGE_LOG;
	st = read_region(c, &region, err);
	return st ? st : read_parameters(c, region, err);
}
