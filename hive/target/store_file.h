/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A store for a hive file in a folder, with its logs beside it. */
#ifndef HIVE_STORE_FILE_H
#define HIVE_STORE_FILE_H

#include "hive/target.h"

/*
 * Opens name in the folder dirfd, which may be closed afterwards.  dirfd -1:
 * label is a path, and links are followed.
 */
enum spp_status spp_store_file_open(int dirfd, const char *name,
				    const char *label, enum spp_role role,
				    const struct spp_target_options *options,
				    struct spp_store **store,
				    struct spp_error *err);
/*
 * Replaces the file by the prepared one, and removes the backup if it was put
 * back; does nothing if none was prepared.
 */
enum spp_status spp_store_file_publish(struct spp_store *store,
				       struct spp_error *err);
/*
 * Prepares what spp_store_file_publish() then puts back; see
 * spp_target_restore().  A store without a backup is skipped.
 */
enum spp_status spp_store_file_restore(struct spp_store *store,
				       const char *suffix, bool dry,
				       struct spp_restores *restores,
				       struct spp_error *err);
void spp_store_file_close(struct spp_store *store);

#endif
