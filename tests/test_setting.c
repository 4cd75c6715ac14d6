/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/model/setting.h"
#include "policy/text/printable.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tests/bed.h"
#include "tests/unit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define WINDOWS	 "55c92734-d682-4d71-983e-d6ec3f16059f"
#define SKU	 "73111121-5638-40f6-bc11-f1d7b0d64300"

static const struct spp_setting *find(const char *name, enum spp_terms *raw)
{
	const struct spp_setting *s = spp_setting_find(name, raw);

	CU_ASSERT_PTR_NOT_NULL_FATAL(s);
	return s;
}

static void rows_are_sane(void)
{
	static const enum spp_type types[SPP_KIND_COUNT] = {
		[SPP_KIND_SWITCH] = SPP_REG_DWORD,
		[SPP_KIND_NUMBER] = SPP_REG_DWORD,
		[SPP_KIND_CHOICE] = SPP_REG_DWORD,
		[SPP_KIND_PORT] = SPP_REG_SZ,
		[SPP_KIND_HOST] = SPP_REG_SZ,
		[SPP_KIND_DOMAIN] = SPP_REG_SZ,
		[SPP_KIND_TEXT] = SPP_REG_SZ,
		[SPP_KIND_PATH] = SPP_REG_EXPAND_SZ,
		[SPP_KIND_PUBLISH] = SPP_REG_MULTI_SZ,
		[SPP_KIND_OPAQUE] = SPP_REG_DWORD,
	};
	size_t i, k;

	CU_ASSERT_TRUE(SPP_SETTING_COUNT >= 30);
	for (i = 0; i < SPP_SETTING_COUNT; i++) {
		const struct spp_setting *s = &spp_settings[i];
		enum spp_terms raw;

		CU_ASSERT_PTR_NOT_NULL_FATAL(s->name);
		UNIT_ROW(s->value && s->source && s->summary, s->name);
		UNIT_ROW(!strpbrk(s->name, " _/=ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
			 s->name);
		UNIT_ROW(s->kind == SPP_KIND_OPAQUE ||
				 s->type == types[s->kind],
			 s->name);
		UNIT_ROW(s->audience && s->audience < 8, s->name);
		UNIT_ROW(s->places >> s->home & 1, s->name);
		UNIT_ROW(s->places < 1u << SPP_PLACE_COUNT, s->name);
		UNIT_ROW(s->min <= s->max, s->name);
		UNIT_ROW((s->kind == SPP_KIND_NUMBER ||
			  s->kind == SPP_KIND_PORT) == (s->min > 0),
			 s->name);
		UNIT_ROW(!(s->flags & SPP_NEGATED) ||
				 s->kind == SPP_KIND_SWITCH,
			 s->name);
		UNIT_ROW(strlen(s->summary) <= 90, s->summary);
		UNIT_ROW(spp_setting_index(s) == i, s->name);
		UNIT_ROW(spp_setting_find(s->name, &raw) == s &&
				 raw == SPP_TERMS_OWN,
			 s->name);
		UNIT_ROW(spp_setting_find(s->value, &raw) == s &&
				 raw == SPP_TERMS_REGISTRY,
			 s->value);
		UNIT_ROW(spp_setting_of_value(s->value) == s, s->value);
		if (s->old) {
			UNIT_ROW(s->kind == SPP_KIND_SWITCH, s->name);
			UNIT_ROW(spp_setting_find(s->old, &raw) == s &&
					 raw == SPP_TERMS_OLD,
				 s->old);
		}
		for (k = 0; k < i; k++)
			UNIT_ROW(strcasecmp(s->name, spp_settings[k].name) &&
					 strcasecmp(s->value,
						    spp_settings[k].value) &&
					 strcasecmp(s->name,
						    spp_settings[k].value),
				 s->name);
	}
}

/* A documented default in digits or a word of the setting is a value of it. */
static void fallbacks_parse(void)
{
	size_t i, done = 0;

	for (i = 0; i < SPP_SETTING_COUNT; i++) {
		const struct spp_setting *s = &spp_settings[i];
		struct spp_value CLEANUP(spp_value_release) v = SPP_VALUE_INIT;

		if (!s->fallback.is_number)
			continue; /* told in a sentence */
		UNIT_ROW(!spp_setting_parse(s, s->fallback.text, SPP_TERMS_OWN,
					    &v, NULL, NULL),
			 s->name);
		UNIT_ROW(spp_setting_holds(s, &v) == s->fallback.number,
			 s->name);
		UNIT_ROW(spp_setting_holds(s, NULL) == s->fallback.number,
			 s->name);
		UNIT_ROW(!spp_setting_examine(s, &v), s->name);
		done++;
	}
	CU_ASSERT_TRUE(done >= 14);
}

static void names_are_found_in_any_case(void)
{
	enum spp_terms raw;

	CU_ASSERT_STRING_EQUAL(find("DNS-Publishing", &raw)->name,
			       "dns-publishing");
	CU_ASSERT_EQUAL(raw, SPP_TERMS_OWN);
	CU_ASSERT_STRING_EQUAL(find("disablednspublishing", &raw)->name,
			       "dns-publishing");
	CU_ASSERT_EQUAL(raw, SPP_TERMS_REGISTRY);
	CU_ASSERT_PTR_NULL(spp_setting_find("EnableDnsPublishing", &raw));
	CU_ASSERT_PTR_NULL(spp_setting_find("", &raw));
	CU_ASSERT_PTR_NULL(spp_setting_of_value("dns-publishing"));
}

/* Text to value to text; the bytes in hex. */
static void values_go_both_ways(void)
{
	static const struct {
		const char *name, *text;
		uint32_t type;
		const char *hex, *shown; /* shown NULL: as text */
	} rows[] = {
		{ "dns-publishing", "on", 4, "00000000", NULL },
		{ "dns-publishing", "off", 4, "01000000", NULL },
		{ "dns-publishing", "Enabled", 4, "00000000", "on" },
		{ "DisableDnsPublishing", "1", 4, "01000000", NULL },
		{ "DisableDnsPublishing", "0x0", 4, "00000000", "0" },
		{ "low-priority", "yes", 4, "01000000", "on" },
		{ "low-priority", "0", 4, "00000000", "off" },
		{ "rearm", "off", 4, "01000000", NULL },
		{ "skip-rearm", "on", 4, "01000000", NULL },
		{ "no-genuine-ticket", "off", 4, "00000000", NULL },
		{ "Notifications-Disabled", "yes", 4, "01000000", "on" },
		{ "activation-interval", "15", 4, "0f000000", NULL },
		{ "activation-interval", "43200", 4, "c0a80000", NULL },
		{ "VLActivationInterval", "0xF", 4, "0f000000", "15" },
		{ "activation-type", "kms", 4, "02000000", NULL },
		{ "activation-type", "ALL", 4, "00000000", "all" },
		{ "activation-type", "3", 4, "03000000", "token" },
		{ "VLActivationType", "ad", 4, "01000000", "1" },
		{ "kms-port", "1688", 1,
		  "310036003800380000"
		  "00",
		  NULL },
		{ "kms-port", "0x10", 1, "310036000000", "16" },
		{ "kms-port", "065", 1, "360035000000", "65" },
		{ "kms-host", "k1.example", 1,
		  "6b0031002e006500780061006d0070006c0065000000", NULL },
		{ "kms-host", "[::1]", 1, "5b003a003a0031005d000000", NULL },
		{ "kms-host", "k1.", 1, "6b0031000000", "k1" },
		{ "lookup-domain", "\u00e4.de", 1,
		  "78006e002d002d003400630061002e00640065000000",
		  "xn--4ca.de" },
		{ "alternate-url", "http://x/?a;b", 1,
		  "68007400740070003a002f002f0078002f003f0061003b0062000000",
		  NULL },
		{ "alternate-url", "", 1, "0000", NULL },
		{ "host-version", "\u00e4 z", 1, "e40020007a000000", NULL },
		{ "publish-list", "a.b", 7,
		  "61002e0062002c00200030002c0020003000000000"
		  "00",
		  "a.b, 0, 0" },
		{ "publish-list", "a.b,1;c.d,2,3", 7,
		  "61002e0062002c00200031002c00200030000000"
		  "63002e0064002c00200032002c00200033000000"
		  "0000",
		  "a.b, 1, 0; c.d, 2, 3" },
		{ "publish-list", "", 7, "0000", NULL },
	};
	const struct spp_setting *s;
	enum spp_terms raw;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_value CLEANUP(spp_value_release) v = SPP_VALUE_INIT;
		struct spp_value CLEANUP(spp_value_release) again =
			SPP_VALUE_INIT;
		struct spp_buf CLEANUP(spp_buf_release) hex = SPP_BUF_INIT;
		struct spp_buf CLEANUP(spp_buf_release) shown = SPP_BUF_INIT;
		struct spp_error err = SPP_ERROR_INIT;

		s = find(rows[i].name, &raw);
		UNIT_ROW(!spp_setting_parse(s, rows[i].text, raw, &v, NULL,
					    &err),
			 err.text);
		UNIT_ROW(v.type == rows[i].type, rows[i].text);
		spp_hex_show(v.data, v.size, &hex, NULL);
		UNIT_ROW(!strcmp(spp_buf_text(&hex), rows[i].hex),
			 spp_buf_text(&hex));
		UNIT_ROW(!spp_setting_show(s, &v, raw, &shown, NULL),
			 rows[i].text);
		UNIT_ROW(!strcmp(spp_buf_text(&shown),
				 rows[i].shown ? rows[i].shown : rows[i].text),
			 spp_buf_text(&shown));
		UNIT_ROW(!spp_setting_examine(s, &v), rows[i].text);
		/* And once more from what was shown. */
		UNIT_ROW(!spp_setting_parse(s, spp_buf_text(&shown), raw,
					    &again, NULL, NULL),
			 rows[i].text);
		UNIT_ROW(spp_value_equal(&v, &again), rows[i].text);
	}
}

static void refusals(void)
{
	static char longest[1026];
	static const struct {
		const char *name, *text, *why;
	} rows[] = {
		{ "dns-publishing", "maybe",
		  "invalid value 'maybe' for dns-publishing; allowed: on|off" },
		{ "dns-publishing", "", NULL },
		{ "DisableDnsPublishing", "2",
		  "invalid value '2' for DisableDnsPublishing; allowed: 0 or "
		  "1" },
		{ "DisableDnsPublishing", "on",
		  "invalid value 'on' for DisableDnsPublishing; allowed: 0 or "
		  "1" },
		{ "activation-interval", "14",
		  "invalid value '14' for activation-interval; allowed: "
		  "15..43200 minutes, also such as 2h or 7d" },
		{ "VLRenewalInterval", "43201",
		  "invalid value '43201' for VLRenewalInterval; allowed: "
		  "15..43200" },
		{ "VLRenewalInterval", "7d", NULL },
		{ "renewal-interval", "5w", NULL },
		{ "renewal-interval", "d", NULL },
		{ "renewal-interval", "7dd", NULL },
		{ "kms-port", "2h", NULL },
		{ "activation-interval", "120 ", NULL },
		{ "activation-interval", " 120", NULL },
		{ "activation-interval", "+120", NULL },
		{ "activation-interval", "-120", NULL },
		{ "activation-interval", "1e3", NULL },
		{ "activation-interval", "0x", NULL },
		{ "activation-interval", "4294967416", NULL },
		{ "activation-interval", "18446744073709551736", NULL },
		{ "activation-interval", "99999999999999999999999", NULL },
		{ "kms-port", "0",
		  "invalid value '0' for kms-port; allowed: 1..65535" },
		{ "kms-port", "65536", NULL },
		{ "kms-port", "http", NULL },
		{ "activation-type", "mak",
		  "invalid value 'mak' for activation-type; allowed: "
		  "all|ad|kms|token" },
		{ "VLActivationType", "4",
		  "invalid value '4' for VLActivationType; allowed: 0..3" },
		{ "kms-host", "", "kms-host cannot be empty" },
		{ "kms-host", "a:1688",
		  "'a:1688' has a port, which is a setting of its own: "
		  "kms-host=a kms-port=1688" },
		{ "lookup-domain", "a b",
		  "domain 'a b' has the character ' '; allowed are letters, "
		  "digits and hyphens" },
		{ "publish-list", "a.b;A.B.",
		  "the domain of 'A.B.' is listed twice" },
		{ "publish-list", "a.b;;c.d", "a domain name is empty" },
		{ "publish-list", "a.b,1,2,3", NULL },
		{ "alternate-url", "a\\u{200B}",
		  "alternate-url has characters that do not show, or "
		  "\"\\u{\", by which those are shown" },
		{ "alternate-url", "a\u200bb", NULL },
		{ "alternate-url", "a\nb",
		  "alternate-url has characters that do not show, or "
		  "\"\\u{\", by which those are shown" },
		{ "alternate-url", "a\x7f", NULL },
		{ "alternate-url", "\xff", NULL },
		{ "alternate-url", longest,
		  "alternate-url may have 1024 characters at the most" },
		{ "cached-host", "a.b",
		  "cached-host is kept by Windows itself; it can be removed, "
		  "not set" },
		{ "keep-running-threshold", "15", NULL },
		{ "backup-product-key", "x", NULL },
	};
	enum spp_terms raw;
	size_t i;

	memset(longest, 'x', sizeof(longest) - 1);
	for (i = 0; i < COUNT(rows); i++) {
		struct spp_value v = SPP_VALUE_INIT;
		struct spp_error err = SPP_ERROR_INIT;
		const struct spp_setting *s = find(rows[i].name, &raw);

		UNIT_ROW(spp_setting_parse(s, rows[i].text, raw, &v, NULL,
					   &err) == SPP_INVALID,
			 rows[i].text);
		UNIT_ROW(err.status == SPP_INVALID, rows[i].text);
		UNIT_ROW(!rows[i].why || !strcmp(err.text, rows[i].why),
			 err.text);
		UNIT_ROW(!v.data, rows[i].text);
	}
}

/* Values as found, of whatever type and size. */
static void found_values_are_examined(void)
{
	static const struct {
		const char *path, *value, *shown;
		unsigned int odd;
	} rows[] = {
		{ "", "KeyManagementServicePort", "1688", SPP_ODD_TYPE },
		{ "", "KeyManagementServiceListeningPort", "70000",
		  SPP_ODD_RANGE },
		{ "", "KeyManagementServiceName", "kms.nonul", SPP_ODD_NUL },
		{ "", "KeyManagementServiceLookupDomain", "odd.len",
		  SPP_ODD_LENGTH | SPP_ODD_TAIL },
		{ "", "KeyManagementServiceVersion", "", SPP_ODD_NUL },
		{ "", "DnsDomainPublishList", "corp.example, 10, 100",
		  SPP_ODD_TYPE | SPP_ODD_NUL },
		{ "", "DisableDnsPublishing", "hex:010000",
		  SPP_ODD_TYPE | SPP_ODD_NUMBER },
		{ "", "EnableKmsLowPriority", "on", SPP_ODD_TYPE },
		{ "", "DisableKeyManagementServiceHostCaching",
		  "hex:0100000000000000", SPP_ODD_TYPE | SPP_ODD_NUMBER },
		{ "", "VLActivationInterval", "120", SPP_ODD_TYPE },
		{ "", "VLRenewalInterval", "50000", SPP_ODD_RANGE },
		{ "", "UserOperations", "hex:00000001",
		  SPP_ODD_TYPE | SPP_ODD_NUMBER },
		{ "", "SkipRearm", "hex:", SPP_ODD_TYPE | SPP_ODD_NUMBER },
		{ "\\" WINDOWS, "KeyManagementServiceName",
		  "first.example; second.example", SPP_ODD_TAIL },
		{ "\\" WINDOWS, "KeyManagementServicePort", "65536",
		  SPP_ODD_TYPE | SPP_ODD_RANGE },
		{ "\\" WINDOWS, "VLActivationInterval", "14", SPP_ODD_RANGE },
		{ "\\" WINDOWS, "DnsDomainPublishList", "a.ex", SPP_ODD_NUL },
		{ "\\" WINDOWS "\\" SKU, "KeyManagementServiceName",
		  "%KMS%.example", SPP_ODD_TYPE | SPP_ODD_NAME },
		{ "\\" WINDOWS "\\" SKU, "KeyManagementServicePort", " 1688 ",
		  SPP_ODD_NUMBER },
		{ "\\" WINDOWS "\\" SKU, "VLActivationType", "9",
		  SPP_ODD_RANGE },
	};
	struct spp_value list = SPP_VALUE_INIT;
	const struct spp_setting *s;
	char path[300];
	struct bed bed;
	size_t i;

	CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture("wrong-types.hive")),
			SPP_OK);
	for (i = 0; i < COUNT(rows); i++) {
		struct spp_value CLEANUP(spp_value_release) v = SPP_VALUE_INIT;
		struct spp_buf CLEANUP(spp_buf_release) shown = SPP_BUF_INIT;

		snprintf(path, sizeof(path), "%s%s", BED_SPP, rows[i].path);
		UNIT_ROW(!bed_value(&bed.hive, path, rows[i].value, &v),
			 rows[i].value);
		s = spp_setting_of_value(rows[i].value);
		CU_ASSERT_PTR_NOT_NULL_FATAL(s);
		UNIT_ROW(spp_setting_examine(s, &v) == rows[i].odd,
			 rows[i].value);
		UNIT_ROW(!spp_setting_show(s, &v, SPP_TERMS_OWN, &shown, NULL),
			 rows[i].value);
		UNIT_ROW(!strcmp(spp_buf_text(&shown), rows[i].shown),
			 spp_buf_text(&shown));
	}
	bed_close(&bed);
	/* And a list that has everything wrong that a list can have. */
	CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture("malformed-list.hive")),
			SPP_OK);
	CU_ASSERT_EQUAL(
		bed_value(&bed.hive, BED_SPP, "DnsDomainPublishList", &list),
		SPP_OK);
	s = spp_setting_of_value("DnsDomainPublishList");
	CU_ASSERT_PTR_NOT_NULL_FATAL(s);
	CU_ASSERT_EQUAL(spp_setting_examine(s, &list),
			SPP_ODD_TEXT | SPP_ODD_ENTRY | SPP_ODD_DUPLICATE);
	spp_value_release(&list);
	bed_close(&bed);
}

static void words_and_ranges(void)
{
	unsigned int i, k;

	for (i = 0; i < SPP_ODDITY_COUNT; i++) {
		CU_ASSERT_PTR_NOT_NULL_FATAL(spp_oddity_word(i));
		UNIT_ROW(strlen(spp_oddity_text(i)) > 5, spp_oddity_word(i));
		for (k = 0; k < i; k++)
			UNIT_ROW(strcmp(spp_oddity_word(i), spp_oddity_word(k)),
				 spp_oddity_word(i));
	}
	for (i = 0; i < SPP_SETTING_COUNT; i++) {
		struct spp_buf CLEANUP(spp_buf_release) range = SPP_BUF_INIT;

		UNIT_ROW(!spp_setting_range(&spp_settings[i], &range, NULL),
			 spp_settings[i].name);
		UNIT_ROW(range.size > 0, spp_settings[i].name);
		UNIT_ROW(spp_kind_word(spp_settings[i].kind) &&
				 spp_trust_word(spp_settings[i].trust) &&
				 spp_audience_word(spp_settings[i].audience),
			 spp_settings[i].name);
	}
	CU_ASSERT_STRING_EQUAL(
		spp_audience_word(SPP_AUDIENCE_HOST | SPP_AUDIENCE_CLIENT),
		"host, client");
}

static void keys_are_redacted(void)
{
	static const struct {
		const char *text, *shown;
	} rows[] = {
		{ "ABCDE-FGHIJ-KLMNO", "XXXXX-XXXXX-KLMNO" },
		{ "no dash", "XXXXXXX" },
		{ "", "" },
		{ "-", "-" },
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;

		spp_buf_puts(&text, rows[i].text, NULL);
		spp_printable_redact_all(&text);
		UNIT_ROW(!strcmp(spp_buf_text(&text), rows[i].shown),
			 rows[i].text);
	}
}

static void minutes_may_be_hours(void)
{
	static const struct {
		const char *text;
		uint32_t minutes;
	} rows[] = { { "7d", 10080 },
		     { "2h", 120 },
		     { "90m", 90 },
		     { "4W", 40320 },
		     { "120", 120 } };
	enum spp_terms terms;
	const struct spp_setting *s =
		spp_setting_find("renewal-interval", &terms);
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_value CLEANUP(spp_value_release) value =
			SPP_VALUE_INIT;
		uint32_t n = 0;

		UNIT_ROW(!spp_setting_parse(s, rows[i].text, SPP_TERMS_OWN,
					    &value, NULL, NULL) &&
				 spp_setting_number(&value, &n) &&
				 n == rows[i].minutes,
			 rows[i].text);
	}
}

static const struct unit_test tests[] = {
	{ "rows are sane", rows_are_sane },
	{ "fallbacks parse", fallbacks_parse },
	{ "names are found in any case", names_are_found_in_any_case },
	{ "values go both ways", values_go_both_ways },
	{ "refusals", refusals },
	{ "minutes may be hours", minutes_may_be_hours },
	{ "found values are examined", found_values_are_examined },
	{ "words and ranges", words_and_ranges },
	{ "keys are redacted", keys_are_redacted },
	{ NULL, NULL },
};

const struct unit_suite unit_setting = { "setting", tests };
