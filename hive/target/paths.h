/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where Windows keeps its hives: the one table, for disks, folders and WIMs,
 * and what is said where several files fit.
 */
#ifndef HIVE_PATHS_H
#define HIVE_PATHS_H

#include "hive/base/seek.h"
#include "hive/target.h"

/* Depths at which a folder can be the one that is named. */
#define SPP_PATHS_WINDOWS 1 /* the Windows folder */
#define SPP_PATHS_CONFIG  3 /* System32/config */

/* What is sought; the index of a path is its role.  pick may be NULL. */
struct spp_seek_query spp_paths_query(const char *pick);

/* "System32/config/SOFTWARE", from the Windows folder. */
const char *spp_paths_text(enum spp_role role);

/*
 * Chooses the hives.  SPP_REFUSED, naming each, where several fit and a
 * person must say which; SPP_USAGE where what the person said fits none.
 * chosen[SPP_ROLE_SOFTWARE] is NULL where there is no Windows.  The subject
 * begins the sentence: "partition 2 of 'disk.img'".
 */
enum spp_status spp_paths_choose(const struct spp_seek *seek,
				 const struct spp_seek_query *query,
				 const char *subject,
				 const struct spp_found *chosen[SPP_ROLE_COUNT],
				 struct spp_error *err);

#endif
