/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads what the open hives of an installation hold: finds the key of each
 * place, walks through it, and looks for keys beside it that imitate it.
 */
#include <stdlib.h>
#include <string.h>

#include "policy/windows/hives_walk.h"

/* The most keys beside a known one that are looked at. */
#define BESIDE_MAX 20000

/* Records keys beside a known one whose names imitate it. */
static enum spp_status walk_beside(struct spp_walk *w,
				   const struct spp_key *parent,
				   const char *top)
{
	const struct spp_place_row *row = &spp_places[w->place];
	struct spp_error why = SPP_ERROR_INIT;
	struct spp_subkeys it;
	enum spp_status st = SPP_OK;

	spp_subkeys_begin(&it, w->hive, parent);
	while (!st && !spp_subkeys_next(&it, &why)) {
		struct spp_buf CLEANUP(spp_buf_release) path = SPP_BUF_INIT;
		struct spp_spot at = { .scope = { .place = w->place } };
		size_t skip = strlen(top) + 1;

		if (it.ordinal >= BESIDE_MAX)
			break;
		if (spp_regf_key(w->hive, it.key, &at.key, NULL) ||
		    at.key.name.units > 64)
			continue;
		st = spp_buf_printf(&path, w->err, "%s\\", top);
		if (!st)
			st = spp_walk_put_name(&at.key.name, &path, w->err);
		at.path = spp_buf_text(&path);
		if (st || !spp_unknown_imitates(at.path + skip, row->path) ||
		    spp_walk_is_other_place(w, at.path))
			continue;
		st = spp_walk_note(
			w, SPP_UNKNOWN_KEY, at.path, NULL,
			"a name that looks like the key that counts");
		if (!st)
			st = spp_walk_key(w, &at);
	}
	spp_error_clear(&why);
	return st;
}

/* Records further keys with the same name as the known one. */
static enum spp_status walk_twins(struct spp_walk *w,
				  const struct spp_key *parent,
				  const struct spp_key *own)
{
	const char *path = spp_places[w->place].path;
	struct spp_spot at = { .scope = { .place = w->place }, .path = path };
	struct spp_subkeys it;
	enum spp_status st = SPP_OK;

	spp_subkeys_begin(&it, w->hive, parent);
	while (!st && !spp_subkeys_next(&it, NULL) && it.ordinal < BESIDE_MAX) {
		if (it.key == own->offset ||
		    spp_regf_key(w->hive, it.key, &at.key, NULL) ||
		    spp_name_cmp(&at.key.name, &own->name))
			continue;
		st = spp_walk_note(w, SPP_UNREADABLE, path, NULL,
				   "a second key of this name");
		if (!st)
			st = spp_walk_key(w, &at);
	}
	return st;
}

/* Examines the key that contains a known one. */
static enum spp_status look_around(struct spp_walk *w,
				   const struct spp_key *own)
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

/*
 * Whether the key belongs to others, so that its other contents do not matter.
 */
static bool is_shared(enum spp_place place)
{
	return place == SPP_PLACE_SLUI;
}

/*
 * Records damage on the path to a place; the place may be behind it.  Places
 * share paths, and a hive remembers only its first damage, so it is recorded
 * once.
 */
static enum spp_status note_way(struct spp_walk *w, const char *path)
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
	return spp_walk_note(w, SPP_UNREADABLE, path, NULL,
			     w->hive->damage.text);
}

static enum spp_status walk_place(struct spp_walk *w)
{
	const struct spp_place_row *row = &spp_places[w->place];
	struct spp_unknowns *unknowns = w->unknowns;
	struct spp_spot at = { .scope = { .place = w->place },
			       .is_scope = true,
			       .path = row->path };
	unsigned int damaged = w->hive->damaged;
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st, found;

	found = spp_regf_find(w->hive, row->path, &at.key, &why);
	if (found && found != SPP_NOTFOUND)
		return spp_walk_broken(w, row->path, NULL, true, &why);
	st = w->hive->damaged > damaged ? note_way(w, found ? row->path : "")
					: SPP_OK;
	if (is_shared(w->place))
		w->unknowns = NULL;
	if (!st && !found)
		st = spp_walk_key(w, &at);
	if (!st && w->unknowns)
		st = look_around(w, found ? NULL : &at.key);
	w->unknowns = unknowns;
	return st;
}

static enum spp_status walk(struct spp_hives *windows,
			    const struct spp_walk *what, struct spp_error *err)
{
	struct spp_error why = SPP_ERROR_INIT;
	struct spp_walk w = *what;
	enum spp_status st = SPP_OK;
	int place;

	w.err = &why;
	for (place = 0; !st && place < SPP_PLACE_COUNT; place++) {
		w.place = (enum spp_place)place;
		w.session = spp_hives_session(windows, spp_places[place].role);
		if (!w.session)
			continue;
		w.hive = spp_session_hive(w.session);
		w.keys = 0;
		st = walk_place(&w);
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
	struct spp_walk w = { .policy = policy, .unknowns = unknowns };

	return walk(windows, &w, err);
}

enum spp_status spp_hives_scopes(struct spp_hives *windows,
				 struct spp_scopes *scopes,
				 struct spp_error *err)
{
	struct spp_walk w = { .scopes = scopes };
	enum spp_status st = walk(windows, &w, err);

	spp_scopes_sort(scopes);
	return st;
}
