/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One Windows installation: the hives of a target, open, and the policy that
 * they hold.  Where the target is a single hive, or a folder without one of
 * them, files beside it may supply what is missing.
 *
 *	struct spp_hives *w;
 *
 *	spp_hives_open(path, &options, &w, err);
 *	spp_hives_read(w, &have, &unknowns, err);
 *	spp_policy_diff(&have, &want, &changes, err);
 *	spp_hives_stage(w, &changes, err);
 *	spp_hives_prepare(w, err);	all hives, or none
 *	spp_hives_commit(w, err);
 *	spp_hives_close(w);
 */
#ifndef POLICY_HIVES_H
#define POLICY_HIVES_H

#include "hive/session.h"
#include "hive/target.h"
#include "policy/model/policy.h"
#include "policy/model/unknown.h"

struct spp_hives_options {
	struct spp_target_options target;
	struct spp_session_options session;
	enum spp_role as; /* what a hive file is; SPP_ROLE_ANY: look */
	/* Files with hives that the target has not, by role; NULL: none. */
	const char *beside[SPP_ROLE_COUNT];
};

struct spp_hives;

/* SPP_USAGE for a hive that is there twice, or is another than was said. */
enum spp_status spp_hives_open(const char *path,
			       const struct spp_hives_options *options,
			       struct spp_hives **windows,
			       struct spp_error *err);
void spp_hives_close(struct spp_hives *windows);

struct spp_target *spp_hives_target(const struct spp_hives *windows);
/* The open hive of a role, or NULL. */
struct spp_session *spp_hives_session(const struct spp_hives *windows,
				      enum spp_role role);

/*
 * Every known setting in every scope of the hives that are there; and what
 * else there is in the known keys, if unknowns is not NULL.
 */
enum spp_status spp_hives_read(struct spp_hives *windows,
			       struct spp_policy *policy,
			       struct spp_unknowns *unknowns,
			       struct spp_error *err);

/* Every scope whose key is in the hives that are there, in order; yours. */
enum spp_status spp_hives_scopes(struct spp_hives *windows,
				 struct spp_scopes *scopes,
				 struct spp_error *err);

/* SPP_NOTFOUND names the hive that a change would need and that is missing. */
enum spp_status spp_hives_check(const struct spp_hives *windows,
				const struct spp_changes *changes,
				struct spp_error *err);

/* Stages the changes in their hives; SPP_NOTFOUND as spp_hives_check(). */
enum spp_status spp_hives_stage(struct spp_hives *windows,
				const struct spp_changes *changes,
				struct spp_error *err);

/* Whether anything that is not there already is staged. */
bool spp_hives_changed(const struct spp_hives *windows);
/* Writes and proves every changed hive, before the first is replaced. */
enum spp_status spp_hives_prepare(struct spp_hives *windows,
				  struct spp_error *err);
/*
 * Replaces the hives that were prepared, those of the target first.  What
 * fails by then is not a fault of a hive; the message says what is replaced.
 */
enum spp_status spp_hives_commit(struct spp_hives *windows,
				 struct spp_error *err);

#endif
