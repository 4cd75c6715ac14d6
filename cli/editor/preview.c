/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/editor/preview.h"

#include <string.h>

#include "cli/change.h"
#include "cli/load.h"
#include "cli/out.h"
#include "cli/target.h"
#include "policy/audit/engine.h"

void cli_preview_changes(const struct cli_call *call, const char *path,
			 const struct spp_changes *changes, FILE *to)
{
	size_t i;

	fprintf(to, "%s: %zu change%s\n", cli_path(path), changes->count,
		changes->count == 1 ? "" : "s");
	for (i = 0; i < changes->count; i++)
		cli_print_change(call, to, &changes->change[i]);
}

static enum spp_status audit_one(const struct cli_call *call,
				 const struct cli_state *state,
				 const struct spp_document *document,
				 const struct spp_site *site,
				 struct spp_audit *audit, struct spp_error *err)
{
	struct spp_audit_options options = { .show_keys = cli_has(
						     call, OPT_SHOW_KEYS) };
	enum spp_status st = cli_now(&options.now, err);

	if (!st)
		st = spp_audit_add(audit, state->path, document, state->hives,
				   err);
	return st ? st : spp_audit_run(audit, site, &options, err);
}

static bool same_text(const char *a, const char *b)
{
	return !a || !b ? a == b : !strcmp(a, b);
}

static bool is_among(const struct spp_audit_finding *f,
		     const struct spp_audit *audit)
{
	size_t i;

	for (i = 0; i < audit->findings; i++) {
		const struct spp_audit_finding *g = &audit->finding[i];

		if (f->rule == g->rule && f->grade == g->grade &&
		    same_text(f->scope, g->scope) &&
		    same_text(f->name, g->name) && same_text(f->text, g->text))
			return true;
	}
	return false;
}

/* The findings of one that the other has not. */
static void list(char sign, const struct spp_audit *of,
		 const struct spp_audit *beside, struct spp_notes *lines)
{
	size_t i;

	for (i = 0; i < of->findings; i++) {
		const struct spp_audit_finding *f = &of->finding[i];

		if (is_among(f, beside) || f->exception)
			continue;
		spp_note(lines, "audit: %c %s %s: %s%s%s%s%s", sign,
			 f->rule->id, spp_grade_word(f->grade),
			 f->scope ? f->scope : "", f->scope ? " " : "",
			 f->name ? f->name : "", f->name ? ": " : "", f->text);
	}
}

enum spp_status cli_preview_audit(const struct cli_call *call,
				  const struct cli_state *state,
				  const struct spp_changes *changes,
				  const struct spp_site *site,
				  struct spp_notes *lines,
				  struct spp_error *err)
{
	struct spp_policy CLEANUP(spp_policy_release) changed = SPP_POLICY_INIT;
	struct spp_audit CLEANUP(spp_audit_release) before = SPP_AUDIT_INIT;
	struct spp_audit CLEANUP(spp_audit_release) after = SPP_AUDIT_INIT;
	struct spp_document was = cli_state_document(state, &state->have), is;
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < state->have.count; i++)
		st = spp_policy_set(&changed, &state->have.item[i].scope,
				    state->have.item[i].setting,
				    &state->have.item[i].value, err);
	if (!st)
		st = cli_state_change(&changed, changes, err);
	is = cli_state_document(state, &changed);
	if (!st)
		st = audit_one(call, state, &was, site, &before, err);
	if (!st)
		st = audit_one(call, state, &is, site, &after, err);
	if (st)
		return st;
	list('+', &after, &before, lines);
	list('-', &before, &after, lines);
	return SPP_OK;
}

enum spp_status cli_preview_site(const struct cli_call *call,
				 struct spp_site *site, struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) buf = SPP_BUF_INIT;
	const char *path = cli_value(call, OPT_SITE);
	enum spp_status st = path ? cli_read_file(path, &buf, err) : SPP_OK;

	return st || !path ? st
			   : spp_site_read(path, buf.data, buf.size, site, err);
}
