/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One Windows installation: the open hives of a target, and the policy in them.
 * If the target is a single hive, or a folder that lacks one, separately given
 * files can supply the others.
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
	enum spp_role as; /* role of a hive file; SPP_ROLE_ANY: by content */
	/* Files for hives that the target lacks, by role; NULL: none. */
	const char *beside[SPP_ROLE_COUNT];
};

struct spp_hives;

/* SPP_USAGE if a hive is given twice, or is another than stated. */
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
 * Reads every known setting in every scope of the hives and, if unknowns is not
 * NULL, everything else in the known keys.
 */
enum spp_status spp_hives_read(struct spp_hives *windows,
			       struct spp_policy *policy,
			       struct spp_unknowns *unknowns,
			       struct spp_error *err);

/* Lists every scope whose key exists, sorted; yours. */
enum spp_status spp_hives_scopes(struct spp_hives *windows,
				 struct spp_scopes *scopes,
				 struct spp_error *err);

/* SPP_NOTFOUND names a missing hive that a change needs. */
enum spp_status spp_hives_check(const struct spp_hives *windows,
				const struct spp_changes *changes,
				struct spp_error *err);

/* Stages the changes in their hives; SPP_NOTFOUND as spp_hives_check(). */
enum spp_status spp_hives_stage(struct spp_hives *windows,
				const struct spp_changes *changes,
				struct spp_error *err);

/* Whether any real change is staged. */
bool spp_hives_changed(const struct spp_hives *windows);
/* Writes and proves every changed hive, before the first is replaced. */
enum spp_status spp_hives_prepare(struct spp_hives *windows,
				  struct spp_error *err);
/*
 * Replaces the prepared hives, those of the target first.  A failure here is
 * not a fault of a hive; the message says which are already replaced.
 */
enum spp_status spp_hives_commit(struct spp_hives *windows,
				 struct spp_error *err);

#endif
