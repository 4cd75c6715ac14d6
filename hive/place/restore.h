/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Putting back what an edit kept: the newest backup of a place.
 *
 *	struct spp_place backup = SPP_PLACE_INIT;
 *
 *	spp_restore_open(&place, ".bak", &backup, err);
 *	spp_restore_run(&place, &backup, judge, ctx, err);	a whole file
 *	spp_restore_end(&place, &backup, err);			removes it
 *	spp_place_close(&backup);
 *
 * A copy of the backup takes the place, with the place's own owner and mode,
 * and it is the copy that is judged: the backup may have another owner and be
 * written to after it was looked at.
 */
#ifndef HIVE_RESTORE_H
#define HIVE_RESTORE_H

#include "hive/place/place.h"

/*
 * Opens the newest backup under a suffix (see backup.h) for reading.
 * SPP_NOTFOUND without a word if there is none; SPP_REFUSED for one that
 * another user put there.
 */
enum spp_status spp_restore_open(const struct spp_place *place,
				 const char *suffix, struct spp_place *backup,
				 struct spp_error *err);

/* Whether the file fd, which label names, may take the place. */
typedef enum spp_status (*spp_restore_judge)(void *ctx, int fd,
					     const char *label,
					     struct spp_error *err);

/* The place must be open for writing. */
enum spp_status spp_restore_run(const struct spp_place *place,
				const struct spp_place *backup,
				spp_restore_judge judge, void *ctx,
				struct spp_error *err);
enum spp_status spp_restore_end(const struct spp_place *place,
				const struct spp_place *backup,
				struct spp_error *err);

#endif
