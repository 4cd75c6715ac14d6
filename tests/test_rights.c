/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Microsoft, Deploy KMS Activation: with several hosts "the other hosts will be
 * unable to update the SRV resource record unless SRV default permissions are
 * changed".
 */
#include <stdio.h>
#include <string.h>

#include "policy/dns/rights.h"
#include "tests/audit_help.h"
#include "tests/unit.h"

#define HOST(name, list)                                                     \
	"{\"sppctl-policy\":1,\"scopes\":{\"spp\":{\"host-version\":\"10\"," \
	"\"publish-list\":[" list "]}},\"image\":{\"has_system\":true,"      \
	"\"host\":\"" name "\",\"dns_suffix\":\"corp.example\"}}"

static bool load(struct spp_records *dns)
{
	return help_machine(dns, "primary",
			    HOST("kms01", "\"a.example,10\"")) &&
	       help_machine(dns, "secondary",
			    HOST("kms02", "\"a.example,20\",\"b.example\"")) &&
	       help_machine(dns, "dump", HOST("kms01", "\"a.example,10\"")) &&
	       help_machine(dns, "third", HOST("kms03", "\"b.example,5\""));
}

/* "domain: hosts; ..." of what is shared. */
static void show(const struct spp_records *dns, const struct spp_rights *rights,
		 struct spp_buf *out)
{
	size_t i, k;

	for (i = 0; i < rights->count; i++) {
		spp_buf_printf(out, NULL, "%s:", rights->zone[i].domain);
		for (k = 0; k < rights->zone[i].count; k++)
			spp_buf_printf(
				out, NULL, " %s",
				dns->machine[rights->zone[i].machine[k]].label);
		spp_buf_puts(out, ";", NULL);
	}
}

/* A hive and its dump are one host; the first choice of clients is first. */
static void finds(void)
{
	struct spp_records CLEANUP(spp_records_release) dns = SPP_RECORDS_INIT;
	struct spp_rights CLEANUP(spp_rights_release) rights = SPP_RIGHTS_INIT;
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;

	if (!load(&dns))
		return;
	spp_records_finish(&dns);
	CU_ASSERT_EQUAL(spp_rights_find(&dns, &rights, NULL), SPP_OK);
	show(&dns, &rights, &text);
	CU_ASSERT_STRING_EQUAL(spp_buf_text(&text),
			       "a.example: primary secondary;"
			       "b.example: secondary third;"
			       "corp.example: primary secondary third;");
}

static void narrows(void)
{
	static const struct {
		size_t first[2], count;
		const char *left, *message;
	} rows[] = {
		{ { 0 },
		  1,
		  NULL,
		  "none of the first writers publishes in 'b.example'; name "
		  "'kms02.corp.example', 'kms03.corp.example' or another host "
		  "of it, too" },
		{ { 1 }, 1, "a.example 1;b.example 1;corp.example 1;", "" },
		{ { 2, 3 }, 2, "a.example 0;b.example 3;corp.example 0;", "" },
		{ { 3, 1 }, 2, "a.example 1;b.example 3;corp.example 3;", "" },
	};
	size_t i, k;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct spp_records CLEANUP(spp_records_release) dns =
			SPP_RECORDS_INIT;
		struct spp_buf CLEANUP(spp_buf_release) left = SPP_BUF_INIT;
		struct spp_error err = SPP_ERROR_INIT;

		if (!load(&dns))
			return;
		spp_records_finish(&dns);
		spp_rights_narrow(&dns, rows[i].first, rows[i].count, &err);
		CU_ASSERT_STRING_EQUAL(err.text, rows[i].message);
		for (k = 0; rows[i].left && k < dns.count; k++)
			spp_buf_printf(
				&left, NULL, "%s %zu;", dns.srv[k].domain,
				spp_rights_machine(&dns, dns.srv[k].machine));
		if (rows[i].left)
			CU_ASSERT_STRING_EQUAL(spp_buf_text(&left),
					       rows[i].left);
	}
}

static const struct unit_test tests[] = {
	{ "zones of several hosts", finds },
	{ "the first to write", narrows },
	{ NULL, NULL },
};

const struct unit_suite unit_rights = { "rights", tests };
