/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Changed sectors of a disk, written down before they are made.
 *
 * A journal holds of each changed page what was there and what is to be
 * there, and of each sector at which stage of the edit it is written.  So it
 * serves to complete an edit that was interrupted, and, kept, to undo it.
 *
 *	spp_journal_make(overlay, &bind, stage_of, ctx, label, &journal, err);
 *	spp_journal_save(journal, dir, name, image, err);
 *	... durable now ...
 *	spp_journal_apply(journal, false, block, err);
 *
 *	spp_journal_open(dir, name, label, owner, write, &journal, err);
 *	spp_journal_compare(journal, disk, &fit, err);
 *	spp_journal_load(journal, true, overlay, err);	to look at it
 *	spp_journal_close(journal);
 *
 * THE ORDER OF WRITES.  The image may be parted from its journal at any
 * moment: moved, uploaded, booted.  So the image alone must be the old one,
 * the new one, or one that is plainly dirty.  Each stage is on the disk
 * before the next begins:
 *
 *	reserve  nothing refers to it yet: free clusters, bits in $Bitmap.
 *		 Lost or torn, it costs free space and no more.
 *	link     the file record gets the new length, by one sector, which a
 *		 disk writes whole or not at all.  The hive itself is as it
 *		 was; what is after its bins belongs to nobody.
 *	mark     the first sector of each hive says that it is being written:
 *		 its first sequence number is ahead of its second.  No log
 *		 beside it is of that number or time, so none can be replayed
 *		 over what follows, and nobody takes the hive for whole.
 *	bins     all else in the hives, in any order.
 *	head     the first sectors as they are to be: whole and new.
 *	unlink, free	the same as link and reserve, where a file becomes
 *		 shorter: only after the hive has become whole.
 *
 * A file record that changes in more than one sector can be torn, so it is
 * written at the stage of the bins, where the hive is marked.  Backwards each
 * sector is written at the opposite stage.
 *
 * A journal is bound to its image by the size of the disk, place, serial
 * number and layout of the volume and, beyond a hash, by every byte that was
 * or is to be in the pages: of each sector it is known whether it is old,
 * new, marked, or none of these.  One that fits in no way is never applied.
 * It is read once, before its sum is verified, and never again.
 *
 *   0 "SPPCTL-J"     8 version 2        12 bytes of a page (4096)
 *  16 size of disk  24 number of pages  32 offset of the volume
 *  40 serial number of the volume       48 where the hives lie (SHA-256)
 *  80 suffix to keep the journal under, 48 bytes
 * 128 pages: 0 offset  8 bytes in use  12 zero  16 stage of each sector
 *            24 zero  32 before  4128 after
 *     SHA-256 of all pages and then of the first 128 bytes
 */
#ifndef HIVE_JOURNAL_H
#define HIVE_JOURNAL_H

#include <sys/stat.h>

#include "hive/place/overlay.h"

#define SPP_JOURNAL_SUFFIX 48
#define SPP_LAYOUT_SIZE	   32
#define SPP_SECTOR_SIZE	   512 /* what a disk writes whole, or not at all */

/* See above; in this order. */
enum spp_stage {
	SPP_STAGE_NONE, /* the sector stays as it is */
	SPP_STAGE_RESERVE,
	SPP_STAGE_LINK,
	SPP_STAGE_MARK, /* of no sector: what becomes of those of HEAD first */
	SPP_STAGE_BINS,
	SPP_STAGE_HEAD,
	SPP_STAGE_UNLINK,
	SPP_STAGE_FREE,
	SPP_STAGES
};

/* The stage of a sector at off on the disk that will change. */
typedef enum spp_stage (*spp_stage_of)(void *ctx, uint64_t off,
				       const uint8_t *before,
				       const uint8_t *after);

/* What a journal belongs to. */
struct spp_journal_bind {
	uint64_t disk_size;
	uint64_t volume;		 /* its offset on the disk */
	uint64_t serial;		 /* of the volume */
	uint8_t layout[SPP_LAYOUT_SIZE]; /* after the change */
	char suffix[SPP_JOURNAL_SUFFIX]; /* "": not kept when it is done */
};

struct spp_journal;

/* How a disk stands to a journal. */
enum spp_journal_fit {
	SPP_FIT_BEFORE,	 /* nothing was written yet */
	SPP_FIT_BETWEEN, /* some was */
	SPP_FIT_AFTER,	 /* all was */
	SPP_FIT_NOT,	 /* the disk has other bytes: not its journal */
};

/*
 * Makes one of what the overlay would change, in memory.  Pages that are as
 * they were are left out; there may be none.
 */
enum spp_status spp_journal_make(struct spp_overlay *overlay,
				 const struct spp_journal_bind *bind,
				 spp_stage_of stage_of, void *ctx,
				 const char *label,
				 struct spp_journal **journal,
				 struct spp_error *err);

/*
 * Writes it, whole and on disk before it has its name, locked until it is
 * closed.  It belongs to whom the image belongs to (image: NULL if that is
 * nobody), who may have to complete what somebody else began.  SPP_BUSY if
 * there is one of that name: another edit's.
 */
enum spp_status spp_journal_save(struct spp_journal *journal, int dir,
				 const char *name, const struct stat *image,
				 struct spp_error *err);

/* Whether a name in the folder still leads to it. */
bool spp_journal_named(const struct spp_journal *journal, int dir,
		       const char *name);

/* Removes what a crash while writing left of a journal of this name. */
void spp_journal_discard(int dir, const char *name);

/*
 * Reads and verifies.  SPP_NOTFOUND without a word if there is no such file;
 * SPP_NOTHIVE for a file of another kind, SPP_CORRUPT if its sum is wrong,
 * SPP_REFUSED if it was made by another user than the caller, root and the
 * owner of the image, SPP_BUSY if its edit is under way.  image: as above.
 * write: nobody else may use it until it is closed.
 */
enum spp_status spp_journal_open(int dir, const char *name, const char *label,
				 const struct stat *image, bool write,
				 struct spp_journal **journal,
				 struct spp_error *err);
void spp_journal_close(struct spp_journal *journal);

const struct spp_journal_bind *spp_journal_bind(
	const struct spp_journal *journal);
size_t spp_journal_pages(const struct spp_journal *journal);

enum spp_status spp_journal_compare(const struct spp_journal *journal,
				    struct spp_overlay *disk,
				    enum spp_journal_fit *fit,
				    struct spp_error *err);

/* Writes all pages into the overlay, as they are to be or as they were. */
enum spp_status spp_journal_load(const struct spp_journal *journal, bool after,
				 struct spp_overlay *overlay,
				 struct spp_error *err);

/*
 * Brings the disk from any state that fits to the one after, or before, stage
 * by stage.  All is written again: what a flush that failed left in memory may
 * look as if it were on the disk.
 */
enum spp_status spp_journal_apply(const struct spp_journal *journal, bool after,
				  struct spp_block *disk,
				  struct spp_error *err);

/* The stages of an edit that undoes this one; ctx: a journal. */
enum spp_stage spp_journal_undo_stage(void *ctx, uint64_t off,
				      const uint8_t *before,
				      const uint8_t *after);

#endif
