/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "hive/base/bytes.h"
#include "hive/check/private.h"

static struct spp_check_frame *here(struct spp_check_job *job)
{
	return &job->frame[job->depth - 1];
}

/* Some editors leave an empty list; Windows frees it. */
static void check_empty(struct spp_check_job *job, const struct spp_cell *list)
{
	if (!spp_get16(list->data + 2))
		spp_check_note_at(job, SPP_CHECK_LIST, SPP_WARNING,
				  spp_file_offset(list->offset),
				  "subkey list is empty");
}

/* Marks the cells of the subkey lists as reached: the root, then each leaf. */
static void reach_list(struct spp_check_job *job, uint32_t list)
{
	struct spp_cell cell, leaf;
	uint32_t i, count;

	if (!spp_check_reach(job, list, SPP_LIST_HEAD, "subkey list", &cell))
		return;
	check_empty(job, &cell);
	if (memcmp(cell.data, "ri", 2))
		return;
	count = spp_get16(cell.data + 2);
	if (spp_regf_cell(job->hive, list, SPP_LIST_HEAD + 4 * (size_t)count,
			  &cell, NULL)) {
		spp_check_note(job, SPP_CHECK_LIST, list,
			       "index root of %u lists does not fit its cell",
			       count);
		return;
	}
	for (i = 0; i < count; i++)
		if (spp_check_reach(job,
				    spp_get32(cell.data + SPP_LIST_HEAD +
					      4 * (size_t)i),
				    SPP_LIST_HEAD, "subkey list", &leaf))
			check_empty(job, &leaf);
}

static void check_class(struct spp_check_job *job, const struct spp_key *key)
{
	struct spp_cell cell;

	if (!key->class_size || key->class_offset == SPP_NOWHERE)
		return;
	spp_check_reach(job, key->class_offset, key->class_size, "class name",
			&cell);
}

static void check_flags(struct spp_check_job *job, const struct spp_key *key)
{
	enum { VOLATILE = 1, EXIT = 2, ROOT = 4 };
	bool root = job->depth == 1;

	if (root && !(key->flags & ROOT))
		spp_check_note_at(job, SPP_CHECK_KEY, SPP_WARNING,
				  spp_file_offset(key->offset),
				  "the root key is not marked as one");
	if (!root && key->flags & ROOT)
		spp_check_note(job, SPP_CHECK_KEY, key->offset,
			       "a key is marked as root but is not the root");
	if (key->flags & (VOLATILE | EXIT))
		spp_check_note(job, SPP_CHECK_KEY, key->offset,
			       "a key in a file has the flags 0x%x",
			       key->flags);
}

/* Checks the key of the top frame, before its subkeys. */
static void enter(struct spp_check_job *job)
{
	struct spp_check_frame *f = here(job);
	const struct spp_key *key = &f->key;

	job->check->keys++;
	spp_check_name(job, key->offset, &key->name,
		       spp_get16(job->data + spp_file_offset(key->offset) + 4 +
				 SPP_NK_NAME_SIZE),
		       true);
	check_flags(job, key);
	check_class(job, key);
	spp_check_security_of(job, key);
	spp_check_values(job, key);
	if (key->subkeys)
		reach_list(job, key->subkey_list);
	spp_subkeys_begin(&f->it, job->hive, key);
}

/* Checks the key of the top frame once more, after its subkeys. */
static void leave(struct spp_check_job *job)
{
	struct spp_check_frame *f = here(job);

	if (f->found != f->key.subkeys)
		spp_check_note(job, SPP_CHECK_COUNT, f->key.offset,
			       "key counts %u subkeys, its lists have %u",
			       f->key.subkeys, f->found);
	if (f->longest > f->key.max_subkey_name)
		spp_check_note(job, SPP_CHECK_MAXIMUM, f->key.offset,
			       "longest name of a subkey is %u bytes, key "
			       "says %u",
			       f->longest, f->key.max_subkey_name);
	if (f->longest_class > f->key.max_class)
		spp_check_note(job, SPP_CHECK_MAXIMUM, f->key.offset,
			       "longest class name of a subkey is %u bytes, "
			       "key says %u",
			       f->longest_class, f->key.max_class);
	job->depth--;
}

static void check_order(struct spp_check_job *job, const struct spp_key *sub)
{
	struct spp_check_frame *f = here(job);
	int order;

	if (f->has_last) {
		order = spp_name_cmp(&f->last, &sub->name);
		if (!order)
			spp_check_note(job, SPP_CHECK_TWINS, sub->offset,
				       "two subkeys have the same name in "
				       "different case");
		else if (order > 0)
			spp_check_note(job, SPP_CHECK_ORDER, sub->offset,
				       "subkey comes before its predecessor "
				       "in order");
	}
	f->last = sub->name;
	f->has_last = true;
}

/*
 * The hint is the beginning of the name, in any case; an empty one makes
 * Windows look.
 */
static bool hint_fits(const struct spp_name *name, uint32_t hint)
{
	uint8_t want[4], have[4];
	int i;

	spp_put32(want, spp_name_hint(name));
	spp_put32(have, hint);
	if (!have[0])
		return true;
	for (i = 0; i < 4; i++)
		if (spp_upcase(want[i]) != spp_upcase(have[i]))
			return false;
	return true;
}

static void check_hash(struct spp_check_job *job, const struct spp_subkeys *it,
		       const struct spp_key *sub)
{
	if (it->kind == 'h' && it->hash != spp_name_hash(&sub->name))
		spp_check_note(job, SPP_CHECK_HASH, it->leaf,
			       "hash of subkey %u is 0x%08x, should be 0x%08x",
			       it->index, it->hash, spp_name_hash(&sub->name));
	if (it->kind == 'f' && !hint_fits(&sub->name, it->hash))
		spp_check_note(job, SPP_CHECK_HASH, it->leaf,
			       "hint of subkey %u is not how its name begins",
			       it->index);
	if (it->index)
		return;
	if (it->kind == 'h' && job->hive->base.minor < 5)
		spp_check_note(job, SPP_CHECK_LIST_KIND, it->leaf,
			       "list with hashes in a hive of version 1.%u",
			       job->hive->base.minor);
	if (it->kind == 'f' && job->hive->base.minor >= 5)
		spp_check_note_at(job, SPP_CHECK_LIST_KIND, SPP_INFO,
				  spp_file_offset(it->leaf),
				  "list with hints in a hive of version 1.%u",
				  job->hive->base.minor);
}

/* Enters the subkey at the iterator; false if it is unusable. */
static bool take_subkey(struct spp_check_job *job, struct spp_key *sub)
{
	struct spp_check_frame *f = here(job);
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_cell cell;
	uint32_t bytes;

	f->found++;
	if (!spp_check_reach(job, f->it.key, SPP_NK_HEAD, "subkey", &cell))
		return false;
	if (spp_regf_key(job->hive, f->it.key, sub, &err)) {
		spp_check_note(job, SPP_CHECK_KEY, f->it.key, "%s", err.text);
		return false;
	}
	if (sub->parent != f->key.offset)
		spp_check_note(job, SPP_CHECK_PARENT, sub->offset,
			       "parent of the subkey is 0x%x, should be 0x%x",
			       sub->parent, f->key.offset);
	bytes = (uint32_t)(2 * sub->name.units);
	if (bytes > f->longest)
		f->longest = bytes;
	if (sub->class_size > f->longest_class)
		f->longest_class = sub->class_size;
	check_order(job, sub);
	check_hash(job, &f->it, sub);
	return true;
}

static void push(struct spp_check_job *job, const struct spp_key *key)
{
	if (job->depth >= SPP_DEPTH_MAX) {
		spp_check_note(job, SPP_CHECK_DEPTH, key->offset,
			       "more than %d keys deep", SPP_DEPTH_MAX);
		return;
	}
	job->frame[job->depth++] = (struct spp_check_frame){ .key = *key };
	enter(job);
}

/* One step of the walk: down into the next subkey, or up. */
static void step(struct spp_check_job *job)
{
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_key sub;

	switch (spp_subkeys_next(&here(job)->it, &err)) {
	case SPP_OK:
		if (take_subkey(job, &sub))
			push(job, &sub);
		return;
	case SPP_NOTFOUND:
		break;
	default:
		spp_check_note(job, SPP_CHECK_LIST, here(job)->key.offset, "%s",
			       err.text);
	}
	leave(job);
}

void spp_check_keys(struct spp_check_job *job)
{
	uint32_t root = job->hive->base.root;
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_cell cell;
	struct spp_key key;

	if (!spp_check_reach(job, root, SPP_NK_HEAD, "root key", &cell))
		return;
	if (spp_regf_key(job->hive, root, &key, &err)) {
		spp_check_note(job, SPP_CHECK_KEY, root, "%s", err.text);
		return;
	}
	push(job, &key);
	while (job->depth)
		step(job);
}
