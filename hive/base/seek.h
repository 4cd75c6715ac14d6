/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds every file that a path can mean in a tree of folders.
 *
 * Windows minds no case, but a volume, a WIM and a Linux folder can hold
 * "Windows" beside "WINDOWS" and "SOFTWARE" beside "software", and there may
 * be two installations.  Whoever takes the first that fits edits one of them
 * in silence.  So all are found, one is chosen by a rule that the caller can
 * repeat, and with several left nothing is chosen.
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

#define SPP_SEEK_PATHS 4  /* that are sought at once */
#define SPP_SEEK_PARTS 4  /* of a path, at most */
#define SPP_SEEK_NAME  64 /* bytes of a part as it is spelled */
#define SPP_SEEK_MAX   16 /* files that are told apart */
#define SPP_SEEK_WALK  64 /* folders that are entered for one path */

/* "Windows|WINNT", "System32", ...: each part in any case; NULL ends. */
struct spp_seek_path {
	const char *part[SPP_SEEK_PARTS + 1];
};

struct spp_seek_query {
	const struct spp_seek_path *path; /* by index; without parts: none */
	size_t paths;
	size_t lead; /* the path whose file makes an installation */
	/*
	 * How the user spells the one that is meant, or NULL: "WINNT",
	 * "Windows/System32/config/software".  See spp_seek_fits().
	 */
	const char *pick;
};

/* The entries of one folder with the name sought, in any case. */
struct spp_seek_entry {
	uint64_t id; /* the tree's own */
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

/* What is walked.  A folder that leads elsewhere is not listed as one. */
struct spp_seek_tree {
	void *ctx;
	enum spp_status (*list)(void *ctx, uint64_t folder, const char *name,
				struct spp_seek_list *list,
				struct spp_error *err);
};

/* A file that has one of the paths; plain bytes, may cross a wire. */
struct spp_found {
	uint32_t path;	  /* its index */
	uint32_t skipped; /* parts of the path that were not looked for */
	uint64_t folder, id;
	char name[SPP_SEEK_PARTS * SPP_SEEK_NAME]; /* "Windows/System32/..." */
};

struct spp_seek {
	size_t count;
	struct spp_found found[SPP_SEEK_MAX];
};

/*
 * Adds what is found below root, which stands where the first parts of the
 * paths would have led: skip of them are left out.
 */
enum spp_status spp_seek_run(const struct spp_seek_tree *tree, uint64_t root,
			     const struct spp_seek_query *query, size_t skip,
			     struct spp_seek *seek, struct spp_error *err);

enum spp_seek_verdict {
	SPP_SEEK_NONE, /* no file of the lead path */
	SPP_SEEK_ONE,
	SPP_SEEK_MANY, /* of the lead path, or of another beside it */
};

/*
 * Chooses a file for each path, all of one installation; NULL where there is
 * none.  With several none is chosen, and *many is the path that has them.
 */
enum spp_seek_verdict spp_seek_choose(
	const struct spp_seek *seek, const struct spp_seek_query *query,
	const struct spp_found *chosen[SPP_SEEK_PATHS], size_t *many);

/*
 * Whether the pick allows this file: part by part it is spelled the same, up
 * to where the pick ends or goes another way below the same Windows folder.
 */
bool spp_seek_fits(const struct spp_found *found, const char *pick);

/*
 * The file beside found that has its name and the suffix.  Of several the
 * one that spells the name as the found file does; *twins: that did not help.
 */
enum spp_status spp_seek_beside(const struct spp_seek_tree *tree,
				const struct spp_found *found,
				const char *suffix,
				struct spp_seek_entry *entry, bool *there,
				bool *twins, struct spp_error *err);

#endif
