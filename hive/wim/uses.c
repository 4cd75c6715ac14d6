/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/wim/uses.h"

#include <string.h>

/* Counts a hash in the metadata; one that is anywhere in them is a use. */
static uint64_t count_hash(const struct spp_wim_bytes *bytes,
			   const uint8_t *sha1)
{
	const uint8_t *at = bytes->data, *end = at + bytes->size;
	uint64_t n;

	for (n = 0; bytes->size; n++) {
		at = memmem(at, (size_t)(end - at), sha1, SPP_WIM_HASH);
		if (!at)
			break;
		at += SPP_WIM_HASH;
	}
	return n;
}

/*
 * Adds to each old hash's uses those in one image.  An image that cannot be
 * read may have them all.
 */
static enum spp_status count_image(const struct spp_wim_edit *edit,
				   unsigned int image, uint64_t *uses,
				   struct spp_error *err)
{
	struct spp_wim_tree CLEANUP(spp_wim_tree_release) other =
		SPP_WIM_TREE_INIT;
	const struct spp_wim_tree *tree = edit->tree;
	enum spp_status st = SPP_OK;
	size_t i;

	if (image != tree->image) {
		tree = &other;
		st = spp_wim_tree_load(edit->wim, image, &other, NULL);
	}
	if (st == SPP_NOMEM)
		return spp_nomem(err);
	for (i = 0; i < edit->changes; i++)
		uses[i] += st ? 1
			      : count_hash(&tree->bytes,
					   edit->change[i].file->sha1);
	return SPP_OK;
}

enum spp_status spp_wim_uses(const struct spp_wim_edit *edit, uint64_t *uses,
			     struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	unsigned int image;

	for (image = 1; !st && image <= edit->wim->images; image++)
		st = count_image(edit, image, uses, err);
	return st;
}
