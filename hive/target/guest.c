/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A disk image whose volumes libguestfs finds.
 *
 * It serves as a map only, from volumes to the disk: what a volume is, what
 * state it is in and where its hives lie is read, and edited, by the same
 * code as on any other disk.  The finished edit is then written through the
 * map into disk_edit, and from there goes to the image in the same way, by
 * the journal, all of it or nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hive/image/partition_private.h"
#include "hive/target/disk.h"

/* An edited page is one page of the disk, two if it lies across, of each of
 * two mirrors; whatever is more than this was not asked for. */
#define PAGES_FOR_ONE 4

/* Volumes as partitions, with their names. */
static enum spp_status fill_table(struct spp_target_disk *t,
				  struct spp_error *err)
{
	struct spp_partitions *table = &t->disk.table;
	const struct spp_guest_device *d;
	enum spp_status st = SPP_OK;
	struct spp_partition *p;
	uint8_t first;
	size_t i;

	table->kind = SPP_TABLE_GUEST;
	table->part =
		calloc(spp_guest_count(t->guest) + 1, sizeof(*table->part));
	if (!table->part)
		return spp_nomem(err);
	for (i = 0; !st && i < spp_guest_count(t->guest); i++) {
		d = spp_guest_device(t->guest, i);
		p = &table->part[table->count++];
		p->number = (unsigned int)i + 1;
		p->off = d->off;
		p->size = d->size;
		memcpy(p->name, d->name, sizeof(p->name));
		memcpy(p->type, d->type, sizeof(p->type));
		/* Which is content with what it cannot read. */
		st = spp_overlay_read(t->was, p->off, &first, 1, err);
		if (!st)
			p->content = spp_partition_look(t->was, p->off);
	}
	return st;
}

enum spp_status spp_target_guest_open(struct spp_target_disk *t,
				      struct spp_error *err)
{
	const struct spp_guest_options options = {
		.backend = t->options.guest_backend,
		.key_file = t->options.key_file,
	};
	/* For reading, it is was that has what a journal says. */
	struct spp_overlay *seen = t->options.write ? t->edit : t->was;
	struct spp_block *block;
	enum spp_status st;

	st = spp_guest_start(seen, &options, t->base.path, &t->guest, err);
	if (st)
		return st;
	t->disk_was = t->was;
	t->disk_edit = t->edit;
	t->was = t->edit = NULL;
	block = spp_guest_block(t->guest);
	st = spp_overlay_open(block, &t->was, err);
	if (!st)
		st = spp_overlay_open(block, &t->edit, err);
	return st ? st : fill_table(t, err);
}

/* Pages that are not as they are below. */
static enum spp_status count_changed(struct spp_overlay *overlay, size_t *n,
				     struct spp_error *err)
{
	struct spp_block *below = spp_overlay_block(overlay);
	uint8_t is[SPP_OVERLAY_PAGE];
	struct spp_overlay_page page;
	enum spp_status st = SPP_OK;
	size_t i;

	*n = 0;
	for (i = 0; !st && i < spp_overlay_count(overlay); i++) {
		spp_overlay_page(overlay, i, &page);
		st = spp_block_read(below, page.off, is, page.n, err);
		if (!st && memcmp(is, page.data, page.n) != 0)
			++*n;
	}
	return st;
}

/* The whole edit; then it is read back, from the disk. */
static enum spp_status write_through(struct spp_target_disk *t,
				     struct spp_error *err)
{
	struct spp_block *block = spp_guest_block(t->guest);
	struct spp_overlay_page page;
	enum spp_status st = SPP_OK;
	size_t i, left = 0;

	for (i = 0; !st && i < spp_overlay_count(t->edit); i++) {
		spp_overlay_page(t->edit, i, &page);
		st = spp_block_write(block, page.off, page.data, page.n, err);
	}
	if (!st)
		st = spp_block_flush(block, err);
	if (!st)
		st = count_changed(t->edit, &left, err);
	if (!st && left)
		st = spp_fail(err, SPP_BUG,
			      "libguestfs did not write %zu of %zu pages of "
			      "'%s'",
			      left, spp_overlay_count(t->edit), t->base.path);
	return st;
}

enum spp_status spp_target_guest_settle(struct spp_target_disk *t,
					struct spp_error *err)
{
	size_t wanted = 0, changed = 0;
	enum spp_status st = count_changed(t->disk_edit, &changed, err);

	/* A mirror that is put in order, a log that is replayed. */
	if (!st && changed)
		st = spp_fail(err, SPP_REFUSED,
			      "libguestfs changes '%s' as soon as it looks at "
			      "it; start Windows once, or only read it",
			      t->base.path);
	if (!st)
		st = count_changed(t->edit, &wanted, err);
	if (!st && wanted)
		st = write_through(t, err);
	if (!st)
		st = spp_guest_stop(t->guest, err);
	if (!st)
		st = count_changed(t->disk_edit, &changed, err);
	if (!st && changed > PAGES_FOR_ONE * wanted)
		st = spp_fail(err, SPP_BUG,
			      "libguestfs would change %zu pages of '%s' for "
			      "%zu",
			      changed, t->base.path, wanted);
	return st;
}
