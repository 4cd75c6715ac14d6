/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that show prints: settings by scope, and where clients look. */
#ifndef CLI_SHOW_SHOW_H
#define CLI_SHOW_SHOW_H

#include <jansson.h>

#include "cli/command.h"
#include "cli/out.h"
#include "policy/model/effective.h"
#include "policy/windows/identity.h"

struct cli_view {
	const struct cli_call *call;
	struct spp_hives *windows;
	struct spp_policy have;
	struct spp_unknowns unknown; /* contents that are not settings */
	struct spp_scopes scopes;    /* scopes that exist */
	struct spp_scopes clients;   /* clients that these imply */
	struct spp_identity identity;
	struct spp_notes notes;
};

#define CLI_VIEW_INIT        \
	{                    \
		.call = NULL \
	}

void cli_view_release(struct cli_view *view);
/* Opens the target and reads everything for display. */
enum spp_status cli_view_open(const struct cli_call *call, const char *path,
			      struct cli_view *view, struct spp_error *err);

/* The product of a SKU, else of its application; "" if unknown. */
const char *cli_product(const struct spp_scope *scope);
/* Appends "120 minutes", "2 entries", "(empty)". */
void cli_describe(const struct cli_view *view,
		  const struct spp_policy_item *item, struct spp_buf *out);
/* Appends what is unusual about the value of an item. */
void cli_marks(const struct spp_policy_item *item, struct spp_buf *out);
/* An item as a row of a table; whence: with where it is from, and its role. */
void cli_item_row(const struct cli_view *view, struct cli_table *t,
		  const struct spp_policy_item *item, bool whence);

/*
 * Prints each scope with its wanted settings, below a heading if there are any;
 * with empty, also scopes without settings.
 */
typedef bool (*cli_wanted)(const struct spp_policy_item *item);
void cli_show_scopes(const struct cli_view *view, const char *heading,
		     cli_wanted wanted, bool empty);

/* Prints what is not a setting; all: including readable items. */
void cli_show_unknown(const struct cli_view *view, bool all);
json_t *cli_json_unknown(const struct cli_view *view, bool all);

/* Prints what the hive tells about the licence, and how certain that is. */
void cli_show_licence(const struct cli_view *view);
json_t *cli_json_licence(const struct cli_view *view);

/* One line for each client: the host that wins. */
void cli_show_winners(const struct cli_view *view);
/* Prints every place where each client looks, in order. */
void cli_show_clients(const struct cli_view *view);

json_t *cli_json_item(const struct cli_view *view,
		      const struct spp_setting *setting,
		      const struct spp_scope *scope,
		      const struct spp_policy_item *item);
json_t *cli_json_scopes(const struct cli_view *view);
json_t *cli_json_clients(const struct cli_view *view);
json_t *cli_json_suffixes(const struct cli_view *view);

/* The sources for the order, for sppctl help scopes. */
extern const char cli_order[];

#endif
