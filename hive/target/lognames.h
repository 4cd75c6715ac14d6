/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The logs in a folder, found by name in any case.
 *
 * Finding them takes a listing of the folder, and a thousand hives in one
 * folder would take a thousand.  So a listing is reused for the next hive, as
 * long as the folder is the same and did not change.
 */
#ifndef HIVE_LOGNAMES_H
#define HIVE_LOGNAMES_H

#include "hive/log/log.h"
#include "hive/target.h"

/*
 * Lists the folder dir, unless it is the last one listed and unchanged.  hive:
 * the name of the file whose logs are wanted.
 */
enum spp_status spp_lognames_list(struct spp_lognames *names, int dir,
				  const char *hive, struct spp_error *err);

/*
 * The next log of the hive after `at` (NULL: the first) and its kind; NULL at
 * the end.
 */
const char *spp_lognames_next(const struct spp_lognames *names,
			      const char *hive, const char *at, int *log);

#endif
