/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/place/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "hive/base/buf.h"
#include "hive/base/file.h"
#include "hive/place/replace.h"

/*
 * Refuses a link, pipe or device of another user, who could lead us elsewhere
 * or read the result.
 */
static enum spp_status check_owner(const struct stat *st, const char *path,
				   struct spp_error *err)
{
	if (st->st_uid == geteuid() || !st->st_uid)
		return SPP_OK;
	return spp_fail(err, SPP_REFUSED,
			"'%s' is a link, pipe or device of another user (uid "
			"%lu); name another file",
			path, (unsigned long)st->st_uid);
}

static enum spp_status write_all(int fd, const void *data, size_t n,
				 const char *path, struct spp_error *err)
{
	const uint8_t *from = data;
	ssize_t put;

	for (; n; from += put, n -= (size_t)put) {
		put = write(fd, from, n);
		if (put < 0 && errno == EINTR)
			put = 0;
		else if (put <= 0)
			return spp_fail_errno(err, SPP_IO, "cannot write '%s'",
					      path);
	}
	return SPP_OK;
}

/* Writes to a pipe or device, if it is still the one that was examined. */
static enum spp_status write_to(const char *path, const struct stat *was,
				const void *data, size_t n,
				struct spp_error *err)
{
	enum spp_status status = check_owner(was, path, err);
	struct stat st;
	int fd;

	if (status)
		return status;
	fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return spp_fail_errno(err, SPP_IO, "cannot open '%s'", path);
	if (fstat(fd, &st))
		status = spp_fail_errno(err, SPP_IO, "cannot examine '%s'",
					path);
	else if (st.st_dev != was->st_dev || st.st_ino != was->st_ino)
		status = spp_fail(err, SPP_BUSY,
				  "'%s' was replaced a moment ago; try again",
				  path);
	if (!status)
		status = write_all(fd, data, n, path, err);
	if (close(fd) && !status)
		status = spp_fail_errno(err, SPP_IO, "cannot write '%s'", path);
	return status;
}

/* The folder of a path, and the name in it. */
struct spot {
	int dir;
	char *folder;
	const char *name; /* in the path */
};

static void release(struct spot *spot)
{
	if (spot->dir >= 0)
		close(spot->dir);
	free(spot->folder);
}

static enum spp_status find(const char *path, struct spot *spot,
			    struct spp_error *err)
{
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) + 1 : 0;

	spot->name = path + n;
	spot->folder = n ? strndup(path, n) : strdup(".");
	if (!spot->folder)
		return spp_nomem(err);
	spot->dir = open(spot->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (spot->dir < 0)
		return spp_fail_errno(err, SPP_IO, "cannot create '%s'", path);
	return SPP_OK;
}

/* Replaces an existing file: see replace.h. */
static enum spp_status write_over(const struct spot *spot, const char *path,
				  const void *data, size_t n,
				  struct spp_error *err)
{
	struct spp_place CLEANUP(spp_place_close) place = SPP_PLACE_INIT;
	struct spp_replace CLEANUP(spp_replace_close) r = SPP_REPLACE_INIT;
	const struct spp_place_options how = { .write = true, .links = true };
	enum spp_status st = spp_place_open_at(&place, spot->dir, spot->name,
					       path, &how, err);

	if (!st)
		st = spp_replace_begin(&r, &place, NULL, err);
	if (!st)
		st = spp_write_at(r.file.fd, 0, data, n, path, err);
	if (!st)
		st = spp_replace_seal(&r, err);
	return st ? st : spp_replace_publish(&r, err);
}

static mode_t usual_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

static enum spp_status open_new(struct spp_newfile *f, const struct spot *spot,
				const char *path, struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) temp = SPP_BUF_INIT;
	enum spp_status st =
		spp_buf_printf(&temp, err, ".%s.sppctl-new", spot->name);

	return st ? st
		  : spp_newfile_open(f, spot->dir, spp_buf_text(&temp), path,
				     err);
}

/* Names the file; never replaces one that takes the name meanwhile. */
static enum spp_status name_new(struct spp_newfile *f, const struct spot *spot,
				struct spp_error *err)
{
	enum spp_status st = spp_newfile_sync(f, err);

	if (!st)
		st = spp_newfile_name(f, spot->name, err);
	if (!st && fsync(spot->dir) && errno != EINVAL)
		st = spp_fail_errno(err, SPP_IO,
				    "cannot write the folder of '%s' to disk",
				    f->label);
	return st;
}

static enum spp_status write_new(const struct spot *spot, const char *path,
				 const void *data, size_t n, bool secret,
				 struct spp_error *err)
{
	struct spp_newfile CLEANUP(spp_newfile_close) f = SPP_NEWFILE_INIT;
	enum spp_status st = open_new(&f, spot, path, err);

	if (!st)
		st = spp_write_at(f.fd, 0, data, n, path, err);
	/* Some file systems have no modes. */
	if (!st && !secret && fchmod(f.fd, usual_mode()) && !spp_cannot(errno))
		st = spp_fail_errno(err, SPP_IO, "cannot set the mode of '%s'",
				    path);
	return st ? st : name_new(&f, spot, err);
}

/* Writes to a path whose last part is not a link. */
static enum spp_status write_at(const char *path, const char *label,
				const void *data, size_t n, bool secret,
				struct spp_error *err)
{
	struct spot CLEANUP(release) spot = { .dir = -1 };
	enum spp_status status = find(path, &spot, err);
	struct stat st;

	if (status)
		return status;
	if (!*spot.name)
		return spp_fail(err, SPP_USAGE, "'%s' is a folder; name a file",
				label);
	if (fstatat(spot.dir, spot.name, &st, AT_SYMLINK_NOFOLLOW))
		return errno == ENOENT
			       ? write_new(&spot, label, data, n, secret, err)
			       : spp_fail_errno(err, SPP_IO,
						"cannot create '%s'", label);
	return S_ISREG(st.st_mode) ? write_over(&spot, label, data, n, err)
				   : write_to(path, &st, data, n, err);
}

static bool is_regular(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode);
}

/*
 * Reads the link fd, relative to its folder.  A link in /proc may hold text
 * that is not a path, but nobody can plant one there.
 */
static char *read_link(int fd, const char *path)
{
	const char *slash = strrchr(path, '/');
	char text[PATH_MAX], *leads;
	struct statfs about;
	ssize_t n;

	if (!fstatfs(fd, &about) && about.f_type == PROC_SUPER_MAGIC)
		return strdup(path);
	n = readlinkat(fd, "", text, sizeof(text));
	if (n <= 0 || n == sizeof(text))
		return NULL;
	if (*text == '/' || !slash)
		return strndup(text, (size_t)n);
	return asprintf(&leads, "%.*s%.*s", (int)(slash - path) + 1, path,
			(int)n, text) < 0
		       ? NULL
		       : leads;
}

/*
 * The target of a link, read from the very link whose owner was checked; NULL
 * with SPP_OK if path is not a link.
 */
static enum spp_status follow(const char *path, char **to,
			      struct spp_error *err)
{
	int fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	enum spp_status status = SPP_OK;
	char *leads = NULL;
	struct stat st;

	*to = NULL;
	if (fd < 0)
		return SPP_OK;
	if (fstat(fd, &st) || !S_ISLNK(st.st_mode)) {
		close(fd);
		return SPP_OK;
	}
	status = check_owner(&st, path, err);
	if (!status)
		leads = read_link(fd, path);
	close(fd);
	if (status)
		return status;
	/* A pipe has a name in /proc that is not a path. */
	if (leads && (is_regular(leads) || access(leads, F_OK))) {
		*to = realpath(leads, NULL);
		free(leads);
	} else {
		*to = leads;
	}
	return *to ? SPP_OK
		   : spp_fail_errno(err, SPP_IO, "cannot follow the link '%s'",
				    path);
}

enum spp_status spp_output_write(const char *path, const void *data, size_t n,
				 bool secret, struct spp_error *err)
{
	char CLEANUP(spp_free_string) *to = NULL;
	enum spp_status status = follow(path, &to, err);
	struct stat st;

	if (status)
		return status;
	if (to && !stat(to, &st) && !S_ISREG(st.st_mode))
		return write_to(to, &st, data, n, err);
	return write_at(to ? to : path, path, data, n, secret, err);
}

enum spp_status spp_output_create(const char *path, spp_output_fill fill,
				  void *ctx, struct spp_error *err)
{
	/* The folder is left last: a work file is removed from it. */
	struct spot CLEANUP(release) spot = { .dir = -1 };
	struct spp_newfile CLEANUP(spp_newfile_close) f = SPP_NEWFILE_INIT;
	enum spp_status status = find(path, &spot, err);
	struct stat st;

	if (!status && !fstatat(spot.dir, *spot.name ? spot.name : ".", &st,
				AT_SYMLINK_NOFOLLOW))
		status =
			spp_fail(err, SPP_REFUSED, "'%s' exists already", path);
	if (!status)
		status = open_new(&f, &spot, path, err);
	if (!status)
		status = fill(ctx, f.fd, err);
	return status ? status : name_new(&f, &spot, err);
}
