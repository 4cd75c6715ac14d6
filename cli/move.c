/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/move.h"

static bool is_meant(const struct cli_move *m,
		     const struct spp_policy_item *item)
{
	int i;

	if (m->is_place ? item->scope.place != m->from.place
			: spp_scope_cmp(&item->scope, &m->from))
		return false;
	for (i = 0; i < m->settings; i++)
		if (m->setting[i] == item->setting)
			return true;
	return !m->settings;
}

static enum spp_status move_item(const struct spp_policy_item *item,
				 const struct spp_policy *have,
				 struct spp_policy *want,
				 struct spp_notes *notes, struct spp_error *err)
{
	struct spp_scope to = spp_scope_meant(&item->scope);
	const struct spp_policy_item *there =
		spp_policy_get(have, &to, item->setting);
	enum spp_status st;

	if (!spp_setting_settable(item->setting, to.place)) {
		spp_note(notes, "%s stays: Windows itself keeps it",
			 item->setting->name);
		return SPP_OK;
	}
	if (there && there->wish == SPP_PRESENT &&
	    !spp_value_equal(&there->value, &item->value))
		return spp_fail_remedy(err, SPP_REFUSED, SPP_REMEDY_UNSET_ONE,
				       "%s has another value in scope %s "
				       "already",
				       item->setting->name,
				       spp_places[to.place].name);
	st = spp_policy_set(want, &to, item->setting, &item->value, err);
	return st ? st
		  : spp_policy_set(want, &item->scope, item->setting, NULL,
				   err);
}

enum spp_status cli_move_want(const struct cli_move *move,
			      const struct spp_policy *have,
			      struct spp_policy *want, struct spp_notes *notes,
			      struct spp_error *err)
{
	struct spp_changes CLEANUP(spp_changes_release) changes =
		SPP_CHANGES_INIT;
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < have->count; i++)
		if (is_meant(move, &have->item[i]))
			st = move_item(&have->item[i], have, want, notes, err);
	if (!st)
		st = spp_policy_diff(have, want, &changes, err);
	return st ? st : spp_changes_allowed(&changes, notes, err);
}
