/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The manual, printed from the tables: sppctl(1), a page for each command, and
 * those of the files that people write. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/help/help.h"
#include "cli/help/man.h"
#include "cli/help/topics.h"
#include "policy/model/setting.h"
#include "policy/text/near.h"

#define CLI_DATE "2026-11-30"

/* Pages beside those of the commands. */
static const struct {
	const char *name; /* behind "sppctl-"; "" for sppctl itself */
	int section;
	const char *summary;
	const char *topic; /* whose text it has */
} pages[] = {
	{ "", 1, "KMS settings of Windows installations that are not running",
	  NULL },
	{ "policy", 5, "wanted settings, as a JSON document", "policy" },
	{ "site", 5, "what is normal at a site, for sppctl audit", "site" },
	{ "fleet", 5, "the KMS design of a site and its targets",
	  "fleet-file" },
	{ "json", 5, "the documents that sppctl prints with --json", "json" },
};
#define PAGES (sizeof(pages) / sizeof(pages[0]))

static const struct cli_topic *find_topic(const char *name)
{
	size_t i = 0;

	while (strcmp(cli_topics[i].name, name) != 0)
		i++;
	return &cli_topics[i];
}

static void begin(struct cli_page *page, const char *name, int section,
		  const char *summary)
{
	const char *dash = *name ? "-" : "";
	const char *c;

	fprintf(page->to, ".TH SPPCTL%s", dash);
	for (c = name; *c; c++)
		putc(toupper((unsigned char)*c), page->to);
	fprintf(page->to,
		" %d " CLI_DATE " \"sppctl " CLI_VERSION "\" \"%s\"\n", section,
		section == 1 ? "User Commands" : "File Formats Manual");
	fprintf(page->to, ".SH NAME\nsppctl%s%s \\-\n", dash, name);
	cli_roff(page->to, summary);
	page->begun = true;
}

/* "TARGET... NAME=VALUE": words in capitals are to be replaced. */
static void synopsis(struct cli_page *page, const struct cli_command *command)
{
	const char *at = command->operands;

	cli_page_heading(page, "Synopsis");
	fprintf(page->to, ".B sppctl %s\n[\\fIOPTION\\fR]...", command->name);
	for (putc(*at ? '\n' : ' ', page->to); *at;) {
		size_t n = strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-");

		if (n)
			fprintf(page->to, "\\fI%.*s\\fR", (int)n, at);
		else
			fprintf(page->to, "%.*s", (int)(n = 1), at);
		at += n;
	}
	putc('\n', page->to);
	page->headed = true;
}

static void refer(struct cli_page *page, const char **before, const char *name,
		  int section)
{
	fprintf(page->to, "%s.BR sppctl%s%s (%d)", *before, *name ? "\\-" : "",
		name, section);
	*before = ",\n";
}

/* but: the page itself; "" is that of all, and a command may have its name. */
static void see_also(struct cli_page *page, const char *but, int section)
{
	const char *before = "";
	size_t i;

	cli_page_heading(page, "See also");
	if (*but)
		refer(page, &before, "", 1);
	for (i = 0; !*but && i < cli_commands_count; i++)
		refer(page, &before, cli_commands[i]->name, 1);
	for (i = 1; i < PAGES; i++)
		if (section != 5 || strcmp(pages[i].name, but) != 0)
			refer(page, &before, pages[i].name, 5);
	putc('\n', page->to);
}

static void print_topic(struct cli_page *page, const char *heading,
			const char *topic)
{
	cli_page_heading(page, heading);
	find_topic(topic)->print(page);
}

static void print_command(struct cli_page *page,
			  const struct cli_command *command)
{
	begin(page, command->name, 1, command->summary);
	synopsis(page, command);
	cli_page_heading(page, "Description");
	cli_help_about(page, command);
	cli_help_examples(page, command);
	print_topic(page, "Exit status", "exit");
	see_also(page, command->name, 1);
}

static void print_settings(struct cli_page *page)
{
	size_t i;

	cli_page_heading(page, "Settings");
	for (i = 0; i < SPP_SETTING_COUNT; i++) {
		struct spp_buf CLEANUP(spp_buf_release) says = SPP_BUF_INIT;
		const struct spp_setting *s = &spp_settings[i];

		spp_buf_printf(&says, NULL, "%s, %s, ", s->value,
			       spp_type_name((uint32_t)s->type));
		spp_setting_range(s, &says, NULL);
		spp_buf_printf(&says, NULL, "%s%s%s%s. %s. (%s; %s)",
			       s->unit ? " " : "", s->unit ? s->unit : "",
			       s->fallback.text ? ", default " : "",
			       s->fallback.text ? s->fallback.text : "",
			       s->summary, s->source, spp_trust_word(s->trust));
		cli_page_item(page, s->name, spp_buf_text(&says));
	}
}

static const char about[] =
	"Reads, judges and edits the volume activation settings in the "
	"registry hives of a Windows installation, without ever damaging the "
	"image: an edit writes a new hive beside the old one, proves that "
	"nothing but the edit differs, and then atomically replaces the old "
	"one.\n\nA hive in a disk image is edited in place; a journal beside "
	"the image, IMAGE.sppctl-journal, makes that all or nothing: after a "
	"crash any later edit of the image completes it.\n\nAn image of a WIM "
	"is named by its number or its name; a WIM of one image needs "
	"neither, and install.wim#all means each image in turn, one edit "
	"after the other. What an edit changes is appended to the WIM, and "
	"takes effect with one write of its header; --rebuild writes a new "
	"file instead.\n\nEach command has a page of its own: "
	"sppctl-COMMAND(1). The files of settings are described in "
	"sppctl-policy(5), those of sites in sppctl-site(5) and "
	"sppctl-fleet(5), the documents of --json in sppctl-json(5).";

static void print_overview(struct cli_page *page)
{
	const struct cli_command all = { .examples = cli_help_first };
	size_t i;

	begin(page, "", 1, pages[0].summary);
	cli_page_heading(page, "Synopsis");
	fputs(".B sppctl\n.I COMMAND\n[\\fIOPTION\\fR]... \\fITARGET\\fR ...\n",
	      page->to);
	cli_page_heading(page, "Description");
	cli_page_text(page, cli_help_targets);
	cli_page_text(page, about);
	cli_page_heading(page, "Commands");
	for (i = 0; i < cli_commands_count; i++)
		cli_page_item(page, cli_commands[i]->name,
			      cli_commands[i]->summary);
	print_topic(page, "Options", "options");
	print_settings(page);
	print_topic(page, "Scopes", "scopes");
	print_topic(page, "Formats", "formats");
	print_topic(page, "Verbs of slmgr and ospp", "verbs");
	print_topic(page, "Files", "files");
	print_topic(page, "Exit status", "exit");
	print_topic(page, "Environment", "environment");
	cli_help_examples(page, &all);
	see_also(page, "", 1);
}

void cli_print_man(struct cli_page *page)
{
	struct cli_page roff = { .to = page->to, .roff = true };

	print_overview(&roff);
	cli_page_end(&roff);
}

static void print_file(struct cli_page *page, size_t i)
{
	begin(page, pages[i].name, pages[i].section, pages[i].summary);
	print_topic(page, "Description", pages[i].topic);
	see_also(page, pages[i].name, 5);
}

/* "set", "sppctl-set", "sppctl-set.1"; a number decides between two. */
static bool is_named(const char *given, const char *name, int section)
{
	size_t n = strlen(name);

	if (!strncmp(given, "sppctl-", 7))
		given += 7;
	return !strncmp(given, name, n) &&
	       (!given[n] || (given[n] == '.' &&
			      given[n + 1] == '0' + section && !given[n + 2]));
}

enum spp_status cli_print_manual(const char *name, struct spp_error *err)
{
	struct cli_page roff = { .to = stdout, .roff = true };
	struct spp_near near = SPP_NEAR_INIT(name);
	size_t i;

	if (!strcmp(name, "sppctl") || !strcmp(name, "sppctl.1")) {
		print_overview(&roff);
		return SPP_OK;
	}
	for (i = 0; i < cli_commands_count; i++) {
		spp_near_try(&near, cli_commands[i]->name);
		if (!is_named(name, cli_commands[i]->name, 1))
			continue;
		print_command(&roff, cli_commands[i]);
		return SPP_OK;
	}
	for (i = 1; i < PAGES; i++) {
		spp_near_try(&near, pages[i].name);
		if (!is_named(name, pages[i].name, pages[i].section))
			continue;
		print_file(&roff, i);
		return SPP_OK;
	}
	return spp_near_fail(&near, "page of the manual",
			     "list: sppctl help manuals", err);
}

char *cli_manual_name(size_t i)
{
	const char *name;
	char *text = NULL;
	int section = 1;

	if (i >= cli_commands_count + PAGES)
		return NULL;
	if (i < cli_commands_count) {
		name = cli_commands[i]->name;
	} else {
		name = pages[i - cli_commands_count].name;
		section = pages[i - cli_commands_count].section;
	}
	if (asprintf(&text, "sppctl%s%s.%d", *name ? "-" : "", name, section) <
	    0)
		text = NULL;
	if (!text)
		spp_nomem(NULL);
	return text;
}

void cli_print_manuals(struct cli_page *page)
{
	char *name;
	size_t i;

	for (i = 0; (name = cli_manual_name(i)) != NULL; i++) {
		fprintf(page->to, "%s\n", name);
		free(name);
	}
}
