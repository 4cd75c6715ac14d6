/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/place/commit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hive/base/buf.h"

#define JOURNAL ".sppctl-journal"

/* The name of a file beside the image, and how to call it. */
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
		  : spp_buf_printf(&b->label, err, "%s%s", place->label,
				   suffix);
}

enum spp_status spp_commit_allowed(const struct spp_commit_place *place,
				   const char *suffix, struct spp_error *err)
{
	struct beside CLEANUP(release) undo;
	enum spp_status st = beside(place, suffix, &undo, err);

	if (st || !*suffix)
		return st;
	if (strlen(suffix) >= SPP_JOURNAL_SUFFIX)
		return spp_fail(err, SPP_USAGE,
				"'%s' is too long for the suffix of a backup",
				suffix);
	if (!faccessat(place->dir, spp_buf_text(&undo.name), F_OK,
		       AT_SYMLINK_NOFOLLOW))
		return spp_fail(err, SPP_REFUSED,
				"backup '%s' exists already; remove it or "
				"name another suffix",
				spp_buf_text(&undo.label));
	return SPP_OK;
}

/* Writes the pages that differ from the disk's. */
static enum spp_status apply(struct spp_overlay *overlay, struct spp_block *to,
			     struct spp_error *err)
{
	size_t i, n = spp_overlay_count(overlay);
	uint8_t is[SPP_OVERLAY_PAGE];
	struct spp_overlay_page page;
	enum spp_status st = SPP_OK;

	for (i = 0; !st && i < n; i++) {
		spp_overlay_page(overlay, i, &page);
		st = spp_block_read(to, page.off, is, page.n, err);
		if (!st && memcmp(is, page.data, page.n))
			st = spp_block_write(to, page.off, page.data, page.n,
					     err);
	}
	return st ? st : spp_block_flush(to, err);
}

/* Renames, but over nothing, also where the file system does not help. */
static int keep(int dir, const char *from, const char *to)
{
	if (!renameat2(dir, from, dir, to, RENAME_NOREPLACE))
		return 0;
	if (errno != EINVAL)
		return -1;
	return linkat(dir, from, dir, to, 0) ? -1 : unlinkat(dir, from, 0);
}

/* Removes the journal, or makes it the undo file. */
static enum spp_status finish(const struct spp_commit_place *place,
			      const char *suffix, struct spp_error *err)
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
	failed = *suffix ? keep(place->dir, from, spp_buf_text(&undo.name))
			 : unlinkat(place->dir, from, 0);
	if (failed && *suffix)
		return spp_fail_errno(err, SPP_IO,
				      "'%s' is edited, but its backup cannot "
				      "be named '%s'; it is '%s'",
				      place->label, spp_buf_text(&undo.label),
				      spp_buf_text(&journal.label));
	if (failed || (fsync(place->dir) && errno != EINVAL))
		return spp_fail_errno(err, SPP_IO,
				      "'%s' is edited, but its journal '%s' "
				      "cannot be removed",
				      place->label,
				      spp_buf_text(&journal.label));
	return SPP_OK;
}

static enum spp_status carry_out(const struct spp_commit_place *place,
				 struct spp_overlay *overlay,
				 struct spp_block *disk, const char *suffix,
				 struct spp_error *err)
{
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st = apply(overlay, disk, &why);

	if (st)
		return spp_fail(err, st,
				"%s; the edit is not finished, any later edit "
				"of '%s' completes it from its journal",
				why.text, place->label);
	return finish(place, suffix, err);
}

/*
 * The journal belongs to whom the image belongs to, who may have to complete
 * or undo what somebody else began.  Where that cannot be, it need not.
 */
static void share(const struct spp_commit_place *place, const char *journal)
{
	struct stat st;

	if (fstatat(place->dir, place->name, &st, 0))
		return;
	if (fchownat(place->dir, journal, st.st_uid, st.st_gid,
		     AT_SYMLINK_NOFOLLOW) &&
	    st.st_uid != geteuid())
		return;
	if (fchmodat(place->dir, journal, st.st_mode & 0666, 0))
		return;
}

enum spp_status spp_commit_run(const struct spp_commit_place *place,
			       struct spp_overlay *overlay,
			       const struct spp_journal_bind *bind,
			       struct spp_error *err)
{
	struct beside CLEANUP(release) journal = { .name = SPP_BUF_INIT };
	enum spp_status st = spp_commit_allowed(place, bind->suffix, err);
	size_t pages = 0;

	if (!st)
		st = beside(place, JOURNAL, &journal, err);
	if (!st)
		st = spp_journal_write(
			overlay, bind, place->dir, spp_buf_text(&journal.name),
			spp_buf_text(&journal.label), &pages, err);
	if (st || !pages)
		return st;
	share(place, spp_buf_text(&journal.name));
	return carry_out(place, overlay, spp_overlay_block(overlay),
			 bind->suffix, err);
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
				   struct spp_overlay *disk,
				   struct spp_journal **journal,
				   struct spp_error *err)
{
	struct beside CLEANUP(release) file = { .name = SPP_BUF_INIT };
	enum spp_status st = beside(place, JOURNAL, &file, err);
	enum spp_journal_fit fit = SPP_FIT_NOT;
	struct spp_journal *j = NULL;

	*journal = NULL;
	if (st)
		return st;
	st = spp_journal_open(place->dir, spp_buf_text(&file.name),
			      spp_buf_text(&file.label), &j, err);
	if (st == SPP_NOTFOUND)
		return SPP_OK;
	if (!st)
		st = spp_journal_compare(j, disk, &fit, err);
	if (!st && fit == SPP_FIT_NOT)
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
	struct spp_overlay *overlay = NULL;
	enum spp_status st = spp_overlay_open(disk, &overlay, err);

	if (!st)
		st = spp_journal_load(journal, true, overlay, err);
	if (!st)
		st = carry_out(place, overlay, disk,
			       spp_journal_bind(journal)->suffix, err);
	spp_overlay_close(overlay);
	return st;
}
