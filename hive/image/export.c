/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An NBD export used in place of a file. */
#include "hive/image/image_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "hive/base/newfile.h"
#include "hive/image/nbd_uri.h"

/* Splits a path into its folder, opened, and its name. */
static enum spp_status find_folder(const char *path, int *dir, char **name,
				   struct spp_error *err)
{
	char CLEANUP(spp_free_string) *folder = strdup(path);
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) : 0;

	*name = strdup(slash ? slash + 1 : path);
	if (!folder || !*name)
		return spp_nomem(err);
	folder[n] = '\0';
	*dir = open(n	    ? folder
		    : slash ? "/"
			    : ".",
		    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*dir < 0)
		return spp_fail_errno(err, SPP_IO,
				      "cannot open the folder of '%s'", path);
	return SPP_OK;
}

/*
 * Files that stand beside an image stand beside the socket of an export, and
 * are named after both.
 */
enum spp_status spp_image_export_find(struct spp_image *f, const char *uri,
				      struct spp_buf *path,
				      struct spp_error *err)
{
	enum spp_status st = spp_nbd_uri_path(uri, path, err);

	return st ? st
		  : find_folder(spp_buf_text(path), &f->side, &f->side_name,
				err);
}

/*
 * Locks a file beside the socket, since an export has no locks: it keeps two
 * edits by sppctl apart.  The holder of the lock removes the file at the end.
 */
static enum spp_status lock_export(struct spp_image *f, struct spp_error *err)
{
	char CLEANUP(spp_free_string) *name = NULL;
	struct stat file;

	if (asprintf(&name, ".%s.sppctl-lock", f->side_name) < 0) {
		name = NULL;
		return spp_nomem(err);
	}
	f->lock = openat(f->side, name,
			 O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK,
			 0600);
	if (f->lock < 0 || fstat(f->lock, &file))
		return spp_fail_errno(err, SPP_IO,
				      "cannot lock '%s' beside its socket",
				      f->label);
	if ((flock(f->lock, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK) ||
	    !spp_leads_to(f->side, name, &file)) {
		spp_image_close_fd(&f->lock);
		return spp_fail(err, SPP_BUSY,
				"'%s' is in use by another sppctl; try again",
				f->label);
	}
	f->lock_name = name;
	name = NULL;
	return SPP_OK;
}

/* If the socket cannot be examined now, connecting to it fails later. */
static enum spp_status find_socket(struct spp_image *f, const char *uri,
				   struct spp_error *err)
{
	const struct spp_place_options how = { .kinds = SPP_PLACE_SOCKET };
	struct spp_buf CLEANUP(spp_buf_release) path = SPP_BUF_INIT;
	enum spp_status st = spp_nbd_uri_socket(uri, &path, err);

	if (!st && spp_place_open(&f->place, spp_buf_text(&path), &how, NULL))
		f->place = (struct spp_place)SPP_PLACE_INIT;
	return st;
}

bool spp_image_export_taken(const struct spp_image *f)
{
	struct stat now;

	/*
	 * A server may remove the socket's name after a client has connected.
	 */
	return f->place.dir >= 0 &&
	       !fstatat(f->place.dir, f->place.name, &now,
			AT_SYMLINK_NOFOLLOW) &&
	       (now.st_dev != f->place.st.st_dev ||
		now.st_ino != f->place.st.st_ino);
}

enum spp_status spp_image_export_open(struct spp_image *f, const char *uri,
				      bool write, struct spp_error *err)
{
	enum spp_status st = write ? lock_export(f, err) : SPP_OK;

	if (!st)
		st = find_socket(f, uri, err);
	if (!st)
		st = spp_block_nbd(-1, uri, write, f->label, &f->block, err);
	if (!st && spp_image_export_taken(f))
		st = spp_fail(err, SPP_BUSY,
			      "'%s' was replaced a moment ago; try again",
			      f->label);
	return st;
}

bool spp_image_export_is(const char *path)
{
	return !strncmp(path, "nbd+unix://", 11);
}
