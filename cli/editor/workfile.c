/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/editor/workfile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/format/format.h"

#define NAME	 "settings.conf"
#define NEW_NAME ".settings.new"
#define FOLDER	 "sppctl-edit.XXXXXX"

/* A folder of our own that nobody else can write into. */
static bool is_private(const char *dir)
{
	struct stat st;

	return !lstat(dir, &st) && S_ISDIR(st.st_mode) &&
	       st.st_uid == geteuid() && !(st.st_mode & (S_IWGRP | S_IWOTH));
}

/* A folder in which nobody else can rename what we make. */
static bool is_safe(const char *dir)
{
	struct stat st;

	return !stat(dir, &st) && S_ISDIR(st.st_mode) &&
	       (st.st_uid == geteuid() || !st.st_uid) &&
	       (st.st_mode & S_ISVTX || !(st.st_mode & (S_IWGRP | S_IWOTH)));
}

static enum spp_status make_folder(struct cli_workfile *file, const char *in,
				   struct spp_error *err)
{
	char *name;

	if (asprintf(&name, "%s/" FOLDER, in) < 0)
		return spp_nomem(err);
	if (!mkdtemp(name)) {
		spp_fail_errno(err, SPP_IO,
			       "cannot create a folder for the editor's text "
			       "in '%s'",
			       in);
		free(name);
		return SPP_IO;
	}
	file->folder = name;
	if (asprintf(&file->path, "%s/" NAME, name) < 0) {
		file->path = NULL;
		return spp_nomem(err);
	}
	file->dir = open(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return file->dir >= 0
		       ? SPP_OK
		       : spp_fail_errno(err, SPP_IO, "cannot open '%s'", name);
}

static enum spp_status begin_in(struct cli_workfile *file, const char *in,
				const struct spp_buf *text,
				struct spp_error *err)
{
	enum spp_status st = make_folder(file, in, err);

	if (!st)
		st = cli_workfile_write(file, text, err);
	if (st)
		cli_workfile_release(file);
	return st;
}

enum spp_status cli_workfile_make(struct cli_workfile *file,
				  const struct spp_buf *text,
				  struct spp_error *err)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR"),
		   *tmp = getenv("TMPDIR");
	enum spp_status st = SPP_IO;

	/* Where one is full, the next may have room. */
	if (runtime && *runtime == '/' && is_private(runtime))
		st = begin_in(file, runtime, text, NULL);
	if (st && tmp && *tmp == '/' && is_safe(tmp))
		st = begin_in(file, tmp, text, NULL);
	return st ? begin_in(file, "/tmp", text, err) : SPP_OK;
}

static bool write_all(int fd, const uint8_t *data, size_t size)
{
	while (size) {
		ssize_t n = write(fd, data, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		data += n;
		size -= (size_t)n;
	}
	return true;
}

enum spp_status cli_workfile_write(struct cli_workfile *file,
				   const struct spp_buf *text,
				   struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	int dir = file->dir, fd;

	unlinkat(dir, NEW_NAME, 0);
	fd = openat(dir, NEW_NAME,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0 || !write_all(fd, text->data, text->size) || fsync(fd) ||
	    renameat(dir, NEW_NAME, dir, NAME)) {
		st = spp_fail_errno(err, SPP_IO, "cannot write '%s'",
				    file->path);
		if (fd >= 0)
			unlinkat(dir, NEW_NAME, 0);
	}
	if (fd >= 0)
		close(fd);
	return st;
}

static enum spp_status read_text(int fd, const char *path, struct spp_buf *text,
				 struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	char piece[65536];
	struct stat about;
	ssize_t n = 1;

	if (fstat(fd, &about))
		return spp_fail_errno(err, SPP_IO, "cannot read '%s'", path);
	if (!S_ISREG(about.st_mode))
		return spp_fail(err, SPP_IO,
				"the editor left something else than a file "
				"at '%s'",
				path);
	if (about.st_size > (off_t)SPP_FILE_MAX)
		return spp_fail(err, SPP_LIMIT,
				"the editor left %lld bytes; the most is %zu",
				(long long)about.st_size, SPP_FILE_MAX);
	while (!st && n > 0 && text->size <= SPP_FILE_MAX) {
		n = read(fd, piece, sizeof(piece));
		if (n < 0 && errno == EINTR)
			n = 1;
		else if (n < 0)
			st = spp_fail_errno(err, SPP_IO, "cannot read '%s'",
					    path);
		else
			st = spp_buf_append(text, piece, (size_t)n, err);
	}
	return st;
}

enum spp_status cli_workfile_read(const struct cli_workfile *file,
				  struct spp_buf *text, struct spp_error *err)
{
	int fd = openat(file->dir, NAME,
			O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	enum spp_status st;

	if (fd < 0)
		return spp_fail_errno(err, SPP_IO,
				      "the editor's text is gone from '%s'",
				      file->path);
	spp_buf_release(text);
	st = read_text(fd, file->path, text, err);
	close(fd);
	return st;
}

/* The text, and the copies that editors leave beside it. */
static void empty_folder(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (!dir && fd >= 0)
		close(fd);
	if (!dir)
		return;
	while ((entry = readdir(dir)))
		unlinkat(fd, entry->d_name, 0);
	closedir(dir);
}

void cli_workfile_release(struct cli_workfile *file)
{
	if (file->folder && !file->keep) {
		empty_folder(file->folder);
		rmdir(file->folder);
	}
	if (file->dir >= 0)
		close(file->dir);
	free(file->folder);
	free(file->path);
	*file = (struct cli_workfile)CLI_WORKFILE_INIT;
}
