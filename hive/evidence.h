/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Facts about a target, beside its settings, that a report can record: the
 * files that hold it, as they were opened, the bytes to hash, and the base
 * block as stored in the file, before any log is replayed.
 */
#ifndef HIVE_EVIDENCE_H
#define HIVE_EVIDENCE_H

#include <sys/stat.h>

#include "hive/session.h"
#include "hive/target.h"

struct spp_file_facts {
	struct stat st;
	bool has_birth; /* the file system records it */
	struct timespec birth;
};

/* Of an open file; false for none. */
bool spp_fd_facts(int fd, struct spp_file_facts *facts);
/* False for a hive or log that is not a file of its own. */
bool spp_store_facts(const struct spp_store *store,
		     struct spp_file_facts *facts);
bool spp_store_log_facts(const struct spp_store *store, enum spp_log_name log,
			 struct spp_file_facts *facts);
/* The file of an image or a WIM; false for a folder, a hive or an export. */
bool spp_target_facts(const struct spp_target *target,
		      struct spp_file_facts *facts);

/* The base block as stored in the file, whatever the logs hold. */
enum spp_status spp_store_base(const struct spp_store *store,
			       struct spp_base *base, struct spp_error *err);

/* The replayed hive as the session reads it; borrows the session. */
struct spp_source spp_session_source(struct spp_session *session);
/*
 * The file of an image or a WIM, or the device; SPP_NOTFOUND if there is none.
 */
enum spp_status spp_target_source(const struct spp_target *target,
				  struct spp_source *source,
				  struct spp_error *err);

#endif
