/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/place/commit.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hive/base/buf.h"
#include "hive/base/newfile.h"
#include "hive/place/backup.h"

#define JOURNAL ".sppctl-journal"
#define TRIES	8 /* attempts at a backup number that is still free */

/* A file beside the image: its name in the folder, and in messages. */
struct beside {
	struct spp_buf name, label;
};

static void release(struct beside *b)
{
	spp_buf_release(&b->name);
	spp_buf_release(&b->label);
}

static enum spp_status beside(const struct spp_commit_place *place,
			      const char *suffix, struct beside *b,
			      struct spp_error *err)
{
	enum spp_status st;

	*b = (struct beside){ SPP_BUF_INIT, SPP_BUF_INIT };
	st = spp_buf_printf(&b->name, err, "%s%s", place->name, suffix);
	return st ? st
		  : spp_buf_printf(&b->label, err, "%s%s", place->beside,
				   suffix);
}

enum spp_status spp_commit_allowed(const struct spp_commit_place *place,
				   const char *suffix, struct spp_error *err)
{
	struct beside CLEANUP(release) journal = { .name = SPP_BUF_INIT };
	struct beside CLEANUP(release) undo = { .name = SPP_BUF_INIT };
	enum spp_status st = beside(place, JOURNAL, &journal, err);
	struct stat there;

	if (!st)
		st = spp_journal_possible(place->dir,
					  spp_buf_text(&journal.name),
					  place->label, err);
	if (st || !*suffix)
		return st;
	if (strlen(suffix) >= SPP_JOURNAL_SUFFIX)
		return spp_fail(err, SPP_USAGE,
				"'%s' is too long for the suffix of a backup",
				suffix);
	/* After the edit it would be too late to find that out. */
	st = beside(place, suffix, &undo, err);
	if (!st)
		st = spp_newfile_possible(place->dir, NULL,
					  spp_buf_text(&undo.name),
					  place->label, err);
	if (st)
		return st;
	if (!fstatat(place->dir, spp_buf_text(&undo.name), &there,
		     AT_SYMLINK_NOFOLLOW))
		return spp_fail(err, SPP_REFUSED,
				"backup '%s' exists already; remove it or "
				"name another suffix",
				spp_buf_text(&undo.label));
	return SPP_OK;
}

/*
 * Renames the journal to the undo file.  If another process has taken that name
 * since it was chosen, takes the next number.
 */
static int name_undo(const struct spp_commit_place *place, const char *from,
		     const char *suffix, struct beside *undo)
{
	struct spp_buf CLEANUP(spp_buf_release) base = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) next = SPP_BUF_INIT;
	size_t n = strlen(suffix);
	int i, failed = -1;

	while (n && isdigit((unsigned char)suffix[n - 1]))
		n--;
	n = n > 1 && suffix[n] && suffix[n - 1] == '.' ? n - 1 : strlen(suffix);
	if (spp_buf_append(&base, suffix, n, NULL))
		return -1;
	for (i = 0; i < TRIES; i++) {
		failed = spp_rename_new(place->dir, from,
					spp_buf_text(&undo->name));
		if (!failed || errno != EEXIST)
			break;
		next.size = 0;
		release(undo);
		if (spp_backup_next(place->dir, place->name,
				    spp_buf_text(&base), &next, NULL) ||
		    beside(place, spp_buf_text(&next), undo, NULL))
			break;
	}
	return failed;
}

/* Removes the journal, or renames it to the undo file. */
static enum spp_status finish(const struct spp_commit_place *place,
			      const struct spp_journal *own, const char *suffix,
			      struct spp_error *err)
{
	struct beside CLEANUP(release) journal = { .name = SPP_BUF_INIT };
	struct beside CLEANUP(release) undo = { .name = SPP_BUF_INIT };
	enum spp_status st = beside(place, JOURNAL, &journal, err);
	const char *from;
	int failed;

	if (!st)
		st = beside(place, suffix, &undo, err);
	if (st)
		return st;
	from = spp_buf_text(&journal.name);
	if (!spp_journal_named(own, place->dir, from))
		return spp_fail(err, SPP_BUSY,
				"'%s' is complete, but '%s' was replaced or "
				"removed meanwhile, and is left as it is",
				place->label, spp_buf_text(&journal.label));
	failed = *suffix ? name_undo(place, from, suffix, &undo)
			 : unlinkat(place->dir, from, 0);
	if (failed && *suffix)
		return spp_fail_errno(err, SPP_IO,
				      "'%s' is edited, but its backup cannot "
				      "be named '%s'; it is '%s'",
				      place->label, spp_buf_text(&undo.label),
				      spp_buf_text(&journal.label));
	if (failed || (fsync(place->dir) && errno != EINVAL))
		return spp_fail_errno(err, SPP_IO,
				      "'%s' is complete, but its journal '%s' "
				      "cannot be removed",
				      place->label,
				      spp_buf_text(&journal.label));
	return SPP_OK;
}

static enum spp_status write_disk(const struct spp_commit_place *place,
				  const struct spp_journal *journal, bool after,
				  struct spp_block *disk, struct spp_error *err)
{
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st = spp_journal_apply(journal, after, disk, &why);

	why.remedy = SPP_REMEDY_RECOVER;
	return st ? spp_fail_from(err, st, &why,
				  "%s; '%s' is written in part, and '%s%s' "
				  "stays",
				  why.text, place->label, place->beside,
				  JOURNAL)
		  : SPP_OK;
}

enum spp_status spp_commit_run(const struct spp_commit_place *place,
			       struct spp_overlay *overlay,
			       const struct spp_journal_bind *bind,
			       spp_stage_of stage_of, void *ctx,
			       struct spp_error *err)
{
	struct beside CLEANUP(release) file = { .name = SPP_BUF_INIT };
	enum spp_status st = spp_commit_allowed(place, bind->suffix, err);
	struct spp_journal *journal = NULL;

	if (!st)
		st = beside(place, JOURNAL, &file, err);
	if (!st)
		st = spp_journal_make(overlay, bind, stage_of, ctx,
				      spp_buf_text(&file.label), &journal, err);
	if (!st && spp_journal_pages(journal)) {
		st = spp_journal_save(journal, place->dir,
				      spp_buf_text(&file.name), place->image,
				      err);
		if (!st && place->begin) {
			st = place->begin(place->ctx, err);
			if (st)
				spp_commit_drop(place, journal, NULL);
		}
		if (!st)
			st = spp_commit_resume(place, journal,
					       spp_overlay_block(overlay), err);
	}
	spp_journal_close(journal);
	return st;
}

static enum spp_status misfit(const struct spp_commit_place *place,
			      const char *journal, struct spp_error *err)
{
	return spp_fail(err, SPP_REFUSED,
			"the journal '%s' of an unfinished edit does not fit "
			"'%s', which has changed since; if the image is as it "
			"should be, remove the journal",
			journal, place->label);
}

enum spp_status spp_commit_pending(const struct spp_commit_place *place,
				   struct spp_overlay *disk, bool write,
				   struct spp_journal **journal,
				   enum spp_journal_fit *fit,
				   struct spp_error *err)
{
	struct beside CLEANUP(release) file = { .name = SPP_BUF_INIT };
	enum spp_status st = beside(place, JOURNAL, &file, err);
	struct spp_journal *j = NULL;

	*journal = NULL;
	if (st)
		return st;
	st = spp_journal_open(place->dir, spp_buf_text(&file.name),
			      spp_buf_text(&file.label), place->image, write,
			      &j, err);
	if (st == SPP_NOTFOUND)
		return SPP_OK;
	if (!st)
		st = spp_journal_compare(j, disk, fit, err);
	if (!st && *fit == SPP_FIT_NOT)
		st = misfit(place, spp_buf_text(&file.label), err);
	if (st) {
		spp_journal_close(j);
		return st;
	}
	*journal = j;
	return SPP_OK;
}

void spp_commit_discard(const struct spp_commit_place *place)
{
	struct beside CLEANUP(release) file = { .name = SPP_BUF_INIT };

	if (!beside(place, JOURNAL, &file, NULL))
		spp_journal_discard(place->dir, spp_buf_text(&file.name));
}

enum spp_status spp_commit_resume(const struct spp_commit_place *place,
				  const struct spp_journal *journal,
				  struct spp_block *disk, struct spp_error *err)
{
	enum spp_status st = write_disk(place, journal, true, disk, err);

	return st ? st
		  : finish(place, journal, spp_journal_bind(journal)->suffix,
			   err);
}

enum spp_status spp_commit_undo(const struct spp_commit_place *place,
				const struct spp_journal *journal,
				struct spp_block *disk, struct spp_error *err)
{
	enum spp_status st = write_disk(place, journal, false, disk, err);

	return st ? st : spp_commit_drop(place, journal, err);
}

enum spp_status spp_commit_drop(const struct spp_commit_place *place,
				const struct spp_journal *journal,
				struct spp_error *err)
{
	return finish(place, journal, "", err);
}
