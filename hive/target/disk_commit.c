/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes an edit to the disk, completes an interrupted one, or undoes one. */
#include "hive/target/disk.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "hive/base/buf.h"
#include "hive/ntfs/write_order.h"
#include "hive/place/backup.h"

struct spp_commit_place spp_target_disk_place(const struct spp_target_disk *t)
{
	const struct spp_image *f = t->image;

	return (struct spp_commit_place){
		.dir = f->side,
		.name = f->side_name,
		.beside = f->side_label,
		.label = f->label,
		.image = f->fd < 0 ? NULL : &f->place.st,
	};
}

/* *full: the whole suffix of the undo file; empty if none is kept. */
static enum spp_status next_backup(const struct spp_target_disk *t,
				   struct spp_buf *full, struct spp_error *err)
{
	const struct spp_commit_place place = spp_target_disk_place(t);
	enum spp_status st;

	if (place.dir < 0)
		return SPP_OK;
	st = t->options.backup ? spp_backup_next(place.dir, place.name,
						 t->options.backup, full, err)
			       : SPP_OK;
	return st ? st : spp_commit_allowed(&place, spp_buf_text(full), err);
}

enum spp_status spp_target_disk_possible(const struct spp_target_disk *t,
					 struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) full = SPP_BUF_INIT;

	return next_backup(t, &full, err);
}

/*
 * Opens the image for writing, as late as possible: qemu marks an image as soon
 * as it may write to it.
 */
static enum spp_status begin(void *ctx, struct spp_error *err)
{
	struct spp_target_disk *t = ctx;
	enum spp_status st = spp_image_unchanged(t->image, err);

	return st ? st : spp_image_begin(t->image, err);
}

/* Writes the changes in `edit` to the disk. */
static enum spp_status commit(struct spp_target_disk *t, const char *suffix,
			      spp_stage_of stage_of, void *ctx,
			      struct spp_error *err)
{
	struct spp_commit_place place = spp_target_disk_place(t);
	struct spp_journal_bind bind = {
		.disk_size = t->image->block->size,
		.volume = t->volume.off,
		.serial = t->volume.facts.serial,
	};
	enum spp_status st;

	spp_volume_layout(&t->after, bind.layout);
	st = spp_commit_allowed(&place, suffix, err);
	if (st)
		return st;
	strncpy(bind.suffix, suffix, sizeof(bind.suffix) - 1);
	place.begin = begin;
	place.ctx = t;
	st = spp_image_unchanged(t->image, err);
	if (!st)
		st = spp_commit_run(&place, t->edit, &bind, stage_of, ctx, err);
	return st ? st : spp_image_named(t->image, err);
}

static enum spp_status commit_edit(struct spp_target_disk *t,
				   struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) suffix = SPP_BUF_INIT;
	struct spp_write_order CLEANUP(spp_write_order_release) order;
	enum spp_status st;

	st = spp_write_order_make(&order, t->edit, &t->volume, &t->after, err);
	if (!st)
		st = next_backup(t, &suffix, err);
	return st ? st
		  : commit(t, spp_buf_text(&suffix), spp_write_order_stage,
			   &order, err);
}

static void forget_pending(struct spp_target_disk *t)
{
	spp_journal_close(t->pending);
	t->pending = NULL;
}

enum spp_status spp_target_disk_settle(struct spp_target_disk *t, bool discard,
				       struct spp_error *err)
{
	struct spp_commit_place place = spp_target_disk_place(t);
	enum spp_status st = spp_image_unchanged(t->image, err);

	if (!st)
		st = spp_image_begin(t->image, err);
	if (!st)
		st = discard ? spp_commit_undo(&place, t->pending,
					       t->image->block, err)
			     : spp_commit_resume(&place, t->pending,
						 t->image->block, err);
	spp_image_refresh(t->image);
	forget_pending(t);
	return st;
}

/*
 * Completes an interrupted edit before our own.  One that had written nothing
 * is not begun now, since the image may have been replaced by a fresh copy.
 */
static enum spp_status settle_first(struct spp_target_disk *t,
				    struct spp_error *err)
{
	struct spp_commit_place place = spp_target_disk_place(t);
	enum spp_status st = SPP_OK;

	if (!t->options.write)
		return SPP_OK;
	if (t->pending && t->fit != SPP_FIT_BEFORE)
		return spp_target_disk_settle(t, false, err);
	if (t->pending)
		st = spp_commit_drop(&place, t->pending, err);
	else
		spp_commit_discard(&place);
	forget_pending(t);
	return st;
}

enum spp_status spp_target_disk_publish(struct spp_target *target,
					struct spp_error *err)
{
	struct spp_target_disk *t = (struct spp_target_disk *)target;
	enum spp_status st;
	bool prepared = false;
	int role;

	for (role = 0; role < SPP_ROLE_COUNT; role++) {
		if (!target->store[role])
			continue;
		prepared |= target->store[role]->prepared;
		target->store[role]->prepared = false;
	}
	/* A rehearsal checks only that the journal could be written there. */
	if (t->options.dry)
		return prepared ? spp_target_disk_possible(t, err) : SPP_OK;
	st = settle_first(t, err);
	return prepared && !st ? commit_edit(t, err) : st;
}

static enum spp_status undo_refused(const struct spp_target_disk *t,
				    const char *undo, struct spp_error *err)
{
	return spp_fail(err, SPP_REFUSED,
			"'%s' has changed since the edit that '%s' would undo",
			t->base.path, undo);
}

/* Checks that the undo file belongs to the image in its present state. */
static enum spp_status compare_undo(struct spp_target_disk *t,
				    const struct spp_journal *journal,
				    const char *undo, bool *undone,
				    struct spp_error *err)
{
	const struct spp_journal_bind *bind = spp_journal_bind(journal);
	uint8_t layout[SPP_LAYOUT_SIZE];
	enum spp_journal_fit fit;
	enum spp_status st;

	st = spp_journal_compare(journal, t->was, &fit, err);
	if (st)
		return st;
	if (bind->volume != t->volume.off ||
	    bind->serial != t->volume.facts.serial)
		return undo_refused(t, undo, err);
	*undone = fit == SPP_FIT_BEFORE;
	if (*undone)
		return SPP_OK;
	/*
	 * The bytes may fit by accident: the hives must be at the same places,
	 * too.
	 */
	spp_volume_layout(&t->volume, layout);
	if (fit != SPP_FIT_AFTER ||
	    memcmp(layout, bind->layout, sizeof(layout)) != 0)
		return undo_refused(t, undo, err);
	return SPP_OK;
}

/*
 * Prepares the undo in memory.  After it the volume must be valid and have its
 * hives.
 */
static enum spp_status prepare_undo(struct spp_target_disk *t,
				    const struct spp_journal *journal,
				    struct spp_error *err)
{
	enum spp_status st = spp_journal_load(journal, false, t->edit, err);

	spp_volume_release(&t->after);
	if (!st)
		st = spp_target_disk_probe_edit(t, err);
	if (!st && !t->after.file[SPP_ROLE_SOFTWARE][0].there)
		st = spp_fail(err, SPP_BUG, "Windows would be gone");
	return st;
}

static enum spp_status remove_undo(const struct spp_target_disk *t,
				   const char *name, const char *label,
				   struct spp_error *err)
{
	if (unlinkat(t->image->side, name, 0) ||
	    (fsync(t->image->side) && errno != EINVAL))
		return spp_fail_errno(err, SPP_IO,
				      "'%s' is put back, but '%s' cannot be "
				      "removed",
				      t->base.path, label);
	return SPP_OK;
}

static enum spp_status restore_by(struct spp_target_disk *t, const char *name,
				  const char *label, bool dry,
				  struct spp_restores *restores,
				  struct spp_error *err)
{
	struct spp_commit_place place = spp_target_disk_place(t);
	struct spp_journal *journal = NULL;
	bool undone = false;
	enum spp_status st;

	st = spp_journal_open(place.dir, name, label, place.image, !dry,
			      &journal, err);
	if (st == SPP_NOTFOUND)
		return SPP_OK;
	if (!st)
		st = compare_undo(t, journal, label, &undone, err);
	if (!st)
		st = spp_restores_add(restores, t->base.path, label, err);
	if (!st)
		st = spp_commit_allowed(&place, "", err);
	/*
	 * A crash may have come between the undo and the removal of its file.
	 */
	if (!st && !undone)
		st = prepare_undo(t, journal, err);
	if (!st && !dry)
		st = settle_first(t, err);
	if (!st && !dry && !undone)
		st = commit(t, "", spp_journal_undo_stage, journal, err);
	if (!st && !dry)
		st = remove_undo(t, name, label, err);
	spp_journal_close(journal);
	return st;
}

enum spp_status spp_target_disk_newest_known(const struct spp_target_disk *t,
					     struct spp_error *err)
{
	if (!t->pending || t->fit == SPP_FIT_BEFORE ||
	    !*spp_journal_bind(t->pending)->suffix)
		return SPP_OK;
	return spp_fail_remedy(err, SPP_REFUSED, SPP_REMEDY_RECOVER,
			       "an edit of '%s' with a backup of its own was "
			       "interrupted",
			       t->base.path);
}

enum spp_status spp_target_disk_restore(struct spp_target *target,
					const char *suffix, bool dry,
					struct spp_restores *restores,
					struct spp_error *err)
{
	struct spp_target_disk *t = (struct spp_target_disk *)target;
	struct spp_buf CLEANUP(spp_buf_release) label = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) name = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) full = SPP_BUF_INIT;
	enum spp_status st;

	if (t->image->side < 0)
		return SPP_OK;
	st = spp_target_disk_newest_known(t, err);
	if (st)
		return st;
	st = spp_backup_newest(t->image->side, t->image->side_name, suffix,
			       &full, err);
	if (st)
		return st == SPP_NOTFOUND ? SPP_OK : st;
	st = spp_buf_printf(&name, err, "%s%s", t->image->side_name,
			    spp_buf_text(&full));
	if (!st)
		st = spp_buf_printf(&label, err, "%s%s", t->image->side_label,
				    spp_buf_text(&full));
	return st ? st
		  : restore_by(t, spp_buf_text(&name), spp_buf_text(&label),
			       dry, restores, err);
}
