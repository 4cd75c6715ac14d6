/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes are a hive: judge it, look for keys and values, read all data,
 * check its integrity.
 */
#include "hive/check/check.h"
#include "policy/model/scope.h"
#include "tests/fuzz/memory.h"

static void read_values(struct spp_regf *hive, const struct spp_key *key)
{
	struct spp_value value = SPP_VALUE_INIT;
	struct spp_items items = SPP_ITEMS_INIT;
	struct spp_slot slot;
	uint32_t i;

	for (i = 0; i < 64 && !spp_key_slot(hive, key, i, &slot, NULL); i++) {
		if (spp_regf_value(hive, &slot, &value, NULL))
			continue;
		spp_value_get_items(&value, &items, NULL);
	}
	spp_key_value(hive, key, "DnsDomainPublishList", &slot, NULL);
	spp_items_release(&items);
	spp_value_release(&value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct memory memory = { data, size };
	struct spp_source source = memory_source(&memory);
	struct spp_check check = SPP_CHECK_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_pages *pages;
	struct spp_regf hive;
	struct spp_key key;
	size_t i;

	if (spp_pages_open(&source, &pages, NULL))
		return 0;
	if (!spp_regf_open(&hive, pages, &err)) {
		for (i = 0; i < SPP_PLACE_COUNT; i++)
			if (!spp_regf_find(&hive, spp_places[i].path, &key,
					   NULL))
				read_values(&hive, &key);
		if (!spp_regf_find(&hive, "", &key, NULL))
			read_values(&hive, &key);
		spp_check_run(&check, &hive, NULL);
		spp_check_release(&check);
	}
	spp_pages_close(pages);
	return 0;
}
