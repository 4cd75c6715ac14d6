/* SPDX-License-Identifier: GPL-3.0-or-later */
/* set and unset: several settings, one commit. */
#include <string.h>

#include "cli/edit.h"
#include "cli/fail.h"
#include "cli/setting_arg.h"

/* Adds one setting to the wanted policy; text NULL: absent. */
static enum spp_status wish_one(const struct cli_call *call, const char *name,
				const char *text, struct spp_policy *want,
				struct spp_notes *notes, bool *literal,
				struct spp_error *err)
{
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	const struct spp_setting *setting;
	struct spp_scope scope;
	enum spp_status st;
	enum spp_terms terms = SPP_TERMS_OWN;

	st = cli_setting(name, &setting, &terms, err);
	if (st)
		return st;
	*literal |= terms == SPP_TERMS_REGISTRY;
	st = cli_scope(call, setting, &scope, err);
	if (st)
		return st;
	if (spp_policy_get(want, &scope, setting))
		return spp_fail(err, SPP_USAGE, "%s is given twice",
				setting->name);
	if (!text)
		return spp_policy_set(want, &scope, setting, NULL, err);
	st = spp_setting_parse(setting, text, terms, &value, notes, err);
	if (st)
		return st;
	if (*scope.sku && spp_app_find(scope.sku))
		spp_note(notes,
			 "'%s' is the id of an application; no product has it, "
			 "and --scope spp/%s is for the application",
			 scope.sku, spp_app_name(scope.sku));
	return spp_policy_set(want, &scope, setting, &value, err);
}

/* "NAME=VALUE" */
static enum spp_status wish_assignment(const struct cli_call *call,
				       const char *operand,
				       struct spp_policy *want,
				       struct spp_notes *notes, bool *literal,
				       struct spp_error *err)
{
	const char *equals = strchr(operand, '=');
	char CLEANUP(spp_free_string) *name = NULL;

	if (!equals)
		return spp_fail(err, SPP_USAGE,
				"'%s' is not NAME=VALUE; use sppctl unset to "
				"remove a setting",
				operand);
	name = strndup(operand, (size_t)(equals - operand));
	if (!name)
		return spp_nomem(err);
	return wish_one(call, name, equals + 1, want, notes, literal, err);
}

static enum spp_status parse(const struct cli_call *call, bool set,
			     struct spp_policy *want, struct spp_notes *notes,
			     bool *literal, struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	int i;

	if (!call->operands && !set)
		return cli_no_setting(err);
	if (!call->operands)
		return spp_fail(err, SPP_USAGE, "no NAME=VALUE given");
	for (i = 0; !st && i < call->operands; i++)
		st = set ? wish_assignment(call, call->operand[i], want, notes,
					   literal, err)
			 : wish_one(call, call->operand[i], NULL, want, notes,
				    literal, err);
	return st;
}

/* Checks the whole command line before it opens a target. */
static enum cli_exit run(const struct cli_call *call, bool set)
{
	struct spp_policy CLEANUP(spp_policy_release) want = SPP_POLICY_INIT;
	struct spp_notes CLEANUP(spp_notes_release) notes = SPP_NOTES_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	struct cli_plan plan = { .want = &want };

	if (parse(call, set, &want, &notes, &plan.literal, &err))
		return cli_fail(call, &err);
	cli_warn_all(&notes);
	plan.roles = cli_roles(&want);
	return cli_edit(call, &plan);
}

static enum cli_exit run_set(const struct cli_call *call)
{
	return run(call, true);
}

static enum cli_exit run_unset(const struct cli_call *call)
{
	return run(call, false);
}

const struct cli_command cli_command_set = {
	.name = "set",
	.operands = "TARGET... NAME=VALUE...",
	.least = 2,
	.most = -1,
	.summary = "set settings, all in one commit for each target",
	.about =
		"NAME is a setting, as sppctl settings lists them, or a "
		"registry value; then VALUE is what the\nregistry is to store. "
		"A setting that already has its value is not written again.",
	.options = CLI_OPTIONS(OPT_DRY_RUN, OPT_VERBOSE, OPT_SCOPE,
			       CLI_EDIT_OPTIONS, CLI_RUN_OPTIONS, OPT_JSON),
	.targets = CLI_TARGETS_BEFORE_ASSIGNMENT,
	.examples = CLI_EXAMPLES(
		{ "set SOFTWARE dns-publishing=on host-caching=off",
		  "two settings, one commit" },
		{ "set images/*/SOFTWARE host-caching=off --json",
		  "many images, one report" },
		{ "set SOFTWARE DisableDnsPublishing=1 --dry-run",
		  "what would change, by the name of the registry value" },
		{ "set /mnt/Windows kms-host=kms1.corp.example "
		  "kms-port=1689 --backup",
		  "a client that does not look in the DNS" },
		{ "set SOFTWARE kms-host=kms2.corp.example "
		  "--scope spp/office",
		  "for Office alone" }),
	.run = run_set,
};

const struct cli_command cli_command_unset = {
	.name = "unset",
	.operands = "TARGET... NAME...",
	.least = 2,
	.most = -1,
	.summary = "remove settings, so that their defaults apply",
	.options = CLI_OPTIONS(OPT_DRY_RUN, OPT_VERBOSE, OPT_SCOPE,
			       CLI_EDIT_OPTIONS, OPT_SHOW_KEYS, CLI_RUN_OPTIONS,
			       OPT_JSON),
	.examples = CLI_EXAMPLES({ "unset SOFTWARE kms-host kms-port",
				   "back to discovery through the DNS" }),
	.targets = CLI_TARGETS_BEFORE_NAME,
	.run = run_unset,
};
