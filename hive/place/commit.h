/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes the changes of an overlay to the disk, all of them or none.
 *
 *	spp_commit_run(&place, overlay, &bind, stage_of, ctx, err);
 *
 *   1. a journal of all changes beside the image, complete and on disk
 *   2. the changes to the image, in the journal's order, on disk
 *   3. the journal is removed, or renamed to the undo file
 *
 * A crash before the end of 1 leaves the image unchanged, and half a journal
 * that nobody reads and the next edit removes.  A later crash leaves the
 * journal, and the next one to open the image finds it:
 *
 *	spp_commit_pending(&place, disk, write, &journal, &fit, err);
 *	spp_commit_resume(&place, journal, disk, err);	continues 2
 *	spp_commit_undo(&place, journal, disk, err);	or reverts the edit
 *	spp_commit_drop(&place, journal, err);	or, if nothing was written
 */
#ifndef HIVE_COMMIT_H
#define HIVE_COMMIT_H

#include "hive/place/journal.h"

/* The image, and the place of its journal. */
struct spp_commit_place {
	int dir;		  /* the journal's folder; borrowed */
	const char *name;	  /* the beginning of names in it; borrowed */
	const char *beside;	  /* the same for messages; borrowed */
	const char *label;	  /* the image for messages; borrowed */
	const struct stat *image; /* the journal's owner; NULL: the caller */
	/* Makes the disk writable, once the journal exists; or NULL. */
	enum spp_status (*begin)(void *ctx, struct spp_error *err);
	void *ctx;
};

/*
 * Whether the journal and, unless the suffix is empty, the undo file could be
 * written: SPP_IO if a name would be too long, SPP_REFUSED if a file already
 * has the name of the undo file.
 */
enum spp_status spp_commit_allowed(const struct spp_commit_place *place,
				   const char *suffix, struct spp_error *err);

/*
 * Fails either before anything was written to the image, or, as the message
 * then says, with the journal left for another attempt.
 */
enum spp_status spp_commit_run(const struct spp_commit_place *place,
			       struct spp_overlay *overlay,
			       const struct spp_journal_bind *bind,
			       spp_stage_of stage_of, void *ctx,
			       struct spp_error *err);

/*
 * The journal of an unfinished edit of this disk, and how much of it was
 * written; NULL if there is none.  SPP_REFUSED for a journal that does not fit,
 * since a person must decide.  Writes nothing.
 */
enum spp_status spp_commit_pending(const struct spp_commit_place *place,
				   struct spp_overlay *disk, bool write,
				   struct spp_journal **journal,
				   enum spp_journal_fit *fit,
				   struct spp_error *err);

/* Removes half a journal that a crash left. */
void spp_commit_discard(const struct spp_commit_place *place);

/* Completes an unfinished edit; disk must be writable and unchanged. */
enum spp_status spp_commit_resume(const struct spp_commit_place *place,
				  const struct spp_journal *journal,
				  struct spp_block *disk,
				  struct spp_error *err);

/* Reverts what was written of it. */
enum spp_status spp_commit_undo(const struct spp_commit_place *place,
				const struct spp_journal *journal,
				struct spp_block *disk, struct spp_error *err);

/* Removes the journal of an edit that wrote nothing. */
enum spp_status spp_commit_drop(const struct spp_commit_place *place,
				const struct spp_journal *journal,
				struct spp_error *err);

#endif
