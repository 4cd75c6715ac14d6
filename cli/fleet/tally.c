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

void cli_tally_show(const struct cli_tally *tally, struct spp_buf *out)
{
	const char *between = "";
	size_t i;

	for (i = 0; i < CLI_OUTCOMES; i++) {
		if (!tally->of[i])
			continue;
		spp_buf_printf(out, NULL, "%s%zu %s", between, tally->of[i],
			       cli_outcome_word[i]);
		between = ", ";
	}
	if (!tally->done && !tally->failed)
		spp_buf_puts(out, "no targets", NULL);
}

void cli_tally_tell(const struct cli_tally *tally, const struct cli_call *call)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	size_t done = tally->done + tally->failed;
	const char *file = cli_value(call, OPT_RESUME);

	if (!file)
		file = cli_value(call, OPT_RESULTS);
	if (done || !call->targets)
		cli_tally_show(tally, &text);
	if (done < call->targets)
		spp_buf_printf(&text, NULL,
			       "%s%zu not begun; go on with the same command "
			       "and %s%s",
			       text.size ? ", " : "", call->targets - done,
			       file ? "--resume " : "the same targets",
			       file ? file : "");
	cli_complain("%s", spp_buf_text(&text));
}
