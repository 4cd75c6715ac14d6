/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A store for a hive on an NTFS volume in a disk image. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hive/ntfs/footprint.h"
#include "hive/regf/pages.h"
#include "hive/target/disk.h"
#include "hive/target/paths.h"
#include "hive/target/store_copy.h"

struct disk_store;

/* What a source reads: the hive or one of its logs. */
struct file_at {
	struct disk_store *store;
	int index;
};

struct disk_store {
	struct spp_store base;
	struct spp_target_disk *target;
	struct file_at at[SPP_HIVE_FILES];
	struct spp_source log[SPP_LOG_COUNT];
};

static struct disk_store *disk_store(struct spp_store *store)
{
	return (struct disk_store *)store; /* base comes first */
}

static const struct spp_volume_file *hive_file(const struct disk_store *s,
					       const struct spp_volume *volume)
{
	return &volume->file[s->base.role][0];
}

static enum spp_status read_was(void *ctx, uint64_t off, void *buf, size_t n,
				struct spp_error *err)
{
	const struct file_at *at = ctx;
	const struct disk_store *s = at->store;
	const struct spp_volume *volume = &s->target->volume;
	const struct spp_volume_file *file =
		&volume->file[s->base.role][at->index];

	/* A hive with flags was refused earlier, so this is a log. */
	if (file->flags)
		return spp_fail(err, SPP_UNSUPPORTED,
				"a log of '%s' is compressed, sparse or "
				"encrypted",
				s->base.label);
	return spp_volume_read(s->target->was, volume, file, off, buf, n, err);
}

static enum spp_status read_after(void *ctx, uint64_t off, void *buf, size_t n,
				  struct spp_error *err)
{
	const struct disk_store *s = ctx;
	const struct spp_volume *volume = &s->target->after;

	return spp_volume_read(s->target->edit, volume, hive_file(s, volume),
			       off, buf, n, err);
}

static bool grows(struct spp_pages *pages, const struct spp_volume_file *file)
{
	uint64_t off = 0;
	size_t n;

	if (spp_pages_size(pages) > file->size)
		return true;
	for (; (n = spp_pages_dirty(pages, &off)); off += n)
		if (off + n > file->valid)
			return true;
	return false;
}

/* Writes the pages into the overlay only. */
static enum spp_status prepare(struct spp_store *store, struct spp_pages *pages,
			       struct spp_error *err)
{
	struct disk_store *s = disk_store(store);
	struct spp_target_disk *t = s->target;
	const struct spp_volume_file *file = hive_file(s, &t->volume);
	struct spp_volume_edit edit = { file, pages };
	enum spp_status st = spp_target_disk_possible(t, err);
	struct spp_overlay *before = NULL;
	const uint8_t *data;
	uint64_t off = 0;
	size_t n;

	if (!st && grows(pages, file))
		return spp_volume_grow(t->edit, &t->volume, &edit, 1, err);
	if (!st)
		st = spp_overlay_copy(t->edit, &before, err);
	for (; !st && (n = spp_pages_dirty(pages, &off)); off += n) {
		data = spp_pages_at(pages, off, n, err);
		st = data ? spp_volume_overwrite(t->edit, &t->volume, file, off,
						 data, n, err)
			  : SPP_IO;
	}
	/* Check the map again: it comes from a child. */
	if (!st)
		st = spp_footprint_check(before, t->edit, &t->volume, &edit, 1,
					 err);
	spp_overlay_close(before);
	return st;
}

/* Copies the whole hive once, as a reader of the edited volume would see it. */
static enum spp_status copy_hive(struct spp_store *store, struct spp_error *err)
{
	struct disk_store *s = disk_store(store);
	const struct spp_source after = {
		read_after, s, hive_file(s, &s->target->after)->size
	};

	return spp_tmpfile_copy(&store->copy, &after, err);
}

static enum spp_status reread(struct spp_store *store,
			      struct spp_source *source, int *fd,
			      struct spp_error *err)
{
	enum spp_status st =
		spp_target_disk_reprobe(disk_store(store)->target, err);

	return st ? st : spp_store_copy_read(store, copy_hive, source, fd, err);
}

static const struct spp_store_ops ops = {
	.prepare = prepare,
	.reread = reread,
	.seal = spp_store_copy_seal,
};

static void set_sources(struct disk_store *s)
{
	const struct spp_volume_file *file =
		s->target->volume.file[s->base.role];
	int i;

	for (i = 0; i < SPP_HIVE_FILES; i++) {
		s->at[i] = (struct file_at){ s, i };
		if (i && file[i].there) {
			s->log[i - 1] =
				(struct spp_source){ read_was, &s->at[i],
						     file[i].size };
			s->base.logs.log[i - 1] = &s->log[i - 1];
		}
	}
	s->base.source =
		(struct spp_source){ read_was, &s->at[0], file[0].size };
}

enum spp_status spp_store_disk_open(struct spp_target_disk *t,
				    enum spp_role role, struct spp_error *err)
{
	struct disk_store *s;

	if (!t->volume.file[role][0].there)
		return SPP_OK;
	s = calloc(1, sizeof(*s));
	if (!s)
		return spp_nomem(err);
	s->target = t;
	spp_store_copy_begin(&s->base, &ops, role, t->options.write,
			     t->image->side);
	/* The user did not say where an earlier edit's journal would be. */
	if (t->image->side < 0)
		s->base.if_dirty = SPP_REMEDY_LOGS_OR_JOURNAL;
	if (asprintf(&s->base.label, "%s:%s", t->base.path,
		     spp_paths_text(role)) < 0) {
		free(s);
		return spp_nomem(err);
	}
	set_sources(s);
	t->base.store[role] = &s->base;
	return SPP_OK;
}

void spp_store_disk_close(struct spp_store *store)
{
	if (!store)
		return;
	spp_tmpfile_close(&store->copy);
	free(store->label);
	free(store);
}
