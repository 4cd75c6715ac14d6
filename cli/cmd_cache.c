/* SPDX-License-Identifier: GPL-3.0-or-later */
/* clear-cache: a clone must not use the KMS host that its original found. */
#include "cli/edit.h"
#include "policy/windows/found_hosts.h"

/* Refuses a target without the hive that would be cleared. */
static enum spp_status look(const struct cli_call *call, void *ctx,
			    struct spp_hives *windows, struct spp_error *err)
{
	const char *path = spp_hives_target(windows)->path;
	bool overrides = cli_has(call, OPT_OVERRIDES);

	(void)ctx;
	if (!spp_hives_session(windows, SPP_ROLE_NETSVC) &&
	    (!overrides || !spp_hives_session(windows, SPP_ROLE_SOFTWARE)))
		return spp_fail(err, SPP_USAGE,
				"'%s' has no NetworkService hive, which holds "
				"cached hosts; use --netsvc FILE",
				path);
	return SPP_OK;
}

/* Notes the KMS hosts that are left in place. */
static void tell_what_stays(const struct cli_call *call,
			    const struct spp_policy *have,
			    struct spp_notes *notes)
{
	const struct spp_setting *name = &spp_settings[SPP_SETTING_KMS_HOST];
	struct spp_scope mirror = { .place = SPP_PLACE_WOW };
	size_t n = spp_found_hosts_count_overrides(have);

	if (n && !cli_has(call, OPT_OVERRIDES))
		spp_note(notes,
			 "%zu KMS %s of single applications or SKUs, or set in "
			 "the NetworkService hive, %s; --overrides removes %s",
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
	return cli_edit(call, &plan);
}

const struct cli_command cli_command_clear_cache = {
	.name = "clear-cache",
	.operands = "TARGET...",
	.least = 1,
	.most = -1,
	.summary = "remove cached KMS hosts",
	.about = "The service caches the host of its last activation in the "
		 "NetworkService profile and tries it\nbefore the DNS, and so "
		 "does a clone of the machine. --overrides also removes the "
		 "KMS hosts,\nports and lookup domains of single applications "
		 "and SKUs, in spp, ospp and the 32-bit mirror:\nthey take "
		 "precedence over the global ones and survive slmgr /ckms; and "
		 "KMS hosts set in the\nNetworkService hive, which scripts "
		 "and emulators write (whether the service reads them there\n"
		 "is not known). Global settings of the SOFTWARE hive stay. "
		 "Both hives are written and verified\nbefore the first is "
		 "replaced. On a disk image or in a WIM both change, or "
		 "neither; of two files\nthe second can still fail, and the "
		 "message names the one that is replaced: run it again.",
	.options = CLI_OPTIONS(OPT_OVERRIDES, OPT_DRY_RUN, OPT_VERBOSE,
			       CLI_EDIT_OPTIONS, CLI_RUN_OPTIONS, OPT_JSON),
	.examples = CLI_EXAMPLES(
		{ "clear-cache /mnt/Windows --overrides",
		  "before the image is cloned" },
		{ "clear-cache NTUSER.DAT", "the cached hosts alone" },
		{ "clear-cache SOFTWARE --netsvc NTUSER.DAT --overrides "
		  "--dry-run",
		  "what would be removed" }),
	.targets = CLI_TARGETS_ALL,
	.run = run,
};
