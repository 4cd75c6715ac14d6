/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Contents of known keys that are not known settings: other values and keys,
 * and whatever cannot be read.
 *
 * Nothing in a known key is skipped: an item is either a setting in a policy or
 * one of these.  Names are kept for display, with invalid text as "\u{D800}",
 * so that a document can hold them.
 */
#ifndef POLICY_UNKNOWN_H
#define POLICY_UNKNOWN_H

#include "policy/model/setting.h"

enum spp_unknown_kind {
	SPP_UNKNOWN_VALUE, /* a value that is not a setting of this key */
	SPP_UNKNOWN_KEY,   /* a key that is not a scope */
	SPP_UNREADABLE,	   /* something exists but cannot be read */
};
#define SPP_UNKNOWN_KINDS (SPP_UNREADABLE + 1)

struct spp_unknown {
	enum spp_unknown_kind kind;
	enum spp_place place;	/* the known key that it is in or beside */
	char *key;		/* from the root of the hive */
	char *name;		/* of the value; NULL: a key, or unknown */
	struct spp_value value; /* of an unknown value; empty if too large */
	uint32_t size;		/* of the value as stored */
	char *why;		/* why it is unreadable or odd; or NULL */
};

struct spp_unknowns {
	struct spp_unknown *item;
	size_t count;
	size_t left_out; /* found but not kept */
};

#define SPP_UNKNOWNS_INIT   \
	{                   \
		NULL, 0, 0, \
	}

/*
 * Items past this number are counted but not kept; unreadable ones separately.
 */
#define SPP_UNKNOWNS_KEPT 2000
/* Larger values are listed without their data. */
#define SPP_UNKNOWN_DATA 65536

void spp_unknowns_release(struct spp_unknowns *unknowns);
/* Appends a copy of the item, or counts it. */
enum spp_status spp_unknowns_add(struct spp_unknowns *unknowns,
				 const struct spp_unknown *item,
				 struct spp_error *err);

/* "value", "key", "unreadable" */
const char *spp_unknown_word(enum spp_unknown_kind kind);
bool spp_unknown_find(const char *word, enum spp_unknown_kind *kind);

/* The path below the place's key: "", "a\b"; the whole path if beside it. */
const char *spp_unknown_below(const struct spp_unknown *item);
/* Whether the item is in the key of a scope. */
bool spp_unknown_scope(const struct spp_unknown *item, struct spp_scope *scope);

/* Whether Windows itself maintains this value or key there. */
bool spp_unknown_is_usual(const struct spp_unknown *item);
/*
 * The setting whose name the value has, in the wrong key, or almost has,
 * misspelt; NULL for other names.
 */
const struct spp_setting *spp_unknown_near(const char *name);
/* Why a value with the name of that setting is not the setting. */
const char *spp_unknown_misplaced(const struct spp_unknown *item,
				  const struct spp_setting *setting);
/* Whether a key's name imitates the last part of path. */
bool spp_unknown_imitates(const char *name, const char *path);

/*
 * The item because of which a setting of this scope may exist unread; NULL if
 * absent means absent.
 */
const struct spp_unknown *spp_unreadable(const struct spp_unknowns *unknowns,
					 const struct spp_scope *scope,
					 const struct spp_setting *setting);

#endif
