/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Help on what sppctl knows: scopes, SKUs, formats, exit codes. */
#include <stdio.h>

#include "cli/exit.h"
#include "cli/help/topics.h"
#include "cli/out.h"
#include "cli/show/show.h"
#include "policy/format/format.h"
#include "policy/model/sku.h"

/* Where Microsoft's pages contradict each other, and what sppctl does. */
static const struct {
	const char *about, *text;
} contradictions[] = {
	{ "sl", "Some pages give it for Windows 8 to Server 2019; according to "
		"\"Deploy KMS Activation\" and a\n    test it is spp since "
		"Windows 7. sppctl writes spp." },
	{ "ospp", "\"Tools to manage volume activation of Office\" puts the "
		  "host of every Office there; OSPP.VBS\n    and a test put "
		  "it in spp/office/SKU on Windows 8 and later, and so does "
		  "sppctl ospp." },
	{ "slui", "\"Registry Settings for Volume Activation\" wants "
		  "NoGenTicket there; Group Policy writes it\n    to policies, "
		  "and so does sppctl." },
	{ "ports", "WMI has them as numbers, the registry as text. A port "
		   "stored as a number is flagged." },
	{ "priority", "\"All currently supported versions\" of Windows choose "
		      "among SRV records by priority and\n    weight (2024); a "
		      "page of 2019 that says they do not is out of date." },
	{ "list", "\"DnsDomainPublishList, 10,, 10, 100\" on some pages lost "
		  "its domains to HTML: read\n    \"<domain>, 10, 100\"." },
	{ "not known", "Whether anything reads wow; whether an activation type "
		       "in spp itself has an effect;\n    whether the port of "
		       "an outer scope applies to a host of an inner one." },
};

static void print_contradictions(void)
{
	size_t i;

	puts("\nWhere Microsoft's documentation contradicts itself, or says "
	     "nothing:\n");
	for (i = 0; i < sizeof(contradictions) / sizeof(contradictions[0]); i++)
		printf("  %s\n    %s\n", contradictions[i].about,
		       contradictions[i].text);
}

void cli_help_scopes(void)
{
	struct cli_table *t = cli_table_open("SCOPE|HIVE|KEY");
	size_t i;

	puts("A scope is a registry key that holds settings. sppctl uses the "
	     "usual one; --scope names\nanother.\n");
	for (i = 0; i < SPP_PLACE_COUNT; i++)
		cli_row(t, spp_places[i].name,
			spp_role_name(spp_places[i].role), spp_places[i].path,
			NULL);
	cli_table_close(t, stdout, 2);
	putchar('\n');
	t = cli_table_open("SCOPE|WHAT|SOURCE");
	for (i = 0; i < SPP_PLACE_COUNT; i++)
		cli_row(t, spp_places[i].name, spp_places[i].summary,
			spp_places[i].source, NULL);
	cli_table_close(t, stdout, 2);
	puts("\nAn application id and a SKU id may follow spp, ospp, wow, "
	     "cache and cache-ospp: spp/windows,\nspp/office/GUID, "
	     "cache/GUID/GUID. Known application ids:\n");
	t = cli_table_open("NAME|ID|FOR");
	for (i = 0; i < spp_app_count; i++)
		cli_row(t, spp_apps[i].name, spp_apps[i].guid,
			spp_apps[i].summary, NULL);
	cli_table_close(t, stdout, 2);
	printf("\nA client tries the host of its SKU first, then that of its "
	       "application, the global one, the\ncached one, and those in the "
	       "DNS; sppctl show --all shows this for a target.\n%s\n",
	       cli_order);
	print_contradictions();
}

void cli_help_skus(void)
{
	struct cli_table *t = cli_table_open("SKU ID|APPLICATION|PRODUCT");
	size_t i;

	puts("SKU ids (activation ids) of volume editions. Microsoft publishes "
	     "no list; these come from third\nparties.\n");
	for (i = 0; i < spp_sku_count; i++)
		cli_row(t, spp_skus[i].guid, spp_apps[spp_skus[i].app].name,
			spp_skus[i].name, NULL);
	cli_table_close(t, stdout, 2);
}

void cli_help_formats(void)
{
	struct cli_table *t = cli_table_open("FORMAT|READ|WRITTEN|WHAT");
	size_t i;

	for (i = 0; i < spp_format_count; i++)
		cli_row(t, spp_formats[i]->name,
			spp_formats[i]->read || spp_formats[i]->read_tree
				? "yes"
				: "no",
			spp_formats[i]->write || spp_formats[i]->write_tree
				? "yes"
				: "no",
			spp_formats[i]->summary, NULL);
	cli_table_close(t, stdout, 2);
}

void cli_help_exits(void)
{
	int i;

	for (i = 0; i < CLI_EXIT_COUNT; i++)
		printf("  %d  %s\n", i, cli_exit_text[i]);
}
