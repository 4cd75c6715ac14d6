/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings in lines, written; conf.c draws them. */
#include <stdlib.h>
#include <string.h>

#include "policy/format/conf.h"
#include "policy/text/printable.h"

#define COMMENT 77 /* characters on a line, without its "# " */

struct writer {
	const struct spp_document *document;
	const struct spp_export *options;
	struct spp_buf *out;
	struct spp_notes *notes;
	struct spp_error *err;
};

static enum spp_status put(struct writer *w, const char *text)
{
	return spp_buf_puts(w->out, text, w->err);
}

/* "# " before each line of text; long ones are broken between words. */
static enum spp_status put_comment(struct writer *w, const char *text)
{
	enum spp_status st = SPP_OK;
	size_t n, cut;

	for (; !st && *text; text += n) {
		n = strcspn(text, "\n");
		for (cut = n > COMMENT ? COMMENT : 0; cut && text[cut] != ' ';)
			cut--;
		n = cut ? cut : n;
		st = spp_buf_printf(w->out, w->err, "#%s%.*s\n", n ? " " : "",
				    (int)n, text);
		n += text[n] != '\0';
	}
	return st;
}

/* "name = ...", if it is one line that reads as the same. */
static enum spp_status put_title(struct writer *w, const char *name,
				 const char *text)
{
	char CLEANUP(spp_free_string) *shown = NULL;
	size_t n = text ? strlen(text) : 0;

	if (!text)
		return SPP_OK;
	shown = spp_printable(text);
	if (!shown)
		return spp_nomem(w->err);
	if (strcmp(shown, text) || (n && strchr(" \t", text[0])) ||
	    (n && strchr(" \t", text[n - 1]))) {
		if (w->notes)
			spp_note(w->notes,
				 "format conf cannot express the %s: it is "
				 "left out",
				 name);
		return SPP_OK;
	}
	return spp_buf_printf(w->out, w->err, "%s = %s\n", name, text);
}

/* What the setting is for, what it may be, and what it is if it is not set. */
static enum spp_status put_about(struct writer *w, const struct spp_setting *s)
{
	struct spp_buf CLEANUP(spp_buf_release) range = SPP_BUF_INIT;
	const char *fallback = s->fallback.text;
	enum spp_status st = put(w, "\n");

	if (!st)
		st = put_comment(w, s->summary);
	if (!st && s->kind == SPP_KIND_PUBLISH)
		st = spp_buf_puts(&range,
				  "domain, priority, weight; one a "
				  "line, indented",
				  w->err);
	else if (!st)
		st = spp_setting_range(s, &range, w->err);
	if (st || s->flags & SPP_STATE)
		return st;
	if (s->unit)
		st = spp_buf_printf(&range, w->err, " %s", s->unit);
	if (!st && fallback)
		st = spp_buf_printf(&range, w->err, "; not set: %s", fallback);
	return st ? st : put_comment(w, spp_buf_text(&range));
}

static enum spp_status put_value(struct writer *w, const char *word,
				 const struct spp_policy_item *item)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	enum spp_status st;

	st = spp_buf_printf(w->out, w->err, "%s%s%s =", word, *word ? " " : "",
			    item->setting->name);
	if (st)
		return st;
	if (!(item->setting->flags & SPP_SECRET) || w->options->show_keys)
		return spp_conf_show(item->setting, &item->value, w->out,
				     w->err);
	/* A product key is not for every eye that sees a dump. */
	st = spp_setting_show(item->setting, &item->value, SPP_TERMS_REGISTRY,
			      &text, w->err);
	if (st)
		return st;
	spp_printable_redact_all(&text);
	return spp_buf_printf(w->out, w->err, " " SPP_CONF_REDACTED "%s\n",
			      spp_buf_text(&text));
}

/* A wish in a scope. */
static enum spp_status put_item(struct writer *w,
				const struct spp_policy_item *item)
{
	enum spp_conf_word word = item->wish == SPP_KEEP      ? SPP_CONF_KEEP
				  : item->wish == SPP_ABSENT  ? SPP_CONF_UNSET
				  : item->wish == SPP_DEFAULT ? SPP_CONF_DEFAULT
							      : SPP_CONF_SET;

	if (word == SPP_CONF_SET || word == SPP_CONF_DEFAULT)
		return put_value(w, spp_conf_word[word], item);
	return spp_buf_printf(w->out, w->err, "%s %s\n", spp_conf_word[word],
			      item->setting ? item->setting->name : "*");
}

/* One setting in a scope: what is wished, what is there, what may be set. */
static enum spp_status put_setting(struct writer *w,
				   const struct spp_scope *scope,
				   const struct spp_setting *s, bool offer)
{
	const struct spp_policy_item *wish =
		spp_policy_get(&w->document->policy, scope, s);
	const struct spp_policy_item *seen =
		spp_policy_get(&w->document->observed, scope, s);
	enum spp_status st = SPP_OK;

	offer = offer && !wish && !seen && !(s->flags & SPP_STATE) &&
		spp_setting_settable(s, scope->place);
	if (!wish && !seen && !offer)
		return SPP_OK;
	st = put_about(w, s);
	if (!st && wish)
		st = put_item(w, wish);
	if (!st && seen)
		st = put_value(w, spp_conf_word[SPP_CONF_READ_ONLY], seen);
	if (!st && offer)
		st = spp_buf_printf(w->out, w->err, "#%s =%s%s\n", s->name,
				    s->fallback.is_number ? " " : "",
				    s->fallback.is_number ? s->fallback.text
							  : "");
	return st;
}

static enum spp_status put_scope(struct writer *w,
				 const struct spp_scope *scope, bool offer)
{
	struct spp_buf CLEANUP(spp_buf_release) name = SPP_BUF_INIT;
	const struct spp_policy_item *all =
		spp_policy_get(&w->document->policy, scope, NULL);
	enum spp_status st = spp_scope_show(scope, &name, w->err);
	size_t i;

	if (!st)
		st = spp_buf_printf(w->out, w->err, "\n# %s\n[%s]\n",
				    spp_places[scope->place].summary,
				    spp_buf_text(&name));
	if (!st && all)
		st = put_item(w, all);
	for (i = 0; !st && i < SPP_SETTING_COUNT; i++)
		st = put_setting(w, scope, &spp_settings[i], offer);
	return st;
}

static enum spp_status add_scopes(const struct spp_policy *policy,
				  struct spp_scopes *scopes,
				  struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < policy->count; i++)
		if (!i || spp_scope_cmp(&policy->item[i].scope,
					&policy->item[i - 1].scope))
			st = spp_scopes_add(scopes, &policy->item[i].scope,
					    err);
	return st;
}

static enum spp_status put_unknown(struct writer *w)
{
	const struct spp_unknowns *u = &w->document->unknown;
	enum spp_status st = SPP_OK;
	size_t i;

	if (u->count)
		st = put(w, "\n# Not known, and not touched:\n");
	for (i = 0; !st && i < u->count; i++) {
		const struct spp_unknown *item = &u->item[i];
		char CLEANUP(spp_free_string) *key = spp_printable(item->key);
		char CLEANUP(spp_free_string) *name =
			spp_printable(item->name ? item->name : "");

		if (!key || !name)
			return spp_nomem(w->err);
		st = spp_buf_printf(w->out, w->err, "#   %s %s%s%s\n",
				    spp_unknown_word(item->kind), key,
				    item->name ? "\\" : "", name);
	}
	if (!st && u->left_out)
		st = spp_buf_printf(w->out, w->err, "#   and %zu more\n",
				    u->left_out);
	return st;
}

static enum spp_status put_head(struct writer *w)
{
	enum spp_status st = spp_buf_printf(
		w->out, w->err, SPP_CONF_HEAD "%d\n", SPP_CONF_VERSION);

	if (!st && w->options->head)
		st = put_comment(w, w->options->head);
	if (!st)
		st = put_title(w, "name", w->document->name);
	return st ? st : put_title(w, "description", w->document->description);
}

enum spp_status spp_conf_write(const struct spp_document *document,
			       const struct spp_export *options,
			       struct spp_buf *out, struct spp_notes *notes,
			       struct spp_error *err)
{
	struct spp_scopes CLEANUP(spp_scopes_release) scopes = SPP_SCOPES_INIT;
	struct writer w = { document, options, out, notes, err };
	enum spp_status st = put_head(&w);
	size_t i;

	if (!st)
		st = add_scopes(&document->policy, &scopes, err);
	if (!st)
		st = add_scopes(&document->observed, &scopes, err);
	for (i = 0; !st && options->offer && i < options->offer->count; i++)
		st = spp_scopes_add(&scopes, &options->offer->scope[i], err);
	spp_scopes_sort(&scopes);
	for (i = 0; !st && i < scopes.count; i++)
		st = put_scope(&w, &scopes.scope[i],
			       options->offer &&
				       spp_scopes_has(options->offer,
						      &scopes.scope[i]));
	return st ? st : put_unknown(&w);
}
