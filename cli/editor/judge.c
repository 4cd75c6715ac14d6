/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/editor/judge.h"

#include <stdlib.h>
#include <string.h>

#include "policy/model/publish_list.h"

static bool has_entry(const struct spp_publish_list *list,
		      const struct spp_publish_entry *entry)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (list->entry[i].raw_size == entry->raw_size &&
		    !memcmp(list->entry[i].raw, entry->raw, entry->raw_size))
			return true;
	return false;
}

/* A list without the flawed entries that were in it before. */
static enum spp_status drop_old_entries(const struct spp_change *c,
					struct spp_value *value,
					struct spp_error *err)
{
	struct spp_publish_list CLEANUP(spp_publish_list_release) before =
		SPP_PUBLISH_LIST_INIT;
	struct spp_publish_list CLEANUP(spp_publish_list_release) after =
		SPP_PUBLISH_LIST_INIT;
	struct spp_items items = SPP_ITEMS_INIT;
	enum spp_status st = spp_publish_list_read(c->before, &before, err);
	size_t i;

	if (!st)
		st = spp_publish_list_read(c->after, &after, err);
	if (st)
		return st;
	items.item = calloc(after.count + 1, sizeof(*items.item));
	if (!items.item)
		return spp_nomem(err);
	for (i = 0; i < after.count; i++) {
		if (after.entry[i].flaws && has_entry(&before, &after.entry[i]))
			continue;
		items.item[items.count].raw = after.entry[i].raw;
		items.item[items.count++].raw_size = after.entry[i].raw_size;
	}
	st = spp_value_set_items(value, &items, err);
	free(items.item);
	return st;
}

enum spp_status cli_judge(const struct spp_change *c, struct spp_notes *notes,
			  struct spp_error *err)
{
	struct spp_value CLEANUP(spp_value_release) rest = SPP_VALUE_INIT;
	struct spp_change one = *c;
	const struct spp_changes changes = { &one, 1 };
	enum spp_status st = SPP_OK;

	if (c->setting->kind == SPP_KIND_PUBLISH && c->before && c->after &&
	    c->before->type == SPP_REG_MULTI_SZ &&
	    c->after->type == SPP_REG_MULTI_SZ) {
		st = drop_old_entries(c, &rest, err);
		one.after = &rest;
	}
	return st ? st : spp_changes_allowed(&changes, notes, err);
}
