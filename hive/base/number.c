/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/base/number.h"

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

static bool parse(const char *text, unsigned int radix, uint64_t most,
		  uint64_t *n)
{
	uint64_t v = 0;
	unsigned int d;

	if (!*text)
		return false;
	for (; *text; text++) {
		d = (unsigned int)digit(*text);
		if (d >= radix || d > most || v > (most - d) / radix)
			return false;
		v = v * radix + d;
	}
	*n = v;
	return true;
}

bool spp_number_parse(const char *text, uint64_t most, uint64_t *n)
{
	return parse(text, 10, most, n);
}

bool spp_number_parse_hex(const char *text, uint64_t most, uint64_t *n)
{
	if (text[0] == '0' && (text[1] | 32) == 'x')
		return parse(text + 2, 16, most, n);
	return parse(text, 10, most, n);
}

bool spp_number_parse_u32(const char *text, uint32_t *n)
{
	uint64_t v;

	if (!spp_number_parse_hex(text, UINT32_MAX, &v))
		return false;
	*n = (uint32_t)v;
	return true;
}
