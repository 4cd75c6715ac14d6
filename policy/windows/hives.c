/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/windows/hives.h"

#include <stdlib.h>
#include <string.h>

struct spp_hives {
	struct spp_target *target;
	struct spp_target *beside[SPP_ROLE_COUNT]; /* hives given separately */
	struct spp_session *session[SPP_ROLE_COUNT];
};

/*
 * Keys that tell the hives apart, tried in this order: the root of a user's
 * hive may have a key Microsoft, too.
 */
static const struct {
	const char *key;
	enum spp_role role;
} marks[] = {
	{ "Select", SPP_ROLE_SYSTEM },
	{ "Software\\Microsoft", SPP_ROLE_NETSVC },
	{ "Microsoft", SPP_ROLE_SOFTWARE },
};

/*
 * Recognises a hive; SPP_NOTFOUND, with err untouched, if it has none of these
 * keys.
 */
static enum spp_status look(struct spp_session *session, enum spp_role *role,
			    struct spp_error *err)
{
	struct spp_regf *hive = spp_session_hive(session);
	struct spp_key key;
	enum spp_status st = SPP_NOTFOUND;
	size_t i;

	for (i = 0; st == SPP_NOTFOUND && i < sizeof(marks) / sizeof(marks[0]);
	     i++) {
		st = spp_regf_find(hive, marks[i].key, &key, err);
		*role = marks[i].role;
	}
	return st;
}

/*
 * All users' hives have the same keys; only the name in the base block differs.
 */
static bool is_of_service(struct spp_session *session)
{
	const char *name = spp_session_hive(session)->base.name;

	return strcasestr(name, "NetworkService\\NTUSER.DAT") != NULL;
}

static enum spp_status recognize(struct spp_session *session,
				 enum spp_role *role, struct spp_error *err)
{
	const char *label = spp_session_store(session)->label;
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st = look(session, role, &why);

	if (!st && *role == SPP_ROLE_NETSVC && !is_of_service(session))
		return spp_fail_remedy(
			err, SPP_UNSUPPORTED, SPP_REMEDY_ROLE,
			"'%s' is a user's hive, but by its base block not the "
			"one of NetworkService: '%s'",
			label, spp_session_hive(session)->base.name);
	if (st == SPP_NOTFOUND)
		return spp_fail_remedy(err, SPP_UNSUPPORTED, SPP_REMEDY_ROLE,
				       "'%s' is a hive, but neither SOFTWARE "
				       "nor SYSTEM nor a user's NTUSER.DAT",
				       label);
	return st ? spp_fail_from(err, st, &why, "cannot read '%s': %s", label,
				  why.text)
		  : SPP_OK;
}

static enum spp_status open_session(struct spp_hives *w, enum spp_role role,
				    const struct spp_hives_options *options,
				    struct spp_error *err)
{
	struct spp_store *store = spp_target_store(w->target, role);
	struct spp_session *session;
	enum spp_status st;

	if (!store)
		return SPP_OK;
	st = spp_session_open(store, &options->session, &session, err);
	if (!st && role == SPP_ROLE_ANY) {
		role = options->as;
		if (role == SPP_ROLE_ANY)
			st = recognize(session, &role, err);
		if (st)
			spp_session_close(session);
	}
	if (!st)
		w->session[role] = session;
	return st;
}

/* Checks that a file given as one hive is not another. */
static enum spp_status check_kind(struct spp_session *session,
				  enum spp_role role, struct spp_error *err)
{
	enum spp_role is = role;
	enum spp_status st = look(session, &is, err);

	if (!st && is != role)
		st = spp_fail(err, SPP_USAGE,
			      "'%s' is given as the %s hive, but is a %s hive",
			      spp_session_store(session)->label,
			      spp_role_name(role), spp_role_name(is));
	return st == SPP_NOTFOUND ? SPP_OK : st;
}

/* Opens a separately given hive that the target lacks. */
static enum spp_status open_beside(struct spp_hives *w, enum spp_role role,
				   const struct spp_hives_options *options,
				   struct spp_error *err)
{
	const char *path = options->beside[role];
	struct spp_target_options how = options->target;
	enum spp_status st;

	if (!path)
		return SPP_OK;
	if (w->session[role])
		return spp_fail(err, SPP_USAGE,
				"'%s' is one %s hive too many: '%s' has one",
				path, spp_role_name(role), w->target->path);
	how.write = options->target.write & 1u << role;
	st = spp_target_file_open(path, &how, &w->beside[role], err);
	if (!st)
		st = spp_session_open(w->beside[role]->store[SPP_ROLE_ANY],
				      &options->session, &w->session[role],
				      err);
	return st ? st : check_kind(w->session[role], role, err);
}

enum spp_status spp_hives_open(const char *path,
			       const struct spp_hives_options *options,
			       struct spp_hives **windows,
			       struct spp_error *err)
{
	struct spp_hives *w = calloc(1, sizeof(*w));
	struct spp_target_options how = options->target;
	enum spp_status st;
	int role;

	if (!w)
		return spp_nomem(err);
	/*
	 * A hive that is given separately need not be writable in the target.
	 */
	for (role = 0; role < SPP_ROLE_COUNT; role++)
		if (options->beside[role])
			how.write &= ~(1u << role);
	st = spp_target_open(path, &how, &w->target, err);
	for (role = 0; !st && role < SPP_ROLE_COUNT; role++)
		st = open_session(w, (enum spp_role)role, options, err);
	for (role = 0; !st && role < SPP_ROLE_COUNT; role++)
		st = open_beside(w, (enum spp_role)role, options, err);
	if (st) {
		spp_hives_close(w);
		return st;
	}
	*windows = w;
	return SPP_OK;
}

void spp_hives_close(struct spp_hives *windows)
{
	int role;

	if (!windows)
		return;
	for (role = 0; role < SPP_ROLE_COUNT; role++)
		spp_session_close(windows->session[role]);
	for (role = 0; role < SPP_ROLE_COUNT; role++)
		spp_target_close(windows->beside[role]);
	spp_target_close(windows->target);
	free(windows);
}

struct spp_target *spp_hives_target(const struct spp_hives *windows)
{
	return windows->target;
}

struct spp_session *spp_hives_session(const struct spp_hives *windows,
				      enum spp_role role)
{
	return windows->session[role];
}

/* Finds the hive of a change, or fails. */
static enum spp_status find_hive(const struct spp_hives *w,
				 const struct spp_change *change,
				 struct spp_session **session,
				 struct spp_error *err)
{
	enum spp_role role = spp_places[change->scope.place].role;

	*session = w->session[role];
	if (*session)
		return SPP_OK;
	return spp_fail_remedy(
		err, SPP_NOTFOUND,
		role == SPP_ROLE_NETSVC ? SPP_REMEDY_NETSVC : SPP_REMEDY_NONE,
		"'%s' has no %s hive, which holds %s", w->target->path,
		spp_role_name(role), change->setting->name);
}

enum spp_status spp_hives_check(const struct spp_hives *windows,
				const struct spp_changes *changes,
				struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	struct spp_session *session;
	size_t i;

	for (i = 0; !st && i < changes->count; i++)
		st = find_hive(windows, &changes->change[i], &session, err);
	return st;
}

static enum spp_status stage(struct spp_hives *w,
			     const struct spp_change *change,
			     struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) path = SPP_BUF_INIT;
	struct spp_session *session;
	enum spp_status st = find_hive(w, change, &session, err);

	if (!st)
		st = spp_scope_path(&change->scope, &path, err);
	if (st)
		return st;
	if (!change->after)
		return spp_session_delete(session, spp_buf_text(&path),
					  change->setting->value, err);
	return spp_session_set(session, spp_buf_text(&path),
			       change->setting->value, change->after, err);
}

enum spp_status spp_hives_stage(struct spp_hives *windows,
				const struct spp_changes *changes,
				struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < changes->count; i++)
		st = stage(windows, &changes->change[i], err);
	return st;
}

bool spp_hives_changed(const struct spp_hives *windows)
{
	int role;

	for (role = 0; role < SPP_ROLE_COUNT; role++)
		if (windows->session[role] &&
		    spp_session_changed(windows->session[role]))
			return true;
	return false;
}

enum spp_status spp_hives_prepare(struct spp_hives *windows,
				  struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	struct spp_session *session;
	int role;

	for (role = 0; !st && role < SPP_ROLE_COUNT; role++) {
		session = windows->session[role];
		if (session && spp_session_changed(session))
			st = spp_session_prepare(session, err);
	}
	return st;
}

/* Publishes the separately given hives; *done: the first one replaced. */
static enum spp_status publish_beside(struct spp_hives *w, const char **done,
				      struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	int role;

	for (role = 0; !st && role < SPP_ROLE_COUNT; role++) {
		struct spp_session *session = w->session[role];

		if (!w->beside[role] || !spp_session_changed(session))
			continue;
		st = spp_target_publish(w->beside[role], err);
		if (!st && !*done)
			*done = spp_session_store(session)->label;
	}
	return st;
}

/* The label of a prepared hive of the target itself, or NULL. */
static const char *changed_in_target(const struct spp_hives *w)
{
	int role;

	for (role = 0; role < SPP_ROLE_COUNT; role++)
		if (w->session[role] && !w->beside[role] &&
		    spp_session_changed(w->session[role]))
			return spp_session_store(w->session[role])->label;
	return NULL;
}

enum spp_status spp_hives_commit(struct spp_hives *windows,
				 struct spp_error *err)
{
	const char *done = changed_in_target(windows);
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st = SPP_OK;

	/* In a disk image, an interrupted edit is completed here. */
	if (done || windows->target->disk)
		st = spp_target_publish(windows->target, err);
	if (st)
		return st;
	st = publish_beside(windows, &done, &why);
	/* On failure, say which hives were already replaced. */
	if (st && done)
		return spp_fail_from(err, st, &why,
				     "%s; '%s' is replaced already", why.text,
				     done);
	return st ? spp_fail_from(err, st, &why, "%s", why.text) : SPP_OK;
}
