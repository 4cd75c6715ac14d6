/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/editor/ui_screen.h"

/* Some libc ask for the functions on wide characters by name. */
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "cli/stop.h"
#include "policy/text/printable.h"

#define WAIT_MS 200 /* how often signals are looked for */

static SCREEN *screen;
static bool colour;
static bool gone; /* the terminal */

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

static enum spp_status no_screen(struct spp_error *err)
{
	return spp_fail(err, SPP_UNSUPPORTED,
			"this terminal cannot show a screen; set TERM, or use "
			"sppctl edit");
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
		return no_screen(err);
	set_term(screen);
	/* A terminal of paper shows each screen below the last. */
	if (!tigetstr("cup")) {
		ui_screen_close();
		return no_screen(err);
	}
	take_terminal();
	return SPP_OK;
}

void ui_screen_close(void)
{
	if (!screen)
		return;
	/* Once more would take the cursor back over what was printed since. */
	if (!isendwin())
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

bool ui_over(void)
{
	return gone || cli_stop_signal();
}

int ui_key(void)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	wint_t c = 0;
	int kind = get_wch(&c);
	size_t i;

	if (kind == ERR) {
		gone |= poll(&input, 1, 0) > 0 &&
			input.revents & (POLLHUP | POLLERR | POLLNVAL);
		return UI_KEY_NONE;
	}
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
