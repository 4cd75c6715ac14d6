/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A number of edits, 4 bytes each, then a hive.  Each edit sets or deletes one
 * of a few values in one of the keys that sppctl knows.  If the hive was free
 * of errors before, it must be so after each edit, the value must read back,
 * and the other values must be what they were.
 */
#include <stdlib.h>

#include "hive/check/check.h"
#include "hive/edit/edit.h"
#include "tests/fuzz/memory.h"

#define NAMES	  4
#define EDITS_MAX 24

static const char *const names[NAMES] = { "DisableDnsPublishing",
					  "KeyManagementServiceName",
					  "DnsDomainPublishList", "" };
#define SPP "Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform"

static const char *const paths[] = {
	SPP,
	"Microsoft\\Windows NT\\CurrentVersion",
	("Software\\" SPP),
	"",
};

static uint64_t errors(struct spp_regf *hive)
{
	struct spp_check check = SPP_CHECK_INIT;
	uint64_t n;

	if (spp_check_run(&check, hive, NULL))
		abort();
	n = check.severity[SPP_ERROR] + check.total[SPP_CHECK_ORPHAN];
	spp_check_release(&check);
	return n;
}

static bool get(struct spp_regf *hive, const char *path, const char *name,
		struct spp_value *value)
{
	struct spp_slot slot;
	struct spp_key key;

	return !spp_regf_find(hive, path, &key, NULL) &&
	       !spp_key_value(hive, &key, name, &slot, NULL) &&
	       !spp_regf_value(hive, &slot, value, NULL);
}

/* One edit; false if it could not be made, which ends the hive's life. */
static bool edit_once(struct spp_edit *edit, const uint8_t *op, bool sound)
{
	struct spp_value value = SPP_VALUE_INIT, is = SPP_VALUE_INIT;
	struct spp_value before[NAMES] = { { 0 } };
	struct spp_regf *hive = edit->cells.hive;
	const char *path = paths[op[0] & 3];
	size_t which = op[0] >> 2 & 3, size, i;
	enum spp_status st;
	bool had[NAMES], ok;
	uint8_t data[1024];

	size = (size_t)(op[1] | (op[2] & 3) << 8);
	memset(data, op[3], sizeof(data));
	spp_value_set(&value, op[0] & 0x10 ? SPP_REG_SZ : SPP_REG_DWORD, data,
		      size, NULL);
	for (i = 0; i < NAMES; i++)
		had[i] = get(hive, path, names[i], &before[i]);
	if (op[0] & 0x20)
		st = spp_edit_delete(edit, path, names[which], NULL);
	else
		st = spp_edit_set(edit, path, names[which], &value, NULL);
	ok = !st || st == SPP_NOTFOUND;
	if (ok && sound && !hive->damaged) {
		for (i = 0; i < NAMES; i++) {
			bool has = get(hive, path, names[i], &is);

			if (i == which && !st)
				ok = op[0] & 0x20 ? !has
						  : has && spp_value_equal(
								   &is, &value);
			else
				ok = has == had[i] &&
				     (!has || spp_value_equal(&is, &before[i]));
			if (!ok)
				abort();
		}
		if (errors(hive))
			abort();
	}
	for (i = 0; i < NAMES; i++)
		spp_value_release(&before[i]);
	spp_value_release(&value);
	spp_value_release(&is);
	return !st || st == SPP_NOTFOUND;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct spp_edit edit = { .now = 1 };
	struct memory memory;
	struct spp_source source;
	struct spp_pages *pages;
	struct spp_regf hive;
	size_t count, i;
	bool sound;

	if (size < 1)
		return 0;
	count = data[0] % EDITS_MAX;
	if (size < 1 + 4 * count)
		return 0;
	memory = (struct memory){ data + 1 + 4 * count, size - 1 - 4 * count };
	source = memory_source(&memory);
	if (spp_pages_open(&source, &pages, NULL))
		return 0;
	if (!spp_regf_open(&hive, pages, NULL)) {
		edit.cells.hive = &hive;
		sound = !errors(&hive);
		for (i = 0; i < count; i++)
			if (!edit_once(&edit, data + 1 + 4 * i, sound))
				break;
		if (i == count)
			spp_edit_finish(&edit, 7, NULL);
		spp_edit_release(&edit);
	}
	spp_pages_close(pages);
	return 0;
}
