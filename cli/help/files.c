/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files that people write for sppctl, each with an example. */
#include "cli/help/topics.h"
#include "policy/format/json.h"

/* Each form of an entry once; valid JSON without the remarks. */
static const char example[] =
	"  {\n"
	"    \"sppctl-policy\": 1,\n"
	"    \"name\": \"branch KMS host\",           # may be left out\n"
	"    \"description\": \"Every form.\",        # may be left out\n"
	"    \"scopes\": {\n"
	"      \"spp\": {\n"
	"        \"dns-publishing\": \"on\",          # a word\n"
	"        \"low-priority\": false,           # on and off, too\n"
	"        \"listening-port\": 1689,          # a number\n"
	"        \"VLActivationInterval\": 240,     # the registry's name, "
	"number\n"
	"        \"publish-list\": [                # objects or text\n"
	"          { \"domain\": \"corp.example\", \"priority\": 10, "
	"\"weight\": 100 },\n"
	"          \"branch.example, 10, 100\"\n"
	"        ],\n"
	"        \"kms-port\": null,                # must be absent\n"
	"        \"renewal-interval\":              # bytes, as found\n"
	"          { \"type\": \"REG_DWORD\", \"hex\": \"60270000\" },\n"
	"        \"kms-host\":                      # only if absent\n"
	"          { \"default\": \"kms1.corp.example\" },\n"
	"        \"rearm\": { \"keep\": true },       # leave as is, despite "
	"\"*\"\n"
	"        \"*\": null                        # remove all others\n"
	"      },\n"
	"      \"spp/windows\": { \"kms-host\": \"kms2.corp.example\" },\n"
	"      \"spp/*/*\": { \"kms-host\": null }    # every SKU of every "
	"application\n"
	"    }\n"
	"  }\n";

void cli_help_policy(struct cli_page *page)
{
	cli_page_text(page,
		      "A policy document lists settings and their wanted "
		      "values. sppctl apply changes targets to match it, diff "
		      "shows what would change, audit checks it, export and "
		      "convert write it in other formats, import reads those, "
		      "and dump makes one from a target. It is JSON; the "
		      "remarks after # are not part of it:");
	cli_page_lines(page, example);
	cli_page_item(page, "scopes",
		      "named as in sppctl help scopes; * may replace an "
		      "application or SKU id");
	cli_page_item(page, "setting",
		      "named as in sppctl settings, with the words and ranges "
		      "listed there, or by its registry value, with the "
		      "number the registry stores");
	cli_page_item(page, "null", "the value must be absent");
	cli_page_item(page, "bytes",
		      "a value of any type as found: a type such as REG_SZ or "
		      "a number, and the bytes in hex. A dump uses it where no "
		      "word gives the same bytes; apply refuses a wrong type "
		      "and a value out of range");
	cli_page_item(page, "default", "set only if the value is absent");
	cli_page_item(page, "keep",
		      "leave as is, even if a wider entry would remove it");
	cli_page_item(page, "*",
		      "as a setting: every setting without an entry of its "
		      "own, except those that Windows maintains, which only "
		      "the scopes of the cache include");
	cli_page_text(page,
		      "An entry for many, with * in its scope or as its "
		      "setting, may only be null or keep; the narrowest entry "
		      "wins. Settings that Windows maintains may only be null "
		      "or keep, too. Settings, values and keys that are not "
		      "mentioned are not changed.\n\n"
		      "A dump also has \"observed\", the settings that "
		      "Windows maintains, and \"image\", the identity of the "
		      "installation; sppctl audit reads them, apply ignores "
		      "them. Product keys are \"redacted\" there, except with "
		      "--show-keys.\n\n"
		      "An unknown setting or scope is an error, and so is a "
		      "setting given twice; then nothing is written. Errors "
		      "give the place as FILE:LINE:COLUMN.\n\n"
		      "sppctl help schema prints a JSON Schema for editors and "
		      "validators; a member \"$schema\" may name it.\n\n"
		      "Three policies to start from are installed in "
		      "PREFIX/share/sppctl: primary.json and secondary.json "
		      "for two KMS hosts, client.json for their clients.");
}

void cli_help_schema(struct cli_page *page)
{
	struct spp_buf CLEANUP(spp_buf_release) out = SPP_BUF_INIT;

	/* Without memory, main() says so. */
	if (!spp_json_schema(&out, NULL))
		fputs(spp_buf_text(&out), page->to);
}

void cli_help_site(struct cli_page *page)
{
	cli_page_text(page,
		      "A site file tells sppctl audit --site what is normal at "
		      "a site. Only the first member is required:");
	cli_page_lines(page,
		       "  {\n"
		       "    \"sppctl-site\": 1,\n"
		       "    \"domains\": [ \"corp.example\" ],\n"
		       "    \"kms-hosts\": [ \"kms.partner.example\", "
		       "\"10.1.2.3\" ],\n"
		       "    \"known-bad\": [ \"kms*.bad.example\" ],\n"
		       "    \"known-good\": [ \"kms.club.example\" ],\n"
		       "    \"role\": \"image\",\n"
		       "    \"platform\": \"azure\",\n"
		       "    \"targets\": [\n"
		       "      { \"match\": \"KMS0*\", \"role\": \"host\" },\n"
		       "      { \"match\": \"*/golden/*\", \"platform\": "
		       "\"aws\" }\n"
		       "    ],\n"
		       "    \"suppressions\": [\n"
		       "      { \"rule\": \"R07\", \"match\": \"KMS0*\",\n"
		       "        \"reason\": \"moves in May\", \"author\": "
		       "\"jd\",\n"
		       "        \"expires\": \"2027-05-31\" }\n"
		       "    ]\n"
		       "  }\n");
	cli_page_item(page, "domains",
		      "the site's own domains; every KMS host in or below "
		      "them is allowed");
	cli_page_item(page, "kms-hosts",
		      "other allowed hosts; without domains, the only allowed "
		      "hosts");
	cli_page_item(page, "known-bad",
		      "names in addition to sppctl's list of public KMS hosts");
	cli_page_item(page, "known-good",
		      "names that are not public hosts, whatever that list "
		      "says");
	cli_page_item(page, "role",
		      "image (to be cloned), host (a KMS host) or client");
	cli_page_item(page, "platform",
		      "azure, azure-china, google, aws, alibaba, tencent, "
		      "oracle, jd or on-premises");
	cli_page_item(page, "targets",
		      "role and platform of the targets whose path, computer "
		      "or host name matches");
	cli_page_item(page, "suppressions",
		      "findings that are known and accepted: rule, reason, "
		      "author and expires, the last day on which it holds; "
		      "match and setting may be left out");
	cli_page_text(page,
		      "* matches any characters, in known-bad, known-good and "
		      "match. The first target that matches counts.");
}

void cli_help_fleet_file(struct cli_page *page)
{
	cli_page_text(
		page,
		"A fleet file holds the KMS design of a site and the targets "
		"that are to have it; sppctl fleet plans, applies, audits and "
		"rolls back the changes that this needs. It is JSON:");
	cli_page_lines(page,
		       "  {\n"
		       "    \"sppctl-fleet\": 1,\n"
		       "    \"domains\": [ \"corp.example\", "
		       "\"branch.example\" ],\n"
		       "    \"platform\": \"on-premises\",\n"
		       "    \"hosts\": [\n"
		       "      { \"name\": \"kms01.corp.example\", "
		       "\"priority\": 10,\n"
		       "        \"weight\": 100, \"targets\": [ \"primary\" ] "
		       "},\n"
		       "      { \"name\": \"kms02.corp.example\", "
		       "\"priority\": 20,\n"
		       "        \"weight\": 100, \"targets\": [ \"secondary\" "
		       "] }\n"
		       "    ],\n"
		       "    \"clients\": [\n"
		       "      { \"policy\": { \"spp\": { \"host-caching\": "
		       "\"off\" } },\n"
		       "        \"targets\": [ \"images/*.qcow2\" ] }\n"
		       "    ]\n"
		       "  }\n");
	cli_page_item(page, "domains",
		      "DNS domains in which every host is published");
	cli_page_item(page, "platform", "as in a site file");
	cli_page_item(page, "site",
		      "further members of a site file, such as known-good");
	cli_page_item(page, "hosts",
		      "each with its full name, its priority and weight in "
		      "the domains, its port if it is not 1688, and a policy "
		      "if it has further settings");
	cli_page_item(page, "clients", "groups, each with its policy");
	cli_page_item(page, "policy",
		      "the name of a policy file, or the scopes of a policy "
		      "document");
	cli_page_item(page, "targets",
		      "names of targets; *, ? and [ ] stand for those that "
		      "fit, except backups and logs");
	cli_page_item(page, "targets-from",
		      "a file with more of them, one a line");
	cli_page_text(
		page,
		"Names of files are relative to the current folder. A "
		"\"description\" may stand in the file, in a host and in "
		"a group. sppctl help schema fleet prints a JSON Schema.");
}
