/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/audit/known_hosts.h"

#include <ctype.h>
#include <string.h>

#define AZURE	"Microsoft, Azure VM activation"
#define GOOGLE	"Google Cloud documentation"
#define AWS	"AWS, EC2 documentation"
#define ALIBABA "Alibaba Cloud, ECS metadata: kms-server"
#define TENCENT "Tencent Cloud, CVM: activating Windows"
#define ORACLE	"Oracle Cloud Infrastructure, importing Windows images"
#define JD	"JD Cloud; " AWS
#define IS(x)	((unsigned int)1 << SPP_PLATFORM_##x)

#define PUBLIC(name, from) { .pattern = (name), .source = (from) },
static const struct spp_known_host public_hosts[] = {
#include "policy/audit/public_hosts.def"
};

const char spp_known_hosts_date[] = PUBLIC_HOSTS_DATE;

static const struct spp_known_host cloud_hosts[] = {
	{ "azkms.core.windows.net", IS(AZURE), AZURE },
	{ "kms.core.windows.net", IS(AZURE), AZURE },
	{ "kms.core.usgovcloudapi.net", IS(AZURE), AZURE },
	{ "kms.core.cloudapi.de", IS(AZURE), AZURE },
	{ "azkms.core.chinacloudapi.cn", IS(AZURE_CHINA), AZURE },
	{ "kms.core.chinacloudapi.cn", IS(AZURE_CHINA), AZURE },
	{ "kms.windows.googlecloud.com", IS(GOOGLE), GOOGLE },
	{ "35.190.247.13", IS(GOOGLE), GOOGLE },
	{ "169.254.169.250", IS(AWS) | IS(JD), JD },
	{ "169.254.169.251", IS(AWS) | IS(JD), JD },
	{ "fd00:ec2::250", IS(AWS), AWS },
	{ "kms.cloud.aliyuncs.com", IS(ALIBABA), ALIBABA },
	{ "kms.tencentyun.com", IS(TENCENT), TENCENT },
	{ "169.254.169.253", IS(ORACLE), ORACLE },
};

/* Each may also be a real host, since these are private networks. */
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
	[SPP_PLATFORM_AZURE_CHINA] = { "azure-china", "Azure China" },
	[SPP_PLATFORM_ALIBABA] = { "alibaba", "Alibaba Cloud" },
	[SPP_PLATFORM_TENCENT] = { "tencent", "Tencent Cloud" },
	[SPP_PLATFORM_ORACLE] = { "oracle", "Oracle Cloud" },
	[SPP_PLATFORM_JD] = { "jd", "JD Cloud" },
};

const char *spp_platform_word(enum spp_platform platform)
{
	return platforms[platform].word;
}

const char *spp_platform_title(enum spp_platform platform)
{
	return platforms[platform].title;
}

bool spp_known_host_is_of(const struct spp_known_host *host,
			  enum spp_platform platform)
{
	return host->platforms >> platform & 1;
}

enum spp_status spp_known_host_owners(const struct spp_known_host *host,
				      struct spp_buf *out,
				      struct spp_error *err)
{
	unsigned int left = host->platforms;
	enum spp_status st = SPP_OK;
	int i;

	for (i = 0; !st && i < SPP_PLATFORM_COUNT; i++) {
		if (!(left >> i & 1))
			continue;
		left &= ~(1u << i);
		st = spp_buf_printf(out, err, "%s%s",
				    !out->size ? ""
				    : left     ? ", "
					       : " and ",
				    platforms[i].title);
	}
	return st;
}

static bool same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Returning to the last star alone suffices, and bounds the time. */
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
