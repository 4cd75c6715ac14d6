/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One image of a WIM: its tree of files, and the hives in it.
 *
 *	struct spp_wim_tree tree = SPP_WIM_TREE_INIT;
 *
 *	spp_wim_tree_read(&wim, image, &query, &tree, err);
 *	... tree.file[role][0], and its logs after it ...
 *	memcpy(tree.bytes.data + file->slot, sha1, SPP_WIM_HASH);
 *	spp_wim_tree_release(&tree);
 *
 * A file's content is identified by a hash in its entry and by nothing else.
 * So an edit changes the 20 bytes at slot, and times, attributes, security,
 * short names, ids and everything else stay untouched.
 *
 * The metadata begin with security descriptors: 0 length of all, rounded up to
 * 8.  Then comes the root's entry.  An entry, at a multiple of 8:
 *
 *   0 length, 0 ends a folder       8 attributes    12 security
 *  16 offset of the folder's entries               40 three times
 *  64 SHA-1                        88 group of hard links, or reparse tag
 *  96 further streams (2)          98 bytes of the short name (2)
 * 100 bytes of the name (2)       102 name, short name, tagged items
 *
 * Its further streams follow: 0 length  16 SHA-1  36 bytes of the name 38 name.
 * If there are some, the one without a name may hold the file's own data while
 * the entry's hash is zero.
 */
#ifndef HIVE_WIM_TREE_H
#define HIVE_WIM_TREE_H

#include "hive/base/seek.h"
#include "hive/log/log.h"
#include "hive/wim/wim.h"

#define SPP_WIM_FILES (1 + SPP_LOG_COUNT) /* a hive and its logs */

enum {
	SPP_WIM_FILE_REPARSE = 1 << 0,
	SPP_WIM_FILE_ENCRYPTED = 1 << 1,
	SPP_WIM_FILE_LINKS = 1 << 2, /* has further names */
	SPP_WIM_FILE_FOLDER = 1 << 3,
	SPP_WIM_FILE_ELSEWHERE = 1 << 4, /* stored in another WIM */
	SPP_WIM_FILE_TWINS = 1 << 5, /* two names that differ only in case */
};

struct spp_wim_file {
	bool there;
	unsigned int flags;
	char *path;  /* spelled as in the image */
	size_t slot; /* offset of its SHA-1 in the metadata */
	uint8_t sha1[SPP_WIM_HASH];
	struct spp_wim_place place; /* size 0: empty */
};

struct spp_wim_tree {
	unsigned int image;
	struct spp_wim_bytes bytes; /* the metadata */
	struct spp_seek seek;	    /* all files found under the paths */
	/* For each path the chosen file, or the first, and its logs. */
	struct spp_wim_file file[SPP_SEEK_PATHS][SPP_WIM_FILES];
};

#define SPP_WIM_TREE_INIT  \
	{                  \
		.image = 0 \
	}

enum spp_status spp_wim_tree_read(const struct spp_wim *wim, unsigned int image,
				  const struct spp_seek_query *query,
				  struct spp_wim_tree *tree,
				  struct spp_error *err);
/* Only the metadata, with their hash checked: image and bytes. */
enum spp_status spp_wim_tree_load(const struct spp_wim *wim, unsigned int image,
				  struct spp_wim_tree *tree,
				  struct spp_error *err);
void spp_wim_tree_release(struct spp_wim_tree *tree);

/* Why a file with these flags cannot be edited, or NULL. */
const char *spp_wim_file_odd(unsigned int flags);

#endif
