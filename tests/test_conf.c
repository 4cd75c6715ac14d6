/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings in lines: what people write, and where what is wrong is said. */
#include <string.h>

#include "policy/format/format.h"
#include "policy/model/publish_list.h"
#include "tests/unit.h"

static enum spp_status read_text(const char *text, struct spp_document *to,
				 struct spp_error *err)
{
	struct spp_import import = SPP_IMPORT_INIT;
	struct spp_input in = { .name = "x",
				.data = (const uint8_t *)text,
				.size = strlen(text) };
	enum spp_status st =
		spp_format_find("conf")->read(&in, to, &import, err);

	spp_import_release(&import);
	return st;
}

static void the_place_of_what_is_wrong_is_told(void)
{
	static const struct {
		const char *text;
		size_t line;
		const char *says;
	} rows[] = {
		{ "kms-host = a.example\n", 1, "before the first [scope]" },
		{ "[spp\n", 1, "no ']'" },
		{ "[spq]\n", 1, "unknown scope 'spq'" },
		{ "[spp]\n\nkms-hots = a\n", 3, "did you mean 'kms-host'?" },
		{ "[spp]\nkms-host\n", 2, "no '=' after 'kms-host'" },
		{ "[spp]\nunset kms-host = a\n", 2, "a value after" },
		{ "[spp]\nrearm = on\nSkipRearm = 1\n", 3, "given twice" },
		{ "[spp]\nkms-port = 70000\n", 2, "invalid value '70000'" },
		{ "[spp]\ntoken-store = x\n", 2, "Windows itself keeps it" },
		{ "[cache]\nkms-host = a.example\n", 2, "Windows itself" },
		{ "[activation]\nkms-host = a\n", 2, "does not belong in" },
		{ "[spp/*]\nrearm = on\n", 2, "can only be unset or kept" },
		{ "[spp]\n* = on\n", 2, "can only be unset or kept" },
		{ "[spp]\npublish-list =\n\ta.example\n# b\n\tb c d\n", 5,
		  "b c d" },
		{ "[spp]\npublish-list =\n\ta.example\n\ta.example,1,1\n", 4,
		  "listed twice" },
		{ "[spp]\npublish-list =\n[activation]\n", 2, "no entry" },
		{ "[spp]\nrearm = hex(REG_X): 00\n", 2, "hex(TYPE)" },
		{ "[spp]\nrearm = hex(4):\n\t0\n", 2, "pairs of hex digits" },
		{ "# sppctl-settings, version 2\n", 1, "version 2" },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct spp_document d = SPP_DOCUMENT_INIT;
		struct spp_error err = SPP_ERROR_INIT;

		UNIT_ROW(read_text(rows[i].text, &d, &err) != SPP_OK,
			 rows[i].text);
		UNIT_ROW(err.line == rows[i].line, err.text);
		UNIT_ROW(strstr(err.text, rows[i].says) != NULL, err.text);
		spp_document_release(&d);
	}
}

static const struct spp_policy_item *get(const struct spp_policy *p,
					 enum spp_place place,
					 enum spp_setting_id id)
{
	struct spp_scope scope = { .place = place };

	return spp_policy_get(p, &scope, &spp_settings[id]);
}

static void lines_are_read_as_they_are_meant(void)
{
	static const char text[] = "\xef\xbb\xbf# of an editor\r\n"
				   "name = a = b\r\n"
				   "  [spp]  \r\n"
				   "\r\n"
				   "  DisableDnsPublishing=1\r\n"
				   "publish-list = a.example, 1, 2\r\n"
				   "# not an entry\r\n"
				   "\tb.example; c.example, 3\r\n"
				   "\t\"d.example;4\"\r\n"
				   "kms-port = hex(REG_DWORD): 98 06,00\r\n"
				   "\t00\r\n"
				   "\r\n"
				   "default renewal-interval = 120\r\n"
				   "[activation]\r\n"
				   "alternate-url = #a b#\r\n"
				   "[cache]\r\n"
				   "read-only cached-host = a";
	struct spp_publish_list list = SPP_PUBLISH_LIST_INIT;
	struct spp_document d = SPP_DOCUMENT_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	const struct spp_policy_item *item;
	char *url = NULL;
	uint32_t n = 0;

	UNIT_ROW(!read_text(text, &d, &err), err.text);
	CU_ASSERT_STRING_EQUAL(d.name, "a = b");
	CU_ASSERT_EQUAL(d.policy.count, 5);
	item = get(&d.policy, SPP_PLACE_SPP, SPP_SETTING_DNS_PUBLISHING);
	CU_ASSERT_TRUE(spp_value_get_dword(&item->value, &n) && n == 1);
	CU_ASSERT_EQUAL(item->where.line, 5);
	item = get(&d.policy, SPP_PLACE_SPP, SPP_SETTING_PUBLISH_LIST);
	spp_publish_list_read(&item->value, &list, NULL);
	CU_ASSERT_EQUAL_FATAL(list.count, 4);
	CU_ASSERT_STRING_EQUAL(list.entry[2].text, "c.example, 3, 0");
	CU_ASSERT_STRING_EQUAL(list.entry[3].text, "d.example;4");
	spp_publish_list_release(&list);
	item = get(&d.policy, SPP_PLACE_SPP, SPP_SETTING_KMS_PORT);
	CU_ASSERT_TRUE(spp_value_get_dword(&item->value, &n) && n == 1688);
	item = get(&d.policy, SPP_PLACE_SPP, SPP_SETTING_RENEWAL_INTERVAL);
	CU_ASSERT_EQUAL(item->wish, SPP_DEFAULT);
	item = get(&d.policy, SPP_PLACE_ACTIVATION, SPP_SETTING_ALTERNATE_URL);
	spp_value_get_text(&item->value, &url, NULL, NULL);
	CU_ASSERT_STRING_EQUAL(url, "#a b#");
	spp_free_string(&url);
	CU_ASSERT_PTR_NOT_NULL(
		get(&d.observed, SPP_PLACE_CACHE, SPP_SETTING_CACHED_HOST));
	spp_document_release(&d);
}

static void a_format_is_told_by_its_first_line(void)
{
	static const struct {
		const char *text;
		bool ours;
	} rows[] = {
		{ "# sppctl-settings, version 9\n", true },
		{ "\n# a\n\n[spp/office]\n", true },
		{ "[spp]", true },
		{ "[general]\n", false },
		{ "# a\nkms-host = b\n[spp]\n", false },
		{ "", false },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		UNIT_ROW((spp_format_probe((const uint8_t *)rows[i].text,
					   strlen(rows[i].text)) ==
			  spp_format_find("conf")) == rows[i].ours,
			 rows[i].text);
}

static void a_product_key_is_not_written(void)
{
	static const char key[] = "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE";
	struct spp_document d = SPP_DOCUMENT_INIT;
	struct spp_scope scope = { .place = SPP_PLACE_SPP };
	struct spp_export options = { .show_keys = false };
	struct spp_value value = SPP_VALUE_INIT;
	struct spp_buf out = SPP_BUF_INIT;

	spp_value_set_text(&value, SPP_REG_SZ, key, NULL);
	spp_policy_set(&d.observed, &scope,
		       &spp_settings[SPP_SETTING_BACKUP_PRODUCT_KEY], &value,
		       NULL);
	spp_format_find("conf")->write(&d, &options, &out, NULL, NULL);
	CU_ASSERT_PTR_NULL(strstr(spp_buf_text(&out), "DDDDD"));
	CU_ASSERT_PTR_NOT_NULL(strstr(spp_buf_text(&out), "-EEEEE"));
	spp_buf_release(&out);
	options.show_keys = true;
	spp_format_find("conf")->write(&d, &options, &out, NULL, NULL);
	CU_ASSERT_PTR_NOT_NULL(strstr(spp_buf_text(&out), key));
	spp_buf_release(&out);
	spp_value_release(&value);
	spp_document_release(&d);
}

static const struct unit_test tests[] = {
	{ "the place of what is wrong is told",
	  the_place_of_what_is_wrong_is_told },
	{ "lines are read as they are meant",
	  lines_are_read_as_they_are_meant },
	{ "a format is told by its first line",
	  a_format_is_told_by_its_first_line },
	{ "a product key is not written", a_product_key_is_not_written },
	{ NULL, NULL },
};

const struct unit_suite unit_conf = { "conf", tests };
