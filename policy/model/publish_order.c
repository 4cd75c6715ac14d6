/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One domain of a list: where it stands, and another place or rank for it. */
#include <stdlib.h>
#include <string.h>

#include "policy/model/dns_name.h"
#include "policy/model/publish_list.h"
#include "policy/model/publish_wanted.h"
#include "policy/text/near.h"

size_t spp_publish_list_find(const struct spp_publish_list *list,
			     const char *domain)
{
	char CLEANUP(spp_free_string) *name = NULL;
	size_t i;

	if (spp_dns_name_key(domain, &name, NULL))
		return list->count;
	for (i = 0; i < list->count && strcmp(list->entry[i].name, name) != 0;
	     i++)
		;
	return i;
}

static enum spp_status refuse(const struct spp_publish_list *list,
			      const char *domain, struct spp_error *err)
{
	struct spp_near near = SPP_NEAR_INIT(domain);
	size_t i;

	for (i = 0; i < list->count; i++)
		spp_near_try(&near, list->entry[i].domain);
	if (near.best)
		return spp_fail(err, SPP_INVALID,
				"'%s' is not in the list; did you mean '%s'?",
				domain, near.best);
	return spp_fail(err, SPP_INVALID,
			"'%s' is not in the list of %zu entries", domain,
			list->count);
}

enum spp_status spp_publish_list_move(struct spp_publish_list *list,
				      const char *domain, size_t n,
				      struct spp_error *err)
{
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	size_t from = spp_publish_list_find(list, domain), to = n - 1;
	struct spp_publish_entry moved;
	enum spp_status st;

	if (from == list->count)
		return refuse(list, domain, err);
	if (!n || n > list->count)
		return spp_fail(err, SPP_INVALID,
				"the list has no place %zu; its places are 1 "
				"to %zu",
				n, list->count);
	moved = list->entry[from];
	if (from < to)
		memmove(list->entry + from, list->entry + from + 1,
			(to - from) * sizeof(moved));
	else
		memmove(list->entry + to + 1, list->entry + to,
			(from - to) * sizeof(moved));
	list->entry[to] = moved;
	/* Which of two twins comes first is judged anew. */
	st = spp_publish_list_write(list, &value, err);
	return st ? st : spp_publish_list_read(&value, list, err);
}

enum spp_status spp_publish_list_set(struct spp_publish_list *list,
				     const char *text, struct spp_notes *notes,
				     struct spp_error *err)
{
	struct spp_publish_wanted wanted = { .domain = NULL };
	enum spp_status st = spp_publish_wanted_parse(text, &wanted, NULL, err);

	if (!st && spp_publish_list_find(list, wanted.domain) == list->count)
		st = refuse(list, wanted.domain, err);
	else if (!st && !wanted.has_priority)
		st = spp_fail(err, SPP_INVALID, "'%s' has no priority", text);
	free(wanted.domain);
	return st ? st : spp_publish_list_add(list, text, notes, err);
}
