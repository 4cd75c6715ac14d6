/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Help on what sppctl knows: scopes, SKUs, formats, exit codes. */
#include "cli/exit.h"
#include "cli/help/topics.h"
#include "cli/show/show.h"
#include "policy/format/format.h"
#include "policy/model/sku.h"
#include "policy/verb/verb.h"

/* Where Microsoft's pages contradict each other, and what sppctl does. */
static const struct {
	const char *about, *text;
} contradictions[] = {
	{ "sl", "Some pages give it for Windows 8 to Server 2019; according to "
		"\"Deploy KMS Activation\" and a test it is spp since "
		"Windows 7. sppctl writes spp." },
	{ "ospp", "\"Tools to manage volume activation of Office\" puts the "
		  "host of every Office there; OSPP.VBS and a test put "
		  "it in spp/office/SKU on Windows 8 and later, and so does "
		  "sppctl ospp." },
	{ "slui", "\"Registry Settings for Volume Activation\" wants "
		  "NoGenTicket there; Group Policy writes it to policies, "
		  "and so does sppctl." },
	{ "ports", "WMI has them as numbers, the registry as text. A port "
		   "stored as a number is flagged." },
	{ "priority", "\"All currently supported versions\" of Windows choose "
		      "among SRV records by priority and weight (2024); a "
		      "page of 2019 that says they do not is out of date." },
	{ "list", "\"DnsDomainPublishList, 10,, 10, 100\" on some pages lost "
		  "its domains to HTML: read \"<domain>, 10, 100\"." },
	{ "application",
	  "For an application without a SKU, Microsoft documents "
	  "KeyManagementServiceName alone; sppctl flags other settings "
	  "there." },
	{ "not known", "Whether anything reads wow; whether an activation type "
		       "in spp itself has an effect; whether the port of "
		       "an outer scope applies to a host of an inner one." },
};

static void print_contradictions(struct cli_page *page)
{
	size_t i;

	cli_page_text(page, "Where Microsoft's documentation contradicts "
			    "itself, or says nothing:");
	for (i = 0; i < sizeof(contradictions) / sizeof(contradictions[0]); i++)
		cli_page_item(page, contradictions[i].about,
			      contradictions[i].text);
}

void cli_help_scopes(struct cli_page *page)
{
	size_t i;

	cli_page_text(page, "A scope is a registry key that holds settings. "
			    "sppctl uses the usual one; --scope names "
			    "another.");
	cli_page_table(page, "SCOPE|HIVE|~KEY");
	for (i = 0; i < SPP_PLACE_COUNT; i++)
		cli_page_row(page, spp_places[i].name,
			     spp_role_name(spp_places[i].role),
			     spp_places[i].path, NULL);
	for (i = 0; i < SPP_PLACE_COUNT; i++) {
		char CLEANUP(spp_free_string) *says = NULL;

		if (asprintf(&says, "%s (%s)", spp_places[i].summary,
			     spp_places[i].source) < 0) {
			says = NULL;
			spp_nomem(NULL);
		}
		cli_page_item(page, spp_places[i].name, says ? says : "");
	}
	cli_page_text(page, "An application id and a SKU id may follow spp, "
			    "ospp, wow, cache and cache-ospp: spp/windows, "
			    "spp/office/GUID, cache/GUID/GUID. Known "
			    "application ids:");
	cli_page_table(page, "NAME|ID|~FOR");
	for (i = 0; i < spp_app_count; i++)
		cli_page_row(page, spp_apps[i].name, spp_apps[i].guid,
			     spp_apps[i].summary, NULL);
	cli_page_say(page,
		     "A client tries the host of its SKU first, then that of "
		     "its application, the global one, the cached one, and "
		     "those in the DNS; sppctl show --all shows this for a "
		     "target. %s",
		     cli_order);
	print_contradictions(page);
}

void cli_help_skus(struct cli_page *page)
{
	size_t i;

	cli_page_text(page, "SKU ids (activation ids) of volume editions. "
			    "Microsoft publishes no list; these come from "
			    "third parties.");
	cli_page_table(page, "SKU ID|APP|~PRODUCT");
	for (i = 0; i < spp_sku_count; i++)
		cli_page_row(page, spp_skus[i].guid,
			     spp_apps[spp_skus[i].app].name, spp_skus[i].name,
			     NULL);
}

void cli_help_formats(struct cli_page *page)
{
	size_t i;

	cli_page_table(page, "FORMAT|READ|WRITTEN|~WHAT");
	for (i = 0; i < spp_formats_count; i++)
		cli_page_row(page, spp_formats[i]->name,
			     spp_formats[i]->read || spp_formats[i]->read_tree
				     ? "yes"
				     : "no",
			     spp_formats[i]->write || spp_formats[i]->write_tree
				     ? "yes"
				     : "no",
			     spp_formats[i]->summary, NULL);
}

void cli_help_exits(struct cli_page *page)
{
	char code[16];
	int i;

	for (i = 0; i < CLI_EXIT_COUNT; i++) {
		snprintf(code, sizeof(code), "%d", i);
		cli_page_item(page, code, cli_exit_text[i]);
	}
}

static const struct {
	const char *name, *says;
} environment[] = {
	{ "COLUMNS", "width of help and tables, instead of that of the "
		     "terminal" },
	{ "LESS, LV", "the pager gets FRX and -c, if they are not set" },
	{ "NO_COLOR", "if it is set, there are no colours, except with --color "
		      "always" },
	{ "PAGER", "program that shows long output on a terminal (default "
		   "less); if it is empty or cat: none" },
	{ "PATH", "where qemu-nbd, the pager and an editor are" },
	{ "SOURCE_DATE_EPOCH", "seconds since 1970 to use as the time of an "
			       "edit, for reproducible images" },
	{ "SUDO_USER", "named in evidence beside the user" },
	{ "TERM", "dumb or unset: no colours, and no pager but that of PAGER" },
	{ "TMPDIR", "folder for the socket to qemu-nbd, and for the text of "
		    "sppctl edit if XDG_RUNTIME_DIR is not set; else /tmp" },
	{ "VISUAL, EDITOR", "editor of sppctl edit; the first that is set" },
	{ "XDG_RUNTIME_DIR", "where sppctl edit keeps its text" },
};

void cli_help_environment(struct cli_page *page)
{
	size_t i;

	for (i = 0; i < sizeof(environment) / sizeof(environment[0]); i++)
		cli_page_item(page, environment[i].name, environment[i].says);
}

static const struct {
	const char *name, *says;
} files[] = {
	{ "HIVE.bak, HIVE.bak.2 ...", "what --backup keeps of a hive, for "
				      "sppctl restore" },
	{ "HIVE.fleet", "what sppctl fleet apply keeps, for fleet rollback" },
	{ ".HIVE.sppctl-new", "an unfinished copy beside a hive; the next edit "
			      "removes it" },
	{ "HIVE.sppctl-old", "the hive that was to be edited, when another "
			     "file took its name meanwhile" },
	{ "IMAGE.sppctl-journal", "an edit of a disk image that was "
				  "interrupted; the next edit or sppctl "
				  "recover completes it" },
	{ ".WIM.sppctl-undo", "an undo file that was not finished; the next "
			      "edit removes it" },
	{ "DIR/sppctl-edit.*/", "the text of sppctl edit; kept if an edit "
				"fails" },
	{ "RESULTS.sppctl-new", "results that are being written anew" },
	{ "PREFIX/share/sppctl/*.json", "policies to start from: primary, "
					"secondary, client" },
};

void cli_help_files(struct cli_page *page)
{
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		cli_page_item(page, files[i].name, files[i].says);
}

/* The verbs of the scripts that need a running Windows. */
static void print_live(struct cli_page *page, const struct spp_script *script)
{
	size_t i;

	cli_page_part(page, script->name);
	for (i = 0; i < script->count; i++) {
		const struct spp_verb *verb = &script->verb[i];
		char CLEANUP(spp_free_string) *term = NULL;
		char CLEANUP(spp_free_string) *says = NULL;

		if (verb->does != SPP_DOES_LIVE && !verb->differs)
			continue;
		if (asprintf(&term, "/%s", verb->name) < 0) {
			term = NULL;
			spp_nomem(NULL);
		}
		if (asprintf(&says, "%s%s%s%s%s%s",
			     verb->does == SPP_DOES_LIVE ? "refused: needs "
							 : "",
			     verb->needs ? verb->needs : "",
			     verb->instead ? "; " : "",
			     verb->instead ? verb->instead : "",
			     verb->differs && verb->needs ? "; " : "",
			     verb->differs ? verb->differs : "") < 0) {
			says = NULL;
			spp_nomem(NULL);
		}
		cli_page_item(page, term ? term : "", says ? says : "");
	}
}

void cli_help_verbs(struct cli_page *page)
{
	cli_page_text(
		page,
		"Verbs that need more than a hive are refused; "
		"this list says what they need and what to do instead. Of "
		"other verbs it says where sppctl differs from the script.\n\n"
		"slmgr.vbs refuses some verbs on machines that "
		"are not KMS hosts; sppctl sets the value and "
		"warns, because a hive does not show this for "
		"certain. No restart is needed: the service reads "
		"its settings when Windows starts. /skms also "
		"removes the cached host, as the service does "
		"(Deploy KMS Activation). /sdns, /skhc and /spri "
		"write 0; whether the service writes 0 or removes the value is "
		"not known, but the effect is the same.");
	print_live(page, &spp_script_slmgr);
	print_live(page, &spp_script_ospp);
}
