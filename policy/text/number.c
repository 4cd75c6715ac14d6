/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/text/number.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool parse(const char *text, const char *digits, int base, uint32_t most,
		  uint32_t *n)
{
	unsigned long long v;

	if (!*text || text[strspn(text, digits)])
		return false;
	errno = 0;
	v = strtoull(text, NULL, base);
	if (errno || v > most)
		return false;
	*n = (uint32_t)v;
	return true;
}

bool spp_text_number(const char *text, uint32_t most, uint32_t *n)
{
	return parse(text, "0123456789", 10, most, n);
}

bool spp_text_number_any(const char *text, uint32_t most, uint32_t *n)
{
	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		return parse(text + 2, "0123456789abcdefABCDEF", 16, most, n);
	return spp_text_number(text, most, n);
}
