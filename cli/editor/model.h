/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What sppctl ui shows and changes, without a screen: a state, what is to
 * change in it, and how to take that back.
 *
 *	struct cli_model m = CLI_MODEL_INIT;
 *
 *	cli_model_open(call, path, &m, err);	reads and closes the target
 *	cli_model_type(&m, &scope, setting, "on", &notes, err);
 *	cli_model_undo(&m);
 *	cli_model_changes(&m, &changes, err);	what F10 would write
 *	cli_model_release(&m);
 *
 * Nothing is written here.  A step is one setting in one scope; steps that
 * belong together, as a fix of two settings, are undone together.
 */
#ifndef CLI_EDITOR_MODEL_H
#define CLI_EDITOR_MODEL_H

#include "cli/editor/state.h"
#include "policy/audit/engine.h"

struct cli_step {
	struct spp_scope scope;
	const struct spp_setting *setting;
	bool had;
	struct spp_value value; /* before, if it had one */
	bool more;		/* the step before belongs to it */
};

struct cli_model {
	struct cli_state state;
	struct spp_policy now; /* with what is to change */
	struct spp_scopes scopes;
	struct cli_step *step;
	size_t steps;
	/* What command lines say after the target, borrowed; or NULL. */
	const char *with;
};

#define CLI_MODEL_INIT                   \
	{                                \
		.state = CLI_STATE_INIT, \
	}

void cli_model_release(struct cli_model *model);
enum spp_status cli_model_open(const struct cli_call *call, const char *path,
			       struct cli_model *model, struct spp_error *err);
/* The same of a state that was read before, which it takes. */
enum spp_status cli_model_take(struct cli_state *state, struct cli_model *model,
			       struct spp_error *err);

/* Whether the scope has a row for it: it may be set there, or is there. */
bool cli_model_shows(const struct cli_model *model,
		     const struct spp_scope *scope,
		     const struct spp_setting *setting);

enum cli_origin { CLI_FROM_HERE, CLI_FROM_ABOVE, CLI_FROM_DEFAULT };

/* A row: what holds there. */
struct cli_row {
	const struct spp_policy_item *item; /* NULL: no value */
	enum cli_origin origin;
	bool pending;	/* it will be another than it is */
	bool read_only; /* it can only be unset */
};
struct cli_row cli_model_row(const struct cli_model *model,
			     const struct spp_scope *scope,
			     const struct spp_setting *setting);
/* Appends the value of a row, or its default. */
void cli_model_show(const struct cli_row *row,
		    const struct spp_setting *setting, bool show_keys,
		    struct spp_buf *out);

/* value NULL: unset.  Refused with a reason where it may not be set. */
enum spp_status cli_model_set(struct cli_model *model,
			      const struct spp_scope *scope,
			      const struct spp_setting *setting,
			      const struct spp_value *value,
			      struct spp_notes *notes, struct spp_error *err);
/* The same of a text; "HOST:PORT" sets both. */
enum spp_status cli_model_type(struct cli_model *model,
			       const struct spp_scope *scope,
			       const struct spp_setting *setting,
			       const char *text, struct spp_notes *notes,
			       struct spp_error *err);
/* Takes the last step back; false if there is none. */
bool cli_model_undo(struct cli_model *model);
/* Adds a scope in which nothing is set yet; *at: its index. */
enum spp_status cli_model_add_scope(struct cli_model *model, const char *text,
				    size_t *at, struct spp_error *err);

/* They borrow from the model. */
enum spp_status cli_model_changes(const struct cli_model *model,
				  struct spp_changes *changes,
				  struct spp_error *err);
size_t cli_model_pending(const struct cli_model *model);

/* The findings of the state as it would be. */
enum spp_status cli_model_audit(const struct cli_model *model,
				const struct spp_site *site, uint64_t now,
				struct spp_audit *audit, struct spp_error *err);
/*
 * Stages what the command line of a finding would do.  SPP_UNSUPPORTED where
 * that is none of set, unset, move and publish, or leaves a choice.
 */
enum spp_status cli_model_fix(struct cli_model *model, const char *remedy,
			      struct spp_notes *notes, struct spp_error *err);

#endif
