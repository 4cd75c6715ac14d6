/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two writers of one work file: neither loses what it reported as written. */
#include "hive/base/newfile.h"

#include "tests/replacing.h"

static enum spp_status begin(struct spp_newfile *f, int dir,
			     struct spp_error *err)
{
	enum spp_status st = spp_newfile_open(f, dir, TEMP, "F", err);

	if (!st)
		CU_ASSERT_EQUAL(write(f->fd, "new", 3), 3);
	return st;
}

/* The file of a writer at work is not taken for one that a crash left. */
static void second_writer_is_refused(void)
{
	struct spp_newfile a = SPP_NEWFILE_INIT, b = SPP_NEWFILE_INIT;
	struct spp_error err = SPP_ERROR_INIT;
	int dir = open_folder();

	unlinkat(dir, "f", 0);
	CU_ASSERT_EQUAL(begin(&a, dir, NULL), SPP_OK);
	CU_ASSERT_EQUAL(begin(&b, dir, &err), SPP_BUSY);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "is being written by"));
	spp_newfile_close(&b);
	CU_ASSERT_TRUE(holds(dir, TEMP, "new"));
	CU_ASSERT_EQUAL(spp_newfile_name(&a, "f", NULL), SPP_OK);
	/* Another file may be written before the first is closed. */
	CU_ASSERT_EQUAL(begin(&b, dir, NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_newfile_name(&b, "f", NULL), SPP_REFUSED);
	spp_newfile_close(&b);
	spp_newfile_close(&a);
	CU_ASSERT_TRUE(holds(dir, "f", "new"));
	CU_ASSERT_TRUE(holds(dir, TEMP, NULL));
	close(dir);
}

/* Where locks do not help, a file of others does not get the name. */
static void file_of_others_is_not_named(void)
{
	struct spp_newfile a = SPP_NEWFILE_INIT;
	int dir = open_folder(), replace;

	for (replace = 0; replace < 2; replace++) {
		put(dir, "f", "old");
		CU_ASSERT_EQUAL(begin(&a, dir, NULL), SPP_OK);
		CU_ASSERT_EQUAL(unlinkat(dir, TEMP, 0), 0);
		put(dir, TEMP, "other");
		CU_ASSERT_EQUAL(replace ? spp_newfile_replace(&a, "f", NULL)
					: spp_newfile_name(&a, "g", NULL),
				SPP_BUSY);
		spp_newfile_close(&a);
		CU_ASSERT_TRUE(holds(dir, "f", "old"));
		CU_ASSERT_TRUE(holds(dir, "g", NULL));
		CU_ASSERT_TRUE(holds(dir, TEMP, "other"));
	}
	/* That one has no lock, so the next writer removes it. */
	CU_ASSERT_EQUAL(begin(&a, dir, NULL), SPP_OK);
	spp_newfile_close(&a);
	CU_ASSERT_TRUE(holds(dir, TEMP, NULL));
	close(dir);
}

static const struct unit_test tests[] = {
	{ "a second writer is refused", second_writer_is_refused },
	{ "a file of others is not named", file_of_others_is_not_named },
	{ NULL, NULL },
};

const struct unit_suite unit_newfile = { "newfile", tests };
