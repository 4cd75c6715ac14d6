/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/windows/children.h"

#include <stdlib.h>

void spp_children_release(struct spp_children *children)
{
	if (!children)
		return;
	free(children->child);
	*children = (struct spp_children)SPP_CHILDREN_INIT;
}

enum spp_status spp_children_add(struct spp_children *children,
				 const struct spp_key *key,
				 struct spp_error *err)
{
	struct spp_child *grown = children->child;
	size_t n = children->count;

	/* The room doubles whenever the count is a power of two. */
	if (!(n & (n - 1)))
		grown = realloc(grown, (n ? 2 * n : 1) * sizeof(*grown));
	if (!grown)
		return spp_nomem(err);
	children->child = grown;
	grown[n] = (struct spp_child){ key->offset, spp_name_hash(&key->name),
				       (uint32_t)n, false };
	children->count++;
	return SPP_OK;
}

static int by_hash(const void *a, const void *b)
{
	const struct spp_child *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->ordinal < y->ordinal ? -1 : 1;
}

static int by_ordinal(const void *a, const void *b)
{
	const struct spp_child *x = a, *y = b;

	return x->ordinal < y->ordinal ? -1 : 1;
}

static bool same_name(const struct spp_regf *hive, const struct spp_child *a,
		      const struct spp_child *b)
{
	struct spp_key x, y;

	return a->hash == b->hash && !spp_regf_key(hive, a->offset, &x, NULL) &&
	       !spp_regf_key(hive, b->offset, &y, NULL) &&
	       !spp_name_cmp(&x.name, &y.name);
}

void spp_children_mark(struct spp_children *children,
		       const struct spp_regf *hive)
{
	struct spp_child *c = children->child;
	size_t i, n = children->count;

	if (!n)
		return;
	qsort(c, n, sizeof(*c), by_hash);
	for (i = 1; i < n; i++)
		c[i].twin = same_name(hive, &c[i - 1], &c[i]);
	qsort(c, n, sizeof(*c), by_ordinal);
}
