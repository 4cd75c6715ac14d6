/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One hive, open: look, stage changes, commit them or do not.
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
 *   - staging an unchanged value is a no-op, and preparing with
 *     nothing staged does nothing: the file keeps its bytes, time and inode;
 *   - nothing but the staged values, the times and the bookkeeping around
 *     them differs in the new hive: it is read back, through libhivex too,
 *     and compared before anybody sees it;
 *   - a truncated hive is opened only where that is asked for, and never to
 *     be edited; what refers to its missing part cannot be read;
 *   - closing without publishing is as if nothing had happened;
 *   - after any failure but SPP_NOTFOUND only closing is left.
 */
#ifndef HIVE_SESSION_H
#define HIVE_SESSION_H

#include "hive/edit/proof.h"
#include "hive/store.h"

struct spp_session_options {
	uint64_t now;	   /* FILETIME for what is edited */
	bool discard_logs; /* go on with a dirty hive without its logs */
	bool partial;	   /* read what is there of a truncated hive */
	bool hash;	   /* SHA-256 before and after in the report */
};

struct spp_session;

/* What an audit can file about one hive. */
struct spp_session_report {
	struct spp_replay replay;
	uint64_t missing;		/* bytes that a truncated hive lacks */
	uint32_t seq_before, seq_after; /* equal if nothing was prepared */
	uint64_t size_before, size_after;
	bool hashed;
	uint8_t sha256_before[SPP_SHA256_SIZE]; /* of the file as it was */
	struct spp_proof proof;			/* after */
};

enum spp_status spp_session_open(struct spp_store *store,
				 const struct spp_session_options *options,
				 struct spp_session **session,
				 struct spp_error *err);
void spp_session_close(struct spp_session *session);

struct spp_store *spp_session_store(const struct spp_session *session);
/* For look-ups that get() does not cover; changes are not seen here. */
struct spp_regf *spp_session_hive(struct spp_session *session);
const struct spp_session_report *spp_session_report(
	const struct spp_session *session);

/* The value as it is in the hive; SPP_NOTFOUND without a word in err. */
enum spp_status spp_session_get(struct spp_session *session, const char *path,
				const char *name, struct spp_value *value,
				struct spp_error *err);

/* Keys that are not there are created with the first value set in them. */
enum spp_status spp_session_set(struct spp_session *session, const char *path,
				const char *name, const struct spp_value *value,
				struct spp_error *err);
enum spp_status spp_session_delete(struct spp_session *session,
				   const char *path, const char *name,
				   struct spp_error *err);

/* Commit a replayed hive even if nothing else is staged. */
void spp_session_recover(struct spp_session *session);

/* Writes the hive as it is read here, replayed, to an open file. */
enum spp_status spp_session_copy(struct spp_session *session, int fd,
				 struct spp_error *err);

/* Whether prepare() would write anything. */
bool spp_session_changed(const struct spp_session *session);

enum spp_status spp_session_prepare(struct spp_session *session,
				    struct spp_error *err);

#endif
