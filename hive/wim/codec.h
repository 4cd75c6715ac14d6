/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Packing and unpacking the chunks of a WIM's resources, by libwim, in
 * children that can do nothing else: what they unpack is untrusted.
 *
 *	struct spp_wim_bytes bytes = SPP_WIM_BYTES_INIT;
 *
 *	spp_wim_bytes_map(&bytes, n, err);
 *	spp_wim_unpack(&codec, in, chunks, count, bytes.data, err);
 *	spp_wim_bytes_release(&bytes);
 *
 * What a child that was taken over writes is no worse than what the WIM could
 * have said itself: its bytes are hashed by whoever asked for them, and the
 * sizes that it tells are checked here.
 */
#ifndef HIVE_WIM_CODEC_H
#define HIVE_WIM_CODEC_H

#include <stdint.h>

#include "hive/base/error.h"

/* As WIMs and libwim number them. */
enum spp_wim_method {
	SPP_WIM_NONE,
	SPP_WIM_XPRESS,
	SPP_WIM_LZX,
	SPP_WIM_LZMS,
};
#define SPP_WIM_METHODS (SPP_WIM_LZMS + 1)

/* "none", "XPRESS", "LZX", "LZMS" */
const char *spp_wim_method_word(enum spp_wim_method method);

/* "libwim 1.13.6" */
const char *spp_wim_library(void);

/* Memory that children write to. */
struct spp_wim_bytes {
	uint8_t *data;
	size_t size;
	size_t mapped; /* may be more */
};

#define SPP_WIM_BYTES_INIT \
	{                  \
		NULL, 0, 0 \
	}

enum spp_status spp_wim_bytes_map(struct spp_wim_bytes *bytes, size_t n,
				  struct spp_error *err);
void spp_wim_bytes_release(struct spp_wim_bytes *bytes);

struct spp_wim_codec {
	enum spp_wim_method method;
	uint32_t chunk;	   /* bytes, unpacked */
	const char *label; /* for messages */
};

/* One chunk: as many bytes in as out is one that is stored. */
struct spp_wim_chunk {
	uint64_t in, out; /* offsets */
	uint32_t in_size, out_size;
};

/* The chunks must lie within in and out, which the caller has checked. */
enum spp_status spp_wim_unpack(const struct spp_wim_codec *codec,
			       const uint8_t *in,
			       const struct spp_wim_chunk *chunk, size_t count,
			       uint8_t *out, struct spp_error *err);

/* How many bytes spp_wim_pack() takes at best: several processors' work. */
size_t spp_wim_pack_batch(const struct spp_wim_codec *codec);

/*
 * Packs n bytes, chunk for chunk: the one that begins at in + off is put at
 * out + off; packed[i] is its size, or 0 where it is to be stored.  in, out
 * and packed must be mapped by spp_wim_bytes_map().
 */
enum spp_status spp_wim_pack(const struct spp_wim_codec *codec,
			     const uint8_t *in, size_t n, uint8_t *out,
			     uint32_t *packed, struct spp_error *err);

/* Whether a child's sizes can be those of n bytes; spp_wim_pack() asks. */
enum spp_status spp_wim_packed_check(const struct spp_wim_codec *codec,
				     size_t n, const uint32_t *packed,
				     struct spp_error *err);

#endif
