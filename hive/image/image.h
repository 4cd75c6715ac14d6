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
 *	spp_image_begin(image, err);		from now on writable
 *
 * An image opened for reading is never written to.  An image opened for writing
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
	bool snapshots;		    /* accept an image with snapshots */
	const char *const *backing; /* accept these backing files */
	size_t backings;
	const char *backing_dir; /* accept those below this folder; or NULL */
	const char *journal_dir; /* for the journal; NULL: beside the image */
	const char *tmp_dir, *path; /* see qemu_nbd.h; borrowed until close */
};

struct spp_image {
	struct spp_image_format format; /* what the header says; kind is set */
	struct spp_block *block;
	char *label; /* for messages: the user's spelling */
	/*
	 * Where its journal and backups are: the folder, the beginning of their
	 * names, and the same for messages.
	 */
	int side;
	char *side_name, *side_label;
	struct spp_place place; /* the opened file; without fd: an export */
	/* Private. */
	int fd;	    /* for reading; borrowed from the place */
	int writer; /* for writing; for a device, its claim */
	int lock;   /* file beside an export, and its name */
	char *lock_name;
	struct spp_error locked;
	struct spp_qemu_nbd server;
	struct spp_image_layer layer[SPP_LAYERS_MAX];
	size_t layers;
};

/*
 * If it fails after the header was read, *image is set all the same, without a
 * block, so that the caller can report what is wrong with the image.
 */
enum spp_status spp_image_open(const char *path,
			       const struct spp_image_options *options,
			       struct spp_image **image, struct spp_error *err);
void spp_image_close(struct spp_image *image);

/*
 * Makes the disk of an image opened for writing writable.  Before this it is
 * only read, so an edit that fails early leaves every byte of the file as it
 * was; qemu may mark an image as soon as it opens it for writing.
 */
enum spp_status spp_image_begin(struct spp_image *image, struct spp_error *err);

/*
 * SPP_BUSY if others have written to the file since it was opened, or its name
 * leads elsewhere.
 */
enum spp_status spp_image_unchanged(const struct spp_image *image,
				    struct spp_error *err);
/* After an edit: SPP_BUSY if the edited file has lost its name meanwhile. */
enum spp_status spp_image_named(const struct spp_image *image,
				struct spp_error *err);
/*
 * Makes _unchanged() compare with the present state, after writes of our own.
 */
void spp_image_refresh(struct spp_image *image);

/*
 * Whether an image open for reading could be opened for writing: nobody else
 * uses it, it may be written to, and a journal can be kept.
 */
enum spp_status spp_image_writable(const struct spp_image *image,
				   struct spp_error *err);

#endif
