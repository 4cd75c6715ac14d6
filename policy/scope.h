/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a setting lives: a place, which is a key in one of the hives, and in
 * some places an application id below it and a SKU id below that.
 *
 * As text: "spp", "spp/windows", "spp/office/GUID", "cache", "policies", ...
 */
#ifndef POLICY_SCOPE_H
#define POLICY_SCOPE_H

#include <stdbool.h>

#include "hive/buf.h"
#include "hive/target.h"

enum spp_place {
	SPP_PLACE_SPP,	      /* SoftwareProtectionPlatform */
	SPP_PLACE_ACTIVATION, /* its subkey Activation */
	SPP_PLACE_OSPP,	      /* OfficeSoftwareProtectionPlatform */
	SPP_PLACE_WOW,	      /* the 32-bit mirror */
	SPP_PLACE_SL,	      /* Windows Vista and Server 2008 */
	SPP_PLACE_POLICIES,   /* the Group Policy key */
	SPP_PLACE_CACHE,      /* the NetworkService profile */
};
#define SPP_PLACE_COUNT (SPP_PLACE_CACHE + 1)

struct spp_place_row {
	const char *name;
	enum spp_role role; /* the hive */
	const char *path;   /* from the root of the hive */
	bool applications;  /* has application and SKU ids below it */
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

/* Known application ids. */
struct spp_app {
	const char *name; /* "windows", "office", "office2010" */
	const char *guid;
	const char *summary;
};

extern const struct spp_app spp_apps[];
extern const size_t spp_app_count;

/* The name of an application id, or NULL. */
const char *spp_app_name(const char *guid);

/* Whether text is a GUID, with or without braces; writes it lower-case. */
bool spp_guid_parse(const char *text, char guid[SPP_GUID_SIZE]);

/* Whether an id is "*", which stands for any in a policy's wishes. */
bool spp_scope_is_wide(const struct spp_scope *scope);

/* wide: "*" may stand for an application or SKU id. */
enum spp_status spp_scope_parse(const char *text, bool wide,
				struct spp_scope *scope, struct spp_error *err);
/* Appends the scope's text; application ids by name where they have one. */
enum spp_status spp_scope_show(const struct spp_scope *scope,
			       struct spp_buf *out, struct spp_error *err);
/* Appends the registry path of the scope's key. */
enum spp_status spp_scope_path(const struct spp_scope *scope,
			       struct spp_buf *out, struct spp_error *err);
int spp_scope_cmp(const struct spp_scope *a, const struct spp_scope *b);

#endif
