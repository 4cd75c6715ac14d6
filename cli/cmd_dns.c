/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "cli/evidence/evidence.h"
#include "cli/fail.h"
#include "cli/fleet/design.h"
#include "cli/fleet/rights.h"
#include "cli/out.h"
#include "policy/text/near.h"

#define TTL_MAX 2147483647 /* RFC 2181, section 8 */

#define NO_TTL                                                       \
	"time to live: Microsoft documents none for these records; " \
	"--ttl sets one"
#define HOME_DOMAIN                                                    \
	"home domain: Microsoft's pages disagree on whether a list "   \
	"replaces it; assumed: always published, once, with priority " \
	"and weight 0 unless listed"

/* The input of a style. */
struct view {
	const struct cli_design *design;
	const char *ttl; /* digits, or NULL */
	const char *group;
};

struct style {
	const char *name;
	const char *remark; /* starts a line that is not a record */
	bool needs_ttl;
	void (*begin)(const struct view *v, const char *domain);
	void (*record)(const struct view *v, const struct spp_srv *srv);
	void (*end)(const struct view *v);
	/* Prints all there is to say. */
	void (*whole)(const struct cli_design *design, const char *group);
};

static void bind_begin(const struct view *v, const char *domain)
{
	(void)v;
	printf("; zone of %s\n", cli_path(domain));
}

static void bind_record(const struct view *v, const struct spp_srv *srv)
{
	printf(SPP_SRV_PREFIX "%s.\t%s%sIN SRV %u %u %u %s.\n",
	       cli_path(srv->domain), v->ttl ? v->ttl : "", v->ttl ? "\t" : "",
	       srv->priority, srv->weight, srv->port,
	       cli_path(cli_design_host(v->design, srv)));
}

static void nsupdate_record(const struct view *v, const struct spp_srv *srv)
{
	printf("update add " SPP_SRV_PREFIX "%s. %s IN SRV %u %u %u %s.\n",
	       cli_path(srv->domain), v->ttl, srv->priority, srv->weight,
	       srv->port, cli_path(cli_design_host(v->design, srv)));
}

/* One message cannot update two zones. */
static void nsupdate_end(const struct view *v)
{
	(void)v;
	puts("send");
}

/* Only valid names get records, so the quotes suffice. */
static void powershell_record(const struct view *v, const struct spp_srv *srv)
{
	printf("Add-DnsServerResourceRecord -Srv -ZoneName '%s' -Name "
	       "'_vlmcs._tcp' -DomainName '%s' -Priority %u -Weight %u "
	       "-Port %u",
	       cli_path(srv->domain), cli_path(cli_design_host(v->design, srv)),
	       srv->priority, srv->weight, srv->port);
	if (v->ttl)
		printf(" -TimeToLive ([timespan]::FromSeconds(%s))", v->ttl);
	putchar('\n');
}

static const struct style styles[] = {
	{ .name = "table", .remark = "" },
	{ .name = "bind",
	  .remark = "; ",
	  .begin = bind_begin,
	  .record = bind_record },
	{ .name = "nsupdate",
	  .remark = "; ",
	  .needs_ttl = true,
	  .record = nsupdate_record,
	  .end = nsupdate_end },
	{ .name = "powershell", .remark = "# ", .record = powershell_record },
	{ .name = "rights", .remark = "# ", .whole = cli_rights_script },
};

static const struct style *find_style(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(styles) / sizeof(styles[0]); i++)
		if (!strcmp(styles[i].name, name))
			return &styles[i];
	return NULL;
}

static bool has_target(const struct view *v, const struct spp_srv *srv)
{
	return v->design->dns.machine[srv->machine].fqdn != NULL;
}

static void print_domain(const struct view *v, const struct style *style,
			 size_t from, size_t to)
{
	const struct spp_srv *srv = v->design->dns.srv;
	size_t i, made = 0;

	if (style->begin)
		style->begin(v, srv[from].domain);
	for (i = from; i < to; i++) {
		if (has_target(v, &srv[i])) {
			style->record(v, &srv[i]);
			made++;
		} else {
			printf("%s%s: a record is missing because the name of "
			       "its host is not known\n",
			       style->remark, cli_path(srv[i].domain));
		}
	}
	if (style->end && made)
		style->end(v);
}

static void print_row(const struct view *v, struct cli_table *t,
		      const struct spp_srv *srv)
{
	struct spp_buf CLEANUP(spp_buf_release) name = SPP_BUF_INIT;
	struct spp_buf CLEANUP(spp_buf_release) host = SPP_BUF_INIT;
	char priority[8], weight[8], port[8];

	spp_buf_printf(&name, NULL, SPP_SRV_PREFIX "%s", srv->domain);
	spp_buf_printf(&host, NULL, has_target(v, srv) ? "%s" : "? (%s)",
		       cli_design_host(v->design, srv));
	snprintf(priority, sizeof(priority), "%u", srv->priority);
	snprintf(weight, sizeof(weight), "%u", srv->weight);
	snprintf(port, sizeof(port), "%u", srv->port);
	if (v->ttl)
		cli_row(t, spp_buf_text(&name), v->ttl, priority, weight, port,
			spp_buf_text(&host), spp_origin_word(srv->origin),
			NULL);
	else
		cli_row(t, spp_buf_text(&name), priority, weight, port,
			spp_buf_text(&host), spp_origin_word(srv->origin),
			NULL);
}

static void print_table(const struct view *v)
{
	struct cli_table *t;
	size_t i;

	if (!v->design->dns.count)
		return;
	t = cli_table_open(
		v->ttl ? "RECORD|>TTL|>PRIORITY|>WEIGHT|>PORT|HOST|FROM"
		       : "RECORD|>PRIORITY|>WEIGHT|>PORT|HOST|FROM");
	for (i = 0; i < v->design->dns.count; i++)
		print_row(v, t, &v->design->dns.srv[i]);
	cli_table_close(t, stdout, 0);
	putchar('\n');
}

/* Whether a record depends on what Microsoft's pages disagree on. */
static bool home_matters(const struct cli_design *design)
{
	size_t i;

	for (i = 0; i < design->dns.count; i++)
		if (design->dns.srv[i].origin != SPP_FROM_LIST)
			return true;
	return false;
}

static void print_text(const struct view *v, const struct style *style)
{
	const struct spp_records *dns = &v->design->dns;
	size_t i, end;

	if (style->whole) {
		style->whole(v->design, v->group);
		cli_design_notes(v->design, style->remark, true);
		return;
	}
	if (!style->record)
		print_table(v);
	for (i = 0; style->record && i < dns->count; i = end) {
		end = spp_records_domain(dns, i);
		print_domain(v, style, i, end);
	}
	if (dns->count && !v->ttl)
		printf("%s" NO_TTL "\n", style->remark);
	if (home_matters(v->design))
		printf("%s" HOME_DOMAIN "\n", style->remark);
	cli_rights_notes(v->design, style->remark);
	cli_design_notes(v->design, style->remark, true);
}

static json_t *json_records(const struct view *v)
{
	json_t *list = json_array(), *json;
	size_t i;

	for (i = 0; i < v->design->dns.count; i++) {
		const struct spp_srv *srv = &v->design->dns.srv[i];
		const struct spp_machine *m =
			&v->design->dns.machine[srv->machine];
		struct spp_buf name = SPP_BUF_INIT;

		spp_buf_printf(&name, NULL, SPP_SRV_PREFIX "%s", srv->domain);
		json = json_pack("{s:o, s:s, s:i, s:i, s:i, s:o, s:s}", "name",
				 cli_json_take(&name), "domain", srv->domain,
				 "priority", (int)srv->priority, "weight",
				 (int)srv->weight, "port", (int)srv->port,
				 "host", cli_json_text(m->fqdn), "from",
				 spp_origin_word(srv->origin));
		cli_json_set_path(json, "target", m->label);
		json_array_append_new(list, json);
	}
	return list;
}

static void print_json(const struct cli_call *call, const struct view *v,
		       uint64_t ttl)
{
	json_t *document = cli_json_document("dns", 1);

	json_object_update_new(
		document,
		json_pack("{s:o, s:o, s:s, s:s, s:o, s:o, s:o, s:o}", "records",
			  json_records(v), "ttl",
			  v->ttl ? json_integer((json_int_t)ttl) : json_null(),
			  "ttl_note", NO_TTL, "home_domain_note", HOME_DOMAIN,
			  "rights", cli_json_rights(v->design), "machines",
			  cli_json_machines(v->design), "weaknesses",
			  cli_json_weaknesses(v->design), "failures",
			  cli_json_failures(v->design)));
	cli_evidence_put(call, document,
			 cli_fleet_exhibits(call, &v->design->fleet));
	cli_json_print(document, stdout);
}

static enum spp_status read_style(const struct cli_call *call,
				  const struct style **style,
				  struct spp_error *err)
{
	const char *name = cli_value(call, OPT_STYLE);

	*style = find_style(name ? name : "table");
	if (!*style)
		return spp_near_few("style", name,
				    "table, bind, nsupdate, powershell, rights",
				    err);
	if (cli_has(call, OPT_GROUP) && !(*style)->whole)
		return spp_fail(err, SPP_USAGE,
				"--group goes with --style rights");
	if (cli_has(call, OPT_GROUP) &&
	    !cli_rights_group_valid(cli_value(call, OPT_GROUP)))
		return spp_fail(err, SPP_USAGE,
				"--group: '%s' cannot be the name of a group "
				"in Active Directory",
				cli_value(call, OPT_GROUP));
	if ((*style)->needs_ttl && !cli_has(call, OPT_TTL) &&
	    !cli_has(call, OPT_JSON))
		return spp_fail(err, SPP_USAGE,
				"style nsupdate needs a time to live, and "
				"Microsoft documents none; use --ttl SECONDS");
	return SPP_OK;
}

/* Whether the host of every record is known. */
static bool is_complete(const struct view *v)
{
	size_t i;

	for (i = 0; i < v->design->dns.count; i++)
		if (!has_target(v, &v->design->dns.srv[i]))
			return false;
	return true;
}

static enum cli_exit run(const struct cli_call *call)
{
	struct cli_design CLEANUP(cli_design_release) design = CLI_DESIGN_INIT;
	const char *group = cli_value(call, OPT_GROUP);
	struct view v = { &design, cli_value(call, OPT_TTL),
			  group ? group : "KMS Hosts" };
	struct spp_error err = SPP_ERROR_INIT;
	const struct style *style;
	uint64_t ttl = 0;
	enum spp_status st;

	st = read_style(call, &style, &err);
	if (!st)
		st = cli_number(call, OPT_TTL, TTL_MAX, &ttl, &err);
	if (!st)
		st = cli_design_load(call, &design, &err);
	if (st)
		return cli_fail(call, &err);
	if (!design.fleet.whole)
		return design.failed;
	if (cli_has(call, OPT_JSON))
		print_json(call, &v, ttl);
	else
		print_text(&v, style);
	if (design.failed)
		return design.failed;
	return is_complete(&v) ? CLI_OK : CLI_FINDINGS;
}

const struct cli_command cli_command_dns = {
	.name = "dns",
	.operands = "TARGET...",
	.least = 1,
	.most = -1,
	.summary = "print the SRV records that KMS hosts would publish",
	.about =
		"One record for each domain in DnsDomainPublishList and for "
		"the home domain, which is the\nprimary DNS suffix. The SYSTEM "
		"hive holds host name and suffix, so a Windows folder is the "
		"best\ntarget. With several hosts, the design is checked as "
		"well. Exits with 1 if a record's host is\nnot known. The "
		"styles powershell and bind assume that each domain is a zone.",
	.options =
		CLI_OPTIONS(OPT_STYLE, OPT_TTL, OPT_GROUP, CLI_POLICY_OPTIONS,
			    CLI_OPEN_OPTIONS, CLI_RUN_OPTIONS, OPT_JSON),
	.examples = CLI_EXAMPLES(
		{ "dns primary/Windows secondary/Windows",
		  "what two hosts publish, and whether one can replace the "
		  "other" },
		{ "dns primary/Windows --style bind", "lines for a zone file" },
		{ "dns primary/Windows --style nsupdate --ttl 3600 | nsupdate",
		  "where the host may not publish itself" },
		{ "dns primary/Windows secondary/Windows --style rights "
		  ">rights.ps1",
		  "let the second host register its records" }),
	.targets = CLI_TARGETS_ALL,
	.paged = true,
	.run = run,
};
