/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * read(write(P)) == P, for every format that goes both ways, over generated
 * policies; and the table of formats.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/format/format.h"
#include "tests/unit.h"

#define ROUNDS 400

static uint64_t state;

static uint32_t next(uint32_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)((state >> 16) % below);
}

/* What a generated policy may hold. */
struct menu {
	bool users, offers, raw, wild, wide;
};

static void random_scope(const struct menu *menu, struct spp_scope *scope)
{
	static const char skus[][SPP_GUID_SIZE] = {
		"d450596f-894d-49e0-966a-fd39ed4c4c64",
		"00000000-0000-0000-0000-000000000001",
		"ffffffff-ffff-ffff-ffff-ffffffffffff",
	};

	*scope = (struct spp_scope)SPP_SCOPE_INIT;
	do {
		scope->place = (enum spp_place)next(SPP_PLACE_COUNT);
	} while (!menu->users && spp_place_is_cache(scope->place));
	if (!spp_places[scope->place].applications || next(2))
		return;
	strcpy(scope->app, next(3) ? spp_apps[next(3)].guid : skus[next(3)]);
	if (next(2))
		strcpy(scope->sku, skus[next(3)]);
}

static const char *const texts[] = {
	"",
	"kms1.corp.example",
	"1688",
	"[2001:db8::1]",
	"with blanks, and commas",
	"C:\\Windows\\%TEMP%\\",
	"\"quoted\" 'too' <&> ^|!",
	"z\xc3\xbcrich \xe2\x80\x98quotes\xe2\x80\x99 \xf0\x9f\x94\x91",
	"\\\\server\\0 and \\\" ends in backslash\\",
};

static const char *const wild_texts[] = {
	" blank at both ends ",
	"tab\there",
	"line\r\nend",
};

static void random_text(const struct menu *menu, char *text, size_t room)
{
	size_t n;

	if (!next(8)) {
		n = next((uint32_t)room - 1);
		memset(text, 'x', n);
		text[n] = '\0';
	} else if (menu->wild && !next(4)) {
		strcpy(text, wild_texts[next(3)]);
	} else {
		strcpy(text, texts[next(sizeof(texts) / sizeof(texts[0]))]);
	}
}

static void random_list(const struct menu *menu, struct spp_value *value)
{
	struct spp_items items = SPP_ITEMS_INIT;
	uint32_t n = next(5);
	char text[600];

	while (n--) {
		random_text(menu, text, sizeof(text));
		if (*text)
			spp_items_add(&items, text, NULL);
	}
	spp_value_set_items(value, &items, NULL);
	spp_items_release(&items);
}

static void random_bytes(struct spp_value *value)
{
	uint8_t data[700];
	size_t n = next(3) ? next(9) : next(sizeof(data)), i;

	for (i = 0; i < n; i++)
		data[i] = next(3) ? (uint8_t)next(256) : 0;
	spp_value_set(value, next(4) ? next(13) : next(0xffffffff), data, n,
		      NULL);
}

static void random_value(const struct menu *menu,
			 const struct spp_setting *setting,
			 struct spp_value *value)
{
	char text[1500];

	if (menu->raw && !next(4)) {
		random_bytes(value);
		return;
	}
	random_text(menu, text, sizeof(text));
	switch (setting->type) {
	case SPP_REG_DWORD:
		spp_value_set_dword(value, next(2) ? next(2) : next(UINT32_MAX),
				    NULL);
		break;
	case SPP_REG_MULTI_SZ:
		random_list(menu, value);
		break;
	default:
		spp_value_set_text(value, setting->type, text, NULL);
		break;
	}
}

/* An empty list is two bytes after a way through Registry.pol. */
static bool is_odd_empty(const struct spp_value *v)
{
	size_t i;

	if (v->type != SPP_REG_MULTI_SZ || v->size == 2 || v->size > 6)
		return false;
	for (i = 0; i < v->size; i++)
		if (v->data[i])
			return false;
	return v->size % 2 == 0;
}

static void random_item(const struct menu *menu, struct spp_policy *p)
{
	const struct spp_setting *s =
		&spp_settings[next((uint32_t)SPP_SETTING_COUNT)];
	struct spp_value value = SPP_VALUE_INIT;
	struct spp_scope scope;

	random_scope(menu, &scope);
	if (menu->wide && !next(8)) {
		spp_policy_wish(p, &scope, NULL, SPP_ABSENT, NULL);
		return;
	}
	if (!(s->places >> scope.place & 1))
		return;
	if (menu->wide && !next(8)) {
		spp_policy_wish(p, &scope, s, SPP_KEEP, NULL);
		return;
	}
	if (!spp_setting_travels(s, scope.place) || !next(4)) {
		spp_policy_set(p, &scope, s, NULL, NULL);
		return;
	}
	random_value(menu, s, &value);
	if (!is_odd_empty(&value)) {
		if (menu->offers && !next(4))
			spp_policy_offer(p, &scope, s, &value, NULL);
		else
			spp_policy_set(p, &scope, s, &value, NULL);
	}
	spp_value_release(&value);
}

static void random_policy(const struct menu *menu, struct spp_policy *p)
{
	uint32_t n = next(40);

	while (n--)
		random_item(menu, p);
}

static bool same(const struct spp_policy *a, const struct spp_policy *b)
{
	size_t i;

	if (a->count != b->count)
		return false;
	for (i = 0; i < a->count; i++) {
		const struct spp_policy_item *x = &a->item[i], *y = &b->item[i];

		if (spp_scope_cmp(&x->scope, &y->scope) ||
		    x->setting != y->setting || x->wish != y->wish ||
		    !spp_value_equal(&x->value, &y->value))
			return false;
	}
	return true;
}

/* Writes, tells the format by the bytes, reads. */
static enum spp_status there_and_back(const struct spp_format *format,
				      const struct spp_export *options,
				      const struct spp_document *from,
				      struct spp_document *to,
				      struct spp_error *err)
{
	struct spp_import import = SPP_IMPORT_INIT;
	struct spp_buf out = SPP_BUF_INIT;
	struct spp_notes notes = SPP_NOTES_INIT;
	struct spp_input in = { .name = "test" };
	enum spp_status st;

	st = format->write(from, options, &out, &notes, err);
	spp_notes_release(&notes);
	if (!st) {
		CU_ASSERT_PTR_EQUAL(spp_format_probe(out.data, out.size),
				    format);
		in.data = out.data;
		in.size = out.size;
		in.prefix = options->prefix;
		st = format->read(&in, to, &import, err);
		CU_ASSERT_EQUAL(st, SPP_OK);
		CU_ASSERT_EQUAL(import.foreign, 0);
	}
	if (st == SPP_OK || st == SPP_INVALID || st == SPP_LIMIT)
		CU_ASSERT_EQUAL(err->status, st);
	spp_import_release(&import);
	spp_buf_release(&out);
	return st;
}

/* The same of a format that is a folder. */
static enum spp_status tree_and_back(const struct spp_format *format,
				     const struct spp_export *options,
				     const struct spp_document *from,
				     struct spp_document *to,
				     struct spp_error *err)
{
	struct spp_import import = SPP_IMPORT_INIT;
	struct spp_tree tree = SPP_TREE_INIT, again = SPP_TREE_INIT;
	struct spp_notes notes = SPP_NOTES_INIT;
	struct spp_input in = { .name = "test" };
	enum spp_status st;
	size_t i;

	st = format->write_tree(from, options, &tree, &notes, err);
	if (!st) {
		CU_ASSERT_EQUAL(
			format->write_tree(from, options, &again, NULL, NULL),
			SPP_OK);
		CU_ASSERT_EQUAL_FATAL(again.count, tree.count);
		for (i = 0; i < tree.count; i++) {
			const struct spp_tree_entry *a = &tree.entry[i];
			const struct spp_tree_entry *b = &again.entry[i];

			CU_ASSERT_STRING_EQUAL(a->path, b->path);
			CU_ASSERT_EQUAL_FATAL(a->data.size, b->data.size);
			CU_ASSERT_EQUAL(memcmp(spp_buf_text(&a->data),
					       spp_buf_text(&b->data),
					       a->data.size),
					0);
		}
		st = format->read_tree(&in, &tree, to, &import, err);
		CU_ASSERT_EQUAL(st, SPP_OK);
		CU_ASSERT_EQUAL(import.foreign, 0);
		CU_ASSERT_EQUAL(import.noted, 0);
	}
	spp_import_release(&import);
	spp_notes_release(&notes);
	spp_tree_close(&tree);
	spp_tree_close(&again);
	return st;
}

/* refuse: whether the format may say that it cannot. */
static void round_trips(const char *name, const struct spp_export *options,
			const struct menu *menu, bool refuse)
{
	const struct spp_format *format = spp_format_find(name);
	size_t i, refused = 0;

	state = 0x9e3779b97f4a7c15;
	for (i = 0; i < ROUNDS; i++) {
		struct spp_document a = SPP_DOCUMENT_INIT;
		struct spp_document b = SPP_DOCUMENT_INIT;
		struct spp_error err = SPP_ERROR_INIT;
		enum spp_status st;

		random_policy(menu, &a.policy);
		st = format->write_tree
			     ? tree_and_back(format, options, &a, &b, &err)
			     : there_and_back(format, options, &a, &b, &err);
		if (refuse && st == SPP_INVALID)
			refused++;
		else if (st)
			printf("%s: %s\n", name, err.text);
		CU_ASSERT_TRUE(st == SPP_OK || (refuse && st == SPP_INVALID));
		if (!st)
			CU_ASSERT_TRUE(same(&a.policy, &b.policy));
		CU_ASSERT_EQUAL(b.observed.count, 0);
		spp_document_release(&a);
		spp_document_release(&b);
	}
	CU_ASSERT_TRUE(refused < ROUNDS);
}

static void every_format_returns_what_it_can_say(void)
{
	static const struct spp_export plain = { .now = 133444736000000000 };
	static const struct spp_export cmdlet = { .flavour = "cmdlet",
						  .collection = true };
	static const struct spp_export utf8 = { .utf8 = true };
	static const struct spp_export gpo = {
		.flavour = "cmdlet",
		.gpo_name = "z\xc3\xbcrich ]]> <&\"'\xe2\x80\x99",
		.domain = "Corp.Example",
	};
	static const struct menu gpp = { .users = true, .offers = true };
	static const struct menu pol = { .offers = true,
					 .raw = true,
					 .wild = true };
	static const struct menu reg = { .users = true,
					 .raw = true,
					 .wild = true };
	static const struct menu lgpo = { .users = false };
	static const struct menu json = {
		.users = true, .offers = true, .raw = true, .wild = true
	};
	static const struct menu all = { .users = true,
					 .offers = true,
					 .raw = true,
					 .wild = true,
					 .wide = true };

	round_trips("gpp", &plain, &gpp, false);
	round_trips("gpp", &cmdlet, &gpp, false);
	round_trips("pol", &plain, &pol, false);
	round_trips("gpo-backup", &plain, &gpp, false);
	round_trips("gpo-backup", &gpo, &gpp, false);
	round_trips("reg", &plain, &reg, false);
	round_trips("reg", &utf8, &reg, false);
	round_trips("lgpo", &plain, &lgpo, false);
	round_trips("lgpo", &utf8, &lgpo, false);
	round_trips("json", &plain, &json, false);
	round_trips("conf", &plain, &all, false);
}

static void every_format_refuses_what_it_cannot_say(void)
{
	static const struct spp_export plain = { .now = 133444736000000000 };
	static const struct menu all = {
		.users = true, .offers = true, .raw = true, .wild = true
	};
	const struct spp_format *f;
	size_t i, both = 0;

	for (i = 0; i < spp_formats_count; i++) {
		f = spp_formats[i];
		if (!(f->read || f->read_tree) || !(f->write || f->write_tree))
			continue;
		round_trips(f->name, &plain, &all, true);
		both++;
	}
	CU_ASSERT_TRUE(both > 5);
}

/* A prefix is for one hive. */
static void a_prefix_returns(void)
{
	static const struct spp_export options = {
		.prefix = "HKEY_LOCAL_MACHINE\\OFFLINE"
	};
	static const struct menu menu = { .raw = true };

	round_trips("reg", &options, &menu, false);
}

static bool same_changes(const struct spp_changes *a,
			 const struct spp_changes *b)
{
	size_t i;

	if (a->count != b->count)
		return false;
	for (i = 0; i < a->count; i++)
		if (spp_scope_cmp(&a->change[i].scope, &b->change[i].scope) ||
		    a->change[i].setting != b->change[i].setting ||
		    !a->change[i].after != !b->change[i].after)
			return false;
	return true;
}

/* "Nothing else here" comes back spelled out, and does the same. */
static void wide_wishes_keep_their_meaning(void)
{
	static const char *const names[] = { "gpp", "reg", "pol", "lgpo" };
	static const struct spp_export plain = { .now = 133444736000000000 };
	static const struct menu menu = { .wide = true };
	static const struct menu full = { .users = true };
	size_t i;

	state = 42;
	for (i = 0; i < ROUNDS; i++) {
		struct spp_document a = SPP_DOCUMENT_INIT;
		struct spp_document b = SPP_DOCUMENT_INIT;
		struct spp_policy have = SPP_POLICY_INIT;
		struct spp_changes x = SPP_CHANGES_INIT, y = SPP_CHANGES_INIT;
		struct spp_error err = SPP_ERROR_INIT;

		random_policy(&menu, &a.policy);
		random_policy(&full, &have);
		CU_ASSERT_EQUAL(there_and_back(spp_format_find(names[i % 4]),
					       &plain, &a, &b, &err),
				SPP_OK);
		spp_policy_diff(&have, &a.policy, &x, NULL);
		spp_policy_diff(&have, &b.policy, &y, NULL);
		CU_ASSERT_TRUE(same_changes(&x, &y));
		spp_changes_release(&x);
		spp_changes_release(&y);
		spp_policy_release(&have);
		spp_document_release(&a);
		spp_document_release(&b);
	}
}

static void any_id_is_left_out(void)
{
	static const char *const names[] = { "gpp",  "reg", "pol",
					     "lgpo", "cmd", "ps1" };
	struct spp_document doc = SPP_DOCUMENT_INIT;
	struct spp_scope scope = { SPP_PLACE_SPP, "*", "" };
	struct spp_export options = { .now = 0 };
	size_t i;

	spp_policy_wish(&doc.policy, &scope, NULL, SPP_ABSENT, NULL);
	for (i = 0; i < 6; i++) {
		struct spp_error err = SPP_ERROR_INIT;
		struct spp_notes CLEANUP(spp_notes_release) notes =
			SPP_NOTES_INIT;
		struct spp_buf out = SPP_BUF_INIT;

		CU_ASSERT_EQUAL(spp_format_find(names[i])->write(
					&doc, &options, &out, &notes, &err),
				SPP_OK);
		if (i < 4) {
			CU_ASSERT_EQUAL_FATAL(notes.count, 1);
			CU_ASSERT_PTR_NOT_NULL(
				strstr(notes.text[0], "1 wish is left"));
		} else { /* scripts loop over the keys */
			CU_ASSERT_EQUAL(notes.count, 0);
			CU_ASSERT_PTR_NOT_NULL(
				strstr(spp_buf_text(&out), "VLActivationType"));
		}
		spp_buf_release(&out);
	}
	spp_document_release(&doc);
}

static const struct unit_test tests[] = {
	{ "every format returns what it can say",
	  every_format_returns_what_it_can_say },
	{ "every format refuses what it cannot say",
	  every_format_refuses_what_it_cannot_say },
	{ "a prefix returns", a_prefix_returns },
	{ "wide wishes keep their meaning", wide_wishes_keep_their_meaning },
	{ "a wish for any id is left out, or looped", any_id_is_left_out },
	{ NULL, NULL },
};

const struct unit_suite unit_formats = { "formats", tests };
