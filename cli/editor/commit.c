/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/editor/commit.h"

#include "cli/edit.h"

/* The wishes, under the lock, of a target that is still the same. */
static enum spp_status wish(const struct cli_call *call, void *ctx,
			    const struct spp_policy *have,
			    struct spp_policy *want, struct spp_notes *notes,
			    struct spp_error *err)
{
	struct cli_commit *commit = ctx;
	const struct spp_changes *changes = commit->changes;
	enum spp_status st = SPP_OK;
	size_t i;

	(void)call;
	commit->moved = !cli_state_same(&commit->state->have, have);
	if (commit->moved)
		return spp_fail(err, SPP_BUSY,
				"'%s' was changed by somebody else meanwhile",
				commit->state->path);
	for (i = 0; commit->notes && i < commit->notes->count; i++)
		spp_note(notes, "%s", commit->notes->text[i]);
	for (i = 0; !st && i < changes->count; i++) {
		const struct spp_change *c = &changes->change[i];

		want->where = c->where;
		st = spp_policy_set(want, &c->scope, c->setting, c->after, err);
	}
	want->where = (struct spp_where){ NULL, 0, 0 };
	return st;
}

static unsigned int roles_of(const struct spp_changes *changes)
{
	unsigned int roles = 0;
	size_t i;

	for (i = 0; i < changes->count; i++)
		roles |= 1u << spp_places[changes->change[i].scope.place].role;
	return roles;
}

enum cli_exit cli_commit(const struct cli_call *call, struct cli_commit *commit)
{
	struct cli_plan plan = {
		.roles = roles_of(commit->changes),
		.wish = wish,
		.ctx = commit,
		.literal = true,
		.said = commit->said,
		.brief = commit->brief,
	};

	return cli_edit(call, &plan);
}
