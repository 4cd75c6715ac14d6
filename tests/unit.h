/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Unit tests: each tests/test_NAME.c defines one suite,
 *
 *	const struct unit_suite unit_NAME = { "NAME", tests };
 *
 * whose tests end with an entry of NULL.  CMake lists the suites; "unit NAME"
 * runs one of them.
 */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include <CUnit/CUnit.h>
#include <stdbool.h>
#include <stddef.h>

struct unit_test {
	const char *name;
	void (*run)(void);
};

struct unit_suite {
	const char *name;
	const struct unit_test *tests;
};

/* An assertion about one row of a table, which is named if it fails. */
#define UNIT_ROW(ok, row) unit_row((ok), #ok, row, __FILE__, __LINE__)
void unit_row(bool ok, const char *what, const char *row, const char *file,
	      unsigned int line);

/* Where the generated hives are. */
const char *unit_fixture(const char *name);
/* Where real hives are, or NULL on a machine without them. */
const char *unit_real(const char *name);
/* An empty folder of this test's own, emptied again at the end. */
const char *unit_folder(void);
/* Copies a file into that folder; the new path is good until the next call. */
const char *unit_copy(const char *from, const char *name);

#define UNIT_PATH 512
/* The path of a name in that folder, which need not be there. */
void unit_path(char path[UNIT_PATH], const char *name);

/* A whole file; *size bytes, to be freed. */
unsigned char *unit_slurp(const char *path, size_t *size);

#endif
