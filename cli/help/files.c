/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files that people write for sppctl, each with an example. */
#include <stdio.h>

#include "cli/help/help.h"
#include "policy/format/json.h"

/* Each form of a wish once, valid but for the remarks. */
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
	"        \"kms-port\": null,                # must not be there\n"
	"        \"renewal-interval\":              # bytes, as found\n"
	"          { \"type\": \"REG_DWORD\", \"hex\": \"60270000\" },\n"
	"        \"kms-host\":                      # only where there is "
	"none\n"
	"          { \"default\": \"kms1.corp.example\" },\n"
	"        \"skip-rearm\": { \"keep\": true },  # as it is, in spite of "
	"\"*\"\n"
	"        \"*\": null                        # all others must not be "
	"there\n"
	"      },\n"
	"      \"spp/windows\": { \"kms-host\": \"kms2.corp.example\" },\n"
	"      \"spp/*/*\": { \"kms-host\": null }    # every SKU of every "
	"application\n"
	"    }\n"
	"  }\n";

void cli_help_policy(void)
{
	printf("A policy document says what settings are to be. sppctl apply "
	       "makes it so, diff tells what\nthat would change, audit judges "
	       "it, export and convert write it in the formats of others,\n"
	       "import makes one of those, and dump one of a target. It is "
	       "JSON; the remarks behind # are\nnot part of it:\n\n%s",
	       example);
	puts("\n"
	     "scopes   by the names of sppctl help scopes. * may stand for an "
	     "application or SKU id\n"
	     "setting  by the names of sppctl settings, with the words and "
	     "ranges that it lists, or by\n"
	     "         the name of the registry value, with the registry's "
	     "number\n"
	     "null     the value must be absent\n"
	     "bytes    a value as it was found, of any type: a name such as "
	     "REG_SZ or a number, and the\n"
	     "         bytes in hex. A dump has it where no word gives the "
	     "same bytes; apply refuses\n"
	     "         what is of the wrong type or out of range\n"
	     "default  set only where there is none\n"
	     "keep     left as it is, where a wider wish would remove it\n"
	     "*        as a setting: every one that has no wish of its own. "
	     "It does not reach what\n"
	     "         Windows keeps for itself, except in the cache\n\n"
	     "What stands for many, a * in the scope or as the setting, may "
	     "only be null or keep; the\nnarrowest wish counts. What Windows "
	     "keeps for itself may only be null or keep, too. What\nis not "
	     "mentioned is left alone, and so are other values and keys.\n\n"
	     "In a dump, observed has what Windows keeps for itself, and "
	     "image what Windows it is: sppctl\naudit reads them, apply does "
	     "not. A product key stands there as \"redacted\" unless "
	     "--show-keys\nis given.\n\n"
	     "A setting or scope that sppctl does not know is an "
	     "error, as is a setting given twice, and\nnothing is written. "
	     "An error tells where, as FILE:LINE:COLUMN:\n\n"
	     "  sppctl: kms.json:7:9: 'maybe' is no value of "
	     "dns-publishing; allowed: on|off\n\n"
	     "sppctl help schema prints a JSON Schema of all this, for "
	     "editors and validators; a member\n\"$schema\" may name it.\n\n"
	     "Three policies are ready to be changed and applied, installed "
	     "in share/sppctl below the\nprefix: primary.json and "
	     "secondary.json for two KMS hosts, client.json for their "
	     "clients.");
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
	puts("A site file says what a site knows of itself, for sppctl audit "
	     "--site. All but the first\nmember may be left out:\n\n"
	     "  {\n"
	     "    \"sppctl-site\": 1,\n"
	     "    \"domains\": [ \"corp.example\" ],\n"
	     "    \"kms-hosts\": [ \"kms.partner.example\", \"10.1.2.3\" ],\n"
	     "    \"known-bad\": [ \"kms*.bad.example\" ],\n"
	     "    \"role\": \"image\",\n"
	     "    \"platform\": \"azure\",\n"
	     "    \"targets\": [\n"
	     "      { \"match\": \"KMS0*\", \"role\": \"host\" },\n"
	     "      { \"match\": \"*/golden/*\", \"platform\": \"aws\" }\n"
	     "    ]\n"
	     "  }\n\n"
	     "domains    the site's own, with all below them; every KMS host "
	     "in them is fine\n"
	     "kms-hosts  allowed beside those; to allow some hosts only, name "
	     "them and no domains\n"
	     "known-bad  names beside the list of public KMS hosts that "
	     "sppctl has\n"
	     "role       image (to be cloned), host (a KMS host) or client\n"
	     "platform   azure, google, aws or on-premises\n"
	     "targets    role and platform of targets with this path, "
	     "computer or host name\n\n"
	     "* stands for any characters, in known-bad and in match. The "
	     "first target that fits counts.");
}
