/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/model/scope.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NT "Microsoft\\Windows NT\\CurrentVersion\\"

const struct spp_place_row spp_places[SPP_PLACE_COUNT] = {
	[SPP_PLACE_SPP] = {
		.name = "spp",
		.role = SPP_ROLE_SOFTWARE,
		.path = NT "SoftwareProtectionPlatform",
		.applications = true,
		.summary = "the Software Protection Platform, Windows 7 and "
			   "later",
		.source = "Microsoft, Registry Settings for Volume Activation",
	},
	[SPP_PLACE_ACTIVATION] = {
		.name = "activation",
		.role = SPP_ROLE_SOFTWARE,
		.path = NT "SoftwareProtectionPlatform\\Activation",
		.summary = "activation of retail and multiple activation keys",
		.source = "Microsoft, Registry Settings for Volume Activation",
	},
	[SPP_PLACE_OSPP] = {
		.name = "ospp",
		.role = SPP_ROLE_SOFTWARE,
		.path = "Microsoft\\OfficeSoftwareProtectionPlatform",
		.applications = true,
		.summary = "Office 2010, and Office 2013 and later on "
			   "Windows 7",
		.source = "Microsoft, OSPP.VBS",
	},
	[SPP_PLACE_WOW] = {
		.name = "wow",
		.role = SPP_ROLE_SOFTWARE,
		.path = "Wow6432Node\\" NT "SoftwareProtectionPlatform",
		.applications = true,
		.is_mistaken = true,
		.summary = "the mirror for 32-bit programs; the service is "
			   "not known to read it",
		.source = "Microsoft, slmgr.vbs",
	},
	[SPP_PLACE_SL] = {
		.name = "sl",
		.role = SPP_ROLE_SOFTWARE,
		.path = NT "SL",
		.summary = "Windows Vista and Server 2008; without effect "
			   "since Windows 7",
		.source = "Microsoft, Deploy KMS Activation",
	},
	[SPP_PLACE_POLICIES] = {
		.name = "policies",
		.role = SPP_ROLE_SOFTWARE,
		.path = "Policies\\" NT "Software Protection Platform",
		.summary = "what Group Policy's own templates set",
		.source = "Microsoft, Policy CSP - Licensing",
	},
	[SPP_PLACE_SLUI] = {
		.name = "slui",
		.role = SPP_ROLE_SOFTWARE,
		.path = "Classes\\AppID\\slui.exe",
		.summary = "where one page wants NoGenTicket; Group Policy "
			   "writes it to policies",
		.source = "Microsoft, Registry Settings for Volume Activation",
	},
	[SPP_PLACE_CACHE] = {
		.name = "cache",
		.role = SPP_ROLE_NETSVC,
		.path = "Software\\" NT "SoftwareProtectionPlatform",
		.applications = true,
		.summary = "the KMS host that the service found last, in the "
			   "NetworkService profile",
		.source = "Microsoft, Volume Activation 2.0 Operations Guide; "
			  "the file is general knowledge",
	},
	[SPP_PLACE_CACHE_OSPP] = {
		.name = "cache-ospp",
		.role = SPP_ROLE_NETSVC,
		.path = "Software\\Microsoft\\OfficeSoftwareProtectionPlatform",
		.applications = true,
		.summary = "the same for the service of ospp",
		.source = "third-party clean-up scripts look there; inferred: "
			  "that service runs as NetworkService too",
	},
	[SPP_PLACE_CACHE_SL] = {
		.name = "cache-sl",
		.role = SPP_ROLE_NETSVC,
		.path = "Software\\" NT "SL",
		.summary = "the same on Windows Vista and Server 2008",
		.source = "Microsoft, Volume Activation 2.0 Operations Guide",
	},
	[SPP_PLACE_WINDOWSNT] = {
		.name = "windowsnt",
		.role = SPP_ROLE_SOFTWARE,
		.path = "Microsoft\\WindowsNT\\CurrentVersion\\"
			"SoftwareProtectionPlatform",
		.applications = true,
		.is_mistaken = true,
		.summary = "spp without the blank in Windows NT: nothing reads "
			   "it",
		.source = "third-party sysprep and KMS scripts write there",
	},
};

const struct spp_app spp_apps[] = {
	[SPP_APP_WINDOWS] = { "windows", "55c92734-d682-4d71-983e-d6ec3f16059f",
			      "Windows" },
	[SPP_APP_OFFICE] = { "office", "0ff1ce15-a989-479d-af46-f275c6370663",
			     "Office 2013 and later" },
	[SPP_APP_OFFICE_2010] = { "office2010",
				  "59a52881-a989-479d-af46-f275c6370663",
				  "Office 2010" },
};
const size_t spp_app_count = sizeof(spp_apps) / sizeof(spp_apps[0]);

const struct spp_app *spp_app_find(const char *guid)
{
	size_t i;

	for (i = 0; i < spp_app_count; i++)
		if (!strcasecmp(spp_apps[i].guid, guid))
			return &spp_apps[i];
	return NULL;
}

const char *spp_app_name(const char *guid)
{
	const struct spp_app *app = spp_app_find(guid);

	return app ? app->name : NULL;
}

bool spp_guid_parse(const char *text, char guid[SPP_GUID_SIZE])
{
	bool braced = *text == '{';
	size_t i;

	text += braced;
	for (i = 0; i < SPP_GUID_SIZE - 1; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? text[i] != '-' : !isxdigit((unsigned char)text[i]))
			return false;
	}
	if (strcmp(text + i, braced ? "}" : ""))
		return false;
	for (i = 0; i < SPP_GUID_SIZE - 1; i++)
		guid[i] = (char)tolower((unsigned char)text[i]);
	guid[i] = '\0';
	return true;
}

static bool find_place(const char *name, size_t n, enum spp_place *place)
{
	size_t i;

	for (i = 0; i < SPP_PLACE_COUNT; i++) {
		if (strlen(spp_places[i].name) == n &&
		    !strncasecmp(spp_places[i].name, name, n)) {
			*place = (enum spp_place)i;
			return true;
		}
	}
	return false;
}

bool spp_scope_is_wide(const struct spp_scope *scope)
{
	return scope->app[0] == '*' || scope->sku[0] == '*';
}

static bool is_wide(const char *text, bool wide, char guid[SPP_GUID_SIZE])
{
	if (!wide || strcmp(text, "*"))
		return false;
	strcpy(guid, "*");
	return true;
}

static bool find_app(const char *text, char guid[SPP_GUID_SIZE])
{
	size_t i;

	for (i = 0; i < spp_app_count; i++) {
		if (!strcasecmp(spp_apps[i].name, text)) {
			memcpy(guid, spp_apps[i].guid, SPP_GUID_SIZE);
			return true;
		}
	}
	return spp_guid_parse(text, guid);
}

enum spp_status spp_scope_parse(const char *text, bool wide,
				struct spp_scope *scope, struct spp_error *err)
{
	struct spp_scope found = SPP_SCOPE_INIT;
	char part[64];
	size_t n = strcspn(text, "/");
	const char *rest = text + n;

	if (!find_place(text, n, &found.place))
		return spp_fail_remedy(err, SPP_USAGE, SPP_REMEDY_SCOPES,
				       "unknown scope '%s'", text);
	if (*rest && !spp_places[found.place].applications)
		return spp_fail(err, SPP_USAGE,
				"scope '%s' has no application ids below it",
				spp_places[found.place].name);
	if (*rest) {
		n = strcspn(++rest, "/");
		if (n >= sizeof(part))
			n = 0;
		memcpy(part, rest, n);
		part[n] = '\0';
		rest += strcspn(rest, "/");
		if (!is_wide(part, wide, found.app) &&
		    !find_app(part, found.app))
			return spp_fail(
				err, SPP_USAGE,
				"'%s' in scope '%s' is not an application "
				"id; give windows, office, office2010 "
				"or a GUID",
				part, text);
	}
	if (*rest && !is_wide(rest + 1, wide, found.sku) &&
	    !spp_guid_parse(rest + 1, found.sku))
		return spp_fail(
			err, SPP_USAGE,
			"'%s' in scope '%s' is not a SKU id; give a GUID",
			rest + 1, text);
	*scope = found;
	return SPP_OK;
}

enum spp_status spp_scope_show(const struct spp_scope *scope,
			       struct spp_buf *out, struct spp_error *err)
{
	const char *app = scope->app[0] ? spp_app_name(scope->app) : NULL;

	return spp_buf_printf(out, err, "%s%s%s%s%s",
			      spp_places[scope->place].name,
			      scope->app[0] ? "/" : "", app ? app : scope->app,
			      scope->sku[0] ? "/" : "", scope->sku);
}

enum spp_status spp_scope_path(const struct spp_scope *scope,
			       struct spp_buf *out, struct spp_error *err)
{
	return spp_buf_printf(out, err, "%s%s%s%s%s",
			      spp_places[scope->place].path,
			      scope->app[0] ? "\\" : "", scope->app,
			      scope->sku[0] ? "\\" : "", scope->sku);
}

int spp_scope_cmp(const struct spp_scope *a, const struct spp_scope *b)
{
	int order;

	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	order = strcasecmp(a->app, b->app);
	return order ? order : strcasecmp(a->sku, b->sku);
}

struct spp_scope spp_scope_meant(const struct spp_scope *scope)
{
	struct spp_scope meant = *scope;

	meant.place = SPP_PLACE_SPP;
	return meant;
}

bool spp_place_is_cache(enum spp_place place)
{
	return spp_places[place].role == SPP_ROLE_NETSVC;
}

void spp_scopes_release(struct spp_scopes *scopes)
{
	if (!scopes)
		return;
	free(scopes->scope);
	*scopes = (struct spp_scopes)SPP_SCOPES_INIT;
}

enum spp_status spp_scopes_add(struct spp_scopes *scopes,
			       const struct spp_scope *scope,
			       struct spp_error *err)
{
	struct spp_scope *grown;

	grown = realloc(scopes->scope, (scopes->count + 1) * sizeof(*grown));
	if (!grown)
		return spp_nomem(err);
	scopes->scope = grown;
	grown[scopes->count++] = *scope;
	return SPP_OK;
}

static int by_order(const void *a, const void *b)
{
	return spp_scope_cmp(a, b);
}

void spp_scopes_sort(struct spp_scopes *scopes)
{
	size_t i, kept = 0;

	if (!scopes->count)
		return;
	qsort(scopes->scope, scopes->count, sizeof(*scopes->scope), by_order);
	for (i = 1; i < scopes->count; i++)
		if (spp_scope_cmp(&scopes->scope[kept], &scopes->scope[i]))
			scopes->scope[++kept] = scopes->scope[i];
	scopes->count = kept + 1;
}

bool spp_scopes_has(const struct spp_scopes *scopes,
		    const struct spp_scope *scope)
{
	size_t i;

	for (i = 0; i < scopes->count; i++)
		if (!spp_scope_cmp(&scopes->scope[i], scope))
			return true;
	return false;
}
