/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/wim/piece.h"

#include <nettle/sha1.h>
#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "hive/base/file.h"

#define NAME "a work file"
#define COPY ((size_t)1 << 20)

/* As the size of a packed chunk: it is copied from the old resource. */
#define TAKEN UINT32_MAX

/* The state of the packing. */
struct work {
	struct spp_wim_codec codec;
	const struct spp_wim *wim;
	const struct spp_source *source;
	const struct spp_wim_edited *edited;
	struct spp_wim_chunks old; /* of the resource that was edited */
	struct spp_wim_piece *piece;
	struct sha1_ctx sha1;
	struct spp_wim_bytes in, out, packed; /* of a batch */
	uint8_t *table;
	unsigned int width; /* bytes of an offset in the table */
	uint64_t begin;	    /* where the chunks begin, after the table */
	uint64_t at;	    /* written so far, from begin */
	uint64_t chunks;
};

static void release(struct work *w)
{
	spp_wim_bytes_release(&w->in);
	spp_wim_bytes_release(&w->out);
	spp_wim_bytes_release(&w->packed);
	spp_wim_chunks_release(&w->old);
	free(w->table);
}

/* Handles n bytes of the source, which are in w->in. */
typedef enum spp_status put_batch(struct work *w, uint64_t off, size_t n,
				  struct spp_error *err);

/* Reads the source once, batch by batch, and hashes it. */
static enum spp_status each_batch(struct work *w, put_batch *put,
				  struct spp_error *err)
{
	uint64_t size = w->piece->resource.size, off;
	enum spp_status st = SPP_OK;
	size_t n;

	sha1_init(&w->sha1);
	for (off = 0; !st && off < size; off += n) {
		n = size - off < w->in.size ? (size_t)(size - off) : w->in.size;
		st = w->source->read(w->source->ctx, off, w->in.data, n, err);
		if (st)
			break;
		sha1_update(&w->sha1, n, w->in.data);
		st = put(w, off, n, err);
	}
	return st;
}

static enum spp_status put_plain(struct work *w, uint64_t off, size_t n,
				 struct spp_error *err)
{
	return spp_write_at(w->piece->file.fd, off, w->in.data, n, NAME, err);
}

static enum spp_status store(struct work *w, struct spp_error *err)
{
	struct spp_wim_resource *r = &w->piece->resource;

	r->stored = r->size;
	r->flags = 0;
	return each_batch(w, put_plain, err);
}

/* Whether the old resource has the same n bytes from this chunk on. */
static bool is_taken(const struct work *w, uint64_t chunk, size_t n)
{
	uint64_t off = chunk * w->codec.chunk, dirty = off;
	size_t run;

	if (chunk >= w->old.count || w->old.chunk[chunk].out_size != n)
		return false;
	run = spp_pages_dirty(w->edited->pages, &dirty);
	return !run || dirty >= off + n;
}

/* Packs the chunks of a batch that changed; chunk `first` is its first. */
static enum spp_status pack_batch(struct work *w, uint64_t first, size_t n,
				  struct spp_error *err)
{
	uint32_t *packed = (uint32_t *)(void *)w->packed.data;
	size_t chunk = w->codec.chunk, off, run = 0, size;
	enum spp_status st = SPP_OK;

	for (off = 0; !st && off < n; off += size) {
		size = n - off < chunk ? n - off : chunk;
		if (!is_taken(w, first + off / chunk, size)) {
			run += size;
			continue;
		}
		packed[off / chunk] = TAKEN;
		if (run)
			st = spp_wim_pack(&w->codec, w->in.data + off - run,
					  run, w->out.data + off - run,
					  packed + (off - run) / chunk, err);
		run = 0;
	}
	if (!st && run)
		st = spp_wim_pack(&w->codec, w->in.data + n - run, run,
				  w->out.data + n - run,
				  packed + (n - run) / chunk, err);
	return st;
}

/* Moves one chunk to `to`, packed or unpacked, and returns its size. */
static enum spp_status put_chunk(struct work *w, uint64_t chunk,
				 uint32_t packed, size_t off, size_t n,
				 uint8_t *to, size_t *size,
				 struct spp_error *err)
{
	const struct spp_wim_chunk *old;

	if (packed == TAKEN) {
		old = &w->old.chunk[chunk];
		*size = old->in_size;
		return spp_read_at(w->wim->fd, w->old.data + old->in, to, *size,
				   w->wim->label, err);
	}
	*size = packed ? packed : n;
	memmove(to, packed ? w->out.data + off : w->in.data + off, *size);
	return SPP_OK;
}

/*
 * Appends the chunks of a batch, and enters their offsets in the table.  They
 * are moved together first, so that one write suffices.  No chunk gets longer
 * by packing, so none is moved over the next.
 */
static enum spp_status write_batch(struct work *w, uint64_t first, size_t n,
				   struct spp_error *err)
{
	const uint32_t *packed = (const uint32_t *)(void *)w->packed.data;
	size_t off, all = 0, size, put, i = 0;
	enum spp_status st;
	uint64_t chunk;

	for (off = 0; off < n; off += w->codec.chunk, i++) {
		size = n - off < w->codec.chunk ? n - off : w->codec.chunk;
		chunk = first + i;
		if (chunk && w->width == 4)
			spp_put32(w->table + (chunk - 1) * 4,
				  (uint32_t)(w->at + all));
		else if (chunk)
			spp_put64(w->table + (chunk - 1) * 8, w->at + all);
		st = put_chunk(w, chunk, packed[i], off, size,
			       w->out.data + all, &put, err);
		if (st)
			return st;
		all += put;
	}
	w->at += all;
	return spp_write_at(w->piece->file.fd, w->begin + w->at - all,
			    w->out.data, all, NAME, err);
}

static enum spp_status put_packed(struct work *w, uint64_t off, size_t n,
				  struct spp_error *err)
{
	enum spp_status st = pack_batch(w, off / w->codec.chunk, n, err);

	return st ? st : write_batch(w, off / w->codec.chunk, n, err);
}

static enum spp_status pack(struct work *w, struct spp_error *err)
{
	struct spp_wim_resource *r = &w->piece->resource;
	enum spp_status st = each_batch(w, put_packed, err);

	if (!st)
		st = spp_write_at(w->piece->file.fd, 0, w->table,
				  (size_t)w->begin, NAME, err);
	r->stored = w->begin + w->at;
	r->flags = SPP_RESOURCE_PACKED;
	return st;
}

static enum spp_status allocate(struct work *w, struct spp_error *err)
{
	const struct spp_wim_resource *r = &w->piece->resource;
	size_t batch = w->codec.method ? spp_wim_pack_batch(&w->codec) : COPY;
	enum spp_status st = spp_wim_bytes_map(&w->in, batch, err);

	if (st || !w->codec.method)
		return st;
	w->width = r->size <= UINT32_MAX ? 4 : 8;
	w->chunks = (r->size + w->codec.chunk - 1) / w->codec.chunk;
	w->begin = (w->chunks ? w->chunks - 1 : 0) * w->width;
	w->table = malloc((size_t)w->begin + 1);
	if (!w->table)
		return spp_nomem(err);
	st = spp_wim_bytes_map(&w->out, batch, err);
	return st ? st
		  : spp_wim_bytes_map(&w->packed,
				      (batch / w->codec.chunk + 1) *
					      sizeof(uint32_t),
				      err);
}

enum spp_status spp_wim_piece_make(const struct spp_wim *wim,
				   const struct spp_source *source,
				   const struct spp_wim_edited *edited,
				   int dirfd, struct spp_wim_piece *piece,
				   struct spp_error *err)
{
	struct work CLEANUP(release) w = {
		.wim = wim, .source = source, .edited = edited, .piece = piece
	};
	enum spp_status st;

	w.codec = (struct spp_wim_codec){ wim->method, wim->chunk, wim->label };
	spp_wim_piece_release(piece);
	piece->resource.size = source->size;
	st = spp_tmpfile_open(&piece->file, dirfd, err);
	if (!st)
		st = allocate(&w, err);
	if (!st && edited)
		st = spp_wim_find_chunks(wim, edited->old, &w.old, err);
	if (!st && wim->method)
		st = pack(&w, err);
	if (!st && (!wim->method || piece->resource.stored >= source->size))
		st = store(&w, err);
	if (!st)
		sha1_digest(&w.sha1, SPP_WIM_HASH, piece->sha1);
	return st;
}

void spp_wim_piece_release(struct spp_wim_piece *piece)
{
	if (!piece)
		return;
	spp_tmpfile_close(&piece->file);
	*piece = (struct spp_wim_piece)SPP_WIM_PIECE_INIT;
}

enum spp_status spp_wim_piece_unpack(const struct spp_wim *wim,
				     const struct spp_wim_piece *piece, int fd,
				     struct spp_error *err)
{
	const struct spp_wim_place place = spp_wim_whole(&piece->resource);
	struct spp_wim file = *wim;

	file.fd = piece->file.fd;
	file.file_size = piece->resource.stored;
	return spp_wim_unpack_file(&file, &place, piece->sha1, "the new hive",
				   fd, err);
}

enum spp_status spp_wim_piece_write(const struct spp_wim_piece *piece, int fd,
				    uint64_t off, const char *label,
				    struct spp_error *err)
{
	return spp_copy_bytes(piece->file.fd, 0, fd, off,
			      piece->resource.stored, label, err);
}
