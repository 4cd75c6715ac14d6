/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Publish lists that are edited and pasted, and how long they get. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/model/setting.h"
#include "tests/entries.h"
#include "tests/unit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Commands one after the other: +add, -remove, =rank P W. */
static void lists_are_edited(void)
{
	static const struct {
		const char *command;
		enum spp_status want;
		const char *after, *text;
	} rows[] = {
		{ "+corp.example", SPP_OK, "corp.example, 0, 0", "" },
		{ "+corp.example,10", SPP_OK, "corp.example, 10, 0", "" },
		{ "+CORP.example.,,", SPP_INVALID, "corp.example, 10, 0",
		  "priority '' in 'CORP.example.,,' is not a number from 0 to "
		  "65535" },
		{ "+Corp.example , 10 , 100", SPP_OK, "Corp.example, 10, 100",
		  "" },
		{ "+corp.example", SPP_OK, "corp.example, 10, 100", "" },
		{ "+m\u00fcnchen.example,20,100", SPP_OK,
		  "corp.example, 10, 100|xn--mnchen-3ya.example, 20, 100", "" },
		{ "=5 -1", SPP_OK,
		  "corp.example, 5, 100|xn--mnchen-3ya.example, 5, 100", "" },
		{ "=-1 0", SPP_OK,
		  "corp.example, 5, 0|xn--mnchen-3ya.example, 5, 0", "" },
		{ "+a.example,65536", SPP_INVALID, NULL,
		  "priority '65536' in 'a.example,65536' is not a number from "
		  "0 to 65535" },
		{ "+a.example,1,-1", SPP_INVALID, NULL,
		  "weight '-1' in 'a.example,1,-1' is not a number from 0 to "
		  "65535" },
		{ "+a.example,1,2,3", SPP_INVALID, NULL,
		  "'a.example,1,2,3' has more than domain, priority and "
		  "weight" },
		{ "+,1,2", SPP_INVALID, NULL,
		  "',1,2' has no domain in front; lost in copying?" },
		{ "+a b,1,2", SPP_INVALID, NULL, NULL },
		{ "+_vlmcs._tcp.a.example", SPP_INVALID, NULL,
		  "'_vlmcs._tcp.a.example' is the name of an SRV record; give "
		  "the domain alone: a.example" },
		{ "-none.example", SPP_NOTFOUND, NULL, "" },
		{ "-M\u00dcNCHEN.example", SPP_OK, "corp.example, 5, 0", "" },
		{ "-corp.EXAMPLE.", SPP_OK, "", "" },
		{ "-corp.example", SPP_NOTFOUND, "", "" },
	};
	struct spp_publish_list CLEANUP(spp_publish_list_release) list =
		SPP_PUBLISH_LIST_INIT;
	const char *want = "", *arg;
	long priority, weight;
	char *end;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		char CLEANUP(spp_free_string) *text = NULL;
		struct spp_error err = SPP_ERROR_INIT;
		enum spp_status st;

		arg = rows[i].command + 1;
		if (rows[i].command[0] == '+') {
			st = spp_publish_list_add(&list, arg, NULL, &err);
		} else if (rows[i].command[0] == '-') {
			st = spp_publish_list_remove(&list, arg, &err);
		} else {
			priority = strtol(arg, &end, 10);
			weight = strtol(end, NULL, 10);
			st = spp_publish_list_rank(&list, priority, weight,
						   &err);
		}
		UNIT_ROW(st == rows[i].want, rows[i].command);
		UNIT_ROW(!rows[i].text || !strcmp(err.text, rows[i].text),
			 err.text);
		want = rows[i].after ? rows[i].after : want;
		text = joined(&list);
		UNIT_ROW(!strcmp(text, want), text);
		UNIT_ROW(!spp_publish_list_flaws(&list), rows[i].command);
	}
}

static void lists_have_a_limit(void)
{
	struct spp_publish_list CLEANUP(spp_publish_list_release) list =
		SPP_PUBLISH_LIST_INIT;
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	char text[32];
	size_t i;

	/* Of 20 characters each, with its NUL 42 bytes: 389 and the end. */
	for (i = 0; i < 389; i++) {
		snprintf(text, sizeof(text), "d%05zu.example,0,0", i);
		CU_ASSERT_EQUAL(spp_publish_list_add(&list, text, NULL, NULL),
				SPP_OK);
	}
	CU_ASSERT_EQUAL(spp_publish_list_write(&list, &value, &err), SPP_OK);
	CU_ASSERT_EQUAL(value.size, 389 * 42 + 2);
	CU_ASSERT_TRUE(value.size <= SPP_VALUE_MAX);
	spp_publish_list_add(&list, "one-too-many.example", NULL, NULL);
	CU_ASSERT_EQUAL(spp_publish_list_write(&list, &value, &err), SPP_LIMIT);
	CU_ASSERT_STRING_EQUAL(err.text,
			       "the list would have 16394 bytes; the most "
			       "that is written is 16344");
	CU_ASSERT_EQUAL(value.size, 389 * 42 + 2);
}

/* A value of SPP_VALUE_MAX bytes is written, one of two more is not. */
static void the_limit_is_exact(void)
{
	/* 388 entries as above, and one of 22 and of 23 characters. */
	static const char *const last[] = { "x2345678.example,0,0",
					    "x23456789.example,0,0" };
	struct spp_error err = SPP_ERROR_INIT;
	char text[32];
	size_t i, k;

	for (k = 0; k < 2; k++) {
		struct spp_publish_list CLEANUP(spp_publish_list_release) list =
			SPP_PUBLISH_LIST_INIT;
		struct spp_value CLEANUP(spp_value_release) value =
			SPP_VALUE_INIT;

		for (i = 0; i < 388; i++) {
			snprintf(text, sizeof(text), "d%05zu.example,0,0", i);
			spp_publish_list_add(&list, text, NULL, NULL);
		}
		spp_publish_list_add(&list, last[k], NULL, NULL);
		CU_ASSERT_EQUAL(spp_publish_list_write(&list, &value, &err),
				k ? SPP_LIMIT : SPP_OK);
		CU_ASSERT_EQUAL(value.size, k ? 0 : SPP_VALUE_MAX);
	}
}

/* A text as it is pasted, and what becomes of it. */
static void pastes(void)
{
	static const struct {
		const char *text;
		bool update;
		const char *list, *message;
	} texts[] = {
		{ "a.example,10,100;b.example", false,
		  "a.example, 10, 100|b.example, 0, 0|", "" },
		{ "a.example, 10, 100\r\nb.example, 20, 50\r\n", false,
		  "a.example, 10, 100|b.example, 20, 50|", "" },
		{ "\n a.example\n\n \t\r\nb.example;\n", false,
		  "a.example, 0, 0|b.example, 0, 0|", "" },
		{ "a.example;;b.example", false, NULL,
		  "a domain name is empty" },
		{ "a.example\nA.EXAMPLE,1", false, NULL,
		  "the domain of 'A.EXAMPLE,1' is listed twice" },
		{ "a.example\nA.EXAMPLE,1", true, "A.EXAMPLE, 1, 0|", "" },
		{ "a.example,010,007", false, "a.example, 10, 7|", "" },
		{ "a.example\n, 10, 100", false, NULL,
		  "', 10, 100' has no domain in front; lost in copying?" },
		{ "<domain>, 10, 100", false, NULL,
		  "'<domain>' is a placeholder; put a domain in its place (in "
		  "'<domain>, 10, 100')" },
		{ "<corp.example>, 10", false, NULL,
		  "'<corp.example>' is in angle brackets; write corp.example "
		  "(in '<corp.example>, 10')" },
		{ "b.example\n_vlmcs._tcp.a.example, 1", false, NULL,
		  "'_vlmcs._tcp.a.example' is the name of an SRV record; give "
		  "the domain alone: a.example (in '_vlmcs._tcp.a.example, "
		  "1')" },
		{ ".", false, NULL,
		  "'.' is the root of the DNS, not a domain of yours" },
		{ "a.example, 10;a..b, 10", false, NULL,
		  "domain 'a..b' has an empty label (in 'a..b, 10')" },
	};
	size_t i, k;

	for (i = 0; i < COUNT(texts); i++) {
		struct spp_publish_list CLEANUP(spp_publish_list_release) list =
			SPP_PUBLISH_LIST_INIT;
		struct spp_buf CLEANUP(spp_buf_release) got = SPP_BUF_INIT;
		struct spp_error err = SPP_ERROR_INIT;
		enum spp_status st;

		st = spp_publish_list_paste(&list, texts[i].text,
					    texts[i].update, NULL, &err);
		UNIT_ROW(!strcmp(err.text, texts[i].message), err.text);
		for (k = 0; !st && k < list.count; k++)
			spp_buf_printf(&got, NULL, "%s|", list.entry[k].text);
		UNIT_ROW(!st == (texts[i].list != NULL), texts[i].text);
		if (texts[i].list)
			CU_ASSERT_STRING_EQUAL(spp_buf_text(&got),
					       texts[i].list);
	}
}

static const struct unit_test tests[] = {
	{ "lists are edited", lists_are_edited },
	{ "lists have a limit", lists_have_a_limit },
	{ "the limit is exact", the_limit_is_exact },
	{ "pasted texts", pastes },
	{ NULL, NULL },
};

const struct unit_suite unit_publish_edit = { "publish_edit", tests };
