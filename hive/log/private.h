/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by log.c, which chooses what to replay, and the two formats. */
#ifndef HIVE_LOG_PRIVATE_H
#define HIVE_LOG_PRIVATE_H

#include "hive/log/log.h"

#define SPP_SECTOR    512
#define SPP_LOG_LEAST ((uint64_t)2 * SPP_SECTOR) /* its head and an entry */

struct spp_log_file {
	const struct spp_source *source;
	struct spp_base base;
	uint8_t head[SPP_SECTOR];
	enum spp_log_format format; /* SPP_LOG_NONE if it does not verify */
	uint64_t size_limit;	    /* limit for spp_log_grow() */
};

/*
 * Applies the entries of a log that continue one another, from the log's own
 * sequence number on.  SPP_OK even if there are none.
 */
enum spp_status spp_log_apply_new(struct spp_pages *pages,
				  const struct spp_log_file *log,
				  struct spp_replay *replay,
				  struct spp_log_use *use,
				  struct spp_error *err);
enum spp_status spp_log_apply_old(struct spp_pages *pages,
				  const struct spp_log_file *log,
				  struct spp_replay *replay,
				  struct spp_log_use *use,
				  struct spp_error *err);

/*
 * Examines a possible entry at off.  entry->why is NULL if the entry verifies,
 * whatever its sequence number; its size is 0 if its head does not verify.
 */
enum spp_status spp_log_look_new(const struct spp_log_file *log, uint64_t off,
				 struct spp_log_entry *entry,
				 struct spp_error *err);

/* Reads the head of a log; the format is SPP_LOG_NONE if it does not verify. */
enum spp_status spp_log_file_read(struct spp_log_file *log,
				  const struct spp_source *source,
				  struct spp_error *err);

/* Why the head of a log does not verify, after it was read. */
const char *spp_log_head_flaw(const struct spp_log_file *log);

/* The highest sequence number of the entries that continue one another. */
uint32_t spp_log_last_new(const struct spp_log_file *log);

/* Copies bytes of a logged page into the pages and counts them. */
enum spp_status spp_log_put(struct spp_pages *pages, uint64_t off,
			    const uint8_t *data, size_t n,
			    struct spp_log_use *use, struct spp_error *err);
/* Changes a 32-bit field of the base block. */
enum spp_status spp_log_put_base(struct spp_pages *pages, size_t at, uint32_t v,
				 struct spp_error *err);
/*
 * Lets the bins grow to size bytes.  All pages of new bins must come from the
 * logs: a hive cannot claim more than it and its logs hold.
 */
enum spp_status spp_log_grow(struct spp_pages *pages,
			     const struct spp_log_file *log, uint32_t size,
			     struct spp_error *err);

#endif
