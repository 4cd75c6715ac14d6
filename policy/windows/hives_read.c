/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the open hives of an installation hold: one walk through the known
 * keys finds scopes, settings, and all that is neither.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "policy/windows/children.h"
#include "policy/windows/hives.h"

/* No Windows has more applications and SKUs; a hostile hive may. */
#define SCOPES_MAX 4096
/* So many keys below the known ones are looked at; a Windows has a hundred. */
#define KEYS_MAX  20000
#define DEPTH_MAX 32
/* Keys beside a known one, which may imitate it. */
#define BESIDE_MAX 20000
/* So many values of one key that cannot be read are told of one by one. */
#define BROKEN_MAX 16
/* All data of unknown values together. */
#define DATA_MAX ((size_t)4 << 20)

struct walk {
	struct spp_session *session;
	struct spp_regf *hive;
	struct spp_policy *policy;     /* each of these may be NULL */
	struct spp_unknowns *unknowns; /* without it, only scopes are seen */
	struct spp_scopes *scopes;
	enum spp_place place;
	size_t found, keys, data; /* how much was seen so far */
	struct spp_error *err;
};

/* A key, and where it stands. */
struct spot {
	struct spp_key key;
	struct spp_scope scope;
	bool is_scope;
	const char *path;
	unsigned int depth; /* below the place */
};

static enum spp_status note(struct walk *w, enum spp_unknown_kind kind,
			    const char *path, const char *name, const char *why)
{
	struct spp_unknown item = { .kind = kind,
				    .place = w->place,
				    .key = (char *)path,
				    .name = (char *)name,
				    .why = (char *)why };

	return w->unknowns ? spp_unknowns_add(w->unknowns, &item, w->err)
			   : SPP_OK;
}

/*
 * Tells of something unreadable; counts: it is so near to settings that an
 * edit could not trust it.
 */
static enum spp_status broken(struct walk *w, const char *path,
			      const char *name, bool counts,
			      struct spp_error *why)
{
	enum spp_status st;

	if (why->status != SPP_CORRUPT && why->status != SPP_LIMIT)
		return spp_fail_from(w->err, why->status, why, "%s", why->text);
	if (counts)
		spp_regf_damaged(w->hive, "%s%s%s", name ? name : "",
				 name ? ": " : "", why->text);
	st = note(w, SPP_UNREADABLE, path, name, why->text);
	spp_error_clear(why);
	return st;
}

/* The setting of this value in a place, or NULL. */
static const struct spp_setting *setting_of(const struct spp_name *name,
					    enum spp_place place)
{
	size_t i;

	for (i = 0; i < SPP_SETTING_COUNT; i++)
		if (spp_setting_known(&spp_settings[i], place) &&
		    spp_name_is(name, spp_settings[i].value))
			return &spp_settings[i];
	return NULL;
}

static enum spp_status put_unknown(struct walk *w, const struct spot *at,
				   const char *name, uint32_t size,
				   struct spp_value *value)
{
	struct spp_unknown item = { .kind = SPP_UNKNOWN_VALUE,
				    .place = w->place,
				    .key = (char *)at->path,
				    .name = (char *)name,
				    .size = size,
				    .value = *value };

	if (size > SPP_UNKNOWN_DATA || w->data + size > DATA_MAX) {
		item.value.data = NULL;
		item.value.size = 0;
	} else {
		w->data += size;
	}
	return spp_unknowns_add(w->unknowns, &item, w->err);
}

/*
 * Of two values of one name, which one Windows takes is not to be guessed:
 * neither is the setting's.
 */
static enum spp_status twins(struct walk *w, const struct spot *at,
			     const struct spp_setting *setting,
			     const char *name)
{
	const struct spp_policy_item *first =
		w->policy ? spp_policy_get(w->policy, &at->scope, setting)
			  : NULL;
	enum spp_status st = SPP_OK;

	spp_regf_damaged(w->hive, "two values are named '%s' but for case",
			 name);
	if (first && w->unknowns) {
		struct spp_value value = first->value;

		st = put_unknown(w, at, setting->value, (uint32_t)value.size,
				 &value);
	}
	if (first)
		spp_policy_drop(w->policy, &at->scope, setting);
	return st ? st
		  : note(w, SPP_UNREADABLE, at->path, name,
			 "two values have this name");
}

/* seen: settings that this key had already, as bits. */
static enum spp_status read_slot(struct walk *w, const struct spot *at,
				 const struct spp_slot *slot, uint64_t *seen)
{
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	struct spp_buf CLEANUP(spp_buf_release) name = SPP_BUF_INIT;
	const struct spp_setting *setting =
		at->is_scope ? setting_of(&slot->name, w->place) : NULL;
	struct spp_error why = SPP_ERROR_INIT;
	uint64_t bit = setting ? UINT64_C(1) << spp_setting_index(setting) : 0;
	enum spp_status st = spp_name_show(&slot->name, &name, NULL, w->err);

	if (st || (!setting && !w->unknowns))
		return st;
	if (setting && *seen & bit) {
		st = twins(w, at, setting, spp_buf_text(&name));
		if (st || !w->unknowns)
			return st;
	}
	if (spp_regf_value(w->hive, slot, &value, &why)) {
		*seen |= bit;
		return broken(w, at->path, spp_buf_text(&name), setting != NULL,
			      &why);
	}
	if (setting && !(*seen & bit)) {
		*seen |= bit;
		return w->policy ? spp_policy_set(w->policy, &at->scope,
						  setting, &value, w->err)
				 : SPP_OK;
	}
	return put_unknown(w, at, spp_buf_text(&name), slot->size, &value);
}

_Static_assert(SPP_SETTING_COUNT <= 64, "more settings than bits");

static enum spp_status read_values(struct walk *w, const struct spot *at)
{
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st = SPP_OK;
	unsigned int bad = 0;
	struct spp_slot slot;
	uint64_t seen = 0;
	uint32_t i;

	for (i = 0; !st && i < at->key.values; i++) {
		if (spp_key_slot(w->hive, &at->key, i, &slot, &why)) {
			st = broken(w, at->path, NULL, at->is_scope, &why);
			if (!st && ++bad == BROKEN_MAX)
				return note(w, SPP_UNREADABLE, at->path, NULL,
					    "and more values");
			continue;
		}
		spp_regf_odd(w->hive, "value", &slot.name);
		st = read_slot(w, at, &slot, &seen);
	}
	return st;
}

/* The key's name as a GUID; false for every other key. */
static bool guid_name(const char *name, char guid[SPP_GUID_SIZE])
{
	return *name != '{' && spp_guid_parse(name, guid);
}

/* Appends the name of a subkey to a path, its own backslashes escaped. */
static enum spp_status put_name(const struct spp_name *name,
				struct spp_buf *path, struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	enum spp_status st = spp_name_show(name, &text, NULL, err);
	const char *at = spp_buf_text(&text);

	for (; !st && *at; at++)
		st = *at == '\\' && at[1] != 'u'
			     ? spp_buf_puts(path, "\\u{5C}", err)
			     : spp_buf_append(path, at, 1, err);
	return st;
}

/* The place whose key this path is, other than the walk's own. */
static bool is_other_place(const struct walk *w, const char *path)
{
	size_t i;

	for (i = 0; i < SPP_PLACE_COUNT; i++)
		if (i != w->place &&
		    spp_places[i].role == spp_places[w->place].role &&
		    !strcasecmp(spp_places[i].path, path))
			return true;
	return false;
}

/* What is odd about a subkey that is no scope, or NULL. */
static const char *oddity(const struct walk *w, const struct spot *parent,
			  const struct spot *at, const char *name)
{
	struct spp_unknown item = { .kind = SPP_UNKNOWN_KEY,
				    .place = w->place,
				    .key = (char *)at->path };
	char guid[SPP_GUID_SIZE];

	if (!spp_guid_parse(name, guid) || spp_unknown_is_usual(&item))
		return NULL;
	if (*name == '{' && parent->is_scope && parent->depth < 2 &&
	    spp_places[w->place].applications)
		return "an id in braces, which the service does not look for";
	return "an id where the service looks for none";
}

static enum spp_status list_children(struct walk *w, const struct spot *at,
				     struct spp_children *all)
{
	struct spp_error why = SPP_ERROR_INIT;
	struct spp_subkeys it;
	struct spp_key sub;
	enum spp_status st;

	spp_subkeys_begin(&it, w->hive, &at->key);
	while (!(st = spp_subkeys_next(&it, &why))) {
		if (all->count >= KEYS_MAX)
			return note(w, SPP_UNREADABLE, at->path, NULL,
				    "more keys than are looked at");
		if (spp_regf_key(w->hive, it.key, &sub, &why))
			st = broken(w, at->path, NULL, false, &why);
		else
			st = spp_children_add(all, &sub, w->err);
		if (st)
			return st;
	}
	if (st != SPP_NOTFOUND)
		return broken(w, at->path, NULL,
			      at->is_scope && spp_places[w->place].applications,
			      &why);
	spp_children_mark(all, w->hive);
	return SPP_OK;
}

static enum spp_status walk_key(struct walk *w, const struct spot *at);

/* Whether a child is a scope, and which. */
static bool is_scope(const struct spot *parent, const char *name,
		     struct spot *child)
{
	char *guid = child->depth == 1 ? child->scope.app : child->scope.sku;

	return parent->is_scope && child->depth <= 2 &&
	       spp_places[parent->scope.place].applications &&
	       guid_name(name, guid);
}

static enum spp_status walk_child(struct walk *w, const struct spot *parent,
				  const struct spp_child *child)
{
	struct spp_buf CLEANUP(spp_buf_release) path = SPP_BUF_INIT;
	struct spot at = { .scope = parent->scope, .depth = parent->depth + 1 };
	size_t skip = strlen(parent->path) + 1;
	enum spp_status st;

	st = spp_regf_key(w->hive, child->offset, &at.key, w->err);
	if (!st)
		st = spp_buf_printf(&path, w->err, "%s\\", parent->path);
	if (!st)
		st = put_name(&at.key.name, &path, w->err);
	if (st)
		return st;
	at.path = spp_buf_text(&path);
	spp_regf_odd(w->hive, "key", &at.key.name);
	at.is_scope = is_scope(parent, at.path + skip, &at) && !child->twin;
	if (child->twin) {
		st = note(w, SPP_UNREADABLE, at.path, NULL,
			  "a second key of this name");
	} else if (!at.is_scope && parent->is_scope &&
		   is_other_place(w, at.path)) {
		return SPP_OK;
	} else if (!at.is_scope) {
		if (!w->unknowns)
			return SPP_OK;
		st = note(w, SPP_UNKNOWN_KEY, at.path, NULL,
			  oddity(w, parent, &at, at.path + skip));
	}
	return st ? st : walk_key(w, &at);
}

/* The budget of one hive: what shares its lists costs a hostile hive little. */
static enum spp_status spend(struct walk *w, const struct spot *at, bool *over)
{
	if (at->is_scope && w->found++ >= SCOPES_MAX)
		return spp_fail(w->err, SPP_LIMIT,
				"more than %d applications and SKUs",
				SCOPES_MAX);
	*over = w->keys++ >= KEYS_MAX || at->depth > DEPTH_MAX;
	return *over ? note(w, SPP_UNREADABLE, at->path, NULL,
			    "more keys, or deeper ones, than are looked at")
		     : SPP_OK;
}

static enum spp_status walk_key(struct walk *w, const struct spot *at)
{
	struct spp_children CLEANUP(spp_children_release) all =
		SPP_CHILDREN_INIT;
	bool over = false;
	enum spp_status st = spend(w, at, &over);
	size_t i;

	if (st || over)
		return st;
	if (at->is_scope && w->scopes)
		st = spp_scopes_add(w->scopes, &at->scope, w->err);
	if (!st && (w->policy || w->unknowns))
		st = read_values(w, at);
	if (!st)
		st = list_children(w, at, &all);
	for (i = 0; !st && i < all.count; i++)
		st = walk_child(w, at, &all.child[i]);
	return st;
}

/* Keys beside a known one that are meant to be taken for it. */
static enum spp_status walk_beside(struct walk *w, const struct spp_key *parent,
				   const char *top)
{
	const struct spp_place_row *row = &spp_places[w->place];
	struct spp_error why = SPP_ERROR_INIT;
	struct spp_subkeys it;
	enum spp_status st = SPP_OK;

	spp_subkeys_begin(&it, w->hive, parent);
	while (!st && !spp_subkeys_next(&it, &why)) {
		struct spp_buf CLEANUP(spp_buf_release) path = SPP_BUF_INIT;
		struct spot at = { .scope = { .place = w->place } };
		size_t skip = strlen(top) + 1;

		if (it.ordinal >= BESIDE_MAX)
			break;
		if (spp_regf_key(w->hive, it.key, &at.key, NULL) ||
		    at.key.name.units > 64)
			continue;
		st = spp_buf_printf(&path, w->err, "%s\\", top);
		if (!st)
			st = put_name(&at.key.name, &path, w->err);
		at.path = spp_buf_text(&path);
		if (st || !spp_unknown_imitates(at.path + skip, row->path) ||
		    is_other_place(w, at.path))
			continue;
		st = note(w, SPP_UNKNOWN_KEY, at.path, NULL,
			  "a name that looks like the key that counts");
		if (!st)
			st = walk_key(w, &at);
	}
	spp_error_clear(&why);
	return st;
}

/* Twins of the key that counts, by its parent. */
static enum spp_status walk_twins(struct walk *w, const struct spp_key *parent,
				  const struct spp_key *own)
{
	const char *path = spp_places[w->place].path;
	struct spot at = { .scope = { .place = w->place }, .path = path };
	struct spp_subkeys it;
	enum spp_status st = SPP_OK;

	spp_subkeys_begin(&it, w->hive, parent);
	while (!st && !spp_subkeys_next(&it, NULL) && it.ordinal < BESIDE_MAX) {
		if (it.key == own->offset ||
		    spp_regf_key(w->hive, it.key, &at.key, NULL) ||
		    spp_name_cmp(&at.key.name, &own->name))
			continue;
		st = note(w, SPP_UNREADABLE, path, NULL,
			  "a second key of this name");
		if (!st)
			st = walk_key(w, &at);
	}
	return st;
}

/* Looks around in the key that a known one is in. */
static enum spp_status look_around(struct walk *w, const struct spp_key *own)
{
	const char *path = spp_places[w->place].path;
	char CLEANUP(spp_free_string) *top = strdup(path);
	char *cut = top ? strrchr(top, '\\') : NULL;
	struct spp_key parent;
	enum spp_status st;

	if (!cut)
		return top ? SPP_OK : spp_nomem(w->err);
	*cut = '\0';
	st = spp_regf_find(w->hive, top, &parent, w->err);
	if (st)
		return st == SPP_NOTFOUND ? SPP_OK : st;
	if (own)
		st = walk_twins(w, &parent, own);
	return st ? st : walk_beside(w, &parent, top);
}

/* What lies beside settings in this key of others is not of interest. */
static bool is_shared(enum spp_place place)
{
	return place == SPP_PLACE_SLUI;
}

/*
 * Damage on the way to a place, which may have been the way.  Places share
 * ways, and a hive remembers its first damage alone.
 */
static enum spp_status note_way(struct walk *w, const char *path)
{
	const struct spp_unknown *item;
	size_t i;

	for (i = 0; w->unknowns && i < w->unknowns->count; i++) {
		item = &w->unknowns->item[i];
		if (item->kind == SPP_UNREADABLE && !*path && !*item->key &&
		    !strcmp(item->why, w->hive->damage.text) &&
		    spp_places[item->place].role == spp_places[w->place].role)
			return SPP_OK;
	}
	return note(w, SPP_UNREADABLE, path, NULL, w->hive->damage.text);
}

static enum spp_status walk_place(struct walk *w)
{
	const struct spp_place_row *row = &spp_places[w->place];
	struct spp_unknowns *unknowns = w->unknowns;
	struct spot at = { .scope = { .place = w->place },
			   .is_scope = true,
			   .path = row->path };
	unsigned int damaged = w->hive->damaged;
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st, found;

	found = spp_regf_find(w->hive, row->path, &at.key, &why);
	if (found && found != SPP_NOTFOUND)
		return broken(w, row->path, NULL, true, &why);
	st = w->hive->damaged > damaged ? note_way(w, found ? row->path : "")
					: SPP_OK;
	if (is_shared(w->place))
		w->unknowns = NULL;
	if (!st && !found)
		st = walk_key(w, &at);
	if (!st && w->unknowns)
		st = look_around(w, found ? NULL : &at.key);
	w->unknowns = unknowns;
	return st;
}

static enum spp_status walk(struct spp_hives *windows, struct walk *w,
			    struct spp_error *err)
{
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st = SPP_OK;
	int place;

	w->err = &why;
	for (place = 0; !st && place < SPP_PLACE_COUNT; place++) {
		w->place = (enum spp_place)place;
		w->session = spp_hives_session(windows, spp_places[place].role);
		if (!w->session)
			continue;
		w->hive = spp_session_hive(w->session);
		w->keys = 0;
		st = walk_place(w);
	}
	if (st)
		return spp_fail_from(err, st, &why, "cannot read '%s': %s",
				     spp_hives_target(windows)->path, why.text);
	return SPP_OK;
}

enum spp_status spp_hives_read(struct spp_hives *windows,
			       struct spp_policy *policy,
			       struct spp_unknowns *unknowns,
			       struct spp_error *err)
{
	struct walk w = { .policy = policy, .unknowns = unknowns };

	return walk(windows, &w, err);
}

enum spp_status spp_hives_scopes(struct spp_hives *windows,
				 struct spp_scopes *scopes,
				 struct spp_error *err)
{
	struct walk w = { .scopes = scopes };
	enum spp_status st = walk(windows, &w, err);

	spp_scopes_sort(scopes);
	return st;
}
