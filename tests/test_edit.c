/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/edit.h"

#include <stdlib.h>
#include <string.h>

#include "hive/bytes.h"
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

static void make_value(struct spp_value *v, size_t size, uint32_t type,
		       uint8_t fill)
{
	uint8_t *data = malloc(size + 1);

	CU_ASSERT_PTR_NOT_NULL_FATAL(data);
	memset(data, fill, size);
	CU_ASSERT_EQUAL(spp_value_set(v, type, data, size, NULL), SPP_OK);
	free(data);
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
	make_value(&m->value[i], size, type, fill);
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
	char file[64];
	size_t i;
	int step;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_edit CLEANUP(spp_edit_release)
			edit = { .cells = { .hive = &bed.hive }, .now = NOW };
		struct model m;
		unsigned int wrong = 0;

		snprintf(file, sizeof(file), "%s.hive", rows[i].hive);
		CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture(file)), SPP_OK);
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

/* Every kind of place for data turned into every other. */
static void sizes_and_types(void)
{
	static const size_t sizes[] = { 0, 1, 4, 5, SPP_VALUE_MAX };
	static const char *const hives[] = { "kms-primary.hive", "minor3.hive",
					     "full-bins.hive" };
	struct spp_value CLEANUP(spp_value_release) v = SPP_VALUE_INIT;
	struct spp_value CLEANUP(spp_value_release) got = SPP_VALUE_INIT;
	struct bed bed;
	size_t i, from, to;

	for (i = 0; i < COUNT(hives) * 25; i++) {
		struct spp_edit CLEANUP(spp_edit_release)
			edit = { .cells = { .hive = &bed.hive }, .now = NOW };
		const char *hive = hives[i / 25];

		from = i / 5 % 5;
		to = i % 5;
		CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture(hive)), SPP_OK);
		make_value(&v, sizes[from], 1, 0x11);
		UNIT_ROW(!spp_edit_set(&edit, BED_SPP, "New", &v, &bed.err),
			 hive);
		make_value(&v, sizes[to], 7, 0x22);
		UNIT_ROW(!spp_edit_set(&edit, BED_SPP, "new", &v, &bed.err),
			 hive);
		UNIT_ROW(!bed_value(&bed.hive, BED_SPP, "NEW", &got), hive);
		UNIT_ROW(spp_value_equal(&v, &got), hive);
		UNIT_ROW(!bed_findings(&bed.hive, SPP_WARNING), hive);
		bed_close(&bed);
	}
}

static void refusals(void)
{
	static char longest[16385];
	static const struct {
		const char *what, *path, *name;
		size_t size;
		enum spp_status want;
	} rows[] = {
		{ "no such key", BED_SPP "\\x", "A", 4, SPP_NOTFOUND },
		{ "too large", BED_SPP, "A", SPP_VALUE_MAX + 1, SPP_LIMIT },
		{ "new name not ASCII", BED_SPP, "\u00e4", 4, SPP_INVALID },
		{ "malformed name", BED_SPP, "\xff", 4, SPP_INVALID },
		{ "name too long", BED_SPP, longest, 4, SPP_INVALID },
	};
	struct spp_value CLEANUP(spp_value_release) v = SPP_VALUE_INIT;
	struct bed bed;
	size_t i;

	memset(longest, 'x', sizeof(longest) - 1);
	for (i = 0; i < COUNT(rows); i++) {
		struct spp_edit CLEANUP(spp_edit_release)
			edit = { .cells = { .hive = &bed.hive }, .now = NOW };

		CU_ASSERT_EQUAL(
			bed_open(&bed, unit_fixture("kms-primary.hive")),
			SPP_OK);
		make_value(&v, rows[i].size, 3, 1);
		UNIT_ROW(spp_edit_set(&edit, rows[i].path, rows[i].name, &v,
				      NULL) == rows[i].want,
			 rows[i].what);
		UNIT_ROW(!edit.cells.ledger.count, rows[i].what);
		bed_close(&bed);
	}
	/* One that is there may have any name. */
	CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture("unicode-names.hive")),
			SPP_OK);
	struct spp_edit edit = { .cells = { .hive = &bed.hive }, .now = NOW };
	make_value(&v, 100, 3, 1);
	CU_ASSERT_EQUAL(spp_edit_set(&edit, "Names\\\U0001d518nicode",
				     "GR\u00d6\u00dfe", &v, NULL),
			SPP_OK);
	CU_ASSERT_EQUAL(bed_findings(&bed.hive, SPP_WARNING), 0);
	spp_edit_release(&edit);
	spp_edit_release(NULL);
	bed_close(&bed);
}

/* 1000 sets, each of another size in turn; how much the bins grew. */
static uint32_t grown_by(const char *hive, const size_t *sizes, size_t count,
			 bool delete)
{
	struct spp_value CLEANUP(spp_value_release) v = SPP_VALUE_INIT;
	struct bed bed;
	struct spp_edit CLEANUP(spp_edit_release)
		edit = { .cells = { .hive = &bed.hive }, .now = NOW };
	uint32_t i, had, wrong = 0, grown;

	CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture(hive)), SPP_OK);
	had = bed.hive.base.bins_size;
	for (i = 0; i < 1000; i++) {
		make_value(&v, sizes[i % count], 3, (uint8_t)(i & 0xff));
		wrong += spp_edit_set(&edit, BED_SPP, "DnsDomainPublishList",
				      &v, NULL) != SPP_OK;
		if (delete)
			wrong += spp_edit_delete(&edit, BED_SPP,
						 "DnsDomainPublishList",
						 NULL) != SPP_OK;
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_EQUAL(bed_findings(&bed.hive, SPP_WARNING), 0);
	grown = bed.hive.base.bins_size - had;
	CU_ASSERT_EQUAL(spp_pages_size(bed.pages), bed.size + grown);
	bed_close(&bed);
	return grown;
}

static void growth_has_laws(void)
{
	static const size_t fitting[] = { 44, 40, 6, 44 }, inlined[] = { 4, 0 };
	static const size_t rising[] = { 8,   16,  100, 101, 200, 300, 400,
					 500, 600, 700, 800, 900, 1000 };
	static const size_t falling[] = { 1900, 1000, 500, 100, 4, 0 };
	static const size_t one[] = { 44 };

	CU_ASSERT_EQUAL(grown_by("full-bins.hive", fitting, 4, false), 0);
	CU_ASSERT_EQUAL(grown_by("full-bins.hive", inlined, 2, false), 0);
	CU_ASSERT_EQUAL(grown_by("full-bins.hive", one, 1, true), 0);
	CU_ASSERT_EQUAL(grown_by("full-bins.hive", rising, 13, false), 4096);
	CU_ASSERT_EQUAL(grown_by("full-bins.hive", falling, 6, false), 4096);
	CU_ASSERT_EQUAL(grown_by("full-bins.hive", falling, 6, true), 4096);
	CU_ASSERT_TRUE(grown_by("kms-primary.hive", rising, 13, true) <= 4096);
	CU_ASSERT_TRUE(grown_by("big-sibling.hive", rising, 13, false) <= 4096);
}

/* Its cells keep their bytes, and replacing it gives all of them back. */
static void big_data_stays_or_goes(void)
{
	static const char *const hives[] = { "big-sibling.hive",
					     "minor3.hive" };
	struct spp_value CLEANUP(spp_value_release) v = SPP_VALUE_INIT;
	unsigned char *now;
	struct spp_slot slot;
	struct spp_key key;
	struct bed bed;
	uint32_t had;
	size_t i, size, at, wrong, k;

	for (k = 0; k < COUNT(hives); k++) {
		struct spp_edit CLEANUP(spp_edit_release)
			edit = { .cells = { .hive = &bed.hive }, .now = NOW };

		CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture(hives[k])), SPP_OK);
		key = bed_key(&bed.hive, BED_SPP);
		CU_ASSERT_EQUAL(spp_key_value(&bed.hive, &key, "PolicyCache",
					      &slot, NULL),
				SPP_OK);
		had = bed.hive.base.bins_size;
		for (i = 0; i < 300; i++) {
			make_value(&v, i * 53 % 1000, 3, (uint8_t)(i & 0xff));
			spp_edit_set(&edit, BED_SPP, i % 2 ? "One" : "Two", &v,
				     NULL);
		}
		/* Its ramp is nowhere else, so its bytes are those. */
		now = bed_now(&bed, &size);
		at = 4096 + slot.data_offset;
		for (wrong = 0, i = 0; i < 39472; i++)
			wrong += now[at + i] != bed.bytes[at + i];
		UNIT_ROW(k == 0 || !wrong, hives[k]);
		UNIT_ROW(!memcmp(now + at, bed.bytes + at, 12), hives[k]);
		free(now);
		CU_ASSERT_EQUAL(
			bed_value(&bed.hive, BED_SPP, "PolicyCache", &v),
			SPP_OK);
		UNIT_ROW(bed_is_ramp(&v, 39472), hives[k]);
		had = bed.hive.base.bins_size;
		make_value(&v, 60, 3, 9);
		UNIT_ROW(!spp_edit_set(&edit, BED_SPP, "PolicyCache", &v, NULL),
			 hives[k]);
		UNIT_ROW(!bed_findings(&bed.hive, SPP_WARNING), hives[k]);
		make_value(&v, 16000, 3, 9);
		UNIT_ROW(!spp_edit_set(&edit, BED_SPP, "One", &v, NULL),
			 hives[k]);
		UNIT_ROW(!spp_edit_set(&edit, BED_SPP, "Two", &v, NULL),
			 hives[k]);
		/* Flat data stays in its cell, however little is left. */
		UNIT_ROW(bed.hive.base.bins_size == had || k, hives[k]);
		UNIT_ROW(!bed_findings(&bed.hive, SPP_WARNING), hives[k]);
		bed_close(&bed);
	}
}

/* The list of values grows and shrinks; the last value takes it along. */
static void lists_grow_and_go(void)
{
	struct spp_value CLEANUP(spp_value_release) v = SPP_VALUE_INIT;
	struct bed bed;
	struct spp_edit CLEANUP(spp_edit_release)
		edit = { .cells = { .hive = &bed.hive }, .now = NOW };
	struct spp_key key;
	uint32_t i, wrong = 0;
	char name[16];

	CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture("kms-primary.hive")),
			SPP_OK);
	for (i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "Value%u", i);
		spp_value_set_dword(&v, i, NULL);
		wrong += spp_edit_set(&edit, "Classes", name, &v, NULL) !=
			 SPP_OK;
	}
	key = bed_key(&bed.hive, "Classes");
	CU_ASSERT_EQUAL(key.values, 300);
	CU_ASSERT_EQUAL(key.max_value_name, 16);
	CU_ASSERT_EQUAL(key.max_value_data, 4);
	CU_ASSERT_EQUAL(bed_findings(&bed.hive, SPP_WARNING), 0);
	for (i = 0; i < 300; i++) { /* 7 and 300 have no common factor */
		snprintf(name, sizeof(name), "vALUE%u", i * 7 % 300);
		wrong +=
			spp_edit_delete(&edit, "Classes", name, NULL) != SPP_OK;
		wrong += bed_key(&bed.hive, "Classes").values != 299 - i;
	}
	CU_ASSERT_EQUAL(wrong, 0);
	key = bed_key(&bed.hive, "Classes");
	CU_ASSERT_EQUAL(key.value_list, SPP_NOWHERE);
	CU_ASSERT_EQUAL(key.max_value_name, 0);
	CU_ASSERT_EQUAL(key.max_value_data, 0);
	CU_ASSERT_EQUAL(bed_findings(&bed.hive, SPP_WARNING), 0);
	CU_ASSERT_EQUAL(spp_edit_set(&edit, "Classes", "again", &v, NULL),
			SPP_OK);
	CU_ASSERT_EQUAL(bed_findings(&bed.hive, SPP_WARNING), 0);
	bed_close(&bed);
}

/* The base block of a finished edit, and what touching a key changes. */
static void finish_and_touch(void)
{
	unsigned char *now;
	struct bed bed, again;
	struct spp_edit CLEANUP(spp_edit_release)
		edit = { .cells = { .hive = &bed.hive }, .now = NOW };
	struct spp_key key;
	size_t size;

	CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture("dirty.hive")), SPP_OK);
	CU_ASSERT_EQUAL(spp_edit_touch(&edit, BED_SPP, NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_edit_touch(&edit, "x", NULL), SPP_NOTFOUND);
	CU_ASSERT_EQUAL(spp_edit_finish(&edit, 99, NULL), SPP_OK);
	now = bed_now(&bed, &size);
	CU_ASSERT_EQUAL(size, bed.size);
	CU_ASSERT_EQUAL(bed_strays(&bed, &edit.cells.ledger), 0);
	CU_ASSERT_EQUAL(spp_ranges_total(&edit.cells.ledger), 8 + 16 + 4 + 4);
	CU_ASSERT_EQUAL(bed_take(&again, now, size), SPP_OK);
	CU_ASSERT_EQUAL(again.hive.base.seq1, 99);
	CU_ASSERT_EQUAL(again.hive.base.seq2, 99);
	CU_ASSERT_EQUAL(again.hive.base.written, NOW);
	CU_ASSERT_FALSE(spp_base_dirty(&again.hive.base));
	key = bed_key(&again.hive, BED_SPP);
	CU_ASSERT_EQUAL(key.written, NOW);
	bed_close(&again);
	bed_close(&bed);
}

static const struct unit_test tests[] = {
	{ "random edits follow the model", random_edits_follow_the_model },
	{ "sizes and types", sizes_and_types },
	{ "refusals", refusals },
	{ "growth has laws", growth_has_laws },
	{ "big data stays or goes", big_data_stays_or_goes },
	{ "lists grow and go", lists_grow_and_go },
	{ "finish and touch", finish_and_touch },
	{ NULL, NULL },
};

const struct unit_suite unit_edit = { "edit", tests };
