/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A source of bytes in memory, for fuzz targets. */
#ifndef FUZZ_MEMORY_H
#define FUZZ_MEMORY_H

#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "hive/regf/pages.h"

struct memory {
	const uint8_t *data;
	size_t size;
};

static inline enum spp_status memory_read(void *ctx, uint64_t off, void *buf,
					  size_t n, struct spp_error *err)
{
	const struct memory *m = ctx;

	if (!spp_within(off, n, m->size))
		return spp_fail(err, SPP_IO, "read past the end");
	memcpy(buf, m->data + off, n);
	return SPP_OK;
}

static inline struct spp_source memory_source(struct memory *m)
{
	return (struct spp_source){ memory_read, m, m->size };
}

/* A copy, to be freed; readers may count on a NUL behind the bytes. */
static inline void *memory_text(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size + 1);

	if (!copy)
		abort();
	memcpy(copy, data, size);
	copy[size] = '\0';
	return copy;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
