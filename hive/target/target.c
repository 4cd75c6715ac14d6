/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/target.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "hive/image/format.h"
#include "hive/sandbox/confine.h"
#include "hive/wim/spec.h"

#define NAPS 5 /* per second, while waiting for another process */

static enum spp_status find_kind(const char *path, enum spp_target_kind *kind,
				 struct spp_error *err)
{
	char CLEANUP(spp_free_string) *file = NULL;
	const char *image = NULL;
	struct stat st;

	/*
	 * nbd+unix: is the only URI; write "./nbd..." for a path that looks
	 * like one.
	 */
	if (!strncmp(path, "nbd+unix://", 11)) {
		*kind = SPP_TARGET_NBD;
		return SPP_OK;
	}
	if (spp_wim_split(path, &file, &image, err))
		return SPP_NOMEM;
	if (image) {
		*kind = SPP_TARGET_WIM;
		return SPP_OK;
	}
	if (stat(path, &st))
		return spp_fail_errno(err,
				      errno == ENOENT ? SPP_NOTFOUND : SPP_IO,
				      "cannot open '%s'", path);
	if (S_ISDIR(st.st_mode)) {
		*kind = SPP_TARGET_FOLDER;
		return SPP_OK;
	}
	return spp_image_format_kind_at(path, kind, err);
}

enum spp_status spp_target_all_of(const char *operand, char **file,
				  struct spp_error *err)
{
	enum spp_target_kind kind = SPP_TARGET_AUTO;
	const char *image = NULL;
	enum spp_status st = spp_wim_split(operand, file, &image, err);

	if (!st && (!image || strcmp(image, "all") != 0 ||
		    spp_image_format_kind_at(*file, &kind, NULL) ||
		    kind != SPP_TARGET_WIM)) {
		free(*file);
		*file = NULL;
	}
	return st;
}

static enum spp_status open_now(const char *path,
				const struct spp_target_options *options,
				struct spp_target **target,
				struct spp_error *err)
{
	enum spp_target_kind kind = options->kind;
	enum spp_status st = SPP_OK;

	if (kind == SPP_TARGET_AUTO)
		st = find_kind(path, &kind, err);
	if (st)
		return st;
	if (kind == SPP_TARGET_WIM)
		return spp_target_wim_open(path, options, target, err);
	if (kind >= SPP_TARGET_RAW)
		return spp_target_disk_open(path, options, target, err);
	if (kind == SPP_TARGET_FOLDER)
		return spp_target_dir_open(path, options, target, err);
	return spp_target_file_open(path, options, target, err);
}

/* Opens the target; this is the one place that waits while it is in use. */
enum spp_status spp_target_open(const char *path,
				const struct spp_target_options *options,
				struct spp_target **target,
				struct spp_error *err)
{
	const struct timespec nap = { 0, 1000000000 / NAPS };
	unsigned int left = options->wait * NAPS;
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st = open_now(path, options, target, &why);

	while (st == SPP_BUSY && left--) {
		nanosleep(&nap, NULL);
		why = (struct spp_error)SPP_ERROR_INIT;
		st = open_now(path, options, target, &why);
	}
	return st ? spp_fail_from(err, st, &why, "%s", why.text) : SPP_OK;
}

struct spp_store *spp_target_store(struct spp_target *target,
				   enum spp_role role)
{
	return target->store[role];
}

enum spp_status spp_target_publish(struct spp_target *target,
				   struct spp_error *err)
{
	return target->ops->publish(target, err);
}

enum spp_status spp_target_restore(struct spp_target *target,
				   const char *suffix, bool dry,
				   struct spp_restores *restores,
				   struct spp_error *err)
{
	enum spp_status st;

	st = target->ops->restore(target, suffix, dry, restores, err);
	if (!st && !restores->count)
		st = spp_fail(err, SPP_NOTFOUND,
			      "'%s' has no backup under the suffix '%s'",
			      target->path, suffix);
	return st;
}

void spp_target_close(struct spp_target *target)
{
	if (target)
		target->ops->close(target);
}

bool spp_target_filters(void)
{
	return spp_confine_filters();
}
