/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds every file that a path can mean in a tree of folders.
 *
 * Windows ignores case, but a volume, a WIM or a Linux folder can hold
 * "Windows" beside "WINDOWS" and "SOFTWARE" beside "software", and there may be
 * two installations.  Taking the first match would silently edit one of them.
 * So all matches are found, one is chosen by a rule that the caller can repeat,
 * and nothing is chosen if several are left.
 *
 *	struct spp_seek seek = { 0 };
 *	const struct spp_found *hive[SPP_SEEK_PATHS];
 *
 *	spp_seek_run(&tree, root, &query, 0, &seek, err);
 *	spp_seek_choose(&seek, &query, hive);
 */
#ifndef HIVE_SEEK_H
#define HIVE_SEEK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hive/base/error.h"

#define SPP_SEEK_PATHS 4  /* paths of one search */
#define SPP_SEEK_PARTS 4  /* parts of a path */
#define SPP_SEEK_NAME  64 /* bytes of a part, as spelled on the volume */
#define SPP_SEEK_MAX   16 /* files found */
#define SPP_SEEK_WALK  64 /* folders entered for one path */

/* The parts "Windows|WINNT", "System32", ..., in any case; NULL ends. */
struct spp_seek_path {
	const char *part[SPP_SEEK_PARTS + 1];
};

struct spp_seek_query {
	const struct spp_seek_path
		*path; /* by index; one without parts is not sought */
	size_t paths;
	size_t lead; /* index of the path that makes an installation */
	/*
	 * The user's spelling of the wanted one, or NULL: "WINNT",
	 * "Windows/System32/config/software".  See spp_seek_fits().
	 */
	const char *pick;
};

/* The entries of one folder with the name sought, in any case. */
struct spp_seek_entry {
	uint64_t id; /* chosen by the tree */
	bool folder;
	char name[SPP_SEEK_NAME];
};

struct spp_seek_list {
	size_t count;
	struct spp_seek_entry entry[SPP_SEEK_MAX];
};

/* Adds an entry; SPP_REFUSED if there are too many. */
enum spp_status spp_seek_add(struct spp_seek_list *list, uint64_t id,
			     bool folder, const char *name,
			     struct spp_error *err);

/*
 * The tree that is searched.  list() must not list a link or reparse point as a
 * folder.
 */
struct spp_seek_tree {
	void *ctx;
	enum spp_status (*list)(void *ctx, uint64_t folder, const char *name,
				struct spp_seek_list *list,
				struct spp_error *err);
};

/* A file found under one of the paths.  Plain bytes: it may cross a wire. */
struct spp_found {
	uint32_t path;	  /* index of the path */
	uint32_t skipped; /* leading parts of the path left out */
	uint64_t folder, id;
	char name[SPP_SEEK_PARTS * SPP_SEEK_NAME]; /* "Windows/System32/..." */
};

struct spp_seek {
	size_t count;
	struct spp_found found[SPP_SEEK_MAX];
};

/*
 * Adds what is found below root.  skip: the number of leading parts that the
 * paths lack, because root is already inside them.
 */
enum spp_status spp_seek_run(const struct spp_seek_tree *tree, uint64_t root,
			     const struct spp_seek_query *query, size_t skip,
			     struct spp_seek *seek, struct spp_error *err);

enum spp_seek_verdict {
	SPP_SEEK_NONE, /* no file of the lead path */
	SPP_SEEK_ONE,
	SPP_SEEK_MANY, /* several of the lead path, or of another in one installation */
};

/*
 * Chooses a file for each path, all of one installation; NULL for a path
 * without a file.  On SPP_SEEK_MANY none is chosen, and *many is the path that
 * has several.
 */
enum spp_seek_verdict spp_seek_choose(
	const struct spp_seek *seek, const struct spp_seek_query *query,
	const struct spp_found *chosen[SPP_SEEK_PATHS], size_t *many);

/*
 * Whether the user's pick allows this file: each part is spelled the same, up
 * to the end of the pick or to where it takes another way below the same
 * Windows folder.
 */
bool spp_seek_fits(const struct spp_found *found, const char *pick);

/*
 * The file beside found that has its name with the suffix appended.  Of
 * several, the one that spells the name like found is taken; *twins is set if
 * that did not decide.
 */
enum spp_status spp_seek_beside(const struct spp_seek_tree *tree,
				const struct spp_found *found,
				const char *suffix,
				struct spp_seek_entry *entry, bool *there,
				bool *twins, struct spp_error *err);

#endif
