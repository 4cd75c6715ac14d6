/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/place/overlay.h"

#include "tests/memory_block.h"
#include "tests/unit.h"

#define PAGE SPP_OVERLAY_PAGE
#define SIZE (10 * (size_t)PAGE + 100)

static void open_both(struct memory_block *m, struct spp_overlay **o)
{
	size_t i;

	memory_block_init(m, SIZE);
	for (i = 0; i < SIZE; i++)
		m->data[i] = (uint8_t)(i * 7 + i / 251);
	CU_ASSERT_EQUAL_FATAL(spp_overlay_open(&m->base, o, NULL), SPP_OK);
}

static void close_both(struct memory_block *m, struct spp_overlay *o)
{
	spp_overlay_close(o);
	memory_block_free(m);
}

static void test_reads_below(void)
{
	struct memory_block m;
	struct spp_overlay *o;
	uint8_t buf[SIZE];

	open_both(&m, &o);
	CU_ASSERT_EQUAL(spp_overlay_read(o, 0, buf, SIZE, NULL), SPP_OK);
	CU_ASSERT_EQUAL(memcmp(buf, m.data, SIZE), 0);
	CU_ASSERT_EQUAL(m.base.bytes_read, SIZE);
	CU_ASSERT_EQUAL(spp_overlay_count(o), 0);
	close_both(&m, o);
}

/* Against a plain array, with all kinds of places and lengths. */
static void test_model(void)
{
	struct memory_block m;
	uint8_t model[SIZE], before[SIZE], data[3 * PAGE], buf[SIZE];
	struct spp_overlay *o;
	unsigned int seed = 1;
	size_t off, n, i, round;

	open_both(&m, &o);
	memcpy(model, m.data, SIZE);
	memcpy(before, m.data, SIZE);
	for (round = 0; round < 400; round++) {
		seed = seed * 1103515245 + 12345;
		off = seed / 7 % SIZE;
		seed = seed * 1103515245 + 12345;
		n = seed / 7 % sizeof(data);
		n = n < SIZE - off ? n : SIZE - off;
		for (i = 0; i < n; i++)
			data[i] = (uint8_t)(seed + i);
		CU_ASSERT_EQUAL(spp_overlay_write(o, off, data, n, NULL),
				SPP_OK);
		memcpy(model + off, data, n);
		off = seed % 1000;
		CU_ASSERT_EQUAL(spp_overlay_read(o, off, buf, SIZE - off, NULL),
				SPP_OK);
		CU_ASSERT_EQUAL(memcmp(buf, model + off, SIZE - off), 0);
	}
	CU_ASSERT_EQUAL(memcmp(m.data, before, SIZE), 0);
	CU_ASSERT_EQUAL(m.writes, 0);
	close_both(&m, o);
}

static void test_pages_ascend(void)
{
	static const size_t order[] = { 9, 2, 10, 0, 5, 2 };
	struct memory_block m;
	struct spp_overlay_page page;
	struct spp_overlay *o;
	uint64_t last = 0;
	size_t i;

	open_both(&m, &o);
	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		CU_ASSERT_EQUAL(
			spp_overlay_write(o, order[i] * PAGE + 1, "x", 1, NULL),
			SPP_OK);
	CU_ASSERT_EQUAL_FATAL(spp_overlay_count(o), 5);
	for (i = 0; i < 5; i++) {
		spp_overlay_page(o, i, &page);
		CU_ASSERT(!i || page.off > last);
		CU_ASSERT_EQUAL(page.data[1], 'x');
		CU_ASSERT_EQUAL(page.data[0], m.data[page.off]);
		last = page.off;
	}
	/* The last page of the disk is short. */
	CU_ASSERT_EQUAL(page.off, 10 * PAGE);
	CU_ASSERT_EQUAL(page.n, 100);
	close_both(&m, o);
}

static void test_whole_pages_need_no_read(void)
{
	struct memory_block m;
	struct spp_overlay *o;
	uint8_t data[2 * PAGE] = { 1 };

	open_both(&m, &o);
	CU_ASSERT_EQUAL(spp_overlay_write(o, PAGE, data, sizeof(data), NULL),
			SPP_OK);
	CU_ASSERT_EQUAL(spp_overlay_write(o, 10 * PAGE, data, 100, NULL),
			SPP_OK);
	CU_ASSERT_EQUAL(m.base.bytes_read, 0);
	close_both(&m, o);
}

static void test_outside(void)
{
	static const struct {
		uint64_t off;
		size_t n;
	} bad[] = { { SIZE, 1 },
		    { SIZE - 1, 2 },
		    { UINT64_MAX, 1 },
		    { UINT64_MAX - 1, 8 },
		    { 0, SIZE + 1 } };
	struct memory_block m;
	struct spp_overlay *o;
	uint8_t buf[SIZE + 1];
	size_t i;

	open_both(&m, &o);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CU_ASSERT_EQUAL(
			spp_overlay_read(o, bad[i].off, buf, bad[i].n, NULL),
			SPP_CORRUPT);
		CU_ASSERT_EQUAL(
			spp_overlay_write(o, bad[i].off, buf, bad[i].n, NULL),
			SPP_CORRUPT);
	}
	CU_ASSERT_EQUAL(spp_overlay_read(o, SIZE, buf, 0, NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_overlay_count(o), 0);
	close_both(&m, o);
}

static const struct unit_test tests[] = {
	{ "reads what is below", test_reads_below },
	{ "agrees with an array", test_model },
	{ "pages ascend", test_pages_ascend },
	{ "whole pages need no read", test_whole_pages_need_no_read },
	{ "nothing outside of the disk", test_outside },
	{ NULL, NULL },
};

const struct unit_suite unit_overlay = { "overlay", tests };
