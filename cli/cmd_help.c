/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/fail.h"
#include "cli/help/help.h"
#include "cli/help/man.h"
#include "cli/help/schema.h"
#include "cli/help/topics.h"
#include "cli/hint.h"
#include "policy/audit/engine.h"
#include "policy/format/format.h"
#include "policy/text/near.h"

/* R1 and r99 ask for a rule; the one of that number is the near miss. */
static bool asks_for_rule(const char *word)
{
	return (*word == 'R' || *word == 'r') && word[1] &&
	       strspn(word + 1, "0123456789") == strlen(word + 1);
}

static enum cli_exit unknown_rule(const struct cli_call *call)
{
	struct spp_near near = SPP_NEAR_INIT(call->operand[0]);
	unsigned long number = strtoul(near.word + 1, NULL, 10);
	struct spp_error err = SPP_ERROR_INIT;
	size_t i;

	for (i = 0; i < SPP_RULE_COUNT; i++)
		if (strtoul(spp_rules[i]->id + 1, NULL, 10) == number)
			near.best = spp_rules[i]->id;
	spp_near_fail(&near, "rule", "list: sppctl audit --rules", &err);
	return cli_fail(call, &err);
}

static enum cli_exit unknown_topic(const struct cli_call *call)
{
	struct spp_near near = SPP_NEAR_INIT(call->operand[0]);
	struct spp_error err = SPP_ERROR_INIT;
	size_t i;

	if (call->operands == 2) {
		spp_fail(&err, SPP_USAGE,
			 "unexpected argument '%s'; only schema and man take a "
			 "second word",
			 call->operand[1]);
		return cli_fail(call, &err);
	}
	for (i = 0; i < cli_commands_count; i++)
		spp_near_try(&near, cli_commands[i]->name);
	for (i = 0; i < cli_topic_count; i++)
		spp_near_try(&near, cli_topics[i].name);
	for (i = 0; i < SPP_SETTING_COUNT; i++) {
		spp_near_try(&near, spp_settings[i].name);
		spp_near_try(&near, spp_settings[i].value);
	}
	for (i = 0; i < SPP_RULE_COUNT; i++)
		spp_near_try(&near, spp_rules[i]->name);
	for (i = 0; i < spp_formats_count; i++)
		spp_near_try(&near, spp_formats[i]->name);
	if (!near.best)
		near.best = cli_hint_other(near.word);
	if (near.best || !cli_hint_part("help topic", near.word, &err))
		spp_near_fail(&near, "help topic", "list: sppctl help", &err);
	return cli_fail(call, &err);
}

/* Whether the operands are the words of a topic. */
static bool is_named(const struct cli_call *call, const char *topic)
{
	size_t n = strlen(call->operand[0]);

	if (call->operands == 1)
		return !strcmp(topic, call->operand[0]);
	return !strncmp(topic, call->operand[0], n) && topic[n] == ' ' &&
	       !strcmp(topic + n + 1, call->operand[1]);
}

static enum cli_exit print_of(const struct cli_call *call)
{
	const char *of = call->operand[1];
	struct cli_page page = { .to = stdout };
	struct spp_error err = SPP_ERROR_INIT;

	if (!strcmp(call->operand[0], "man"))
		cli_print_manual(of, &err);
	else if (!strcmp(of, "policy"))
		cli_help_schema(&page);
	else
		cli_help_schema_of(of, &err);
	return err.status ? cli_fail(call, &err) : CLI_OK;
}

static bool print_topic(const struct cli_call *call)
{
	struct cli_page page = { .to = stdout };
	bool found = false;
	size_t i;

	for (i = 0; i < cli_topic_count && !found; i++) {
		found = is_named(call, cli_topics[i].name);
		if (found)
			cli_topics[i].print(&page);
	}
	if (!found && call->operands == 1)
		found = cli_help_word(&page, call->operand[0]);
	cli_page_end(&page);
	return found;
}

static enum cli_exit run(const struct cli_call *call)
{
	size_t i;

	if (!call->operands) {
		cli_help(stdout);
		return CLI_OK;
	}
	for (i = 0; i < cli_commands_count; i++) {
		if (is_named(call, cli_commands[i]->name)) {
			cli_help_command(cli_commands[i]);
			return CLI_OK;
		}
	}
	if (print_topic(call))
		return CLI_OK;
	if (call->operands == 2 && (!strcmp(call->operand[0], "schema") ||
				    !strcmp(call->operand[0], "man")))
		return print_of(call);
	if (call->operands == 1 && asks_for_rule(call->operand[0]))
		return unknown_rule(call);
	return unknown_topic(call);
}

const struct cli_command cli_command_help = {
	.name = "help",
	.operands = "[COMMAND | WORD | TOPIC] [DOCUMENT]",
	.least = 0,
	.most = 2,
	.summary = "explain a command, a setting, a rule or a topic",
	.options = CLI_OPTIONS_NONE,
	.examples = CLI_EXAMPLES(
		{ "help set", "how to set a value" },
		{ "help kms-host", "a setting: values, default, source" },
		{ "help R01", "a rule of the audit: reason and fix" },
		{ "help schema audit", "the JSON Schema of audit --json" },
		{ "help man set", "a page of the manual, as roff" }),
	.paged = true,
	.exact = true,
	.run = run,
};
