/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Changed sectors of a disk, recorded before they are written.
 *
 * A journal holds the old and the new bytes of each changed page, and for each
 * sector the stage of the edit at which it is written.  So it can complete an
 * interrupted edit and, if kept, undo it.
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
 * THE ORDER OF WRITES.  The image may be separated from its journal at any
 * moment: moved, uploaded, booted.  So the image alone must be old, new, or
 * plainly dirty.  Each stage is on the disk before the next begins:
 *
 *	reserve  Free clusters and bits in $Bitmap, which nothing refers to
 *		 yet.  Lost or torn, this costs free space and no more.
 *	link     The file record gets the new length, by one sector, which a
 *		 disk writes completely or not at all.  The hive is unchanged;
 *		 the bytes after its bins belong to nothing.
 *	mark     The first sector of each hive says that a write has begun:
 *		 its first sequence number is ahead of its second.  No log
 *		 beside the hive has that number or time, so none can be
 *		 replayed over what follows, and nobody takes the hive for
 *		 complete.
 *	bins     The rest of the hives, in any order.
 *	head     The first sectors in their final form: complete and new.
 *	unlink, free	The same as link and reserve, for a file that becomes
 *		 shorter: only after the hive is complete.
 *
 * A file record that changes in more than one sector can be torn, so it is
 * written in the stage of the bins, while the hive is marked.  An undo writes
 * each sector in the opposite stage.
 *
 * A journal is bound to its image by the size of the disk, the place, serial
 * number and layout of the volume, and by every old and new byte of its pages:
 * each sector is known to be old, new, marked, or none of these.  A journal
 * that does not fit is never applied.  It is read once, before its checksum is
 * verified, and not again.
 *
 *   0 "SPPCTL-J"     8 version 2        12 bytes of a page (4096)
 *  16 size of disk  24 number of pages  32 offset of the volume
 *  40 serial number of the volume       48 layout of the hives (SHA-256)
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
#define SPP_SECTOR_SIZE	   512 /* a disk writes it completely or not at all */

/* In the order of writing; see above. */
enum spp_stage {
	SPP_STAGE_NONE, /* the sector does not change */
	SPP_STAGE_RESERVE,
	SPP_STAGE_LINK,
	SPP_STAGE_MARK, /* never stored: sectors of HEAD pass through it */
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

/* What binds a journal to its image. */
struct spp_journal_bind {
	uint64_t disk_size;
	uint64_t volume;		 /* its offset on the disk */
	uint64_t serial;		 /* of the volume */
	uint8_t layout[SPP_LAYOUT_SIZE]; /* after the change */
	char suffix[SPP_JOURNAL_SUFFIX]; /* of the undo file; "": not kept */
};

struct spp_journal;

/* How much of a journal a disk contains. */
enum spp_journal_fit {
	SPP_FIT_BEFORE,	 /* nothing */
	SPP_FIT_BETWEEN, /* a part */
	SPP_FIT_AFTER,	 /* everything */
	SPP_FIT_NOT,	 /* other bytes: the journal is not of this disk */
};

/*
 * Makes a journal, in memory, of what the overlay would change.  Unchanged
 * pages are left out, so it may be empty.
 */
enum spp_status spp_journal_make(struct spp_overlay *overlay,
				 const struct spp_journal_bind *bind,
				 spp_stage_of stage_of, void *ctx,
				 const char *label,
				 struct spp_journal **journal,
				 struct spp_error *err);

/*
 * Writes the journal, complete and on disk before it gets its name, and holds
 * its lock until it is closed.  It is given to the image's owner, who may have
 * to complete an edit that somebody else began (image: NULL for an image
 * without an owner).  SPP_BUSY if another edit's journal has that name.
 */
enum spp_status spp_journal_save(struct spp_journal *journal, int dir,
				 const char *name, const struct stat *image,
				 struct spp_error *err);

/* Whether a journal of this name could be written, beside label. */
enum spp_status spp_journal_possible(int dir, const char *name,
				     const char *label, struct spp_error *err);

/* Whether the name in the folder is still this very file. */
bool spp_journal_named(const struct spp_journal *journal, int dir,
		       const char *name);

/* Removes what a crash left of a journal that was being written. */
void spp_journal_discard(int dir, const char *name);

/*
 * Reads and verifies a journal.  SPP_NOTFOUND, with err untouched, if there is
 * no such file; SPP_NOTHIVE for a file of another kind; SPP_CORRUPT for a wrong
 * checksum; SPP_REFUSED unless the caller, root or the image's owner made it;
 * SPP_BUSY while its edit is running.  image: as above.  write: locks it
 * against everybody else until it is closed.
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

/* Writes all pages into the overlay, in their new or their old form. */
enum spp_status spp_journal_load(const struct spp_journal *journal, bool after,
				 struct spp_overlay *overlay,
				 struct spp_error *err);

/*
 * Brings the disk from any state that fits to the new one, or the old one,
 * stage by stage.  Writes every sector again: after a failed flush, bytes that
 * read back may not be on the disk.
 */
enum spp_status spp_journal_apply(const struct spp_journal *journal, bool after,
				  struct spp_block *disk,
				  struct spp_error *err);

/* The stages of an edit that undoes this one; ctx: a journal. */
enum spp_stage spp_journal_undo_stage(void *ctx, uint64_t off,
				      const uint8_t *before,
				      const uint8_t *after);

#endif
