/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/edit/proof.h"

#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "hive/edit/edit.h"
#include "tests/bed.h"
#include "tests/unit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Proves that bytes, of which some may differ, are those of the bed. */
static enum spp_status prove(struct bed *bed, struct bed_bytes *after,
			     const struct spp_ranges *ledger,
			     struct spp_proof *proof, struct spp_error *err)
{
	struct spp_source source = bed_source(after);
	struct spp_pages *meant;
	enum spp_status st = spp_pages_open(&source, &meant, err);
	const struct spp_proof_sides sides = { bed->pages, meant, &source,
					       false };

	if (!st && source.size &&
	    !spp_pages_edit(meant, 0, (size_t)source.size, err))
		st = SPP_IO;
	if (!st)
		st = spp_proof_bytes(&sides, ledger, proof, err);
	spp_pages_close(meant);
	return st;
}

/* A byte at each of many places, first without and then with leave. */
static void stray_bytes_are_found(void)
{
	static const uint64_t edges[] = { 0,	  511,	  4095,	  4096,	 8191,
					  262143, 262144, 262145, 278527 };
	struct spp_proof proof;
	struct bed_bytes after;
	unsigned char *bytes;
	char text[128];
	struct bed bed;
	uint32_t seed = 3;
	uint64_t at;
	size_t i;

	CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture("many-values.hive")),
			SPP_OK);
	CU_ASSERT_EQUAL(bed.size, 278528);
	bytes = malloc(bed.size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	memcpy(bytes, bed.bytes, bed.size);
	after = (struct bed_bytes){ bytes, bed.size };
	for (i = 0; i < 60; i++) {
		struct spp_ranges CLEANUP(spp_ranges_release) ledger =
			SPP_RANGES_INIT;
		struct spp_error err = SPP_ERROR_INIT;

		at = i < COUNT(edges) ? edges[i] : bed_random(&seed) % bed.size;
		snprintf(text, sizeof(text),
			 "proof failed: byte 0x%llx differs and no edit owns "
			 "it; nothing was replaced",
			 (unsigned long long)at);
		bytes[at] ^= 1;
		/* Leave for the neighbours is no leave. */
		spp_ranges_add(&ledger, at + 1, 8, NULL);
		if (at)
			spp_ranges_add(&ledger, at - 1, 1, NULL);
		spp_ranges_sort(&ledger);
		UNIT_ROW(prove(&bed, &after, &ledger, &proof, &err) == SPP_BUG,
			 text);
		UNIT_ROW(!strcmp(err.text, text), text);
		spp_ranges_add(&ledger, at, 1, NULL);
		spp_ranges_sort(&ledger);
		UNIT_ROW(!prove(&bed, &after, &ledger, &proof, NULL), text);
		UNIT_ROW(proof.bytes_changed == 1, text);
		UNIT_ROW(proof.bytes_grown == 0, text);
		bytes[at] ^= 1;
	}
	free(bytes);
	bed_close(&bed);
}

static void sizes_are_compared(void)
{
	static const struct {
		const char *name;
		long more; /* bytes behind the old end */
		uint64_t leave;
		enum spp_status want;
	} rows[] = {
		{ "the same", 0, 0, SPP_OK },
		{ "shorter", -1, 0, SPP_BUG },
		{ "a page less", -4096, 0, SPP_BUG },
		{ "grown with leave", 4096, 4096, SPP_OK },
		{ "grown without", 4096, 0, SPP_BUG },
		{ "grown by too much", 4097, 4096, SPP_BUG },
		{ "grown a lot", 500000, 500000, SPP_OK },
	};
	struct spp_proof proof;
	struct bed_bytes after;
	unsigned char *bytes;
	struct bed bed;
	size_t i;

	CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture("kms-primary.hive")),
			SPP_OK);
	bytes = calloc(1, bed.size + 500000);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	memcpy(bytes, bed.bytes, bed.size);
	for (i = 0; i < COUNT(rows); i++) {
		struct spp_ranges CLEANUP(spp_ranges_release) ledger =
			SPP_RANGES_INIT;

		after = (struct bed_bytes){ bytes, (size_t)((long)bed.size +
							    rows[i].more) };
		if (rows[i].leave)
			spp_ranges_add(&ledger, bed.size, rows[i].leave, NULL);
		UNIT_ROW(prove(&bed, &after, &ledger, &proof, NULL) ==
				 rows[i].want,
			 rows[i].name);
		UNIT_ROW(rows[i].want ||
				 proof.bytes_grown == (uint64_t)rows[i].more,
			 rows[i].name);
		UNIT_ROW(rows[i].want || !proof.bytes_changed, rows[i].name);
	}
	free(bytes);
	bed_close(&bed);
}

static void sums_are_sha256(void)
{
	static const uint8_t abc[] = { 0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf,
				       0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae,
				       0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96,
				       0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61,
				       0xf2, 0x00, 0x15, 0xad };
	struct bed_bytes text = { (const unsigned char *)"abc", 3 };
	struct spp_source source = bed_source(&text);
	uint8_t sum[SPP_SHA256_SIZE], was[SPP_SHA256_SIZE];
	struct bed bed;

	CU_ASSERT_EQUAL(spp_sha256(&source, sum, NULL), SPP_OK);
	CU_ASSERT_EQUAL(memcmp(sum, abc, sizeof(abc)), 0);
	/* Of a file of more than one chunk. */
	CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture("many-values.hive")),
			SPP_OK);
	CU_ASSERT_EQUAL(spp_sha256(&bed.source, was, NULL), SPP_OK);
	bed.bytes[bed.size - 1] ^= 1;
	CU_ASSERT_EQUAL(spp_sha256(&bed.source, sum, NULL), SPP_OK);
	CU_ASSERT_NOT_EQUAL(memcmp(sum, was, sizeof(sum)), 0);
	bed_close(&bed);
}

static enum spp_status fail_reading(void *ctx, uint64_t off, void *buf,
				    size_t n, struct spp_error *err)
{
	(void)ctx;
	(void)off;
	(void)buf;
	(void)n;
	return spp_fail(err, SPP_BUSY, "gone");
}

/* The bytes of a bed, read back with one bit flipped in a page. */
struct misread {
	struct bed *bed;
	uint64_t at;
};

static enum spp_status read_wrong(void *ctx, uint64_t off, void *buf, size_t n,
				  struct spp_error *err)
{
	const struct misread *m = ctx;

	(void)err;
	memcpy(buf, m->bed->bytes + off, n);
	if (m->at >= off && m->at - off < n)
		((uint8_t *)buf)[m->at - off] ^= 1;
	return SPP_OK;
}

/* A clean page is not compared unless everything was encoded anew. */
static void reads_back_as_meant(void)
{
	struct spp_ranges CLEANUP(spp_ranges_release) all = SPP_RANGES_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_pages *meant;
	struct spp_proof proof;
	struct misread m;
	struct bed bed;
	uint8_t *p;

	CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture("many-values.hive")),
			SPP_OK);
	m = (struct misread){ &bed, 9000 };
	spp_ranges_add(&all, 0, bed.size, NULL);
	spp_ranges_sort(&all);
	CU_ASSERT_EQUAL(spp_pages_open(&bed.source, &meant, NULL), SPP_OK);
	{
		const struct spp_source after = { read_wrong, &m, bed.size };
		struct spp_proof_sides sides = { bed.pages, meant, &after,
						 false };

		CU_ASSERT_EQUAL(spp_proof_bytes(&sides, &all, &proof, NULL),
				SPP_OK);
		sides.encoded = true;
		CU_ASSERT_EQUAL(spp_proof_bytes(&sides, &all, &proof, &err),
				SPP_BUG);
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "read back"));
		sides.encoded = false;
		p = spp_pages_edit(meant, 9000, 1, NULL);
		CU_ASSERT_PTR_NOT_NULL_FATAL(p);
		CU_ASSERT_EQUAL(spp_proof_bytes(&sides, &all, &proof, NULL),
				SPP_BUG);
		*p ^= 1; /* now it is what was meant */
		CU_ASSERT_EQUAL(spp_proof_bytes(&sides, &all, &proof, NULL),
				SPP_OK);
		CU_ASSERT_EQUAL(proof.bytes_changed, 1);
	}
	spp_pages_close(meant);
	bed_close(&bed);
}

struct counted {
	struct bed *bed;
	uint64_t bytes;
};

static enum spp_status read_counted(void *ctx, uint64_t off, void *buf,
				    size_t n, struct spp_error *err)
{
	struct counted *c = ctx;

	c->bytes += n;
	return c->bed->source.read(c->bed->source.ctx, off, buf, n, err);
}

/* Clean and dirty pages by turns: what was encoded anew is read once. */
static void each_byte_is_read_once(void)
{
	static const uint64_t dirty[] = { 0, 4096, 9000, 200000, 278527 };
	struct spp_ranges CLEANUP(spp_ranges_release) none = SPP_RANGES_INIT;
	struct spp_pages *meant;
	struct spp_proof proof;
	struct counted counted;
	struct bed bed;
	size_t i;

	CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture("many-values.hive")),
			SPP_OK);
	CU_ASSERT_EQUAL(spp_pages_open(&bed.source, &meant, NULL), SPP_OK);
	for (i = 0; i < COUNT(dirty); i++) {
		const struct spp_source after = { read_counted, &counted,
						  bed.size };
		struct spp_proof_sides sides = { bed.pages, meant, &after,
						 true };

		counted = (struct counted){ &bed, 0 };
		CU_ASSERT_EQUAL(spp_proof_bytes(&sides, &none, &proof, NULL),
				SPP_OK);
		CU_ASSERT_EQUAL(counted.bytes, bed.size);
		CU_ASSERT_PTR_NOT_NULL(
			spp_pages_edit(meant, dirty[i], 1, NULL));
		counted.bytes = 0;
		sides.encoded = false;
		CU_ASSERT_EQUAL(spp_proof_bytes(&sides, &none, &proof, NULL),
				SPP_OK);
		CU_ASSERT_EQUAL(counted.bytes, (i + 1) * SPP_PAGE);
	}
	spp_pages_close(meant);
	bed_close(&bed);
}

/* Dirty pages are counted as they were, clean ones as they are. */
static void watch_counts_in_the_old_bytes(void)
{
	struct spp_shared_cells CLEANUP(spp_shared_cells_release) watch =
		SPP_SHARED_CELLS_INIT;
	struct bed_bytes after;
	struct spp_source source;
	struct spp_pages *meant;
	uint8_t *p, *bytes;
	struct bed bed;
	size_t i;

	CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture("many-values.hive")),
			SPP_OK);
	bytes = malloc(bed.size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	memcpy(bytes, bed.bytes, bed.size);
	after = (struct bed_bytes){ bytes, bed.size };
	source = bed_source(&after);
	CU_ASSERT_EQUAL(spp_pages_open(&bed.source, &meant, NULL), SPP_OK);
	/* In a clean page, in a dirty one before, in a dirty one after. */
	spp_put32(bed.bytes + 8192, 0x7f000000);
	spp_put32(bytes + 8192, 0x7f000000);
	spp_put32(bed.bytes + 16384 + 40, 0x7f000008);
	spp_put32(bytes + 20480, 0x7f000000);
	for (i = 0; i < 2; i++) {
		p = spp_pages_edit(meant, 16384 + 4096 * i, 1, NULL);
		CU_ASSERT_PTR_NOT_NULL(p);
	}
	spp_shared_cells_add(&watch, 0x7f000000, 16, 1, NULL);
	CU_ASSERT_EQUAL(
		spp_proof_watch(&(struct spp_proof_sides){ bed.pages, meant,
							   &source, false },
				&watch, NULL),
		SPP_OK);
	CU_ASSERT_EQUAL(watch.cell[0].seen, 2);
	spp_pages_close(meant);
	free(bytes);
	bed_close(&bed);
}

static void unreadable_is_not_proven(void)
{
	struct spp_source source = { fail_reading, NULL, 278528 };
	struct spp_ranges none = SPP_RANGES_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	uint8_t sum[SPP_SHA256_SIZE];
	struct spp_proof proof;
	struct bed bed;

	CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture("many-values.hive")),
			SPP_OK);
	CU_ASSERT_EQUAL(
		spp_proof_bytes(&(struct spp_proof_sides){ bed.pages, bed.pages,
							   &source, true },
				&none, &proof, &err),
		SPP_BUSY);
	CU_ASSERT_STRING_EQUAL(err.text, "gone");
	CU_ASSERT_EQUAL(spp_sha256(&source, sum, NULL), SPP_BUSY);
	bed_close(&bed);
}

static bool is_edited(void *ctx, const struct spp_name *name)
{
	return spp_name_is(name, ctx);
}

/* Each value of the key changed in some way, with the leave of the ledger. */
static void siblings_are_compared(void)
{
	static const struct {
		const char *name;
		uint32_t type; /* 0: deleted */
		size_t size;
		enum spp_status want;
	} rows[] = {
		{ "VLActivationInterval", SPP_REG_DWORD, 4, SPP_BUG },
		{ "VLActivationInterval", SPP_REG_BINARY, 4, SPP_BUG },
		{ "TokenStore", SPP_REG_EXPAND_SZ, 8, SPP_BUG },
		{ "TokenStore", SPP_REG_EXPAND_SZ, 900, SPP_BUG },
		{ "PolicyCache", SPP_REG_BINARY, 4, SPP_BUG },
		{ "SkipRearm", 0, 0, SPP_BUG },
		{ "A new one", SPP_REG_DWORD, 4, SPP_OK },
		{ "KeyManagementServiceName", SPP_REG_SZ, 900, SPP_OK },
		{ "keymanagementservicename", 0, 0, SPP_OK },
	};
	static char edited[] = "KeyManagementServiceName";
	struct bed before, after;
	size_t i;

	CU_ASSERT_EQUAL(bed_open(&before, unit_fixture("big-sibling.hive")),
			SPP_OK);
	CU_ASSERT_EQUAL(spp_proof_key(&before.hive, &before.hive, BED_SPP,
				      is_edited, edited, NULL),
			SPP_OK);
	for (i = 0; i < COUNT(rows); i++) {
		struct spp_edit CLEANUP(spp_edit_release)
			edit = { .cells = { .hive = &after.hive } };
		static uint8_t data[1000] = "\1\2\3\4\5\6\7";
		struct spp_value value = { rows[i].type, data, rows[i].size };
		struct spp_error err = SPP_ERROR_INIT;
		enum spp_status st;

		CU_ASSERT_EQUAL(
			bed_open(&after, unit_fixture("big-sibling.hive")),
			SPP_OK);
		st = rows[i].type ? spp_edit_set(&edit, BED_SPP, rows[i].name,
						 &value, NULL)
				  : spp_edit_delete(&edit, BED_SPP,
						    rows[i].name, NULL);
		UNIT_ROW(!st, rows[i].name);
		UNIT_ROW(spp_proof_key(&before.hive, &after.hive, BED_SPP,
				       is_edited, edited, &err) == rows[i].want,
			 rows[i].name);
		UNIT_ROW(!rows[i].want ||
				 strstr(err.text, "beside the edited one would "
						  "change; nothing was "
						  "replaced"),
			 rows[i].name);
		bed_close(&after);
	}
	bed_close(&before);
}

static void keys_may_come_but_not_go(void)
{
	static char none[] = "";
	struct spp_error err = SPP_ERROR_INIT;
	struct bed with, without;

	CU_ASSERT_EQUAL(bed_open(&with, unit_fixture("kms-primary.hive")),
			SPP_OK);
	CU_ASSERT_EQUAL(bed_open(&without, unit_fixture("no-spp.hive")),
			SPP_OK);
	CU_ASSERT_EQUAL(spp_proof_key(&without.hive, &with.hive, BED_SPP,
				      is_edited, none, NULL),
			SPP_OK);
	CU_ASSERT_EQUAL(spp_proof_key(&with.hive, &without.hive, BED_SPP,
				      is_edited, none, &err),
			SPP_BUG);
	CU_ASSERT_STRING_EQUAL(
		err.text, "proof failed: the edited key '" BED_SPP "' is gone");
	bed_close(&with);
	bed_close(&without);
}

static const struct unit_test tests[] = {
	{ "stray bytes are found", stray_bytes_are_found },
	{ "sizes are compared", sizes_are_compared },
	{ "sums are SHA-256", sums_are_sha256 },
	{ "what was written reads back as meant", reads_back_as_meant },
	{ "each byte is read once", each_byte_is_read_once },
	{ "the watch counts in the old bytes", watch_counts_in_the_old_bytes },
	{ "what cannot be read is not proven", unreadable_is_not_proven },
	{ "siblings are compared", siblings_are_compared },
	{ "keys may come but not go", keys_may_come_but_not_go },
	{ NULL, NULL },
};

const struct unit_suite unit_proof = { "proof", tests };
