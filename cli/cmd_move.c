/* SPDX-License-Identifier: GPL-3.0-or-later */
/* move: moves settings from a mistaken key to the right one. */
#include "cli/edit.h"
#include "cli/fail.h"
#include "cli/move.h"
#include "cli/setting_arg.h"

static enum spp_status wish(const struct cli_call *call, void *ctx,
			    const struct spp_policy *have,
			    struct spp_policy *want, struct spp_notes *notes,
			    struct spp_error *err)
{
	(void)call;
	return cli_move_want(ctx, have, want, notes, err);
}

static enum spp_status parse_from(const struct cli_call *call,
				  struct cli_move *m, struct spp_error *err)
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
	struct cli_move m = { .setting = named };
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
