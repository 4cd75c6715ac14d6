/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Transaction logs: the changes that a dirty hive still lacks.
 *
 * Windows writes changes to a log first and to the hive later; with Fast
 * Startup the hive may lag a whole session behind.  A hive is dirty if its
 * sequence numbers differ or the checksum of its base block is wrong.  Its logs
 * must then be replayed before anybody reads or edits it.  Logs beside a clean
 * hive are stale and never applied.
 *
 *	struct spp_logs logs = { .log = { ..., &source1, &source2 } };
 *	struct spp_replay replay = SPP_REPLAY_INIT;
 *
 *	spp_log_replay(pages, &logs, &replay, err);
 *
 * A replay changes the pages in memory only.  Source: regf specification,
 * "Format of transaction log files", "Dirty state of a hive" and "Multiple
 * transaction log files".
 */
#ifndef HIVE_LOG_H
#define HIVE_LOG_H

#include "hive/regf/regf.h"

enum spp_log_name { SPP_LOG, SPP_LOG1, SPP_LOG2 };
#define SPP_LOG_COUNT 3

/* The logs beside a hive; NULL for each that is missing. */
struct spp_logs {
	const struct spp_source *log[SPP_LOG_COUNT];
};

/* What was applied from one log. */
struct spp_log_use {
	uint32_t entries; /* log entries; one for the old format */
	uint32_t pages;
	uint64_t bytes;
};

enum spp_log_format { SPP_LOG_NONE, SPP_LOG_OLD, SPP_LOG_NEW };

struct spp_replay {
	enum spp_log_format format; /* SPP_LOG_NONE: the hive was clean */
	bool base_from_log;	    /* the base block was bad */
	bool discarded;		    /* dirty; logs discarded */
	struct spp_log_use use[SPP_LOG_COUNT];
	/* Why a log that verifies was passed over, or NULL. */
	const char *why[SPP_LOG_COUNT];
	uint32_t last_seq; /* sequence number of the last change applied */
};

#define SPP_REPLAY_INIT                \
	{                              \
		.format = SPP_LOG_NONE \
	}

/* ".LOG", ".LOG1", ".LOG2" */
const char *spp_log_suffix(enum spp_log_name log);
/* "none", "DIRT", "HvLE" */
const char *spp_log_format_name(enum spp_log_format format);

/*
 * Brings the pages of a dirty hive to the state that its logs describe, as
 * Windows would.  Leaves a clean hive unchanged.  SPP_DIRTY if there are no
 * logs, or none of them verifies.
 */
enum spp_status spp_log_replay(struct spp_pages *pages,
			       const struct spp_logs *logs,
			       struct spp_replay *replay,
			       struct spp_error *err);

/* One entry of a log, and whether the replay used it. */
struct spp_log_entry {
	uint64_t offset; /* in the log */
	uint32_t size, seq, pages;
	bool applied;
	bool stale;	 /* valid, but from an earlier use of the log */
	bool rejected;	 /* not valid, where the next one was to be */
	const char *why; /* why it was not applied, or NULL */
};

/* Entries past this number are counted but not kept. */
#define SPP_LOG_LOOKED 1000

/* The contents of one log. */
struct spp_log_look {
	enum spp_log_format format; /* SPP_LOG_NONE: its head does not verify */
	const char *why;	    /* why it has no entries, or NULL */
	struct spp_log_entry *entry;
	size_t entries;
	uint64_t total; /* kept or only counted */
};

#define SPP_LOG_LOOK_INIT              \
	{                              \
		.format = SPP_LOG_NONE \
	}

void spp_log_look_release(struct spp_log_look *look);
/*
 * Lists the entries of one log, including leftovers of its earlier uses, each
 * with the verdict of a finished replay.
 */
enum spp_status spp_log_look(const struct spp_source *source,
			     enum spp_log_name name,
			     const struct spp_replay *replay,
			     struct spp_log_look *look, struct spp_error *err);

/*
 * Writes both sequence numbers and the checksum of the base block, as after a
 * finished write.  A replay, or discarding the logs, ends with this.
 */
enum spp_status spp_log_settle(struct spp_pages *pages, uint32_t seq,
			       struct spp_error *err);

/*
 * The highest sequence number in the logs and in base; a new number must be
 * ahead of it.  Logs that do not verify are skipped.
 */
uint32_t spp_log_newest(const struct spp_logs *logs,
			const struct spp_base *base);

#endif
