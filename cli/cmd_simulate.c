/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/fleet/design.h"
#include "cli/out.h"
#include "policy/dns/simulate.h"

#define CLIENTS_DEFAULT 1000
#define SEED_DEFAULT	1
/* From so many clients on a KMS host activates; servers and Office: 5. */
#define THRESHOLD 25

#define MODEL                                                            \
	"the weighted choice of RFC 2782, records in random order; how " \
	"Windows draws is not documented"
#define CACHING                                                           \
	"caching: the shares are those of clients that ask the DNS; one " \
	"that caches its host asks when that host fails, and stays with " \
	"the next one"

/* One run. */
struct run {
	const struct cli_call *call;
	struct cli_design design;
	struct spp_simulate_options options;
	bool *down;
	size_t fallen;		     /* how many machines that are */
	struct spp_simulation *done; /* one for each domain */
	size_t count;
	uint64_t *asked; /* of each machine: by clients, in all domains */
};

static void release(struct run *r)
{
	size_t i;

	for (i = 0; i < r->count; i++)
		spp_simulation_release(&r->done[i]);
	free(r->done);
	free(r->asked);
	cli_design_release(&r->design);
	free(r->down);
}

static enum spp_status read_numbers(struct run *r, struct spp_error *err)
{
	unsigned long long clients = CLIENTS_DEFAULT, seed = SEED_DEFAULT;
	enum spp_status st;

	st = cli_number(r->call, OPT_CLIENTS, SPP_CLIENTS_MAX, &clients, err);
	if (!st)
		st = cli_number(r->call, OPT_SEED, UINT64_MAX, &seed, err);
	if (!st && !clients)
		st = spp_fail(err, SPP_USAGE, "there must be one client");
	r->options.clients = (uint32_t)clients;
	r->options.seed = seed;
	return st;
}

/* All targets that are the host; a hive and its dump are one. */
static enum spp_status take_down(struct run *r, const char *text,
				 struct spp_error *err)
{
	struct spp_records *dns = &r->design.dns;
	bool any = false;
	size_t i;

	for (i = 0; i < dns->machines; i++) {
		if (!spp_machine_is(&dns->machine[i], text))
			continue;
		any = true;
		r->fallen += !r->down[i];
		r->down[i] = true;
	}
	if (any)
		return SPP_OK;
	return spp_fail(err, SPP_USAGE,
			"no target is called '%s'; give a host name or a "
			"target, as sppctl dns prints them",
			text);
}

static enum spp_status read_down(struct run *r, struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i;

	r->down = calloc(r->design.dns.machines + 1, sizeof(*r->down));
	r->asked = calloc(r->design.dns.machines + 1, sizeof(*r->asked));
	if (!r->down || !r->asked)
		return spp_nomem(err);
	r->options.down = r->down;
	for (i = 0; !st && i < r->call->given_count; i++)
		if (r->call->given[i].id == OPT_DOWN)
			st = take_down(r, r->call->given[i].value, err);
	return st;
}

/* "  640  64.0%" */
static void share(char *to, size_t room, uint32_t n, uint32_t of)
{
	snprintf(to, room, "%u  %5.1f%%", n, 100.0 * n / of);
}

static void print_shares(const struct run *r, const struct spp_simulation *s)
{
	struct cli_table *t = cli_table_open(
		r->fallen ? "HOST|>PRIORITY|>WEIGHT|>PORT|>BEFORE|>AFTER"
			  : "HOST|>PRIORITY|>WEIGHT|>PORT|>SHARE");
	char priority[8], weight[8], port[8], before[32], after[32];
	size_t i;

	for (i = 0; i < s->count; i++) {
		const struct spp_srv *srv = &r->design.dns.srv[s->share[i].srv];

		snprintf(priority, sizeof(priority), "%u", srv->priority);
		snprintf(weight, sizeof(weight), "%u", srv->weight);
		snprintf(port, sizeof(port), "%u", srv->port);
		share(before, sizeof(before), s->share[i].before,
		      r->options.clients);
		share(after, sizeof(after), s->share[i].after,
		      r->options.clients);
		cli_row(t, cli_design_host(&r->design, srv), priority, weight,
			port, before, s->share[i].down ? "down" : after, NULL);
	}
	cli_table_close(t, stdout, 2);
}

/* A host that too few have asked has counted too few. */
static bool is_cold(const struct run *r, const struct spp_share *share)
{
	size_t machine = r->design.dns.srv[share->srv].machine;

	return r->fallen && share->after && r->asked[machine] < THRESHOLD;
}

static void print_cold(const struct run *r, const struct spp_share *share)
{
	const struct spp_srv *srv = &r->design.dns.srv[share->srv];

	if (is_cold(r, share))
		printf("  %s was asked by %llu clients before: a KMS host "
		       "activates from %d on (servers and Office 5), counted "
		       "over 30 days\n",
		       cli_design_host(&r->design, srv),
		       (unsigned long long)r->asked[srv->machine], THRESHOLD);
}

static void print_domain(const struct run *r, const struct spp_simulation *s)
{
	const struct spp_records *dns = &r->design.dns;
	size_t i;

	printf("%s" SPP_SRV_PREFIX "%s%s: %u clients\n", cli_bold(),
	       dns->srv[s->share[0].srv].domain, cli_plain(),
	       r->options.clients);
	print_shares(r, s);
	if (s->retries)
		printf("  hosts asked in vain after the failure: %llu times\n",
		       (unsigned long long)s->retries);
	if (s->stranded)
		printf("  nobody answers %u clients after the failure\n",
		       s->stranded);
	for (i = 0; i < s->count; i++)
		print_cold(r, &s->share[i]);
}

static json_t *json_domain(const struct run *r, const struct spp_simulation *s)
{
	const struct spp_records *dns = &r->design.dns;
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < s->count; i++) {
		const struct spp_share *sh = &s->share[i];
		const struct spp_srv *srv = &dns->srv[sh->srv];

		json_array_append_new(
			list,
			json_pack(
				"{s:o, s:o, s:i, s:i, s:i, s:b, s:I, s:I, "
				"s:b}",
				"host",
				cli_json_text(dns->machine[srv->machine].fqdn),
				"target",
				cli_json_text(dns->machine[srv->machine].label),
				"priority", (int)srv->priority, "weight",
				(int)srv->weight, "port", (int)srv->port,
				"down", sh->down, "before",
				(json_int_t)sh->before, "after",
				(json_int_t)sh->after, "below_threshold",
				is_cold(r, sh)));
	}
	return json_pack("{s:s, s:o, s:I, s:I}", "domain",
			 dns->srv[s->share[0].srv].domain, "hosts", list,
			 "stranded", (json_int_t)s->stranded, "retries",
			 (json_int_t)s->retries);
}

/* Simulates a domain and keeps what came out. */
static enum spp_status simulate(struct run *r, size_t from,
				struct spp_error *err)
{
	struct spp_simulation *grown;
	enum spp_status st;
	size_t i;

	grown = realloc(r->done, (r->count + 1) * sizeof(*grown));
	if (!grown)
		return spp_nomem(err);
	r->done = grown;
	grown += r->count;
	*grown = (struct spp_simulation)SPP_SIMULATION_INIT;
	st = spp_simulate(&r->design.dns, from, &r->options, grown, err);
	if (st)
		return st;
	r->count++;
	for (i = 0; i < grown->count; i++)
		r->asked[r->design.dns.srv[grown->share[i].srv].machine] +=
			grown->share[i].before;
	return SPP_OK;
}

static enum spp_status simulate_all(struct run *r, struct spp_error *err)
{
	const char *only = cli_value(r->call, OPT_DOMAIN);
	const struct spp_records *dns = &r->design.dns;
	enum spp_status st = SPP_OK;
	size_t i, end;

	for (i = 0; !st && i < dns->count; i = end) {
		end = spp_records_domain(dns, i);
		if (!only || !strcasecmp(dns->srv[i].domain, only))
			st = simulate(r, i, err);
	}
	if (!st && !r->count && only)
		return spp_fail(err, SPP_NOTFOUND,
				"no host publishes in domain '%s'", only);
	if (!st && !r->count)
		return spp_fail(err, SPP_NOTFOUND,
				"no host publishes anything; sppctl dns says "
				"why");
	return st;
}

/* Beyond 63 bits JSON has no number for it. */
static json_t *json_seed(const struct run *r)
{
	char text[32];

	if (r->options.seed <= INT64_MAX)
		return json_integer((json_int_t)r->options.seed);
	snprintf(text, sizeof(text), "%llu",
		 (unsigned long long)r->options.seed);
	return json_string(text);
}

static void print_json(const struct run *r)
{
	json_t *document = cli_json_document("simulate", 1);
	json_t *domains = json_array();
	size_t i;

	for (i = 0; i < r->count; i++)
		json_array_append_new(domains, json_domain(r, &r->done[i]));
	json_object_update_new(
		document,
		json_pack("{s:s, s:o, s:I, s:o, s:o, s:o}", "model", MODEL,
			  "seed", json_seed(r), "clients",
			  (json_int_t)r->options.clients, "domains", domains,
			  "machines", cli_json_machines(&r->design),
			  "weaknesses", cli_json_weaknesses(&r->design)));
	cli_json_print(document, stdout);
}

static void print_text(const struct run *r)
{
	size_t i;

	for (i = 0; i < r->count; i++) {
		print_domain(r, &r->done[i]);
		putchar('\n');
	}
	printf("model: " MODEL "; seed %llu\n" CACHING "\n",
	       (unsigned long long)r->options.seed);
	cli_design_notes(&r->design, "", false);
}

/* Whether somewhere clients are left without a host. */
static bool is_stranded(const struct run *r)
{
	size_t i;

	for (i = 0; i < r->count; i++)
		if (r->done[i].stranded)
			return true;
	return false;
}

/* Shares of a design of which a part is missing would be wrong. */
static enum cli_exit refuse(const struct run *r)
{
	const struct cli_member *m = r->design.fleet.member;

	while (m && !m->err.status)
		m++;
	if (m && cli_has(r->call, OPT_JSON))
		cli_json_error(r->call->command->name, &m->err);
	return r->design.failed;
}

static enum cli_exit run(const struct cli_call *call)
{
	struct run CLEANUP(release) r = { .call = call };
	struct spp_error err = SPP_ERROR_INIT;
	enum spp_status st = read_numbers(&r, &err);

	if (!st)
		st = cli_design_load(call, &r.design, &err);
	if (!st && r.design.failed)
		return refuse(&r);
	if (!st)
		st = read_down(&r, &err);
	if (!st)
		st = simulate_all(&r, &err);
	if (st)
		return cli_fail(call, &err);
	if (cli_has(call, OPT_JSON))
		print_json(&r);
	else
		print_text(&r);
	return is_stranded(&r) ? CLI_FINDINGS : CLI_OK;
}

const struct cli_command cli_command_simulate = {
	.name = "simulate",
	.operands = "TARGET...",
	.least = 1,
	.most = -1,
	.summary = "show which KMS host clients choose, before and after a "
		   "failure",
	.about = "A model: the weighted choice of RFC 2782 among the records "
		 "that sppctl dns prints. How Windows\ndraws exactly is not "
		 "documented. The same seed gives the same numbers. With "
		 "several hosts the\ndesign is judged, too; clients among the "
		 "targets are judged for caching. Exit 1 if the failure\n"
		 "leaves clients without a host.",
	.options = { OPT_DOMAIN, OPT_CLIENTS, OPT_DOWN, OPT_SEED, OPT_FORMAT,
		     OPT_PREFIX, OPT_IGNORE_FILTERS, OPT_STRICT, OPT_AS, CLI_TARGET_OPTIONS,
		     OPT_DISCARD_LOGS, OPT_JSON },
	.examples = {
		{ "simulate primary/Windows secondary/Windows",
		  "who gets the clients" },
		{ "simulate primary/Windows secondary/Windows --down kms01",
		  "and who, when the primary fails" },
	},
	.run = run,
};
