/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line that is typed. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "cli/editor/ui_screen.h"
#include "cli/wrap.h"
#include "policy/text/printable.h"

#define CONTROL(c) ((c)&31)

struct line {
	char *text;
	size_t size, at, room;
};

static bool goes_on(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

static size_t before(const struct line *l, size_t at)
{
	while (at && goes_on(l->text[--at]))
		;
	return at;
}

static size_t after(const struct line *l, size_t at)
{
	if (at < l->size)
		at++;
	while (at < l->size && goes_on(l->text[at]))
		at++;
	return at;
}

static void cut(struct line *l, size_t from, size_t to)
{
	memmove(l->text + from, l->text + to, l->size - to + 1);
	l->size -= to - from;
	l->at = from;
}

/* A character as the locale has it. */
static void insert(struct line *l, int c)
{
	char bytes[MB_LEN_MAX + 1];
	mbstate_t state = { 0 };
	size_t n = wcrtomb(bytes, (wchar_t)c, &state);

	if (n == (size_t)-1 || l->size + n >= l->room)
		return;
	memmove(l->text + l->at + n, l->text + l->at, l->size - l->at + 1);
	memcpy(l->text + l->at, bytes, n);
	l->size += n;
	l->at += n;
}

static size_t word_before(const struct line *l)
{
	size_t at = l->at;

	while (at && l->text[at - 1] == ' ')
		at--;
	while (at && l->text[at - 1] != ' ')
		at--;
	return at;
}

static void take_key(struct line *l, int key)
{
	switch (key) {
	case UI_KEY_LEFT:
		l->at = before(l, l->at);
		break;
	case UI_KEY_RIGHT:
		l->at = after(l, l->at);
		break;
	case UI_KEY_HOME:
	case CONTROL('A'):
		l->at = 0;
		break;
	case UI_KEY_END:
	case CONTROL('E'):
		l->at = l->size;
		break;
	case UI_KEY_BACK:
		cut(l, before(l, l->at), l->at);
		break;
	case UI_KEY_DELETE:
		cut(l, l->at, after(l, l->at));
		break;
	case CONTROL('K'):
		cut(l, l->at, l->size);
		break;
	case CONTROL('U'):
		cut(l, 0, l->size);
		break;
	case CONTROL('W'):
		cut(l, word_before(l), l->at);
		break;
	default:
		if (key >= 0x20 && key < UI_KEY_UP)
			insert(l, key);
	}
}

/* What stands before the cursor, so that its end is in view. */
static void draw(const char *question, const struct line *l)
{
	struct spp_buf CLEANUP(spp_buf_release) front = SPP_BUF_INIT;
	char CLEANUP(spp_free_string) *shown = NULL;
	int row = ui_rows() - 1, room = ui_columns() - 1, used;
	size_t end = after(l, l->at);
	const char *from;
	char under[MB_LEN_MAX * 4 + 1] = "_";

	spp_buf_printf(&front, NULL, "%s%.*s", question, (int)l->at, l->text);
	shown = spp_printable(spp_buf_text(&front));
	from = shown ? shown : "";
	while (*from && cli_text_width(from) + 2 > room)
		do
			from++;
		while (goes_on(*from));
	used = cli_text_width(from);
	if (end > l->at && end - l->at < sizeof(under)) {
		memcpy(under, l->text + l->at, end - l->at);
		under[end - l->at] = '\0';
	}
	ui_put(row, 0, room, UI_PENDING, from);
	ui_put(row, used, cli_text_width(under),
	       end > l->at ? UI_CHOSEN : UI_PENDING, under);
	used += cli_text_width(under);
	ui_put(row, used, room - used, UI_PENDING, l->text + end);
	ui_show();
}

bool ui_ask(const char *question, const char *start, char *answer, size_t room)
{
	struct line l = { .text = answer, .room = room };
	int key;

	*answer = '\0';
	if (start && strlen(start) < room)
		l.size = l.at = strlen(strcpy(answer, start));
	for (;;) {
		draw(question, &l);
		key = ui_key();
		if (ui_over() || key == UI_KEY_ESCAPE)
			return false;
		if (key == UI_KEY_ENTER)
			return true;
		take_key(&l, key);
	}
}
