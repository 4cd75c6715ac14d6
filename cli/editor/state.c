/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/editor/state.h"

#include <string.h>

#include "cli/target.h"
#include "hive/base/newfile.h"

void cli_state_release(struct cli_state *state)
{
	spp_policy_release(&state->have);
	spp_unknowns_release(&state->unknown);
	spp_identity_release(&state->identity);
	spp_scopes_release(&state->offer);
	spp_buf_release(&state->head);
	*state = (struct cli_state)CLI_STATE_INIT;
}

/* Whether people set something there. */
static bool is_set_by_people(const struct spp_scope *scope)
{
	return !spp_places[scope->place].is_mistaken &&
	       !spp_place_is_cache(scope->place);
}

static enum spp_status offer(struct cli_state *state, enum spp_place place,
			     struct spp_error *err)
{
	struct spp_scope scope = { .place = place };

	return spp_scopes_add(&state->offer, &scope, err);
}

/* The keys that this Windows reads, and those that hold something. */
static enum spp_status list_scopes(struct cli_state *state,
				   struct spp_error *err)
{
	uint32_t build = spp_identity_build(&state->identity);
	enum spp_status st = SPP_OK;
	size_t i;

	if (state->hives >> SPP_ROLE_SOFTWARE & 1) {
		if (!spp_effective_reads(build, SPP_PLACE_SPP)) {
			st = offer(state, SPP_PLACE_SL, err);
		} else {
			st = offer(state, SPP_PLACE_SPP, err);
			if (!st)
				st = offer(state, SPP_PLACE_ACTIVATION, err);
			if (!st)
				st = offer(state, SPP_PLACE_POLICIES, err);
		}
	}
	for (i = 0; !st && i < state->have.count; i++)
		if (is_set_by_people(&state->have.item[i].scope))
			st = spp_scopes_add(&state->offer,
					    &state->have.item[i].scope, err);
	spp_scopes_sort(&state->offer);
	return st;
}

/* "SOFTWARE 'x': sequence 5, SHA-256 12ab..." */
static enum spp_status describe(struct cli_state *state, enum spp_role role,
				struct spp_session *session,
				struct spp_error *err)
{
	const struct spp_store *store = spp_session_store(session);
	const struct spp_regf *hive = spp_session_hive(session);
	uint8_t sha256[SPP_SHA256_SIZE];
	enum spp_status st = spp_sha256(&store->source, sha256, err);

	if (!st)
		st = spp_buf_printf(
			&state->head, err, "%s '%s'\n  sequence %u, SHA-256 ",
			spp_role_name(role), store->label, hive->base.seq2);
	if (!st)
		st = spp_hex_show(sha256, sizeof(sha256), &state->head, err);
	return st ? st : spp_buf_puts(&state->head, "\n", err);
}

static enum spp_status read_open(struct cli_state *state, bool quick,
				 struct spp_hives *windows,
				 struct spp_error *err)
{
	enum spp_status st =
		spp_hives_read(windows, &state->have, &state->unknown, err);
	struct spp_session *session;
	int role;

	/* An identity that cannot be read stands in no edit's way. */
	if (!st && spp_identity_read(windows, &state->identity, NULL))
		spp_identity_release(&state->identity);
	if (!st)
		st = spp_identity_title(&state->identity, &state->head, err);
	if (!st && state->head.size)
		st = spp_buf_puts(&state->head, "\n", err);
	for (role = 0; !st && role < SPP_ROLE_COUNT; role++) {
		session = spp_hives_session(windows, (enum spp_role)role);
		if (!session)
			continue;
		state->hives |= 1u << role;
		if (!quick)
			st = describe(state, (enum spp_role)role, session, err);
	}
	return st ? st : list_scopes(state, err);
}

enum spp_status cli_state_read(const struct cli_call *call, const char *path,
			       bool quick, struct cli_state *state,
			       struct spp_error *err)
{
	struct spp_notes CLEANUP(spp_notes_release) notes = SPP_NOTES_INIT;
	struct spp_hives *windows = NULL;
	enum spp_status st = cli_open(call, path, 0, &windows, err);
	size_t i;

	cli_state_release(state);
	state->path = path;
	if (!st)
		st = read_open(state, quick, windows, err);
	if (!st)
		cli_warn_of_state(windows, &notes);
	for (i = 0; !st && i < notes.count; i++)
		st = spp_buf_printf(&state->head, err, "warning: %s\n",
				    notes.text[i]);
	spp_hives_close(windows);
	return st;
}

/* A hive file is replaced by one beside it. */
static enum spp_status has_room_beside(struct spp_hives *windows,
				       enum spp_role role,
				       struct spp_error *err)
{
	struct spp_session *session = spp_hives_session(windows, role);
	const struct spp_store *store =
		session ? spp_session_store(session) : NULL;

	return store && store->fd && store->tmpfile_dir >= 0
		       ? spp_newfile_possible(store->tmpfile_dir, NULL, NULL,
					      store->label, err)
		       : SPP_OK;
}

enum spp_status cli_state_editable(const struct cli_call *call,
				   const struct cli_state *state,
				   struct spp_error *err)
{
	unsigned int role = state->hives >> SPP_ROLE_SOFTWARE & 1
				    ? SPP_ROLE_SOFTWARE
				    : SPP_ROLE_NETSVC;
	struct spp_hives *windows = NULL;
	enum spp_status st;

	if (!(state->hives >> role & 1))
		return spp_fail(err, SPP_USAGE,
				"'%s' has neither a SOFTWARE nor a "
				"NetworkService hive, so there is nothing to "
				"edit",
				state->path);
	st = cli_open(call, state->path, 1u << role, &windows, err);
	if (!st)
		st = has_room_beside(windows, (enum spp_role)role, err);
	spp_hives_close(windows);
	return st;
}

bool cli_state_same(const struct spp_policy *a, const struct spp_policy *b)
{
	size_t i;

	if (a->count != b->count)
		return false;
	for (i = 0; i < a->count; i++)
		if (spp_scope_cmp(&a->item[i].scope, &b->item[i].scope) ||
		    a->item[i].setting != b->item[i].setting ||
		    !spp_value_equal(&a->item[i].value, &b->item[i].value))
			return false;
	return true;
}

bool cli_state_same_windows(const struct spp_identity *a,
			    const struct spp_identity *b)
{
	static const enum spp_fact facts[] = { SPP_FACT_EDITION,
					       SPP_FACT_COMPUTER,
					       SPP_FACT_PRODUCT_ID,
					       SPP_FACT_INSTALLED };
	const char *of_a, *of_b;
	size_t i;

	for (i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		of_a = a->fact[facts[i]];
		of_b = b->fact[facts[i]];
		if (!of_a != !of_b || (of_a && strcmp(of_a, of_b)))
			return false;
	}
	return true;
}

enum spp_status cli_state_change(struct spp_policy *policy,
				 const struct spp_changes *changes,
				 struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < changes->count; i++) {
		const struct spp_change *c = &changes->change[i];

		if (c->after)
			st = spp_policy_set(policy, &c->scope, c->setting,
					    c->after, err);
		else
			spp_policy_drop(policy, &c->scope, c->setting);
	}
	return st;
}

struct spp_document cli_state_document(const struct cli_state *state,
				       const struct spp_policy *have)
{
	struct spp_document document = SPP_DOCUMENT_INIT;

	document.policy = *have;
	document.unknown = state->unknown;
	document.identity = state->identity;
	document.is_dump = true;
	return document;
}
