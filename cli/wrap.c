/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/wrap.h"

#include <stdbool.h>
#include <string.h>
#include <unistr.h>
#include <uniwidth.h>

/* Lines are not filled with fewer columns than these. */
#define LEAST 16

/* Bytes of the sequence of a colour, "\033[31m", that begins a text; or 0. */
static size_t colour(const char *text, size_t n)
{
	size_t i = 2;

	if (n < 3 || text[0] != '\033' || text[1] != '[')
		return 0;
	while (i < n && strchr("0123456789;", text[i]))
		i++;
	return i < n && text[i] == 'm' ? i + 1 : 0;
}

static int word_width(const char *word, size_t n)
{
	int columns = u8_width((const uint8_t *)word, n, "UTF-8");
	size_t i, skip;

	/* Only ESC itself counts for nothing. */
	for (i = 0; i < n; i += skip ? skip : 1) {
		skip = colour(word + i, n - i);
		columns -= skip ? (int)skip - 1 : 0;
	}
	return columns < 0 ? 0 : columns;
}

int cli_text_width(const char *text)
{
	return word_width(text, strlen(text));
}

/*
 * A path that is longer than a line is broken after a separator, any other
 * word where the line ends.
 */
static size_t fitting(const char *word, size_t n, int room)
{
	size_t i, best = 0, fits = 0;

	if (word_width(word, n) <= room)
		return n;
	for (i = 1; i < n && word_width(word, i) <= room; i++) {
		if (strchr("\\/,;", word[i - 1]))
			best = i;
		/* No character is cut. */
		if (((uint8_t)word[i] & 0xc0) != 0x80)
			fits = i;
	}
	return best ? best : fits ? fits : n;
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

/* Bytes up to the next blank that is not quoted. */
static size_t shell_word(const char *text)
{
	char quote = '\0';
	size_t n = 0;

	for (; text[n] && (quote || text[n] != ' '); n++) {
		if (text[n] == quote)
			quote = '\0';
		else if (!quote && strchr("'\"", text[n]))
			quote = text[n];
		else if (quote != '\'' && text[n] == '\\' && text[n + 1])
			n++;
	}
	return n;
}

void cli_wrap_command(struct spp_buf *out, const char *command, int at,
		      int indent, int width)
{
	bool first = true;
	size_t n;

	for (command += strspn(command, " "); *command;
	     command += n, command += strspn(command, " ")) {
		int columns, rest;

		n = shell_word(command);
		columns = word_width(command, n);
		/* All but the last line end in " \\". */
		rest = command[n] ? 2 : 0;
		if (!first && at + 1 + columns + rest > width) {
			spp_buf_printf(out, NULL, " \\\n%*s", indent, "");
			at = indent;
			first = true;
		}
		spp_buf_printf(out, NULL, "%s%.*s", first ? "" : " ", (int)n,
			       command);
		at += columns + !first;
		first = false;
	}
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
