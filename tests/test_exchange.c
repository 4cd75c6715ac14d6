/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Another program at the very moment when names are exchanged: the linker puts
 * __wrap_spp_rename() in the place of spp_rename().
 */
#include <stdio.h>

#include "hive/base/newfile.h"
#include "tests/replacing.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* What happens once, before or after the next change of a name. */
static struct {
	int dir;
	const char *name, *text; /* text NULL: the name is removed */
	bool same;		 /* the same file with another text */
	bool after;
} meanwhile;

int __real_spp_rename(int dir, const char *from, const char *to,
		      unsigned int flags);
int __wrap_spp_rename(int dir, const char *from, const char *to,
		      unsigned int flags);

static void happen(void)
{
	const char *name = meanwhile.name;

	meanwhile.name = NULL;
	if (!name)
		return;
	if (!meanwhile.same)
		unlinkat(meanwhile.dir, name, 0);
	if (meanwhile.text)
		put(meanwhile.dir, name, meanwhile.text);
}

int __wrap_spp_rename(int dir, const char *from, const char *to,
		      unsigned int flags)
{
	int failed;

	if (!meanwhile.after)
		happen();
	failed = __real_spp_rename(dir, from, to, flags);
	happen();
	return failed;
}

static const struct spp_place_options plain = { .write = true },
				      kept = { .write = true,
					       .backup = ".bak" };

/* Whatever got the name stays there, and the old file is not lost either. */
static void files_of_others_stay(void)
{
	static const struct {
		const char *what, *text;
		bool same, after;
		const struct spp_place_options *how;
		const char *old, *backup; /* what these hold afterwards */
		const char *says;
	} rows[] = {
		{ "another file before", "newer", false, false, &plain, NULL,
		  NULL, "was replaced or removed while it was edited" },
		{ "another file before, with a backup", "newer", false, false,
		  &kept, NULL, NULL,
		  "was replaced or removed while it was edited" },
		{ "another text before", "longer", true, false, &plain, NULL,
		  NULL, "changed while it was edited" },
		{ "another file after", "newer", false, true, &plain, "old",
		  NULL,
		  "that file stays, and the file that was to be edited "
		  "is now 'f.sppctl-old'" },
		{ "another file after, with a backup", "newer", false, true,
		  &kept, NULL, "old", "that file stays" },
		{ "none after", NULL, false, true, &kept, NULL, "old", "" },
	};
	int dir = open_folder();
	struct spp_error err;
	enum spp_status st;
	struct job job;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		err = (struct spp_error)SPP_ERROR_INIT;
		put(dir, "f", "old");
		CU_ASSERT_EQUAL(seal(&job, dir, rows[i].how, &err), SPP_OK);
		meanwhile.dir = dir;
		meanwhile.name = "f";
		meanwhile.text = rows[i].text;
		meanwhile.same = rows[i].same;
		meanwhile.after = rows[i].after;
		st = spp_replace_publish(&job.replace, &err);
		UNIT_ROW(st == SPP_BUSY || !rows[i].text, rows[i].what);
		UNIT_ROW(!meanwhile.name, rows[i].what);
		UNIT_ROW(strstr(err.text, rows[i].says), err.text);
		finish(&job);
		UNIT_ROW(holds(dir, "f", rows[i].text), rows[i].what);
		UNIT_ROW(holds(dir, TEMP, NULL), rows[i].what);
		UNIT_ROW(holds(dir, "f.sppctl-old", rows[i].old), rows[i].what);
		UNIT_ROW(holds(dir, "f.bak", rows[i].backup), rows[i].what);
		unlinkat(dir, "f", 0);
		unlinkat(dir, "f.sppctl-old", 0);
		unlinkat(dir, "f.bak", 0);
	}
	close(dir);
}

/* A file that is removed only if it is still the one that was meant. */
static void removal_looks_again(void)
{
	struct spp_place place = { .name = "f", .label = "F" };
	int dir = open_folder();
	struct stat st;

	place.dir = dir;
	put(dir, "g", "mine");
	CU_ASSERT_EQUAL(fstatat(dir, "g", &st, 0), 0);
	meanwhile.dir = dir;
	meanwhile.name = "g";
	meanwhile.text = "other";
	meanwhile.same = meanwhile.after = false;
	/* The first one has to live on, or the other gets its number. */
	CU_ASSERT_EQUAL(linkat(dir, "g", dir, "h", 0), 0);
	CU_ASSERT_EQUAL(spp_replace_remove(&place, "g", &st), -1);
	CU_ASSERT_EQUAL(errno, EEXIST);
	CU_ASSERT_TRUE(holds(dir, "g", "other"));
	CU_ASSERT_TRUE(holds(dir, TEMP, NULL));
	CU_ASSERT_EQUAL(spp_replace_remove(&place, "h", &st), 0);
	CU_ASSERT_TRUE(holds(dir, "h", NULL));
	unlinkat(dir, "g", 0);
	close(dir);
}

static const struct unit_test tests[] = {
	{ "files of others stay", files_of_others_stay },
	{ "removal looks again", removal_looks_again },
	{ NULL, NULL },
};

const struct unit_suite unit_exchange = { "exchange", tests };
