/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The files of a folder, for formats that are more than one file.
 *
 *	struct spp_tree tree = SPP_TREE_INIT;
 *
 *	spp_tree_open(&tree, path, SPP_TREE_DEPTH, err);
 *	... tree.entry[i].path, in order of their names ...
 *	spp_tree_read(&tree, i, most, &buf, err);
 *	spp_tree_close(&tree);
 *
 * or made in memory, and written below a folder:
 *
 *	spp_tree_add(&tree, "a/b/file", data, size, err);
 *	spp_tree_make(&tree, "a", dir, path, err);
 *
 * A folder may belong to somebody else, who swaps names while it is read.  So
 * every name is opened below the descriptor of the folder before it, links
 * are not followed, and only regular files are read.  Count, depth, the size
 * of a file and of all files that are read have limits.
 */
#ifndef HIVE_TREE_H
#define HIVE_TREE_H

#include <stdbool.h>

#include "hive/base/buf.h"

#define SPP_TREE_ENTRIES 100000
#define SPP_TREE_DEPTH	 16 /* folders inside each other */
/* Bytes of all files that are read, one after another. */
#define SPP_TREE_BYTES ((size_t)512 << 20)

struct spp_tree_entry {
	char *path; /* below the folder, with '/' between */
	bool folder;
	struct spp_buf data; /* of a file made in memory */
};

struct spp_tree {
	struct spp_tree_entry *entry;
	size_t count;
	size_t skipped; /* links, pipes, devices, folders that are not
			 * for us or too deep */
	char *name;	/* of the folder, for messages */
	int dir;	/* -1: in memory */
	size_t read;	/* bytes so far */
};

#define SPP_TREE_INIT                   \
	{                               \
		NULL, 0, 0, NULL, -1, 0 \
	}

void spp_tree_close(struct spp_tree *tree);

/* depth: 1 for the names in the folder itself. */
enum spp_status spp_tree_open(struct spp_tree *tree, const char *path,
			      int depth, struct spp_error *err);

/* Appends the whole file; SPP_LIMIT past most bytes, a NUL follows them. */
enum spp_status spp_tree_read(struct spp_tree *tree, size_t i, size_t most,
			      struct spp_buf *buf, struct spp_error *err);
/* "FOLDER/a/b", for messages; yours, NULL without memory. */
char *spp_tree_path(const struct spp_tree *tree, size_t i);

/* Puts the entries in order of their names, which reading does by itself. */
void spp_tree_sort(struct spp_tree *tree);
/* Appends a file and the folders that it is in; spp_tree_sort() afterwards. */
enum spp_status spp_tree_add(struct spp_tree *tree, const char *path,
			     const void *data, size_t size,
			     struct spp_error *err);

/*
 * Makes the folder top in dir with the tree's files below "top/", whole or
 * not at all.  One that is there with the same bytes is left as it is;
 * with others, SPP_REFUSED.  label: the name of dir, for messages.
 */
enum spp_status spp_tree_make(const struct spp_tree *tree, const char *top,
			      int dir, const char *label,
			      struct spp_error *err);
/* Removes those files and folders again, and no others. */
void spp_tree_unmake(const struct spp_tree *tree, const char *top, int dir);

#endif
