/* SPDX-License-Identifier: GPL-3.0-or-later */
/* move: moves settings from a mistaken key to the right one. */
#include "cli/edit.h"
#include "cli/fail.h"
#include "cli/setting_arg.h"

struct move {
	struct spp_scope from;
	bool is_place; /* and all applications below it */
	const struct spp_setting **setting;
	int settings; /* 0: all */
};

static bool is_meant(const struct move *m, const struct spp_policy_item *item)
{
	int i;

	if (m->is_place ? item->scope.place != m->from.place
			: spp_scope_cmp(&item->scope, &m->from))
		return false;
	for (i = 0; i < m->settings; i++)
		if (m->setting[i] == item->setting)
			return true;
	return !m->settings;
}

static enum spp_status move_item(const struct spp_policy_item *item,
				 const struct spp_policy *have,
				 struct spp_policy *want,
				 struct spp_notes *notes, struct spp_error *err)
{
	struct spp_scope to = spp_scope_meant(&item->scope);
	const struct spp_policy_item *there =
		spp_policy_get(have, &to, item->setting);
	enum spp_status st;

	if (!spp_setting_settable(item->setting, to.place)) {
		spp_note(notes, "%s stays: Windows itself keeps it",
			 item->setting->name);
		return SPP_OK;
	}
	if (there && there->wish == SPP_PRESENT &&
	    !spp_value_equal(&there->value, &item->value))
		return spp_fail_remedy(err, SPP_REFUSED, SPP_REMEDY_UNSET_ONE,
				       "%s has another value in scope %s "
				       "already",
				       item->setting->name,
				       spp_places[to.place].name);
	st = spp_policy_set(want, &to, item->setting, &item->value, err);
	return st ? st
		  : spp_policy_set(want, &item->scope, item->setting, NULL,
				   err);
}

static enum spp_status wish(const struct cli_call *call, void *ctx,
			    const struct spp_policy *have,
			    struct spp_policy *want, struct spp_notes *notes,
			    struct spp_error *err)
{
	struct spp_changes CLEANUP(spp_changes_release) changes =
		SPP_CHANGES_INIT;
	enum spp_status st = SPP_OK;
	size_t i;

	(void)call;
	for (i = 0; !st && i < have->count; i++)
		if (is_meant(ctx, &have->item[i]))
			st = move_item(&have->item[i], have, want, notes, err);
	if (!st)
		st = spp_policy_diff(have, want, &changes, err);
	return st ? st : spp_changes_allowed(&changes, notes, err);
}

static enum spp_status parse_from(const struct cli_call *call, struct move *m,
				  struct spp_error *err)
{
	struct spp_scope meant;
	enum spp_status st;

	if (!cli_has(call, OPT_SCOPE))
		return spp_fail(err, SPP_USAGE,
				"no scope given; use --scope SCOPE to say "
				"where the settings are now");
	st = cli_scope_of(call, &m->from, err);
	if (st)
		return st;
	meant = spp_scope_meant(&m->from);
	m->is_place = !*m->from.app;
	if (m->from.place == meant.place || spp_place_is_cache(m->from.place) ||
	    !(spp_settings[SPP_SETTING_KMS_HOST].places >> m->from.place & 1 ||
	      spp_places[m->from.place].is_mistaken))
		return spp_fail(err, SPP_USAGE,
				"scope '%s' is not one from which settings "
				"are moved; allowed: sl, ospp, wow, windowsnt",
				cli_value(call, OPT_SCOPE));
	return SPP_OK;
}

static enum cli_exit run(const struct cli_call *call)
{
	const struct spp_setting *named[SPP_SETTING_COUNT];
	struct move m = { .setting = named };
	struct cli_plan plan = { .roles = 1u << SPP_ROLE_SOFTWARE,
				 .wish = wish,
				 .ctx = &m,
				 .literal = true };
	struct spp_error err = SPP_ERROR_INIT;
	enum spp_terms terms;
	enum spp_status st = parse_from(call, &m, &err);
	int i;

	for (i = 0; !st && i < call->operands; i++) {
		if (m.settings == SPP_SETTING_COUNT)
			st = spp_fail(&err, SPP_USAGE, "too many settings");
		else
			st = cli_setting(call->operand[i], &named[m.settings++],
					 &terms, &err);
	}
	return st ? cli_fail(call, &err) : cli_edit(call, &plan);
}

const struct cli_command cli_command_move = {
	.name = "move",
	.operands = "TARGET... [NAME...]",
	.least = 1,
	.most = -1,
	.summary = "move settings from a wrong key to the right one",
	.about =
		"The settings in the scope, or those that are named, go to "
		"the same application and SKU\nbelow "
		"SoftwareProtectionPlatform, "
		"where they come into force. A setting that has another\nvalue "
		"there already is refused.",
	.options = CLI_OPTIONS(OPT_SCOPE, OPT_DRY_RUN, OPT_VERBOSE,
			       CLI_EDIT_OPTIONS, CLI_RUN_OPTIONS, OPT_JSON),
	.targets = CLI_TARGETS_BEFORE_NAME,
	.examples = CLI_EXAMPLES(
		{ "move SOFTWARE --scope windowsnt",
		  "all of Microsoft\\WindowsNT, which nothing reads" },
		{ "move SOFTWARE publish-list --scope sl --dry-run",
		  "what would change" }),
	.run = run,
};
