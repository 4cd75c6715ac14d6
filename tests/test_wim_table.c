/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an edit makes of the table of a WIM, true or not. */
#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "hive/wim/wim.h"
#include "tests/editing.h"
#include "tests/wimbed.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* The entry of the longest file, SOFTWARE, or of the other one. */
static size_t entry_of(const struct wimbed_bytes *bytes, bool longest)
{
	size_t at = wimbed_place(bytes, SPP_WIM_AT_TABLE), best = 0, i, n;
	uint64_t size, than = 0;

	n = (size_t)spp_get64(bytes->data + SPP_WIM_AT_TABLE + 16) /
	    SPP_WIM_ENTRY;
	for (i = 0; i < n; i++, at += SPP_WIM_ENTRY) {
		size = spp_get64(bytes->data + at + 16);
		if (bytes->data[at + 7] & SPP_RESOURCE_METADATA ||
		    (best && (size > than) != longest))
			continue;
		best = at;
		than = size;
	}
	return best;
}

static const struct spp_target_options ways[] = {
	{ .write = EDITING_SOFTWARE },
	{ .write = EDITING_SOFTWARE, .rebuild = true },
};

static const struct wimbed two = { .type = WIMLIB_COMPRESSION_TYPE_LZX,
				   .images = 2 };

/* Each image keeps its files, however few the table says there are. */
static void references_are_counted(void)
{
	static const struct {
		const char *name;
		bool software; /* or SYSTEM */
		unsigned int stated;
	} rows[] = {
		{ "as it is", true, 2 },
		{ "one too few", true, 1 },
		{ "none", true, 0 },
		{ "of another file, one too few", false, 1 },
		{ "of another file, none", false, 0 },
	};
	struct wimbed_bytes bytes;
	size_t i, j;

	wimbed_make("good.wim", &two);
	for (i = 0; i < 2 * COUNT(rows); i++) {
		j = i / 2;
		wimbed_write("count.wim", wimbed_read("good.wim"));
		bytes = wimbed_read("good.wim");
		wimbed_poke("count.wim",
			    entry_of(&bytes, rows[j].software) + 26,
			    rows[j].stated, 4);
		free(bytes.data);
		UNIT_ROW(!editing_image_set("count.wim#1", HOST, &ways[i % 2],
					    NULL),
			 rows[j].name);
		UNIT_ROW(wimbed_sound("count.wim"), rows[j].name);
		UNIT_ROW(editing_image_has("count.wim#2", &editing_to_read,
					   NULL),
			 rows[j].name);
		/* The last use goes, and the entry with it. */
		UNIT_ROW(!editing_image_set("count.wim#2", HOST, &ways[i % 2],
					    NULL),
			 rows[j].name);
		UNIT_ROW(wimbed_sound("count.wim"), rows[j].name);
		bytes = wimbed_read("count.wim");
		UNIT_ROW(spp_get64(bytes.data + SPP_WIM_AT_TABLE + 16) ==
				 4 * SPP_WIM_ENTRY,
			 rows[j].name);
		free(bytes.data);
	}
}

/* The references of an entry that is in the table; none if it is not. */
static uint32_t stated(const char *name, const uint8_t *hash)
{
	struct wimbed_bytes bytes = wimbed_read(name);
	uint8_t *table = bytes.data + wimbed_place(&bytes, SPP_WIM_AT_TABLE);
	uint64_t size = spp_get64(bytes.data + SPP_WIM_AT_TABLE + 16);
	uint8_t *at = memmem(table, (size_t)size, hash, SPP_WIM_HASH);
	uint32_t n = at ? spp_get32(at - 4) : 0;

	free(bytes.data);
	return n;
}

/* A number that is too low is set right before it gets to nothing. */
static void references_get_few(void)
{
	static const struct wimbed four = { .type = WIMLIB_COMPRESSION_TYPE_LZX,
					    .images = 4 };
	static const unsigned int left[] = { 2, 2, 1, 0 };
	char name[] = "few.wim#1";
	struct wimbed_bytes bytes;
	uint8_t hash[SPP_WIM_HASH], *e;
	size_t i;

	wimbed_make("few.wim", &four);
	bytes = wimbed_read("few.wim");
	e = bytes.data + entry_of(&bytes, true);
	memcpy(hash, e + 30, sizeof(hash));
	spp_put32(e + 26, 3);
	wimbed_write("few.wim", bytes);
	for (i = 0; i < COUNT(left); i++, name[8]++) {
		CU_ASSERT_EQUAL(
			editing_image_set(name, HOST, &editing_to_write, NULL),
			SPP_OK);
		CU_ASSERT_EQUAL(stated("few.wim", hash), left[i]);
		CU_ASSERT_TRUE(wimbed_sound("few.wim"));
	}
}

/* An image whose tree cannot be read may have the old bytes. */
static void unread_images_keep_their_files(void)
{
	static const struct wimbed unpacked = {
		.type = WIMLIB_COMPRESSION_TYPE_NONE, .images = 2
	};
	struct wimbed_bytes bytes;
	unsigned char *e;
	size_t at;

	wimbed_make("good.wim", &unpacked);
	bytes = wimbed_read("good.wim");
	at = entry_of(&bytes, true);
	spp_put32(bytes.data + at + 26, 1);
	e = bytes.data + wimbed_place(&bytes, SPP_WIM_AT_TABLE);
	for (at = 0; at < 2; e += SPP_WIM_ENTRY)
		at += (e[7] & SPP_RESOURCE_METADATA) != 0;
	e -= SPP_WIM_ENTRY;
	e[30] ^= 1; /* the hash of image 2 */
	wimbed_write("unread.wim", bytes);
	CU_ASSERT_EQUAL(editing_image_set("unread.wim#1", HOST,
					  &editing_to_write, NULL),
			SPP_OK);
	bytes = wimbed_read("unread.wim");
	CU_ASSERT_EQUAL(spp_get64(bytes.data + SPP_WIM_AT_TABLE + 16),
			5 * SPP_WIM_ENTRY);
	free(bytes.data);
}

/* The bytes that another image has got are there, whatever is stated of them. */
static void bytes_are_stored_once(void)
{
	struct wimbed_bytes bytes;
	uint64_t size;
	size_t at;

	wimbed_make("once.wim", &two);
	CU_ASSERT_EQUAL(
		editing_image_set("once.wim#1", HOST, &editing_to_write, NULL),
		SPP_OK);
	bytes = wimbed_read("once.wim");
	at = wimbed_place(&bytes, SPP_WIM_AT_TABLE);
	size = spp_get64(bytes.data + SPP_WIM_AT_TABLE + 16);
	spp_put32(bytes.data + at + size - SPP_WIM_ENTRY + 26, 0);
	wimbed_write("once.wim", bytes);
	CU_ASSERT_EQUAL(
		editing_image_set("once.wim#2", HOST, &editing_to_write, NULL),
		SPP_OK);
	bytes = wimbed_read("once.wim");
	CU_ASSERT_EQUAL(spp_get64(bytes.data + SPP_WIM_AT_TABLE + 16),
			size - SPP_WIM_ENTRY);
	free(bytes.data);
	CU_ASSERT_TRUE(wimbed_sound("once.wim"));
	CU_ASSERT_TRUE(editing_image_has("once.wim#1", &editing_to_read, HOST));
	CU_ASSERT_TRUE(editing_image_has("once.wim#2", &editing_to_read, HOST));
}

/* Only a rebuild reads a file that is not edited; a dry run says so, too. */
static void another_file_outside(void)
{
	struct spp_target_options how;
	struct wimbed_bytes bytes;
	struct spp_error err;
	enum spp_status st;
	size_t i, at;

	wimbed_make("good.wim", &packed);
	for (i = 0; i < 2 * COUNT(ways); i++) {
		bytes = wimbed_read("good.wim");
		at = entry_of(&bytes, false);
		spp_put64(bytes.data + at + 8, 1 << 30);
		wimbed_write("outside.wim", bytes);
		bytes = wimbed_read("outside.wim");
		how = ways[i / 2];
		how.dry = i % 2;
		st = editing_image_set("outside.wim", HOST, &how, &err);
		CU_ASSERT_EQUAL(st, how.rebuild ? SPP_CORRUPT : SPP_OK);
		CU_ASSERT_EQUAL(wimbed_same("outside.wim", bytes),
				how.rebuild || how.dry);
	}
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "not within it"));
}

static const struct unit_test tests[] = {
	{ "references are counted", references_are_counted },
	{ "references get few", references_get_few },
	{ "bytes are stored once", bytes_are_stored_once },
	{ "another file outside", another_file_outside },
	{ "unread images keep their files", unread_images_keep_their_files },
	{ NULL, NULL },
};

const struct unit_suite unit_wim_table = { "wim_table", tests };
