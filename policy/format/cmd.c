/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A batch file for a running machine: SetupComplete.cmd, a task sequence.
 * Written only.
 *
 *	reg add "HKLM\SOFTWARE\..." /v "NAME" /t REG_SZ /d "DATA" /f /reg:64
 *	reg query ... && reg delete ...		deletes only what exists
 *	call :wide1		deletes in the key of each application or SKU
 *	cscript slmgr.vbs /skms ...		where live_script.h allows it
 *
 * Data is in quotes, and nothing in it can end them: a quote, a control
 * character or anything beyond ASCII, which cmd would read in the machine's
 * code page, is refused.  Inside quotes cmd still expands %, so that is
 * doubled; ! does nothing, because delayed expansion is off; ^ & | < > are
 * plain there.  reg.exe reads a backslash before the closing quote as an
 * escape, so that one is doubled as well.  reg.exe and slmgr.vbs are
 * documented; the file itself was tried under Wine, not on Windows.
 *
 * Names of keys come from the machine.  One becomes part of a command only
 * after :is_id has found nothing but hexadecimal digits and dashes in it.
 */
#include <stdio.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "policy/format/live_script.h"

#define FORMAT	 "cmd"
#define LINE_MAX 8000 /* cmd takes 8191 characters a line */

/* Appends text in quotes. */
static enum spp_status put_quoted(struct spp_buf *out,
				  const struct spp_regop *line,
				  const char *text, struct spp_error *err)
{
	enum spp_status st = spp_buf_puts(out, "\"", err);
	size_t slashes = 0;

	for (; !st && *text; text++) {
		if (*text < 0x20 || *text > 0x7e || *text == '"')
			return spp_regop_cannot(
				FORMAT, line,
				"it contains characters that cannot be quoted; "
				"export it as ps1 or reg",
				err);
		slashes = *text == '\\' ? slashes + 1 : 0;
		if (*text == '%')
			st = spp_buf_puts(out, "%", err);
		if (!st)
			st = spp_buf_append(out, text, 1, err);
	}
	for (; !st && slashes; slashes--)
		st = spp_buf_puts(out, "\\", err);
	return st ? st : spp_buf_puts(out, "\"", err);
}

struct joiner {
	const struct spp_regop *line;
	struct spp_buf text;
};

static enum spp_status join(void *ctx, size_t i, const char *text,
			    struct spp_error *err)
{
	struct joiner *j = ctx;
	size_t n = strlen(text);
	enum spp_status st = SPP_OK;

	if (strstr(text, "\\0") || text[n - 1] == '\\')
		return spp_regop_cannot(FORMAT, j->line,
					"reg.exe would read a backslash in it "
					"as the end of a string",
					err);
	if (i)
		st = spp_buf_puts(&j->text, "\\0", err);
	return st ? st : spp_buf_puts(&j->text, text, err);
}

static enum spp_status put_list(struct spp_buf *out,
				const struct spp_regop *line,
				struct spp_error *err)
{
	struct joiner j = { .line = line };
	enum spp_status st = spp_regop_list(FORMAT, line, join, &j, err);

	if (!st)
		st = put_quoted(out, line, spp_buf_text(&j.text), err);
	spp_buf_release(&j.text);
	return st;
}

static enum spp_status put_data(struct spp_buf *out,
				const struct spp_regop *line,
				struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	const struct spp_value *value = line->value;
	enum spp_status st;

	switch (value->type) {
	case SPP_REG_SZ:
	case SPP_REG_EXPAND_SZ:
		st = spp_regop_text(FORMAT, line, &text, err);
		break;
	case SPP_REG_MULTI_SZ:
		return put_list(out, line, err);
	case SPP_REG_BINARY:
		st = spp_hex_show(value->data, value->size, &text, err);
		break;
	case SPP_REG_DWORD:
	case SPP_REG_QWORD:
		if (value->size != (value->type == SPP_REG_DWORD ? 4 : 8))
			return spp_regop_cannot(
				FORMAT, line,
				"its size does not match its type", err);
		st = spp_buf_printf(
			&text, err, "%llu",
			value->size == 4
				? (unsigned long long)spp_get32(value->data)
				: (unsigned long long)spp_get64(value->data));
		break;
	default:
		return spp_regop_cannot(FORMAT, line, "its type", err);
	}
	return st ? st : put_quoted(out, line, spp_buf_text(&text), err);
}

static const char *hive(enum spp_root root)
{
	return root == SPP_ROOT_USERS ? "HKU" : "HKLM";
}

/* "HKLM\SOFTWARE\..." /v "NAME" */
static enum spp_status put_name(struct spp_buf *out,
				const struct spp_regop *line,
				struct spp_error *err)
{
	return spp_buf_printf(out, err, "\"%s\\%s\" /v \"%s\"",
			      hive(line->root), line->key, line->name);
}

static enum spp_status put_line(struct spp_buf *out,
				const struct spp_regop *line,
				struct spp_error *err)
{
	size_t start = out->size;
	enum spp_status st = SPP_OK;

	if (line->op != SPP_REGOP_SET) {
		st = spp_buf_puts(out, "reg query ", err);
		if (!st)
			st = put_name(out, line, err);
		if (!st)
			st = spp_buf_printf(out, err, " /reg:64 >nul 2>&1 %s (",
					    line->value ? "||" : "&&");
	}
	if (!st)
		st = spp_buf_printf(out, err, "reg %s ",
				    line->value ? "add" : "delete");
	if (!st)
		st = put_name(out, line, err);
	if (!st && line->value && !spp_type_name(line->value->type))
		st = spp_regop_cannot(FORMAT, line, "its type", err);
	if (!st && line->value)
		st = spp_buf_printf(out, err, " /t %s /d ",
				    spp_type_name(line->value->type));
	if (!st && line->value)
		st = put_data(out, line, err);
	if (!st)
		st = spp_buf_printf(out, err,
				    " /f /reg:64 >nul || set failed=1%s\r\n",
				    line->op == SPP_REGOP_SET ? "" : ")");
	if (!st && out->size - start > LINE_MAX)
		st = spp_regop_cannot(FORMAT, line,
				      "it is too long for a line; export it "
				      "as ps1 or reg",
				      err);
	return st;
}

/* The argument has no character with a meaning to cmd. */
static enum spp_status put_verb(struct spp_buf *out,
				const struct spp_live_script_verb *verb,
				struct spp_error *err)
{
	return spp_buf_printf(out, err,
			      "cscript //nologo \"%%slmgr%%\" %s%s%s || set "
			      "failed=1\r\n",
			      verb->name, verb->argument ? " " : "",
			      verb->argument ? verb->argument : "");
}

/* Calls a label for each key right below a key, with its name in id. */
static enum spp_status put_for(struct spp_buf *out,
			       const struct spp_regop_wide *wide,
			       const char *below, const char *call,
			       struct spp_error *err)
{
	const char *at = wide->key;
	int part = 3; /* of the path: the hive, and what follows its key */

	for (part += *below != '\0'; *at; at++)
		part += *at == '\\';
	return spp_buf_printf(out, err,
			      "for /f \"tokens=1,%d delims=\\\" %%%%A in ('reg "
			      "query \"%s\\%s%s\" /reg:64 2^>nul') do (\r\n"
			      "  set \"id=%%%%B\"\r\n"
			      "  if /i \"%%%%A\"==\"%s\" call %s\r\n"
			      ")\r\n"
			      "exit /b\r\n",
			      part, hive(wide->root), wide->key, below,
			      spp_root_name(wide->root), call);
}

/* Leaves the keys alone for which the policy says something else. */
static enum spp_status put_excepts(struct spp_buf *out,
				   const struct spp_regop_wide *wide,
				   struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < wide->excepts; i++) {
		const struct spp_scope *s = &wide->except[i];

		if (strcmp(s->app, "*"))
			st = spp_buf_printf(
				out, err, "if /i \"%%app%%\"==\"%s\" ", s->app);
		if (!st && *s->sku && strcmp(s->sku, "*"))
			st = spp_buf_printf(
				out, err, "if /i \"%%sku%%\"==\"%s\" ", s->sku);
		if (!st)
			st = spp_buf_puts(out, "exit /b\r\n", err);
	}
	return st;
}

/* Takes the id that a loop found, or the one that the policy names. */
static enum spp_status put_id(struct spp_buf *out, const char *variable,
			      const char *id, struct spp_error *err)
{
	if (strcmp(id, "*"))
		return spp_buf_printf(out, err, "set \"%s=%s\"\r\n", variable,
				      id);
	return spp_buf_printf(out, err,
			      "call :is_id\r\n"
			      "if errorlevel 1 exit /b\r\n"
			      "set \"%s=%%id%%\"\r\n",
			      variable);
}

/* The subroutine of a wide line: applications, SKUs, one of them. */
static enum spp_status put_subroutine(struct spp_buf *out,
				      const struct spp_regop_wide *wide,
				      size_t n, struct spp_error *err)
{
	const char *app = wide->scope.app, *sku = wide->scope.sku;
	const char *below = *sku ? "\\%app%\\%sku%" : "\\%app%";
	char in_app[64], in_sku[64];
	enum spp_status st;

	snprintf(in_app, sizeof(in_app), ":wide%zu_app", n);
	snprintf(in_sku, sizeof(in_sku), ":wide%zu_sku", n);
	st = spp_buf_printf(out, err, ":wide%zu\r\n", n);
	if (!st && !strcmp(app, "*")) {
		st = put_for(out, wide, "", in_app, err);
		if (!st)
			st = spp_buf_printf(out, err, "%s\r\n", in_app);
	}
	if (!st)
		st = put_id(out, "app", app, err);
	if (!st && !strcmp(sku, "*")) {
		st = put_for(out, wide, "\\%app%", in_sku, err);
		if (!st)
			st = spp_buf_printf(out, err, "%s\r\n", in_sku);
	}
	if (!st && *sku)
		st = put_id(out, "sku", sku, err);
	if (!st)
		st = put_excepts(out, wide, err);
	return st ? st
		  : spp_buf_printf(
			    out, err,
			    "reg query \"%s\\%s%s\" /v \"%s\" /reg:64 >nul "
			    "2>&1 && (reg delete \"%s\\%s%s\" /v \"%s\" /f "
			    "/reg:64 >nul || set failed=1)\r\nexit /b\r\n",
			    hive(wide->root), wide->key, below,
			    wide->setting->value, hive(wide->root), wide->key,
			    below, wide->setting->value);
}

/*
 * Errorlevel 0: id has the form of one.  Without its quotes it cannot leave
 * those around it; cut up at the characters of ids, it has to leave nothing
 * but the backslash, which is in no name.
 */
static const char is_id[] =
	":is_id\r\n"
	"if not defined id exit /b 1\r\n"
	"set \"id=%id:\"=%\"\r\n"
	"if not defined id exit /b 1\r\n"
	"set \"good=\"\r\n"
	"for /f \"delims=0123456789ABCDEFabcdef-\" %%A in (\"%id%\\\") do if "
	"\"%%A\"==\"\\\" set \"good=1\"\r\n"
	"if not defined good exit /b 1\r\n"
	"if not \"%id:~8,1%%id:~13,1%%id:~18,1%%id:~23,1%\"==\"----\" exit /b "
	"1\r\n"
	"if \"%id:~35,1%\"==\"\" exit /b 1\r\n"
	"if not \"%id:~36,1%\"==\"\" exit /b 1\r\n"
	"exit /b 0\r\n";

static enum spp_status put_loops(struct spp_buf *out,
				 const struct spp_regops *lines,
				 struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < lines->wides; i++)
		st = put_subroutine(out, &lines->wide[i], i + 1, err);
	return st || !lines->wides ? st : spp_buf_puts(out, is_id, err);
}

static enum spp_status put_wide(struct spp_buf *out,
				const struct spp_regop_wide *wide, size_t n,
				struct spp_error *err)
{
	(void)wide;
	return spp_buf_printf(out, err, "call :wide%zu\r\n", n);
}

static const struct spp_live_script_language language = {
	.format = FORMAT,
	.head = "@echo off\r\n"
		"rem KMS settings, written by sppctl; run as administrator.\r\n"
		"setlocal EnableExtensions DisableDelayedExpansion\r\n"
		"set \"slmgr=%SystemRoot%\\System32\\slmgr.vbs\"\r\n"
		"set failed=0\r\n",
	.put_wide = put_wide,
	.put_line = put_line,
	.stop = "net stop sppsvc >nul 2>&1\r\n",
	.put_verb = put_verb,
	.tail = "exit /b %failed%\r\n",
	.put_loops = put_loops,
};

static enum spp_status write_cmd(const struct spp_document *document,
				 const struct spp_export *options,
				 struct spp_buf *out, struct spp_notes *notes,
				 struct spp_error *err)
{
	return spp_live_script_write(&language, document, options, out, notes,
				     err);
}

const struct spp_format spp_format_cmd = {
	.name = FORMAT,
	.suffix = "cmd",
	.summary = "batch file for a running machine",
	.takes = SPP_TAKES_PRODUCT_KEY,
	.write = write_cmd,
};
