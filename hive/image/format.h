/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the header of a disk image says, read before anything opens the image as
 * a disk.
 *
 *	struct spp_image_format c = SPP_IMAGE_FORMAT_INIT;
 *
 *	c.fd = fd; c.label = path;
 *	spp_image_format_identify(&c, err);	c.kind
 *	spp_image_format_read(&c, err);		c.flags, c.backing
 *	spp_image_format_judge(&c, allowed, write, err);	may it be used?
 *	spp_image_format_release(&c);
 *
 * The header is untrusted.  It can name other files of this machine for the
 * program that opens the image (a backing file, a data file, extents), so an
 * image is accepted only if all its data is known to be in this one file.
 */
#ifndef HIVE_IMAGE_FORMAT_H
#define HIVE_IMAGE_FORMAT_H

#include <stdint.h>

#include "hive/base/error.h"
#include "hive/base/target_kind.h"

/* Properties that a person may have to know or decide about. */
enum {
	SPP_IMAGE_SNAPSHOTS = 1 << 0, /* internal snapshots */
	SPP_IMAGE_BACKING = 1 << 1,   /* needs the file named in backing */
	SPP_IMAGE_ENCRYPTED = 1 << 2,
	SPP_IMAGE_DATA_FILE = 1 << 3, /* guest's data is in another file */
	SPP_IMAGE_CHILD = 1 << 4,     /* useless without its parent */
	SPP_IMAGE_EXTENTS = 1 << 5,   /* a description of other files */
	SPP_IMAGE_OPEN = 1 << 6,      /* not closed by its last writer */
	SPP_IMAGE_LOG = 1 << 7,	      /* has a log with writes to replay */
	SPP_IMAGE_CORRUPT = 1 << 8,   /* marked as corrupt */
	SPP_IMAGE_SAVED = 1 << 9,     /* of a machine in saved state */
	SPP_IMAGE_STREAM = 1 << 10,   /* compressed; can only be read */
	SPP_IMAGE_PART = 1 << 11,     /* one of several files of a disk */
};
#define SPP_IMAGE_FLAGS 12

struct spp_image_format {
	int fd;		    /* borrowed */
	const char *label;  /* borrowed */
	uint64_t file_size; /* bytes */
	bool device;	    /* a block device, used as a raw disk */
	enum spp_target_kind kind;
	unsigned int flags;
	uint32_t snapshots; /* their number */
	uint32_t broken;    /* persistent bitmaps that can no longer be used */
	int stranger;	    /* private: index of a foreign kind; 0: none */
	char *backing;	    /* name of the backing file */
	enum spp_target_kind backing_kind;
};

#define SPP_IMAGE_FORMAT_INIT \
	{                     \
		.fd = -1,     \
	}

void spp_image_format_release(struct spp_image_format *c);

/*
 * Finds the kind by content, and the size of the file.  SPP_TARGET_RAW only for
 * content that begins like a disk or a volume, SPP_TARGET_HIVE for a hive,
 * SPP_TARGET_AUTO if unknown.
 */
enum spp_status spp_image_format_identify(struct spp_image_format *c,
					  struct spp_error *err);

/*
 * Also considers the file's name.  SPP_REFUSED if it promises another kind than
 * the content, because the guest of a raw disk can write any header to its
 * first sectors.  SPP_UNSUPPORTED for a known file that is not a disk: an
 * archive, a compressed file.
 */
enum spp_status spp_image_format_named(struct spp_image_format *c,
				       const char *name, struct spp_error *err);

/* Does both for a path; SPP_TARGET_AUTO also if it is not a regular file. */
enum spp_status spp_image_format_kind_at(const char *path,
					 enum spp_target_kind *kind,
					 struct spp_error *err);

/*
 * Reads the header of the kind in c->kind.  SPP_NOTHIVE if the file is of
 * another kind, SPP_CORRUPT, SPP_UNSUPPORTED for an unknown version.
 */
enum spp_status spp_image_format_read(struct spp_image_format *c,
				      struct spp_error *err);

/*
 * Refuses an image that cannot be used, with a specific message, or that needs
 * a permission.  allowed: flags of SPP_IMAGE_SNAPSHOTS and SPP_IMAGE_BACKING.
 */
enum spp_status spp_image_format_judge(const struct spp_image_format *c,
				       unsigned int allowed, bool write,
				       struct spp_error *err);

/* The word for one flag: "snapshots", "encrypted", ... */
const char *spp_image_format_flag_word(unsigned int bit);

#endif
