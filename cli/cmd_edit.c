/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * edit: the state of a target in an editor, and what was changed back into it.
 *
 *	read, close -> text -> editor -> wishes -> changes, findings -> asked
 *	                 ^        |                                      |
 *	                 |        '--- with "# ERROR:" lines             |
 *	                 '------- what changed meanwhile <-- read again -'-> set
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/editor/ask.h"
#include "cli/editor/buffer.h"
#include "cli/editor/commit.h"
#include "cli/editor/preview.h"
#include "cli/editor/program.h"
#include "cli/editor/save.h"
#include "cli/editor/workfile.h"
#include "cli/fail.h"
#include "cli/out.h"
#include "cli/stop.h"
#include "cli/target.h"
#include "policy/windows/ticket.h"

/* How often a script gets a text back that is not right, or out of date. */
#define ROUNDS_MAX 10

/* One target in hand. */
struct job {
	const struct cli_call *call;
	struct cli_call patient; /* after the editor has run */
	const char *path;
	struct cli_state state;
	struct spp_site site;
	struct cli_workfile file;
	struct spp_buf text; /* as the editor is given it, or left it */
	size_t line;	     /* where the editor is to begin */
	bool flawed;	     /* the text has errors */
	int rounds;	     /* a script was asked */
	int races;	     /* the target changed after the last look */
	struct spp_policy want;
	struct spp_changes changes;
	struct spp_notes findings, notes;
	bool previewed;
	bool typed; /* the text is not what sppctl wrote first */
	bool moved; /* the target is not what it was */
};

static void release(struct job *j)
{
	cli_copy_release(&j->patient);
	cli_state_release(&j->state);
	spp_site_release(&j->site);
	cli_workfile_release(&j->file);
	spp_buf_release(&j->text);
	spp_policy_release(&j->want);
	spp_changes_release(&j->changes);
	spp_notes_release(&j->findings);
	spp_notes_release(&j->notes);
}

static bool is_scripted(const struct cli_call *call)
{
	return cli_has(call, OPT_YES) || cli_has(call, OPT_DRY_RUN);
}

/* A failure that leaves what somebody typed, if anything was typed. */
static enum spp_status kept(struct job *j, const struct spp_error *why,
			    struct spp_error *err)
{
	if (!j->typed || !j->file.path || access(j->file.path, F_OK))
		return spp_fail_from(err, why->status, why,
				     "%s; nothing is changed", why->text);
	j->file.keep = true;
	return spp_fail_from(err, why->status, why,
			     "%s; nothing is changed, and the text is in '%s'",
			     why->text, j->file.path);
}

static enum spp_status begin(struct job *j, struct spp_error *err)
{
	enum spp_status st = cli_preview_site(j->call, &j->site, err);

	if (!st)
		st = cli_state_read(j->call, j->path, false, &j->state, err);
	if (!st)
		st = cli_state_editable(j->call, &j->state, err);
	if (!st)
		st = cli_buffer_write(&j->state, NULL, NULL,
				      cli_has(j->call, OPT_SHOW_KEYS), &j->text,
				      err);
	return st ? st : cli_workfile_make(&j->file, &j->text, err);
}

/* Lets the editor have the text; *same: it left it as it was. */
static enum spp_status run_editor(struct job *j, bool *same,
				  struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) before = j->text;
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st;

	j->text = (struct spp_buf)SPP_BUF_INIT;
	st = cli_workfile_write(&j->file, &before, &why);
	if (st)
		return kept(j, &why, err);
	st = cli_program_run(j->file.path, j->line, cli_has(j->call, OPT_JSON),
			     &why);
	/* An editor that failed may have saved before. */
	if (cli_workfile_read(&j->file, &j->text, st ? NULL : &why) && !st)
		st = why.status;
	*same = before.size == j->text.size &&
		!memcmp(before.data, j->text.data, before.size);
	j->typed |= !*same;
	return st ? kept(j, &why, err) : SPP_OK;
}

/* Nobody has mended the text: it stays as it is. */
static enum spp_status give_up(struct job *j, const struct cli_flaws *flaws,
			       struct spp_error *err)
{
	struct spp_error why = SPP_ERROR_INIT;
	size_t line = flaws->flaw[0].line, marks = 0;

	/* The errors are lines of the text, too. */
	while (marks < flaws->count && flaws->flaw[marks].line == line)
		marks++;
	spp_fail(&why, SPP_INVALID, "line %zu of the text: %s%s", line + marks,
		 flaws->flaw[0].text, flaws->count > 1 ? " (and more)" : "");
	return kept(j, &why, err);
}

/* Makes wishes of the text; where it has errors, they are marked in it. */
static enum spp_status read_text(struct job *j, bool same,
				 struct spp_error *err)
{
	struct cli_flaws CLEANUP(cli_flaws_release) flaws = CLI_FLAWS_INIT;
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st;

	spp_policy_release(&j->want);
	spp_notes_release(&j->notes);
	st = cli_buffer_read(&j->state, j->file.path, &j->text, &j->want,
			     &flaws, &j->notes, &why);
	j->flawed = flaws.count > 0;
	j->line = 0;
	if (st)
		return kept(j, &why, err);
	if (!j->flawed)
		return SPP_OK;
	if (same ||
	    (is_scripted(j->call) && (flaws.is_cut || j->rounds >= ROUNDS_MAX)))
		return give_up(j, &flaws, err);
	return cli_buffer_mark(&j->text, &flaws, &j->line, err);
}

/* What Windows Server 2016 calls by another name is written by that. */
static enum spp_status fit(struct job *j, struct spp_error *err)
{
	struct spp_policy fitted = SPP_POLICY_INIT;
	enum spp_status st;

	if (!spp_ticket_misses(&j->want, &j->state.identity))
		return SPP_OK;
	st = spp_ticket_fit(&j->want, &j->state.have, &j->state.identity,
			    &fitted, &j->notes, err);
	if (st) {
		spp_policy_release(&fitted);
		return st;
	}
	spp_policy_release(&j->want);
	j->want = fitted;
	return SPP_OK;
}

static enum spp_status compare(struct job *j, struct spp_error *err)
{
	enum spp_status st = fit(j, err);

	spp_changes_release(&j->changes);
	spp_notes_release(&j->findings);
	if (!st)
		st = spp_policy_diff(&j->state.have, &j->want, &j->changes,
				     err);
	return st || !j->changes.count
		       ? st
		       : cli_preview_audit(j->call, &j->state, &j->changes,
					   &j->site, &j->findings, err);
}

static void preview(struct job *j)
{
	size_t i;

	cli_warn_all(&j->notes);
	spp_notes_release(&j->notes);
	cli_preview_changes(j->call, j->path, &j->changes, stderr);
	for (i = 0; i < j->findings.count; i++)
		fprintf(stderr, "%s\n", cli_path(j->findings.text[i]));
	j->previewed = true;
}

/* The changes with their bytes. */
static void print_details(const struct job *j)
{
	struct cli_call call = *j->call;
	struct cli_given *given = calloc(call.given_count + 1, sizeof(*given));

	if (!given)
		return;
	memcpy(given, call.given, call.given_count * sizeof(*given));
	given[call.given_count++] = (struct cli_given){ OPT_VERBOSE, NULL };
	call.given = given;
	cli_preview_changes(&call, j->path, &j->changes, stderr);
	free(given);
}

static void save(const struct job *j)
{
	struct spp_notes CLEANUP(spp_notes_release) notes = SPP_NOTES_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	char path[4096];

	if (!cli_ask("save the changes as policy (a new file): ", path,
		     sizeof(path)) ||
	    !*path)
		return;
	if (cli_save_policy(&j->changes, path, &notes, &err))
		cli_complain("%s", err.text);
	else
		fprintf(stderr, "'%s' is written\n", cli_path(path));
	cli_warn_all(&notes);
}

enum choice { APPLY, EDIT, QUIT, STOP };

static enum choice ask(struct job *j)
{
	static const char choices[] =
		"a  writes the changes\n"
		"e  opens the text again, as you left it\n"
		"d  shows the bytes of each change\n"
		"s  saves the changes as a policy, for sppctl apply\n"
		"q  leaves: nothing is written, and the text goes\n";
	char answer[64];

	preview(j);
	for (;;) {
		if (!cli_ask("apply, edit again, details, save as policy, "
			     "quit [a/e/d/s/q]? ",
			     answer, sizeof(answer)))
			return STOP;
		switch (answer[0] | 32) {
		case 'a':
			return APPLY;
		case 'e':
			return EDIT;
		case 'd':
			print_details(j);
			break;
		case 's':
			save(j);
			break;
		case 'q':
			return QUIT;
		default:
			fputs(choices, stderr);
		}
	}
}

/* *moved: the target is another once more, and nothing was done. */
static enum cli_exit apply(struct job *j, bool *moved)
{
	struct cli_commit commit = {
		.state = &j->state,
		.changes = &j->changes,
		.notes = &j->notes,
		.said = j->findings.count && !j->previewed ? &j->findings
							   : NULL,
		.brief = j->previewed && isatty(STDOUT_FILENO),
	};
	enum cli_exit code = cli_commit(j->call, &commit);

	*moved = commit.moved;
	if (code > CLI_FINDINGS && !*moved) {
		j->file.keep = true;
		cli_warn("the text is in '%s'", j->file.path);
	}
	return code;
}

/*
 * Where the target has changed meanwhile: says what, and puts the wishes over
 * its new state.
 */
static enum spp_status catch_up(struct job *j, struct spp_error *err)
{
	struct cli_state CLEANUP(cli_state_release) now = CLI_STATE_INIT;
	struct spp_policy CLEANUP(spp_policy_release) close = SPP_POLICY_INIT;
	struct spp_changes CLEANUP(spp_changes_release) theirs =
		SPP_CHANGES_INIT;
	struct spp_buf CLEANUP(spp_buf_release) told = SPP_BUF_INIT;
	enum spp_status st = cli_state_read(j->call, j->path, false, &now, err);
	bool other = !st &&
		     !cli_state_same_windows(&j->state.identity, &now.identity);
	size_t i;

	if (!st && !other && cli_state_same(&j->state.have, &now.have))
		return SPP_OK;
	j->moved = true;
	if (other && is_scripted(j->call))
		return spp_fail(err, SPP_REFUSED,
				"'%s' is another Windows than the one whose "
				"settings were edited",
				j->path);
	for (i = 0; !st && i < now.have.count; i++)
		st = spp_policy_set(&close, &now.have.item[i].scope,
				    now.have.item[i].setting,
				    &now.have.item[i].value, err);
	if (!st)
		st = spp_policy_close(&close, &j->state.have, err);
	if (!st)
		st = spp_policy_diff(&j->state.have, &close, &theirs, err);
	if (st)
		return st;
	cli_warn("'%s' was changed by somebody else meanwhile%s; the text "
		 "begins again from there, with your changes",
		 j->path, other ? ", and is another Windows now" : "");
	cli_preview_changes(j->call, j->path, &theirs, stderr);
	st = spp_buf_puts(&told,
			  "Somebody else has changed meanwhile (yours counts "
			  "where both did):\n",
			  err);
	if (!st && other)
		st = spp_buf_puts(&told, "  which Windows this is\n", err);
	for (i = 0; !st && i < theirs.count; i++)
		st = spp_buf_printf(
			&told, err, "  %s%s\n", theirs.change[i].setting->name,
			spp_policy_wish_for(&j->want, &theirs.change[i].scope,
					    theirs.change[i].setting)
				? ", which you have changed, too"
				: "");
	if (!st)
		st = cli_buffer_write(&now, &j->want, spp_buf_text(&told),
				      cli_has(j->call, OPT_SHOW_KEYS), &j->text,
				      err);
	if (st)
		return st;
	cli_state_release(&j->state);
	j->state = now;
	now = (struct cli_state)CLI_STATE_INIT;
	return SPP_OK;
}

static enum cli_exit fail(const struct job *j, const struct spp_error *err)
{
	return cli_fail(j->call, err);
}

/* One time through the editor; *again: it is not over. */
static enum cli_exit go_round(struct job *j, bool first, bool *again)
{
	struct spp_error err = SPP_ERROR_INIT, why = SPP_ERROR_INIT;
	enum choice choice = APPLY;
	enum cli_exit code;
	bool same = false, raced = false;

	*again = true;
	if (run_editor(j, &same, &err) || read_text(j, same && !first, &err))
		return fail(j, &err);
	if (j->flawed)
		return CLI_OK;
	if (compare(j, &why)) {
		kept(j, &why, &err);
		return fail(j, &err);
	}
	if (j->changes.count && !is_scripted(j->call))
		choice = ask(j);
	if (choice == EDIT)
		return CLI_OK;
	*again = false;
	if (choice == STOP) {
		spp_fail(&why, SPP_IO, "%s",
			 cli_stop_signal() ? cli_stop_reason()
					   : "no answer: the input has ended");
		kept(j, &why, &err);
		return fail(j, &err);
	}
	if (choice == QUIT) {
		printf("%s: nothing is changed\n", cli_path(j->path));
		return CLI_OK;
	}
	j->moved = false;
	do {
		if (j->changes.count && catch_up(j, &why)) {
			kept(j, &why, &err);
			return fail(j, &err);
		}
		*again = j->moved;
		if (j->moved)
			return CLI_OK;
		code = apply(j, &raced);
	} while (raced && j->races++ < ROUNDS_MAX);
	*again = raced;
	return raced ? CLI_OK : code;
}

static enum cli_exit edit_one(const struct cli_call *call)
{
	struct job CLEANUP(release) j = { .call = call,
					  .path = call->target[0],
					  .state = CLI_STATE_INIT,
					  .site = SPP_SITE_INIT,
					  .file = CLI_WORKFILE_INIT };
	struct spp_error err = SPP_ERROR_INIT, why = SPP_ERROR_INIT;
	enum cli_exit code = CLI_OK;
	bool again = true;

	if (begin(&j, &err) || cli_patient(call, &j.patient, &err))
		return cli_fail(call, &err);
	j.call = &j.patient;
	while (again && !code && j.rounds < ROUNDS_MAX) {
		j.rounds += is_scripted(call);
		code = go_round(&j, !j.flawed, &again);
	}
	if (code || !again)
		return code;
	spp_fail(&why, SPP_BUSY, "'%s' was changed by somebody else %d times",
		 j.path, ROUNDS_MAX);
	kept(&j, &why, &err);
	return cli_fail(call, &err);
}

static enum spp_status check_call(const struct cli_call *call,
				  struct spp_error *err)
{
	if (cli_has(call, OPT_JSON) && call->targets > 1)
		return spp_fail(err, SPP_USAGE,
				"--json is one document; name one target");
	if (!is_scripted(call) && !cli_ask_can())
		return spp_fail(err, SPP_REFUSED,
				"edit asks before it writes, and this is not a "
				"terminal; use --yes to apply without being "
				"asked, or --dry-run");
	return cli_one_target(call, (int)call->targets, err);
}

/* One after the other; a target that fails does not stop the rest. */
static enum cli_exit run(const struct cli_call *call)
{
	struct spp_error err = SPP_ERROR_INIT;
	enum cli_exit code, worst = CLI_OK;
	struct cli_call one = *call;
	size_t i;

	if (check_call(call, &err))
		return cli_fail(call, &err);
	cli_stop_hold();
	for (i = 0; i < call->targets && !cli_stop_signal(); i++) {
		one.target = &call->target[i];
		one.targets = 1;
		code = edit_one(&one);
		worst = code > worst ? code : worst;
	}
	return worst;
}

const struct cli_command cli_command_edit = {
	.name = "edit",
	.operands = "TARGET...",
	.least = 1,
	.most = -1,
	.summary = "edit the settings of a target in your editor",
	.about = "The state is shown as lines, with what each setting means, "
		 "may be and is if it is not set. Then\nthe changes are shown, "
		 "with the audit findings that they add or remove, and you "
		 "decide. Nothing\nis locked meanwhile: where the target has "
		 "changed, the text begins again with your changes on top.\n"
		 "The editor is $VISUAL, $EDITOR, sensible-editor or vi.",
	.options = CLI_OPTIONS(OPT_YES, OPT_DRY_RUN, CLI_EDITOR_OPTIONS,
			       CLI_EVIDENCE_OPTIONS, OPT_JSON),
	.examples = CLI_EXAMPLES({ "edit SOFTWARE", "the settings of a hive" },
				 { "edit disk.qcow2 --partition 3 --backup",
				   "those in a disk image, with an undo file" },
				 { "edit SOFTWARE --dry-run",
				   "what the edit would change, and no more" }),
	.targets = CLI_TARGETS_ALL,
	.run = run,
};
