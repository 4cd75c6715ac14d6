/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records, what is said when there are none, and what a design lacks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/audit/resilience.h"
#include "tests/audit_help.h"
#include "tests/unit.h"

/* A machine: values of the key, and what SYSTEM says. */
#define MACHINE(members, facts)                                           \
	"{\"sppctl-policy\":1,\"scopes\":{\"spp\":{" members "}},\"image" \
	"\":{" facts "}}"
#define NAMED(host, suffix)                          \
	"\"has_system\":true,\"host\":\"" host "\"," \
	"\"dns_suffix\":\"" suffix "\""
#define HOST	    "\"host-version\":\"10.0\""
#define LIST(items) HOST ",\"publish-list\":[" items "]"
/* Bytes of a list: "a" and a bell. */
#define RAW(hex) \
	HOST ",\"publish-list\":{\"type\":\"REG_MULTI_SZ\",\"hex\":\"" hex "\"}"

#define PRIMARY                                    \
	MACHINE(LIST("\"corp.example,10,100\","    \
		     "\"branch.example,10,100\""), \
		NAMED("kms01", "corp.example"))
#define SECONDARY                                  \
	MACHINE(LIST("\"corp.example,20,100\","    \
		     "\"branch.example,20,100\""), \
		NAMED("kms02", "corp.example"))
#define CLIENT MACHINE("\"host-caching\":\"off\"", NAMED("pc1", "corp.example"))

#define MACHINES 5

static const struct {
	const char *what;
	const char *machine[MACHINES];
	/* "DOMAIN PRIORITY WEIGHT PORT HOST ORIGIN;", in order. */
	const char *records;
	/* Words of silences, one a machine, unless it publishes. */
	const char *silences;
	/* Kinds and domains of weaknesses. */
	const char *weak;
	/* What a note says, or NULL: there is none. */
	const char *note;
} rows[] = {
	{ "two hosts, two domains, a client: the home domain brings no more",
	  { PRIMARY, SECONDARY, CLIENT },
	  "branch.example 10 100 1688 kms01.corp.example list;"
	  "branch.example 20 100 1688 kms02.corp.example list;"
	  "corp.example 10 100 1688 kms01.corp.example list, home domain;"
	  "corp.example 20 100 1688 kms02.corp.example list, home domain;",
	  "no-kms-host;",
	  "",
	  "it looks for its host in its DNS suffixes: corp.example" },
	{ "a home domain that is not listed, and undoes the order there",
	  { MACHINE(LIST("\"corp.example,10,100\""), NAMED("a", "ad.example")),
	    MACHINE(LIST("\"corp.example,20,100\""),
		    NAMED("b", "ad.example")) },
	  "ad.example 0 0 1688 a.ad.example home domain;"
	  "ad.example 0 0 1688 b.ad.example home domain;"
	  "corp.example 10 100 1688 a.ad.example list;"
	  "corp.example 20 100 1688 b.ad.example list;",
	  "",
	  "equal-priority ad.example;",
	  NULL },
	{ "a domain in capitals is the same domain: caching clients stay",
	  { MACHINE(LIST("\"corp.example,10,100\""),
		    NAMED("a", "corp.example")),
	    MACHINE(LIST("\"CORP.example,20,100\""),
		    NAMED("b", "corp.example")),
	    MACHINE("\"host-caching\":\"on\"", NAMED("c", "corp.example")) },
	  "corp.example 10 100 1688 a.corp.example list, home domain;"
	  "CORP.example 20 100 1688 b.corp.example list, home domain;",
	  "no-kms-host;",
	  "caching-client -;",
	  "it looks for its host in its DNS suffixes: corp.example" },
	{ "no list: the home domain alone",
	  { MACHINE(HOST, NAMED("a", "ad.example")) },
	  "ad.example 0 0 1688 a.ad.example home domain;",
	  "",
	  "",
	  NULL },
	{ "another port, a list of capitals",
	  { MACHINE(LIST("\"AD.Example,1,2\"") ",\"listening-port\":1689",
		    NAMED("a", "ad.example")) },
	  "AD.Example 1 2 1689 a.ad.example list, home domain;",
	  "",
	  "",
	  NULL },
	{ "port 0 is the usual one, and 65536 no port",
	  { MACHINE(HOST ",\"listening-port\":{\"type\":\"REG_DWORD\","
			 "\"hex\":\"00000000\"}",
		    NAMED("a", "ad.example")),
	    MACHINE(HOST ",\"listening-port\":{\"type\":\"REG_DWORD\","
			 "\"hex\":\"00000100\"}",
		    NAMED("b", "ad.example")) },
	  "ad.example 0 0 1688 a.ad.example home domain;"
	  "ad.example 0 0 1688 b.ad.example home domain;",
	  "",
	  "",
	  "the listening port is not a port" },
	{ "one host on two ports is two services, but one host",
	  { MACHINE(LIST("\"ad.example,1,2\""), NAMED("a", "ad.example")),
	    MACHINE(LIST("\"ad.example,1,2\"") ",\"listening-port\":1689",
		    NAMED("a", "ad.example")) },
	  "ad.example 1 2 1688 a.ad.example list, home domain;"
	  "ad.example 1 2 1689 a.ad.example list, home domain;",
	  "",
	  "",
	  "both are taken for one" },
	{ "Group Policy's suffix wins",
	  { MACHINE(HOST, NAMED("a", "ad.example") ",\"policy_dns_suffix\":"
						   "\"gp.example\"") },
	  "gp.example 0 0 1688 a.gp.example home domain;",
	  "",
	  "",
	  NULL },
	{ "publishing is off",
	  { MACHINE(LIST("\"a.example,1,2\"") ",\"dns-publishing\":\"off\"",
		    NAMED("a", "ad.example")) },
	  "",
	  "dns-publishing-off;",
	  "",
	  NULL },
	{ "Vista keeps its list in the key SL",
	  { "{\"sppctl-policy\":1,\"scopes\":{\"sl\":{" LIST(
		  "\"a.example,1,2\"") "},\"spp\":{\"dns-publishing\":"
				       "\"off\"}},\"image\":{\"build\":"
				       "\"6002\"," NAMED("a",
							 "a.example") "}}" },
	  "a.example 1 2 1688 a.a.example list, home domain;",
	  "",
	  "",
	  NULL },
	{ "no SYSTEM hive",
	  { MACHINE(LIST("\"a.example,1,2\""), "\"has_system\":false") },
	  "a.example 1 2 1688 0 list;",
	  "",
	  "",
	  "no SYSTEM hive" },
	{ "no SYSTEM hive and no list",
	  { MACHINE(HOST, "\"has_system\":false") },
	  "",
	  "no-domain;",
	  "",
	  "no SYSTEM hive" },
	{ "a list, and no sign of a host key",
	  { MACHINE("\"publish-list\":[\"a.example\"]",
		    NAMED("a", "a.example")) },
	  "a.example 0 0 1688 a.a.example list, home domain;",
	  "",
	  "",
	  "no KeyManagementServiceVersion" },
	{ "a list of the wrong type",
	  { MACHINE(HOST ",\"publish-list\":{\"type\":\"REG_SZ\",\"hex\":"
			 "\"61000000\"}",
		    NAMED("a", "ad.example")) },
	  "ad.example 0 0 1688 a.ad.example home domain;",
	  "",
	  "",
	  "not a REG_MULTI_SZ" },
	{ "an entry that may not be read: 'a;1'",
	  { MACHINE(RAW("61003b00310000000000"), NAMED("a", "ad.example")) },
	  "ad.example 0 0 1688 a.ad.example home domain;",
	  "",
	  "",
	  "no record is given" },
	{ "a port that is none",
	  { MACHINE(HOST ",\"listening-port\":{\"type\":\"REG_SZ\",\"hex\":"
			 "\"780000\"}",
		    NAMED("a", "ad.example")) },
	  "ad.example 0 0 1688 a.ad.example home domain;",
	  "",
	  "",
	  "1688 is assumed" },
	{ "a host name with more in it",
	  { MACHINE(HOST, NAMED("a\\nquit", "ad.example")) },
	  "ad.example 0 0 1688 0 home domain;",
	  "",
	  "",
	  "not a valid name" },
	{ "a suffix with more in it",
	  { MACHINE(LIST("\"b.example\""), NAMED("a", "ad.example';ls")) },
	  "b.example 0 0 1688 0 list;",
	  "",
	  "",
	  "not a valid domain" },
	{ "one host twice: a hive and its dump",
	  { PRIMARY, PRIMARY, SECONDARY },
	  "branch.example 10 100 1688 kms01.corp.example list;"
	  "branch.example 20 100 1688 kms02.corp.example list;"
	  "corp.example 10 100 1688 kms01.corp.example list, home domain;"
	  "corp.example 20 100 1688 kms02.corp.example list, home domain;",
	  "",
	  "",
	  "taken for one" },
	{ "a domain with one host only",
	  { MACHINE(LIST("\"a.example,10,1\",\"b.example,10,1\""),
		    NAMED("a", "a.example")),
	    MACHINE(LIST("\"a.example,20,1\""), NAMED("b", "a.example")) },
	  "a.example 10 1 1688 a.a.example list, home domain;"
	  "a.example 20 1 1688 b.a.example list, home domain;"
	  "b.example 10 1 1688 a.a.example list;",
	  "",
	  "single-host b.example;",
	  NULL },
	{ "equal priorities in one of two domains",
	  { MACHINE(LIST("\"a.example,10,1\",\"b.example,10,1\""),
		    NAMED("a", "a.example")),
	    MACHINE(LIST("\"a.example,20,1\",\"b.example,10,1\""),
		    NAMED("b", "a.example")) },
	  "a.example 10 1 1688 a.a.example list, home domain;"
	  "a.example 20 1 1688 b.a.example list, home domain;"
	  "b.example 10 1 1688 a.a.example list;"
	  "b.example 10 1 1688 b.a.example list;",
	  "",
	  "equal-priority b.example;",
	  NULL },
	{ "the same list twice: equal priorities share the load",
	  { MACHINE(LIST("\"a.example,10,1\""), NAMED("a", "a.example")),
	    MACHINE(LIST("\"a.example,10,1\""), NAMED("b", "a.example")) },
	  "a.example 10 1 1688 a.a.example list, home domain;"
	  "a.example 10 1 1688 b.a.example list, home domain;",
	  "",
	  "cloned-list -;",
	  NULL },
	{ "weight 0 beside another, once; not where priorities decide",
	  { MACHINE(LIST("\"a.example,0,0\",\"b.example,0,0\","
			 "\"c.example,10,0\""),
		    NAMED("a", "x.example")),
	    MACHINE(LIST("\"A.example,0,7\",\"b.example,0,9\","
			 "\"c.example,20,5\""),
		    NAMED("b", "x.example")) },
	  "A.example 0 7 1688 b.x.example list;"
	  "a.example 0 0 1688 a.x.example list;"
	  "b.example 0 9 1688 b.x.example list;"
	  "b.example 0 0 1688 a.x.example list;"
	  "c.example 10 0 1688 a.x.example list;"
	  "c.example 20 5 1688 b.x.example list;"
	  "x.example 0 0 1688 a.x.example home domain;"
	  "x.example 0 0 1688 b.x.example home domain;",
	  "",
	  "equal-priority A.example;equal-priority b.example;"
	  "equal-priority x.example;zero-weight a.example;",
	  NULL },
	{ "a domain that one of three hosts leaves out; a silent fourth",
	  { MACHINE(LIST("\"a.example\",\"b.example\""),
		    NAMED("a", "a.example")),
	    MACHINE(LIST("\"a.example\",\"b.example\""),
		    NAMED("b", "a.example")),
	    MACHINE(LIST("\"a.example\""), NAMED("c", "a.example")),
	    MACHINE(HOST ",\"dns-publishing\":\"off\"",
		    NAMED("d", "a.example")) },
	  "a.example 0 0 1688 a.a.example list, home domain;"
	  "a.example 0 0 1688 b.a.example list, home domain;"
	  "a.example 0 0 1688 c.a.example list, home domain;"
	  "b.example 0 0 1688 a.a.example list;"
	  "b.example 0 0 1688 b.a.example list;",
	  "dns-publishing-off;",
	  "uneven-publishing b.example;silent-host -;cloned-list -;",
	  NULL },
	{ "clients that defeat the design",
	  { PRIMARY, SECONDARY,
	    MACHINE("\"kms-host\":\"kms01.corp.example\"",
		    NAMED("pc1", "corp.example")),
	    MACHINE("", NAMED("pc2", "corp.example")),
	    MACHINE("\"kms-host\":\"kms.windows.googlecloud.com\"",
		    NAMED("vm1", "corp.example")) },
	  "branch.example 10 100 1688 kms01.corp.example list;"
	  "branch.example 20 100 1688 kms02.corp.example list;"
	  "corp.example 10 100 1688 kms01.corp.example list, home domain;"
	  "corp.example 20 100 1688 kms02.corp.example list, home domain;",
	  "no-kms-host;no-kms-host;no-kms-host;",
	  "caching-client -;pinned-client -;",
	  "it looks for its host in its DNS suffixes: corp.example" },
	{ "a KMS host that names another KMS host is not counted as a client",
	  { PRIMARY, MACHINE("\"kms-host\":\"kms01.corp.example\"," LIST(
				     "\"corp.example,20,100\","
				     "\"branch.example,20,100\""),
			     NAMED("kms02", "corp.example")) },
	  "branch.example 10 100 1688 kms01.corp.example list;"
	  "branch.example 20 100 1688 kms02.corp.example list;"
	  "corp.example 10 100 1688 kms01.corp.example list, home domain;"
	  "corp.example 20 100 1688 kms02.corp.example list, home domain;",
	  "",
	  "",
	  NULL },
};

static void sum_up(const struct spp_records *dns, struct spp_buf *out)
{
	size_t i;

	for (i = 0; i < dns->count; i++) {
		const struct spp_srv *s = &dns->srv[i];

		spp_buf_printf(out, NULL, "%s %u %u %u %s %s;", s->domain,
			       s->priority, s->weight, s->port,
			       spp_machine_name(&dns->machine[s->machine]),
			       spp_origin_word(s->origin));
	}
}

static void sum_up_silences(const struct spp_records *dns, struct spp_buf *out)
{
	size_t i;

	for (i = 0; i < dns->machines; i++)
		if (dns->machine[i].silence)
			spp_buf_printf(
				out, NULL, "%s;",
				spp_silence_word(dns->machine[i].silence));
}

static void sum_up_weak(const struct spp_records *dns, struct spp_buf *out)
{
	struct spp_resilience CLEANUP(spp_resilience_release) found =
		SPP_RESILIENCE_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	size_t i;

	spp_resilience_judge(dns, &found, &err);
	CU_ASSERT_STRING_EQUAL(err.text, "");
	for (i = 0; i < found.count; i++) {
		const struct spp_weakness *w = &found.weakness[i];

		spp_buf_printf(out, NULL, "%s %s;", spp_weakness_word(w->kind),
			       w->domain ? w->domain : "-");
		CU_ASSERT_TRUE(*w->text != '\0');
	}
}

/* Exactly one note, and it says this. */
static bool notes_say(const struct spp_records *dns, const char *text)
{
	size_t i, k, n = 0, said = 0;

	for (i = 0; i < dns->machines; i++) {
		const struct spp_notes *notes = &dns->machine[i].notes;

		for (k = 0; k < notes->count; k++, n++)
			said += text && strstr(notes->text[k], text);
	}
	return text ? said == 1 && n == 1 : !n;
}

static void records(void)
{
	size_t i, k;
	char label[8];

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct spp_buf CLEANUP(spp_buf_release) found = SPP_BUF_INIT;
		struct spp_buf CLEANUP(spp_buf_release) quiet = SPP_BUF_INIT;
		struct spp_buf CLEANUP(spp_buf_release) weak = SPP_BUF_INIT;
		struct spp_records CLEANUP(spp_records_release) dns =
			SPP_RECORDS_INIT;

		for (k = 0; k < MACHINES && rows[i].machine[k]; k++) {
			snprintf(label, sizeof(label), "%u", (unsigned int)k);
			help_machine(&dns, label, rows[i].machine[k]);
		}
		spp_records_finish(&dns);
		sum_up(&dns, &found);
		sum_up_silences(&dns, &quiet);
		sum_up_weak(&dns, &weak);
		if (strcmp(spp_buf_text(&found), rows[i].records) ||
		    strcmp(spp_buf_text(&weak), rows[i].weak) ||
		    !notes_say(&dns, rows[i].note))
			printf("\n%s: %s %s", rows[i].what,
			       spp_buf_text(&found), spp_buf_text(&weak));
		CU_ASSERT_STRING_EQUAL(spp_buf_text(&found), rows[i].records);
		CU_ASSERT_STRING_EQUAL(spp_buf_text(&quiet), rows[i].silences);
		CU_ASSERT_STRING_EQUAL(spp_buf_text(&weak), rows[i].weak);
		CU_ASSERT_TRUE(notes_say(&dns, rows[i].note));
	}
}

static void names(void)
{
	static const struct {
		const char *text;
		bool is;
	} cases[] = {
		{ "images/primary.json", true },
		{ "primary.json", true },
		{ "primary", true },
		{ "prim", false },
		{ "images", false },
		{ "kms01", true },
		{ "KMS01", true },
		{ "kms01.corp.example", true },
		{ "kms01.corp", false },
		{ "kms0", false },
		{ "", false },
	};
	struct spp_records CLEANUP(spp_records_release) dns = SPP_RECORDS_INIT;
	size_t i;

	help_machine(&dns, "images/primary.json", PRIMARY);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CU_ASSERT_EQUAL(spp_machine_is(&dns.machine[0], cases[i].text),
				cases[i].is);
}

/* Thousands of domains on two hosts: no time is lost, nothing is left out. */
static void many(void)
{
	struct spp_resilience CLEANUP(spp_resilience_release) found =
		SPP_RESILIENCE_INIT;
	struct spp_records CLEANUP(spp_records_release) dns = SPP_RECORDS_INIT;
	struct spp_buf CLEANUP(spp_buf_release) raw = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) json = SPP_BUF_INIT;
	char entry[64];
	size_t i, k;

	for (i = 0; i < 20000; i++) {
		snprintf(entry, sizeof(entry), "d%u.example, 1, 1",
			 (unsigned int)i);
		for (k = 0; entry[k]; k++)
			spp_buf_printf(&raw, NULL, "%02x00",
				       (unsigned int)entry[k]);
		spp_buf_puts(&raw, "0000", NULL);
	}
	spp_buf_printf(
		&json, NULL,
		"{\"sppctl-policy\":1,\"scopes\":{\"spp\":{\"publish-"
		"list\":{\"type\":\"REG_MULTI_SZ\",\"hex\":\"%s0000\"}}}}",
		spp_buf_text(&raw));
	help_machine(&dns, "a", spp_buf_text(&json));
	help_machine(&dns, "b", SECONDARY);
	spp_records_finish(&dns);
	CU_ASSERT_EQUAL(dns.count, 20002);
	spp_resilience_judge(&dns, &found, NULL);
	CU_ASSERT_EQUAL(found.total[SPP_WEAK_SINGLE], 20002);
	CU_ASSERT_EQUAL(found.count, SPP_WEAKNESS_KEPT);
}

static const struct unit_test tests[] = {
	{ "records, silences, notes and weaknesses", records },
	{ "names that mean a machine", names },
	{ "many domains", many },
	{ NULL, NULL },
};

const struct unit_suite unit_dns = { "dns", tests };
