/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/editor/ui_pane.h"

#include <string.h>

#include "cli/wrap.h"
#include "policy/text/printable.h"

#define BELOW_MAX 6 /* rows for the line under the cursor */

/* Bytes of a text that fill a row: up to a blank, if there is one. */
static size_t row_of(const char *text, int columns)
{
	size_t n = 0, next, blank = 0;
	char piece[2048];

	while (text[n] && text[n] != '\n') {
		for (next = n + 1; ((unsigned char)text[next] & 0xc0) == 0x80;)
			next++;
		if (next >= sizeof(piece))
			break;
		memcpy(piece, text, next);
		piece[next] = '\0';
		if (cli_text_width(piece) > columns)
			return blank ? blank : n ? n : next;
		if (text[n] == ' ')
			blank = next;
		n = next;
	}
	return n;
}

int ui_fill(int row, int rows, enum ui_look look, const char *text)
{
	char CLEANUP(spp_free_string) *whole = strdup(text);
	int used = 0;
	char *at = whole ? whole : NULL, *end;

	/* Lines of its own; everything else is escaped when it is drawn. */
	for (; at && *at && used < rows; at = end) {
		char CLEANUP(spp_free_string) *shown = NULL;
		const char *rest;
		char *stop = strchrnul(at, '\n');

		end = stop + (*stop != '\0');
		*stop = '\0';
		shown = spp_printable(at);
		for (rest = shown ? shown : ""; *rest && used < rows; used++) {
			char piece[2048];
			size_t n = row_of(rest, ui_columns());

			if (used == rows - 1 && rest[n])
				n = strlen(rest);
			if (n >= sizeof(piece))
				n = sizeof(piece) - 1;
			memcpy(piece, rest, n);
			piece[n] = '\0';
			if (row >= 0)
				ui_put(row + used, 0, ui_columns(), look,
				       piece);
			rest += n;
		}
	}
	return used;
}

void ui_say_whole(enum ui_look look, const char *text)
{
	int rows = ui_fill(-1, BELOW_MAX, look, text);

	if (rows < 2)
		ui_say(look, text);
	else
		ui_fill(ui_rows() - rows, rows, look, text);
}

/* What stands below for a line; NULL: nothing. */
static const char *below(const struct ui_pane *p, size_t at)
{
	char CLEANUP(spp_free_string) *shown = NULL;

	if (at >= p->lines->count)
		return NULL;
	if (p->about)
		return p->about->text[at];
	shown = spp_printable(p->lines->text[at]);
	return shown && cli_text_width(shown) > ui_columns()
		       ? p->lines->text[at]
		       : NULL;
}

/* Returns how many lines are in view. */
static size_t draw(const struct ui_pane *p, size_t *top, size_t at,
		   const char *said)
{
	const char *about = below(p, at);
	int rows = ui_rows() - 2, low = 0;
	size_t i, page;

	if (about && rows > 2 * BELOW_MAX)
		low = 1 + ui_fill(-1, BELOW_MAX, UI_PLAIN, about);
	page = (size_t)(rows - low > 1 ? rows - low : 1);
	if (at < *top)
		*top = at;
	if (at >= *top + page)
		*top = at - page + 1;
	ui_clear();
	ui_put(0, 0, ui_columns(), UI_TITLE, p->title);
	for (i = *top; i < p->lines->count && i < *top + page; i++)
		ui_put((int)(i - *top) + 1, 0, ui_columns(),
		       i == at ? UI_CHOSEN : UI_PLAIN, p->lines->text[i]);
	if (i < p->lines->count || *top)
		ui_put(0, ui_columns() - 14, 14, UI_QUIET,
		       i < p->lines->count ? "more below" : "end");
	if (low)
		ui_fill(ui_rows() - low, BELOW_MAX, UI_PENDING, about);
	ui_say_whole(!said    ? UI_QUIET
		     : p->bad ? UI_BAD
			      : UI_PENDING,
		     said ? said : p->keys);
	ui_show();
	return page;
}

static size_t move(int key, size_t at, size_t page, size_t count)
{
	size_t last = count ? count - 1 : 0, to = at;

	if (key == UI_KEY_UP || key == 'k')
		to = at ? at - 1 : 0;
	else if (key == UI_KEY_DOWN || key == 'j')
		to = at + 1;
	else if (key == UI_KEY_PAGE_UP)
		to = at > page ? at - page : 0;
	else if (key == UI_KEY_PAGE_DOWN || key == ' ')
		to = at + page;
	else if (key == UI_KEY_HOME)
		to = 0;
	else if (key == UI_KEY_END)
		to = last;
	return to < last ? to : last;
}

int ui_pane(const struct ui_pane *p, size_t *chosen)
{
	const char *said = p->said && *p->said ? p->said : NULL;
	size_t top = 0, at = *chosen, page;
	int key;

	for (;;) {
		if (at >= p->lines->count)
			at = p->lines->count ? p->lines->count - 1 : 0;
		page = draw(p, &top, at, said);
		key = ui_key();
		*chosen = at;
		if (ui_over() || key == UI_KEY_ESCAPE)
			return UI_KEY_ESCAPE;
		if (key == UI_KEY_ENTER ||
		    (key > 0 && key < 128 && strchr(p->ends, key)))
			return key;
		if (key != UI_KEY_NONE && key != UI_KEY_RESIZED)
			said = NULL;
		at = move(key, at, page, p->lines->count);
	}
}
