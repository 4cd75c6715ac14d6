/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/text/near.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define FEW	 16 /* words in a message */
#define WORD_MAX 64 /* longer words have no near misses */

static bool same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/*
 * Optimal string alignment: row i of the table has the distances of the first i
 * letters of a from every beginning of b; two earlier rows suffice.
 */
unsigned int spp_near_distance(const char *a, const char *b)
{
	unsigned int rows[3][WORD_MAX + 1];
	size_t i, j, n = strlen(a), m = strlen(b);

	if (n > WORD_MAX || m > WORD_MAX)
		return WORD_MAX;
	for (j = 0; j <= m; j++)
		rows[0][j] = (unsigned int)j;
	for (i = 1; i <= n; i++) {
		unsigned int *now = rows[i % 3], *last = rows[(i - 1) % 3];
		const unsigned int *before = rows[(i + 1) % 3];

		now[0] = (unsigned int)i;
		for (j = 1; j <= m; j++) {
			bool match = same(a[i - 1], b[j - 1]);

			now[j] = least(least(last[j], now[j - 1]) + 1,
				       last[j - 1] + !match);
			if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) &&
			    same(a[i - 2], b[j - 1]))
				now[j] = least(now[j], before[j - 2] + 1);
		}
	}
	return rows[n % 3][m];
}

void spp_near_try(struct spp_near *near, const char *candidate)
{
	unsigned int distance = spp_near_distance(near->word, candidate);
	size_t n = strlen(near->word);

	/* One letter of four may be wrong, and one in a short word. */
	if (n < 2 || distance > 1 + n / 4 || distance >= strlen(candidate))
		return;
	if (near->best && distance >= near->distance)
		return;
	near->best = candidate;
	near->distance = distance;
}

enum spp_status spp_near_fail(const struct spp_near *near, const char *what,
			      const char *listed, struct spp_error *err)
{
	if (near->best)
		return spp_fail(err, SPP_USAGE,
				"unknown %s '%s'; did you mean '%s'? (%s)",
				what, near->word, near->best, listed);
	return spp_fail(err, SPP_USAGE, "unknown %s '%s' (%s)", what,
			near->word, listed);
}

enum spp_status spp_near_few(const char *what, const char *word,
			     const char *allowed, struct spp_error *err)
{
	char words[FEW][WORD_MAX + 1];
	struct spp_near near = SPP_NEAR_INIT(word);
	const char *at = allowed;
	size_t i, n;

	for (i = 0; i < FEW && *at; i++, at += n + strspn(at + n, ", ")) {
		n = strcspn(at, ",");
		snprintf(words[i], sizeof(words[i]), "%.*s", (int)n, at);
		spp_near_try(&near, words[i]);
	}
	if (near.best)
		return spp_fail(err, SPP_USAGE,
				"unknown %s '%s'; did you mean '%s'? "
				"(allowed: %s)",
				what, word, near.best, allowed);
	return spp_fail(err, SPP_USAGE, "unknown %s '%s'; allowed: %s", what,
			word, allowed);
}
