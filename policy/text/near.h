/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Near misses: the known word that an unknown one was probably meant to be.
 *
 *	struct spp_near near = SPP_NEAR_INIT(word);
 *
 *	for (i = 0; i < count; i++)
 *		spp_near_try(&near, table[i].name);
 *	return spp_near_fail(&near, "setting", "list: sppctl settings", err);
 *
 * fails with SPP_USAGE and "unknown setting 'kms-hots'; did you mean
 * 'kms-host'? (list: sppctl settings)", or without the question if no known
 * word differs by only a few letters.
 */
#ifndef POLICY_NEAR_H
#define POLICY_NEAR_H

#include "hive/base/error.h"

struct spp_near {
	const char *word; /* as it was given */
	const char *best; /* the nearest so far, or NULL */
	unsigned int distance;
};

#define SPP_NEAR_INIT(given)     \
	{                        \
		(given), NULL, 0 \
	}

/* Edits between a and b: letters inserted, deleted, changed or swapped. */
unsigned int spp_near_distance(const char *a, const char *b);

/* Remembers the candidate if it is near, and nearer than those before. */
void spp_near_try(struct spp_near *near, const char *candidate);

/* Fails with the word, its near miss, and where the words are listed. */
enum spp_status spp_near_fail(const struct spp_near *near, const char *what,
			      const char *listed, struct spp_error *err);

/* The same for a word of a few, which the message lists: "a, b, c". */
enum spp_status spp_near_few(const char *what, const char *word,
			     const char *allowed, struct spp_error *err);

#endif
