/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files that people write for sppctl, each with an example. */
#include <stdio.h>

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
	"        \"VLActivationInterval\": 240,     # the registry's name and "
	"number\n"
	"        \"publish-list\": [                # entries, as objects or "
	"as text\n"
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

void cli_help_policy(void)
{
	printf("A policy document lists settings and their wanted values. "
	       "sppctl apply changes targets to\nmatch it, diff shows what "
	       "would change, audit checks it, export and convert write it in\n"
	       "other formats, import reads those, and dump makes one from a "
	       "target. It is JSON; the remarks\nafter # are not part of it:"
	       "\n\n%s",
	       example);
	puts("\n"
	     "scopes   named as in sppctl help scopes; * may replace an "
	     "application or SKU id\n"
	     "setting  named as in sppctl settings, with the words and ranges "
	     "listed there, or by its\n"
	     "         registry value, with the number the registry stores\n"
	     "null     the value must be absent\n"
	     "bytes    a value of any type as found: a type such as REG_SZ or "
	     "a number, and the bytes in\n"
	     "         hex. A dump uses it where no word gives the same bytes; "
	     "apply refuses a wrong\n"
	     "         type and a value out of range\n"
	     "default  set only if the value is absent\n"
	     "keep     leave as is, even if a wider entry would remove it\n"
	     "*        as a setting: every setting without an entry of its "
	     "own, except those that Windows\n"
	     "         maintains, which only the scopes of the cache "
	     "include\n\n"
	     "An entry for many, with * in its scope or as its setting, may "
	     "only be null or keep; the\nnarrowest entry wins. Settings that "
	     "Windows maintains may only be null or keep, too.\nSettings, "
	     "values and keys that are not mentioned are not changed.\n\n"
	     "A dump also has \"observed\", the settings that Windows "
	     "maintains, and \"image\", the identity\nof the installation; "
	     "sppctl audit reads them, apply ignores them. Product keys "
	     "are\n\"redacted\" there, except with --show-keys.\n\n"
	     "An unknown setting or scope is an error, and so is a setting "
	     "given twice; then nothing is\nwritten. Errors give the place as "
	     "FILE:LINE:COLUMN.\n\n"
	     "sppctl help schema prints a JSON Schema for editors and "
	     "validators; a member \"$schema\" may\nname it.\n\n"
	     "Three policies to start from are installed in "
	     "PREFIX/share/sppctl: primary.json and\nsecondary.json for two "
	     "KMS hosts, client.json for their clients.");
}

void cli_help_schema(void)
{
	struct spp_buf CLEANUP(spp_buf_release) out = SPP_BUF_INIT;

	/* Without memory, main() says so. */
	if (!spp_json_schema(&out, NULL))
		fputs(spp_buf_text(&out), stdout);
}

void cli_help_site(void)
{
	puts("A site file tells sppctl audit --site what is normal at a site. "
	     "Only the first member is\nrequired:\n\n"
	     "  {\n"
	     "    \"sppctl-site\": 1,\n"
	     "    \"domains\": [ \"corp.example\" ],\n"
	     "    \"kms-hosts\": [ \"kms.partner.example\", \"10.1.2.3\" ],\n"
	     "    \"known-bad\": [ \"kms*.bad.example\" ],\n"
	     "    \"known-good\": [ \"kms.club.example\" ],\n"
	     "    \"role\": \"image\",\n"
	     "    \"platform\": \"azure\",\n"
	     "    \"targets\": [\n"
	     "      { \"match\": \"KMS0*\", \"role\": \"host\" },\n"
	     "      { \"match\": \"*/golden/*\", \"platform\": \"aws\" }\n"
	     "    ]\n"
	     "  }\n\n"
	     "domains    the site's own domains; every KMS host in or below "
	     "them is allowed\n"
	     "kms-hosts  other allowed hosts; without domains, the only "
	     "allowed hosts\n"
	     "known-bad  names in addition to sppctl's list of public KMS "
	     "hosts\n"
	     "known-good names that are not public hosts, whatever that list "
	     "says\n"
	     "role       image (to be cloned), host (a KMS host) or client\n"
	     "platform   azure, azure-china, google, aws, alibaba, tencent, "
	     "oracle, jd or on-premises\n"
	     "targets    role and platform of the targets whose path, "
	     "computer or host name matches\n\n"
	     "* matches any characters, in known-bad, known-good and match. "
	     "The first "
	     "target that matches counts.");
}
