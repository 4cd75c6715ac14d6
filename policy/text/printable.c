/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/text/printable.h"

#include <ctype.h>

#include "hive/base/buf.h"

#define KEY_LENGTH 29

char *spp_printable(const char *text)
{
	struct spp_buf out = SPP_BUF_INIT;
	const unsigned char *p = (const unsigned char *)text;

	for (; *p; p++) {
		if (*p < 0x20 || *p == 0x7f)
			spp_buf_printf(&out, NULL, "\\u{%X}", *p);
		else if (*p == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0)
			spp_buf_printf(&out, NULL, "\\u{%X}", *++p);
		else
			spp_buf_append(&out, p, 1, NULL);
	}
	return spp_buf_take(&out);
}

/* Whether text begins with five groups of five, XXXXX-XXXXX-... */
static bool is_key(const char *text)
{
	size_t i;

	for (i = 0; i < KEY_LENGTH; i++)
		if (i % 6 == 5 ? text[i] != '-'
			       : !isalnum((unsigned char)text[i]))
			return false;
	return true;
}

void spp_printable_redact(char *text)
{
	size_t i;

	for (; *text; text++)
		for (i = 0; i < KEY_LENGTH - 6 && is_key(text); i++)
			if (i % 6 != 5)
				text[i] = 'X';
}
