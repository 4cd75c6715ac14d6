/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Changed pages of a disk, written down before they are made.
 *
 * The file holds of each page what was there and what is to be there.  So it
 * serves to complete an edit that was interrupted, and, kept, to undo it.
 *
 *	spp_journal_write(overlay, &bind, dir, name, label, err);
 *	... the pages may be written to the disk now ...
 *
 *	spp_journal_open(dir, name, label, &journal, err);
 *	spp_journal_compare(journal, disk, &fit, err);
 *	spp_journal_load(journal, true, overlay, err);
 *	spp_journal_close(journal);
 *
 * It is bound to its image by the size of the disk, the serial number of the
 * volume and, beyond a hash, by every byte that was or is to be in the pages:
 * of each 512 bytes it is known whether they are old, new, or neither, also
 * where a power failure tore a page.  A journal that fits in no way is never
 * applied.
 *
 *   0 "SPPCTL-J"     8 version 1        12 bytes of a page (4096)
 *  16 size of disk  24 number of pages  32 offset of the volume
 *  40 serial number of the volume       48 where the hives lie (SHA-256)
 *  80 suffix to keep the journal under, 48 bytes
 * 128 pages: 0 offset  8 bytes in use  12 zero  16 before  4112 after
 *     SHA-256 of all pages and then of the first 128 bytes
 */
#ifndef HIVE_JOURNAL_H
#define HIVE_JOURNAL_H

#include "hive/image/overlay.h"

#define SPP_JOURNAL_SUFFIX 48
#define SPP_LAYOUT_SIZE	   32

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
 * Writes down what the overlay would change, whole and on disk before it has
 * its name.  Pages that are as they were are left out; *pages says how many
 * there are, and for 0 there is no file.
 */
enum spp_status spp_journal_write(struct spp_overlay *overlay,
				  const struct spp_journal_bind *bind, int dir,
				  const char *name, const char *label,
				  size_t *pages, struct spp_error *err);

/* Removes what a crash while writing left of a journal of this name. */
void spp_journal_discard(int dir, const char *name);

/*
 * Opens and verifies.  SPP_NOTFOUND without a word if there is no such file;
 * SPP_NOTHIVE for a file of another kind, SPP_CORRUPT if its sum is wrong.
 */
enum spp_status spp_journal_open(int dir, const char *name, const char *label,
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

#endif
