/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A disk image or an NBD export, open as a disk.
 *
 *	struct spp_imagefile *file;
 *
 *	spp_imagefile_open(path, &options, &file, err);
 *	... file->block ...
 *	spp_imagefile_close(file);
 *
 *	spp_imagefile_begin(file, err);		now it can be written to
 *
 * Opened for reading, nothing is ever written to it.  Opened for writing, it
 * is locked against everybody else until it is closed.
 */
#ifndef HIVE_IMAGEFILE_H
#define HIVE_IMAGEFILE_H

#include "hive/image/format.h"
#include "hive/image/qemu_nbd.h"
#include "hive/place/block.h"
#include "hive/place/place.h"

struct spp_imagefile_options {
	enum spp_target_kind kind; /* SPP_TARGET_AUTO: by content */
	bool write;
	bool snapshots;		    /* an image with snapshots is welcome */
	const char *const *backing; /* names of backing files that are */
	size_t backings;
	const char *journal_dir;    /* for what is kept beside it; or NULL */
	const char *tmp_dir, *path; /* see qemu_nbd.h; borrowed till close */
};

struct spp_imagefile {
	struct spp_container image; /* what the header says; kind is set */
	struct spp_block *block;
	char *label; /* for messages: as the user named it */
	/*
	 * Where its journal and its backups are: the folder, the name that
	 * theirs begin with, and that for messages.
	 */
	int side;
	char *side_name, *side_label;
	struct spp_place place; /* what was opened; no fd: an export */
	/* Private. */
	int fd;	    /* the file, for reading; borrowed from the place */
	int writer; /* the same for writing; of a device, its claim */
	int lock;   /* beside an export, and its name */
	char *lock_name;
	struct spp_error locked;
	struct spp_nbdserver server;
	struct spp_layer layer[SPP_LAYERS_MAX];
	size_t layers;
};

/*
 * *file is there even after a failure once the header was read, without a
 * block, for whoever wants to tell what is wrong with the image.
 */
enum spp_status spp_imagefile_open(const char *path,
				   const struct spp_imagefile_options *options,
				   struct spp_imagefile **file,
				   struct spp_error *err);
void spp_imagefile_close(struct spp_imagefile *file);

/*
 * The disk of an image that was opened for writing is only read until this;
 * so an edit that comes to nothing leaves every byte of the file, also where
 * qemu would mark an image as soon as it may write to it.
 */
enum spp_status spp_imagefile_begin(struct spp_imagefile *file,
				    struct spp_error *err);

/*
 * Whether the file was written to since it was opened, by others, or is no
 * longer what its name leads to.
 */
enum spp_status spp_imagefile_unchanged(const struct spp_imagefile *file,
					struct spp_error *err);
/* After an edit: SPP_BUSY if it went to what lost its name meanwhile. */
enum spp_status spp_imagefile_named(const struct spp_imagefile *file,
				    struct spp_error *err);
/* From here on: after writes of our own. */
void spp_imagefile_refresh(struct spp_imagefile *file);

/*
 * Whether an image that is open for reading could be opened for writing:
 * nobody else reads it, it may be written to and a journal kept beside it.
 */
enum spp_status spp_imagefile_writable(const struct spp_imagefile *file,
				       struct spp_error *err);

#endif
