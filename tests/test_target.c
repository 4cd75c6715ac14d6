/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/target.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/editing.h"
#include "tests/unit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct spp_target_options reading = { .write = 0 };

/* Puts a fixture at a path in the test's folder, making folders on the way. */
static void put(const char *fixture, const char *at)
{
	char path[UNIT_PATH], file[64];
	const char *slash;
	char part[64];

	for (slash = strchr(at, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(part, sizeof(part), "%.*s", (int)(slash - at), at);
		unit_path(path, part);
		mkdir(path, 0700);
	}
	snprintf(file, sizeof(file), "%s.hive", fixture);
	unit_copy(unit_fixture(file), at);
}

/* A Windows folder of three hives, its names in odd case. */
static void put_windows(const char *windows)
{
	char at[64];

	snprintf(at, sizeof(at), "%s/sYSTEM32/Config/software", windows);
	put("kms-primary", at);
	snprintf(at, sizeof(at), "%s/sYSTEM32/Config/SYSTEM", windows);
	put("system", at);
	snprintf(at, sizeof(at), "%s/serviceprofiles/NETWORKSERVICE/ntuser.dat",
		 windows);
	put("netsvc", at);
}

static void roles_have_names(void)
{
	static const struct {
		const char *name;
		enum spp_role role;
	} rows[] = {
		{ "SOFTWARE", SPP_ROLE_SOFTWARE },
		{ "software", SPP_ROLE_SOFTWARE },
		{ "System", SPP_ROLE_SYSTEM },
		{ "networkservice", SPP_ROLE_NETSVC },
		{ "hive", SPP_ROLE_ANY },
		{ "", SPP_ROLE_ANY },
		{ "SOFT", SPP_ROLE_ANY },
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++)
		UNIT_ROW(spp_role_find(rows[i].name) == rows[i].role,
			 rows[i].name);
	CU_ASSERT_STRING_EQUAL(spp_role_name(SPP_ROLE_ANY), "hive");
	CU_ASSERT_STRING_EQUAL(spp_role_name(SPP_ROLE_NETSVC),
			       "NetworkService");
}

/* The volume, its Windows folder and the folder of hives, in any case. */
static void folders_are_found(void)
{
	static const struct {
		const char *path, *label; /* of SOFTWARE, in the folder */
		bool netsvc;
	} rows[] = {
		{ "", "/wINDOWS/sYSTEM32/Config/software", true },
		{ "/", "/wINDOWS/sYSTEM32/Config/software", true },
		{ "/wINDOWS", "/wINDOWS/sYSTEM32/Config/software", true },
		{ "/wINDOWS//", "/wINDOWS/sYSTEM32/Config/software", true },
		{ "/wINDOWS/sYSTEM32/Config",
		  "/wINDOWS/sYSTEM32/Config/software", false },
		{ "/link", "/link/wINDOWS/sYSTEM32/Config/software", true },
	};
	char path[UNIT_PATH], label[UNIT_PATH];
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_target *target;
	struct spp_store *store;
	size_t i;

	put_windows("wINDOWS");
	unit_path(path, "link"); /* the user's own link is followed */
	CU_ASSERT_EQUAL(symlink(unit_folder(), path), 0);
	for (i = 0; i < COUNT(rows); i++) {
		snprintf(path, sizeof(path), "%s%s", unit_folder(),
			 rows[i].path);
		snprintf(label, sizeof(label), "%s%s", unit_folder(),
			 rows[i].label);
		target = NULL;
		UNIT_ROW(!spp_target_open(path, &reading, &target, &err),
			 rows[i].path);
		CU_ASSERT_PTR_NOT_NULL_FATAL(target);
		CU_ASSERT_STRING_EQUAL(target->ops->kind, "folder");
		CU_ASSERT_STRING_EQUAL(target->path, path);
		store = spp_target_store(target, SPP_ROLE_SOFTWARE);
		CU_ASSERT_PTR_NOT_NULL_FATAL(store);
		UNIT_ROW(!strcmp(store->label, label), rows[i].path);
		UNIT_ROW(store->role == SPP_ROLE_SOFTWARE, rows[i].path);
		UNIT_ROW(spp_target_store(target, SPP_ROLE_SYSTEM),
			 rows[i].path);
		UNIT_ROW(!spp_target_store(target, SPP_ROLE_NETSVC) ==
				 !rows[i].netsvc,
			 rows[i].path);
		UNIT_ROW(!spp_target_store(target, SPP_ROLE_ANY), rows[i].path);
		spp_target_close(target);
	}
	CU_ASSERT_EQUAL(err.status, SPP_OK);
	spp_target_close(NULL);
}

/* What is asked of the folder %s, and the answer. */
static enum spp_status try(const char *name, struct spp_error *err)
{
	char path[UNIT_PATH];
	struct spp_target *target = NULL;
	enum spp_status st;

	unit_path(path, name);
	*err = (struct spp_error)SPP_ERROR_INIT;
	st = spp_target_open(path, &reading, &target, err);
	spp_target_close(target);
	return st;
}

static void missing_parts_are_told(void)
{
	struct spp_error err;
	struct spp_target *target = NULL;
	char path[UNIT_PATH];

	CU_ASSERT_EQUAL(try("nothing", &err), SPP_NOTFOUND);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "No such file or directory"));
	put("kms-primary", "data/Documents/file");
	CU_ASSERT_EQUAL(try("data", &err), SPP_NOTFOUND);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text,
				      "/data' is not a Windows folder: there "
				      "is no System32/config/SOFTWARE in it"));
	put("system", "half/Windows/System32/config/SYSTEM");
	CU_ASSERT_EQUAL(try("half", &err), SPP_NOTFOUND);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(err.text, "there is no System32/config/SOFTWARE"));
	/* The others need not be there. */
	put("kms-primary", "one/Windows/System32/config/SOFTWARE");
	unit_path(path, "one");
	CU_ASSERT_EQUAL(spp_target_open(path, &reading, &target, NULL), SPP_OK);
	CU_ASSERT_PTR_NOT_NULL_FATAL(target);
	CU_ASSERT_PTR_NULL(spp_target_store(target, SPP_ROLE_SYSTEM));
	CU_ASSERT_PTR_NULL(spp_target_store(target, SPP_ROLE_NETSVC));
	spp_target_close(target);
}

/* A link in an image could lead anywhere on this machine. */
static void links_inside_are_not_followed(void)
{
	static const struct {
		const char *link, *to; /* in the folder "image" */
		enum spp_status want;
	} rows[] = {
		{ "image/Windows", "good/Windows", SPP_NOTFOUND },
		{ "image/Windows/System32", "good/Windows/System32",
		  SPP_NOTFOUND },
		{ "image/Windows/System32/config",
		  "good/Windows/System32/config", SPP_NOTFOUND },
		{ "image/Windows/System32/config/SOFTWARE",
		  "good/Windows/System32/config/SOFTWARE", SPP_NOTHIVE },
	};
	char link[UNIT_PATH], to[UNIT_PATH], folder[UNIT_PATH];
	struct spp_error err;
	size_t i, n;

	put("kms-primary", "good/Windows/System32/config/SOFTWARE");
	CU_ASSERT_EQUAL(try("good", &err), SPP_OK);
	for (i = 0; i < COUNT(rows); i++) {
		/* Folders down to where the link lies. */
		for (n = strlen("image"); n < strlen(rows[i].link); n++) {
			if (rows[i].link[n] != '/')
				continue;
			unit_path(folder, rows[i].link);
			folder[strlen(folder) - strlen(rows[i].link) + n] =
				'\0';
			mkdir(folder, 0700);
		}
		unit_path(link, rows[i].link);
		unit_path(to, rows[i].to);
		CU_ASSERT_EQUAL(symlink(to, link), 0);
		UNIT_ROW(try("image", &err) == rows[i].want, rows[i].link);
		UNIT_ROW(*err.text, rows[i].link);
		unlink(link);
	}
}

/* Two hives that are one to Windows; folders that have none do not count. */
static void ambiguous_names_are_refused(void)
{
	static const struct {
		const char *twin;
		enum spp_status want;
	} rows[] = {
		{ "Windows/System32/config/Software", SPP_REFUSED },
		{ "Windows/SYSTEM32/Config/SOFTWARE", SPP_REFUSED },
		{ "WINDOWS/System32/config/SOFTWARE", SPP_REFUSED },
		{ "winnt/system32/config/software", SPP_REFUSED },
		{ "System32/config/SOFTWARE", SPP_REFUSED },
		{ "SOFTWARE", SPP_REFUSED },
		{ "Windows/SYSTEM32/x", SPP_OK },
		{ "WINDOWS/x", SPP_OK },
		{ "WINNT/System32/config/SYSTEM", SPP_OK },
	};
	char root[64], path[UNIT_PATH];
	struct spp_error err;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		snprintf(root, sizeof(root), "v%zu", i);
		snprintf(path, sizeof(path),
			 "%s/Windows/System32/config/SOFTWARE", root);
		put("kms-primary", path);
		CU_ASSERT_EQUAL(try(root, &err), SPP_OK);
		snprintf(path, sizeof(path), "%s/%s", root, rows[i].twin);
		put("no-spp", path);
		UNIT_ROW(try(root, &err) == rows[i].want, rows[i].twin);
		if (rows[i].want)
			UNIT_ROW(strstr(err.text, rows[i].twin), rows[i].twin);
	}
}

/* A system volume may well have a folder of its own called Software. */
static void folder_of_that_name_is_no_hive(void)
{
	struct spp_error err;

	put("kms-primary", "c/Windows/System32/config/SOFTWARE");
	put("no-spp", "c/Software/setup.hive");
	CU_ASSERT_EQUAL(try("c", &err), SPP_OK);
	CU_ASSERT_STRING_EQUAL(err.text, "");
}

static void hive_files(void)
{
	char path[UNIT_PATH], link[UNIT_PATH];
	struct spp_target *target = NULL;
	struct editing e;
	struct stat st;

	put("kms-primary", "real");
	unit_path(path, "real");
	unit_path(link, "link");
	CU_ASSERT_EQUAL(symlink("real", link), 0);
	CU_ASSERT_EQUAL(spp_target_open(link, &reading, &target, NULL), SPP_OK);
	CU_ASSERT_PTR_NOT_NULL_FATAL(target);
	CU_ASSERT_STRING_EQUAL(target->ops->kind, "hive");
	CU_ASSERT_STRING_EQUAL(spp_target_store(target, SPP_ROLE_ANY)->label,
			       link);
	spp_target_close(target);
	/* The file changes, the link stays. */
	CU_ASSERT_EQUAL(editing_once(link, BED_SPP, "New", "x", NULL), SPP_OK);
	CU_ASSERT_EQUAL(lstat(link, &st), 0);
	CU_ASSERT_TRUE(S_ISLNK(st.st_mode));
	CU_ASSERT_EQUAL(editing_read(&e, path), SPP_OK);
	CU_ASSERT_TRUE(editing_has(&e, BED_SPP, "New", "x"));
	editing_close(&e);
}

/* Logs have the name of their hive in any case, and no others have. */
static void logs_are_found(void)
{
	static const struct {
		const char *log;
		enum spp_status want;
	} rows[] = {
		{ "SOFTWARE.LOG1", SPP_OK },
		{ "software.log1", SPP_OK },
		{ "SOFTWARE.LOG2", SPP_OK },
		{ "SOFTWARE.LOG", SPP_OK },
		{ "SOFTWARE.LOG3", SPP_DIRTY },
		{ "SOFTWARE.LOG1.bak", SPP_DIRTY },
		{ "xSOFTWARE.LOG1", SPP_DIRTY },
		{ "SOFTWAR.LOG1", SPP_DIRTY },
	};
	char path[UNIT_PATH], other[UNIT_PATH];
	struct editing e;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		put("dirty-new", "SOFTWARE");
		unit_copy(unit_fixture("dirty-new.hive.LOG1"), rows[i].log);
		unit_path(path, "SOFTWARE");
		UNIT_ROW(editing_read(&e, path) == rows[i].want, rows[i].log);
		editing_close(&e);
		unit_path(path, rows[i].log);
		unlink(path);
	}
	unit_copy(unit_fixture("dirty-new.hive.LOG1"), "SOFTWARE.LOG1");
	unit_copy(unit_fixture("dirty-new.hive.LOG1"), "SOFTWARE.log1");
	unit_path(path, "SOFTWARE");
	CU_ASSERT_EQUAL(editing_read(&e, path), SPP_REFUSED);
	editing_close(&e);
	unit_path(other, "SOFTWARE.log1");
	unlink(other);
	CU_ASSERT_EQUAL(symlink("SOFTWARE.LOG1", other), 0);
	unlink(path);
	put("dirty-new", "SOFTWARE");
	unit_path(other, "SOFTWARE.LOG1");
	unlink(other);
	CU_ASSERT_EQUAL(editing_read(&e, path), SPP_IO);
	editing_close(&e);
}

/* Only what is to be edited is locked; all that was prepared is published. */
static void several_hives_at_once(void)
{
	static const char cached[] = "Software\\" BED_SPP;
	static const struct spp_session_options now = { .now = EDITING_NOW };
	struct spp_target_options writing = { .write = 1u << SPP_ROLE_SOFTWARE |
						       1u << SPP_ROLE_NETSVC };
	struct editing software = { NULL, NULL, SPP_ERROR_INIT };
	struct editing netsvc = { NULL, NULL, SPP_ERROR_INIT };
	struct spp_target *target = NULL;
	char path[UNIT_PATH];

	put_windows("Windows");
	CU_ASSERT_EQUAL(spp_target_open(unit_folder(), &writing, &target, NULL),
			SPP_OK);
	CU_ASSERT_PTR_NOT_NULL_FATAL(target);
	CU_ASSERT_FALSE(spp_target_store(target, SPP_ROLE_SYSTEM)->write);
	CU_ASSERT_TRUE(spp_target_store(target, SPP_ROLE_NETSVC)->write);
	CU_ASSERT_EQUAL(
		spp_session_open(spp_target_store(target, SPP_ROLE_SOFTWARE),
				 &now, &software.session, NULL),
		SPP_OK);
	CU_ASSERT_EQUAL(
		spp_session_open(spp_target_store(target, SPP_ROLE_NETSVC),
				 &now, &netsvc.session, NULL),
		SPP_OK);
	CU_ASSERT_EQUAL(editing_set(&software, BED_SPP, "New", "x"), SPP_OK);
	CU_ASSERT_EQUAL(editing_set(&netsvc, cached, "New", "y"), SPP_OK);
	CU_ASSERT_EQUAL(spp_session_prepare(software.session, NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_session_prepare(netsvc.session, NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_target_publish(target, NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_target_publish(target, NULL), SPP_OK);
	spp_session_close(software.session);
	spp_session_close(netsvc.session);
	spp_target_close(target);
	unit_path(path, "Windows/sYSTEM32/Config/software");
	CU_ASSERT_EQUAL(editing_read(&software, path), SPP_OK);
	CU_ASSERT_TRUE(editing_has(&software, BED_SPP, "New", "x"));
	editing_close(&software);
	unit_path(path, "Windows/serviceprofiles/NETWORKSERVICE/ntuser.dat");
	CU_ASSERT_EQUAL(editing_read(&netsvc, path), SPP_OK);
	CU_ASSERT_TRUE(editing_has(&netsvc, cached, "New", "y"));
	editing_close(&netsvc);
}

static const struct unit_test tests[] = {
	{ "roles have names", roles_have_names },
	{ "folders are found", folders_are_found },
	{ "missing parts are told", missing_parts_are_told },
	{ "links inside are not followed", links_inside_are_not_followed },
	{ "ambiguous names are refused", ambiguous_names_are_refused },
	{ "a folder of that name is no hive", folder_of_that_name_is_no_hive },
	{ "hive files", hive_files },
	{ "logs are found", logs_are_found },
	{ "several hives at once", several_hives_at_once },
	{ NULL, NULL },
};

const struct unit_suite unit_target = { "target", tests };
