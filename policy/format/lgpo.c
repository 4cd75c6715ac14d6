/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The text format of LGPO.exe, Microsoft's tool for machines without a domain:
 * "lgpo /t FILE" applies it to the local policy, "lgpo /parse" writes it.
 *
 *	; a comment
 *	Computer			or User
 *	SOFTWARE\Microsoft\...		the key
 *	DisableDnsPublishing		the value; * for all of them
 *	DWORD:1				the action
 *					a blank line between settings
 *
 * The action is one of
 *
 *	DWORD:n  SZ:text  EXSZ:text  MULTISZ:text\0text
 *	DELETE  DELETEALLVALUES  CREATEKEY
 *
 * In text a backslash is doubled.  UTF-16LE with a byte order mark, as LGPO.exe
 * writes, or UTF-8.  Sources: seen files; EXSZ, CREATEKEY and lists of more
 * than one string are documented in LGPO.pdf and were not seen.
 *
 * The format expresses only clean values of these four types, no keys of users
 * and no defaults; the writer refuses the rest.  An empty list is written as
 * "MULTISZ:\0", which LGPO.exe is known to accept.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "hive/base/bytes.h"
#include "hive/base/number.h"
#include "hive/base/utf16.h"
#include "policy/format/regop.h"

/* Looks at the first word after comments. */
static int probe(const uint8_t *data, size_t size)
{
	static const char *const words[] = { "Computer", "User" };
	char head[2048], *at = head, *line;
	int sure = 0; /* only comments: an empty policy */
	size_t i, n;

	spp_lines_head(data, size, head, sizeof(head));
	while ((line = strsep(&at, "\n"))) {
		line += strspn(line, " \t\r");
		if (*line == ';')
			sure = 20;
		if (!*line || *line == ';')
			continue;
		n = strcspn(line, " \t\r");
		for (i = 0; i < 2; i++)
			if (strlen(words[i]) == n &&
			    !strncasecmp(words[i], line, n))
				return 70;
		return 0;
	}
	return sure;
}

/* Reads the next line, without blanks at its ends. */
static enum spp_status next(struct spp_regop_text *r, struct spp_buf *line,
			    bool *found)
{
	const char *at;
	size_t n;

	spp_buf_release(line);
	*found = spp_lines_next(&r->lines, &at, &n);
	if (!*found)
		return SPP_OK;
	spp_lines_trim(&at, &n);
	return spp_buf_append(line, at, n, r->err);
}

/* Decodes the escapes "\\" and, in lists, "\0". */
static enum spp_status unescape(struct spp_regop_text *r, const char *data,
				bool list, struct spp_buf *out)
{
	enum spp_status st = SPP_OK;
	size_t n;

	for (; !st && *data; data += n) {
		n = strcspn(data, "\\");
		if (n) {
			st = spp_utf16_from(data, n, out, r->err);
			continue;
		}
		n = 2;
		if (data[1] == '\\')
			st = spp_buf_u16(out, '\\', r->err);
		else if (data[1] == '0' && list)
			st = spp_buf_u16(out, 0, r->err);
		else
			return spp_regop_broken(
				r, "a single backslash in text; it must "
				   "be written twice");
	}
	return st;
}

static enum spp_status read_dword(struct spp_regop_text *r, const char *data,
				  uint32_t type, struct spp_value *value)
{
	uint32_t n;

	(void)type;
	if (!spp_number_parse_u32(data, &n))
		return spp_regop_broken(
			r, "DWORD is not followed by a number of 32 "
			   "bits");
	return spp_value_set_dword(value, n, r->err);
}

static enum spp_status read_text(struct spp_regop_text *r, const char *data,
				 uint32_t type, struct spp_value *value)
{
	struct spp_buf CLEANUP(spp_buf_release) raw = SPP_BUF_INIT;
	bool list = type == SPP_REG_MULTI_SZ;
	enum spp_status st = unescape(r, data, list, &raw);

	/* The list's end may be spelled out. */
	if (!st && list && raw.size && !spp_get16(raw.data + raw.size - 2))
		raw.size -= 2;
	if (!st && (!list || raw.size))
		st = spp_buf_u16(&raw, 0, r->err);
	if (!st && list)
		st = spp_buf_u16(&raw, 0, r->err);
	return st ? st : spp_value_set(value, type, raw.data, raw.size, r->err);
}

static const struct action {
	const char *word;
	enum spp_regop_kind op;
	uint32_t type;
	enum spp_status (*read)(struct spp_regop_text *r, const char *data,
				uint32_t type, struct spp_value *value);
} actions[] = {
	{ "DWORD:", SPP_REGOP_SET, SPP_REG_DWORD, read_dword },
	{ "SZ:", SPP_REGOP_SET, SPP_REG_SZ, read_text },
	{ "EXSZ:", SPP_REGOP_SET, SPP_REG_EXPAND_SZ, read_text },
	{ "MULTISZ:", SPP_REGOP_SET, SPP_REG_MULTI_SZ, read_text },
	{ "DELETE", SPP_REGOP_DELETE, 0, NULL },
	{ "DELETEALLVALUES", SPP_REGOP_DELETE_VALUES, 0, NULL },
	{ "CREATEKEY", SPP_REGOP_CREATE_KEY, 0, NULL },
};
#define ACTIONS (sizeof(actions) / sizeof(actions[0]))

static const struct action *find_action(const char *text)
{
	size_t i;

	for (i = 0; i < ACTIONS; i++)
		if (actions[i].read ? !strncasecmp(text, actions[i].word,
						   strlen(actions[i].word))
				    : !strcasecmp(text, actions[i].word))
			return &actions[i];
	return NULL;
}

static enum spp_status take(struct spp_regop_text *r,
			    const struct spp_regop *where, const char *text)
{
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	const struct action *action = find_action(text);
	struct spp_regop line = *where;
	enum spp_status st = SPP_OK;

	/* A foreign setting may have an unknown action. */
	line.op = action ? action->op : SPP_REGOP_SET;
	if (spp_regop_is_ours(&line)) {
		if (!action)
			return spp_regop_broken(
				r, "not an action that LGPO text has");
		if (action->read)
			st = action->read(r, text + strlen(action->word),
					  action->type, &value);
	}
	if (st)
		return st;
	line.value = &value;
	line.where = (struct spp_where){ r->in->name, r->lines.line, 0 };
	return spp_regop_take(&line, &r->policy, r->import, r->err);
}

/* Reads the three lines after "Computer" or "User". */
static enum spp_status read_setting(struct spp_regop_text *r,
				    enum spp_root root)
{
	struct spp_buf CLEANUP(spp_buf_release) key = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) name = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) action = SPP_BUF_INIT;
	struct spp_regop line = { .root = root };
	enum spp_status st;
	bool found;

	st = next(r, &key, &found);
	if (!st && found)
		st = next(r, &name, &found);
	if (!st && found)
		st = next(r, &action, &found);
	if (st)
		return st;
	if (!found || !key.size || !action.size)
		return spp_regop_broken(
			r, "a setting must have four lines: where, key, "
			   "value and action");
	while (key.size && key.data[key.size - 1] == '\\')
		key.data[--key.size] = '\0';
	line.key = spp_buf_text(&key);
	line.name = spp_buf_text(&name);
	return take(r, &line, spp_buf_text(&action));
}

static enum spp_status read_lines(struct spp_regop_text *r)
{
	struct spp_buf CLEANUP(spp_buf_release) line = SPP_BUF_INIT;
	enum spp_status st = SPP_OK;
	const char *word;
	bool found;

	while (!st) {
		st = next(r, &line, &found);
		if (st || !found)
			break;
		word = spp_buf_text(&line);
		if (!*word || *word == ';')
			continue;
		if (!strcasecmp(word, "Computer"))
			st = read_setting(r, SPP_ROOT_MACHINE);
		else if (!strncasecmp(word, "User", 4))
			st = read_setting(r, SPP_ROOT_OTHER);
		else
			st = spp_regop_broken(
				r, "neither 'Computer' nor 'User', with "
				   "which a setting begins");
	}
	return st;
}

static enum spp_status read_lgpo(const struct spp_input *in,
				 struct spp_document *document,
				 struct spp_import *import,
				 struct spp_error *err)
{
	return spp_regop_read(in, document, import, read_lines, err);
}

static enum spp_status cannot(const struct spp_regop *line, const char *why,
			      struct spp_error *err)
{
	return spp_regop_cannot("lgpo", line, why, err);
}

/* Appends one string of a value, escaped. */
static enum spp_status put_string(struct spp_buf *out,
				  const struct spp_regop *line,
				  const char *text, struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	const char *c;

	for (c = text; !st && *c; c++) {
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			return cannot(line, "it has control characters", err);
		if (*c == '\\')
			st = spp_buf_puts(out, "\\", err);
		if (!st)
			st = spp_buf_append(out, c, 1, err);
	}
	if (*text && (*text == ' ' || c[-1] == ' '))
		return cannot(line, "it has a blank at an end", err);
	return st;
}

static enum spp_status put_text(struct spp_buf *out,
				const struct spp_regop *line,
				struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	enum spp_status st = spp_regop_text("lgpo", line, &text, err);

	return st ? st : put_string(out, line, spp_buf_text(&text), err);
}

struct list {
	struct spp_buf *out;
	const struct spp_regop *line;
	size_t count;
};

static enum spp_status put_element(void *ctx, size_t i, const char *text,
				   struct spp_error *err)
{
	struct list *list = ctx;
	enum spp_status st = i ? spp_buf_puts(list->out, "\\0", err) : SPP_OK;

	list->count++;
	return st ? st : put_string(list->out, list->line, text, err);
}

static enum spp_status put_list(struct spp_buf *out,
				const struct spp_regop *line,
				struct spp_error *err)
{
	struct list list = { out, line, 0 };
	enum spp_status st =
		spp_regop_list("lgpo", line, put_element, &list, err);

	if (!st && !list.count)
		st = spp_buf_puts(out, "\\0", err);
	return st;
}

static enum spp_status put_action(struct spp_buf *out,
				  const struct spp_regop *line,
				  struct spp_error *err)
{
	enum spp_status st;
	uint32_t n;
	size_t i;

	if (!line->value)
		return spp_buf_puts(out, "DELETE", err);
	for (i = 0; i < ACTIONS; i++)
		if (actions[i].read && actions[i].type == line->value->type)
			break;
	if (i == ACTIONS)
		return cannot(line, "its type", err);
	st = spp_buf_puts(out, actions[i].word, err);
	if (st)
		return st;
	if (line->value->type == SPP_REG_MULTI_SZ)
		return put_list(out, line, err);
	if (line->value->type != SPP_REG_DWORD)
		return put_text(out, line, err);
	if (!spp_value_get_dword(line->value, &n))
		return cannot(line, "it does not have four bytes", err);
	return spp_buf_printf(out, err, "%u", n);
}

static enum spp_status write_lgpo(const struct spp_document *document,
				  const struct spp_export *options,
				  struct spp_buf *out, struct spp_notes *notes,
				  struct spp_error *err)
{
	struct spp_regops CLEANUP(spp_regops_release) lines = SPP_REGOPS_INIT;
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	struct spp_regops_rules rules = { .format = "lgpo" };
	enum spp_status st;
	size_t i;

	st = spp_regops_make(&document->policy, &rules, &lines, notes, err);
	if (!st)
		st = spp_buf_puts(&text, "; LGPO.exe /t\r\n\r\n", err);
	for (i = 0; !st && i < lines.count; i++) {
		st = spp_buf_printf(&text, err, "Computer\r\n%s\r\n%s\r\n",
				    lines.line[i].key, lines.line[i].name);
		if (!st)
			st = put_action(&text, &lines.line[i], err);
		if (!st)
			st = spp_buf_puts(&text, "\r\n\r\n", err);
	}
	if (!st)
		spp_regops_warn_of_tattoos(&lines, notes);
	return st ? st : spp_lines_write(&text, options->utf8, out, err);
}

const struct spp_format spp_format_lgpo = {
	.name = "lgpo",
	.suffix = "txt",
	.summary = "text of LGPO.exe, for machines without a domain",
	.takes = SPP_TAKES_UTF8,
	.probe = probe,
	.read = read_lgpo,
	.write = write_lgpo,
};
