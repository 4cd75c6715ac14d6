/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A store whose hive is a file in a folder; its logs lie beside it. */
#ifndef HIVE_STORE_FILE_H
#define HIVE_STORE_FILE_H

#include "hive/target.h"

/*
 * Opens name in the folder dirfd, which may be closed afterwards.  dirfd -1:
 * label is a path, whose links are followed.
 */
enum spp_status spp_store_file_open(int dirfd, const char *name,
				    const char *label, enum spp_role role,
				    const struct spp_target_options *options,
				    struct spp_store **store,
				    struct spp_error *err);
/* Replaces the file by what was prepared; nothing if nothing was. */
enum spp_status spp_store_file_publish(struct spp_store *store,
				       struct spp_error *err);
/* See spp_target_restore(); a store without a backup is passed over. */
enum spp_status spp_store_file_restore(struct spp_store *store,
				       const char *suffix, bool dry,
				       struct spp_restores *restores,
				       struct spp_error *err);
void spp_store_file_close(struct spp_store *store);

#endif
