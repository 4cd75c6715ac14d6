/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Edits of a WIM, appended, and what undoes them. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hive/wim/wim.h"
#include "tests/editing.h"
#include "tests/wimbed.h"

/* Each edit follows the one before it; one backup may undo both. */
static void undo(void)
{
	static const struct spp_target_options follow = {
		.write = EDITING_SOFTWARE, .backup = ".bak", .follow = true
	};
	struct wimbed_bytes old, bytes;
	char path[UNIT_PATH];
	struct spp_error err;
	size_t count, i;

	wimbed_make("undo.wim", &packed);
	old = wimbed_read("undo.wim");
	CU_ASSERT_EQUAL(
		editing_image_set("undo.wim", HOST, &editing_to_keep, NULL),
		SPP_OK);
	CU_ASSERT_EQUAL(
		editing_image_set("undo.wim", "second.example", &follow, NULL),
		SPP_OK);
	CU_ASSERT_EQUAL(wimbed_size("undo.wim.bak"), 1024);
	CU_ASSERT_EQUAL(editing_image_restore("undo.wim", true, &count, NULL),
			SPP_OK);
	CU_ASSERT_TRUE(editing_image_has("undo.wim", &editing_to_read,
					 "second.example"));
	CU_ASSERT_EQUAL(editing_image_restore("undo.wim", false, &count, NULL),
			SPP_OK);
	CU_ASSERT_TRUE(wimbed_same("undo.wim", old));

	/* Of another state, of another length, damaged, no such file at all. */
	CU_ASSERT_EQUAL(
		editing_image_set("undo.wim", HOST, &editing_to_keep, NULL),
		SPP_OK);
	CU_ASSERT_EQUAL(editing_image_set("undo.wim", "second.example",
					  &editing_to_write, NULL),
			SPP_OK);
	CU_ASSERT_EQUAL(editing_image_restore("undo.wim", false, &count, &err),
			SPP_REFUSED);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "has changed since"));
	wimbed_make("undo.wim", &packed);
	unit_path(path, "undo.wim.bak");
	unlink(path);
	CU_ASSERT_EQUAL(
		editing_image_set("undo.wim", HOST, &editing_to_keep, NULL),
		SPP_OK);
	CU_ASSERT_EQUAL(wimbed_size("undo.wim.bak"), 512);
	for (i = 0; i < 480; i += 16) {
		bytes = wimbed_read("undo.wim.bak");
		bytes.data[i] ^= 1;
		wimbed_write("undo.wim.bak", bytes);
		old = wimbed_read("undo.wim");
		CU_ASSERT_EQUAL(
			editing_image_restore("undo.wim", false, &count, &err),
			i < 16 ? SPP_NOTHIVE : SPP_CORRUPT);
		CU_ASSERT_TRUE(wimbed_same("undo.wim", old));
		CU_ASSERT_EQUAL(count, 0);
		bytes = wimbed_read("undo.wim.bak");
		bytes.data[i] ^= 1;
		wimbed_write("undo.wim.bak", bytes);
	}
	bytes = wimbed_read("undo.wim.bak");
	bytes.size = 500;
	wimbed_write("undo.wim.bak", bytes);
	CU_ASSERT_EQUAL(editing_image_restore("undo.wim", false, &count, &err),
			SPP_NOTHIVE);
}

/* The first digit of the sizes in the XML, of which nobody makes anything. */
static size_t a_digit(const struct wimbed_bytes *bytes)
{
	size_t at = wimbed_place(bytes, SPP_WIM_AT_XML);

	for (; at + 2 < bytes->size; at += 2)
		if (bytes->data[at - 2] == '>' && bytes->data[at] >= '0' &&
		    bytes->data[at] <= '9')
			return at;
	CU_FAIL("no digit");
	return 0;
}

/* What was appended must be what the edit appended, or it is not cut off. */
static void undo_of_other_bytes(void)
{
	struct wimbed_bytes old, bytes;
	struct spp_error err;
	size_t count;

	wimbed_make("bytes.wim", &packed);
	old = wimbed_read("bytes.wim");
	CU_ASSERT_EQUAL(
		editing_image_set("bytes.wim", HOST, &editing_to_keep, NULL),
		SPP_OK);
	bytes = wimbed_read("bytes.wim");
	bytes.data[a_digit(&bytes)] ^= 1;
	wimbed_write("bytes.wim", bytes);
	CU_ASSERT_EQUAL(editing_image_restore("bytes.wim", false, &count, &err),
			SPP_REFUSED);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "has changed since"));
	CU_ASSERT_TRUE(editing_image_has("bytes.wim", &editing_to_read, HOST));
	bytes = wimbed_read("bytes.wim");
	bytes.data[a_digit(&bytes)] ^= 1;
	wimbed_write("bytes.wim", bytes);
	CU_ASSERT_EQUAL(editing_image_restore("bytes.wim", false, &count, NULL),
			SPP_OK);
	CU_ASSERT_TRUE(wimbed_same("bytes.wim", old));
}

/* Edits that do not follow each other have an undo file each. */
static void undo_of_each_edit(void)
{
	struct wimbed_bytes old, first;
	size_t count;

	wimbed_make("each.wim", &packed);
	old = wimbed_read("each.wim");
	CU_ASSERT_EQUAL(
		editing_image_set("each.wim", HOST, &editing_to_keep, NULL),
		SPP_OK);
	first = wimbed_read("each.wim.bak");
	CU_ASSERT_EQUAL(editing_image_set("each.wim", "second.example",
					  &editing_to_keep, NULL),
			SPP_OK);
	CU_ASSERT_TRUE(wimbed_same("each.wim.bak", first));
	CU_ASSERT_EQUAL(editing_image_restore("each.wim", false, &count, NULL),
			SPP_OK);
	CU_ASSERT_TRUE(editing_image_has("each.wim", &editing_to_read, HOST));
	CU_ASSERT_EQUAL(editing_image_restore("each.wim", false, &count, NULL),
			SPP_OK);
	CU_ASSERT_TRUE(wimbed_same("each.wim", old));
}

/* Bytes after the end are of an edit that never became visible. */
static void leftovers_are_cut_off(void)
{
	enum { MORE = 4 << 20 };
	struct wimbed_bytes bytes, expected;

	wimbed_make("left.wim", &packed);
	bytes = wimbed_read("left.wim");
	bytes.data = realloc(bytes.data, bytes.size + MORE);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes.data);
	memset(bytes.data + bytes.size, 0x55, MORE);
	CU_ASSERT_EQUAL(
		editing_image_set("left.wim", HOST, &editing_to_write, NULL),
		SPP_OK);
	expected = wimbed_read("left.wim");
	bytes.size += MORE;
	wimbed_write("left.wim", bytes);
	CU_ASSERT_EQUAL(
		editing_image_set("left.wim", HOST, &editing_to_write, NULL),
		SPP_OK);
	CU_ASSERT_TRUE(wimbed_same("left.wim", expected));
}

/* A whole WIM of another origin is not an earlier state of this one. */
static void backup_of_another(void)
{
	struct spp_error err;
	char from[UNIT_PATH], to[UNIT_PATH];
	size_t count;

	wimbed_make("other.wim", &packed);
	wimbed_make("this.wim", &packed);
	unit_path(from, "other.wim");
	unit_path(to, "this.wim.bak");
	CU_ASSERT_EQUAL(rename(from, to), 0);
	CU_ASSERT_EQUAL(editing_image_restore("this.wim", false, &count, &err),
			SPP_REFUSED);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "not an earlier state"));
}

/* A file that is an undo file and something more is none. */
static void undo_files_have_a_length(void)
{
	struct wimbed_bytes bytes;
	struct spp_error err;
	size_t count;

	wimbed_make("length.wim", &packed);
	CU_ASSERT_EQUAL(
		editing_image_set("length.wim", HOST, &editing_to_keep, NULL),
		SPP_OK);
	bytes = wimbed_read("length.wim.bak");
	CU_ASSERT_EQUAL(bytes.size, 512);
	bytes.data = realloc(bytes.data, 600);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes.data);
	memset(bytes.data + 512, 0, 600 - 512);
	bytes.size = 600;
	wimbed_write("length.wim.bak", bytes);
	CU_ASSERT_EQUAL(
		editing_image_restore("length.wim", false, &count, &err),
		SPP_NOTHIVE);
	CU_ASSERT_TRUE(editing_image_has("length.wim", &editing_to_read, HOST));
}

/* The bytes of a WIM, and more after its end. */
static struct wimbed_bytes with_more(const char *name, size_t more)
{
	struct wimbed_bytes bytes = wimbed_read(name);

	bytes.data = realloc(bytes.data, bytes.size + more);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes.data);
	memset(bytes.data + bytes.size, 'x', more);
	bytes.size += more;
	return bytes;
}

static struct timespec modified(const char *name)
{
	struct stat st = { .st_size = 0 };
	char path[UNIT_PATH];

	unit_path(path, name);
	stat(path, &st);
	return st.st_mtim;
}

static bool is_as_it_was(const char *name, struct timespec when)
{
	struct timespec now = modified(name);

	return wimbed_same(name, with_more("good.wim", 4096)) &&
	       now.tv_sec == when.tv_sec && now.tv_nsec == when.tv_nsec;
}

/* Who is about to lose bytes that are no part of the WIM is told. */
static void the_rest_is_told(void)
{
	static const struct spp_target_options restore = {
		.write = EDITING_SOFTWARE, .whole = true
	};
	static const struct {
		const char *name;
		const struct spp_target_options *how;
		size_t notes;
	} rows[] = {
		{ "rest.wim", &editing_to_read, 0 },
		{ "rest.wim", &editing_to_write, 1 },
		{ "rest.wim", &restore, 1 },
		{ "good.wim", &editing_to_write, 0 },
	};
	struct editing e;
	size_t i;

	wimbed_make("good.wim", &packed);
	wimbed_write("rest.wim", with_more("good.wim", 4096));
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		editing_image(&e, rows[i].name, rows[i].how);
		CU_ASSERT_PTR_NOT_NULL_FATAL(e.target);
		CU_ASSERT_EQUAL(e.target->notes.count, rows[i].notes);
		editing_close(&e);
	}
}

/* What is beside the WIM stops an edit before a byte of it is written. */
static void backups_are_judged_first(void)
{
	static char longest[256];
	static const struct {
		const char *name; /* of a file, or with a slash a folder */
		const char *suffix;
		enum spp_status st;
		const char *why;
		bool rebuild;
	} rows[] = {
		{ ".x.wim.sppctl-undo/", ".bak", SPP_REFUSED, "a folder has",
		  false },
		{ "x.wim.bak.999999", ".bak", SPP_LIMIT, "the last number",
		  false },
		{ NULL, longest, SPP_IO, "too long", false },
		{ ".x.wim.sppctl-new/", ".bak", SPP_REFUSED, "a folder has",
		  true },
		{ "x.wim.bak.999999", ".bak", SPP_LIMIT, "the last number",
		  true },
		{ NULL, longest, SPP_IO, "too long", true },
	};
	struct spp_target_options how = editing_to_keep;
	char path[UNIT_PATH];
	struct timespec when;
	struct spp_error err;
	size_t i, dry;
	FILE *f;

	memset(longest, 'b', sizeof(longest) - 5);
	longest[0] = '.';
	wimbed_make("good.wim", &packed);
	wimbed_write("x.wim", with_more("good.wim", 4096));
	when = modified("x.wim");
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unit_path(path, rows[i].name ? rows[i].name : "none");
		if (rows[i].name && rows[i].name[0] == '.')
			mkdir(path, 0755);
		else if (rows[i].name && (f = fopen(path, "w")))
			fclose(f);
		how.backup = rows[i].suffix;
		how.rebuild = rows[i].rebuild;
		for (dry = 0; dry < 2; dry++) {
			how.dry = dry;
			UNIT_ROW(editing_image_set("x.wim#1", HOST, &how,
						   &err) == rows[i].st,
				 rows[i].suffix);
			UNIT_ROW(strstr(err.text, rows[i].why), err.text);
			UNIT_ROW(is_as_it_was("x.wim", when), rows[i].suffix);
		}
		remove(path);
	}
}

/* A backup that could not be removed is not put back. */
static void restores_are_judged_first(void)
{
	static const struct spp_target_options ways[] = {
		{ .write = EDITING_SOFTWARE, .backup = ".bak" },
		{ .write = EDITING_SOFTWARE,
		  .backup = ".bak",
		  .rebuild = true },
	};
	struct wimbed_bytes edited;
	struct spp_error err;
	char path[UNIT_PATH];
	size_t i, count, dry;

	unit_path(path, ".back.wim.sppctl-new");
	for (i = 0; i < 4; i++) {
		dry = i % 2;
		wimbed_make("back.wim", &packed);
		CU_ASSERT_EQUAL(
			editing_image_set("back.wim", HOST, &ways[i / 2], NULL),
			SPP_OK);
		edited = wimbed_read("back.wim");
		CU_ASSERT_EQUAL(mkdir(path, 0755), 0);
		CU_ASSERT_EQUAL(
			editing_image_restore("back.wim", dry, &count, &err),
			SPP_REFUSED);
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "a folder has"));
		CU_ASSERT_TRUE(wimbed_same("back.wim", edited));
		CU_ASSERT_EQUAL(rmdir(path), 0);
		CU_ASSERT_EQUAL(
			editing_image_restore("back.wim", false, &count, NULL),
			SPP_OK);
	}
}

/* Sets how long a file may get, and returns how long before. */
static rlim_t limit_files(rlim_t size)
{
	struct rlimit limit;
	rlim_t was;

	getrlimit(RLIMIT_FSIZE, &limit);
	was = limit.rlim_cur;
	limit.rlim_cur = size < limit.rlim_max ? size : limit.rlim_max;
	CU_ASSERT_EQUAL(setrlimit(RLIMIT_FSIZE, &limit), 0);
	return was;
}

/* A write that fails: the bytes after the end come back, and the time. */
static void failed_writes(void)
{
	void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
	struct timespec when;
	struct spp_error err;
	rlim_t was;

	wimbed_make("good.wim", &plain);
	wimbed_write("full.wim", with_more("good.wim", 4096));
	when = modified("full.wim");
	was = limit_files(wimbed_size("full.wim") + 4096);
	CU_ASSERT_EQUAL(
		editing_image_set("full.wim#1", HOST, &editing_to_keep, &err),
		SPP_IO);
	limit_files(was);
	signal(SIGXFSZ, handler);
	CU_ASSERT_TRUE(is_as_it_was("full.wim", when));
	CU_ASSERT_EQUAL(wimbed_size("full.wim.bak"), 0);
	CU_ASSERT_EQUAL(wimbed_size(".full.wim.sppctl-undo"), 0);
}

/*
 * A refusal sets no time, since who does not own the file cannot set it back;
 * and it comes before what is after the end is copied.
 */
static void refusals_touch_nothing(void)
{
	enum { MORE = 32 << 20, LESS = 16 << 20 };
	static const rlim_t limits[] = { RLIM_INFINITY, LESS };
	void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
	int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	struct inotify_event event;
	char path[UNIT_PATH];
	struct spp_error err;
	rlim_t was;
	int i;

	wimbed_make("good.wim", &packed);
	wimbed_write("long.wim", wimbed_read("good.wim"));
	wimbed_poke("long.wim", SPP_WIM_AT_XML + 16, 17 << 20, 8);
	unit_path(path, "long.wim");
	CU_ASSERT_EQUAL(truncate(path, MORE), 0);
	CU_ASSERT(inotify_add_watch(watch, path, IN_MODIFY | IN_ATTRIB) >= 0);
	for (i = 0; i < 2; i++) {
		was = limit_files(limits[i]);
		CU_ASSERT_EQUAL(editing_image_set("long.wim#1", HOST,
						  &editing_to_write, &err),
				SPP_CORRUPT);
		limit_files(was);
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "XML is too long"));
	}
	signal(SIGXFSZ, handler);
	CU_ASSERT(read(watch, &event, sizeof(event)) < 0);
	close(watch);
}

static const struct unit_test tests[] = {
	{ "undo", undo },
	{ "undo of other bytes", undo_of_other_bytes },
	{ "undo of each edit", undo_of_each_edit },
	{ "undo files have a length", undo_files_have_a_length },
	{ "leftovers are cut off", leftovers_are_cut_off },
	{ "a backup of another", backup_of_another },
	{ "the rest is told", the_rest_is_told },
	{ "backups are judged first", backups_are_judged_first },
	{ "restores are judged first", restores_are_judged_first },
	{ "failed writes", failed_writes },
	{ "refusals touch nothing", refusals_touch_nothing },
	{ NULL, NULL },
};

const struct unit_suite unit_wim_undo = { "wim_undo", tests };
