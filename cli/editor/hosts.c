/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/editor/hosts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/load.h"
#include "policy/audit/resilience.h"
#include "policy/dns/odds.h"
#include "policy/dns/rights.h"

static void host_release(struct cli_host *host)
{
	free(host->path);
	spp_policy_release(&host->have);
	spp_identity_release(&host->identity);
}

void cli_hosts_release(struct cli_hosts *hosts)
{
	while (hosts->count)
		host_release(&hosts->host[--hosts->count]);
	free(hosts->host);
	*hosts = (struct cli_hosts)CLI_HOSTS_INIT;
}

static enum spp_status read_host(struct cli_host *host,
				 const struct cli_call *call, const char *path,
				 struct spp_error *err)
{
	struct cli_source CLEANUP(cli_source_release) source = CLI_SOURCE_INIT;
	struct spp_notes CLEANUP(spp_notes_release) notes = SPP_NOTES_INIT;
	/* Partition and the like are said of the target alone. */
	struct cli_call plain = *call;
	enum spp_status st;

	plain.given_count = 0;
	st = cli_load(&plain, path, &source, &notes, err);
	if (!st && source.windows &&
	    spp_identity_read(source.windows, &host->identity, NULL))
		spp_identity_release(&host->identity);
	if (!st)
		st = spp_document_meant(&source.document, &host->have, err);
	if (st)
		return st;
	if (!source.windows) {
		host->identity = source.document.identity;
		source.document.identity =
			(struct spp_identity)SPP_IDENTITY_INIT;
	}
	host->path = strdup(path);
	return host->path ? SPP_OK : spp_nomem(err);
}

enum spp_status cli_hosts_add(struct cli_hosts *hosts,
			      const struct cli_call *call, const char *path,
			      struct spp_error *err)
{
	struct cli_host *grown =
		spp_grow(hosts->host, hosts->count, sizeof(*grown));
	struct cli_host host = { .path = NULL };
	enum spp_status st;

	if (!grown)
		return spp_nomem(err);
	hosts->host = grown;
	st = read_host(&host, call, path, err);
	if (st)
		host_release(&host);
	else
		grown[hosts->count++] = host;
	return st;
}

void cli_hosts_next(struct cli_hosts *hosts)
{
	hosts->down = hosts->down < hosts->count ? hosts->down + 1 : 0;
}

/* "66.7%" */
static const char *percent(double of, char *text, size_t room)
{
	snprintf(text, room, of > 0 ? "%.1f%%" : "-", 100 * of);
	return text;
}

struct view {
	struct spp_records dns;
	bool *down; /* of each machine */
	size_t fails;
	struct spp_notes *lines;
};

static void release(struct view *v)
{
	spp_records_release(&v->dns);
	free(v->down);
}

static void show_domain(const struct view *v, size_t from,
			const struct spp_odds *odds)
{
	const struct spp_srv *srv = v->dns.srv + from;
	const char *fails = spp_machine_name(&v->dns.machine[v->fails]);
	char first[16], after[16];
	size_t i, turn = 1;

	spp_note(v->lines, SPP_SRV_PREFIX "%s", srv->domain);
	for (i = 0; i < odds->count; i++) {
		turn += i && srv[i].priority != srv[i - 1].priority;
		spp_note(v->lines, "%5zu. %9u %6u %5u %7s %7s  %s", turn,
			 srv[i].priority, srv[i].weight, srv[i].port,
			 percent(odds->of[i].first, first, sizeof(first)),
			 odds->of[i].down ? "down"
					  : percent(odds->of[i].after, after,
						    sizeof(after)),
			 spp_machine_name(&v->dns.machine[srv[i].machine]));
	}
	if (odds->stranded > 0)
		spp_note(v->lines,
			 "  no host in view is left while it is down: %s",
			 fails);
	else if (odds->in_vain > 0)
		spp_note(v->lines,
			 "  %s ask in vain, then the next, while it is down: "
			 "%s",
			 percent(odds->in_vain, first, sizeof(first)), fails);
}

static enum spp_status show_domains(const struct view *v, const char *domain,
				    bool rest, struct spp_error *err)
{
	const struct spp_records *dns = &v->dns;
	enum spp_status st = SPP_OK;
	size_t i, end;

	for (i = 0; !st && i < dns->count; i = end) {
		struct spp_odds CLEANUP(spp_odds_release) odds = SPP_ODDS_INIT;

		end = spp_records_domain(dns, i);
		if (rest == (domain && !strcasecmp(domain, dns->srv[i].domain)))
			continue;
		st = spp_odds_find(dns, i, v->down, &odds, err);
		if (!st)
			show_domain(v, i, &odds);
	}
	return st;
}

/* What is not sure, and what weakens the design. */
static enum spp_status show_notes(const struct view *v, struct spp_error *err)
{
	struct spp_resilience CLEANUP(spp_resilience_release) found =
		SPP_RESILIENCE_INIT;
	struct spp_rights CLEANUP(spp_rights_release) rights = SPP_RIGHTS_INIT;
	const struct spp_records *dns = &v->dns;
	enum spp_status st = spp_resilience_judge(dns, &found, err);
	size_t i, k;

	if (!st)
		st = spp_rights_find(dns, &rights, err);
	for (i = 0; i < dns->machines; i++)
		for (k = 0; k < dns->machine[i].notes.count; k++)
			spp_note(v->lines, "%s: %s", dns->machine[i].label,
				 dns->machine[i].notes.text[k]);
	for (i = 0; i < found.count; i++)
		spp_note(v->lines, "weak: %s", found.weakness[i].text);
	for (i = 0; i < rights.count; i++)
		spp_note(v->lines,
			 "in %s the first host to register owns the record; "
			 "the others need rights on it: sppctl dns --style "
			 "rights",
			 rights.zone[i].domain);
	if (dns->count)
		spp_note(v->lines,
			 "The order is that of RFC 2782; how Windows draws is "
			 "not documented. A client that keeps its host asks "
			 "the DNS again only when that fails.");
	return st;
}

static enum spp_status add_all(struct view *v, const struct cli_hosts *hosts,
			       const struct cli_state *state,
			       const struct spp_policy *now,
			       struct spp_error *err)
{
	enum spp_status st = spp_records_add(&v->dns, state->path, now,
					     &state->identity, err);
	size_t i;

	for (i = 0; !st && i < hosts->count; i++) {
		v->dns.told = true;
		st = spp_records_add(&v->dns, hosts->host[i].path,
				     &hosts->host[i].have,
				     &hosts->host[i].identity, err);
	}
	if (st)
		return st;
	spp_records_finish(&v->dns);
	v->down = calloc(v->dns.machines, sizeof(*v->down));
	if (!v->down)
		return spp_nomem(err);
	for (i = 0; i < v->dns.machines; i++)
		v->down[i] = spp_rights_machine(&v->dns, i) ==
			     spp_rights_machine(&v->dns, v->fails);
	return SPP_OK;
}

enum spp_status cli_hosts_show(const struct cli_hosts *hosts,
			       const struct cli_state *state,
			       const struct spp_policy *now, const char *top,
			       struct spp_notes *lines, struct spp_error *err)
{
	struct view CLEANUP(release) v = { .dns = SPP_RECORDS_INIT,
					   .fails = hosts->down,
					   .lines = lines };
	enum spp_status st = add_all(&v, hosts, state, now, err);
	size_t i;

	if (st)
		return st;
	if (v.dns.count)
		spp_note(lines, "  TURN  PRIORITY WEIGHT  PORT   ASKED IF DOWN"
				"  HOST");
	if (top)
		st = show_domains(&v, top, false, err);
	if (!st)
		st = show_domains(&v, top, true, err);
	for (i = 0; i < v.dns.machines; i++)
		if (v.dns.machine[i].silence)
			spp_note(lines, "%s: no records: %s",
				 v.dns.machine[i].label,
				 spp_silence_text(v.dns.machine[i].silence));
	return st || top ? st : show_notes(&v, err);
}
