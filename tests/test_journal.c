/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/place/commit.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/memory_block.h"
#include "tests/unit.h"

#define PAGE SPP_OVERLAY_PAGE
#define SIZE (32 * (size_t)PAGE)

/* A disk with an edit of five pages, and a folder for the journal. */
struct bench {
	struct memory_block m;
	struct spp_overlay *overlay;
	struct spp_commit_place place;
	uint8_t *old, *new;
};

static const struct spp_journal_bind bind = { .disk_size = SIZE,
					      .volume = 512,
					      .serial = 42 };

static bool exists(const struct bench *b, const char *name)
{
	return !faccessat(b->place.dir, name, F_OK, 0);
}

static void set_up(struct bench *b)
{
	static const size_t places[] = { 5000, 3 * PAGE, 3 * PAGE + 600,
					 20 * PAGE + 4000, 31 * PAGE };
	uint8_t data[700];
	size_t i;

	memory_block_init(&b->m, SIZE);
	for (i = 0; i < SIZE; i++)
		b->m.data[i] = (uint8_t)(i / 100);
	b->old = malloc(SIZE);
	b->new = malloc(SIZE);
	memcpy(b->old, b->m.data, SIZE);
	memset(data, 0xee, sizeof(data));
	CU_ASSERT_EQUAL_FATAL(spp_overlay_open(&b->m.base, &b->overlay, NULL),
			      SPP_OK);
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		spp_overlay_write(b->overlay, places[i], data, sizeof(data),
				  NULL);
	/* Written with what is there already: no change. */
	spp_overlay_write(b->overlay, 10 * PAGE, b->old + 10 * PAGE, 50, NULL);
	spp_overlay_read(b->overlay, 0, b->new, SIZE, NULL);
	b->place = (struct spp_commit_place){
		open(unit_folder(), O_RDONLY | O_DIRECTORY), "disk", "disk"
	};
	unlinkat(b->place.dir, "disk.sppctl-journal", 0);
	unlinkat(b->place.dir, "disk.bak", 0);
}

static void tear_down(struct bench *b)
{
	spp_overlay_close(b->overlay);
	memory_block_free(&b->m);
	free(b->old);
	free(b->new);
	close(b->place.dir);
}

static void test_commit(void)
{
	struct bench b;

	set_up(&b);
	CU_ASSERT_EQUAL(spp_commit_run(&b.place, b.overlay, &bind, NULL),
			SPP_OK);
	CU_ASSERT_EQUAL(memcmp(b.m.data, b.new, SIZE), 0);
	CU_ASSERT_EQUAL(b.m.writes, 5);
	CU_ASSERT_EQUAL(b.m.flushes, 1);
	CU_ASSERT_FALSE(exists(&b, "disk.sppctl-journal"));
	/* Once more: nothing differs, nothing is written. */
	CU_ASSERT_EQUAL(spp_commit_run(&b.place, b.overlay, &bind, NULL),
			SPP_OK);
	CU_ASSERT_EQUAL(b.m.writes, 5);
	tear_down(&b);
}

static void test_resume(void)
{
	struct spp_journal *journal;
	struct spp_overlay *disk;
	struct bench b;
	int at;

	for (at = 1; at <= 5; at++) {
		set_up(&b);
		b.m.fail_at = at;
		CU_ASSERT_EQUAL(
			spp_commit_run(&b.place, b.overlay, &bind, NULL),
			SPP_IO);
		CU_ASSERT_NOT_EQUAL(memcmp(b.m.data, b.new, SIZE), 0);
		spp_overlay_open(&b.m.base, &disk, NULL);
		CU_ASSERT_EQUAL(
			spp_commit_pending(&b.place, disk, &journal, NULL),
			SPP_OK);
		CU_ASSERT_PTR_NOT_NULL_FATAL(journal);
		CU_ASSERT_EQUAL(spp_journal_pages(journal), 5);
		CU_ASSERT_EQUAL(spp_journal_bind(journal)->serial, 42);
		CU_ASSERT_EQUAL(
			spp_commit_resume(&b.place, journal, &b.m.base, NULL),
			SPP_OK);
		CU_ASSERT_EQUAL(memcmp(b.m.data, b.new, SIZE), 0);
		CU_ASSERT_FALSE(exists(&b, "disk.sppctl-journal"));
		spp_journal_close(journal);
		spp_overlay_close(disk);
		tear_down(&b);
	}
}

/* Half of a page may be new where the power failed. */
static void test_torn_page(void)
{
	struct spp_journal *journal = NULL;
	enum spp_journal_fit fit;
	struct spp_overlay *disk;
	struct bench b;
	size_t pages;

	set_up(&b);
	CU_ASSERT_EQUAL_FATAL(spp_journal_write(b.overlay, &bind, b.place.dir,
						"j", "j", &pages, NULL),
			      SPP_OK);
	CU_ASSERT_EQUAL(pages, 5);
	CU_ASSERT_EQUAL_FATAL(
		spp_journal_open(b.place.dir, "j", "j", &journal, NULL),
		SPP_OK);
	spp_overlay_open(&b.m.base, &disk, NULL);
	spp_journal_compare(journal, disk, &fit, NULL);
	CU_ASSERT_EQUAL(fit, SPP_FIT_BEFORE);
	memcpy(b.m.data + 3 * PAGE, b.new + 3 * PAGE, 512);
	spp_journal_compare(journal, disk, &fit, NULL);
	CU_ASSERT_EQUAL(fit, SPP_FIT_BETWEEN);
	memcpy(b.m.data, b.new, SIZE);
	spp_journal_compare(journal, disk, &fit, NULL);
	CU_ASSERT_EQUAL(fit, SPP_FIT_AFTER);
	b.m.data[3 * PAGE + 5] ^= 1;
	spp_journal_compare(journal, disk, &fit, NULL);
	CU_ASSERT_EQUAL(fit, SPP_FIT_NOT);
	b.m.data[3 * PAGE + 5] ^= 1;
	b.m.base.size -= PAGE;
	spp_journal_compare(journal, disk, &fit, NULL);
	CU_ASSERT_EQUAL(fit, SPP_FIT_NOT);
	b.m.base.size += PAGE;
	/* Elsewhere the disk may be as it likes. */
	b.m.data[100] ^= 1;
	spp_journal_compare(journal, disk, &fit, NULL);
	CU_ASSERT_EQUAL(fit, SPP_FIT_AFTER);
	spp_overlay_close(disk);
	spp_journal_close(journal);
	tear_down(&b);
}

static void test_undo(void)
{
	struct spp_journal_bind kept = bind;
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_journal *journal = NULL;
	struct spp_overlay *back;
	uint8_t buf[SIZE];
	struct bench b;

	set_up(&b);
	strcpy(kept.suffix, ".bak");
	CU_ASSERT_EQUAL(spp_commit_run(&b.place, b.overlay, &kept, NULL),
			SPP_OK);
	CU_ASSERT_FALSE(exists(&b, "disk.sppctl-journal"));
	CU_ASSERT_TRUE(exists(&b, "disk.bak"));
	CU_ASSERT_EQUAL(spp_commit_allowed(&b.place, ".bak", &err),
			SPP_REFUSED);
	CU_ASSERT_EQUAL(spp_commit_allowed(&b.place, ".other", NULL), SPP_OK);
	CU_ASSERT_EQUAL_FATAL(spp_journal_open(b.place.dir, "disk.bak", "bak",
					       &journal, NULL),
			      SPP_OK);
	spp_overlay_open(&b.m.base, &back, NULL);
	CU_ASSERT_EQUAL(spp_journal_load(journal, false, back, NULL), SPP_OK);
	spp_overlay_read(back, 0, buf, SIZE, NULL);
	CU_ASSERT_EQUAL(memcmp(buf, b.old, SIZE), 0);
	spp_overlay_close(back);
	spp_journal_close(journal);
	tear_down(&b);
}

/* Every truncation and every changed byte is noticed. */
static void test_damage(void)
{
	struct spp_journal *journal;
	unsigned char *good;
	char path[512];
	struct bench b;
	size_t pages, size, n;
	FILE *f;

	set_up(&b);
	spp_journal_write(b.overlay, &bind, b.place.dir, "j", "j", &pages,
			  NULL);
	snprintf(path, sizeof(path), "%s/j", unit_folder());
	good = unit_slurp(path, &size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(good);
	for (n = 0; n < size; n += n < 200 ? 1 : 997) {
		f = fopen(path, "wb");
		fwrite(good, 1, n, f);
		fclose(f);
		CU_ASSERT_NOT_EQUAL(
			spp_journal_open(b.place.dir, "j", "j", &journal, NULL),
			SPP_OK);
		good[n] ^= 0x40;
		f = fopen(path, "wb");
		fwrite(good, 1, size, f);
		fclose(f);
		good[n] ^= 0x40;
		CU_ASSERT_NOT_EQUAL(
			spp_journal_open(b.place.dir, "j", "j", &journal, NULL),
			SPP_OK);
	}
	free(good);
	CU_ASSERT_EQUAL(
		spp_journal_open(b.place.dir, "none", "none", &journal, NULL),
		SPP_NOTFOUND);
	tear_down(&b);
}

static void test_misfit(void)
{
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_journal *journal;
	struct spp_overlay *disk;
	struct bench b;

	set_up(&b);
	b.m.fail_at = 3;
	spp_commit_run(&b.place, b.overlay, &bind, NULL);
	b.m.data[31 * PAGE + 1] = 0x99;
	spp_overlay_open(&b.m.base, &disk, NULL);
	CU_ASSERT_EQUAL(spp_commit_pending(&b.place, disk, &journal, &err),
			SPP_REFUSED);
	CU_ASSERT_PTR_NULL(journal);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "does not fit"));
	spp_overlay_close(disk);
	tear_down(&b);
}

static const struct unit_test tests[] = {
	{ "all is written, then the journal goes", test_commit },
	{ "an interrupted edit is completed", test_resume },
	{ "a torn page is known", test_torn_page },
	{ "a kept journal undoes", test_undo },
	{ "damage is noticed", test_damage },
	{ "another disk's journal is refused", test_misfit },
	{ NULL, NULL },
};

const struct unit_suite unit_journal = { "journal", tests };
