/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A set of byte ranges of a file: the ledger of what an edit may change.
 *
 *	struct spp_ranges set = SPP_RANGES_INIT;
 *
 *	spp_ranges_add(&set, off, n, err);
 *	spp_ranges_sort(&set);
 *	if (!spp_ranges_has(&set, off)) ...
 */
#ifndef HIVE_RANGES_H
#define HIVE_RANGES_H

#include <stdbool.h>
#include <stdint.h>

#include "hive/base/error.h"

struct spp_range {
	uint64_t start, end; /* end: the first byte after the range */
};

struct spp_ranges {
	struct spp_range *range;
	size_t count, room;
};

#define SPP_RANGES_INIT    \
	{                  \
		NULL, 0, 0 \
	}

void spp_ranges_release(struct spp_ranges *set);
enum spp_status spp_ranges_add(struct spp_ranges *set, uint64_t off, uint64_t n,
			       struct spp_error *err);
/* Sorts and merges the ranges; needed once before spp_ranges_has(). */
void spp_ranges_sort(struct spp_ranges *set);
bool spp_ranges_has(const struct spp_ranges *set, uint64_t off);
/* The number of bytes in a sorted set. */
uint64_t spp_ranges_total(const struct spp_ranges *set);

#endif
