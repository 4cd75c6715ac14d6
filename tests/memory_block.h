/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A disk in memory, for tests: counts what is written and fails when told.
 *
 *	struct memory_block m;
 *
 *	memory_block_init(&m, size);
 *	... &m.base ...
 *	memory_block_free(&m);
 */
#ifndef TESTS_MEMORY_BLOCK_H
#define TESTS_MEMORY_BLOCK_H

#include <stdlib.h>
#include <string.h>

#include "hive/place/block.h"

struct memory_block {
	struct spp_block base;
	uint8_t *data;
	int writes, flushes;
	int fail_at; /* number of the write that fails, from 1; 0: none */
};

static enum spp_status memory_read(struct spp_block *block, uint64_t off,
				   void *buf, size_t n, struct spp_error *err)
{
	(void)err;
	memcpy(buf, ((struct memory_block *)block)->data + off, n);
	return SPP_OK;
}

static enum spp_status memory_write(struct spp_block *block, uint64_t off,
				    const void *buf, size_t n,
				    struct spp_error *err)
{
	struct memory_block *m = (struct memory_block *)block;

	if (++m->writes == m->fail_at)
		return spp_fail(err, SPP_IO, "no space left");
	memcpy(m->data + off, buf, n);
	return SPP_OK;
}

static enum spp_status memory_flush(struct spp_block *block,
				    struct spp_error *err)
{
	(void)err;
	((struct memory_block *)block)->flushes++;
	return SPP_OK;
}

static const struct spp_block_ops memory_ops = { memory_read, memory_write,
						 memory_flush, NULL };

static inline void memory_block_init(struct memory_block *m, size_t size)
{
	*m = (struct memory_block){ .base = { .ops = &memory_ops,
					      .label = "disk",
					      .size = size,
					      .write = true } };
	m->data = calloc(1, size ? size : 1);
	if (!m->data)
		abort();
}

static inline void memory_block_free(struct memory_block *m)
{
	free(m->data);
}

#endif
