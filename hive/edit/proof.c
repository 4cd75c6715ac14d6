/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/edit/proof.h"

#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>

#include "hive/base/file.h"

#define CHUNK \
	((size_t)256 << 10) /* all buffers fit into the processor's cache */
#define HASHED \
	((size_t)1 << 20) /* hashed at once; a read from a disk image is slow */

static enum spp_status may_differ(const struct spp_ranges *ledger, uint64_t off,
				  struct spp_error *err)
{
	if (spp_ranges_has(ledger, off))
		return SPP_OK;
	return spp_fail(err, SPP_BUG,
			"proof failed: byte 0x%llx differs and no edit owns "
			"it; nothing was replaced",
			(unsigned long long)off);
}

/* A walk over the three sides; each buffer has CHUNK bytes. */
struct walk {
	const struct spp_proof_sides *sides;
	uint8_t *old_bytes, *new_bytes;
};

static void walk_release(struct walk *w)
{
	free(w->old_bytes);
	free(w->new_bytes);
}

static enum spp_status walk_open(struct walk *w,
				 const struct spp_proof_sides *sides,
				 struct spp_error *err)
{
	*w = (struct walk){ sides, malloc(CHUNK), malloc(CHUNK) };
	return w->old_bytes && w->new_bytes ? SPP_OK : spp_nomem(err);
}

/* Checks that n bytes at off, at most CHUNK, were written as meant. */
static enum spp_status same_as_meant(const struct walk *w, uint64_t off,
				     size_t n, struct spp_error *err)
{
	const struct spp_source *after = w->sides->after;
	enum spp_status st;

	st = after->read(after->ctx, off, w->new_bytes, n, err);
	if (!st)
		st = spp_pages_read(w->sides->meant, off, w->old_bytes, n, err);
	if (st)
		return st;
	if (memcmp(w->old_bytes, w->new_bytes, n))
		return spp_fail(err, SPP_BUG,
				"proof failed: the bytes written at 0x%llx "
				"read back differently; nothing was replaced",
				(unsigned long long)off);
	return SPP_OK;
}

/*
 * Checks that each change in n bytes at off, at most CHUNK and already read
 * into new_bytes, is in the ledger.
 */
static enum spp_status in_ledger(const struct walk *w, uint64_t off, size_t n,
				 const struct spp_ranges *ledger,
				 struct spp_proof *proof, struct spp_error *err)
{
	uint64_t had = spp_pages_size(w->sides->before);
	size_t both = off >= had ? 0 : had - off < n ? (size_t)(had - off) : n;
	enum spp_status st = SPP_OK;
	size_t i;

	if (both)
		st = spp_pages_read(w->sides->before, off, w->old_bytes, both,
				    err);
	for (i = 0; !st && i < n; i++) {
		if (i < both && w->old_bytes[i] == w->new_bytes[i])
			continue;
		if (i < both)
			proof->bytes_changed++;
		else
			proof->bytes_grown++;
		st = may_differ(ledger, off + i, err);
	}
	return st;
}

static enum spp_status check_size(const struct spp_proof_sides *sides,
				  struct spp_error *err)
{
	if (sides->after->size < spp_pages_size(sides->before))
		return spp_fail(err, SPP_BUG,
				"proof failed: the new hive is shorter");
	if (sides->after->size != spp_pages_size(sides->meant))
		return spp_fail(
			err, SPP_BUG,
			"proof failed: the new hive has the wrong size");
	return SPP_OK;
}

static size_t chunk(uint64_t left)
{
	return left < CHUNK ? (size_t)left : CHUNK;
}

/*
 * The next bytes to prove, at or after *off, and whether an edit may have
 * changed them: all bytes if all were encoded again, else the dirty ones.
 */
static size_t next_run(const struct spp_proof_sides *sides, uint64_t *off,
		       bool *dirty)
{
	uint64_t at = *off;
	size_t n = spp_pages_dirty(sides->meant, &at);

	*dirty = n && (at == *off || !sides->encoded);
	if (!sides->encoded || *dirty)
		*off = at;
	else
		n = (size_t)((n ? at : sides->after->size) - *off);
	return n;
}

enum spp_status spp_proof_bytes(const struct spp_proof_sides *sides,
				const struct spp_ranges *ledger,
				struct spp_proof *proof, struct spp_error *err)
{
	struct walk CLEANUP(walk_release) w = { 0 };
	uint64_t off = 0, end;
	enum spp_status st;
	bool dirty;
	size_t n;

	*proof = (struct spp_proof){ 0 };
	st = check_size(sides, err);
	if (!st)
		st = walk_open(&w, sides, err);
	while (!st && (n = next_run(sides, &off, &dirty))) {
		for (end = off + n; !st && off < end; off += n) {
			n = chunk(end - off);
			st = same_as_meant(&w, off, n, err);
			if (!st && dirty)
				st = in_ledger(&w, off, n, ledger, proof, err);
		}
	}
	return st;
}

/* Counts n bytes at off, at most CHUNK, for the watch. */
static enum spp_status count_bytes(const struct walk *w,
				   const struct spp_source *was, uint64_t off,
				   size_t n, struct spp_proof *proof,
				   struct spp_error *err)
{
	const struct spp_source *after = w->sides->after;
	uint64_t had = was->size;
	size_t both = off >= had ? 0 : had - off < n ? (size_t)(had - off) : n;
	enum spp_status st = SPP_OK;
	size_t i;

	if (both)
		st = was->read(was->ctx, off, w->old_bytes, both, err);
	if (!st)
		st = after->read(after->ctx, off, w->new_bytes, n, err);
	for (i = 0; !st && i < both; i++)
		proof->bytes_changed += w->old_bytes[i] != w->new_bytes[i];
	return st;
}

enum spp_status spp_proof_recount(const struct spp_source *was,
				  const struct spp_proof_sides *sides,
				  struct spp_proof *proof,
				  struct spp_error *err)
{
	struct walk CLEANUP(walk_release) w = { 0 };
	enum spp_status st = walk_open(&w, sides, err);
	uint64_t off = 0, end;
	size_t n;

	proof->bytes_changed = 0;
	proof->bytes_grown = sides->after->size > was->size
				     ? sides->after->size - was->size
				     : 0;
	while (!st && (n = spp_pages_dirty(sides->meant, &off))) {
		for (end = off + n; !st && off < end; off += n) {
			n = chunk(end - off);
			st = count_bytes(&w, was, off, n, proof, err);
		}
	}
	return st;
}

enum spp_status spp_proof_watch(const struct spp_proof_sides *sides,
				struct spp_shared_cells *watch,
				struct spp_error *err)
{
	const struct spp_source *after = sides->after;
	uint64_t had = spp_pages_size(sides->before), off, dirty = 0;
	struct walk CLEANUP(walk_release) w = { 0 };
	enum spp_status st;
	size_t n, run = 0;

	if (!watch->count)
		return SPP_OK;
	st = walk_open(&w, sides, err);
	for (off = 0; !st && off < had; off += n) {
		if (off >= dirty + run) {
			dirty = off;
			run = spp_pages_dirty(sides->meant, &dirty);
			if (!run || dirty > had)
				dirty = had;
		}
		if (off < dirty) {
			n = chunk(dirty - off);
			st = after->read(after->ctx, off, w.old_bytes, n, err);
		} else {
			n = chunk((dirty + run < had ? dirty + run : had) -
				  off);
			st = spp_pages_read(sides->before, off, w.old_bytes, n,
					    err);
		}
		if (!st)
			spp_shared_cells_count(watch, w.old_bytes, n);
	}
	return st;
}

/* Hashes a source and copies it to fd; -1: hashes only. */
static enum spp_status digest(const struct spp_source *source, int fd,
			      const char *name, uint8_t sha256[SPP_SHA256_SIZE],
			      struct spp_error *err)
{
	uint8_t *buf = malloc(HASHED);
	enum spp_status st = SPP_OK;
	struct sha256_ctx sha;
	uint64_t off;
	size_t n;

	if (!buf)
		return spp_nomem(err);
	sha256_init(&sha);
	for (off = 0; !st && off < source->size; off += n) {
		n = source->size - off < HASHED ? (size_t)(source->size - off)
						: HASHED;
		st = source->read(source->ctx, off, buf, n, err);
		if (!st)
			sha256_update(&sha, n, buf);
		if (!st && fd >= 0)
			st = spp_write_at(fd, off, buf, n, name, err);
	}
	if (!st)
		sha256_digest(&sha, SPP_SHA256_SIZE, sha256);
	free(buf);
	return st;
}

enum spp_status spp_sha256(const struct spp_source *source,
			   uint8_t sha256[SPP_SHA256_SIZE],
			   struct spp_error *err)
{
	return digest(source, -1, NULL, sha256, err);
}

enum spp_status spp_sha256_copy(const struct spp_source *source, int fd,
				const char *name,
				uint8_t sha256[SPP_SHA256_SIZE],
				struct spp_error *err)
{
	return digest(source, fd, name, sha256, err);
}

/*
 * The slot of key with the same record as old.  Edits append and remove, so the
 * slot is at the same index or a little before; searching from there is fast
 * even for a key of many values.
 */
static enum spp_status slot_of(const struct spp_regf *hive,
			       const struct spp_key *key,
			       const struct spp_slot *old,
			       struct spp_slot *slot, struct spp_error *err)
{
	uint32_t i = old->index < key->values ? old->index + 1 : key->values;
	enum spp_status st;

	while (i--) {
		st = spp_key_slot(hive, key, i, slot, err);
		if (st || slot->offset == old->offset)
			return st;
	}
	return SPP_NOTFOUND;
}

/* What an edit cannot be compared with is damage of the hive, if it is any. */
static enum spp_status value_before(const struct spp_regf *before,
				    const struct spp_slot *old,
				    struct spp_value *was,
				    struct spp_error *err)
{
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st = spp_regf_value(before, old, was, &why);

	if (st == SPP_CORRUPT)
		return spp_fail_remedy(err, st, SPP_REMEDY_CHECK,
				       "it is damaged near the edited key (%s)",
				       why.text);
	return st ? spp_fail_from(err, st, &why, "%s", why.text) : SPP_OK;
}

static enum spp_status same_value(const struct spp_regf *before,
				  const struct spp_slot *old,
				  const struct spp_regf *after,
				  const struct spp_key *key,
				  struct spp_error *err)
{
	struct spp_value CLEANUP(spp_value_release) was = SPP_VALUE_INIT;
	struct spp_value CLEANUP(spp_value_release) is = SPP_VALUE_INIT;
	struct spp_slot slot;
	enum spp_status st = value_before(before, old, &was, err);

	if (st)
		return st;
	st = slot_of(after, key, old, &slot, NULL);
	if (!st)
		st = spp_regf_value(after, &slot, &is, NULL);
	if (st == SPP_NOMEM)
		return spp_nomem(err);
	if (st || !spp_value_equal(&was, &is))
		return spp_fail(err, SPP_BUG,
				"proof failed: the value at 0x%x beside the "
				"edited one would change; nothing was "
				"replaced",
				old->offset);
	return SPP_OK;
}

enum spp_status spp_proof_key(struct spp_regf *before, struct spp_regf *after,
			      const char *path,
			      bool (*edited)(void *ctx,
					     const struct spp_name *name),
			      void *ctx, struct spp_error *err)
{
	struct spp_key was, is;
	struct spp_slot slot;
	enum spp_status st;
	uint32_t i;

	st = spp_regf_find(after, path, &is, err);
	if (st)
		return spp_fail(err, SPP_BUG,
				"proof failed: the edited key '%s' is gone",
				path);
	st = spp_regf_find(before, path, &was, err);
	if (st)
		return st == SPP_NOTFOUND ? SPP_OK : st;
	for (i = 0; !st; i++) {
		st = spp_key_slot(before, &was, i, &slot, err);
		if (!st && !edited(ctx, &slot.name))
			st = same_value(before, &slot, after, &is, err);
	}
	return st == SPP_NOTFOUND ? SPP_OK : st;
}
