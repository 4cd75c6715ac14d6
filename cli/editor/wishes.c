/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/editor/wishes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/editor/judge.h"
#include "policy/text/printable.h"

static bool is_settable(const struct spp_policy_item *item)
{
	return spp_setting_settable(item->setting, item->scope.place);
}

static char *spell(const char *fmt, ...) SPP_PRINTF(1, 2);
static char *spell(const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	return text;
}

/* A product key that is shown redacted is not changed. */
static bool is_unchanged(const struct spp_policy_item *item,
			 const struct spp_value *now)
{
	struct spp_value CLEANUP(spp_value_release) hidden = SPP_VALUE_INIT;
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;

	if (spp_value_equal(&item->value, now))
		return true;
	if (!(item->setting->flags & SPP_SECRET) ||
	    spp_setting_show(item->setting, &item->value, SPP_TERMS_REGISTRY,
			     &text, NULL))
		return false;
	spp_printable_redact_all(&text);
	return !spp_value_set_text(&hidden, item->setting->type,
				   spp_buf_text(&text), NULL) &&
	       spp_value_equal(&hidden, now);
}

enum spp_status cli_wishes_check_kept(const struct cli_state *state,
				      const struct spp_document *document,
				      size_t end, struct cli_flaws *flaws,
				      struct spp_error *err)
{
	const struct spp_policy *seen = &document->observed;
	const struct spp_policy_item *item, *other;
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < seen->count; i++) {
		item = &seen->item[i];
		other = spp_policy_get(&state->have, &item->scope,
				       item->setting);
		if (!other || !is_unchanged(other, &item->value))
			st = cli_flaws_add(
				flaws, item->where.line,
				spell("%s is read-only: Windows itself "
				      "keeps it%s",
				      item->setting->name,
				      other ? "; 'unset' removes it" : ""),
				err);
	}
	for (i = 0; !st && i < state->have.count; i++) {
		struct spp_buf CLEANUP(spp_buf_release) scope = SPP_BUF_INIT;

		item = &state->have.item[i];
		if (is_settable(item) ||
		    spp_policy_get(seen, &item->scope, item->setting) ||
		    spp_policy_wish_for(&document->policy, &item->scope,
					item->setting))
			continue;
		st = spp_scope_show(&item->scope, &scope, err);
		if (!st)
			st = cli_flaws_add(
				flaws, end,
				spell("the read-only line of %s in [%s] is "
				      "missing; write 'unset %s' there to "
				      "remove it",
				      item->setting->name, spp_buf_text(&scope),
				      item->setting->name),
				err);
	}
	return st;
}

/* What the text has that the state does not. */
static enum spp_status take_new(const struct cli_state *state,
				const struct spp_policy *text,
				struct spp_policy *want, struct spp_error *err)
{
	const struct spp_policy_item *item, *have;
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < text->count; i++) {
		item = &text->item[i];
		have = item->setting
			       ? spp_policy_get(&state->have, &item->scope,
						item->setting)
			       : NULL;
		want->where = item->where;
		if (item->wish == SPP_DEFAULT)
			st = spp_policy_offer(want, &item->scope, item->setting,
					      &item->value, err);
		else if (item->wish != SPP_PRESENT)
			st = spp_policy_wish(want, &item->scope, item->setting,
					     item->wish, err);
		else if (!have || !spp_value_equal(&have->value, &item->value))
			st = spp_policy_set(want, &item->scope, item->setting,
					    &item->value, err);
	}
	want->where = (struct spp_where){ NULL, 0, 0 };
	return st;
}

/* What the state has that the text no longer has. */
static enum spp_status take_gone(const struct cli_state *state,
				 const struct spp_policy *text,
				 struct spp_policy *want, struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < state->have.count; i++) {
		const struct spp_policy_item *item = &state->have.item[i];

		if (is_settable(item) &&
		    !spp_policy_wish_for(text, &item->scope, item->setting))
			st = spp_policy_set(want, &item->scope, item->setting,
					    NULL, err);
	}
	return st;
}

enum spp_status cli_wishes_take(const struct cli_state *state,
				const struct spp_policy *text,
				struct spp_policy *want, struct spp_error *err)
{
	enum spp_status st = take_new(state, text, want, err);

	return st ? st : take_gone(state, text, want, err);
}

/* Whether one change may be written. */
static enum spp_status check_change(const struct spp_change *c,
				    struct cli_flaws *flaws,
				    struct spp_notes *notes,
				    struct spp_error *err)
{
	struct spp_error why = SPP_ERROR_INIT;
	enum spp_status st = cli_judge(c, notes, &why);

	if (st == SPP_INVALID)
		return cli_flaws_fail(flaws, &why, err);
	return st ? spp_nomem(err) : SPP_OK;
}

enum spp_status cli_wishes_judge(const struct cli_state *state,
				 const struct spp_policy *want,
				 struct cli_flaws *flaws,
				 struct spp_notes *notes, struct spp_error *err)
{
	struct spp_changes CLEANUP(spp_changes_release) changes =
		SPP_CHANGES_INIT;
	enum spp_status st = spp_policy_diff(&state->have, want, &changes, err);
	size_t i;

	for (i = 0; !st && i < changes.count; i++)
		st = check_change(&changes.change[i], flaws, notes, err);
	return st;
}
