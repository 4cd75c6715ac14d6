/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/logset.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hive/base/bytes.h"
#include "tests/unit.h"

void logset_part(struct logset *set, int i, size_t size)
{
	set->part[i] = (struct bed_bytes){ set->bytes[i], size };
	set->source[i] = bed_source(&set->part[i]);
}

void logset_open(struct logset *set, const char *path)
{
	char file[600];
	size_t size;
	int i;

	memset(set, 0, sizeof(*set));
	for (i = 0; i <= SPP_LOG_COUNT; i++) {
		snprintf(file, sizeof(file), "%s%s", path,
			 i ? spp_log_suffix((enum spp_log_name)(i - 1)) : "");
		if (i && access(file, R_OK))
			continue;
		set->bytes[i] = unit_slurp(file, &size);
		CU_ASSERT_PTR_NOT_NULL_FATAL(set->bytes[i]);
		logset_part(set, i, size);
		if (i)
			set->logs.log[i - 1] = &set->source[i];
	}
}

void logset_fixture(struct logset *set, const char *name)
{
	char file[64];

	snprintf(file, sizeof(file), "%s.hive", name);
	logset_open(set, unit_fixture(file));
}

enum spp_status logset_replay(struct logset *set)
{
	spp_pages_close(set->pages);
	set->pages = NULL;
	set->replay = (struct spp_replay)SPP_REPLAY_INIT;
	set->err = (struct spp_error)SPP_ERROR_INIT;
	CU_ASSERT_EQUAL_FATAL(
		spp_pages_open(&set->source[0], &set->pages, NULL), SPP_OK);
	return spp_log_replay(set->pages, &set->logs, &set->replay, &set->err);
}

void logset_close(struct logset *set)
{
	int i;

	spp_pages_close(set->pages);
	for (i = 0; i <= SPP_LOG_COUNT; i++)
		free(set->bytes[i]);
}

struct logstate logstate_load(const char *path)
{
	struct logstate state;

	state.bytes = unit_slurp(path, &state.size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(state.bytes);
	return state;
}

struct logstate logstate_fixture(const char *name)
{
	char file[64];

	snprintf(file, sizeof(file), "%s.hive", name);
	return logstate_load(unit_fixture(file));
}

bool logset_is(struct logset *set, const struct logstate *state)
{
	uint32_t bins = spp_get32(state->bytes + 40);
	struct spp_regf hive;
	const uint8_t *p;

	if (spp_regf_open(&hive, set->pages, NULL) ||
	    spp_base_dirty(&hive.base) || hive.base.bins_size != bins ||
	    hive.base.type || hive.base.root != spp_get32(state->bytes + 36))
		return false;
	if (set->replay.format && hive.base.seq1 != set->replay.last_seq)
		return false;
	p = spp_pages_at(set->pages, SPP_BASE_BLOCK, bins, NULL);
	return p && !memcmp(p, state->bytes + SPP_BASE_BLOCK, bins);
}
