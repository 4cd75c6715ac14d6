/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/audit/known_hosts.h"

#include <ctype.h>
#include <string.h>

#define GIST   "third-party list of public KMS hosts, unverified"
#define AZURE  "Microsoft, Azure VM activation"
#define GOOGLE "Google Cloud documentation"
#define AWS    "AWS, EC2 documentation"

/* Names rot; those of whole services are given by domain. */
static const struct spp_known_host public_hosts[] = {
	{ .pattern = "msguides.com", .source = GIST },
	{ .pattern = "kms.digiboy.ir", .source = GIST },
	{ .pattern = "kms.03k.org", .source = GIST },
	{ .pattern = "kms.chinancce.com", .source = GIST },
	{ .pattern = "kms.lotro.cc", .source = GIST },
	{ .pattern = "kms.loli.beer", .source = GIST },
	{ .pattern = "kms.loli.best", .source = GIST },
	{ .pattern = "kms.ddns.net", .source = GIST },
	{ .pattern = "kms.cangshui.net", .source = GIST },
	{ .pattern = "kms.xspace.in", .source = GIST },
	{ .pattern = "kms.shuax.com", .source = GIST },
	{ .pattern = "zh.us.to", .source = GIST },
	{ .pattern = "s8.uk.to", .source = GIST },
	{ .pattern = "e8.us.to", .source = GIST },
	{ .pattern = "skms.netnr*", .source = GIST },
	{ .pattern = "xykz.f3322.org", .source = GIST },
};

static const struct spp_known_host cloud_hosts[] = {
	{ "azkms.core.windows.net", SPP_PLATFORM_AZURE, AZURE },
	{ "kms.core.windows.net", SPP_PLATFORM_AZURE, AZURE },
	{ "kms.core.usgovcloudapi.net", SPP_PLATFORM_AZURE, AZURE },
	{ "kms.core.chinacloudapi.cn", SPP_PLATFORM_AZURE, AZURE },
	{ "kms.core.cloudapi.de", SPP_PLATFORM_AZURE, AZURE },
	{ "kms.windows.googlecloud.com", SPP_PLATFORM_GOOGLE, GOOGLE },
	{ "35.190.247.13", SPP_PLATFORM_GOOGLE, GOOGLE },
	{ "169.254.169.250", SPP_PLATFORM_AWS, AWS },
	{ "169.254.169.251", SPP_PLATFORM_AWS, AWS },
	{ "fd00:ec2::250", SPP_PLATFORM_AWS, AWS },
};

/* Any of them may be a real host, too: they lie in private networks. */
static const struct spp_known_host placeholders[] = {
	{ .pattern = "172.16.0.2", .source = "third-party, a hooking library" },
	{ .pattern = "10.10.10.9", .source = "third-party, a TAP adapter" },
	{ .pattern = "10.10.10.10", .source = "third-party, a TAP adapter" },
	{ .pattern = "10.0.0.10", .source = "third-party audit tool" },
};

#define LIST(rows)                                       \
	{                                                \
		(rows), sizeof(rows) / sizeof((rows)[0]) \
	}

const struct spp_known_hosts spp_known_hosts_public = LIST(public_hosts);
const struct spp_known_hosts spp_known_hosts_cloud = LIST(cloud_hosts);
const struct spp_known_hosts spp_known_hosts_placeholder = LIST(placeholders);

static const struct {
	const char *word, *title;
} platforms[SPP_PLATFORM_COUNT] = {
	[SPP_PLATFORM_UNKNOWN] = { "unknown", "an unknown platform" },
	[SPP_PLATFORM_ON_PREMISES] = { "on-premises", "a site of its own" },
	[SPP_PLATFORM_AZURE] = { "azure", "Azure" },
	[SPP_PLATFORM_GOOGLE] = { "google", "Google Cloud" },
	[SPP_PLATFORM_AWS] = { "aws", "AWS" },
};

const char *spp_platform_word(enum spp_platform platform)
{
	return platforms[platform].word;
}

const char *spp_platform_title(enum spp_platform platform)
{
	return platforms[platform].title;
}

static bool same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Going back to the last star alone is enough, and never takes long. */
bool spp_known_hosts_glob(const char *pattern, const char *text)
{
	const char *star = NULL, *retry = NULL;

	while (*text) {
		if (*pattern == '*') {
			star = pattern++;
			retry = text;
		} else if (*pattern && same(*pattern, *text)) {
			pattern++;
			text++;
		} else if (star) {
			pattern = star + 1;
			text = ++retry;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

bool spp_known_hosts_fits(const char *pattern, const char *name)
{
	const char *dot;

	if (spp_known_hosts_glob(pattern, name))
		return true;
	for (dot = strchr(name, '.'); dot; dot = strchr(dot + 1, '.'))
		if (spp_known_hosts_glob(pattern, dot + 1))
			return true;
	return false;
}

const struct spp_known_host *spp_known_hosts_find(
	const struct spp_known_hosts *list,
	const struct spp_host_address *address)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (spp_known_hosts_fits(list->row[i].pattern, address->name))
			return &list->row[i];
	return NULL;
}
