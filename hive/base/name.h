/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names of keys and values as a hive stores them: either one byte for each
 * character ("compressed", the lower half of Unicode's first 256) or
 * UTF-16LE.  Windows compares them character by character after upper-casing
 * each, keeps subkey lists in that order and puts a hash of it into lh lists
 * (regf specification, "Index leaf", "Fast leaf" and "Hash leaf").
 */
#ifndef HIVE_NAME_H
#define HIVE_NAME_H

#include <stdbool.h>

#include "hive/base/buf.h"

struct spp_name {
	const uint8_t *data; /* borrowed */
	size_t units;	     /* characters of 16 bits each */
	bool wide;	     /* data is UTF-16LE, else a byte a character */
};

uint16_t spp_name_unit(const struct spp_name *name, size_t i);

/*
 * The upper-case form of one UTF-16 unit by Windows' table.  Source: the table
 * that Windows 7 writes into NTFS ($UpCase).  That the registry uses the same
 * table is inferred.
 */
uint16_t spp_upcase(uint16_t unit);

/* Less than, equal to or greater than 0, in the order of subkey lists. */
int spp_name_cmp(const struct spp_name *a, const struct spp_name *b);

/* Whether name is this ASCII text by the registry's rules. */
bool spp_name_is(const struct spp_name *name, const char *ascii);

/* Whether every character is text: no lone surrogate, NUL or control. */
bool spp_name_is_text(const struct spp_name *name);

/* The hash of an lh element, and the hint of an lf element. */
uint32_t spp_name_hash(const struct spp_name *name);
uint32_t spp_name_hint(const struct spp_name *name);

/* Appends the name for display; see spp_utf16_show() for plain. */
enum spp_status spp_name_show(const struct spp_name *name, struct spp_buf *out,
			      bool *plain, struct spp_error *err);

#endif
