/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sppctl ui: the model (model.h) on a screen.  Between its files: ui.c has the
 * keys of the main screen, ui_draw.c draws it, ui_panes.c has what opens over
 * it, ui_list.c the table of the publish list, ui_write.c what becomes of the
 * changes in the end.
 */
#ifndef CLI_EDITOR_UI_H
#define CLI_EDITOR_UI_H

#include "cli/editor/hosts.h"
#include "cli/editor/model.h"

struct ui {
	const struct cli_call *call;
	struct cli_call patient; /* to write */
	struct cli_model model;
	struct spp_site site;
	struct cli_hosts hosts;	   /* beside the target, for the failover */
	struct spp_buf with;	   /* options of the target in command lines */
	bool looked;		   /* whether the target could be written */
	size_t scope, row;	   /* that the cursor is on */
	size_t top;		   /* the first row in view */
	bool in_scopes;		   /* the cursor is in the left column */
	char said[SPP_ERROR_TEXT]; /* a message, until the next key */
	bool bad;		   /* it is a failure */
};

/* Runs until the person leaves; SPP_UNSUPPORTED where it is not built in. */
enum cli_exit cli_ui(const struct cli_call *call);

/* The scope under the cursor, and its i-th setting; NULL past the last. */
struct spp_scope *ui_scope(const struct ui *ui);
const struct spp_setting *ui_setting(const struct ui *ui, size_t i);
void ui_draw(struct ui *ui);

/* A message in the last row. */
void ui_tell(struct ui *ui, const struct spp_error *err,
	     const struct spp_notes *notes, const char *good);

void ui_pane_changes(struct ui *ui);
void ui_pane_audit(struct ui *ui);
void ui_pane_dns(struct ui *ui);
/* keys: what they do on the main screen, a line each. */
void ui_pane_help(const char *keys);
void ui_pane_save(struct ui *ui);
/* Shows the changes; whether they are to be written. */
bool ui_pane_confirm(struct ui *ui);

/* Edits the publish list of a scope. */
void ui_list(struct ui *ui, const struct spp_scope *scope);

/* F10.  *done: it is written, and the report is on stdout. */
enum cli_exit ui_write(struct ui *ui, bool *done);
/* Whether to leave; asks while changes are pending. */
bool ui_may_leave(struct ui *ui);
/* Keeps what is pending in a file, where the screen ends unasked. */
void ui_keep(struct ui *ui);

/* Asks for another KMS host to be taken into view. */
void ui_add_host(struct ui *ui);

#endif
