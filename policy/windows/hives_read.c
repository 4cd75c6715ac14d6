/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the open hives of an installation hold: scopes and settings. */
#include <string.h>

#include "policy/windows/hives.h"

/* No Windows has more applications or SKUs; a hostile hive may. */
#define SCOPES_MAX 4096

/* What is done with the key of each scope that is there. */
typedef enum spp_status (*visitor)(void *ctx, struct spp_session *session,
				   const struct spp_key *key,
				   const struct spp_scope *scope,
				   struct spp_error *err);

struct walk {
	struct spp_session *session;
	struct spp_scope scope; /* where the walk stands */
	visitor visit;
	void *ctx;
};

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

static enum spp_status visit(struct walk *w, const struct spp_key *key,
			     struct spp_error *err)
{
	return w->visit(w->ctx, w->session, key, &w->scope, err);
}

static enum spp_status walk_below(struct walk *w, const struct spp_key *key,
				  bool sku, struct spp_error *err)
{
	struct spp_regf *hive = spp_session_hive(w->session);
	char *guid = sku ? w->scope.sku : w->scope.app;
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
		st = visit(w, &sub, err);
		if (!st && !sku)
			st = walk_below(w, &sub, true, err);
		if (st)
			return st;
	}
	guid[0] = '\0';
	return st == SPP_NOTFOUND ? SPP_OK : st;
}

static enum spp_status walk_place(struct walk *w, struct spp_error *err)
{
	const struct spp_place_row *row = &spp_places[w->scope.place];
	struct spp_key key;
	enum spp_status st;

	st = spp_regf_find(spp_session_hive(w->session), row->path, &key, err);
	if (st == SPP_NOTFOUND)
		return SPP_OK;
	if (!st)
		st = visit(w, &key, err);
	return !st && row->applications ? walk_below(w, &key, false, err) : st;
}

static enum spp_status walk(struct spp_hives *windows, visitor what, void *ctx,
			    struct spp_error *err)
{
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st = SPP_OK;
	int place;

	for (place = 0; !st && place < SPP_PLACE_COUNT; place++) {
		struct walk w = { .visit = what, .ctx = ctx };

		w.scope.place = (enum spp_place)place;
		w.session = spp_hives_session(windows, spp_places[place].role);
		if (w.session)
			st = walk_place(&w, &why);
	}
	if (st)
		return spp_fail(err, st, "cannot read '%s': %s",
				spp_hives_target(windows)->path, why.text);
	return SPP_OK;
}

/* The settings of one key. */
/* A value that cannot be read is reported, and does not hide the others. */
static enum spp_status read_value(struct spp_regf *hive,
				  const struct spp_slot *slot,
				  const struct spp_setting *setting,
				  struct spp_value *value,
				  struct spp_error *err)
{
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st = spp_regf_value(hive, slot, value, &why);

	if (st == SPP_CORRUPT || st == SPP_LIMIT) {
		spp_regf_damaged(hive, "the value of %s: %s", setting->value,
				 why.text);
		return SPP_NOTFOUND;
	}
	return st ? spp_fail(err, st, "%s", why.text) : SPP_OK;
}

static enum spp_status read_key(void *ctx, struct spp_session *session,
				const struct spp_key *key,
				const struct spp_scope *scope,
				struct spp_error *err)
{
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	struct spp_regf *hive = spp_session_hive(session);
	struct spp_policy *policy = ctx;
	enum spp_status st = SPP_OK;
	struct spp_slot slot;
	size_t i;

	for (i = 0; !st && i < SPP_SETTING_COUNT; i++) {
		if (!(spp_settings[i].places >> scope->place & 1))
			continue;
		st = spp_key_value(hive, key, spp_settings[i].value, &slot,
				   err);
		if (!st)
			st = read_value(hive, &slot, &spp_settings[i], &value,
					err);
		if (!st)
			st = spp_policy_set(policy, scope, &spp_settings[i],
					    &value, err);
		if (st == SPP_NOTFOUND)
			st = SPP_OK;
	}
	return st;
}

enum spp_status spp_hives_read(struct spp_hives *windows,
			       struct spp_policy *policy, struct spp_error *err)
{
	return walk(windows, read_key, policy, err);
}

static enum spp_status note_scope(void *ctx, struct spp_session *session,
				  const struct spp_key *key,
				  const struct spp_scope *scope,
				  struct spp_error *err)
{
	(void)session;
	(void)key;
	return spp_scopes_add(ctx, scope, err);
}

enum spp_status spp_hives_scopes(struct spp_hives *windows,
				 struct spp_scopes *scopes,
				 struct spp_error *err)
{
	enum spp_status st = walk(windows, note_scope, scopes, err);

	spp_scopes_sort(scopes);
	return st;
}
