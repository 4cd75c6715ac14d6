/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person must mend in a text, by its lines. */
#ifndef CLI_EDITOR_FLAWS_H
#define CLI_EDITOR_FLAWS_H

#include <stdbool.h>
#include <stddef.h>

#include "hive/base/error.h"

struct cli_flaw {
	size_t line; /* from 1 */
	char *text;
};

struct cli_flaws {
	struct cli_flaw *flaw;
	size_t count;
	bool is_cut; /* the last line is missing */
};

#define CLI_FLAWS_INIT       \
	{                    \
		.flaw = NULL \
	}

void cli_flaws_release(struct cli_flaws *flaws);

/* Takes the text, which may be NULL for want of memory. */
enum spp_status cli_flaws_add(struct cli_flaws *flaws, size_t line, char *text,
			      struct spp_error *err);
/* Adds a failure, without the file and the line in front of it. */
enum spp_status cli_flaws_fail(struct cli_flaws *flaws,
			       const struct spp_error *why,
			       struct spp_error *err);

#endif
