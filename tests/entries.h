/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The entries of a publish list as one text, for the suites about it. */
#ifndef TESTS_ENTRIES_H
#define TESTS_ENTRIES_H

#include "policy/model/publish_list.h"

/* "a.example, 10, 100|b.example"; to be freed. */
/* The texts of the list joined by '|'. */
static inline char *joined(const struct spp_publish_list *list)
{
	struct spp_buf out = SPP_BUF_INIT;
	size_t i;

	for (i = 0; i < list->count; i++)
		spp_buf_printf(&out, NULL, "%s%s", i ? "|" : "",
			       list->entry[i].text);
	return spp_buf_take(&out);
}

#endif
