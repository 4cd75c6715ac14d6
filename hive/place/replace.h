/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Replacing the file of a place so that a crash at any point leaves the old
 * file or the new one, whole.  Knows nothing of hives.
 *
 *	struct spp_replace r = SPP_REPLACE_INIT;
 *
 *	spp_replace_begin(&r, &place, ".bak", err);	a new file beside it
 *	... write to r.file.fd ...
 *	spp_replace_seal(&r, err);	owner, mode, attributes; fsync
 *	spp_replace_publish(&r, err);	backup, exchange, fsync of the folder
 *	spp_replace_close(&r);		forgets what was not published
 *
 * Name and new file change places, and what came out is looked at: if it is
 * not the file that was opened, as it was then, they change back.  So a file
 * that somebody else puts under the name at any moment is not lost.  Where
 * the file system cannot exchange names, the look comes just before the
 * rename.
 *
 * The new file has a fixed name beside the old one, ".NAME.sppctl-new".  As
 * only the holder of the lock makes it, one that is there already was left by
 * a crash and is thrown away.
 */
#ifndef HIVE_REPLACE_H
#define HIVE_REPLACE_H

#include "hive/base/newfile.h"
#include "hive/place/place.h"

struct spp_replace {
	const struct spp_place *place; /* borrowed, open for writing */
	struct spp_newfile file;
	struct stat st;	    /* of the new file, once it is sealed */
	const char *backup; /* suffix to keep the old file under, or NULL */
	bool published;
};

#define SPP_REPLACE_INIT                  \
	{                                 \
		.file = SPP_NEWFILE_INIT, \
	}

/* backup is borrowed; see backup.h for the names. */
enum spp_status spp_replace_begin(struct spp_replace *r,
				  const struct spp_place *place,
				  const char *backup, struct spp_error *err);
enum spp_status spp_replace_seal(struct spp_replace *r, struct spp_error *err);

/*
 * Puts the sealed file in place, the old one under the backup's name if one
 * was asked for.  SPP_BUSY if the place is not what was opened any more: then
 * nothing was replaced.
 */
enum spp_status spp_replace_publish(struct spp_replace *r,
				    struct spp_error *err);
void spp_replace_close(struct spp_replace *r);

/*
 * Removes a file beside the place, such as a backup, if the name leads to this
 * very one: another one that gets the name meanwhile stays.  By way of the
 * work name, which must be free; 0, or -1 with errno.
 */
int spp_replace_remove(const struct spp_place *place, const char *name,
		       const struct stat *st);

/* Removes what a crash left; only the holder of the lock may. */
void spp_replace_clear(const struct spp_place *place);

#endif
