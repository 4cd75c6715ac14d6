/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/audit_help.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/unit.h"

static void make_folders(const char *path)
{
	char part[512];
	size_t i;

	for (i = 1; path[i]; i++) {
		if (path[i] != '/')
			continue;
		snprintf(part, sizeof(part), "%s/%.*s", unit_folder(), (int)i,
			 path);
		mkdir(part, 0777);
	}
}

static void put(const char *folder, const char *name, const char *fixture)
{
	char path[300], hive[100];

	if (!fixture)
		return;
	snprintf(hive, sizeof(hive), "%s.hive", fixture);
	snprintf(path, sizeof(path), "%s/Windows/%s", folder, name);
	make_folders(path);
	unit_copy(unit_fixture(hive), path);
}

/* The path of the target; good until the next call. */
static const char *make_target(const struct help_hives *h)
{
	static char path[512];
	static int number;
	char folder[32], hive[100];

	if (!h->system && !h->netsvc) {
		snprintf(hive, sizeof(hive), "%s.hive", h->software);
		snprintf(path, sizeof(path), "%s", unit_fixture(hive));
		return path;
	}
	snprintf(folder, sizeof(folder), "target%d", number++);
	put(folder, "System32/config/SOFTWARE", h->software);
	put(folder, "System32/config/SYSTEM", h->system);
	put(folder, "ServiceProfiles/NetworkService/NTUSER.DAT", h->netsvc);
	snprintf(path, sizeof(path), "%s/%s", unit_folder(), folder);
	return path;
}

bool help_dump(const struct help_hives *hives, struct spp_document *document,
	       unsigned int *roles)
{
	struct spp_hives_options options = { .session = { .now = 0 } };
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_hives *windows = NULL;
	int role;

	spp_hives_open(make_target(hives), &options, &windows, &err);
	if (!err.status)
		spp_document_dump(windows, document, &err);
	for (role = 0; !err.status && roles && role < SPP_ROLE_COUNT; role++)
		if (spp_hives_session(windows, (enum spp_role)role))
			*roles |= 1u << role;
	spp_hives_close(windows);
	CU_ASSERT_STRING_EQUAL(err.text, "");
	return !err.status;
}

bool help_read(const char *json, struct spp_document *document)
{
	struct spp_import CLEANUP(spp_import_release) import = SPP_IMPORT_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_input in = { .name = "document",
				.data = (const uint8_t *)json,
				.size = strlen(json) };

	spp_format_find("json")->read(&in, document, &import, &err);
	CU_ASSERT_STRING_EQUAL(err.text, "");
	return !err.status;
}

bool help_again(const struct spp_document *document, struct spp_document *again)
{
	struct spp_export options = { .show_keys = true };
	struct spp_buf CLEANUP(spp_buf_release) text = SPP_BUF_INIT;
	struct spp_error err = SPP_ERROR_INIT;

	spp_format_find("json")->write(document, &options, &text, NULL, &err);
	CU_ASSERT_STRING_EQUAL(err.text, "");
	return !err.status && help_read(spp_buf_text(&text), again);
}

bool help_site(const char *json, struct spp_site *site)
{
	struct spp_error err = SPP_ERROR_INIT;

	if (!json)
		return true;
	spp_site_read("site", json, strlen(json), site, &err);
	CU_ASSERT_STRING_EQUAL(err.text, "");
	return !err.status;
}

bool help_machine(struct spp_records *dns, const char *label, const char *json)
{
	struct spp_document CLEANUP(spp_document_release) document =
		SPP_DOCUMENT_INIT;
	struct spp_policy CLEANUP(spp_policy_release) state = SPP_POLICY_INIT;
	struct spp_error err = SPP_ERROR_INIT;

	if (!help_read(json, &document))
		return false;
	spp_document_meant(&document, &state, &err);
	if (!err.status)
		spp_records_add(dns, label, &state, &document.identity, &err);
	CU_ASSERT_STRING_EQUAL(err.text, "");
	return !err.status;
}
