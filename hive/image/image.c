/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/image/image.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hive/base/buf.h"
#include "hive/image/lock.h"
#include "hive/image/nbd_uri.h"

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* The folder of a path and the name in it. */
static enum spp_status find_folder(struct spp_imagefile *f, const char *path,
				   struct spp_error *err)
{
	char CLEANUP(spp_free_string) *folder = strdup(path);
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) : 0;

	f->name = strdup(slash ? slash + 1 : path);
	if (!folder || !f->name)
		return spp_nomem(err);
	folder[n] = '\0';
	f->dir = open(n	      ? folder
		      : slash ? "/"
			      : ".",
		      O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->dir < 0)
		return spp_fail_errno(err, SPP_IO,
				      "cannot open the folder of '%s'", path);
	return SPP_OK;
}

/* Links are followed: what lies beside the image lies beside the real one. */
static enum spp_status find_file(struct spp_imagefile *f, const char *path,
				 struct spp_error *err)
{
	char CLEANUP(spp_free_string) *real = realpath(path, NULL);

	if (!real)
		return spp_fail_errno(err,
				      errno == ENOENT ? SPP_NOTFOUND : SPP_IO,
				      "cannot open '%s'", path);
	return find_folder(f, real, err);
}

static enum spp_status open_reader(struct spp_imagefile *f,
				   struct spp_error *err)
{
	f->fd = openat(f->dir, f->name,
		       O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (f->fd < 0 || fstat(f->fd, &f->st))
		return spp_fail_errno(err, SPP_IO, "cannot open '%s'",
				      f->label);
	if (!S_ISREG(f->st.st_mode))
		return spp_fail(err, SPP_NOTHIVE, "'%s' is not a regular file",
				f->label);
	f->image.fd = f->fd;
	f->image.label = f->label;
	return SPP_OK;
}

/* Learns the kind and reads the header. */
static enum spp_status examine(struct spp_imagefile *f,
			       enum spp_target_kind kind, struct spp_error *err)
{
	enum spp_status st = spp_container_identify(&f->image, err);

	/* The name that the user gave, and the one where a link leads. */
	if (!st && kind == SPP_TARGET_AUTO)
		st = spp_container_named(&f->image, f->label, err);
	if (!st && kind == SPP_TARGET_AUTO)
		st = spp_container_named(&f->image, f->name, err);
	if (st)
		return st;
	if (kind != SPP_TARGET_AUTO)
		f->image.kind = kind;
	if (f->image.kind == SPP_TARGET_NBD)
		return spp_fail(err, SPP_USAGE,
				"'%s' is not a URI of an NBD export", f->label);
	if (f->image.kind < SPP_TARGET_RAW)
		return spp_fail(err, SPP_NOTHIVE,
				"'%s' is not a disk image that sppctl knows; "
				"say which with --target-kind",
				f->label);
	return spp_container_read(&f->image, err);
}

/* Whether two names lead to the same file, without opening either. */
static bool same_file(int dir, const char *name, const struct stat *st)
{
	struct stat other;

	return !fstatat(dir, name, &other, 0) && other.st_dev == st->st_dev &&
	       other.st_ino == st->st_ino;
}

/*
 * Opens what the user says lies below layer n, if the image there says the
 * same.  upper is replaced by the new layer's header.
 */
static enum spp_status open_layer(struct spp_imagefile *f, const char *path,
				  struct spp_container *upper, int dir,
				  struct spp_error *err)
{
	struct spp_container lower = SPP_CONTAINER_INIT;
	enum spp_target_kind stated = upper->backing_kind;
	enum spp_status st;
	struct stat file;

	lower.label = path;
	lower.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (lower.fd < 0 || fstat(lower.fd, &file)) {
		st = spp_fail_errno(err, SPP_IO, "cannot open '%s'", path);
		close_fd(&lower.fd);
		return st;
	}
	f->layer[f->layers++] = (struct spp_layer){ lower.fd, SPP_TARGET_AUTO };
	if (!S_ISREG(file.st_mode) || !same_file(dir, upper->backing, &file))
		return spp_fail(err, SPP_REFUSED,
				"'%s' is an overlay of '%s', and that is not "
				"'%s'",
				upper->label, upper->backing, path);
	st = spp_container_identify(&lower, err);
	if (!st && stated != SPP_TARGET_AUTO)
		lower.kind = stated;
	else if (!st)
		st = spp_container_named(&lower, path, err);
	if (!st &&
	    (lower.kind < SPP_TARGET_RAW || lower.kind >= SPP_TARGET_NBD))
		st = spp_fail(err, SPP_UNSUPPORTED,
			      "'%s' is not of a kind that an overlay can lie "
			      "above",
			      path);
	if (!st)
		st = spp_container_read(&lower, err);
	if (!st)
		st = spp_container_judge(
			&lower, SPP_CONTAINER_SNAPSHOTS | SPP_CONTAINER_BACKING,
			false, err);
	f->layer[f->layers - 1].kind = lower.kind;
	spp_container_release(upper);
	*upper = lower;
	return st;
}

/* The folder of a path, to which names in its header are relative. */
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

/* All layers below the image, each named by the user. */
static enum spp_status open_layers(struct spp_imagefile *f,
				   const struct spp_imagefile_options *options,
				   struct spp_error *err)
{
	struct spp_container upper = f->image;
	enum spp_status st = SPP_OK;
	size_t i;
	int dir;

	f->layer[0] = (struct spp_layer){ f->fd, f->image.kind };
	f->layers = 1;
	if (!upper.backing)
		return SPP_OK;
	upper.backing = strdup(upper.backing);
	if (!upper.backing)
		return spp_nomem(err);
	dir = fcntl(f->dir, F_DUPFD_CLOEXEC, 0);
	for (i = 0; !st && upper.backing; i++) {
		if (i == options->backings || i + 1 == SPP_LAYERS_MAX) {
			st = spp_container_judge(&upper, 0, false, err);
			break;
		}
		st = open_layer(f, options->backing[i], &upper, dir, err);
		close_fd(&dir);
		dir = folder_of(options->backing[i]);
	}
	close_fd(&dir);
	spp_container_release(&upper);
	return st;
}

static enum spp_status may_write(const struct spp_imagefile *f,
				 struct spp_error *err)
{
	if (f->st.st_mode & 0222)
		return SPP_OK;
	return spp_fail(err, SPP_REFUSED,
			"'%s' is marked read-only; allow writing with chmod "
			"u+w first",
			f->label);
}

/* A raw image is read and written by two descriptors. */
static enum spp_status connect_raw(struct spp_imagefile *f, bool write,
				   struct spp_block **block,
				   struct spp_error *err)
{
	char self[32];

	if (write && f->writer < 0) {
		snprintf(self, sizeof(self), "/proc/self/fd/%d", f->fd);
		f->writer = open(self, O_RDWR | O_CLOEXEC);
		if (f->writer < 0)
			return spp_fail_errno(err, SPP_IO,
					      "cannot open '%s' for writing",
					      f->label);
	}
	return spp_block_file(write ? f->writer : f->fd,
			      (uint64_t)f->st.st_size, write, f->label, block,
			      err);
}

static enum spp_status connect_packed(struct spp_imagefile *f, bool write,
				      struct spp_block **block,
				      struct spp_error *err)
{
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st;
	int socket = -1;

	spp_nbdserver_stop(&f->server);
	st = spp_nbdserver_start(&f->server, f->layer, f->layers, write,
				 f->label, &socket, err);
	if (st)
		return st;
	st = spp_block_nbd(socket, NULL, write, f->label, block, &why);
	if (!st || st == SPP_NOMEM || st == SPP_REFUSED)
		return st ? spp_fail(err, st, "%s", why.text) : SPP_OK;
	return spp_nbdserver_why(&f->server, f->label, err);
}

/* Whether the header is still the one that was judged. */
static enum spp_status same_header(const struct spp_imagefile *f,
				   struct spp_error *err)
{
	struct spp_container now = SPP_CONTAINER_INIT;
	enum spp_status st;
	bool same;

	now.fd = f->fd;
	now.label = f->label;
	now.kind = f->image.kind;
	now.file_size = f->image.file_size;
	st = spp_container_read(&now, err);
	same = now.flags == f->image.flags &&
	       now.snapshots == f->image.snapshots &&
	       now.backing_kind == f->image.backing_kind &&
	       !now.backing == !f->image.backing &&
	       (!now.backing || !strcmp(now.backing, f->image.backing));
	spp_container_release(&now);
	if (st || same)
		return st;
	return spp_fail(err, SPP_BUSY, "'%s' changed while it was edited",
			f->label);
}

/* (Re)opens the disk; the switch stays. */
static enum spp_status connect_disk(struct spp_imagefile *f, bool write,
				    struct spp_error *err)
{
	struct spp_block *block = NULL;
	enum spp_status st;

	/* What qemu-nbd has open for reading must go before it may write. */
	st = spp_block_switch_to(f->block, NULL, err);
	if (!st && write)
		st = same_header(f, err);
	if (!st)
		st = f->image.kind == SPP_TARGET_RAW
			     ? connect_raw(f, write, &block, err)
			     : connect_packed(f, write, &block, err);
	return st ? st : spp_block_switch_to(f->block, block, err);
}

enum spp_status spp_imagefile_begin(struct spp_imagefile *f,
				    struct spp_error *err)
{
	return f->block->write ? SPP_OK : connect_disk(f, true, err);
}

static enum spp_status open_file(struct spp_imagefile *f,
				 const struct spp_imagefile_options *options,
				 struct spp_error *err)
{
	unsigned int allowed =
		(options->snapshots ? SPP_CONTAINER_SNAPSHOTS : 0) |
		(options->backings ? SPP_CONTAINER_BACKING : 0);
	enum spp_status st;

	st = spp_container_judge(&f->image, allowed, options->write, err);
	if (!st && options->write)
		st = spp_imagefile_writable(f, err);
	if (!st)
		st = open_layers(f, options, err);
	if (!st && f->locked.status)
		st = spp_fail(err, f->locked.status, "%s", f->locked.text);
	if (!st)
		st = spp_imagelock_lease(f->fd, f->label, err);
	if (!st)
		st = spp_block_switch(f->label, &f->block, err);
	return st ? st : connect_disk(f, false, err);
}

/*
 * What lies beside an image lies, for an export, beside its socket, under the
 * names of both.
 */
static enum spp_status find_export(struct spp_imagefile *f, const char *uri,
				   struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) path = SPP_BUF_INIT;
	enum spp_status st = spp_nbduri_path(uri, &path, err);

	return st ? st : find_folder(f, spp_buf_text(&path), err);
}

static enum spp_status open_export(struct spp_imagefile *f, const char *uri,
				   bool write, struct spp_error *err)
{
	enum spp_status st;

	f->image.kind = SPP_TARGET_NBD;
	f->image.label = f->label;
	st = find_export(f, uri, err);
	return st ? st
		  : spp_block_nbd(-1, uri, write, f->label, &f->block, err);
}

static bool is_uri(const char *path)
{
	return !strncmp(path, "nbd+unix://", 11);
}

static struct spp_imagefile *allocate(const char *path)
{
	struct spp_imagefile *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->image = (struct spp_container)SPP_CONTAINER_INIT;
	f->server = (struct spp_nbdserver)SPP_NBDSERVER_INIT;
	f->dir = f->fd = f->writer = -1;
	f->label = strdup(path);
	if (!f->label) {
		free(f);
		return NULL;
	}
	return f;
}

enum spp_status spp_imagefile_open(const char *path,
				   const struct spp_imagefile_options *options,
				   struct spp_imagefile **file,
				   struct spp_error *err)
{
	struct spp_imagefile *f = allocate(path);
	enum spp_status st;

	if (!f)
		return spp_nomem(err);
	if (is_uri(path)) {
		st = open_export(f, path, options->write, err);
	} else {
		st = find_file(f, path, err);
		if (!st)
			st = open_reader(f, err);
		/*
		 * Locked first, so that what is judged next stays as it is.  A
		 * lock is one of the open file, not of this process: qemu-nbd
		 * is given the same file, and the lock stays until it, too, is
		 * done.  Whoever inspects wants the header even of an image in
		 * use.
		 */
		if (!st)
			spp_imagelock_take(f->fd, options->write, f->label,
					   &f->locked);
		if (!st)
			st = examine(f, options->kind, err);
		if (!st) {
			*file = f;
			return open_file(f, options, err);
		}
	}
	if (st)
		spp_imagefile_close(f);
	else
		*file = f;
	return st;
}

void spp_imagefile_close(struct spp_imagefile *file)
{
	size_t i;

	if (!file)
		return;
	spp_block_close(file->block);
	spp_nbdserver_stop(&file->server);
	for (i = 1; i < file->layers; i++)
		close_fd(&file->layer[i].fd);
	close_fd(&file->writer);
	close_fd(&file->fd);
	close_fd(&file->dir);
	spp_container_release(&file->image);
	free(file->name);
	free(file->label);
	free(file);
}

enum spp_status spp_imagefile_unchanged(const struct spp_imagefile *f,
					struct spp_error *err)
{
	struct stat now;

	/* Of the packed ones qemu itself may touch the file. */
	if (f->image.kind != SPP_TARGET_RAW)
		return SPP_OK;
	if (fstat(f->fd, &now))
		return spp_fail_errno(err, SPP_IO, "cannot examine '%s'",
				      f->label);
	if (now.st_size != f->st.st_size ||
	    now.st_mtim.tv_sec != f->st.st_mtim.tv_sec ||
	    now.st_mtim.tv_nsec != f->st.st_mtim.tv_nsec)
		return spp_fail(err, SPP_BUSY,
				"'%s' changed while it was edited; nothing was "
				"replaced",
				f->label);
	return SPP_OK;
}

void spp_imagefile_refresh(struct spp_imagefile *file)
{
	struct stat now;

	if (file->fd >= 0 && !fstat(file->fd, &now))
		file->st = now;
}

enum spp_status spp_imagefile_writable(const struct spp_imagefile *f,
				       struct spp_error *err)
{
	enum spp_status st;

	if (f->image.kind == SPP_TARGET_NBD)
		return SPP_OK;
	st = may_write(f, err);
	if (!st && (faccessat(f->dir, f->name, W_OK, AT_EACCESS) ||
		    faccessat(f->dir, ".", W_OK, AT_EACCESS)))
		st = spp_fail_errno(err, SPP_IO,
				    "'%s' or its folder cannot be written to",
				    f->label);
	return st ? st : spp_imagelock_probe(f->fd, true, f->label, err);
}
