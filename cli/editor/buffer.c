/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/editor/buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/editor/wishes.h"
#include "policy/format/format.h"
#include "policy/text/printable.h"

#define ERROR "# ERROR: "
#define END   "# The end: without this line, the text is taken for cut short."
/* So many are looked for at a time. */
#define FLAWS_MAX 20

static const char help[] =
	"A line that begins with # is a comment, and a setting in one is not "
	"set:\ntake the # away to set it, put one in front to unset it. "
	"Windows keeps\nwhat is read-only; 'unset NAME' removes that. Nothing "
	"is written before\nyou have seen what would change, and saved "
	"unchanged the text changes\nnothing.\n";

static bool may_be_set(const struct spp_policy_item *item)
{
	return spp_setting_settable(item->setting, item->scope.place);
}

/* Values that may be set into one, others into the other. */
static enum spp_status part(const struct spp_policy *have,
			    struct spp_policy *settable,
			    struct spp_policy *others, struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < have->count; i++)
		st = spp_policy_set(may_be_set(&have->item[i]) ? settable
							       : others,
				    &have->item[i].scope, have->item[i].setting,
				    &have->item[i].value, err);
	return st;
}

/* Puts wishes over a policy of values: what is to be absent is left out. */
static enum spp_status overlay(struct spp_document *document,
			       const struct spp_policy *mine,
			       struct spp_error *err)
{
	struct spp_policy *to = &document->policy;
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < mine->count; i++) {
		const struct spp_policy_item *item = &mine->item[i];

		if (item->wish == SPP_PRESENT)
			st = spp_policy_set(to, &item->scope, item->setting,
					    &item->value, err);
		else if (item->wish == SPP_DEFAULT)
			st = spp_policy_offer(to, &item->scope, item->setting,
					      &item->value, err);
		else if (item->wish == SPP_KEEP || !item->setting ||
			 spp_scope_is_wide(&item->scope) || !may_be_set(item))
			st = spp_policy_wish(to, &item->scope, item->setting,
					     item->wish, err);
		else
			spp_policy_drop(to, &item->scope, item->setting);
		if (item->setting && !may_be_set(item))
			spp_policy_drop(&document->observed, &item->scope,
					item->setting);
	}
	return st;
}

enum spp_status cli_buffer_write(const struct cli_state *state,
				 const struct spp_policy *mine,
				 const char *told, bool show_keys,
				 struct spp_buf *text, struct spp_error *err)
{
	struct spp_document document = SPP_DOCUMENT_INIT;
	struct spp_buf CLEANUP(spp_buf_release) head = SPP_BUF_INIT;
	char CLEANUP(spp_free_string) *facts =
		spp_printable_but(spp_buf_text(&state->head), "\n");
	struct spp_export options = { .show_keys = show_keys,
				      .offer = &state->offer };
	enum spp_status st;

	if (!facts)
		return spp_nomem(err);
	st = spp_buf_printf(&head, err, "%s\n%s%s%s", facts, help,
			    told ? "\n" : "", told ? told : "");
	options.head = spp_buf_text(&head);
	if (!st)
		st = part(&state->have, &document.policy, &document.observed,
			  err);
	if (!st && mine)
		st = overlay(&document, mine, err);
	document.unknown = state->unknown; /* borrowed */
	spp_buf_release(text);
	if (!st)
		st = spp_format_find("conf")->write(&document, &options, text,
						    NULL, err);
	if (!st)
		st = spp_buf_puts(text, "\n" END "\n", err);
	document.unknown = (struct spp_unknowns)SPP_UNKNOWNS_INIT;
	spp_document_release(&document);
	return st;
}

/* One line of a text, and the rest. */
struct line {
	const char *at;
	size_t n; /* with its end */
};

static bool next_line(const struct spp_buf *text, struct line *line)
{
	const char *start = (const char *)text->data, *end;
	size_t at = line->at ? (size_t)(line->at - start) + line->n : 0;

	if (at >= text->size)
		return false;
	line->at = start + at;
	end = memchr(line->at, '\n', text->size - at);
	line->n = end ? (size_t)(end - line->at) + 1 : text->size - at;
	return true;
}

static bool begins(const struct line *line, const char *with)
{
	size_t n = strlen(with);

	return line->n >= n && !memcmp(line->at, with, n);
}

/* Without the errors of the last time. */
static enum spp_status clean(const struct spp_buf *text, struct spp_buf *out,
			     bool *ends, struct spp_error *err)
{
	struct line line = { NULL, 0 };
	enum spp_status st = SPP_OK;

	*ends = false;
	while (!st && next_line(text, &line)) {
		if (begins(&line, END))
			*ends = true;
		if (!begins(&line, ERROR))
			st = spp_buf_append(out, line.at, line.n, err);
	}
	return st;
}

static size_t count_lines(const struct spp_buf *text)
{
	struct line line = { NULL, 0 };
	size_t n = 0;

	while (next_line(text, &line))
		n++;
	return n;
}

/*
 * Makes a comment of a line, so that the reader finds what else is wrong.
 * False where that would only give errors that follow from the first.
 */
static bool blank(struct spp_buf *text, size_t number)
{
	struct line line = { NULL, 0 }, after;
	size_t at;

	while (number-- && next_line(text, &line))
		;
	if (!line.at || *line.at == '[')
		return false;
	after = line;
	if (*line.at != ' ' && *line.at != '\t' && next_line(text, &after) &&
	    (*after.at == ' ' || *after.at == '\t'))
		return false;
	at = (size_t)(line.at - (const char *)text->data);
	text->data[at] = '#';
	return true;
}

/* Reads the text, and looks past what is wrong in it. */
static enum spp_status read_document(const char *name,
				     const struct spp_buf *text,
				     struct spp_document *document,
				     struct cli_flaws *flaws,
				     struct spp_notes *notes,
				     struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) copy = SPP_BUF_INIT;
	enum spp_status st = spp_buf_append(&copy, text->data, text->size, err);
	size_t last = 0;

	while (!st) {
		struct spp_import CLEANUP(spp_import_release) import =
			SPP_IMPORT_INIT;
		struct spp_input in = { .name = name,
					.data = copy.data,
					.size = copy.size };
		struct spp_error why = SPP_ERROR_INIT;
		size_t i;

		spp_document_release(document);
		if (!spp_format_find("conf")->read(&in, document, &import,
						   &why)) {
			for (i = 0; i < import.notes.count; i++)
				spp_note(notes, "%s", import.notes.text[i]);
			return SPP_OK;
		}
		if (why.status != SPP_INVALID || !why.line) {
			*err = why;
			return why.status;
		}
		if (why.line <= last)
			return SPP_OK;
		last = why.line;
		st = cli_flaws_fail(flaws, &why, err);
		if (flaws->count == FLAWS_MAX || !blank(&copy, why.line))
			return st;
	}
	return st;
}

static bool has_note(const struct spp_notes *notes, const char *text)
{
	size_t i;

	for (i = 0; i < notes->count; i++)
		if (!strcmp(notes->text[i], text))
			return true;
	return false;
}

/* Reads the text; of its notes, those that the state did not have. */
static enum spp_status read_new(const struct cli_state *state, const char *name,
				const struct spp_buf *text,
				struct spp_document *document,
				struct cli_flaws *flaws,
				struct spp_notes *notes, struct spp_error *err)
{
	struct spp_document CLEANUP(spp_document_release) old =
		SPP_DOCUMENT_INIT;
	struct spp_notes CLEANUP(spp_notes_release) before = SPP_NOTES_INIT;
	struct spp_notes CLEANUP(spp_notes_release) after = SPP_NOTES_INIT;
	struct spp_buf CLEANUP(spp_buf_release) was = SPP_BUF_INIT;
	enum spp_status st =
		read_document(name, text, document, flaws, &after, err);
	size_t i;

	if (st || !after.count)
		return st;
	st = cli_buffer_write(state, NULL, NULL, false, &was, err);
	if (!st)
		st = read_document(name, &was, &old, flaws, &before, err);
	for (i = 0; i < after.count; i++)
		if (!has_note(&before, after.text[i]))
			spp_note(notes, "%s", after.text[i]);
	return st;
}

static int by_line(const void *a, const void *b)
{
	const struct cli_flaw *x = a, *y = b;

	return (x->line > y->line) - (x->line < y->line);
}

enum spp_status cli_buffer_read(const struct cli_state *state, const char *name,
				const struct spp_buf *text,
				struct spp_policy *want,
				struct cli_flaws *flaws,
				struct spp_notes *notes, struct spp_error *err)
{
	struct spp_document CLEANUP(spp_document_release) document =
		SPP_DOCUMENT_INIT;
	struct spp_buf CLEANUP(spp_buf_release) plain = SPP_BUF_INIT;
	bool ends;
	enum spp_status st = clean(text, &plain, &ends, err);

	flaws->is_cut = !ends;
	if (!st && !plain.size)
		return spp_fail(err, SPP_IO, "the editor left an empty text");
	if (!st)
		st = read_new(state, name, &plain, &document, flaws, notes,
			      err);
	if (!st && !flaws->count && ends)
		st = cli_wishes_check_kept(state, &document,
					   count_lines(&plain), flaws, err);
	if (!st)
		st = cli_wishes_take(state, &document.policy, want, err);
	if (!st && !flaws->count)
		st = cli_wishes_judge(state, want, flaws, notes, err);
	if (!st && !ends)
		st = cli_flaws_add(
			flaws, count_lines(&plain) + 1,
			strdup("the last line was missing, and what is "
			       "not in the text would be unset; look "
			       "whether all is there"),
			err);
	if (flaws->count) {
		qsort(flaws->flaw, flaws->count, sizeof(*flaws->flaw), by_line);
		spp_policy_release(want);
	}
	return st;
}

enum spp_status cli_buffer_mark(struct spp_buf *text,
				const struct cli_flaws *flaws, size_t *at,
				struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) plain = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) out = SPP_BUF_INIT;
	struct line line = { NULL, 0 };
	size_t number = 0, i = 0;
	bool ends, more = true;
	enum spp_status st = clean(text, &plain, &ends, err);

	*at = flaws->count ? flaws->flaw[0].line : 0;
	/* Below what is said of it. */
	while (i < flaws->count && flaws->flaw[i].line == flaws->flaw[0].line)
		i++;
	*at += i;
	i = 0;
	while (!st && more) {
		more = next_line(&plain, &line);
		number++;
		for (; !st && i < flaws->count &&
		       (flaws->flaw[i].line <= number || !more);
		     i++)
			st = spp_buf_printf(&out, err, ERROR "%s\n",
					    flaws->flaw[i].text);
		if (!st && more)
			st = spp_buf_append(&out, line.at, line.n, err);
		if (!st && more && line.at[line.n - 1] != '\n')
			st = spp_buf_puts(&out, "\n", err);
	}
	if (!st && !ends)
		st = spp_buf_puts(&out, END "\n", err);
	if (st)
		return st;
	spp_buf_release(text);
	*text = out;
	out = (struct spp_buf)SPP_BUF_INIT;
	return SPP_OK;
}
