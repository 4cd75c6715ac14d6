/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/windows.h"

#include <stdlib.h>
#include <string.h>

/* No Windows has more applications or SKUs; a hostile hive may. */
#define SCOPES_MAX 4096

struct spp_windows {
	struct spp_target *target;
	struct spp_session *session[SPP_ROLE_COUNT];
};

/*
 * What tells the hives apart: a key that only they have, in this order (the
 * root of a user's hive may have a key Microsoft, too).
 */
static const struct {
	const char *key;
	enum spp_role role;
} marks[] = {
	{ "Select", SPP_ROLE_SYSTEM },
	{ "Software\\Microsoft", SPP_ROLE_NETSVC },
	{ "Microsoft", SPP_ROLE_SOFTWARE },
};

static enum spp_status recognize(struct spp_session *session,
				 enum spp_role *role, struct spp_error *err)
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
	if (st == SPP_NOTFOUND)
		return spp_fail(err, SPP_UNSUPPORTED,
				"'%s' is a hive, but neither SOFTWARE nor "
				"SYSTEM nor a user's NTUSER.DAT; say which it "
				"is to serve as with --as",
				spp_session_store(session)->label);
	return st;
}

static enum spp_status open_session(struct spp_windows *w, enum spp_role role,
				    const struct spp_windows_options *options,
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

enum spp_status spp_windows_open(const char *path,
				 const struct spp_windows_options *options,
				 struct spp_windows **windows,
				 struct spp_error *err)
{
	struct spp_windows *w = calloc(1, sizeof(*w));
	enum spp_status st;
	int role;

	if (!w)
		return spp_nomem(err);
	st = spp_target_open(path, &options->target, &w->target, err);
	for (role = 0; !st && role < SPP_ROLE_COUNT; role++)
		st = open_session(w, (enum spp_role)role, options, err);
	if (st) {
		spp_windows_close(w);
		return st;
	}
	*windows = w;
	return SPP_OK;
}

void spp_windows_close(struct spp_windows *windows)
{
	int role;

	if (!windows)
		return;
	for (role = 0; role < SPP_ROLE_COUNT; role++)
		spp_session_close(windows->session[role]);
	spp_target_close(windows->target);
	free(windows);
}

struct spp_target *spp_windows_target(const struct spp_windows *windows)
{
	return windows->target;
}

struct spp_session *spp_windows_session(const struct spp_windows *windows,
					enum spp_role role)
{
	return windows->session[role];
}

/* The settings of one key. */
static enum spp_status read_key(struct spp_session *session,
				const struct spp_key *key,
				const struct spp_scope *scope,
				struct spp_policy *policy,
				struct spp_error *err)
{
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	struct spp_regf *hive = spp_session_hive(session);
	enum spp_status st = SPP_OK;
	struct spp_slot slot;
	size_t i;

	for (i = 0; !st && i < spp_setting_count; i++) {
		if (!(spp_settings[i].places >> scope->place & 1))
			continue;
		st = spp_key_value(hive, key, spp_settings[i].value, &slot,
				   err);
		if (!st)
			st = spp_regf_value(hive, &slot, &value, err);
		if (!st)
			st = spp_policy_set(policy, scope, &spp_settings[i],
					    &value, err);
		if (st == SPP_NOTFOUND)
			st = SPP_OK;
	}
	return st;
}

/* The key's name as a GUID; false for every other key. */
static bool guid_name(const struct spp_key *key, char guid[SPP_GUID_SIZE])
{
	char text[SPP_GUID_SIZE + 2];
	size_t i;

	if (key->name.units >= sizeof(text))
		return false;
	for (i = 0; i < key->name.units; i++) {
		if (spp_name_unit(&key->name, i) > 0x7e)
			return false;
		text[i] = (char)spp_name_unit(&key->name, i);
	}
	text[i] = '\0';
	return text[0] != '{' && spp_guid_parse(text, guid);
}

static enum spp_status read_below(struct spp_session *session,
				  const struct spp_key *key,
				  struct spp_scope *scope, bool sku,
				  struct spp_policy *policy,
				  struct spp_error *err)
{
	struct spp_regf *hive = spp_session_hive(session);
	char *guid = sku ? scope->sku : scope->app;
	struct spp_error local = SPP_ERROR_INIT;
	struct spp_subkeys it;
	struct spp_key sub;
	enum spp_status st;

	spp_subkeys_begin(&it, hive, key);
	while (!(st = spp_subkeys_next(&it, err))) {
		if (it.ordinal >= SCOPES_MAX)
			return spp_fail(err, SPP_LIMIT,
					"more than %d applications or SKUs",
					SCOPES_MAX);
		if (spp_regf_key(hive, it.key, &sub, &local)) {
			spp_error_clear(&local);
			continue; /* sppctl check reports it */
		}
		if (!guid_name(&sub, guid))
			continue;
		st = read_key(session, &sub, scope, policy, err);
		if (!st && !sku)
			st = read_below(session, &sub, scope, true, policy,
					err);
		if (st)
			return st;
	}
	guid[0] = '\0';
	return st == SPP_NOTFOUND ? SPP_OK : st;
}

static enum spp_status read_place(struct spp_windows *w, enum spp_place place,
				  struct spp_policy *policy,
				  struct spp_error *err)
{
	const struct spp_place_row *row = &spp_places[place];
	struct spp_session *session = w->session[row->role];
	struct spp_scope scope = SPP_SCOPE_INIT;
	struct spp_key key;
	enum spp_status st;

	if (!session)
		return SPP_OK;
	scope.place = place;
	st = spp_regf_find(spp_session_hive(session), row->path, &key, err);
	if (st == SPP_NOTFOUND)
		return SPP_OK;
	if (!st)
		st = read_key(session, &key, &scope, policy, err);
	if (!st && row->applications)
		st = read_below(session, &key, &scope, false, policy, err);
	return st;
}

enum spp_status spp_windows_read(struct spp_windows *windows,
				 struct spp_policy *policy,
				 struct spp_error *err)
{
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st = SPP_OK;
	int place;

	for (place = 0; !st && place < SPP_PLACE_COUNT; place++)
		st = read_place(windows, (enum spp_place)place, policy, &why);
	if (st)
		return spp_fail(err, st, "cannot read '%s': %s",
				windows->target->path, why.text);
	return SPP_OK;
}

static enum spp_status stage(struct spp_windows *w,
			     const struct spp_change *change,
			     struct spp_error *err)
{
	const struct spp_place_row *row = &spp_places[change->scope.place];
	struct spp_session *session = w->session[row->role];
	struct spp_buf CLEANUP(spp_buf_release) path = SPP_BUF_INIT;
	enum spp_status st;

	if (!session)
		return spp_fail(err, SPP_NOTFOUND,
				"'%s' has no %s hive, where %s lives",
				w->target->path, spp_role_name(row->role),
				change->setting->name);
	st = spp_scope_path(&change->scope, &path, err);
	if (st)
		return st;
	if (!change->after)
		return spp_session_delete(session, spp_buf_text(&path),
					  change->setting->value, err);
	return spp_session_set(session, spp_buf_text(&path),
			       change->setting->value, change->after, err);
}

enum spp_status spp_windows_stage(struct spp_windows *windows,
				  const struct spp_changes *changes,
				  struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < changes->count; i++)
		st = stage(windows, &changes->change[i], err);
	return st;
}

bool spp_windows_changed(const struct spp_windows *windows)
{
	int role;

	for (role = 0; role < SPP_ROLE_COUNT; role++)
		if (windows->session[role] &&
		    spp_session_changed(windows->session[role]))
			return true;
	return false;
}

enum spp_status spp_windows_prepare(struct spp_windows *windows,
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

enum spp_status spp_windows_publish(struct spp_windows *windows,
				    struct spp_error *err)
{
	if (!spp_windows_changed(windows))
		return SPP_OK;
	return spp_target_publish(windows->target, err);
}
