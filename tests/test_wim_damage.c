/* SPDX-License-Identifier: GPL-3.0-or-later */
/* WIMs that are odd or damaged: judged, and nothing is written to them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "hive/wim/wim.h"
#include "tests/editing.h"
#include "tests/wimbed.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* One number in the header. */
static void headers_are_judged(void)
{
	static const struct {
		const char *name;
		size_t off, size;
		uint64_t value;
		enum spp_status read, write;
		const char *why; /* of writing */
	} rows[] = {
		{ "as it is", 8, 4, 208, SPP_OK, SPP_OK, "" },
		{ "for pipes", 0, 8, 0x4d57504c57ull, SPP_UNSUPPORTED,
		  SPP_UNSUPPORTED, "made for pipes" },
		{ "size", 8, 4, 212, SPP_CORRUPT, SPP_CORRUPT,
		  "header has another size" },
		{ "version", 12, 4, 0x10c00, SPP_UNSUPPORTED, SPP_UNSUPPORTED,
		  "version 0x10c00" },
		{ "solid version", 12, 4, 0xe00, SPP_OK, SPP_OK, "" },
		{ "read-only", 16, 4, 0x40006, SPP_OK, SPP_REFUSED,
		  "marked read-only" },
		{ "being written", 16, 4, 0x40042, SPP_OK, SPP_REFUSED,
		  "marked as being written" },
		{ "another part", 16, 4, 0x4000a, SPP_UNSUPPORTED,
		  SPP_UNSUPPORTED, "wimjoin" },
		{ "packing unknown", 16, 4, 0x100002, SPP_UNSUPPORTED,
		  SPP_UNSUPPORTED, "packed in a way unknown" },
		{ "chunks of 3000", 20, 4, 3000, SPP_CORRUPT, SPP_CORRUPT,
		  "chunk size" },
		{ "chunks of 2048", 20, 4, 2048, SPP_CORRUPT, SPP_CORRUPT,
		  "chunk size" },
		{ "chunks of 2 GiB", 20, 4, 1u << 31, SPP_CORRUPT, SPP_CORRUPT,
		  "chunk size" },
		{ "chunks of the usual size", 20, 4, 0, SPP_OK, SPP_OK, "" },
		{ "part 0", 40, 2, 0, SPP_CORRUPT, SPP_CORRUPT, "part number" },
		{ "part 2 of 1", 40, 2, 2, SPP_CORRUPT, SPP_CORRUPT,
		  "part number" },
		{ "part 1 of 2", 42, 2, 2, SPP_UNSUPPORTED, SPP_UNSUPPORTED,
		  "split in 2" },
		{ "too many images", 44, 4, 1025, SPP_CORRUPT, SPP_CORRUPT,
		  "too many images" },
		{ "more images than trees", 44, 4, 2, SPP_CORRUPT, SPP_CORRUPT,
		  "no metadata" },
		{ "no image", 44, 4, 0, SPP_UNSUPPORTED, SPP_UNSUPPORTED,
		  "has no image" },
		{ "table after the end", 56, 8, 1 << 30, SPP_TRUNCATED,
		  SPP_TRUNCATED, "its table is after its end" },
		{ "table in the header", 56, 8, 207, SPP_CORRUPT, SPP_CORRUPT,
		  "its table is in its header" },
		{ "table too long", 64, 8, 1ull << 40, SPP_CORRUPT, SPP_CORRUPT,
		  "table is too long" },
		{ "XML after the end", 80, 8, UINT64_MAX, SPP_TRUNCATED,
		  SPP_TRUNCATED, "its XML is after its end" },
		{ "XML too long", 88, 8, 1 << 25, SPP_OK, SPP_CORRUPT,
		  "XML is too long" },
		{ "XML in one chunk", 79, 1, 4, SPP_OK, SPP_OK, "" },
	};
	static const struct spp_target_options dry = { .write =
							       EDITING_SOFTWARE,
						       .dry = true };
	struct wimbed_bytes old;
	struct spp_error err;
	enum spp_status st;
	struct editing e;
	size_t i;

	wimbed_make("good.wim", &packed);
	for (i = 0; i < COUNT(rows); i++) {
		wimbed_write("head.wim", wimbed_read("good.wim"));
		wimbed_poke("head.wim", rows[i].off, rows[i].value,
			    rows[i].size);
		st = editing_image(&e, "head.wim#1", &editing_to_read);
		UNIT_ROW(st == rows[i].read, rows[i].name);
		editing_close(&e);
		old = wimbed_read("head.wim");
		st = editing_image_set("head.wim#1", HOST, &dry, &err);
		UNIT_ROW(st == rows[i].write, rows[i].name);
		st = editing_image_set("head.wim#1", HOST, &editing_to_write,
				       &err);
		UNIT_ROW(st == rows[i].write, rows[i].name);
		UNIT_ROW(strstr(err.text, rows[i].why), err.text);
		UNIT_ROW(wimbed_same("head.wim", old) == (st != SPP_OK),
			 rows[i].name);
		if (st && st != SPP_UNSUPPORTED && !rows[i].read)
			UNIT_ROW(wimbed_refuses("head.wim#1",
						st == SPP_REFUSED ? rows[i].why
								  : NULL),
				 rows[i].name);
	}
	wimbed_poke("good.wim", 0, 'm', 1);
	CU_ASSERT_EQUAL(editing_image(&e, "good.wim#1", &editing_to_read),
			SPP_NOTHIVE);
	editing_close(&e);
}

/* What the entry of the hive says of it. */
static void entries_are_judged(void)
{
	static const struct {
		const char *name;
		size_t off, size; /* in the entry */
		uint64_t value;
		enum spp_status read, write;
		const char *why; /* of writing */
	} rows[] = {
		{ "attributes", 8, 4, 0x2027, SPP_OK, SPP_OK, "" },
		{ "encrypted", 8, 4, 0x4020, SPP_UNSUPPORTED, SPP_UNSUPPORTED,
		  "is encrypted" },
		{ "reparse point", 8, 4, 0x420, SPP_UNSUPPORTED,
		  SPP_UNSUPPORTED, "a reparse point" },
		{ "stored elsewhere", 64, 4, 0x12345678, SPP_UNSUPPORTED,
		  SPP_UNSUPPORTED, "stored in another WIM" },
		{ "longer than the tree", 0, 8, 1 << 20, SPP_CORRUPT,
		  SPP_CORRUPT, "a folder cannot be read" },
		{ "too short", 0, 8, 96, SPP_CORRUPT, SPP_CORRUPT,
		  "a folder cannot be read" },
		{ "name longer than the entry", 100, 2, 0xfff0, SPP_CORRUPT,
		  SPP_CORRUPT, "a folder cannot be read" },
		{ "more streams than there are", 96, 2, 2, SPP_CORRUPT,
		  SPP_CORRUPT, "a folder cannot be read" },
		{ "end of the folder", 0, 8, 0, SPP_NOTFOUND, SPP_NOTFOUND,
		  "has no Windows" },
		{ "alone in its group", 88, 8, 7, SPP_OK, SPP_OK, "" },
		{ "called otherwise", 102, 1, 'T', SPP_NOTFOUND, SPP_NOTFOUND,
		  "has no Windows" },
	};
	struct spp_error err;
	enum spp_status st;
	size_t i, at, all;
	struct editing e;

	wimbed_make("good.wim", &plain);
	at = wimbed_entry("good.wim", "SOFTWARE", &all);
	for (i = 0; i < COUNT(rows); i++) {
		wimbed_write("entry.wim", wimbed_read("good.wim"));
		wimbed_poke_tree("entry.wim", at + rows[i].off, rows[i].value,
				 rows[i].size);
		st = editing_image(&e, "entry.wim", &editing_to_read);
		UNIT_ROW(st == rows[i].read, rows[i].name);
		editing_close(&e);
		st = editing_image_set("entry.wim", HOST, &editing_to_write,
				       &err);
		UNIT_ROW(st == rows[i].write, rows[i].name);
		UNIT_ROW(strstr(err.text, rows[i].why), err.text);
	}
}

/* A tree with valid hashes that says anything comes to an end. */
static void trees_are_judged(void)
{
	static const uint64_t values[] = { 0,	    1,	       8,
					   102,	    0xffff,    0xffffffff,
					   1 << 20, UINT64_MAX };
	static const size_t fields[] = { 0, 16, 88, 96, 100 };
	static const char *const files[] = { "Windows", "System32", "config",
					     "SOFTWARE", "SYSTEM" };
	size_t i, j, k, at, all;
	struct editing e;

	wimbed_make("good.wim", &plain);
	for (i = 0; i < COUNT(files); i++)
		for (j = 0; j < COUNT(fields); j++)
			for (k = 0; k < COUNT(values); k++) {
				at = wimbed_entry("good.wim", files[i], &all);
				wimbed_write("tree.wim",
					     wimbed_read("good.wim"));
				wimbed_poke_tree("tree.wim", at + fields[j],
						 values[k],
						 fields[j] < 96 ? 8 : 2);
				editing_image(&e, "tree.wim", &editing_to_read);
				CU_ASSERT_NOT_EQUAL(e.err.status, SPP_BUG);
				editing_close(&e);
			}
	/* A folder that contains itself, and one that is a link. */
	at = wimbed_entry("good.wim", "config", &all);
	wimbed_write("tree.wim", wimbed_read("good.wim"));
	wimbed_poke_tree("tree.wim", at + 16, at, 8);
	CU_ASSERT_EQUAL(editing_image(&e, "tree.wim", &editing_to_read),
			SPP_NOTFOUND);
	editing_close(&e);
	wimbed_write("tree.wim", wimbed_read("good.wim"));
	wimbed_poke_tree("tree.wim", at + 8, 0x410, 4);
	CU_ASSERT_EQUAL(editing_image(&e, "tree.wim", &editing_to_read),
			SPP_NOTFOUND);
	editing_close(&e);
	/* No descriptors, as some write it, and no tree behind too many. */
	wimbed_write("tree.wim", wimbed_read("good.wim"));
	wimbed_poke_tree("tree.wim", 0, 0, 4);
	CU_ASSERT_TRUE(editing_image_has("tree.wim", &editing_to_read, NULL));
	wimbed_poke_tree("tree.wim", 0, all, 4);
	CU_ASSERT_EQUAL(editing_image(&e, "tree.wim", &editing_to_read),
			SPP_CORRUPT);
	editing_close(&e);
}

/* Bytes of the hive that do not have its hash; packed ones that do not unpack. */
static void damaged_files(void)
{
	static const struct wimbed solid = {
		.type = WIMLIB_COMPRESSION_TYPE_LZMS, .flags = SOLID
	};
	static const struct {
		const struct wimbed *how;
		size_t off; /* behind the beginning of what is stored */
	} rows[] = {
		{ &plain, 5000 }, { &packed, 4 }, { &packed, 900 },
		{ &packed, 2 },	  { &solid, 0 },  { &solid, 8 },
		{ &solid, 12 },	  { &solid, 16 }, { &solid, 40 },
	};
	struct wimbed_bytes bytes, old;
	const unsigned char *e, *at;
	struct spp_error err;
	enum spp_status st;
	char row[32];
	size_t i, j;

	for (i = 0; i < COUNT(rows); i++) {
		snprintf(row, sizeof(row), "row %zu", i);
		wimbed_make("bad.wim", rows[i].how);
		bytes = wimbed_read("bad.wim");
		/* The longest is the SOFTWARE hive, or has all. */
		e = bytes.data + wimbed_place(&bytes, SPP_WIM_AT_TABLE);
		for (j = 0, at = e; j < 3; j++, at += SPP_WIM_ENTRY)
			if (!(at[7] & SPP_RESOURCE_METADATA) &&
			    spp_get64(at + 16) > spp_get64(e + 16))
				e = at;
		bytes.data[spp_get64(e + 8) + rows[i].off] ^= 0x5a;
		bytes.data[spp_get64(e + 8) + rows[i].off + 1] ^= 0x5a;
		wimbed_write("bad.wim", bytes);
		old = wimbed_read("bad.wim");
		st = editing_image_set("bad.wim", HOST, &editing_to_write,
				       &err);
		UNIT_ROW(st == SPP_CORRUPT || st == SPP_TRUNCATED, row);
		UNIT_ROW(strstr(err.text, "damaged"), err.text);
		UNIT_ROW(wimbed_same("bad.wim", old), row);
	}
}

/* Odd tables of hashes are made anew; a damage that a hash shows stays. */
static void integrity(void)
{
	static const struct wimbed how = { .type = WIMLIB_COMPRESSION_TYPE_NONE,
					   .flags = INTEGRITY };
	static const struct {
		const char *name;
		size_t off, size;
		uint64_t value;
		bool sound; /* after the edit */
	} rows[] = {
		{ "as it is", 0, 0, 0, true },
		{ "chunks of no bytes", 8, 4, 0, true },
		{ "chunks too large", 8, 4, UINT32_MAX, true },
		{ "more hashes than there are", 4, 4, 1000, true },
		{ "another hash", 12, 4, 0x12345678, true },
	};
	struct wimbed_bytes bytes;
	size_t i, at;

	for (i = 0; i < COUNT(rows); i++) {
		wimbed_make("sums.wim", &how);
		bytes = wimbed_read("sums.wim");
		at = wimbed_place(&bytes, SPP_WIM_AT_INTEGRITY);
		free(bytes.data);
		if (rows[i].size)
			wimbed_poke("sums.wim", at + rows[i].off, rows[i].value,
				    rows[i].size);
		UNIT_ROW(!editing_image_set("sums.wim", HOST, &editing_to_write,
					    NULL),
			 rows[i].name);
		UNIT_ROW(wimbed_sound("sums.wim") == rows[i].sound,
			 rows[i].name);
		UNIT_ROW(editing_image_has("sums.wim", &editing_to_read, HOST),
			 rows[i].name);
	}
}

/* XML that is none costs the names, and stays as it was. */
static void odd_xml(void)
{
	struct wimbed_bytes bytes, now;
	struct editing e;
	size_t at, size, i;

	wimbed_make("xml.wim", &packed);
	bytes = wimbed_read("xml.wim");
	at = wimbed_place(&bytes, SPP_WIM_AT_XML);
	size = (size_t)spp_get64(bytes.data + SPP_WIM_AT_XML + 16);
	for (i = 2; i < size; i += 2)
		spp_put16(bytes.data + at + i, '<');
	wimbed_write("xml.wim", bytes);
	CU_ASSERT_EQUAL(editing_image(&e, "xml.wim#1", &editing_to_read),
			SPP_OK);
	CU_ASSERT_EQUAL(e.target->notes.count, 1);
	editing_close(&e);
	bytes = wimbed_read("xml.wim");
	CU_ASSERT_EQUAL(
		editing_image_set("xml.wim", HOST, &editing_to_write, NULL),
		SPP_OK);
	now = wimbed_read("xml.wim");
	CU_ASSERT_EQUAL(spp_get64(now.data + SPP_WIM_AT_XML + 16), size);
	CU_ASSERT_FALSE(memcmp(now.data + wimbed_place(&now, SPP_WIM_AT_XML),
			       bytes.data + at, size));
	free(now.data);
	free(bytes.data);
	CU_ASSERT_TRUE(editing_image_has("xml.wim#1", &editing_to_read, HOST));
}

/* XML of the greatest length grows no further, so that it can be read again. */
static void longest_xml(void)
{
	struct wimbed_bytes bytes;
	size_t at, size, i;

	wimbed_make("xml.wim", &packed);
	bytes = wimbed_read("xml.wim");
	at = wimbed_place(&bytes, SPP_WIM_AT_XML);
	size = (size_t)spp_get64(bytes.data + SPP_WIM_AT_XML + 16);
	bytes.data = realloc(bytes.data, at + SPP_WIM_XML_MAX);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes.data);
	for (i = size; i < SPP_WIM_XML_MAX; i += 2)
		spp_put16(bytes.data + at + i, '\n');
	bytes.size = at + SPP_WIM_XML_MAX;
	spp_put64(bytes.data + SPP_WIM_AT_XML, SPP_WIM_XML_MAX | 2ull << 56);
	spp_put64(bytes.data + SPP_WIM_AT_XML + 16, SPP_WIM_XML_MAX);
	wimbed_write("xml.wim", bytes);
	for (i = 0; i < 2; i++)
		CU_ASSERT_EQUAL(editing_image_set("xml.wim", i ? HOST : "a.b",
						  &editing_to_write, NULL),
				SPP_OK);
	bytes = wimbed_read("xml.wim");
	CU_ASSERT_EQUAL(spp_get64(bytes.data + SPP_WIM_AT_XML + 16),
			SPP_WIM_XML_MAX);
	free(bytes.data);
}

/* Cut off anywhere it is told, and never more. */
static void truncated(void)
{
	struct wimbed_bytes bytes;
	size_t size, i;
	struct editing e;

	wimbed_make("good.wim", &packed);
	size = wimbed_size("good.wim");
	for (i = 0; i < 64; i++) {
		bytes = wimbed_read("good.wim");
		bytes.size = i < 24 ? 9 * i : size * (i - 23) / 41;
		if (i == 63)
			bytes.size = size - 1;
		wimbed_write("cut.wim", bytes);
		CU_ASSERT_NOT_EQUAL(
			editing_image(&e, "cut.wim#1", &editing_to_read),
			SPP_OK);
		CU_ASSERT_NOT_EQUAL(e.err.status, SPP_BUG);
		CU_ASSERT_NOT_EQUAL(e.err.text[0], '\0');
		editing_close(&e);
	}
}

/* A WIM that is refused keeps even the bytes that are not part of it. */
static void bytes_after_the_end_stay(void)
{
	struct wimbed_bytes bytes;
	struct spp_error err;
	size_t n;

	wimbed_make("good.wim", &packed);
	bytes = wimbed_read("good.wim");
	n = bytes.size;
	bytes.size += 4096;
	bytes.data = realloc(bytes.data, bytes.size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes.data);
	memset(bytes.data + n, 'x', 4096);
	wimbed_write("more.wim", bytes);
	wimbed_poke("more.wim", 88, 1 << 25, 8); /* the size of its XML */
	bytes = wimbed_read("more.wim");
	CU_ASSERT_EQUAL(
		editing_image_set("more.wim#1", HOST, &editing_to_write, &err),
		SPP_CORRUPT);
	CU_ASSERT(wimbed_same("more.wim", bytes));
}

static const struct unit_test tests[] = {
	{ "headers are judged", headers_are_judged },
	{ "entries are judged", entries_are_judged },
	{ "trees are judged", trees_are_judged },
	{ "damaged files", damaged_files },
	{ "integrity tables", integrity },
	{ "odd XML", odd_xml },
	{ "the longest XML", longest_xml },
	{ "cut off", truncated },
	{ "bytes after the end stay", bytes_after_the_end_stay },
	{ NULL, NULL },
};

const struct unit_suite unit_wim_damage = { "wim_damage", tests };
