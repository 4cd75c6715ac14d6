/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit.h"

#include <CUnit/Basic.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/format/json_value.h"
#include "unit_suites.h" /* made by CMake: unit_suites[], NULL at the end */

static char folder[256];

void unit_row(bool ok, const char *what, const char *row, const char *file,
	      unsigned int line)
{
	char text[512];

	snprintf(text, sizeof(text), "%s in row '%s'", what, row);
	CU_assertImplementation(ok, line, text, file, "", CU_FALSE);
}

const char *unit_fixture(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", UNIT_FIXTURES, name);
	return path;
}

const char *unit_real(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/../shared/hives/%s", UNIT_SOURCE,
		 name);
	if (!access(path, R_OK))
		return path;
	printf("skipped: no %s here ", name);
	return NULL;
}

const char *unit_folder(void)
{
	return folder;
}

unsigned char *unit_slurp(const char *path, size_t *size)
{
	FILE *f = fopen(path, "rb");
	unsigned char *data;
	long n;

	if (!f)
		return NULL;
	fseek(f, 0, SEEK_END);
	n = ftell(f);
	rewind(f);
	data = malloc((size_t)n + 1);
	*size = data ? fread(data, 1, (size_t)n, f) : 0;
	fclose(f);
	return data;
}

void unit_path(char path[UNIT_PATH], const char *name)
{
	snprintf(path, UNIT_PATH, "%s/%s", folder, name);
}

const char *unit_copy(const char *from, const char *name)
{
	static char path[UNIT_PATH];
	unsigned char *data;
	size_t size;
	FILE *f;

	unit_path(path, name);
	data = unit_slurp(from, &size);
	f = data ? fopen(path, "wb") : NULL;
	if (!f || fwrite(data, 1, size, f) != size || fclose(f)) {
		fprintf(stderr, "cannot copy %s to %s\n", from, path);
		exit(2);
	}
	free(data);
	return path;
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	(void)st;
	(void)type;
	return ftw->level ? remove(path) : 0;
}

static void empty_folder(void)
{
	nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static int add(const struct unit_suite *suite)
{
	CU_pSuite s = CU_add_suite_with_setup_and_teardown(
		suite->name, NULL, NULL, NULL, empty_folder);
	const struct unit_test *t;

	for (t = suite->tests; s && t->name; t++)
		if (!CU_add_test(s, t->name, t->run))
			return -1;
	return s ? 0 : -1;
}

/*
 * AddressSanitizer keeps what was freed, by default 256 MB of it, and each
 * fork() copies the tables of all these pages.
 */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "quarantine_size_mb=8";
}

int main(int argc, char **argv)
{
	const struct unit_suite *const *suite;
	unsigned int failed;
	int added = 0;

	spp_json_watch_memory();
	snprintf(folder, sizeof(folder), "%s/sppctl-unit-XXXXXX",
		 getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	if (!mkdtemp(folder) || CU_initialize_registry())
		return 2;
	for (suite = unit_suites; *suite; suite++) {
		if (argc > 1 && strcmp(argv[1], (*suite)->name))
			continue;
		if (add(*suite))
			return 2;
		added++;
	}
	CU_basic_set_mode(CU_BRM_VERBOSE);
	if (!added || CU_basic_run_tests())
		return 2;
	failed = CU_get_number_of_failures() + CU_get_number_of_tests_failed();
	CU_cleanup_registry();
	empty_folder();
	rmdir(folder);
	return failed ? 1 : 0;
}
