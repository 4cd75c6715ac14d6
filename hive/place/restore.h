/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Restores what an edit kept: the newest backup of a place.
 *
 *	struct spp_place backup = SPP_PLACE_INIT;
 *
 *	spp_restore_open(&place, ".bak", &backup, err);
 *	spp_restore_run(&place, &backup, judge, ctx, err);	a whole file
 *	spp_restore_end(&place, &backup, err);			removes it
 *	spp_place_close(&backup);
 *
 * A copy of the backup takes the place, with the place's own owner and mode.
 * The copy is what is judged, because the backup may have another owner, who
 * could write to it after it was examined.
 */
#ifndef HIVE_RESTORE_H
#define HIVE_RESTORE_H

#include "hive/place/replace.h"

/*
 * Opens the newest backup with this suffix (see backup.h) for reading.
 * SPP_NOTFOUND, with err untouched, if there is none; SPP_REFUSED if another
 * user put it there.
 */
enum spp_status spp_restore_open(const struct spp_place *place,
				 const char *suffix, struct spp_place *backup,
				 struct spp_error *err);

/* Whether the file fd, named by label, may take the place. */
typedef enum spp_status (*spp_restore_judge)(void *ctx, int fd,
					     const char *label,
					     struct spp_error *err);

/*
 * Prepares the copy, sealed and ready to be published (see replace.h), so that
 * several places can be prepared before the first one changes.  The place must
 * be open for writing.
 */
enum spp_status spp_restore_begin(struct spp_replace *r,
				  const struct spp_place *place,
				  const struct spp_place *backup,
				  spp_restore_judge judge, void *ctx,
				  struct spp_error *err);
/* Prepares and publishes it. */
enum spp_status spp_restore_run(const struct spp_place *place,
				const struct spp_place *backup,
				spp_restore_judge judge, void *ctx,
				struct spp_error *err);
enum spp_status spp_restore_end(const struct spp_place *place,
				const struct spp_place *backup,
				struct spp_error *err);

#endif
