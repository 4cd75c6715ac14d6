/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes a journal's sectors to the disk, stage by stage. */
#include "hive/place/journal_private.h"

#include <string.h>

/* The stage at which an undo writes a sector. */
static enum spp_stage opposite(enum spp_stage stage)
{
	static const enum spp_stage stages[SPP_STAGES] = {
		[SPP_STAGE_RESERVE] = SPP_STAGE_FREE,
		[SPP_STAGE_LINK] = SPP_STAGE_UNLINK,
		[SPP_STAGE_BINS] = SPP_STAGE_BINS,
		[SPP_STAGE_HEAD] = SPP_STAGE_HEAD,
		[SPP_STAGE_UNLINK] = SPP_STAGE_LINK,
		[SPP_STAGE_FREE] = SPP_STAGE_RESERVE,
	};

	return stages[stage];
}

/* One pass over the journal. */
struct run {
	struct spp_block *disk;
	bool after; /* to the new state; else to the old one */
	bool wrote;
	bool mark; /* sectors will be written that need the mark first */
};

static enum spp_stage stage_in(const struct run *run,
			       const struct spp_journal_record *r, size_t i)
{
	enum spp_stage stage = (enum spp_stage)r->stage[i];

	return run->after ? stage : opposite(stage);
}

/*
 * Writes the sectors of one stage, adjacent ones together.  only_look: only
 * finds out whether one of them is still missing.  Writes sectors that look
 * right, too: after a failed flush, bytes that read back may not be on the
 * disk.
 */
static enum spp_status write_record(struct run *run,
				    const struct spp_journal_record *r,
				    enum spp_stage stage, bool only_look,
				    struct spp_error *err)
{
	const uint8_t *to = run->after ? r->after : r->before;
	enum spp_status st = SPP_OK;
	uint8_t is[SPP_OVERLAY_PAGE];
	size_t i, from, n;

	for (i = 0; !st && i < SPP_JOURNAL_SECTORS; i++) {
		from = i * SPP_SECTOR_SIZE;
		for (n = 0;
		     i < SPP_JOURNAL_SECTORS && stage_in(run, r, i) == stage;
		     i++)
			n += spp_journal_sector(r, i);
		if (!n)
			continue;
		if (!only_look) {
			run->wrote = true;
			st = spp_block_write(run->disk, r->off + from,
					     to + from, n, err);
			continue;
		}
		st = spp_block_read(run->disk, r->off + from, is, n, err);
		run->mark |= !st && memcmp(is, to + from, n) != 0;
	}
	return st;
}

/* Writes the marks of the hives in a record. */
static enum spp_status write_mark(struct run *run,
				  const struct spp_journal_record *r,
				  struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	uint8_t mark[SPP_SECTOR_SIZE];
	size_t i;

	for (i = 0; !st && i < SPP_JOURNAL_SECTORS; i++) {
		if (r->stage[i] != SPP_STAGE_HEAD)
			continue;
		spp_journal_mark(r->before + i * SPP_SECTOR_SIZE,
				 r->after + i * SPP_SECTOR_SIZE, mark);
		run->wrote = true;
		st = spp_block_write(run->disk, r->off + i * SPP_SECTOR_SIZE,
				     mark, SPP_SECTOR_SIZE, err);
	}
	return st;
}

/*
 * Writes a stage; only_look: finds out whether it has something to write that
 * must be marked first.
 */
static enum spp_status write_stage(const struct spp_journal *j, struct run *run,
				   enum spp_stage stage, bool only_look,
				   struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	struct spp_journal_record r;
	size_t i;

	for (i = 0; !st && i < j->pages; i++) {
		r = spp_journal_record(j, i);
		if (stage != SPP_STAGE_MARK)
			st = write_record(run, &r, stage, only_look, err);
		else if (run->mark)
			st = write_mark(run, &r, err);
	}
	return st;
}

enum spp_status spp_journal_apply(const struct spp_journal *j, bool after,
				  struct spp_block *disk, struct spp_error *err)
{
	struct run run = { .disk = disk, .after = after };
	enum spp_status st = write_stage(j, &run, SPP_STAGE_BINS, true, err);
	int stage;

	for (stage = SPP_STAGE_RESERVE; !st && stage < SPP_STAGES; stage++) {
		run.wrote = false;
		st = write_stage(j, &run, (enum spp_stage)stage, false, err);
		if (!st && run.wrote)
			st = spp_block_flush(disk, err);
	}
	return st;
}

enum spp_stage spp_journal_undo_stage(void *ctx, uint64_t off,
				      const uint8_t *before,
				      const uint8_t *after)
{
	const struct spp_journal *j = ctx;
	size_t low = 0, high = j->pages, middle;
	struct spp_journal_record r;
	enum spp_stage stage;

	(void)before;
	(void)after;
	while (low < high) {
		middle = low + (high - low) / 2;
		r = spp_journal_record(j, middle);
		if (off >= r.off && off - r.off < r.n) {
			stage = (enum spp_stage)r
					.stage[(off - r.off) / SPP_SECTOR_SIZE];
			/* A stage is never left out, whatever the file says. */
			return stage ? opposite(stage) : SPP_STAGE_BINS;
		}
		if (off < r.off)
			high = middle;
		else
			low = middle + 1;
	}
	return SPP_STAGE_BINS;
}
