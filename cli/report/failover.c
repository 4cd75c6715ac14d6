/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The SRV records of each domain, and a picture of the failure of the host that
 * most clients ask.  The picture shows the same as the table.
 */
#include <stdlib.h>

#include "cli/report/report.h"
#include "policy/dns/simulate.h"

#define CLIENTS 1000
#define BAR_MAX 420 /* pixels */
#define ROW	46
#define HOSTS	40 /* further hosts are only in the table */

static const char *host_of(const struct cli_report *r,
			   const struct spp_share *share)
{
	const struct spp_srv *srv = &r->dns.srv[share->srv];
	const struct spp_machine *m = &r->dns.machine[srv->machine];

	return m->fqdn ? m->fqdn : m->label;
}

static void print_bar(FILE *to, const char *kind, size_t y, uint32_t clients)
{
	fprintf(to,
		"<rect class=\"%s\" x=\"260\" y=\"%zu\" width=\"%u\" "
		"height=\"14\"/><text x=\"%u\" y=\"%zu\">%u</text>\n",
		kind, y, clients * BAR_MAX / CLIENTS,
		266 + clients * BAR_MAX / CLIENTS, y + 12, clients);
}

static void print_picture(const struct cli_report *r,
			  const struct spp_simulation *s, FILE *to)
{
	size_t i, n = s->count < HOSTS ? s->count : HOSTS;

	fprintf(to,
		"<svg role=\"img\" viewBox=\"0 0 760 %zu\" width=\"760\" "
		"aria-label=\"clients of each host, before and after the "
		"failure; the table has the numbers\">\n",
		n * ROW + 10);
	for (i = 0; i < n; i++) {
		const struct spp_share *share = &s->share[i];

		fprintf(to, "<text x=\"0\" y=\"%zu\">", i * ROW + 22);
		cli_html(to, host_of(r, share));
		fprintf(to, "%s</text>\n", share->down ? " (fails)" : "");
		print_bar(to, "before", i * ROW + 4, share->before);
		print_bar(to, "after", i * ROW + 20, share->after);
	}
	fputs("</svg>\n<p class=\"dim\">Upper bar: clients before, lower bar: "
	      "after the failure.</p>\n",
	      to);
}

static void print_table(const struct cli_report *r,
			const struct spp_simulation *s, FILE *to)
{
	const char *domain = r->dns.srv[s->share[0].srv].domain;
	size_t i;

	fputs("<table><caption>SRV records of " SPP_SRV_PREFIX, to);
	cli_html(to, domain);
	fprintf(to,
		", and %d clients before and after the first host fails"
		"</caption>\n<tr><th scope=\"col\">Host</th><th "
		"scope=\"col\">Priority</th><th scope=\"col\">Weight</th><th "
		"scope=\"col\">Port</th><th scope=\"col\">Before</th><th "
		"scope=\"col\">After</th></tr>\n",
		CLIENTS);
	for (i = 0; i < s->count; i++) {
		const struct spp_share *share = &s->share[i];
		const struct spp_srv *srv = &r->dns.srv[share->srv];

		fputs("<tr><td>", to);
		cli_html(to, host_of(r, share));
		fprintf(to,
			"%s</td><td class=\"n\">%u</td><td class=\"n\">%u</td>"
			"<td class=\"n\">%u</td><td class=\"n\">%u</td><td "
			"class=\"n\">%u</td></tr>\n",
			share->down ? " (fails)" : "", srv->priority,
			srv->weight, srv->port, share->before, share->after);
	}
	fputs("</table>\n", to);
	if (s->stranded)
		fprintf(to,
			"<p class=\"high\">%u of %d clients find no host after "
			"the failure.</p>\n",
			s->stranded, CLIENTS);
}

/* Prints a domain; the host that most clients ask is the one that fails. */
static enum spp_status print_domain(const struct cli_report *r, size_t from,
				    bool *down, FILE *to, struct spp_error *err)
{
	struct spp_simulation CLEANUP(spp_simulation_release) s =
		SPP_SIMULATION_INIT;
	struct spp_simulate_options options = { .clients = CLIENTS,
						.seed = 1,
						.down = down };
	enum spp_status st = spp_simulate(&r->dns, from, &options, &s, err);
	size_t i, most = 0, machine;

	if (st)
		return st;
	for (i = 0; i < s.count; i++)
		if (s.share[i].before > s.share[most].before)
			most = i;
	machine = r->dns.srv[s.share[most].srv].machine;
	spp_simulation_release(&s);
	s = (struct spp_simulation)SPP_SIMULATION_INIT;
	down[machine] = true;
	st = spp_simulate(&r->dns, from, &options, &s, err);
	down[machine] = false;
	if (st)
		return st;
	print_table(r, &s, to);
	print_picture(r, &s, to);
	return SPP_OK;
}

enum spp_status cli_report_failover(const struct cli_report *r, FILE *to,
				    struct spp_error *err)
{
	bool *down = calloc(r->dns.machines + 1, sizeof(*down));
	enum spp_status st = SPP_OK;
	size_t i, next;

	if (!down)
		return spp_nomem(err);
	if (!r->dns.count)
		fputs("<p>No host publishes a record.</p>\n", to);
	for (i = 0; !st && i < r->dns.count; i = next) {
		next = spp_records_domain(&r->dns, i);
		st = print_domain(r, i, down, to, err);
	}
	for (i = 0; !st && i < r->design.count; i++) {
		fputs("<p class=\"medium\">Weak: ", to);
		cli_html(to, r->design.weakness[i].text);
		fputs("</p>\n", to);
	}
	if (r->dns.count)
		fputs("<p class=\"dim\">The weighted choice of RFC 2782; how "
		      "Windows draws is not documented. Clients that cache "
		      "their host stay with it until it fails.</p>\n",
		      to);
	free(down);
	return st;
}
