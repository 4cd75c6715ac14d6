/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes .reg files; reg.c shows them.
 *
 * With --utf8 all text beyond ASCII is written as bytes: regedit reads a file
 * without a byte order mark in the machine's code page, so the file means the
 * same to regedit and to a reader of UTF-8.
 */
#include <string.h>

#include "hive/base/bytes.h"
#include "hive/base/utf16.h"
#include "policy/format/reg.h"
#include "policy/format/regop.h"
#include "policy/text/lines.h"

#define WIDTH 80 /* column at which regedit wraps bytes */

/* Whether the value is text that fits in quotes without loss. */
static bool is_plain(const struct spp_value *value, bool ascii,
		     struct spp_buf *text)
{
	size_t i;

	if (value->type != SPP_REG_SZ || value->size < 2 || value->size % 2 ||
	    spp_get16(value->data + value->size - 2) ||
	    spp_utf16_to(value->data, value->size - 2, text, NULL))
		return false;
	for (i = 0; i < text->size; i++)
		if (text->data[i] < 0x20 || text->data[i] == 0x7f ||
		    (ascii && text->data[i] >= 0x80))
			return false;
	return true;
}

static enum spp_status put_quoted(struct spp_buf *out, const char *text,
				  struct spp_error *err)
{
	enum spp_status st = spp_buf_puts(out, "\"", err);

	for (; !st && *text; text++) {
		if (*text == '"' || *text == '\\')
			st = spp_buf_puts(out, "\\", err);
		if (!st)
			st = spp_buf_append(out, text, 1, err);
	}
	return st ? st : spp_buf_puts(out, "\"", err);
}

static enum spp_status put_bytes(struct spp_buf *out, size_t column,
				 const struct spp_value *value,
				 struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < value->size; i++) {
		bool last = i + 1 == value->size;

		if (column + 4 > WIDTH) {
			st = spp_buf_puts(out, "\\\r\n  ", err);
			column = 2;
		}
		if (!st)
			st = spp_buf_printf(out, err, "%02x%s", value->data[i],
					    last ? "" : ",");
		column += 3;
	}
	return st;
}

static enum spp_status put_value(struct spp_buf *out,
				 const struct spp_value *value, size_t start,
				 bool ascii, struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	enum spp_status st;
	uint32_t n;

	if (spp_value_get_dword(value, &n))
		return spp_buf_printf(out, err, "dword:%08x", n);
	if (is_plain(value, ascii, &text))
		return put_quoted(out, spp_buf_text(&text), err);
	st = value->type == SPP_REG_BINARY
		     ? spp_buf_puts(out, "hex:", err)
		     : spp_buf_printf(out, err, "hex(%x):", value->type);
	return st ? st : put_bytes(out, out->size - start, value, err);
}

/* Writes the key under its hive's own name, or the name it was loaded under. */
static enum spp_status put_key(struct spp_buf *out,
			       const struct spp_regop *line, const char *prefix,
			       struct spp_error *err)
{
	const char *key = line->key;

	if (!prefix)
		return spp_buf_printf(out, err, "\r\n[%s\\%s]\r\n",
				      spp_root_name(line->root), key);
	return spp_buf_printf(out, err, "\r\n[%s%s]\r\n", prefix,
			      strchr(key, '\\'));
}

/* Checks that the policy needs one hive, since a prefix is the name of one. */
static enum spp_status check_prefix(const struct spp_regops *lines,
				    const char *prefix, struct spp_error *err)
{
	size_t i;

	if (!*prefix || prefix[strlen(prefix) - 1] == '\\' ||
	    strpbrk(prefix, "[]\r\n"))
		return spp_fail(
			err, SPP_USAGE,
			"'%s' is not the name of a key; give one such as "
			"HKEY_LOCAL_MACHINE\\OFFLINE",
			prefix);
	for (i = 1; i < lines->count; i++)
		if (lines->line[i].root != lines->line[0].root)
			return spp_fail_remedy(err, SPP_INVALID,
					       SPP_REMEDY_ONE_HIVE,
					       "the policy is for more than "
					       "one hive");
	return SPP_OK;
}

static enum spp_status put_lines(const struct spp_regops *lines,
				 const struct spp_export *options,
				 struct spp_buf *out, struct spp_error *err)
{
	enum spp_status st;
	size_t i, start;

	st = spp_buf_puts(out, "Windows Registry Editor Version 5.00\r\n", err);
	for (i = 0; !st && i < lines->count; i++) {
		const struct spp_regop *line = &lines->line[i];

		if (!i || strcmp(line->key, line[-1].key))
			st = put_key(out, line, options->prefix, err);
		start = out->size;
		if (!st)
			st = spp_buf_printf(out, err, "\"%s\"=", line->name);
		if (!st)
			st = line->value ? put_value(out, line->value, start,
						     options->utf8, err)
					 : spp_buf_puts(out, "-", err);
		if (!st)
			st = spp_buf_puts(out, "\r\n", err);
	}
	return st ? st : spp_buf_puts(out, "\r\n", err);
}

enum spp_status spp_reg_write(const struct spp_document *document,
			      const struct spp_export *options,
			      struct spp_buf *out, struct spp_notes *notes,
			      struct spp_error *err)
{
	struct spp_regops CLEANUP(spp_regops_release) lines = SPP_REGOPS_INIT;
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	struct spp_regops_rules rules = { .format = "reg", .users = true };
	enum spp_status st;

	st = spp_regops_make(&document->policy, &rules, &lines, notes, err);
	if (!st && options->prefix)
		st = check_prefix(&lines, options->prefix, err);
	if (!st)
		st = put_lines(&lines, options, &text, err);
	return st ? st : spp_lines_write(&text, options->utf8, out, err);
}
