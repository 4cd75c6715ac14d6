/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The first byte is a length: so many bytes are a text to add and to remove,
 * the rest is a stored list.  What is written is read back the same.
 */
#include <stdlib.h>

#include "policy/model/publish_list.h"
#include "tests/fuzz/memory.h"

static void must_survive(const struct spp_publish_list *list)
{
	struct spp_value value = SPP_VALUE_INIT;
	struct spp_publish_list again = SPP_PUBLISH_LIST_INIT;
	size_t i;

	if (spp_publish_list_write(list, &value, NULL))
		return;
	if (spp_publish_list_read(&value, &again, NULL))
		abort();
	/* An empty last entry is not told from the list's own end. */
	for (i = 0; i < again.count && i < list->count; i++)
		if (strcmp(again.entry[i].text, list->entry[i].text))
			abort();
	spp_publish_list_release(&again);
	spp_value_release(&value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct spp_value value = SPP_VALUE_INIT;
	struct spp_publish_list list = SPP_PUBLISH_LIST_INIT;
	struct spp_notes notes = SPP_NOTES_INIT;
	size_t n = size ? data[0] : 0;
	char text[256] = "";

	if (size < n + 1)
		return 0;
	memcpy(text, data + 1, n);
	spp_value_set(&value, SPP_REG_MULTI_SZ, data + 1 + n, size - 1 - n,
		      NULL);
	if (!spp_publish_list_read(&value, &list, NULL)) {
		must_survive(&list);
		if (!spp_publish_list_add(&list, text, &notes, NULL))
			must_survive(&list);
		spp_publish_list_rank(&list, 20, -1, NULL);
		spp_publish_list_remove(&list, text, NULL);
		must_survive(&list);
	}
	spp_publish_list_release(&list);
	spp_notes_release(&notes);
	spp_value_release(&value);
	return 0;
}
