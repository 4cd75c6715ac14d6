/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/editor/flaws.h"

#include <stdlib.h>
#include <string.h>

#include "policy/text/printable.h"

void cli_flaws_release(struct cli_flaws *flaws)
{
	size_t i;

	for (i = 0; i < flaws->count; i++)
		free(flaws->flaw[i].text);
	free(flaws->flaw);
	*flaws = (struct cli_flaws)CLI_FLAWS_INIT;
}

enum spp_status cli_flaws_add(struct cli_flaws *flaws, size_t line, char *text,
			      struct spp_error *err)
{
	struct cli_flaw *grown =
		spp_grow(flaws->flaw, flaws->count, sizeof(*grown));

	if (grown)
		flaws->flaw = grown;
	if (!grown || !text) {
		free(text);
		return spp_nomem(err);
	}
	grown[flaws->count++] = (struct cli_flaw){ line, text };
	return SPP_OK;
}

enum spp_status cli_flaws_fail(struct cli_flaws *flaws,
			       const struct spp_error *why,
			       struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) place = SPP_BUF_INIT;
	const char *text = why->text;

	spp_buf_printf(&place, NULL, "%s:%zu: ", why->source, why->line);
	if (!strncmp(text, spp_buf_text(&place), place.size))
		text += place.size;
	return cli_flaws_add(flaws, why->line, spp_printable(text), err);
}
