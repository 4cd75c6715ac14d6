/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/format/gpp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT_MAX 200 /* bytes, and one reason more */

const char *const spp_gpp_attributes[SPP_GPP_ATTRIBUTES] = {
	[SPP_GPP_LABEL] = "name",
	[SPP_GPP_STATUS] = "status",
	[SPP_GPP_IMAGE] = "image",
	[SPP_GPP_CHANGED] = "changed",
	[SPP_GPP_UID] = "uid",
	[SPP_GPP_DESC] = "desc",
	[SPP_GPP_BYPASS_ERRORS] = "bypassErrors",
	[SPP_GPP_USER_CONTEXT] = "userContext",
	[SPP_GPP_REMOVE_POLICY] = "removePolicy",
	[SPP_GPP_DISABLED] = "disabled",
};

const char *const spp_gpp_properties[SPP_GPP_PROPERTIES] = {
	[SPP_GPP_ACTION] = "action",
	[SPP_GPP_DECIMAL] = "displayDecimal",
	[SPP_GPP_DEFAULT] = "default",
	[SPP_GPP_HIVE] = "hive",
	[SPP_GPP_KEY] = "key",
	[SPP_GPP_NAME] = "name",
	[SPP_GPP_TYPE] = "type",
	[SPP_GPP_VALUE] = "value",
	[SPP_GPP_BITFIELD] = "bitfield",
	[SPP_GPP_DEFAULT_VALUE] = "defaultValue",
};

static void release_item(struct spp_gpp_item *item)
{
	size_t i;

	for (i = 0; i < SPP_GPP_ATTRIBUTES; i++)
		free(item->attribute[i]);
	for (i = 0; i < SPP_GPP_PROPERTIES; i++)
		free(item->property[i]);
	for (i = 0; i < item->strings; i++)
		free(item->string[i]);
	free(item->string);
	free(item->limit);
}

void spp_gpp_release(struct spp_gpp *gpp)
{
	size_t i;

	if (!gpp)
		return;
	for (i = 0; i < gpp->count; i++)
		release_item(&gpp->item[i]);
	free(gpp->item);
	free(gpp->collection);
	*gpp = (struct spp_gpp)SPP_GPP_INIT;
}

/* Makes room for one more; doubles when count is a power of two. */
static void *grow(void *list, size_t count, size_t size)
{
	if (count & (count - 1))
		return list;
	return realloc(list, (count ? 2 * count : 1) * size);
}

enum spp_status spp_gpp_add(struct spp_gpp *gpp, struct spp_gpp_item **item,
			    struct spp_error *err)
{
	struct spp_gpp_item *grown;

	if (gpp->count >= SPP_GPP_ITEMS_MAX)
		return spp_fail(err, SPP_LIMIT, "more than %d preferences",
				SPP_GPP_ITEMS_MAX);
	grown = grow(gpp->item, gpp->count, sizeof(*grown));
	if (!grown)
		return spp_nomem(err);
	gpp->item = grown;
	*item = &grown[gpp->count++];
	**item = (struct spp_gpp_item){ .limit = NULL };
	return SPP_OK;
}

enum spp_status spp_gpp_add_string(struct spp_gpp *gpp, const char *text,
				   struct spp_error *err)
{
	struct spp_gpp_item *item = &gpp->item[gpp->count - 1];
	char **grown, *copy;

	if (gpp->strings >= SPP_GPP_STRINGS_MAX)
		return spp_fail(err, SPP_LIMIT,
				"more than %d strings in preferences",
				SPP_GPP_STRINGS_MAX);
	copy = strdup(text);
	grown = copy ? grow(item->string, item->strings, sizeof(*grown)) : NULL;
	if (!grown) {
		free(copy);
		return spp_nomem(err);
	}
	item->string = grown;
	item->string[item->strings++] = copy;
	gpp->strings++;
	return SPP_OK;
}

enum spp_status spp_gpp_set(char **slot, const char *text,
			    struct spp_error *err)
{
	char *copy = strdup(text);

	if (!copy)
		return spp_nomem(err);
	free(*slot);
	*slot = copy;
	return SPP_OK;
}

enum spp_status spp_gpp_limit(struct spp_gpp_item *item, const char *why,
			      struct spp_error *err)
{
	char *both;

	if (item->limit && strlen(item->limit) > LIMIT_MAX)
		return SPP_OK; /* reasons enough */
	if (asprintf(&both, "%s%s%s", item->limit ? item->limit : "",
		     item->limit ? "; " : "", why) < 0)
		return spp_nomem(err);
	free(item->limit);
	item->limit = both;
	return SPP_OK;
}
