/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes are a vhdx image in pieces; its header is read and judged.  Both
 * headers get their checksum, unless the size of the file is odd.
 */
#include <stddef.h>
#include <stdint.h>

static void mend(int fd, size_t n);

#define KIND SPP_TARGET_VHDX
#define MEND mend
#include "tests/fuzz/container.h"

#define HEADER 4096
#define FIRST  65536

static void mend(int fd, size_t n)
{
	uint8_t head[HEADER];
	uint32_t crc;
	size_t i;
	off_t off;
	int bit;

	for (off = FIRST; n % 2 == 0 && off <= 2 * FIRST; off += FIRST) {
		if (pread(fd, head, HEADER, off) != HEADER ||
		    memcmp(head, "head", 4) != 0)
			continue;
		spp_put32(head + 4, 0);
		for (crc = ~0u, i = 0; i < HEADER; i++)
			for (crc ^= head[i], bit = 0; bit < 8; bit++)
				crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0);
		spp_put32(head + 4, ~crc);
		if (pwrite(fd, head, HEADER, off) != HEADER)
			abort();
	}
}
