/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The main screen: scopes on the left, settings on the right, below them what
 * the one under the cursor means.
 */
#include <stdio.h>

#include "cli/editor/ui.h"
#include "cli/editor/ui_pane.h"
#include "cli/wrap.h"

#define SCOPES 15 /* columns, as those below, with a blank after each */
#define BELOW  6  /* rows below the settings */
#define NAME   26
#define FROM   9
#define USUAL  12

#define KEYS                                                              \
	"Enter set  d unset  u undo  / find  F2 diff  F3 audit  F4 DNS  " \
	"F10 write  ? all"

struct spp_scope *ui_scope(const struct ui *ui)
{
	return &ui->model.scopes.scope[ui->scope];
}

const struct spp_setting *ui_setting(const struct ui *ui, size_t i)
{
	size_t k;

	for (k = 0; k < SPP_SETTING_COUNT; k++)
		if (cli_model_shows(&ui->model, ui_scope(ui),
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

/* What is odd about a value; 0: nothing. */
static unsigned int oddities(const struct cli_row *r,
			     const struct spp_setting *s)
{
	return r->item ? spp_setting_examine(s, &r->item->value) : 0;
}

static int value_width(void)
{
	return ui_columns() - SCOPES - NAME - FROM - USUAL;
}

static void draw_setting(const struct ui *ui, int row,
			 const struct spp_setting *s, bool chosen)
{
	struct cli_row r = cli_model_row(&ui->model, ui_scope(ui), s);
	struct spp_buf CLEANUP(spp_buf_release) value = SPP_BUF_INIT;
	int width = value_width();
	enum ui_look look = chosen		      ? UI_CHOSEN
			    : r.pending		      ? UI_PENDING
			    : r.origin || r.read_only ? UI_QUIET
						      : UI_PLAIN;
	char name[80];

	cli_model_show(&r, s, cli_has(ui->call, OPT_SHOW_KEYS), &value);
	snprintf(name, sizeof(name), "%c%s",
		 r.pending	   ? '*'
		 : oddities(&r, s) ? '!'
				   : ' ',
		 s->name);
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
		s = ui_setting(ui, ui->top + (size_t)row);
		if (s)
			draw_setting(ui, row + 2, s,
				     !ui->in_scopes &&
					     ui->top + (size_t)row == ui->row);
	}
}

/* What is odd about it in words, or else a value that does not fit its row. */
static void draw_value(const struct ui *ui, int row, const struct cli_row *r,
		       const struct spp_setting *s)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	unsigned int odd = oddities(r, s), bit;

	for (bit = 0; bit < SPP_ODDITY_COUNT; bit++)
		if (odd >> bit & 1)
			spp_buf_printf(&text, NULL, "%s%s",
				       text.size ? "; " : "! ",
				       spp_oddity_text(bit));
	if (!odd && r->item) {
		cli_model_show(r, s, cli_has(ui->call, OPT_SHOW_KEYS), &text);
		if (cli_text_width(spp_buf_text(&text)) < value_width())
			return;
	}
	ui_put(row, 0, ui_columns(), odd ? UI_BAD : UI_QUIET,
	       spp_buf_text(&text));
}

/* Meaning, what is allowed, where it is, and the source. */
static void draw_below(const struct ui *ui, int row)
{
	struct spp_buf CLEANUP(spp_buf_release) allowed = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) path = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) source = SPP_BUF_INIT;
	const struct spp_setting *s = ui_setting(ui, ui->row);
	struct cli_row r;

	if (ui->in_scopes || !s) {
		spp_scope_show(ui_scope(ui), &allowed, NULL);
		spp_buf_printf(&allowed, NULL, ": %s",
			       spp_places[ui_scope(ui)->place].summary);
		ui_put(row + 1, 0, ui_columns(), UI_PLAIN,
		       spp_buf_text(&allowed));
		spp_scope_path(ui_scope(ui), &path, NULL);
		ui_put(row + 2, 0, ui_columns(), UI_QUIET, spp_buf_text(&path));
		return;
	}
	r = cli_model_row(&ui->model, ui_scope(ui), s);
	draw_value(ui, row, &r, s);
	ui_put(row + 1, 0, ui_columns(), UI_PLAIN, s->summary);
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
	ui_put(row + 2, 0, ui_columns(), UI_PLAIN, spp_buf_text(&allowed));
	spp_scope_path(ui_scope(ui), &path, NULL);
	spp_buf_printf(&source, NULL, "%s, %s, in %s", s->value,
		       spp_type_name((uint32_t)s->type), spp_buf_text(&path));
	ui_put(row + 3, 0, ui_columns(), UI_QUIET, spp_buf_text(&source));
	spp_buf_release(&source);
	spp_buf_printf(&source, NULL, "source (%s): %s",
		       spp_trust_word(s->trust), s->source);
	ui_put(row + 4, 0, ui_columns(), UI_QUIET, spp_buf_text(&source));
}

/* " SETTING", and how many are below the last row in view. */
static void count_rows(const struct ui *ui, int rows, char *text, size_t room)
{
	size_t n = 0, shown = ui->top + (size_t)rows;

	while (ui_setting(ui, n))
		n++;
	if (n > shown)
		snprintf(text, room, " SETTING, %zu more below", n - shown);
	else
		snprintf(text, room, " SETTING");
}

void ui_draw(struct ui *ui)
{
	struct spp_buf CLEANUP(spp_buf_release) title = SPP_BUF_INIT;
	int rows = ui_rows() - BELOW - 2, columns = ui_columns();
	size_t pending = cli_model_pending(&ui->model);
	char count[40], more[60];

	ui_clear();
	if (ui_is_too_small()) {
		ui_put(0, 0, columns, UI_BAD, "80x24 needed");
		ui_put(1, 0, columns, UI_QUIET, "q leaves");
		ui_show();
		return;
	}
	spp_buf_printf(&title, NULL, "%s  ", ui->model.state.path);
	spp_identity_title(&ui->model.state.identity, &title, NULL);
	snprintf(count, sizeof(count), "%zu pending", pending);
	ui_put(0, 0, columns - 14, UI_TITLE, spp_buf_text(&title));
	ui_put(0, columns - 14, 14, pending ? UI_PENDING : UI_QUIET, count);
	ui_put(1, 0, SCOPES - 1, UI_QUIET, "SCOPE");
	count_rows(ui, rows, more, sizeof(more));
	ui_put(1, SCOPES, NAME, UI_QUIET, more);
	ui_put(1, SCOPES + NAME, 10, UI_QUIET, "VALUE");
	ui_put(1, columns - USUAL - FROM, FROM, UI_QUIET, "FROM");
	ui_put(1, columns - USUAL, USUAL, UI_QUIET, "DEFAULT");
	draw_scopes(ui, rows);
	draw_settings(ui, rows);
	draw_below(ui, rows + 2);
	ui_say_whole(*ui->said ? ui->bad ? UI_BAD : UI_PENDING : UI_QUIET,
		     *ui->said ? ui->said : KEYS);
	ui_show();
}
