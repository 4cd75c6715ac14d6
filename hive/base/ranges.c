/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/base/ranges.h"

#include <stdlib.h>

void spp_ranges_release(struct spp_ranges *set)
{
	if (!set)
		return;
	free(set->range);
	*set = (struct spp_ranges)SPP_RANGES_INIT;
}

enum spp_status spp_ranges_add(struct spp_ranges *set, uint64_t off, uint64_t n,
			       struct spp_error *err)
{
	struct spp_range *grown;
	size_t room;

	if (set->count == set->room) {
		room = set->room ? 2 * set->room : 16;
		grown = realloc(set->range, room * sizeof(*grown));
		if (!grown)
			return spp_nomem(err);
		set->range = grown;
		set->room = room;
	}
	set->range[set->count++] = (struct spp_range){ off, off + n };
	return SPP_OK;
}

static int by_start(const void *a, const void *b)
{
	const struct spp_range *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

void spp_ranges_sort(struct spp_ranges *set)
{
	size_t i, kept = 0;

	if (!set->count)
		return;
	qsort(set->range, set->count, sizeof(*set->range), by_start);
	for (i = 1; i < set->count; i++) {
		if (set->range[i].start > set->range[kept].end)
			set->range[++kept] = set->range[i];
		else if (set->range[i].end > set->range[kept].end)
			set->range[kept].end = set->range[i].end;
	}
	set->count = kept + 1;
}

bool spp_ranges_has(const struct spp_ranges *set, uint64_t off)
{
	size_t lo = 0, hi = set->count, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (off < set->range[mid].start)
			hi = mid;
		else if (off >= set->range[mid].end)
			lo = mid + 1;
		else
			return true;
	}
	return false;
}

uint64_t spp_ranges_total(const struct spp_ranges *set)
{
	uint64_t total = 0;
	size_t i;

	for (i = 0; i < set->count; i++)
		total += set->range[i].end - set->range[i].start;
	return total;
}
