/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two bytes n, n bytes of an undo file, whose records get their sums, and the
 * WIM beside it.  It is refused, and nothing changes, or the WIM has the
 * header that the undo file kept and ends where it says.
 */
#include <nettle/sha2.h>

#include "tests/fuzz/setting.h"
#include "tests/fuzz/wim.h"

#define RECORD 512
#define SUM_AT 480
#define BEFORE 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void sum(const uint8_t *data, size_t n, uint8_t *to)
{
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	sha256_update(&ctx, n, data);
	sha256_digest(&ctx, SHA256_DIGEST_SIZE, to);
}

static void mend(uint8_t *undo, size_t n, const uint8_t *wim, size_t size)
{
	uint64_t from, to;
	size_t at;

	for (at = 0; n - at >= RECORD; at += RECORD) {
		from = spp_get64(undo + at + 16);
		to = spp_get64(undo + at + 24);
		if (from <= to && to <= size)
			sum(wim + from, (size_t)(to - from), undo + at + 32);
		sum(undo + at, SUM_AT, undo + at + SUM_AT);
	}
}

/* One of the records was followed. */
static bool is_restored(const uint8_t *undo, size_t n)
{
	bool good = false;
	size_t size, at;
	uint8_t *is = folder_get("wim", &size);

	for (at = 0; !good && n - at >= RECORD; at += RECORD)
		good = size == spp_get64(undo + at + 16) &&
		       size >= SPP_WIM_HEAD &&
		       !memcmp(is, undo + at + BEFORE, SPP_WIM_HEAD);
	free(is);
	return good;
}

static void restore(const uint8_t *undo, size_t n, const uint8_t *wim,
		    size_t size)
{
	static const struct spp_target_options how = {
		.write = 1u << SPP_ROLE_SOFTWARE, .whole = true
	};
	struct spp_error err = SPP_ERROR_INIT;
	size_t count;
	enum spp_status st = setting_restore("wim", &how, &count, &err);

	if (st ? !folder_same("wim", wim, size)
	       : !is_restored(undo, n) && !folder_same("wim", undo, n))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *undo, *wim;
	size_t n;

	if (size < 2)
		return 0;
	n = spp_get16(data);
	if (n > size - 2)
		n = size - 2;
	undo = malloc(n + 1);
	wim = wim_copy(data + 2 + n, size - 2 - n);
	if (!undo)
		abort();
	memcpy(undo, data + 2, n);
	mend(undo, n, wim, size - 2 - n);
	folder_put("wim", wim, size - 2 - n);
	folder_put("wim.bak", undo, n);
	restore(undo, n, wim, size - 2 - n);
	free(undo);
	free(wim);
	folder_clear();
	return 0;
}
