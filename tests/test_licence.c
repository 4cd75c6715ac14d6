/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/windows/licence.h"

#include <stdlib.h>
#include <string.h>

#include "hive/base/bytes.h"
#include "policy/windows/identity.h"
#include "tests/unit.h"

#define SIZE 1272

/* Made up; counted by hand with another program. */
static const struct {
	const char *key;
	uint8_t bytes[SPP_LICENCE_BYTES];
} keys[] = {
	{ "BCDFG-HJKMP-QRTVW-XY234-67899",
	  { 0xbf, 0x61, 0xd6, 0xf5, 0xc4, 0xd9, 0x5e, 0x7c, 0x0f, 0x78, 0x8d,
	    0xbd, 0xfb, 0x02, 0x00 } },
	{ "BCDFG-HJKMP-QRNVW-XY234-67899",
	  { 0xbf, 0x61, 0xd6, 0xf5, 0x34, 0xed, 0xde, 0x4f, 0xab, 0x1b, 0x3b,
	    0x2b, 0x39, 0x15, 0x0b } },
	{ "NCDFG-HJKMP-QRTVW-XY234-67899",
	  { 0xbf, 0x61, 0xd6, 0xf5, 0xc4, 0xd9, 0x5e, 0x7c, 0x0f, 0x78, 0x8d,
	    0xbd, 0xfb, 0x02, 0x08 } },
	{ "BBBBB-BBBBB-BBBBB-BBBBB-BBBBC", { 0x01 } },
	{ "99999-99999-99999-99999-99999",
	  { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x17, 0x55,
	    0xb1, 0x32, 0x2a, 0x06 } },
	/* Not one: nothing, the flag alone, and more than 25 digits hold. */
	{ "", { 0 } },
	{ "", { [14] = 0x08 } },
	{ "", { [14] = 0x07 } },
	{ "",
	  { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	    0xff, 0xff, 0xff, 0xff } },
};

static void reads_keys(void)
{
	char key[SPP_LICENCE_KEY];
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		UNIT_ROW(spp_licence_key(keys[i].bytes, key) == (*key != '\0'),
			 keys[i].key);
		UNIT_ROW(!strcmp(key, keys[i].key), key);
	}
}

static void put(uint8_t *to, const char *text)
{
	for (; *text; text++, to += 2)
		*to = (uint8_t)*text;
}

/* Of exactly this size on the heap, so that a byte too far is noticed. */
static void blob(struct spp_value *value, size_t size)
{
	uint8_t *data = calloc(1, SIZE);

	CU_ASSERT_PTR_NOT_NULL_FATAL(data);
	spp_put32(data, SIZE);
	spp_put32(data + 4, 4);
	put(data + 280, "Professional");
	memcpy(data + 808, keys[1].bytes, SPP_LICENCE_BYTES);
	put(data + 1016, "Volume:MAK");
	CU_ASSERT_FALSE(spp_value_set(value, SPP_REG_BINARY, data, size, NULL));
	free(data);
}

static void reads_id4(void)
{
	struct spp_licence CLEANUP(spp_licence_release) licence =
		SPP_LICENCE_INIT;
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;

	blob(&value, SIZE);
	CU_ASSERT_FALSE(spp_licence_read4(&value, &licence, NULL));
	CU_ASSERT_STRING_EQUAL(licence.edition, "Professional");
	CU_ASSERT_STRING_EQUAL(licence.channel, "Volume:MAK");
	CU_ASSERT_STRING_EQUAL(licence.key, keys[1].key);
	/* Fields that never end are cut where the next begins. */
	memset(value.data + 280, 'x', SIZE - 280);
	CU_ASSERT_FALSE(spp_licence_read4(&value, &licence, NULL));
	CU_ASSERT_EQUAL(strlen(licence.edition), 3 * 260);
	CU_ASSERT_EQUAL(strlen(licence.channel), 3 * 64);
	/* Empty ones are not there. */
	memset(value.data + 280, 0, SIZE - 280);
	CU_ASSERT_FALSE(spp_licence_read4(&value, &licence, NULL));
	CU_ASSERT_PTR_NULL(licence.edition);
	CU_ASSERT_PTR_NULL(licence.channel);
	CU_ASSERT_STRING_EQUAL(licence.key, "");
}

static void refuses_other_forms(void)
{
	struct spp_licence CLEANUP(spp_licence_release) licence =
		SPP_LICENCE_INIT;
	size_t size;
	int i;

	for (size = 0; size < SIZE; size += size < 16 ? 1 : 157) {
		struct spp_value CLEANUP(spp_value_release) value =
			SPP_VALUE_INIT;

		blob(&value, size);
		CU_ASSERT_FALSE(spp_licence_read4(&value, &licence, NULL));
		spp_licence_read3(&value, &licence);
	}
	for (i = 0; i < 3; i++) {
		struct spp_value CLEANUP(spp_value_release) value =
			SPP_VALUE_INIT;

		blob(&value, SIZE);
		if (i == 0)
			value.type = SPP_REG_SZ;
		else
			value.data[i == 1 ? 0 : 4] ^= 1;
		CU_ASSERT_FALSE(spp_licence_read4(&value, &licence, NULL));
	}
	CU_ASSERT_PTR_NULL(licence.edition);
	CU_ASSERT_PTR_NULL(licence.channel);
	CU_ASSERT_STRING_EQUAL(licence.key, "");
}

static void reads_id3(void)
{
	struct spp_licence CLEANUP(spp_licence_release) licence =
		SPP_LICENCE_INIT;
	uint8_t data[164] = { 164, 0, 0, 0, 3 };
	struct spp_value value = { SPP_REG_BINARY, data, sizeof(data) };

	memcpy(data + 52, keys[0].bytes, SPP_LICENCE_BYTES);
	spp_licence_read3(&value, &licence);
	CU_ASSERT_STRING_EQUAL(licence.key, keys[0].key);
	/* The key of the other value is not replaced. */
	memcpy(data + 52, keys[1].bytes, SPP_LICENCE_BYTES);
	spp_licence_read3(&value, &licence);
	CU_ASSERT_STRING_EQUAL(licence.key, keys[0].key);
}

static void names_channels(void)
{
	static const struct {
		const char *channel, *word;
	} rows[] = {
		{ "Volume:GVLK", "KMS client" },
		{ "Volume:CSVLK", "KMS host" },
		{ "volume:mak", "MAK" },
		{ "Retail", "retail" },
		{ "Retail:TB:Eval", "retail" },
		{ "OEM:DM", "OEM" },
		{ "OEM:SLP", "OEM" },
		{ "Volume", NULL },
		{ "RetailX", NULL },
		{ "", NULL },
	};
	const char *word;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		word = spp_licence_channel(rows[i].channel);
		UNIT_ROW(!strcmp(word ? word : "",
				 rows[i].word ? rows[i].word : ""),
			 rows[i].channel);
	}
}

static void reads_a_hive(void)
{
	static const struct spp_hives_options reading = { .session.now = 1 };
	struct spp_identity CLEANUP(spp_identity_release) image =
		SPP_IDENTITY_INIT;
	struct spp_hives *w = NULL;

	CU_ASSERT_FALSE(spp_hives_open(unit_fixture("licence.hive"), &reading,
				       &w, NULL));
	CU_ASSERT_PTR_NOT_NULL_FATAL(w);
	CU_ASSERT_FALSE(spp_identity_read(w, &image, NULL));
	CU_ASSERT_STRING_EQUAL(image.fact[SPP_FACT_PRODUCT_ID],
			       "00330-00000-00000-AA000");
	CU_ASSERT_STRING_EQUAL(image.fact[SPP_FACT_INSTALLED],
			       "2024-03-05T06:07:08Z");
	CU_ASSERT_STRING_EQUAL(image.fact[SPP_FACT_KEY_EDITION],
			       "Professional");
	CU_ASSERT_STRING_EQUAL(image.fact[SPP_FACT_KEY_CHANNEL],
			       SPP_CHANNEL_CLIENT);
	CU_ASSERT_STRING_EQUAL(image.fact[SPP_FACT_KEY],
			       "XXXXX-XXXXX-XXXXX-XXXXX-67899");
	CU_ASSERT_STRING_EQUAL(image.key, keys[1].key);
	CU_ASSERT_FALSE(image.is_licence_damaged);
	spp_hives_close(w);
}

static const struct unit_test tests[] = {
	{ "a stored key becomes its 25 characters", reads_keys },
	{ "DigitalProductId4 has edition, channel and key", reads_id4 },
	{ "what is not of that form says nothing", refuses_other_forms },
	{ "DigitalProductId has a key", reads_id3 },
	{ "channels have words", names_channels },
	{ "a hive's licence, its key redacted", reads_a_hive },
	{ NULL, NULL },
};

const struct unit_suite unit_licence = { "licence", tests };
