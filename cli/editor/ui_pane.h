/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines in a pane over the whole screen.  Below them stands in full what is cut
 * of the line under the cursor, or what there is to say about it.
 */
#ifndef CLI_EDITOR_UI_PANE_H
#define CLI_EDITOR_UI_PANE_H

#include "cli/editor/ui_screen.h"

struct ui_pane {
	const char *title, *keys;
	const char *ends; /* keys that end it, beside Enter and Escape */
	const struct spp_notes *lines;
	const struct spp_notes *about; /* a text for each line, or NULL */
	const char *said; /* instead of the keys, until the next; or NULL */
	bool bad;
};

/* The key that ended it, with *chosen the line that it stood on. */
int ui_pane(const struct ui_pane *pane, size_t *chosen);

/*
 * Fills at most so many rows with the words of a text; returns how many.  Draws
 * nothing where row is negative.
 */
int ui_fill(int row, int rows, enum ui_look look, const char *text);
/* A message in the last row, and in those above it where it is longer. */
void ui_say_whole(enum ui_look look, const char *text);

#endif
