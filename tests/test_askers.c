/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom client machines ask, by their settings and what they know of names. */
#include <string.h>

#include "tests/audit_help.h"
#include "tests/unit.h"

#define SKU    "73111121-5638-40f6-bc11-f1d7b0d64300"
#define WIN(s) "{\"sppctl-policy\":1,\"scopes\":{" s "},\"image\":{"
#define TEN    "\"build\":\"19045\""

/* Whom a client machine asks, and where it looks. */
static const struct {
	const char *what, *machine;
	const char
		*asks; /* pinned, for whom, whether it stays, where it looks */
	const char *note; /* part of one; NULL: there is none */
} askers[] = {
	{ "all by the DNS", WIN("\"spp\":{}") TEN "}}", "- - stays -", NULL },
	{ "its suffixes",
	  WIN("\"spp\":{}") TEN
	  ",\"dns_suffix\":\"a.example\",\"dns_search_list\":"
	  "\"b.example, A.example ,no name\",\"dhcp_domain\":\"c.example\","
	  "\"connection_domains\":\"d.example,c.example\"}}",
	  "- - stays a.example, c.example, b.example, d.example",
	  "it looks for its host in its DNS suffixes: a.example, c.example" },
	{ "Group Policy's suffix and list win",
	  WIN("\"spp\":{}") TEN
	  ",\"dns_suffix\":\"a.example\",\"policy_dns_suffix\":\"p.example\","
	  "\"dns_search_list\":\"b.example\",\"policy_dns_search_list\":"
	  "\"q.example\",\"group_policy_domain\":\"ad.example\"}}",
	  "- - stays p.example, ad.example, q.example",
	  "inferred from the domain that Group Policy came from, "
	  "'ad.example'" },
	{ "a lookup domain takes the place of suffixes",
	  WIN("\"spp\":{\"lookup-domain\":\"l.example\"}") TEN
	  ",\"dns_suffix\":\"a.example\"}}",
	  "- - stays l.example", "it looks for its host in l.example" },
	{ "one SKU has a host of its own",
	  WIN("\"spp/windows/" SKU "\":{\"kms-host\":\"k.example\"}") TEN
	  ",\"dns_suffix\":\"a.example\"}}",
	  "k.example spp/windows/" SKU " stays a.example",
	  "spp/windows/" SKU " asks 'k.example:1688' before the DNS" },
	{ "one application has a lookup domain",
	  WIN("\"spp\":{\"kms-host\":\"k.example\"},"
	      "\"spp/office\":{\"lookup-domain\":\"o.example\"}") TEN "}}",
	  "k.example - - -", NULL },
	{ "the same where no host is set",
	  WIN("\"spp/office\":{\"lookup-domain\":\"o.example\"}") TEN "}}",
	  "- - stays -",
	  "spp/office looks for its host in 'o.example' (lookup-domain)" },
	{ "the machine asks nobody, one SKU does",
	  WIN("\"spp\":{\"activation-type\":\"ad\"},\"spp/windows/" SKU
	      "\":{\"activation-type\":\"kms\"}") TEN "}}",
	  "- - stays -",
	  "spp/windows/" SKU " has an activation type of its own, and asks "
	  "KMS hosts only" },
	{ "the machine asks, one SKU does not",
	  WIN("\"spp\":{\"kms-host\":\"k.example\"},\"spp/windows/" SKU
	      "\":{\"activation-type\":\"token\"}") TEN "}}",
	  "k.example - - -",
	  "spp/windows/" SKU " asks no KMS host: activation-type allows tokens "
	  "only" },
	{ "Netlogon and Group Policy disagree: nothing is said to be sure",
	  WIN("\"spp\":{}") TEN
	  ",\"netlogon_start\":\"3\",\"group_policy_domain\":\"ad.example\"}}",
	  "- - stays ad.example", "it looks for its host in its DNS suffixes" },
	{ "before Windows 7 the key SL counts",
	  WIN("\"sl\":{\"kms-host\":\"v.example\"},\"spp\":{\"kms-host\":"
	      "\"k.example\"}") "\"build\":\"6002\"}}",
	  "v.example - - -", NULL },
};

static void whom_a_client_asks(void)
{
	size_t i, k, said;

	for (i = 0; i < sizeof(askers) / sizeof(askers[0]); i++) {
		struct spp_records CLEANUP(spp_records_release) dns =
			SPP_RECORDS_INIT;
		struct spp_buf CLEANUP(spp_buf_release) asks = SPP_BUF_INIT;
		const struct spp_machine *m;

		help_machine(&dns, "pc", askers[i].machine);
		m = &dns.machine[0];
		spp_buf_printf(
			&asks, NULL, "%s %s %s %s", m->pinned ? m->pinned : "-",
			m->pinned_for ? m->pinned_for : "-",
			m->stays ? "stays" : "-", m->looks ? m->looks : "-");
		UNIT_ROW(!strcmp(spp_buf_text(&asks), askers[i].asks),
			 spp_buf_text(&asks));
		for (said = k = 0; askers[i].note && k < m->notes.count; k++)
			said += strstr(m->notes.text[k], askers[i].note) !=
				NULL;
		UNIT_ROW(askers[i].note ? said == 1 : !m->notes.count,
			 askers[i].what);
	}
}

/* A client is told where no host of the design publishes. */
static void where_nobody_publishes(void)
{
	struct spp_records CLEANUP(spp_records_release) dns = SPP_RECORDS_INIT;

	help_machine(&dns, "a",
		     WIN("\"spp\":{\"host-version\":\"10.0\",\"publish-"
			 "list\":["
			 "\"corp.example,10,100\",\"branch.example,10,"
			 "100\"]}") "\"has_system\":true,\"host\":"
				    "\"kms01\",\"dns_suffix\":"
				    "\"corp.example\"}}");
	help_machine(&dns, "b",
		     WIN("\"spp\":{}") TEN
		     ",\"dns_suffix\":\"x.example\",\"dns_search_list\":"
		     "\"BRANCH.example\"}}");
	help_machine(&dns, "c",
		     WIN("\"spp\":{}") TEN ",\"dns_suffix\":\"h.example\"}}");
	spp_records_finish(&dns);
	CU_ASSERT(spp_machine_served(&dns, &dns.machine[1]));
	CU_ASSERT(!spp_machine_served(&dns, &dns.machine[2]));
}

static const struct unit_test tests[] = {
	{ "whom a client asks", whom_a_client_asks },
	{ "where nobody publishes", where_nobody_publishes },
	{ NULL, NULL },
};

const struct unit_suite unit_askers = { "askers", tests };
