/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Between a state and the text that a person edits, in format conf.
 *
 *	cli_buffer_write(&state, NULL, &options, &text, err);
 *	... somebody edits it ...
 *	cli_buffer_read(&state, name, &text, &want, &flaws, &notes, err);
 *	if (flaws.count)
 *		line = cli_buffer_mark(&text, &flaws, err);	and once more
 *
 * The text is the whole state: what is not in it any more is to be unset.  So
 * its last line is a mark, without which it is taken for cut short.  What
 * Windows keeps stands there as read-only; "unset NAME" removes it.
 */
#ifndef CLI_EDITOR_BUFFER_H
#define CLI_EDITOR_BUFFER_H

#include "cli/editor/flaws.h"
#include "cli/editor/state.h"

/*
 * mine: what somebody has changed already, or NULL.  told: lines at the top,
 * or NULL.
 */
enum spp_status cli_buffer_write(const struct cli_state *state,
				 const struct spp_policy *mine,
				 const char *told, bool show_keys,
				 struct spp_buf *text, struct spp_error *err);

/*
 * What is wanted that is not there, and no more, in an empty policy.  Flaws
 * are what the person must mend; then nothing is wanted.  A text that cannot
 * be read at all is a failure.
 */
enum spp_status cli_buffer_read(const struct cli_state *state, const char *name,
				const struct spp_buf *text,
				struct spp_policy *want,
				struct cli_flaws *flaws,
				struct spp_notes *notes, struct spp_error *err);

/*
 * Puts "# ERROR: ..." above each flawed line; *line is the first of these
 * flawed lines.
 */
enum spp_status cli_buffer_mark(struct spp_buf *text,
				const struct cli_flaws *flaws, size_t *line,
				struct spp_error *err);

#endif
