/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Packs and unpacks the chunks of a WIM's resources with libwim, in confined
 * children, because the packed bytes are untrusted.
 *
 *	struct spp_wim_bytes bytes = SPP_WIM_BYTES_INIT;
 *
 *	spp_wim_bytes_map(&bytes, n, err);
 *	spp_wim_unpack(&codec, in, chunks, count, bytes.data, err);
 *	spp_wim_bytes_release(&bytes);
 *
 * A child that was taken over can do no more harm than the WIM itself could:
 * the caller checks the hash of its bytes, and the sizes that it reports are
 * checked here.
 */
#ifndef HIVE_WIM_CODEC_H
#define HIVE_WIM_CODEC_H

#include <stdint.h>

#include "hive/base/error.h"

/* The numbers are those of WIMs and of libwim. */
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

/* Memory shared with children, who write to it. */
struct spp_wim_bytes {
	uint8_t *data;
	size_t size;
	size_t mapped; /* at least the size */
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

/* One chunk; it is stored unpacked if it has as many bytes in as out. */
struct spp_wim_chunk {
	uint64_t in, out; /* offsets */
	uint32_t in_size, out_size;
};

/* The caller has checked that the chunks are inside in and out. */
enum spp_status spp_wim_unpack(const struct spp_wim_codec *codec,
			       const uint8_t *in,
			       const struct spp_wim_chunk *chunk, size_t count,
			       uint8_t *out, struct spp_error *err);

/* The best number of bytes for spp_wim_pack(): work for several processors. */
size_t spp_wim_pack_batch(const struct spp_wim_codec *codec);

/*
 * Packs n bytes, chunk by chunk: the chunk at in + off goes to out + off;
 * packed[i] is its size, or 0 if it is to be stored unpacked.  in, out and
 * packed must come from spp_wim_bytes_map().
 */
enum spp_status spp_wim_pack(const struct spp_wim_codec *codec,
			     const uint8_t *in, size_t n, uint8_t *out,
			     uint32_t *packed, struct spp_error *err);

/*
 * Whether a child's sizes are possible for n bytes; called by spp_wim_pack().
 */
enum spp_status spp_wim_packed_check(const struct spp_wim_codec *codec,
				     size_t n, const uint32_t *packed,
				     struct spp_error *err);

#endif
