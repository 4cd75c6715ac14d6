/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a text asks for that the state does not have, and whether it may.
 * cli/editor/buffer.h reads the text.
 */
#ifndef CLI_EDITOR_WISHES_H
#define CLI_EDITOR_WISHES_H

#include "cli/editor/flaws.h"
#include "cli/editor/state.h"
#include "policy/windows/document.h"

/*
 * Adds a flaw for each read-only line that was changed, and for each that is
 * missing; a missing one is told at the line end.
 */
enum spp_status cli_wishes_check_kept(const struct cli_state *state,
				      const struct spp_document *document,
				      size_t end, struct cli_flaws *flaws,
				      struct spp_error *err);

/*
 * Puts into want what the text has and the state does not; what the state has
 * and the text does not is to be absent.
 */
enum spp_status cli_wishes_take(const struct cli_state *state,
				const struct spp_policy *text,
				struct spp_policy *want, struct spp_error *err);

/* Adds a flaw for each change that may not be made, and a note for doubts. */
enum spp_status cli_wishes_judge(const struct cli_state *state,
				 const struct spp_policy *want,
				 struct cli_flaws *flaws,
				 struct spp_notes *notes,
				 struct spp_error *err);

#endif
