/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "hive/check/private.h"

/* Twins are looked for among this many values: all are compared with all. */
#define TWINS_MAX 256

void spp_check_name(struct spp_check_job *job, uint32_t cell,
		    const struct spp_name *name, size_t bytes, bool key)
{
	size_t i, most = key ? SPP_KEY_NAME_MAX : SPP_VALUE_NAME_MAX;
	bool nul = false, slash = false;

	if ((key && !name->units) || name->units > most ||
	    (name->wide && bytes % 2))
		spp_check_note(job, SPP_CHECK_NAME_SIZE, cell,
			       "name of %zu bytes", bytes);
	for (i = 0; i < name->units; i++) {
		nul |= !spp_name_unit(name, i);
		slash |= spp_name_unit(name, i) == '\\';
	}
	if (nul)
		spp_check_note(job, SPP_CHECK_NAME_NUL, cell, "name has a NUL");
	else if (!spp_name_is_text(name))
		spp_check_note(job, SPP_CHECK_NAME_TEXT, cell,
			       "name is not valid text");
	if (key && slash)
		spp_check_note(job, SPP_CHECK_NAME_SLASH, cell,
			       "name has a backslash");
}

/* The segments of big data: each but the last is full. */
static void check_segments(struct spp_check_job *job, uint32_t db,
			   uint32_t size)
{
	struct spp_cell head, list, segment;
	uint32_t i, count, need;

	if (spp_regf_cell(job->hive, db, 8, &head, NULL))
		return;
	count = spp_get16(head.data + 2);
	need = (size + SPP_VALUE_MAX - 1) / SPP_VALUE_MAX;
	if (count != need) {
		spp_check_note(job, SPP_CHECK_BIG_DATA, db,
			       "%u segments for %u bytes, should be %u", count,
			       size, need);
		return;
	}
	if (!spp_check_reach(job, spp_get32(head.data + 4), 4 * (size_t)count,
			     "list of segments", &list))
		return;
	for (i = 0; i < count; i++) {
		need = size < SPP_VALUE_MAX ? size : SPP_VALUE_MAX;
		spp_check_reach(job, spp_get32(list.data + 4 * (size_t)i), need,
				"segment of data", &segment);
		size -= need;
	}
}

static void check_data(struct spp_check_job *job, const struct spp_slot *slot)
{
	struct spp_cell cell;

	if (slot->inlined) {
		if (slot->size > 4)
			spp_check_note(job, SPP_CHECK_DATA, slot->offset,
				       "value keeps %u bytes in four",
				       slot->size);
		return;
	}
	if (!slot->size)
		return;
	if (slot->size > SPP_VALUE_MAX && job->hive->base.minor > 3) {
		if (!spp_check_reach(job, slot->data_offset, 8, "big data",
				     &cell))
			return;
		if (!memcmp(cell.data, "db", 2))
			check_segments(job, slot->data_offset, slot->size);
		else
			spp_check_note(job, SPP_CHECK_BIG_DATA,
				       slot->data_offset,
				       "%u bytes of data are not in segments",
				       slot->size);
		return;
	}
	spp_check_reach(job, slot->data_offset, slot->size, "data of a value",
			&cell);
}

/* Totals over the values of one key. */
struct sums {
	uint32_t longest_name, longest_data;
	struct spp_name name[TWINS_MAX];
};

static void check_value(struct spp_check_job *job, const struct spp_key *key,
			uint32_t i, struct sums *sums)
{
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_cell cell;
	struct spp_slot slot;
	uint32_t bytes, j;

	sums->name[i % TWINS_MAX] = (struct spp_name){ NULL, 0, false };
	if (spp_key_slot(job->hive, key, i, &slot, &err)) {
		spp_check_note(job, SPP_CHECK_VALUE, key->offset,
			       "value %u: %s", i, err.text);
		return;
	}
	if (!spp_check_reach(job, slot.offset, SPP_VK_HEAD, "value", &cell))
		return;
	job->check->values++;
	bytes = (uint32_t)(2 * slot.name.units);
	spp_check_name(job, slot.offset, &slot.name, spp_get16(cell.data + 2),
		       false);
	check_data(job, &slot);
	if (bytes > sums->longest_name)
		sums->longest_name = bytes;
	if (slot.size > sums->longest_data)
		sums->longest_data = slot.size;
	if (i >= TWINS_MAX)
		return;
	sums->name[i] = slot.name;
	for (j = 0; j < i; j++)
		if ((sums->name[j].data || !slot.name.units) &&
		    sums->name[j].units == slot.name.units &&
		    sums->name[j].data &&
		    !spp_name_cmp(&sums->name[j], &slot.name))
			spp_check_note(job, SPP_CHECK_TWINS, slot.offset,
				       "two values have the same name in "
				       "different case");
}

void spp_check_values(struct spp_check_job *job, const struct spp_key *key)
{
	struct sums sums;
	struct spp_cell cell;
	uint32_t i;

	if (!key->values)
		return;
	if (key->values > SPP_VALUES_MAX) {
		spp_check_note(job, SPP_CHECK_COUNT, key->offset,
			       "key counts %u values", key->values);
		return;
	}
	if (!spp_check_reach(job, key->value_list, 4 * (size_t)key->values,
			     "list of values", &cell))
		return;
	sums.longest_name = sums.longest_data = 0;
	for (i = 0; i < key->values; i++)
		check_value(job, key, i, &sums);
	if (sums.longest_name > key->max_value_name)
		spp_check_note(job, SPP_CHECK_MAXIMUM, key->offset,
			       "longest name of a value is %u bytes, key says "
			       "%u",
			       sums.longest_name, key->max_value_name);
	if (sums.longest_data > key->max_value_data)
		spp_check_note(job, SPP_CHECK_MAXIMUM, key->offset,
			       "longest data is %u bytes, key says %u",
			       sums.longest_data, key->max_value_data);
}
