/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A hive file named by the user.  Symbolic links to it are followed: the file
 * that they lead to is replaced, the links stay.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hive/target/store_file.h"

static enum spp_status publish(struct spp_target *target, struct spp_error *err)
{
	return spp_store_file_publish(target->store[SPP_ROLE_ANY], err);
}

static enum spp_status restore(struct spp_target *target, const char *suffix,
			       bool dry, struct spp_restores *restores,
			       struct spp_error *err)
{
	return spp_store_file_restore(target->store[SPP_ROLE_ANY], suffix, dry,
				      restores, err);
}

static void close_target(struct spp_target *target)
{
	spp_store_file_close(target->store[SPP_ROLE_ANY]);
	free(target->path);
	free(target);
}

static const struct spp_target_ops ops = { "hive", publish, restore,
					   close_target };

/* Opens the folder of a file; *name is its last component, in path. */
static enum spp_status open_folder(char *path, int *dirfd, char **name,
				   struct spp_error *err)
{
	char *slash = strrchr(path, '/');
	const char *folder = slash == path ? "/" : path;

	*slash = '\0';
	*name = slash + 1;
	*dirfd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*dirfd < 0)
		return spp_fail_errno(err, SPP_IO,
				      "cannot open the folder "
				      "'%s'",
				      folder);
	return SPP_OK;
}

enum spp_status spp_target_file_open(const char *path,
				     const struct spp_target_options *options,
				     struct spp_target **target,
				     struct spp_error *err)
{
	char CLEANUP(spp_free_string) *real = realpath(path, NULL);
	struct spp_target *t;
	enum spp_status st;
	char *name = NULL;
	int dirfd = -1;

	if (!real)
		return spp_fail_errno(err,
				      errno == ENOENT ? SPP_NOTFOUND : SPP_IO,
				      "cannot open '%s'", path);
	t = calloc(1, sizeof(*t));
	if (!t)
		return spp_nomem(err);
	t->ops = &ops;
	t->path = strdup(path);
	st = t->path ? open_folder(real, &dirfd, &name, err) : spp_nomem(err);
	if (!st) {
		st = spp_store_file_open(dirfd, name, path, SPP_ROLE_ANY,
					 options, &t->store[SPP_ROLE_ANY], err);
		close(dirfd);
	}
	if (st) {
		close_target(t);
		return st;
	}
	*target = t;
	return SPP_OK;
}
