/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/hint.h"

#include <string.h>
#include <unistd.h>

#include "cli/help/offers.h"
#include "policy/audit/engine.h"
#include "policy/format/format.h"
#include "policy/model/dns_name.h"
#include "policy/model/scope.h"
#include "policy/model/setting.h"
#include "policy/text/near.h"

/* A part of a name has so many letters, and so many names are listed. */
#define PART_LEAST 3
#define PART_NAMES 6

static bool is_setting(const char *word)
{
	enum spp_terms terms;

	return spp_setting_find(word, &terms) != NULL;
}

static bool is_assignment(const char *word)
{
	char CLEANUP(spp_free_string) *name = strndup(word, strcspn(word, "="));

	return strchr(word, '=') && name && is_setting(name);
}

static bool is_verb(const char *word)
{
	return spp_verb_like(word) && (spp_verb_find(&spp_script_slmgr, word) ||
				       spp_verb_find(&spp_script_ospp, word));
}

static bool is_format(const char *word)
{
	return spp_format_find(word) != NULL;
}

static bool is_rule(const char *word)
{
	return spp_rule_find(word) != NULL;
}

static bool is_grade(const char *word)
{
	enum spp_grade grade;

	return spp_grade_find(word, &grade);
}

static bool is_scope(const char *word)
{
	struct spp_scope scope;

	return !spp_scope_parse(word, false, &scope, NULL);
}

static bool is_domain(const char *word)
{
	return strchr(word, '.') && spp_dns_name_valid(word);
}

/* What a word is, and the option that takes it, or the command line for it. */
static const struct {
	bool (*is)(const char *word);
	const char *what;
	enum cli_option_id option;
	const char *command;
} kinds[] = {
	{ is_assignment, "sets a setting", OPT_END, "sppctl set TARGET" },
	{ is_setting, "is a setting", OPT_END, "sppctl get TARGET" },
	{ is_verb, "is a verb", OPT_END, "sppctl slmgr TARGET" },
	{ is_format, "is a format", OPT_TO, NULL },
	{ is_format, "is a format", OPT_FORMAT, NULL },
	{ is_rule, "is a rule", OPT_IGNORE, NULL },
	{ is_grade, "is a severity", OPT_FAIL_ON, NULL },
	{ is_scope, "is a scope", OPT_SCOPE, NULL },
	{ is_domain, "is a domain", OPT_ADD, NULL },
};

/* The order of words, and what a command expects after its targets. */
static const struct {
	enum cli_targets_are are;
	bool (*is)(const char *word);
	const char *says;
} orders[] = {
	{ CLI_TARGETS_BEFORE_ASSIGNMENT, is_assignment,
	  "sets a setting; put the target before NAME=VALUE" },
	{ CLI_TARGETS_BEFORE_ASSIGNMENT, is_setting,
	  "has no value; write NAME=VALUE, or remove it with sppctl unset" },
	{ CLI_TARGETS_BEFORE_LAST_NAMES, is_setting,
	  "is a setting; put the target before NAME" },
	{ CLI_TARGETS_BEFORE_NAME, is_setting,
	  "is a setting; put the target before NAME" },
};

static enum spp_status hint_option(const struct cli_call *call,
				   const char *word, struct spp_error *err)
{
	const enum cli_option_id *id;

	for (id = call->command->options; *id != OPT_END; id++) {
		if (!strcmp(cli_options[*id].name, word))
			return spp_fail(err, SPP_USAGE,
					"'%s' is an option; write --%s", word,
					word);
		if (cli_is_offered(*id, word))
			return spp_fail(err, SPP_USAGE,
					"'%s' belongs to an option; use --%s "
					"%s",
					word, cli_options[*id].name, word);
	}
	return SPP_OK;
}

enum spp_status cli_hint(const struct cli_call *call, const char *word,
			 struct spp_error *err)
{
	size_t i;

	if (!access(word, F_OK))
		return SPP_OK;
	for (i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		if (orders[i].are == call->command->targets &&
		    orders[i].is(word))
			return spp_fail(err, SPP_USAGE, "'%s' %s", word,
					orders[i].says);
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		enum cli_option_id id = kinds[i].option;

		if ((id != OPT_END &&
		     !cli_option_in(call->command->options, id)) ||
		    !kinds[i].is(word))
			continue;
		return id == OPT_END
			       ? spp_fail(err, SPP_USAGE,
					  "'%s' %s, not a file; use %s %s",
					  word, kinds[i].what, kinds[i].command,
					  word)
			       : spp_fail(err, SPP_USAGE,
					  "'%s' %s; use --%s %s", word,
					  kinds[i].what, cli_options[id].name,
					  word);
	}
	return hint_option(call, word, err);
}

enum spp_status cli_hint_setting(const char *word, struct spp_error *err)
{
	if (is_scope(word))
		return spp_fail(err, SPP_USAGE,
				"'%s' is a scope, not a setting; use --scope "
				"%s",
				word, word);
	if (*word && !access(word, F_OK))
		return spp_fail(err, SPP_USAGE,
				"'%s' is a file, not a setting; targets come "
				"before names",
				word);
	return SPP_OK;
}

enum spp_status cli_hint_part(const char *what, const char *word,
			      struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) names = SPP_BUF_INIT;
	size_t i, n = 0;

	for (i = 0; strlen(word) >= PART_LEAST && i < SPP_SETTING_COUNT; i++)
		if (strstr(spp_settings[i].name, word) && n++ < PART_NAMES)
			spp_buf_printf(&names, NULL, "%s%s", n > 1 ? ", " : "",
				       spp_settings[i].name);
	return n && n <= PART_NAMES
		       ? spp_fail(err, SPP_USAGE,
				  "unknown %s '%s'; settings with this word: "
				  "%s",
				  what, word, spp_buf_text(&names))
		       : SPP_OK;
}

/* Words of git, kubectl, gh, nmcli and others. */
const char *cli_hint_other(const char *word)
{
	static const struct {
		const char *word, *ours;
	} others[] = {
		{ "cat", "show" },	   { "completion", "help bash" },
		{ "delete", "unset" },	   { "describe", "show" },
		{ "fsck", "check" },	   { "lint", "audit" },
		{ "list", "show" },	   { "modify", "set" },
		{ "print", "show" },	   { "remove", "unset" },
		{ "repair", "recover" },   { "rm", "unset" },
		{ "rollback", "restore" }, { "status", "show" },
		{ "undo", "restore" },	   { "validate", "check" },
		{ "verify", "check" },	   { "version", "--version" },
		{ "view", "show" },
	};
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (!strcmp(others[i].word, word))
			return others[i].ours;
	return NULL;
}
