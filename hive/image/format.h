/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the header of a disk image says, before anybody opens it as a disk.
 *
 *	struct spp_image_format c = SPP_IMAGE_FORMAT_INIT;
 *
 *	c.fd = fd; c.label = path;
 *	spp_image_format_identify(&c, err);	c.kind
 *	spp_image_format_read(&c, err);		c.flags, c.backing
 *	spp_image_format_judge(&c, allowed, write, err);	may it be used?
 *	spp_image_format_release(&c);
 *
 * The header is untrusted.  An image can ask whoever opens it to open
 * other files of this machine too (a backing file, a data file, extents), so
 * nothing but what is known to lie in the one file is let through.
 */
#ifndef HIVE_IMAGE_FORMAT_H
#define HIVE_IMAGE_FORMAT_H

#include <stdint.h>

#include "hive/base/error.h"
#include "hive/base/target_kind.h"

/* What a person may have to know or decide. */
enum {
	SPP_IMAGE_SNAPSHOTS = 1 << 0, /* internal snapshots */
	SPP_IMAGE_BACKING = 1 << 1,   /* needs the file named in backing */
	SPP_IMAGE_ENCRYPTED = 1 << 2,
	SPP_IMAGE_DATA_FILE = 1 << 3, /* guest's data is in another file */
	SPP_IMAGE_CHILD = 1 << 4,     /* nothing without its parent */
	SPP_IMAGE_EXTENTS = 1 << 5,   /* a description of other files */
	SPP_IMAGE_OPEN = 1 << 6,      /* not closed by who wrote it last */
	SPP_IMAGE_LOG = 1 << 7,	      /* writes in a log, to be replayed */
	SPP_IMAGE_CORRUPT = 1 << 8,   /* marked so */
	SPP_IMAGE_SAVED = 1 << 9,     /* of a machine in saved state */
	SPP_IMAGE_STREAM = 1 << 10,   /* compressed, to be read only */
	SPP_IMAGE_PART = 1 << 11,     /* one of several files of a disk */
};
#define SPP_IMAGE_FLAGS 12

struct spp_image_format {
	int fd;		    /* borrowed */
	const char *label;  /* borrowed */
	uint64_t file_size; /* bytes */
	bool device;	    /* a block device: a disk as it is */
	enum spp_target_kind kind;
	unsigned int flags;
	uint32_t snapshots; /* how many */
	uint32_t broken;    /* persistent bitmaps that can no longer be used */
	int stranger;	    /* private: index of another kind; 0: none */
	char *backing;	    /* name of the file it is an overlay of */
	enum spp_target_kind backing_kind;
};

#define SPP_IMAGE_FORMAT_INIT \
	{                     \
		.fd = -1,     \
	}

void spp_image_format_release(struct spp_image_format *c);

/*
 * Finds out the kind by content, and the size of the file.  SPP_TARGET_RAW
 * only for what begins like a disk or a volume; SPP_TARGET_HIVE for a hive;
 * SPP_TARGET_AUTO for none of all these.
 */
enum spp_status spp_image_format_identify(struct spp_image_format *c,
					  struct spp_error *err);

/*
 * Takes the name of the file into account as well.  SPP_REFUSED where it says
 * another kind than the content does: the guest of a raw disk can write the
 * header of any other kind to its first sectors.  SPP_UNSUPPORTED for what is
 * known not to be a disk as it is: an archive, a compressed file.
 */
enum spp_status spp_image_format_named(struct spp_image_format *c,
				       const char *name, struct spp_error *err);

/* Both for a path; SPP_TARGET_AUTO too for what is not a regular file. */
enum spp_status spp_image_format_kind_at(const char *path,
					 enum spp_target_kind *kind,
					 struct spp_error *err);

/*
 * Reads the header of the kind that c->kind says.  SPP_NOTHIVE if it is
 * not of that kind, SPP_CORRUPT, SPP_UNSUPPORTED for a version unknown here.
 */
enum spp_status spp_image_format_read(struct spp_image_format *c,
				      struct spp_error *err);

/*
 * Refuses what cannot be used, each in its own words, and what can but was
 * not allowed: flags of SPP_IMAGE_SNAPSHOTS and SPP_IMAGE_BACKING.
 */
enum spp_status spp_image_format_judge(const struct spp_image_format *c,
				       unsigned int allowed, bool write,
				       struct spp_error *err);

/* The word of one flag: "snapshots", "encrypted", ... */
const char *spp_image_format_flag_word(unsigned int bit);

#endif
