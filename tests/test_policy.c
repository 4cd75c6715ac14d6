/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy/model/policy.h"

#include <stdlib.h>
#include <string.h>

#include "tests/bed.h"
#include "tests/unit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* One wish: "scope setting=text", "scope setting" absent, "!..." to keep. */
static void wish(struct spp_policy *policy, const char *text)
{
	struct spp_value CLEANUP(spp_value_release) v = SPP_VALUE_INIT;
	bool keep = *text == '!';
	enum spp_terms raw;
	const struct spp_setting *setting = NULL;
	struct spp_scope scope;
	char words[128], *name, *value;

	snprintf(words, sizeof(words), "%s", text + keep);
	name = strchr(words, ' ');
	CU_ASSERT_PTR_NOT_NULL_FATAL(name);
	*name++ = '\0';
	value = strchr(name, '=');
	if (value)
		*value++ = '\0';
	CU_ASSERT_EQUAL_FATAL(spp_scope_parse(words, true, &scope, NULL),
			      SPP_OK);
	if (strcmp(name, "*")) {
		setting = spp_setting_find(name, &raw);
		CU_ASSERT_PTR_NOT_NULL_FATAL(setting);
	}
	if (value)
		CU_ASSERT_EQUAL(spp_value_set_text(&v, SPP_REG_SZ, value, NULL),
				SPP_OK);
	CU_ASSERT_EQUAL(
		value ? spp_policy_set(policy, &scope, setting, &v, NULL)
		      : spp_policy_wish(policy, &scope, setting,
					keep ? SPP_KEEP : SPP_ABSENT, NULL),
		SPP_OK);
}

/* Wishes separated by '|'. */
static void wishes(struct spp_policy *policy, const char *text)
{
	char one[128];
	size_t n;

	for (; *text; text += text[n] ? n + 1 : n) {
		n = strcspn(text, "|");
		snprintf(one, sizeof(one), "%.*s", (int)n, text);
		wish(policy, one);
	}
}

static void show_value(const struct spp_value *v, struct spp_buf *out)
{
	char CLEANUP(spp_free_string) *text = NULL;

	if (v)
		spp_value_get_text(v, &text, NULL, NULL);
	spp_buf_puts(out, v ? text : "-", NULL);
}

/* The changes as "scope setting before>after", with '|' between. */
static char *show(const struct spp_changes *changes)
{
	struct spp_buf out = SPP_BUF_INIT;
	const struct spp_change *c;
	size_t i;

	for (i = 0; i < changes->count; i++) {
		c = &changes->change[i];
		spp_buf_puts(&out, i ? "|" : "", NULL);
		spp_scope_show(&c->scope, &out, NULL);
		spp_buf_printf(&out, NULL, " %s ", c->setting->name);
		show_value(c->before, &out);
		spp_buf_puts(&out, ">", NULL);
		show_value(c->after, &out);
	}
	return spp_buf_take(&out);
}

#define SKU	"spp/windows/59a52881-a989-479d-af46-f275c6370663"
#define ANY_APP "spp/*/59a52881-a989-479d-af46-f275c6370663"

static void differences(void)
{
	static const struct {
		const char *have, *want, *changes;
	} rows[] = {
		{ "", "", "" },
		{ "spp kms-host=a", "", "" },
		{ "spp kms-host=a", "spp kms-host=a", "" },
		{ "spp kms-host=a", "spp kms-host=b", "spp kms-host a>b" },
		{ "", "spp kms-host=b", "spp kms-host ->b" },
		{ "spp kms-host=a", "spp kms-host", "spp kms-host a>-" },
		{ "", "spp kms-host", "" },
		{ "spp kms-host", "spp kms-host=b", "spp kms-host ->b" },
		/* Other scopes are other settings. */
		{ "spp/windows kms-host=a", "spp kms-host=a",
		  "spp kms-host ->a" },
		{ "spp kms-host=a|ospp kms-host=a", "ospp kms-host",
		  "ospp kms-host a>-" },
		/* In order of scopes and of the table, however they came. */
		{ "cache cached-port=1",
		  "cache cached-port|ospp kms-host=x|spp kms-port=1|spp "
		  "kms-host=x",
		  "spp kms-host ->x|spp kms-port ->1|ospp kms-host ->x|cache "
		  "cached-port 1>-" },
		/* Wide wishes reach what is there, and nothing else. */
		{ "spp kms-host=a|spp/windows kms-host=b", "spp/* kms-host",
		  "spp/windows kms-host b>-" },
		{ "spp kms-host=a|spp kms-port=1", "spp *",
		  "spp kms-host a>-|spp kms-port 1>-" },
		{ "spp/windows kms-host=b|spp/office kms-port=1", "spp/* *",
		  "spp/office kms-port 1>-|spp/windows kms-host b>-" },
		{ "spp kms-host=a", "spp/*/* *", "" },
		/* The narrowest wish counts. */
		{ "spp kms-host=a|spp kms-port=1", "spp *|spp kms-host=b",
		  "spp kms-host a>b|spp kms-port 1>-" },
		{ "spp kms-host=a|spp kms-port=1", "spp *|!spp kms-host",
		  "spp kms-port 1>-" },
		{ "spp/windows kms-host=a|spp/office kms-host=b",
		  "spp/* kms-host|!spp/windows kms-host",
		  "spp/office kms-host b>-" },
		{ "spp/windows kms-host=a", "spp/* *|spp/windows kms-host=a",
		  "" },
		{ SKU " kms-host=a", "spp/*/* kms-host|!spp/windows/* kms-host",
		  "" },
		{ SKU " kms-host=a", "!spp/*/* kms-host|spp/windows/* kms-host",
		  SKU " kms-host a>-" },
		{ SKU " kms-host=a", "spp/*/* *|!spp/windows/* *", "" },
		{ SKU " kms-host=a", "!spp/*/* *|spp/windows/* *",
		  SKU " kms-host a>-" },
		{ SKU " kms-host=a", "!spp/*/* kms-host|" SKU " *", "" },
		{ SKU " kms-host=a", "!spp/windows/* *|spp/*/* kms-host",
		  SKU " kms-host a>-" },
		/* A SKU is narrower than an application. */
		{ SKU " kms-host=a",
		  "!spp/windows/* kms-host|" ANY_APP " kms-host",
		  SKU " kms-host a>-" },
		{ SKU " kms-host=a",
		  "spp/windows/* kms-host|!" ANY_APP " kms-host", "" },
		{ SKU " kms-host=a", "!spp/windows/* *|" ANY_APP " *",
		  SKU " kms-host a>-" },
		/* What Windows keeps is not reached, but in the cache. */
		{ "spp token-store=x|spp kms-host=a", "spp *",
		  "spp kms-host a>-" },
		{ "spp token-store=x", "spp token-store",
		  "spp token-store x>-" },
		{ "cache cached-host=x", "cache *", "cache cached-host x>-" },
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct spp_policy CLEANUP(spp_policy_release) have =
			SPP_POLICY_INIT;
		struct spp_policy CLEANUP(spp_policy_release) want =
			SPP_POLICY_INIT;
		struct spp_changes CLEANUP(spp_changes_release) changes =
			SPP_CHANGES_INIT;
		char CLEANUP(spp_free_string) *text = NULL;

		wishes(&have, rows[i].have);
		wishes(&want, rows[i].want);
		UNIT_ROW(!spp_policy_diff(&have, &want, &changes, NULL),
			 rows[i].want);
		text = show(&changes);
		UNIT_ROW(!strcmp(text, rows[i].changes), text);
	}
}

/* Applying the difference leaves no difference. */
static void applied_means_no_difference(void)
{
	static const char *const scopes[] = { "spp", "spp/windows", "ospp",
					      "cache" };
	static const char *const names[] = { "kms-host", "kms-port",
					     "cached-host", "token-store" };
	uint32_t seed = 9, round, i, n;
	char text[64];

	for (round = 0; round < 300; round++) {
		struct spp_policy CLEANUP(spp_policy_release) have =
			SPP_POLICY_INIT;
		struct spp_policy CLEANUP(spp_policy_release) want =
			SPP_POLICY_INIT;
		struct spp_changes CLEANUP(spp_changes_release) changes =
			SPP_CHANGES_INIT;
		struct spp_changes CLEANUP(spp_changes_release) again =
			SPP_CHANGES_INIT;

		n = bed_random(&seed) % 12;
		for (i = 0; i < n; i++) {
			snprintf(text, sizeof(text), "%s %s%s%u",
				 scopes[bed_random(&seed) % 4],
				 names[bed_random(&seed) % 4], "=",
				 bed_random(&seed) % 3);
			if (i % 2 && bed_random(&seed) % 3 == 0)
				*strchr(text, '=') = '\0';
			wish(i % 2 ? &want : &have, text);
		}
		CU_ASSERT_EQUAL(spp_policy_diff(&have, &want, &changes, NULL),
				SPP_OK);
		for (i = 0; i < changes.count; i++) {
			struct spp_value CLEANUP(spp_value_release) v =
				SPP_VALUE_INIT;
			const struct spp_change *c = &changes.change[i];

			/* A copy, as before and after are borrowed. */
			if (c->after)
				spp_value_copy(&v, c->after, NULL);
			spp_policy_set(&have, &c->scope, c->setting,
				       c->after ? &v : NULL, NULL);
		}
		CU_ASSERT_EQUAL(spp_policy_diff(&have, &want, &again, NULL),
				SPP_OK);
		CU_ASSERT_EQUAL(again.count, 0);
	}
}

static void items_are_kept_in_order(void)
{
	struct spp_policy CLEANUP(spp_policy_release) policy = SPP_POLICY_INIT;
	const struct spp_policy_item *item;
	struct spp_scope scope = SPP_SCOPE_INIT;
	char CLEANUP(spp_free_string) *text = NULL;
	size_t i;
	int order;

	wishes(&policy, "cache cached-host=x|spp kms-port=1|spp/windows "
			"kms-host=b|spp kms-host=a|spp kms-host=c|ospp "
			"kms-host");
	CU_ASSERT_EQUAL_FATAL(policy.count, 5);
	for (i = 1; i < policy.count; i++) {
		order = spp_scope_cmp(&policy.item[i - 1].scope,
				      &policy.item[i].scope);
		CU_ASSERT_TRUE(order < 0 ||
			       (!order && policy.item[i - 1].setting <
						  policy.item[i].setting));
	}
	item = spp_policy_get(&policy, &scope,
			      &spp_settings[SPP_SETTING_KMS_HOST]);
	CU_ASSERT_PTR_NOT_NULL_FATAL(item);
	spp_value_get_text(&item->value, &text, NULL, NULL);
	CU_ASSERT_STRING_EQUAL(text, "c"); /* the later one counts */
	CU_ASSERT_PTR_NULL(spp_policy_get(
		&policy, &scope, &spp_settings[SPP_SETTING_LOW_PRIORITY]));
	scope.place = SPP_PLACE_OSPP;
	item = spp_policy_get(&policy, &scope,
			      &spp_settings[SPP_SETTING_KMS_HOST]);
	CU_ASSERT_PTR_NOT_NULL_FATAL(item);
	CU_ASSERT_EQUAL(item->wish, SPP_ABSENT);
	CU_ASSERT_EQUAL(item->value.size, 0);
}

static void homes(void)
{
	size_t i;

	for (i = 0; i < SPP_SETTING_COUNT; i++) {
		struct spp_scope scope = spp_policy_home(&spp_settings[i]);

		UNIT_ROW(scope.place == spp_settings[i].home && !*scope.app &&
				 !*scope.sku,
			 spp_settings[i].name);
	}
	spp_policy_release(NULL);
	spp_changes_release(NULL);
}

/* What is wanted is validated before it is written. */
static void changes_are_judged(void)
{
	static const struct {
		const char *want, *why;
	} rows[] = {
		{ "spp kms-host=kms01.corp.example", "" },
		{ "spp kms-host=a b",
		  "invalid value for kms-host in scope spp: not a valid host "
		  "or domain name" },
		{ "spp kms-port=99999",
		  "invalid value for kms-port in scope spp: outside the "
		  "documented range" },
		{ "spp activation-interval=120",
		  "invalid value for activation-interval in scope spp: not "
		  "of the documented type" },
		{ "cache cached-host=a.example",
		  "invalid value for cached-host in scope cache: Windows "
		  "itself keeps it; it can be removed, not set" },
		{ "cache cached-host", "" },
	};
	size_t i;

	spp_nomem(NULL); /* a shortage of before does not count */
	for (i = 0; i < COUNT(rows); i++) {
		struct spp_policy CLEANUP(spp_policy_release) have =
			SPP_POLICY_INIT;
		struct spp_policy CLEANUP(spp_policy_release) want =
			SPP_POLICY_INIT;
		struct spp_changes CLEANUP(spp_changes_release) changes =
			SPP_CHANGES_INIT;
		struct spp_error err = SPP_ERROR_INIT;

		wishes(&have, "cache cached-host=x");
		wishes(&want, rows[i].want);
		CU_ASSERT_EQUAL(spp_policy_diff(&have, &want, &changes, NULL),
				SPP_OK);
		CU_ASSERT_EQUAL(changes.count, 1);
		UNIT_ROW(spp_changes_allowed(&changes, NULL, &err) ==
				 (*rows[i].why ? SPP_INVALID : SPP_OK),
			 rows[i].want);
		UNIT_ROW(!strcmp(err.text, rows[i].why), err.text);
	}
}

/* Zeros in front are a note of an imported list, as of one that is typed. */
static void zeros_are_noted(void)
{
	static const uint8_t zeros[] = "a\0.\0b\0,\0"
				       "0\0"
				       "7\0\0\0\0";
	struct spp_policy CLEANUP(spp_policy_release) have = SPP_POLICY_INIT;
	struct spp_policy CLEANUP(spp_policy_release) want = SPP_POLICY_INIT;
	struct spp_changes CLEANUP(spp_changes_release) changes =
		SPP_CHANGES_INIT;
	struct spp_notes CLEANUP(spp_notes_release) notes = SPP_NOTES_INIT;
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	const struct spp_setting *setting =
		&spp_settings[SPP_SETTING_PUBLISH_LIST];
	struct spp_scope scope = spp_policy_home(setting);

	spp_value_set(&value, SPP_REG_MULTI_SZ, zeros, sizeof(zeros), NULL);
	spp_policy_set(&want, &scope, setting, &value, NULL);
	CU_ASSERT_EQUAL(spp_policy_diff(&have, &want, &changes, NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_changes_allowed(&changes, &notes, NULL), SPP_OK);
	CU_ASSERT_EQUAL_FATAL(notes.count, 1);
	CU_ASSERT_STRING_EQUAL(notes.text[0],
			       "entry 1, 'a.b,07': leading zeros are read as "
			       "decimal; how the service reads them is not "
			       "documented");
}

/* A refusal names the file, the line and the entry of a list. */
static void refusals_name_the_place(void)
{
	static const uint8_t joined[] = "a\0.\0b\0;\0c\0.\0d\0\0\0\0";
	struct spp_policy CLEANUP(spp_policy_release) have = SPP_POLICY_INIT;
	struct spp_policy CLEANUP(spp_policy_release) want = SPP_POLICY_INIT;
	struct spp_changes CLEANUP(spp_changes_release) changes =
		SPP_CHANGES_INIT;
	struct spp_value CLEANUP(spp_value_release) value = SPP_VALUE_INIT;
	const struct spp_setting *setting =
		&spp_settings[SPP_SETTING_PUBLISH_LIST];
	struct spp_scope scope = spp_policy_home(setting);
	struct spp_error err = SPP_ERROR_INIT;

	CU_ASSERT_EQUAL(spp_value_set(&value, SPP_REG_MULTI_SZ, joined,
				      sizeof(joined), NULL),
			SPP_OK);
	want.where = (struct spp_where){ "kms.reg", 7, 0 };
	spp_policy_set(&want, &scope, setting, &value, NULL);
	CU_ASSERT_EQUAL(spp_policy_diff(&have, &want, &changes, NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_changes_allowed(&changes, NULL, &err), SPP_INVALID);
	CU_ASSERT_STRING_EQUAL(err.text,
			       "kms.reg:7: invalid value for publish-list in "
			       "scope spp: entry 1, 'a.b;c.d': more than one "
			       "domain in an entry");
	CU_ASSERT_STRING_EQUAL(err.source, "kms.reg");
	CU_ASSERT_EQUAL(err.line, 7);
	CU_ASSERT_EQUAL(err.column, 0);
}

/* "Exactly this": what is there beyond it must go. */
static void closing_a_policy(void)
{
	struct spp_policy CLEANUP(spp_policy_release) have = SPP_POLICY_INIT;
	struct spp_policy CLEANUP(spp_policy_release) want = SPP_POLICY_INIT;
	struct spp_changes CLEANUP(spp_changes_release) changes =
		SPP_CHANGES_INIT;
	char CLEANUP(spp_free_string) *text = NULL;

	wishes(&have, "spp kms-host=a|spp kms-port=1|ospp kms-host=b");
	wishes(&want, "spp kms-host=c|!ospp kms-host");
	CU_ASSERT_EQUAL(spp_policy_close(&want, &have, NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_policy_diff(&have, &want, &changes, NULL), SPP_OK);
	text = show(&changes);
	CU_ASSERT_STRING_EQUAL(text, "spp kms-host a>c|spp kms-port 1>-");
}

/* A value for where there is none is set there, and nowhere else. */
static void offers_do_not_overwrite(void)
{
	struct spp_policy have = SPP_POLICY_INIT, want = SPP_POLICY_INIT;
	struct spp_changes changes = SPP_CHANGES_INIT;
	struct spp_scope scope = SPP_SCOPE_INIT;
	struct spp_value value = SPP_VALUE_INIT;
	const struct spp_setting *s;
	enum spp_terms raw;

	s = spp_setting_find("skip-rearm", &raw);
	spp_value_set_dword(&value, 1, NULL);
	spp_policy_offer(&want, &scope, s, &value, NULL);
	spp_policy_diff(&have, &want, &changes, NULL);
	CU_ASSERT_EQUAL_FATAL(changes.count, 1);
	CU_ASSERT_PTR_NULL(changes.change[0].before);
	CU_ASSERT_TRUE(spp_value_equal(changes.change[0].after, &value));
	spp_value_set_dword(&value, 0, NULL);
	spp_policy_set(&have, &scope, s, &value, NULL);
	spp_policy_diff(&have, &want, &changes, NULL);
	CU_ASSERT_EQUAL(changes.count, 0);
	spp_value_release(&value);
	spp_changes_release(&changes);
	spp_policy_release(&have);
	spp_policy_release(&want);
}

static const struct unit_test tests[] = {
	{ "differences", differences },
	{ "applied means no difference", applied_means_no_difference },
	{ "items are kept in order", items_are_kept_in_order },
	{ "homes", homes },
	{ "changes are judged", changes_are_judged },
	{ "zeros are noted", zeros_are_noted },
	{ "refusals name the place", refusals_name_the_place },
	{ "closing a policy", closing_a_policy },
	{ "offers do not overwrite", offers_do_not_overwrite },
	{ NULL, NULL },
};

const struct unit_suite unit_policy = { "policy", tests };
