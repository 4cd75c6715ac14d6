/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/target/disk.h"

#include <stdlib.h>
#include <string.h>

#include "hive/sandbox/landlock.h"
#include "hive/sandbox/program.h"
#include "hive/target/paths.h"

static struct spp_target_disk *target_disk(struct spp_target *target)
{
	return (struct spp_target_disk *)target; /* base comes first */
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
	spp_image_close(t->image);
	spp_journal_close(t->pending);
	spp_notes_release(&target->notes);
	free(target->path);
	free(t);
}

static const struct spp_target_ops ops = { "disk", spp_target_disk_publish,
					   spp_target_disk_restore,
					   close_target };

enum spp_status spp_target_recover(struct spp_target *target, bool discard,
				   size_t *pages, struct spp_error *err)
{
	struct spp_target_disk *t = target_disk(target);

	if (target->ops != &ops || !t->pending)
		return SPP_NOTFOUND;
	*pages = t->disk.pending;
	return spp_target_disk_settle(t, discard, err);
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
	bool restores = t->options.whole;
	const char *path = t->base.path;

	/* Restoring is refused then, in words of its own. */
	if (restores && spp_target_disk_newest_known(t, NULL))
		return;
	if (t->fit == SPP_FIT_BEFORE && writes)
		spp_note(&t->base.notes,
			 "an edit of '%s' was interrupted before it wrote "
			 "anything; its journal is removed",
			 path);
	else if (t->fit == SPP_FIT_BEFORE)
		spp_note_remedy(&t->base.notes, SPP_REMEDY_CARRY_OUT,
				"an edit of '%s' was interrupted before it "
				"wrote anything",
				path);
	else if (writes)
		spp_note(&t->base.notes,
			 "an earlier edit of '%s' was interrupted, and is "
			 "completed before %s",
			 path, restores ? "anything is put back" : "this one");
	else
		spp_note_remedy(&t->base.notes, SPP_REMEDY_COMPLETE,
				"an edit of '%s' was interrupted, and is shown "
				"as it will be",
				path);
}

/*
 * Finds an interrupted edit; if there is one, its outcome is what is read and
 * edited.
 */
static enum spp_status find_pending(struct spp_target_disk *t,
				    struct spp_error *err)
{
	struct spp_commit_place place = spp_target_disk_place(t);
	enum spp_status st;

	/* For a device, the user did not say where its journal would be. */
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

/* A journal of the same bytes but another volume is not this image's. */
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

/* Notes properties of an image that a person should know about. */
static void note_image(struct spp_target_disk *t)
{
	const struct spp_image_format *c = &t->image->format;

	if (c->broken)
		spp_note(&t->base.notes,
			 "%u persistent %s of '%s' %s left in use by a "
			 "program that was killed and cannot be used "
			 "any more; make a full backup",
			 c->broken, c->broken == 1 ? "bitmap" : "bitmaps",
			 t->base.path, c->broken == 1 ? "was" : "were");
	if (c->kind > SPP_TARGET_RAW && c->kind < SPP_TARGET_NBD &&
	    !spp_landlock_version())
		spp_note(&t->base.notes,
			 "this kernel has no Landlock: a crafted image "
			 "could make qemu-nbd open other files; use "
			 "only images like '%s' that you trust",
			 t->base.path);
}

static enum spp_status open_image(struct spp_target_disk *t,
				  struct spp_error *err)
{
	const struct spp_target_options *o = &t->options;
	const struct spp_image_options options = {
		.kind = o->kind,
		.write = o->write != 0,
		.snapshots = o->snapshots || o->inspect,
		.backing = o->backing,
		.backings = o->backings,
		.backing_dir = o->backing_dir,
		.journal_dir = o->journal_dir,
		.tmp_dir = o->tmp_dir,
		.path = o->path,
	};
	enum spp_status st =
		spp_image_open(t->base.path, &options, &t->image, err);

	if (!t->image)
		return st;
	t->disk.image = &t->image->format;
	t->base.fd = &t->image->place.fd;
	t->base.file = t->image->label;
	if (st)
		return st;
	note_image(t);
	t->disk.block = t->image->block;
	st = spp_overlay_open(t->image->block, &t->was, err);
	return st ? st : spp_overlay_open(t->image->block, &t->edit, err);
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
 * Keeps the refusal of an edit, and finds out as much of the rest as possible.
 */
static enum spp_status inspect(struct spp_target_disk *t, enum spp_status st,
			       struct spp_error *err)
{
	unsigned int allowed = SPP_IMAGE_BACKING |
			       (t->options.snapshots ? SPP_IMAGE_SNAPSHOTS : 0);
	struct spp_error *refusal = &t->disk.refusal;
	int role;

	if (!t->disk.image || spp_status_starved(st) || st == SPP_USAGE)
		return spp_fail_from(err, st ? st : refusal->status, refusal,
				     "%s", refusal->text);
	if (!st)
		st = spp_image_format_judge(t->disk.image, allowed, true,
					    refusal);
	if (!st)
		spp_image_writable(t->image, refusal);
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
