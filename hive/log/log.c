/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Decides whether a hive needs its logs, which of them, and in what order.
 * hvle.c and dirt.c know the two formats.  Both begin with a copy of the hive's
 * base block, whose type tells them apart.
 */
#include "hive/log/private.h"

#include <string.h>

#include "hive/base/buf.h"
#include "hive/base/bytes.h"

/* A limit far above the largest log of Windows that was seen, a few MiB. */
#define LOG_MAX ((uint64_t)512 << 20)

static const char *const suffixes[SPP_LOG_COUNT] = {
	[SPP_LOG] = ".LOG",
	[SPP_LOG1] = ".LOG1",
	[SPP_LOG2] = ".LOG2",
};

static const char *const formats[] = {
	[SPP_LOG_NONE] = "none",
	[SPP_LOG_OLD] = "DIRT",
	[SPP_LOG_NEW] = "HvLE",
};

/* A replay under way. */
struct job {
	struct spp_pages *pages;
	struct spp_log_file log[SPP_LOG_COUNT];
	struct spp_base base; /* of the hive; zero if it has none */
	bool base_ok;	      /* its checksum is correct */
	struct spp_replay *replay;
};

const char *spp_log_suffix(enum spp_log_name log)
{
	return suffixes[log];
}

const char *spp_log_format_name(enum spp_log_format format)
{
	return formats[format];
}

/* Whether sequence number a comes before b; numbers wrap. */
static bool before(uint32_t a, uint32_t b)
{
	return a != b && b - a < 0x80000000u;
}

/* Tells a read error from a log that does not verify. */
enum spp_status spp_log_file_read(struct spp_log_file *log,
				  const struct spp_source *source,
				  struct spp_error *err)
{
	enum spp_status st;

	*log = (struct spp_log_file){ .source = source };
	if (!source || source->size < SPP_LOG_LEAST || source->size > LOG_MAX)
		return SPP_OK;
	st = source->read(source->ctx, 0, log->head, SPP_SECTOR, err);
	if (st || spp_base_read(log->head, SPP_SECTOR, &log->base, NULL) ||
	    spp_base_dirty(&log->base))
		return st;
	if (log->base.type == 6)
		log->format = SPP_LOG_NEW;
	else if (log->base.type == 1 || log->base.type == 2)
		log->format = SPP_LOG_OLD;
	return SPP_OK;
}

const char *spp_log_head_flaw(const struct spp_log_file *log)
{
	static const uint8_t zero[SPP_SECTOR];

	if (!log->source->size)
		return "the file is empty";
	if (log->source->size < SPP_LOG_LEAST)
		return "the file is too short for a log";
	if (!memcmp(log->head, zero, sizeof(zero)))
		return "its head is empty";
	return "its head does not verify";
}

/* Replaces a bad base block by the log's copy. */
static enum spp_status take_base(struct job *job,
				 const struct spp_log_file *log,
				 struct spp_error *err)
{
	uint8_t *p = spp_pages_edit(job->pages, 0, SPP_SECTOR, err);

	if (!p)
		return SPP_IO;
	memcpy(p, log->head, SPP_SECTOR);
	job->replay->base_from_log = true;
	return spp_log_put_base(job->pages, 28, 0, err);
}

/* Whether a log of the new format begins no earlier than the hive's state. */
static bool is_due(const struct job *job, const struct spp_log_file *log)
{
	return log->format == SPP_LOG_NEW &&
	       (!job->base_ok || !before(log->base.seq1, job->base.seq2));
}

static enum spp_status apply_new(struct job *job,
				 const struct spp_log_file *log,
				 struct spp_error *err)
{
	struct spp_log_use *use = &job->replay->use[log - job->log];

	return spp_log_apply_new(job->pages, log, job->replay, use, err);
}

static void pass_over(struct job *job, const struct spp_log_file *log,
		      const char *why)
{
	if (log && log->format)
		job->replay->why[log - job->log] = why;
}

/* LOG1 and LOG2 take turns; the one that begins earlier is applied first. */
static enum spp_status replay_new(struct job *job, struct spp_error *err)
{
	struct spp_log_file *first = &job->log[SPP_LOG1];
	struct spp_log_file *next = &job->log[SPP_LOG2], *swap;
	enum spp_status st = SPP_OK;
	int i;

	for (i = 0; i < SPP_LOG_COUNT; i++)
		if (job->log[i].format == SPP_LOG_NEW &&
		    !is_due(job, &job->log[i]))
			pass_over(job, &job->log[i],
				  "it is older than the hive");
	if (!is_due(job, next))
		next = NULL;
	if (!is_due(job, first)) {
		first = next;
		next = NULL;
	}
	if (!first && is_due(job, &job->log[SPP_LOG]))
		first = &job->log[SPP_LOG]; /* a single log */
	if (!first)
		return SPP_OK;
	if (next && before(next->base.seq1, first->base.seq1)) {
		swap = first;
		first = next;
		next = swap;
	}
	if (!job->base_ok) { /* only the log with the latest entries counts */
		if (next)
			pass_over(job, first, "the other log is newer");
		first = next ? next : first;
		next = NULL;
		st = take_base(job, first, err);
	}
	if (!st)
		st = apply_new(job, first, err);
	if (st || !next)
		return st;
	if (!job->replay->use[first - job->log].entries)
		pass_over(job, next, "nothing of the log before it applies");
	else if (next->base.seq1 != job->replay->last_seq + 1)
		pass_over(job, next, "it does not continue the log before it");
	else
		st = apply_new(job, next, err);
	return st;
}

/*
 * Whether an old log belongs to the hive in its present state: their times
 * agree.  If the base block is bad, the time of the first bin is compared
 * instead; it may be older, as the bin is written after the base block.
 */
static bool belongs(const struct job *job, enum spp_log_name name,
		    uint64_t written)
{
	const struct spp_log_file *log = &job->log[name];

	return log->format == SPP_LOG_OLD &&
	       (log->base.written == written ||
		(!job->base_ok && log->base.written > written));
}

/*
 * Chooses LOG1, else LOG2, else LOG2 even if it is newer than the hive and LOG1
 * (the rule of Windows 8, and of Windows 7 since 2016), else LOG alone.
 */
static const struct spp_log_file *choose_old(const struct job *job,
					     uint64_t written)
{
	const struct spp_log_file *one = &job->log[SPP_LOG1];
	const struct spp_log_file *two = &job->log[SPP_LOG2];

	if (belongs(job, SPP_LOG1, written))
		return one;
	if (belongs(job, SPP_LOG2, written))
		return two;
	if (two->format == SPP_LOG_OLD && two->base.written > written &&
	    (one->format != SPP_LOG_OLD ||
	     two->base.written > one->base.written))
		return two;
	if (!one->format && !two->format && belongs(job, SPP_LOG, written))
		return &job->log[SPP_LOG];
	return NULL;
}

static enum spp_status replay_old(struct job *job, struct spp_error *err)
{
	const struct spp_log_file *log;
	uint64_t written = job->base.written;
	enum spp_status st = SPP_OK;
	const uint8_t *p;
	int i;

	if (!job->base_ok) {
		p = spp_pages_at(job->pages, SPP_BASE_BLOCK + 20, 8, NULL);
		if (!p)
			return SPP_OK;
		written = spp_get64(p);
	}
	log = choose_old(job, written);
	for (i = 0; i < SPP_LOG_COUNT; i++)
		if (job->log[i].format == SPP_LOG_OLD && &job->log[i] != log)
			pass_over(job, &job->log[i],
				  log ? "another log is taken"
				      : "its time is not that of the hive");
	if (!log)
		return SPP_OK;
	if (!job->base_ok)
		st = take_base(job, log, err);
	if (!st)
		st = spp_log_apply_old(job->pages, log, job->replay,
				       &job->replay->use[log - job->log], err);
	return st;
}

static bool applied(const struct spp_replay *replay)
{
	int i;

	for (i = 0; i < SPP_LOG_COUNT; i++)
		if (replay->use[i].entries)
			return true;
	return false;
}

/* After a replay each bin must have its signature, place and size. */
static enum spp_status check_bins(struct spp_pages *pages,
				  struct spp_error *err)
{
	const uint8_t *p = spp_pages_at(pages, 0, SPP_SECTOR, err);
	uint32_t bins_size, at, size;

	if (!p)
		return SPP_IO;
	bins_size = spp_get32(p + 40);
	for (at = 0; at < bins_size; at += size) {
		p = spp_pages_at(pages, spp_file_offset(at), 32, NULL);
		size = p ? spp_get32(p + 8) : 0;
		if (!p || memcmp(p, "hbin", 4) || spp_get32(p + 4) != at ||
		    !size || size % SPP_PAGE ||
		    !spp_within(at, size, bins_size))
			return spp_fail_remedy(
				err, SPP_DIRTY, SPP_REMEDY_DISCARD_LOGS,
				"the replayed hive has no valid bin "
				"at 0x%x; boot Windows once",
				at);
	}
	return SPP_OK;
}

/* Why nothing of a log was applied. */
static void add_reason(const struct job *job, enum spp_log_name name,
		       struct spp_buf *out)
{
	const struct spp_log_file *log = &job->log[name];
	struct spp_log_entry entry = { 0 };
	const char *why = job->replay->why[name];

	if (!log->source)
		return;
	if (!log->format)
		why = spp_log_head_flaw(log);
	else if (!why && log->format == SPP_LOG_NEW)
		spp_log_look_new(log, SPP_SECTOR, &entry, NULL);
	spp_buf_printf(out, NULL, "%s%s: ", out->size ? "; " : "",
		       suffixes[name]);
	if (why)
		spp_buf_puts(out, why, NULL);
	else if (entry.why)
		spp_buf_printf(out, NULL,
			       "its first entry, at byte %d, is rejected: %s",
			       SPP_SECTOR, entry.why);
	else
		spp_buf_puts(out,
			     log->format == SPP_LOG_NEW
				     ? "its first entry is not the one that "
				       "its head names"
				     : "it has no valid map of pages",
			     NULL);
}

static enum spp_status refuse(const struct job *job, struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) reasons = SPP_BUF_INIT;
	bool any = false;
	int i;

	for (i = 0; i < SPP_LOG_COUNT; i++)
		any |= job->log[i].source && job->log[i].source->size;
	if (!any)
		return spp_fail_remedy(err, SPP_DIRTY, SPP_REMEDY_DISCARD_LOGS,
				       "hive is dirty and has no logs beside "
				       "it; put its .LOG1 and .LOG2 there");
	for (i = 0; i < SPP_LOG_COUNT; i++)
		add_reason(job, (enum spp_log_name)i, &reasons);
	return spp_fail_remedy(err, SPP_DIRTY, SPP_REMEDY_DISCARD_LOGS,
			       "hive is dirty and its logs do not replay (%s); "
			       "boot Windows once",
			       spp_buf_text(&reasons));
}

enum spp_status spp_log_settle(struct spp_pages *pages, uint32_t seq,
			       struct spp_error *err)
{
	enum spp_status st = spp_log_put_base(pages, 4, seq, err);
	uint8_t *p;

	if (!st)
		st = spp_log_put_base(pages, 8, seq, err);
	p = st ? NULL : spp_pages_edit(pages, 0, SPP_SECTOR, err);
	if (!p)
		return SPP_IO;
	spp_put32(p + 508, spp_base_checksum(p));
	return SPP_OK;
}

static enum spp_status run(struct job *job, struct spp_error *err)
{
	enum spp_status st;

	job->replay->format = SPP_LOG_NEW;
	st = replay_new(job, err);
	if (!st && !applied(job->replay)) {
		job->replay->format = SPP_LOG_OLD;
		st = replay_old(job, err);
	}
	if (!st && !applied(job->replay))
		st = refuse(job, err);
	if (!st)
		st = check_bins(job->pages, err);
	if (!st)
		st = spp_log_settle(job->pages, job->replay->last_seq, err);
	return st;
}

enum spp_status spp_log_replay(struct spp_pages *pages,
			       const struct spp_logs *logs,
			       struct spp_replay *replay, struct spp_error *err)
{
	struct job job = { .pages = pages, .replay = replay };
	uint64_t limit = spp_pages_size(pages);
	const uint8_t *head;
	enum spp_status st;
	bool is_hive;
	int i;

	if (spp_pages_size(pages) < SPP_BASE_BLOCK)
		return SPP_OK; /* no hive; whoever reads it will say so */
	head = spp_pages_at(pages, 0, SPP_SECTOR, err);
	if (!head)
		return SPP_IO;
	is_hive = !spp_base_read(head, SPP_SECTOR, &job.base, NULL);
	job.base_ok = is_hive && job.base.checksum == job.base.computed;
	if (job.base_ok && !spp_base_dirty(&job.base))
		return SPP_OK;
	for (i = 0; i < SPP_LOG_COUNT; i++) {
		st = spp_log_file_read(&job.log[i], logs->log[i], err);
		if (st)
			return st;
		if (job.log[i].format)
			limit += logs->log[i]->size;
	}
	for (i = 0; i < SPP_LOG_COUNT; i++)
		job.log[i].size_limit = limit;
	/* A foreign file is not a dirty hive, unless there is a log for it. */
	if (!is_hive && !job.log[SPP_LOG].format && !job.log[SPP_LOG1].format &&
	    !job.log[SPP_LOG2].format)
		return SPP_OK;
	return run(&job, err);
}

uint32_t spp_log_newest(const struct spp_logs *logs,
			const struct spp_base *base)
{
	uint32_t newest = base->seq1, last;
	struct spp_log_file log;
	int i;

	for (i = 0; i < SPP_LOG_COUNT; i++) {
		if (spp_log_file_read(&log, logs->log[i], NULL) || !log.format)
			continue;
		last = log.format == SPP_LOG_NEW ? spp_log_last_new(&log)
						 : log.base.seq1;
		if (before(newest, last))
			newest = last;
	}
	return newest;
}
