/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A session, for the files that make it one. */
#ifndef HIVE_SESSION_PRIVATE_H
#define HIVE_SESSION_PRIVATE_H

#include "hive/session.h"

/* One staged change. */
struct spp_change {
	char *path;
	char *name;
	bool absent;
	struct spp_value value;
};

struct spp_session {
	struct spp_store *store;
	struct spp_session_options options;
	struct spp_pages *pages;
	struct spp_regf hive;
	struct spp_change *change; /* staged */
	size_t count;
	bool recover;
	bool failed;
	struct spp_session_report report;
};

/*
 * Opens the pages of a hive in the state to be read.  A reader may discard
 * the logs even if they would replay.
 */
enum spp_status spp_session_pages(struct spp_store *store, bool discard,
				  struct spp_pages **pages,
				  struct spp_replay *replay,
				  struct spp_error *err);

/*
 * Puts the hive's name before the failure: "cannot VERB 'HIVE': why".  The
 * status is the recorded one, so that it fits the text; st if none is recorded.
 */
enum spp_status spp_session_fail(const struct spp_store *store,
				 enum spp_status st, const char *verb,
				 const struct spp_error *why,
				 struct spp_error *err);

/* Whether a change may be staged now. */
enum spp_status spp_session_editable(struct spp_session *s,
				     struct spp_error *err);

#endif
