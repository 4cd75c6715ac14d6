/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/windows/hives.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/editing.h"
#include "tests/unit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct spp_hives_options reading = {
	.session = { .now = EDITING_NOW }
};

/* The settings of a policy as "scope setting=text", one a line. */
static char *show(const struct spp_policy *policy)
{
	struct spp_buf out = SPP_BUF_INIT;
	size_t i;

	for (i = 0; i < policy->count; i++) {
		const struct spp_policy_item *item = &policy->item[i];

		spp_scope_show(&item->scope, &out, NULL);
		spp_buf_printf(&out, NULL, " %s=", item->setting->name);
		spp_setting_show(item->setting, &item->value, SPP_TERMS_OWN,
				 &out, NULL);
		spp_buf_puts(&out, "\n", NULL);
	}
	return spp_buf_take(&out);
}

#define DEFAULTS                                                \
	"spp keep-running-threshold=15\n"                       \
	"spp inactivity-shutdown-delay=30\n"                    \
	"spp token-store=%WINDIR%\\System32\\spp\\store\\2.0\n" \
	"spp cache-store=%WINDIR%\\System32\\spp\\store\\2.0\\cache\n"
#define SWITCHES "spp user-operations=off\nspp rearm=on\n"
#define INTERVALS                       \
	"spp activation-interval=120\n" \
	"spp renewal-interval=10080\n"
#define ACTIVATION                           \
	"activation manual-activation=off\n" \
	"activation notifications=on\n"

static void all_scopes_are_read(void)
{
	static const struct {
		const char *hive, *settings;
	} rows[] = {
		{ "kms-client",
		  INTERVALS "spp kms-host=kms01.corp.example\nspp "
			    "kms-port=1688\n" SWITCHES DEFAULTS
			    "spp/windows/73111121-5638-40f6-bc11-f1d7b0d64300 "
			    "kms-host=kms02.branch.example\n"
			    "spp/windows/73111121-5638-40f6-bc11-f1d7b0d64300 "
			    "kms-port=1689\n"
			    "spp/windows/73111121-5638-40f6-bc11-f1d7b0d64300 "
			    "activation-type=kms\n" ACTIVATION },
		{ "office2010", INTERVALS
		  "ospp kms-host=kms01.corp.example\nospp kms-port=1688\n"
		  "ospp user-operations=on\n"
		  "ospp/office2010/6f327760-8c5c-417c-9b61-836a98287e0c "
		  "kms-host=kms02.branch.example\n"
		  "ospp/office2010/6f327760-8c5c-417c-9b61-836a98287e0c "
		  "activation-type=kms\n" },
		{ "netsvc",
		  "cache cached-host=kms02.corp.example\n"
		  "cache cached-port=1688\n"
		  "cache/office/d450596f-894d-49e0-966a-fd39ed4c4c64 "
		  "cached-host=kms01.corp.example\n"
		  "cache/office/d450596f-894d-49e0-966a-fd39ed4c4c64 "
		  "cached-port=1689\n"
		  "cache/office/d450596f-894d-49e0-966a-fd39ed4c4c64 "
		  "cached-address=192.0.2.10\n"
		  "cache/windows/73111121-5638-40f6-bc11-f1d7b0d64300 "
		  "cached-host=kms01.corp.example\n"
		  "cache/windows/73111121-5638-40f6-bc11-f1d7b0d64300 "
		  "cached-port=1688\n"
		  "cache/windows/73111121-5638-40f6-bc11-f1d7b0d64300 "
		  "cached-address=192.0.2.10\n" },
		{ "no-spp", "" },
		{ "system", "" },
		{ "dirty-new",
		  "spp publish-list=corp.example, 20, 100; branch.example, 10, "
		  "100\nspp host-version=10.0.20348.1\n" INTERVALS
		  "spp kms-host=kms-new.corp.example\n" SWITCHES DEFAULTS
		  "spp/windows kms-host=kms-app.corp.example\n"
		  "spp/windows kms-port=1688\n" ACTIVATION },
	};
	struct spp_hives *w;
	char file[64];
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_policy CLEANUP(spp_policy_release) have =
			SPP_POLICY_INIT;
		char CLEANUP(spp_free_string) *text = NULL;

		w = NULL;
		snprintf(file, sizeof(file), "%s.hive", rows[i].hive);
		UNIT_ROW(
			!spp_hives_open(unit_fixture(file), &reading, &w, NULL),
			rows[i].hive);
		CU_ASSERT_PTR_NOT_NULL_FATAL(w);
		UNIT_ROW(!spp_hives_read(w, &have, NULL, NULL), rows[i].hive);
		text = show(&have);
		UNIT_ROW(!strcmp(text, rows[i].settings), text);
		UNIT_ROW(!spp_hives_changed(w), rows[i].hive);
		spp_hives_close(w);
	}
	spp_hives_close(NULL);
}

/* A hive file is known by its keys, whatever it is called. */
static void roles_are_recognized(void)
{
	static const struct {
		const char *hive;
		enum spp_role as, want;
	} rows[] = {
		{ "kms-primary", SPP_ROLE_ANY, SPP_ROLE_SOFTWARE },
		{ "office2010", SPP_ROLE_ANY, SPP_ROLE_SOFTWARE },
		{ "netsvc", SPP_ROLE_ANY, SPP_ROLE_NETSVC },
		{ "system", SPP_ROLE_ANY, SPP_ROLE_SYSTEM },
		{ "system", SPP_ROLE_SOFTWARE, SPP_ROLE_SOFTWARE },
		{ "kms-primary", SPP_ROLE_NETSVC, SPP_ROLE_NETSVC },
	};
	struct spp_hives_options options = reading;
	struct spp_hives *w;
	char file[64];
	size_t i;
	int role;

	for (i = 0; i < COUNT(rows); i++) {
		w = NULL;
		options.as = rows[i].as;
		snprintf(file, sizeof(file), "%s.hive", rows[i].hive);
		UNIT_ROW(
			!spp_hives_open(unit_fixture(file), &options, &w, NULL),
			rows[i].hive);
		CU_ASSERT_PTR_NOT_NULL_FATAL(w);
		for (role = 0; role < SPP_ROLE_COUNT; role++)
			UNIT_ROW(!spp_hives_session(w, (enum spp_role)role) ==
					 (role != (int)rows[i].want),
				 rows[i].hive);
		spp_hives_close(w);
	}
}

static void unknown_hives_are_told(void)
{
	struct spp_hives_options options = reading;
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_hives *w = NULL;
	unsigned char *bytes, *at;
	char path[UNIT_PATH];
	size_t size;
	FILE *f;

	/* A SYSTEM hive that does not say which control set is current. */
	bytes = unit_slurp(unit_fixture("system.hive"), &size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	at = memmem(bytes, size, "Select", 6);
	CU_ASSERT_PTR_NOT_NULL_FATAL(at);
	*at = 'T';
	unit_path(path, "hive");
	f = fopen(path, "wb");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	CU_ASSERT_EQUAL(fwrite(bytes, 1, size, f), size);
	fclose(f);
	free(bytes);
	CU_ASSERT_EQUAL(spp_hives_open(path, &options, &w, &err),
			SPP_UNSUPPORTED);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text,
				      "is a hive, but neither SOFTWARE nor "
				      "SYSTEM nor a user's NTUSER.DAT"));
	CU_ASSERT_PTR_NULL(w);
	options.as = SPP_ROLE_SYSTEM;
	CU_ASSERT_EQUAL(spp_hives_open(path, &options, &w, NULL), SPP_OK);
	spp_hives_close(w);
}

static bool unreadable(const struct spp_unknowns *unknown)
{
	size_t i;

	for (i = 0; i < unknown->count; i++)
		if (unknown->item[i].kind == SPP_UNREADABLE)
			return true;
	return false;
}

/* One value is lost, and the rest is read. */
static void damage_is_told(void)
{
	static const struct {
		const char *hive;
	} rows[] = { { "damaged-value-size-long" },
		     { "damaged-value-data-outside" },
		     { "damaged-list-signature" } };
	struct spp_hives *w;
	char file[64];
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_unknowns CLEANUP(spp_unknowns_release) unknown =
			SPP_UNKNOWNS_INIT;
		struct spp_policy CLEANUP(spp_policy_release) have =
			SPP_POLICY_INIT;
		struct spp_error err = SPP_ERROR_INIT;
		const char *row = rows[i].hive;
		const struct spp_regf *hive;
		enum spp_status st;

		w = NULL;
		snprintf(file, sizeof(file), "%s.hive", row);
		UNIT_ROW(
			!spp_hives_open(unit_fixture(file), &reading, &w, NULL),
			row);
		CU_ASSERT_PTR_NOT_NULL_FATAL(w);
		st = spp_hives_read(w, &have, &unknown, &err);
		hive = spp_session_hive(
			spp_hives_session(w, SPP_ROLE_SOFTWARE));
		UNIT_ROW(st == SPP_OK, row);
		UNIT_ROW(hive->damaged && have.count, row);
		UNIT_ROW(unknown.count && unreadable(&unknown), row);
		spp_hives_close(w);
	}
}

/* A folder with a SOFTWARE hive and, if wanted, a profile. */
static void put_folder(bool profile)
{
	static const char *const folders[] = {
		"Windows", "Windows/System32", "Windows/System32/config",
		"Windows/ServiceProfiles",
		"Windows/ServiceProfiles/NetworkService"
	};
	char path[UNIT_PATH];
	size_t i;

	for (i = 0; i < COUNT(folders); i++) {
		unit_path(path, folders[i]);
		mkdir(path, 0700);
	}
	unit_copy(unit_fixture("kms-client.hive"),
		  "Windows/System32/config/SOFTWARE");
	if (profile)
		unit_copy(unit_fixture("netsvc.hive"),
			  "Windows/ServiceProfiles/NetworkService/NTUSER.DAT");
}

/* Wants kms-host=NAME at the root, and no cached host at all. */
static void want(struct spp_policy *policy, const char *name, bool cache)
{
	struct spp_value CLEANUP(spp_value_release) v = SPP_VALUE_INIT;
	const struct spp_setting *host, *cached;
	struct spp_scope scope;
	enum spp_terms raw;

	host = spp_setting_find("kms-host", &raw);
	cached = spp_setting_find("cached-host", &raw);
	CU_ASSERT_EQUAL(
		spp_setting_parse(host, name, SPP_TERMS_OWN, &v, NULL, NULL),
		SPP_OK);
	scope = spp_policy_home(host);
	CU_ASSERT_EQUAL(spp_policy_set(policy, &scope, host, &v, NULL), SPP_OK);
	scope = spp_policy_home(cached);
	if (cache)
		CU_ASSERT_EQUAL(
			spp_policy_set(policy, &scope, cached, NULL, NULL),
			SPP_OK);
}

static const struct spp_hives_options writing = {
	.target = { .write = 1u << SPP_ROLE_SOFTWARE | 1u << SPP_ROLE_NETSVC },
	.session = { .now = EDITING_NOW },
};

/* Reads, compares, stages, prepares and publishes; how many changes. */
static size_t apply(const struct spp_policy *wanted, struct spp_error *err)
{
	struct spp_policy CLEANUP(spp_policy_release) have = SPP_POLICY_INIT;
	struct spp_changes CLEANUP(spp_changes_release) changes =
		SPP_CHANGES_INIT;
	struct spp_hives *w = NULL;
	enum spp_status st;

	st = spp_hives_open(unit_folder(), &writing, &w, err);
	if (!st)
		st = spp_hives_read(w, &have, NULL, err);
	if (!st)
		st = spp_policy_diff(&have, wanted, &changes, err);
	if (!st)
		st = spp_hives_stage(w, &changes, err);
	CU_ASSERT_EQUAL(st || spp_hives_changed(w), st || changes.count);
	if (!st)
		st = spp_hives_prepare(w, err);
	if (!st)
		st = spp_hives_commit(w, err);
	CU_ASSERT_EQUAL(err->status, st);
	spp_hives_close(w);
	return changes.count;
}

static void policies_are_applied(void)
{
	struct spp_policy CLEANUP(spp_policy_release) wanted = SPP_POLICY_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	char path[UNIT_PATH];
	struct editing e;

	put_folder(true);
	want(&wanted, "kms09.corp.example", true);
	CU_ASSERT_EQUAL(apply(&wanted, &err), 2);
	CU_ASSERT_STRING_EQUAL(err.text, "");
	CU_ASSERT_EQUAL(apply(&wanted, &err), 0); /* and now it holds */
	CU_ASSERT_STRING_EQUAL(err.text, "");
	unit_path(path, "Windows/System32/config/SOFTWARE");
	CU_ASSERT_EQUAL(editing_read(&e, path), SPP_OK);
	CU_ASSERT_TRUE(editing_has(&e, BED_SPP, "KeyManagementServiceName",
				   "kms09.corp.example"));
	editing_close(&e);
	unit_path(path, "Windows/ServiceProfiles/NetworkService/NTUSER.DAT");
	CU_ASSERT_EQUAL(editing_read(&e, path), SPP_OK);
	CU_ASSERT_TRUE(editing_has(&e, "Software\\" BED_SPP,
				   "DiscoveredKeyManagementServiceName", NULL));
	CU_ASSERT_TRUE(editing_has(&e, "Software\\" BED_SPP,
				   "DiscoveredKeyManagementServicePort",
				   "1688"));
	editing_close(&e);
}

/* What lives in a hive that is not there cannot be changed. */
static void missing_hives_are_named(void)
{
	struct spp_changes CLEANUP(spp_changes_release) changes =
		SPP_CHANGES_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_hives *w = NULL;
	enum spp_terms raw;

	put_folder(false);
	changes.change = calloc(1, sizeof(*changes.change));
	CU_ASSERT_PTR_NOT_NULL_FATAL(changes.change);
	changes.count = 1;
	changes.change->setting = spp_setting_find("cached-host", &raw);
	changes.change->scope = spp_policy_home(changes.change->setting);
	CU_ASSERT_EQUAL(spp_hives_open(unit_folder(), &writing, &w, NULL),
			SPP_OK);
	CU_ASSERT_EQUAL(spp_hives_stage(w, &changes, &err), SPP_NOTFOUND);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text,
				      "has no NetworkService hive, which "
				      "holds cached-host"));
	CU_ASSERT_FALSE(spp_hives_changed(w));
	spp_hives_close(w);
}

static const struct unit_test tests[] = {
	{ "all scopes are read", all_scopes_are_read },
	{ "roles are recognized", roles_are_recognized },
	{ "unknown hives are told", unknown_hives_are_told },
	{ "damage is told", damage_is_told },
	{ "policies are applied", policies_are_applied },
	{ "missing hives are named", missing_hives_are_named },
	{ NULL, NULL },
};

const struct unit_suite unit_windows = { "windows", tests };
