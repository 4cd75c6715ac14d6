/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random edits of one key against a model of what it should hold. */
#include <stdlib.h>
#include <string.h>

#include "hive/edit/edit.h"
#include "tests/bed.h"
#include "tests/unit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define NOW	 133700000000000001ull

/* What a key should hold, beside the values that nobody touches. */
static const char *const names[] = {
	"A",	"KeyManagementServiceName", "VLActivationInterval",
	"",	"DnsDomainPublishList",	    "PolicyCache2",
	"Zeta", "a name with blanks",	    "SkipRearm",
};
#define NAMES COUNT(names)

struct model {
	struct spp_value value[NAMES];
	bool there[NAMES];
	/* The others, as they were found. */
	struct spp_slot slot[64];
	struct spp_value data[64];
	uint32_t others;
};

static bool is_modelled(const struct spp_name *name)
{
	size_t i;

	for (i = 0; i < NAMES; i++)
		if (spp_name_is(name, names[i]))
			return true;
	return false;
}

static void model_read(struct model *m, struct bed *bed, const char *path)
{
	struct spp_key key = bed_key(&bed->hive, path);
	struct spp_slot slot;
	uint32_t i;

	*m = (struct model){ .others = 0 };
	for (i = 0; i < NAMES; i++)
		m->there[i] =
			!bed_value(&bed->hive, path, names[i], &m->value[i]);
	for (i = 0; i < key.values && m->others < COUNT(m->slot); i++) {
		CU_ASSERT_EQUAL(spp_key_slot(&bed->hive, &key, i, &slot, NULL),
				SPP_OK);
		if (is_modelled(&slot.name))
			continue;
		/* Its name in the old bytes, which stay where they are. */
		slot.name.data = bed->bytes + spp_file_offset(slot.offset) + 4 +
				 SPP_VK_HEAD;
		m->slot[m->others] = slot;
		spp_regf_value(&bed->hive, &slot, &m->data[m->others], NULL);
		m->others++;
	}
}

static void model_release(struct model *m)
{
	size_t i;

	for (i = 0; i < NAMES; i++)
		spp_value_release(&m->value[i]);
	for (i = 0; i < m->others; i++)
		spp_value_release(&m->data[i]);
}

/* Whether a value that nobody touched is the same record and data. */
static bool other_is_same(struct spp_regf *hive, const struct spp_key *key,
			  const struct spp_slot *was,
			  const struct spp_value *data)
{
	struct spp_value CLEANUP(spp_value_release) now = SPP_VALUE_INIT;
	struct spp_slot slot;
	uint32_t i;

	for (i = 0; !spp_key_slot(hive, key, i, &slot, NULL); i++) {
		if (slot.offset != was->offset)
			continue;
		return slot.data_offset == was->data_offset &&
		       slot.flags == was->flags &&
		       !spp_name_cmp(&slot.name, &was->name) &&
		       !spp_regf_value(hive, &slot, &now, NULL) &&
		       spp_value_equal(&now, data);
	}
	return false;
}

/* How much of the hive is not as the model says. */
static unsigned int model_differs(struct model *m, struct bed *bed,
				  const char *path)
{
	struct spp_key key = bed_key(&bed->hive, path);
	unsigned int wrong = 0;
	uint32_t i, count = m->others;

	for (i = 0; i < NAMES; i++) {
		struct spp_value CLEANUP(spp_value_release) now =
			SPP_VALUE_INIT;
		enum spp_status st;

		st = bed_value(&bed->hive, path, names[i], &now);
		count += m->there[i];
		wrong += m->there[i]
				 ? st || !spp_value_equal(&now, &m->value[i])
				 : st != SPP_NOTFOUND;
	}
	for (i = 0; i < m->others; i++)
		wrong += !other_is_same(&bed->hive, &key, &m->slot[i],
					&m->data[i]);
	return wrong + (key.values != count) +
	       (unsigned int)bed_findings(&bed->hive, SPP_WARNING);
}

/* One random set or delete, in the hive and in the model. */
static unsigned int random_step(struct spp_edit *edit, struct model *m,
				const char *path, uint32_t *seed)
{
	static const size_t sizes[] = { 0,  1,	3,   4,	  5,	8,
					20, 60, 300, 900, 4000, SPP_VALUE_MAX };
	static const uint32_t types[] = { 0, 1, 3, 4, 7, 11, 0x20001 };
	size_t i = bed_random(seed) % NAMES, size;
	uint8_t fill = (uint8_t)(bed_random(seed) & 0xff);
	uint32_t type = types[bed_random(seed) % COUNT(types)];
	enum spp_status st;

	if (bed_random(seed) % 3 == 0) {
		st = spp_edit_delete(edit, path, names[i], NULL);
		spp_value_release(&m->value[i]);
		if (!m->there[i])
			return st != SPP_NOTFOUND;
		m->there[i] = false;
		return st != SPP_OK;
	}
	/* The large ones less often. */
	size = sizes[bed_random(seed) % (bed_random(seed) % 4 ? 9 : 12)];
	bed_fill(&m->value[i], size, type, fill);
	m->there[i] = true;
	return spp_edit_set(edit, path, names[i], &m->value[i], NULL) != SPP_OK;
}

static void random_edits_follow_the_model(void)
{
	static const struct {
		const char *hive, *path;
		int steps;
	} rows[] = {
		{ "kms-primary", BED_SPP, 400 },
		{ "kms-primary", BED_SPP "\\Activation", 100 },
		{ "minor3", BED_SPP, 250 },
		{ "big-sibling", BED_SPP, 250 },
		{ "full-bins", BED_SPP, 400 },
		{ "slack", BED_SPP, 150 },
		{ "li-lists", BED_SPP, 150 },
		{ "no-spp", BED_NT, 150 },
	};
	uint32_t seed = 42;
	struct bed bed;
	size_t i;
	int step;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_edit CLEANUP(spp_edit_release)
			edit = { .cells = { .hive = &bed.hive }, .now = NOW };
		struct model m;
		unsigned int wrong = 0;

		bed_fixture(&bed, "", rows[i].hive);
		model_read(&m, &bed, rows[i].path);
		wrong += model_differs(&m, &bed, rows[i].path);
		for (step = 0; !wrong && step < rows[i].steps; step++) {
			wrong = random_step(&edit, &m, rows[i].path, &seed);
			wrong += model_differs(&m, &bed, rows[i].path);
		}
		UNIT_ROW(!wrong, rows[i].hive);
		UNIT_ROW(step == rows[i].steps, rows[i].hive);
		UNIT_ROW(!bed_strays(&bed, &edit.cells.ledger), rows[i].hive);
		UNIT_ROW(bed_key(&bed.hive, rows[i].path).written == NOW,
			 rows[i].hive);
		model_release(&m);
		bed_close(&bed);
	}
}

static const struct unit_test tests[] = {
	{ "random edits follow the model", random_edits_follow_the_model },
	{ NULL, NULL },
};

const struct unit_suite unit_model = { "model", tests };
