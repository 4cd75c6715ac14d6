/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where Windows keeps its hives: one table for disks, folders and WIMs, and the
 * messages for several matches.
 */
#ifndef HIVE_PATHS_H
#define HIVE_PATHS_H

#include "hive/base/seek.h"
#include "hive/target.h"

/* Leading parts to skip if the user names this folder. */
#define SPP_PATHS_WINDOWS 1 /* the Windows folder */
#define SPP_PATHS_CONFIG  3 /* System32/config */

/*
 * The query for all hives; the index of a path is its role.  pick may be NULL.
 */
struct spp_seek_query spp_paths_query(const char *pick);

/* "System32/config/SOFTWARE", relative to the Windows folder. */
const char *spp_paths_text(enum spp_role role);

/*
 * Chooses the hives.  SPP_REFUSED, naming each, if several match and a person
 * must say which; SPP_USAGE if what the person said matches none.
 * chosen[SPP_ROLE_SOFTWARE] is NULL if there is no Windows.  The message begins
 * with subject: "partition 2 of 'disk.img'".
 */
enum spp_status spp_paths_choose(const struct spp_seek *seek,
				 const struct spp_seek_query *query,
				 const char *subject,
				 const struct spp_found *chosen[SPP_ROLE_COUNT],
				 struct spp_error *err);

#endif
