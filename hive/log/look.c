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

static void judge(const struct look *l, bool in_order,
		  struct spp_log_entry *entry)
{
	if (entry->why)
		return;
	entry->applied = in_order && l->out->total < l->applied;
	entry->stale = !entry->applied;
	if (!in_order)
		entry->why = "out of order: left over from an earlier use of "
			     "the log";
	else if (entry->stale)
		entry->why = l->rest;
}

static enum spp_status list_new(struct look *l, struct spp_error *err)
{
	uint32_t want = l->log->base.seq1;
	const struct spp_source *source = l->log->source;
	uint64_t off = SPP_SECTOR, step;
	enum spp_status st = SPP_OK;
	bool in_order = true;

	for (; !st && source->size - off >= SPP_SECTOR; off += step) {
		struct spp_log_entry entry = { 0 };
		uint8_t mark[4];

		step = SPP_SECTOR;
		st = source->read(source->ctx, off, mark, sizeof(mark), err);
		if (st || memcmp(mark, "HvLE", 4) != 0) {
			in_order = false;
			continue;
		}
		st = spp_log_look_new(l->log, off, &entry, err);
		in_order = in_order && !entry.why && entry.seq == want++;
		/*
		 * Moves on past the entry, so that no byte is read twice,
		 * whatever sizes the heads claim.
		 */
		if (entry.size)
			step = entry.size;
		judge(l, in_order, &entry);
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
	judge(l, true, &entry);
	return keep(l->out, &entry, err);
}

static const char *head_flaw(const struct spp_log_file *log)
{
	static const uint8_t zero[SPP_SECTOR];

	if (!log->source->size)
		return "the file is empty";
	if (log->source->size < 2 * SPP_SECTOR)
		return "the file is too short for a log";
	if (!memcmp(log->head, zero, sizeof(zero)))
		return "its head is empty";
	return "its head does not verify";
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
	l.rest = replay->discarded ? "the logs are discarded"
		 : replay->format  ? "does not continue what was applied"
				   : "the hive is clean";
	look->format = log.format;
	if (log.format == SPP_LOG_NEW)
		st = list_new(&l, err);
	else if (log.format == SPP_LOG_OLD)
		st = list_old(&l, err);
	else
		look->why = head_flaw(&log);
	if (st)
		spp_log_look_release(look);
	return st;
}
