/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/log/marvin.h"

#include "hive/base/bytes.h"

struct state {
	uint32_t lo, hi;
};

static uint32_t rotl(uint32_t v, int by)
{
	return v << by | v >> (32 - by);
}

static void mix(struct state *s, uint32_t word)
{
	s->lo += word;
	s->hi ^= s->lo;
	s->lo = rotl(s->lo, 20) + s->hi;
	s->hi = rotl(s->hi, 9) ^ s->lo;
	s->lo = rotl(s->lo, 27) + s->hi;
	s->hi = rotl(s->hi, 19);
}

uint64_t spp_marvin(const uint8_t *data, size_t n)
{
	struct state s = { 0x7a4e55c5u, 0x82ef4d88u }; /* the seed */
	uint32_t tail = 0x80; /* marks the end of the data */
	size_t left;

	for (; n >= 4; data += 4, n -= 4)
		mix(&s, spp_get32(data));
	for (left = n; left; left--)
		tail = tail << 8 | data[left - 1];
	mix(&s, tail);
	mix(&s, 0);
	return (uint64_t)s.hi << 32 | s.lo;
}
