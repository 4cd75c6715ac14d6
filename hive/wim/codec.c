/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/wim/codec.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <wimlib.h>

#include "hive/sandbox/process.h"

#define CHILDREN_MAX 8
/* Bytes for one child; takes far less than its time limit. */
#define SHARE ((size_t)8 << 20)
/* The most memory that a child gets to pack a large chunk. */
#define ROOM_MAX ((uint64_t)1 << 30)
#define WHO	 "libwim"

_Static_assert(SPP_WIM_XPRESS == (int)WIMLIB_COMPRESSION_TYPE_XPRESS &&
		       SPP_WIM_LZX == (int)WIMLIB_COMPRESSION_TYPE_LZX &&
		       SPP_WIM_LZMS == (int)WIMLIB_COMPRESSION_TYPE_LZMS,
	       "the numbers of the format and of libwim are the same");

const char *spp_wim_method_word(enum spp_wim_method method)
{
	static const char *const words[SPP_WIM_METHODS] = {
		[SPP_WIM_NONE] = "none",
		[SPP_WIM_XPRESS] = "XPRESS",
		[SPP_WIM_LZX] = "LZX",
		[SPP_WIM_LZMS] = "LZMS",
	};

	return words[method];
}

const char *spp_wim_library(void)
{
	static char text[32];
	uint32_t v = wimlib_get_version();

	snprintf(text, sizeof(text), "libwim %u.%u.%u", v >> 20,
		 v >> 10 & 0x3ff, v & 0x3ff);
	return text;
}

enum spp_status spp_wim_bytes_map(struct spp_wim_bytes *bytes, size_t n,
				  struct spp_error *err)
{
	size_t mapped = n ? n : 1;
	void *p = mmap(NULL, mapped, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return spp_nomem(err);
	*bytes = (struct spp_wim_bytes){ p, n, mapped };
	return SPP_OK;
}

void spp_wim_bytes_release(struct spp_wim_bytes *bytes)
{
	if (!bytes || !bytes->data)
		return;
	munmap(bytes->data, bytes->mapped);
	*bytes = (struct spp_wim_bytes)SPP_WIM_BYTES_INIT;
}

struct unpacking {
	const struct spp_wim_codec *codec;
	const uint8_t *in;
	const struct spp_wim_chunk *chunk;
	size_t count;
	uint8_t *out;
};

/* In a child: unpacks its share. */
static enum spp_status unpack(void *ctx, struct spp_error *err)
{
	const struct unpacking *u = ctx;
	struct wimlib_decompressor *d = NULL;
	const struct spp_wim_chunk *c;
	int code = 0;
	size_t i;

	for (i = 0; i < u->count; i++) {
		c = &u->chunk[i];
		if (c->in_size == c->out_size) {
			memcpy(u->out + c->out, u->in + c->in, c->out_size);
			continue;
		}
		if (!d)
			code = wimlib_create_decompressor(
				(enum wimlib_compression_type)u->codec->method,
				u->codec->chunk, &d);
		if (code == WIMLIB_ERR_NOMEM)
			return spp_nomem(err);
		if (code)
			return spp_fail(err, SPP_CORRUPT,
					"'%s' is damaged: it has %s chunks of "
					"%u bytes",
					u->codec->label,
					spp_wim_method_word(u->codec->method),
					u->codec->chunk);
		if (wimlib_decompress(u->in + c->in, c->in_size,
				      u->out + c->out, c->out_size, d))
			return spp_fail(err, SPP_CORRUPT,
					"'%s' is damaged: a chunk does not "
					"unpack",
					u->codec->label);
	}
	return SPP_OK; /* the child's exit frees its memory */
}

enum spp_status spp_wim_unpack(const struct spp_wim_codec *codec,
			       const uint8_t *in,
			       const struct spp_wim_chunk *chunk, size_t count,
			       uint8_t *out, struct spp_error *err)
{
	struct spp_process CLEANUP(spp_process_abandon) child =
		SPP_PROCESS_INIT;
	const struct spp_process_room room = { .keep = -1 };
	struct unpacking job = { codec, in, chunk, count, out };
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st;

	st = spp_process_start(&child, unpack, &job, &room, err);
	if (st)
		return st;
	st = spp_process_wait(&child, WHO, &why);
	if (st && why.text[0] != '\'')
		return spp_fail_from(err, st, &why,
				     "'%s' cannot be unpacked: %s",
				     codec->label, why.text);
	return st ? spp_fail_from(err, st, &why, "%s", why.text) : SPP_OK;
}

struct packing {
	const struct spp_wim_codec *codec;
	const uint8_t *in;
	size_t n;
	uint8_t *out;
	uint32_t *packed;
};

/*
 * The longest run of bytes that is packed at once.  Only in LZMS the result
 * does not depend on it, and there it is worth the memory: a chunk may have
 * 1 GiB, and a hive seldom fills it.
 */
static size_t longest(const struct spp_wim_codec *codec, size_t n)
{
	return codec->method == SPP_WIM_LZMS && n < codec->chunk ? n
								 : codec->chunk;
}

/* In a child: packs its share. */
static enum spp_status pack(void *ctx, struct spp_error *err)
{
	const struct packing *p = ctx;
	struct wimlib_compressor *c;
	uint32_t chunk = p->codec->chunk;
	size_t off, n;
	int code;

	code = wimlib_create_compressor(
		(enum wimlib_compression_type)p->codec->method,
		longest(p->codec, p->n), 0, &c);
	if (code == WIMLIB_ERR_NOMEM)
		return spp_nomem(err);
	if (code)
		return spp_fail(err, SPP_UNSUPPORTED,
				"cannot pack '%s' in %s chunks of %u bytes",
				p->codec->label,
				spp_wim_method_word(p->codec->method), chunk);
	for (off = 0; off < p->n; off += n) {
		n = p->n - off < chunk ? p->n - off : chunk;
		p->packed[off / chunk] = (uint32_t)wimlib_compress(
			p->in + off, n, p->out + off, n - 1, c);
	}
	return SPP_OK;
}

static size_t processors(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > CHILDREN_MAX ? CHILDREN_MAX : (size_t)n;
}

/* The bytes of one child: whole chunks, at least one. */
static size_t share(const struct spp_wim_codec *codec)
{
	return codec->chunk < SHARE ? SHARE - SHARE % codec->chunk
				    : codec->chunk;
}

/* One child alone packs large chunks: each takes ten times its size. */
size_t spp_wim_pack_batch(const struct spp_wim_codec *codec)
{
	return share(codec) * (codec->chunk > SHARE ? 1 : processors());
}

/* The memory that a child needs for its n bytes, as libwim tells. */
static size_t room_for(const struct spp_wim_codec *codec, size_t n)
{
	uint64_t room = wimlib_get_compressor_needed_memory(
		(enum wimlib_compression_type)codec->method, longest(codec, n),
		0);

	return (size_t)(room < ROOM_MAX ? room : ROOM_MAX);
}

enum spp_status spp_wim_packed_check(const struct spp_wim_codec *codec,
				     size_t n, const uint32_t *packed,
				     struct spp_error *err)
{
	size_t off, size;

	for (off = 0; off < n; off += size, packed++) {
		size = n - off < codec->chunk ? n - off : codec->chunk;
		if (*packed >= size)
			return spp_fail(err, SPP_CORRUPT,
					"'%s' cannot be packed: " WHO
					" made %u bytes of %zu",
					codec->label, *packed, size);
	}
	return SPP_OK;
}

enum spp_status spp_wim_pack(const struct spp_wim_codec *codec,
			     const uint8_t *in, size_t n, uint8_t *out,
			     uint32_t *packed, struct spp_error *err)
{
	struct spp_process_room room = { .keep = -1 };
	struct spp_process child[CHILDREN_MAX];
	enum spp_status st = SPP_OK, now;
	size_t off, i, count = 0;
	struct packing job;

	for (off = 0; !st && off < n && count < CHILDREN_MAX;
	     off += share(codec)) {
		job = (struct packing){ codec, in + off,
					n - off < share(codec) ? n - off
							       : share(codec),
					out + off,
					packed + off / codec->chunk };
		room.memory = room_for(codec, job.n);
		child[count] = (struct spp_process)SPP_PROCESS_INIT;
		st = spp_process_start(&child[count], pack, &job, &room, err);
		count += !st;
	}
	for (i = 0; i < count; i++) {
		now = spp_process_wait(&child[i], WHO, st ? NULL : err);
		st = st ? st : now;
	}
	if (!st && off < n)
		return spp_fail(err, SPP_BUG, "more than a batch");
	return st ? st : spp_wim_packed_check(codec, n, packed, err);
}
