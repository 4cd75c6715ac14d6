/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/audit/site.h"
#include "tests/unit.h"

static const char full[] =
	"{\n"
	"  \"sppctl-site\": 1,\n"
	"  \"domains\": [ \"corp.example\", \"m\303\274nchen.example\" ],\n"
	"  \"kms-hosts\": [ \"KMS.partner.example\", \"10.1.2.3\", "
	"\"[fd00::1]\" ],\n"
	"  \"known-bad\": [ \"kms*.bad.example\" ],\n"
	"  \"known-good\": [ \"kms.club.example\", \"54.223.212.31\" ],\n"
	"  \"role\": \"image\",\n"
	"  \"platform\": \"azure\",\n"
	"  \"targets\": [\n"
	"    { \"match\": \"KMS0*\", \"role\": \"host\" },\n"
	"    { \"match\": \"*/golden/*\", \"platform\": \"aws\" }\n"
	"  ]\n"
	"}\n";

static enum spp_status read_text(const char *text, struct spp_site *site,
				 struct spp_error *err)
{
	return spp_site_read("site.json", text, strlen(text), site, err);
}

static bool allows(const struct spp_site *site, const char *host)
{
	struct spp_host_address a;

	spp_host_address_read(host, &a);
	return spp_site_allows(site, &a);
}

static bool owns(const struct spp_site *site, const char *host)
{
	struct spp_host_address a;

	spp_host_address_read(host, &a);
	return spp_site_owns(site, &a);
}

static void reads_all(void)
{
	struct spp_site CLEANUP(spp_site_release) site = SPP_SITE_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_host_address a;

	CU_ASSERT_EQUAL_FATAL(read_text(full, &site, &err), SPP_OK);
	CU_ASSERT_TRUE(site.given);
	CU_ASSERT_TRUE(owns(&site, "kms01.corp.example"));
	CU_ASSERT_TRUE(owns(&site, "kms01.xn--mnchen-3ya.example"));
	CU_ASSERT_FALSE(owns(&site, "kms01.incorp.example"));
	CU_ASSERT_FALSE(owns(&site, "10.1.2.3"));
	CU_ASSERT_TRUE(allows(&site, "kms.partner.example"));
	CU_ASSERT_TRUE(allows(&site, "kms"));
	CU_ASSERT_TRUE(allows(&site, "10.1.2.3"));
	CU_ASSERT_TRUE(allows(&site, "fd00::1"));
	CU_ASSERT_FALSE(allows(&site, "10.1.2.4"));
	CU_ASSERT_TRUE(allows(&site, "a.kms.club.example"));
	CU_ASSERT_FALSE(allows(&site, "club.example"));
	CU_ASSERT_TRUE(allows(&site, "54.223.212.31"));
	spp_host_address_read("kms9.bad.example", &a);
	CU_ASSERT_STRING_EQUAL(spp_site_condemns(&site, &a),
			       "kms*.bad.example");
	spp_host_address_read("bad.example", &a);
	CU_ASSERT_PTR_NULL(spp_site_condemns(&site, &a));
}

static void places(void)
{
	static const struct {
		const char *path, *computer, *host;
		enum spp_duty duty;
		enum spp_platform platform;
	} rows[] = {
		{ "SOFTWARE", "KMS01", NULL, SPP_DUTY_HOST,
		  SPP_PLATFORM_AZURE },
		{ "SOFTWARE", NULL, "kms02", SPP_DUTY_HOST,
		  SPP_PLATFORM_AZURE },
		{ "/x/golden/SOFTWARE", "PC7", "pc7", SPP_DUTY_IMAGE,
		  SPP_PLATFORM_AWS },
		{ "/x/golden/SOFTWARE", "KMS03", NULL, SPP_DUTY_HOST,
		  SPP_PLATFORM_AZURE },
		{ "SOFTWARE", NULL, NULL, SPP_DUTY_IMAGE, SPP_PLATFORM_AZURE },
	};
	struct spp_site CLEANUP(spp_site_release) site = SPP_SITE_INIT;
	enum spp_platform platform;
	enum spp_duty duty;
	size_t i;

	CU_ASSERT_EQUAL_FATAL(read_text(full, &site, NULL), SPP_OK);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct spp_identity CLEANUP(spp_identity_release) identity =
			SPP_IDENTITY_INIT;

		spp_identity_set(&identity, SPP_FACT_COMPUTER, rows[i].computer,
				 NULL);
		spp_identity_set(&identity, SPP_FACT_HOST, rows[i].host, NULL);
		spp_site_place(&site, rows[i].path, &identity, &duty,
			       &platform);
		CU_ASSERT_EQUAL(duty, rows[i].duty);
		CU_ASSERT_EQUAL(platform, rows[i].platform);
	}
}

#define S "{\"sppctl-site\": 1, "

static void refuses(void)
{
	static const struct {
		const char *text, *message;
	} rows[] = {
		{ "", "site.json:1: '[' or '{' expected near end of file" },
		{ "[]", "site.json:1:1: a site file must be an object" },
		{ "{}", "site.json:1:1: 'sppctl-site' must be 1; is this a "
			"site file?" },
		{ "{\n \"sppctl-site\": 2 }",
		  "site.json:1:1: 'sppctl-site' must be 1; is this a site "
		  "file?" },
		{ S "\n\"domain\": [] }",
		  "site.json:2:1: unknown member 'domain' of a site file" },
		{ S "\"domains\": \"corp.example\" }",
		  "site.json:1:20: must be an array of texts" },
		{ S "\"domains\": [ \"a.example\",\n 5 ] }",
		  "site.json:2:2: must be text" },
		{ S "\"domains\": [ \"a.example\",\n\n   \"b..example\" ] }",
		  "site.json:3:4: domain 'b..example' has an empty label" },
		{ S "\"kms-hosts\": [ \"fd00::1\" ] }",
		  "site.json:1:35: IPv6 address 'fd00::1' must be in "
		  "brackets: [fd00::1]" },
		{ S "\"kms-hosts\": [ \"a.example:1688\" ] }",
		  "site.json:1:35: 'a.example:1688' has a port; give the host "
		  "alone: a.example" },
		{ S "\"known-bad\": [ \"*.*\" ] }",
		  "site.json:1:35: pattern '*.*' fits every name" },
		{ S "\"known-bad\": [ \"a b\" ] }",
		  "site.json:1:35: 'a b' is not a pattern of host names" },
		{ S "\"role\": \"images\" }",
		  "site.json:1:20: must be one of image, host and client" },
		{ S "\"role\": \"unknown\" }",
		  "site.json:1:20: must be one of image, host and client" },
		{ S "\"platform\": 5 }",
		  "site.json:1:20: must be one of on-premises, azure, google, "
		  "aws, azure-china, alibaba, tencent, oracle and jd" },
		{ S "\"targets\": {} }",
		  "site.json:1:20: must be an array of 10000 targets at the "
		  "most" },
		{ S "\"targets\": [ 5 ] }",
		  "site.json:1:33: must be an object with 'match'" },
		{ S "\"targets\": [ { \"role\": \"host\" } ] }",
		  "site.json:1:33: has no 'match'" },
		{ S "\"targets\": [ {\n\"match\": \"\" } ] }",
		  "site.json:2:1: must be a path or name, in which * stands "
		  "for any characters" },
		{ S "\"targets\": [ { \"match\": \"a\", \"rôle\": 1 } ] }",
		  "site.json:1:49: unknown member 'rôle' of a target" },
		{ S "\"a\\nb\\u001b\": 1 }",
		  "site.json:1:1: unknown member 'a\\u{A}b\\u{1B}' of a site "
		  "file" },
		{ S "\"role\": \"host\", \"role\": \"host\" }",
		  "site.json:1:41: duplicate object key near '\"role\"'" },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct spp_site CLEANUP(spp_site_release) site = SPP_SITE_INIT;
		struct spp_error err = SPP_ERROR_INIT;

		enum spp_status st = read_text(rows[i].text, &site, &err);

		/* What is no JSON at all is damaged, the rest is wrong. */
		CU_ASSERT_TRUE(st == SPP_INVALID || st == SPP_CORRUPT);
		if (strcmp(err.text, rows[i].message))
			printf("\n%s", err.text);
		CU_ASSERT_STRING_EQUAL(err.text, rows[i].message);
		CU_ASSERT_FALSE(site.given);
	}
}

/* Cut at any byte, or with any byte changed, it is read or refused. */
static void survives(void)
{
	char text[sizeof(full)];
	size_t i, valid = 0;

	for (i = 0; i + 2 < sizeof(full); i++) {
		struct spp_site CLEANUP(spp_site_release) site = SPP_SITE_INIT;

		memcpy(text, full, i);
		text[i] = '\0';
		CU_ASSERT_EQUAL(spp_site_read("site", text, i, &site, NULL),
				SPP_CORRUPT);
	}
	for (i = 0; i + 1 < 256 * sizeof(full); i += 7) {
		struct spp_site CLEANUP(spp_site_release) site = SPP_SITE_INIT;

		memcpy(text, full, sizeof(full));
		text[i % (sizeof(full) - 1)] = (char)(i / (sizeof(full) - 1));
		valid += !spp_site_read("site", text, sizeof(full) - 1, &site,
					NULL);
	}
	CU_ASSERT_TRUE(valid > 0);
}

static const struct unit_test tests[] = {
	{ "every member", reads_all },
	{ "role and platform of a target", places },
	{ "mistakes, with line and column", refuses },
	{ "damaged files", survives },
	{ NULL, NULL },
};

const struct unit_suite unit_site = { "site", tests };
