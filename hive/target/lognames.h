/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The logs in a folder, by their names in any case.
 *
 * A folder is listed to find them.  Whoever reads a thousand hives in one
 * folder would list it a thousand times; what was found is good for the next
 * hive as long as the folder is the same and says that it did not change.
 */
#ifndef HIVE_LOGNAMES_H
#define HIVE_LOGNAMES_H

#include "hive/log/log.h"
#include "hive/target.h"

/*
 * Lists the folder dir, unless it is the one that was listed last and has not
 * changed; hive is the name of the file whose logs are looked for.
 */
enum spp_status spp_lognames_list(struct spp_lognames *names, int dir,
				  const char *hive, struct spp_error *err);

/* The hive's log after at (NULL: the first) and which it is; NULL: no more. */
const char *spp_lognames_next(const struct spp_lognames *names,
			      const char *hive, const char *at, int *log);

#endif
