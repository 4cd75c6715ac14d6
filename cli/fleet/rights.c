/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/fleet/rights.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cli/out.h"

#define PORT_DEFAULT 1688
#define ACCOUNT_MAX  15 /* of a computer, without its '$' */
#define ZONES_TOLD   10

static const char *domain_of(const struct cli_design *design, size_t zone)
{
	return design->rights.zone[zone].domain;
}

static void put_hosts(const struct cli_design *design, size_t zone,
		      struct spp_buf *out)
{
	const struct spp_zone *z = &design->rights.zone[zone];
	size_t i;

	for (i = 0; i < z->count; i++)
		spp_buf_printf(
			out, NULL, "%s%s", i ? ", " : "",
			spp_machine_name(&design->dns.machine[z->machine[i]]));
}

static bool same_hosts(const struct spp_zone *a, const struct spp_zone *b)
{
	return a->count == b->count &&
	       !memcmp(a->machine, b->machine, a->count * sizeof(*a->machine));
}

/* The zones that have the hosts of the i-th; false: an earlier one has. */
static bool put_alike(const struct cli_design *design, size_t i,
		      struct spp_buf *out)
{
	const struct spp_zone *zone = design->rights.zone;
	size_t k, n = 0;

	for (k = 0; k < design->rights.count; k++) {
		if (!same_hosts(&zone[k], &zone[i]))
			continue;
		if (k < i)
			return false;
		if (++n <= ZONES_TOLD)
			spp_buf_printf(out, NULL, "%s%s", n > 1 ? ", " : "",
				       zone[k].domain);
	}
	if (n > ZONES_TOLD)
		spp_buf_printf(out, NULL, " and %zu more", n - ZONES_TOLD);
	return true;
}

void cli_rights_notes(const struct cli_design *design, const char *prefix)
{
	size_t i;

	for (i = 0; i < design->rights.count; i++) {
		struct spp_buf CLEANUP(spp_buf_release) zones = SPP_BUF_INIT;
		struct spp_buf CLEANUP(spp_buf_release) hosts = SPP_BUF_INIT;

		if (!put_alike(design, i, &zones))
			continue;
		put_hosts(design, i, &hosts);
		printf("%srights: in %s the first of %s to register owns the "
		       "record, and the zone may refuse the others; --style "
		       "rights prints what to do\n",
		       prefix, cli_path(spp_buf_text(&zones)),
		       cli_path(spp_buf_text(&hosts)));
	}
}

json_t *cli_json_rights(const struct cli_design *design)
{
	json_t *list = json_array();
	size_t i, k;

	for (i = 0; i < design->rights.count; i++) {
		const struct spp_zone *z = &design->rights.zone[i];
		json_t *hosts = json_array();

		for (k = 0; k < z->count; k++)
			json_array_append_new(
				hosts,
				cli_json_text(spp_machine_name(
					&design->dns.machine[z->machine[k]])));
		json_array_append_new(list, json_pack("{s:s, s:o}", "domain",
						      domain_of(design, i),
						      "hosts", hosts));
	}
	return list;
}

bool cli_rights_group_valid(const char *text)
{
	const char *c;

	for (c = text; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f ||
		    strchr("\"/\\[]:;|=,+*?<>@", *c))
			return false;
	return *text && *text != ' ' && c[-1] != ' ' && c - text <= 64;
}

/* Quoted for PowerShell, which takes typographic quotes for quotes, too. */
static void put_quoted(const char *text)
{
	putchar('\'');
	for (; *text; text++) {
		if (*text == '\'')
			putchar('\'');
		/* U+2018 to U+201B */
		if (!strncmp(text, "\xe2\x80", 2) &&
		    (unsigned char)text[2] >= 0x98 &&
		    (unsigned char)text[2] <= 0x9b) {
			printf("%.3s", text);
		}
		putchar(*text);
	}
	putchar('\'');
}

/* The account of a host, without '$'; false if no valid name is known. */
static bool account(const struct spp_machine *m, char to[ACCOUNT_MAX + 1])
{
	const char *name = m->computer ? m->computer : m->fqdn;
	size_t n = name ? strcspn(name, ".") : 0, i;

	if (!n || n > ACCOUNT_MAX)
		return false;
	for (i = 0; i < n; i++) {
		char c = name[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= '0' && c <= '9') && c != '-' && c != '_')
			return false;
		to[i] = (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
	}
	to[n] = '\0';
	return true;
}

/* Whether a machine is one of those that share a zone. */
static bool shares(const struct cli_design *design, size_t machine)
{
	size_t i, k;

	for (i = 0; i < design->rights.count; i++)
		for (k = 0; k < design->rights.zone[i].count; k++)
			if (design->rights.zone[i].machine[k] == machine)
				return true;
	return false;
}

/* Adds each host; one whose account is not known is named in a comment. */
static void put_members(const struct cli_design *design)
{
	char name[ACCOUNT_MAX + 1];
	size_t i;

	for (i = 0; i < design->dns.machines; i++) {
		const struct spp_machine *m = &design->dns.machine[i];

		if (!shares(design, i))
			continue;
		if (account(m, name)) {
			printf("Add-ADGroupMember -Identity $group -Members "
			       "'%s$'\n",
			       name);
			continue;
		}
		printf("# the account of %s is not known; add it to the "
		       "group\n",
		       cli_path(spp_machine_name(m)));
	}
}

static void put_zones(const struct cli_design *design)
{
	size_t i;

	printf("foreach ($zone in ");
	for (i = 0; i < design->rights.count; i++) {
		printf("%s", i ? ", " : "");
		put_quoted(domain_of(design, i));
	}
	puts(") {\n"
	     "  $record = Get-DnsServerResourceRecord -ZoneName $zone -Name "
	     "'_vlmcs._tcp' `\n"
	     "    -RRType Srv -ErrorAction SilentlyContinue | Select-Object "
	     "-First 1\n"
	     "  if (-not $record) {\n"
	     "    Write-Warning \"${zone}: no record yet; start one KMS host, "
	     "then run this again\"\n"
	     "    continue\n"
	     "  }\n"
	     "  dsacls.exe $record.DistinguishedName /G \"${domain}\\${group}"
	     ":GA\"\n"
	     "  if ($LASTEXITCODE) { throw \"dsacls failed for $zone\" }\n"
	     "}");
}

/* Whether hosts that share a zone are in several domains. */
static bool is_spread(const struct cli_design *design)
{
	const char *home = NULL;
	size_t i;

	for (i = 0; i < design->dns.machines; i++) {
		const char *mine = design->dns.machine[i].home;

		if (!shares(design, i) || !mine)
			continue;
		if (home && strcasecmp(home, mine) != 0)
			return true;
		home = mine;
	}
	return false;
}

static void put_firewall(const struct cli_design *design)
{
	size_t i;

	puts("# On each KMS host, whose inbound rule is off by default:\n"
	     "#   Set-NetFirewallRule -Name SPPSVC-In-TCP -Profile "
	     "Domain,Private -Enabled True");
	for (i = 0; i < design->dns.machines; i++) {
		const struct spp_machine *m = &design->dns.machine[i];

		if (m->fqdn && m->silence == SPP_PUBLISHES &&
		    m->port != PORT_DEFAULT)
			printf("# and on %s: Set-NetFirewallRule -Name "
			       "SPPSVC-In-TCP -LocalPort %u\n",
			       m->fqdn, m->port);
	}
}

void cli_rights_script(const struct cli_design *design, const char *group)
{
	if (!design->rights.count) {
		puts("# no zone has records of several hosts: nothing to "
		     "grant");
		put_firewall(design);
		return;
	}
	puts("# Lets each KMS host register its own _VLMCS._TCP record. By "
	     "default only the\n"
	     "# host that registers first may (Microsoft, Deploy KMS "
	     "Activation). Run it in\n"
	     "# PowerShell on a DNS server whose zones are in Active "
	     "Directory, as an\n"
	     "# administrator of the domain. Written from Microsoft's pages, "
	     "not tried on Windows.\n"
	     "# A zone kept elsewhere has its own way, such as allow-update of "
	     "BIND.");
	if (is_spread(design))
		puts("# The hosts are in several domains; a global group takes "
		     "members of one.");
	puts("#Requires -Modules ActiveDirectory, DnsServer\n"
	     "$ErrorActionPreference = 'Stop'");
	printf("$group = ");
	put_quoted(group);
	puts("\n$domain = (Get-ADDomain).NetBIOSName\n"
	     "if (-not (Get-ADGroup -Filter { Name -eq $group })) {\n"
	     "  New-ADGroup -Name $group -GroupScope Global -GroupCategory "
	     "Security\n"
	     "}");
	put_members(design);
	put_zones(design);
	puts("# Then restart the hosts, which learn of their group when they "
	     "start. Event 12294\n"
	     "# in their Application log tells of a record, 12293 of a "
	     "refusal.");
	put_firewall(design);
}
