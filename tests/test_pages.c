/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/regf/pages.h"

#include <stdlib.h>
#include <string.h>

#include "tests/bed.h"
#include "tests/unit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define SIZE	 (100 * SPP_PAGE)

/* A source of SIZE bytes that counts reads and may fail. */
struct probe {
	unsigned int reads;
	uint64_t fail_at; /* from this offset on */
};

static uint8_t byte_at(uint64_t off)
{
	return (uint8_t)(off * 7 + off / SPP_PAGE);
}

static enum spp_status read_probe(void *ctx, uint64_t off, void *buf, size_t n,
				  struct spp_error *err)
{
	struct probe *probe = ctx;
	uint8_t *to = buf;
	size_t i;

	probe->reads++;
	if (off + n > probe->fail_at)
		return spp_fail(err, SPP_IO, "probe");
	for (i = 0; i < n; i++)
		to[i] = byte_at(off + i);
	return SPP_OK;
}

static struct spp_pages *open_probe(struct probe *probe, uint64_t size)
{
	struct spp_source source = { read_probe, probe, size };
	struct spp_pages *pages = NULL;

	*probe = (struct probe){ .fail_at = UINT64_MAX };
	CU_ASSERT_EQUAL_FATAL(spp_pages_open(&source, &pages, NULL), SPP_OK);
	return pages;
}

static void reading_is_lazy(void)
{
	struct probe probe;
	struct spp_pages *pages = open_probe(&probe, SIZE);
	const uint8_t *p;

	CU_ASSERT_EQUAL(spp_pages_bytes_read(pages), 0);
	p = spp_pages_at(pages, 50 * SPP_PAGE + 10, 4, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(p);
	CU_ASSERT_EQUAL(p[3], byte_at(50 * SPP_PAGE + 13));
	CU_ASSERT_TRUE(spp_pages_bytes_read(pages) >= SPP_PAGE);
	CU_ASSERT_TRUE(spp_pages_bytes_read(pages) <= 8 * SPP_PAGE);
	CU_ASSERT_EQUAL(probe.reads, 1);
	/* What is there is not read again. */
	CU_ASSERT_PTR_EQUAL(spp_pages_at(pages, 50 * SPP_PAGE + 10, 4, NULL),
			    p);
	CU_ASSERT_EQUAL(probe.reads, 1);
	/* The last page has no neighbours behind it. */
	p = spp_pages_at(pages, SIZE - 1, 1, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(p);
	CU_ASSERT_EQUAL(*p, byte_at(SIZE - 1));
	CU_ASSERT_EQUAL(spp_pages_load(pages, NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_pages_bytes_read(pages), SIZE);
	CU_ASSERT_EQUAL(spp_pages_load(pages, NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_pages_bytes_read(pages), SIZE);
	spp_pages_close(pages);
	spp_pages_close(NULL);
}

static void outside_is_refused(void)
{
	static const struct {
		const char *name;
		uint64_t off, n;
		bool ok;
	} rows[] = {
		{ "all", 0, SIZE, true },
		{ "nothing at the end", SIZE, 0, true },
		{ "last byte", SIZE - 1, 1, true },
		{ "one too many", SIZE - 1, 2, false },
		{ "all and one", 0, SIZE + 1, false },
		{ "behind the end", SIZE + 1, 0, false },
		{ "far behind", 1ull << 60, 1, false },
		{ "wrapping offset", UINT64_MAX, 2, false },
		{ "wrapping size", 16, SIZE_MAX - 8, false },
	};
	uint8_t *buf = malloc(SIZE);
	struct spp_error err;
	struct probe probe;
	struct spp_pages *pages = open_probe(&probe, SIZE);
	size_t i;

	CU_ASSERT_PTR_NOT_NULL_FATAL(buf);
	for (i = 0; i < COUNT(rows); i++) {
		uint64_t off = rows[i].off;
		size_t n = (size_t)rows[i].n;

		err = (struct spp_error)SPP_ERROR_INIT;
		UNIT_ROW(!!spp_pages_at(pages, off, n, &err) == rows[i].ok,
			 rows[i].name);
		UNIT_ROW(err.status == (rows[i].ok ? SPP_OK : SPP_CORRUPT),
			 rows[i].name);
		UNIT_ROW(!!spp_pages_edit(pages, off, n, NULL) == rows[i].ok,
			 rows[i].name);
		if (!rows[i].ok || n <= SIZE)
			UNIT_ROW(!spp_pages_read(pages, off, buf, n, NULL) ==
					 rows[i].ok,
				 rows[i].name);
	}
	spp_pages_close(pages);
	free(buf);
}

static void failures_are_passed_on(void)
{
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_source big = { read_probe, NULL, SPP_HIVE_MAX + 1 };
	struct probe probe;
	struct spp_pages *pages = open_probe(&probe, SIZE);

	probe.fail_at = 40 * SPP_PAGE;
	CU_ASSERT_PTR_NOT_NULL(spp_pages_at(pages, 0, 1, &err));
	CU_ASSERT_PTR_NULL(spp_pages_at(pages, 50 * SPP_PAGE, 1, &err));
	CU_ASSERT_EQUAL(err.status, SPP_IO);
	CU_ASSERT_STRING_EQUAL(err.text, "probe");
	CU_ASSERT_PTR_NULL(spp_pages_edit(pages, 50 * SPP_PAGE, 1, NULL));
	CU_ASSERT_EQUAL(spp_pages_load(pages, NULL), SPP_IO);
	/* It may work the next time. */
	probe.fail_at = UINT64_MAX;
	CU_ASSERT_PTR_NOT_NULL(spp_pages_at(pages, 50 * SPP_PAGE, 1, NULL));
	spp_error_clear(&err);
	CU_ASSERT_EQUAL(spp_pages_grow(pages, SPP_HIVE_MAX + 1, &err),
			SPP_LIMIT);
	spp_pages_close(pages);
	pages = NULL;
	spp_error_clear(&err);
	CU_ASSERT_EQUAL(spp_pages_open(&big, &pages, &err), SPP_LIMIT);
	CU_ASSERT_PTR_NULL(pages);
}

/* Runs of dirty pages as "first-last", in pages. */
static void dirty_runs(void)
{
	static const struct {
		const char *name;
		struct {
			uint64_t off;
			size_t n;
		} edit[3];
		const char *runs;
	} rows[] = {
		{ "none", { { 0, 0 } }, "" },
		{ "one byte", { { 5, 1 } }, "0-0 " },
		{ "over an edge", { { SPP_PAGE - 1, 2 } }, "0-1 " },
		{ "up to an edge", { { 0, SPP_PAGE } }, "0-0 " },
		{ "apart", { { 9 * SPP_PAGE, 1 }, { 2, 1 } }, "0-0 9-9 " },
		{ "together",
		  { { 2 * SPP_PAGE, 1 }, { SPP_PAGE, 1 }, { 3 * SPP_PAGE, 1 } },
		  "1-3 " },
		{ "last", { { SIZE - 1, 1 } }, "99-99 " },
	};
	size_t i, k, n;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_buf CLEANUP(spp_buf_release) got = SPP_BUF_INIT;
		struct probe probe;
		struct spp_pages *pages = open_probe(&probe, SIZE);
		uint64_t off = 0;

		for (k = 0; k < 3; k++)
			if (rows[i].edit[k].n)
				spp_pages_edit(pages, rows[i].edit[k].off,
					       rows[i].edit[k].n, NULL);
		for (; (n = spp_pages_dirty(pages, &off)); off += n)
			spp_buf_printf(&got, NULL, "%d-%d ",
				       (int)(off / SPP_PAGE),
				       (int)((off + n - 1) / SPP_PAGE));
		UNIT_ROW(!strcmp(spp_buf_text(&got), rows[i].runs),
			 rows[i].name);
		spp_pages_close(pages);
	}
}

/* The old end need not be one of a page. */
static void growing_appends_zeros(void)
{
	static const struct {
		const char *name;
		uint64_t from, to;
	} rows[] = {
		{ "nothing", 0, 10 },
		{ "same", SPP_PAGE, SPP_PAGE },
		{ "smaller", SPP_PAGE, 17 },
		{ "a page", SPP_PAGE, 2 * SPP_PAGE },
		{ "in a page", 100, 200 },
		{ "out of a page", 3 * SPP_PAGE + 5, 6 * SPP_PAGE + 7 },
		{ "much", SPP_PAGE + 1, 300 * SPP_PAGE },
	};
	uint64_t size, off;
	size_t i, n, wrong, dirty;
	const uint8_t *p;

	for (i = 0; i < COUNT(rows); i++) {
		struct probe probe;
		struct spp_pages *pages = open_probe(&probe, rows[i].from);

		size = rows[i].to > rows[i].from ? rows[i].to : rows[i].from;
		UNIT_ROW(!spp_pages_grow(pages, rows[i].to, NULL),
			 rows[i].name);
		UNIT_ROW(spp_pages_size(pages) == size, rows[i].name);
		p = spp_pages_at(pages, 0, (size_t)size, NULL);
		CU_ASSERT_PTR_NOT_NULL_FATAL(p);
		for (wrong = 0, off = 0; off < size; off++)
			wrong += p[off] !=
				 (off < rows[i].from ? byte_at(off) : 0);
		UNIT_ROW(!wrong, rows[i].name);
		for (dirty = 0, off = 0; (n = spp_pages_dirty(pages, &off));
		     off += n)
			dirty = (size_t)off + n;
		UNIT_ROW(dirty == (rows[i].to > rows[i].from ? size : 0),
			 rows[i].name);
		spp_pages_close(pages);
	}
}

/* read() mixes what was edited with what was never loaded. */
static void reading_past_the_pages(void)
{
	struct probe probe;
	struct spp_pages *pages = open_probe(&probe, SIZE);
	uint8_t buf[6 * SPP_PAGE];
	uint64_t before, off;
	size_t i, wrong = 0;
	uint8_t *p;

	for (off = 3; off < 6; off += 2) {
		p = spp_pages_edit(pages, off * SPP_PAGE + 100, 3, NULL);
		CU_ASSERT_PTR_NOT_NULL_FATAL(p);
		memset(p, 0xee, 3);
	}
	before = spp_pages_bytes_read(pages);
	off = SPP_PAGE + 77;
	CU_ASSERT_EQUAL(spp_pages_read(pages, off, buf, sizeof(buf), NULL),
			SPP_OK);
	for (i = 0; i < sizeof(buf); i++) {
		uint64_t page = (off + i) / SPP_PAGE, at = (off + i) % SPP_PAGE;
		bool edited = (page == 3 || page == 5) && at - 100 < 3;

		wrong += buf[i] != (edited ? 0xee : byte_at(off + i));
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_EQUAL(spp_pages_bytes_read(pages), before);
	spp_pages_close(pages);
}

static void assigning_marks_what_differs(void)
{
	uint8_t *bytes = malloc(5 * SPP_PAGE + 9);
	struct bed_bytes other = { bytes, 5 * SPP_PAGE + 9 };
	struct spp_source source = bed_source(&other);
	struct probe probe;
	struct spp_pages *pages = open_probe(&probe, 4 * SPP_PAGE);
	uint64_t off = 0;
	size_t i;

	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	for (i = 0; i < other.size; i++)
		bytes[i] = byte_at(i);
	bytes[SPP_PAGE + 4] ^= 1;
	CU_ASSERT_EQUAL(spp_pages_assign(pages, &source, NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_pages_size(pages), other.size);
	CU_ASSERT_EQUAL(memcmp(spp_pages_at(pages, 0, other.size, NULL), bytes,
			       other.size),
			0);
	CU_ASSERT_EQUAL(spp_pages_dirty(pages, &off), SPP_PAGE);
	CU_ASSERT_EQUAL(off, SPP_PAGE);
	off += SPP_PAGE;
	CU_ASSERT_EQUAL(spp_pages_dirty(pages, &off), SPP_PAGE + 9);
	CU_ASSERT_EQUAL(off, 4 * SPP_PAGE);
	spp_pages_close(pages);
	free(bytes);
}

/* Random edits, growth and reads against plain memory. */
/* What was changed stays; the rest is read again, and is the same. */
static void forgetting(void)
{
	struct probe probe;
	struct spp_pages *pages = open_probe(&probe, SIZE - 5);
	uint64_t off, had;
	const uint8_t *p;
	uint8_t *w;

	CU_ASSERT_EQUAL(spp_pages_load(pages, NULL), SPP_OK);
	for (off = 7; off < SIZE - 5; off += 9 * SPP_PAGE) {
		w = spp_pages_edit(pages, off, 1, NULL);
		CU_ASSERT_PTR_NOT_NULL_FATAL(w);
		*w = (uint8_t)~byte_at(off);
	}
	had = spp_pages_bytes_read(pages);
	spp_pages_forget(pages);
	CU_ASSERT_EQUAL(spp_pages_bytes_read(pages), had);
	p = spp_pages_at(pages, 0, SIZE - 5, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(p);
	CU_ASSERT_TRUE(spp_pages_bytes_read(pages) > had);
	for (off = 0; off < SIZE - 5; off++)
		if (p[off] != (off % (9 * SPP_PAGE) == 7
				       ? (uint8_t)~byte_at(off)
				       : byte_at(off)))
			break;
	CU_ASSERT_EQUAL(off, SIZE - 5);
	spp_pages_close(pages);
}

static void pages_are_plain_memory(void)
{
	static uint8_t model[3 * SIZE], buf[4 * SPP_PAGE];
	struct probe probe;
	struct spp_pages *pages = open_probe(&probe, 10 * SPP_PAGE + 123);
	size_t size = 10 * SPP_PAGE + 123, off, n, i, wrong = 0;
	uint32_t seed = 7, step;
	uint8_t *p;

	memset(model, 0, sizeof(model));
	for (i = 0; i < size; i++)
		model[i] = byte_at(i);
	for (step = 0; step < 2000; step++) {
		n = 1 + bed_random(&seed) % (sizeof(buf) - 1);
		off = bed_random(&seed) % (size - n);
		switch (bed_random(&seed) % 8) {
		case 0:
		case 1:
			p = spp_pages_edit(pages, off, n, NULL);
			CU_ASSERT_PTR_NOT_NULL_FATAL(p);
			memset(p, (int)(step & 0xff), n);
			memset(model + off, (int)(step & 0xff), n);
			break;
		case 2:
			if (size + n < sizeof(model) && step % 8 == 0) {
				size += n;
				spp_pages_grow(pages, size, NULL);
			}
			break;
		case 3:
			p = (uint8_t *)(uintptr_t)spp_pages_at(pages, off, n,
							       NULL);
			CU_ASSERT_PTR_NOT_NULL_FATAL(p);
			wrong += memcmp(p, model + off, n) != 0;
			break;
		default:
			spp_pages_read(pages, off, buf, n, NULL);
			wrong += memcmp(buf, model + off, n) != 0;
		}
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_EQUAL(spp_pages_size(pages), size);
	CU_ASSERT_EQUAL(memcmp(spp_pages_at(pages, 0, size, NULL), model, size),
			0);
	spp_pages_close(pages);
}

static const struct unit_test tests[] = {
	{ "reading is lazy", reading_is_lazy },
	{ "outside is refused", outside_is_refused },
	{ "failures are passed on", failures_are_passed_on },
	{ "dirty runs", dirty_runs },
	{ "growing appends zeros", growing_appends_zeros },
	{ "reading past the pages", reading_past_the_pages },
	{ "assigning marks what differs", assigning_marks_what_differs },
	{ "forgetting", forgetting },
	{ "pages are plain memory", pages_are_plain_memory },
	{ NULL, NULL },
};

const struct unit_suite unit_pages = { "pages", tests };
