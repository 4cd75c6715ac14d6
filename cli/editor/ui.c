/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The main screen: scopes on the left, settings on the right, below them what
 * the one under the cursor means.
 */
#include "cli/editor/ui.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cli/editor/commit.h"
#include "cli/editor/ui_screen.h"
#include "cli/fail.h"
#include "cli/load.h"
#include "cli/out.h"
#include "cli/setting_arg.h"
#include "cli/stop.h"

#define SCOPES 15 /* columns, as those below, with a blank after each */
#define BELOW  6  /* rows below the settings */
#define NAME   26
#define FROM   9
#define USUAL  12

#define KEYS                                                           \
	"Enter change  d unset  u undo  / search  F2 diff  F3 audit  " \
	"F10 write  ? keys"

static struct spp_scope *scope_of(const struct ui *ui)
{
	return &ui->model.scopes.scope[ui->scope];
}

/* The i-th setting of the scope; NULL past the last. */
static const struct spp_setting *row_at(const struct ui *ui, size_t i)
{
	size_t k;

	for (k = 0; k < SPP_SETTING_COUNT; k++)
		if (cli_model_shows(&ui->model, scope_of(ui),
				    &spp_settings[k]) &&
		    !i--)
			return &spp_settings[k];
	return NULL;
}

static void draw_scopes(const struct ui *ui, int rows)
{
	size_t top =
		ui->scope >= (size_t)rows ? ui->scope - (size_t)rows + 1 : 0;
	int row;

	for (row = 0; row < rows; row++) {
		struct spp_buf CLEANUP(spp_buf_release) name = SPP_BUF_INIT;
		size_t i = top + (size_t)row;
		enum ui_look look = UI_PLAIN;

		if (i < ui->model.scopes.count)
			spp_scope_show(&ui->model.scopes.scope[i], &name, NULL);
		if (i == ui->scope)
			look = ui->in_scopes ? UI_CHOSEN : UI_TITLE;
		ui_put(row + 2, 0, SCOPES - 1, look, spp_buf_text(&name));
	}
}

/* "office" for spp/office above a SKU; the place for the application. */
static const char *origin_text(const struct cli_row *row,
			       const struct spp_setting *s)
{
	static char text[80];
	struct spp_buf CLEANUP(spp_buf_release) scope = SPP_BUF_INIT;

	if (row->origin == CLI_FROM_HERE)
		return row->read_only ? "kept" : "set";
	if (row->origin == CLI_FROM_DEFAULT)
		return s->fallback.text ? "default" : "";
	spp_scope_show(&row->item->scope, &scope, NULL);
	snprintf(text, sizeof(text), "%s", spp_buf_text(&scope));
	return text;
}

static void draw_setting(const struct ui *ui, int row,
			 const struct spp_setting *s, bool chosen)
{
	struct cli_row r = cli_model_row(&ui->model, scope_of(ui), s);
	struct spp_buf CLEANUP(spp_buf_release) value = SPP_BUF_INIT;
	int width = ui_columns() - SCOPES - NAME - FROM - USUAL;
	enum ui_look look = chosen		      ? UI_CHOSEN
			    : r.pending		      ? UI_PENDING
			    : r.origin || r.read_only ? UI_QUIET
						      : UI_PLAIN;
	char name[80];

	cli_model_show(&r, s, cli_has(ui->call, OPT_SHOW_KEYS), &value);
	snprintf(name, sizeof(name), "%c%s", r.pending ? '*' : ' ', s->name);
	ui_put(row, SCOPES, ui_columns() - SCOPES, look, "");
	ui_put(row, SCOPES, NAME - 1, look, name);
	ui_put(row, SCOPES + NAME, width - 1, look, spp_buf_text(&value));
	ui_put(row, SCOPES + NAME + width, FROM - 1, look, origin_text(&r, s));
	ui_put(row, ui_columns() - USUAL, USUAL, look,
	       s->fallback.text ? s->fallback.text : "");
}

static void draw_settings(struct ui *ui, int rows)
{
	const struct spp_setting *s;
	int row;

	if (ui->row < ui->top)
		ui->top = ui->row;
	if (ui->row >= ui->top + (size_t)rows)
		ui->top = ui->row - (size_t)rows + 1;
	for (row = 0; row < rows; row++) {
		s = row_at(ui, ui->top + (size_t)row);
		if (s)
			draw_setting(ui, row + 2, s,
				     !ui->in_scopes &&
					     ui->top + (size_t)row == ui->row);
	}
}

/* Whether a value is odd, in words. */
static void add_oddities(const struct cli_row *r, const struct spp_setting *s,
			 struct spp_buf *out)
{
	unsigned int odd, bit;

	if (!r->item)
		return;
	odd = spp_setting_examine(s, &r->item->value);
	for (bit = 0; bit < SPP_ODDITY_COUNT; bit++)
		if (odd >> bit & 1)
			spp_buf_printf(out, NULL, "  ! %s",
				       spp_oddity_text(bit));
}

/* Meaning, what is allowed, where it is, and the source. */
static void draw_below(const struct ui *ui, int row)
{
	struct spp_buf CLEANUP(spp_buf_release) allowed = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) path = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) source = SPP_BUF_INIT;
	const struct spp_setting *s = row_at(ui, ui->row);
	struct cli_row r;

	if (ui->in_scopes || !s) {
		ui_put(row, 0, ui_columns(), UI_PLAIN,
		       spp_places[scope_of(ui)->place].summary);
		spp_scope_path(scope_of(ui), &path, NULL);
		ui_put(row + 1, 0, ui_columns(), UI_QUIET, spp_buf_text(&path));
		return;
	}
	r = cli_model_row(&ui->model, scope_of(ui), s);
	ui_put(row, 0, ui_columns(), UI_PLAIN, s->summary);
	spp_buf_puts(&allowed, "allowed: ", NULL);
	if (r.read_only)
		spp_buf_puts(&allowed, "only to be unset; Windows keeps it",
			     NULL);
	else
		spp_setting_range(s, &allowed, NULL);
	if (s->unit)
		spp_buf_printf(&allowed, NULL, " %s", s->unit);
	if (s->fallback.text)
		spp_buf_printf(&allowed, NULL, "; default: %s",
			       s->fallback.text);
	add_oddities(&r, s, &allowed);
	ui_put(row + 1, 0, ui_columns(), UI_PLAIN, spp_buf_text(&allowed));
	spp_scope_path(scope_of(ui), &path, NULL);
	spp_buf_printf(&path, NULL, "\\%s", s->value);
	ui_put(row + 2, 0, ui_columns(), UI_QUIET, spp_buf_text(&path));
	spp_buf_printf(&source, NULL, "source (%s): %s",
		       spp_trust_word(s->trust), s->source);
	ui_put(row + 3, 0, ui_columns(), UI_QUIET, spp_buf_text(&source));
}

static void draw(struct ui *ui)
{
	struct spp_buf CLEANUP(spp_buf_release) title = SPP_BUF_INIT;
	int rows = ui_rows() - BELOW - 2, columns = ui_columns();
	size_t pending = cli_model_pending(&ui->model);
	char count[40];

	ui_clear();
	if (ui_is_too_small()) {
		ui_put(0, 0, columns, UI_BAD, "80 columns and 24 rows needed");
		ui_show();
		return;
	}
	spp_buf_printf(&title, NULL, "%s  ", ui->model.state.path);
	spp_identity_title(&ui->model.state.identity, &title, NULL);
	snprintf(count, sizeof(count), "%zu pending", pending);
	ui_put(0, 0, columns - 14, UI_TITLE, spp_buf_text(&title));
	ui_put(0, columns - 14, 14, pending ? UI_PENDING : UI_QUIET, count);
	ui_put(1, 0, SCOPES - 1, UI_QUIET, "SCOPE");
	ui_put(1, SCOPES, NAME, UI_QUIET, " SETTING");
	ui_put(1, SCOPES + NAME, 10, UI_QUIET, "VALUE");
	ui_put(1, columns - USUAL - FROM, FROM, UI_QUIET, "FROM");
	ui_put(1, columns - USUAL, USUAL, UI_QUIET, "DEFAULT");
	draw_scopes(ui, rows);
	draw_settings(ui, rows);
	draw_below(ui, rows + 3);
	ui_say(*ui->said ? ui->bad ? UI_BAD : UI_PENDING : UI_QUIET,
	       *ui->said ? ui->said : KEYS);
	ui_show();
}

/* The next word of a switch or a choice, as the registry counts them. */
static const char *next_word(const struct cli_row *r,
			     const struct spp_setting *s)
{
	static const char *const on_off[] = { "on", "off" };
	struct spp_buf CLEANUP(spp_buf_release) now = SPP_BUF_INIT;
	const char *word;
	size_t i;

	cli_model_show(r, s, false, &now);
	if (s->kind == SPP_KIND_SWITCH)
		return on_off[!strcmp(spp_buf_text(&now), "on")];
	for (i = 0; (word = spp_setting_word(s, i)); i++)
		if (!strcmp(word, spp_buf_text(&now)))
			break;
	word = word ? spp_setting_word(s, i + 1) : NULL;
	return word ? word : spp_setting_word(s, 0);
}

static void type_value(struct ui *ui, const struct spp_setting *s)
{
	struct cli_row r = cli_model_row(&ui->model, scope_of(ui), s);
	struct spp_notes CLEANUP(spp_notes_release) notes = SPP_NOTES_INIT;
	struct spp_buf CLEANUP(spp_buf_release) question = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) before = SPP_BUF_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	bool typed = s->kind != SPP_KIND_SWITCH && s->kind != SPP_KIND_CHOICE;
	char answer[SPP_TEXT_MAX + 1];

	spp_buf_printf(&question, NULL, "%s (", s->name);
	spp_setting_range(s, &question, NULL);
	spp_buf_puts(&question,
		     s == &spp_settings[SPP_SETTING_KMS_HOST] ? ", :PORT too): "
							      : "): ",
		     NULL);
	if (r.item && r.origin == CLI_FROM_HERE)
		cli_model_show(&r, s, false, &before);
	if (typed && !ui_ask(spp_buf_text(&question), spp_buf_text(&before),
			     answer, sizeof(answer)))
		return;
	cli_model_type(&ui->model, scope_of(ui), s,
		       typed ? answer : next_word(&r, s), &notes, &err);
	ui_tell(ui, &err, &notes, NULL);
}

static void change(struct ui *ui)
{
	const struct spp_setting *s = row_at(ui, ui->row);
	struct spp_error err = SPP_ERROR_INIT;

	if (ui->in_scopes || !s) {
		ui->in_scopes = false;
		return;
	}
	if (cli_model_row(&ui->model, scope_of(ui), s).read_only) {
		spp_fail(&err, SPP_INVALID,
			 "%s is kept by Windows itself; d removes it", s->name);
		ui_tell(ui, &err, NULL, NULL);
	} else if (s->kind == SPP_KIND_PUBLISH) {
		ui_list(ui, scope_of(ui));
	} else {
		type_value(ui, s);
	}
}

static void unset(struct ui *ui)
{
	const struct spp_setting *s = row_at(ui, ui->row);
	struct spp_error err = SPP_ERROR_INIT;

	if (ui->in_scopes || !s)
		return;
	cli_model_set(&ui->model, scope_of(ui), s, NULL, NULL, &err);
	ui_tell(ui, &err, NULL, NULL);
}

static void search(struct ui *ui)
{
	size_t scope = ui->scope, row = ui->row, tried;
	const struct spp_setting *s;
	char text[200];

	if (!ui_ask("/", NULL, text, sizeof(text)) || !*text)
		return;
	for (tried = 0; tried < ui->model.scopes.count * SPP_SETTING_COUNT;
	     tried++) {
		ui->row++;
		s = row_at(ui, ui->row);
		if (!s) {
			ui->scope = (ui->scope + 1) % ui->model.scopes.count;
			ui->row = 0;
			s = row_at(ui, 0);
		}
		if (s &&
		    (strcasestr(s->name, text) || strcasestr(s->value, text) ||
		     strcasestr(s->summary, text))) {
			ui->in_scopes = false;
			return;
		}
	}
	ui->scope = scope;
	ui->row = row;
	ui_tell(ui, NULL, NULL, "no setting has that in its name or meaning");
}

static void move(struct ui *ui, int by)
{
	size_t *at = ui->in_scopes ? &ui->scope : &ui->row;

	if (by < 0)
		*at = *at > (size_t)-by ? *at - (size_t)-by : 0;
	else
		*at += (size_t)by;
	if (ui->scope >= ui->model.scopes.count)
		ui->scope = ui->model.scopes.count - 1;
	if (ui->in_scopes)
		ui->row = ui->top = 0;
	while (ui->row && !row_at(ui, ui->row))
		ui->row--;
}

/* Puts what is pending over the state as somebody else has left it. */
static enum spp_status catch_up(struct ui *ui, bool *moved,
				struct spp_error *err)
{
	struct spp_changes CLEANUP(spp_changes_release) mine = SPP_CHANGES_INIT;
	struct cli_state CLEANUP(cli_state_release) now = CLI_STATE_INIT;
	struct cli_model fresh = CLI_MODEL_INIT;
	enum spp_status st =
		cli_state_read(ui->call, ui->model.state.path, true, &now, err);
	size_t i;

	if (st)
		return st;
	*moved = !cli_state_same(&ui->model.state.have, &now.have);
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
	cli_model_release(&ui->model);
	ui->model = fresh;
	ui->scope = ui->row = ui->top = 0;
	return SPP_OK;
}

/* *done: it is written, and the report is on stdout. */
static enum cli_exit write_changes(struct ui *ui, bool *done)
{
	struct spp_changes CLEANUP(spp_changes_release) changes =
		SPP_CHANGES_INIT;
	struct cli_commit commit = { .state = &ui->model.state,
				     .changes = &changes };
	struct spp_error err = SPP_ERROR_INIT;
	enum cli_exit code;
	bool moved = false;

	if (!cli_model_pending(&ui->model)) {
		ui_tell(ui, NULL, NULL, "nothing is pending");
		return CLI_OK;
	}
	if (!ui_pane_confirm(ui))
		return CLI_OK;
	if (catch_up(ui, &moved, &err) ||
	    cli_model_changes(&ui->model, &changes, &err)) {
		ui_tell(ui, &err, NULL, NULL);
		return CLI_OK;
	}
	if (moved) {
		ui_tell(ui, NULL, NULL,
			"somebody else has changed the target: your changes "
			"are on top of it; look again (F2)");
		return CLI_OK;
	}
	ui_screen_leave();
	code = cli_commit(ui->call, &commit);
	*done = code <= CLI_FINDINGS;
	if (*done)
		return code;
	cli_complain("nothing is changed; Enter goes back to the screen");
	while (getchar() != '\n' && !feof(stdin) && !cli_stop_signal())
		;
	ui_screen_return();
	return code;
}

/* Whether to leave with changes pending. */
static bool may_leave(struct ui *ui)
{
	char answer[8];

	return !cli_model_pending(&ui->model) ||
	       (ui_ask("drop what is pending? y/n ", NULL, answer,
		       sizeof(answer)) &&
		(answer[0] | 32) == 'y');
}

static void take_key(struct ui *ui, int key)
{
	switch (key) {
	case '\t':
	case UI_KEY_LEFT:
	case UI_KEY_RIGHT:
		ui->in_scopes =
			key == '\t' ? !ui->in_scopes : key == UI_KEY_LEFT;
		break;
	case UI_KEY_UP:
	case 'k':
		move(ui, -1);
		break;
	case UI_KEY_DOWN:
	case 'j':
		move(ui, 1);
		break;
	case UI_KEY_PAGE_UP:
		move(ui, -10);
		break;
	case UI_KEY_PAGE_DOWN:
		move(ui, 10);
		break;
	case UI_KEY_ENTER:
		change(ui);
		break;
	case 'd':
	case UI_KEY_DELETE:
		unset(ui);
		break;
	case 'u':
		ui_tell(ui, NULL, NULL,
			cli_model_undo(&ui->model) ? "taken back"
						   : "nothing to take back");
		break;
	case '/':
		search(ui);
		break;
	case 'v':
	case UI_KEY_F1 + 1:
		ui_pane_changes(ui);
		break;
	case 'a':
	case UI_KEY_F1 + 2:
		ui_pane_audit(ui);
		break;
	case 'r':
	case UI_KEY_F1 + 3:
		ui_pane_dns(ui);
		break;
	case 'w':
		ui_pane_save(ui);
		break;
	case '?':
	case UI_KEY_F1:
		ui_pane_help();
		break;
	default:
		break;
	}
}

/* Until the person leaves, or a signal ends it. */
static enum cli_exit loop(struct ui *ui)
{
	enum cli_exit code = CLI_OK;
	bool done = false;
	int key;

	while (!done && !cli_stop_signal()) {
		draw(ui);
		key = ui_key();
		if (key == UI_KEY_NONE || key == UI_KEY_RESIZED)
			continue;
		*ui->said = '\0';
		if (key == UI_KEY_F1 + 9 || key == 'c')
			code = write_changes(ui, &done);
		else if (key == 'q' && may_leave(ui))
			return CLI_OK;
		else
			take_key(ui, key);
	}
	return code;
}

static enum spp_status begin(struct ui *ui, struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) buf = SPP_BUF_INIT;
	const char *path = cli_value(ui->call, OPT_SITE);
	enum spp_status st = path ? cli_read_file(path, &buf, err) : SPP_OK;

	if (!st && path)
		st = spp_site_read(path, buf.data, buf.size, &ui->site, err);
	if (!st)
		st = cli_model_open(ui->call, ui->call->target[0], &ui->model,
				    err);
	if (!st && !ui->model.scopes.count)
		st = spp_fail(err, SPP_USAGE,
			      "'%s' has neither a SOFTWARE nor a "
			      "NetworkService hive, so there is nothing to "
			      "edit",
			      ui->call->target[0]);
	return st ? st : ui_screen_open(err);
}

static void release(struct ui *ui)
{
	cli_model_release(&ui->model);
	spp_site_release(&ui->site);
}

enum cli_exit cli_ui(const struct cli_call *call)
{
	struct ui CLEANUP(release) ui = { .call = call,
					  .model = CLI_MODEL_INIT,
					  .site = SPP_SITE_INIT,
					  .in_scopes = false };
	struct spp_error err = SPP_ERROR_INIT;
	enum cli_exit code;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		spp_fail(&err, SPP_REFUSED,
			 "there is no terminal to show a screen on; use sppctl "
			 "edit");
	else
		begin(&ui, &err);
	if (err.status)
		return cli_fail(call, &err);
	code = loop(&ui);
	ui_screen_close();
	return code;
}
