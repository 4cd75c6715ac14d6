/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A hive file named by the user.  Symbolic links to it are followed: the file
 * at their end is replaced, the links stay.
 */
#include <stdlib.h>
#include <string.h>

#include "hive/target/store_file.h"

static enum spp_status publish(struct spp_target *target, struct spp_error *err)
{
	return spp_store_file_publish(target->store[SPP_ROLE_ANY], err);
}

static enum spp_status restore(struct spp_target *target, const char *suffix,
			       bool dry, struct spp_restores *restores,
			       struct spp_error *err)
{
	enum spp_status st = spp_store_file_restore(target->store[SPP_ROLE_ANY],
						    suffix, dry, restores, err);

	return st || dry ? st : publish(target, err);
}

static void close_target(struct spp_target *target)
{
	spp_store_file_close(target->store[SPP_ROLE_ANY]);
	free(target->path);
	free(target);
}

static const struct spp_target_ops ops = { "hive", publish, restore,
					   close_target };

enum spp_status spp_target_file_open(const char *path,
				     const struct spp_target_options *options,
				     struct spp_target **target,
				     struct spp_error *err)
{
	struct spp_target *t = calloc(1, sizeof(*t));
	enum spp_status st;

	if (!t)
		return spp_nomem(err);
	t->ops = &ops;
	t->path = strdup(path);
	st = t->path ? spp_store_file_open(-1, NULL, path, SPP_ROLE_ANY,
					   options, &t->store[SPP_ROLE_ANY],
					   err)
		     : spp_nomem(err);
	if (st) {
		close_target(t);
		return st;
	}
	*target = t;
	return SPP_OK;
}
