/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A disk image or an NBD export, open as a disk.
 *
 *	struct spp_image *image;
 *
 *	spp_image_open(path, &options, &image, err);
 *	... image->block ...
 *	spp_image_close(image);
 *
 *	spp_image_begin(image, err);		now it can be written to
 *
 * Opened for reading, nothing is ever written to it.  Opened for writing, it
 * is locked against everybody else until it is closed.
 */
#ifndef HIVE_IMAGE_H
#define HIVE_IMAGE_H

#include "hive/image/format.h"
#include "hive/image/qemu_nbd.h"
#include "hive/place/block.h"
#include "hive/place/place.h"

struct spp_image_options {
	enum spp_target_kind kind; /* SPP_TARGET_AUTO: by content */
	bool write;
	bool snapshots;		    /* an image with snapshots is welcome */
	const char *const *backing; /* names of backing files that are */
	size_t backings;
	const char *backing_dir; /* all below it is welcome as one; or NULL */
	const char *journal_dir; /* for what is kept beside it; or NULL */
	const char *tmp_dir, *path; /* see qemu_nbd.h; borrowed till close */
};

struct spp_image {
	struct spp_image_format format; /* what the header says; kind is set */
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
	struct spp_qemu_nbd server;
	struct spp_image_layer layer[SPP_LAYERS_MAX];
	size_t layers;
};

/*
 * *image is there even after a failure once the header was read, without a
 * block, for whoever wants to tell what is wrong with the image.
 */
enum spp_status spp_image_open(const char *path,
			       const struct spp_image_options *options,
			       struct spp_image **image, struct spp_error *err);
void spp_image_close(struct spp_image *image);

/*
 * The disk of an image that was opened for writing is only read until this;
 * so an edit that comes to nothing leaves every byte of the file, also where
 * qemu would mark an image as soon as it may write to it.
 */
enum spp_status spp_image_begin(struct spp_image *image, struct spp_error *err);

/*
 * Whether the file was written to since it was opened, by others, or is no
 * longer what its name leads to.
 */
enum spp_status spp_image_unchanged(const struct spp_image *image,
				    struct spp_error *err);
/* After an edit: SPP_BUSY if it went to what lost its name meanwhile. */
enum spp_status spp_image_named(const struct spp_image *image,
				struct spp_error *err);
/* From here on: after writes of our own. */
void spp_image_refresh(struct spp_image *image);

/*
 * Whether an image that is open for reading could be opened for writing:
 * nobody else reads it, it may be written to and a journal kept beside it.
 */
enum spp_status spp_image_writable(const struct spp_image *image,
				   struct spp_error *err);

#endif
