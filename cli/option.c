/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/help/help.h"
#include "cli/images.h"
#include "cli/open.h"

const struct cli_option cli_options[OPT_COUNT] = {
	[OPT_ADD] = { "add", 'a', "DOMAIN[,PRIORITY[,WEIGHT]]",
		      "add a domain to the list, or update it" },
	[OPT_ALL] = { "all", 0, NULL,
		      "every scope that is there, and where clients look "
		      "for their KMS host" },
	[OPT_AS] = { "as", 0, "ROLE",
		     "take a hive file for SOFTWARE, SYSTEM or "
		     "NetworkService, whatever it looks like" },
	[OPT_BACKING] = { "backing", 0, "FILE",
			  "the disk image is an overlay of FILE; once for each "
			  "layer below it" },
	[OPT_BACKUP] = { "backup", 'b', "[SUFFIX]",
			 "keep the replaced hive as HIVE.bak, then "
			 "HIVE.bak.2 and so on, or under another suffix; for a "
			 "disk image or WIM, keep what undoes the edit" },
	[OPT_BREAK_LINKS] = { "break-links", 0, NULL,
			      "edit a hive although it has several hard "
			      "links, which parts it from the others" },
	[OPT_CHANGED] = { "changed", 0, "TIME",
			  "gpp: the time of the last change that all items "
			  "get" },
	[OPT_CLEAR] = { "clear", 0, NULL, "remove the whole list" },
	[OPT_CLIENTS] = { "clients", 0, "N",
			  "how many clients to simulate; 1000 unless told" },
	[OPT_COLLECTION] = { "collection", 0, NULL,
			     "gpp: the form that is dragged into the editor" },
	[OPT_DISCARD] = { "discard", 0, NULL,
			  "take an interrupted edit of a disk image back, "
			  "instead of completing it" },
	[OPT_DISCARD_LOGS] = { "discard-logs", 0, NULL,
			       "go on with a dirty hive as it lies there; "
			       "what its logs hold is lost" },
	[OPT_DOMAIN] = { "domain", 0, "DOMAIN", "only this DNS domain" },
	[OPT_DOWN] = { "down", 0, "HOST",
		       "a host that fails: its name, or the target" },
	[OPT_DRY_RUN] = { "dry-run", 'n', NULL,
			  "print the changes and write nothing; exit 1 if "
			  "there are any" },
	[OPT_FAIL_ON] = { "fail-on", 0, "SEVERITY",
			  "exit 1 from this severity on: info, low, medium "
			  "(unless told), high or critical" },
	[OPT_FLAVOUR] = { "flavour", 0, "NAME",
			  "gpp: gpmc, as the editor writes it, or cmdlet, as "
			  "Set-GPPrefRegistryValue" },
	[OPT_FORMAT] = { "format", 'f', "FORMAT",
			 "the format of the file; see sppctl help formats" },
	[OPT_HELP] = { "help", 'h', NULL, "print this help" },
	[OPT_IGNORE] = { "ignore", 0, "RULE",
			 "leave out what this rule finds; by id or name" },
	[OPT_IGNORE_FILTERS] = { "ignore-filters", 0, NULL,
				 "take preferences for everybody that are "
				 "meant for some" },
	[OPT_JOURNAL_DIR] = { "journal-dir", 0, "DIR",
			      "keep the journal and the backups of a disk "
			      "image in DIR; needed for a block device" },
	[OPT_JSON] = { "json", 'j', NULL, "print one JSON document" },
	[OPT_LANGUAGE] = { "language", 0, "en-US",
			   "admx: write the texts, the ADML file" },
	[OPT_NETSVC] = { "netsvc", 0, "FILE",
			 "the NetworkService NTUSER.DAT, where the target "
			 "does not hold it" },
	[OPT_OUTPUT] = { "output", 'o', "FILE",
			 "write to FILE instead of standard output" },
	[OPT_OVERRIDES] = { "overrides", 0, NULL,
			    "remove KMS hosts, ports and lookup domains of "
			    "single applications and SKUs, too" },
	[OPT_PARTITION] = { "partition", 0, "N",
			    "which partition of a disk image has the Windows "
			    "that is meant" },
	[OPT_PREFIX] = { "prefix", 0, "KEY",
			 "the key a .reg file names the hive by, such as "
			 "HKEY_LOCAL_MACHINE\\OFFLINE" },
	[OPT_PRIORITY] = { "priority", 'p', "N",
			   "give every domain of the list this priority" },
	[OPT_PRODUCT_KEY] = { "product-key", 0, "KEY",
			      "cmd, ps1: install this key and activate" },
	[OPT_REBUILD] = { "rebuild", 0, NULL,
			  "write a WIM anew, without what it does not use any "
			  "more, instead of appending to it" },
	[OPT_REMOVE] = { "remove", 'r', "DOMAIN",
			 "remove a domain from the list" },
	[OPT_RULES] = { "rules", 0, NULL, "list the rules of the audit" },
	[OPT_SARIF] = { "sarif", 0, NULL,
			"print SARIF 2.1.0 for code scanning" },
	[OPT_SCOPE] = { "scope", 's', "SCOPE",
			"where the setting lives; see sppctl help scopes" },
	[OPT_SEED] = { "seed", 0, "N",
		       "start of the random numbers; 1 unless told" },
	[OPT_SHOW_KEYS] = { "show-keys", 0, NULL,
			    "print product keys in full" },
	[OPT_SITE] = { "site", 0, "FILE",
		       "what the site knows: own domains, allowed hosts, "
		       "roles; see sppctl help site" },
	[OPT_SNAPSHOTS] = { "snapshots", 0, NULL,
			    "take a disk image although it has snapshots, "
			    "which stay as they are" },
	[OPT_STRICT] = { "strict", 0, NULL,
			 "refuse a file that holds anything but KMS "
			 "settings" },
	[OPT_STYLE] = { "style", 0, "STYLE",
			"table (unless told), bind, nsupdate or powershell" },
	[OPT_SYSTEM] = { "system", 0, "FILE",
			 "the SYSTEM hive, where the target does not hold it; "
			 "it is only read" },
	[OPT_TARGET_KIND] = { "target-kind", 0, "KIND",
			      "what the target is, whatever it looks like: "
			      "hive, folder, wim, raw, qcow2, vhdx, vhd, vmdk, "
			      "vdi "
			      "or nbd" },
	[OPT_UNCLEAN] = { "unclean", 0, NULL,
			  "read a volume that Windows did not close as it "
			  "lies there; edit one that is only marked for "
			  "chkdsk" },
	[OPT_TO] = { "to", 't', "FORMAT",
		     "the format to write; else the end of OUT's name says "
		     "it" },
	[OPT_TTL] = { "ttl", 0, "SECONDS",
		      "time to live of the records; Microsoft documents "
		      "none" },
	[OPT_UID] = { "uid", 0, "{GUID}", "gpp: the uid of the only item" },
	[OPT_UTF8] = { "utf8", 0, NULL,
		       "reg, lgpo: in UTF-8 instead of UTF-16" },
	[OPT_WEIGHT] = { "weight", 'w', "N",
			 "give every domain of the list this weight" },
	[OPT_WINDOWS] = { "windows", 0, "PATH",
			  "which Windows of several is meant, spelled as "
			  "there: WINNT, Windows/System32/config/software" },
	[OPT_WRITE_FORMAT] = { "format", 'f', "FORMAT",
			       "the format to write; see sppctl help "
			       "formats" },
};

bool cli_has(const struct cli_call *call, enum cli_option_id id)
{
	size_t i;

	for (i = 0; i < call->given_count; i++)
		if (call->given[i].id == id)
			return true;
	return false;
}

const char *cli_value(const struct cli_call *call, enum cli_option_id id)
{
	const char *value = NULL;
	size_t i;

	for (i = 0; i < call->given_count; i++)
		if (call->given[i].id == id)
			value = call->given[i].value;
	return value;
}

/* getopt's form of the options that a command takes. */
struct forms {
	struct option longs[OPT_COUNT + 1];
	char shorts[3 * OPT_COUNT + 3];
};

static void add_form(struct forms *forms, size_t *n, size_t *at,
		     enum cli_option_id id)
{
	const struct cli_option *o = &cli_options[id];
	int wants = !o->argument	  ? no_argument
		    : *o->argument == '[' ? optional_argument
					  : required_argument;

	forms->longs[(*n)++] = (struct option){ o->name, wants, NULL, (int)id };
	if (!o->letter)
		return;
	forms->shorts[(*at)++] = o->letter;
	if (wants != no_argument)
		forms->shorts[(*at)++] = ':';
	if (wants == optional_argument)
		forms->shorts[(*at)++] = ':';
}

static void make_forms(const struct cli_command *command, struct forms *forms)
{
	const enum cli_option_id *id;
	size_t n = 0, at = 0;

	memset(forms, 0, sizeof(*forms));
	if (command->script)
		forms->shorts[at++] = '-'; /* operands come in their turn */
	forms->shorts[at++] = ':';
	for (id = command->options; *id != OPT_END; id++)
		add_form(forms, &n, &at, *id);
	add_form(forms, &n, &at, OPT_HELP);
}

/* Letters come back as letters, names as ids. */
static enum cli_option_id id_of(const struct cli_command *command, int c)
{
	const enum cli_option_id *id;

	if (c < OPT_COUNT)
		return (enum cli_option_id)c;
	for (id = command->options; *id != OPT_END; id++)
		if (cli_options[*id].letter == c)
			return *id;
	return OPT_HELP;
}

static enum cli_exit complain(const struct cli_call *call, const char *what,
			      const char *about)
{
	struct spp_error err = SPP_ERROR_INIT;

	spp_fail(&err, SPP_USAGE, "%s%s%s%s; see sppctl help %s", what,
		 about ? " '" : "", about ? about : "", about ? "'" : "",
		 call->command->name);
	return cli_fail(call, &err);
}

/*
 * Behind the target, -sdns is a verb; getopt would take it for options.  No
 * verb has one letter, so that -n is an option there, too; -5 is a number.
 */
static bool is_verb(const struct cli_call *call, int argc, char **argv)
{
	const char *word = argv[optind];

	if (!call->command->script || optind >= argc || word[0] != '-' ||
	    word[1] == '-')
		return false;
	return word[1] == '?' ||
	       (call->operands &&
		(isdigit((unsigned char)word[1]) || (word[1] && word[2])));
}

/* A letter in the middle of a word, or the word itself.  The numbers of long
 * options, which getopt tells too, are no letters. */
static const char *unknown(char **argv)
{
	static char letter[3] = "-";

	if (optopt > CHAR_MAX || !isalpha(optopt))
		return argv[optind - 1];
	letter[1] = (char)optopt;
	return letter;
}

static enum cli_exit parse(struct cli_call *call, int argc, char **argv)
{
	const char *what = NULL;
	struct forms forms;
	char about[80];
	int c;

	make_forms(call->command, &forms);
	opterr = 0;
	optind = 0;
	for (;;) {
		if (is_verb(call, argc, argv)) {
			call->operand[call->operands++] = argv[optind++];
			continue;
		}
		c = getopt_long(argc, argv, forms.shorts, forms.longs, NULL);
		if (c == -1)
			break;
		if (c == '?' || c == ':') {
			/* The first is told; --json may still come. */
			if (!what)
				snprintf(about, sizeof(about), "%s",
					 c == '?' ? unknown(argv)
						  : argv[optind - 1]);
			what = what	  ? what
			       : c == '?' ? "unknown option"
					  : "no value for";
			continue;
		}
		if (c == 1 && call->command->script) /* an operand */
			call->operand[call->operands++] = optarg;
		else
			call->given[call->given_count++] =
				(struct cli_given){ id_of(call->command, c),
						    optarg };
	}
	while (optind < argc)
		call->operand[call->operands++] = argv[optind++];
	return what ? complain(call, what, about) : CLI_OK;
}

static enum cli_exit check_operands(const struct cli_call *call)
{
	const struct cli_command *command = call->command;

	struct spp_error err = SPP_ERROR_INIT;

	if (call->operands < command->least) {
		spp_fail(&err, SPP_USAGE,
			 "too few operands; usage: sppctl %s [OPTION]... %s",
			 command->name, command->operands);
		return cli_fail(call, &err);
	}
	if (command->most >= 0 && call->operands > command->most)
		return complain(call, "one operand too many:",
				call->operand[command->most]);
	return CLI_OK;
}

enum cli_exit cli_run(const struct cli_command *command, int argc, char **argv)
{
	struct cli_call call = { .command = command };
	enum cli_exit code;

	call.given = calloc((size_t)argc + 1, sizeof(*call.given));
	call.operand = calloc((size_t)argc + 1, sizeof(*call.operand));
	if (!call.given || !call.operand) {
		fputs("sppctl: out of memory\n", stderr);
		free(call.given);
		free(call.operand);
		return CLI_FAILED;
	}
	code = parse(&call, argc, argv);
	if (!code && cli_has(&call, OPT_HELP))
		cli_help_command(command);
	else if (!code && !(code = check_operands(&call)))
		code = cli_run_images(&call);
	free(call.given);
	free(call.operand);
	return code;
}
