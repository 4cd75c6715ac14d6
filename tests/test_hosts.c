/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom clients ask of several hosts, as sppctl ui shows it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/editor/hosts.h"
#include "tests/audit_help.h"
#include "tests/unit.h"

/* A host of corp.example with this list. */
static void make(const char *name, const char *list, struct spp_policy *have,
		 struct spp_identity *identity)
{
	struct spp_document document = SPP_DOCUMENT_INIT;
	char json[600];

	snprintf(json, sizeof(json),
		 "{\"sppctl-policy\":1,\"scopes\":{\"spp\":{\"host-version\":"
		 "\"10.0.1.1\",\"publish-list\":[%s]}},\"image\":{"
		 "\"has_system\":true,\"host\":\"%s\",\"dns_suffix\":"
		 "\"corp.example\"}}",
		 list, name);
	if (!help_read(json, &document))
		return;
	*have = document.policy;
	*identity = document.identity;
	document.policy = (struct spp_policy)SPP_POLICY_INIT;
	document.identity = (struct spp_identity)SPP_IDENTITY_INIT;
	spp_document_release(&document);
}

struct bed {
	struct cli_state state;
	struct cli_hosts hosts;
	struct cli_host other[2];
};

static void begin(struct bed *b, const char *list, const char *other)
{
	*b = (struct bed){ .state = CLI_STATE_INIT, .hosts = CLI_HOSTS_INIT };
	b->state.path = "A";
	make("kms1", list, &b->state.have, &b->state.identity);
	if (!other)
		return;
	make("kms2", other, &b->other[0].have, &b->other[0].identity);
	b->other[0].path = strdup("B");
	b->hosts.host = calloc(1, sizeof(*b->hosts.host));
	b->hosts.host[0] = b->other[0];
	b->hosts.count = 1;
}

static void end(struct bed *b)
{
	cli_state_release(&b->state);
	cli_hosts_release(&b->hosts);
}

static bool shows(const struct bed *b, const char *top, const char *wanted)
{
	struct spp_notes lines = SPP_NOTES_INIT;
	struct spp_buf all = SPP_BUF_INIT;
	bool same;
	size_t i;

	CU_ASSERT_EQUAL(cli_hosts_show(&b->hosts, &b->state, &b->state.have,
				       top, &lines, NULL),
			SPP_OK);
	for (i = 1; i < lines.count; i++)
		spp_buf_printf(&all, NULL, "%s\n", lines.text[i]);
	same = !strncmp(spp_buf_text(&all), wanted, strlen(wanted));
	if (!same)
		puts(spp_buf_text(&all));
	spp_buf_release(&all);
	spp_notes_release(&lines);
	return same;
}

static void one_host_has_no_other(void)
{
	struct bed b;

	begin(&b, "\"a.example,10,100\"", NULL);
	CU_ASSERT_TRUE(shows(&b, "corp.example",
			     "_vlmcs._tcp.corp.example\n"
			     "    1.         0      0  1688  100.0%    down  "
			     "kms1.corp.example\n"
			     "  no host in view is left while it is down: "
			     "kms1.corp.example\n"
			     "_vlmcs._tcp.a.example\n"));
	cli_hosts_next(&b.hosts);
	CU_ASSERT_EQUAL(b.hosts.down, 0);
	end(&b);
}

static void weights_share_and_priorities_wait(void)
{
	struct bed b;

	begin(&b, "\"corp.example,10,300\",\"a.example,20,0\"",
	      "\"corp.example,10,100\",\"a.example,10,0\"");
	CU_ASSERT_TRUE(
		shows(&b, "corp.example",
		      "_vlmcs._tcp.corp.example\n"
		      "    1.        10    300  1688   74.9%    down  "
		      "kms1.corp.example\n"
		      "    1.        10    100  1688   25.1%  100.0%  "
		      "kms2.corp.example\n"
		      "  74.9% ask in vain, then the next, while it is down: "
		      "kms1.corp.example\n"
		      "_vlmcs._tcp.a.example\n"
		      "    1.        10      0  1688  100.0%  100.0%  "
		      "kms2.corp.example\n"
		      "    2.        20      0  1688       -    down  "
		      "kms1.corp.example\n"));
	cli_hosts_next(&b.hosts);
	CU_ASSERT_TRUE(shows(&b, "a.example",
			     "_vlmcs._tcp.a.example\n"
			     "    1.        10      0  1688  100.0%    down  "
			     "kms2.corp.example\n"
			     "    2.        20      0  1688       -  100.0%  "
			     "kms1.corp.example\n"));
	cli_hosts_next(&b.hosts);
	CU_ASSERT_EQUAL(b.hosts.down, 0);
	end(&b);
}

static void a_target_is_read_and_what_is_none_is_not(void)
{
	struct cli_call call = { .command = cli_command_find("ui") };
	struct spp_error err = SPP_ERROR_INIT;
	struct bed b;

	begin(&b, "\"a.example,10,100\"", NULL);
	CU_ASSERT_FALSE(cli_hosts_add(
		&b.hosts, &call, UNIT_FIXTURES "/kms-secondary.hive", &err));
	CU_ASSERT_EQUAL(b.hosts.count, 1);
	CU_ASSERT_TRUE(cli_hosts_add(&b.hosts, &call, "/nonexistent", &err));
	CU_ASSERT_EQUAL(b.hosts.count, 1);
	CU_ASSERT_TRUE(shows(
		&b, "branch.example",
		"_vlmcs._tcp.branch.example\n"
		"    1.        20    100  1688  100.0%  100.0%  " UNIT_FIXTURES
		"/kms-secondary.hive\n"));
	end(&b);
}

static const struct unit_test tests[] = {
	{ "one host has no other", one_host_has_no_other },
	{ "weights share, and priorities wait",
	  weights_share_and_priorities_wait },
	{ "a target is read, and what is none is not",
	  a_target_is_read_and_what_is_none_is_not },
	{ NULL, NULL },
};

const struct unit_suite unit_hosts = { "hosts", tests };
