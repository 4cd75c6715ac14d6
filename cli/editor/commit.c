/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/editor/commit.h"

#include "cli/edit.h"

#define SECONDS "5" /* to wait for another edit */

static enum spp_status say_moved(struct cli_commit *commit,
				 struct spp_error *err)
{
	commit->moved = true;
	return spp_fail(err, SPP_BUSY,
			"'%s' was changed by somebody else meanwhile",
			commit->state->path);
}

/* Under the lock: whether it is still the Windows that was shown. */
static enum spp_status look(const struct cli_call *call, void *ctx,
			    struct spp_hives *windows, struct spp_error *err)
{
	struct spp_identity CLEANUP(spp_identity_release) is =
		SPP_IDENTITY_INIT;
	struct cli_commit *commit = ctx;

	(void)call;
	if (spp_identity_read(windows, &is, NULL))
		spp_identity_release(&is);
	return cli_state_same_windows(&commit->state->identity, &is)
		       ? SPP_OK
		       : say_moved(commit, err);
}

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
	if (!cli_state_same(&commit->state->have, have))
		return say_moved(commit, err);
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
		.look = look,
		.ctx = commit,
		.again = &commit->moved,
		.literal = true,
		.said = commit->said,
		.brief = commit->brief,
	};

	return cli_edit(call, &plan);
}

enum spp_status cli_patient(const struct cli_call *call,
			    struct cli_call *patient, struct spp_error *err)
{
	return cli_call_with(call, OPT_WAIT, SECONDS, patient, err);
}
