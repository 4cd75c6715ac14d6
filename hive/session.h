/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One open hive: look up, stage changes, and commit them or not.
 *
 *	struct spp_session *s;
 *
 *	spp_session_open(store, &options, &s, err);
 *	spp_session_get(s, path, name, &value, err);
 *	spp_session_set(s, path, name, &value, err);	in memory
 *	spp_session_delete(s, path, name, err);
 *	spp_session_prepare(s, err);	a new hive, written and proven
 *	spp_target_publish(target, err);	old and new change places
 *	spp_session_close(s);
 *
 * What it promises:
 *   - a dirty hive is replayed from its logs, or not opened;
 *   - staging an unchanged value is a no-op, and preparing with nothing staged
 *     does nothing: the file keeps its bytes, time and inode;
 *   - the new hive differs from the old one in the staged values, the times and
 *     the bookkeeping around them, and nowhere else: it is read back, by
 *     libhivex too, and compared before it becomes visible;
 *   - a truncated hive is opened only on request, and never for editing;
 *     whatever refers to its missing part cannot be read;
 *   - closing without publishing leaves everything as it was;
 *   - after any failure but SPP_NOTFOUND, the session can only be closed.
 */
#ifndef HIVE_SESSION_H
#define HIVE_SESSION_H

#include "hive/edit/proof.h"
#include "hive/store.h"

struct spp_session_options {
	uint64_t now;	   /* FILETIME for edited keys and the base block */
	bool discard_logs; /* go on with a dirty hive without its logs */
	bool partial;	   /* read the existing part of a truncated hive */
	bool hash;	   /* SHA-256 before and after in the report */
};

struct spp_session;

/* Facts about the session of one hive, for a report. */
struct spp_session_report {
	struct spp_replay replay;
	uint64_t missing; /* bytes missing from a truncated hive */
	uint32_t seq_before, seq_after; /* equal if nothing was prepared */
	uint64_t size_before, size_after;
	bool hashed;
	uint8_t sha256_before[SPP_SHA256_SIZE];
	struct spp_proof proof; /* of the edit, with the hash after it */
};

enum spp_status spp_session_open(struct spp_store *store,
				 const struct spp_session_options *options,
				 struct spp_session **session,
				 struct spp_error *err);
void spp_session_close(struct spp_session *session);

struct spp_store *spp_session_store(const struct spp_session *session);
/* For look-ups other than get(); staged changes are not seen here. */
struct spp_regf *spp_session_hive(struct spp_session *session);
const struct spp_session_report *spp_session_report(
	const struct spp_session *session);

/* The stored value; on SPP_NOTFOUND err is untouched. */
enum spp_status spp_session_get(struct spp_session *session, const char *path,
				const char *name, struct spp_value *value,
				struct spp_error *err);

/* Missing keys are created with the first value set in them. */
enum spp_status spp_session_set(struct spp_session *session, const char *path,
				const char *name, const struct spp_value *value,
				struct spp_error *err);
enum spp_status spp_session_delete(struct spp_session *session,
				   const char *path, const char *name,
				   struct spp_error *err);

/* Makes prepare() write a replayed hive even if nothing is staged. */
void spp_session_recover(struct spp_session *session);

/* Writes the replayed hive, as it is read here, to an open file. */
enum spp_status spp_session_copy(struct spp_session *session, int fd,
				 struct spp_error *err);

/* Whether prepare() would write anything. */
bool spp_session_changed(const struct spp_session *session);

enum spp_status spp_session_prepare(struct spp_session *session,
				    struct spp_error *err);

#endif
