/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Little-endian loads and stores at any alignment, and the subtraction-first
 * range check that every reader of foreign bytes uses.
 */
#ifndef HIVE_BYTES_H
#define HIVE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether n bytes at off lie within size bytes; never overflows. */
static inline bool spp_within(uint64_t off, uint64_t n, uint64_t size)
{
	return off <= size && n <= size - off;
}

static inline uint16_t spp_get16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t spp_get32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

static inline uint64_t spp_get64(const uint8_t *p)
{
	return (uint64_t)spp_get32(p) | (uint64_t)spp_get32(p + 4) << 32;
}

/* Big-endian loads, for disk formats and NBD. */
static inline uint32_t spp_get32be(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

static inline uint64_t spp_get64be(const uint8_t *p)
{
	return (uint64_t)spp_get32be(p) << 32 | spp_get32be(p + 4);
}

static inline void spp_put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v & 0xff);
	p[1] = (uint8_t)(v >> 8);
}

static inline void spp_put32(uint8_t *p, uint32_t v)
{
	spp_put16(p, (uint16_t)(v & 0xffff));
	spp_put16(p + 2, (uint16_t)(v >> 16));
}

static inline void spp_put64(uint8_t *p, uint64_t v)
{
	spp_put32(p, (uint32_t)(v & 0xffffffff));
	spp_put32(p + 4, (uint32_t)(v >> 32));
}

#endif
