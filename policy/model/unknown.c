/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/model/unknown.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "policy/text/near.h"

static const char *const words[SPP_UNKNOWN_KINDS] = {
	[SPP_UNKNOWN_VALUE] = "value",
	[SPP_UNKNOWN_KEY] = "key",
	[SPP_UNREADABLE] = "unreadable",
};

/*
 * Values and keys that the services maintain, as seen in public dumps;
 * Microsoft documents none of them.
 */
static const struct {
	unsigned int places;
	const char
		*below; /* this key; with name NULL also everything below it */
	const char *name;
} usual[] = {
#define BOTH (1u << SPP_PLACE_SPP | 1u << SPP_PLACE_OSPP)
	{ BOTH, "", "ServiceSessionId" },
	{ BOTH, "", "LicStatusArray" },
	{ BOTH, "", "PolicyValuesArray" },
	{ BOTH, "", "actionlist" },
	{ BOTH, "", "ActionId" },
	{ 1u << SPP_PLACE_SPP, "", "HasOOBERun" },
	{ 1u << SPP_PLACE_SPP, "", "WSServiceTlrTrigger" },
	{ 1u << SPP_PLACE_SPP, "", "IsStoreUpgraded" },
	{ 1u << SPP_PLACE_SPP, "Plugins", NULL },
	{ 1u << SPP_PLACE_OSPP, "", "Path" },
	{ 1u << SPP_PLACE_OSPP, "data", NULL },
	{ 1u << SPP_PLACE_ACTIVATION, "", "ProductActivationTime" },
	{ 1u << SPP_PLACE_ACTIVATION, "", "DownlevelActivation" },
	{ 1u << SPP_PLACE_ACTIVATION, "", "ActivationInterval" },
	{ 1u << SPP_PLACE_ACTIVATION, "", "LastAction" },
	{ 1u << SPP_PLACE_CACHE | 1u << SPP_PLACE_CACHE_OSPP, "Policies",
	  NULL },
#undef BOTH
};

static void release(struct spp_unknown *item)
{
	free(item->key);
	free(item->name);
	spp_value_release(&item->value);
	free(item->why);
}

void spp_unknowns_release(struct spp_unknowns *unknowns)
{
	size_t i;

	if (!unknowns)
		return;
	for (i = 0; i < unknowns->count; i++)
		release(&unknowns->item[i]);
	free(unknowns->item);
	*unknowns = (struct spp_unknowns)SPP_UNKNOWNS_INIT;
}

/*
 * Unreadable items have their own limit, so that others cannot displace them.
 */
static bool is_full(const struct spp_unknowns *unknowns, bool unreadable)
{
	size_t n = 0, i;

	if (unknowns->count < SPP_UNKNOWNS_KEPT)
		return false;
	for (i = 0; i < unknowns->count; i++)
		n += (unknowns->item[i].kind == SPP_UNREADABLE) == unreadable;
	return n >= SPP_UNKNOWNS_KEPT;
}

static bool copy_text(char **to, const char *from)
{
	*to = from ? strdup(from) : NULL;
	return *to || !from;
}

enum spp_status spp_unknowns_add(struct spp_unknowns *unknowns,
				 const struct spp_unknown *item,
				 struct spp_error *err)
{
	struct spp_unknown own = { .kind = item->kind,
				   .place = item->place,
				   .size = item->size };
	struct spp_unknown *grown = NULL;

	if (is_full(unknowns, item->kind == SPP_UNREADABLE)) {
		unknowns->left_out++;
		return SPP_OK;
	}
	if (copy_text(&own.key, item->key) &&
	    copy_text(&own.name, item->name) &&
	    copy_text(&own.why, item->why) &&
	    !spp_value_copy(&own.value, &item->value, NULL))
		grown = realloc(unknowns->item,
				(unknowns->count + 1) * sizeof(*grown));
	if (!grown) {
		release(&own);
		return spp_nomem(err);
	}
	unknowns->item = grown;
	grown[unknowns->count++] = own;
	return SPP_OK;
}

const char *spp_unknown_word(enum spp_unknown_kind kind)
{
	return words[kind];
}

bool spp_unknown_find(const char *word, enum spp_unknown_kind *kind)
{
	int i;

	for (i = 0; i < SPP_UNKNOWN_KINDS; i++) {
		if (!strcmp(word, words[i])) {
			*kind = (enum spp_unknown_kind)i;
			return true;
		}
	}
	return false;
}

/* Whether key is top or below it; *rest is the path below. */
static bool is_below(const char *key, const char *top, const char **rest)
{
	size_t n = strlen(top);

	if (strncasecmp(key, top, n) || (key[n] && key[n] != '\\'))
		return false;
	*rest = key + n + (key[n] == '\\');
	return true;
}

const char *spp_unknown_below(const struct spp_unknown *item)
{
	const char *rest = item->key;

	is_below(item->key, spp_places[item->place].path, &rest);
	return rest;
}

static bool take_guid(const char **at, char guid[SPP_GUID_SIZE])
{
	char part[SPP_GUID_SIZE];
	size_t n = strcspn(*at, "\\");

	if (n != SPP_GUID_SIZE - 1 || **at == '{')
		return false;
	memcpy(part, *at, n);
	part[n] = '\0';
	*at += n + ((*at)[n] == '\\');
	return spp_guid_parse(part, guid);
}

bool spp_unknown_scope(const struct spp_unknown *item, struct spp_scope *scope)
{
	const char *rest;

	*scope = (struct spp_scope){ .place = item->place };
	if (!is_below(item->key, spp_places[item->place].path, &rest))
		return false;
	if (!*rest)
		return true;
	if (!spp_places[item->place].applications)
		return false;
	return take_guid(&rest, scope->app) &&
	       (!*rest || (take_guid(&rest, scope->sku) && !*rest));
}

bool spp_unknown_is_usual(const struct spp_unknown *item)
{
	const char *below = spp_unknown_below(item), *rest;
	size_t i;

	if (item->kind == SPP_UNREADABLE || item->why)
		return false;
	for (i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
		if (!(usual[i].places >> item->place & 1) ||
		    !is_below(below, usual[i].below, &rest))
			continue;
		if (!usual[i].name || (!*rest && item->name &&
				       !strcasecmp(usual[i].name, item->name)))
			return true;
	}
	return false;
}

/* Only the letters and digits, in lower case, as a quick look would compare. */
static char *skeleton(const char *text, size_t n)
{
	char *to = malloc(n + 1);
	size_t i, k = 0;

	for (i = 0; to && i < n; i++) {
		/* "\u{D800}" is a character that is not text. */
		if (text[i] == '\\' && text[i + 1] == 'u') {
			i += strcspn(text + i, "}");
			continue;
		}
		if (isascii((unsigned char)text[i]) &&
		    isalnum((unsigned char)text[i]))
			to[k++] = (char)tolower((unsigned char)text[i]);
	}
	if (to)
		to[k] = '\0';
	else
		spp_nomem(NULL);
	return to;
}

/* Longer names are not compared: hostile ones would take too long. */
#define NAME_MAX_NEAR 80
/* Shorter names resemble anything. */
#define NAME_MIN_NEAR 8
/* So many letters may differ. */
#define NAME_DISTANCE 2

static bool is_near(const char *a, const char *b)
{
	char CLEANUP(spp_free_string) *x = skeleton(a, strlen(a));
	char CLEANUP(spp_free_string) *y = skeleton(b, strlen(b));
	size_t n = x ? strlen(x) : 0, m = y ? strlen(y) : 0;

	/* First by length: most names are told apart by it at once. */
	return n >= NAME_MIN_NEAR && m >= NAME_MIN_NEAR &&
	       (n > m ? n - m : m - n) <= NAME_DISTANCE &&
	       spp_near_distance(x, y) <= NAME_DISTANCE;
}

const struct spp_setting *spp_unknown_near(const char *name)
{
	const struct spp_setting *same;
	size_t i;

	if (!name || strlen(name) > NAME_MAX_NEAR)
		return NULL;
	same = spp_setting_of_value(name);
	/* In a foreign key, "Manual" and the like mean nothing. */
	if (same)
		return strlen(same->value) >= NAME_MIN_NEAR ? same : NULL;
	for (i = 0; i < SPP_SETTING_COUNT; i++)
		if (is_near(name, spp_settings[i].value))
			return &spp_settings[i];
	return NULL;
}

bool spp_unknown_imitates(const char *name, const char *path)
{
	const char *last = strrchr(path, '\\');

	last = last ? last + 1 : path;
	return strlen(name) <= NAME_MAX_NEAR && strcasecmp(name, last) &&
	       is_near(name, last);
}

const char *spp_unknown_misplaced(const struct spp_unknown *item,
				  const struct spp_setting *setting)
{
	struct spp_scope scope;

	if (spp_unknown_scope(item, &scope) &&
	    setting->places >> scope.place & 1)
		return "there are two of this name";
	return "the service does not read it in this key";
}

const struct spp_unknown *spp_unreadable(const struct spp_unknowns *unknowns,
					 const struct spp_scope *scope,
					 const struct spp_setting *setting)
{
	const struct spp_unknown *item;
	struct spp_scope at;
	const char *rest;
	size_t i;

	for (i = 0; i < unknowns->count; i++) {
		item = &unknowns->item[i];
		if (item->kind != SPP_UNREADABLE ||
		    spp_places[item->place].role !=
			    spp_places[scope->place].role)
			continue;
		if (item->name && strcasecmp(item->name, setting->value))
			continue;
		if (spp_unknown_scope(item, &at) && !spp_scope_cmp(&at, scope))
			return item;
		/* The path to the scope's key is unreadable. */
		if (!item->name && !*scope->app &&
		    is_below(spp_places[scope->place].path, item->key, &rest))
			return item;
	}
	return NULL;
}
