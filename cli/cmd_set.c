/* SPDX-License-Identifier: GPL-3.0-or-later */
/* set and unset: several settings, one commit. */
#include <stdlib.h>
#include <string.h>

#include "cli/edit.h"

/* Adds one wish to the policy; text NULL: absent. */
static enum spp_status wish_one(const struct cli_call *call, const char *name,
				const char *text, struct spp_policy *want,
				struct spp_notes *notes, struct spp_error *err)
{
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	const struct spp_setting *setting;
	struct spp_scope scope;
	enum spp_status st;
	bool raw;

	st = cli_setting(name, &setting, &raw, err);
	if (!st)
		st = cli_scope(call, setting, &scope, err);
	if (!st && spp_policy_get(want, &scope, setting))
		st = spp_fail(err, SPP_USAGE, "%s is named twice",
			      setting->name);
	if (!st && text)
		st = spp_setting_parse(setting, text, raw, &value, notes, err);
	return st ? st
		  : spp_policy_set(want, &scope, setting, text ? &value : NULL,
				   err);
}

/* "NAME=VALUE" */
static enum spp_status wish_assignment(const struct cli_call *call,
				       const char *operand,
				       struct spp_policy *want,
				       struct spp_notes *notes,
				       struct spp_error *err)
{
	const char *equals = strchr(operand, '=');
	char CLEANUP(spp_free_string) *name = NULL;

	if (!equals)
		return spp_fail(err, SPP_USAGE,
				"'%s' is not NAME=VALUE; sppctl unset removes "
				"a setting",
				operand);
	name = strndup(operand, (size_t)(equals - operand));
	if (!name)
		return spp_nomem(err);
	return wish_one(call, name, equals + 1, want, notes, err);
}

struct wishes {
	struct spp_policy want;
	struct spp_notes notes;
};

/* Hands over what was parsed before the target was opened. */
static enum spp_status granted(const struct cli_call *call, void *ctx,
			       const struct spp_policy *have,
			       struct spp_policy *want, struct spp_notes *notes,
			       struct spp_error *err)
{
	struct wishes *wishes = ctx;

	(void)call;
	(void)have;
	(void)err;
	*want = wishes->want;
	*notes = wishes->notes;
	wishes->want = (struct spp_policy)SPP_POLICY_INIT;
	wishes->notes = (struct spp_notes)SPP_NOTES_INIT;
	return SPP_OK;
}

/* The command line is judged whole before the target is touched. */
static enum cli_exit run(const struct cli_call *call, bool set)
{
	struct wishes wishes = { SPP_POLICY_INIT, SPP_NOTES_INIT };
	struct spp_error err = SPP_ERROR_INIT;
	enum spp_status st = SPP_OK;
	enum cli_exit code;
	int i;

	for (i = 1; !st && i < call->operands; i++)
		st = set ? wish_assignment(call, call->operand[i], &wishes.want,
					   &wishes.notes, &err)
			 : wish_one(call, call->operand[i], NULL, &wishes.want,
				    &wishes.notes, &err);
	code = st ? cli_fail(call, &err)
		  : cli_edit(call, call->operand[0], cli_roles(&wishes.want),
			     granted, &wishes);
	spp_policy_release(&wishes.want);
	spp_notes_release(&wishes.notes);
	return code;
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
	.operands = "TARGET NAME=VALUE...",
	.least = 2,
	.most = -1,
	.summary = "set settings, all in one commit",
	.about = "NAME is a setting, as sppctl settings lists them, or the "
		 "name of its registry value; then\nVALUE is what the "
		 "registry is to hold. What has its value already is not "
		 "written again.",
	.options = { OPT_DRY_RUN, OPT_SCOPE, OPT_BACKUP, OPT_BREAK_LINKS,
		     OPT_AS, OPT_DISCARD_LOGS, OPT_JSON },
	.examples = {
		{ "set SOFTWARE dns-publishing=on host-caching=off",
		  "two settings, one commit" },
		{ "set SOFTWARE DisableDnsPublishing=1 --dry-run",
		  "what would change, in the registry's terms" },
		{ "set /mnt/Windows kms-host=kms1.corp.example "
		  "kms-port=1689 --backup",
		  "a client that does not ask the DNS" },
		{ "set SOFTWARE kms-host=kms2.corp.example "
		  "--scope spp/office",
		  "for Office alone" },
	},
	.run = run_set,
};

const struct cli_command cli_command_unset = {
	.name = "unset",
	.operands = "TARGET NAME...",
	.least = 2,
	.most = -1,
	.summary = "remove settings, so that the defaults hold",
	.options = { OPT_DRY_RUN, OPT_SCOPE, OPT_BACKUP, OPT_BREAK_LINKS,
		     OPT_AS, OPT_DISCARD_LOGS, OPT_SHOW_KEYS, OPT_JSON },
	.examples = {
		{ "unset SOFTWARE kms-host kms-port",
		  "back to discovery through the DNS" },
	},
	.run = run_unset,
};
