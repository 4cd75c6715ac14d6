/* SPDX-License-Identifier: GPL-3.0-or-later */
/* clear-cache: what makes a clone activate against the host of its original. */
#include "cli/edit.h"
#include "policy/windows/found_hosts.h"

/* What is to be cleared must be there to be looked at. */
static enum spp_status look(const struct cli_call *call, void *ctx,
			    struct spp_hives *windows, struct spp_error *err)
{
	const char *path = spp_hives_target(windows)->path;
	bool overrides = cli_has(call, OPT_OVERRIDES);

	(void)ctx;
	if (overrides && !spp_hives_session(windows, SPP_ROLE_SOFTWARE))
		return spp_fail(err, SPP_NOTFOUND,
				"'%s' has no SOFTWARE hive, where overrides "
				"live",
				path);
	if (!overrides && !spp_hives_session(windows, SPP_ROLE_NETSVC))
		return spp_fail(err, SPP_NOTFOUND,
				"'%s' has no NetworkService hive, where cached "
				"hosts live; name it with --netsvc",
				path);
	return SPP_OK;
}

/* What stays must not stay unseen. */
static void tell_what_stays(const struct cli_call *call,
			    const struct spp_policy *have,
			    struct spp_notes *notes)
{
	const struct spp_setting *name =
		&spp_settings[SPP_SETTING_KMS_HOST];
	struct spp_scope mirror = { .place = SPP_PLACE_WOW };
	size_t n = spp_found_hosts_count_overrides(have);

	if (n && !cli_has(call, OPT_OVERRIDES))
		spp_note(notes,
			 "%zu KMS %s of single applications or SKUs %s; "
			 "--overrides removes %s",
			 n, n == 1 ? "host" : "hosts",
			 n == 1 ? "stays" : "stay", n == 1 ? "it" : "them");
	if (cli_has(call, OPT_OVERRIDES) && spp_policy_get(have, &mirror, name))
		spp_note(notes,
			 "the 32-bit mirror has a global KMS host, which "
			 "stays; sppctl unset --scope wow removes it");
}

static enum spp_status wish(const struct cli_call *call, void *ctx,
			    const struct spp_policy *have,
			    struct spp_policy *want, struct spp_notes *notes,
			    struct spp_error *err)
{
	enum spp_status st = spp_found_hosts_clear(want, err);

	(void)ctx;
	if (!st && cli_has(call, OPT_OVERRIDES))
		st = spp_found_hosts_no_overrides(want, err);
	if (!st)
		tell_what_stays(call, have, notes);
	return st;
}

static enum cli_exit run(const struct cli_call *call)
{
	struct cli_plan plan = { .wish = wish, .look = look };

	plan.roles = 1u << SPP_ROLE_NETSVC;
	if (cli_has(call, OPT_OVERRIDES))
		plan.roles |= 1u << SPP_ROLE_SOFTWARE;
	return cli_edit(call, call->operand, call->operands, &plan);
}

const struct cli_command cli_command_clear_cache = {
	.name = "clear-cache",
	.operands = "TARGET...",
	.least = 1,
	.most = -1,
	.summary = "forget the KMS hosts that the service found itself",
	.about = "The service keeps the host of its last success in the "
		 "NetworkService profile, and asks it before\nthe DNS. A clone "
		 "of the machine asks it too. With --overrides, the KMS hosts, "
		 "ports and lookup\ndomains of single applications and SKUs go "
		 "as well, in spp, ospp and the 32-bit mirror: they\nwin over "
		 "the global ones and survive slmgr /ckms. The global settings "
		 "stay.",
	.options = { OPT_OVERRIDES, OPT_DRY_RUN, OPT_BACKUP, OPT_BREAK_LINKS, OPT_REBUILD,
		     OPT_AS, CLI_TARGET_OPTIONS, OPT_DISCARD_LOGS, OPT_JSON },
	.examples = {
		{ "clear-cache /mnt/Windows --overrides",
		  "before the image is cloned" },
		{ "clear-cache NTUSER.DAT", "the cached hosts alone" },
		{ "clear-cache SOFTWARE --netsvc NTUSER.DAT --overrides "
		  "--dry-run",
		  "what would go" },
	},
	.run = run,
};
