/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A folder as one text, for tests and fuzz targets:
 *
 *	== a/b/Registry.xml
 *	content until the next line that begins so
 *	== a/link/		a folder
 */
#ifndef TESTS_GPO_TREE_H
#define TESTS_GPO_TREE_H

#include <stdlib.h>
#include <string.h>

#include "hive/base/tree.h"

/* The next line that begins with "== ", or the end. */
static const char *gpo_tree_mark(const char *at, const char *end)
{
	while (at < end && (end - at < 3 || memcmp(at, "== ", 3) != 0)) {
		at = memchr(at, '\n', (size_t)(end - at));
		if (!at)
			return end;
		at++;
	}
	return at;
}

static void gpo_tree_fill(struct spp_tree *tree, const char *text, size_t size)
{
	const char *end = text + size, *line, *next;
	char path[300];
	size_t n;

	for (text = gpo_tree_mark(text, end); text < end; text = next) {
		text += 3;
		line = memchr(text, '\n', (size_t)(end - text));
		n = (size_t)((line ? line : end) - text);
		text = line ? line + 1 : end;
		next = gpo_tree_mark(text, end);
		if (!n || n >= sizeof(path) || memchr(text - n - 1, '\0', n))
			continue;
		memcpy(path, line ? line - n : end - n, n);
		path[n] = '\0';
		if (path[n - 1] == '/')
			path[n - 1] = '\0';
		if (!*path ||
		    spp_tree_add(tree, path, text, (size_t)(next - text), NULL))
			continue;
		tree->entry[tree->count - 1].folder = path[n - 1] == '\0';
	}
	spp_tree_sort(tree);
}

#endif
