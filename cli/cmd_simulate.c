/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/evidence/evidence.h"
#include "cli/fail.h"
#include "cli/fleet/design.h"
#include "cli/out.h"
#include "policy/dns/simulate.h"

#define CLIENTS_DEFAULT 1000
#define SEED_DEFAULT	1
/* A KMS host activates only from this number of clients on. */
#define THRESHOLD 25

#define MODEL                                                            \
	"the weighted choice of RFC 2782, records in random order; how " \
	"Windows draws is not documented"
#define CACHING                                                         \
	"caching: the shares count clients that ask the DNS; a client " \
	"with a cached host asks again only when that host fails, and " \
	"then keeps the next one"

/* One run. */
struct run {
	const struct cli_call *call;
	struct cli_design design;
	struct spp_simulate_options options;
	struct spp_rights before; /* found before --first-writer */
	bool *down;
	size_t fallen;		     /* number of machines that are down */
	struct spp_simulation *done; /* one for each domain */
	size_t count;
	uint64_t *asked; /* by machine: clients that asked it, in all domains */
};

static void release(struct run *r)
{
	size_t i;

	for (i = 0; i < r->count; i++)
		spp_simulation_release(&r->done[i]);
	free(r->done);
	free(r->asked);
	spp_rights_release(&r->before);
	cli_design_release(&r->design);
	free(r->down);
}

static enum spp_status read_numbers(struct run *r, struct spp_error *err)
{
	uint64_t clients = CLIENTS_DEFAULT, seed = SEED_DEFAULT;
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

static enum spp_status unknown_host(const char *text, struct spp_error *err)
{
	return spp_fail(err, SPP_USAGE,
			"unknown host '%s'; use a host name or target as "
			"sppctl dns prints it",
			text);
}

/* Marks every target that is the host, such as a hive and its dump. */
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
	return any ? SPP_OK : unknown_host(text, err);
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

/* Takes away the records that zones refuse. */
static enum spp_status narrow(struct run *r, struct spp_error *err)
{
	struct spp_records *dns = &r->design.dns;
	size_t *first = calloc(r->call->given_count + 1, sizeof(*first));
	enum spp_status st = first ? SPP_OK : spp_nomem(err);
	size_t i, k, n = 0;

	for (i = 0; !st && i < r->call->given_count; i++) {
		const char *text = r->call->given[i].value;

		if (r->call->given[i].id != OPT_FIRST_WRITER)
			continue;
		for (k = 0; k < dns->machines; k++)
			if (spp_machine_is(&dns->machine[k], text))
				break;
		if (k == dns->machines)
			st = unknown_host(text, err);
		else
			first[n++] = k;
	}
	if (!st && n)
		st = spp_rights_find(dns, &r->before, err);
	if (!st && n)
		st = spp_rights_narrow(dns, first, n, err);
	if (!st && n)
		st = cli_design_judge(&r->design, err);
	free(first);
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

/* Whether too few clients contacted a host before the failure. */
static bool is_cold(const struct run *r, const struct spp_share *share)
{
	size_t machine = r->design.dns.srv[share->srv].machine;

	return r->fallen && share->after && r->asked[machine] < THRESHOLD;
}

static void print_cold(const struct run *r, const struct spp_share *share)
{
	const struct spp_srv *srv = &r->design.dns.srv[share->srv];

	if (is_cold(r, share))
		printf("  %llu clients contacted %s before the failure; a KMS "
		       "host activates only after %d clients (5 servers or "
		       "Office) have contacted it within 30 days\n",
		       (unsigned long long)r->asked[srv->machine],
		       cli_path(cli_design_host(&r->design, srv)), THRESHOLD);
}

/* Whether a record of the machine is left in the domain. */
static bool is_left(const struct run *r, const struct spp_simulation *s,
		    size_t machine)
{
	const struct spp_records *dns = &r->design.dns;
	size_t i;

	for (i = 0; i < s->count; i++)
		if (spp_rights_machine(
			    dns, dns->srv[s->share[i].srv].machine) == machine)
			return true;
	return false;
}

/* The zone of a domain that several hosts wanted to publish in, or NULL. */
static const struct spp_zone *find_zone(const struct run *r,
					const struct spp_simulation *s)
{
	const char *domain = r->design.dns.srv[s->share[0].srv].domain;
	size_t i;

	for (i = 0; i < r->before.count; i++)
		if (!strcasecmp(r->before.zone[i].domain, domain))
			return &r->before.zone[i];
	return NULL;
}

static void print_refused(const struct run *r, const struct spp_simulation *s)
{
	const struct spp_zone *zone = find_zone(r, s);
	size_t i;

	for (i = 0; zone && i < zone->count; i++) {
		const struct spp_machine *m =
			&r->design.dns.machine[zone->machine[i]];

		if (!is_left(r, s, zone->machine[i]))
			printf("  refused by the zone: %s, which has no rights "
			       "on _VLMCS._TCP\n",
			       cli_path(spp_machine_name(m)));
	}
}

static json_t *json_refused(const struct run *r, const struct spp_simulation *s)
{
	const struct spp_zone *zone = find_zone(r, s);
	json_t *list = json_array();
	size_t i;

	for (i = 0; zone && i < zone->count; i++)
		if (!is_left(r, s, zone->machine[i]))
			json_array_append_new(
				list,
				cli_json_text(spp_machine_name(
					&r->design.dns
						 .machine[zone->machine[i]])));
	return list;
}

static void print_domain(const struct run *r, const struct spp_simulation *s)
{
	const struct spp_records *dns = &r->design.dns;
	size_t i;

	printf("%s" SPP_SRV_PREFIX "%s%s: %u clients\n", cli_bold(),
	       cli_path(dns->srv[s->share[0].srv].domain), cli_plain(),
	       r->options.clients);
	print_shares(r, s);
	print_refused(r, s);
	if (s->retries)
		printf("  failed attempts after the failure: %llu\n",
		       (unsigned long long)s->retries);
	if (s->stranded)
		printf("  %u clients find no KMS host after the failure\n",
		       s->stranded);
	for (i = 0; i < s->count; i++)
		print_cold(r, &s->share[i]);
}

static json_t *json_domain(const struct run *r, const struct spp_simulation *s)
{
	const struct spp_records *dns = &r->design.dns;
	json_t *list = json_array(), *json;
	size_t i;

	for (i = 0; i < s->count; i++) {
		const struct spp_share *sh = &s->share[i];
		const struct spp_srv *srv = &dns->srv[sh->srv];

		json = json_pack(
			"{s:o, s:i, s:i, s:i, s:b, s:I, s:I, s:b}", "host",
			cli_json_text(dns->machine[srv->machine].fqdn),
			"priority", (int)srv->priority, "weight",
			(int)srv->weight, "port", (int)srv->port, "down",
			sh->down, "before", (json_int_t)sh->before, "after",
			(json_int_t)sh->after, "below_threshold",
			is_cold(r, sh));
		cli_json_set_path(json, "target",
				  dns->machine[srv->machine].label);
		json_array_append_new(list, json);
	}
	return json_pack("{s:s, s:o, s:o, s:I, s:I}", "domain",
			 dns->srv[s->share[0].srv].domain, "hosts", list,
			 "refused", json_refused(r, s), "stranded",
			 (json_int_t)s->stranded, "retries",
			 (json_int_t)s->retries);
}

/* Simulates one domain and keeps the result. */
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
	cli_evidence_put(r->call, document,
			 cli_fleet_exhibits(r->call, &r->design.fleet));
	cli_json_print(document, stdout);
}

static void print_text(const struct run *r)
{
	size_t i;

	if (!r->count)
		puts("no host publishes anything; sppctl dns says why\n");
	for (i = 0; i < r->count; i++) {
		print_domain(r, &r->done[i]);
		putchar('\n');
	}
	printf("model: " MODEL "; seed %llu\n" CACHING "\n",
	       (unsigned long long)r->options.seed);
	cli_design_notes(&r->design, "", false);
	cli_evidence_print(r->call,
			   cli_fleet_exhibits(r->call, &r->design.fleet));
}

/* Whether clients of any domain find no host. */
static bool is_stranded(const struct run *r)
{
	size_t i;

	for (i = 0; i < r->count; i++)
		if (r->done[i].stranded)
			return true;
	return false;
}

/* The shares would be wrong without the targets that failed. */
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
	if (!st && !r.design.fleet.whole)
		return r.design.failed;
	if (!st && r.design.failed)
		return refuse(&r);
	if (!st)
		st = narrow(&r, &err);
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
	.about = "Models clients by the weighted choice of RFC 2782 among the "
		 "records that sppctl dns prints;\nhow Windows draws exactly "
		 "is not documented. The same seed gives the same numbers. "
		 "With several\nhosts, the design is checked as well, and the "
		 "caching of clients among the targets. Exits with\n1 if the "
		 "failure leaves clients without a host.",
	.options = CLI_OPTIONS(OPT_DOMAIN, OPT_CLIENTS, OPT_DOWN,
			       OPT_FIRST_WRITER, OPT_SEED, CLI_POLICY_OPTIONS,
			       CLI_OPEN_OPTIONS, CLI_RUN_OPTIONS, OPT_JSON),
	.examples = CLI_EXAMPLES(
		{ "simulate primary/Windows secondary/Windows",
		  "who gets the clients" },
		{ "simulate primary/Windows secondary/Windows --down kms01",
		  "which host they choose when the primary fails" },
		{ "simulate primary/Windows secondary/Windows --down kms01 "
		  "--first-writer kms01",
		  "the same if the secondary may not register its records" }),
	.targets = CLI_TARGETS_ALL,
	.paged = true,
	.run = run,
};
