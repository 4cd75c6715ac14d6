/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/editor/preview.h"
#include "cli/editor/save.h"
#include "cli/editor/ui.h"
#include "cli/editor/ui_pane.h"
#include "cli/target.h"
#include "cli/terminal.h"

/* The lines of a text. */
static void add_lines(const char *text, struct spp_notes *lines)
{
	size_t n;

	for (; *text; text += n + (text[n] != '\0')) {
		n = strcspn(text, "\n");
		spp_note(lines, "%.*s", (int)n, text);
	}
}

/* What would change, as every command prints it, and what that means. */
static enum spp_status change_lines(struct ui *ui, struct spp_notes *lines,
				    struct spp_error *err)
{
	struct spp_changes CLEANUP(spp_changes_release) changes =
		SPP_CHANGES_INIT;
	char CLEANUP(spp_free_string) *text = NULL;
	enum spp_status st = cli_model_changes(&ui->model, &changes, err);
	size_t size;
	bool colours;
	FILE *to;

	if (st)
		return st;
	to = open_memstream(&text, &size);
	if (!to)
		return spp_nomem(err);
	colours = cli_colours(false);
	cli_preview_changes(ui->call, ui->model.state.path, &changes, to);
	cli_colours(colours);
	if (fclose(to))
		return spp_nomem(err);
	add_lines(text, lines);
	return changes.count
		       ? cli_preview_audit(ui->call, &ui->model.state, &changes,
					   &ui->site, lines, err)
		       : SPP_OK;
}

/* Shows lines until a key of ends; returns it. */
static int show(const char *title, const struct spp_notes *lines,
		const char *keys, const char *ends)
{
	const struct ui_pane pane = {
		.title = title, .keys = keys, .ends = ends, .lines = lines
	};
	size_t at = 0;

	return ui_pane(&pane, &at);
}

void ui_pane_changes(struct ui *ui)
{
	struct spp_notes CLEANUP(spp_notes_release) lines = SPP_NOTES_INIT;
	struct spp_error err = SPP_ERROR_INIT;

	if (change_lines(ui, &lines, &err))
		ui_tell(ui, &err, NULL, NULL);
	else
		show("what would change", &lines, "Esc back", "q");
}

bool ui_pane_confirm(struct ui *ui)
{
	struct spp_notes CLEANUP(spp_notes_release) lines = SPP_NOTES_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	int key;

	if (change_lines(ui, &lines, &err)) {
		ui_tell(ui, &err, NULL, NULL);
		return false;
	}
	do
		key = show("write these changes?", &lines,
			   "y write    Esc back", "yqn");
	while (key == UI_KEY_ENTER);
	return key == 'y';
}

static void stage_fix(struct ui *ui, const struct spp_audit_finding *f)
{
	struct spp_notes CLEANUP(spp_notes_release) notes = SPP_NOTES_INIT;
	struct spp_error err = SPP_ERROR_INIT;

	if (f->remedy)
		cli_model_fix(&ui->model, f->remedy, &notes, &err);
	else
		spp_fail(&err, SPP_UNSUPPORTED, "no command fixes it");
	ui_tell(ui, &err, &notes, "the fix is staged; u takes it back");
}

/* A line for each finding, and the whole of it with its fix. */
static void list_findings(const struct spp_audit *audit,
			  struct spp_notes *lines, struct spp_notes *about)
{
	const char *advice;
	size_t i;

	for (i = 0; i < audit->findings; i++) {
		const struct spp_audit_finding *f = &audit->finding[i];

		spp_note(lines, "%-8s %s  %s%s%s%s%s", spp_grade_word(f->grade),
			 f->rule->id, f->scope ? f->scope : "",
			 f->scope ? " " : "", f->name ? f->name : "",
			 f->name ? ": " : "", f->text);
		advice = f->rule->advice ? f->rule->advice : f->rule->summary;
		spp_note(about, "%s\n%s%s", f->text,
			 f->remedy ? "fix: " : "no command fixes it: ",
			 f->remedy ? f->remedy : advice);
	}
}

/* One look at the audit; whether there is to be another. */
static bool show_audit(struct ui *ui, size_t *at)
{
	struct spp_audit CLEANUP(spp_audit_release) audit = SPP_AUDIT_INIT;
	struct spp_notes CLEANUP(spp_notes_release) lines = SPP_NOTES_INIT;
	struct spp_notes CLEANUP(spp_notes_release) about = SPP_NOTES_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	char title[80];
	struct ui_pane pane = {
		.title = title,
		.keys = "Enter stage the fix    u undo    Esc back",
		.ends = "qu",
		.lines = &lines,
		.about = &about,
		.said = ui->said,
		.bad = ui->bad,
	};
	uint64_t now = 0;
	int key;

	if (cli_now(&now, &err) ||
	    cli_model_audit(&ui->model, &ui->site, now, &audit, &err)) {
		ui_tell(ui, &err, NULL, NULL);
		return false;
	}
	list_findings(&audit, &lines, &about);
	if (!lines.count) {
		ui_tell(ui, NULL, NULL, "the audit finds nothing");
		return false;
	}
	snprintf(title, sizeof(title),
		 "audit, with what is pending: %zu pending",
		 cli_model_pending(&ui->model));
	key = ui_pane(&pane, at);
	*ui->said = '\0';
	if (key == UI_KEY_ENTER)
		stage_fix(ui, &audit.finding[*at]);
	else if (key == 'u')
		ui_tell(ui, NULL, NULL,
			cli_model_undo(&ui->model) ? "taken back"
						   : "nothing to take back");
	return key == UI_KEY_ENTER || key == 'u';
}

void ui_pane_audit(struct ui *ui)
{
	size_t at = 0;

	while (show_audit(ui, &at))
		;
}

void ui_pane_dns(struct ui *ui)
{
	struct spp_error err = SPP_ERROR_INIT;
	int key;

	do {
		struct spp_notes CLEANUP(spp_notes_release) lines =
			SPP_NOTES_INIT;

		if (cli_hosts_show(&ui->hosts, &ui->model.state, &ui->model.now,
				   NULL, &lines, &err)) {
			ui_tell(ui, &err, NULL, NULL);
			return;
		}
		key = show("SRV records, and whom clients ask", &lines,
			   "f another host is down    h add a host    Esc back",
			   "qfh");
		if (key == 'f')
			cli_hosts_next(&ui->hosts);
		if (key == 'h')
			ui_add_host(ui);
	} while (key == 'f' || key == 'h' || key == UI_KEY_ENTER);
}

void ui_add_host(struct ui *ui)
{
	struct spp_error err = SPP_ERROR_INIT;
	char path[4096];

	if (!ui_ask("another KMS host, a target or a dump: ", NULL, path,
		    sizeof(path)) ||
	    !*path)
		return;
	cli_hosts_add(&ui->hosts, ui->call, path, &err);
	ui_tell(ui, &err, NULL, NULL);
}

void ui_pane_help(const char *keys)
{
	static const char more[] =
		"\n"
		"Nothing is written before F10 and y. * marks what is pending, "
		"! what is odd.\n"
		"FROM: set here; the scope it comes from; default; kept by "
		"Windows itself.\n"
		"In a question: arrows, Home, End, ^W word, ^U all, Esc gives "
		"up.\n";
	struct spp_notes CLEANUP(spp_notes_release) lines = SPP_NOTES_INIT;

	add_lines(keys, &lines);
	add_lines(more, &lines);
	show("keys", &lines, "Esc back", "q");
}

static void save_policy(struct ui *ui, const struct spp_changes *changes)
{
	struct spp_notes CLEANUP(spp_notes_release) notes = SPP_NOTES_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	char path[4096];

	if (!ui_ask("new file for the policy: ", NULL, path, sizeof(path)) ||
	    !*path)
		return;
	cli_save_policy(changes, path, &notes, &err);
	ui_tell(ui, &err, &notes, "the policy is written");
}

void ui_pane_save(struct ui *ui)
{
	struct spp_changes CLEANUP(spp_changes_release) changes =
		SPP_CHANGES_INIT;
	struct spp_notes CLEANUP(spp_notes_release) lines = SPP_NOTES_INIT;
	struct spp_error err = SPP_ERROR_INIT;

	if (cli_model_changes(&ui->model, &changes, &err) ||
	    (changes.count && cli_save_lines(&changes, ui->model.state.path,
					     ui->model.with, &lines, &err))) {
		ui_tell(ui, &err, NULL, NULL);
		return;
	}
	if (!changes.count)
		ui_tell(ui, NULL, NULL, "nothing is pending");
	else if (show("the same as commands", &lines,
		      "p write a policy    Esc back", "pq") == 'p')
		save_policy(ui, &changes);
}
