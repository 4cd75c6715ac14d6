/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/format/json_value.h"

#include <stdlib.h>

static void *allocate(size_t n)
{
	void *data = malloc(n);

	if (!data)
		spp_nomem(NULL);
	return data;
}

void spp_json_watch_memory(void)
{
	json_set_alloc_funcs(allocate, free);
}

json_t *spp_json_take(struct spp_buf *buf)
{
	json_t *json = json_string(spp_buf_text(buf));

	spp_buf_release(buf);
	return json;
}
