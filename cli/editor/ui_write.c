/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What becomes of the changes: written, dropped, or kept in a file. */
#include <stdio.h>

#include "cli/editor/commit.h"
#include "cli/editor/save.h"
#include "cli/editor/ui.h"
#include "cli/editor/ui_screen.h"
#include "cli/editor/workfile.h"
#include "cli/out.h"

/* Puts what is pending over the state as somebody else has left it. */
static enum spp_status catch_up(struct ui *ui, bool *moved, bool *other,
				struct spp_error *err)
{
	struct spp_changes CLEANUP(spp_changes_release) mine = SPP_CHANGES_INIT;
	struct cli_state CLEANUP(cli_state_release) now = CLI_STATE_INIT;
	struct cli_model fresh = CLI_MODEL_INIT;
	enum spp_status st = cli_state_read(&ui->patient, ui->model.state.path,
					    true, &now, err);
	size_t i;

	if (st)
		return st;
	*other = !cli_state_same_windows(&ui->model.state.identity,
					 &now.identity);
	*moved = *other || !cli_state_same(&ui->model.state.have, &now.have);
	if (!*moved)
		return SPP_OK;
	st = cli_model_changes(&ui->model, &mine, err);
	if (!st)
		st = cli_model_take(&now, &fresh, err);
	for (i = 0; !st && i < mine.count; i++)
		st = cli_model_set(&fresh, &mine.change[i].scope,
				   mine.change[i].setting, mine.change[i].after,
				   NULL, err);
	if (st) {
		cli_model_release(&fresh);
		return st;
	}
	spp_changes_release(&mine);
	fresh.with = ui->model.with;
	cli_model_release(&ui->model);
	ui->model = fresh;
	ui->scope = ui->row = ui->top = 0;
	return SPP_OK;
}

/* Whether the target is another than it was, or cannot be read; told. */
static bool begin_again(struct ui *ui)
{
	struct spp_error err = SPP_ERROR_INIT;
	bool moved = false, other = false;

	if (catch_up(ui, &moved, &other, &err))
		ui_tell(ui, &err, NULL, NULL);
	else if (moved)
		ui_tell(ui, NULL, NULL,
			other ? "this is another Windows now; your changes are "
				"on top of it: look again (F2)"
			      : "somebody else has changed the target: your "
				"changes are on top of it; look again (F2)");
	return moved || err.status;
}

static void wait_for_enter(void)
{
	int c;

	do
		c = getchar();
	while (c != '\n' && c != EOF);
}

enum cli_exit ui_write(struct ui *ui, bool *done)
{
	struct spp_changes CLEANUP(spp_changes_release) changes =
		SPP_CHANGES_INIT;
	struct cli_commit commit = { .state = &ui->model.state,
				     .changes = &changes };
	struct spp_error err = SPP_ERROR_INIT;
	enum cli_exit code;

	if (!cli_model_pending(&ui->model)) {
		ui_tell(ui, NULL, NULL, "nothing is pending");
		return CLI_OK;
	}
	if (!ui_pane_confirm(ui))
		return CLI_OK;
	if (begin_again(ui))
		return CLI_OK;
	if (cli_model_changes(&ui->model, &changes, &err)) {
		ui_tell(ui, &err, NULL, NULL);
		return CLI_OK;
	}
	ui_screen_leave();
	code = cli_commit(&ui->patient, &commit);
	*done = code <= CLI_FINDINGS;
	if (*done)
		return code;
	if (!commit.moved) {
		cli_complain("nothing is changed; Enter goes back to the "
			     "screen");
		wait_for_enter();
	}
	ui_screen_return();
	if (commit.moved)
		begin_again(ui);
	return code;
}

bool ui_may_leave(struct ui *ui)
{
	char answer[8];

	return !cli_model_pending(&ui->model) ||
	       (ui_ask("drop what is pending? y/n ", NULL, answer,
		       sizeof(answer)) &&
		(answer[0] | 32) == 'y');
}

/* As lines of format conf. */
static enum spp_status write_pending(struct ui *ui, struct spp_buf *out,
				     struct spp_error *err)
{
	struct spp_changes CLEANUP(spp_changes_release) changes =
		SPP_CHANGES_INIT;
	struct spp_notes CLEANUP(spp_notes_release) notes = SPP_NOTES_INIT;
	enum spp_status st = cli_model_changes(&ui->model, &changes, err);

	return st ? st
		  : cli_save_text(&changes, &spp_format_conf, out, &notes, err);
}

void ui_keep(struct ui *ui)
{
	struct cli_workfile CLEANUP(cli_workfile_release) file =
		CLI_WORKFILE_INIT;
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	struct spp_error err = SPP_ERROR_INIT;

	if (!cli_model_pending(&ui->model))
		return;
	if (write_pending(ui, &text, &err) ||
	    cli_workfile_make(&file, &text, &err)) {
		cli_complain("nothing is changed, and what was pending is "
			     "lost: %s",
			     err.text);
		return;
	}
	file.keep = true;
	cli_complain("nothing is changed; what was pending is in '%s', for "
		     "sppctl apply",
		     file.path);
}
