/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/windows/document.h"

#include <stdlib.h>

void spp_document_release(struct spp_document *document)
{
	if (!document)
		return;
	free(document->name);
	free(document->description);
	spp_policy_release(&document->policy);
	spp_policy_release(&document->observed);
	spp_unknowns_release(&document->unknown);
	spp_identity_release(&document->identity);
	free(document->origin[0]);
	free(document->origin[1]);
	*document = (struct spp_document)SPP_DOCUMENT_INIT;
}

/* Copies the items that can, or cannot, be applied to other machines. */
static enum spp_status copy_items(const struct spp_policy *from, bool travels,
				  struct spp_policy *to, struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < from->count; i++) {
		const struct spp_policy_item *item = &from->item[i];

		if (spp_setting_travels(item->setting, item->scope.place) !=
		    travels)
			continue;
		st = spp_policy_set(to, &item->scope, item->setting,
				    &item->value, err);
	}
	return st;
}

enum spp_status spp_document_dump(struct spp_hives *windows,
				  struct spp_document *document,
				  struct spp_error *err)
{
	struct spp_policy CLEANUP(spp_policy_release) have = SPP_POLICY_INIT;
	enum spp_status st =
		spp_hives_read(windows, &have, &document->unknown, err);

	if (!st)
		st = copy_items(&have, true, &document->policy, err);
	if (!st)
		st = copy_items(&have, false, &document->observed, err);
	if (!st)
		st = spp_identity_read(windows, &document->identity, err);
	document->is_dump = true;
	return st;
}

/*
 * Adds values that are present or wanted; offers: also values wanted as a
 * default.
 */
static enum spp_status gather(const struct spp_policy *from, bool offers,
			      struct spp_policy *to, struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < from->count; i++) {
		const struct spp_policy_item *item = &from->item[i];

		if (item->wish == SPP_PRESENT ||
		    (offers && item->wish == SPP_DEFAULT))
			st = spp_policy_set(to, &item->scope, item->setting,
					    &item->value, err);
	}
	return st;
}

enum spp_status spp_document_state(const struct spp_document *document,
				   struct spp_policy *state,
				   struct spp_error *err)
{
	enum spp_status st = gather(&document->policy, false, state, err);

	return st ? st : gather(&document->observed, false, state, err);
}

enum spp_status spp_document_meant(const struct spp_document *document,
				   struct spp_policy *state,
				   struct spp_error *err)
{
	enum spp_status st = gather(&document->policy, true, state, err);

	return st ? st : gather(&document->observed, false, state, err);
}
