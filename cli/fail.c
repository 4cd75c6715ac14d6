/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/fail.h"

#include "cli/fleet/record.h"
#include "cli/json.h"
#include "cli/out.h"
#include "cli/remedy.h"

enum cli_exit cli_fail(const struct cli_call *call, const struct spp_error *err)
{
	cli_complain("%s%s", err->text, cli_remedy(err->remedy));
	cli_record_failure(err);
	if (cli_has(call, OPT_JSON))
		cli_json_error(call->command->name, err);
	return cli_exit_of(err->status);
}

void cli_warn_all(const struct spp_notes *notes)
{
	size_t i;

	for (i = 0; i < notes->count; i++)
		cli_warn("%s%s", notes->text[i], cli_remedy(notes->remedy[i]));
}
