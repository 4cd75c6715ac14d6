/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/dns/odds.h"

#include <stdlib.h>

void spp_odds_release(struct spp_odds *odds)
{
	free(odds->of);
	*odds = (struct spp_odds)SPP_ODDS_INIT;
}

/* Records of one priority. */
struct group {
	const struct spp_srv *srv;
	struct spp_chance *of;
	size_t count;
};

/* The chance of each to be drawn; up: of those that answer alone. */
static double chance(const struct group *g, size_t i, bool up)
{
	double sum = 1, zeros = 0, n = 0;
	size_t k;

	if (up && g->of[i].down)
		return 0;
	for (k = 0; k < g->count; k++) {
		if (up && g->of[k].down)
			continue;
		sum += g->srv[k].weight;
		zeros += !g->srv[k].weight;
		n++;
	}
	if (zeros > 0)
		return (g->srv[i].weight ? g->srv[i].weight : 1 / zeros) / sum;
	return (g->srv[i].weight + 1 / n) / sum;
}

/* Of the clients that come to the group, those that find no host in it. */
static double pass(const struct group *g, double clients)
{
	double lost = 0;
	bool any = false;
	size_t i;

	for (i = 0; i < g->count; i++) {
		any |= !g->of[i].down;
		if (g->of[i].down)
			lost += chance(g, i, false);
	}
	if (!any)
		return clients;
	for (i = 0; i < g->count; i++)
		if (!g->of[i].down)
			g->of[i].after = clients * (chance(g, i, false) +
						    lost * chance(g, i, true));
	return 0;
}

enum spp_status spp_odds_find(const struct spp_records *dns, size_t from,
			      const bool *down, struct spp_odds *odds,
			      struct spp_error *err)
{
	size_t n = spp_records_domain(dns, from) - from, at, i;
	const struct spp_srv *srv = dns->srv + from;
	struct spp_odds o = { .count = n, .stranded = 1 };
	struct group g;

	o.of = calloc(n, sizeof(*o.of));
	if (!o.of)
		return spp_nomem(err);
	for (i = 0; i < n; i++)
		o.of[i].down = down[srv[i].machine];
	for (at = 0; at < n; at += g.count) {
		g = (struct group){ srv + at, o.of + at, 0 };
		while (at + g.count < n &&
		       srv[at + g.count].priority == srv[at].priority)
			g.count++;
		for (i = 0; !at && i < g.count; i++) {
			g.of[i].first = chance(&g, i, false);
			o.in_vain += g.of[i].down ? g.of[i].first : 0;
		}
		o.stranded = pass(&g, o.stranded);
		if (o.stranded <= 0)
			break;
	}
	spp_odds_release(odds);
	*odds = o;
	return SPP_OK;
}
