/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lists every entry of a log with its verdict, for a report of what a replay
 * applied and what it left out.  A replay applies the entries of a log from the
 * first one on, so their number alone tells which were applied.
 */
#include "hive/log/private.h"

#include <stdlib.h>
#include <string.h>

struct look {
	const struct spp_log_file *log;
	uint32_t applied; /* entries of this log */
	const char *rest; /* why later entries in order were not applied */
	struct spp_log_look *out;
};

void spp_log_look_release(struct spp_log_look *look)
{
	free(look->entry);
	*look = (struct spp_log_look)SPP_LOG_LOOK_INIT;
}

static enum spp_status keep(struct spp_log_look *out,
			    const struct spp_log_entry *entry,
			    struct spp_error *err)
{
	struct spp_log_entry *grown;

	if (out->total++ >= SPP_LOG_LOOKED)
		return SPP_OK;
	grown = spp_grow(out->entry, out->entries, sizeof(*grown));
	if (!grown)
		return spp_nomem(err);
	out->entry = grown;
	grown[out->entries++] = *entry;
	return SPP_OK;
}

/* Where an entry stands in its log. */
enum order {
	IN_ORDER,
	AFTER_REJECTED, /* its number is right, and one before it is not */
	OUT_OF_ORDER,
};

static void judge(const struct look *l, enum order order,
		  struct spp_log_entry *entry)
{
	if (entry->why) {
		entry->rejected = order == IN_ORDER;
		return;
	}
	entry->applied = order == IN_ORDER && l->out->total < l->applied;
	entry->stale = !entry->applied;
	if (order == OUT_OF_ORDER)
		entry->why = "out of order: left over from an earlier use of "
			     "the log";
	else if (order == AFTER_REJECTED)
		entry->why = "follows an entry that is rejected";
	else if (entry->stale)
		entry->why = l->rest;
}

/* Whether an entry, sound or not, is the one with the next number. */
static bool is_next(const struct spp_log_entry *entry, uint32_t want)
{
	return (entry->why && !entry->size) || entry->seq == want;
}

static enum spp_status list_new(struct look *l, struct spp_error *err)
{
	uint32_t want = l->log->base.seq1;
	const struct spp_source *source = l->log->source;
	uint64_t off = SPP_SECTOR, step;
	enum spp_status st = SPP_OK;
	enum order order = IN_ORDER;

	for (; !st && source->size - off >= SPP_SECTOR; off += step) {
		struct spp_log_entry entry = { 0 };
		uint8_t mark[4];

		step = SPP_SECTOR;
		st = source->read(source->ctx, off, mark, sizeof(mark), err);
		if (st || memcmp(mark, "HvLE", 4) != 0) {
			/* After one without a size the next is looked for. */
			if (order == IN_ORDER)
				order = OUT_OF_ORDER;
			continue;
		}
		st = spp_log_look_new(l->log, off, &entry, err);
		if (!is_next(&entry, want++))
			order = OUT_OF_ORDER;
		/*
		 * Moves on past the entry, so that no byte is read twice,
		 * whatever sizes the heads claim.
		 */
		if (entry.size)
			step = entry.size;
		judge(l, order, &entry);
		if (entry.rejected)
			order = AFTER_REJECTED;
		if (!st)
			st = keep(l->out, &entry, err);
	}
	return st;
}

/* The old format has one map of pages, which is applied whole or not at all. */
static enum spp_status list_old(struct look *l, struct spp_error *err)
{
	const struct spp_source *source = l->log->source;
	struct spp_log_entry entry = { .offset = SPP_SECTOR,
				       .size = (uint32_t)source->size -
					       SPP_SECTOR,
				       .seq = l->log->base.seq1 };
	uint8_t mark[4];
	enum spp_status st;

	st = source->read(source->ctx, SPP_SECTOR, mark, sizeof(mark), err);
	if (st)
		return st;
	if (memcmp(mark, "DIRT", 4) != 0)
		entry.why = "no signature";
	judge(l, IN_ORDER, &entry);
	return keep(l->out, &entry, err);
}

enum spp_status spp_log_look(const struct spp_source *source,
			     enum spp_log_name name,
			     const struct spp_replay *replay,
			     struct spp_log_look *look, struct spp_error *err)
{
	struct spp_log_file log;
	struct look l = { .log = &log,
			  .applied = replay->use[name].entries,
			  .out = look };
	enum spp_status st = spp_log_file_read(&log, source, err);

	if (st)
		return st;
	l.rest = replay->why[name]   ? replay->why[name]
		 : replay->discarded ? "the logs are discarded"
		 : replay->format    ? "does not continue the entries applied"
				     : "the hive is clean";
	look->format = log.format;
	if (log.format == SPP_LOG_NEW)
		st = list_new(&l, err);
	else if (log.format == SPP_LOG_OLD)
		st = list_old(&l, err);
	else
		look->why = spp_log_head_flaw(&log);
	if (st)
		spp_log_look_release(look);
	return st;
}
