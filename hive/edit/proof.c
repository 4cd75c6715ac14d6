/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/edit/proof.h"

#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK ((size_t)256 << 10) /* both sides stay in the cache */

/* One walk over both sides. */
struct walk {
	struct spp_pages *before;
	const struct spp_source *after;
	const struct spp_ranges *ledger;
	struct spp_watch *watch;
	struct spp_proof *proof;
	uint8_t *old_bytes, *new_bytes; /* CHUNK each */
};

static enum spp_status may_differ(const struct walk *w, uint64_t off,
				  struct spp_error *err)
{
	if (spp_ranges_has(w->ledger, off))
		return SPP_OK;
	return spp_fail(err, SPP_BUG,
			"proof failed: byte 0x%llx differs and no edit owns "
			"it; nothing was replaced",
			(unsigned long long)off);
}

/* n bytes at off that both sides have. */
static enum spp_status compare(const struct walk *w, uint64_t off, size_t n,
			       struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i, page, end;

	for (page = 0; !st && page < n; page = end) {
		end = n - page < SPP_PAGE ? n : page + SPP_PAGE;
		if (!memcmp(w->old_bytes + page, w->new_bytes + page,
			    end - page))
			continue;
		for (i = page; !st && i < end; i++) {
			if (w->old_bytes[i] == w->new_bytes[i])
				continue;
			w->proof->bytes_changed++;
			st = may_differ(w, off + i, err);
		}
	}
	return st;
}

/* n bytes at off that only the new side has. */
static enum spp_status grown(const struct walk *w, uint64_t off, size_t n,
			     struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i;

	w->proof->bytes_grown += n;
	for (i = 0; !st && i < n; i++)
		st = may_differ(w, off + i, err);
	return st;
}

static enum spp_status walk(const struct walk *w, struct sha256_ctx *hash,
			    struct spp_error *err)
{
	uint64_t had = spp_pages_size(w->before), has = w->after->size, off;
	enum spp_status st = SPP_OK;
	size_t n, both;

	for (off = 0; !st && off < has; off += n) {
		n = has - off < CHUNK ? (size_t)(has - off) : CHUNK;
		both = off >= had ? 0 : had - off < n ? (size_t)(had - off) : n;
		st = w->after->read(w->after->ctx, off, w->new_bytes, n, err);
		if (!st && both)
			st = spp_pages_read(w->before, off, w->old_bytes, both,
					    err);
		if (!st)
			st = compare(w, off, both, err);
		if (!st && w->watch)
			spp_watch_count(w->watch, w->old_bytes, both);
		if (!st && both < n)
			st = grown(w, off + both, n - both, err);
		if (hash)
			sha256_update(hash, n, w->new_bytes);
	}
	return st;
}

enum spp_status spp_proof_bytes(struct spp_pages *before,
				const struct spp_source *after,
				const struct spp_ranges *ledger,
				struct spp_watch *watch, bool hash,
				struct spp_proof *proof, struct spp_error *err)
{
	struct walk w = { before, after, ledger, watch, proof, NULL, NULL };
	struct sha256_ctx sha;
	enum spp_status st;

	*proof = (struct spp_proof){ 0 };
	if (after->size < spp_pages_size(before))
		return spp_fail(err, SPP_BUG,
				"proof failed: the new hive is shorter");
	w.old_bytes = malloc(CHUNK);
	w.new_bytes = malloc(CHUNK);
	sha256_init(&sha);
	st = w.old_bytes && w.new_bytes ? walk(&w, hash ? &sha : NULL, err)
					: spp_nomem(err);
	if (!st && hash)
		sha256_digest(&sha, SPP_SHA256_SIZE, proof->sha256);
	free(w.old_bytes);
	free(w.new_bytes);
	return st;
}

enum spp_status spp_sha256(const struct spp_source *source,
			   uint8_t sha256[SPP_SHA256_SIZE],
			   struct spp_error *err)
{
	uint8_t *buf = malloc(CHUNK);
	enum spp_status st = SPP_OK;
	struct sha256_ctx sha;
	uint64_t off;
	size_t n;

	if (!buf)
		return spp_nomem(err);
	sha256_init(&sha);
	for (off = 0; !st && off < source->size; off += n) {
		n = source->size - off < CHUNK ? (size_t)(source->size - off)
					       : CHUNK;
		st = source->read(source->ctx, off, buf, n, err);
		if (!st)
			sha256_update(&sha, n, buf);
	}
	if (!st)
		sha256_digest(&sha, SPP_SHA256_SIZE, sha256);
	free(buf);
	return st;
}

/*
 * The slot of key that has the record of old.  Edits append and take out, so
 * it is where it was or a little before: keys may have many values.
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

static enum spp_status same_value(const struct spp_regf *before,
				  const struct spp_slot *old,
				  const struct spp_regf *after,
				  const struct spp_key *key,
				  struct spp_error *err)
{
	struct spp_value CLEANUP(spp_value_release) was = SPP_VALUE_INIT;
	struct spp_value CLEANUP(spp_value_release) is = SPP_VALUE_INIT;
	struct spp_slot slot;
	enum spp_status st;

	st = slot_of(after, key, old, &slot, err);
	if (!st)
		st = spp_regf_value(before, old, &was, err);
	if (!st)
		st = spp_regf_value(after, &slot, &is, err);
	if (!st && !spp_value_equal(&was, &is))
		st = SPP_BUG;
	if (st)
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
