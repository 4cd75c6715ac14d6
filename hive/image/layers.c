/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The backing files of an overlay. */
#include "hive/image/image_private.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hive/base/file.h"

void spp_image_close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Whether two names lead to the same file, without opening either. */
static bool same_file(int dir, const char *name, const struct stat *st)
{
	struct stat other;

	return !fstatat(dir, name, &other, 0) && other.st_dev == st->st_dev &&
	       other.st_ino == st->st_ino;
}

/*
 * Opens the file that the user names as layer n, if the image above agrees.
 * Replaces *upper by the new layer's header.
 */
static enum spp_status open_layer(struct spp_image *f, const char *path,
				  struct spp_image_format *upper, int dir,
				  struct spp_error *err)
{
	struct spp_image_format lower = SPP_IMAGE_FORMAT_INIT;
	enum spp_target_kind stated = upper->backing_kind;
	enum spp_status st;
	struct stat file;

	lower.label = path;
	lower.fd = spp_open_quiet(AT_FDCWD, path, O_NONBLOCK);
	if (lower.fd < 0 || fstat(lower.fd, &file)) {
		st = spp_fail_errno(err, SPP_IO, "cannot open '%s'", path);
		spp_image_close_fd(&lower.fd);
		return st;
	}
	f->layer[f->layers++] =
		(struct spp_image_layer){ lower.fd, SPP_TARGET_AUTO };
	if (!S_ISREG(file.st_mode) || !same_file(dir, upper->backing, &file))
		return spp_fail(err, SPP_REFUSED,
				"'%s' is an overlay of '%s', and that is not "
				"'%s'",
				upper->label, upper->backing, path);
	st = spp_image_format_identify(&lower, err);
	if (!st && stated != SPP_TARGET_AUTO)
		lower.kind = stated;
	else if (!st)
		st = spp_image_format_named(&lower, path, err);
	if (!st &&
	    (lower.kind < SPP_TARGET_RAW || lower.kind >= SPP_TARGET_NBD))
		st = spp_fail(err, SPP_UNSUPPORTED,
			      "'%s' is not of a kind that an overlay can lie "
			      "above",
			      path);
	if (!st)
		st = spp_image_format_read(&lower, err);
	if (!st)
		st = spp_image_format_judge(
			&lower, SPP_IMAGE_SNAPSHOTS | SPP_IMAGE_BACKING, false,
			err);
	f->layer[f->layers - 1].kind = lower.kind;
	spp_image_format_release(upper);
	*upper = lower;
	return st;
}

/* Opens the folder of a path; names in the file's header are relative to it. */
static int folder_of(const char *path)
{
	char *real = realpath(path, NULL);
	char *slash = real ? strrchr(real, '/') : NULL;
	int fd = -1;

	if (slash) {
		slash[slash == real] = '\0';
		fd = open(real, O_PATH | O_DIRECTORY | O_CLOEXEC);
	}
	free(real);
	return fd;
}

/*
 * The backing file that an overlay in the folder dir names, as a path without
 * links, if it is below the folder that the user trusts; else NULL.
 */
static char *find_below(const char *trusted, int dir, const char *name)
{
	char CLEANUP(spp_free_string) *top = realpath(trusted, NULL);
	char CLEANUP(spp_free_string) *asked = NULL;
	char *path;
	size_t n;

	if (!top)
		return NULL;
	if (*name == '/')
		asked = strdup(name);
	else if (asprintf(&asked, "/proc/self/fd/%d/%s", dir, name) < 0)
		asked = NULL;
	path = asked ? realpath(asked, NULL) : NULL;
	n = strlen(top);
	if (path && !strncmp(path, top, n) && (path[n] == '/' || n == 1))
		return path;
	free(path);
	return NULL;
}

/*
 * Finds layer i below the image: named by the user, or in the trusted folder.
 */
static enum spp_status name_layer(const struct spp_image_options *options,
				  size_t i,
				  const struct spp_image_format *upper, int dir,
				  char **path, struct spp_error *err)
{
	if (i < options->backings)
		*path = strdup(options->backing[i]);
	else if (options->backing_dir)
		*path = find_below(options->backing_dir, dir, upper->backing);
	else
		return spp_image_format_judge(upper, 0, false, err);
	if (*path)
		return SPP_OK;
	return i < options->backings
		       ? spp_nomem(err)
		       : spp_fail(err, SPP_REFUSED,
				  "'%s' is an overlay of '%s', which is not "
				  "below '%s'",
				  upper->label, upper->backing,
				  options->backing_dir);
}

/* Opens all layers below the image. */
enum spp_status spp_image_layers_open(struct spp_image *f,
				      const struct spp_image_options *options,
				      struct spp_error *err)
{
	struct spp_image_format upper = f->format;
	enum spp_status st = SPP_OK;
	char *path[SPP_LAYERS_MAX] = { NULL };
	size_t i;
	int dir;

	f->layer[0] = (struct spp_image_layer){ f->fd, f->format.kind };
	f->layers = 1;
	if (!upper.backing)
		return SPP_OK;
	upper.backing = strdup(upper.backing);
	if (!upper.backing)
		return spp_nomem(err);
	dir = fcntl(f->place.dir, F_DUPFD_CLOEXEC, 0);
	for (i = 0; !st && upper.backing; i++) {
		if (i + 1 == SPP_LAYERS_MAX) {
			st = spp_image_format_judge(&upper, 0, false, err);
			break;
		}
		st = name_layer(options, i, &upper, dir, &path[i], err);
		if (!st)
			st = open_layer(f, path[i], &upper, dir, err);
		spp_image_close_fd(&dir);
		if (!st)
			dir = folder_of(path[i]);
	}
	spp_image_close_fd(&dir);
	spp_image_format_release(&upper);
	for (i = 0; i < SPP_LAYERS_MAX; i++)
		free(path[i]);
	return st;
}
