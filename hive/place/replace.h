/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Replaces the file of a place so that a crash at any point leaves either the
 * old file or the new one, complete.  Knows nothing of hives.
 *
 *	struct spp_replace r = SPP_REPLACE_INIT;
 *
 *	spp_replace_begin(&r, &place, ".bak", err);	a new file beside it
 *	... write to r.file.fd ...
 *	spp_replace_seal(&r, err);	owner, mode, attributes; fsync
 *	spp_replace_publish(&r, err);	backup, exchange, fsync of the folder
 *	spp_replace_close(&r);		discards what was not published
 *
 * The two files exchange names, and the one that comes out is examined: if it
 * is not the file that was opened, unchanged, they exchange again.  So a file
 * that somebody else puts under the name at any moment is not lost.  Where the
 * file system cannot exchange names, the check comes just before the rename.
 *
 * The new file has a fixed name beside the old one, ".NAME.sppctl-new".  Only
 * the holder of the lock creates it, so an existing one was left by a crash and
 * is removed.
 */
#ifndef HIVE_REPLACE_H
#define HIVE_REPLACE_H

#include "hive/base/newfile.h"
#include "hive/place/place.h"

struct spp_replace {
	const struct spp_place *place; /* borrowed, open for writing */
	struct spp_newfile file;
	struct stat st;	    /* of the new file, once sealed */
	const char *backup; /* suffix for the old file, or NULL for no backup */
	bool published;
};

#define SPP_REPLACE_INIT                  \
	{                                 \
		.file = SPP_NEWFILE_INIT, \
	}

/*
 * Whether what is made beside the place could be: SPP_IO if a name would be too
 * long, SPP_REFUSED if a folder is in the way, SPP_LIMIT if no backup number is
 * left.  Creates nothing; spp_replace_begin() asks the same.
 */
enum spp_status spp_replace_possible(const struct spp_place *place,
				     const char *backup, struct spp_error *err);

/* Borrows backup; see backup.h for the names. */
enum spp_status spp_replace_begin(struct spp_replace *r,
				  const struct spp_place *place,
				  const char *backup, struct spp_error *err);
enum spp_status spp_replace_seal(struct spp_replace *r, struct spp_error *err);

/*
 * Puts the sealed file in place, and the old one under the backup's name if
 * requested.  SPP_BUSY, with nothing replaced, if the place is no longer what
 * was opened.
 */
enum spp_status spp_replace_publish(struct spp_replace *r,
				    struct spp_error *err);
void spp_replace_close(struct spp_replace *r);

/*
 * Removes a file beside the place, such as a backup, if the name is this very
 * file; another file that gets the name meanwhile stays.  Moves it to the work
 * name first, which must be free.  0, or -1 with errno.
 */
int spp_replace_remove(const struct spp_place *place, const char *name,
		       const struct stat *st);

/* Removes what a crash left; only for the holder of the lock. */
void spp_replace_clear(const struct spp_place *place);

#endif
