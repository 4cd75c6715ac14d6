/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/editor/ui_screen.h"

/* Some libc ask for the functions on wide characters by name. */
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <limits.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "cli/stop.h"
#include "policy/text/printable.h"

#define WAIT_MS	  200 /* how often signals are looked for */
#define LINE_ROOM 1024

static SCREEN *screen;
static bool colour;

static const struct {
	int code;
	enum ui_key key;
} keys[] = {
	{ KEY_UP, UI_KEY_UP },		{ KEY_DOWN, UI_KEY_DOWN },
	{ KEY_LEFT, UI_KEY_LEFT },	{ KEY_RIGHT, UI_KEY_RIGHT },
	{ KEY_PPAGE, UI_KEY_PAGE_UP },	{ KEY_NPAGE, UI_KEY_PAGE_DOWN },
	{ KEY_HOME, UI_KEY_HOME },	{ KEY_END, UI_KEY_END },
	{ KEY_BACKSPACE, UI_KEY_BACK }, { KEY_DC, UI_KEY_DELETE },
	{ KEY_ENTER, UI_KEY_ENTER },	{ KEY_RESIZE, UI_KEY_RESIZED },
};

static void take_terminal(void)
{
	const char *no = getenv("NO_COLOR");

	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	set_escdelay(25);
	timeout(WAIT_MS);
	curs_set(0);
	colour = has_colors() && !(no && *no);
	if (!colour)
		return;
	start_color();
	use_default_colors();
	init_pair(UI_PENDING, COLOR_YELLOW, -1);
	init_pair(UI_BAD, COLOR_RED, -1);
	init_pair(UI_TITLE, COLOR_CYAN, -1);
}

enum spp_status ui_screen_open(struct spp_error *err)
{
	static const int numbers[] = { SIGINT, SIGTERM };
	struct sigaction before[2];
	size_t i;

	setlocale(LC_CTYPE, "");
	/* Its handlers would end the program by themselves, with code 1. */
	for (i = 0; i < 2; i++)
		sigaction(numbers[i], NULL, &before[i]);
	screen = newterm(NULL, stdout, stdin);
	for (i = 0; screen && i < 2; i++)
		sigaction(numbers[i], &before[i], NULL);
	if (!screen)
		return spp_fail(err, SPP_UNSUPPORTED,
				"this terminal cannot show a screen; set TERM, "
				"or use sppctl edit");
	set_term(screen);
	take_terminal();
	return SPP_OK;
}

void ui_screen_close(void)
{
	if (!screen)
		return;
	endwin();
	delscreen(screen);
	screen = NULL;
}

void ui_screen_leave(void)
{
	def_prog_mode();
	endwin();
}

void ui_screen_return(void)
{
	reset_prog_mode();
	clearok(stdscr, TRUE);
	refresh();
}

int ui_rows(void)
{
	return LINES;
}

int ui_columns(void)
{
	return COLS;
}

bool ui_is_too_small(void)
{
	return LINES < UI_ROWS || COLS < UI_COLUMNS;
}

void ui_clear(void)
{
	erase();
}

void ui_show(void)
{
	refresh();
}

static attr_t look_of(enum ui_look look)
{
	static const attr_t looks[] = {
		[UI_PLAIN] = A_NORMAL,	 [UI_TITLE] = A_BOLD,
		[UI_CHOSEN] = A_REVERSE, [UI_PENDING] = A_BOLD,
		[UI_QUIET] = A_DIM,	 [UI_BAD] = A_BOLD,
	};

	return looks[look];
}

static short look_pair(enum ui_look look)
{
	return colour && (look == UI_TITLE || look == UI_PENDING ||
			  look == UI_BAD)
		       ? (short)look
		       : 0;
}

void ui_put(int row, int column, int width, enum ui_look look, const char *text)
{
	char CLEANUP(spp_free_string) *shown = spp_printable(text);
	const char *at = shown ? shown : "?";
	mbstate_t state = { 0 };
	int used = 0, columns;
	wchar_t c[2] = L"";
	size_t n;

	if (row < 0 || row >= LINES || width <= 0)
		return;
	attr_set(look_of(look), look_pair(look), NULL);
	move(row, column);
	while (*at) {
		n = mbrtowc(&c[0], at, strlen(at), &state);
		if (n == 0 || n > strlen(at)) {
			c[0] = L'?';
			n = 1;
			memset(&state, 0, sizeof(state));
		}
		columns = wcwidth(c[0]);
		if (columns < 0) {
			c[0] = L'?';
			columns = 1;
		}
		/* The last column says that there is more. */
		if (used + columns > width - (at[n] != '\0')) {
			addch(MB_CUR_MAX > 1 ? (chtype)' ' : (chtype)'>');
			if (MB_CUR_MAX > 1)
				mvaddwstr(row, column + used, L"\u2026");
			used++;
			break;
		}
		addwstr(c);
		used += columns;
		at += n;
	}
	for (; used < width; used++)
		addch(' ');
	attr_set(A_NORMAL, 0, NULL);
}

void ui_say(enum ui_look look, const char *text)
{
	ui_put(LINES - 1, 0, COLS - 1, look, text);
}

int ui_key(void)
{
	wint_t c = 0;
	int kind = get_wch(&c);
	size_t i;

	if (kind == ERR)
		return UI_KEY_NONE;
	if (kind == KEY_CODE_YES) {
		for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
			if (keys[i].code == (int)c)
				return keys[i].key;
		if ((int)c >= KEY_F(1) && (int)c <= KEY_F(12))
			return UI_KEY_F1 + (int)c - KEY_F(1);
		return UI_KEY_NONE;
	}
	return c == 27			? UI_KEY_ESCAPE
	       : c == '\r' || c == '\n' ? UI_KEY_ENTER
	       : c == 127 || c == '\b'	? UI_KEY_BACK
					: (int)c;
}

/* Appends a character as the locale has it. */
static size_t append(char *text, size_t n, size_t room, int c)
{
	char bytes[MB_LEN_MAX + 1];
	mbstate_t state = { 0 };
	size_t more = wcrtomb(bytes, (wchar_t)c, &state);

	if (more == (size_t)-1 || n + more >= room)
		return n;
	memcpy(text + n, bytes, more);
	text[n + more] = '\0';
	return n + more;
}

bool ui_ask(const char *question, const char *before, char *answer, size_t room)
{
	char line[LINE_ROOM + 200];
	size_t n = 0, shown;
	int key;

	*answer = '\0';
	if (before && strlen(before) < room)
		n = strlen(strcpy(answer, before));
	for (;;) {
		/* The end of what is typed stays in view. */
		shown = strlen(question) + n + 2 < (size_t)COLS
				? 0
				: strlen(question) + n + 2 - (size_t)COLS;
		snprintf(line, sizeof(line), "%s%s_", question,
			 answer + (shown < n ? shown : n));
		ui_say(UI_PENDING, line);
		ui_show();
		key = ui_key();
		if (cli_stop_signal() || key == UI_KEY_ESCAPE)
			return false;
		if (key == UI_KEY_ENTER)
			return true;
		if (key == 21) /* ^U */
			n = 0;
		else if (key == UI_KEY_BACK && n)
			do
				n--;
			while (n && ((unsigned char)answer[n] & 0xc0) == 0x80);
		else if (key >= 0x20 && key < UI_KEY_UP)
			n = append(answer, n, room, key);
		answer[n] = '\0';
	}
}

int ui_lines(const char *title, const struct spp_notes *lines, size_t *chosen,
	     const char *ends_text, const char *ends)
{
	size_t top = 0, at = *chosen, i, page;
	int key = UI_KEY_NONE;

	for (;;) {
		page = (size_t)(LINES > 4 ? LINES - 3 : 1);
		if (at >= lines->count)
			at = lines->count ? lines->count - 1 : 0;
		if (at < top)
			top = at;
		if (at >= top + page)
			top = at - page + 1;
		ui_clear();
		ui_put(0, 0, COLS, UI_TITLE, title);
		for (i = top; i < lines->count && i < top + page; i++)
			ui_put((int)(i - top) + 1, 0, COLS,
			       i == at ? UI_CHOSEN : UI_PLAIN, lines->text[i]);
		ui_say(UI_QUIET, ends_text);
		ui_show();
		key = ui_key();
		*chosen = at;
		if (cli_stop_signal() || key == UI_KEY_ESCAPE)
			return UI_KEY_ESCAPE;
		if (key == UI_KEY_ENTER ||
		    (key > 0 && key < 128 && strchr(ends, key)))
			return key;
		if ((key == UI_KEY_UP || key == 'k') && at)
			at--;
		else if (key == UI_KEY_DOWN || key == 'j')
			at++;
		else if (key == UI_KEY_PAGE_UP)
			at = at > page ? at - page : 0;
		else if (key == UI_KEY_PAGE_DOWN)
			at += page;
		else if (key == UI_KEY_HOME)
			at = 0;
		else if (key == UI_KEY_END)
			at = lines->count;
	}
}
