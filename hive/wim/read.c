/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads resources of a WIM; wim.h shows the format. */
#include <nettle/sha1.h>
#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "hive/base/file.h"
#include "hive/wim/wim.h"

#define SOLID_HEAD 16
/* What an allocation can have; where addresses are short, less than a WIM. */
#define MOST  ((uint64_t)(SIZE_MAX / 2))
#define BATCH ((uint64_t)8 << 20) /* unpacked at once, in whole chunks */

/* A packed resource, or the wanted part of one. */
struct part {
	const struct spp_wim *wim;
	const struct spp_wim_resource *resource;
	struct spp_wim_codec codec;
	bool solid;
	uint64_t chunks;      /* of the whole resource */
	uint64_t first, last; /* wanted chunks */
	uint64_t table;	      /* offset of the sizes or offsets in the file */
	uint64_t data;	      /* offset of the chunks in the file */
	unsigned int width;   /* bytes of an offset */
	struct spp_wim_chunk *chunk;
};

static enum spp_status damaged(const struct part *p, const char *what,
			       struct spp_error *err)
{
	return spp_fail(err, SPP_CORRUPT, "'%s' is damaged: %s", p->wim->label,
			what);
}

static enum spp_status solid_head(struct part *p, struct spp_error *err)
{
	uint8_t head[SOLID_HEAD];
	enum spp_status st;
	uint32_t method;

	if (p->resource->stored < SOLID_HEAD)
		return damaged(p, "a solid resource is too short", err);
	st = spp_read_at(p->wim->fd, p->resource->off, head, SOLID_HEAD,
			 p->wim->label, err);
	if (st)
		return st;
	method = spp_get32(head + 12);
	p->codec.chunk = spp_get32(head + 8);
	if (method >= SPP_WIM_METHODS || !p->codec.chunk ||
	    p->codec.chunk & (p->codec.chunk - 1) || p->codec.chunk > 1u << 30)
		return damaged(p, "a solid resource is invalid", err);
	p->codec.method = (enum spp_wim_method)method;
	return SPP_OK;
}

/* Whether the wanted chunks, and all that is known of them, fit in memory. */
static enum spp_status check_room(const struct part *p, struct spp_error *err)
{
	uint64_t rows = p->solid ? p->last + 1 : p->last - p->first + 2;

	if (rows <= MOST / sizeof(*p->chunk) && rows <= MOST / p->width - 1 &&
	    p->last - p->first + 1 <= MOST / p->codec.chunk)
		return SPP_OK;
	return spp_fail(err, SPP_NORESOURCES,
			"'%s' has a resource that is too large for a 32-bit "
			"program",
			p->wim->label);
}

/* Finds the chunks; all that precedes them must be inside the resource. */
static enum spp_status lay_out(struct part *p, uint64_t off, uint64_t n,
			       struct spp_error *err)
{
	const struct spp_wim_resource *r = p->resource;
	uint64_t entries, before;
	enum spp_status st = SPP_OK;

	p->solid = r->flags & SPP_RESOURCE_SOLID;
	if (p->solid)
		st = solid_head(p, err);
	if (st)
		return st;
	if (!p->codec.chunk || (!p->solid && !p->codec.method))
		return damaged(p,
			       "a resource is packed, but the header names no "
			       "compression",
			       err);
	p->chunks = r->size / p->codec.chunk + (r->size % p->codec.chunk != 0);
	p->width = p->solid || r->size <= UINT32_MAX ? 4 : 8;
	entries = p->solid ? p->chunks : p->chunks - 1;
	before = p->solid ? SOLID_HEAD : 0;
	if (before > r->stored || entries > (r->stored - before) / p->width)
		return damaged(p, "a resource has more chunks than bytes", err);
	p->table = r->off + before;
	p->data = p->table + entries * p->width;
	p->first = off / p->codec.chunk;
	p->last = (off + n - 1) / p->codec.chunk;
	return check_room(p, err);
}

/* The offset of chunk i, given the table as read from chunk 0, or first, on. */
static uint64_t begin_of(const struct part *p, const uint8_t *table,
			 uint64_t from, uint64_t i, uint64_t end)
{
	const uint8_t *at;

	if (!i)
		return 0;
	if (i >= p->chunks)
		return end;
	at = table + (i - 1 - from) * p->width;
	return p->width == 4 ? spp_get32(at) : spp_get64(at);
}

static enum spp_status set_chunk(struct part *p, uint64_t i, uint64_t begin,
				 uint64_t end, uint64_t all,
				 struct spp_error *err)
{
	struct spp_wim_chunk *c = &p->chunk[i - p->first];
	uint64_t from = i * p->codec.chunk;
	uint64_t n = p->resource->size - from;

	if (n > p->codec.chunk)
		n = p->codec.chunk;
	if (end > all || begin >= end || end - begin > n)
		return damaged(p, "a chunk has a size that it cannot have",
			       err);
	*c = (struct spp_wim_chunk){ begin, from - p->first * p->codec.chunk,
				     (uint32_t)(end - begin), (uint32_t)n };
	return SPP_OK;
}

/* Reads the sizes of all chunks up to the last wanted one. */
static enum spp_status solid_chunks(struct part *p, uint64_t all,
				    const uint8_t *table, struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	uint64_t at = 0, i, n;

	for (i = 0; !st && i <= p->last; i++, at += n) {
		n = spp_get32(table + i * 4);
		if (i >= p->first)
			st = set_chunk(p, i, at, at + n, all, err);
	}
	return st;
}

static enum spp_status plain_chunks(struct part *p, uint64_t all,
				    const uint8_t *table, uint64_t from,
				    struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	uint64_t i;

	for (i = p->first; !st && i <= p->last; i++)
		st = set_chunk(p, i, begin_of(p, table, from, i, all),
			       begin_of(p, table, from, i + 1, all), all, err);
	return st;
}

static enum spp_status find_chunks(struct part *p, struct spp_error *err)
{
	uint64_t all = p->resource->stored - (p->data - p->resource->off);
	uint64_t from = p->solid || !p->first ? 0 : p->first - 1;
	uint64_t to = p->solid			? p->last + 1
		      : p->last + 1 < p->chunks ? p->last + 1
						: p->chunks - 1;
	size_t length = (size_t)((to - from) * p->width);
	uint8_t *table = malloc(length + 1);
	enum spp_status st;

	p->chunk = calloc((size_t)(p->last - p->first + 1), sizeof(*p->chunk));
	if (!table || !p->chunk) {
		free(table);
		return spp_nomem(err);
	}
	st = spp_read_at(p->wim->fd, p->table + from * p->width, table, length,
			 p->wim->label, err);
	if (!st)
		st = p->solid ? solid_chunks(p, all, table, err)
			      : plain_chunks(p, all, table, from, err);
	free(table);
	return st;
}

/* Finds n bytes at off of a packed resource; the caller frees p->chunk. */
static enum spp_status find_part(const struct spp_wim *wim,
				 const struct spp_wim_resource *r, uint64_t off,
				 uint64_t n, struct part *p,
				 struct spp_error *err)
{
	enum spp_status st;

	*p = (struct part){
		.wim = wim,
		.resource = r,
		.codec = { wim->method, wim->chunk, wim->label },
	};
	st = lay_out(p, off, n, err);
	if (!st)
		st = find_chunks(p, err);
	if (st) {
		free(p->chunk);
		p->chunk = NULL;
	}
	return st;
}

/* Unpacks the wanted chunks completely. */
static enum spp_status unpack(struct part *p, struct spp_wim_bytes *bytes,
			      struct spp_error *err)
{
	size_t count = (size_t)(p->last - p->first + 1), i;
	const struct spp_wim_chunk *end = &p->chunk[count - 1];
	uint64_t base = p->chunk[0].in;
	size_t n = (size_t)(end->in + end->in_size - base);
	uint8_t *in = malloc(n);
	enum spp_status st;

	if (!in)
		return spp_nomem(err);
	for (i = 0; i < count; i++)
		p->chunk[i].in -= base;
	st = spp_read_at(p->wim->fd, p->data + base, in, n, p->wim->label, err);
	if (!st)
		st = spp_wim_bytes_map(bytes,
				       (size_t)(end->out + end->out_size), err);
	if (!st)
		st = spp_wim_unpack(&p->codec, in, p->chunk, count, bytes->data,
				    err);
	free(in);
	return st;
}

static enum spp_status read_packed(const struct spp_wim *wim,
				   const struct spp_wim_resource *r,
				   uint64_t off, uint64_t n,
				   struct spp_wim_bytes *bytes,
				   struct spp_error *err)
{
	struct part p;
	uint64_t skip;
	enum spp_status st = find_part(wim, r, off, n, &p, err);

	if (!st)
		st = unpack(&p, bytes, err);
	free(p.chunk);
	if (st)
		return st;
	skip = off - p.first * p.codec.chunk;
	memmove(bytes->data, bytes->data + skip, (size_t)n);
	return SPP_OK;
}

static enum spp_status read_plain(const struct spp_wim *wim,
				  const struct spp_wim_resource *r,
				  uint64_t off, uint64_t n,
				  struct spp_wim_bytes *bytes,
				  struct spp_error *err)
{
	enum spp_status st;

	if (r->stored != r->size)
		return spp_fail(
			err, SPP_CORRUPT,
			"'%s' is damaged: an unpacked resource has two sizes",
			wim->label);
	if (n > MOST)
		return spp_fail(err, SPP_NORESOURCES,
				"'%s' has a resource that is too large for a "
				"32-bit program",
				wim->label);
	st = spp_wim_bytes_map(bytes, (size_t)n, err);
	return st ? st
		  : spp_read_at(wim->fd, r->off + off, bytes->data, (size_t)n,
				wim->label, err);
}

enum spp_status spp_wim_check_sum(const struct spp_wim *wim,
				  struct sha1_ctx *sum,
				  const uint8_t sha1[SPP_WIM_HASH],
				  const char *what, struct spp_error *err)
{
	uint8_t is[SHA1_DIGEST_SIZE];

	sha1_digest(sum, sizeof(is), is);
	if (!memcmp(is, sha1, sizeof(is)))
		return SPP_OK;
	return spp_fail(err, SPP_CORRUPT,
			"'%s' is damaged: %s does not have the SHA-1 it "
			"should have",
			wim->label, what);
}

enum spp_status spp_wim_verify(const struct spp_wim *wim,
			       const struct spp_wim_bytes *bytes,
			       const uint8_t sha1[SPP_WIM_HASH],
			       const char *what, struct spp_error *err)
{
	struct sha1_ctx ctx;

	sha1_init(&ctx);
	sha1_update(&ctx, bytes->size, bytes->data);
	return spp_wim_check_sum(wim, &ctx, sha1, what, err);
}

enum spp_status spp_wim_read(const struct spp_wim *wim,
			     const struct spp_wim_place *place, uint64_t off,
			     uint64_t n, struct spp_wim_bytes *bytes,
			     struct spp_error *err)
{
	struct spp_wim_bytes CLEANUP(spp_wim_bytes_release) got =
		SPP_WIM_BYTES_INIT;
	const struct spp_wim_resource *r = &place->resource;
	enum spp_status st;

	if (!spp_within(off, n, place->size) ||
	    !spp_within(place->off, place->size, r->size))
		return spp_fail(
			err, SPP_CORRUPT,
			"'%s' is damaged: a file is longer than its resource",
			wim->label);
	if (!spp_within(r->off, r->stored, wim->file_size))
		return spp_fail(err, SPP_CORRUPT,
				"'%s' is truncated or damaged: a resource is "
				"after its end",
				wim->label);
	if (!n)
		return spp_wim_bytes_map(bytes, 0, err);
	off += place->off;
	st = r->flags & (SPP_RESOURCE_PACKED | SPP_RESOURCE_SOLID)
		     ? read_packed(wim, r, off, n, &got, err)
		     : read_plain(wim, r, off, n, &got, err);
	if (st)
		return st;
	*bytes = got;
	bytes->size = (size_t)n;
	got = (struct spp_wim_bytes)SPP_WIM_BYTES_INIT;
	return SPP_OK;
}

enum spp_status spp_wim_unpack_file(const struct spp_wim *wim,
				    const struct spp_wim_place *place,
				    const uint8_t sha1[SPP_WIM_HASH],
				    const char *what, int fd,
				    struct spp_error *err)
{
	/* Chunks of a solid resource are too large to unpack twice. */
	uint64_t batch =
		place->resource.flags & SPP_RESOURCE_SOLID || wim->chunk > BATCH
			? place->size
			: BATCH;
	enum spp_status st = SPP_OK;
	struct sha1_ctx sum;
	uint64_t off, n;

	sha1_init(&sum);
	for (off = 0; !st && off < place->size; off += n) {
		struct spp_wim_bytes CLEANUP(spp_wim_bytes_release) bytes =
			SPP_WIM_BYTES_INIT;

		n = place->size - off < batch ? place->size - off : batch;
		st = spp_wim_read(wim, place, off, n, &bytes, err);
		if (st)
			break;
		sha1_update(&sum, bytes.size, bytes.data);
		st = spp_write_at(fd, off, bytes.data, bytes.size,
				  "a work file", err);
	}
	return st ? st : spp_wim_check_sum(wim, &sum, sha1, what, err);
}

enum spp_status spp_wim_find_chunks(const struct spp_wim *wim,
				    const struct spp_wim_place *place,
				    struct spp_wim_chunks *chunks,
				    struct spp_error *err)
{
	const struct spp_wim_resource *r = &place->resource;
	enum spp_status st;
	struct part p;

	if (r->flags & SPP_RESOURCE_SOLID ||
	    !(r->flags & SPP_RESOURCE_PACKED) || place->off || !r->size ||
	    place->size != r->size)
		return SPP_OK;
	st = find_part(wim, r, 0, r->size, &p, err);
	if (st)
		return st;
	*chunks = (struct spp_wim_chunks){ p.chunk, (size_t)p.chunks, p.data };
	return SPP_OK;
}

void spp_wim_chunks_release(struct spp_wim_chunks *chunks)
{
	if (!chunks)
		return;
	free(chunks->chunk);
	*chunks = (struct spp_wim_chunks)SPP_WIM_CHUNKS_INIT;
}
