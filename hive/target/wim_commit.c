/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes an edit of a WIM visible: appended and switched to, or rebuilt. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hive/base/file.h"
#include "hive/target/wim.h"
#include "hive/wim/undo.h"

/* Checks once more before the header makes the edit visible. */
static enum spp_status may_switch(struct spp_target_wim *t,
				  struct spp_error *err)
{
	uint8_t head[SPP_WIM_HEAD];
	enum spp_status st = spp_place_still(&t->place, err);

	if (!st)
		st = spp_read_at(t->place.fd, 0, head, sizeof(head), t->file,
				 err);
	if (!st && memcmp(head, t->wim.head, sizeof(head)) != 0)
		st = spp_fail(err, SPP_BUSY,
			      "'%s' changed while it was edited; nothing was "
			      "replaced",
			      t->file);
	return st;
}

/* Keeps what is after the end of the WIM, which an edit overwrites. */
static enum spp_status keep_rest(const struct spp_target_wim *t,
				 struct spp_tmpfile *rest,
				 struct spp_error *err)
{
	uint64_t n = t->wim.file_size - t->wim.end;
	enum spp_status st;

	if (!n)
		return SPP_OK;
	st = spp_tmpfile_open(rest, t->place.dir, err);
	return st ? st
		  : spp_copy_bytes(t->place.fd, t->wim.end, rest->fd, 0, n,
				   t->file, err);
}

/*
 * After an edit that did not become visible: the bytes and the time before it,
 * as far as possible, since they are no part of the WIM.  If others wrote to it,
 * the time remains.  Even cutting off nothing would set the time, and who does
 * not own the file cannot set it back.
 */
static void put_rest_back(const struct spp_target_wim *t,
			  const struct spp_tmpfile *rest,
			  struct timespec modified)
{
	const struct timespec times[2] = { { 0, UTIME_OMIT }, modified };
	int fd = t->place.fd;
	off_t was = (off_t)t->wim.file_size;
	struct stat now;

	if ((fstat(fd, &now) || now.st_size != was) && ftruncate(fd, was))
		errno = 0;
	if (rest->fd >= 0)
		spp_copy_bytes(rest->fd, 0, fd, t->wim.end,
			       t->wim.file_size - t->wim.end, t->file, NULL);
	if (fsync(fd) || futimens(fd, times))
		errno = 0;
}

static enum spp_status append_and_switch(struct spp_target_wim *t,
					 const struct spp_wim_edit *edit,
					 struct spp_wim_writer *writer,
					 struct spp_wim_undo *undo,
					 bool *switched, struct spp_error *err)
{
	int fd = t->place.fd;
	enum spp_status st = spp_wim_append(writer, fd, err);

	/* Later checks must expect the state after these writes. */
	if (!st)
		st = spp_place_refresh(&t->place, err);
	if (!st && t->options.backup)
		st = spp_wim_undo_write(undo, edit->head, edit->end, err);
	if (!st)
		st = may_switch(t, err);
	if (st)
		return st;
	st = spp_wim_switch(fd, edit->head, t->file, err);
	/* A write that failed may have changed nothing. */
	*switched = !st || may_switch(t, NULL);
	return st ? st : spp_place_after(&t->place, err);
}

static enum spp_status begin_undo(const struct spp_target_wim *t,
				  struct spp_wim_undo *undo,
				  struct spp_error *err)
{
	if (!t->options.backup)
		return SPP_OK;
	return spp_wim_undo_begin(undo, &t->place, t->options.backup, &t->wim,
				  t->options.follow, t->options.dry, err);
}

static enum spp_status append(struct spp_target_wim *t,
			      struct spp_wim_edit *edit, struct spp_error *err)
{
	struct spp_wim_undo CLEANUP(spp_wim_undo_close) undo =
		SPP_WIM_UNDO_INIT;
	struct spp_tmpfile CLEANUP(spp_tmpfile_close) rest = SPP_TMPFILE_INIT;
	struct spp_wim_writer CLEANUP(spp_wim_end) *writer = NULL;
	struct timespec modified = t->place.st.st_mtim;
	bool switched = false;
	enum spp_status st = spp_wim_begin(edit, &writer, err);

	if (!st)
		st = begin_undo(t, &undo, err);
	if (!st)
		st = keep_rest(t, &rest, err);
	if (st)
		return st;
	st = append_and_switch(t, edit, writer, &undo, &switched, err);
	if (switched)
		return st;
	if (st == SPP_BUSY)
		modified.tv_nsec = UTIME_OMIT;
	put_rest_back(t, &rest, modified);
	spp_wim_undo_forget(&undo);
	return st;
}

/* Checks the WIM, and whether the files beside it could be written. */
static enum spp_status rehearse(const struct spp_target_wim *t,
				struct spp_wim_edit *edit,
				struct spp_error *err)
{
	struct spp_wim_undo CLEANUP(spp_wim_undo_close) undo =
		SPP_WIM_UNDO_INIT;
	struct spp_wim_writer CLEANUP(spp_wim_end) *writer = NULL;
	enum spp_status st = spp_wim_begin(edit, &writer, err);

	if (st)
		return st;
	return t->options.rebuild
		       ? spp_replace_possible(&t->place, t->options.backup, err)
		       : begin_undo(t, &undo, err);
}

static enum spp_status rebuild(struct spp_target_wim *t,
			       struct spp_wim_edit *edit, struct spp_error *err)
{
	struct spp_wim_writer CLEANUP(spp_wim_end) *writer = NULL;
	enum spp_status st = spp_replace_begin(&t->replace, &t->place,
					       t->options.backup, err);

	if (!st)
		st = spp_wim_begin(edit, &writer, err);
	if (!st)
		st = spp_wim_rebuild(writer, t->replace.file.fd, err);
	if (!st)
		st = spp_replace_seal(&t->replace, err);
	return st ? st : spp_replace_publish(&t->replace, err);
}

enum spp_status spp_target_wim_commit(struct spp_target_wim *t,
				      struct spp_wim_edit *edit,
				      struct spp_error *err)
{
	if (t->options.dry)
		return rehearse(t, edit, err);
	return t->options.rebuild ? rebuild(t, edit, err)
				  : append(t, edit, err);
}
