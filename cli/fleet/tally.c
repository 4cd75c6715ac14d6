/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/fleet/tally.h"

#include "cli/out.h"

void cli_tally_raise(struct cli_tally *tally, enum cli_exit code)
{
	if (code > tally->worst)
		tally->worst = code;
}

void cli_tally_add(struct cli_tally *tally, enum cli_outcome outcome,
		   enum cli_exit code)
{
	tally->of[outcome]++;
	if (outcome < CLI_INVALID)
		tally->done++;
	else
		tally->failed++;
	cli_tally_raise(tally, code);
}

void cli_tally_tell(const struct cli_tally *tally, const struct cli_call *call)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	size_t left = call->targets - tally->done - tally->failed, i;
	const char *file = cli_value(call, OPT_RESUME);

	if (!file)
		file = cli_value(call, OPT_RESULTS);
	for (i = 0; i < CLI_OUTCOMES; i++)
		if (tally->of[i])
			spp_buf_printf(&text, NULL, "%s%zu %s",
				       text.size ? ", " : "", tally->of[i],
				       cli_outcome_word[i]);
	if (left)
		spp_buf_printf(&text, NULL,
			       "%s%zu not begun; go on with the same command "
			       "and %s%s",
			       text.size ? ", " : "", left,
			       file ? "--resume " : "the same targets",
			       file ? file : "");
	cli_complain("%s", text.size ? spp_buf_text(&text) : "no targets");
}
