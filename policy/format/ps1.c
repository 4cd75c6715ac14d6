/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A PowerShell script for a running machine.  Written only.
 *
 *	Set-SppValue 'Registry::HKEY_LOCAL_MACHINE\...' 'NAME' 'DWord' 1
 *	Remove-SppValue 'Registry::...' 'NAME'
 *	Remove-SppValueBelow 'Registry::...' '*' '*' 'NAME' @('APP\SKU')
 *	Invoke-Slmgr @('/skms', 'kms1.corp.example:1688')
 *
 * Text is in single quotes, where only quotes are special; a quote in it is
 * doubled.  PowerShell also treats typographic quotes as quotes, so text beyond
 * printable ASCII is written as base64 of its UTF-16, and the file is ASCII.
 * It needs only PowerShell 2, which Windows 7 has, and restarts itself as a
 * 64-bit program, because a 32-bit one sees another registry.  The cmdlets are
 * documented; the file was not tried on Windows.
 */
#include <nettle/base64.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "hive/base/utf16.h"
#include "policy/format/live_script.h"
#include "policy/format/ps1.h"

#define FORMAT "ps1"

static const char head[] =
	"# KMS settings, written by sppctl; run as administrator.\r\n"
	"$ErrorActionPreference = 'Stop'\r\n"
	"if ($env:PROCESSOR_ARCHITEW6432) {\r\n"
	"\t& (Join-Path $env:SystemRoot "
	"'Sysnative\\WindowsPowerShell\\v1.0\\powershell.exe') -NoProfile "
	"-ExecutionPolicy Bypass -File $MyInvocation.MyCommand.Path\r\n"
	"\texit $LASTEXITCODE\r\n"
	"}\r\n"
	"function Test-SppValue($Key, $Name) {\r\n"
	"\t(Test-Path -LiteralPath $Key) -and "
	"((Get-Item -LiteralPath $Key).GetValueNames() -contains $Name)\r\n"
	"}\r\n"
	"function Set-SppValue($Key, $Name, $Kind, $Data) {\r\n"
	"\tif (-not (Test-Path -LiteralPath $Key)) {\r\n"
	"\t\tNew-Item -Path $Key -Force | Out-Null\r\n"
	"\t}\r\n"
	"\tNew-ItemProperty -Path $Key -Name $Name -PropertyType $Kind "
	"-Value $Data -Force | Out-Null\r\n"
	"}\r\n"
	"function Remove-SppValue($Key, $Name) {\r\n"
	"\tif (Test-SppValue $Key $Name) {\r\n"
	"\t\tRemove-ItemProperty -LiteralPath $Key -Name $Name\r\n"
	"\t}\r\n"
	"}\r\n"
	"function Get-SppId($Key, $Id) {\r\n"
	"\tif ($Id -ne '*') { return $Id }\r\n"
	"\tif (Test-Path -LiteralPath $Key) {\r\n"
	"\t\t(Get-Item -LiteralPath $Key).GetSubKeyNames() | Where-Object "
	"{ $_ -match '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }\r\n"
	"\t}\r\n"
	"}\r\n"
	"function Remove-SppValueBelow($Key, $App, $Sku, $Name, $Except) {\r\n"
	"\tforeach ($a in @(Get-SppId $Key $App)) {\r\n"
	"\t\t$ids = @($a)\r\n"
	"\t\tif ($Sku) {\r\n"
	"\t\t\t$ids = @(Get-SppId \"$Key\\$a\" $Sku | ForEach-Object "
	"{ \"$a\\$_\" })\r\n"
	"\t\t}\r\n"
	"\t\tforeach ($id in $ids) {\r\n"
	"\t\t\tif (-not @($Except | Where-Object { $id -like $_ })) {\r\n"
	"\t\t\t\tRemove-SppValue \"$Key\\$id\" $Name\r\n"
	"\t\t\t}\r\n"
	"\t\t}\r\n"
	"\t}\r\n"
	"}\r\n"
	"function Invoke-Slmgr($Arguments) {\r\n"
	"\t& (Join-Path $env:SystemRoot 'System32\\cscript.exe') //nologo "
	"(Join-Path $env:SystemRoot 'System32\\slmgr.vbs') $Arguments\r\n"
	"\tif ($LASTEXITCODE) { throw \"slmgr.vbs: exit code "
	"$LASTEXITCODE\" }\r\n"
	"}\r\n";

static bool is_printable(const char *text)
{
	for (; *text; text++)
		if (*text < 0x20 || *text > 0x7e)
			return false;
	return true;
}

/* Appends text as bytes, which contain no quotes. */
static enum spp_status put_encoded(struct spp_buf *out, const char *text,
				   struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) raw = SPP_BUF_INIT;
	enum spp_status st = spp_utf16_from(text, strlen(text), &raw, err);
	size_t n = BASE64_ENCODE_RAW_LENGTH(raw.size);

	if (!st)
		st = spp_buf_puts(out,
				  "([Text.Encoding]::Unicode.GetString("
				  "[Convert]::FromBase64String('",
				  err);
	if (!st)
		st = spp_buf_reserve(out, n, err);
	if (st)
		return st;
	base64_encode_raw((char *)out->data + out->size, raw.size, raw.data);
	out->size += n;
	return spp_buf_puts(out, "')))", err);
}

static enum spp_status put_quoted(struct spp_buf *out, const char *text,
				  struct spp_error *err)
{
	enum spp_status st;

	if (!is_printable(text))
		return put_encoded(out, text, err);
	st = spp_buf_puts(out, "'", err);
	for (; !st && *text; text++)
		st = spp_buf_append(out, *text == '\'' ? "''" : text,
				    *text == '\'' ? 2 : 1, err);
	return st ? st : spp_buf_puts(out, "'", err);
}

enum spp_status spp_ps1_quote(struct spp_buf *out, const char *text,
			      struct spp_error *err)
{
	return put_quoted(out, text, err);
}

static enum spp_status put_element(void *ctx, size_t i, const char *text,
				   struct spp_error *err)
{
	enum spp_status st = i ? spp_buf_puts(ctx, ", ", err) : SPP_OK;

	return st ? st : put_quoted(ctx, text, err);
}

static enum spp_status put_list(struct spp_buf *out,
				const struct spp_regop *line,
				struct spp_error *err)
{
	enum spp_status st = spp_buf_puts(out, "([string[]]@(", err);

	if (!st)
		st = spp_regop_list(FORMAT, line, put_element, out, err);
	return st ? st : spp_buf_puts(out, "))", err);
}

static enum spp_status put_binary(struct spp_buf *out,
				  const struct spp_value *value,
				  struct spp_error *err)
{
	enum spp_status st = spp_buf_puts(out, "([byte[]]@(", err);
	size_t i;

	for (i = 0; !st && i < value->size; i++)
		st = spp_buf_printf(out, err, "%s%u", i ? ", " : "",
				    value->data[i]);
	return st ? st : spp_buf_puts(out, "))", err);
}

/* PowerShell's names of the types, and the data that they take. */
static const struct {
	uint32_t type;
	const char *kind;
} kinds[] = {
	{ SPP_REG_SZ, "String" },
	{ SPP_REG_EXPAND_SZ, "ExpandString" },
	{ SPP_REG_BINARY, "Binary" },
	{ SPP_REG_DWORD, "DWord" },
	{ SPP_REG_MULTI_SZ, "MultiString" },
	{ SPP_REG_QWORD, "QWord" },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static enum spp_status put_data(struct spp_buf *out,
				const struct spp_regop *line,
				struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	const struct spp_value *value = line->value;
	enum spp_status st;

	switch (value->type) {
	case SPP_REG_MULTI_SZ:
		return put_list(out, line, err);
	case SPP_REG_BINARY:
		return put_binary(out, value, err);
	case SPP_REG_DWORD:
	case SPP_REG_QWORD:
		if (value->size != (value->type == SPP_REG_DWORD ? 4 : 8))
			return spp_regop_cannot(
				FORMAT, line,
				"its size does not match its type", err);
		/* Both are signed in PowerShell. */
		if (value->size == 4)
			return spp_buf_printf(out, err, "(%d)",
					      (int32_t)spp_get32(value->data));
		return spp_buf_printf(out, err, "([long]%lld)",
				      (long long)spp_get64(value->data));
	default:
		st = spp_regop_text(FORMAT, line, &text, err);
		return st ? st : put_quoted(out, spp_buf_text(&text), err);
	}
}

/* 'Registry::HKEY_LOCAL_MACHINE\...' 'NAME' */
static enum spp_status put_name(struct spp_buf *out,
				const struct spp_regop *line,
				struct spp_error *err)
{
	return spp_buf_printf(out, err, "'Registry::%s\\%s' '%s'",
			      spp_root_name(line->root), line->key, line->name);
}

static enum spp_status put_set(struct spp_buf *out,
			       const struct spp_regop *line,
			       struct spp_error *err)
{
	enum spp_status st = spp_buf_puts(out, "Set-SppValue ", err);
	size_t i;

	for (i = 0; i < KINDS && kinds[i].type != line->value->type; i++)
		;
	if (i == KINDS)
		return spp_regop_cannot(FORMAT, line, "its type", err);
	if (!st)
		st = put_name(out, line, err);
	if (!st)
		st = spp_buf_printf(out, err, " '%s' ", kinds[i].kind);
	return st ? st : put_data(out, line, err);
}

static enum spp_status put_line(struct spp_buf *out,
				const struct spp_regop *line,
				struct spp_error *err)
{
	enum spp_status st = SPP_OK;

	if (line->op == SPP_REGOP_OFFER) {
		st = spp_buf_puts(out, "if (-not (Test-SppValue ", err);
		if (!st)
			st = put_name(out, line, err);
		if (!st)
			st = spp_buf_puts(out, ")) { ", err);
	}
	if (!st && line->value) {
		st = put_set(out, line, err);
	} else if (!st) {
		st = spp_buf_puts(out, "Remove-SppValue ", err);
		if (!st)
			st = put_name(out, line, err);
	}
	return st ? st
		  : spp_buf_puts(out,
				 line->op == SPP_REGOP_OFFER ? " }\r\n"
							     : "\r\n",
				 err);
}

/* Ids and names have no quotes. */
static enum spp_status put_wide(struct spp_buf *out,
				const struct spp_regop_wide *wide, size_t n,
				struct spp_error *err)
{
	enum spp_status st;
	size_t i;

	(void)n;

	st = spp_buf_printf(
		out, err,
		"Remove-SppValueBelow 'Registry::%s\\%s' '%s' '%s' '%s' @(",
		spp_root_name(wide->root), wide->key, wide->scope.app,
		wide->scope.sku, wide->setting->value);
	for (i = 0; !st && i < wide->excepts; i++)
		st = spp_buf_printf(out, err, "%s'%s%s%s'", i ? ", " : "",
				    wide->except[i].app,
				    *wide->except[i].sku ? "\\" : "",
				    wide->except[i].sku);
	return st ? st : spp_buf_puts(out, ")\r\n", err);
}

static enum spp_status put_verb(struct spp_buf *out,
				const struct spp_live_script_verb *verb,
				struct spp_error *err)
{
	return spp_buf_printf(out, err, "Invoke-Slmgr @('%s'%s%s%s)\r\n",
			      verb->name, verb->argument ? ", '" : "",
			      verb->argument ? verb->argument : "",
			      verb->argument ? "'" : "");
}

static const struct spp_live_script_language language = {
	.format = FORMAT,
	.head = head,
	.put_wide = put_wide,
	.put_line = put_line,
	.stop = "Stop-Service sppsvc -Force -ErrorAction "
		"SilentlyContinue\r\n",
	.put_verb = put_verb,
	.tail = "",
};

static enum spp_status write_ps1(const struct spp_document *document,
				 const struct spp_export *options,
				 struct spp_buf *out, struct spp_notes *notes,
				 struct spp_error *err)
{
	return spp_live_script_write(&language, document, options, out, notes,
				     err);
}

const struct spp_format spp_format_ps1 = {
	.name = FORMAT,
	.suffix = "ps1",
	.summary = "PowerShell script for a running machine",
	.takes = SPP_TAKES_PRODUCT_KEY,
	.write = write_ps1,
};
