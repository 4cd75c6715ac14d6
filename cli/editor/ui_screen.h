/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The screen of sppctl ui.  Every text is made fit for a terminal and cut to
 * its width here; no other file draws.
 */
#ifndef CLI_EDITOR_UI_SCREEN_H
#define CLI_EDITOR_UI_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "hive/base/error.h"
#include "hive/base/notes.h"

#define UI_ROWS	   24 /* the least that it works on */
#define UI_COLUMNS 80

enum ui_look {
	UI_PLAIN,
	UI_TITLE,
	UI_CHOSEN,
	UI_PENDING,
	UI_QUIET,
	UI_BAD,
};

/* Keys beside characters. */
enum ui_key {
	UI_KEY_NONE = -1, /* nothing was pressed; a signal may be held back */
	UI_KEY_UP = 0x110000,
	UI_KEY_DOWN,
	UI_KEY_LEFT,
	UI_KEY_RIGHT,
	UI_KEY_PAGE_UP,
	UI_KEY_PAGE_DOWN,
	UI_KEY_HOME,
	UI_KEY_END,
	UI_KEY_BACK,
	UI_KEY_DELETE,
	UI_KEY_ENTER,
	UI_KEY_ESCAPE,
	UI_KEY_RESIZED,
	UI_KEY_F1, /* and so on up to F12 */
	UI_KEY_F12 = UI_KEY_F1 + 11,
};

enum spp_status ui_screen_open(struct spp_error *err);
void ui_screen_close(void);
/* Gives the terminal back for a while, and takes it again. */
void ui_screen_leave(void);
void ui_screen_return(void);

int ui_rows(void);
int ui_columns(void);
bool ui_is_too_small(void);
void ui_clear(void);
void ui_show(void);
/* Fills width columns from (row, column) with the text. */
void ui_put(int row, int column, int width, enum ui_look look,
	    const char *text);
/* The last row: a message, or the keys. */
void ui_say(enum ui_look look, const char *text);
int ui_key(void);
/* The terminal is gone, or a signal is held back: everything is to be left. */
bool ui_over(void);

/*
 * ui_ask.c: edits a line in the last row; false on Escape, and where it is
 * over.
 */
bool ui_ask(const char *question, const char *before, char *answer,
	    size_t room);

#endif
