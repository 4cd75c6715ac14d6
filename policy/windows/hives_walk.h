/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The walk through a known key and all keys below it: scopes, settings, and
 * whatever is neither.  For hives_read.c, which knows where to begin.
 */
#ifndef POLICY_HIVES_WALK_H
#define POLICY_HIVES_WALK_H

#include "policy/windows/hives.h"

struct spp_walk {
	struct spp_session *session;
	struct spp_regf *hive;
	struct spp_policy *policy;     /* each of these may be NULL */
	struct spp_unknowns *unknowns; /* NULL: only scopes matter */
	struct spp_scopes *scopes;
	enum spp_place place;
	size_t found, keys, data; /* counted against the limits */
	struct spp_error *err;
};

/* A key and its place in the walk. */
struct spp_spot {
	struct spp_key key;
	struct spp_scope scope;
	bool is_scope;
	const char *path;
	unsigned int depth; /* below the place */
};

enum spp_status spp_walk_key(struct spp_walk *w, const struct spp_spot *at);

/* Records something that is not a setting; does nothing without unknowns. */
enum spp_status spp_walk_note(struct spp_walk *w, enum spp_unknown_kind kind,
			      const char *path, const char *name,
			      const char *why);

/*
 * Records something unreadable, and clears why.  counts: it is so close to
 * settings that an edit could not trust them.
 */
enum spp_status spp_walk_broken(struct spp_walk *w, const char *path,
				const char *name, bool counts,
				struct spp_error *why);

/* Appends the name of a subkey to a path, its own backslashes escaped. */
enum spp_status spp_walk_put_name(const struct spp_name *name,
				  struct spp_buf *path, struct spp_error *err);

/* Whether the path is the key of another place than the walk's own. */
bool spp_walk_is_other_place(const struct spp_walk *w, const char *path);

#endif
