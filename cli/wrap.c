/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/wrap.h"

#include <string.h>
#include <unistr.h>
#include <uniwidth.h>

/* Lines are not filled with fewer columns than these. */
#define LEAST 24

int cli_text_width(const char *text)
{
	int n = u8_strwidth((const uint8_t *)text, "UTF-8");

	return n < 0 ? 0 : n;
}

static int word_width(const char *word, size_t n)
{
	int columns = u8_width((const uint8_t *)word, n, "UTF-8");

	return columns < 0 ? 0 : columns;
}

/* A path that is longer than a line is broken behind a separator. */
static size_t fitting(const char *word, size_t n, int room)
{
	size_t i, best = n;

	if (word_width(word, n) <= room)
		return n;
	for (i = 1; i < n && word_width(word, i) <= room; i++)
		if (strchr("\\/,;", word[i - 1]))
			best = i;
	return best;
}

void cli_wrap(FILE *to, const char *text, int at, int indent, int width)
{
	int room = width - indent < LEAST ? indent + LEAST : width;
	bool first = true;
	size_t n;

	for (text += strspn(text, " \n"); *text;
	     text += n, text += strspn(text, " \n")) {
		int columns;

		n = strcspn(text, " \n");
		n = fitting(text, n, room - indent);
		columns = word_width(text, n);
		if (!first && at + 1 + columns > room) {
			fprintf(to, "\n%*s", indent, "");
			at = indent;
			first = true;
		}
		fprintf(to, "%s%.*s", first ? "" : " ", (int)n, text);
		at += columns + !first;
		first = text[n] && !strchr(" \n", text[n]);
		if (first) {
			fprintf(to, "\n%*s", indent, "");
			at = indent;
		}
	}
	putc('\n', to);
}

size_t cli_cut(const char *text, int width)
{
	size_t n = strlen(text), at = 0;
	int columns = 0;

	if (cli_text_width(text) <= width)
		return n;
	while (at < n) {
		ucs4_t c;
		int bytes = u8_mbtouc(&c, (const uint8_t *)text + at, n - at);
		int wide = uc_width(c, "UTF-8");

		columns += wide > 0 ? wide : 0;
		if (columns >= width)
			break;
		at += (size_t)bytes;
	}
	return at;
}
