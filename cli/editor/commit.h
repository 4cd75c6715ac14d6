/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The end of an edit by a person: his changes, written as those of every
 * command are (cli/edit.h), if the target is still what he has seen.
 */
#ifndef CLI_EDITOR_COMMIT_H
#define CLI_EDITOR_COMMIT_H

#include "cli/editor/state.h"

struct cli_commit {
	const struct cli_state *state; /* what he has seen */
	const struct spp_changes *changes;
	const struct spp_notes *notes; /* warnings, or NULL */
	const struct spp_notes *said;  /* lines below the changes, or NULL */
	bool brief;		       /* he has seen the changes */
	bool moved; /* out: the target is another; nothing is done or said */
};

/*
 * The call, which waits a little for a target that is in use, unless it says
 * itself for how long: another edit takes moments, typing does not.
 */
enum spp_status cli_patient(const struct cli_call *call,
			    struct cli_call *patient, struct spp_error *err);

enum cli_exit cli_commit(const struct cli_call *call,
			 struct cli_commit *commit);

#endif
