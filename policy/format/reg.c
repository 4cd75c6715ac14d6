/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * .reg files, version 5, as regedit and reg.exe write them.
 *
 *	Windows Registry Editor Version 5.00
 *
 *	[HKEY_LOCAL_MACHINE\SOFTWARE\...]	the key of what follows
 *	"name"="text"				REG_SZ; \\ and \" in quotes
 *	"name"=dword:0000002a			REG_DWORD
 *	"name"=hex:00,ff			REG_BINARY
 *	"name"=hex(7):61,00,00,00,\		any type, as bytes;
 *	  00,00					  wrapped with a backslash
 *	"name"=-				delete the value
 *	@="text"				the key's default value
 *	[-HKEY_LOCAL_MACHINE\SOFTWARE\...]	delete the key
 *	; a comment
 *
 * UTF-16LE with a byte order mark, or UTF-8.  Quoted text may span lines.  All
 * types and bytes can be expressed: text that is not clean is written as bytes.
 * A default cannot be expressed.
 *
 * A hive loaded for editing often has another name, and its export has it, too:
 * --prefix HKEY_LOCAL_MACHINE\NAME gives that name, and then everything else in
 * the file is ignored.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "hive/base/bytes.h"
#include "hive/base/utf16.h"
#include "policy/format/reg.h"
#include "policy/format/regop.h"

#define V5 "Windows Registry Editor Version 5.00"
#define V4 "REGEDIT4"

static int probe(const uint8_t *data, size_t size)
{
	char head[64];

	spp_lines_head(data, size, head, sizeof(head));
	return !strncasecmp(head, V5, strlen(V5)) ||
			       !strncmp(head, V4, strlen(V4))
		       ? 100
		       : 0;
}

/* A file being read, and the rest of the current line. */
struct reader {
	struct spp_regop_text *file;
	const char *at;
	size_t left;
	struct spp_buf path; /* of the key; empty before the first */
	struct spp_regop key;
	bool deleted; /* the key is */
};

static enum spp_status broken(struct reader *r, const char *what)
{
	return spp_regop_broken(r->file, what);
}

static bool next_line(struct reader *r)
{
	return spp_lines_next(&r->file->lines, &r->at, &r->left);
}

static void skip(struct reader *r, size_t n)
{
	r->at += n;
	r->left -= n;
}

static void skip_blanks(struct reader *r)
{
	while (r->left && (*r->at == ' ' || *r->at == '\t'))
		skip(r, 1);
}

/* Skips a word in any case. */
static bool skip_word(struct reader *r, const char *word)
{
	size_t n = strlen(word);

	if (r->left < n || strncasecmp(r->at, word, n))
		return false;
	skip(r, n);
	return true;
}

static enum spp_status expect_end(struct reader *r)
{
	skip_blanks(r);
	if (r->left && *r->at != ';')
		return broken(r, "something follows where the line should end");
	return SPP_OK;
}

/*
 * Reads text in quotes.  *odd: a backslash precedes a character that needs
 * none; how regedit reads that is not documented.
 */
static enum spp_status read_quoted(struct reader *r, struct spp_buf *text,
				   bool *odd)
{
	enum spp_status st = SPP_OK;

	*odd = false;
	skip(r, 1);
	while (!st) {
		size_t n = 0;

		while (n < r->left && r->at[n] != '"' && r->at[n] != '\\')
			n++;
		st = spp_buf_append(text, r->at, n, r->file->err);
		skip(r, n);
		if (st)
			break;
		if (!r->left) {
			st = spp_buf_puts(text, "\r\n", r->file->err);
			if (!st && !next_line(r))
				st = broken(r, "text in quotes has no end");
			continue;
		}
		if (*r->at == '"') {
			skip(r, 1);
			return SPP_OK;
		}
		if (r->left > 1 && (r->at[1] == '"' || r->at[1] == '\\'))
			skip(r, 1);
		else
			*odd = true;
		st = spp_buf_append(text, r->at, 1, r->file->err);
		skip(r, 1);
	}
	return st;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 32);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Reads 1 to 8 digits. */
static enum spp_status read_number(struct reader *r, uint32_t *n)
{
	size_t digits = 0;

	*n = 0;
	while (r->left && hex_digit(*r->at) >= 0) {
		*n = *n << 4 | (uint32_t)hex_digit(*r->at);
		digits++;
		skip(r, 1);
	}
	return digits < 1 || digits > 8
		       ? broken(r, "not a number of 1 to 8 hex digits")
		       : SPP_OK;
}

/* Continues on the next line after a trailing backslash. */
static enum spp_status unwrap(struct reader *r)
{
	skip_blanks(r);
	while (r->left && *r->at == '\\') {
		skip(r, 1);
		skip_blanks(r);
		if (r->left && *r->at != ';')
			return broken(r, "a backslash inside a line of bytes");
		if (!next_line(r))
			return broken(r, "the file ends inside a value");
		skip_blanks(r);
	}
	return SPP_OK;
}

static enum spp_status read_bytes(struct reader *r, struct spp_buf *data)
{
	enum spp_status st = unwrap(r);

	while (!st && r->left && *r->at != ';') {
		int hi = hex_digit(*r->at);
		int lo = r->left > 1 ? hex_digit(r->at[1]) : -1;
		uint8_t byte;

		if (hi < 0 || lo < 0)
			return broken(r, "bytes must be pairs of hex digits "
					 "with commas between them");
		byte = (uint8_t)(hi << 4 | lo);
		st = spp_buf_append(data, &byte, 1, r->file->err);
		skip(r, 2);
		if (!st)
			st = unwrap(r);
		if (st || !r->left || *r->at != ',')
			break;
		skip(r, 1);
		st = unwrap(r);
	}
	return st;
}

static enum spp_status read_hex(struct reader *r, struct spp_value *value)
{
	struct spp_buf CLEANUP(spp_buf_release) data = SPP_BUF_INIT;
	uint32_t type = SPP_REG_BINARY;
	enum spp_status st = SPP_OK;

	if (skip_word(r, "(")) {
		st = read_number(r, &type);
		if (!st && !skip_word(r, ")"))
			st = broken(r, "no ')' after the type");
	}
	if (!st && !skip_word(r, ":"))
		st = broken(r, "no ':' before the bytes");
	if (!st)
		st = read_bytes(r, &data);
	return st ? st
		  : spp_value_set(value, type, data.data, data.size,
				  r->file->err);
}

static enum spp_status read_string(struct reader *r, struct spp_value *value,
				   bool *odd)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	enum spp_status st = read_quoted(r, &text, odd);

	return st ? st
		  : spp_value_set_text(value, SPP_REG_SZ, spp_buf_text(&text),
				       r->file->err);
}

/* Reads what follows the '='. */
static enum spp_status read_data(struct reader *r, struct spp_value *value,
				 enum spp_regop_kind *op, bool *odd)
{
	enum spp_status st;
	uint32_t n;

	*op = SPP_REGOP_SET;
	*odd = false;
	if (skip_word(r, "-")) {
		*op = SPP_REGOP_DELETE;
		return SPP_OK;
	}
	if (r->left && *r->at == '"')
		return read_string(r, value, odd);
	if (skip_word(r, "dword:")) {
		skip_blanks(r);
		st = read_number(r, &n);
		return st ? st : spp_value_set_dword(value, n, r->file->err);
	}
	if (skip_word(r, "hex"))
		return read_hex(r, value);
	return broken(r, "a value must be \"text\", dword:, hex: or -");
}

static enum spp_status read_value(struct reader *r)
{
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	struct spp_buf CLEANUP(spp_buf_release) name = SPP_BUF_INIT;
	struct spp_regop line = r->key;
	size_t began = r->file->lines.line;
	bool odd_name = false, odd;
	enum spp_status st = SPP_OK;

	if (!r->path.size || r->deleted)
		return broken(r, "a value outside of a key");
	if (*r->at == '@')
		skip(r, 1);
	else
		st = read_quoted(r, &name, &odd_name);
	if (st)
		return st;
	skip_blanks(r);
	if (!skip_word(r, "="))
		return broken(r, "no '=' after the name of a value");
	skip_blanks(r);
	st = read_data(r, &value, &line.op, &odd);
	if (!st)
		st = expect_end(r);
	if (st)
		return st;
	line.name = spp_buf_text(&name);
	line.value = &value;
	line.where = (struct spp_where){ r->file->in->name, began, 0 };
	if (odd && spp_regop_is_ours(&line))
		return broken(r, "a single backslash in quotes; it must be "
				 "written twice");
	return spp_regop_take(&line, &r->file->policy, r->file->import,
			      r->file->err);
}

/* Splits "HKEY_LOCAL_MACHINE\SOFTWARE\..." into a root and the key below it. */
static enum spp_root split(const char *path, const char **key)
{
	size_t n = strcspn(path, "\\");
	enum spp_root root = spp_root_find(path, n);

	*key = root == SPP_ROOT_OTHER ? path : path + n + (path[n] == '\\');
	return root;
}

/* Whether path is the loaded hive's key or below it. */
static bool is_below_prefix(const char *prefix, const char *path,
			    const char **key)
{
	const char *have, *want;
	size_t n;

	if (split(path, &have) != split(prefix, &want))
		return false;
	n = strlen(want);
	while (n && want[n - 1] == '\\')
		n--;
	if (strncasecmp(want, have, n) || (have[n] && have[n] != '\\'))
		return false;
	*key = have + n + (have[n] == '\\');
	return true;
}

static enum spp_status read_key(struct reader *r)
{
	const char *end = memrchr(r->at, ']', r->left);
	enum spp_status st;
	size_t n;

	if (!end)
		return broken(r, "no ']' after the name of a key");
	skip(r, 1);
	r->deleted = skip_word(r, "-");
	n = (size_t)(end - r->at);
	spp_buf_release(&r->path);
	st = spp_buf_append(&r->path, r->at, n, r->file->err);
	if (st)
		return st;
	while (r->path.size && r->path.data[r->path.size - 1] == '\\')
		r->path.data[--r->path.size] = '\0';
	if (!r->path.size)
		return broken(r, "a key without a name");
	skip(r, n + 1);
	st = expect_end(r);
	if (st)
		return st;
	r->key = (struct spp_regop){ .op = SPP_REGOP_DELETE_KEY, .name = "" };
	if (!r->file->in->prefix) {
		r->key.root = split(spp_buf_text(&r->path), &r->key.key);
	} else if (is_below_prefix(r->file->in->prefix, spp_buf_text(&r->path),
				   &r->key.key)) {
		r->key.root = SPP_ROOT_HIVE;
	} else {
		r->key.root = SPP_ROOT_OTHER;
		r->key.key = spp_buf_text(&r->path);
	}
	return r->deleted ? spp_regop_take(&r->key, &r->file->policy,
					   r->file->import, r->file->err)
			  : SPP_OK;
}

static enum spp_status read_header(struct reader *r)
{
	if (!next_line(r))
		return broken(r, "the file is empty");
	spp_lines_trim(&r->at, &r->left);
	if (r->left == strlen(V5) && !strncasecmp(r->at, V5, r->left))
		return SPP_OK;
	if (r->left == strlen(V4) && !strncmp(r->at, V4, r->left))
		return spp_fail(
			r->file->err, SPP_UNSUPPORTED,
			"'%s' is a .reg file of version 4, whose text depends "
			"on a code page; export it again as version 5",
			r->file->in->name);
	return broken(r, "not '" V5 "'");
}

static enum spp_status read_lines(struct spp_regop_text *file)
{
	struct reader r = { .file = file };
	enum spp_status st = read_header(&r);

	while (!st && next_line(&r)) {
		spp_lines_trim(&r.at, &r.left);
		if (!r.left || *r.at == ';')
			continue;
		if (*r.at == '[')
			st = read_key(&r);
		else if (*r.at == '"' || *r.at == '@')
			st = read_value(&r);
		else
			st = broken(&r, "neither a key nor a value");
	}
	spp_buf_release(&r.path);
	return st;
}

static enum spp_status read_reg(const struct spp_input *in,
				struct spp_document *document,
				struct spp_import *import,
				struct spp_error *err)
{
	return spp_regop_read(in, document, import, read_lines, err);
}

const struct spp_format spp_format_reg = {
	.name = "reg",
	.suffix = "reg",
	.summary = ".reg file of regedit, version 5",
	.takes = SPP_TAKES_PREFIX | SPP_TAKES_UTF8,
	.probe = probe,
	.read = read_reg,
	.write = spp_reg_write,
};
