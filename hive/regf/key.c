/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Key nodes, subkey lists, value lists and values.
 *
 *   nk   0 "nk"  2 flags  4 FILETIME  13 layer bits  16 parent
 *       20 subkeys  28 subkey list  36 values  40 value list  44 security
 *       48 class  52..67 maxima  72 name size  74 class size  76 name
 *   ri   0 "ri"  2 count  4 offsets of lf, lh or li
 *   lf   0 "lf"  2 count  4 (key node, hint) ...      lh: hash for hint
 *   li   0 "li"  2 count  4 key node ...
 *   vk   0 "vk"  2 name size  4 data size, top bit: inlined  8 data
 *       12 type  16 flags  20 name
 *   db   0 "db"  2 segments  4 list of their offsets
 */
#include "hive/regf/regf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "hive/base/utf16.h"

static bool has_id(const struct spp_cell *cell, const char *id)
{
	return !memcmp(cell->data, id, 2);
}

static void parse_name(struct spp_name *name, const uint8_t *data, size_t bytes,
		       bool compressed)
{
	name->data = data;
	name->wide = !compressed;
	name->units = compressed ? bytes : bytes / 2;
}

enum spp_status spp_regf_key(const struct spp_regf *hive, uint32_t offset,
			     struct spp_key *key, struct spp_error *err)
{
	struct spp_cell cell;
	const uint8_t *p;
	enum spp_status st;
	uint16_t bytes;

	st = spp_regf_cell(hive, offset, SPP_NK_HEAD, &cell, err);
	if (st)
		return st;
	if (!has_id(&cell, "nk"))
		return spp_fail(err, SPP_CORRUPT, "cell 0x%x is not a key",
				offset);
	bytes = spp_get16(cell.data + SPP_NK_NAME_SIZE);
	st = spp_regf_cell(hive, offset, SPP_NK_HEAD + (size_t)bytes, &cell,
			   err);
	if (st)
		return st;
	p = cell.data;
	key->offset = offset;
	key->flags = spp_get16(p + 2);
	key->written = spp_get64(p + SPP_NK_TIME);
	key->layer = p[13];
	key->parent = spp_get32(p + SPP_NK_PARENT);
	key->subkeys = spp_get32(p + SPP_NK_SUBKEYS);
	key->subkey_list = spp_get32(p + SPP_NK_SUBKEY_LIST);
	key->values = spp_get32(p + SPP_NK_VALUES);
	key->value_list = spp_get32(p + SPP_NK_VALUE_LIST);
	key->security = spp_get32(p + SPP_NK_SECURITY);
	key->class_offset = spp_get32(p + SPP_NK_CLASS);
	key->class_size = spp_get16(p + SPP_NK_CLASS_SIZE);
	key->max_subkey_name = spp_get16(p + SPP_NK_MAX_SUBKEY);
	key->max_class = spp_get32(p + SPP_NK_MAX_CLASS);
	key->max_value_name = spp_get32(p + SPP_NK_MAX_VALUE_NAME);
	key->max_value_data = spp_get32(p + SPP_NK_MAX_VALUE_DATA);
	parse_name(&key->name, p + SPP_NK_HEAD, bytes,
		   key->flags & SPP_NK_COMPRESSED);
	return SPP_OK;
}

void spp_subkeys_begin(struct spp_subkeys *it, const struct spp_regf *hive,
		       const struct spp_key *key)
{
	*it = (struct spp_subkeys){ .hive = hive, .root = SPP_NOWHERE };
	it->leaf = key->subkeys ? key->subkey_list : SPP_NOWHERE;
	it->ordinal = SPP_NOWHERE; /* one before the first */
}

static enum spp_status open_leaf(struct spp_subkeys *it, struct spp_error *err)
{
	struct spp_cell cell;
	enum spp_status st;
	size_t width;

	st = spp_regf_cell(it->hive, it->leaf, SPP_LIST_HEAD, &cell, err);
	if (st)
		return st;
	if (!has_id(&cell, "lf") && !has_id(&cell, "lh") &&
	    !has_id(&cell, "li"))
		return spp_fail(err, SPP_CORRUPT,
				"cell 0x%x is not a subkey list", it->leaf);
	it->kind = (char)cell.data[1];
	it->count = spp_get16(cell.data + 2);
	it->index = 0;
	width = it->kind == 'i' ? 4 : 8;
	return spp_regf_cell(it->hive, it->leaf,
			     SPP_LIST_HEAD + it->count * width, &cell, err);
}

/* Moves on to the next leaf of an index root. */
static enum spp_status next_leaf(struct spp_subkeys *it, struct spp_error *err)
{
	struct spp_cell cell;
	enum spp_status st;

	if (it->root_index == it->root_count)
		return SPP_NOTFOUND;
	st = spp_regf_cell(it->hive, it->root,
			   SPP_LIST_HEAD + 4 * (size_t)it->root_count, &cell,
			   err);
	if (st)
		return st;
	it->leaf = spp_get32(cell.data + SPP_LIST_HEAD +
			     4 * (size_t)it->root_index++);
	return open_leaf(it, err);
}

static enum spp_status first_leaf(struct spp_subkeys *it, struct spp_error *err)
{
	struct spp_cell cell;
	enum spp_status st;

	if (it->leaf == SPP_NOWHERE)
		return SPP_NOTFOUND;
	st = spp_regf_cell(it->hive, it->leaf, SPP_LIST_HEAD, &cell, err);
	if (st)
		return st;
	if (!has_id(&cell, "ri"))
		return open_leaf(it, err);
	it->root = it->leaf;
	it->root_count = spp_get16(cell.data + 2);
	return next_leaf(it, err);
}

enum spp_status spp_subkeys_next(struct spp_subkeys *it, struct spp_error *err)
{
	struct spp_cell cell;
	enum spp_status st = SPP_OK;
	const uint8_t *p;
	size_t width;

	if (it->ordinal == SPP_NOWHERE)
		st = first_leaf(it, err);
	else
		it->index++;
	while (!st && it->index >= it->count)
		st = it->root == SPP_NOWHERE ? SPP_NOTFOUND
					     : next_leaf(it, err);
	if (st)
		return st;
	if (++it->ordinal >= SPP_SUBKEYS_MAX)
		return spp_fail(err, SPP_LIMIT, "a key of more than %d subkeys",
				SPP_SUBKEYS_MAX);
	width = it->kind == 'i' ? 4 : 8;
	st = spp_regf_cell(it->hive, it->leaf,
			   SPP_LIST_HEAD + width * it->count, &cell, err);
	if (st)
		return st;
	p = cell.data + SPP_LIST_HEAD + width * it->index;
	it->key = spp_get32(p);
	it->hash = width == 8 ? spp_get32(p + 4) : 0;
	return SPP_OK;
}

void spp_regf_damaged(struct spp_regf *hive, const char *fmt, ...)
{
	char text[SPP_ERROR_TEXT];
	va_list ap;

	if (hive->damaged++)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	spp_fail(&hive->damage, SPP_CORRUPT, "%s", text);
}

static void note_damage(struct spp_regf *hive, struct spp_error *what)
{
	spp_regf_damaged(hive, "%s", what->text);
	spp_error_clear(what);
}

static void note_twin(struct spp_regf *hive, const char *what, const char *name,
		      size_t n)
{
	spp_regf_damaged(hive, "two %s are named '%.*s' in different case",
			 what, (int)n, name);
}

void spp_regf_odd(struct spp_regf *hive, const char *what,
		  const struct spp_name *name)
{
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;

	if (spp_name_is_text(name) || hive->odd++)
		return;
	spp_name_show(name, &text, NULL, NULL);
	spp_fail(&hive->oddity, SPP_CORRUPT,
		 "the %s '%s' has a name that is "
		 "not text",
		 what, spp_buf_text(&text));
}

/*
 * Above this many subkeys only those with the right hash are read, as Windows
 * does: reading them all would read most of a hive (the key Classes has
 * thousands).  Up to this many all are read, so that a damaged or odd sibling
 * is noticed.
 */
#define FEW_SUBKEYS 512

static bool may_be(const struct spp_subkeys *it, const struct spp_key *key,
		   uint32_t hash)
{
	return key->subkeys <= FEW_SUBKEYS || it->kind != 'h' ||
	       it->hash == hash;
}

enum spp_status spp_key_subkey(struct spp_regf *hive, const struct spp_key *key,
			       const char *name, size_t n,
			       struct spp_key *subkey, struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) wide = SPP_BUF_INIT;
	struct spp_error local = SPP_ERROR_INIT;
	struct spp_name wanted;
	uint32_t hash;
	struct spp_subkeys it;
	struct spp_key found;
	enum spp_status st;
	bool have = false;

	st = spp_utf16_from(name, n, &wide, err);
	if (st)
		return st;
	wanted = (struct spp_name){ wide.data, wide.size / 2, true };
	hash = spp_name_hash(&wanted);
	spp_subkeys_begin(&it, hive, key);
	while (!(st = spp_subkeys_next(&it, err))) {
		if (!may_be(&it, key, hash))
			continue;
		if (spp_regf_key(hive, it.key, &found, &local)) {
			if (local.status != SPP_CORRUPT)
				return spp_fail_from(err, local.status, &local,
						     "%s", local.text);
			note_damage(hive, &local);
			continue;
		}
		spp_regf_odd(hive, "key", &found.name);
		if (spp_name_cmp(&found.name, &wanted))
			continue;
		if (have)
			note_twin(hive, "keys", name, n);
		else
			*subkey = found;
		have = true;
	}
	if (st != SPP_NOTFOUND)
		return st;
	return have ? SPP_OK : SPP_NOTFOUND;
}

enum spp_status spp_regf_find(struct spp_regf *hive, const char *path,
			      struct spp_key *key, struct spp_error *err)
{
	struct spp_key at;
	enum spp_status st = spp_regf_key(hive, hive->base.root, &at, err);
	size_t n;

	while (!st && *path) {
		n = strcspn(path, "\\");
		st = spp_key_subkey(hive, &at, path, n, &at, err);
		path += n;
		if (*path == '\\')
			path++;
	}
	if (!st)
		*key = at;
	return st;
}

enum spp_status spp_key_slot(const struct spp_regf *hive,
			     const struct spp_key *key, uint32_t index,
			     struct spp_slot *slot, struct spp_error *err)
{
	struct spp_cell cell;
	enum spp_status st;
	uint16_t bytes;

	if (index >= key->values)
		return SPP_NOTFOUND;
	if (index >= SPP_VALUES_MAX)
		return spp_fail(err, SPP_LIMIT, "a key of more than %d values",
				SPP_VALUES_MAX);
	st = spp_regf_cell(hive, key->value_list, 4 * ((size_t)index + 1),
			   &cell, err);
	if (st)
		return st;
	slot->index = index;
	slot->offset = spp_get32(cell.data + 4 * (size_t)index);
	st = spp_regf_cell(hive, slot->offset, SPP_VK_HEAD, &cell, err);
	if (st)
		return st;
	if (!has_id(&cell, "vk"))
		return spp_fail(err, SPP_CORRUPT, "cell 0x%x is not a value",
				slot->offset);
	bytes = spp_get16(cell.data + 2);
	st = spp_regf_cell(hive, slot->offset, SPP_VK_HEAD + (size_t)bytes,
			   &cell, err);
	if (st)
		return st;
	slot->size = spp_get32(cell.data + SPP_VK_DATA_SIZE);
	slot->inlined = slot->size & SPP_VK_INLINE;
	slot->size &= ~SPP_VK_INLINE;
	slot->data_offset = spp_get32(cell.data + SPP_VK_DATA);
	slot->type = spp_get32(cell.data + SPP_VK_TYPE);
	slot->flags = spp_get16(cell.data + SPP_VK_FLAGS);
	parse_name(&slot->name, cell.data + SPP_VK_HEAD, bytes,
		   slot->flags & SPP_VK_COMPRESSED);
	return SPP_OK;
}

enum spp_status spp_key_value(struct spp_regf *hive, const struct spp_key *key,
			      const char *name, struct spp_slot *slot,
			      struct spp_error *err)
{
	struct spp_buf CLEANUP(spp_buf_release) wide = SPP_BUF_INIT;
	struct spp_error local = SPP_ERROR_INIT;
	struct spp_name wanted;
	struct spp_slot found;
	enum spp_status st;
	bool have = false;
	uint32_t i;

	st = spp_utf16_from(name, strlen(name), &wide, err);
	if (st)
		return st;
	wanted = (struct spp_name){ wide.data, wide.size / 2, true };
	for (i = 0; i < key->values && i < SPP_VALUES_MAX; i++) {
		if (spp_key_slot(hive, key, i, &found, &local)) {
			if (local.status != SPP_CORRUPT)
				return spp_fail_from(err, local.status, &local,
						     "%s", local.text);
			note_damage(hive, &local);
			continue;
		}
		spp_regf_odd(hive, "value", &found.name);
		if (spp_name_cmp(&found.name, &wanted))
			continue;
		if (have)
			note_twin(hive, "values", name, strlen(name));
		else
			*slot = found;
		have = true;
	}
	return have ? SPP_OK : SPP_NOTFOUND;
}

/* Joins the segments of a big-data record. */
static enum spp_status big_data(const struct spp_regf *hive,
				const struct spp_cell *db, uint8_t *to,
				size_t size, struct spp_error *err)
{
	struct spp_cell list, segment;
	enum spp_status st;
	uint32_t i, count = spp_get16(db->data + 2);
	size_t done = 0, n;

	st = spp_regf_cell(hive, spp_get32(db->data + 4), 4 * (size_t)count,
			   &list, err);
	for (i = 0; !st && i < count && done < size; i++) {
		n = size - done < SPP_VALUE_MAX ? size - done : SPP_VALUE_MAX;
		st = spp_regf_cell(hive, spp_get32(list.data + 4 * (size_t)i),
				   n, &segment, err);
		if (!st)
			memcpy(to + done, segment.data, n);
		done += n;
	}
	if (!st && done < size)
		st = spp_fail(err, SPP_CORRUPT,
			      "big data at 0x%x has %zu bytes of %zu",
			      db->offset, done, size);
	return st;
}

static enum spp_status copy_data(const struct spp_regf *hive,
				 const struct spp_slot *slot, uint8_t *to,
				 struct spp_error *err)
{
	struct spp_cell cell;
	enum spp_status st;

	if (slot->inlined) {
		uint8_t word[4];

		if (slot->size > sizeof(word))
			return spp_fail(err, SPP_CORRUPT,
					"value 0x%x keeps %u bytes in four",
					slot->offset, slot->size);
		spp_put32(word, slot->data_offset);
		memcpy(to, word, slot->size);
		return SPP_OK;
	}
	if (slot->size > SPP_VALUE_MAX && hive->base.minor > 3) {
		st = spp_regf_cell(hive, slot->data_offset, 8, &cell, err);
		if (st)
			return st;
		if (has_id(&cell, "db"))
			return big_data(hive, &cell, to, slot->size, err);
	}
	st = spp_regf_cell(hive, slot->data_offset, slot->size, &cell, err);
	if (!st)
		memcpy(to, cell.data, slot->size);
	return st;
}

enum spp_status spp_regf_value(const struct spp_regf *hive,
			       const struct spp_slot *slot,
			       struct spp_value *value, struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	uint8_t *data;

	if (slot->size > SPP_DATA_MAX)
		return spp_fail(err, SPP_LIMIT, "a value of %u bytes",
				slot->size);
	data = malloc(slot->size ? slot->size : 1);
	if (!data)
		return spp_nomem(err);
	if (slot->size)
		st = copy_data(hive, slot, data, err);
	if (st) {
		free(data);
		return st;
	}
	spp_value_release(value);
	value->type = slot->type;
	value->data = data;
	value->size = slot->size;
	return SPP_OK;
}
