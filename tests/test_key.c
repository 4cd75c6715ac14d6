/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys, their lists, and values: hive/regf/key.c. */
#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "tests/bed.h"
#include "tests/unit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define UNICODE	 "Names\\\U0001d518nicode"

static void paths_are_followed(void)
{
	static const struct {
		const char *hive, *path;
		enum spp_status want;
	} rows[] = {
		{ "kms-primary", "", SPP_OK },
		{ "kms-primary", "Microsoft", SPP_OK },
		{ "kms-primary", "Microsoft\\", SPP_OK },
		{ "kms-primary", "\\Microsoft", SPP_NOTFOUND },
		{ "kms-primary", "Microsoft\\\\Windows NT", SPP_NOTFOUND },
		{ "kms-primary", "Micro", SPP_NOTFOUND },
		{ "kms-primary", "Microsoft2", SPP_NOTFOUND },
		{ "kms-primary", BED_SPP, SPP_OK },
		{ "kms-primary", BED_SPP "\\activation", SPP_OK },
		{ "kms-primary", BED_SPP "\\Activation\\x", SPP_NOTFOUND },
		{ "kms-primary",
		  "MICROSOFT\\windows nt\\CURRENTversion\\"
		  "softwarePROTECTIONplatform",
		  SPP_OK },
		{ "kms-primary", "Microsoft\\\xff", SPP_INVALID },
		{ "no-spp", BED_SPP, SPP_NOTFOUND },
		{ "unicode-names", "Names\\\u00c4THER", SPP_OK },
		{ "unicode-names", "Names\\\u00e4ther", SPP_OK },
		{ "unicode-names", "Names\\ather", SPP_NOTFOUND },
		{ "unicode-names", "Names\\\u0152UVRE", SPP_OK },
		{ "unicode-names", "Names\\\u0153uvre", SPP_OK },
		{ "unicode-names",
		  "names\\\u039c\u039f\u03a3\u039a\u0392\u0391", SPP_NOTFOUND },
		{ "unicode-names",
		  "names\\\u041c\u041e\u0421\u041a\u0412\u0410", SPP_OK },
		{ "unicode-names", "Names\\\u65e5\u672c\u8a9e", SPP_OK },
		{ "unicode-names", "Names\\\U0001d518nicode", SPP_OK },
		{ "cyclic", BED_SPP "\\Loop\\Loop\\Loop", SPP_NOTFOUND },
	};
	struct spp_key key;
	struct bed bed;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		bed_fixture(&bed, "", rows[i].hive);
		UNIT_ROW(spp_regf_find(&bed.hive, rows[i].path, &key,
				       &bed.err) == rows[i].want,
			 rows[i].path);
		/* That something is not there is no failure. */
		UNIT_ROW(bed.err.status == (rows[i].want == SPP_INVALID
						    ? SPP_INVALID
						    : SPP_OK),
			 rows[i].path);
		bed_close(&bed);
	}
}

static void values_are_found(void)
{
	static const struct {
		const char *hive, *path, *name;
		enum spp_status want;
		uint32_t type;
		size_t size;
	} rows[] = {
		{ "kms-primary", BED_SPP, "DnsDomainPublishList", SPP_OK, 7,
		  0 },
		{ "kms-primary", BED_SPP, "dnsdomainPUBLISHlist", SPP_OK, 7,
		  0 },
		{ "kms-primary", BED_SPP, "DnsDomainPublish", SPP_NOTFOUND, 0,
		  0 },
		{ "kms-primary", BED_SPP, "", SPP_NOTFOUND, 0, 0 },
		{ "kms-primary", "Classes\\.txt", "", SPP_OK, 1, 16 },
		{ "kms-primary", BED_SPP, "SkipRearm", SPP_OK, 4, 4 },
		{ "kms-primary", BED_SPP, "ServiceSessionId", SPP_OK, 3, 16 },
		{ "kms-primary", BED_NT, "InstallTime", SPP_OK, 11, 8 },
		{ "unicode-names", UNICODE, "GR\u00d6\u00dfE", SPP_OK, 4, 4 },
		{ "unicode-names", UNICODE, "Gr\u00f6sse", SPP_NOTFOUND, 0, 0 },
		{ "unicode-names", UNICODE, "\u03c9MEGA", SPP_OK, 4, 4 },
		{ "unicode-names", UNICODE, "", SPP_OK, 1, 28 },
		{ "many-values", BED_SPP, "KeyManagementServiceName", SPP_OK, 1,
		  0 },
		{ "wrong-types", BED_SPP, "KeyManagementServiceVersion", SPP_OK,
		  1, 0 },
	};
	struct bed bed;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_value CLEANUP(spp_value_release) value =
			SPP_VALUE_INIT;

		bed_fixture(&bed, "", rows[i].hive);
		UNIT_ROW(bed_value(&bed.hive, rows[i].path, rows[i].name,
				   &value) == rows[i].want,
			 rows[i].name);
		UNIT_ROW(value.type == rows[i].type, rows[i].name);
		UNIT_ROW(!rows[i].size || value.size == rows[i].size,
			 rows[i].name);
		UNIT_ROW(!bed.hive.damaged, rows[i].name);
		bed_close(&bed);
	}
}

/* Each kind of list, in order, with each of its keys found by its name. */
static void lists_are_gone_through(void)
{
	static const struct {
		const char *hive, *path;
		char kind;
		bool root;
		uint32_t count;
	} rows[] = {
		{ "kms-primary", BED_SPP, 'h', false, 2 },
		{ "kms-primary", BED_SPP "\\Activation", 0, false, 0 },
		{ "minor3", BED_SPP, 'f', false, 2 },
		{ "li-lists", BED_SPP, 'i', true, 32 },
		{ "li-lists", BED_NT, 'i', false, 1 },
		{ "many-subkeys", BED_SPP "\\Crowd", 'h', true, 1208 },
		{ "unicode-names", "Names", 'f', false, 30 },
		{ "damaged-orphan", BED_SPP, 'h', true, 6 },
	};
	struct spp_key key, sub, found;
	struct spp_subkeys it;
	struct bed bed;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_buf CLEANUP(spp_buf_release) name = SPP_BUF_INIT;
		struct spp_name last = { 0 };
		uint32_t n = 0, leaves = 0, wrong = 0;

		bed_fixture(&bed, "", rows[i].hive);
		key = bed_key(&bed.hive, rows[i].path);
		spp_subkeys_begin(&it, &bed.hive, &key);
		for (; !spp_subkeys_next(&it, &bed.err); n++) {
			leaves += !it.index;
			wrong += it.ordinal != n || it.kind != rows[i].kind;
			wrong += spp_regf_key(&bed.hive, it.key, &sub, NULL) !=
				 SPP_OK;
			wrong += n && spp_name_cmp(&last, &sub.name) >= 0;
			last = sub.name;
			spp_buf_release(&name);
			spp_name_show(&sub.name, &name, NULL, NULL);
			wrong += spp_key_subkey(&bed.hive, &key,
						(char *)name.data, name.size,
						&found, NULL) ||
				 found.offset != it.key;
		}
		UNIT_ROW(n == rows[i].count && key.subkeys == n, rows[i].hive);
		UNIT_ROW(!wrong, rows[i].hive);
		UNIT_ROW(rows[i].root ? leaves > 1 : leaves <= 1, rows[i].hive);
		UNIT_ROW(!bed.err.status, rows[i].hive);
		bed_close(&bed);
	}
}

static void hostile_names_hide_nothing(void)
{
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	char *text = NULL;
	struct bed bed;

	CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture("hostile-names.hive")),
			SPP_OK);
	CU_ASSERT_EQUAL(bed_value(&bed.hive, BED_SPP,
				  "KeyManagementServiceName", &value),
			SPP_OK);
	CU_ASSERT_EQUAL(spp_value_get_text(&value, &text, NULL, NULL), SPP_OK);
	CU_ASSERT_STRING_EQUAL(text, "kms01.corp.example");
	free(text);
	/* The twin in another case, and two keys and two values. */
	CU_ASSERT_EQUAL(bed.hive.damaged, 1);
	CU_ASSERT_STRING_EQUAL(
		bed.hive.damage.text,
		"two keys are named "
		"'SoftwareProtectionPlatform' in different case");
	CU_ASSERT_EQUAL(bed.hive.odd, 4);
	CU_ASSERT_STRING_EQUAL(bed.hive.oddity.text,
			       "the key 'A\\u{D800}' has a name that is not "
			       "text");
	bed_close(&bed);
	CU_ASSERT_EQUAL(
		bed_open(&bed, unit_fixture("damaged-value-twins.hive")),
		SPP_OK);
	CU_ASSERT_EQUAL(bed_value(&bed.hive, BED_SPP,
				  "KeyManagementServiceName", &value),
			SPP_OK);
	CU_ASSERT_EQUAL(bed.hive.damaged, 1);
	CU_ASSERT_STRING_EQUAL(bed.hive.damage.text,
			       "two values are named "
			       "'KeyManagementServiceName' in different case");
	bed_close(&bed);
}

static void big_data_is_joined(void)
{
	static const char *const hives[] = { "big-sibling.hive", "minor3.hive",
					     "damaged-flat-data.hive",
					     "damaged-db-old.hive" };
	struct bed bed;
	size_t i;

	for (i = 0; i < COUNT(hives); i++) {
		struct spp_value CLEANUP(spp_value_release) value =
			SPP_VALUE_INIT;
		bool told = i == 3; /* 1.3 has no big data, so none is read */

		CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture(hives[i])), SPP_OK);
		UNIT_ROW(bed_value(&bed.hive, BED_SPP, "PolicyCache", &value) ==
				 (told ? SPP_CORRUPT : SPP_OK),
			 hives[i]);
		UNIT_ROW(told || bed_is_ramp(&value, 39472), hives[i]);
		bed_close(&bed);
	}
}

/* Lists that end in damage, and how many keys come before it. */
static void damaged_lists_are_told(void)
{
	static const struct {
		const char *hive;
		uint32_t before;
		enum spp_status end;
	} rows[] = {
		{ "damaged-list-count-long", 0, SPP_CORRUPT },
		{ "damaged-list-count-zero", 3, SPP_NOTFOUND },
		{ "damaged-list-ri-cycle", 0, SPP_CORRUPT },
		{ "damaged-list-signature", 0, SPP_CORRUPT },
		{ "damaged-list-element-outside", 6, SPP_NOTFOUND },
		{ "damaged-key-subkeys-huge", 6, SPP_NOTFOUND },
		{ "damaged-key-subkeys-less", 6, SPP_NOTFOUND },
	};
	struct spp_subkeys it;
	enum spp_status st;
	struct spp_key key;
	struct bed bed;
	uint32_t n;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		bed_fixture(&bed, "", rows[i].hive);
		key = bed_key(&bed.hive, BED_SPP);
		spp_subkeys_begin(&it, &bed.hive, &key);
		for (n = 0; !(st = spp_subkeys_next(&it, &bed.err)); n++)
			;
		UNIT_ROW(n == rows[i].before, rows[i].hive);
		UNIT_ROW(st == rows[i].end, rows[i].hive);
		UNIT_ROW(bed.err.status == (st == SPP_NOTFOUND ? SPP_OK : st),
			 rows[i].hive);
		bed_close(&bed);
	}
}

/* A damaged sibling is passed over, counted, and does not hide the others. */
static void damaged_siblings_are_passed_over(void)
{
	static const char *const hives[] = {
		"damaged-key-signature.hive", "damaged-key-name-long.hive",
		"damaged-list-element-outside.hive",
		"damaged-list-element-value.hive"
	};
	struct spp_key spp, key;
	struct bed bed;
	size_t i;

	for (i = 0; i < COUNT(hives); i++) {
		CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture(hives[i])), SPP_OK);
		spp = bed_key(&bed.hive, BED_SPP);
		UNIT_ROW(!bed.hive.damaged, hives[i]);
		UNIT_ROW(!spp_key_subkey(&bed.hive, &spp, "Two", 3, &key, NULL),
			 hives[i]);
		UNIT_ROW(bed.hive.damaged == 1, hives[i]);
		UNIT_ROW(bed.hive.damage.status == SPP_CORRUPT, hives[i]);
		bed_close(&bed);
	}
}

static void damaged_values_are_told(void)
{
	static const struct {
		const char *hive, *name;
		enum spp_status want;
		unsigned int damaged;
	} rows[] = {
		{ "db-count-less", "PolicyCache", SPP_CORRUPT, 0 },
		{ "db-count-more", "PolicyCache", SPP_CORRUPT, 0 },
		{ "db-list", "PolicyCache", SPP_CORRUPT, 0 },
		{ "db-segment", "PolicyCache", SPP_CORRUPT, 0 },
		{ "db-signature", "PolicyCache", SPP_CORRUPT, 0 },
		{ "value-data-nowhere", "KeyManagementServiceName", SPP_CORRUPT,
		  0 },
		{ "value-data-outside", "KeyManagementServiceName", SPP_CORRUPT,
		  0 },
		{ "value-data-inside", "KeyManagementServiceName", SPP_CORRUPT,
		  0 },
		{ "value-size-inline", "VLActivationInterval", SPP_CORRUPT, 0 },
		{ "value-size-long", "KeyManagementServiceName", SPP_CORRUPT,
		  0 },
		{ "value-signature", "KeyManagementServiceName", SPP_NOTFOUND,
		  1 },
		{ "value-signature", "KeyManagementServicePort", SPP_OK, 1 },
		{ "value-name-long", "KeyManagementServicePort", SPP_OK, 1 },
		{ "value-list-element", "VLActivationInterval", SPP_OK, 1 },
		{ "value-list-outside", "VLActivationInterval", SPP_NOTFOUND,
		  5 },
		{ "key-values-more", "VLActivationInterval", SPP_OK, 40 },
		{ "cell-free-used", "KeyManagementServiceName", SPP_CORRUPT,
		  0 },
	};
	struct bed bed;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_value CLEANUP(spp_value_release) value =
			SPP_VALUE_INIT;

		bed_fixture(&bed, "damaged-", rows[i].hive);
		UNIT_ROW(bed_value(&bed.hive, BED_SPP, rows[i].name, &value) ==
				 rows[i].want,
			 rows[i].hive);
		UNIT_ROW(bed.hive.damaged == rows[i].damaged, rows[i].hive);
		bed_close(&bed);
	}
}

/* Sizes and counts that no memory holds are not even tried. */
static void limits_are_kept(void)
{
	struct spp_value value = SPP_VALUE_INIT;
	struct spp_slot slot;
	struct spp_key key;
	struct bed bed;

	CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture("kms-primary.hive")),
			SPP_OK);
	key = bed_key(&bed.hive, BED_SPP);
	CU_ASSERT_EQUAL(spp_key_slot(&bed.hive, &key, key.values, &slot, NULL),
			SPP_NOTFOUND);
	CU_ASSERT_EQUAL(
		spp_key_slot(&bed.hive, &key, key.values - 1, &slot, NULL),
		SPP_OK);
	CU_ASSERT_EQUAL(slot.index, key.values - 1);
	slot.size = SPP_DATA_MAX + 1;
	slot.inlined = false;
	CU_ASSERT_EQUAL(spp_regf_value(&bed.hive, &slot, &value, &bed.err),
			SPP_LIMIT);
	key.values = UINT32_MAX;
	spp_error_clear(&bed.err);
	CU_ASSERT_EQUAL(
		spp_key_slot(&bed.hive, &key, SPP_VALUES_MAX, &slot, &bed.err),
		SPP_LIMIT);
	bed_close(&bed);
}

static const struct unit_test tests[] = {
	{ "paths are followed", paths_are_followed },
	{ "values are found", values_are_found },
	{ "lists are gone through", lists_are_gone_through },
	{ "hostile names hide nothing", hostile_names_hide_nothing },
	{ "big data is joined", big_data_is_joined },
	{ "damaged lists are told", damaged_lists_are_told },
	{ "damaged siblings are passed over",
	  damaged_siblings_are_passed_over },
	{ "damaged values are told", damaged_values_are_told },
	{ "limits are kept", limits_are_kept },
	{ NULL, NULL },
};

const struct unit_suite unit_key = { "key", tests };
