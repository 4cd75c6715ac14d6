/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/editor/preview.h"
#include "cli/editor/save.h"
#include "cli/editor/ui.h"
#include "cli/editor/ui_screen.h"
#include "cli/target.h"
#include "policy/dns/records.h"

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
	FILE *to;

	if (st)
		return st;
	to = open_memstream(&text, &size);
	if (!to)
		return spp_nomem(err);
	cli_preview_changes(ui->call, ui->model.state.path, &changes, to);
	if (fclose(to))
		return spp_nomem(err);
	add_lines(text, lines);
	return changes.count
		       ? cli_preview_audit(ui->call, &ui->model.state, &changes,
					   &ui->site, lines, err)
		       : SPP_OK;
}

void ui_pane_changes(struct ui *ui)
{
	struct spp_notes CLEANUP(spp_notes_release) lines = SPP_NOTES_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	size_t at = 0;

	if (change_lines(ui, &lines, &err))
		ui_tell(ui, &err, NULL, NULL);
	else
		ui_lines("what would change", &lines, &at, "Esc back", "q");
}

bool ui_pane_confirm(struct ui *ui)
{
	struct spp_notes CLEANUP(spp_notes_release) lines = SPP_NOTES_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	size_t at = 0;

	if (change_lines(ui, &lines, &err)) {
		ui_tell(ui, &err, NULL, NULL);
		return false;
	}
	return ui_lines("write these changes?", &lines, &at,
			"y write    Esc back", "y") == 'y';
}

static void stage_fix(struct ui *ui, const struct spp_audit_finding *f)
{
	struct spp_notes CLEANUP(spp_notes_release) notes = SPP_NOTES_INIT;
	struct spp_error err = SPP_ERROR_INIT;

	if (f->remedy)
		cli_model_fix(&ui->model, f->remedy, &notes, &err);
	else
		spp_fail(&err, SPP_UNSUPPORTED, "no command fixes it: %s",
			 f->rule->advice ? f->rule->advice : f->rule->summary);
	ui_tell(ui, &err, &notes, "the fix is staged; u takes it back");
}

void ui_pane_audit(struct ui *ui)
{
	struct spp_audit CLEANUP(spp_audit_release) audit = SPP_AUDIT_INIT;
	struct spp_notes CLEANUP(spp_notes_release) lines = SPP_NOTES_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	uint64_t now = 0;
	size_t at = 0, i;

	if (cli_now(&now, &err) ||
	    cli_model_audit(&ui->model, &ui->site, now, &audit, &err)) {
		ui_tell(ui, &err, NULL, NULL);
		return;
	}
	for (i = 0; i < audit.findings; i++) {
		const struct spp_audit_finding *f = &audit.finding[i];

		spp_note(&lines, "%-8s %s  %s%s%s%s%s",
			 spp_grade_word(f->grade), f->rule->id,
			 f->scope ? f->scope : "", f->scope ? " " : "",
			 f->name ? f->name : "", f->name ? ": " : "", f->text);
	}
	if (!lines.count) {
		ui_tell(ui, NULL, NULL, "the audit finds nothing");
		return;
	}
	if (ui_lines("audit, with what is pending", &lines, &at,
		     "Enter stage the fix    Esc back", "q") == UI_KEY_ENTER)
		stage_fix(ui, &audit.finding[at]);
}

enum spp_status ui_dns_lines(const struct ui *ui,
			     const struct spp_policy *state,
			     struct spp_notes *lines, struct spp_error *err)
{
	struct spp_records CLEANUP(spp_records_release) dns = SPP_RECORDS_INIT;
	enum spp_status st = spp_records_add(&dns, ui->model.state.path, state,
					     &ui->model.state.identity, err);
	const struct spp_machine *host = dns.machine;
	size_t i;

	if (st)
		return st;
	spp_records_finish(&dns);
	if (host->silence)
		spp_note(lines, "no records: %s",
			 spp_silence_text(host->silence));
	for (i = 0; i < dns.count; i++)
		spp_note(lines, "%s%s  SRV %u %u %u  %s", SPP_SRV_PREFIX,
			 dns.srv[i].domain, dns.srv[i].priority,
			 dns.srv[i].weight, dns.srv[i].port,
			 spp_machine_name(host));
	if (dns.count)
		spp_note(lines, "If this host fails, clients there find only "
				"hosts that are not in view: sppctl simulate "
				"takes several.");
	return SPP_OK;
}

void ui_pane_dns(struct ui *ui)
{
	struct spp_notes CLEANUP(spp_notes_release) lines = SPP_NOTES_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	size_t at = 0;

	if (ui_dns_lines(ui, &ui->model.now, &lines, &err))
		ui_tell(ui, &err, NULL, NULL);
	else
		ui_lines("SRV records, with what is pending", &lines, &at,
			 "Esc back", "q");
}

void ui_pane_help(void)
{
	static const char help[] =
		"Tab, Left, Right   scopes or settings\n"
		"Up, Down, j, k     move\n"
		"Enter              change the setting: on, off and choices in "
		"turn, others typed\n"
		"                   kms-host takes HOST:PORT; publish-list "
		"opens "
		"as a table\n"
		"d, Del             unset it\n"
		"u                  undo the last step\n"
		"/                  search a setting by its name or meaning\n"
		"F2, v              what would change\n"
		"F3, a              audit; Enter stages a fix\n"
		"F4, r              SRV records\n"
		"w                  write a policy, or see the command lines\n"
		"F10, c             write the changes to the target\n"
		"q                  leave\n"
		"\n"
		"Nothing is written before F10. * marks what is pending.\n";
	struct spp_notes CLEANUP(spp_notes_release) lines = SPP_NOTES_INIT;
	size_t at = 0;

	add_lines(help, &lines);
	ui_lines("keys", &lines, &at, "Esc back", "q");
}

static void save_policy(struct ui *ui, const struct spp_changes *changes)
{
	struct spp_error err = SPP_ERROR_INIT;
	char path[1024];

	if (!ui_ask("new file for the policy: ", NULL, path, sizeof(path)) ||
	    !*path)
		return;
	cli_save_policy(changes, path, &err);
	ui_tell(ui, &err, NULL, "the policy is written");
}

void ui_pane_save(struct ui *ui)
{
	struct spp_changes CLEANUP(spp_changes_release) changes =
		SPP_CHANGES_INIT;
	struct spp_notes CLEANUP(spp_notes_release) lines = SPP_NOTES_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	size_t at = 0;

	if (cli_model_changes(&ui->model, &changes, &err) ||
	    (changes.count &&
	     cli_save_lines(&changes, ui->model.state.path, &lines, &err))) {
		ui_tell(ui, &err, NULL, NULL);
		return;
	}
	if (!changes.count)
		ui_tell(ui, NULL, NULL, "nothing is pending");
	else if (ui_lines("the same as commands", &lines, &at,
			  "p write a policy    Esc back", "p") == 'p')
		save_policy(ui, &changes);
}
