/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scripts: no value breaks out of its quotes; what slmgr.vbs is used for. */
#include <nettle/base64.h>
#include <stdlib.h>

#include "hive/base/utf16.h"
#include "policy/format/live_script.h"
#include "tests/said.h"

#define KEY   "BCDFG-HJKMP-QRTVW-XY234-6789N"
#define WORDS 16

static uint64_t state = 88172645463325252;

static uint32_t next(uint32_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)((state >> 16) % below);
}

/* The script for a policy document, or "!WORD MESSAGE". */
static void script_of(const char *format, const char *json,
		      const char *product_key, struct spp_buf *out)
{
	struct spp_input in = { .name = "p",
				.data = (const uint8_t *)json,
				.size = strlen(json) };
	struct spp_export options = { .product_key = product_key };
	struct spp_document document = SPP_DOCUMENT_INIT;
	struct spp_import import = SPP_IMPORT_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	enum spp_status st;

	CU_ASSERT_EQUAL_FATAL(
		spp_format_find("json")->read(&in, &document, &import, NULL),
		SPP_OK);
	st = spp_format_find(format)->write(&document, &options, out, NULL,
					    &err);
	if (st) {
		spp_buf_release(out);
		spp_buf_printf(out, NULL, "!%s %s", spp_status_word(st),
			       err.text);
	}
	spp_import_release(&import);
	spp_document_release(&document);
}

/* The same for one text in alternate-url. */
static void script_of_text(const char *format, const char *text,
			   struct spp_buf *out)
{
	struct spp_document document = SPP_DOCUMENT_INIT;
	struct spp_scope scope = { .place = SPP_PLACE_ACTIVATION };
	struct spp_value value = SPP_VALUE_INIT;
	struct spp_export options = { .now = 0 };
	enum spp_terms raw;

	spp_value_set_text(&value, SPP_REG_SZ, text, NULL);
	spp_policy_set(&document.policy, &scope,
		       spp_setting_find("alternate-url", &raw), &value, NULL);
	if (spp_format_find(format)->write(&document, &options, out, NULL,
					   NULL))
		spp_buf_release(out);
	spp_value_release(&value);
	spp_document_release(&document);
}

/* The line that has this word in it, without its end; yours. */
static char *line_with(const struct spp_buf *script, const char *word)
{
	const char *at = strstr(spp_buf_text(script), word), *start = at;

	if (!at)
		return NULL;
	while (start > spp_buf_text(script) && start[-1] != '\n')
		start--;
	return strndup(start, strcspn(start, "\r\n"));
}

/*
 * What cmd makes of a line of a batch file: %% becomes %, quotes switch the
 * meaning of &|<>^ off and on, and the first command ends at one of them.
 * False for a lone %.
 */
static bool cmd_reads(const char *line, char *command)
{
	bool quoted = false;

	for (; *line; line++) {
		if (*line == '%' && *++line != '%')
			return false;
		if (*line == '"')
			quoted = !quoted;
		if (!quoted && strchr("&|<>^", *line))
			break;
		*command++ = *line;
	}
	*command = '\0';
	return !quoted;
}

/* How a program of Windows splits its command line into words. */
static int argv_of(const char *line, char words[WORDS][2048])
{
	int count = 0;
	size_t n, i;

	while (*line && count < WORDS) {
		char *to = words[count];
		bool quoted = false;

		while (*line == ' ')
			line++;
		if (!*line)
			break;
		for (; *line && (quoted || *line != ' '); line++) {
			n = strspn(line, "\\");
			if (line[n] == '"') {
				for (i = 0; i < n / 2; i++)
					*to++ = '\\';
				line += n;
				if (n % 2)
					*to++ = '"';
				else
					quoted = !quoted;
			} else {
				*to++ = *line;
			}
		}
		*to = '\0';
		count++;
	}
	return count;
}

static void random_text(char *text, size_t room, bool any)
{
	static const char nasty[] = "%%\\\\'^&|<>!\"$`;(){}@# \t";
	size_t n = next((uint32_t)room - 4);

	while (n--)
		*text++ = next(2) ? nasty[next(sizeof(nasty) - 1)]
			  : any	  ? (char)(1 + next(126))
				  : (char)(0x20 + next(95));
	*text = '\0';
}

static void cmd_keeps_values_in_quotes(void)
{
	static char words[WORDS][2048], command[8192];
	char text[200];
	size_t i, kept = 0;

	for (i = 0; i < 3000; i++) {
		struct spp_buf out = SPP_BUF_INIT;
		char CLEANUP(spp_free_string) *line = NULL;

		random_text(text, i % 30 + 5, i % 5 == 0);
		script_of_text("cmd", text, &out);
		line = line_with(&out, "AlternateURL");
		spp_buf_release(&out);
		if (!line) {
			CU_ASSERT_PTR_NOT_NULL(strpbrk(
				text, "\"\1\2\3\4\5\6\7\10\11\12\13\14\15\16"
				      "\17\20\21\22\23\24\25\26\27\30\31\32\33"
				      "\34\35\36\37\177"));
			continue;
		}
		kept++;
		CU_ASSERT_TRUE_FATAL(cmd_reads(line, command));
		CU_ASSERT_EQUAL_FATAL(argv_of(command, words), 11);
		CU_ASSERT_STRING_EQUAL(words[0], "reg");
		CU_ASSERT_STRING_EQUAL(words[4], "AlternateURL");
		CU_ASSERT_STRING_EQUAL(words[8], text);
		CU_ASSERT_STRING_EQUAL(words[10], "/reg:64");
	}
	CU_ASSERT_TRUE(kept > 500);
}

/* What PowerShell makes of one expression of ours; false for another. */
static bool powershell_reads(const char *text, struct spp_buf *value)
{
	static const char head[] = "([Text.Encoding]::Unicode.GetString("
				   "[Convert]::FromBase64String('";
	struct base64_decode_ctx ctx;
	uint8_t raw[4096];
	size_t n = sizeof(raw);

	if (*text == '\'') {
		for (text++; *text; text++) {
			if ((unsigned char)*text >= 0x80)
				return false; /* could be another quote */
			if (*text == '\'' && *++text != '\'')
				return !*text;
			spp_buf_append(value, text, 1, NULL);
		}
		return false;
	}
	if (strncmp(text, head, strlen(head)) != 0)
		return false;
	text += strlen(head);
	base64_decode_init(&ctx);
	return base64_decode_update(&ctx, &n, raw, strcspn(text, "'"), text) &&
	       base64_decode_final(&ctx) &&
	       !strcmp(text + strcspn(text, "'"), "')))") &&
	       !spp_utf16_to(raw, n, value, NULL);
}

static void powershell_keeps_values_in_quotes(void)
{
	static const char *const more[] = {
		"\xe2\x80\x98", "\xe2\x80\x99", "\xe2\x80\x9a",
		"\xe2\x80\x9b", "\xe2\x80\x9c", "\xf0\x9f\x94\x91",
	};
	char text[250];
	size_t i;

	for (i = 0; i < 3000; i++) {
		struct spp_buf out = SPP_BUF_INIT, value = SPP_BUF_INIT;
		char CLEANUP(spp_free_string) *line = NULL;
		const char *data;

		random_text(text, i % 30 + 5, i % 5 == 0);
		if (i % 7 == 0)
			strcat(text, more[next(6)]);
		script_of_text("ps1", text, &out);
		line = line_with(&out, "AlternateURL");
		CU_ASSERT_PTR_NOT_NULL_FATAL(line);
		data = strstr(line, "'String' ");
		CU_ASSERT_PTR_NOT_NULL_FATAL(data);
		CU_ASSERT_TRUE(powershell_reads(data + 9, &value));
		CU_ASSERT_STRING_EQUAL(spp_buf_text(&value), text);
		spp_buf_release(&value);
		spp_buf_release(&out);
	}
}

#define SPP(inside) "{\"sppctl-policy\":1,\"scopes\":{\"spp\":{" inside "}}}"

/* A line that must be there, and words that must not. */
static const struct {
	const char *json, *format, *there, *not_there;
} plans[] = {
	{ SPP("\"kms-host\":\"a.example\",\"kms-port\":1689"), "cmd",
	  "cscript //nologo \"%slmgr%\" /skms a.example:1689 || set failed=1",
	  "reg add" },
	{ SPP("\"kms-host\":\"[::1]\",\"kms-port\":null"), "cmd",
	  "cscript //nologo \"%slmgr%\" /skms [::1] || set failed=1",
	  "reg delete" },
	{ SPP("\"kms-host\":null,\"kms-port\":null"), "cmd",
	  "cscript //nologo \"%slmgr%\" /ckms || set failed=1", "reg delete" },
	/* /skms would delete the port, of which nothing was said */
	{ SPP("\"kms-host\":\"a.example\""), "cmd",
	  "reg add \"HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\"
	  "SoftwareProtectionPlatform\" /v \"KeyManagementServiceName\" /t "
	  "REG_SZ /d \"a.example\" /f /reg:64 >nul || set failed=1",
	  "/skms" },
	{ SPP("\"kms-host\":null,\"kms-port\":1688"), "cmd", "net stop sppsvc",
	  "skms" },
	{ SPP("\"kms-host\":{\"default\":\"a\"},\"kms-port\":null"), "cmd",
	  "|| (reg add", "skms" },
	{ SPP("\"lookup-domain\":\"corp.example\""), "ps1",
	  "Invoke-Slmgr @('/skms-domain', 'corp.example')", "Stop-Service" },
	{ SPP("\"lookup-domain\":null"), "ps1",
	  "Invoke-Slmgr @('/ckms-domain')", "Remove-SppValue 'R" },
	{ SPP("\"dns-publishing\":\"off\""), "ps1",
	  "SoftwareProtectionPlatform' 'DisableDnsPublishing' 'DWord' (1)",
	  "/cdns" },
	{ SPP("\"publish-list\":[\"a.example,1,2\",\"b.example\"]"), "ps1",
	  "([string[]]@('a.example, 1, 2', 'b.example, 0, 0'))", "Slmgr @" },
	{ SPP("\"publish-list\":[]"), "ps1", "([string[]]@())", "Slmgr @" },
	{ SPP("\"publish-list\":[\"a.example,1,2\",\"b.example\"]"), "cmd",
	  "/t REG_MULTI_SZ /d \"a.example, 1, 2\\0b.example, 0, 0\" /f",
	  "/skms" },
};

static void slmgr_does_what_it_does_exactly(void)
{
	size_t i;

	for (i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
		struct spp_buf out = SPP_BUF_INIT;

		script_of(plans[i].format, plans[i].json, NULL, &out);
		CU_ASSERT_PTR_NOT_NULL(
			strstr(spp_buf_text(&out), plans[i].there));
		CU_ASSERT_PTR_NULL(
			strstr(spp_buf_text(&out), plans[i].not_there));
		if (!strstr(spp_buf_text(&out), plans[i].there))
			printf("%s\n", spp_buf_text(&out));
		spp_buf_release(&out);
	}
}

static void product_keys_are_checked_and_kept_quiet(void)
{
	static const char *const wrong[] = {
		"",
		"BCDFG-HJKMP-QRTVW-XY234-6789",
		"BCDFG-HJKMP-QRTVW-XY234-6789NN",
		"BCDFG-HJKMP-QRTVW-XY234-6789A",
		"BCDFG HJKMP-QRTVW-XY234-6789N",
		"BCDFG-HJKMP-QRTVW-XY234-678'N",
		"BCDFG-HJKMP-QRTVW-XY234-678&N",
	};
	static const char *const formats[] = { "cmd", "ps1" };
	size_t i, j;

	for (j = 0; j < 2; j++) {
		struct spp_buf out = SPP_BUF_INIT;

		script_of(formats[j], SPP(""), KEY, &out);
		CU_ASSERT_PTR_NOT_NULL(strstr(spp_buf_text(&out), KEY));
		CU_ASSERT_PTR_NOT_NULL(strstr(spp_buf_text(&out), "/ipk"));
		CU_ASSERT_PTR_NOT_NULL(strstr(spp_buf_text(&out), "/ato"));
		for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
			spp_buf_release(&out);
			script_of(formats[j], SPP(""), wrong[i], &out);
			CU_ASSERT_STRING_EQUAL(
				spp_buf_text(&out),
				"!usage the product key does not have the form "
				"XXXXX-XXXXX-XXXXX-XXXXX-XXXXX");
		}
		spp_buf_release(&out);
	}
}

static const struct unit_test tests[] = {
	{ "cmd keeps values in quotes", cmd_keeps_values_in_quotes },
	{ "PowerShell keeps values in quotes",
	  powershell_keeps_values_in_quotes },
	{ "slmgr.vbs does what it does exactly",
	  slmgr_does_what_it_does_exactly },
	{ "product keys are checked and kept quiet",
	  product_keys_are_checked_and_kept_quiet },
	{ NULL, NULL },
};

const struct unit_suite unit_live = { "live", tests };
