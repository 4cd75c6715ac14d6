/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/text/printable.h"

#include <ctype.h>
#include <string.h>
#include <unictype.h>
#include <unistr.h>

#define KEY_LENGTH 29

/*
 * Whether a character could act as a terminal command or disguise text:
 * controls, marks that change the direction of writing or are invisible, and
 * separators of lines and paragraphs.
 */
static bool is_escaped(ucs4_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) ||
	       uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Cf |
							   UC_CATEGORY_MASK_Zl |
							   UC_CATEGORY_MASK_Zp);
}

char *spp_printable(const char *text)
{
	return spp_printable_but(text, "");
}

char *spp_printable_but(const char *text, const char *kept)
{
	struct spp_buf out = SPP_BUF_INIT;
	const uint8_t *p = (const uint8_t *)text;
	size_t left = strlen(text);
	ucs4_t c;
	int n;

	for (; left; p += n, left -= (size_t)n) {
		n = u8_mbtoucr(&c, p, left);
		if (n <= 0) {
			n = 1;
			spp_buf_printf(&out, NULL, "\\x{%X}", *p);
		} else if (is_escaped(c) &&
			   (c > 0x7f || !strchr(kept, (int)c))) {
			spp_buf_printf(&out, NULL, "\\u{%X}", (unsigned int)c);
		} else {
			spp_buf_append(&out, p, (size_t)n, NULL);
		}
	}
	return spp_buf_take(&out);
}

/* JSON has such characters only inside strings. */
char *spp_printable_json(const char *json)
{
	struct spp_buf out = SPP_BUF_INIT;
	const uint8_t *p = (const uint8_t *)json;
	size_t left = strlen(json);
	ucs4_t c;
	int n;

	for (; left; p += n, left -= (size_t)n) {
		n = u8_mbtoucr(&c, p, left);
		if (n <= 0)
			n = 1; /* jansson writes UTF-8 */
		if (c < 0x7f || !is_escaped(c))
			spp_buf_append(&out, p, (size_t)n, NULL);
		else if (c < 0x10000)
			spp_buf_printf(&out, NULL, "\\u%04X", (unsigned int)c);
		else
			spp_buf_printf(&out, NULL, "\\u%04X\\u%04X",
				       0xd7c0u + (unsigned int)(c >> 10),
				       0xdc00u + (unsigned int)(c & 0x3ff));
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

/* Hides n bytes of a key, except the dashes. */
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
	char *dash;

	if (!start)
		return;
	dash = memrchr(start, '-', text->size);
	hide(start, dash ? (size_t)(dash - start) : text->size);
}
