/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/edit/second_opinion.h"

#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/bed.h"
#include "tests/unit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static enum spp_status judge(const char *path, const struct spp_verdict *v,
			     size_t count, struct spp_error *err)
{
	struct spp_process child = SPP_PROCESS_INIT;
	int fd = open(path, O_RDWR | O_CLOEXEC);
	enum spp_status st;

	CU_ASSERT_FATAL(fd >= 0);
	st = spp_second_opinion_start(&child, fd, v, count, err);
	close(fd);
	return st ? st : spp_second_opinion_wait(&child, err);
}

static enum spp_status create(const char *path, uint32_t parent,
			      const char *keys, struct spp_error *err)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	enum spp_status st;

	CU_ASSERT_FATAL(fd >= 0);
	st = spp_second_opinion_create(fd, parent, keys, err);
	close(fd);
	return st;
}

/* The verdict on a value as it is; data is to be released. */
static struct spp_verdict verdict(struct bed *bed, const char *name)
{
	struct spp_key key = bed_key(&bed->hive, BED_SPP);
	struct spp_verdict v = { .key = key.offset, .values = key.values };
	struct spp_slot slot;

	CU_ASSERT_EQUAL_FATAL(
		spp_key_value(&bed->hive, &key, name, &slot, NULL), SPP_OK);
	v.value = slot.offset;
	CU_ASSERT_EQUAL(spp_regf_value(&bed->hive, &slot, &v.data, NULL),
			SPP_OK);
	return v;
}

static void second_opinion(void)
{
	enum {
		AS_IS,
		COUNT_LESS,
		COUNT_MORE,
		NO_VALUE,
		OTHER,
		DATA,
		TYPE,
		SHORTER,
		NO_KEY
	};
	static const struct {
		const char *name;
		int change;
		enum spp_status want;
	} rows[] = {
		{ "as it is", AS_IS, SPP_OK },
		{ "fewer values", COUNT_LESS, SPP_BUG },
		{ "more values", COUNT_MORE, SPP_BUG },
		{ "none in particular", NO_VALUE, SPP_OK },
		{ "a value elsewhere", OTHER, SPP_BUG },
		{ "other data", DATA, SPP_BUG },
		{ "other type", TYPE, SPP_BUG },
		{ "shorter data", SHORTER, SPP_BUG },
		{ "no key there", NO_KEY, SPP_BUG },
	};
	static const char *const names[] = { "DnsDomainPublishList",
					     "SkipRearm", "TokenStore" };
	const char *path = unit_fixture("kms-primary.hive");
	struct spp_verdict v;
	struct bed bed;
	size_t i;

	CU_ASSERT_EQUAL(bed_open(&bed, path), SPP_OK);
	for (i = 0; i < COUNT(rows); i++) {
		struct spp_error err = SPP_ERROR_INIT;

		v = verdict(&bed, names[i % COUNT(names)]);
		v.values -= rows[i].change == COUNT_LESS;
		v.values += rows[i].change == COUNT_MORE;
		v.value *= rows[i].change != NO_VALUE;
		v.value += rows[i].change == OTHER ? 8 : 0;
		v.data.data[0] ^= rows[i].change == DATA;
		v.data.type += rows[i].change == TYPE;
		v.data.size -= rows[i].change == SHORTER;
		v.key = rows[i].change == NO_KEY ? v.value : v.key;
		UNIT_ROW(judge(path, &v, 1, &err) == rows[i].want,
			 rows[i].name);
		UNIT_ROW(err.status == rows[i].want, rows[i].name);
		spp_value_release(&v.data);
	}
	bed_close(&bed);
}

/* Several, of which the last is wrong. */
static void every_verdict_counts(void)
{
	const char *path = unit_fixture("big-sibling.hive");
	struct spp_verdict v[2];
	struct bed bed;

	CU_ASSERT_EQUAL(bed_open(&bed, path), SPP_OK);
	v[0] = verdict(&bed, "PolicyCache"); /* big data */
	v[1] = verdict(&bed, "KeyManagementServiceName");
	CU_ASSERT_EQUAL(judge(path, v, 2, NULL), SPP_OK);
	CU_ASSERT_EQUAL(judge(path, v, 0, NULL), SPP_OK);
	v[1].data.data[3] ^= 1;
	CU_ASSERT_EQUAL(judge(path, v, 1, NULL), SPP_OK);
	CU_ASSERT_EQUAL(judge(path, v, 2, NULL), SPP_BUG);
	spp_value_release(&v[0].data);
	spp_value_release(&v[1].data);
	bed_close(&bed);
}

static void what_is_no_hive_is_not_accepted(void)
{
	static const char *const rows[] = { "damaged-base-signature.hive",
					    "damaged-base-checksum.hive",
					    "damaged-bin-signature.hive" };
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_error err = SPP_ERROR_INIT;

		UNIT_ROW(judge(unit_fixture(rows[i]), NULL, 0, &err) == SPP_BUG,
			 rows[i]);
		UNIT_ROW(strstr(err.text,
				"libhivex does not accept the new hive"),
			 rows[i]);
	}
}

/* Whatever it makes of damage, it ends with a status. */
static void damage_is_survived(void)
{
	glob_t found;
	size_t i;

	CU_ASSERT_EQUAL_FATAL(
		glob(unit_fixture("damaged-*.hive"), 0, NULL, &found), 0);
	for (i = 0; i < found.gl_pathc; i++) {
		struct spp_error err = SPP_ERROR_INIT;
		const char *copy = unit_copy(found.gl_pathv[i], "hive");
		enum spp_status st;

		st = create(copy, 32, "One\\Two", &err);
		UNIT_ROW(st == err.status, found.gl_pathv[i]);
		UNIT_ROW(!st == !*err.text, found.gl_pathv[i]);
	}
	globfree(&found);
}

static void keys_are_created(void)
{
	static const char path[] = "Brand\\New Key\\{55c92734}";
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_key parent;
	struct bed bed;
	const char *copy;

	CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture("kms-primary.hive")),
			SPP_OK);
	parent = bed_key(&bed.hive, BED_NT);
	bed_close(&bed);
	copy = unit_copy(unit_fixture("kms-primary.hive"), "hive");
	CU_ASSERT_EQUAL(create(copy, parent.offset, path, &err), SPP_OK);
	CU_ASSERT_EQUAL(bed_open(&bed, copy), SPP_OK);
	bed_key(&bed.hive, BED_NT "\\Brand\\New Key\\{55c92734}");
	bed_close(&bed);
	/* A parent that is none. */
	CU_ASSERT_EQUAL(create(copy, parent.offset + 8, path, &err),
			SPP_CORRUPT);
	CU_ASSERT_STRING_NOT_EQUAL(err.text, "");
	spp_error_clear(&err);
	copy = unit_copy(unit_fixture("damaged-base-signature.hive"), "hive");
	CU_ASSERT_EQUAL(create(copy, 32, path, &err), SPP_CORRUPT);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(err.text, "libhivex does not accept this hive"));
}

static const struct unit_test tests[] = {
	{ "second opinion", second_opinion },
	{ "every verdict counts", every_verdict_counts },
	{ "what is not a hive is not accepted",
	  what_is_no_hive_is_not_accepted },
	{ "damage is survived", damage_is_survived },
	{ "keys are created", keys_are_created },
	{ NULL, NULL },
};

const struct unit_suite unit_second_opinion = { "second_opinion", tests };
