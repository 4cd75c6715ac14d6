/* SPDX-License-Identifier: GPL-3.0-or-later */
/* FILETIME: 100 ns steps since 1601-01-01 UTC, as Windows keeps times. */
#ifndef HIVE_FILETIME_H
#define HIVE_FILETIME_H

#include <stdint.h>

#define SPP_FILETIME_EPOCH 11644473600 /* seconds from 1601 to 1970 */

/* seconds: since 1970; may be negative, down to the year 1601. */
static inline uint64_t spp_filetime(int64_t seconds, uint32_t nanoseconds)
{
	return (uint64_t)(seconds + SPP_FILETIME_EPOCH) * 10000000 +
	       nanoseconds / 100;
}

static inline int64_t spp_filetime_unix(uint64_t filetime)
{
	return (int64_t)(filetime / 10000000) - SPP_FILETIME_EPOCH;
}

#define SPP_TIME_TEXT 40

/*
 * "2024-03-05T06:07:08.123Z" (ISO 8601), with the given number of digits after
 * the point, at most 9.  NULL if the time is not between the years 1601 and
 * 9999.
 */
const char *spp_time_text(int64_t seconds, uint32_t nanoseconds, int digits,
			  char text[SPP_TIME_TEXT]);
/* The same with 7 digits.  NULL also for 0, which stands for no time. */
const char *spp_filetime_text(uint64_t filetime, char text[SPP_TIME_TEXT]);

#endif
