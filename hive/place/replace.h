/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Replacing a file so that a crash at any point leaves the old file or the
 * new one, whole.  Knows nothing of hives.
 *
 *	struct spp_atomic a = SPP_ATOMIC_INIT;
 *
 *	spp_atomic_open(&a, dirfd, "SOFTWARE", path, &options, err);
 *	spp_atomic_begin(&a, err);		a new file beside it
 *	... write to a.fd ...
 *	spp_atomic_seal(&a, err);		owner, mode, xattrs; fsync
 *	spp_atomic_publish(&a, err);		backup, rename, fsync folder
 *	spp_atomic_close(&a);			unlocks; forgets what was begun
 *
 * The new file has a fixed name beside the old one, ".NAME.sppctl-new".  As
 * only the holder of the lock makes it, one that is there already was left by
 * a crash and is thrown away.
 */
#ifndef HIVE_ATOMIC_H
#define HIVE_ATOMIC_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "hive/base/error.h"

struct spp_atomic {
	int dir;	    /* folder; owned */
	char *name;	    /* in the folder */
	char *label;	    /* in messages */
	char *temp_name;    /* of the new file */
	int old;	    /* the file as it was opened, locked */
	int fd;		    /* the new file, -1 before begin */
	struct stat st;	    /* of the old file when it was opened */
	const char *backup; /* suffix to keep the old file under, or NULL */
	bool published;
};

#define SPP_ATOMIC_INIT                        \
	{                                      \
		.dir = -1, .old = -1, .fd = -1 \
	}

struct spp_atomic_options {
	bool write;	    /* else only a->old is opened, unlocked */
	bool break_links;   /* part a file from its other hard links */
	const char *backup; /* borrowed suffix, or NULL */
};

/*
 * Opens name in the folder dirfd (duplicated) without following a link.
 * For writing: SPP_REFUSED for a read-only file or one with several hard
 * links, SPP_BUSY if it is locked.  For reading nothing is locked: a reader
 * sees the old file or the new one, whole.
 */
enum spp_status spp_atomic_open(struct spp_atomic *a, int dirfd,
				const char *name, const char *label,
				const struct spp_atomic_options *options,
				struct spp_error *err);
enum spp_status spp_atomic_begin(struct spp_atomic *a, struct spp_error *err);
enum spp_status spp_atomic_seal(struct spp_atomic *a, struct spp_error *err);

/*
 * Puts the sealed file in place, the old one under the backup's name if one
 * was asked for; an existing backup is never overwritten (SPP_REFUSED).
 */
enum spp_status spp_atomic_publish(struct spp_atomic *a, struct spp_error *err);
void spp_atomic_close(struct spp_atomic *a);

#endif
