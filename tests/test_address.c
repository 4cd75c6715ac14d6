/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "policy/audit/known_hosts.h"
#include "tests/unit.h"

static const struct {
	const char *text, *name;
	enum spp_net net;
} rows[] = {
	{ "kms01.corp.example", "kms01.corp.example", SPP_NET_NAME },
	{ " KMS01.Corp.Example. ", "kms01.corp.example", SPP_NET_NAME },
	{ "kms01.corp.example:1688", "kms01.corp.example", SPP_NET_NAME },
	{ "kms01", "kms01", SPP_NET_NAME },
	{ "", "", SPP_NET_NAME },
	{ "...", "", SPP_NET_NAME },
	{ "[", "", SPP_NET_NAME },
	{ "127.0.0.1", "127.0.0.1", SPP_NET_LOOPBACK },
	{ "127.0.0.2:1688", "127.0.0.2", SPP_NET_LOOPBACK },
	{ "127.1", "127.0.0.1", SPP_NET_LOOPBACK },
	{ "0x7f000001", "127.0.0.1", SPP_NET_LOOPBACK },
	{ "0177.0.0.1", "127.0.0.1", SPP_NET_LOOPBACK },
	{ "2130706433", "127.0.0.1", SPP_NET_LOOPBACK },
	{ "0.0.0.0", "0.0.0.0", SPP_NET_LOOPBACK },
	{ "0.0.0.1", "0.0.0.1", SPP_NET_SPECIAL },
	{ "[::1]", "::1", SPP_NET_LOOPBACK },
	{ "::1", "::1", SPP_NET_LOOPBACK },
	{ "[::]", "::", SPP_NET_LOOPBACK },
	{ "::2", "::2", SPP_NET_SPECIAL },
	{ "[0:0:0:0:0:0:0:1]:1688", "::1", SPP_NET_LOOPBACK },
	{ "::ffff:127.0.0.1", "127.0.0.1", SPP_NET_LOOPBACK },
	{ "::ffff:8.8.8.8", "8.8.8.8", SPP_NET_PUBLIC },
	{ "localhost", "localhost", SPP_NET_LOOPBACK },
	{ "kms.LOCALHOST.", "kms.localhost", SPP_NET_LOOPBACK },
	{ "notlocalhost", "notlocalhost", SPP_NET_NAME },
	{ "10.0.0.10", "10.0.0.10", SPP_NET_PRIVATE },
	{ "11.0.0.10", "11.0.0.10", SPP_NET_PUBLIC },
	{ "172.15.255.255", "172.15.255.255", SPP_NET_PUBLIC },
	{ "172.16.0.2", "172.16.0.2", SPP_NET_PRIVATE },
	{ "172.31.255.255", "172.31.255.255", SPP_NET_PRIVATE },
	{ "172.32.0.0", "172.32.0.0", SPP_NET_PUBLIC },
	{ "192.168.1.1", "192.168.1.1", SPP_NET_PRIVATE },
	{ "100.64.0.1", "100.64.0.1", SPP_NET_PRIVATE },
	{ "100.128.0.1", "100.128.0.1", SPP_NET_PUBLIC },
	{ "169.254.169.250", "169.254.169.250", SPP_NET_LINK },
	{ "192.0.2.10", "192.0.2.10", SPP_NET_SPECIAL },
	{ "239.1.1.1", "239.1.1.1", SPP_NET_SPECIAL },
	{ "fd00:ec2::250", "fd00:ec2::250", SPP_NET_PRIVATE },
	{ "[fe80::1%12]", "fe80::1", SPP_NET_LINK },
	{ "2001:db8::1", "2001:db8::1", SPP_NET_SPECIAL },
	{ "2606:4700::1111", "2606:4700::1111", SPP_NET_PUBLIC },
	{ "300.1.1.1", "300.1.1.1", SPP_NET_NAME },
};

static void reads(void)
{
	struct spp_host_address a;
	char text[600];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		spp_host_address_read(rows[i].text, &a);
		CU_ASSERT_STRING_EQUAL(a.name, rows[i].name);
		CU_ASSERT_EQUAL(a.net, rows[i].net);
	}
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	spp_host_address_read(text, &a);
	CU_ASSERT_EQUAL(strlen(a.name), SPP_HOST_ADDRESS_TEXT - 1);
}

static void compares(void)
{
	static const struct {
		const char *a, *b;
		bool same;
	} pairs[] = {
		{ "kms01", "KMS01.corp.example", true },
		{ "kms01.corp.example", "kms01.corp.example.", true },
		{ "kms01.corp.example", "kms01.branch.example", false },
		{ "kms01", "kms011.corp.example", false },
		{ "10.1.2.3", "10.1.2.3:1688", true },
		{ "10.1.2.3", "10", false },
		{ "", "", true },
		{ "", "kms01", false },
	};
	struct spp_host_address a, b;
	size_t i;

	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		spp_host_address_read(pairs[i].a, &a);
		spp_host_address_read(pairs[i].b, &b);
		CU_ASSERT_EQUAL(spp_host_address_same(&a, &b), pairs[i].same);
	}
}

static void lies_below(void)
{
	CU_ASSERT_TRUE(spp_dns_name_below("a.b.example", "b.example"));
	CU_ASSERT_TRUE(spp_dns_name_below("B.example", "b.EXAMPLE"));
	CU_ASSERT_FALSE(spp_dns_name_below("ab.example", "b.example"));
	CU_ASSERT_FALSE(spp_dns_name_below("b.example", "a.b.example"));
	CU_ASSERT_FALSE(spp_dns_name_below("b.example", ""));
}

static void fits(void)
{
	static const struct {
		const char *pattern, *name;
		bool fits;
	} cases[] = {
		{ "msguides.com", "kms8.msguides.com", true },
		{ "msguides.com", "MSGUIDES.com", true },
		{ "msguides.com", "notmsguides.com", false },
		{ "msguides.com", "msguides.com.corp.example", false },
		{ "kms*.msguides.com", "kms8.msguides.com", true },
		{ "kms*.msguides.com", "www.msguides.com", false },
		{ "skms.netnr*", "skms.netnr.eu.org", true },
		{ "*", "anything", true },
		{ "a*b*c", "aXbYc", true },
		{ "a*b*c", "aXbY", false },
		{ "", "", true },
		{ "", "a", false },
	};
	char pattern[201], name[201];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CU_ASSERT_EQUAL(
			spp_known_hosts_fits(cases[i].pattern, cases[i].name),
			cases[i].fits);
	/* What takes others for ever. */
	for (i = 0; i < 200; i++) {
		pattern[i] = i % 2 ? 'a' : '*';
		name[i] = 'a';
	}
	pattern[199] = 'b';
	pattern[200] = name[200] = '\0';
	CU_ASSERT_FALSE(spp_known_hosts_glob(pattern, name));
}

/* The tables are data; what stands in them must be found by itself. */
static void tables(void)
{
	static const struct spp_known_hosts *const lists[] = {
		&spp_known_hosts_public, &spp_known_hosts_cloud,
		&spp_known_hosts_placeholder
	};
	struct spp_host_address a;
	size_t i, k;

	for (i = 0; i < 3; i++) {
		for (k = 0; k < lists[i]->count; k++) {
			const struct spp_known_host *row = &lists[i]->row[k];

			if (!strchr(row->pattern, '*')) {
				spp_host_address_read(row->pattern, &a);
				CU_ASSERT_PTR_EQUAL(
					spp_known_hosts_find(lists[i], &a),
					row);
			}
			CU_ASSERT_TRUE(*row->source != '\0');
			CU_ASSERT_EQUAL(row->platforms != 0,
					lists[i] == &spp_known_hosts_cloud);
		}
	}
	spp_host_address_read("azkms.core.windows.net.evil.test", &a);
	CU_ASSERT_PTR_NULL(spp_known_hosts_find(&spp_known_hosts_cloud, &a));
}

/* Whose an address is: of one cloud, of several, of none. */
static void owners(void)
{
	static const struct {
		const char *host, *owners;
	} hosts[] = {
		{ "azkms.core.windows.net", "Azure" },
		{ "kms.core.chinacloudapi.cn", "Azure China" },
		{ "kms.windows.googlecloud.com", "Google Cloud" },
		{ "169.254.169.250", "AWS and JD Cloud" },
		{ "169.254.169.251", "AWS and JD Cloud" },
		{ "169.254.169.253", "Oracle Cloud" },
		{ "kms.cloud.aliyuncs.com", "Alibaba Cloud" },
		{ "kms.tencentyun.com", "Tencent Cloud" },
	};
	const struct spp_known_host *found;
	struct spp_host_address a;
	size_t i;

	for (i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		struct spp_buf CLEANUP(spp_buf_release) out = SPP_BUF_INIT;

		spp_host_address_read(hosts[i].host, &a);
		found = spp_known_hosts_find(&spp_known_hosts_cloud, &a);
		CU_ASSERT_PTR_NOT_NULL_FATAL(found);
		spp_known_host_owners(found, &out, NULL);
		CU_ASSERT_STRING_EQUAL(spp_buf_text(&out), hosts[i].owners);
		CU_ASSERT_PTR_NULL(
			spp_known_hosts_find(&spp_known_hosts_public, &a));
	}
}

/* Public hosts are found by name, below a service's domain, by address. */
static void public_hosts(void)
{
	static const struct {
		const char *host;
		bool known;
	} hosts[] = {
		{ "kms8.msguides.com", true },
		{ "KMS9.MSGuides.com:1688", true },
		{ "hq1.chinancce.com", true },
		{ "kms-default.cangshui.net", true },
		{ "skms.netnr.eu.org", true },
		{ "54.223.212.31", true },
		{ "kms.ddns.net", true },
		{ "ourkms.ddns.net", false },
		{ "zh.us.to", true },
		{ "us.to", false },
		{ "kms.corp.example", false },
	};
	struct spp_host_address a;
	size_t i;

	for (i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		spp_host_address_read(hosts[i].host, &a);
		CU_ASSERT_EQUAL(spp_known_hosts_find(&spp_known_hosts_public,
						     &a) != NULL,
				hosts[i].known);
	}
	CU_ASSERT_EQUAL(strlen(spp_known_hosts_date), 10);
}

static const struct unit_test tests[] = {
	{ "names, addresses and their networks", reads },
	{ "two spellings of one host", compares },
	{ "names below a domain", lies_below },
	{ "patterns", fits },
	{ "tables of known hosts", tables },
	{ "clouds and their hosts", owners },
	{ "public hosts", public_hosts },
	{ NULL, NULL },
};

const struct unit_suite unit_address = { "address", tests };
