/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Registry.pol. */
#include <stdlib.h>

#include "hive/base/bytes.h"
#include "hive/base/utf16.h"
#include "tests/said.h"

#define KEY                                                 \
	"Software\\Microsoft\\Windows NT\\CurrentVersion\\" \
	"SoftwareProtectionPlatform"
#define SPACE " \0\0"

struct record {
	const char *key, *name;
	uint32_t type;
	const char *data;
	size_t size;
};

#define END                            \
	{                              \
		NULL, NULL, 0, NULL, 0 \
	}

static void put(struct spp_buf *out, const char *text)
{
	spp_utf16_from(text, strlen(text), out, NULL);
}

static void build(struct spp_buf *out, const struct record *r)
{
	spp_buf_append(out, "PReg\1\0\0", 8, NULL);
	for (; r->key; r++) {
		put(out, "[");
		put(out, r->key);
		spp_buf_u16(out, 0, NULL);
		put(out, ";");
		put(out, r->name);
		spp_buf_u16(out, 0, NULL);
		put(out, ";");
		spp_buf_u32(out, r->type, NULL);
		put(out, ";");
		spp_buf_u32(out, (uint32_t)r->size, NULL);
		put(out, ";");
		spp_buf_append(out, r->data, r->size, NULL);
		put(out, "]");
	}
}

static const struct {
	struct record record[4];
	const char *said;
} rows[] = {
	{ { END }, "" },
	{ { { KEY, "KeyManagementServiceName", 1, "k\0\0", 4 }, END },
	  "spp kms-host = k\n" },
	/* data may hold what stands between fields */
	{ { { KEY, "KeyManagementServiceName", 1, "]\0[\0;\0\0", 8 }, END },
	  "spp kms-host = ][;\n" },
	{ { { KEY, "SkipRearm", 4, "\1\0\0", 4 }, END }, "spp rearm = 1\n" },
	{ { { KEY, "SkipRearm", 77, "\1\0", 3 }, END },
	  "spp rearm = (77) hex:010000\n" },
	/* an empty list in all the sizes that it was seen in */
	{ { { KEY, "DnsDomainPublishList", 7, "", 0 }, END },
	  "spp publish-list = \n" },
	{ { { KEY, "DnsDomainPublishList", 7, "\0", 2 }, END },
	  "spp publish-list = \n" },
	{ { { KEY, "DnsDomainPublishList", 7, "\0\0\0", 4 }, END },
	  "spp publish-list = \n" },
	{ { { KEY, "DnsDomainPublishList", 7, "\0\0\0\0\0", 6 }, END },
	  "spp publish-list = \n" },
	/* specials */
	{ { { KEY, "**del.SkipRearm", 1, SPACE, 4 }, END },
	  "spp rearm absent\n" },
	{ { { KEY, "**DEL.skiprearm", 1, "x", 1 }, END },
	  "spp rearm absent\n" },
	{ { { KEY, "UserOperations", 4, "\1\0\0", 4 },
	    { KEY, "**delvals.", 1, SPACE, 4 },
	    { KEY, "SkipRearm", 4, "\1\0\0", 4 },
	    END },
	  "spp * absent\nspp rearm = 1\n" },
	{ { { KEY, "**DelVals", 1, SPACE, 4 }, END }, "spp * absent\n" },
	{ { { KEY, "**DeleteValues", 1,
	      "S\0k\0i\0p\0R\0e\0a\0r\0m\0;\0U\0s\0e\0r\0O\0p\0e\0r\0a\0t\0i\0"
	      "o\0n\0s\0;\0x\0\0",
	      54 },
	    END },
	  "spp user-operations absent\nspp rearm absent\nforeign 1\n" },
	{ { { KEY, "**DeleteKeys", 1,
	      "A\0c\0t\0i\0v\0a\0t\0i\0o\0n\0;\0N\0o\0\0", 28 },
	    END },
	  "activation * absent\nforeign 1\n" },
	{ { { KEY, "**soft.SkipRearm", 4, "\1\0\0", 4 }, END },
	  "spp rearm default 1\n" },
	{ { { KEY, "**soft.SkipRearm", 4, "\1\0\0", 4 },
	    { KEY, "SkipRearm", 4, "\0\0\0", 4 },
	    { KEY, "**soft.SkipRearm", 4, "\1\0\0", 4 },
	    END },
	  "spp rearm = 0\n" },
	{ { { KEY, "**del.SkipRearm", 1, SPACE, 4 },
	    { KEY, "**soft.SkipRearm", 4, "\1\0\0", 4 },
	    END },
	  "spp rearm = 1\n" },
	{ { { KEY, "**SecureKey", 4, "\1\0\0", 4 }, END }, "foreign 1\n" },
	{ { { KEY, "**what.SkipRearm", 4, "\1\0\0", 4 }, END }, "foreign 1\n" },
	{ { { KEY, "", 0, "", 0 }, END }, "" },
	{ { { "Software\\X", "", 0, "", 0 }, END }, "foreign 1\n" },
};

static void records_are_read(void)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct spp_buf out = SPP_BUF_INIT;
		struct spp_input in = { .name = "t.pol" };

		build(&out, rows[i].record);
		in.data = out.data;
		in.size = out.size;
		SAID("pol", &in, rows[i].said);
		spp_buf_release(&out);
	}
}

static const struct record one[] = {
	{ KEY, "KeyManagementServiceName", 1, "k\0\0", 4 },
	END,
};

/* Changes one place of a sound file, from its end. */
static void damage(size_t from_end, uint8_t byte, const char *said)
{
	struct spp_buf out = SPP_BUF_INIT;
	struct spp_input in = { .name = "t.pol" };

	build(&out, one);
	out.data[out.size - from_end] = byte;
	in.data = out.data;
	in.size = out.size;
	SAID("pol", &in, said);
	spp_buf_release(&out);
}

static void damage_is_named(void)
{
	static const struct spp_input none = { .name = "t.pol",
					       .data = (uint8_t *)"PReg",
					       .size = 4 };

	SAID("pol", &none,
	     "!corrupt: 't.pol' does not begin as a Registry.pol does");
#define AT "!corrupt: 't.pol': the record at byte 8 is damaged: "
	damage(2, 'x', AT "no ']' after its data");
	damage(8, 'x', AT "no ';' between its fields");
	damage(9, 0xff, AT "its size reaches beyond the file");
	damage(12, 5, AT "no ']' after its data");
	damage(12, 0xff, AT "its size reaches beyond the file");
	damage(14, 'x', AT "no ';' between its fields");
}

static void versions_are_told(void)
{
	static const struct spp_input two = { .name = "t.pol",
					      .data = (uint8_t *)"PReg\2\0\0",
					      .size = 8 };

	SAID("pol", &two,
	     "!unsupported: 't.pol' is a Registry.pol of version 2; only "
	     "version 1 is known");
}

/* Every truncation but none at all and between records is refused. */
static void truncations_are_refused(void)
{
	struct spp_buf out = SPP_BUF_INIT;
	size_t n;

	build(&out, one);
	for (n = 0; n < out.size; n++) {
		struct spp_input in = { .name = "t.pol",
					.data = malloc(n + 1),
					.size = n };
		struct spp_buf text = SPP_BUF_INIT;

		memcpy((void *)in.data, out.data, n);
		said("pol", &in, &text);
		CU_ASSERT_TRUE(
			n == 8 ? !text.size
			       : !strncmp(spp_buf_text(&text), "!corrupt", 8));
		spp_buf_release(&text);
		free((void *)in.data);
	}
	spp_buf_release(&out);
}

/* The folder says whose settings these are. */
static void the_users_file_is_foreign(void)
{
	struct spp_buf out = SPP_BUF_INIT;
	struct spp_input in = { .name = "/x/User/Registry.pol" };

	build(&out, one);
	in.data = out.data;
	in.size = out.size;
	SAID("pol", &in, "foreign 1\n");
	in.name = "/x/Machine/registry.pol";
	SAID("pol", &in, "spp kms-host = k\n");
	spp_buf_release(&out);
}

static void real_files_are_read(void)
{
	const char *path = said_real("pol/simeon-EccCurves-multisz.pol");
	struct spp_input in = { .name = "real" };
	size_t size;

	if (!path)
		return;
	in.data = unit_slurp(path, &size);
	in.size = size;
	SAID("pol", &in, "foreign 104\n");
	free((void *)in.data);
	in.data = unit_slurp(said_real("own/own-kms.pol"), &size);
	in.size = size;
	SAID("pol", &in,
	     "spp publish-list = contoso.com; fabrikam.com, 10, 20\n"
	     "spp dns-publishing = 0\nspp listening-port = 1688\n"
	     "spp low-priority absent\n");
	free((void *)in.data);
}

/* What lies outside the Policies keys stays when the GPO goes. */
static void tattoos_are_warned_of(void)
{
	static const char text[] =
		"{\"sppctl-policy\": 1, \"scopes\": {\"spp\": {\"skip-rearm\": "
		"\"on\", \"kms-host\": null}, \"policies\": "
		"{\"no-genuine-ticket\": \"on\"}}}";
	struct spp_input in = { .name = "p",
				.data = (const uint8_t *)text,
				.size = strlen(text) };
	struct spp_document document = SPP_DOCUMENT_INIT;
	struct spp_import import = SPP_IMPORT_INIT;
	struct spp_notes notes = SPP_NOTES_INIT;
	struct spp_export options = { .now = 0 };
	struct spp_buf out = SPP_BUF_INIT;

	spp_format_find("json")->read(&in, &document, &import, NULL);
	spp_format_find("pol")->write(&document, &options, &out, &notes, NULL);
	CU_ASSERT_EQUAL_FATAL(notes.count, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(notes.text[0], "1 value lies outside"));
	spp_buf_release(&out);
	spp_notes_release(&notes);
	spp_import_release(&import);
	spp_document_release(&document);
}

static const struct unit_test tests[] = {
	{ "records are read", records_are_read },
	{ "damage is named", damage_is_named },
	{ "versions are told", versions_are_told },
	{ "truncations are refused", truncations_are_refused },
	{ "the user's file is foreign", the_users_file_is_foreign },
	{ "real files are read", real_files_are_read },
	{ "tattoos are warned of", tattoos_are_warned_of },
	{ NULL, NULL },
};

const struct unit_suite unit_pol = { "pol", tests };
