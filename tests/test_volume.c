/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a child may report of a volume: each lie is refused. */
#include <string.h>

#include "hive/ntfs/report.h"
#include "tests/memory_block.h"
#include "tests/unit.h"

#define SIZE	    ((uint64_t)1 << 20)
#define FILE_OF(i)  ((uint64_t)(i)*SPP_REPORT_PARTS)
#define HEAD(i)	    (FILE_OF(i) + SPP_REPORT_HEAD)
#define EXTENTS(i)  (FILE_OF(i) + SPP_REPORT_EXTENTS)
#define RESIDENT(i) (FILE_OF(i) + SPP_REPORT_RESIDENT)
#define NEXT	    SPP_HIVE_FILES /* the next hive */

/* A report; n: bytes of it, 0: the last one. */
struct report {
	uint64_t kind;
	const void *data;
	size_t n;
};

#define REPORT(kind, data)                  \
	{                                   \
		kind, &(data), sizeof(data) \
	}
#define FACTS REPORT(SPP_REPORT_FACTS, facts)
#define MOST  8

static const struct spp_volume_facts facts = { .cluster = 4096, .sector = 512 },
				     odd = { .cluster = 4097, .sector = 512 },
				     none = { .cluster = 0, .sector = 512 },
				     huge = { .cluster = 4u << 20,
					      .sector = 512 },
				     logs = { .cluster = 4096,
					      .sector = 512,
					      .log = SPP_VOLUME_LOG_CACHED +
						     1 };
static const struct spp_report_head
	head = { 1, 0, 70, 8192, 8192, 1 },
	two = { 1, 0, 70, 8192, 8192, 2 }, absent = { 0, 0, 70, 8192, 8192, 1 },
	flags = { 1, 2 * SPP_FILE_TWINS, 70, 8192, 8192, 1 },
	many = { 1, 0, 70, 8192, 8192, SPP_EXTENTS_MAX + 1 },
	longer = { 1, 0, 70, 8193, 8192, 1 },
	valid = { 1, 0, 70, 8192, 8193, 1 }, small = { 1, 0, 70, 100, 100, 0 },
	large = { 1, 0, 70, SPP_RESIDENT_MAX + 1, 100, 0 };
static const struct spp_extent good = { 16384, 8192 }, empty = { 16384, 0 },
			       boot = { 4096, 8192 },
			       after = { SIZE - 4096, 8192 },
			       wraps = { 16384, UINT64_MAX - 8192 },
			       beyond = { UINT64_MAX - 100, 8192 },
			       beside = { 20480, 8192 },
			       pair[] = { { 16384, 8192 }, { 24576, 8192 } },
			       twice[] = { { 16384, 8192 }, { 16384, 8192 } };
static const uint8_t resident[SPP_RESIDENT_MAX], byte;
static const struct spp_found far = { .path = SPP_SEEK_PATHS },
			      skipped = { .skipped = 1 };
static struct spp_found endless; /* its name, that is */

static const struct row {
	const char *name;
	bool good;
	struct report report[MOST];
} rows[] = {
	{ "the truth",
	  true,
	  { FACTS, REPORT(HEAD(0), head), REPORT(EXTENTS(0), good) } },
	{ "two parts",
	  true,
	  { FACTS, REPORT(HEAD(0), two), REPORT(EXTENTS(0), pair) } },
	{ "resident",
	  true,
	  { FACTS, REPORT(HEAD(0), small), REPORT(RESIDENT(0), resident) } },
	{ "nothing", false, { { 0, NULL, 0 } } },
	{ "no facts",
	  false,
	  { REPORT(HEAD(0), head), REPORT(EXTENTS(0), good) } },
	{ "short facts", false, { { SPP_REPORT_FACTS, &facts, 8 } } },
	{ "facts twice", false, { FACTS, FACTS } },
	{ "odd cluster", false, { REPORT(SPP_REPORT_FACTS, odd) } },
	{ "no cluster", false, { REPORT(SPP_REPORT_FACTS, none) } },
	{ "huge cluster", false, { REPORT(SPP_REPORT_FACTS, huge) } },
	{ "unknown log", false, { REPORT(SPP_REPORT_FACTS, logs) } },
	{ "short head", false, { FACTS, { HEAD(0), &head, 8 } } },
	{ "head twice",
	  false,
	  { FACTS, REPORT(HEAD(0), head), REPORT(HEAD(0), head),
	    REPORT(EXTENTS(0), good) } },
	{ "absent", false, { FACTS, REPORT(HEAD(0), absent) } },
	{ "flags",
	  false,
	  { FACTS, REPORT(HEAD(0), flags), REPORT(EXTENTS(0), good) } },
	{ "many parts", false, { FACTS, REPORT(HEAD(0), many) } },
	{ "no head", false, { FACTS, REPORT(EXTENTS(0), good) } },
	{ "no parts", false, { FACTS, REPORT(HEAD(0), head) } },
	{ "half of the parts",
	  false,
	  { FACTS, REPORT(HEAD(0), two), REPORT(EXTENTS(0), good) } },
	{ "more parts",
	  false,
	  { FACTS, REPORT(HEAD(0), head), REPORT(EXTENTS(0), pair) } },
	{ "more later",
	  false,
	  { FACTS, REPORT(HEAD(0), head), REPORT(EXTENTS(0), good),
	    REPORT(EXTENTS(0), beside) } },
	{ "half a part",
	  false,
	  { FACTS, REPORT(HEAD(0), two), { EXTENTS(0), pair, 24 } } },
	{ "an empty part",
	  false,
	  { FACTS, REPORT(HEAD(0), head), REPORT(EXTENTS(0), empty) } },
	{ "the boot sector",
	  false,
	  { FACTS, REPORT(HEAD(0), head), REPORT(EXTENTS(0), boot) } },
	{ "over the end",
	  false,
	  { FACTS, REPORT(HEAD(0), head), REPORT(EXTENTS(0), after) } },
	{ "a length that wraps",
	  false,
	  { FACTS, REPORT(HEAD(0), head), REPORT(EXTENTS(0), wraps) } },
	{ "a place that wraps",
	  false,
	  { FACTS, REPORT(HEAD(0), head), REPORT(EXTENTS(0), beyond) } },
	{ "one place twice",
	  false,
	  { FACTS, REPORT(HEAD(0), two), REPORT(EXTENTS(0), twice) } },
	{ "two hives at one place",
	  false,
	  { FACTS, REPORT(HEAD(0), head), REPORT(EXTENTS(0), good),
	    REPORT(HEAD(NEXT), head), REPORT(EXTENTS(NEXT), beside) } },
	{ "longer than its parts",
	  false,
	  { FACTS, REPORT(HEAD(0), longer), REPORT(EXTENTS(0), good) } },
	{ "more valid than long",
	  false,
	  { FACTS, REPORT(HEAD(0), valid), REPORT(EXTENTS(0), good) } },
	{ "resident and long",
	  false,
	  { FACTS, REPORT(HEAD(0), large), REPORT(RESIDENT(0), resident) } },
	{ "resident twice",
	  false,
	  { FACTS, REPORT(HEAD(0), small), REPORT(RESIDENT(0), resident),
	    REPORT(RESIDENT(0), resident) } },
	{ "resident and in parts",
	  false,
	  { FACTS, REPORT(HEAD(0), head), REPORT(EXTENTS(0), good),
	    REPORT(RESIDENT(0), resident) } },
	{ "resident and short",
	  false,
	  { FACTS, REPORT(HEAD(0), small), REPORT(RESIDENT(0), byte) } },
	{ "a path that was not asked for",
	  false,
	  { FACTS, REPORT(SPP_REPORT_FOUND, far) } },
	{ "skipped", false, { FACTS, REPORT(SPP_REPORT_FOUND, skipped) } },
	{ "a name without an end",
	  false,
	  { FACTS, REPORT(SPP_REPORT_FOUND, endless) } },
	{ "a file too many",
	  false,
	  { FACTS, REPORT(HEAD(SPP_REPORT_FILES), head) } },
	{ "an unknown kind", false, { FACTS, REPORT(UINT64_MAX, byte) } },
};

static enum spp_status tell(struct spp_wire *wire, void *ctx,
			    struct spp_error *err)
{
	const struct row *row = ctx;
	enum spp_status st = SPP_OK;
	size_t i;

	for (i = 0; !st && i < MOST && row->report[i].n; i++)
		st = spp_wire_report(wire, row->report[i].kind,
				     row->report[i].data, row->report[i].n,
				     err);
	return st;
}

static void lies(void)
{
	struct spp_overlay *overlay = NULL;
	struct spp_volume volume;
	struct memory_block m;
	enum spp_status st;
	struct row row;
	size_t i;

	memset(endless.name, 'x', sizeof(endless.name));
	memory_block_init(&m, SIZE);
	CU_ASSERT_EQUAL_FATAL(spp_overlay_open(&m.base, &overlay, NULL),
			      SPP_OK);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		row = rows[i];
		st = spp_volume_probe_by(tell, &row, overlay, 0, SIZE, &volume,
					 NULL);
		UNIT_ROW(st == (row.good ? SPP_OK : SPP_CORRUPT), row.name);
		UNIT_ROW(row.good == volume.file[0][0].there, row.name);
		spp_volume_release(&volume);
	}
	spp_overlay_close(overlay);
	memory_block_free(&m);
}

static const struct unit_test tests[] = { { "lies", lies }, { NULL, NULL } };

const struct unit_suite unit_volume = { "volume", tests };
