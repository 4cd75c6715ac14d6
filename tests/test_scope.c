/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/model/scope.h"

#include <string.h>
#include <strings.h>

#include "tests/unit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define WIN "55c92734-d682-4d71-983e-d6ec3f16059f"
#define SKU "73111121-5638-40f6-bc11-f1d7b0d64300"
#define NT  "Microsoft\\Windows NT\\CurrentVersion\\"

static void places_are_sane(void)
{
	size_t i, k;

	for (i = 0; i < SPP_PLACE_COUNT; i++) {
		const struct spp_place_row *row = &spp_places[i];

		CU_ASSERT_PTR_NOT_NULL_FATAL(row->name);
		UNIT_ROW(row->summary && row->source, row->name);
		UNIT_ROW(row->role == SPP_ROLE_SOFTWARE ||
				 row->role == SPP_ROLE_NETSVC,
			 row->name);
		UNIT_ROW(row->path && *row->path && *row->path != '\\' &&
				 row->path[strlen(row->path) - 1] != '\\',
			 row->name);
		UNIT_ROW(!strpbrk(row->name, " /\\"), row->name);
		for (k = 0; k < i; k++) {
			UNIT_ROW(strcasecmp(row->name, spp_places[k].name),
				 row->name);
			UNIT_ROW(strcasecmp(row->path, spp_places[k].path) ||
					 row->role != spp_places[k].role,
				 row->name);
		}
	}
	for (i = 0; i < spp_app_count; i++) {
		char guid[SPP_GUID_SIZE];

		UNIT_ROW(spp_guid_parse(spp_apps[i].guid, guid),
			 spp_apps[i].name);
		UNIT_ROW(!strcmp(spp_apps[i].guid, guid), spp_apps[i].name);
		UNIT_ROW(!strcmp(spp_app_name(guid), spp_apps[i].name),
			 spp_apps[i].name);
	}
	CU_ASSERT_PTR_NULL(spp_app_name(SKU));
}

static void guids(void)
{
	static const struct {
		const char *text, *guid;
	} rows[] = {
		{ WIN, WIN },
		{ "{" WIN "}", WIN },
		{ "55C92734-D682-4D71-983E-D6EC3F16059F", WIN },
		{ "{55C92734-d682-4D71-983e-D6EC3F16059F}", WIN },
		{ "", NULL },
		{ "{", NULL },
		{ "{" WIN, NULL },
		{ WIN "}", NULL },
		{ WIN "0", NULL },
		{ "55c92734d6824d71983ed6ec3f16059f", NULL },
		{ "55c92734-d682-4d71-983e-d6ec3f16059", NULL },
		{ "g5c92734-d682-4d71-983e-d6ec3f16059f", NULL },
		{ "55c92734-d682-4d71-983ed-6ec3f16059f", NULL },
	};
	char guid[SPP_GUID_SIZE];
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		UNIT_ROW(spp_guid_parse(rows[i].text, guid) == !!rows[i].guid,
			 rows[i].text);
		UNIT_ROW(!rows[i].guid || !strcmp(guid, rows[i].guid),
			 rows[i].text);
	}
}

static void texts_and_paths(void)
{
	static const struct {
		const char *text, *shown, *path;
	} rows[] = {
		{ "spp", "spp", NT "SoftwareProtectionPlatform" },
		{ "SPP", "spp", NT "SoftwareProtectionPlatform" },
		{ "spp/windows", "spp/windows",
		  NT "SoftwareProtectionPlatform\\" WIN },
		{ "spp/" WIN, "spp/windows",
		  NT "SoftwareProtectionPlatform\\" WIN },
		{ "spp/Office/{73111121-5638-40F6-BC11-F1D7B0D64300}",
		  "spp/office/" SKU,
		  NT "SoftwareProtectionPlatform\\"
		     "0ff1ce15-a989-479d-af46-f275c6370663\\" SKU },
		{ "spp/" SKU "/" SKU, "spp/" SKU "/" SKU,
		  NT "SoftwareProtectionPlatform\\" SKU "\\" SKU },
		{ "ospp/office2010", "ospp/office2010",
		  "Microsoft\\OfficeSoftwareProtectionPlatform\\"
		  "59a52881-a989-479d-af46-f275c6370663" },
		{ "cache", "cache",
		  "Software\\" NT "SoftwareProtectionPlatform" },
		{ "policies", "policies",
		  "Policies\\" NT "Software Protection Platform" },
		{ "wow", "wow",
		  "Wow6432Node\\" NT "SoftwareProtectionPlatform" },
		{ "sl", "sl", NT "SL" },
		{ "activation", "activation",
		  NT "SoftwareProtectionPlatform\\Activation" },
	};
	struct spp_scope scope, again;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_buf CLEANUP(spp_buf_release) shown = SPP_BUF_INIT;
		struct spp_buf CLEANUP(spp_buf_release) path = SPP_BUF_INIT;

		UNIT_ROW(!spp_scope_parse(rows[i].text, false, &scope, NULL),
			 rows[i].text);
		UNIT_ROW(!spp_scope_show(&scope, &shown, NULL), rows[i].text);
		UNIT_ROW(!strcmp(spp_buf_text(&shown), rows[i].shown),
			 rows[i].text);
		UNIT_ROW(!spp_scope_path(&scope, &path, NULL), rows[i].text);
		UNIT_ROW(!strcmp(spp_buf_text(&path), rows[i].path),
			 rows[i].text);
		UNIT_ROW(!spp_scope_parse(spp_buf_text(&shown), false, &again,
					  NULL),
			 rows[i].text);
		UNIT_ROW(!spp_scope_cmp(&scope, &again), rows[i].text);
	}
}

static void what_is_no_scope(void)
{
	static const char long_part[] =
		"spp/0123456789012345678901234567890123456789012345678901234"
		"567890123456789";
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "", "unknown scope ''" },
		{ "sp", "unknown scope 'sp'" },
		{ "sppx", "unknown scope 'sppx'" },
		{ "/windows", "unknown scope '/windows'" },
		{ "sl/windows", "scope 'sl' has no application ids below it" },
		{ "policies/",
		  "scope 'policies' has no application ids below it" },
		{ "spp/", "'' in scope 'spp/' is not an application id; give "
			  "windows, office, office2010 or a GUID" },
		{ "spp/vista",
		  "'vista' in scope 'spp/vista' is not an application "
		  "id; give windows, office, office2010 or a "
		  "GUID" },
		{ "spp/windows/",
		  "'' in scope 'spp/windows/' is not a SKU id; give a GUID" },
		{ "spp/windows/x",
		  "'x' in scope 'spp/windows/x' is not a SKU id; give a GUID" },
		{ "spp/windows/" SKU "/" SKU, NULL },
		{ long_part, NULL },
	};
	struct spp_scope scope = { SPP_PLACE_SL, "x", "y" };
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_error err = SPP_ERROR_INIT;

		UNIT_ROW(spp_scope_parse(rows[i].text, false, &scope, &err) ==
				 SPP_USAGE,
			 rows[i].text);
		UNIT_ROW(rows[i].why ? !strcmp(err.text, rows[i].why)
				     : err.status == SPP_USAGE,
			 rows[i].text);
		UNIT_ROW(scope.place == SPP_PLACE_SL && *scope.app == 'x',
			 rows[i].text);
	}
}

/* "*" stands for any id, where a wide scope will do. */
static void wide_scopes(void)
{
	static const struct {
		const char *text;
		bool wide;
	} rows[] = {
		{ "spp/*", true },	   { "spp/*/*", true },
		{ "spp/windows/*", true }, { "spp/*/" SKU, true },
		{ "spp", false },	   { "cache/windows", false },
	};
	struct spp_scope scope, narrow;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_buf CLEANUP(spp_buf_release) shown = SPP_BUF_INIT;

		UNIT_ROW(!spp_scope_parse(rows[i].text, true, &scope, NULL),
			 rows[i].text);
		UNIT_ROW(spp_scope_is_wide(&scope) == rows[i].wide,
			 rows[i].text);
		UNIT_ROW(spp_scope_parse(rows[i].text, false, &narrow, NULL) ==
				 (rows[i].wide ? SPP_USAGE : SPP_OK),
			 rows[i].text);
		spp_scope_show(&scope, &shown, NULL);
		UNIT_ROW(!strcmp(spp_buf_text(&shown), rows[i].text),
			 rows[i].text);
	}
	CU_ASSERT_EQUAL(spp_scope_parse("sl/*", true, &scope, NULL), SPP_USAGE);
	CU_ASSERT_EQUAL(spp_scope_parse("*", true, &scope, NULL), SPP_USAGE);
	CU_ASSERT_EQUAL(spp_scope_parse("spp/**", true, &scope, NULL),
			SPP_USAGE);
}

/* From the place down, each before the next. */
static void scopes_have_an_order(void)
{
	static const char *const order[] = { "spp",
					     "spp/office",
					     "spp/windows",
					     ("spp/windows/" SKU),
					     "activation",
					     "ospp",
					     "ospp/office2010",
					     "cache" };
	struct spp_scope a, b;
	size_t i, k;
	int got;

	for (i = 0; i < COUNT(order); i++) {
		for (k = 0; k < COUNT(order); k++) {
			CU_ASSERT_EQUAL(
				spp_scope_parse(order[i], false, &a, NULL),
				SPP_OK);
			CU_ASSERT_EQUAL(
				spp_scope_parse(order[k], false, &b, NULL),
				SPP_OK);
			got = spp_scope_cmp(&a, &b);
			UNIT_ROW((got > 0) - (got < 0) == (i > k) - (i < k),
				 order[i]);
		}
	}
}

static const struct unit_test tests[] = {
	{ "places are sane", places_are_sane },
	{ "GUIDs", guids },
	{ "texts and paths", texts_and_paths },
	{ "what is no scope", what_is_no_scope },
	{ "wide scopes", wide_scopes },
	{ "scopes have an order", scopes_have_an_order },
	{ NULL, NULL },
};

const struct unit_suite unit_scope = { "scope", tests };
