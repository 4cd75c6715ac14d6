/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between log.c, which chooses what to replay, and the two formats. */
#ifndef HIVE_LOG_PRIVATE_H
#define HIVE_LOG_PRIVATE_H

#include "hive/log/log.h"

#define SPP_SECTOR 512

struct spp_log_file {
	const struct spp_source *source;
	struct spp_base base;
	uint8_t head[SPP_SECTOR];
	enum spp_log_format format; /* SPP_LOG_NONE if it does not verify */
	uint64_t size_limit;	    /* the hive may grow to this, see grow */
};

/*
 * Applies the entries of a log that continue one another from the log's own
 * sequence number on; none at all is SPP_OK.
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
 * Looks at what may be an entry at off.  entry->why is NULL if it verifies by
 * itself, whatever its sequence number is; its size is 0 if its head does not.
 */
enum spp_status spp_log_look_new(const struct spp_log_file *log, uint64_t off,
				 struct spp_log_entry *entry,
				 struct spp_error *err);

/* Reads the head of a log; SPP_LOG_NONE is its format if it does not verify. */
enum spp_status spp_log_file_read(struct spp_log_file *log,
				  const struct spp_source *source,
				  struct spp_error *err);

/* The highest sequence number of the entries that continue one another. */
uint32_t spp_log_last_new(const struct spp_log_file *log);

/* Writes bytes of a page into the pages and counts them. */
enum spp_status spp_log_put(struct spp_pages *pages, uint64_t off,
			    const uint8_t *data, size_t n,
			    struct spp_log_use *use, struct spp_error *err);
/* Changes a 32-bit field of the base block. */
enum spp_status spp_log_put_base(struct spp_pages *pages, size_t at, uint32_t v,
				 struct spp_error *err);
/*
 * Lets the bins grow to size bytes.  New bins are dirty, so all of them must
 * come from the logs: a hive cannot claim more than it and its logs hold.
 */
enum spp_status spp_log_grow(struct spp_pages *pages,
			     const struct spp_log_file *log, uint32_t size,
			     struct spp_error *err);

#endif
