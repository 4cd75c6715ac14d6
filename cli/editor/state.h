/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a target holds at one moment, read and closed again: nothing is locked
 * while a person looks at it.
 *
 *	struct cli_state state = CLI_STATE_INIT;
 *
 *	cli_state_read(call, path, false, &state, err);
 *	... an hour later ...
 *	cli_state_read(call, path, false, &now, err);
 *	cli_state_same(&state.have, &now.have)
 */
#ifndef CLI_EDITOR_STATE_H
#define CLI_EDITOR_STATE_H

#include "cli/command.h"
#include "policy/windows/document.h"

struct cli_state {
	const char *path; /* borrowed */
	struct spp_policy have;
	struct spp_unknowns unknown;
	struct spp_identity identity;
	struct spp_scopes offer; /* scopes in which people set something */
	unsigned int hives;	 /* that are there, as bits */
	struct spp_buf head;	 /* which Windows, which hives, warnings */
};

#define CLI_STATE_INIT       \
	{                    \
		.path = NULL \
	}

void cli_state_release(struct cli_state *state);
/* quick: without the hashes of the hives in the head. */
enum spp_status cli_state_read(const struct cli_call *call, const char *path,
			       bool quick, struct cli_state *state,
			       struct spp_error *err);
/* Fails as an edit would that has not yet looked at a setting. */
enum spp_status cli_state_editable(const struct cli_call *call,
				   const struct cli_state *state,
				   struct spp_error *err);

bool cli_state_same(const struct spp_policy *a, const struct spp_policy *b);
/* Whether both are the same installation, whatever is set in it. */
bool cli_state_same_windows(const struct spp_identity *a,
			    const struct spp_identity *b);
/* Adds what is to change, or to be gone, to a policy of values. */
enum spp_status cli_state_change(struct spp_policy *policy,
				 const struct spp_changes *changes,
				 struct spp_error *err);
/* An audit's document of a state with other values; it borrows all. */
struct spp_document cli_state_document(const struct cli_state *state,
				       const struct spp_policy *have);

#endif
