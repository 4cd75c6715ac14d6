/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/wim/integrity.h"

#include <nettle/sha1.h>
#include <stdlib.h>

#include "hive/base/bytes.h"
#include "hive/base/file.h"

#define HEAD   12
#define USUAL  10485760u
#define LEAST  4096u
#define MOST   134217728u
#define BUFFER ((size_t)1 << 18)

static enum spp_status hash_chunk(int fd, uint64_t off, uint64_t n,
				  const char *label, struct spp_buf *table,
				  struct spp_error *err)
{
	uint8_t sha1[SHA1_DIGEST_SIZE];
	uint8_t *buf = malloc(BUFFER);
	enum spp_status st = buf ? SPP_OK : spp_nomem(err);
	struct sha1_ctx ctx;
	size_t now;

	sha1_init(&ctx);
	for (; !st && n; off += now, n -= now) {
		now = n < BUFFER ? (size_t)n : BUFFER;
		st = spp_read_at(fd, off, buf, now, label, err);
		if (!st)
			sha1_update(&ctx, now, buf);
	}
	free(buf);
	sha1_digest(&ctx, sizeof(sha1), sha1);
	return st ? st : spp_buf_append(table, sha1, sizeof(sha1), err);
}

enum spp_status spp_wim_integrity_read(struct spp_wim_integrity *integrity,
				       struct spp_error *err)
{
	const struct spp_wim *wim = integrity->wim;
	struct spp_wim_place place = spp_wim_whole(&wim->integrity);

	if (!wim->integrity.stored || place.size > SPP_WIM_XML_MAX)
		return SPP_OK;
	return spp_wim_read(wim, &place, 0, place.size, &integrity->old, err);
}

/* The number of old hashes that remain valid; 0 if the table is invalid. */
static size_t usable(const struct spp_wim_integrity *integrity, uint32_t *chunk)
{
	const struct spp_wim_resource *table = &integrity->wim->table;
	uint64_t covered = table->off + table->stored - SPP_WIM_HEAD;
	const struct spp_wim_bytes *old = &integrity->old;
	uint32_t count;

	*chunk = USUAL;
	if (old->size < HEAD)
		return 0;
	count = spp_get32(old->data + 4);
	if (spp_get32(old->data + 8) < LEAST ||
	    spp_get32(old->data + 8) > MOST ||
	    count != (old->size - HEAD) / SHA1_DIGEST_SIZE)
		return 0;
	*chunk = spp_get32(old->data + 8);
	if (!integrity->keep)
		return 0;
	/* The last chunk may have been shorter than it is now. */
	return covered / *chunk < count ? (size_t)(covered / *chunk) : count;
}

enum spp_status spp_wim_integrity_make(
	const struct spp_wim_integrity *integrity, int fd, uint64_t covered,
	struct spp_buf *table, struct spp_error *err)
{
	const struct spp_wim_bytes *old = &integrity->old;
	enum spp_status st;
	uint64_t off, n;
	uint32_t chunk, count;
	size_t kept = usable(integrity, &chunk);

	covered -= SPP_WIM_HEAD;
	count = (uint32_t)((covered + chunk - 1) / chunk);
	st = spp_buf_u32(table, HEAD + count * SHA1_DIGEST_SIZE, err);
	if (!st)
		st = spp_buf_u32(table, count, err);
	if (!st)
		st = spp_buf_u32(table, chunk, err);
	if (!st && kept)
		st = spp_buf_append(table, old->data + HEAD,
				    kept * SHA1_DIGEST_SIZE, err);
	for (off = (uint64_t)kept * chunk; !st && off < covered; off += n) {
		n = covered - off < chunk ? covered - off : chunk;
		st = hash_chunk(fd, SPP_WIM_HEAD + off, n,
				integrity->wim->label, table, err);
	}
	return st;
}
