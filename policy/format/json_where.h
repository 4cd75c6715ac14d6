/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds line and column of a member in a JSON text; the parser does not keep
 * them.
 */
#ifndef POLICY_JSON_WHERE_H
#define POLICY_JSON_WHERE_H

#include <stddef.h>

#define SPP_JSON_DEEP 8

/* The path from the document to a member: names, and indices in arrays. */
struct spp_json_path {
	struct {
		const char *name; /* NULL: use index */
		size_t index;
	} step[SPP_JSON_DEEP];
	int depth;
};

/*
 * text must be valid JSON.  If the path leaves the text, its last existing step
 * counts.
 */
void spp_json_where(const char *text, size_t size,
		    const struct spp_json_path *path, size_t *line,
		    size_t *column);

#endif
