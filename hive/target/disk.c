/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/target/disk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hive/base/buf.h"
#include "hive/ntfs/order.h"
#include "hive/place/backup.h"
#include "hive/sandbox/landlock.h"
#include "hive/sandbox/program.h"
#include "hive/target/paths.h"

static struct spp_target_disk *target_disk(struct spp_target *target)
{
	return (struct spp_target_disk *)target; /* base comes first */
}

static struct spp_commit_place place_of(const struct spp_target_disk *t)
{
	const struct spp_imagefile *f = t->file;

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
	const struct spp_commit_place place = place_of(t);
	enum spp_status st;

	if (!t->options.backup || place.dir < 0)
		return SPP_OK;
	st = spp_backup_next(place.dir, place.name, t->options.backup, full,
			     err);
	return st ? st : spp_commit_allowed(&place, spp_buf_text(full), err);
}

enum spp_status spp_target_disk_backup(const struct spp_target_disk *t,
				       struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) full = SPP_BUF_INIT;

	return next_backup(t, &full, err);
}

/* As late as can be: a program that is open for writing marks its image. */
static enum spp_status begin(void *ctx, struct spp_error *err)
{
	struct spp_target_disk *t = ctx;
	enum spp_status st = spp_imagefile_unchanged(t->file, err);

	return st ? st : spp_imagefile_begin(t->file, err);
}

/* Brings what is in edit to the disk. */
static enum spp_status commit(struct spp_target_disk *t, const char *suffix,
			      spp_stage_of stage_of, void *ctx,
			      struct spp_error *err)
{
	struct spp_commit_place place = place_of(t);
	struct spp_journal_bind bind = {
		.disk_size = t->file->block->size,
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
	st = spp_imagefile_unchanged(t->file, err);
	if (!st)
		st = spp_commit_run(&place, t->edit, &bind, stage_of, ctx, err);
	return st ? st : spp_imagefile_named(t->file, err);
}

static enum spp_status commit_edit(struct spp_target_disk *t,
				   struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) suffix = SPP_BUF_INIT;
	struct spp_order CLEANUP(spp_order_release) order;
	enum spp_status st;

	st = spp_order_make(&order, t->edit, &t->volume, &t->after, err);
	if (!st)
		st = next_backup(t, &suffix, err);
	return st ? st
		  : commit(t, spp_buf_text(&suffix), spp_order_stage, &order,
			   err);
}

static void forget_pending(struct spp_target_disk *t)
{
	spp_journal_close(t->pending);
	t->pending = NULL;
}

/* Completes an interrupted edit, or takes it back. */
static enum spp_status settle(struct spp_target_disk *t, bool discard,
			      struct spp_error *err)
{
	struct spp_commit_place place = place_of(t);
	enum spp_status st = spp_imagefile_unchanged(t->file, err);

	if (!st)
		st = spp_imagefile_begin(t->file, err);
	if (!st)
		st = discard ? spp_commit_undo(&place, t->pending,
					       t->file->block, err)
			     : spp_commit_resume(&place, t->pending,
						 t->file->block, err);
	spp_imagefile_refresh(t->file);
	forget_pending(t);
	return st;
}

/*
 * Before an edit of our own.  One that had written nothing is not begun now:
 * the image may have been replaced by a fresh copy since.
 */
static enum spp_status settle_first(struct spp_target_disk *t,
				    struct spp_error *err)
{
	struct spp_commit_place place = place_of(t);
	enum spp_status st = SPP_OK;

	if (!t->options.write)
		return SPP_OK;
	if (t->pending && t->fit != SPP_FIT_BEFORE)
		return settle(t, false, err);
	if (t->pending)
		st = spp_commit_drop(&place, t->pending, err);
	else
		spp_commit_discard(&place);
	forget_pending(t);
	return st;
}

static enum spp_status publish(struct spp_target *target, struct spp_error *err)
{
	struct spp_target_disk *t = target_disk(target);
	enum spp_status st;
	bool prepared = false;
	int role;

	for (role = 0; role < SPP_ROLE_COUNT; role++) {
		if (!target->store[role])
			continue;
		prepared |= target->store[role]->prepared;
		target->store[role]->prepared = false;
	}
	/* What is left of a rehearsal: the journal would be made there. */
	if (t->options.dry)
		return prepared ? spp_target_may_create(place_of(t).dir,
							target->path, err)
				: SPP_OK;
	st = settle_first(t, err);
	return prepared && !st ? commit_edit(t, err) : st;
}

static enum spp_status undo_refused(const struct spp_target_disk *t,
				    const char *undo, struct spp_error *err)
{
	return spp_fail(err, SPP_REFUSED,
			"'%s' is not as the edit left it that '%s' would undo",
			t->base.path, undo);
}

/* Whether the undo file belongs to the image as it is now. */
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
	/* The same bytes at a place that is no longer the hive's do not do. */
	spp_volume_layout(&t->volume, layout);
	if (fit != SPP_FIT_AFTER ||
	    memcmp(layout, bind->layout, sizeof(layout)) != 0)
		return undo_refused(t, undo, err);
	return SPP_OK;
}

/* The volume must be one, and have its hives, when it is undone. */
static enum spp_status undo(struct spp_target_disk *t,
			    struct spp_journal *journal, struct spp_error *err)
{
	enum spp_status st = spp_journal_load(journal, false, t->edit, err);

	spp_volume_release(&t->after);
	if (!st)
		st = spp_target_disk_probe_edit(t, err);
	if (!st && !t->after.file[SPP_ROLE_SOFTWARE][0].there)
		st = spp_fail(err, SPP_BUG, "Windows would be gone");
	return st ? st : commit(t, "", spp_journal_undo_stage, journal, err);
}

static enum spp_status remove_undo(const struct spp_target_disk *t,
				   const char *name, const char *label,
				   struct spp_error *err)
{
	if (unlinkat(t->file->side, name, 0) ||
	    (fsync(t->file->side) && errno != EINVAL))
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
	struct spp_commit_place place = place_of(t);
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
	if (!st && !dry)
		st = settle_first(t, err);
	/* A crash may have come between undoing and removing. */
	if (!st && !dry && !undone)
		st = undo(t, journal, err);
	if (!st && !dry)
		st = remove_undo(t, name, label, err);
	spp_journal_close(journal);
	return st;
}

static enum spp_status restore(struct spp_target *target, const char *suffix,
			       bool dry, struct spp_restores *restores,
			       struct spp_error *err)
{
	struct spp_target_disk *t = target_disk(target);
	struct spp_buf CLEANUP(spp_buf_release) label = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) name = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) full = SPP_BUF_INIT;
	enum spp_status st;

	if (t->file->side < 0)
		return SPP_OK;
	st = spp_backup_newest(t->file->side, t->file->side_name, suffix, &full,
			       err);
	if (st)
		return st == SPP_NOTFOUND ? SPP_OK : st;
	st = spp_buf_printf(&name, err, "%s%s", t->file->side_name,
			    spp_buf_text(&full));
	if (!st)
		st = spp_buf_printf(&label, err, "%s%s", t->file->side_label,
				    spp_buf_text(&full));
	return st ? st
		  : restore_by(t, spp_buf_text(&name), spp_buf_text(&label),
			       dry, restores, err);
}

static void close_target(struct spp_target *target)
{
	struct spp_target_disk *t = target_disk(target);
	int i;

	for (i = 0; i < SPP_ROLE_COUNT; i++)
		spp_store_disk_close(target->store[i]);
	spp_volume_release(&t->volume);
	spp_volume_release(&t->after);
	spp_partitions_release(&t->disk.table);
	free(t->disk.volume);
	spp_overlay_close(t->was);
	spp_overlay_close(t->edit);
	spp_imagefile_close(t->file);
	spp_journal_close(t->pending);
	spp_target_free_notes(target);
	free(target->path);
	free(t);
}

static const struct spp_target_ops ops = { "disk", publish, restore,
					   close_target };

enum spp_status spp_target_recover(struct spp_target *target, bool discard,
				   size_t *pages, struct spp_error *err)
{
	struct spp_target_disk *t = target_disk(target);

	if (target->ops != &ops || !t->pending)
		return SPP_NOTFOUND;
	*pages = t->disk.pending;
	return settle(t, discard, err);
}

const char *spp_target_disk_confined(void)
{
	return spp_program_shut_by();
}

const char *spp_target_disk_built(void)
{
	return SPP_DISK_LIBRARIES;
}

static void note_pending(struct spp_target_disk *t)
{
	bool writes = t->options.write && !t->options.dry;
	const char *path = t->base.path;

	if (t->fit == SPP_FIT_BEFORE)
		spp_target_note(&t->base,
				"an edit of '%s' was interrupted before it "
				"wrote anything; %s",
				path,
				writes ? "its journal is removed"
				       : "sppctl recover carries it out, and "
					 "the next edit removes its journal");
	else if (writes)
		spp_target_note(&t->base,
				"an earlier edit of '%s' was interrupted, and "
				"is completed before this one",
				path);
	else
		spp_target_note(&t->base,
				"an edit of '%s' was interrupted, and is shown "
				"as it will be; the next one or sppctl recover "
				"completes it, recover --discard takes it back",
				path);
}

/* An edit that was interrupted: its outcome is what is read and edited. */
static enum spp_status find_pending(struct spp_target_disk *t,
				    struct spp_error *err)
{
	struct spp_commit_place place = place_of(t);
	enum spp_status st;

	/* Of a device, nobody said where its journal would be. */
	if (place.dir < 0)
		return SPP_OK;
	st = spp_commit_pending(&place, t->was, t->options.write != 0,
				&t->pending, &t->fit, err);
	if (st || !t->pending)
		return st;
	t->disk.pending = spp_journal_pages(t->pending);
	note_pending(t);
	if (t->fit == SPP_FIT_BEFORE)
		return SPP_OK;
	st = spp_journal_load(t->pending, true, t->was, err);
	return st ? st : spp_journal_load(t->pending, true, t->edit, err);
}

/* A journal of these bytes, but of another volume, is not this image's. */
static enum spp_status judge_pending(const struct spp_target_disk *t,
				     struct spp_error *err)
{
	const struct spp_journal_bind *bind;
	uint8_t layout[SPP_LAYOUT_SIZE];

	if (!t->pending)
		return SPP_OK;
	bind = spp_journal_bind(t->pending);
	spp_volume_layout(&t->volume, layout);
	if (bind->volume == t->volume.off &&
	    bind->serial == t->volume.facts.serial &&
	    (t->fit == SPP_FIT_BEFORE ||
	     !memcmp(layout, bind->layout, sizeof(layout))))
		return SPP_OK;
	return spp_fail(err, SPP_REFUSED,
			"the journal beside '%s' is of an unfinished edit of "
			"another volume; choose that one, or remove the "
			"journal if the image is as it should be",
			t->base.path);
}

/* What a person should know of an image that can be used all the same. */
static void note_image(struct spp_target_disk *t)
{
	const struct spp_container *c = &t->file->image;

	if (c->broken)
		spp_target_note(&t->base,
				"%u persistent %s of '%s' %s left in use by a "
				"program that was killed and cannot be used "
				"any more; make a full backup",
				c->broken,
				c->broken == 1 ? "bitmap" : "bitmaps",
				t->base.path, c->broken == 1 ? "was" : "were");
	if (c->kind > SPP_TARGET_RAW && c->kind < SPP_TARGET_NBD &&
	    !spp_landlock_version())
		spp_target_note(&t->base,
				"this kernel has no Landlock: a crafted image "
				"could make qemu-nbd open other files; use "
				"only images like '%s' that you trust",
				t->base.path);
}

static enum spp_status open_image(struct spp_target_disk *t,
				  struct spp_error *err)
{
	const struct spp_target_options *o = &t->options;
	const struct spp_imagefile_options options = {
		.kind = o->kind,
		.write = o->write != 0,
		.snapshots = o->snapshots || o->inspect,
		.backing = o->backing,
		.backings = o->backings,
		.journal_dir = o->journal_dir,
		.tmp_dir = o->tmp_dir,
	};
	enum spp_status st =
		spp_imagefile_open(t->base.path, &options, &t->file, err);

	if (t->file)
		t->disk.image = &t->file->image;
	if (!st)
		note_image(t);
	if (!st)
		t->disk.block = t->file->block;
	if (!st)
		st = spp_overlay_open(t->file->block, &t->was, err);
	if (!st)
		st = spp_overlay_open(t->file->block, &t->edit, err);
	return st;
}

static enum spp_status open_disk(struct spp_target_disk *t,
				 struct spp_error *err)
{
	enum spp_status st = open_image(t, err);
	int role;

	if (!st)
		st = find_pending(t, err);
	if (!st)
		st = spp_target_disk_choose(t, err);
	if (!st)
		st = judge_pending(t, err);
	for (role = 0; !st && role < SPP_ROLE_COUNT; role++)
		st = spp_store_disk_open(t, (enum spp_role)role, err);
	return st;
}

/*
 * Whoever inspects wants to know why an edit would be refused, and as much
 * of the rest as can be told.
 */
static enum spp_status inspect(struct spp_target_disk *t, enum spp_status st,
			       struct spp_error *err)
{
	unsigned int allowed =
		SPP_CONTAINER_BACKING |
		(t->options.snapshots ? SPP_CONTAINER_SNAPSHOTS : 0);
	struct spp_error *refusal = &t->disk.refusal;
	int role;

	if (!t->disk.image || spp_status_starved(st) || st == SPP_USAGE)
		return spp_fail(err, st ? st : refusal->status, "%s",
				refusal->text);
	if (!st)
		st = spp_container_judge(t->disk.image, allowed, true, refusal);
	if (!st)
		spp_imagefile_writable(t->file, refusal);
	for (role = 0; t->disk.chosen >= 0 && role < SPP_ROLE_COUNT; role++) {
		if (t->base.store[role] || t->volume.file[role][0].flags)
			continue;
		st = spp_store_disk_open(t, (enum spp_role)role, err);
		if (st)
			return st;
	}
	return SPP_OK;
}

static struct spp_target_disk *allocate(
	const char *path, const struct spp_target_options *options)
{
	struct spp_target_disk *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->base.ops = &ops;
	t->base.path = strdup(path);
	t->base.disk = &t->disk;
	t->options = *options;
	t->query = spp_paths_query(options->windows);
	t->disk.chosen = -1;
	if (!t->base.path) {
		free(t);
		return NULL;
	}
	return t;
}

static enum spp_status open_it(const char *path,
			       const struct spp_target_options *options,
			       struct spp_target_disk **target,
			       struct spp_error *err)
{
	struct spp_target_disk *t = allocate(path, options);
	enum spp_status st;

	if (!t)
		return spp_nomem(err);
	st = open_disk(t, options->inspect ? &t->disk.refusal : err);
	if (options->inspect)
		st = inspect(t, st, err);
	if (st) {
		close_target(&t->base);
		return st;
	}
	*target = t;
	return SPP_OK;
}

enum spp_status spp_target_disk_open(const char *path,
				     const struct spp_target_options *options,
				     struct spp_target **target,
				     struct spp_error *err)
{
	struct spp_target_disk *t = NULL;
	enum spp_status st = open_it(path, options, &t, err);

	if (!st)
		*target = &t->base;
	return st;
}
