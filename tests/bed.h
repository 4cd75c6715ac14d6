/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A test bed: one hive in memory, to be looked at and edited.
 *
 *	struct bed bed;
 *
 *	bed_open(&bed, unit_fixture("kms-primary.hive"));
 *	... bed.hive, bed.pages, bed.err ...
 *	bed_close(&bed);
 */
#ifndef TESTS_BED_H
#define TESTS_BED_H

#include "hive/base/ranges.h"
#include "hive/check/check.h"

#define BED_NT	"Microsoft\\Windows NT\\CurrentVersion"
#define BED_SPP BED_NT "\\SoftwareProtectionPlatform"

struct bed {
	unsigned char *bytes; /* as they were; owned */
	size_t size;
	struct spp_source source; /* of them */
	struct spp_pages *pages;
	struct spp_regf hive;
	struct spp_error err;
};

/* A source over size bytes, which stay the caller's. */
struct bed_bytes {
	const unsigned char *data;
	size_t size;
};
struct spp_source bed_source(struct bed_bytes *bytes);

/* What opening it says; the bed must be closed whatever that is. */
enum spp_status bed_open(struct bed *bed, const char *path);
/* Opens the fixture PREFIX NAME.hive, which is sound enough for that. */
void bed_fixture(struct bed *bed, const char *prefix, const char *name);
/* Takes bytes from malloc(). */
enum spp_status bed_take(struct bed *bed, unsigned char *bytes, size_t size);
void bed_close(struct bed *bed);

/* The bytes as they are now, to be freed. */
unsigned char *bed_now(struct bed *bed, size_t *size);

/* How many bytes changed that the ledger, which is sorted here, lacks. */
size_t bed_strays(struct bed *bed, struct spp_ranges *ledger);

/* Writes a field of the base block into bytes and makes the checksum right. */
void bed_poke(unsigned char *bytes, size_t at, uint32_t v);

/* How much a check finds, of this severity and above. */
uint64_t bed_findings(struct spp_regf *hive, enum spp_severity least);

/*
 * Reads every key and value that can be reached, as far as a budget goes;
 * how many values could be read.  For hostile bytes: it must end.
 */
unsigned int bed_walk(struct spp_regf *hive);

/*
 * Appends a line for every key and value that can be reached, with all that
 * an edit must leave alone: place, flags, security, type, data.  The values
 * that are called name in the key at path are left out, and so is the time of
 * that key and how many values it has.
 */
void bed_dump(struct spp_regf *hive, const char *path, const char *name,
	      struct spp_buf *out);

/* A key that must be there, and the data of a value in it. */
struct spp_key bed_key(struct spp_regf *hive, const char *path);
enum spp_status bed_value(struct spp_regf *hive, const char *path,
			  const char *name, struct spp_value *value);

/* A value of so many bytes, all the same. */
void bed_fill(struct spp_value *value, size_t size, uint32_t type,
	      uint8_t fill);

/* Whether this is what a recipe's "ramp" makes of so many bytes. */
bool bed_is_ramp(const struct spp_value *value, size_t size);

/* Numbers that look random and are the same each time. */
uint32_t bed_random(uint32_t *state);

#endif
