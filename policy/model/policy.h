/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A policy: of each (scope, setting) nothing, "absent", or "this value".
 *
 * A wish may be wide: its scope may have "*" for an application or SKU id,
 * and its setting may be NULL for every setting there that has no wish of its
 * own.  Wide wishes are "absent" only; the narrowest wish that fits counts, and
 * a SKU id is narrower than an application id.
 * "Keep" is a narrow exception from a wide one.  "Default" is a value to be
 * set only where there is none, as Group Policy's Create does it.
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

#include "policy/model/setting.h"

enum spp_wish { SPP_PRESENT, SPP_ABSENT, SPP_KEEP, SPP_DEFAULT };

/* A place in a policy file. */
struct spp_where {
	const char *source;  /* the file's name, borrowed; NULL: no file */
	size_t line, column; /* from 1; 0: not known */
};

struct spp_policy_item {
	struct spp_scope scope;
	const struct spp_setting *setting;
	enum spp_wish wish;
	struct spp_value value; /* if present or default; empty otherwise */
	struct spp_where where;
};

struct spp_policy {
	struct spp_policy_item *item;
	size_t count;
	/* Set by a reader as it goes; items copy it when they are set. */
	struct spp_where where;
};

#define SPP_POLICY_INIT      \
	{                    \
		.item = NULL \
	}

void spp_policy_release(struct spp_policy *policy);

/* A wish without a value, SPP_ABSENT or SPP_KEEP. */
enum spp_status spp_policy_wish(struct spp_policy *policy,
				const struct spp_scope *scope,
				const struct spp_setting *setting,
				enum spp_wish wish, struct spp_error *err);
/* value NULL: the setting must be absent. */
enum spp_status spp_policy_set(struct spp_policy *policy,
			       const struct spp_scope *scope,
			       const struct spp_setting *setting,
			       const struct spp_value *value,
			       struct spp_error *err);
/* A value that applies only if there is none, SPP_DEFAULT. */
enum spp_status spp_policy_offer(struct spp_policy *policy,
				 const struct spp_scope *scope,
				 const struct spp_setting *setting,
				 const struct spp_value *value,
				 struct spp_error *err);
/* The wish that another policy has. */
enum spp_status spp_policy_copy(struct spp_policy *policy,
				const struct spp_policy_item *item,
				struct spp_error *err);
/* Removes every wish for this scope. */
void spp_policy_forget(struct spp_policy *policy,
		       const struct spp_scope *scope);
/* Removes the wish for one setting in this scope, if there is one. */
void spp_policy_drop(struct spp_policy *policy, const struct spp_scope *scope,
		     const struct spp_setting *setting);
/* The item, borrowed, or NULL if the policy says nothing. */
const struct spp_policy_item *spp_policy_get(const struct spp_policy *policy,
					     const struct spp_scope *scope,
					     const struct spp_setting *setting);

/* The most specific wish for a setting in a narrow scope, or NULL. */
const struct spp_policy_item *spp_policy_wish_for(
	const struct spp_policy *policy, const struct spp_scope *scope,
	const struct spp_setting *setting);

/* The usual scope of a setting. */
struct spp_scope spp_policy_home(const struct spp_setting *setting);

/* One difference between two policies. */
struct spp_change {
	struct spp_scope scope;
	const struct spp_setting *setting;
	const struct spp_value *before, *after; /* borrowed; NULL: absent */
	struct spp_where where;			/* of the wish */
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
 * The changes to have after which want holds; borrows from both.  Settings that
 * want does not mention stay.  A wide wish does not reach settings that Windows
 * maintains, except in the cache.
 */
enum spp_status spp_policy_diff(const struct spp_policy *have,
				const struct spp_policy *want,
				struct spp_changes *changes,
				struct spp_error *err);

/*
 * Whether the changes may be written.  SPP_INVALID names a value of the wrong
 * type, out of range, or that only Windows may set, with its file and line and
 * the entry of a list.  Leading zeros in a list are only noted.
 */
enum spp_status spp_changes_allowed(const struct spp_changes *changes,
				    struct spp_notes *notes,
				    struct spp_error *err);

/* Makes want exact: settings that only have has must be absent. */
enum spp_status spp_policy_close(struct spp_policy *want,
				 const struct spp_policy *have,
				 struct spp_error *err);

#endif
