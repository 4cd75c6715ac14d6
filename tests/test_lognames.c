/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/target/lognames.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hive/base/buf.h"
#include "tests/unit.h"

static int open_folder(const char *in, const char *name)
{
	int dir = open(in, O_RDONLY | O_DIRECTORY | O_CLOEXEC), sub;

	CU_ASSERT_TRUE_FATAL(dir >= 0);
	if (!name)
		return dir;
	CU_ASSERT_EQUAL_FATAL(mkdirat(dir, name, 0700), 0);
	sub = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CU_ASSERT_TRUE_FATAL(sub >= 0);
	close(dir);
	return sub;
}

/* A test is faster than the clocks of some file systems. */
static void set_time(int dir, time_t seconds)
{
	const struct timespec times[2] = { { seconds, 0 }, { seconds, 0 } };

	CU_ASSERT_EQUAL(futimens(dir, times), 0);
}

static void make(int dir, const char *name)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL, 0600);

	CU_ASSERT_TRUE_FATAL(fd >= 0);
	close(fd);
}

/* "which name;" of each log in the order of which it is. */
static const char *logs_of(struct spp_lognames *names, int dir,
			   const char *hive)
{
	static char text[256];
	const char *name;
	size_t n = 0;
	int want, log = 0;

	CU_ASSERT_EQUAL(spp_lognames_list(names, dir, hive, NULL), SPP_OK);
	*text = '\0';
	for (want = 0; want < SPP_LOG_COUNT; want++)
		for (name = NULL;
		     (name = spp_lognames_next(names, hive, name, &log));)
			if (log == want)
				n += (size_t)snprintf(text + n,
						      sizeof(text) - n, "%s;",
						      name);
	return text;
}

static void logs_are_found_in_any_case(void)
{
	struct spp_lognames *names = NULL;
	int dir = open_folder(unit_folder(), "any-case");

	make(dir, "software.Log1");
	make(dir, "SOFTWARE.LOG2");
	make(dir, "SOFTWARE.LOG");
	make(dir, "SOFTWARE.LOG3");
	make(dir, "SOFTWARE.x.LOG1");
	make(dir, "OFTWARE.LOG1");
	make(dir, ".LOG1");
	CU_ASSERT_EQUAL_FATAL(spp_lognames_open(&names, NULL), SPP_OK);
	CU_ASSERT_STRING_EQUAL(logs_of(names, dir, "SOFTWARE"),
			       "SOFTWARE.LOG;software.Log1;SOFTWARE.LOG2;");
	CU_ASSERT_STRING_EQUAL(logs_of(names, dir, "software.x"),
			       "SOFTWARE.x.LOG1;");
	CU_ASSERT_STRING_EQUAL(logs_of(names, dir, "x"), "");
	spp_lognames_close(names);
	spp_lognames_close(NULL);
	close(dir);
}

/* A twin in another case is seen when the folder says that it changed. */
static void what_changed_is_listed_anew(void)
{
	struct spp_lognames *names = NULL;
	int dir = open_folder(unit_folder(), "changes");

	CU_ASSERT_EQUAL_FATAL(spp_lognames_open(&names, NULL), SPP_OK);
	make(dir, "A.LOG1");
	set_time(dir, 1000);
	CU_ASSERT_STRING_EQUAL(logs_of(names, dir, "A"), "A.LOG1;");
	CU_ASSERT_EQUAL(unlinkat(dir, "A.LOG1", 0), 0);
	make(dir, "a.log1");
	set_time(dir, 1001);
	CU_ASSERT_STRING_EQUAL(logs_of(names, dir, "A"), "a.log1;");
	CU_ASSERT_STRING_EQUAL(logs_of(names, dir, "B"), "");
	spp_lognames_close(names);
	close(dir);
}

/* Even where the folder keeps its time: the usual names are looked for. */
static void usual_names_need_no_time(void)
{
	struct spp_lognames *names = NULL;
	int dir = open_folder(unit_folder(), "no-time");

	CU_ASSERT_EQUAL_FATAL(spp_lognames_open(&names, NULL), SPP_OK);
	set_time(dir, 1000);
	CU_ASSERT_STRING_EQUAL(logs_of(names, dir, "A"), "");
	make(dir, "A.LOG2");
	set_time(dir, 1000);
	CU_ASSERT_STRING_EQUAL(logs_of(names, dir, "A"), "A.LOG2;");
	CU_ASSERT_EQUAL(unlinkat(dir, "A.LOG2", 0), 0);
	set_time(dir, 1000);
	CU_ASSERT_STRING_EQUAL(logs_of(names, dir, "A"), "");
	spp_lognames_close(names);
	close(dir);
}

static void folders_are_told_apart(void)
{
	int one = open_folder(unit_folder(), "one");
	int two = open_folder(unit_folder(), "two");
	struct spp_lognames *names = NULL;
	int i;

	CU_ASSERT_EQUAL_FATAL(spp_lognames_open(&names, NULL), SPP_OK);
	make(one, "a.LOG1");
	make(two, "A.LoG1");
	set_time(one, 1000);
	set_time(two, 1000);
	for (i = 0; i < 2; i++) {
		CU_ASSERT_STRING_EQUAL(logs_of(names, one, "A"), "a.LOG1;");
		CU_ASSERT_STRING_EQUAL(logs_of(names, two, "A"), "A.LoG1;");
	}
	spp_lognames_close(names);
	close(one);
	close(two);
}

/* What a parent has listed, its children need not. */
static void folders_are_listed_beforehand(void)
{
	int dir = open_folder(unit_folder(), "beforehand");
	struct spp_lognames *names = NULL;
	char path[UNIT_PATH];

	CU_ASSERT_EQUAL_FATAL(spp_lognames_open(&names, NULL), SPP_OK);
	make(dir, "a.lOG1");
	set_time(dir, 1000);
	unit_path(path, "beforehand/A");
	spp_lognames_prime(names, path);
	CU_ASSERT_STRING_EQUAL(logs_of(names, dir, "A"), "a.lOG1;");
	CU_ASSERT_EQUAL(renameat(dir, "a.lOG1", dir, "b.lOG1"), 0);
	set_time(dir, 1001);
	CU_ASSERT_STRING_EQUAL(logs_of(names, dir, "A"), "");
	CU_ASSERT_STRING_EQUAL(logs_of(names, dir, "B"), "b.lOG1;");
	unit_path(path, "nowhere/A");
	spp_lognames_prime(names, path);
	CU_ASSERT_STRING_EQUAL(logs_of(names, dir, "B"), "b.lOG1;");
	spp_lognames_close(names);
	close(dir);
}

static const struct unit_test tests[] = {
	{ "logs are found in any case", logs_are_found_in_any_case },
	{ "what changed is listed anew", what_changed_is_listed_anew },
	{ "usual names need no time", usual_names_need_no_time },
	{ "folders are told apart", folders_are_told_apart },
	{ "folders are listed beforehand", folders_are_listed_beforehand },
	{ NULL, NULL },
};

const struct unit_suite unit_lognames = { "lognames", tests };
