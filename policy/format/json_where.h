/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Line and column of a member in a JSON text, which the parser forgets once
 * the text has turned out to be JSON.
 */
#ifndef POLICY_JSON_WHERE_H
#define POLICY_JSON_WHERE_H

#include <stddef.h>

#define SPP_JSON_DEEP 8

/* The way from the document to a member: names, and indices of arrays. */
struct spp_json_path {
	struct {
		const char *name; /* NULL: index counts */
		size_t index;
	} step[SPP_JSON_DEEP];
	int depth;
};

/* text must be valid JSON; where the path ends, the last step found counts. */
void spp_json_where(const char *text, size_t size,
		    const struct spp_json_path *path, size_t *line,
		    size_t *column);

#endif
