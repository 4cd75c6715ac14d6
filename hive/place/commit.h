/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bringing the changes of an overlay to the disk, all of them or none.
 *
 *	spp_commit_run(&place, overlay, &bind, stage_of, ctx, err);
 *
 *   1. a journal of all changes beside the image, whole and on disk
 *   2. the changes to the image, in the journal's order, on disk
 *   3. the journal is removed, or kept as the undo file under its suffix
 *
 * A crash before the end of 1 leaves the image as it was and half a journal
 * that nobody looks at and the next edit removes.  After that the journal is
 * there, and whoever opens the image next learns of it:
 *
 *	spp_commit_pending(&place, disk, write, &journal, &fit, err);
 *	spp_commit_resume(&place, journal, disk, err);	goes on with 2
 *	spp_commit_undo(&place, journal, disk, err);	or takes all of it back
 *	spp_commit_drop(&place, journal, err);			nothing was written
 */
#ifndef HIVE_COMMIT_H
#define HIVE_COMMIT_H

#include "hive/place/journal.h"

/* Where the image is, and its journal. */
struct spp_commit_place {
	int dir;		  /* the journal's folder; borrowed */
	const char *name;	  /* what names in it begin with; borrowed */
	const char *beside;	  /* the same for messages; borrowed */
	const char *label;	  /* the image for messages; borrowed */
	const struct stat *image; /* whose it is; NULL: nobody's */
	/* Makes the disk writable, once the journal is there; or NULL. */
	enum spp_status (*begin)(void *ctx, struct spp_error *err);
	void *ctx;
};

/* SPP_REFUSED if there is already what the undo file would be named. */
enum spp_status spp_commit_allowed(const struct spp_commit_place *place,
				   const char *suffix, struct spp_error *err);

/*
 * Fails in two ways: before anything was done to the image, or, saying so,
 * with the journal left for another try.
 */
enum spp_status spp_commit_run(const struct spp_commit_place *place,
			       struct spp_overlay *overlay,
			       const struct spp_journal_bind *bind,
			       spp_stage_of stage_of, void *ctx,
			       struct spp_error *err);

/*
 * The journal of an unfinished edit of this disk, and how far it came; NULL
 * if there is none.  SPP_REFUSED if there is one that does not fit: a person
 * must decide.  Writes nothing.
 */
enum spp_status spp_commit_pending(const struct spp_commit_place *place,
				   struct spp_overlay *disk, bool write,
				   struct spp_journal **journal,
				   enum spp_journal_fit *fit,
				   struct spp_error *err);

/* Removes half a journal, if a crash left one. */
void spp_commit_discard(const struct spp_commit_place *place);

/* Completes an unfinished edit; disk must be writable and unchanged. */
enum spp_status spp_commit_resume(const struct spp_commit_place *place,
				  const struct spp_journal *journal,
				  struct spp_block *disk,
				  struct spp_error *err);

/* Takes back what was written of it. */
enum spp_status spp_commit_undo(const struct spp_commit_place *place,
				const struct spp_journal *journal,
				struct spp_block *disk, struct spp_error *err);

/* Removes the journal of an edit of which nothing was written. */
enum spp_status spp_commit_drop(const struct spp_commit_place *place,
				const struct spp_journal *journal,
				struct spp_error *err);

#endif
