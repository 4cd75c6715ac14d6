/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A disk in memory with an NTFS volume whose hives grow, and the check of what
 * that may touch.
 *
 *	struct volume_bed bed;
 *
 *	volume_bed_open(&bed, path);
 *	volume_bed_grow(&bed, SPP_ROLE_SOFTWARE, 8192);
 *	... bed.is is what it would be; volume_bed_check(&bed, &err) ...
 *	volume_bed_close(&bed);
 *
 * What goes wrong on the way ends the program.
 */
#ifndef TESTS_VOLUME_BED_H
#define TESTS_VOLUME_BED_H

#include "hive/ntfs/footprint.h"
#include "tests/memory_block.h"

struct volume_bed {
	struct memory_block disk;
	struct spp_overlay *was, *is;
	struct spp_volume volume; /* as it was */
	int role;		  /* of the hive that grew */
};

struct volume_bed_file {
	const struct volume_bed *bed;
	const struct spp_volume_file *file;
};

/* Ends the program, in words, unless the status is SPP_OK. */
void volume_bed_must(enum spp_status st, const struct spp_error *err,
		     const char *what);
void volume_bed_open(struct volume_bed *bed, const char *path);
/* The overlays anew, over the disk as it is. */
void volume_bed_again(struct volume_bed *bed);
void volume_bed_close(struct volume_bed *bed);
void volume_bed_probe(struct volume_bed *bed, struct spp_overlay *overlay,
		      struct spp_volume *volume);
/* The bytes of a hive as it was. */
struct spp_source volume_bed_source(struct volume_bed_file *at);
/* In bed->is, by this many bytes. */
void volume_bed_grow(struct volume_bed *bed, int role, uint64_t by);
enum spp_status volume_bed_check(struct volume_bed *bed, struct spp_error *err);

#endif
