/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/dns/odds.h"
#include "policy/dns/simulate.h"
#include "tests/audit_help.h"
#include "tests/unit.h"

#define DRAWS 60000

/* What RFC 2782 says of these weights, with its known skew. */
static const struct {
	uint16_t weight[4];
	size_t n;
	double share[4];
} draws[] = {
	{ { 0 }, 1, { 1 } },
	{ { 5 }, 1, { 1 } },
	{ { 1, 1 }, 2, { 2 / 3.0, 1 / 3.0 } },
	{ { 0, 1, 1 }, 3, { 1 / 3.0, 1 / 3.0, 1 / 3.0 } },
	{ { 1, 0, 1 }, 3, { 1 / 3.0, 1 / 3.0, 1 / 3.0 } },
	{ { 0, 0 }, 2, { 1, 0 } },
	{ { 100, 300 }, 2, { 101 / 401.0, 300 / 401.0 } },
	{ { 65535, 0, 65535 }, 3, { 0.5, 1 / 131071.0, 0.5 } },
};

static void draws_by_weight(void)
{
	size_t i, k, row;

	for (row = 0; row < sizeof(draws) / sizeof(draws[0]); row++) {
		unsigned int got[4] = { 0 };
		uint64_t random = 7;

		for (i = 0; i < DRAWS; i++)
			got[spp_rfc2782_draw(draws[row].weight, draws[row].n,
					     &random)]++;
		for (k = 0; k < draws[row].n; k++)
			CU_ASSERT_TRUE(fabs(got[k] / (double)DRAWS -
					    draws[row].share[k]) < 0.01);
	}
}

/* Hosts of one domain, "PRIORITY,WEIGHT" each. */
static void make(struct spp_records *dns, const char *const *numbers)
{
	char json[400], label[4] = "a";
	size_t i;

	for (i = 0; numbers[i]; i++, label[0]++) {
		snprintf(json, sizeof(json),
			 "{\"sppctl-policy\":1,\"scopes\":{\"spp\":{\"publish-"
			 "list\":[\"x.example,%s\"]}},\"image\":{\"has_system"
			 "\":true,\"host\":\"%s\",\"dns_suffix\":\"x.example"
			 "\"}}",
			 numbers[i], label);
		help_machine(dns, label, json);
	}
	spp_records_finish(dns);
}

static const struct {
	const char *numbers[5];
	const char *down;	    /* a letter for each host */
	double before[4], after[4]; /* shares, by host */
	double stranded;
} rows[] = {
	{ { "10,100", "20,100" }, "a", { 1, 0 }, { 0, 1 }, 0 },
	{ { "10,100", "20,100" }, "b", { 1, 0 }, { 1, 0 }, 0 },
	{ { "10,100", "20,100" }, "ab", { 1, 0 }, { 0, 0 }, 1 },
	{ { "20,0", "10,0" }, "", { 0, 1 }, { 0, 1 }, 0 },
	{ { "0,0", "0,0" }, "", { 0.5, 0.5 }, { 0.5, 0.5 }, 0 },
	{ { "0,100", "0,100" }, "", { 0.5, 0.5 }, { 0.5, 0.5 }, 0 },
	{ { "0,100", "0,300" }, "b", { 0.25, 0.75 }, { 1, 0 }, 0 },
	{ { "0,0", "0,100" }, "", { 0.01, 0.99 }, { 0.01, 0.99 }, 0 },
	{ { "1,10", "1,10", "2,30", "2,10" },
	  "ab",
	  { 0.5, 0.5, 0, 0 },
	  { 0, 0, 0.75, 0.25 },
	  0 },
	{ { "0,0", "0,1", "0,1" },
	  "b",
	  { 0.333, 0.333, 0.333 },
	  { 0.5, 0, 0.5 },
	  0 },
	{ { "5,3", "5,1", "7,0" }, "ab", { 0.7, 0.3, 0 }, { 0, 0, 1 }, 0 },
};

static bool near(uint32_t n, uint32_t of, double share)
{
	return fabs(n / (double)of - share) < 0.02;
}

/* What is calculated is what is counted. */
static void compare_odds(const struct spp_records *dns,
			 const struct spp_simulation *s, const bool *down)
{
	struct spp_odds CLEANUP(spp_odds_release) odds = SPP_ODDS_INIT;
	double in_vain = 0, all = 0;
	size_t i;

	CU_ASSERT_EQUAL_FATAL(spp_odds_find(dns, 0, down, &odds, NULL), SPP_OK);
	CU_ASSERT_EQUAL(odds.count, s->count);
	for (i = 0; i < s->count; i++) {
		CU_ASSERT_TRUE(
			near(s->share[i].before, 10000, odds.of[i].first));
		CU_ASSERT_TRUE(
			near(s->share[i].after, 10000, odds.of[i].after));
		in_vain += odds.of[i].down ? odds.of[i].first : 0;
		all += odds.of[i].after;
	}
	CU_ASSERT_TRUE(near(s->stranded, 10000, odds.stranded));
	CU_ASSERT_TRUE(fabs(odds.in_vain - in_vain) < 1e-9);
	CU_ASSERT_TRUE(fabs(all + odds.stranded - 1) < 1e-9);
}

static void shares(void)
{
	size_t row, i;

	for (row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
		struct spp_simulation CLEANUP(spp_simulation_release) s =
			SPP_SIMULATION_INIT;
		struct spp_records CLEANUP(spp_records_release) dns =
			SPP_RECORDS_INIT;
		bool down[4] = { false };
		struct spp_simulate_options options = { 10000, 1, down };

		for (i = 0; rows[row].down[i]; i++)
			down[rows[row].down[i] - 'a'] = true;
		make(&dns, rows[row].numbers);
		CU_ASSERT_EQUAL_FATAL(spp_simulate(&dns, 0, &options, &s, NULL),
				      SPP_OK);
		for (i = 0; i < s.count; i++) {
			size_t m = dns.srv[s.share[i].srv].machine;

			CU_ASSERT_TRUE(near(s.share[i].before, options.clients,
					    rows[row].before[m]));
			CU_ASSERT_TRUE(near(s.share[i].after, options.clients,
					    rows[row].after[m]));
		}
		CU_ASSERT_TRUE(
			near(s.stranded, options.clients, rows[row].stranded));
		compare_odds(&dns, &s, down);
	}
}

static void same_seed(void)
{
	static const char *const numbers[] = { "0,1", "0,2", "0,3", NULL };
	struct spp_simulation a = SPP_SIMULATION_INIT;
	struct spp_simulation b = SPP_SIMULATION_INIT;
	struct spp_records CLEANUP(spp_records_release) dns = SPP_RECORDS_INIT;
	bool down[3] = { false };
	struct spp_simulate_options options = { 999, 42, down };
	uint32_t total = 0;
	size_t i;

	make(&dns, numbers);
	spp_simulate(&dns, 0, &options, &a, NULL);
	spp_simulate(&dns, 0, &options, &b, NULL);
	for (i = 0; i < 3; i++) {
		CU_ASSERT_EQUAL(a.share[i].before, b.share[i].before);
		total += a.share[i].before;
	}
	CU_ASSERT_EQUAL(total, 999);
	options.seed = 43;
	spp_simulate(&dns, 0, &options, &b, NULL);
	CU_ASSERT_NOT_EQUAL(a.share[0].before, b.share[0].before);
	spp_simulation_release(&a);
	spp_simulation_release(&b);
}

/* So many records and failures that it would not end. */
static void limits(void)
{
	struct spp_simulation CLEANUP(spp_simulation_release) s =
		SPP_SIMULATION_INIT;
	struct spp_records CLEANUP(spp_records_release) dns = SPP_RECORDS_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_simulate_options options = { SPP_CLIENTS_MAX, 1, NULL };
	char json[300];
	bool *down;
	int i;

	for (i = 0; i < 60; i++) {
		snprintf(json, sizeof(json),
			 "{\"sppctl-policy\":1,\"scopes\":{\"spp\":{\"publish-"
			 "list\":[\"x.example,0,%d\"]}}}",
			 i);
		help_machine(&dns, "x", json);
	}
	spp_records_finish(&dns);
	down = calloc(dns.machines, sizeof(*down));
	memset(down, 1, dns.machines * sizeof(*down));
	options.down = down;
	CU_ASSERT_EQUAL(spp_simulate(&dns, 0, &options, &s, &err), SPP_LIMIT);
	CU_ASSERT_STRING_EQUAL(err.text,
			       "'x.example' has too many records for 1000000 "
			       "clients; simulate 273224 at the most");
	options.clients = 2000;
	CU_ASSERT_EQUAL(spp_simulate(&dns, 0, &options, &s, NULL), SPP_OK);
	CU_ASSERT_EQUAL(s.stranded, 2000);
	CU_ASSERT_EQUAL(s.retries, 2000 * 60);
	free(down);
}

static const struct unit_test tests[] = {
	{ "one draw, as RFC 2782 has it", draws_by_weight },
	{ "shares before and after a failure", shares },
	{ "the same seed, the same numbers", same_seed },
	{ "too much is refused", limits },
	{ NULL, NULL },
};

const struct unit_suite unit_simulate = { "simulate", tests };
