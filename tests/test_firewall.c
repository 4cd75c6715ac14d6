/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "policy/windows/firewall.h"
#include "tests/unit.h"

#define IN   "v2.31|Active=TRUE|Dir=In|Protocol=6|"
#define SPPS "Svc=sppsvc|App=%SystemRoot%\\system32\\sppextcomobj.exe|"

/* Two rules, and what they make of a port. */
static void ways(void)
{
	static const struct {
		const char *first, *second;
		uint32_t port;
		enum spp_way way;
		const char *rule;
	} rows[] = {
		{ NULL, NULL, 1688, SPP_WAY_SHUT, NULL },
		{ IN "Action=Allow|LPort=1688|" SPPS, NULL, 1688, SPP_WAY_OPEN,
		  "0" },
		{ IN "Action=Allow|LPort=1688|" SPPS, NULL, 1689, SPP_WAY_SHUT,
		  NULL },
		{ "v2.31|Action=Allow|Active=FALSE|Dir=In|Protocol=6|LPort="
		  "1688|" SPPS,
		  NULL, 1688, SPP_WAY_SHUT, "0" },
		/* Of any program, any port, a range, several. */
		{ IN "Action=Allow|LPort=1688|", NULL, 1688, SPP_WAY_OPEN,
		  "0" },
		{ IN "Action=Allow|", NULL, 1700, SPP_WAY_OPEN, "0" },
		{ "v2.10|Action=Allow|Active=TRUE|Dir=In|", NULL, 1688,
		  SPP_WAY_OPEN, "0" },
		{ IN "Action=Allow|LPort2_10=1680-1690|", NULL, 1688,
		  SPP_WAY_OPEN, "0" },
		{ IN "Action=Allow|LPort=80|LPort=1688", NULL, 1688,
		  SPP_WAY_OPEN, "0" },
		{ IN "Action=Allow|LPort=RPC|", NULL, 1688, SPP_WAY_SHUT,
		  NULL },
		/* Not for this: another program, UDP, outbound. */
		{ IN "Action=Allow|LPort=1688|App=C:\\x.exe|", NULL, 1688,
		  SPP_WAY_SHUT, NULL },
		{ "v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=17|LPort="
		  "1688|",
		  NULL, 1688, SPP_WAY_SHUT, NULL },
		{ "v2.31|Action=Allow|Active=TRUE|Dir=Out|Protocol=6|", NULL,
		  1688, SPP_WAY_SHUT, NULL },
		/* From somewhere, or not in a domain. */
		{ IN "Action=Allow|LPort=1688|RA4=LocalSubnet|", NULL, 1688,
		  SPP_WAY_LIMITED, "0" },
		{ IN "Action=Allow|LPort=1688|Profile=Public|", NULL, 1688,
		  SPP_WAY_LIMITED, "0" },
		{ IN "Action=Allow|LPort=1688|Profile=Public|",
		  IN "Action=Allow|LPort=1688|Profile=Domain|", 1688,
		  SPP_WAY_OPEN, "1" },
		/* Who keeps out wins. */
		{ IN "Action=Allow|LPort=1688|", IN "Action=Block|LPort=1688|",
		  1688, SPP_WAY_BLOCKED, "1" },
		{ "", "|||=|Dir|Dir=|LPort=|", 1688, SPP_WAY_SHUT, NULL },
	};
	char name[2] = "0";
	const char *rule;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct spp_firewall CLEANUP(spp_firewall_release)
			fw = { .known = true };

		name[0] = '0';
		if (rows[i].first)
			spp_firewall_add(&fw, name, rows[i].first, NULL);
		name[0] = '1';
		if (rows[i].second)
			spp_firewall_add(&fw, name, rows[i].second, NULL);
		UNIT_ROW(spp_firewall_way(&fw, rows[i].port, &rule) ==
				 rows[i].way,
			 rows[i].first);
		UNIT_ROW(!strcmp(rule ? rule : "-",
				 rows[i].rule ? rows[i].rule : "-"),
			 rows[i].first);
	}
}

/* What is not known, off, or more than is kept. */
static void edges(void)
{
	struct spp_firewall CLEANUP(spp_firewall_release) fw =
		SPP_FIREWALL_INIT;
	struct spp_buf CLEANUP(spp_buf_release) says = SPP_BUF_INIT;
	const char *rule;
	int i;

	CU_ASSERT_EQUAL(spp_firewall_way(&fw, 1688, &rule), SPP_WAY_UNKNOWN);
	fw.known = true;
	fw.off = 1u << SPP_PROFILE_PUBLIC;
	CU_ASSERT_EQUAL(spp_firewall_way(&fw, 1688, &rule), SPP_WAY_SHUT);
	fw.off |= 1u << SPP_PROFILE_DOMAIN;
	CU_ASSERT_EQUAL(spp_firewall_way(&fw, 1688, &rule), SPP_WAY_OPEN);
	fw.off = 0;
	for (i = 0; i <= SPP_FIREWALL_RULES; i++)
		CU_ASSERT_EQUAL(spp_firewall_add(&fw, "x",
						 IN "Action=Allow|LPort=80|",
						 NULL),
				SPP_OK);
	CU_ASSERT_EQUAL(fw.count, SPP_FIREWALL_RULES);
	CU_ASSERT_EQUAL(spp_firewall_way(&fw, 1688, &rule), SPP_WAY_UNKNOWN);
	CU_ASSERT_EQUAL(spp_firewall_way(&fw, 80, &rule), SPP_WAY_OPEN);
	spp_firewall_say(&fw, 80, &says, NULL);
	CU_ASSERT_STRING_EQUAL(spp_buf_text(&says), "rule 'x' lets TCP 80 in");
}

static const struct unit_test tests[] = {
	{ "rules and ports", ways },
	{ "what is not known", edges },
	{ NULL, NULL },
};

const struct unit_suite unit_firewall = { "firewall", tests };
