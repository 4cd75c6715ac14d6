/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A policy: of each (scope, setting) nothing, "absent", or "this value".
 *
 * What a target has, what somebody wants, every import and every slmgr verb
 * are all this one type, so that one comparison and one writer serve them.
 * What was observed keeps its bytes as found, of whatever type; only what is
 * wanted is validated.
 *
 *	struct spp_policy have = SPP_POLICY_INIT, want = SPP_POLICY_INIT;
 *	struct spp_changes changes = SPP_CHANGES_INIT;
 *
 *	spp_policy_set(&want, &scope, setting, &value, err);	copies
 *	spp_policy_diff(&have, &want, &changes, err);
 *
 * Items are kept in order of scope and of the settings' table.
 */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include "policy/setting.h"

struct spp_policy_item {
	struct spp_scope scope;
	const struct spp_setting *setting;
	bool absent; /* must not be there; value is empty */
	struct spp_value value;
};

struct spp_policy {
	struct spp_policy_item *item;
	size_t count;
};

#define SPP_POLICY_INIT \
	{               \
		NULL, 0 \
	}

void spp_policy_release(struct spp_policy *policy);

/* value NULL: absent. */
enum spp_status spp_policy_set(struct spp_policy *policy,
			       const struct spp_scope *scope,
			       const struct spp_setting *setting,
			       const struct spp_value *value,
			       struct spp_error *err);
/* NULL where the policy says nothing; borrowed. */
const struct spp_policy_item *spp_policy_get(const struct spp_policy *policy,
					     const struct spp_scope *scope,
					     const struct spp_setting *setting);

/* The scope of a setting at its home. */
struct spp_scope spp_policy_home(const struct spp_setting *setting);

/* One difference between two policies. */
struct spp_change {
	struct spp_scope scope;
	const struct spp_setting *setting;
	const struct spp_value *before, *after; /* borrowed; NULL: absent */
};

struct spp_changes {
	struct spp_change *change;
	size_t count;
};

#define SPP_CHANGES_INIT \
	{                \
		NULL, 0  \
	}

void spp_changes_release(struct spp_changes *changes);

/*
 * What must change in have so that want holds.  Both must outlive the
 * changes.  What want does not mention stays.
 */
enum spp_status spp_policy_diff(const struct spp_policy *have,
				const struct spp_policy *want,
				struct spp_changes *changes,
				struct spp_error *err);

#endif
