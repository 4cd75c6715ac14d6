/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/base/seek.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct walk {
	const struct spp_seek_tree *tree;
	const char *const *part;
	struct spp_seek *seek;
	unsigned int folders;
};

static enum spp_status too_many(struct spp_error *err)
{
	return spp_fail(err, SPP_REFUSED,
			"too many files and folders there have the name of a "
			"hive except for upper and lower case");
}

enum spp_status spp_seek_add(struct spp_seek_list *list, uint64_t id,
			     bool folder, const char *name,
			     struct spp_error *err)
{
	struct spp_seek_entry *e = &list->entry[list->count];

	if (list->count == SPP_SEEK_MAX || strlen(name) >= sizeof(e->name))
		return too_many(err);
	*e = (struct spp_seek_entry){ .id = id, .folder = folder };
	strcpy(e->name, name);
	list->count++;
	return SPP_OK;
}

/* Lists all entries of a folder that have one of the names "A|B". */
static enum spp_status list_any(const struct spp_seek_tree *tree,
				uint64_t folder, const char *names,
				struct spp_seek_list *list,
				struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	char name[SPP_SEEK_NAME];
	size_t n;

	for (; !st && *names; names += n + (names[n] == '|')) {
		n = strcspn(names, "|");
		snprintf(name, sizeof(name), "%.*s", (int)n, names);
		st = tree->list(tree->ctx, folder, name, list, err);
	}
	return st;
}

static void extend(struct spp_found *found, const char *name)
{
	size_t n = strlen(found->name);

	snprintf(found->name + n, sizeof(found->name) - n, "%s%s", n ? "/" : "",
		 name);
}

static enum spp_status descend(struct walk *w, size_t depth, uint64_t folder,
			       const struct spp_found *so_far,
			       struct spp_error *err)
{
	struct spp_seek_list list = { .count = 0 };
	bool last = !w->part[depth + 1];
	struct spp_found found;
	enum spp_status st;
	size_t i;

	if (++w->folders > SPP_SEEK_WALK)
		return too_many(err);
	st = list_any(w->tree, folder, w->part[depth], &list, err);
	for (i = 0; !st && i < list.count; i++) {
		if (list.entry[i].folder == last)
			continue;
		found = *so_far;
		extend(&found, list.entry[i].name);
		if (!last) {
			st = descend(w, depth + 1, list.entry[i].id, &found,
				     err);
			continue;
		}
		if (w->seek->count == SPP_SEEK_MAX)
			return too_many(err);
		found.folder = folder;
		found.id = list.entry[i].id;
		w->seek->found[w->seek->count++] = found;
	}
	return st;
}

/*
 * Sorts the files, because folders list them in no fixed order and messages
 * should not vary.
 */
static int by_name(const void *a, const void *b)
{
	const struct spp_found *x = a, *y = b;

	return x->path != y->path ? (x->path < y->path ? -1 : 1)
				  : strcmp(x->name, y->name);
}

enum spp_status spp_seek_run(const struct spp_seek_tree *tree, uint64_t root,
			     const struct spp_seek_query *query, size_t skip,
			     struct spp_seek *seek, struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < query->paths; i++) {
		struct spp_found none = { .path = (uint32_t)i,
					  .skipped = (uint32_t)skip };
		struct walk w = { tree, query->path[i].part, seek, 0 };

		if (w.part[0])
			st = descend(&w, skip, root, &none, err);
	}
	qsort(seek->found, seek->count, sizeof(*seek->found), by_name);
	return st;
}

/* Length of the Windows folder's name; 0 if that folder is the root itself. */
static size_t windows_part(const struct spp_found *found)
{
	return found->skipped ? 0 : strcspn(found->name, "/");
}

/* The next part of the path that the user typed, with either kind of slash. */
static size_t next_part(const char **path)
{
	*path += strspn(*path, "/\\");
	return strcspn(*path, "/\\");
}

bool spp_seek_fits(const struct spp_found *found, const char *pick)
{
	const char *name = found->name;
	bool windows = windows_part(found) > 0;
	size_t n, m;

	for (; pick && (n = next_part(&pick)); pick += n, windows = false) {
		m = next_part(&name);
		if (n != m || memcmp(name, pick, n) != 0)
			return !windows && m &&
			       (n != m || strncasecmp(name, pick, n) != 0);
		name += m;
	}
	return true;
}

static bool same_windows(const struct spp_found *a, const struct spp_found *b)
{
	size_t n = windows_part(a);

	return a->skipped == b->skipped && windows_part(b) == n &&
	       !memcmp(a->name, b->name, n);
}

enum spp_seek_verdict spp_seek_choose(
	const struct spp_seek *seek, const struct spp_seek_query *query,
	const struct spp_found *chosen[SPP_SEEK_PATHS], size_t *many)
{
	const struct spp_found *f, *lead = NULL;
	size_t i;

	memset(chosen, 0, SPP_SEEK_PATHS * sizeof(*chosen));
	*many = query->lead;
	for (i = 0; i < seek->count; i++) {
		f = &seek->found[i];
		if (f->path != query->lead || !spp_seek_fits(f, query->pick))
			continue;
		if (lead)
			return SPP_SEEK_MANY;
		lead = f;
	}
	for (i = 0; lead && i < seek->count; i++) {
		f = &seek->found[i];
		if (!same_windows(f, lead) || !spp_seek_fits(f, query->pick))
			continue;
		if (chosen[f->path]) {
			*many = f->path;
			memset(chosen, 0, SPP_SEEK_PATHS * sizeof(*chosen));
			return SPP_SEEK_MANY;
		}
		chosen[f->path] = f;
	}
	return lead ? SPP_SEEK_ONE : SPP_SEEK_NONE;
}

enum spp_status spp_seek_beside(const struct spp_seek_tree *tree,
				const struct spp_found *found,
				const char *suffix,
				struct spp_seek_entry *entry, bool *there,
				bool *twins, struct spp_error *err)
{
	const char *slash = strrchr(found->name, '/');
	const char *stem = slash ? slash + 1 : found->name;
	struct spp_seek_list list = { .count = 0 };
	size_t n = strlen(stem), i, files = 0, same = 0;
	char name[SPP_SEEK_NAME];
	enum spp_status st;
	bool is;

	*there = *twins = false;
	snprintf(name, sizeof(name), "%.*s%s", SPP_SEEK_NAME / 2, stem, suffix);
	st = tree->list(tree->ctx, found->folder, name, &list, err);
	if (st)
		return st;
	for (i = 0; i < list.count; i++) {
		if (list.entry[i].folder)
			continue;
		is = !memcmp(list.entry[i].name, stem, n);
		if (!files++ || (is && !same))
			*entry = list.entry[i];
		same += is;
	}
	*there = files > 0;
	*twins = files > 1 && same != 1;
	return SPP_OK;
}
