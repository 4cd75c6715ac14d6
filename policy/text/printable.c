/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/text/printable.h"

#include <ctype.h>
#include <string.h>

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

char *spp_printable_cut(const char *text, size_t most)
{
	char *shown = spp_printable(text);

	if (!shown || strlen(shown) <= most + 3)
		return shown;
	while (((unsigned char)shown[most] & 0xc0) == 0x80)
		most--;
	strcpy(shown + most, "...");
	return shown;
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

/* What is hidden of the n bytes of a key: all but the dashes. */
static void hide(char *key, size_t n)
{
	for (; n; key++, n--)
		if (*key != '-')
			*key = 'X';
}

void spp_printable_redact(char *text)
{
	for (; *text; text++)
		if (is_key(text))
			hide(text, KEY_LENGTH - 6);
}

void spp_printable_redact_all(struct spp_buf *text)
{
	char *start = (char *)text->data;
	char *dash = start ? memrchr(start, '-', text->size) : NULL;

	hide(start, dash ? (size_t)(dash - start) : text->size);
}
