/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A WIM file: its header, its table of resources, and their bytes.
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
 * All structures are read and checked here; libwim only unpacks (codec.h).
 * Source: the comments of include/wimlib/header.h, blob_table.h and resource.h
 * of wimlib, and Microsoft's "Windows Imaging File Format" white paper.
 *
 *   0 "MSWIM\0\0\0"  8 size 208  12 version  16 flags  20 chunk size
 *  24 GUID  40 part  42 parts  44 images  48 table  72 XML  96 metadata of
 * the image to boot  120 its number  124 integrity table  148 zero
 *
 * The table has 50 bytes for each resource: 0 place (24)  24 part 26 references
 * 30 SHA-1.  A place: 0 stored size (7 bytes)  7 flags 8 offset  16 size.
 *
 * A packed resource begins with the offsets of all chunks but the first,
 * counted from the end of these offsets: 4 bytes each, or 8 if the resource has
 * 4 GiB or more.  A solid resource holds many blobs; it begins with its chunk
 * size, its method and the sizes of all chunks, and the places of its blobs are
 * relative to it.
 */
#ifndef HIVE_WIM_H
#define HIVE_WIM_H

#include "hive/wim/codec.h"

#define SPP_WIM_HEAD   208
#define SPP_WIM_ENTRY  50 /* bytes of an entry in the table */
#define SPP_WIM_PLACE  24
#define SPP_WIM_HASH   20
#define SPP_WIM_IMAGES 1024 /* the most */
/* The most that is read at once, unless it is a hive. */
#define SPP_WIM_TABLE_MAX    ((uint64_t)256 << 20)
#define SPP_WIM_METADATA_MAX ((uint64_t)256 << 20)
#define SPP_WIM_XML_MAX	     ((uint64_t)16 << 20)

/* Offsets in the header. */
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
	uint64_t end;	/* first byte after the WIM */
	uint8_t *entry; /* entries of the table */
	size_t entries;
	size_t *metadata; /* index of each image's entry */
};

#define SPP_WIM_INIT      \
	{                 \
		.fd = -1, \
	}

/*
 * SPP_NOTHIVE for another file; SPP_CORRUPT; SPP_UNSUPPORTED for a part of a
 * split WIM, a pipable WIM, or another version.
 */
enum spp_status spp_wim_load(struct spp_wim *wim, struct spp_error *err);
/* The same, with this header in place of the file's own. */
enum spp_status spp_wim_load_as(struct spp_wim *wim,
				const uint8_t head[SPP_WIM_HEAD],
				struct spp_error *err);
void spp_wim_release(struct spp_wim *wim);

/* Refuses a WIM that must not be written to, and says why. */
enum spp_status spp_wim_writable(const struct spp_wim *wim,
				 struct spp_error *err);

void spp_wim_get_resource(const uint8_t *p, struct spp_wim_resource *resource);
void spp_wim_put_resource(uint8_t *p, const struct spp_wim_resource *resource);
uint8_t *spp_wim_entry(const struct spp_wim *wim, size_t i);
bool spp_wim_is_solid_head(const struct spp_wim *wim, const uint8_t *entry);

/* Stored bytes: a resource, or a part of a solid one. */
struct spp_wim_place {
	struct spp_wim_resource resource;
	uint64_t off, size; /* in the resource, unpacked */
	size_t entry;	    /* index in the table */
};

/*
 * Finds the bytes with this hash; SPP_NOTFOUND, with err untouched, if there
 * are none.
 */
enum spp_status spp_wim_find(const struct spp_wim *wim,
			     const uint8_t sha1[SPP_WIM_HASH],
			     struct spp_wim_place *place,
			     struct spp_error *err);

/* The whole of a resource that is not solid. */
struct spp_wim_place spp_wim_whole(const struct spp_wim_resource *resource);

/* Reads n bytes at off of a place, unpacked; off must be a multiple of 4096. */
enum spp_status spp_wim_read(const struct spp_wim *wim,
			     const struct spp_wim_place *place, uint64_t off,
			     uint64_t n, struct spp_wim_bytes *bytes,
			     struct spp_error *err);

/*
 * Unpacks the whole place into a file, from its beginning.  SPP_CORRUPT if the
 * hash is wrong; what: names the bytes in that message.
 */
enum spp_status spp_wim_unpack_file(const struct spp_wim *wim,
				    const struct spp_wim_place *place,
				    const uint8_t sha1[SPP_WIM_HASH],
				    const char *what, int fd,
				    struct spp_error *err);

/* The packed chunks of a resource, in order. */
struct spp_wim_chunks {
	struct spp_wim_chunk *chunk; /* offsets count from data; owned */
	size_t count;
	uint64_t data; /* offset of the first chunk in the WIM */
};

#define SPP_WIM_CHUNKS_INIT \
	{                   \
		NULL, 0, 0  \
	}

/* Returns no chunks unless the place is a whole packed resource of its own. */
enum spp_status spp_wim_find_chunks(const struct spp_wim *wim,
				    const struct spp_wim_place *place,
				    struct spp_wim_chunks *chunks,
				    struct spp_error *err);
void spp_wim_chunks_release(struct spp_wim_chunks *chunks);

/* SPP_CORRUPT if the bytes do not have this hash. */
enum spp_status spp_wim_verify(const struct spp_wim *wim,
			       const struct spp_wim_bytes *bytes,
			       const uint8_t sha1[SPP_WIM_HASH],
			       const char *what, struct spp_error *err);
/* The same for a hash computed in parts; it is used up. */
struct sha1_ctx;
enum spp_status spp_wim_check_sum(const struct spp_wim *wim,
				  struct sha1_ctx *sum,
				  const uint8_t sha1[SPP_WIM_HASH],
				  const char *what, struct spp_error *err);

#endif
