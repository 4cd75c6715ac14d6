/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every rule: a hive in which it alone fires, the same for the hive's dump,
 * and a document that is close and in which nothing fires.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/audit_help.h"
#include "tests/unit.h"

#define SITE                                                \
	"{\"sppctl-site\":1,\"domains\":[\"corp.example\"," \
	"\"branch.example\"],\"platform\":\"on-premises\""
#define OWN    SITE "}"
#define IMAGE  SITE ",\"role\":\"image\"}"
#define CLIENT SITE ",\"role\":\"client\"}"
#define CLOUD  "{\"sppctl-site\":1,\"platform\":\"aws\"}"

#define SKU "73111121-5638-40f6-bc11-f1d7b0d64300"
/* A state, of a Windows of this build. */
#define STATE_OF(build, scopes)                                                \
	"{\"sppctl-policy\":1,\"scopes\":{" scopes "},\"image\":{\"build"      \
	"\":\"" build "\",\"host\":\"kms01\",\"dns_suffix\":\"corp.example\"," \
	"\"has_system\":true}}"
#define STATE(scopes) STATE_OF("20348", scopes)
#define SPP(members)  "\"spp\":{" members "}"
#define HOST(members) STATE(SPP("\"host-version\":\"10.0\"," members))
#define LIST(entries) "\"publish-list\":[" entries "]"
#define OBSERVED(members)                                               \
	"{\"sppctl-policy\":1,\"scopes\":{" SPP(                        \
		"\"kms-host\":\"kms01.corp.example\"") "},\"observed\"" \
						       ":{" members     \
						       "},\"image\":{"  \
						       "\"build\":\"19045\"}}"
/* "kms01.corp.example" */
#define KMS01_HEX                                            \
	"{\"type\":\"REG_SZ\",\"hex\":\"6b006d0073003000310" \
	"02e0063006f00720070002e006500780061006d0070006c0065000000\"}"

/* A Windows of this type, with a product key of this channel. */
#define KEY_OF(type, scopes, channel)                                        \
	"{\"sppctl-policy\":1,\"scopes\":{" scopes "},\"image\":{\"build\":" \
	"\"20348\",\"installation_type\":\"" type                            \
	"\",\"key_channel\":\"" channel "\"}}"

#define RULE_HIVES 3

struct row {
	enum spp_rule_index rule;
	enum spp_grade grade;
	const char *site;
	struct help_hives hives[RULE_HIVES];
	/* Nothing fires in these; NULL: no more of them. */
	const char *near_site, *near[2];
};

static const struct row rows[] = {
	{ SPP_R01,
	  SPP_GRADE_CRITICAL,
	  OWN,
	  { { .software = "audit-public-kms-host" } },
	  OWN,
	  { STATE(SPP("\"kms-host\":\"kms.msguides.com.corp.example\"")) } },
	{ SPP_R02,
	  SPP_GRADE_HIGH,
	  OWN,
	  { { .software = "audit-loopback-kms-host" } },
	  OWN,
	  { STATE(SPP("\"kms-host\":\"127.corp.example\"")) } },
	{ SPP_R02,
	  SPP_GRADE_CRITICAL,
	  OWN,
	  { { .software = "audit-kms38" } },
	  OWN,
	  { STATE(SPP("\"kms-host\":\"192.168.0.2\"")) } },
	{ SPP_R03,
	  SPP_GRADE_CRITICAL,
	  OWN,
	  { { .software = "audit-activation-hook" } },
	  OWN,
	  { STATE("") } },
	{ SPP_R04,
	  SPP_GRADE_MEDIUM,
	  OWN,
	  { { .software = "audit-emulator-address" } },
	  OWN,
	  { STATE(SPP("\"kms-host\":\"172.16.0.3\"")) } },
	{ SPP_R05,
	  SPP_GRADE_MEDIUM,
	  OWN,
	  { { .software = "audit-unknown-kms-host" } },
	  OWN,
	  { STATE(SPP("\"kms-host\":\"kms.sub.BRANCH.example\"")) } },
	{ SPP_R06,
	  SPP_GRADE_LOW,
	  CLOUD,
	  { { .software = "audit-foreign-cloud" } },
	  CLOUD,
	  { STATE(SPP("\"kms-host\":\"169.254.169.250\"")) } },
	{ SPP_R07,
	  SPP_GRADE_MEDIUM,
	  OWN,
	  { { .software = "audit-other-host-below" } },
	  OWN,
	  { STATE(SPP(
		  "\"kms-host\":\"KMS01.corp.example\"") ",\"spp/windows/" SKU
							 "\":{\"kms-host\":"
							 "\"kms01\"}") } },
	{ SPP_R08,
	  SPP_GRADE_LOW,
	  OWN,
	  { { .software = "audit-hidden-host-below" } },
	  OWN,
	  { STATE("\"spp/office/" SKU "\":{\"activation-type\":\"kms\"}") } },
	{ SPP_R09,
	  SPP_GRADE_LOW,
	  OWN,
	  { { .software = "audit-idle-lookup-domain" } },
	  OWN,
	  { STATE(SPP("\"lookup-domain\":\"branch.example\"")) } },
	{ SPP_R10,
	  SPP_GRADE_MEDIUM,
	  OWN,
	  { { .software = "audit-stale-cache", .netsvc = "netsvc" } },
	  OWN,
	  { OBSERVED("\"cache/windows/" SKU "\":{\"cached-host\":" KMS01_HEX
		     "}") } },
	{ SPP_R11,
	  SPP_GRADE_MEDIUM,
	  IMAGE,
	  { { .software = "audit-pinned-image" } },
	  CLIENT,
	  { STATE(SPP("\"kms-host\":\"kms01.corp.example\"")) } },
	{ SPP_R12,
	  SPP_GRADE_INFO,
	  OWN,
	  { { .software = "audit-skip-rearm" } },
	  IMAGE,
	  { STATE(SPP("\"skip-rearm\":\"off\"")) } },
	{ SPP_R12,
	  SPP_GRADE_MEDIUM,
	  IMAGE,
	  { { .software = "audit-skip-rearm" } },
	  IMAGE,
	  { STATE("") } },
	{ SPP_R13,
	  SPP_GRADE_LOW,
	  OWN,
	  { { .software = "audit-client-port" } },
	  OWN,
	  { STATE(SPP("\"kms-host\":\"10.1.2.3\",\"kms-port\":1688")) } },
	{ SPP_R14,
	  SPP_GRADE_INFO,
	  OWN,
	  { { .software = "audit-listening-port" } },
	  OWN,
	  { HOST("\"listening-port\":1688") } },
	{ SPP_R15,
	  SPP_GRADE_MEDIUM,
	  OWN,
	  { { .software = "audit-wrong-type" } },
	  OWN,
	  { STATE(SPP("\"kms-host\":\"[fd00::1]\",\"kms-port\":1688")) } },
	{ SPP_R16,
	  SPP_GRADE_MEDIUM,
	  OWN,
	  { { .software = "audit-inert-list" } },
	  OWN,
	  { HOST("\"dns-publishing\":\"on\"," LIST("\"a.example,1,1\"")) } },
	{ SPP_R17,
	  SPP_GRADE_LOW,
	  OWN,
	  { { .software = "audit-silent-host" } },
	  OWN,
	  { STATE(SPP("\"dns-publishing\":\"off\"")) } },
	{ SPP_R18,
	  SPP_GRADE_LOW,
	  OWN,
	  { { .software = "audit-host-leftovers" } },
	  OWN,
	  { "{\"sppctl-policy\":1,\"scopes\":{" SPP(
		  LIST("\"a.example,1,1\"")) "}}" } },
	{ SPP_R19,
	  SPP_GRADE_MEDIUM,
	  CLIENT,
	  { { .software = "audit-rogue-host" } },
	  OWN,
	  { HOST("\"low-priority\":\"off\"") } },
	{ SPP_R20,
	  SPP_GRADE_HIGH,
	  OWN,
	  { { .software = "audit-malformed-entry" } },
	  OWN,
	  { HOST("\"publish-list\":{\"type\":\"REG_MULTI_SZ\",\"hex\":"
		 "\"61002c0031002c003100000000"
		 "00\"}") } },
	{ SPP_R21,
	  SPP_GRADE_MEDIUM,
	  OWN,
	  { { .software = "audit-duplicate-domain" } },
	  OWN,
	  { HOST(LIST("\"a.example,1,1\",\"b.a.example,1,1\"")) } },
	{ SPP_R22,
	  SPP_GRADE_INFO,
	  OWN,
	  { { .software = "kms-primary", .system = "system" } },
	  OWN,
	  { HOST(LIST("\"a.corp.example,1,1\"")) } },
	{ SPP_R23,
	  SPP_GRADE_INFO,
	  OWN,
	  { { .software = "kms-primary" },
	    { .software = "audit-cloned-list" } },
	  OWN,
	  { STATE_OF("20348", SPP("\"host-version\":\"10\"," LIST(
				      "\"a.example,10,100\""))),
	    "{\"sppctl-policy\":1,\"scopes\":{" SPP(
		    LIST("\"a.example,20,100\"")) "}}" } },
	{ SPP_R24,
	  SPP_GRADE_INFO,
	  OWN,
	  { { .software = "audit-zero-weight" } },
	  OWN,
	  { HOST(LIST("\"a.example,1,0\",\"b.example,0,100\"")) } },
	{ SPP_R25,
	  SPP_GRADE_MEDIUM,
	  OWN,
	  { { .software = "audit-interval-range" } },
	  OWN,
	  { HOST("\"activation-interval\":15,"
		 "\"renewal-interval\":43200") } },
	{ SPP_R26,
	  SPP_GRADE_LOW,
	  OWN,
	  { { .software = "audit-longest-intervals" } },
	  OWN,
	  { HOST("\"activation-interval\":120,"
		 "\"renewal-interval\":43200") } },
	{ SPP_R27,
	  SPP_GRADE_INFO,
	  OWN,
	  { { .software = "kms-primary" },
	    { .software = "kms-secondary" },
	    { .software = "audit-caching-client" } },
	  OWN,
	  { STATE(SPP("\"host-caching\":\"off\"")),
	    HOST(LIST("\"a.example,10,100\"")) } },
	{ SPP_R28,
	  SPP_GRADE_INFO,
	  OWN,
	  { { .software = "audit-low-priority" } },
	  OWN,
	  { HOST("\"low-priority\":\"off\"") } },
	{ SPP_R29,
	  SPP_GRADE_INFO,
	  OWN,
	  { { .software = "audit-no-genuine-ticket" } },
	  OWN,
	  { STATE("\"policies\":{\"no-genuine-ticket\":\"off\"}") } },
	{ SPP_R30,
	  SPP_GRADE_INFO,
	  OWN,
	  { { .software = "workstation" } },
	  OWN,
	  { OBSERVED(SPP("\"backup-product-key\":{\"type\":\"REG_SZ\","
			 "\"hex\":\"0000\"}")) } },
	{ SPP_R31,
	  SPP_GRADE_MEDIUM,
	  OWN,
	  { { .software = "audit-user-operations" } },
	  OWN,
	  { STATE(SPP("\"user-operations\":\"off\"")) } },
	{ SPP_R32,
	  SPP_GRADE_MEDIUM,
	  OWN,
	  { { .software = "audit-vista-key" } },
	  OWN,
	  { STATE_OF("6002", "\"sl\":{\"dns-publishing\":\"off\"}") } },
	{ SPP_R40,
	  SPP_GRADE_MEDIUM,
	  OWN,
	  { { .software = "audit-pasted-name" } },
	  OWN,
	  { STATE(SPP("\"kms-host\":\"[fd00::1]\",\"kms-port\":1688")),
	    STATE(SPP("\"lookup-domain\":\"vlmcs.corp.example\"")) } },
	{ SPP_R41,
	  SPP_GRADE_MEDIUM,
	  OWN,
	  { { .software = "audit-application-as-sku" } },
	  OWN,
	  { STATE("\"spp/windows/" SKU "\":{\"activation-type\":\"kms\"}") } },
	{ SPP_R42,
	  SPP_GRADE_MEDIUM,
	  OWN,
	  { { .software = "server", .system = "system-firewall" } },
	  OWN,
	  { "{\"sppctl-policy\":1,\"scopes\":{" SPP(
		  "\"host-version\":\"10\"") "},\"image\":{\"build\":"
					     "\"20348\",\"firewall\":"
					     "{\"off\":[],\"more\":false,"
					     "\"rules\":[{\"name\":\"a\","
					     "\"rule\":\"v2.31|Action=Allow|"
					     "Active=TRUE|Dir=In|Protocol=6|"
					     "LPort=1688|\"}]}}}" } },
	{ SPP_R43,
	  SPP_GRADE_INFO,
	  OWN,
	  { { .software = "server", .system = "system" },
	    { .software = "server", .system = "system-secondary" } },
	  OWN,
	  { HOST("\"low-priority\":\"off\""),
	    "{\"sppctl-policy\":1,\"scopes\":{" SPP(
		    "\"host-version\":\"10\"") "},\"image\":{\"build\":"
					       "\"20348\",\"host\":"
					       "\"kms02\",\"dns_suffix\":"
					       "\"branch.example\"}}" } },
	{ SPP_R50,
	  SPP_GRADE_MEDIUM,
	  OWN,
	  { { .software = "audit-unknown-value" } },
	  OWN,
	  { "{\"sppctl-policy\":1,\"unknown\":[{\"kind\":\"value\","
	    "\"place\":\"spp\",\"key\":\"Microsoft\\\\Windows NT\\\\"
	    "CurrentVersion\\\\SoftwareProtectionPlatform\",\"name\":"
	    "\"HasOOBERun\",\"type\":\"REG_DWORD\",\"size\":4,\"hex\":"
	    "\"01000000\"}],\"image\":{\"build\":\"19045\"}}" } },
	{ SPP_R51,
	  SPP_GRADE_HIGH,
	  OWN,
	  { { .software = "audit-unreadable" } },
	  OWN,
	  { STATE("") } },
	{ SPP_R52,
	  SPP_GRADE_LOW,
	  OWN,
	  { { .software = "audit-unknown-key" } },
	  OWN,
	  { STATE("") } },
	{ SPP_R53,
	  SPP_GRADE_LOW,
	  OWN,
	  { { .software = "audit-rogue-host" } },
	  OWN,
	  { HOST("\"low-priority\":\"off\"") } },
	{ SPP_R70,
	  SPP_GRADE_LOW,
	  OWN,
	  { { .software = "audit-licence-host-key" } },
	  OWN,
	  { KEY_OF("Client", "\"spp\":{}", "Volume:GVLK"),
	    KEY_OF("Server", "\"spp\":{}", "Volume:CSVLK") } },
	{ SPP_R71,
	  SPP_GRADE_LOW,
	  OWN,
	  { { .software = "audit-licence-client-key" } },
	  OWN,
	  { KEY_OF("Server", SPP("\"host-version\":\"10.0\""), "Volume:CSVLK"),
	    KEY_OF("Server", "\"spp\":{}", "Volume:GVLK") } },
	{ SPP_R33,
	  SPP_GRADE_MEDIUM,
	  OWN,
	  { { .software = "audit-misspelt-key" } },
	  OWN,
	  { OBSERVED("\"windowsnt\":{}") } },
	{ SPP_R34,
	  SPP_GRADE_LOW,
	  OWN,
	  { { .software = "audit-mirrored-setting" } },
	  OWN,
	  { STATE("\"wow\":{\"host-version\":\"10.0\"}") } },
	{ SPP_R35,
	  SPP_GRADE_LOW,
	  OWN,
	  { { .software = "audit-office-key" } },
	  OWN,
	  { STATE_OF("7601", "\"ospp/office/" SKU "\":{\"activation-type\":"
			     "\"kms\"},\"spp\":{\"kms-host\":"
			     "\"kms01.corp.example\"}"),
	    NULL } },
	{ SPP_R36,
	  SPP_GRADE_MEDIUM,
	  OWN,
	  { { .software = "client", .netsvc = "netsvc-kms-host" } },
	  OWN,
	  { OBSERVED("\"cache\":{\"cached-host\":" KMS01_HEX "}") } },
	{ SPP_R37,
	  SPP_GRADE_INFO,
	  OWN,
	  { { .software = "audit-other-ticket" } },
	  OWN,
	  { STATE_OF("14393", "\"policies\":{\"genuine-ticket\":\"on\"}") } },
	{ SPP_R38,
	  SPP_GRADE_INFO,
	  OWN,
	  { { .software = "audit-idle-setting" } },
	  OWN,
	  { HOST("\"renewal-interval\":20160"),
	    STATE(SPP("\"renewal-interval\":10080") ",\"spp/office/" SKU
						    "\":{\"activation-type\":"
						    "\"kms\"}") } },
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* An audit of up to RULE_HIVES documents. */
struct audited {
	struct spp_document document[RULE_HIVES];
	struct spp_audit audit;
};

static void release(struct audited *a)
{
	size_t i;

	spp_audit_release(&a->audit);
	for (i = 0; i < RULE_HIVES; i++)
		spp_document_release(&a->document[i]);
}

static void run(struct audited *a, size_t count, const unsigned int *roles,
		const char *site_text)
{
	struct spp_audit_options options = { .ignore = 0 };
	struct spp_site CLEANUP(spp_site_release) site = SPP_SITE_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	char name[32];
	size_t i;

	for (i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "%zu", i);
		spp_audit_add(&a->audit, name, &a->document[i],
			      roles ? roles[i] : 0, &err);
	}
	if (help_site(site_text, &site))
		spp_audit_run(&a->audit, &site, &options, &err);
	CU_ASSERT_STRING_EQUAL(err.text, "");
}

static void tell(const struct row *row, const char *what,
		 const struct spp_audit *audit)
{
	size_t i;

	printf("\n%s, %s:", spp_rules[row->rule]->id, what);
	for (i = 0; i < audit->findings; i++)
		printf(" %s %s '%s'", audit->finding[i].rule->id,
		       spp_grade_word(audit->finding[i].grade),
		       audit->finding[i].text);
}

/* Only this rule, at least once, and in this grade at the worst. */
static bool alone(const struct row *row, const struct spp_audit *audit)
{
	enum spp_grade worst = SPP_GRADE_INFO;
	size_t i;

	for (i = 0; i < audit->findings; i++) {
		if (audit->finding[i].rule != spp_rules[row->rule])
			return false;
		if (audit->finding[i].grade > worst)
			worst = audit->finding[i].grade;
	}
	return audit->findings && worst == row->grade;
}

static bool same_text(const char *a, const char *b)
{
	return !strcmp(a ? a : "", b ? b : "");
}

static bool same(const struct spp_audit *a, const struct spp_audit *b)
{
	size_t i;

	for (i = 0; i < a->findings && i < b->findings; i++)
		if (a->finding[i].rule != b->finding[i].rule ||
		    a->finding[i].grade != b->finding[i].grade ||
		    a->finding[i].subject != b->finding[i].subject ||
		    !same_text(a->finding[i].scope, b->finding[i].scope) ||
		    !same_text(a->finding[i].key, b->finding[i].key) ||
		    !same_text(a->finding[i].value, b->finding[i].value) ||
		    !same_text(a->finding[i].text, b->finding[i].text))
			return false;
	return a->findings == b->findings;
}

static void fires_alone(void)
{
	size_t i, k;

	for (i = 0; i < ROWS; i++) {
		struct audited CLEANUP(release)
			hive = { .audit.finding = NULL };
		struct audited CLEANUP(release)
			dump = { .audit.finding = NULL };
		unsigned int roles[RULE_HIVES] = { 0 };

		for (k = 0; k < RULE_HIVES && rows[i].hives[k].software; k++) {
			help_dump(&rows[i].hives[k], &hive.document[k],
				  &roles[k]);
			help_again(&hive.document[k], &dump.document[k]);
		}
		run(&hive, k, roles, rows[i].site);
		run(&dump, k, NULL, rows[i].site);
		if (!alone(&rows[i], &hive.audit))
			tell(&rows[i], "hive", &hive.audit);
		if (!same(&hive.audit, &dump.audit))
			tell(&rows[i], "its dump", &dump.audit);
		CU_ASSERT_TRUE(alone(&rows[i], &hive.audit));
		CU_ASSERT_TRUE(same(&hive.audit, &dump.audit));
	}
}

static void stays_silent(void)
{
	size_t i, k;

	for (i = 0; i < ROWS; i++) {
		struct audited CLEANUP(release) a = { .audit.finding = NULL };

		for (k = 0; k < 2 && rows[i].near[k]; k++)
			help_read(rows[i].near[k], &a.document[k]);
		run(&a, k, NULL, rows[i].near_site);
		if (a.audit.findings)
			tell(&rows[i], "near miss", &a.audit);
		CU_ASSERT_EQUAL(a.audit.findings, 0);
	}
}

static void covers_every_rule(void)
{
	bool seen[SPP_RULE_COUNT] = { false };
	size_t i;

	for (i = 0; i < ROWS; i++)
		seen[rows[i].rule] = true;
	for (i = 0; i < SPP_RULE_COUNT; i++)
		CU_ASSERT_TRUE(seen[i]);
}

/* Images as the clouds and CIS would have them. */
static void good_images(void)
{
	static const char *const names[] = {
		"audit-foreign-cloud",	   "audit-google", "audit-aws",
		"audit-no-genuine-ticket", "client",	   "kms-primary",
		"kms-secondary",	   "server",	   "no-spp",
	};
	static const char *const sites[] = { NULL, IMAGE, CLIENT, OWN };
	size_t i, k;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct audited CLEANUP(release) a = { .audit.finding = NULL };
		struct help_hives hives = { .software = names[i] };

		help_dump(&hives, &a.document[0], NULL);
		run(&a, 1, NULL, NULL);
		for (k = 0; k < a.audit.findings; k++)
			CU_ASSERT_EQUAL(a.audit.finding[k].grade,
					SPP_GRADE_INFO);
	}
	/* The same Azure image, by what it is meant for. */
	for (i = 0; i < sizeof(sites) / sizeof(sites[0]); i++) {
		struct audited CLEANUP(release) a = { .audit.finding = NULL };
		struct help_hives hives = { .software = "audit-foreign-cloud" };

		help_dump(&hives, &a.document[0], NULL);
		run(&a, 1, NULL,
		    i ? sites[i]
		      : "{\"sppctl-site\":1,\"platform\":\"azure\","
			"\"role\":\"image\"}");
		CU_ASSERT_EQUAL(a.audit.findings > 0, i > 0);
	}
}

static const struct unit_test tests[] = {
	{ "each rule fires alone, in a hive and in its dump", fires_alone },
	{ "each rule has a near miss", stays_silent },
	{ "no rule is left out of the table", covers_every_rule },
	{ "images as they should be have notes at the most", good_images },
	{ NULL, NULL },
};

const struct unit_suite unit_audit = { "audit", tests };
