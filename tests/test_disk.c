/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Windows on a disk image, in this process: found, read, edited, undone. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hive/base/bytes.h"
#include "hive/base/file.h"
#include "hive/ntfs/ntfs.h"
#include "hive/regf/tmpfile.h"
#include "hive/target/disk_about.h"
#include "hive/target/paths.h"
#include "tests/editing.h"
#include "tests/unit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define MIB    1048576
#define SIZE   EDITING_VOLUME
#define CONFIG EDITING_CONFIG

/* A value that fits in place; a backup is kept, and puts all back. */
static void edit_in_place(void)
{
	unsigned char *before, *after;
	char path[UNIT_PATH];
	size_t size, count;

	if (!editing_volume("win.raw", ""))
		return;
	unit_path(path, "win.raw");
	before = unit_slurp(path, &size);
	CU_ASSERT_TRUE(editing_image_has("win.raw", &editing_to_read, NULL));
	CU_ASSERT_EQUAL(editing_image_set("win.raw", "kms02.corp.example",
					  &editing_to_keep, NULL),
			SPP_OK);
	CU_ASSERT_TRUE(editing_image_has("win.raw", &editing_to_read,
					 "kms02.corp.example"));
	CU_ASSERT_EQUAL(editing_image_restore("win.raw", true, &count, NULL),
			SPP_OK);
	CU_ASSERT_EQUAL(count, 1);
	CU_ASSERT_TRUE(editing_image_has("win.raw", &editing_to_read,
					 "kms02.corp.example"));
	CU_ASSERT_EQUAL(editing_image_restore("win.raw", false, &count, NULL),
			SPP_OK);
	after = unit_slurp(path, &size);
	CU_ASSERT_EQUAL(size, SIZE);
	CU_ASSERT_FALSE(memcmp(before, after, SIZE));
	CU_ASSERT_EQUAL(editing_image_restore("win.raw", false, &count, NULL),
			SPP_NOTFOUND);
	free(before);
	free(after);
}

/* The whole image; and writes one. */
static unsigned char *slurp(const char *name)
{
	unsigned char *bytes;
	char path[UNIT_PATH];
	size_t size;

	unit_path(path, name);
	bytes = unit_slurp(path, &size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	CU_ASSERT_EQUAL_FATAL(size, SIZE);
	return bytes;
}

static void spill(const char *name, const unsigned char *bytes)
{
	char path[UNIT_PATH];
	int fd;

	unit_path(path, name);
	fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
	CU_ASSERT_EQUAL(spp_write_at(fd, 0, bytes, SIZE, name, NULL), SPP_OK);
	close(fd);
}

/* An undo file is of one volume, even if its bytes fit another one. */
static void undo_of_another_volume(void)
{
	unsigned char *bytes;
	size_t count;

	if (!editing_volume("other.raw", ""))
		return;
	CU_ASSERT_EQUAL(editing_image_set("other.raw", "kms02.corp.example",
					  &editing_to_keep, NULL),
			SPP_OK);
	bytes = slurp("other.raw");
	bytes[0x48] ^= 1; /* its serial number */
	spill("other.raw", bytes);
	CU_ASSERT_EQUAL(editing_image_restore("other.raw", false, &count, NULL),
			SPP_REFUSED);
	CU_ASSERT_TRUE(editing_image_has("other.raw", &editing_to_read,
					 "kms02.corp.example"));
	bytes[0x48] ^= 1;
	spill("other.raw", bytes);
	CU_ASSERT_EQUAL(editing_image_restore("other.raw", false, &count, NULL),
			SPP_OK);
	CU_ASSERT_TRUE(editing_image_has("other.raw", &editing_to_read, NULL));
	free(bytes);
}

/*
 * A journal of which nothing was written is dropped: the image may be a fresh
 * copy.  So the next edit gives what it gives without that journal.
 */
static void an_edit_that_had_not_begun(void)
{
	char undo[UNIT_PATH], journal[UNIT_PATH];
	unsigned char *before, *expected, *is;
	struct editing e;

	if (!editing_volume("begun.raw", ""))
		return;
	unit_path(undo, "begun.raw.bak");
	unit_path(journal, "begun.raw.sppctl-journal");
	before = slurp("begun.raw");
	CU_ASSERT_EQUAL(editing_image_set("begun.raw", "kms02.corp.example",
					  &editing_to_write, NULL),
			SPP_OK);
	expected = slurp("begun.raw");
	spill("begun.raw", before);
	CU_ASSERT_EQUAL(editing_image(&e, "begun.raw", &editing_to_keep),
			SPP_OK);
	CU_ASSERT_EQUAL(editing_set(&e, BED_SPP, "Extra", "of an edit before"),
			SPP_OK);
	CU_ASSERT_EQUAL(editing_commit(&e), SPP_OK);
	editing_close(&e);
	spill("begun.raw", before);
	CU_ASSERT_EQUAL(rename(undo, journal), 0);
	CU_ASSERT_EQUAL(editing_image_set("begun.raw", "kms02.corp.example",
					  &editing_to_write, NULL),
			SPP_OK);
	is = slurp("begun.raw");
	CU_ASSERT_FALSE(memcmp(is, expected, SIZE));
	CU_ASSERT_TRUE(access(journal, F_OK));
	CU_ASSERT_TRUE(access(undo, F_OK));
	free(before);
	free(expected);
	free(is);
}

/* A hive that grows needs clusters of the volume. */
static void edit_that_grows(void)
{
	char text[8000];
	struct editing e;
	char name[16];
	int i;

	if (!editing_volume("grow.raw", ""))
		return;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	CU_ASSERT_EQUAL(editing_image(&e, "grow.raw", &editing_to_write),
			SPP_OK);
	for (i = 0; i < 8; i++) {
		snprintf(name, sizeof(name), "New%d", i);
		CU_ASSERT_EQUAL(editing_set(&e, BED_SPP, name, text), SPP_OK);
	}
	CU_ASSERT_EQUAL(editing_commit(&e), SPP_OK);
	editing_close(&e);
	CU_ASSERT_EQUAL(editing_image(&e, "grow.raw", &editing_to_read),
			SPP_OK);
	CU_ASSERT_TRUE(editing_has(&e, BED_SPP, "New7", text));
	editing_close(&e);
	CU_ASSERT_TRUE(editing_image_has("grow.raw", &editing_to_read, NULL));
}

/* A dry run leaves every byte, and nothing beside the image. */
static void rehearsal(void)
{
	static const struct spp_target_options dry = { .write =
							       EDITING_SOFTWARE,
						       .dry = true };
	unsigned char *before, *after;
	char path[UNIT_PATH];
	size_t size;

	if (!editing_volume("dry.raw", ""))
		return;
	unit_path(path, "dry.raw");
	before = unit_slurp(path, &size);
	CU_ASSERT_EQUAL(
		editing_image_set("dry.raw", "other.corp.example", &dry, NULL),
		SPP_OK);
	after = unit_slurp(path, &size);
	CU_ASSERT_FALSE(memcmp(before, after, SIZE));
	free(before);
	free(after);
}

/* States in which Windows or a program left the volume, and its files. */
static void states_are_judged(void)
{
	static const struct {
		const char *more;
		enum spp_status read, write;
		const char *why; /* of writing */
		bool unclean;	 /* whether that helps reading */
	} rows[] = {
		{ "log unclean", SPP_DIRTY, SPP_DIRTY, "unfinished writes",
		  true },
		{ "log cached", SPP_REFUSED, SPP_REFUSED, "version 2.0", true },
		{ "dirty", SPP_DIRTY, SPP_DIRTY, "chkdsk", true },
		{ "reparse " CONFIG "SOFTWARE", SPP_UNSUPPORTED,
		  SPP_UNSUPPORTED, "hive of", false },
		{ "efs " CONFIG "SOFTWARE", SPP_UNSUPPORTED, SPP_UNSUPPORTED,
		  "encrypted", false },
		{ "free " CONFIG "SOFTWARE", SPP_OK, SPP_UNSUPPORTED, "chkdsk",
		  false },
		{ "mkdir WINNT/System32/config put " UNIT_FIXTURES
		  "/client.hive WINNT/System32/config/SOFTWARE",
		  SPP_REFUSED, SPP_REFUSED, "several SOFTWARE hives", false },
	};
	static const struct spp_target_options unclean = { .unclean = true };
	struct spp_error err;
	enum spp_status st;
	struct editing e;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		if (!editing_volume("state.raw", rows[i].more))
			return;
		st = editing_image(&e, "state.raw", &editing_to_read);
		UNIT_ROW(st == rows[i].read, rows[i].more);
		editing_close(&e);
		UNIT_ROW(editing_image_set("state.raw", "x.example",
					   &editing_to_write,
					   &err) == rows[i].write,
			 rows[i].more);
		UNIT_ROW(strstr(err.text, rows[i].why), rows[i].more);
		if (rows[i].unclean)
			UNIT_ROW(editing_image_has("state.raw", &unclean, NULL),
				 rows[i].more);
	}
}

/* The volume as the second partition of an MBR. */
static bool make_disk(const char *name)
{
	static const uint8_t entries[] = {
		0, 0, 0, 0, 0x0c, 0, 0, 0, 0, 8,  0, 0, 0, 8,  0, 0,
		0, 0, 0, 0, 7,	  0, 0, 0, 0, 16, 0, 0, 0, 96, 0, 0,
	};
	unsigned char *volume, head[512] = "";
	char path[UNIT_PATH];
	size_t size;
	int fd;

	if (!editing_volume("volume.raw", ""))
		return false;
	unit_path(path, "volume.raw");
	volume = unit_slurp(path, &size);
	unit_path(path, name);
	fd = open(path, O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600);
	memcpy(head + 446, entries, sizeof(entries));
	spp_put16(head + 510, 0xaa55);
	CU_ASSERT_EQUAL(spp_write_at(fd, 0, head, sizeof(head), name, NULL),
			SPP_OK);
	CU_ASSERT_EQUAL(spp_write_at(fd, 2 * MIB, volume, size, name, NULL),
			SPP_OK);
	free(volume);
	close(fd);
	return true;
}

static void partitions(void)
{
	static const struct {
		const char *partition;
		enum spp_status st;
		const char *why;
	} rows[] = {
		{ "2", SPP_OK, "" },
		{ "1", SPP_NOTFOUND, "no NTFS" },
		{ "3", SPP_USAGE, "no partition 3" },
		{ "x", SPP_USAGE, "not a partition number" },
		{ NULL, SPP_OK, "" },
	};
	struct spp_target_options options = { .write = 0 };
	struct editing e;
	size_t i;

	if (!make_disk("disk.raw"))
		return;
	for (i = 0; i < COUNT(rows); i++) {
		options.partition = rows[i].partition;
		UNIT_ROW(editing_image(&e, "disk.raw", &options) == rows[i].st,
			 rows[i].partition ? rows[i].partition : "none");
		UNIT_ROW(strstr(e.err.text, rows[i].why), rows[i].why);
		editing_close(&e);
	}
	options = (struct spp_target_options){ .inspect = true };
	CU_ASSERT_EQUAL(editing_image(&e, "disk.raw", &options), SPP_OK);
	CU_ASSERT_PTR_NOT_NULL_FATAL(e.target);
	CU_ASSERT_EQUAL(e.target->disk->table.count, 2);
	CU_ASSERT_EQUAL(e.target->disk->chosen, 1);
	CU_ASSERT_EQUAL(e.target->disk->refusal.status, SPP_OK);
	editing_close(&e);
	CU_ASSERT_EQUAL(editing_image_set("disk.raw", "kms03.corp.example",
					  &editing_to_write, NULL),
			SPP_OK);
	CU_ASSERT_TRUE(editing_image_has("disk.raw", &editing_to_read,
					 "kms03.corp.example"));
}

static enum spp_status read_fd(void *ctx, uint64_t off, void *buf, size_t n,
			       struct spp_error *err)
{
	return spp_read_at(*(int *)ctx, off, buf, n, "volume", err);
}

static enum spp_status write_fd(void *ctx, uint64_t off, const void *data,
				size_t n, struct spp_error *err)
{
	return spp_write_at(*(int *)ctx, off, data, n, "volume", err);
}

/* What the confined child does, without a child. */
static void library(void)
{
	const struct spp_seek_query query = spp_paths_query(NULL);
	struct spp_ntfs_io io = { NULL, SIZE, read_fd, write_fd };
	struct spp_pages *pages = NULL;
	struct spp_volume_file *file;
	struct spp_source source;
	struct spp_volume volume;
	char path[UNIT_PATH];
	int fd, from;

	if (!editing_volume("library.raw", "log clean"))
		return;
	unit_path(path, "library.raw");
	fd = open(path, O_RDWR | O_CLOEXEC);
	io.ctx = &fd;
	memset(&volume, 0, sizeof(volume));
	CU_ASSERT_EQUAL(spp_ntfs_probe(&io, &query, true, &volume, NULL),
			SPP_OK);
	file = &volume.file[SPP_ROLE_SOFTWARE][0];
	CU_ASSERT_TRUE(file->there);
	CU_ASSERT_EQUAL(file->flags, 0);
	CU_ASSERT_TRUE(file->extents > 0);
	CU_ASSERT_TRUE(volume.file[SPP_ROLE_SYSTEM][0].there);
	CU_ASSERT_FALSE(volume.file[SPP_ROLE_NETSVC][0].there);
	CU_ASSERT_STRING_EQUAL(volume.facts.label, "Windows");
	CU_ASSERT_EQUAL(volume.facts.log, SPP_VOLUME_LOG_CLEAN);
	CU_ASSERT_FALSE(volume.facts.dirty || volume.facts.hibernated);

	from = open(unit_fixture("kms-primary.hive"), O_RDONLY | O_CLOEXEC);
	CU_ASSERT_EQUAL(spp_fd_source(&from, &source, NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_pages_open(&source, &pages, NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_pages_grow(pages, source.size + 65536, NULL),
			SPP_OK);
	CU_ASSERT_EQUAL(spp_ntfs_write(&io,
				       &(struct spp_volume_edit){ file, pages },
				       1, NULL),
			SPP_OK);
	spp_pages_close(pages);
	spp_volume_release(&volume);
	memset(&volume, 0, sizeof(volume));
	CU_ASSERT_EQUAL(spp_ntfs_probe(&io, &query, true, &volume, NULL),
			SPP_OK);
	CU_ASSERT_EQUAL(volume.file[SPP_ROLE_SOFTWARE][0].size,
			source.size + 65536);
	spp_volume_release(&volume);
	close(from);
	close(fd);
}

static const struct unit_test tests[] = {
	{ "an edit in place and its undo", edit_in_place },
	{ "undo of another volume", undo_of_another_volume },
	{ "an edit that had not begun", an_edit_that_had_not_begun },
	{ "an edit that grows", edit_that_grows },
	{ "a rehearsal", rehearsal },
	{ "states are judged", states_are_judged },
	{ "partitions", partitions },
	{ "the library alone", library },
	{ NULL, NULL },
};

const struct unit_suite unit_disk = { "disk", tests };
