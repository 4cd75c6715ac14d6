/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/log/marvin.h"

#include <string.h>

#include "hive/base/bytes.h"
#include "tests/unit.h"

#include <stdlib.h>

/* Made with another implementation, which agrees with logs of Windows. */
static void known_hashes(void)
{
	static const struct {
		const char *text;
		size_t n;
		uint64_t hash;
	} rows[] = {
		{ "", 0, 0xb39efca403966e08 },
		{ "\0", 1, 0x2d45a72c3c214958 },
		{ "a", 1, 0x21a013c726f292f4 },
		{ "ab", 2, 0x7911da00317285f8 },
		{ "abc", 3, 0xb9cf3dfca41914f7 },
		{ "abcd", 4, 0x20094fb11a6cd086 },
		{ "abcde", 5, 0x187f15f625046b86 },
		{ "HvLE", 4, 0x914527932cf336dd },
		{ "message digest", 14, 0xdd0e5d397767e293 },
	};
	uint8_t all[256];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		UNIT_ROW(spp_marvin((const uint8_t *)rows[i].text, rows[i].n) ==
				 rows[i].hash,
			 rows[i].text);
	for (i = 0; i < sizeof(all); i++)
		all[i] = (uint8_t)i;
	CU_ASSERT_EQUAL(spp_marvin(all, sizeof(all)), 0xe8f3685710a60b65);
}

/* Every entry of a log that Windows 10 wrote. */
static void logs_of_windows(void)
{
	const char *path = unit_real("yarp/NewDirtyHive1/NewDirtyHive.LOG2");
	size_t size = 0, at = 512, entries = 0, n;
	unsigned char *log;

	if (!path)
		return;
	log = unit_slurp(path, &size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(log);
	while (spp_within(at, 40, size) && !memcmp(log + at, "HvLE", 4)) {
		n = spp_get32(log + at + 4);
		CU_ASSERT_TRUE_FATAL(n > 40 && spp_within(at, n, size));
		CU_ASSERT_EQUAL(spp_marvin(log + at, 32),
				spp_get64(log + at + 32));
		CU_ASSERT_EQUAL(spp_marvin(log + at + 40, n - 40),
				spp_get64(log + at + 24));
		at += n;
		entries++;
	}
	CU_ASSERT_EQUAL(entries, 3);
	free(log);
}

static const struct unit_test tests[] = {
	{ "known hashes", known_hashes },
	{ "logs of Windows", logs_of_windows },
	{ NULL, NULL },
};

const struct unit_suite unit_marvin = { "marvin", tests };
