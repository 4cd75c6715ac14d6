/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Settings in lines, for an editor.
 *
 *	# sppctl-settings, version 1
 *	name = primary KMS host			of the policy, as description
 *
 *	[spp]					the scope of what follows
 *	dns-publishing = on
 *	publish-list =				a list: one entry a line,
 *		corp.example, 10, 100		indented
 *		"branch.example;5"		an entry as stored
 *		hex:6200...			the same in bytes, UTF-16LE
 *	kms-port = hex(REG_DWORD): 98 06 00 00	a value as stored
 *	#kms-host =				a comment: not mentioned
 *	unset kms-host				must be absent
 *	default renewal-interval = 120		if it has none
 *
 *	[spp/office]				"*" may stand for an id: any
 *	unset *					all that is not named here ...
 *	keep kms-host				... but this
 *
 *	[cache]
 *	read-only cached-host = kms1.corp.example	observed
 *
 * What is not mentioned is left alone.  A comment is a line of its own: # in a
 * value belongs to it.  Settings have any of their names; that of the registry
 * takes what the registry stores.
 */
#include "policy/format/conf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hive/base/number.h"
#include "policy/text/lines.h"
#include "policy/text/near.h"

/* A setting being read; its value may go on in the next line. */
struct pending {
	enum spp_conf_word word;
	const struct spp_setting *setting; /* NULL: "*" */
	enum spp_terms terms;
	struct spp_buf text;
	size_t line;
	bool open;
};

struct reader {
	const struct spp_input *in;
	struct spp_lines text;
	struct spp_document *document;
	struct spp_import *import;
	struct spp_scope scope;
	bool in_scope;
	struct pending now;
	struct spp_error *err;
};

/* "[spp]" or "[spp/..." of a known place. */
static bool is_scope(const char *line, size_t n)
{
	size_t i, length;

	if (!n || *line != '[')
		return false;
	for (length = 0; length + 1 < n && line[length + 1] != ']' &&
			 line[length + 1] != '/';
	     length++)
		;
	for (i = 0; i < SPP_PLACE_COUNT; i++)
		if (strlen(spp_places[i].name) == length &&
		    !strncmp(spp_places[i].name, line + 1, length))
			return true;
	return false;
}

static int probe(const uint8_t *data, size_t size)
{
	char head[4096], *line = head;
	size_t n;

	spp_lines_head(data, size, head, sizeof(head));
	if (!strncmp(head, SPP_CONF_HEAD, strlen(SPP_CONF_HEAD)))
		return 100;
	/* Without its first line: the first that is not a comment. */
	for (; *line; line += n + (line[n] != '\0')) {
		line += strspn(line, " \t\r\n");
		n = strcspn(line, "\n");
		if (*line && *line != '#')
			return is_scope(line, n) ? 60 : 0;
	}
	return 0;
}

static enum spp_status broken(struct reader *r, size_t line, enum spp_status st,
			      const char *fmt, ...) SPP_PRINTF(4, 5);

static enum spp_status broken(struct reader *r, size_t line, enum spp_status st,
			      const char *fmt, ...)
{
	char what[700];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return spp_fail_at(r->err, st, r->in->name, line, 0, "%s", what);
}

/* The same of what another function says. */
static enum spp_status passed_on(struct reader *r, size_t line,
				 const struct spp_error *why)
{
	enum spp_status st = why->status == SPP_NOMEM ? SPP_NOMEM : SPP_INVALID;

	if (r->err && !r->err->status)
		r->err->remedy = why->remedy;
	return broken(r, line, st, "%s", why->text);
}

static bool takes_lines(const struct pending *p)
{
	return p->open && p->setting &&
	       (p->setting->kind == SPP_KIND_PUBLISH ||
		!strncmp(spp_buf_text(&p->text), "hex(", 4));
}

static struct spp_policy *home(struct reader *r)
{
	return r->now.word == SPP_CONF_READ_ONLY ? &r->document->observed
						 : &r->document->policy;
}

static enum spp_status take_value(struct reader *r)
{
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	struct spp_error why = SPP_ERROR_INIT;
	const struct pending *p = &r->now;
	struct spp_policy *to = home(r);
	size_t line = 0;

	if (spp_conf_parse(p->setting, spp_buf_text(&p->text), p->terms, &value,
			   &line, &r->import->notes, &why))
		return passed_on(r, p->line + line, &why);
	to->where = (struct spp_where){ r->in->name, p->line, 0 };
	if (p->word == SPP_CONF_DEFAULT)
		return spp_policy_offer(to, &r->scope, p->setting, &value,
					r->err);
	return spp_policy_set(to, &r->scope, p->setting, &value, r->err);
}

/* Ends the setting that was being read. */
static enum spp_status take_pending(struct reader *r)
{
	struct pending *p = &r->now;
	enum spp_status st = SPP_OK;

	if (!p->open)
		return SPP_OK;
	p->open = false;
	if (p->word == SPP_CONF_UNSET || p->word == SPP_CONF_KEEP) {
		home(r)->where = (struct spp_where){ r->in->name, p->line, 0 };
		st = spp_policy_wish(home(r), &r->scope, p->setting,
				     p->word == SPP_CONF_KEEP ? SPP_KEEP
							      : SPP_ABSENT,
				     r->err);
	} else {
		st = take_value(r);
	}
	spp_buf_release(&p->text);
	return st;
}

static enum spp_status read_scope(struct reader *r, const char *line, size_t n)
{
	struct spp_error why = SPP_ERROR_INIT;
	char CLEANUP(spp_free_string) *name = NULL;

	if (n < 2 || line[n - 1] != ']')
		return broken(r, r->text.line, SPP_INVALID,
			      "no ']' at the end of a scope");
	name = strndup(line + 1, n - 2);
	if (!name)
		return spp_nomem(r->err);
	if (spp_scope_parse(name, true, &r->scope, &why))
		return passed_on(r, r->text.line, &why);
	r->in_scope = true;
	return SPP_OK;
}

/* Cuts the word that stands before a name. */
static enum spp_conf_word cut_word(const char **line, size_t *n)
{
	size_t word, length;

	for (word = 1; word < SPP_CONF_WORDS; word++) {
		length = strlen(spp_conf_word[word]);
		if (*n <= length ||
		    strncmp(*line, spp_conf_word[word], length) ||
		    ((*line)[length] != ' ' && (*line)[length] != '\t'))
			continue;
		*line += length;
		*n -= length;
		spp_lines_trim(line, n);
		return (enum spp_conf_word)word;
	}
	return SPP_CONF_SET;
}

static enum spp_status unknown_setting(struct reader *r, const char *name)
{
	struct spp_near near = SPP_NEAR_INIT(name);
	size_t i;

	for (i = 0; i < SPP_SETTING_COUNT; i++)
		spp_near_try(&near, spp_settings[i].name);
	return broken(r, r->text.line, SPP_INVALID,
		      "unknown setting '%s'%s%s%s", name,
		      near.best ? "; did you mean '" : "",
		      near.best ? near.best : "", near.best ? "'?" : "");
}

/* Whether such a line may stand in this scope. */
static enum spp_status judge(struct reader *r, const char *name)
{
	const struct pending *p = &r->now;
	bool has_value = p->word != SPP_CONF_UNSET && p->word != SPP_CONF_KEEP;
	const char *wrong = NULL;

	if (has_value && (!p->setting || spp_scope_is_wide(&r->scope)))
		wrong = "what stands for many can only be unset or kept";
	else if (p->setting && !spp_setting_known(p->setting, r->scope.place))
		return broken(r, p->line, SPP_INVALID,
			      "%s does not belong in this scope", name);
	else if (spp_policy_get(home(r), &r->scope, p->setting))
		return broken(r, p->line, SPP_INVALID, "%s is given twice",
			      p->setting ? p->setting->name : "*");
	else if (has_value && p->word != SPP_CONF_READ_ONLY &&
		 !spp_setting_settable(p->setting, r->scope.place))
		wrong = spp_places[r->scope.place].is_mistaken
				? "nothing reads this key; what is in it can "
				  "only be unset"
				: "Windows itself keeps it; it can only be "
				  "unset";
	return wrong ? broken(r, p->line, SPP_INVALID, "%s: %s", name, wrong)
		     : SPP_OK;
}

/* "name = TEXT" or "description = TEXT", before the first scope. */
static enum spp_status read_title(struct reader *r, const char *name,
				  const char *text, size_t n)
{
	char **to = !strcmp(name, "name")	   ? &r->document->name
		    : !strcmp(name, "description") ? &r->document->description
						   : NULL;

	if (!to || !text)
		return broken(r, r->text.line, SPP_INVALID,
			      "a setting before the first [scope]");
	free(*to);
	*to = strndup(text, n);
	return *to ? SPP_OK : spp_nomem(r->err);
}

static enum spp_status read_setting(struct reader *r, const char *line,
				    size_t n)
{
	enum spp_conf_word word = cut_word(&line, &n);
	const char *equals = memchr(line, '=', n);
	const char *text = equals ? equals + 1 : NULL;
	size_t length = equals ? (size_t)(equals - line) : n;
	size_t rest = equals ? n - length - 1 : 0;
	char CLEANUP(spp_free_string) *name = NULL;
	bool has_value = word != SPP_CONF_UNSET && word != SPP_CONF_KEEP;
	struct pending *p = &r->now;
	enum spp_status st;

	spp_lines_trim(&line, &length);
	name = strndup(line, length);
	if (!name)
		return spp_nomem(r->err);
	if (text)
		spp_lines_trim(&text, &rest);
	if (!r->in_scope)
		return read_title(r, name, text, rest);
	p->setting =
		strcmp(name, "*") ? spp_setting_find(name, &p->terms) : NULL;
	if (!p->setting && strcmp(name, "*"))
		return unknown_setting(r, name);
	if (has_value != (text != NULL))
		return broken(r, r->text.line, SPP_INVALID,
			      has_value ? "no '=' after '%s'"
					: "a value after '%s'",
			      name);
	p->word = word;
	p->line = r->text.line;
	st = judge(r, name);
	if (!st && text)
		st = spp_buf_append(&p->text, text, rest, r->err);
	p->open = !st;
	return st;
}

/* Continues a list or bytes; a comment among them is an empty line. */
static enum spp_status read_more(struct reader *r, const char *line, size_t n)
{
	enum spp_status st = spp_buf_puts(&r->now.text, "\n", r->err);

	return st || (n && *line == '#')
		       ? st
		       : spp_buf_append(&r->now.text, line, n, r->err);
}

static enum spp_status check_version(const struct reader *r, const char *line,
				     size_t n)
{
	char CLEANUP(spp_free_string) *text = NULL;
	size_t head = strlen(SPP_CONF_HEAD);
	uint64_t version;

	if (n < head || strncmp(line, SPP_CONF_HEAD, head))
		return SPP_OK;
	text = strndup(line + head, n - head);
	if (!text)
		return spp_nomem(r->err);
	if (!spp_number_parse(text, UINT32_MAX, &version) ||
	    version == SPP_CONF_VERSION)
		return SPP_OK;
	return spp_fail_at(r->err, SPP_UNSUPPORTED, r->in->name, 1, 0,
			   "version %s is not known, only %d", text,
			   SPP_CONF_VERSION);
}

static enum spp_status read_line(struct reader *r, const char *line, size_t n)
{
	bool indented = n && (*line == ' ' || *line == '\t');
	enum spp_status st;

	spp_lines_trim(&line, &n);
	if (r->text.line == 1) {
		st = check_version(r, line, n);
		if (st)
			return st;
	}
	if (takes_lines(&r->now) && (indented || !n || *line == '#'))
		return read_more(r, line, n);
	st = take_pending(r);
	if (st || !n || *line == '#')
		return st;
	return *line == '[' ? read_scope(r, line, n) : read_setting(r, line, n);
}

static enum spp_status read_conf(const struct spp_input *in,
				 struct spp_document *document,
				 struct spp_import *import,
				 struct spp_error *err)
{
	struct reader r = { .in = in,
			    .text = SPP_LINES_INIT,
			    .document = document,
			    .import = import,
			    .now = { .text = SPP_BUF_INIT },
			    .err = err };
	enum spp_status st =
		spp_lines_open(in->name, in->data, in->size, &r.text, err);
	const char *line;
	size_t n;

	while (!st && spp_lines_next(&r.text, &line, &n))
		st = read_line(&r, line, n);
	if (!st)
		st = take_pending(&r);
	spp_buf_release(&r.now.text);
	spp_lines_release(&r.text);
	document->policy.where = document->observed.where =
		(struct spp_where){ NULL, 0, 0 };
	return st;
}

const struct spp_format spp_format_conf = {
	.name = "conf",
	.suffix = "conf",
	.summary = "settings in lines, as sppctl edit shows them",
	.takes = SPP_TAKES_SHOW_KEYS,
	.probe = probe,
	.read = read_conf,
	.write = spp_conf_write,
};
