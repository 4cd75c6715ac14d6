/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/model/publish_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hive/base/utf16.h"
#include "policy/model/setting.h"
#include "tests/bed.h"
#include "tests/entries.h"
#include "tests/unit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* The entries of the fixture with one malformed entry of each kind. */
static const struct {
	const char *text, *domain;
	unsigned int flaws;
	int priority, weight; /* -1: not stated */
} malformed[] = {
	{ "good.example, 10, 100", "good.example", 0, 10, 100 },
	{ "four.example, 10, 100, 5", "four.example", SPP_FLAW_FIELDS, 10,
	  100 },
	{ "words.example, high, low", "words.example",
	  SPP_FLAW_PRIORITY | SPP_FLAW_WEIGHT, -1, -1 },
	{ "priority.example, 65536, 0", "priority.example", SPP_FLAW_PRIORITY,
	  -1, 0 },
	{ "weight.example, 0, 70000", "weight.example", SPP_FLAW_WEIGHT, 0,
	  -1 },
	{ "minus.example, -1, 10", "minus.example", SPP_FLAW_PRIORITY, -1, 10 },
	{ "hex.example, 0x0a, 0x64", "hex.example",
	  SPP_FLAW_PRIORITY | SPP_FLAW_WEIGHT, -1, -1 },
	{ "dom.example,,10", "dom.example", SPP_FLAW_NO_PRIORITY, -1, 10 },
	{ "bare.example", "bare.example", 0, -1, -1 },
	{ "dot.example., 10, 100", "dot.example.", SPP_FLAW_DOT, 10, 100 },
	{ "_vlmcs._tcp.prefix.example, 10, 100", "_vlmcs._tcp.prefix.example",
	  SPP_FLAW_SRV, 10, 100 },
	{ "one.example two.example, 10, 100", "one.example two.example",
	  SPP_FLAW_SEPARATOR | SPP_FLAW_SEVERAL, 10, 100 },
	{ "semi.example; 10; 100", "semi.example; 10; 100", SPP_FLAW_SEPARATOR,
	  -1, -1 },
	{ "blank.example 10 100", "blank.example 10 100", SPP_FLAW_SEPARATOR,
	  -1, -1 },
	{ "Twice.example, 10, 100", "Twice.example", 0, 10, 100 },
	{ "twice.EXAMPLE, 20, 50", "twice.EXAMPLE", SPP_FLAW_DUPLICATE, 20,
	  50 },
	{ "under_score.example, 10, 100", "under_score.example", 0, 10, 100 },
	{ "single, 10, 100", "single", 0, 10, 100 },
	{ "m\u00fcnchen.example, 10, 100", "m\u00fcnchen.example",
	  SPP_FLAW_DOMAIN, 10, 100 },
	{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	  ".example, 10, 100",
	  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	  ".example",
	  SPP_FLAW_DOMAIN, 10, 100 },
	{ "a..b.example, 10, 100", "a..b.example", SPP_FLAW_DOMAIN, 10, 100 },
	{ "-dash.example, 10, 100", "-dash.example", SPP_FLAW_DOMAIN, 10, 100 },
	{ ", 10, 100", "", SPP_FLAW_NO_DOMAIN, 10, 100 },
	{ "   ", "", SPP_FLAW_EMPTY, -1, -1 },
	{ "tight.example,10,100", "tight.example", 0, 10, 100 },
	{ "tab.example,\\u{9}10,\\u{9}100", "tab.example",
	  SPP_FLAW_TEXT | SPP_FLAW_PRIORITY | SPP_FLAW_WEIGHT, -1, -1 },
	{ "", "", SPP_FLAW_EMPTY, -1, -1 },
	{ "last.example, 10, 100", "last.example", 0, 10, 100 },
};

static void load_malformed(struct spp_publish_list *list,
			   struct spp_value *value)
{
	struct bed bed;

	CU_ASSERT_EQUAL(bed_open(&bed, unit_fixture("malformed-list.hive")),
			SPP_OK);
	CU_ASSERT_EQUAL(
		bed_value(&bed.hive, BED_SPP, "DnsDomainPublishList", value),
		SPP_OK);
	bed_close(&bed);
	CU_ASSERT_EQUAL(spp_publish_list_read(value, list, NULL), SPP_OK);
}

static void flaws_are_found(void)
{
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	struct spp_publish_list CLEANUP(spp_publish_list_release) list =
		SPP_PUBLISH_LIST_INIT;
	const struct spp_publish_entry *e;
	unsigned int all = 0;
	size_t i;

	load_malformed(&list, &value);
	CU_ASSERT_EQUAL_FATAL(list.count, COUNT(malformed));
	for (i = 0; i < COUNT(malformed); i++) {
		e = &list.entry[i];
		UNIT_ROW(!strcmp(e->text, malformed[i].text), e->text);
		UNIT_ROW(!strcmp(e->domain, malformed[i].domain), e->text);
		UNIT_ROW(e->flaws == malformed[i].flaws, e->text);
		UNIT_ROW(malformed[i].priority < 0
				 ? !e->has_priority && !e->priority
				 : e->has_priority &&
					   e->priority == malformed[i].priority,
			 e->text);
		UNIT_ROW(malformed[i].weight < 0
				 ? !e->has_weight && !e->weight
				 : e->has_weight &&
					   e->weight == malformed[i].weight,
			 e->text);
		all |= malformed[i].flaws;
	}
	CU_ASSERT_EQUAL(spp_publish_list_flaws(&list), all);
	/* Each kind once; leading zeros are below. */
	CU_ASSERT_EQUAL(all | SPP_FLAW_ZEROS, (1u << SPP_FLAW_COUNT) - 1);
}

/* More that a list may hold. */
static void more_entries(void)
{
	static const struct {
		const char *text;
		unsigned int flaws;
	} rows[] = {
		{ "a.example,0,0", 0 },
		{ "a.example,65535,65535", 0 },
		{ "a.example,0,0", 0 },
		{ "a.example,00010,1", SPP_FLAW_ZEROS },
		{ "a.example,000010,01", SPP_FLAW_ZEROS },
		{ ",,",
		  SPP_FLAW_NO_DOMAIN | SPP_FLAW_NO_PRIORITY | SPP_FLAW_WEIGHT },
		{ "a.example,1", 0 },
		{ "a.example,", SPP_FLAW_PRIORITY },
		{ "a.example,1,", SPP_FLAW_WEIGHT },
		{ "a.example,,", SPP_FLAW_NO_PRIORITY | SPP_FLAW_WEIGHT },
		{ "a.example,1,2,", SPP_FLAW_FIELDS },
		{ "a.example, 1 0, 5", SPP_FLAW_PRIORITY | SPP_FLAW_SEPARATOR },
		{ "a.example,b.example", SPP_FLAW_PRIORITY | SPP_FLAW_SEVERAL },
		{ "a.example, 1, 2 b.example, 1, 2",
		  SPP_FLAW_FIELDS | SPP_FLAW_WEIGHT | SPP_FLAW_SEPARATOR |
			  SPP_FLAW_SEVERAL },
		{ "a.example;b.example",
		  SPP_FLAW_SEPARATOR | SPP_FLAW_SEVERAL },
		{ "a.example|b.example",
		  SPP_FLAW_SEPARATOR | SPP_FLAW_SEVERAL },
		{ "a.example\u00a0b.example", SPP_FLAW_DOMAIN },
		{ "_VLMCS._TCP.a.example", SPP_FLAW_SRV },
		{ ".", SPP_FLAW_DOT | SPP_FLAW_DOMAIN },
		{ "a..", SPP_FLAW_DOT | SPP_FLAW_DOMAIN },
		{ "xn--mnchen-3ya.example", 0 },
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_publish_list CLEANUP(spp_publish_list_release) list =
			SPP_PUBLISH_LIST_INIT;
		struct spp_items CLEANUP(spp_items_release) items =
			SPP_ITEMS_INIT;
		struct spp_value CLEANUP(spp_value_release) value =
			SPP_VALUE_INIT;

		spp_items_add(&items, rows[i].text, NULL);
		spp_value_set_items(&value, &items, NULL);
		UNIT_ROW(!spp_publish_list_read(&value, &list, NULL),
			 rows[i].text);
		CU_ASSERT_EQUAL_FATAL(list.count, 1);
		UNIT_ROW(list.entry[0].flaws == rows[i].flaws, rows[i].text);
	}
}

static void untouched_entries_keep_their_bytes(void)
{
	struct spp_value CLEANUP(spp_value_release) was = SPP_VALUE_INIT;
	struct spp_value CLEANUP(spp_value_release) is = SPP_VALUE_INIT;
	struct spp_publish_list CLEANUP(spp_publish_list_release) list =
		SPP_PUBLISH_LIST_INIT;
	struct spp_publish_list CLEANUP(spp_publish_list_release) again =
		SPP_PUBLISH_LIST_INIT;
	size_t i;

	load_malformed(&list, &was);
	CU_ASSERT_EQUAL(spp_publish_list_write(&list, &is, NULL), SPP_OK);
	CU_ASSERT_TRUE(spp_value_equal(&was, &is));
	/* One more, one changed, one less: the others as they were. */
	CU_ASSERT_EQUAL(
		spp_publish_list_add(&list, "new.example,1,2", NULL, NULL),
		SPP_OK);
	CU_ASSERT_EQUAL(
		spp_publish_list_add(&list, "GOOD.example,1", NULL, NULL),
		SPP_OK);
	CU_ASSERT_EQUAL(spp_publish_list_remove(&list, "bare.example", NULL),
			SPP_OK);
	CU_ASSERT_EQUAL(spp_publish_list_write(&list, &is, NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_publish_list_read(&is, &list, NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_publish_list_read(&was, &again, NULL), SPP_OK);
	CU_ASSERT_EQUAL_FATAL(list.count, COUNT(malformed));
	CU_ASSERT_STRING_EQUAL(list.entry[0].text, "GOOD.example, 1, 100");
	CU_ASSERT_STRING_EQUAL(list.entry[list.count - 1].text,
			       "new.example, 1, 2");
	for (i = 1; i < list.count - 1; i++) {
		const struct spp_publish_entry *a = &list.entry[i];
		const struct spp_publish_entry *b = &again.entry[i + (i >= 8)];

		UNIT_ROW(a->raw_size == b->raw_size &&
				 !memcmp(a->raw, b->raw, a->raw_size) &&
				 a->flaws == b->flaws,
			 a->text);
	}
}

/* Any value gives a list; only what is written is sure to be one. */
static void any_value_is_read(void)
{
	static const struct {
		const char *name;
		struct spp_value value;
		const char *joined;
	} rows[] = {
		{ "empty", { 7, NULL, 0 }, "" },
		{ "only an end", { 7, (uint8_t *)"\0", 2 }, "" },
		{ "a string", { 1, (uint8_t *)"a\0.\0b\0\0", 8 }, "a.b" },
		{ "no text", { 3, (uint8_t *)"\x00\xd8", 2 }, "\\u{D800}" },
		{ "a number", { 4, (uint8_t *)"1\0\0", 4 }, "1" },
		{ "odd", { 7, (uint8_t *)"a\0\0", 3 }, "a" },
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_publish_list CLEANUP(spp_publish_list_release) list =
			SPP_PUBLISH_LIST_INIT;
		char CLEANUP(spp_free_string) *text = NULL;

		UNIT_ROW(!spp_publish_list_read(&rows[i].value, &list, NULL),
			 rows[i].name);
		text = joined(&list);
		UNIT_ROW(!strcmp(text, rows[i].joined), rows[i].name);
	}
}

/* What is stored badly can be named, removed, and repaired by adding it. */
static void malformed_entries_are_edited(void)
{
	static const struct {
		const char *domain;
		size_t removed;
		bool add; /* adding it repairs the entry that is there */
	} rows[] = {
		{ "four.example", 1, true },
		{ "words.example", 1, true },
		{ "dom.example", 1, true },
		{ "dot.example", 1, true },
		{ "dot.example.", 1, true },
		{ "_vlmcs._tcp.prefix.example", 1, false },
		{ "one.example two.example", 1, false },
		{ "semi.example; 10; 100", 1, false },
		{ "twice.example", 2, false },
		{ "m\u00fcnchen.example", 1, true },
		{ "M\u00fcnchen.EXAMPLE", 1, true },
		{ "xn--mnchen-3ya.example", 1, true },
		{ "a..b.example", 1, false },
		{ "-dash.example", 1, false },
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_value CLEANUP(spp_value_release) value =
			SPP_VALUE_INIT;
		struct spp_publish_list CLEANUP(spp_publish_list_release) list =
			SPP_PUBLISH_LIST_INIT;

		load_malformed(&list, &value);
		UNIT_ROW(!spp_publish_list_remove(&list, rows[i].domain, NULL),
			 rows[i].domain);
		UNIT_ROW(list.count == COUNT(malformed) - rows[i].removed,
			 rows[i].domain);
		UNIT_ROW(spp_publish_list_remove(&list, rows[i].domain, NULL) ==
				 SPP_NOTFOUND,
			 rows[i].domain);
		if (!rows[i].add)
			continue;
		CU_ASSERT_EQUAL(spp_publish_list_read(&value, &list, NULL),
				SPP_OK);
		UNIT_ROW(!spp_publish_list_add(&list, rows[i].domain, NULL,
					       NULL),
			 rows[i].domain);
		UNIT_ROW(list.count == COUNT(malformed), rows[i].domain);
	}
}

/* A list with an entry that is not understood is not ranked at all. */
static void ranking_wants_sound_entries(void)
{
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	struct spp_publish_list CLEANUP(spp_publish_list_release) list =
		SPP_PUBLISH_LIST_INIT;
	struct spp_error err = SPP_ERROR_INIT;

	load_malformed(&list, &value);
	CU_ASSERT_EQUAL(spp_publish_list_rank(&list, 1, 1, &err), SPP_INVALID);
	CU_ASSERT_STRING_EQUAL(err.text,
			       "cannot rank the entry 'four.example, 10, 100, "
			       "5': more than domain, priority and weight; "
			       "remove it or add its domain again first");
	CU_ASSERT_STRING_EQUAL(list.entry[0].text, malformed[0].text);
}

/* UTF-16 of a list of count entries "START" + i + "END". */
static void long_list(const char *start, const char *end, size_t count,
		      struct spp_value *value)
{
	struct spp_buf CLEANUP(spp_buf_release) data = SPP_BUF_INIT;
	char text[160];
	size_t i;

	for (i = 0; i < count; i++) {
		snprintf(text, sizeof(text), "%s%zu%s", start, i, end);
		spp_utf16_from(text, strlen(text), &data, NULL);
		spp_buf_u16(&data, 0, NULL);
	}
	spp_buf_u16(&data, 0, NULL);
	CU_ASSERT_EQUAL(spp_value_set(value, SPP_REG_MULTI_SZ, data.data,
				      data.size, NULL),
			SPP_OK);
}

/* However far apart and however spelled; the first is known. */
static void duplicates_are_seen(void)
{
	static const char *const spellings[][2] = {
		{ "d0.example", "d0.example" },
		{ "D0.Example", "d0.example" },
		{ "d0.example.", "d0.example" },
		{ "m\u00fcnchen.example", "xn--mnchen-3ya.example" },
		{ "M\u00dcNCHEN.example.", "m\u00fcnchen.example" },
		/* Not a domain, and the same all the same. */
		{ "-d0.example.", "-d0.example" },
		{ "-d0.example", "-d0.example." },
	};
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	size_t i, k;

	for (i = 0; i < COUNT(spellings); i++) {
		struct spp_publish_list CLEANUP(spp_publish_list_release) list =
			SPP_PUBLISH_LIST_INIT;
		struct spp_buf CLEANUP(spp_buf_release) data = SPP_BUF_INIT;
		char entry[64];

		for (k = 0; k < 302; k++) {
			snprintf(entry, sizeof(entry), "e%zu.example", k);
			if (k == 1 || k == 301)
				snprintf(entry, sizeof(entry), "%s",
					 spellings[i][k == 1]);
			spp_utf16_from(entry, strlen(entry), &data, NULL);
			spp_buf_u16(&data, 0, NULL);
		}
		spp_buf_u16(&data, 0, NULL);
		spp_value_set(&value, SPP_REG_MULTI_SZ, data.data, data.size,
			      NULL);
		CU_ASSERT_EQUAL(spp_publish_list_read(&value, &list, NULL),
				SPP_OK);
		CU_ASSERT_EQUAL_FATAL(list.count, 302);
		UNIT_ROW(list.entry[301].flaws & SPP_FLAW_DUPLICATE,
			 spellings[i][0]);
		UNIT_ROW(list.entry[301].first == 1, spellings[i][0]);
		UNIT_ROW(!(list.entry[1].flaws & SPP_FLAW_DUPLICATE),
			 spellings[i][0]);
		UNIT_ROW(list.entry[300].first == 300, spellings[i][0]);
	}
}

/* Comparing each with each would take minutes. */
static void long_lists_are_quick(void)
{
	const struct spp_setting *setting =
		spp_setting_of_value("DnsDomainPublishList");
	struct spp_value CLEANUP(spp_value_release) again = SPP_VALUE_INIT;
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	struct spp_publish_list CLEANUP(spp_publish_list_release) list =
		SPP_PUBLISH_LIST_INIT;

	long_list("\uac00\uac00\uac00\uac00\uac00\uac00", ".example, 10, 100",
		  20000, &value);
	CU_ASSERT_EQUAL(spp_publish_list_read(&value, &list, NULL), SPP_OK);
	CU_ASSERT_EQUAL(list.count, 20000);
	spp_setting_show(setting, &value, SPP_TERMS_OWN, &text, NULL);
	CU_ASSERT_EQUAL(spp_setting_parse(setting, spp_buf_text(&text),
					  SPP_TERMS_OWN, &again, NULL, NULL),
			SPP_LIMIT);
}

static void flaws_have_words(void)
{
	unsigned int i, k;

	for (i = 0; i < SPP_FLAW_COUNT; i++) {
		CU_ASSERT_PTR_NOT_NULL_FATAL(spp_flaw_word(i));
		UNIT_ROW(!strpbrk(spp_flaw_word(i), " _"), spp_flaw_word(i));
		UNIT_ROW(strlen(spp_flaw_text(i)) > 5, spp_flaw_word(i));
		for (k = 0; k < i; k++)
			UNIT_ROW(strcmp(spp_flaw_word(i), spp_flaw_word(k)),
				 spp_flaw_word(i));
	}
}

static const struct unit_test tests[] = {
	{ "duplicates are seen", duplicates_are_seen },
	{ "long lists are quick", long_lists_are_quick },
	{ "flaws are found", flaws_are_found },
	{ "more entries", more_entries },
	{ "untouched entries keep their bytes",
	  untouched_entries_keep_their_bytes },
	{ "any value is read", any_value_is_read },
	{ "malformed entries are edited", malformed_entries_are_edited },
	{ "ranking wants sound entries", ranking_wants_sound_entries },
	{ "flaws have words", flaws_have_words },
	{ NULL, NULL },
};

const struct unit_suite unit_publish = { "publish", tests };
