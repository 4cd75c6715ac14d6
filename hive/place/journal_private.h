/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A journal in memory, for the files that implement it. */
#ifndef HIVE_JOURNAL_PRIVATE_H
#define HIVE_JOURNAL_PRIVATE_H

#include <nettle/sha2.h>

#include "hive/place/journal.h"

#define SPP_JOURNAL_HEAD    128
#define SPP_JOURNAL_SECTORS (SPP_OVERLAY_PAGE / SPP_SECTOR_SIZE)
#define SPP_JOURNAL_BEFORE  32 /* offset in a record */
#define SPP_JOURNAL_AFTER   (SPP_JOURNAL_BEFORE + SPP_OVERLAY_PAGE)
#define SPP_JOURNAL_RECORD  (SPP_JOURNAL_AFTER + SPP_OVERLAY_PAGE)
#define SPP_JOURNAL_SUM	    SHA256_DIGEST_SIZE

struct spp_journal {
	int fd; /* the file, which holds the lock; -1: not saved yet */
	char *label;
	struct spp_journal_bind bind;
	uint8_t *file; /* the bytes of the file */
	size_t size, room;
	size_t pages;
};

/* One page of a journal. */
struct spp_journal_record {
	uint64_t off;
	size_t n;
	const uint8_t *stage, *before, *after;
};

/* The i-th record. */
struct spp_journal_record spp_journal_record(const struct spp_journal *journal,
					     size_t i);
/* Bytes in use of sector i of a record; 0 past its end. */
size_t spp_journal_sector(const struct spp_journal_record *record, size_t i);

/* A journal with room for that many bytes; NULL if memory is short. */
struct spp_journal *spp_journal_allocate(const char *label, size_t room);
/* Verifies the bytes that were read, and splits them into records. */
enum spp_status spp_journal_parse(struct spp_journal *journal,
				  struct spp_error *err);

/*
 * Makes the first sector of a hive that is being written, the same for edit and
 * undo.  Its sequence numbers are past those of both states, hence of every log
 * entry beside the hive, and no old log has its time.
 */
void spp_journal_mark(const uint8_t *before, const uint8_t *after,
		      uint8_t mark[SPP_SECTOR_SIZE]);

#endif
