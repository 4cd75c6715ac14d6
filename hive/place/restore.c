/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/place/restore.h"

#include <errno.h>
#include <unistd.h>

#include "hive/base/file.h"
#include "hive/place/backup.h"

enum spp_status spp_restore_open(const struct spp_place *place,
				 const char *suffix, struct spp_place *backup,
				 struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) label = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) full = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) name = SPP_BUF_INIT;
	const struct spp_place_options how = { .write = false };
	enum spp_status st;

	st = spp_backup_newest(place->dir, place->name, suffix, &full, err);
	if (!st)
		st = spp_buf_printf(&name, err, "%s%s", place->name,
				    spp_buf_text(&full));
	if (!st)
		st = spp_buf_printf(&label, err, "%s%s", place->beside,
				    spp_buf_text(&full));
	if (!st)
		st = spp_place_open_at(backup, place->dir, spp_buf_text(&name),
				       spp_buf_text(&label), &how, err);
	return st ? st
		  : spp_place_trusts(place, &backup->st, backup->label, err);
}

enum spp_status spp_restore_begin(struct spp_replace *r,
				  const struct spp_place *place,
				  const struct spp_place *backup,
				  spp_restore_judge judge, void *ctx,
				  struct spp_error *err)
{
	const struct timespec times[2] = { backup->st.st_atim,
					   backup->st.st_mtim };
	enum spp_status st = spp_replace_begin(r, place, NULL, err);

	if (!st)
		st = spp_copy_file(backup->fd, r->file.fd,
				   (uint64_t)backup->st.st_size, backup->label,
				   err);
	if (!st)
		st = judge(ctx, r->file.fd, backup->label, err);
	if (!st && futimens(r->file.fd, times))
		st = spp_fail_errno(err, SPP_IO, "cannot set the times of '%s'",
				    place->label);
	return st ? st : spp_replace_seal(r, err);
}

enum spp_status spp_restore_run(const struct spp_place *place,
				const struct spp_place *backup,
				spp_restore_judge judge, void *ctx,
				struct spp_error *err)
{
	struct spp_replace CLEANUP(spp_replace_close) r = SPP_REPLACE_INIT;
	enum spp_status st =
		spp_restore_begin(&r, place, backup, judge, ctx, err);

	return st ? st : spp_replace_publish(&r, err);
}

enum spp_status spp_restore_end(const struct spp_place *place,
				const struct spp_place *backup,
				struct spp_error *err)
{
	if (spp_replace_remove(place, backup->name, &backup->st) ||
	    (fsync(backup->dir) && errno != EINVAL))
		return spp_fail_errno(err, SPP_IO,
				      "'%s' is put back, but '%s' cannot be "
				      "removed",
				      place->label, backup->label);
	return SPP_OK;
}
