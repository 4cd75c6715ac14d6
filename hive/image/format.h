/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the header of a disk image says, before anybody opens it as a disk.
 *
 *	struct spp_container c = SPP_CONTAINER_INIT;
 *
 *	c.fd = fd; c.label = path;
 *	spp_container_identify(&c, err);	c.kind
 *	spp_container_read(&c, err);		c.flags, c.backing
 *	spp_container_judge(&c, allowed, write, err);	may it be used?
 *	spp_container_release(&c);
 *
 * The header is somebody else's.  An image can ask whoever opens it to open
 * other files of this machine too (a backing file, a data file, extents), so
 * nothing but what is known to lie in the one file is let through.
 */
#ifndef HIVE_CONTAINER_H
#define HIVE_CONTAINER_H

#include <stdint.h>

#include "hive/base/error.h"
#include "hive/base/target_kind.h"

/* What a person may have to know or decide. */
enum {
	SPP_CONTAINER_SNAPSHOTS = 1 << 0, /* internal snapshots */
	SPP_CONTAINER_BACKING = 1 << 1,	  /* needs the file named in backing */
	SPP_CONTAINER_ENCRYPTED = 1 << 2,
	SPP_CONTAINER_DATA_FILE = 1 << 3, /* guest's data is in another file */
	SPP_CONTAINER_CHILD = 1 << 4,	  /* nothing without its parent */
	SPP_CONTAINER_EXTENTS = 1 << 5,	  /* a description of other files */
	SPP_CONTAINER_OPEN = 1 << 6,	  /* not closed by who wrote it last */
	SPP_CONTAINER_LOG = 1 << 7,	  /* writes in a log, to be replayed */
	SPP_CONTAINER_CORRUPT = 1 << 8,	  /* marked so */
	SPP_CONTAINER_SAVED = 1 << 9,	  /* of a machine in saved state */
	SPP_CONTAINER_STREAM = 1 << 10,	  /* compressed, to be read only */
	SPP_CONTAINER_PART = 1 << 11,	  /* one of several files of a disk */
};
#define SPP_CONTAINER_FLAGS 12

struct spp_container {
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

#define SPP_CONTAINER_INIT \
	{                  \
		.fd = -1,  \
	}

void spp_container_release(struct spp_container *c);

/*
 * Finds out the kind by content, and the size of the file.  SPP_TARGET_RAW
 * only for what begins like a disk or a volume; SPP_TARGET_HIVE for a hive;
 * SPP_TARGET_AUTO for none of all these.
 */
enum spp_status spp_container_identify(struct spp_container *c,
				       struct spp_error *err);

/*
 * Takes the name of the file into account as well.  SPP_REFUSED where it says
 * another kind than the content does: the guest of a raw disk can write the
 * header of any other kind to its first sectors.  SPP_UNSUPPORTED for what is
 * known not to be a disk as it is: an archive, a compressed file.
 */
enum spp_status spp_container_named(struct spp_container *c, const char *name,
				    struct spp_error *err);

/* Both for a path; SPP_TARGET_AUTO too for what is not a regular file. */
enum spp_status spp_container_kind_at(const char *path,
				      enum spp_target_kind *kind,
				      struct spp_error *err);

/*
 * Reads the header of the kind that c->kind says.  SPP_NOTHIVE if it is
 * not of that kind, SPP_CORRUPT, SPP_UNSUPPORTED for a version unknown here.
 */
enum spp_status spp_container_read(struct spp_container *c,
				   struct spp_error *err);

/*
 * Refuses what cannot be used, each in its own words, and what can but was
 * not allowed: flags of SPP_CONTAINER_SNAPSHOTS and SPP_CONTAINER_BACKING.
 */
enum spp_status spp_container_judge(const struct spp_container *c,
				    unsigned int allowed, bool write,
				    struct spp_error *err);

/* The word of one flag: "snapshots", "encrypted", ... */
const char *spp_container_flag_word(unsigned int bit);

#endif
