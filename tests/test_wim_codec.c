/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/wim/codec.h"

#include <string.h>

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

/* Whole chunks, and of large ones no more than memory holds. */
static void batches(void)
{
	static const uint32_t rows[] = { 4096, 32768, 1u << 26, 1u << 30 };
	struct spp_wim_codec codec = { .method = SPP_WIM_LZMS, .label = "x" };
	size_t i, batch;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		codec.chunk = rows[i];
		batch = spp_wim_pack_batch(&codec);
		CU_ASSERT_TRUE(batch && !(batch % rows[i]));
		CU_ASSERT_TRUE(batch <= (size_t)64 << 20 || batch == rows[i]);
	}
}

/* What is shorter than a large chunk is packed in little memory. */
static void large_chunks(void)
{
	static const struct spp_wim_codec codec = { .method = SPP_WIM_LZMS,
						    .chunk = 1u << 30,
						    .label = "x" };
	struct spp_wim_chunk chunk = { .out_size = 100000 };
	struct spp_wim_bytes in, out, back, packed;
	size_t i, n = chunk.out_size;

	CU_ASSERT_EQUAL_FATAL(spp_wim_bytes_map(&in, n, NULL), SPP_OK);
	CU_ASSERT_EQUAL_FATAL(spp_wim_bytes_map(&out, n, NULL), SPP_OK);
	CU_ASSERT_EQUAL_FATAL(spp_wim_bytes_map(&back, n, NULL), SPP_OK);
	CU_ASSERT_EQUAL_FATAL(spp_wim_bytes_map(&packed, 4, NULL), SPP_OK);
	for (i = 0; i < n; i++)
		in.data[i] = (uint8_t)(i % 7 * (i >> 9));
	CU_ASSERT_EQUAL(spp_wim_pack(&codec, in.data, n, out.data,
				     (uint32_t *)(void *)packed.data, NULL),
			SPP_OK);
	chunk.in_size = *(uint32_t *)(void *)packed.data;
	CU_ASSERT_TRUE_FATAL(chunk.in_size && chunk.in_size < n);
	CU_ASSERT_EQUAL(
		spp_wim_unpack(&codec, out.data, &chunk, 1, back.data, NULL),
		SPP_OK);
	CU_ASSERT_EQUAL(memcmp(in.data, back.data, n), 0);
	spp_wim_bytes_release(&in);
	spp_wim_bytes_release(&out);
	spp_wim_bytes_release(&back);
	spp_wim_bytes_release(&packed);
}

static const struct unit_test tests[] = { { "packed_sizes", packed_sizes },
					  { "batches", batches },
					  { "large chunks", large_chunks },
					  { NULL, NULL } };

const struct unit_suite unit_wim_codec = { "wim_codec", tests };
