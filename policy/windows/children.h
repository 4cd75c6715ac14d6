/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The subkeys of one key, with those marked whose name an earlier one has.
 *
 *	struct spp_children all = SPP_CHILDREN_INIT;
 *
 *	spp_children_add(&all, &subkey, err);	each, in stored order
 *	spp_children_mark(&all, hive);
 */
#ifndef POLICY_CHILDREN_H
#define POLICY_CHILDREN_H

#include "hive/regf/regf.h"

struct spp_child {
	uint32_t offset, hash, ordinal;
	bool twin; /* not the first of its name */
};

struct spp_children {
	struct spp_child *child;
	size_t count;
};

#define SPP_CHILDREN_INIT \
	{                 \
		NULL, 0   \
	}

void spp_children_release(struct spp_children *children);
enum spp_status spp_children_add(struct spp_children *children,
				 const struct spp_key *key,
				 struct spp_error *err);
/* In time that sorting takes: of names made to have one hash, twins that are
 * not neighbours are not noticed. */
void spp_children_mark(struct spp_children *children,
		       const struct spp_regf *hive);

#endif
