/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The scope of a setting: a place, which is a key in one of the hives, and in
 * some places an application id below it and a SKU id below that.
 *
 * As text: "spp", "spp/windows", "spp/office/GUID", "cache", "policies", ...
 *
 * The table of places has every key that Microsoft or others name for settings
 * of volume activation; effective.h decides which of several values wins.  It
 * also has keys mistaken for SoftwareProtectionPlatform: settings there are
 * read, and can be judged, removed or moved (spp_scope_meant), but not set.
 */
#ifndef POLICY_SCOPE_H
#define POLICY_SCOPE_H

#include <stdbool.h>

#include "hive/base/buf.h"
#include "hive/target.h"

enum spp_place {
	SPP_PLACE_SPP,	      /* SoftwareProtectionPlatform */
	SPP_PLACE_ACTIVATION, /* its subkey Activation */
	SPP_PLACE_OSPP,	      /* OfficeSoftwareProtectionPlatform */
	SPP_PLACE_WOW,	      /* the 32-bit mirror */
	SPP_PLACE_SL,	      /* Windows Vista and Server 2008 */
	SPP_PLACE_POLICIES,   /* the Group Policy key */
	SPP_PLACE_SLUI,	      /* where one page puts NoGenTicket */
	SPP_PLACE_CACHE,      /* the NetworkService profile */
	SPP_PLACE_CACHE_OSPP, /* the same for Office's own service */
	SPP_PLACE_CACHE_SL,   /* the same on Windows Vista */
	SPP_PLACE_WINDOWSNT,  /* SoftwareProtectionPlatform, misspelt */
};
#define SPP_PLACE_COUNT (SPP_PLACE_WINDOWSNT + 1)

struct spp_place_row {
	const char *name;
	enum spp_role role; /* the hive */
	const char *path;   /* from the root of the hive */
	bool applications;  /* has application and SKU ids below it */
	bool is_mistaken; /* nothing reads it; people write there by mistake */
	const char *summary;
	const char *source;
};

extern const struct spp_place_row spp_places[SPP_PLACE_COUNT];

#define SPP_GUID_SIZE 37 /* 8-4-4-4-12 and NUL */

struct spp_scope {
	enum spp_place place;
	char app[SPP_GUID_SIZE]; /* "" for the place itself; lower case */
	char sku[SPP_GUID_SIZE]; /* "" for the application itself */
};

#define SPP_SCOPE_INIT                \
	{                             \
		SPP_PLACE_SPP, "", "" \
	}

/* A list of scopes. */
struct spp_scopes {
	struct spp_scope *scope;
	size_t count;
};

#define SPP_SCOPES_INIT \
	{               \
		NULL, 0 \
	}

void spp_scopes_release(struct spp_scopes *scopes);
/* Appends a copy, even of one that is in the list. */
enum spp_status spp_scopes_add(struct spp_scopes *scopes,
			       const struct spp_scope *scope,
			       struct spp_error *err);
/* Sorts by spp_scope_cmp() and removes duplicates. */
void spp_scopes_sort(struct spp_scopes *scopes);
/* The list need not be sorted. */
bool spp_scopes_has(const struct spp_scopes *scopes,
		    const struct spp_scope *scope);

/* Known application ids, by index. */
enum spp_app_id { SPP_APP_WINDOWS, SPP_APP_OFFICE, SPP_APP_OFFICE_2010 };

struct spp_app {
	const char *name; /* "windows", "office", "office2010" */
	const char *guid;
	const char *summary;
};

extern const struct spp_app spp_apps[];
extern const size_t spp_app_count;

/* The application of this id, or NULL. */
const struct spp_app *spp_app_find(const char *guid);
/* Its name, or NULL. */
const char *spp_app_name(const char *guid);

/* Whether text is a GUID, with or without braces; writes it lower-case. */
bool spp_guid_parse(const char *text, char guid[SPP_GUID_SIZE]);

/* Whether an id is "*", which in a wish means any id. */
bool spp_scope_is_wide(const struct spp_scope *scope);

/* wide: allow "*" for an application or SKU id. */
enum spp_status spp_scope_parse(const char *text, bool wide,
				struct spp_scope *scope, struct spp_error *err);
/* Appends the scope's text, with the names of known applications. */
enum spp_status spp_scope_show(const struct spp_scope *scope,
			       struct spp_buf *out, struct spp_error *err);
/* Appends the registry path of the scope's key. */
enum spp_status spp_scope_path(const struct spp_scope *scope,
			       struct spp_buf *out, struct spp_error *err);
int spp_scope_cmp(const struct spp_scope *a, const struct spp_scope *b);

/* The scope that was meant by one in a mistaken place. */
struct spp_scope spp_scope_meant(const struct spp_scope *scope);
/* Whether a place is the cache of a service. */
bool spp_place_is_cache(enum spp_place place);

#endif
