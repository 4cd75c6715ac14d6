/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/windows/hives_walk.h"

#include <string.h>
#include <strings.h>

#include "policy/windows/children.h"

/*
 * More applications and SKUs than any Windows has; a hostile hive may have
 * more.
 */
#define SCOPES_MAX 4096
/*
 * The most keys examined below the known ones; a Windows has about a hundred.
 */
#define KEYS_MAX  20000
#define DEPTH_MAX 32
/* The most unreadable values of one key recorded one by one. */
#define BROKEN_MAX 16
/* The most bytes of all unknown values together. */
#define DATA_MAX ((size_t)4 << 20)

enum spp_status spp_walk_note(struct spp_walk *w, enum spp_unknown_kind kind,
			      const char *path, const char *name,
			      const char *why)
{
	struct spp_unknown item = { .kind = kind,
				    .place = w->place,
				    .key = (char *)path,
				    .name = (char *)name,
				    .why = (char *)why };

	return w->unknowns ? spp_unknowns_add(w->unknowns, &item, w->err)
			   : SPP_OK;
}

enum spp_status spp_walk_broken(struct spp_walk *w, const char *path,
				const char *name, bool counts,
				struct spp_error *why)
{
	enum spp_status st;

	if (why->status != SPP_CORRUPT && why->status != SPP_LIMIT)
		return spp_fail_from(w->err, why->status, why, "%s", why->text);
	if (counts)
		spp_regf_damaged(w->hive, "%s%s%s", name ? name : "",
				 name ? ": " : "", why->text);
	st = spp_walk_note(w, SPP_UNREADABLE, path, name, why->text);
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

static enum spp_status put_unknown(struct spp_walk *w,
				   const struct spp_spot *at, const char *name,
				   uint32_t size, struct spp_value *value)
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
 * Handles two values of one name.  Nobody knows which one Windows takes, so
 * neither counts as the setting's.
 */
static enum spp_status twins(struct spp_walk *w, const struct spp_spot *at,
			     const struct spp_setting *setting,
			     const char *name)
{
	const struct spp_policy_item *first =
		w->policy ? spp_policy_get(w->policy, &at->scope, setting)
			  : NULL;
	enum spp_status st = SPP_OK;

	spp_regf_damaged(w->hive, "two values are named '%s' in different case",
			 name);
	if (first && w->unknowns) {
		struct spp_value value = first->value;

		st = put_unknown(w, at, setting->value, (uint32_t)value.size,
				 &value);
	}
	if (first)
		spp_policy_drop(w->policy, &at->scope, setting);
	return st ? st
		  : spp_walk_note(w, SPP_UNREADABLE, at->path, name,
				  "two values have this name");
}

/* seen: settings found in this key so far, as bits. */
static enum spp_status read_slot(struct spp_walk *w, const struct spp_spot *at,
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
		return spp_walk_broken(w, at->path, spp_buf_text(&name),
				       setting != NULL, &why);
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

static enum spp_status read_values(struct spp_walk *w,
				   const struct spp_spot *at)
{
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st = SPP_OK;
	unsigned int bad = 0;
	struct spp_slot slot;
	uint64_t seen = 0;
	uint32_t i;

	for (i = 0; !st && i < at->key.values; i++) {
		if (spp_key_slot(w->hive, &at->key, i, &slot, &why)) {
			st = spp_walk_broken(w, at->path, NULL, at->is_scope,
					     &why);
			if (!st && ++bad == BROKEN_MAX)
				return spp_walk_note(w, SPP_UNREADABLE,
						     at->path, NULL,
						     "and more values");
			continue;
		}
		spp_regf_odd(w->hive, "value", &slot.name);
		st = read_slot(w, at, &slot, &seen);
	}
	return st;
}

/* Whether the key's name is a GUID without braces. */
static bool guid_name(const char *name, char guid[SPP_GUID_SIZE])
{
	return *name != '{' && spp_guid_parse(name, guid);
}

enum spp_status spp_walk_put_name(const struct spp_name *name,
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

bool spp_walk_is_other_place(const struct spp_walk *w, const char *path)
{
	size_t i;

	for (i = 0; i < SPP_PLACE_COUNT; i++)
		if (i != w->place &&
		    spp_places[i].role == spp_places[w->place].role &&
		    !strcasecmp(spp_places[i].path, path))
			return true;
	return false;
}

/* Why a subkey that is not a scope is odd, or NULL. */
static const char *oddity(const struct spp_walk *w,
			  const struct spp_spot *parent,
			  const struct spp_spot *at, const char *name)
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

static enum spp_status list_children(struct spp_walk *w,
				     const struct spp_spot *at,
				     struct spp_children *all)
{
	struct spp_error why = SPP_ERROR_INIT;
	struct spp_subkeys it;
	struct spp_key sub;
	enum spp_status st;

	spp_subkeys_begin(&it, w->hive, &at->key);
	while (!(st = spp_subkeys_next(&it, &why))) {
		if (all->count >= KEYS_MAX)
			return spp_walk_note(w, SPP_UNREADABLE, at->path, NULL,
					     "more keys than are looked at");
		if (spp_regf_key(w->hive, it.key, &sub, &why))
			st = spp_walk_broken(w, at->path, NULL, false, &why);
		else
			st = spp_children_add(all, &sub, w->err);
		if (st)
			return st;
	}
	if (st != SPP_NOTFOUND)
		return spp_walk_broken(
			w, at->path, NULL,
			at->is_scope && spp_places[w->place].applications,
			&why);
	spp_children_mark(all, w->hive);
	return SPP_OK;
}

/* Whether a child is a scope; sets its ids. */
static bool is_scope(const struct spp_spot *parent, const char *name,
		     struct spp_spot *child)
{
	char *guid = child->depth == 1 ? child->scope.app : child->scope.sku;

	return parent->is_scope && child->depth <= 2 &&
	       spp_places[parent->scope.place].applications &&
	       guid_name(name, guid);
}

static enum spp_status walk_child(struct spp_walk *w,
				  const struct spp_spot *parent,
				  const struct spp_child *child)
{
	struct spp_buf CLEANUP(spp_buf_release) path = SPP_BUF_INIT;
	struct spp_spot at = { .scope = parent->scope,
			       .depth = parent->depth + 1 };
	size_t skip = strlen(parent->path) + 1;
	enum spp_status st;

	st = spp_regf_key(w->hive, child->offset, &at.key, w->err);
	if (!st)
		st = spp_buf_printf(&path, w->err, "%s\\", parent->path);
	if (!st)
		st = spp_walk_put_name(&at.key.name, &path, w->err);
	if (st)
		return st;
	at.path = spp_buf_text(&path);
	spp_regf_odd(w->hive, "key", &at.key.name);
	at.is_scope = is_scope(parent, at.path + skip, &at) && !child->twin;
	if (child->twin) {
		st = spp_walk_note(w, SPP_UNREADABLE, at.path, NULL,
				   "a second key of this name");
	} else if (!at.is_scope && parent->is_scope &&
		   spp_walk_is_other_place(w, at.path)) {
		return SPP_OK;
	} else if (!at.is_scope) {
		if (!w->unknowns)
			return SPP_OK;
		st = spp_walk_note(w, SPP_UNKNOWN_KEY, at.path, NULL,
				   oddity(w, parent, &at, at.path + skip));
	}
	return st ? st : spp_walk_key(w, &at);
}

/*
 * Counts against the limits of one hive, since a hostile hive can reuse one
 * list for many keys.
 */
static enum spp_status spend(struct spp_walk *w, const struct spp_spot *at,
			     bool *over)
{
	if (at->is_scope && w->found++ >= SCOPES_MAX)
		return spp_fail(w->err, SPP_LIMIT,
				"more than %d applications and SKUs",
				SCOPES_MAX);
	*over = w->keys++ >= KEYS_MAX || at->depth > DEPTH_MAX;
	return *over ? spp_walk_note(
			       w, SPP_UNREADABLE, at->path, NULL,
			       "more keys, or deeper ones, than are looked at")
		     : SPP_OK;
}

enum spp_status spp_walk_key(struct spp_walk *w, const struct spp_spot *at)
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
