/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the stores inside an image have in common: the proof reads a copy of the
 * prepared hive, which is what a reader of the edited image would get.
 *
 *	spp_store_copy_begin(store, &ops, role, write, dir);
 *	spp_store_copy_read(store, fill, source, fd, err);	for reread()
 *	spp_store_copy_seal					as seal()
 *	spp_tmpfile_close(&store->copy);
 */
#ifndef HIVE_STORE_COPY_H
#define HIVE_STORE_COPY_H

#include "hive/store.h"

/* A store without a copy; write: its role is among those; dir: for the copy. */
void spp_store_copy_begin(struct spp_store *store,
			  const struct spp_store_ops *ops, enum spp_role role,
			  unsigned int write, int dir);

/* Makes the copy anew; fill() writes the prepared hive into it. */
enum spp_status spp_store_copy_read(
	struct spp_store *store,
	enum spp_status (*fill)(struct spp_store *store, struct spp_error *err),
	struct spp_source *source, int *fd, struct spp_error *err);

/* The proof is done: the copy goes, and the image can be written. */
enum spp_status spp_store_copy_seal(struct spp_store *store,
				    struct spp_error *err);

#endif
