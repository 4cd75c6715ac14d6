/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes are a vhd image in pieces; its header is read and judged.  Both
 * copies of the footer get their checksum, unless the size of the file is odd.
 */
#include <stddef.h>

static void mend(int fd, size_t n);

#define KIND SPP_TARGET_VHD
#define MEND mend
#include "tests/fuzz/container.h"

#define FOOTER 512

static void mend_at(int fd, off_t off)
{
	uint8_t foot[FOOTER];
	uint32_t sum = 0;
	size_t i;

	if (pread(fd, foot, FOOTER, off) != FOOTER ||
	    memcmp(foot, "conectix", 8) != 0)
		return;
	for (i = 0; i < FOOTER; i++)
		sum += i / 4 == 16 ? 0 : foot[i];
	sum = ~sum;
	for (i = 0; i < 4; i++)
		foot[64 + i] = (uint8_t)(sum >> (24 - 8 * i));
	if (pwrite(fd, foot, FOOTER, off) != FOOTER)
		abort();
}

static void mend(int fd, size_t n)
{
	if (n % 2)
		return;
	mend_at(fd, 0);
	if (n >= FOOTER)
		mend_at(fd, (off_t)(n - FOOTER));
}
