/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/help/help.h"

#include <string.h>

#include "cli/help/json.h"
#include "cli/out.h"
#include "cli/show/show.h"
#include "policy/format/format.h"
#include "policy/model/sku.h"

/* "--backup[=SUFFIX]", "--scope SCOPE", "--json" */
static void option_form(const struct cli_option *o, char *to, size_t room)
{
	char inner[64];

	if (!o->argument) {
		snprintf(to, room, "--%s", o->name);
	} else if (*o->argument == '[') {
		snprintf(inner, sizeof(inner), "%.*s",
			 (int)strlen(o->argument) - 2, o->argument + 1);
		snprintf(to, room, "--%s[=%s]", o->name, inner);
	} else {
		snprintf(to, room, "--%s %s", o->name, o->argument);
	}
}

static void print_options(const struct cli_command *command)
{
	struct cli_table *t = cli_table_open("||");
	const enum cli_option_id *id;
	char form[96], letter[4];

	for (id = command->options; *id != OPT_END; id++) {
		const struct cli_option *o = &cli_options[*id];

		option_form(o, form, sizeof(form));
		letter[0] = '\0';
		if (o->letter)
			snprintf(letter, sizeof(letter), "-%c", o->letter);
		cli_row(t, letter, form, o->help, NULL);
	}
	cli_row(t, "-h", "--help", cli_options[OPT_HELP].help, NULL);
	cli_table_close(t, stdout, 2);
}

static void print_examples(const struct cli_command *command)
{
	const struct cli_example *e = command->examples;

	if (!e->line)
		return;
	printf("\n%sExamples%s\n", cli_bold(), cli_plain());
	for (; e->line; e++)
		printf("  sppctl %s\n      %s\n", e->line, e->says);
}

/* "/skms NAME", "/sethst:NAME" */
void cli_verb_form(const struct spp_script *script, const struct spp_verb *verb,
		   char *to, size_t room)
{
	const char *between = !*verb->arguments ? ""
			      : script->colon	? ":"
						: " ";

	snprintf(to, room, "/%s%s%s", verb->name, between, verb->arguments);
}

static void print_verbs(const struct spp_script *script)
{
	struct cli_table *t = cli_table_open("|");
	char form[96];
	size_t i;

	printf("\n%sVerbs%s\n", cli_bold(), cli_plain());
	for (i = 0; i < script->count; i++) {
		if (script->verb[i].does == SPP_DOES_LIVE)
			continue;
		cli_verb_form(script, &script->verb[i], form, sizeof(form));
		cli_row(t, form, script->verb[i].summary, NULL);
	}
	cli_table_close(t, stdout, 2);
	printf("\n%sWhere sppctl is not as %s is%s\n", cli_bold(), script->file,
	       cli_plain());
	for (i = 0; i < script->count; i++)
		if (script->verb[i].differs)
			printf("  /%s: %s\n", script->verb[i].name,
			       script->verb[i].differs);
}

static void print_live_verbs(const struct spp_script *script)
{
	struct cli_table *t = cli_table_open("VERB|NEEDS|INSTEAD");
	size_t i;

	printf("\n%sVerbs that need more than a hive, and are refused%s\n",
	       cli_bold(), cli_plain());
	for (i = 0; i < script->count; i++)
		if (script->verb[i].does == SPP_DOES_LIVE)
			cli_row(t, script->verb[i].name, script->verb[i].needs,
				script->verb[i].instead
					? script->verb[i].instead
					: "",
				NULL);
	cli_table_close(t, stdout, 2);
}

void cli_help_command(const struct cli_command *command)
{
	printf("sppctl %s [OPTION]...%s%s\n\n%s.\n", command->name,
	       *command->operands ? " " : "", command->operands,
	       command->summary);
	if (command->about)
		printf("\n%s\n", command->about);
	if (command->script)
		print_verbs(command->script);
	if (command->script)
		print_live_verbs(command->script);
	printf("\n%sOptions%s\n", cli_bold(), cli_plain());
	print_options(command);
	print_examples(command);
}

void cli_help(FILE *to)
{
	size_t i;

	fputs("sppctl reads, judges and edits the volume activation (KMS) "
	      "settings of a Windows\ninstallation that is not running.\n\n"
	      "  sppctl COMMAND [OPTION]... TARGET ...\n\n"
	      "TARGET is a SOFTWARE hive, a NetworkService NTUSER.DAT, a "
	      "Windows folder (a\nmounted system volume or its Windows "
	      "directory), a disk image (raw, qcow2,\nvhdx, vhd, vmdk, vdi, "
	      "or an export nbd+unix:///?socket=PATH), or an image of a "
	      "WIM\n(install.wim#2, install.wim#NAME, install.wim#all for "
	      "each in turn).\n\nCommands\n",
	      to);
	for (i = 0; i < cli_command_count; i++)
		fprintf(to, "  %-11s  %s\n", cli_commands[i]->name,
			cli_commands[i]->summary);
	fputs("\nsppctl help COMMAND explains one, with examples. Topics of "
	      "help:\n",
	      to);
	for (i = 0; i < cli_topic_count; i++)
		fprintf(to, "  %-11s  %s\n", cli_topics[i].name,
			cli_topics[i].summary);
	fputs("\nExamples\n"
	      "  sppctl show /mnt/Windows\n"
	      "  sppctl set SOFTWARE host-caching=off --backup\n"
	      "  sppctl publish SOFTWARE --add corp.example,10,100\n"
	      "  sppctl get SOFTWARE dns-publishing\n",
	      to);
}

/* What the documentation says twice, differently, and what sppctl does. */
static const struct {
	const char *about, *text;
} contradictions[] = {
	{ "sl", "Some pages name it for Windows 8 to Server 2019; \"Deploy KMS "
		"Activation\" and a test say\n    that it is spp since "
		"Windows 7. sppctl writes spp." },
	{ "ospp", "\"Tools to manage volume activation of Office\" puts the "
		  "host of every Office there; OSPP.VBS\n    and a test put "
		  "it in spp/office/SKU on Windows 8 and later, and so does "
		  "sppctl ospp." },
	{ "slui", "\"Registry Settings for Volume Activation\" wants "
		  "NoGenTicket there; Group Policy writes it\n    to policies, "
		  "and so does sppctl." },
	{ "ports", "WMI has them as numbers, the registry as text. A port "
		   "stored as a number is marked." },
	{ "priority", "Of a client's choice among SRV records by priority and "
		      "weight, most pages say that it is\n    made since "
		      "Windows 7, one that it never is." },
	{ "not known", "Whether anything reads wow; whether an activation type "
		       "in spp itself has effect;\n    whether the port of an "
		       "outer scope counts for a host of an inner one." },
};

static void print_contradictions(void)
{
	size_t i;

	puts("\nWhere the documentation contradicts itself, or is silent:\n");
	for (i = 0; i < sizeof(contradictions) / sizeof(contradictions[0]); i++)
		printf("  %s\n    %s\n", contradictions[i].about,
		       contradictions[i].text);
}

static void print_scopes(void)
{
	struct cli_table *t = cli_table_open("SCOPE|HIVE|KEY");
	size_t i;

	puts("A scope is where a setting lives. sppctl chooses the usual one; "
	     "--scope names another.\n");
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
	puts("\nBelow spp, ospp, wow, cache and cache-ospp an application id "
	     "and a SKU id may follow:\nspp/windows, spp/office/GUID, "
	     "cache/GUID/GUID. Known application ids:\n");
	t = cli_table_open("NAME|ID|FOR");
	for (i = 0; i < spp_app_count; i++)
		cli_row(t, spp_apps[i].name, spp_apps[i].guid,
			spp_apps[i].summary, NULL);
	cli_table_close(t, stdout, 2);
	printf("\nOf several hosts, that of the SKU is asked first, then that "
	       "of the application, the\nglobal one, the cached one, those of "
	       "the DNS; sppctl show --all shows it for a target.\n%s\n",
	       cli_order);
	print_contradictions();
}

static void print_skus(void)
{
	struct cli_table *t = cli_table_open("SKU ID|APPLICATION|PRODUCT");
	size_t i;

	puts("SKU ids (activation ids) of volume editions. Microsoft lists "
	     "none; these are third-party\nknowledge.\n");
	for (i = 0; i < spp_sku_count; i++)
		cli_row(t, spp_skus[i].guid, spp_apps[spp_skus[i].app].name,
			spp_skus[i].name, NULL);
	cli_table_close(t, stdout, 2);
}

static void print_formats(void)
{
	struct cli_table *t = cli_table_open("FORMAT|READ|WRITTEN|WHAT");
	size_t i;

	for (i = 0; i < spp_format_count; i++)
		cli_row(t, spp_formats[i]->name,
			spp_formats[i]->read ? "yes" : "no",
			spp_formats[i]->write ? "yes" : "no",
			spp_formats[i]->summary, NULL);
	cli_table_close(t, stdout, 2);
}

static void print_exits(void)
{
	int i;

	for (i = 0; i < CLI_EXIT_COUNT; i++)
		printf("  %d  %s\n", i, cli_exit_text[i]);
}

const struct cli_topic cli_topics[] = {
	{ "scopes", "where settings live, and which wins", print_scopes },
	{ "skus", "the SKU ids of volume editions", print_skus },
	{ "formats", "files that hold policies", print_formats },
	{ "policy", "the policy document, with an example", cli_help_policy },
	{ "schema", "the JSON Schema of policy documents", cli_help_schema },
	{ "json", "the documents that --json prints", cli_help_json },
	{ "site", "what sppctl audit may be told of a site", cli_help_site },
	{ "exit", "what the exit codes mean", print_exits },
	{ "man", "the man page, as roff", cli_print_man },
	{ "bash", "completion for bash", cli_print_completion },
	{ "readme", "the tables of README.md", cli_print_readme },
};
const size_t cli_topic_count = sizeof(cli_topics) / sizeof(cli_topics[0]);

static enum cli_exit run(const struct cli_call *call)
{
	const struct cli_command *command;
	size_t i;

	if (!call->operands) {
		cli_help(stdout);
		return CLI_OK;
	}
	command = cli_command_find(call->operand[0]);
	if (command) {
		cli_help_command(command);
		return CLI_OK;
	}
	for (i = 0; i < cli_topic_count; i++) {
		if (!strcmp(cli_topics[i].name, call->operand[0])) {
			cli_topics[i].print();
			return CLI_OK;
		}
	}
	cli_complain("there is no help on '%s'; see sppctl help",
		     call->operand[0]);
	return CLI_USAGE;
}

const struct cli_command cli_command_help = {
	.name = "help",
	.operands = "[COMMAND | TOPIC]",
	.least = 0,
	.most = 1,
	.summary = "explain a command or a topic",
	.examples = { { "help set", "how to set a value" } },
	.run = run,
};
