/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "hive/place/backup.h"
#include "tests/replacing.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct spp_place_options reading = { .write = false };
static const struct spp_place_options writing = { .write = true };

static ino_t inode(int dir, const char *name)
{
	struct stat st = { 0 };

	CU_ASSERT_EQUAL(fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW), 0);
	return st.st_ino;
}

static void file_is_replaced(void)
{
	struct job a;
	int dir = open_folder();
	ino_t old;

	put(dir, "f", "old");
	old = inode(dir, "f");
	CU_ASSERT_EQUAL(seal(&a, dir, &writing, NULL), SPP_OK);
	CU_ASSERT_TRUE(holds(dir, "f", "old"));
	CU_ASSERT_TRUE(holds(dir, TEMP, "new"));
	CU_ASSERT_EQUAL(spp_replace_publish(&a.replace, NULL), SPP_OK);
	CU_ASSERT_TRUE(holds(dir, "f", "new"));
	finish(&a);
	CU_ASSERT_TRUE(holds(dir, "f", "new"));
	CU_ASSERT_TRUE(holds(dir, TEMP, NULL));
	CU_ASSERT_NOT_EQUAL(inode(dir, "f"), old);
	close(dir);
}

/* Closing without publishing, at any step, is as if nothing had happened. */
static void nothing_published_nothing_done(void)
{
	struct job a;
	int dir = open_folder(), step;
	struct stat before, after;

	put(dir, "f", "old");
	CU_ASSERT_EQUAL(fstatat(dir, "f", &before, 0), 0);
	for (step = 0; step < 3; step++) {
		CU_ASSERT_EQUAL(spp_place_open_at(&a.place, dir, "f", "F",
						  &writing, NULL),
				SPP_OK);
		a.replace = (struct spp_replace)SPP_REPLACE_INIT;
		if (step > 0)
			CU_ASSERT_EQUAL(spp_replace_begin(&a.replace, &a.place,
							  NULL, NULL),
					SPP_OK);
		if (step > 1)
			CU_ASSERT_EQUAL(spp_replace_seal(&a.replace, NULL),
					SPP_OK);
		finish(&a);
		CU_ASSERT_TRUE(holds(dir, TEMP, NULL));
	}
	CU_ASSERT_EQUAL(fstatat(dir, "f", &after, 0), 0);
	CU_ASSERT_EQUAL(
		memcmp(&before.st_mtim, &after.st_mtim, sizeof(before.st_mtim)),
		0);
	CU_ASSERT_EQUAL(before.st_ino, after.st_ino);
	CU_ASSERT_TRUE(holds(dir, "f", "old"));
	finish(&a);
	spp_replace_close(NULL);
	spp_place_close(NULL);
	close(dir);
}

/* What a crash left under the name of the new file is thrown away. */
static void leftovers_are_thrown_away(void)
{
	struct job a;
	int dir = open_folder(), kind;

	put(dir, "victim", "untouched");
	for (kind = 0; kind < 2; kind++) {
		put(dir, "f", "old");
		if (!kind)
			put(dir, TEMP, "half a file that was begun");
		else if (symlinkat("victim", dir, TEMP))
			CU_FAIL("no link");
		CU_ASSERT_EQUAL(seal(&a, dir, &writing, NULL), SPP_OK);
		CU_ASSERT_EQUAL(spp_replace_publish(&a.replace, NULL), SPP_OK);
		finish(&a);
		CU_ASSERT_TRUE(holds(dir, "f", "new"));
		CU_ASSERT_TRUE(holds(dir, TEMP, NULL));
	}
	CU_ASSERT_TRUE(holds(dir, "victim", "untouched"));
	close(dir);
}

/* Puts something under the name of the backup; "f": a link to the file. */
static void put_backup(int dir, const char *what)
{
	if (!what)
		return;
	if (strcmp(what, "f"))
		put(dir, "f.bak", what);
	else if (linkat(dir, "f", dir, "f.bak", 0))
		CU_FAIL("no link");
}

static void backups(void)
{
	static const struct {
		const char *name;
		const char *early, *late; /* there before, or suddenly */
		const char *bak, *bak2, *bak3;
		const char *own; /* which one is the old file itself */
	} rows[] = {
		{ "none yet", NULL, NULL, "old", NULL, NULL, "f.bak" },
		{ "another", "other", NULL, "other", "old", NULL, "f.bak.2" },
		{ "the same", "old", NULL, "old", "old", NULL, "f.bak.2" },
		{ "an empty one", "", NULL, "", "old", NULL, "f.bak.2" },
		{ "one made meanwhile", NULL, "late", "late", "old", NULL,
		  "f.bak.2" },
		/* A link to the file itself: left by a crash. */
		{ "its own", "f", NULL, "old", NULL, NULL, "f.bak" },
	};
	static const struct spp_place_options how = { .write = true,
						      .backup = ".bak" };
	struct job a;
	int dir = open_folder();
	ino_t old;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		unlinkat(dir, "f.bak", 0);
		unlinkat(dir, "f.bak.2", 0);
		unlinkat(dir, "f", 0);
		put(dir, "f", "old");
		old = inode(dir, "f");
		put_backup(dir, rows[i].early);
		UNIT_ROW(!seal(&a, dir, &how, NULL), rows[i].name);
		put_backup(dir, rows[i].late);
		UNIT_ROW(!spp_replace_publish(&a.replace, NULL), rows[i].name);
		finish(&a);
		UNIT_ROW(holds(dir, "f", "new"), rows[i].name);
		UNIT_ROW(holds(dir, "f.bak", rows[i].bak), rows[i].name);
		UNIT_ROW(holds(dir, "f.bak.2", rows[i].bak2), rows[i].name);
		UNIT_ROW(holds(dir, "f.bak.3", rows[i].bak3), rows[i].name);
		UNIT_ROW(holds(dir, TEMP, NULL), rows[i].name);
		/* The old file itself, not a copy. */
		UNIT_ROW(inode(dir, rows[i].own) == old, rows[i].name);
	}
	close(dir);
}

enum { FILE_PLAIN, READ_ONLY, LINKED, SYMLINK, FIFO, FOLDER, NONE };

/* Makes "f" of this kind, and a file "other". */
static void make(int dir, int kind)
{
	int rc = 0;

	put(dir, "other", "old");
	if (kind == LINKED)
		rc = linkat(dir, "other", dir, "f", 0);
	else if (kind == SYMLINK)
		rc = symlinkat("other", dir, "f");
	else if (kind == FIFO)
		rc = mkfifoat(dir, "f", 0600);
	else if (kind == FOLDER)
		rc = mkdirat(dir, "f", 0700);
	else if (kind != NONE)
		put(dir, "f", "old");
	if (kind == READ_ONLY)
		rc = fchmodat(dir, "f", 0444, 0);
	CU_ASSERT_EQUAL(rc, 0);
}

/* What is refused before anything is done; reading goes on where it can. */
static void some_files_are_refused(void)
{
	static const struct {
		const char *name;
		int kind;
		enum spp_status write, read;
		const char *text;
	} rows[] = {
		{ "plain", FILE_PLAIN, SPP_OK, SPP_OK, "" },
		{ "read-only", READ_ONLY, SPP_REFUSED, SPP_OK,
		  "'F' is marked read-only; allow writing with chmod u+w "
		  "first" },
		{ "linked", LINKED, SPP_REFUSED, SPP_OK,
		  "'F' has 2 hard links and an edit would part them" },
		{ "symlink", SYMLINK, SPP_NOTHIVE, SPP_NOTHIVE,
		  "'F' is not a regular file" },
		{ "fifo", FIFO, SPP_NOTHIVE, SPP_NOTHIVE,
		  "'F' is not a regular file" },
		{ "folder", FOLDER, SPP_NOTHIVE, SPP_NOTHIVE,
		  "'F' is not a regular file" },
		{ "none", NONE, SPP_NOTFOUND, SPP_NOTFOUND,
		  "cannot open 'F': No such file or directory" },
	};
	struct spp_place p;
	struct spp_error err;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		int dir = open_folder();

		make(dir, rows[i].kind);
		err = (struct spp_error)SPP_ERROR_INIT;
		UNIT_ROW(spp_place_open_at(&p, dir, "f", "F", &writing, &err) ==
				 rows[i].write,
			 rows[i].name);
		UNIT_ROW(!strcmp(err.text, rows[i].text), rows[i].name);
		spp_place_close(&p);
		UNIT_ROW(spp_place_open_at(&p, dir, "f", "F", &reading, NULL) ==
				 rows[i].read,
			 rows[i].name);
		spp_place_close(&p);
		unlinkat(dir, "f", rows[i].kind == FOLDER ? AT_REMOVEDIR : 0);
		close(dir);
	}
}

static void links_are_broken_when_asked(void)
{
	static const struct spp_place_options how = { .write = true,
						      .links = true };
	struct job a;
	int dir = open_folder();

	put(dir, "f", "old");
	CU_ASSERT_EQUAL(linkat(dir, "f", dir, "other", 0), 0);
	CU_ASSERT_EQUAL(seal(&a, dir, &how, NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_replace_publish(&a.replace, NULL), SPP_OK);
	finish(&a);
	CU_ASSERT_TRUE(holds(dir, "f", "new"));
	CU_ASSERT_TRUE(holds(dir, "other", "old"));
	close(dir);
}

/* The backup of an edit that was interrupted is in nobody's way. */
static void own_backups_are_no_links(void)
{
	static const struct {
		const char *link;
		enum spp_status status;
	} rows[] = { { "f.bak", SPP_OK },
		     { "f.bak.2", SPP_OK },
		     { "f.bak.x", SPP_REFUSED },
		     { "g.bak", SPP_REFUSED } };
	struct job a;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		int dir = open_folder();

		put(dir, "f", "old");
		CU_ASSERT_EQUAL(linkat(dir, "f", dir, rows[i].link, 0), 0);
		UNIT_ROW(seal(&a, dir, &writing, NULL) == rows[i].status,
			 rows[i].link);
		if (!rows[i].status)
			CU_ASSERT_EQUAL(spp_replace_publish(&a.replace, NULL),
					SPP_OK);
		finish(&a);
		UNIT_ROW(holds(dir, "f", rows[i].status ? "old" : "new"),
			 rows[i].link);
		UNIT_ROW(holds(dir, rows[i].link, "old"), rows[i].link);
		close(dir);
	}
}

/* The folder is not read for links of a file that has one name. */
static void one_name_is_not_a_link(void)
{
	const struct stat one = { .st_nlink = 1 }, two = { .st_nlink = 2 };
	unsigned int links = 7;

	CU_ASSERT_EQUAL(spp_backup_links(-1, "f", ".bak", &one, &links, NULL),
			SPP_OK);
	CU_ASSERT_EQUAL(links, 0);
	CU_ASSERT_EQUAL(spp_backup_links(-1, "f", ".bak", &two, &links, NULL),
			SPP_IO);
}

/* Another process that holds the lock until it is killed. */
static pid_t lock_elsewhere(int dir)
{
	int ready[2];
	char byte;
	pid_t pid;

	CU_ASSERT_EQUAL_FATAL(pipe(ready), 0);
	pid = fork();
	CU_ASSERT_TRUE_FATAL(pid >= 0);
	if (!pid) {
		int fd = openat(dir, "f", O_RDWR);

		byte = fd >= 0 && !flock(fd, LOCK_EX | LOCK_NB) ? 'y' : 'n';
		if (write(ready[1], &byte, 1) == 1)
			pause();
		_exit(0);
	}
	CU_ASSERT_EQUAL(read(ready[0], &byte, 1), 1);
	CU_ASSERT_EQUAL(byte, 'y');
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static void locked_files_are_in_use(void)
{
	struct spp_place a = SPP_PLACE_INIT, b = SPP_PLACE_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	int dir = open_folder();
	pid_t pid;

	put(dir, "f", "old");
	pid = lock_elsewhere(dir);
	CU_ASSERT_EQUAL(spp_place_open_at(&a, dir, "f", "F", &writing, &err),
			SPP_BUSY);
	CU_ASSERT(!strncmp(err.text, "'F' is in use by unit (process ", 31));
	CU_ASSERT_EQUAL(spp_place_open_at(&a, dir, "f", "F", &reading, NULL),
			SPP_OK);
	spp_place_close(&a);
	kill(pid, SIGKILL);
	CU_ASSERT_EQUAL(waitpid(pid, NULL, 0), pid);
	CU_ASSERT_EQUAL(spp_place_open_at(&a, dir, "f", "F", &writing, NULL),
			SPP_OK);
	CU_ASSERT_EQUAL(spp_place_open_at(&b, dir, "f", "F", &writing, NULL),
			SPP_BUSY);
	spp_place_close(&a);
	CU_ASSERT_EQUAL(spp_place_open_at(&b, dir, "f", "F", &writing, NULL),
			SPP_OK);
	spp_place_close(&b);
	close(dir);
}

static void owner_mode_and_attributes_stay(void)
{
	static const mode_t modes[] = { 0600, 0640, 0755, 0666, 0620 };
	struct job a;
	struct stat before, after;
	char value[16] = "";
	size_t i;
	int dir = open_folder(), fd;
	bool attributes;

	for (i = 0; i < COUNT(modes); i++) {
		put(dir, "f", "old");
		fd = openat(dir, "f", O_RDWR);
		attributes = !fsetxattr(fd, "user.sppctl.test", "kept", 4, 0);
		if (!geteuid())
			CU_ASSERT_EQUAL(fchown(fd, 1234, 4321), 0);
		CU_ASSERT_EQUAL(fchmod(fd, modes[i]), 0);
		CU_ASSERT_EQUAL(fstat(fd, &before), 0);
		close(fd);
		CU_ASSERT_EQUAL(seal(&a, dir, &writing, NULL), SPP_OK);
		CU_ASSERT_EQUAL(spp_replace_publish(&a.replace, NULL), SPP_OK);
		CU_ASSERT_EQUAL(fstat(a.replace.file.fd, &after), 0);
		CU_ASSERT_EQUAL(after.st_mode, before.st_mode);
		CU_ASSERT_EQUAL(after.st_uid, before.st_uid);
		CU_ASSERT_EQUAL(after.st_gid, before.st_gid);
		CU_ASSERT_EQUAL(fgetxattr(a.replace.file.fd, "user.sppctl.test",
					  value, sizeof(value)),
				attributes ? 4 : -1);
		CU_ASSERT_TRUE(!attributes || !memcmp(value, "kept", 4));
		finish(&a);
		unlinkat(dir, "f", 0);
	}
	close(dir);
}

/* Somebody who cares for no lock writes to the file while it is edited. */
static void changes_meanwhile_are_noticed(void)
{
	static const struct timespec old[2] = { { 1000000000, 5 },
						{ 1000000000, 5 } };
	static const char *const texts[] = { "longer", "odl", "" };
	struct job a;
	struct spp_error err;
	int dir = open_folder();
	size_t i;

	for (i = 0; i < COUNT(texts); i++) {
		err = (struct spp_error)SPP_ERROR_INIT;
		put(dir, "f", "old");
		CU_ASSERT_EQUAL(utimensat(dir, "f", old, 0), 0);
		CU_ASSERT_EQUAL(seal(&a, dir, &writing, &err), SPP_OK);
		put(dir, "f", texts[i]);
		UNIT_ROW(spp_replace_publish(&a.replace, &err) == SPP_BUSY,
			 texts[i]);
		UNIT_ROW(!strcmp(err.text, "'F' changed while it was edited; "
					   "nothing was replaced"),
			 texts[i]);
		finish(&a);
		UNIT_ROW(holds(dir, "f", texts[i]), texts[i]);
		UNIT_ROW(holds(dir, TEMP, NULL), texts[i]);
	}
	close(dir);
}

/* Somebody puts another file under the name, or takes it away. */
static void newer_files_are_not_lost(void)
{
	static const struct {
		const char *name, *f;
		int kind;
	} rows[] = {
		{ "another file", "newer", FILE_PLAIN },
		{ "a link", "other", SYMLINK },
		{ "nothing", NULL, NONE },
	};
	static const struct spp_place_options how = { .write = true,
						      .backup = ".bak" };
	struct spp_error err;
	struct job a;
	int dir = open_folder();
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		err = (struct spp_error)SPP_ERROR_INIT;
		put(dir, "f", "old");
		CU_ASSERT_EQUAL(seal(&a, dir, &how, &err), SPP_OK);
		unlinkat(dir, "f", 0);
		if (rows[i].kind == SYMLINK)
			make(dir, SYMLINK);
		else if (rows[i].f)
			put(dir, "f", rows[i].f);
		UNIT_ROW(spp_replace_publish(&a.replace, &err) == SPP_BUSY,
			 rows[i].name);
		UNIT_ROW(!strcmp(err.text,
				 "'F' was replaced or removed while it was "
				 "edited; nothing was changed"),
			 rows[i].name);
		finish(&a);
		if (rows[i].kind == SYMLINK)
			UNIT_ROW(holds(dir, "other", "old"), rows[i].name);
		else
			UNIT_ROW(holds(dir, "f", rows[i].f), rows[i].name);
		UNIT_ROW(holds(dir, "f.bak", NULL), rows[i].name);
		UNIT_ROW(holds(dir, TEMP, NULL), rows[i].name);
		unlinkat(dir, "f", 0);
	}
	close(dir);
}

/* There is nothing to go back to when nothing was replaced. */
static void backup_of_a_failed_edit_is_removed(void)
{
	static const struct spp_place_options how = { .write = true,
						      .backup = ".bak" };
	struct job a;
	int dir = open_folder();

	put(dir, "f", "old");
	CU_ASSERT_EQUAL(seal(&a, dir, &how, NULL), SPP_OK);
	unlinkat(dir, TEMP, 0); /* so that the rename fails */
	CU_ASSERT_EQUAL(spp_replace_publish(&a.replace, NULL), SPP_BUSY);
	finish(&a);
	CU_ASSERT_TRUE(holds(dir, "f", "old"));
	CU_ASSERT_TRUE(holds(dir, "f.bak", NULL));
	close(dir);
}

/* What could not be made at the end is found at the beginning. */
static void impossible_files_are_found_early(void)
{
	static const struct {
		const char *file, *folder, *suffix;
		enum spp_status st;
	} rows[] = {
		{ NULL, NULL, ".bak", SPP_OK },
		{ "f.bak.999999", NULL, ".bak", SPP_LIMIT },
		{ NULL, TEMP, NULL, SPP_REFUSED },
		{ NULL, ".f.sppctl-copy", ".bak", SPP_REFUSED },
	};
	struct spp_place_options how = { .write = true };
	int dir = open_folder();
	struct job a;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		put(dir, "f", "old");
		unlinkat(dir, "f.bak", 0);
		if (rows[i].file)
			put(dir, rows[i].file, "other");
		if (rows[i].folder)
			CU_ASSERT_EQUAL(mkdirat(dir, rows[i].folder, 0700), 0);
		how.backup = rows[i].suffix;
		UNIT_ROW(seal(&a, dir, &how, NULL) == rows[i].st,
			 spp_status_word(rows[i].st));
		UNIT_ROW(spp_replace_possible(&a.place, rows[i].suffix, NULL) ==
				 rows[i].st,
			 spp_status_word(rows[i].st));
		finish(&a);
		if (rows[i].file)
			unlinkat(dir, rows[i].file, 0);
		if (rows[i].folder)
			unlinkat(dir, rows[i].folder, AT_REMOVEDIR);
		CU_ASSERT_TRUE(holds(dir, TEMP, NULL));
	}
	close(dir);
}

static const struct unit_test tests[] = {
	{ "the file is replaced", file_is_replaced },
	{ "nothing published, nothing done", nothing_published_nothing_done },
	{ "leftovers are thrown away", leftovers_are_thrown_away },
	{ "backups", backups },
	{ "some files are refused", some_files_are_refused },
	{ "links are broken when asked", links_are_broken_when_asked },
	{ "own backups are no links", own_backups_are_no_links },
	{ "one name is not a link", one_name_is_not_a_link },
	{ "locked files are in use", locked_files_are_in_use },
	{ "owner, mode and attributes stay", owner_mode_and_attributes_stay },
	{ "changes meanwhile are noticed", changes_meanwhile_are_noticed },
	{ "newer files are not lost", newer_files_are_not_lost },
	{ "the backup of a failed edit is removed",
	  backup_of_a_failed_edit_is_removed },
	{ "impossible files are found early",
	  impossible_files_are_found_early },
	{ NULL, NULL },
};

const struct unit_suite unit_replace = { "replace", tests };
