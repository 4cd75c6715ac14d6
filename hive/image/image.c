/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/image/image_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hive/base/file.h"
#include "hive/base/newfile.h"
#include "hive/image/device.h"
#include "hive/image/lock.h"

static bool is_device(const struct spp_image *f)
{
	return S_ISBLK(f->place.st.st_mode);
}

/* Opens the journal's folder: beside the image, or the one the user named. */
static enum spp_status find_side(struct spp_image *f, const char *journal_dir,
				 const char *beside, struct spp_error *err)
{
	if (journal_dir) {
		if (f->side >= 0)
			close(f->side);
		f->side = open(journal_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (f->side < 0)
			return spp_fail_errno(err, SPP_IO,
					      "cannot open the folder '%s'",
					      journal_dir);
		if (asprintf(&f->side_label, "%s/%s", journal_dir,
			     f->side_name) < 0)
			f->side_label = NULL;
	} else {
		f->side_label = strdup(beside);
	}
	return f->side_label ? SPP_OK : spp_nomem(err);
}

/*
 * Opens the file for reading, even for an edit: a descriptor for writing, our
 * own included, would look to spp_image_lock_lease() like another writer.
 */
static enum spp_status open_reader(struct spp_image *f, const char *path,
				   const struct spp_image_options *options,
				   struct spp_error *err)
{
	const struct spp_place_options kinds = { .kinds = SPP_PLACE_BLOCK };
	enum spp_status st = spp_place_open(&f->place, path, &kinds, err);

	if (st)
		return st;
	f->format.fd = f->fd = f->place.fd;
	f->format.label = f->label;
	if (is_device(f)) {
		st = spp_device_claim(&f->place, options->write, &f->writer,
				      err);
		if (!st)
			st = spp_device_name(&f->place, &f->side_name, err);
	} else {
		f->side_name = strdup(f->place.name);
		f->side = fcntl(f->place.dir, F_DUPFD_CLOEXEC, 0);
		if (!f->side_name || f->side < 0)
			st = spp_nomem(err);
	}
	return st ? st
		  : find_side(f, options->journal_dir, f->place.beside, err);
}

/* Finds the kind and reads the header. */
static enum spp_status examine(struct spp_image *f, enum spp_target_kind kind,
			       struct spp_error *err)
{
	enum spp_status st = spp_image_format_identify(&f->format, err);

	/*
	 * Check the name that the user gave, and the target's if it is a link.
	 */
	if (!st && kind == SPP_TARGET_AUTO)
		st = spp_image_format_named(&f->format, f->label, err);
	if (!st && kind == SPP_TARGET_AUTO)
		st = spp_image_format_named(&f->format, f->place.name, err);
	if (st)
		return st;
	if (kind != SPP_TARGET_AUTO)
		f->format.kind = kind;
	if (f->format.kind == SPP_TARGET_NBD)
		return spp_fail(err, SPP_USAGE,
				"'%s' is not a URI of an NBD export", f->label);
	if (f->format.kind < SPP_TARGET_RAW)
		return spp_fail_remedy(
			err, SPP_NOTHIVE, SPP_REMEDY_KIND,
			"'%s' is not a disk image that sppctl knows", f->label);
	return spp_image_format_read(&f->format, err);
}

/*
 * Refuses an image that an edit would separate from its journal, or change
 * under a second name.
 */
static enum spp_status may_write(const struct spp_image *f,
				 struct spp_error *err)
{
	const struct stat *st = &f->place.st;

	if (is_device(f) && f->side < 0)
		return spp_fail_remedy(
			err, SPP_REFUSED, SPP_REMEDY_JOURNAL_DIR,
			"'%s' is a block device, beside which no "
			"journal can be kept",
			f->label);
	if (is_device(f) && spp_device_read_only(f->fd))
		return spp_fail(err, SPP_REFUSED,
				"'%s' is read-only; allow writing with "
				"blockdev --setrw first",
				f->label);
	if (!(st->st_mode & 0222))
		return spp_fail(err, SPP_REFUSED,
				"'%s' is marked read-only; allow writing with "
				"chmod u+w first",
				f->label);
	if (S_ISREG(st->st_mode) && st->st_nlink > 1)
		return spp_fail(err, SPP_REFUSED,
				"'%s' has %lu hard links, and an edit would "
				"change all of them; copy it, or remove the "
				"others",
				f->label, (unsigned long)st->st_nlink);
	if (spp_place_mounted(&f->place))
		return spp_fail(err, SPP_REFUSED,
				"'%s' is mounted as a single file, and its "
				"journal would not be found where it comes "
				"from; mount its folder, or edit it there",
				f->label);
	return SPP_OK;
}

/* A raw image has one descriptor for reading and another for writing. */
static enum spp_status connect_raw(struct spp_image *f, bool write,
				   struct spp_block **block,
				   struct spp_error *err)
{
	enum spp_status st = SPP_OK;

	if (write && f->writer < 0)
		st = spp_place_reopen(&f->place, O_RDWR, &f->writer, err);
	return st ? st
		  : spp_block_file(write ? f->writer : f->fd,
				   f->format.file_size, write, f->label, block,
				   err);
}

static enum spp_status connect_packed(struct spp_image *f, bool write,
				      struct spp_block **block,
				      struct spp_error *err)
{
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st;
	int socket = -1;

	spp_qemu_nbd_stop(&f->server);
	st = spp_qemu_nbd_start(&f->server, f->layer, f->layers, write,
				f->label, &socket, err);
	if (st)
		return st;
	st = spp_block_nbd(socket, NULL, write, f->label, block, &why);
	if (!st || spp_status_starved(st) || st == SPP_REFUSED)
		return st ? spp_fail_from(err, st, &why, "%s", why.text)
			  : SPP_OK;
	return spp_qemu_nbd_why(&f->server, f->label, err);
}

/* Whether the header is still the one that was judged. */
static enum spp_status same_header(const struct spp_image *f,
				   struct spp_error *err)
{
	struct spp_image_format now = SPP_IMAGE_FORMAT_INIT;
	enum spp_status st;
	bool same;

	now.fd = f->fd;
	now.label = f->label;
	now.kind = f->format.kind;
	now.file_size = f->format.file_size;
	st = spp_image_format_read(&now, err);
	same = now.flags == f->format.flags &&
	       now.snapshots == f->format.snapshots &&
	       now.backing_kind == f->format.backing_kind &&
	       !now.backing == !f->format.backing &&
	       (!now.backing || !strcmp(now.backing, f->format.backing));
	spp_image_format_release(&now);
	if (st || same)
		return st;
	return spp_fail(err, SPP_BUSY, "'%s' changed while it was edited",
			f->label);
}

/* Opens the disk, or opens it again inside the same switch. */
static enum spp_status connect_disk(struct spp_image *f, bool write,
				    struct spp_error *err)
{
	struct spp_block *block = NULL;
	enum spp_status st;

	/* A qemu-nbd that only reads must end before another one may write. */
	st = spp_block_switch_to(f->block, NULL, err);
	if (!st && write)
		st = same_header(f, err);
	if (!st)
		st = f->format.kind == SPP_TARGET_RAW
			     ? connect_raw(f, write, &block, err)
			     : connect_packed(f, write, &block, err);
	return st ? st : spp_block_switch_to(f->block, block, err);
}

enum spp_status spp_image_begin(struct spp_image *f, struct spp_error *err)
{
	return f->block->write ? SPP_OK : connect_disk(f, true, err);
}

static enum spp_status open_file(struct spp_image *f,
				 const struct spp_image_options *options,
				 struct spp_error *err)
{
	unsigned int allowed =
		(options->snapshots ? SPP_IMAGE_SNAPSHOTS : 0) |
		(options->backings || options->backing_dir ? SPP_IMAGE_BACKING
							   : 0);
	enum spp_status st;

	st = spp_image_format_judge(&f->format, allowed, options->write, err);
	if (!st && options->write)
		st = spp_image_writable(f, err);
	if (!st)
		st = spp_image_layers_open(f, options, err);
	if (!st && f->locked.status)
		st = spp_fail_from(err, f->locked.status, &f->locked, "%s",
				   f->locked.text);
	if (!st)
		st = spp_image_lock_lease(f->fd, f->label, err);
	if (!st)
		st = spp_block_switch(f->label, &f->block, err);
	return st ? st : connect_disk(f, false, err);
}

static enum spp_status open_export(struct spp_image *f, const char *uri,
				   const struct spp_image_options *options,
				   struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) path = SPP_BUF_INIT;
	enum spp_status st;

	f->format.kind = SPP_TARGET_NBD;
	f->format.label = f->label;
	st = spp_image_export_find(f, uri, &path, err);
	if (!st)
		st = find_side(f, options->journal_dir, spp_buf_text(&path),
			       err);
	return st ? st : spp_image_export_open(f, uri, options->write, err);
}

static struct spp_image *allocate(const char *path)
{
	struct spp_image *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->format = (struct spp_image_format)SPP_IMAGE_FORMAT_INIT;
	f->server = (struct spp_qemu_nbd)SPP_QEMU_NBD_INIT;
	f->place = (struct spp_place)SPP_PLACE_INIT;
	f->side = f->fd = f->writer = f->lock = -1;
	f->label = strdup(path);
	if (!f->label) {
		free(f);
		return NULL;
	}
	return f;
}

enum spp_status spp_image_open(const char *path,
			       const struct spp_image_options *options,
			       struct spp_image **file, struct spp_error *err)
{
	struct spp_image *f = allocate(path);
	enum spp_status st;

	if (!f)
		return spp_nomem(err);
	f->server.tmp_dir = options->tmp_dir;
	f->server.path = options->path;
	if (spp_image_export_is(path)) {
		st = open_export(f, path, options, err);
	} else {
		st = open_reader(f, path, options, err);
		/*
		 * Lock first, so that what is judged next stays as it is.  The
		 * lock is of the open file and not of this process: qemu-nbd
		 * gets the same open file, and the lock lasts until it closes
		 * it, too.  An inspection reads the header even of an image in
		 * use.
		 */
		if (!st)
			spp_image_lock_take(f->fd, options->write, f->label,
					    &f->locked);
		if (!st)
			st = examine(f, options->kind, err);
		if (!st) {
			*file = f;
			return open_file(f, options, err);
		}
	}
	if (st)
		spp_image_close(f);
	else
		*file = f;
	return st;
}

void spp_image_close(struct spp_image *file)
{
	size_t i;

	if (!file)
		return;
	spp_block_close(file->block);
	spp_qemu_nbd_stop(&file->server);
	for (i = 1; i < file->layers; i++)
		spp_image_close_fd(&file->layer[i].fd);
	spp_image_close_fd(&file->writer);
	if (file->lock_name)
		unlinkat(file->side, file->lock_name, 0);
	spp_image_close_fd(&file->lock);
	spp_image_close_fd(&file->side);
	spp_place_close(&file->place);
	spp_image_format_release(&file->format);
	free(file->lock_name);
	free(file->side_name);
	free(file->side_label);
	free(file->label);
	free(file);
}

enum spp_status spp_image_unchanged(const struct spp_image *f,
				    struct spp_error *err)
{
	if (f->format.kind == SPP_TARGET_NBD)
		return spp_image_export_taken(f)
			       ? spp_fail(err, SPP_BUSY,
					  "'%s' was replaced while it was "
					  "edited; nothing was changed",
					  f->label)
			       : SPP_OK;
	/* qemu may touch the file of every kind but raw. */
	return f->format.kind == SPP_TARGET_RAW
		       ? spp_place_still(&f->place, err)
		       : spp_place_named(&f->place, err);
}

enum spp_status spp_image_named(const struct spp_image *f,
				struct spp_error *err)
{
	if (f->format.kind == SPP_TARGET_NBD
		    ? !spp_image_export_taken(f)
		    : spp_leads_to(f->place.dir, f->place.name, &f->place.st))
		return SPP_OK;
	return spp_fail(
		err, SPP_BUSY,
		"'%s' was replaced or removed while it was edited; the edit is "
		"in the file that had this name before, not in the present one",
		f->label);
}

void spp_image_refresh(struct spp_image *file)
{
	spp_place_refresh(&file->place, NULL);
}

enum spp_status spp_image_writable(const struct spp_image *f,
				   struct spp_error *err)
{
	enum spp_status st;

	if (f->format.kind == SPP_TARGET_NBD)
		return SPP_OK;
	st = may_write(f, err);
	if (!st && (spp_access(f->place.dir, f->place.name, W_OK) ||
		    spp_access(f->side, ".", W_OK)))
		st = spp_fail_errno(err, SPP_IO,
				    "'%s' or the folder of its journal cannot "
				    "be written to",
				    f->label);
	return st ? st : spp_image_lock_probe(f->fd, true, f->label, err);
}
