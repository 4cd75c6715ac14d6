/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chooses the volume of a disk, and decides whether it may be used. */
#include <stdlib.h>
#include <string.h>

#include "hive/base/buf.h"
#include "hive/base/bytes.h"
#include "hive/base/number.h"
#include "hive/ntfs/shadow.h"
#include "hive/target/disk.h"
#include "hive/target/paths.h"

static bool is_hibernated(const struct spp_volume_facts *facts)
{
	return facts->hibernated;
}

static bool is_cached(const struct spp_volume_facts *facts)
{
	return facts->log == SPP_VOLUME_LOG_CACHED;
}

static bool is_unclean(const struct spp_volume_facts *facts)
{
	return facts->log == SPP_VOLUME_LOG_UNCLEAN;
}

static bool is_dirty(const struct spp_volume_facts *facts)
{
	return facts->dirty;
}

#define SHUT_DOWN "start Windows and run shutdown /s /t 0"

/*
 * States in which Windows left a volume.  A person may decide to read it in its
 * present state.  An edit would be undone or would damage the volume when
 * Windows starts again, except if only the dirty flag is set, which asks
 * Windows to check.
 */
static const struct {
	bool (*is)(const struct spp_volume_facts *facts);
	enum spp_status status;
	bool edit; /* the option allows an edit, too */
	const char *text, *remedy;
} states[] = {
	{ is_hibernated, SPP_REFUSED, false,
	  "Windows is hibernated, or was shut down by fast startup",
	  SHUT_DOWN },
	{ is_cached, SPP_REFUSED, false,
	  "Windows has not released the volume ($LogFile is of version 2.0: "
	  "fast startup, or a copy made while it ran)",
	  SHUT_DOWN },
	{ is_unclean, SPP_DIRTY, false,
	  "the volume was not closed cleanly ($LogFile has unfinished writes)",
	  SHUT_DOWN },
	{ is_dirty, SPP_DIRTY, true,
	  "the volume is marked dirty, to be checked by chkdsk",
	  "start Windows once" },
};

/* Properties that make a hive unusable. */
static const struct {
	unsigned int flag;
	const char *text;
} hindrances[] = {
	{ SPP_FILE_ENCRYPTED, "is encrypted by EFS; decrypt it in Windows" },
	{ SPP_FILE_REPARSE,
	  "has its content elsewhere (a reparse point, as of WOF); expand it "
	  "in Windows with compact /u /exe" },
	{ SPP_FILE_COMPRESSED,
	  "is compressed by NTFS; expand it in Windows with compact /u" },
	{ SPP_FILE_SPARSE, "is a sparse file; copy it in Windows" },
	{ SPP_FILE_UNALLOCATED, "is in clusters that the volume counts as "
				"free; run chkdsk in Windows" },
};

/* Kinds of partitions that may hide a Windows. */
static const struct {
	enum spp_content content;
	enum spp_status status;
	const char *text;
} strangers[] = {
	{ SPP_CONTENT_BITLOCKER, SPP_UNSUPPORTED,
	  "is encrypted by BitLocker; decrypt it in Windows with manage-bde "
	  "-off" },
	{ SPP_CONTENT_LUKS, SPP_UNSUPPORTED, "is encrypted (LUKS)" },
	{ SPP_CONTENT_REFS, SPP_UNSUPPORTED,
	  "has ReFS, which sppctl does not read" },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* "partition 3 of 'disk.img'", or "'disk.img'" */
static void name_it(const struct spp_target_disk *t, size_t i,
		    struct spp_buf *name)
{
	const struct spp_partition *p = &t->disk.table.part[i];

	if (p->number)
		spp_buf_printf(name, NULL, "partition %u of '%s'", p->number,
			       t->base.path);
	else
		spp_buf_printf(name, NULL, "'%s'", t->base.path);
}

/* Whether the volume is as large as its own boot sector says. */
static enum spp_status check_size(struct spp_target_disk *t, size_t i,
				  struct spp_error *err)
{
	const struct spp_partition *p = &t->disk.table.part[i];
	uint8_t boot[512];
	enum spp_status st;
	uint64_t sectors;
	uint16_t bytes;

	st = spp_overlay_read(t->was, p->off, boot, sizeof(boot), err);
	if (st)
		return st;
	bytes = spp_get16(boot + 11);
	sectors = spp_get64(boot + 40);
	if (!bytes || sectors <= p->size / bytes)
		return SPP_OK;
	return spp_fail(err, SPP_TRUNCATED,
			"it is larger than its partition (%llu MiB in %llu "
			"MiB); the partition table was changed, or the disk "
			"was cut short",
			(unsigned long long)(sectors / 1024 * bytes / 1024),
			(unsigned long long)p->size >> 20);
}

static enum spp_status probe(struct spp_target_disk *t, size_t i,
			     struct spp_volume *volume, struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) name = SPP_BUF_INIT;
	struct spp_disk_volume *v = &t->disk.volume[i];
	const struct spp_partition *p = &t->disk.table.part[i];
	const struct spp_found *hive[SPP_ROLE_COUNT];
	const struct spp_volume_query query = {
		.off = p->off,
		.size = p->size,
		.seek = &t->query,
		.allocated = t->options.write || t->options.inspect,
	};
	enum spp_status st;

	v->probed = true;
	st = check_size(t, i, &v->why);
	if (!st)
		st = spp_volume_probe(t->was, &query, volume, &v->why);
	if (spp_status_starved(st))
		return spp_fail_from(err, v->why.status, &v->why, "%s",
				     v->why.text);
	if (st)
		return SPP_OK; /* the failure is kept in why */
	v->facts = volume->facts;
	name_it(t, i, &name);
	st = spp_paths_choose(&volume->seek, &t->query, spp_buf_text(&name),
			      hive, &v->many);
	v->windows = st == SPP_REFUSED || hive[SPP_ROLE_SOFTWARE];
	return SPP_OK;
}

/* Explains why the partition that the user chose cannot be used. */
static enum spp_status explain(const struct spp_target_disk *t, size_t i,
			       struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) name = SPP_BUF_INIT;
	const struct spp_partition *p = &t->disk.table.part[i];
	const struct spp_disk_volume *v = &t->disk.volume[i];
	size_t s;

	name_it(t, i, &name);
	for (s = 0; s < COUNT(strangers); s++)
		if (p->content == strangers[s].content)
			return spp_fail(err, strangers[s].status, "%s %s",
					spp_buf_text(&name), strangers[s].text);
	if (v->why.status)
		return spp_fail_from(err, v->why.status, &v->why,
				     "the NTFS in %s cannot be read: %s",
				     spp_buf_text(&name), v->why.text);
	if (v->many.status)
		return spp_fail_from(err, v->many.status, &v->many, "%s",
				     v->many.text);
	if (v->probed)
		return spp_fail(err, SPP_NOTFOUND,
				"%s has NTFS, but no Windows (no "
				"System32\\config\\SOFTWARE)",
				spp_buf_text(&name));
	return spp_fail(err, SPP_NOTFOUND, "%s has no NTFS (content: %s)",
			spp_buf_text(&name), spp_content_word(p->content));
}

/* Explains why nothing was found, by the most informative reason. */
static enum spp_status explain_none(const struct spp_target_disk *t,
				    struct spp_error *err)
{
	const struct spp_partitions *table = &t->disk.table;
	size_t i, s;

	for (s = 0; s < COUNT(strangers); s++)
		for (i = 0; i < table->count; i++)
			if (table->part[i].content == strangers[s].content)
				return explain(t, i, err);
	for (i = 0; i < table->count; i++)
		if (t->disk.volume[i].why.status ||
		    t->disk.volume[i].many.status)
			return explain(t, i, err);
	for (i = 0; i < table->count; i++)
		if (table->part[i].content == SPP_CONTENT_OUTSIDE)
			return spp_fail(err, SPP_TRUNCATED,
					"'%s' is truncated: its partition %u "
					"reaches past its end; copy it again",
					t->base.path, table->part[i].number);
	if (table->kind == SPP_TABLE_UNKNOWN)
		return spp_fail(err, SPP_NOTFOUND,
				"'%s' has neither a partition table nor a "
				"volume that sppctl knows",
				t->base.path);
	return spp_fail(err, SPP_NOTFOUND,
			"there is no Windows on '%s' (no "
			"System32\\config\\SOFTWARE on any NTFS volume)",
			t->base.path);
}

/*
 * Lists the partitions with Windows, if there are several: the user must
 * choose.
 */
static enum spp_status explain_many(const struct spp_target_disk *t,
				    struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) list = SPP_BUF_INIT;
	const struct spp_partitions *table = &t->disk.table;
	size_t i;

	for (i = 0; i < table->count; i++) {
		const struct spp_disk_volume *v = &t->disk.volume[i];

		if (!v->windows)
			continue;
		spp_buf_printf(&list, NULL, "%s%u", list.size ? ", " : "",
			       table->part[i].number);
		if (*v->facts.label)
			spp_buf_printf(&list, NULL, " '%s'", v->facts.label);
		spp_buf_printf(&list, NULL, " of %llu MiB",
			       (unsigned long long)table->part[i].size >> 20);
	}
	return spp_fail_remedy(
		err, SPP_REFUSED, SPP_REMEDY_PARTITION,
		"there is Windows on several partitions of '%s': %s",
		t->base.path, spp_buf_text(&list));
}

/* Finds the partition that the user named. */
static enum spp_status find_named(const struct spp_target_disk *t,
				  size_t *index, struct spp_error *err)
{
	const char *text = t->options.partition;
	uint64_t number;
	size_t i;

	if (!spp_number_parse(text, UINT32_MAX, &number))
		return spp_fail(err, SPP_USAGE,
				"'%s' is not a partition number", text);
	for (i = 0; i < t->disk.table.count; i++) {
		if (t->disk.table.part[i].number != number)
			continue;
		*index = i;
		return SPP_OK;
	}
	return spp_fail_remedy(err, SPP_USAGE, SPP_REMEDY_PARTITIONS,
			       "'%s' has no partition %s", t->base.path, text);
}

static enum spp_status take_named(struct spp_target_disk *t,
				  struct spp_error *err)
{
	size_t i = 0;
	enum spp_status st = find_named(t, &i, err);

	if (!st && t->disk.table.part[i].content == SPP_CONTENT_NTFS)
		st = probe(t, i, &t->volume, err);
	if (!st && !t->disk.volume[i].windows)
		st = explain(t, i, err);
	if (!st)
		t->disk.chosen = (int)i;
	return st;
}

static enum spp_status take_only(struct spp_target_disk *t,
				 struct spp_error *err)
{
	const struct spp_partitions *table = &t->disk.table;
	enum spp_status st = SPP_OK;
	struct spp_volume volume;
	size_t i, found = 0;

	for (i = 0; !st && i < table->count; i++) {
		if (table->part[i].content != SPP_CONTENT_NTFS)
			continue;
		memset(&volume, 0, sizeof(volume));
		st = probe(t, i, &volume, err);
		if (!st && t->disk.volume[i].windows && !found++) {
			t->disk.chosen = (int)i;
			t->volume = volume;
		} else {
			spp_volume_release(&volume);
		}
	}
	if (!st && found > 1) {
		t->disk.chosen = -1;
		return explain_many(t, err);
	}
	return st || found ? st : explain_none(t, err);
}

/* Refuses the first state that prevents the use. */
static enum spp_status judge_state(const struct spp_target_disk *t, bool write,
				   struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) name = SPP_BUF_INIT;
	bool unclean = t->options.unclean;
	size_t i;

	name_it(t, (size_t)t->disk.chosen, &name);
	for (i = 0; i < COUNT(states); i++) {
		if (!states[i].is(&t->volume.facts) ||
		    (unclean && (!write || states[i].edit)))
			continue;
		return spp_fail_remedy(err, states[i].status,
				       !write ? SPP_REMEDY_READ_UNCLEAN
				       : states[i].edit
					       ? SPP_REMEDY_EDIT_UNCLEAN
					       : SPP_REMEDY_NONE,
				       "%s: %s; %s", spp_buf_text(&name),
				       states[i].text, states[i].remedy);
	}
	return SPP_OK;
}

static enum spp_status judge_hives(const struct spp_target_disk *t,
				   struct spp_error *err)
{
	const struct spp_volume_file *file;
	size_t role, i;

	for (role = 0; role < SPP_ROLE_COUNT; role++) {
		file = &t->volume.file[role][0];
		for (i = 0; file->there && i < COUNT(hindrances); i++)
			if (file->flags & hindrances[i].flag)
				return spp_fail(
					err, SPP_UNSUPPORTED,
					"the %s hive of '%s' %s",
					spp_role_name((enum spp_role)role),
					t->base.path, hindrances[i].text);
	}
	return SPP_OK;
}

static enum spp_status note_state(struct spp_target_disk *t,
				  struct spp_error *err)
{
	const struct spp_partition *p = &t->disk.table.part[t->disk.chosen];
	bool shadows = false;
	enum spp_status st;
	size_t i;

	for (i = 0; i < COUNT(states); i++)
		if (t->options.unclean && states[i].is(&t->volume.facts))
			spp_note(&t->base.notes,
				 "'%s' is used in its present state: %s",
				 t->base.path, states[i].text);
	st = spp_shadow_look(t->was, p->off, p->size, &shadows, err);
	if (!st && shadows)
		spp_note(&t->base.notes,
			 "'%s' has volume shadow copies, which are not read; "
			 "an edit may change what they show",
			 t->base.path);
	return st;
}

enum spp_status spp_target_disk_choose(struct spp_target_disk *t,
				       struct spp_error *err)
{
	enum spp_status st = spp_partitions_read(t->was, &t->disk.table, err);

	if (st)
		return st;
	t->disk.volume =
		calloc(t->disk.table.count + 1, sizeof(*t->disk.volume));
	if (!t->disk.volume)
		return spp_nomem(err);
	if (t->disk.table.backup)
		spp_note(&t->base.notes,
			 "the first partition table of '%s' is "
			 "damaged; the one at its end is used",
			 t->base.path);
	if (spp_partitions_dynamic(&t->disk.table))
		return spp_fail(err, SPP_UNSUPPORTED,
				"'%s' is a dynamic disk (LDM) or part of a "
				"storage pool, which sppctl does not read",
				t->base.path);
	st = t->options.partition ? take_named(t, err) : take_only(t, err);
	if (!st && t->disk.volume[t->disk.chosen].many.status)
		st = explain(t, (size_t)t->disk.chosen, err);
	if (!st)
		t->disk.windows = &t->volume;
	if (!st)
		st = judge_state(t, t->options.write || t->options.inspect,
				 err);
	if (!st)
		st = judge_hives(t, err);
	if (!st)
		st = note_state(t, err);
	return st;
}

static bool same_file(const struct spp_volume_file *a,
		      const struct spp_volume_file *b)
{
	size_t i;

	if (a->there != b->there || a->reference != b->reference ||
	    a->size != b->size || a->flags != b->flags ||
	    a->extents != b->extents)
		return false;
	for (i = 0; i < a->extents; i++)
		if (a->extent[i].off != b->extent[i].off ||
		    a->extent[i].n != b->extent[i].n)
			return false;
	return true;
}

/*
 * Whether the file is still the same, except that an edited hive may have
 * grown.
 */
static bool may_be_edited(const struct spp_volume_file *was,
			  const struct spp_volume_file *is)
{
	return was->there && is->there && was->reference == is->reference &&
	       !is->flags && is->size >= was->size && is->valid == is->size;
}

enum spp_status spp_target_disk_probe_edit(struct spp_target_disk *t,
					   struct spp_error *err)
{
	const struct spp_volume_query query = { .off = t->volume.off,
						.size = t->volume.size,
						.seek = &t->query,
						.allocated = true };

	spp_volume_release(&t->after);
	return spp_volume_probe(t->edit, &query, &t->after, err);
}

enum spp_status spp_target_disk_reprobe(struct spp_target_disk *t,
					struct spp_error *err)
{
	enum spp_status st;
	size_t role, i;
	bool good;

	st = spp_target_disk_probe_edit(t, err);
	for (role = 0; !st && role < SPP_ROLE_COUNT; role++) {
		for (i = 0; !st && i < SPP_HIVE_FILES; i++) {
			const struct spp_volume_file *was =
				&t->volume.file[role][i];
			const struct spp_volume_file *is =
				&t->after.file[role][i];

			good = same_file(was, is) ||
			       (!i && t->options.write >> role & 1 &&
				may_be_edited(was, is));
			if (!good)
				st = spp_fail(
					err, SPP_BUG,
					"the volume with the edit has "
					"another %s hive",
					spp_role_name((enum spp_role)role));
		}
	}
	return st;
}
