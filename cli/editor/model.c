/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/editor/model.h"

#include <stdlib.h>
#include <string.h>

#include "cli/editor/judge.h"
#include "policy/model/dns_name.h"
#include "policy/text/printable.h"

static void step_release(struct cli_step *step)
{
	spp_value_release(&step->value);
}

void cli_model_release(struct cli_model *m)
{
	while (m->steps)
		step_release(&m->step[--m->steps]);
	free(m->step);
	spp_policy_release(&m->now);
	spp_scopes_release(&m->scopes);
	cli_state_release(&m->state);
	*m = (struct cli_model)CLI_MODEL_INIT;
}

/* Where something may be set, and where something is. */
static enum spp_status list_scopes(struct cli_model *m, struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < m->state.offer.count; i++)
		st = spp_scopes_add(&m->scopes, &m->state.offer.scope[i], err);
	for (i = 0; !st && i < m->now.count; i++)
		if (!i || spp_scope_cmp(&m->now.item[i - 1].scope,
					&m->now.item[i].scope))
			st = spp_scopes_add(&m->scopes, &m->now.item[i].scope,
					    err);
	spp_scopes_sort(&m->scopes);
	return st;
}

enum spp_status cli_model_take(struct cli_state *state, struct cli_model *m,
			       struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i;

	m->state = *state;
	*state = (struct cli_state)CLI_STATE_INIT;
	for (i = 0; !st && i < m->state.have.count; i++)
		st = spp_policy_set(&m->now, &m->state.have.item[i].scope,
				    m->state.have.item[i].setting,
				    &m->state.have.item[i].value, err);
	return st ? st : list_scopes(m, err);
}

enum spp_status cli_model_open(const struct cli_call *call, const char *path,
			       struct cli_model *m, struct spp_error *err)
{
	struct cli_state CLEANUP(cli_state_release) state = CLI_STATE_INIT;
	enum spp_status st = cli_state_read(call, path, true, &state, err);

	return st ? st : cli_model_take(&state, m, err);
}

bool cli_model_shows(const struct cli_model *m, const struct spp_scope *scope,
		     const struct spp_setting *s)
{
	return spp_policy_get(&m->now, scope, s) ||
	       spp_policy_get(&m->state.have, scope, s) ||
	       (!(s->flags & SPP_STATE) &&
		spp_setting_settable(s, scope->place));
}

static bool same_item(const struct spp_policy_item *a,
		      const struct spp_policy_item *b)
{
	return a && b ? spp_value_equal(&a->value, &b->value) : a == b;
}

struct cli_row cli_model_row(const struct cli_model *m,
			     const struct spp_scope *scope,
			     const struct spp_setting *s)
{
	struct cli_row row = {
		.item = spp_policy_get(&m->now, scope, s),
		.read_only = !spp_setting_settable(s, scope->place),
	};

	row.pending =
		!same_item(row.item, spp_policy_get(&m->state.have, scope, s));
	if (!row.item && *scope->app) {
		row.item = spp_effective_item(&m->now, scope, s);
		row.origin = CLI_FROM_ABOVE;
	}
	if (!row.item)
		row.origin = CLI_FROM_DEFAULT;
	return row;
}

void cli_model_show(const struct cli_row *row, const struct spp_setting *s,
		    bool show_keys, struct spp_buf *out)
{
	if (!row->item) {
		spp_buf_puts(out, s->fallback.text ? s->fallback.text : "",
			     NULL);
		return;
	}
	spp_setting_show(s, &row->item->value, SPP_TERMS_OWN, out, NULL);
	if (s->flags & SPP_SECRET && !show_keys)
		spp_printable_redact_all(out);
}

/* Remembers what is there now. */
static enum spp_status push(struct cli_model *m, const struct spp_scope *scope,
			    const struct spp_setting *s, struct spp_error *err)
{
	const struct spp_policy_item *item = spp_policy_get(&m->now, scope, s);
	struct cli_step step = { .scope = *scope,
				 .setting = s,
				 .had = item != NULL,
				 .value = SPP_VALUE_INIT };
	struct cli_step *grown = spp_grow(m->step, m->steps, sizeof(*grown));

	if (!grown)
		return spp_nomem(err);
	m->step = grown;
	if (item && spp_value_copy(&step.value, &item->value, err))
		return SPP_NOMEM;
	grown[m->steps++] = step;
	return SPP_OK;
}

static enum spp_status put(struct cli_model *m, const struct spp_scope *scope,
			   const struct spp_setting *s,
			   const struct spp_value *value, struct spp_error *err)
{
	if (value)
		return spp_policy_set(&m->now, scope, s, value, err);
	spp_policy_drop(&m->now, scope, s);
	return SPP_OK;
}

enum spp_status cli_model_set(struct cli_model *m,
			      const struct spp_scope *scope,
			      const struct spp_setting *s,
			      const struct spp_value *value,
			      struct spp_notes *notes, struct spp_error *err)
{
	const struct spp_policy_item *had =
		spp_policy_get(&m->state.have, scope, s);
	const struct spp_policy_item *is = spp_policy_get(&m->now, scope, s);
	struct spp_change change = { .scope = *scope,
				     .setting = s,
				     .before = had ? &had->value : NULL,
				     .after = value };
	enum spp_status st = SPP_OK;

	if (is && value ? spp_value_equal(&is->value, value) : !is && !value)
		return SPP_OK;
	/* What was there before may be put back, whatever it is. */
	if (!had || !value || !spp_value_equal(&had->value, value))
		st = cli_judge(&change, notes, err);
	if (!st)
		st = push(m, scope, s, err);
	return st ? st : put(m, scope, s, value, err);
}

/* The last n steps are one. */
static void join(struct cli_model *m, size_t from)
{
	size_t i;

	for (i = from + 1; i < m->steps; i++)
		m->step[i].more = true;
}

static enum spp_status type_one(struct cli_model *m,
				const struct spp_scope *scope,
				const struct spp_setting *s, const char *text,
				struct spp_notes *notes, struct spp_error *err)
{
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	enum spp_status st =
		spp_setting_parse(s, text, SPP_TERMS_OWN, &value, notes, err);

	return st ? st : cli_model_set(m, scope, s, &value, notes, err);
}

enum spp_status cli_model_type(struct cli_model *m,
			       const struct spp_scope *scope,
			       const struct spp_setting *s, const char *text,
			       struct spp_notes *notes, struct spp_error *err)
{
	const struct spp_setting *port = &spp_settings[SPP_SETTING_KMS_PORT];
	char CLEANUP(spp_free_string) *host = NULL;
	const char *number = NULL;
	size_t from = m->steps;
	enum spp_status st;

	if (s != &spp_settings[SPP_SETTING_KMS_HOST] ||
	    !spp_dns_name_split_port(text, &host, &number))
		return type_one(m, scope, s, text, notes, err);
	st = type_one(m, scope, s, host, notes, err);
	if (!st)
		st = type_one(m, scope, port, number, notes, err);
	join(m, from);
	/* Both or neither. */
	if (st && m->steps > from)
		cli_model_undo(m);
	return st;
}

bool cli_model_undo(struct cli_model *m)
{
	bool any = false, more = true;

	while (more && m->steps) {
		struct cli_step *step = &m->step[--m->steps];

		/* Memory for a value that was there is still there. */
		put(m, &step->scope, step->setting,
		    step->had ? &step->value : NULL, NULL);
		more = step->more;
		any = true;
		step_release(step);
	}
	return any;
}

enum spp_status cli_model_add_scope(struct cli_model *m, const char *text,
				    size_t *at, struct spp_error *err)
{
	struct spp_scope scope;
	enum spp_status st = spp_scope_parse(text, false, &scope, err);
	size_t i;

	if (!st && !(m->state.hives >> spp_places[scope.place].role & 1))
		st = spp_fail(err, SPP_NOTFOUND, "there is no %s hive",
			      spp_role_name(spp_places[scope.place].role));
	if (!st)
		st = spp_scopes_add(&m->scopes, &scope, err);
	if (st)
		return st;
	spp_scopes_sort(&m->scopes);
	for (i = 0; i < m->scopes.count; i++)
		if (!spp_scope_cmp(&m->scopes.scope[i], &scope))
			*at = i;
	return SPP_OK;
}

enum spp_status cli_model_changes(const struct cli_model *m,
				  struct spp_changes *changes,
				  struct spp_error *err)
{
	struct spp_policy CLEANUP(spp_policy_release) gone = SPP_POLICY_INIT;
	enum spp_status st =
		spp_policy_diff(&m->state.have, &m->now, changes, err);
	struct spp_changes CLEANUP(spp_changes_release) removed =
		SPP_CHANGES_INIT;
	struct spp_change *grown;
	size_t i;

	for (i = 0; !st && i < m->state.have.count; i++) {
		const struct spp_policy_item *item = &m->state.have.item[i];

		if (!spp_policy_get(&m->now, &item->scope, item->setting))
			st = spp_policy_set(&gone, &item->scope, item->setting,
					    NULL, err);
	}
	if (!st)
		st = spp_policy_diff(&m->state.have, &gone, &removed, err);
	if (st || !removed.count)
		return st;
	grown = realloc(changes->change,
			(changes->count + removed.count) * sizeof(*grown));
	if (!grown)
		return spp_nomem(err);
	memcpy(grown + changes->count, removed.change,
	       removed.count * sizeof(*grown));
	changes->change = grown;
	changes->count += removed.count;
	return SPP_OK;
}

size_t cli_model_pending(const struct cli_model *m)
{
	struct spp_changes CLEANUP(spp_changes_release) changes =
		SPP_CHANGES_INIT;

	return cli_model_changes(m, &changes, NULL) ? 0 : changes.count;
}

enum spp_status cli_model_audit(const struct cli_model *m,
				const struct spp_site *site, uint64_t now,
				struct spp_audit *audit, struct spp_error *err)
{
	struct spp_document is = cli_state_document(&m->state, &m->now);
	const struct spp_audit_options options = { .now = now,
						   .with = m->with };
	enum spp_status st =
		spp_audit_add(audit, m->state.path, &is, m->state.hives, err);

	/* The run looks at the state that was copied, not at the document. */
	if (!st && audit->subjects) {
		audit->subject[0].identity = &m->state.identity;
		audit->subject[0].unknown = &m->state.unknown;
	}
	return st ? st : spp_audit_run(audit, site, &options, err);
}
