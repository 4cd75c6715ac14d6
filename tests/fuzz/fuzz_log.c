/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Three parts: flags, then a hive and two logs, each with its size before it
 * (16 bits, in units of 64 bytes).  Bit 0 of the flags repairs the checksums
 * of base blocks, bit 1 the hashes of log entries, so that the fuzzer gets
 * past them.
 */
#include <stdlib.h>

#include "hive/log/log.h"
#include "hive/log/marvin.h"
#include "tests/fuzz/memory.h"

static uint8_t *take(const uint8_t **data, size_t *size, struct memory *m)
{
	uint8_t *copy;
	size_t n = 0;

	if (*size >= 2) {
		n = (size_t)spp_get16(*data) * 64;
		*data += 2;
		*size -= 2;
	}
	if (n > *size)
		n = *size;
	copy = malloc(n ? n : 1);
	if (!copy)
		abort();
	memcpy(copy, *data, n);
	*data += n;
	*size -= n;
	*m = (struct memory){ copy, n };
	return copy;
}

static void repair_base(uint8_t *p, size_t n)
{
	if (n >= 512)
		spp_put32(p + 508, spp_base_checksum(p));
}

static void repair_entries(uint8_t *p, size_t n)
{
	size_t off = 512, size;

	while (n >= 40 && off <= n - 40) {
		size = spp_get32(p + off + 4);
		if (size < 40 || size > n - off)
			return;
		spp_put64(p + off + 24, spp_marvin(p + off + 40, size - 40));
		spp_put64(p + off + 32, spp_marvin(p + off, 32));
		off += size;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct memory memory[3];
	struct spp_source source[3];
	struct spp_replay replay = SPP_REPLAY_INIT;
	struct spp_logs logs = { .log = { NULL, &source[1], &source[2] } };
	struct spp_base base;
	struct spp_pages *pages;
	uint8_t *part[3], flags;
	size_t i;

	if (!size)
		return 0;
	flags = *data++;
	size--;
	for (i = 0; i < 3; i++) {
		part[i] = take(&data, &size, &memory[i]);
		if (flags & 1)
			repair_base(part[i], memory[i].size);
		if (i && flags & 2)
			repair_entries(part[i], memory[i].size);
		source[i] = memory_source(&memory[i]);
	}
	if (!spp_base_read(part[0], memory[0].size, &base, NULL))
		spp_log_newest(&logs, &base);
	if (!spp_pages_open(&source[0], &pages, NULL)) {
		if (!spp_log_replay(pages, &logs, &replay, NULL) &&
		    spp_pages_size(pages) >
			    memory[0].size + memory[1].size + memory[2].size)
			abort(); /* grew beyond what it was given */
		spp_pages_close(pages);
	}
	for (i = 0; i < 3; i++)
		free(part[i]);
	return 0;
}
