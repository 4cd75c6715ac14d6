/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/edit/edit.h"

#include <string.h>

#include "hive/base/bytes.h"

void spp_edit_release(struct spp_edit *edit)
{
	if (edit)
		spp_cells_release(&edit->cells);
}

/* Stores a 32-bit field in the payload of a cell. */
static enum spp_status put_field(struct spp_edit *edit, uint32_t cell,
				 size_t at, uint32_t v, struct spp_error *err)
{
	uint8_t *p = spp_cells_payload(&edit->cells, cell, at, 4, err);

	if (!p)
		return SPP_CORRUPT;
	spp_put32(p, v);
	return SPP_OK;
}

static enum spp_status stamp(struct spp_edit *edit, const struct spp_key *key,
			     struct spp_error *err)
{
	uint8_t *p = spp_cells_payload(&edit->cells, key->offset, SPP_NK_TIME,
				       8, err);

	if (!p)
		return SPP_CORRUPT;
	spp_put64(p, edit->now);
	return SPP_OK;
}

/* Raises the key's maxima; Windows never lowers them. */
static enum spp_status raise_maxima(struct spp_edit *edit,
				    const struct spp_key *key,
				    size_t name_bytes, size_t data_bytes,
				    struct spp_error *err)
{
	enum spp_status st = SPP_OK;

	if (name_bytes > key->max_value_name)
		st = put_field(edit, key->offset, SPP_NK_MAX_VALUE_NAME,
			       (uint32_t)name_bytes, err);
	if (!st && data_bytes > key->max_value_data)
		st = put_field(edit, key->offset, SPP_NK_MAX_VALUE_DATA,
			       (uint32_t)data_bytes, err);
	return st;
}

/* Watches a cell that the edit takes over; it must be a cell of its bin. */
static enum spp_status watch(struct spp_edit *edit, uint32_t offset,
			     struct spp_error *err)
{
	const struct spp_regf *hive = edit->cells.hive;
	struct spp_cell cell;
	uint32_t bin, size;
	enum spp_status st = spp_regf_cell(hive, offset, 0, &cell, err);

	if (!st)
		st = spp_cells_bin(hive, offset, &bin, &size, err);
	return st ? st
		  : spp_shared_cells_add(&edit->cells.watch, offset,
					 cell.size + 4, 1, err);
}

/* Frees a cell that was in use before the edit. */
static enum spp_status give_back(struct spp_edit *edit, uint32_t cell,
				 struct spp_error *err)
{
	enum spp_status st = watch(edit, cell, err);

	return st ? st : spp_cells_free(&edit->cells, cell, err);
}

static enum spp_status free_big_data(struct spp_edit *edit, uint32_t db,
				     struct spp_error *err)
{
	const struct spp_regf *hive = edit->cells.hive;
	struct spp_cell cell, list;
	enum spp_status st;
	uint32_t i, count, segment;

	st = spp_regf_cell(hive, db, 8, &cell, err);
	if (st)
		return st;
	count = spp_get16(cell.data + 2);
	st = spp_regf_cell(hive, spp_get32(cell.data + 4), 4 * (size_t)count,
			   &list, err);
	for (i = 0; !st && i < count; i++) {
		segment = spp_get32(list.data + 4 * (size_t)i);
		st = give_back(edit, segment, err);
	}
	if (!st)
		st = give_back(edit, list.offset, err);
	return st ? st : give_back(edit, db, err);
}

static bool is_big(const struct spp_regf *hive, const struct spp_slot *slot)
{
	struct spp_cell cell;

	return !slot->inlined && slot->size > SPP_VALUE_MAX &&
	       hive->base.minor > 3 &&
	       !spp_regf_cell(hive, slot->data_offset, 8, &cell, NULL) &&
	       !memcmp(cell.data, "db", 2);
}

static bool has_cell(const struct spp_slot *slot)
{
	return !slot->inlined && slot->size;
}

static enum spp_status free_data(struct spp_edit *edit,
				 const struct spp_slot *slot,
				 struct spp_error *err)
{
	if (!has_cell(slot))
		return SPP_OK;
	if (is_big(edit->cells.hive, slot))
		return free_big_data(edit, slot->data_offset, err);
	return give_back(edit, slot->data_offset, err);
}

/* Whether the cell of the old data has room for the new data. */
static bool fits(const struct spp_regf *hive, const struct spp_slot *slot,
		 size_t size)
{
	struct spp_cell cell;

	return has_cell(slot) && !is_big(hive, slot) &&
	       !spp_regf_cell(hive, slot->data_offset, size, &cell, NULL);
}

/* Fills a data cell; pads it with zeros. */
static enum spp_status fill_cell(struct spp_edit *edit, uint32_t offset,
				 const struct spp_value *value,
				 struct spp_error *err)
{
	struct spp_cell cell;
	enum spp_status st;
	uint8_t *p;

	st = spp_regf_cell(edit->cells.hive, offset, value->size, &cell, err);
	if (st)
		return st;
	p = spp_cells_payload(&edit->cells, offset, 0, cell.size, err);
	if (!p)
		return SPP_CORRUPT;
	memcpy(p, value->data, value->size);
	memset(p + value->size, 0, cell.size - value->size);
	return SPP_OK;
}

/*
 * Places the data and returns the vk's size and offset fields.  The new data is
 * placed before the old is freed, so it goes to another cell and the old bytes
 * stay readable while anything refers to them.
 */
static enum spp_status place_data(struct spp_edit *edit,
				  const struct spp_slot *old,
				  const struct spp_value *value, uint32_t *size,
				  uint32_t *data, struct spp_error *err)
{
	uint8_t word[4] = { 0 };
	enum spp_status st = SPP_OK;

	*size = (uint32_t)value->size;
	if (value->size <= sizeof(word)) {
		if (value->size)
			memcpy(word, value->data, value->size);
		*size |= SPP_VK_INLINE;
		*data = spp_get32(word);
		return old ? free_data(edit, old, err) : SPP_OK;
	}
	if (old && fits(edit->cells.hive, old, value->size)) {
		*data = old->data_offset;
		st = watch(edit, *data, err);
		return st ? st : fill_cell(edit, *data, value, err);
	}
	st = spp_cells_alloc(&edit->cells, value->size, data, err);
	if (!st)
		st = fill_cell(edit, *data, value, err);
	if (!st && old)
		st = free_data(edit, old, err);
	return st;
}

static enum spp_status change_value(struct spp_edit *edit,
				    const struct spp_slot *slot,
				    const struct spp_value *value,
				    struct spp_error *err)
{
	uint32_t size, data;
	enum spp_status st;

	st = watch(edit, slot->offset, err);
	if (st)
		return st;
	st = place_data(edit, slot, value, &size, &data, err);
	if (st)
		return st;
	st = put_field(edit, slot->offset, SPP_VK_DATA_SIZE, size, err);
	if (st)
		return st;
	st = put_field(edit, slot->offset, SPP_VK_DATA, data, err);
	if (st)
		return st;
	return put_field(edit, slot->offset, SPP_VK_TYPE, value->type, err);
}

/* Makes a vk record with an ASCII name. */
static enum spp_status new_value(struct spp_edit *edit, const char *name,
				 const struct spp_value *value, uint32_t *vk,
				 struct spp_error *err)
{
	size_t n = strlen(name);
	uint32_t size, data;
	enum spp_status st;
	uint8_t *p;

	st = place_data(edit, NULL, value, &size, &data, err);
	if (!st)
		st = spp_cells_alloc(&edit->cells, SPP_VK_HEAD + n, vk, err);
	if (st)
		return st;
	p = spp_cells_payload(&edit->cells, *vk, 0, SPP_VK_HEAD + n, err);
	if (!p)
		return SPP_CORRUPT;
	memcpy(p, "vk", 2);
	spp_put16(p + 2, (uint16_t)n);
	spp_put32(p + SPP_VK_DATA_SIZE, size);
	spp_put32(p + SPP_VK_DATA, data);
	spp_put32(p + SPP_VK_TYPE, value->type);
	spp_put16(p + SPP_VK_FLAGS, n ? SPP_VK_COMPRESSED : 0);
	memcpy(p + SPP_VK_HEAD, name, n);
	return SPP_OK;
}

/* Returns the value list if it has room for one more, else a larger copy. */
static enum spp_status grow_list(struct spp_edit *edit,
				 const struct spp_key *key, uint32_t *list,
				 struct spp_error *err)
{
	const struct spp_regf *hive = edit->cells.hive;
	size_t had = 4 * (size_t)key->values;
	struct spp_cell old = { 0 };
	enum spp_status st;
	uint8_t *p;

	if (key->values) {
		st = spp_regf_cell(hive, key->value_list, had, &old, err);
		if (st)
			return st;
		if (old.size >= had + 4) {
			*list = old.offset;
			return watch(edit, *list, err);
		}
	}
	st = spp_cells_alloc(&edit->cells, had + 4, list, err);
	if (!st)
		st = put_field(edit, key->offset, SPP_NK_VALUE_LIST, *list,
			       err);
	if (st || !key->values)
		return st;
	st = spp_regf_cell(hive, key->value_list, had, &old, err);
	p = st ? NULL : spp_cells_payload(&edit->cells, *list, 0, had, err);
	if (!p)
		return SPP_CORRUPT;
	memcpy(p, old.data, had);
	return give_back(edit, key->value_list, err);
}

static enum spp_status add_value(struct spp_edit *edit,
				 const struct spp_key *key, const char *name,
				 const struct spp_value *value,
				 struct spp_error *err)
{
	uint32_t vk, list;
	enum spp_status st;
	const char *c;

	for (c = name; *c; c++)
		if ((unsigned char)*c >= 0x80)
			return spp_fail(err, SPP_INVALID,
					"value name '%s' is not ASCII", name);
	if (c - name > SPP_VALUE_NAME_MAX)
		return spp_fail(err, SPP_INVALID,
				"value name '%.40s...' has %zu characters; the "
				"most is %d",
				name, strlen(name), SPP_VALUE_NAME_MAX);
	if (key->values >= SPP_VALUES_MAX)
		return spp_fail(err, SPP_LIMIT, "a key of more than %d values",
				SPP_VALUES_MAX);
	st = new_value(edit, name, value, &vk, err);
	if (!st)
		st = grow_list(edit, key, &list, err);
	if (!st)
		st = put_field(edit, list, 4 * (size_t)key->values, vk, err);
	if (!st)
		st = put_field(edit, key->offset, SPP_NK_VALUES,
			       key->values + 1, err);
	return st;
}

enum spp_status spp_edit_set(struct spp_edit *edit, const char *path,
			     const char *name, const struct spp_value *value,
			     struct spp_error *err)
{
	struct spp_regf *hive = edit->cells.hive;
	struct spp_slot slot;
	struct spp_key key;
	enum spp_status st;

	if (value->size > SPP_VALUE_MAX)
		return spp_fail(err, SPP_LIMIT,
				"value '%s' would have %zu bytes, the most is "
				"%d",
				name, value->size, SPP_VALUE_MAX);
	st = spp_regf_find(hive, path, &key, err);
	if (st)
		return st;
	edit->cells.hint = key.offset;
	st = spp_key_value(hive, &key, name, &slot, err);
	if (st == SPP_NOTFOUND)
		st = add_value(edit, &key, name, value, err);
	else if (!st)
		st = change_value(edit, &slot, value, err);
	if (!st)
		st = raise_maxima(edit, &key, 2 * strlen(name), value->size,
				  err);
	return st ? st : stamp(edit, &key, err);
}

/* Removes the element at index and keeps the order of the others. */
static enum spp_status shrink_list(struct spp_edit *edit,
				   const struct spp_key *key, uint32_t index,
				   struct spp_error *err)
{
	size_t n = 4 * ((size_t)key->values - index);
	uint8_t *p;
	enum spp_status st = watch(edit, key->value_list, err);

	if (st)
		return st;
	p = spp_cells_payload(&edit->cells, key->value_list, 4 * (size_t)index,
			      n, err);
	if (!p)
		return SPP_CORRUPT;
	memmove(p, p + 4, n - 4);
	spp_put32(p + n - 4, 0);
	return SPP_OK;
}

/* Frees the list and clears the maxima after the last value was deleted. */
static enum spp_status drop_list(struct spp_edit *edit,
				 const struct spp_key *key,
				 struct spp_error *err)
{
	enum spp_status st;

	st = give_back(edit, key->value_list, err);
	if (!st)
		st = put_field(edit, key->offset, SPP_NK_VALUE_LIST,
			       SPP_NOWHERE, err);
	if (!st)
		st = put_field(edit, key->offset, SPP_NK_MAX_VALUE_NAME, 0,
			       err);
	if (!st)
		st = put_field(edit, key->offset, SPP_NK_MAX_VALUE_DATA, 0,
			       err);
	return st;
}

enum spp_status spp_edit_delete(struct spp_edit *edit, const char *path,
				const char *name, struct spp_error *err)
{
	struct spp_regf *hive = edit->cells.hive;
	struct spp_slot slot;
	struct spp_key key;
	enum spp_status st;

	st = spp_regf_find(hive, path, &key, err);
	if (!st)
		st = spp_key_value(hive, &key, name, &slot, err);
	if (st)
		return st;
	st = key.values == 1 ? drop_list(edit, &key, err)
			     : shrink_list(edit, &key, slot.index, err);
	if (!st)
		st = put_field(edit, key.offset, SPP_NK_VALUES, key.values - 1,
			       err);
	if (!st)
		st = free_data(edit, &slot, err);
	if (!st)
		st = give_back(edit, slot.offset, err);
	return st ? st : stamp(edit, &key, err);
}

enum spp_status spp_edit_finish(struct spp_edit *edit, uint32_t seq,
				struct spp_error *err)
{
	struct spp_base *base = &edit->cells.hive->base;
	uint8_t *head = spp_pages_edit(edit->cells.hive->pages, 0, 512, err);
	static const struct {
		uint64_t off, n;
	} fields[] = { { 4, 16 }, { 40, 4 }, { 508, 4 } };
	enum spp_status st = SPP_OK;
	size_t i;

	if (!head)
		return SPP_IO;
	for (i = 0; !st && i < sizeof(fields) / sizeof(fields[0]); i++)
		st = spp_ranges_add(&edit->cells.ledger, fields[i].off,
				    fields[i].n, err);
	if (st)
		return st;
	base->seq1 = base->seq2 = seq;
	base->written = edit->now;
	spp_put32(head + 4, seq);
	spp_put32(head + 8, seq);
	spp_put64(head + 12, edit->now);
	spp_put32(head + 40, base->bins_size);
	base->checksum = base->computed = spp_base_checksum(head);
	spp_put32(head + 508, base->checksum);
	return SPP_OK;
}
