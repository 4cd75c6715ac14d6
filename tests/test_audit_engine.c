/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the engine does with the rules: order, silence, limits, secrets. */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hive/base/utf16.h"
#include "policy/text/printable.h"
#include "tests/audit_help.h"
#include "tests/unit.h"

#define KEY "BCDFG-HJKMP-QRTVW-XY234-67899"
#define SKU "spp/windows/73111121-5638-40f6-bc11-f1d7b0d64300"
#define STATE(scopes, hooks)                                              \
	"{\"sppctl-policy\":1,\"scopes\":{" scopes "},\"image\":{\"build" \
	"\":\"20348\",\"hooks\":[" hooks "]}}"
#define SPP(members) STATE("\"spp\":{" members "}", "")
#define HOOK                                                  \
	"{\"program\":\"sppsvc.exe\",\"value\":\"Debugger\"," \
	"\"data\":\"x\"}"
#define LONGEST                          \
	"\"activation-interval\":43200," \
	"\"renewal-interval\":43200"

static void sound_table(void)
{
	size_t i, k;

	for (i = 0; i < SPP_RULE_COUNT; i++) {
		const struct spp_rule *r = spp_rules[i];

		CU_ASSERT_TRUE(strlen(r->id) == 3 && *r->id == 'R');
		CU_ASSERT_TRUE(!i || strcmp(spp_rules[i - 1]->id, r->id) < 0);
		CU_ASSERT_PTR_EQUAL(spp_rule_find(r->name), r);
		CU_ASSERT_EQUAL(strspn(r->name, "abcdefghijklmnopqrstuvwxyz-"),
				strlen(r->name));
		CU_ASSERT_TRUE(*r->summary && !isupper(*r->summary));
		CU_ASSERT_NOT_EQUAL(r->summary[strlen(r->summary) - 1], '.');
		CU_ASSERT_EQUAL(r->rationale[strlen(r->rationale) - 1], '.');
		CU_ASSERT_TRUE(*r->source != '\0');
		CU_ASSERT_TRUE(r->remedy || r->advice);
		CU_ASSERT_TRUE(!r->remedy || !strncmp(r->remedy, "sppctl ", 7));
		CU_ASSERT_TRUE(r->check != NULL);
		CU_ASSERT_TRUE(
			(r->needs & (SPP_NEED_SOFTWARE | SPP_NEED_CACHE)) != 0);
		CU_ASSERT_EQUAL(r->needs & r->wants, 0);
		for (k = 0; k < i; k++)
			CU_ASSERT_STRING_NOT_EQUAL(spp_rules[k]->name, r->name);
	}
	CU_ASSERT_PTR_NULL(spp_rule_find("R99"));
	CU_ASSERT_PTR_EQUAL(spp_rule_find("r01"), spp_rules[SPP_R01]);
}

/* Every rule gets its turn: what it waits for never waits for it. */
static void ordered_table(void)
{
	uint64_t done = 0, before = 1, all = SPP_RULE_BIT(SPP_RULE_COUNT) - 1;
	size_t i;

	while (done != before) {
		before = done;
		for (i = 0; i < SPP_RULE_COUNT; i++)
			if (!((spp_rules[i]->silenced_by |
			       spp_rules[i]->worse_with) &
			      ~done))
				done |= SPP_RULE_BIT(i);
	}
	CU_ASSERT_EQUAL(done, all);
}

struct audited {
	struct spp_document document;
	struct spp_audit audit;
};

static void release(struct audited *a)
{
	spp_audit_release(&a->audit);
	spp_document_release(&a->document);
}

static void run(struct audited *a, const char *json, const char *site_text,
		const struct spp_audit_options *options)
{
	struct spp_site CLEANUP(spp_site_release) site = SPP_SITE_INIT;
	struct spp_audit_options none = { .ignore = 0 };
	struct spp_error err = SPP_ERROR_INIT;

	if (json && !help_read(json, &a->document))
		return;
	if (!help_site(site_text, &site))
		return;
	spp_audit_add(&a->audit, "it's here", &a->document,
		      1u << SPP_ROLE_SOFTWARE, &err);
	spp_audit_run(&a->audit, &site, options ? options : &none, &err);
	CU_ASSERT_STRING_EQUAL(err.text, "");
}

/* "R04 critical, R12 info": what was found, in order. */
static void sum_up(const struct spp_audit *audit, struct spp_buf *out)
{
	size_t i;

	for (i = 0; i < audit->findings; i++)
		spp_buf_printf(out, NULL, "%s%s %s", i ? ", " : "",
			       audit->finding[i].rule->id,
			       spp_grade_word(audit->finding[i].grade));
}

static const struct {
	const char *json, *site, *found;
} rows[] = {
	/* Rules that make others worse. */
	{ STATE("\"spp\":{\"kms-host\":\"10.0.0.10\"}", HOOK), NULL,
	  "R03 critical, R04 critical" },
	{ SPP("\"kms-host\":\"kms.03k.org\"," LONGEST), NULL,
	  "R01 critical, R26 medium" },
	{ STATE("\"spp\":{\"kms-host\":\"[::1]\"},"
		"\"policies\":{\"no-genuine-ticket\":\"on\"}",
		""),
	  NULL, "R02 high, R29 medium" },
	/* What a policy would set where there is nothing. */
	{ SPP("\"kms-host\":{\"default\":\"kms.03k.org\"}"), NULL,
	  "R01 critical" },
	/* Rules that silence others. */
	{ STATE("\"" SKU "\":{\"kms-host\":\"kms.lotro.cc\"}", ""), NULL,
	  "R01 critical" },
	{ SPP("\"activation-interval\":{\"type\":\"REG_SZ\",\"hex\":"
	      "\"350000000000\"}"),
	  NULL, "R15 medium" },
	{ SPP("\"publish-list\":{\"type\":\"REG_SZ\",\"hex\":\"2c000000\"},"
	      "\"host-version\":\"10\""),
	  NULL, "R15 medium" },
	{ SPP("\"host-version\":\"10\",\"dns-publishing\":\"off\","
	      "\"publish-list\":[\"a.example\"]"),
	  NULL, "R16 medium" },
	/* Grades that depend on more than the value. */
	{ SPP("\"activation-interval\":20000"), NULL, "R25 low" },
	{ SPP("\"host-version\":\"10\",\"dns-publishing\":\"off\","
	      "\"listening-port\":1689"),
	  NULL, "R14 low, R17 low" },
	{ SPP("\"kms-host\":\"kms.elsewhere.test\""), NULL, "R05 info" },
	{ SPP("\"kms-host\":\"8.8.4.4\""), NULL, "R05 medium" },
	{ SPP("\"kms-host\":\"kms.core.windows.net\""), NULL, "R06 info" },
	/* Domains, hosts and bad names of a site file. */
	{ SPP("\"kms-host\":\"172.16.0.2\""),
	  "{\"sppctl-site\":1,\"kms-hosts\":[\"172.16.0.2\"]}", "" },
	{ SPP("\"kms-host\":\"kms.digiboy.ir\""),
	  "{\"sppctl-site\":1,\"kms-hosts\":[\"kms.digiboy.ir\"]}", "" },
	{ SPP("\"kms-host\":\"10.1.2.3\""),
	  "{\"sppctl-site\":1,\"kms-hosts\":[\"10.1.2.4\"]}", "R05 medium" },
	{ SPP("\"kms-host\":\"kms7.corp.example\""),
	  "{\"sppctl-site\":1,\"domains\":[\"corp.example\"],"
	  "\"known-bad\":[\"kms*.corp.example\"]}",
	  "R01 critical" },
	{ SPP("\"kms-host\":\"k.zpale.com\""),
	  "{\"sppctl-site\":1,\"known-good\":[\"zpale.com\"]}", "" },
	/* Clouds: one address of two, two that share a name. */
	{ SPP("\"kms-host\":\"169.254.169.250\""),
	  "{\"sppctl-site\":1,\"platform\":\"jd\"}", "" },
	{ SPP("\"kms-host\":\"169.254.169.250\""),
	  "{\"sppctl-site\":1,\"platform\":\"aws\"}", "" },
	{ SPP("\"kms-host\":\"169.254.169.250\""),
	  "{\"sppctl-site\":1,\"platform\":\"oracle\"}", "R06 low" },
	{ SPP("\"kms-host\":\"kms.core.chinacloudapi.cn\""),
	  "{\"sppctl-site\":1,\"platform\":\"azure\"}", "R06 low" },
	{ SPP("\"kms-host\":\"kms.tencentyun.com\""),
	  "{\"sppctl-site\":1,\"platform\":\"tencent\"}", "" },
	{ SPP("\"skip-rearm\":\"on\",\"kms-host\":\"kms.corp.example\""),
	  "{\"sppctl-site\":1,\"domains\":[\"corp.example\"],"
	  "\"targets\":[{\"match\":\"it*\",\"role\":\"image\"}]}",
	  "R11 medium, R12 medium" },
	/* Names that were pasted with more than belongs there. */
	{ SPP("\"kms-host\":{\"type\":\"REG_SZ\",\"hex\":"
	      "\"61002e0062003a0035000000\"}"),
	  NULL, "R40 medium, R05 info" }, /* a.b:5 */
	{ SPP("\"lookup-domain\":{\"type\":\"REG_SZ\",\"hex\":"
	      "\"5f0076006c006d00630073002e005f007400630070002e0061002e006200"
	      "0000\"}"),
	  NULL, "R40 medium, R05 info" }, /* _vlmcs._tcp.a.b */
	/* Zeros in front are odd, not wrong. */
	{ SPP("\"host-version\":\"10\",\"publish-list\":{\"type\":"
	      "\"REG_MULTI_SZ\",\"hex\":"
	      "\"61002e0062002c00300031000000"
	      "0000\"}"),
	  NULL, "R20 low" }, /* a.b,01 */
	/* A name whose spelling hides what it is. */
	{ SPP("\"kms-host\":\"KMS8.MSGuides.com\""), NULL, "R01 critical" },
	{ SPP("\"kms-host\":{\"type\":\"REG_SZ\",\"hex\":"
	      "\"3000780037006600300030003000300030003100"
	      "0000\"}"),
	  NULL, "R02 high" }, /* 0x7f000001 */
};

static void findings(void)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct audited CLEANUP(release) a = { .audit.finding = NULL };
		struct spp_buf CLEANUP(spp_buf_release) found = SPP_BUF_INIT;

		run(&a, rows[i].json, rows[i].site, NULL);
		sum_up(&a.audit, &found);
		if (strcmp(spp_buf_text(&found), rows[i].found))
			printf("\n%s\n%s\n", rows[i].json,
			       spp_buf_text(&found));
		CU_ASSERT_STRING_EQUAL(spp_buf_text(&found), rows[i].found);
	}
}

static void ignores(void)
{
	struct spp_audit_options options = { .ignore = SPP_RULE_BIT(SPP_R16) |
						       SPP_RULE_BIT(SPP_R31) };
	struct audited CLEANUP(release) a = { .audit.finding = NULL };

	run(&a,
	    SPP("\"host-version\":\"10\",\"dns-publishing\":\"off\","
		"\"publish-list\":[\"a.example\"],\"user-operations\":\"on\""),
	    NULL, &options);
	/* R16 still silences R17. */
	CU_ASSERT_EQUAL(a.audit.findings, 0);
	CU_ASSERT_EQUAL(a.audit.ignored, 2);
	CU_ASSERT_EQUAL(a.audit.grade[SPP_GRADE_MEDIUM], 0);
}

static void hides_keys(void)
{
	static const char json[] =
		"{\"sppctl-policy\":1,\"scopes\":{\"spp\":{\"kms-host\":"
		"{\"type\":\"REG_DWORD\",\"hex\":\"%s\"}}},\"observed\":"
		"{\"spp\":{\"backup-product-key\":{\"type\":\"REG_SZ\","
		"\"hex\":\"%s\"}}},\"image\":{\"build\":\"19045\",\"hooks\":"
		"[{\"program\":\"sppsvc.exe\",\"value\":\"Debugger\","
		"\"data\":\"x" KEY "\"}]}}";
	struct spp_audit_options options = { .show_keys = false };
	char hex[4 * sizeof(KEY) + 1] = "", text[1024];
	size_t i, shown;
	int round;

	for (i = 0; i < sizeof(KEY); i++)
		sprintf(hex + 4 * i, "%02x00", (unsigned int)KEY[i]);
	snprintf(text, sizeof(text), json, hex, hex);
	for (round = 0; round < 2; round++) {
		struct audited CLEANUP(release) a = { .audit.finding = NULL };

		options.show_keys = round;
		run(&a, text, NULL, &options);
		CU_ASSERT_EQUAL(a.audit.findings, 3); /* R03, R15, R30 */
		for (i = shown = 0; i < a.audit.findings; i++) {
			const struct spp_audit_finding *f = &a.audit.finding[i];

			shown += strcasestr(f->text, KEY) != NULL;
			shown += f->remedy && strcasestr(f->remedy, KEY);
		}
		CU_ASSERT_EQUAL(shown > 0, round);
	}
}

static void redacts(void)
{
	static const char *const texts[][2] = {
		{ KEY, "XXXXX-XXXXX-XXXXX-XXXXX-67899" },
		{ "a" KEY "b", "aXXXXX-XXXXX-XXXXX-XXXXX-67899b" },
		{ "BCDFG-HJKMP-QRTVW-XY234", "BCDFG-HJKMP-QRTVW-XY234" },
		{ KEY " " KEY, "XXXXX-XXXXX-XXXXX-XXXXX-67899 "
			       "XXXXX-XXXXX-XXXXX-XXXXX-67899" },
		{ "", "" },
	};
	char text[100];
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		snprintf(text, sizeof(text), "%s", texts[i][0]);
		spp_printable_redact(text);
		CU_ASSERT_STRING_EQUAL(text, texts[i][1]);
	}
}

static void makes_plain(void)
{
	static const char *const texts[][2] = {
		{ "", "" },
		{ "a\033[31mb\n", "a\\u{1B}[31mb\\u{A}" },
		{ "\302\233x", "\\u{9B}x" },
		{ "m\303\274nchen", "m\303\274nchen" },
	};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char *plain = spp_printable(texts[i][0]);

		CU_ASSERT_STRING_EQUAL(plain, texts[i][1]);
		free(plain);
	}
}

/* Remedies are lines for a shell, whatever a hive says. */
static void quotes(void)
{
	struct audited CLEANUP(release) a = { .audit.finding = NULL };

	run(&a,
	    STATE("\"spp\":{\"host-version\":\"10\",\"publish-list\":{\"type\":"
		  "\"REG_MULTI_SZ\",\"hex\":\"24002800780027002900"
		  "00000000\"}}",
		  ""),
	    NULL, NULL);
	CU_ASSERT_EQUAL_FATAL(a.audit.findings, 1);
	CU_ASSERT_STRING_EQUAL(a.audit.finding[0].remedy,
			       "sppctl publish 'it'\\''s here' --remove "
			       "'$(x'\\'')'");
}

/* What is kept of two entries for one domain is the first. */
static void keeps_the_first(void)
{
	static const struct {
		const char *first, *second, *remedy;
	} lists[] = {
		{ "a.example.,1,2", "a.example,3,4",
		  "sppctl publish 'it'\\''s here' --remove a.example. --add "
		  "a.example.,1,2" },
		{ "m\u00fcnchen.example,1,2", "xn--mnchen-3ya.example,3,4",
		  "sppctl publish 'it'\\''s here' --remove "
		  "'m\u00fcnchen.example' --add 'm\u00fcnchen.example,1,2'" },
	};
	size_t i, k;

	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct audited CLEANUP(release) a = { .audit.finding = NULL };
		struct spp_buf CLEANUP(spp_buf_release) data = SPP_BUF_INIT;
		struct spp_buf CLEANUP(spp_buf_release) json = SPP_BUF_INIT;
		bool found = false;

		spp_utf16_from(lists[i].first, strlen(lists[i].first), &data,
			       NULL);
		spp_buf_u16(&data, 0, NULL);
		spp_utf16_from(lists[i].second, strlen(lists[i].second), &data,
			       NULL);
		spp_buf_u16(&data, 0, NULL);
		spp_buf_u16(&data, 0, NULL);
		spp_buf_puts(&json,
			     "{\"sppctl-policy\":1,\"scopes\":{\"spp\":{"
			     "\"host-version\":\"10\",\"publish-list\":{"
			     "\"type\":\"REG_MULTI_SZ\",\"hex\":\"",
			     NULL);
		for (k = 0; k < data.size; k++)
			spp_buf_printf(&json, NULL, "%02x", data.data[k]);
		spp_buf_puts(&json, "\"}}}}", NULL);
		run(&a, spp_buf_text(&json), NULL, NULL);
		for (k = 0; k < a.audit.findings; k++) {
			const struct spp_audit_finding *f = &a.audit.finding[k];

			if (f->rule != spp_rules[SPP_R21])
				continue;
			found = true;
			CU_ASSERT_STRING_EQUAL(f->remedy, lists[i].remedy);
		}
		CU_ASSERT_TRUE(found);
	}
}

/* Many findings of one rule are counted; all are silenced that should be. */
static void counts(void)
{
	struct audited CLEANUP(release) a = { .audit.finding = NULL };
	struct spp_buf CLEANUP(spp_buf_release) json = SPP_BUF_INIT;
	unsigned int i;

	spp_buf_puts(&json, "{\"sppctl-policy\":1,\"scopes\":{", NULL);
	for (i = 0; i < 250; i++)
		spp_buf_printf(&json, NULL,
			       "%s\"spp/windows/00000000-0000-0000-0000-"
			       "%012x\":{\"kms-host\":\"kms.loli.best\"}",
			       i ? "," : "", i);
	spp_buf_puts(&json, "}}", NULL);
	run(&a, spp_buf_text(&json), NULL, NULL);
	CU_ASSERT_EQUAL(a.audit.findings, SPP_AUDIT_KEPT);
	CU_ASSERT_EQUAL(a.audit.grade[SPP_GRADE_CRITICAL], 250);
	CU_ASSERT_EQUAL(a.audit.grade[SPP_GRADE_LOW], 0);
	CU_ASSERT_EQUAL(a.audit.subject[0].left_out[SPP_R01],
			250 - SPP_AUDIT_KEPT);
}

static void knows_limits(void)
{
	struct spp_site CLEANUP(spp_site_release) site = SPP_SITE_INIT;
	struct audited CLEANUP(release) wish = { .audit.finding = NULL };
	struct audited CLEANUP(release) full = { .audit.finding = NULL };
	struct help_hives hives = { "kms-primary", "system-firewall",
				    "netsvc" };
	unsigned int every = (1u << SPP_NEED_COUNT) - 1, bit;

	run(&wish, "{\"sppctl-policy\":1,\"scopes\":{}}", NULL, NULL);
	CU_ASSERT_EQUAL(
		spp_audit_unknown(&wish.audit, 0, &site),
		every & ~(unsigned int)(SPP_NEED_SOFTWARE | SPP_NEED_FIREWALL));
	help_dump(&hives, &full.document, NULL);
	help_site("{\"sppctl-site\":1,\"domains\":[\"a.example\"],"
		  "\"role\":\"host\",\"platform\":\"aws\"}",
		  &site);
	run(&full, NULL,
	    "{\"sppctl-site\":1,\"role\":\"host\",\"platform\":\"aws\"}", NULL);
	CU_ASSERT_EQUAL(spp_audit_unknown(&full.audit, 0, &site),
			SPP_NEED_FLEET);
	for (bit = 0; bit < SPP_NEED_COUNT; bit++)
		CU_ASSERT_TRUE(*spp_need_text(bit) != '\0');
}

/* Whatever a fixture holds, the audit and the records survive it. */
static void survives_fixtures(void)
{
	DIR *dir = opendir(unit_fixture(""));
	struct dirent *entry;
	unsigned int audited = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(dir);
	while ((entry = readdir(dir))) {
		struct spp_hives_options options = {
			.session = { .discard_logs = true }
		};
		struct audited CLEANUP(release) a = { .audit.finding = NULL };
		struct spp_hives *windows = NULL;
		struct spp_records CLEANUP(spp_records_release) dns =
			SPP_RECORDS_INIT;

		if (!strstr(entry->d_name, ".hive"))
			continue;
		if (!spp_hives_open(unit_fixture(entry->d_name), &options,
				    &windows, NULL) &&
		    !spp_document_dump(windows, &a.document, NULL)) {
			run(&a, NULL, NULL, NULL);
			spp_records_add(&dns, entry->d_name, &a.document.policy,
					&a.document.identity, NULL);
			spp_records_finish(&dns);
			audited++;
		}
		spp_hives_close(windows);
	}
	closedir(dir);
	CU_ASSERT_TRUE(audited > 50);
}

/* What one remedy removes, no other sets again. */
static void agrees(void)
{
	struct audited CLEANUP(release) a = { .audit.finding = NULL };
	size_t i, unsets = 0;

	run(&a,
	    SPP("\"kms-host\":{\"type\":\"REG_SZ\",\"hex\":"
		"\"3100370032002e00310036002e0030002e003200\"},"
		"\"kms-port\":{\"type\":\"REG_DWORD\",\"hex\":"
		"\"98060000\"},\"activation-interval\":{\"type\":"
		"\"REG_SZ\",\"hex\":\"3100320030000000\"}"),
	    NULL, NULL);
	for (i = 0; i < a.audit.findings; i++) {
		const char *fix = a.audit.finding[i].remedy;

		unsets += fix && strstr(fix, "sppctl unset") &&
			  strstr(fix, " kms-host kms-port");
		CU_ASSERT_TRUE(!fix || !strstr(fix, "kms-host="));
		CU_ASSERT_TRUE(!fix || !strstr(fix, "kms-port="));
	}
	CU_ASSERT_EQUAL(unsets, 3); /* R04, R15 twice */
	CU_ASSERT_EQUAL(i, 4);
}

static const struct unit_test tests[] = {
	{ "remedies agree", agrees },
	{ "the table is sound", sound_table },
	{ "no two rules wait for each other", ordered_table },
	{ "findings and their grades", findings },
	{ "ignored rules are counted and still silence", ignores },
	{ "keys are hidden unless asked for", hides_keys },
	{ "what looks like a key is redacted", redacts },
	{ "control characters are spelled out", makes_plain },
	{ "remedies are quoted for a shell", quotes },
	{ "the first of two entries is kept", keeps_the_first },
	{ "many findings are counted, not kept", counts },
	{ "what is not known is told", knows_limits },
	{ "every fixture is survived", survives_fixtures },
	{ NULL, NULL },
};

const struct unit_suite unit_audit_engine = { "audit_engine", tests };
