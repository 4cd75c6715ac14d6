/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What keys do on the main screen. */
#include "cli/editor/ui.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cli/editor/commit.h"
#include "cli/editor/preview.h"
#include "cli/editor/ui_screen.h"
#include "cli/fail.h"
#include "cli/out.h"
#include "cli/setting_arg.h"
#include "cli/stop.h"
#include "cli/target.h"

#define MANY 100000 /* rows: as far as there are any */

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
	struct cli_row r = cli_model_row(&ui->model, ui_scope(ui), s);
	struct spp_notes CLEANUP(spp_notes_release) notes = SPP_NOTES_INIT;
	struct spp_buf CLEANUP(spp_buf_release) question = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) before = SPP_BUF_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	bool typed = s->kind != SPP_KIND_SWITCH && s->kind != SPP_KIND_CHOICE;
	char answer[SPP_TEXT_MAX + 1] = "";

	spp_buf_printf(&question, NULL, "%s (", s->name);
	spp_setting_range(s, &question, NULL);
	spp_buf_puts(&question,
		     s == &spp_settings[SPP_SETTING_KMS_HOST] ? ", :PORT too): "
							      : "): ",
		     NULL);
	if (r.item && r.origin == CLI_FROM_HERE)
		cli_model_show(&r, s, false, &before);
	/* What was typed stays until it is right, or given up. */
	do {
		if (typed &&
		    !ui_ask(spp_buf_text(&question), spp_buf_text(&before),
			    answer, sizeof(answer))) {
			*ui->said = '\0';
			return;
		}
		err = (struct spp_error)SPP_ERROR_INIT;
		cli_model_type(&ui->model, ui_scope(ui), s,
			       typed ? answer : next_word(&r, s), &notes, &err);
		ui_tell(ui, &err, &notes, NULL);
		ui_put(ui_rows() - 2, 0, ui_columns(), UI_BAD, ui->said);
		spp_buf_release(&before);
		spp_buf_puts(&before, answer, NULL);
	} while (err.status && typed);
}

static void change(struct ui *ui)
{
	const struct spp_setting *s = ui_setting(ui, ui->row);
	struct spp_error err = SPP_ERROR_INIT;

	if (ui->in_scopes || !s) {
		ui->in_scopes = false;
		return;
	}
	if (cli_model_row(&ui->model, ui_scope(ui), s).read_only) {
		spp_fail(&err, SPP_INVALID,
			 "%s is kept by Windows itself; d removes it", s->name);
		ui_tell(ui, &err, NULL, NULL);
	} else if (s->kind == SPP_KIND_PUBLISH) {
		ui_list(ui, ui_scope(ui));
	} else {
		type_value(ui, s);
	}
}

static void unset(struct ui *ui)
{
	const struct spp_setting *s = ui_setting(ui, ui->row);
	struct spp_error err = SPP_ERROR_INIT;

	if (ui->in_scopes || !s)
		return;
	if (!spp_policy_get(&ui->model.now, ui_scope(ui), s)) {
		ui_tell(ui, NULL, NULL, "it is not set here");
		return;
	}
	cli_model_set(&ui->model, ui_scope(ui), s, NULL, NULL, &err);
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
		s = ui_setting(ui, ui->row);
		if (!s) {
			ui->scope = (ui->scope + 1) % ui->model.scopes.count;
			ui->row = 0;
			s = ui_setting(ui, 0);
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

static void add_scope(struct ui *ui)
{
	struct spp_error err = SPP_ERROR_INIT;
	char text[200];
	size_t at = 0;

	if (!ui_ask("scope, such as spp/office: ", NULL, text, sizeof(text)) ||
	    !*text)
		return;
	if (!cli_model_add_scope(&ui->model, text, &at, &err)) {
		ui->scope = at;
		ui->row = ui->top = 0;
		ui->in_scopes = false;
	}
	ui_tell(ui, &err, NULL, NULL);
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
	while (ui->row && !ui_setting(ui, ui->row))
		ui->row = ui->row > SPP_SETTING_COUNT ? SPP_SETTING_COUNT
						      : ui->row - 1;
}

static void undo(struct ui *ui)
{
	ui_tell(ui, NULL, NULL,
		cli_model_undo(&ui->model) ? "taken back"
					   : "nothing to take back");
}

static void help(struct ui *ui);

/*
 * The keys, in the order in which help lists them.  Those without a function
 * are in move_by_key() and loop().
 */
static const struct {
	int key, too; /* either of them */
	void (*act)(struct ui *ui);
	const char *name;  /* NULL: not listed */
	const char *means; /* a line each */
} keys[] = {
	{ 0, 0, NULL, "Tab, Left, Right",
	  "scopes or settings; Up, Down, Page, Home, End move" },
	{ UI_KEY_ENTER, 0, change, "Enter",
	  "change the setting: switches and choices in turn, others\n"
	  "typed; kms-host takes HOST:PORT, publish-list is a table" },
	{ 'd', UI_KEY_DELETE, unset, "d, Del", "unset it" },
	{ 'u', 0, undo, "u", "undo the last step" },
	{ '/', 0, search, "/",
	  "search a setting by its name, value or meaning" },
	{ 'n', 0, add_scope, "n",
	  "a scope of its own: spp/office, spp/windows/SKU" },
	{ 'v', UI_KEY_F1 + 1, ui_pane_changes, "F2, v",
	  "what would change, and what the audit says of it" },
	{ 'a', UI_KEY_F1 + 2, ui_pane_audit, "F3, a",
	  "audit; Enter stages a fix" },
	{ 'r', UI_KEY_F1 + 3, ui_pane_dns, "F4, r",
	  "SRV records, whom clients ask, and failover" },
	{ 'h', 0, ui_add_host, "h",
	  "another KMS host for the failover, only read" },
	{ 'w', 0, ui_pane_save, "w",
	  "the changes as command lines; p writes a policy" },
	{ 0, 0, NULL, "F10, c", "write the changes to the target" },
	{ 0, 0, NULL, "q", "leave; asks while changes are pending" },
	{ '?', UI_KEY_F1, help, NULL, NULL },
};
#define KEYS (sizeof(keys) / sizeof(keys[0]))

static void help(struct ui *ui)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	const char *name, *means;
	size_t i;
	int n;

	(void)ui;
	for (i = 0; i < KEYS; i++) {
		name = keys[i].name;
		for (means = name ? keys[i].means : ""; *means; name = "") {
			n = (int)strcspn(means, "\n");
			spp_buf_printf(&text, NULL, "%-18s %.*s\n", name, n,
				       means);
			means += n + (means[n] == '\n');
		}
	}
	ui_pane_help(spp_buf_text(&text));
}

/* Whether the key moves the cursor. */
static bool move_by_key(struct ui *ui, int key)
{
	switch (key) {
	case '\t':
		ui->in_scopes = !ui->in_scopes;
		return true;
	case UI_KEY_LEFT:
	case UI_KEY_RIGHT:
		ui->in_scopes = key == UI_KEY_LEFT;
		return true;
	case UI_KEY_UP:
	case 'k':
		move(ui, -1);
		return true;
	case UI_KEY_DOWN:
	case 'j':
		move(ui, 1);
		return true;
	case UI_KEY_PAGE_UP:
		move(ui, -10);
		return true;
	case UI_KEY_PAGE_DOWN:
		move(ui, 10);
		return true;
	case UI_KEY_HOME:
		move(ui, -MANY);
		return true;
	case UI_KEY_END:
		move(ui, MANY);
		return true;
	default:
		return false;
	}
}

static void take_key(struct ui *ui, int key)
{
	size_t i;

	if (move_by_key(ui, key))
		return;
	for (i = 0; key && i < KEYS; i++)
		if (keys[i].act && (key == keys[i].key || key == keys[i].too)) {
			keys[i].act(ui);
			return;
		}
	ui_tell(ui, NULL, NULL, "? lists the keys");
}

/* At the first change: whether F10 could write it. */
static void look_once(struct ui *ui)
{
	struct spp_error err = SPP_ERROR_INIT, why = SPP_ERROR_INIT;

	if (ui->looked || !ui->model.steps)
		return;
	ui->looked = true;
	if (!cli_state_editable(ui->call, &ui->model.state, &why))
		return;
	spp_fail_from(&err, why.status, &why, "F10 could not write: %s",
		      why.text);
	ui_tell(ui, &err, NULL, NULL);
}

/* Until the person leaves, or a signal ends it. */
static enum cli_exit loop(struct ui *ui)
{
	enum cli_exit code = CLI_OK;
	bool done = false;
	int key;

	while (!done && !ui_over()) {
		ui_draw(ui);
		key = ui_key();
		/* Nobody changes what he does not see. */
		if (key == UI_KEY_NONE || key == UI_KEY_RESIZED ||
		    (ui_is_too_small() && key != 'q'))
			continue;
		*ui->said = '\0';
		if (key == UI_KEY_F1 + 9 || key == 'c')
			code = ui_write(ui, &done);
		else if (key == 'q' && ui_may_leave(ui))
			return CLI_OK;
		else
			take_key(ui, key);
		look_once(ui);
	}
	return done ? code : CLI_OK;
}

static enum spp_status begin(struct ui *ui, struct spp_error *err)
{
	enum spp_status st = cli_preview_site(ui->call, &ui->site, err);
	size_t i;

	if (!st)
		st = cli_model_open(ui->call, ui->call->target[0], &ui->model,
				    err);
	if (!st && !ui->model.scopes.count)
		st = spp_fail(err, SPP_USAGE,
			      "'%s' has neither a SOFTWARE nor a "
			      "NetworkService hive, so there is nothing to "
			      "edit",
			      ui->call->target[0]);
	for (i = 0; !st && i < ui->call->given_count; i++)
		if (ui->call->given[i].id == OPT_BESIDE)
			st = cli_hosts_add(&ui->hosts, ui->call,
					   ui->call->given[i].value, err);
	if (!st)
		st = cli_patient(ui->call, &ui->patient, err);
	cli_target_words(ui->call, &ui->with);
	ui->model.with = spp_buf_text(&ui->with);
	return st ? st : ui_screen_open(err);
}

static void release(struct ui *ui)
{
	cli_copy_release(&ui->patient);
	cli_model_release(&ui->model);
	cli_hosts_release(&ui->hosts);
	spp_site_release(&ui->site);
	spp_buf_release(&ui->with);
}

enum cli_exit cli_ui(const struct cli_call *call)
{
	struct ui CLEANUP(release) ui = { .call = call,
					  .model = CLI_MODEL_INIT,
					  .site = SPP_SITE_INIT,
					  .hosts = CLI_HOSTS_INIT,
					  .in_scopes = false };
	struct spp_error err = SPP_ERROR_INIT;
	enum cli_exit code;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		spp_fail(&err, SPP_REFUSED,
			 "ui needs a terminal; without one use sppctl edit");
	else
		begin(&ui, &err);
	if (err.status)
		return cli_fail(call, &err);
	code = loop(&ui);
	ui_screen_close();
	if (!ui_over())
		return code;
	if (!cli_stop_signal()) {
		cli_complain("the terminal is gone");
		code = CLI_FAILED;
	}
	ui_keep(&ui);
	return code;
}
