/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * WIMs for tests, made, changed and judged in this process by libwim.
 *
 *	const struct wimbed how = { .type = WIMLIB_COMPRESSION_TYPE_LZX };
 *
 *	wimbed_make("a.wim", &how);	in the folder of the suite
 *	... an edit ...
 *	CU_ASSERT_TRUE(wimbed_sound("a.wim"));
 */
#ifndef TESTS_WIMBED_H
#define TESTS_WIMBED_H

#include <stddef.h>
#include <stdint.h>
#include <wimlib.h>

#include "tests/unit.h"

struct wimbed {
	enum wimlib_compression_type type;
	int flags;	     /* of wimlib_write() */
	unsigned int images; /* called "Image 1", ...; 0 counts as 1 */
	const char *hive;    /* the fixture that is SOFTWARE; or NULL */
	const char *log;     /* and the one that is SOFTWARE.LOG1; or NULL */
	const char *link;    /* another name of SOFTWARE; or NULL */
	unsigned int boot;   /* number of the image to boot, or 0 */
	const char *beside;  /* a folder to make; or NULL */
	const char *without; /* what to remove of the tree; or NULL */
};

/* What edits of them write, and flags. */
#define HOST	  "kms02.corp.example"
#define INTEGRITY WIMLIB_WRITE_FLAG_CHECK_INTEGRITY
#define SOLID	  WIMLIB_WRITE_FLAG_SOLID

static const struct wimbed plain = { .type = WIMLIB_COMPRESSION_TYPE_NONE };
static const struct wimbed packed = { .type = WIMLIB_COMPRESSION_TYPE_LZX };

void wimbed_make(const char *name, const struct wimbed *how);
/* Whether libwim has nothing against it: integrity, hashes, trees. */
bool wimbed_sound(const char *name);
/* Whether the target, looked at, says this against an edit; NULL: nothing. */
bool wimbed_refuses(const char *name, const char *why);
size_t wimbed_size(const char *name);

/* All bytes, to be changed and put back; they are freed. */
struct wimbed_bytes {
	unsigned char *data;
	size_t size;
};

struct wimbed_bytes wimbed_read(const char *name);
void wimbed_write(const char *name, struct wimbed_bytes bytes);
/* Whether the file is as these bytes, which are freed. */
bool wimbed_same(const char *name, struct wimbed_bytes bytes);

/* Puts size bytes of value at off into a file. */
void wimbed_poke(const char *name, size_t off, uint64_t value, size_t size);
/* The same in what the header says at off: its table, XML, ... */
size_t wimbed_place(const struct wimbed_bytes *bytes, size_t at);
/*
 * The same in the metadata of the first image, which are not packed; their
 * hash in the table is made anew.
 */
void wimbed_poke_tree(const char *name, size_t off, uint64_t value,
		      size_t size);
/* Where the entry of a file begins in these metadata, and their size. */
size_t wimbed_entry(const char *name, const char *file, size_t *all);

#endif
