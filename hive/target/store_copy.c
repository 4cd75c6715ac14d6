/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/target/store_copy.h"

void spp_store_copy_begin(struct spp_store *store,
			  const struct spp_store_ops *ops, enum spp_role role,
			  unsigned int write, int dir)
{
	store->copy = (struct spp_tmpfile)SPP_TMPFILE_INIT;
	store->ops = ops;
	store->role = role;
	store->write = write >> role & 1;
	store->tmpfile_dir = store->write ? dir : -1;
}

enum spp_status spp_store_copy_read(
	struct spp_store *store,
	enum spp_status (*fill)(struct spp_store *store, struct spp_error *err),
	struct spp_source *source, int *fd, struct spp_error *err)
{
	enum spp_status st;

	spp_tmpfile_close(&store->copy);
	st = spp_tmpfile_open(&store->copy, store->tmpfile_dir, err);
	if (!st)
		st = fill(store, err);
	*fd = store->copy.fd;
	return st ? st : spp_fd_source(&store->copy.fd, source, err);
}

enum spp_status spp_store_copy_seal(struct spp_store *store,
				    struct spp_error *err)
{
	(void)err;
	spp_tmpfile_close(&store->copy);
	store->prepared = true;
	return SPP_OK;
}
