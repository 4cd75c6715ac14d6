/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which KMS host a client asks first, and what is wished away with a cache. */
#include <stdio.h>
#include <string.h>

#include "policy/model/activation.h"
#include "policy/model/sku.h"
#include "policy/windows/found_hosts.h"
#include "policy/windows/identity.h"
#include "tests/unit.h"

#define APP "55c92734-d682-4d71-983e-d6ec3f16059f"
#define SKU "73111121-5638-40f6-bc11-f1d7b0d64300"

static void put(struct spp_policy *p, const char *scope, const char *name,
		const char *text)
{
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	const struct spp_setting *setting = spp_setting_of_value(name);
	struct spp_scope where;

	CU_ASSERT_FATAL(!spp_scope_parse(scope, false, &where, NULL));
	CU_ASSERT_FATAL(!spp_value_set_text(&value, SPP_REG_SZ, text, NULL));
	CU_ASSERT_FATAL(!spp_policy_set(p, &where, setting, &value, NULL));
}

static void put_number(struct spp_policy *p, const char *scope,
		       const char *name, uint32_t n)
{
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	const struct spp_setting *setting = spp_setting_of_value(name);
	struct spp_scope where;

	CU_ASSERT_FATAL(!spp_scope_parse(scope, false, &where, NULL));
	CU_ASSERT_FATAL(!spp_value_set_dword(&value, n, NULL));
	CU_ASSERT_FATAL(!spp_policy_set(p, &where, setting, &value, NULL));
}

static enum spp_step winner(const struct spp_policy *p, const char *client)
{
	struct spp_effective e;
	struct spp_scope where;

	CU_ASSERT_FATAL(!spp_scope_parse(client, false, &where, NULL));
	spp_effective_find(p, &where, &e);
	return e.wins;
}

#define NAME   "KeyManagementServiceName"
#define PORT   "KeyManagementServicePort"
#define CACHED "DiscoveredKeyManagementServiceName"
#define CLIENT "spp/windows/" SKU

/* Each step is filled in, the last in the order first, and takes over. */
static void order(void)
{
	struct spp_policy CLEANUP(spp_policy_release) p = SPP_POLICY_INIT;

	CU_ASSERT_EQUAL(winner(&p, CLIENT), SPP_STEP_DNS);
	put(&p, "cache", CACHED, "other.example"); /* not this SKU's */
	CU_ASSERT_EQUAL(winner(&p, CLIENT), SPP_STEP_DNS);
	put(&p, "cache/windows/" SKU, CACHED, "cached.example");
	CU_ASSERT_EQUAL(winner(&p, CLIENT), SPP_STEP_CACHE);
	put(&p, "spp", NAME, "global.example");
	CU_ASSERT_EQUAL(winner(&p, CLIENT), SPP_STEP_GLOBAL);
	put(&p, "spp/windows", NAME, "application.example");
	CU_ASSERT_EQUAL(winner(&p, CLIENT), SPP_STEP_APPLICATION);
	put(&p, CLIENT, NAME, "sku.example");
	CU_ASSERT_EQUAL(winner(&p, CLIENT), SPP_STEP_SKU);
	CU_ASSERT_EQUAL(winner(&p, "spp/office/" SKU), SPP_STEP_GLOBAL);
	CU_ASSERT_EQUAL(winner(&p, "spp"), SPP_STEP_GLOBAL);
	CU_ASSERT_EQUAL(winner(&p, "ospp"), SPP_STEP_DNS);
}

static void caching_off(void)
{
	struct spp_policy CLEANUP(spp_policy_release) p = SPP_POLICY_INIT;
	const char *off = "DisableKeyManagementServiceHostCaching";

	put(&p, "cache/windows/" SKU, CACHED, "cached.example");
	put_number(&p, "spp", off, 0);
	CU_ASSERT_EQUAL(winner(&p, CLIENT), SPP_STEP_CACHE);
	put_number(&p, "spp", off, 1);
	CU_ASSERT_EQUAL(winner(&p, CLIENT), SPP_STEP_DNS);
	/* The service of ospp has a switch of its own. */
	put(&p, "cache-ospp/office/" SKU, CACHED, "cached.example");
	CU_ASSERT_EQUAL(winner(&p, "ospp/office/" SKU), SPP_STEP_CACHE);
}

/* An empty name and a number are no host. */
static void no_host(void)
{
	struct spp_policy CLEANUP(spp_policy_release) p = SPP_POLICY_INIT;

	put(&p, CLIENT, NAME, "");
	put_number(&p, "spp/windows", NAME, 7);
	put(&p, "spp", NAME, "global.example");
	CU_ASSERT_EQUAL(winner(&p, CLIENT), SPP_STEP_GLOBAL);
}

static void check_shown(const struct spp_policy *p, const char *expected)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	struct spp_effective e;
	struct spp_scope where;

	CU_ASSERT_FATAL(!spp_scope_parse(CLIENT, false, &where, NULL));
	spp_effective_find(p, &where, &e);
	CU_ASSERT(!spp_effective_show(&e, e.wins, &text, NULL));
	CU_ASSERT_STRING_EQUAL(spp_buf_text(&text), expected);
}

/* A port counts beside its name; what is no port is 1688. */
static void ports(void)
{
	struct spp_policy CLEANUP(spp_policy_release) p = SPP_POLICY_INIT;

	put(&p, "spp", NAME, "global.example");
	check_shown(&p, "global.example:1688");
	put(&p, "spp", PORT, "1700");
	check_shown(&p, "global.example:1700");
	put_number(&p, "spp", PORT, 1701);
	check_shown(&p, "global.example:1701");
	put(&p, "spp", PORT, "x");
	check_shown(&p, "global.example:1688");
	put(&p, "spp", PORT, "1700");
	put(&p, CLIENT, NAME, "sku.example");
	check_shown(&p, "sku.example:1688");
}

static void add(struct spp_scopes *scopes, const char *text)
{
	struct spp_scope scope;

	CU_ASSERT_FATAL(!spp_scope_parse(text, false, &scope, NULL));
	CU_ASSERT_FATAL(!spp_scopes_add(scopes, &scope, NULL));
}

static bool has(const struct spp_scopes *scopes, const char *text)
{
	struct spp_scope scope;

	CU_ASSERT_FATAL(!spp_scope_parse(text, false, &scope, NULL));
	return spp_scopes_has(scopes, &scope);
}

static void clients(void)
{
	struct spp_scopes CLEANUP(spp_scopes_release) scopes = SPP_SCOPES_INIT;
	struct spp_scopes CLEANUP(spp_scopes_release) old = SPP_SCOPES_INIT;
	struct spp_scopes CLEANUP(spp_scopes_release) seven = SPP_SCOPES_INIT;
	struct spp_scopes CLEANUP(spp_scopes_release) is = SPP_SCOPES_INIT;
	struct spp_policy CLEANUP(spp_policy_release) p = SPP_POLICY_INIT;

	add(&scopes, "spp");
	add(&scopes, "spp/windows");
	add(&scopes, "cache/windows/" SKU);
	add(&scopes, "spp/windows/" SKU);
	add(&scopes, "spp/office");
	add(&scopes, "sl");
	add(&scopes, "wow/windows/" SKU);
	put(&p, "spp/office", PORT, "1700");
	CU_ASSERT(!spp_effective_clients(&scopes, &p, 0, &is, NULL));
	CU_ASSERT_EQUAL(is.count, 3);
	CU_ASSERT(has(&is, "spp"));
	CU_ASSERT(has(&is, "spp/office"));
	CU_ASSERT(has(&is, "spp/windows/" SKU));
	CU_ASSERT(!spp_effective_clients(&scopes, &p, SPP_BUILD_VISTA, &old,
					 NULL));
	CU_ASSERT_EQUAL(old.count, 1);
	CU_ASSERT(has(&old, "sl"));
	CU_ASSERT(
		!spp_effective_clients(&scopes, &p, SPP_BUILD_7, &seven, NULL));
	CU_ASSERT(has(&seven, "spp"));
	CU_ASSERT(!has(&seven, "sl"));
}

/* What would be removed of everything that can be cached or override. */
static size_t removed(const struct spp_policy *have,
		      const struct spp_policy *want)
{
	struct spp_changes CLEANUP(spp_changes_release) changes =
		SPP_CHANGES_INIT;
	size_t i;

	CU_ASSERT(!spp_policy_diff(have, want, &changes, NULL));
	for (i = 0; i < changes.count; i++)
		CU_ASSERT_PTR_NULL(changes.change[i].after);
	return changes.count;
}

static void clearing(void)
{
	struct spp_policy CLEANUP(spp_policy_release) have = SPP_POLICY_INIT;
	struct spp_policy CLEANUP(spp_policy_release) all = SPP_POLICY_INIT;
	struct spp_policy CLEANUP(spp_policy_release) over = SPP_POLICY_INIT;
	struct spp_policy CLEANUP(spp_policy_release) one = SPP_POLICY_INIT;
	struct spp_scope client;

	put(&have, "cache", CACHED, "a.example");
	put(&have, "cache/windows", CACHED, "a.example");
	put(&have, "cache/windows/" SKU, CACHED, "a.example");
	put(&have, "cache/office/" SKU, CACHED, "a.example");
	put(&have, "cache-ospp", CACHED, "a.example");
	put(&have, "cache-sl", CACHED, "a.example");
	put(&have, "cache", "CustomerPID", "stays");
	put(&have, "spp", NAME, "stays.example");
	put(&have, "ospp", NAME, "stays.example");
	put(&have, "spp/windows", NAME, "a.example");
	put(&have, "spp/windows/" SKU, PORT, "1700");
	put(&have, "wow/office/" SKU, NAME, "a.example");
	put(&have, "ospp/office2010/" SKU, NAME, "a.example");
	put_number(&have, "spp/windows/" SKU, "VLActivationType", 2);
	put(&have, "cache", NAME, "a.example");
	put(&have, "cache-ospp/office2010/" SKU, NAME, "a.example");
	put(&have, "cache/windows/" SKU, PORT, "1700");

	CU_ASSERT(!spp_found_hosts_clear(&all, NULL));
	CU_ASSERT_EQUAL(removed(&have, &all), 6);
	CU_ASSERT(!spp_found_hosts_no_overrides(&over, NULL));
	CU_ASSERT_EQUAL(removed(&have, &over), 7);
	CU_ASSERT_EQUAL(spp_found_hosts_count_overrides(&have), 5);
	CU_ASSERT_FATAL(!spp_scope_parse("spp/windows", false, &client, NULL));
	CU_ASSERT(!spp_found_hosts_forget(&one, &client, NULL));
	CU_ASSERT_EQUAL(removed(&have, &one), 2);
}

static void skus(void)
{
	char guid[SPP_GUID_SIZE];
	size_t i, j;

	for (i = 0; i < spp_sku_count; i++) {
		const struct spp_sku *s = &spp_skus[i];

		CU_ASSERT(spp_guid_parse(s->guid, guid));
		CU_ASSERT_STRING_EQUAL(s->guid, guid);
		CU_ASSERT(s->app < spp_app_count);
		CU_ASSERT(*s->name != '\0');
		for (j = 0; j < i; j++) {
			CU_ASSERT_STRING_NOT_EQUAL(s->guid, spp_skus[j].guid);
			CU_ASSERT_STRING_NOT_EQUAL(s->name, spp_skus[j].name);
		}
	}
	CU_ASSERT_PTR_NOT_NULL_FATAL(spp_sku_find(SKU));
	CU_ASSERT_EQUAL(spp_sku_find(SKU)->app, SPP_APP_WINDOWS);
	CU_ASSERT_PTR_NULL(spp_sku_find(APP));
	CU_ASSERT_PTR_NULL(spp_sku_find(""));
}

/* Activate clients running Windows */
#define ACTIVATE                                                    \
	"windows/deployment/volume-activation/activate-windows-10-" \
	"clients-vamt"
/* Registry Settings for Volume Activation */
#define REGISTRY "dn502532"
/* KMS Activation Timing and Discovery */
#define TIMING "ff793402"
#define ANY    (-1) /* nothing is set */

/*
 * build x role x domain member x activation type x where a host is set.  The
 * role is the client's service; a word in brackets is not sure.
 */
static const struct {
	uint32_t build;
	const char *client;
	enum spp_member member;
	int type;
	const char *host, *expected, *page;
} orders[] = {
	{ 19045, CLIENT, SPP_MEMBER_YES, ANY, NULL, "active-directory dns",
	  ACTIVATE },
	{ 19045, CLIENT, SPP_MEMBER_NO, ANY, NULL, "dns", ACTIVATE },
	{ 19045, CLIENT, SPP_MEMBER_UNKNOWN, ANY, NULL,
	  "(active-directory) dns", ACTIVATE },
	{ 0, CLIENT, SPP_MEMBER_YES, ANY, NULL, "active-directory dns",
	  ACTIVATE },
	{ 9200, "spp", SPP_MEMBER_YES, 0, "spp",
	  "active-directory global (dns)", ACTIVATE },
	{ 20348, CLIENT, SPP_MEMBER_YES, 0, CLIENT,
	  "active-directory sku (dns)", ACTIVATE },
	{ 20348, CLIENT, SPP_MEMBER_NO, 0, "spp/windows", "application (dns)",
	  TIMING },
	{ 19045, CLIENT, SPP_MEMBER_YES, 0, "cache",
	  "active-directory cache dns", TIMING },
	/* The type comes before everything else. */
	{ 19045, CLIENT, SPP_MEMBER_YES, 1, CLIENT, "active-directory",
	  REGISTRY },
	{ 19045, CLIENT, SPP_MEMBER_UNKNOWN, 1, "spp", "(active-directory)",
	  REGISTRY },
	{ 19045, CLIENT, SPP_MEMBER_NO, 1, "spp", "(active-directory)",
	  REGISTRY },
	{ 19045, CLIENT, SPP_MEMBER_YES, 2, "spp", "global (dns)", REGISTRY },
	{ 19045, CLIENT, SPP_MEMBER_UNKNOWN, 2, NULL, "dns", REGISTRY },
	{ 19045, CLIENT, SPP_MEMBER_YES, 3, "spp", "token", REGISTRY },
	{ 19045, CLIENT, SPP_MEMBER_NO, 3, NULL, "token", REGISTRY },
	{ 19045, CLIENT, SPP_MEMBER_YES, 4, NULL, "active-directory dns",
	  REGISTRY },
	{ 19045, CLIENT, SPP_MEMBER_YES, 0x7fffffff, "spp",
	  "active-directory global (dns)", REGISTRY },
	/* Before Windows 8, and of Office alone, only KMS is there. */
	{ 7601, CLIENT, SPP_MEMBER_YES, ANY, "spp", "global (dns)", ACTIVATE },
	{ 7601, CLIENT, SPP_MEMBER_YES, 1, "spp", "", ACTIVATE },
	{ 6002, "sl", SPP_MEMBER_YES, ANY, "sl", "global (dns)", ACTIVATE },
	{ 19045, "ospp/office/" SKU, SPP_MEMBER_YES, ANY, "ospp",
	  "global (dns)", ACTIVATE },
	{ 19045, "spp/office/" SKU, SPP_MEMBER_YES, ANY, "spp",
	  "active-directory global (dns)", ACTIVATE },
};

static void one_order(size_t i)
{
	struct spp_policy CLEANUP(spp_policy_release) p = SPP_POLICY_INIT;
	struct spp_buf CLEANUP(spp_buf_release) is = SPP_BUF_INIT;
	struct spp_activation_order order;
	struct spp_scope client;
	size_t k;

	CU_ASSERT_FATAL(
		!spp_scope_parse(orders[i].client, false, &client, NULL));
	if (orders[i].host && !strcmp(orders[i].host, "cache"))
		put(&p, "cache/windows/" SKU, CACHED, "cached.example");
	else if (orders[i].host)
		put(&p, orders[i].host, NAME, "kms.example");
	if (orders[i].type >= 0)
		put_number(&p, orders[i].client, "VLActivationType",
			   (uint32_t)orders[i].type);
	spp_activation_order_find(&p, &client, orders[i].build,
				  orders[i].member, &order);
	for (k = 0; k < order.count; k++) {
		bool sure = order.asked[k].sure;

		CU_ASSERT_PTR_NOT_NULL(order.asked[k].why);
		CU_ASSERT(!spp_buf_printf(
			&is, NULL, "%s%s%s%s", k ? " " : "", sure ? "" : "(",
			spp_step_name(order.asked[k].step), sure ? "" : ")"));
	}
	CU_ASSERT_STRING_EQUAL(spp_buf_text(&is), orders[i].expected);
	CU_ASSERT_PTR_NOT_NULL(orders[i].page);
	if (strcmp(spp_buf_text(&is), orders[i].expected))
		printf("row %zu (%s): %s\n", i, orders[i].page,
		       spp_buf_text(&is));
}

static void activation_order(void)
{
	size_t i;

	for (i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		one_order(i);
}

static const struct unit_test tests[] = {
	{ "who is asked, in what order", activation_order },
	{ "SKU, application, global, cache, DNS", order },
	{ "without caching the cache is not asked", caching_off },
	{ "what is no host", no_host },
	{ "ports", ports },
	{ "the clients of which scopes tell", clients },
	{ "clearing caches and overrides", clearing },
	{ "the SKU ids", skus },
	{ NULL, NULL },
};

const struct unit_suite unit_effective = { "effective", tests };
