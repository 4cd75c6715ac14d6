/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What other programs do to the journal while an edit is written. */
#include "hive/place/commit.h"

#include <stdio.h>

#include "tests/memory_block.h"
#include "tests/replacing.h"

#define SIZE	((size_t)64 << 10)
#define JOURNAL "disk.sppctl-journal"

/* A disk of zeros with an edit of one byte. */
struct bench {
	struct memory_block m;
	struct spp_overlay *overlay;
	struct spp_commit_place place;
	struct spp_error err;
};

static enum spp_stage stage_of(void *ctx, uint64_t off, const uint8_t *before,
			       const uint8_t *after)
{
	(void)ctx;
	(void)off;
	(void)before;
	(void)after;
	return SPP_STAGE_BINS;
}

static void set_up(struct bench *b)
{
	static const char *const names[] = { JOURNAL, "disk.bak",
					     "disk.bak.2" };
	size_t i;

	*b = (struct bench){ .err = SPP_ERROR_INIT };
	memory_block_init(&b->m, SIZE);
	CU_ASSERT_EQUAL_FATAL(spp_overlay_open(&b->m.base, &b->overlay, NULL),
			      SPP_OK);
	spp_overlay_write(b->overlay, 5000, "!", 1, NULL);
	b->place = (struct spp_commit_place){
		.dir = open_folder(),
		.name = "disk",
		.beside = "disk",
		.label = "disk",
		.ctx = b,
	};
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlinkat(b->place.dir, names[i], 0);
}

static void tear_down(struct bench *b)
{
	close(b->place.dir);
	spp_overlay_close(b->overlay);
	memory_block_free(&b->m);
}

static enum spp_status run(struct bench *b, const char *suffix)
{
	struct spp_journal_bind bind = { .disk_size = SIZE };

	strncpy(bind.suffix, suffix, sizeof(bind.suffix) - 1);
	return spp_commit_run(&b->place, b->overlay, &bind, stage_of, NULL,
			      &b->err);
}

static bool exists(const struct bench *b, const char *name)
{
	return !faccessat(b->place.dir, name, F_OK, 0);
}

static enum spp_status replace_journal(void *ctx, struct spp_error *err)
{
	struct bench *b = ctx;

	(void)err;
	CU_ASSERT_EQUAL(unlinkat(b->place.dir, JOURNAL, 0), 0);
	put(b->place.dir, JOURNAL, "other");
	return SPP_OK;
}

/* What has the name of the journal afterwards is of another edit. */
static void a_journal_of_others_stays(void)
{
	static const char *const suffixes[] = { "", ".bak" };
	struct bench b;
	size_t i;

	for (i = 0; i < 2; i++) {
		set_up(&b);
		b.place.begin = replace_journal;
		UNIT_ROW(run(&b, suffixes[i]) == SPP_BUSY, suffixes[i]);
		UNIT_ROW(strstr(b.err.text, "is complete, but"), b.err.text);
		UNIT_ROW(b.m.data[5000] == '!', suffixes[i]);
		UNIT_ROW(holds(b.place.dir, JOURNAL, "other"), suffixes[i]);
		UNIT_ROW(!exists(&b, "disk.bak"), suffixes[i]);
		tear_down(&b);
	}
}

static enum spp_status refuse(void *ctx, struct spp_error *err)
{
	struct bench *b = ctx;

	CU_ASSERT_TRUE(exists(b, JOURNAL));
	return spp_fail(err, SPP_BUSY, "not now");
}

/* Where the disk cannot be opened for writing, nothing is left behind. */
static void an_edit_that_cannot_begin(void)
{
	struct bench b;

	set_up(&b);
	b.place.begin = refuse;
	CU_ASSERT_EQUAL(run(&b, ".bak"), SPP_BUSY);
	CU_ASSERT_STRING_EQUAL(b.err.text, "not now");
	CU_ASSERT_EQUAL(b.m.writes, 0);
	CU_ASSERT_FALSE(exists(&b, JOURNAL));
	CU_ASSERT_FALSE(exists(&b, "disk.bak"));
	tear_down(&b);
}

static enum spp_status take_backup(void *ctx, struct spp_error *err)
{
	(void)err;
	put(((struct bench *)ctx)->place.dir, "disk.bak", "other");
	return SPP_OK;
}

/* The undo file takes the next name where another file got the first one. */
static void a_backup_of_others_stays(void)
{
	struct bench b;

	set_up(&b);
	b.place.begin = take_backup;
	CU_ASSERT_EQUAL(run(&b, ".bak"), SPP_OK);
	CU_ASSERT_TRUE(holds(b.place.dir, "disk.bak", "other"));
	CU_ASSERT_TRUE(exists(&b, "disk.bak.2"));
	CU_ASSERT_FALSE(exists(&b, JOURNAL));
	tear_down(&b);
}

/* Names that are too long are found before the first byte is written. */
static void names_that_are_too_long(void)
{
	static const struct {
		size_t n; /* length of the image's name */
		const char *suffix;
		enum spp_status st;
	} rows[] = {
		{ 235, "", SPP_OK },
		{ 236, "", SPP_IO }, /* the work file of the journal */
		{ 220, ".a-backup-beside-the-image-of-the-disk", SPP_IO },
		{ 217, ".a-backup-beside-the-image-of-the-disk", SPP_OK },
	};
	char name[256], text[32];
	struct bench b;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		set_up(&b);
		memset(name, 'd', sizeof(name));
		name[rows[i].n] = '\0';
		b.place.name = name;
		snprintf(text, sizeof(text), "row %zu", i);
		UNIT_ROW(spp_commit_allowed(&b.place, rows[i].suffix, NULL) ==
				 rows[i].st,
			 text);
		UNIT_ROW(run(&b, rows[i].suffix) == rows[i].st, text);
		UNIT_ROW(!rows[i].st == !!b.m.writes, text);
		tear_down(&b);
	}
}

static const struct unit_test tests[] = {
	{ "a journal of others stays", a_journal_of_others_stays },
	{ "an edit that cannot begin", an_edit_that_cannot_begin },
	{ "a backup of others stays", a_backup_of_others_stays },
	{ "names that are too long", names_that_are_too_long },
	{ NULL, NULL },
};

const struct unit_suite unit_commit_place = { "commit_place", tests };
