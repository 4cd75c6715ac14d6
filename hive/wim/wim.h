/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A WIM file: its header, its table of what is stored, and the bytes of that.
 *
 *	struct spp_wim wim = SPP_WIM_INIT;
 *	struct spp_wim_place place;
 *
 *	wim.fd = fd; wim.label = path;
 *	spp_wim_load(&wim, err);
 *	spp_wim_find(&wim, sha1, &place, err);
 *	spp_wim_read(&wim, &place, 0, place.size, &bytes, err);
 *	spp_wim_release(&wim);
 *
 * The structures are read here, checked; only what is packed is unpacked by
 * libwim (wim_codec.h).  Source: the comments of include/wimlib/header.h,
 * blob_table.h and resource.h of wimlib, and Microsoft's "Windows Imaging
 * File Format" white paper.
 *
 *   0 "MSWIM\0\0\0"  8 size 208  12 version  16 flags  20 chunk size
 *  24 GUID  40 part  42 parts  44 images  48 table  72 XML  96 metadata of
 * the image to boot  120 its number  124 integrity table  148 zero
 *
 * The table has 50 bytes for each resource: 0 place (24)  24 part
 * 26 references  30 SHA-1.  A place: 0 stored size (7 bytes)  7 flags
 * 8 offset  16 size.
 *
 * A packed resource begins with the offsets, from their end, of all chunks
 * but the first: 4 bytes each, 8 in one of 4 GiB and more.  A solid resource
 * has many blobs in it; its chunk size, method and sizes of all chunks stand
 * at its beginning, and the places of its blobs are relative to it.
 */
#ifndef HIVE_WIM_H
#define HIVE_WIM_H

#include "hive/wim/codec.h"

#define SPP_WIM_HEAD   208
#define SPP_WIM_ENTRY  50 /* bytes in the table */
#define SPP_WIM_PLACE  24
#define SPP_WIM_HASH   20
#define SPP_WIM_IMAGES 1024 /* at most */
/* Most that is read at once of what is not a hive. */
#define SPP_WIM_TABLE_MAX    ((uint64_t)256 << 20)
#define SPP_WIM_METADATA_MAX ((uint64_t)256 << 20)
#define SPP_WIM_XML_MAX	     ((uint64_t)16 << 20)

/* Where things stand in the header. */
enum {
	SPP_WIM_AT_FLAGS = 16,
	SPP_WIM_AT_GUID = 24,
	SPP_WIM_AT_TABLE = 48,
	SPP_WIM_AT_XML = 72,
	SPP_WIM_AT_BOOT_METADATA = 96,
	SPP_WIM_AT_BOOT = 120,
	SPP_WIM_AT_INTEGRITY = 124,
};

/* Flags of the header. */
enum {
	SPP_WIM_PACKED = 0x2,
	SPP_WIM_READ_ONLY = 0x4,
	SPP_WIM_SPANNED = 0x8,
	SPP_WIM_IN_PROGRESS = 0x40,
};

/* Flags of a resource. */
enum {
	SPP_RESOURCE_METADATA = 0x2,
	SPP_RESOURCE_PACKED = 0x4,
	SPP_RESOURCE_SPANNED = 0x8,
	SPP_RESOURCE_SOLID = 0x10,
};

struct spp_wim_resource {
	uint64_t off, stored, size; /* bytes */
	unsigned int flags;
};

struct spp_wim {
	int fd;		   /* borrowed */
	const char *label; /* borrowed */
	uint64_t file_size;
	uint8_t head[SPP_WIM_HEAD];
	unsigned int flags;
	bool solid; /* may have solid resources */
	enum spp_wim_method method;
	uint32_t chunk;
	unsigned int images, boot;
	struct spp_wim_resource table, xml, integrity;
	uint64_t end;	/* behind the last that belongs to it */
	uint8_t *entry; /* of the table */
	size_t entries;
	size_t *metadata; /* of each image: its entry */
};

#define SPP_WIM_INIT      \
	{                 \
		.fd = -1, \
	}

/*
 * SPP_NOTHIVE for another file, SPP_CORRUPT, SPP_UNSUPPORTED for a part of a
 * split one, one made for pipes, and other versions.
 */
enum spp_status spp_wim_load(struct spp_wim *wim, struct spp_error *err);
/* The same as if the file began with this header. */
enum spp_status spp_wim_load_as(struct spp_wim *wim,
				const uint8_t head[SPP_WIM_HEAD],
				struct spp_error *err);
void spp_wim_release(struct spp_wim *wim);

/* Why it must not be written to. */
enum spp_status spp_wim_writable(const struct spp_wim *wim,
				 struct spp_error *err);

void spp_wim_get_resource(const uint8_t *p, struct spp_wim_resource *resource);
void spp_wim_put_resource(uint8_t *p, const struct spp_wim_resource *resource);
uint8_t *spp_wim_entry(const struct spp_wim *wim, size_t i);
bool spp_wim_is_solid_head(const struct spp_wim *wim, const uint8_t *entry);

/* Bytes that were stored: a resource, or a part of a solid one. */
struct spp_wim_place {
	struct spp_wim_resource resource;
	uint64_t off, size; /* in it, unpacked */
	size_t entry;	    /* in the table */
};

/* What is stored under a hash; SPP_NOTFOUND without a word if nothing is. */
enum spp_status spp_wim_find(const struct spp_wim *wim,
			     const uint8_t sha1[SPP_WIM_HASH],
			     struct spp_wim_place *place,
			     struct spp_error *err);

/* All of a resource that is not solid. */
struct spp_wim_place spp_wim_whole(const struct spp_wim_resource *resource);

/* n bytes at off of a place, unpacked; off is a multiple of 4096. */
enum spp_status spp_wim_read(const struct spp_wim *wim,
			     const struct spp_wim_place *place, uint64_t off,
			     uint64_t n, struct spp_wim_bytes *bytes,
			     struct spp_error *err);

/*
 * All of a place, unpacked into a file from its beginning on; what names it
 * where it does not have its hash, which is SPP_CORRUPT.
 */
enum spp_status spp_wim_unpack_file(const struct spp_wim *wim,
				    const struct spp_wim_place *place,
				    const uint8_t sha1[SPP_WIM_HASH],
				    const char *what, int fd,
				    struct spp_error *err);

/* The packed chunks of a resource, in order. */
struct spp_wim_chunks {
	struct spp_wim_chunk *chunk; /* in counts from data; owned */
	size_t count;
	uint64_t data; /* where they begin in the WIM */
};

#define SPP_WIM_CHUNKS_INIT \
	{                   \
		NULL, 0, 0  \
	}

/* No chunks where the place is not a whole packed resource of its own. */
enum spp_status spp_wim_find_chunks(const struct spp_wim *wim,
				    const struct spp_wim_place *place,
				    struct spp_wim_chunks *chunks,
				    struct spp_error *err);
void spp_wim_chunks_release(struct spp_wim_chunks *chunks);

/* SPP_CORRUPT if these are not the bytes of the hash. */
enum spp_status spp_wim_verify(const struct spp_wim *wim,
			       const struct spp_wim_bytes *bytes,
			       const uint8_t sha1[SPP_WIM_HASH],
			       const char *what, struct spp_error *err);
/* The same of a sum that was made piece by piece; it is used up. */
struct sha1_ctx;
enum spp_status spp_wim_check_sum(const struct spp_wim *wim,
				  struct sha1_ctx *sum,
				  const uint8_t sha1[SPP_WIM_HASH],
				  const char *what, struct spp_error *err);

#endif
