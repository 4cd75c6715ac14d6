/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/base/filetime.h"

#include <stdio.h>
#include <time.h>

#define YEAR_10000 253402300800 /* in seconds since 1970 */

const char *spp_time_text(int64_t seconds, uint32_t nanoseconds, int digits,
			  char text[SPP_TIME_TEXT])
{
	time_t t = (time_t)seconds;
	char day[sizeof("2000-01-01T00:00:00")];
	uint32_t part = nanoseconds;
	struct tm tm;
	int i;

	if (t != seconds || seconds >= YEAR_10000 ||
	    seconds < -SPP_FILETIME_EPOCH || !gmtime_r(&t, &tm) ||
	    !strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm))
		return NULL;
	for (i = digits; i < 9; i++)
		part /= 10;
	if (digits)
		snprintf(text, SPP_TIME_TEXT, "%s.%0*uZ", day, digits, part);
	else
		snprintf(text, SPP_TIME_TEXT, "%sZ", day);
	return text;
}

const char *spp_filetime_text(uint64_t filetime, char text[SPP_TIME_TEXT])
{
	return filetime ? spp_time_text(spp_filetime_unix(filetime),
					(uint32_t)(filetime % 10000000 * 100),
					7, text)
			: NULL;
}
