/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verbs: the table's own sanity, and what the parser makes of words. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/verb/order.h"
#include "tests/unit.h"

static const struct spp_script *const scripts[] = { &spp_script_slmgr,
						    &spp_script_ospp };
#define SCRIPTS (sizeof(scripts) / sizeof(scripts[0]))

static size_t count_of(const char *text, const char *part)
{
	size_t n = 0;

	for (text = strstr(text, part); text; text = strstr(text + 1, part))
		n++;
	return n;
}

static void check_live(const struct spp_verb *v)
{
	CU_ASSERT_PTR_NOT_NULL(v->needs);
	CU_ASSERT_PTR_NULL(v->set[0]);
	CU_ASSERT_PTR_NULL(v->says);
}

static void check_working(const struct spp_script *script,
			  const struct spp_verb *v)
{
	int i;

	CU_ASSERT_PTR_NULL(v->needs);
	CU_ASSERT(v->least <= v->most);
	CU_ASSERT(!v->sku || v->most > 0);
	CU_ASSERT_EQUAL(v->most > 0, *v->arguments != '\0');
	for (i = 0; i < 2; i++)
		CU_ASSERT(!v->set[i] ||
			  spp_setting_index(v->set[i]) < SPP_SETTING_COUNT);
	if (v->says)
		CU_ASSERT_EQUAL(count_of(v->says, "%"),
				count_of(v->says, "%s"));
	if (v->does == SPP_DOES_SET)
		CU_ASSERT_EQUAL(v->value == NULL, v->least == 1);
	if (v->does == SPP_DOES_SET || v->does == SPP_DOES_CLEAR)
		CU_ASSERT_PTR_NOT_NULL(v->set[0]);
	CU_ASSERT(!v->sku || script == &spp_script_slmgr);
	CU_ASSERT(!v->gate || script == &spp_script_slmgr);
}

static void table(void)
{
	size_t s, i, j;

	for (s = 0; s < SCRIPTS; s++) {
		for (i = 0; i < scripts[s]->count; i++) {
			const struct spp_verb *v = &scripts[s]->verb[i];

			CU_ASSERT_PTR_NOT_NULL_FATAL(v->name);
			CU_ASSERT_PTR_NOT_NULL_FATAL(v->arguments);
			CU_ASSERT_PTR_NOT_NULL_FATAL(v->summary);
			/* sppctl knows options of one letter from verbs. */
			CU_ASSERT(strlen(v->name) > 1);
			if (v->does == SPP_DOES_LIVE)
				check_live(v);
			else
				check_working(scripts[s], v);
			for (j = 0; j < i; j++)
				CU_ASSERT_STRING_NOT_EQUAL(
					v->name, scripts[s]->verb[j].name);
		}
	}
}

/* What the first words of a line become. */
struct parsed {
	const struct spp_script *script;
	const char *words; /* separated by blanks */
	enum spp_status status;
	int used;
	const char *verb;
	enum spp_wish wish[2];
	const char *value[2]; /* shown in the setting's words */
	const char *app, *sku;
};

#define SL     &spp_script_slmgr
#define OS     &spp_script_ospp
#define GUID   "73111121-5638-40f6-bc11-f1d7b0d64300"
#define OFFICE "0ff1ce15-a989-479d-af46-f275c6370663"

static const struct parsed lines[] = {
	{ SL,
	  "/skms kms1",
	  SPP_OK,
	  2,
	  "skms",
	  { SPP_PRESENT, SPP_ABSENT },
	  { "kms1", NULL },
	  "",
	  "" },
	{ SL,
	  "-SKMS kms1:1689 " GUID " /sdns",
	  SPP_OK,
	  3,
	  "skms",
	  { SPP_PRESENT, SPP_PRESENT },
	  { "kms1", "1689" },
	  "",
	  GUID },
	{ SL,
	  "/skms [2001:db8::1]:1689",
	  SPP_OK,
	  2,
	  "skms",
	  { SPP_PRESENT, SPP_PRESENT },
	  { "[2001:db8::1]", "1689" },
	  "",
	  "" },
	{ SL,
	  "/skms [2001:db8::1]",
	  SPP_OK,
	  2,
	  "skms",
	  { SPP_PRESENT, SPP_ABSENT },
	  { "[2001:db8::1]", NULL },
	  "",
	  "" },
	{ SL,
	  "/skms :1689",
	  SPP_OK,
	  2,
	  "skms",
	  { SPP_KEEP, SPP_PRESENT },
	  { NULL, "1689" },
	  "",
	  "" },
	{ SL,
	  "/skms kms1 office/" GUID,
	  SPP_OK,
	  3,
	  "skms",
	  { SPP_PRESENT, SPP_ABSENT },
	  { "kms1", NULL },
	  OFFICE,
	  GUID },
	{ SL,
	  "/ckms",
	  SPP_OK,
	  1,
	  "ckms",
	  { SPP_ABSENT, SPP_ABSENT },
	  { NULL, NULL },
	  "",
	  "" },
	{ SL,
	  "/ckms {" GUID "}",
	  SPP_OK,
	  2,
	  "ckms",
	  { SPP_ABSENT, SPP_ABSENT },
	  { NULL, NULL },
	  "",
	  GUID },
	{ SL,
	  "/skms-domain corp.example.",
	  SPP_OK,
	  2,
	  "skms-domain",
	  { SPP_PRESENT, SPP_KEEP },
	  { "corp.example", NULL },
	  "",
	  "" },
	{ SL,
	  "/ckms-domain",
	  SPP_OK,
	  1,
	  "ckms-domain",
	  { SPP_ABSENT, SPP_KEEP },
	  { NULL, NULL },
	  "",
	  "" },
	{ SL,
	  "/sdns /cdns",
	  SPP_OK,
	  1,
	  "sdns",
	  { SPP_PRESENT, SPP_KEEP },
	  { "on", NULL },
	  "",
	  "" },
	{ SL,
	  "/ckhc",
	  SPP_OK,
	  1,
	  "ckhc",
	  { SPP_PRESENT, SPP_KEEP },
	  { "off", NULL },
	  "",
	  "" },
	{ SL,
	  "/cpri",
	  SPP_OK,
	  1,
	  "cpri",
	  { SPP_PRESENT, SPP_KEEP },
	  { "on", NULL },
	  "",
	  "" },
	{ SL,
	  "/sai 0015",
	  SPP_OK,
	  2,
	  "sai",
	  { SPP_PRESENT, SPP_KEEP },
	  { "15", NULL },
	  "",
	  "" },
	{ SL,
	  "/act-type 2 " GUID,
	  SPP_OK,
	  3,
	  "act-type",
	  { SPP_PRESENT, SPP_KEEP },
	  { "kms", NULL },
	  "",
	  GUID },
	{ SL,
	  "/act-type 0",
	  SPP_OK,
	  2,
	  "act-type",
	  { SPP_ABSENT, SPP_KEEP },
	  { NULL, NULL },
	  "",
	  "" },
	{ SL,
	  "/act-type",
	  SPP_OK,
	  1,
	  "act-type",
	  { SPP_ABSENT, SPP_KEEP },
	  { NULL, NULL },
	  "",
	  "" },
	{ SL,
	  "/dlv all",
	  SPP_OK,
	  2,
	  "dlv",
	  { SPP_KEEP, SPP_KEEP },
	  { NULL, NULL },
	  "",
	  "" },
	{ SL,
	  "/dlv " GUID,
	  SPP_OK,
	  2,
	  "dlv",
	  { SPP_KEEP, SPP_KEEP },
	  { NULL, NULL },
	  "",
	  GUID },
	{ OS,
	  "/sethst:kms1 /act",
	  SPP_OK,
	  1,
	  "sethst",
	  { SPP_PRESENT, SPP_KEEP },
	  { "kms1", NULL },
	  "",
	  "" },
	{ OS,
	  "-SETHST:[2001:db8::1]",
	  SPP_OK,
	  1,
	  "sethst",
	  { SPP_PRESENT, SPP_KEEP },
	  { "[2001:db8::1]", NULL },
	  "",
	  "" },
	{ OS,
	  "/setprt 1689",
	  SPP_OK,
	  2,
	  "setprt",
	  { SPP_PRESENT, SPP_KEEP },
	  { "1689", NULL },
	  "",
	  "" },
	{ OS,
	  "/cachst:True",
	  SPP_OK,
	  1,
	  "cachst",
	  { SPP_PRESENT, SPP_KEEP },
	  { "on", NULL },
	  "",
	  "" },
	{ OS,
	  "/actype:3",
	  SPP_OK,
	  1,
	  "actype",
	  { SPP_PRESENT, SPP_KEEP },
	  { "token", NULL },
	  "",
	  "" },
	{ OS,
	  "/remhst",
	  SPP_OK,
	  1,
	  "remhst",
	  { SPP_ABSENT, SPP_ABSENT },
	  { NULL, NULL },
	  "",
	  "" },

	{ .script = SL, .words = "sdns", .status = SPP_USAGE },
	{ .script = SL, .words = "/", .status = SPP_USAGE },
	{ .script = SL, .words = "-", .status = SPP_USAGE },
	{ .script = SL, .words = "//sdns", .status = SPP_USAGE },
	{ .script = SL, .words = "/sdns:", .status = SPP_USAGE },
	{ .script = SL, .words = "/sdn", .status = SPP_USAGE },
	{ .script = SL, .words = "/sdnss", .status = SPP_USAGE },
	{ .script = SL, .words = "/ato", .status = SPP_USAGE },
	{ .script = SL, .words = "/skms", .status = SPP_USAGE },
	{ .script = SL, .words = "/skms /sdns", .status = SPP_USAGE },
	{ .script = SL, .words = "/skms a b c", .status = SPP_USAGE },
	{ .script = SL, .words = "/skms a 1/2", .status = SPP_USAGE },
	{ .script = SL, .words = "/skms a all", .status = SPP_USAGE },
	{ .script = SL,
	  .words = "/skms a office/" GUID "/x",
	  .status = SPP_USAGE },
	{ .script = SL, .words = "/skms ::", .status = SPP_INVALID },
	{ .script = SL, .words = "/skms [", .status = SPP_INVALID },
	{ .script = SL, .words = "/skms []", .status = SPP_INVALID },
	{ .script = SL, .words = "/skms []:1", .status = SPP_INVALID },
	{ .script = SL, .words = "/skms a:b:1688", .status = SPP_INVALID },
	{ .script = SL, .words = "/sprt 65536", .status = SPP_INVALID },
	{ .script = SL, .words = "/sri 1.5", .status = SPP_INVALID },
	{ .script = SL, .words = "/act-type 22", .status = SPP_INVALID },
	{ .script = OS, .words = "/sethst", .status = SPP_USAGE },
	{ .script = OS, .words = "/sethst:", .status = SPP_INVALID },
	{ .script = OS, .words = "/sethst a b", .status = SPP_USAGE },
	{ .script = OS, .words = "/sethst:a b", .status = SPP_USAGE },
	{ .script = OS, .words = ":/sethst", .status = SPP_USAGE },
	{ .script = OS, .words = "/:a", .status = SPP_USAGE },
	{ .script = OS, .words = "/cachst:on", .status = SPP_INVALID },
	{ .script = OS, .words = "/actype:", .status = SPP_INVALID },
};

/* Cuts a copy of words at its blanks. */
static int cut(char *words, char **word)
{
	char *rest = NULL, *at = strtok_r(words, " ", &rest);
	int n = 0;

	for (; at; at = strtok_r(NULL, " ", &rest))
		word[n++] = at;
	return n;
}

static void check_order(const struct parsed *p, const struct spp_verb_order *o)
{
	int i;

	CU_ASSERT_STRING_EQUAL(o->verb->name, p->verb);
	CU_ASSERT_STRING_EQUAL(o->app, p->app);
	CU_ASSERT_STRING_EQUAL(o->sku, p->sku);
	for (i = 0; i < 2; i++) {
		struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;

		CU_ASSERT_EQUAL(o->wish[i], p->wish[i]);
		if (!p->value[i] || o->wish[i] != SPP_PRESENT)
			continue;
		CU_ASSERT(!spp_setting_show(o->verb->set[i], &o->value[i],
					    SPP_TERMS_OWN, &text, NULL));
		CU_ASSERT_STRING_EQUAL(spp_buf_text(&text), p->value[i]);
	}
}

static void parser(void)
{
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct spp_verb_order CLEANUP(spp_verb_order_release) order =
			SPP_VERB_ORDER_INIT;
		struct spp_error err = SPP_ERROR_INIT;
		char *copy = strdup(lines[i].words), *word[8];
		int used = 0, n = cut(copy, word);
		enum spp_status st;

		st = spp_verb_order_parse(lines[i].script, word, n, &used,
					  &order, NULL, &err);
		if (st != lines[i].status)
			printf("'%s' gives %d: %s\n", lines[i].words, (int)st,
			       err.text);
		CU_ASSERT_EQUAL(st, lines[i].status);
		CU_ASSERT_EQUAL(st != SPP_OK, *err.text != '\0');
		CU_ASSERT_PTR_NULL(strchr(err.text, '\n'));
		if (!st) {
			CU_ASSERT_EQUAL(used, lines[i].used);
			check_order(&lines[i], &order);
		}
		free(copy);
	}
}

/* No word may bring the parser down, wherever it is cut. */
static void every_prefix(void)
{
	size_t i, n;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		for (n = 1; n <= strlen(lines[i].words); n++) {
			struct spp_verb_order CLEANUP(spp_verb_order_release)
				order = SPP_VERB_ORDER_INIT;
			char *copy = strndup(lines[i].words, n), *word[8];
			int used = 0, count = cut(copy, word);

			spp_verb_order_parse(lines[i].script, word, count,
					     &used, &order, NULL, NULL);
			free(copy);
		}
	}
	CU_PASS("still here");
}

static const struct unit_test tests[] = {
	{ "the tables of verbs are sound", table },
	{ "words become orders, or are refused", parser },
	{ "every beginning of every line", every_prefix },
	{ NULL, NULL },
};

const struct unit_suite unit_slmgr = { "slmgr", tests };
