/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Windows in a WIM, in this process: read, edited, rebuilt, undone. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hive/wim/about.h"
#include "tests/editing.h"
#include "tests/wimbed.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
static const struct spp_target_options rebuild = { .write = EDITING_SOFTWARE,
						   .rebuild = true,
						   .backup = ".bak" };

/* One image of two is edited, the other stays, and libwim reads both. */
static void every_compression(void)
{
	static const struct {
		const char *name;
		struct wimbed how;
	} rows[] = {
		{ "none",
		  { .type = WIMLIB_COMPRESSION_TYPE_NONE, .images = 2 } },
		{ "none, integrity",
		  { .type = WIMLIB_COMPRESSION_TYPE_NONE,
		    .images = 2,
		    .flags = INTEGRITY } },
		{ "LZX",
		  { .type = WIMLIB_COMPRESSION_TYPE_LZX,
		    .images = 2,
		    .boot = 2 } },
		{ "XPRESS, integrity",
		  { .type = WIMLIB_COMPRESSION_TYPE_XPRESS,
		    .images = 2,
		    .flags = INTEGRITY } },
		{ "LZMS",
		  { .type = WIMLIB_COMPRESSION_TYPE_LZMS, .images = 2 } },
		{ "solid, integrity",
		  { .type = WIMLIB_COMPRESSION_TYPE_LZMS,
		    .images = 2,
		    .flags = INTEGRITY | SOLID } },
	};
	struct wimbed_bytes old;
	const char *name;
	size_t i, count, size;

	for (i = 0; i < COUNT(rows); i++) {
		name = rows[i].name;
		wimbed_make("a.wim", &rows[i].how);
		old = wimbed_read("a.wim");
		UNIT_ROW(editing_image_has("a.wim#1", &editing_to_read, NULL),
			 name);
		UNIT_ROW(!editing_image_set("a.wim#2", HOST, &editing_to_keep,
					    NULL),
			 name);
		UNIT_ROW(wimbed_sound("a.wim"), name);
		UNIT_ROW(editing_image_has("a.wim#1", &editing_to_read, NULL),
			 name);
		UNIT_ROW(editing_image_has("a.wim#Image 2", &editing_to_read,
					   HOST),
			 name);
		/* Once more changes nothing. */
		size = wimbed_size("a.wim");
		UNIT_ROW(!editing_image_set("a.wim#2", HOST, &editing_to_write,
					    NULL),
			 name);
		UNIT_ROW(wimbed_size("a.wim") == size, name);
		/* The same in the other image is stored already. */
		UNIT_ROW(!editing_image_restore("a.wim#2", false, &count, NULL),
			 name);
		UNIT_ROW(count == 1, name);
		UNIT_ROW(wimbed_same("a.wim", old), name);

		UNIT_ROW(!editing_image_set("a.wim#2", HOST, &editing_to_write,
					    NULL),
			 name);
		UNIT_ROW(!editing_image_set("a.wim#1", HOST, &editing_to_write,
					    NULL),
			 name);
		UNIT_ROW(wimbed_sound("a.wim"), name);
		size = wimbed_size("a.wim");
		UNIT_ROW(!editing_image_set("a.wim#1", "kms03.corp.example",
					    &rebuild, NULL),
			 name);
		UNIT_ROW(wimbed_size("a.wim") < size, name);
		UNIT_ROW(wimbed_sound("a.wim"), name);
		UNIT_ROW(editing_image_has("a.wim#1", &editing_to_read,
					   "kms03.corp.example"),
			 name);
		UNIT_ROW(editing_image_has("a.wim#2", &editing_to_read, HOST),
			 name);
		/* The backup of that is the whole old one. */
		UNIT_ROW(!editing_image_restore("a.wim#1", true, &count, NULL),
			 name);
		UNIT_ROW(!editing_image_restore("a.wim#1", false, &count, NULL),
			 name);
		UNIT_ROW(wimbed_size("a.wim") == size, name);
		UNIT_ROW(editing_image_restore("a.wim#1", false, &count,
					       NULL) == SPP_NOTFOUND,
			 name);
		UNIT_ROW(wimbed_sound("a.wim"), name);
	}
}

/* A dry run of each way leaves every byte, and nothing beside the file. */
static void rehearsal(void)
{
	struct spp_target_options dry[] = { editing_to_keep, rebuild };
	char path[UNIT_PATH];
	size_t i;

	wimbed_make("dry.wim", &packed);
	for (i = 0; i < COUNT(dry); i++) {
		struct wimbed_bytes old = wimbed_read("dry.wim");

		dry[i].dry = true;
		CU_ASSERT_EQUAL(
			editing_image_set("dry.wim", HOST, &dry[i], NULL),
			SPP_OK);
		CU_ASSERT_TRUE(wimbed_same("dry.wim", old));
		unit_path(path, "dry.wim.bak");
		CU_ASSERT_NOT_EQUAL(access(path, F_OK), 0);
	}
}

/* What an image is called, and what it is not. */
static void names(void)
{
	static const struct wimbed two = { .type = WIMLIB_COMPRESSION_TYPE_LZX,
					   .images = 2 };
	static const struct {
		const char *name;
		enum spp_status st;
		const char *why;
	} rows[] = {
		{ "two.wim#1", SPP_OK, "" },
		{ "two.wim#Image 2", SPP_OK, "" },
		{ "two.wim#iMAGE 2", SPP_OK, "" },
		{ "two.wim", SPP_REFUSED,
		  "has 2 images; name one: #1 (Image 1), #2 (Image 2)" },
		{ "two.wim#3", SPP_USAGE, "has no image '3'" },
		{ "two.wim#0", SPP_USAGE, "has no image '0'" },
		{ "two.wim#01", SPP_USAGE, "has no image '01'" },
		{ "two.wim#Image", SPP_USAGE, "has no image 'Image'" },
		{ "two.wim#all", SPP_USAGE, "several targets" },
		{ "two.wim#", SPP_USAGE, "has no image ''" },
	};
	struct spp_error err;
	unsigned int images;
	char path[UNIT_PATH];
	struct editing e;
	size_t i;

	wimbed_make("two.wim", &two);
	for (i = 0; i < COUNT(rows); i++) {
		UNIT_ROW(editing_image(&e, rows[i].name, &editing_to_read) ==
				 rows[i].st,
			 rows[i].name);
		UNIT_ROW(strstr(e.err.text, rows[i].why), rows[i].name);
		editing_close(&e);
	}
	unit_path(path, "two.wim");
	CU_ASSERT_EQUAL(spp_target_wim_count(path, &images, &err), SPP_OK);
	CU_ASSERT_EQUAL(images, 2);
	unit_path(path, "none.wim");
	err = (struct spp_error)SPP_ERROR_INIT;
	CU_ASSERT_NOT_EQUAL(spp_target_wim_count(path, &images, &err), SPP_OK);
}

static void about(void)
{
	static const struct wimbed how = { .type = WIMLIB_COMPRESSION_TYPE_LZX,
					   .flags = INTEGRITY,
					   .images = 2,
					   .boot = 1,
					   .hive = "dirty.hive" };
	static const struct spp_target_options inspect = { .inspect = true };
	const struct spp_wim_about *a;
	struct wimbed_bytes bytes;
	struct editing e;

	wimbed_make("about.wim", &how);
	bytes = wimbed_read("about.wim");
	bytes.size--; /* of the integrity table */
	wimbed_write("about.wim", bytes);
	CU_ASSERT_TRUE(
		wimbed_refuses("about.wim#1", "integrity table is after"));
	wimbed_make("about.wim", &how);
	bytes = wimbed_read("about.wim");
	bytes.data = realloc(bytes.data, bytes.size + 7);
	memset(bytes.data + bytes.size, 'x', 7);
	bytes.size += 7;
	wimbed_write("about.wim", bytes);
	CU_ASSERT_EQUAL(editing_image(&e, "about.wim#2", &inspect), SPP_DIRTY);
	CU_ASSERT_PTR_NOT_NULL_FATAL(e.target);
	a = e.target->wim;
	CU_ASSERT_PTR_NOT_NULL_FATAL(a);
	CU_ASSERT_EQUAL(a->size, wimbed_size("about.wim"));
	CU_ASSERT_EQUAL(a->dead, 7);
	CU_ASSERT_STRING_EQUAL(a->method, "LZX");
	CU_ASSERT_EQUAL(a->chunk, 32768);
	CU_ASSERT_TRUE(a->integrity);
	CU_ASSERT_FALSE(a->solid || a->read_only || a->in_progress);
	CU_ASSERT_EQUAL(a->boot, 1);
	CU_ASSERT_EQUAL(a->chosen, 2);
	CU_ASSERT_EQUAL(a->images, 2);
	CU_ASSERT_STRING_EQUAL(a->image[1].name, "Image 2");
	CU_ASSERT_TRUE(a->image[1].hive[SPP_ROLE_SOFTWARE].dirty);
	CU_ASSERT_TRUE(a->image[0].hive[SPP_ROLE_SYSTEM].there);
	CU_ASSERT_FALSE(a->image[0].hive[SPP_ROLE_SYSTEM].dirty);
	CU_ASSERT_FALSE(a->image[0].hive[SPP_ROLE_NETSVC].there);
	editing_close(&e);
}

/* The links of one file, as the image has them and as the disk has them. */
static void links(void)
{
	static const struct wimbed linked = {
		.type = WIMLIB_COMPRESSION_TYPE_NONE,
		.link = "tree/Windows/System32/config/OTHER"
	};
	char path[UNIT_PATH], other[UNIT_PATH];
	struct spp_error err;

	wimbed_make("links.wim", &linked);
	CU_ASSERT_TRUE(editing_image_has("links.wim", &editing_to_read, NULL));
	CU_ASSERT_EQUAL(
		editing_image_set("links.wim", HOST, &editing_to_write, &err),
		SPP_UNSUPPORTED);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "a hard link"));
	CU_ASSERT_TRUE(wimbed_refuses("links.wim", "a hard link"));

	wimbed_make("names.wim", &plain);
	unit_path(path, "names.wim");
	unit_path(other, "same.wim");
	CU_ASSERT_EQUAL(link(path, other), 0);
	CU_ASSERT_EQUAL(
		editing_image_set("names.wim", HOST, &editing_to_write, &err),
		SPP_REFUSED);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "2 hard links"));
	CU_ASSERT_TRUE(wimbed_refuses("names.wim", "2 hard links"));
}

/* Putting back what a rebuild kept parts hard links only if that is wanted. */
static void restore_of_links(void)
{
	static const char why[] = "putting it back would part them";
	struct spp_target_options how = editing_to_write;
	struct spp_restores CLEANUP(spp_restores_release) restores =
		SPP_RESTORES_INIT;
	char path[UNIT_PATH], other[UNIT_PATH];
	struct spp_target *target = NULL;
	struct spp_error err;
	size_t count;
	int dry;

	wimbed_make("whole.wim", &plain);
	CU_ASSERT_EQUAL(editing_image_set("whole.wim", HOST, &rebuild, NULL),
			SPP_OK);
	unit_path(path, "whole.wim");
	unit_path(other, "other.wim");
	CU_ASSERT_EQUAL(link(path, other), 0);
	for (dry = 1; dry >= 0; dry--) {
		err = (struct spp_error)SPP_ERROR_INIT;
		CU_ASSERT_EQUAL(
			editing_image_restore("whole.wim", dry, &count, &err),
			SPP_REFUSED);
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, why));
		CU_ASSERT_EQUAL(err.remedy, SPP_REMEDY_BREAK_LINKS);
	}
	CU_ASSERT_TRUE(editing_image_has("whole.wim", &editing_to_read, HOST));
	how.whole = how.break_links = true;
	CU_ASSERT_EQUAL_FATAL(spp_target_open(path, &how, &target, NULL),
			      SPP_OK);
	CU_ASSERT_EQUAL(
		spp_target_restore(target, ".bak", false, &restores, NULL),
		SPP_OK);
	spp_target_close(target);
	CU_ASSERT_TRUE(editing_image_has("whole.wim", &editing_to_read, NULL));
	CU_ASSERT_TRUE(editing_image_has("other.wim", &editing_to_read, HOST));
}

/* An interrupted rebuild leaves its backup as another name of the file. */
static void backup_is_a_link(void)
{
	static const char why[] = "its backup are the same file";
	char path[UNIT_PATH], backup[UNIT_PATH];
	struct spp_error err;
	size_t count;

	wimbed_make("kept.wim", &plain);
	unit_path(path, "kept.wim");
	unit_path(backup, "kept.wim.bak");
	CU_ASSERT_EQUAL(link(path, backup), 0);
	CU_ASSERT_EQUAL(
		editing_image_set("kept.wim", HOST, &editing_to_keep, &err),
		SPP_REFUSED);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, why));
	CU_ASSERT_TRUE(wimbed_refuses("kept.wim", why));
	CU_ASSERT_EQUAL(editing_image_restore("kept.wim", false, &count, NULL),
			SPP_OK);
	CU_ASSERT_EQUAL(count, 1);
	CU_ASSERT_NOT_EQUAL(access(backup, F_OK), 0);
	CU_ASSERT_EQUAL(
		editing_image_set("kept.wim", HOST, &editing_to_write, NULL),
		SPP_OK);
}

/* Two files whose names differ in case only; a second Windows. */
static void twins(void)
{
	static const struct wimbed windows = {
		.type = WIMLIB_COMPRESSION_TYPE_NONE, .beside = "tree/windows"
	};
	static const struct wimbed software = {
		.type = WIMLIB_COMPRESSION_TYPE_NONE,
		.link = "tree/Windows/System32/config/software"
	};
	static const struct wimbed folder = {
		.type = WIMLIB_COMPRESSION_TYPE_NONE,
		.without = "tree/Windows/System32/config/SOFTWARE",
		.beside = "tree/Windows/System32/config/Software"
	};
	struct editing e;

	wimbed_make("twins.wim", &windows);
	CU_ASSERT_TRUE(editing_image_has("twins.wim", &editing_to_read, NULL));
	wimbed_make("twins.wim", &software);
	CU_ASSERT_NOT_EQUAL(editing_image(&e, "twins.wim", &editing_to_read),
			    SPP_OK);
	editing_close(&e);
	wimbed_make("twins.wim", &folder);
	CU_ASSERT_NOT_EQUAL(editing_image(&e, "twins.wim", &editing_to_read),
			    SPP_OK);
	editing_close(&e);
}

/* A dirty hive is replayed from the log beside it. */
static void dirty(void)
{
	static const struct wimbed how = { .type = WIMLIB_COMPRESSION_TYPE_LZX,
					   .hive = "dirty-new.hive",
					   .log = "dirty-new.hive.LOG1" };
	static const struct wimbed alone = {
		.type = WIMLIB_COMPRESSION_TYPE_LZX, .hive = "dirty-new.hive"
	};
	struct wimbed_bytes old;
	struct editing e;

	wimbed_make("dirty.wim", &how);
	old = wimbed_read("dirty.wim");
	CU_ASSERT_EQUAL(editing_image(&e, "dirty.wim", &editing_to_read),
			SPP_OK);
	CU_ASSERT_EQUAL(spp_session_report(e.session)->replay.format,
			SPP_LOG_NEW);
	editing_close(&e);
	CU_ASSERT_TRUE(wimbed_same("dirty.wim", old));
	CU_ASSERT_EQUAL(
		editing_image_set("dirty.wim", HOST, &editing_to_write, NULL),
		SPP_OK);
	CU_ASSERT_TRUE(wimbed_sound("dirty.wim"));
	CU_ASSERT_EQUAL(editing_image(&e, "dirty.wim", &editing_to_read),
			SPP_OK);
	CU_ASSERT_EQUAL(spp_session_report(e.session)->replay.format,
			SPP_LOG_NONE);
	editing_close(&e);
	wimbed_make("dirty.wim", &alone);
	CU_ASSERT_EQUAL(
		editing_image_set("dirty.wim", HOST, &editing_to_write, NULL),
		SPP_DIRTY);
}

static const struct unit_test tests[] = {
	{ "every compression", every_compression },
	{ "a rehearsal", rehearsal },
	{ "names of images", names },
	{ "about", about },
	{ "links", links },
	{ "a restore parts no links", restore_of_links },
	{ "a backup that is a link", backup_is_a_link },
	{ "twins", twins },
	{ "a dirty hive", dirty },
	{ NULL, NULL },
};

const struct unit_suite unit_wim = { "wim", tests };
