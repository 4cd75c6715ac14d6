/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/wim/codec.h"

#include "tests/unit.h"

/* Sizes that a child tells: smaller than what was packed, or 0. */
static void packed_sizes(void)
{
	static const struct {
		const char *name;
		size_t n;
		uint32_t packed[3];
		bool good;
	} rows[] = {
		{ "stored", 3000, { 0, 0, 0 }, true },
		{ "packed", 3000, { 1, 1023, 951 }, true },
		{ "as long", 3000, { 1, 1024, 1 }, false },
		{ "longer", 3000, { UINT32_MAX, 1, 1 }, false },
		{ "the last one as long", 3000, { 1, 1, 952 }, false },
		{ "behind the last", 2048, { 1, 1, 5000 }, true },
		{ "one byte", 1, { 1, 0, 0 }, false },
	};
	struct spp_wim_codec codec = { .chunk = 1024, .label = "x" };
	enum spp_status st;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		st = spp_wim_packed_check(&codec, rows[i].n, rows[i].packed,
					  NULL);
		UNIT_ROW(st == (rows[i].good ? SPP_OK : SPP_CORRUPT),
			 rows[i].name);
	}
}

static const struct unit_test tests[] = { { "packed_sizes", packed_sizes },
					  { NULL, NULL } };

const struct unit_suite unit_wim_codec = { "wim_codec", tests };
