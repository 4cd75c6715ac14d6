/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The subkeys of one key; those whose name occurs before are marked.
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
	bool twin; /* an earlier one has the same name */
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
/*
 * Takes the time of sorting.  If many names were crafted to have one hash,
 * twins that are not neighbours go unnoticed.
 */
void spp_children_mark(struct spp_children *children,
		       const struct spp_regf *hive);

#endif
