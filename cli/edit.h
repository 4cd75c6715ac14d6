/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one way in which a command changes a target: compare, print, and unless
 * it is a dry run commit.
 */
#ifndef CLI_EDIT_H
#define CLI_EDIT_H

#include "cli/open.h"

/* The roles that a policy would have to write, as bits. */
unsigned int cli_roles(const struct spp_policy *want);

/* How a command makes the policy it wants; have may be looked at. */
typedef enum spp_status (*cli_wish)(const struct cli_call *call, void *ctx,
				    const struct spp_policy *have,
				    struct spp_policy *want,
				    struct spp_notes *notes,
				    struct spp_error *err);

/* Opens the target for writing, asks for the wish and carries it out. */
enum cli_exit cli_edit(const struct cli_call *call, const char *path,
		       unsigned int roles, cli_wish wish, void *ctx);

#endif
