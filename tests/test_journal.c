/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/place/commit.h"

#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hive/base/bytes.h"
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

/* Page 3 has the head of a hive, 20 and 21 a record, 1 what is reserved. */
static enum spp_stage stage_of(void *ctx, uint64_t off, const uint8_t *before,
			       const uint8_t *after)
{
	(void)ctx;
	(void)before;
	(void)after;
	if (off == 3 * PAGE)
		return SPP_STAGE_HEAD;
	if (off < 3 * PAGE)
		return SPP_STAGE_RESERVE;
	return off < 20 * PAGE || off >= 31 * PAGE ? SPP_STAGE_BINS
						   : SPP_STAGE_LINK;
}

#define WRITES 7 /* runs of sectors, and the mark */

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
		.dir = open(unit_folder(), O_RDONLY | O_DIRECTORY),
		.name = "disk",
		.beside = "disk",
		.label = "disk",
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

static enum spp_status run(struct bench *b, const struct spp_journal_bind *to)
{
	return spp_commit_run(&b->place, b->overlay, to, stage_of, NULL, NULL);
}

/* Writes a journal alone, as "j". */
static struct spp_journal *save(struct bench *b)
{
	struct spp_journal *j = NULL;

	unlinkat(b->place.dir, "j", 0);
	CU_ASSERT_EQUAL_FATAL(spp_journal_make(b->overlay, &bind, stage_of,
					       NULL, "j", &j, NULL),
			      SPP_OK);
	CU_ASSERT_EQUAL_FATAL(
		spp_journal_save(j, b->place.dir, "j", NULL, NULL), SPP_OK);
	return j;
}

static enum spp_status load(struct bench *b, struct spp_journal **journal,
			    struct spp_error *err)
{
	return spp_journal_open(b->place.dir, "j", "j", NULL, true, journal,
				err);
}

static void test_commit(void)
{
	struct bench b;

	set_up(&b);
	CU_ASSERT_EQUAL(run(&b, &bind), SPP_OK);
	CU_ASSERT_EQUAL(memcmp(b.m.data, b.new, SIZE), 0);
	CU_ASSERT_EQUAL(b.m.writes, WRITES);
	CU_ASSERT_EQUAL(b.m.flushes, 5);
	CU_ASSERT_FALSE(exists(&b, "disk.sppctl-journal"));
	/* Once more: nothing differs, nothing is written. */
	CU_ASSERT_EQUAL(run(&b, &bind), SPP_OK);
	CU_ASSERT_EQUAL(b.m.writes, WRITES);
	tear_down(&b);
}

enum state { OLD, MARKED, NEW, NONE };

static enum state state_of(const struct bench *b, size_t from, size_t to)
{
	const uint8_t *is = b->m.data + from, *mark = b->m.data + from;

	if (!memcmp(is, b->old + from, to - from))
		return OLD;
	if (!memcmp(is, b->new + from, to - from))
		return NEW;
	/* Sequence numbers of a hive that is being written. */
	return spp_get32(mark + 4) == spp_get32(mark + 8) + 1 ? MARKED : NONE;
}

/*
 * What the disk says without its journal: never a whole head above anything
 * else than what belongs to it, never a link to what is not yet there.
 */
static void is_sane(const struct bench *b, int at)
{
	enum state head = state_of(b, 3 * PAGE, 3 * PAGE + 512);
	enum state bins = state_of(b, 3 * PAGE + 512, 4 * PAGE);
	enum state tail = state_of(b, 31 * PAGE, 32 * PAGE);
	enum state one = state_of(b, 20 * PAGE, 21 * PAGE);
	enum state two = state_of(b, 21 * PAGE, 22 * PAGE);
	enum state reserved = state_of(b, PAGE, 2 * PAGE);
	char text[32];

	snprintf(text, sizeof(text), "write %d", at);
	UNIT_ROW(head != NONE, text);
	UNIT_ROW(head == MARKED || (bins == head && tail == head), text);
	UNIT_ROW(head == OLD || (one == NEW && two == NEW), text);
	UNIT_ROW((one == OLD && two == OLD) || reserved == NEW, text);
}

/* Ends at each write, is completed, or taken back, and ends in that, too. */
static void test_resume(void)
{
	struct spp_journal *journal;
	enum spp_journal_fit fit;
	struct spp_overlay *disk;
	struct bench b;
	int at, again;
	bool back;

	for (at = 0; at < 2 * WRITES * (WRITES + 2); at++) {
		back = at % 2;
		set_up(&b);
		b.m.fail_at = 1 + at / 2 % WRITES;
		again = at / 2 / WRITES;
		CU_ASSERT_EQUAL(run(&b, &bind), SPP_IO);
		is_sane(&b, at);
		spp_overlay_open(&b.m.base, &disk, NULL);
		CU_ASSERT_EQUAL(spp_commit_pending(&b.place, disk, true,
						   &journal, &fit, NULL),
				SPP_OK);
		CU_ASSERT_PTR_NOT_NULL_FATAL(journal);
		CU_ASSERT_EQUAL(fit == SPP_FIT_BEFORE, b.m.fail_at == 1);
		CU_ASSERT_EQUAL(spp_journal_bind(journal)->serial, 42);
		b.m.fail_at = again ? b.m.writes + again : 0;
		if (back ? spp_commit_undo(&b.place, journal, &b.m.base, NULL)
			 : spp_commit_resume(&b.place, journal, &b.m.base,
					     NULL)) {
			is_sane(&b, at);
			b.m.fail_at = 0;
			CU_ASSERT_EQUAL(spp_journal_apply(journal, !back,
							  &b.m.base, NULL),
					SPP_OK);
			spp_commit_drop(&b.place, journal, NULL);
		}
		CU_ASSERT_EQUAL(memcmp(b.m.data, back ? b.old : b.new, SIZE),
				0);
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

	set_up(&b);
	spp_journal_close(save(&b));
	CU_ASSERT_EQUAL_FATAL(load(&b, &journal, NULL), SPP_OK);
	CU_ASSERT_EQUAL(spp_journal_pages(journal), 5);
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
	b.m.base.size += PAGE;
	spp_journal_compare(journal, disk, &fit, NULL);
	CU_ASSERT_EQUAL(fit, SPP_FIT_NOT);
	b.m.base.size -= PAGE;
	/* Elsewhere the disk may be as it likes. */
	b.m.data[100] ^= 1;
	spp_journal_compare(journal, disk, &fit, NULL);
	CU_ASSERT_EQUAL(fit, SPP_FIT_AFTER);
	spp_overlay_close(disk);
	spp_journal_close(journal);
	tear_down(&b);
}

/*
 * After a flush that failed, the disk may lack what is read back: it is
 * written again, and the hive, which is whole, not marked for that.
 */
static void test_again(void)
{
	struct spp_journal *journal;
	struct bench b;

	set_up(&b);
	journal = save(&b);
	CU_ASSERT_EQUAL(spp_journal_apply(journal, true, &b.m.base, NULL),
			SPP_OK);
	CU_ASSERT_EQUAL(b.m.writes, WRITES);
	CU_ASSERT_EQUAL(spp_journal_apply(journal, true, &b.m.base, NULL),
			SPP_OK);
	CU_ASSERT_EQUAL(b.m.writes, 2 * WRITES - 1);
	spp_journal_close(journal);
	unlinkat(b.place.dir, "j", 0);
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
	CU_ASSERT_EQUAL(run(&b, &kept), SPP_OK);
	CU_ASSERT_FALSE(exists(&b, "disk.sppctl-journal"));
	CU_ASSERT_TRUE(exists(&b, "disk.bak"));
	CU_ASSERT_EQUAL(spp_commit_allowed(&b.place, ".bak", &err),
			SPP_REFUSED);
	CU_ASSERT_EQUAL(spp_commit_allowed(&b.place, ".other", NULL), SPP_OK);
	CU_ASSERT_EQUAL_FATAL(spp_journal_open(b.place.dir, "disk.bak", "bak",
					       NULL, false, &journal, NULL),
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
	size_t size, n;
	FILE *f;

	set_up(&b);
	spp_journal_close(save(&b));
	snprintf(path, sizeof(path), "%s/j", unit_folder());
	good = unit_slurp(path, &size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(good);
	for (n = 0; n < size; n += n < 200 ? 1 : 997) {
		f = fopen(path, "wb");
		fwrite(good, 1, n, f);
		fclose(f);
		CU_ASSERT_NOT_EQUAL(load(&b, &journal, NULL), SPP_OK);
		good[n] ^= 0x40;
		f = fopen(path, "wb");
		fwrite(good, 1, size, f);
		fclose(f);
		good[n] ^= 0x40;
		CU_ASSERT_NOT_EQUAL(load(&b, &journal, NULL), SPP_OK);
	}
	free(good);
	unlinkat(b.place.dir, "j", 0);
	CU_ASSERT_EQUAL(load(&b, &journal, NULL), SPP_NOTFOUND);
	tear_down(&b);
}

/* What a record has before its two pages, and the sum at the end. */
#define HEAD_SIZE   128
#define RECORD_SIZE (32 + 2 * (size_t)PAGE)

static void sum_again(unsigned char *file, size_t size)
{
	struct sha256_ctx ctx;

	size -= SHA256_DIGEST_SIZE;
	sha256_init(&ctx);
	sha256_update(&ctx, size - HEAD_SIZE, file + HEAD_SIZE);
	sha256_update(&ctx, HEAD_SIZE, file);
	sha256_digest(&ctx, SHA256_DIGEST_SIZE, file + size);
}

/* A journal whose sum is right, and that makes no sense all the same. */
static void test_nonsense(void)
{
	static const struct {
		const char *what;
		size_t at; /* a number of 8 bytes, or of one */
		bool byte;
		uint64_t v;
		enum spp_status st;
	} rows[] = {
		{ "as it was", 40, false, 42, SPP_OK },
		{ "another version", 8, true, 9, SPP_UNSUPPORTED },
		{ "another size of pages", 13, true, 0x20, SPP_UNSUPPORTED },
		{ "no pages", 24, false, 0, SPP_CORRUPT },
		{ "a page more", 24, false, 6, SPP_CORRUPT },
		{ "more pages than numbers", 24, false, UINT64_MAX,
		  SPP_CORRUPT },
		{ "a disk that ends before a page", 16, false, SIZE - PAGE,
		  SPP_CORRUPT },
		{ "a suffix that leads away", 80, true, '/', SPP_CORRUPT },
		{ "a suffix without an end", HEAD_SIZE - 1, true, 'x',
		  SPP_CORRUPT },
		{ "a page between two pages", HEAD_SIZE, false, PAGE + 512,
		  SPP_CORRUPT },
		{ "a page behind the disk", HEAD_SIZE + 4 * RECORD_SIZE, false,
		  SIZE, SPP_CORRUPT },
		{ "a page twice", HEAD_SIZE + RECORD_SIZE, false, PAGE,
		  SPP_CORRUPT },
		{ "a page of no bytes", HEAD_SIZE + 8, false, 0, SPP_CORRUPT },
		{ "a page that is too long", HEAD_SIZE + 8, false, PAGE + 512,
		  SPP_CORRUPT },
		{ "a stage that there is not", HEAD_SIZE + 17, true, 99,
		  SPP_CORRUPT },
		{ "a mark as a stage", HEAD_SIZE + 17, true, SPP_STAGE_MARK,
		  SPP_CORRUPT },
		{ "a stage of what does not change", HEAD_SIZE + 16, true,
		  SPP_STAGE_BINS, SPP_CORRUPT },
		{ "a change without a stage", HEAD_SIZE + 17, true, 0,
		  SPP_CORRUPT },
	};
	struct spp_journal *journal;
	unsigned char *file;
	char path[512];
	struct bench b;
	size_t size, i;
	FILE *f;

	set_up(&b);
	snprintf(path, sizeof(path), "%s/j", unit_folder());
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		spp_journal_close(save(&b));
		file = unit_slurp(path, &size);
		CU_ASSERT_PTR_NOT_NULL_FATAL(file);
		if (rows[i].byte)
			file[rows[i].at] = (uint8_t)rows[i].v;
		else
			spp_put64(file + rows[i].at, rows[i].v);
		sum_again(file, size);
		f = fopen(path, "wb");
		fwrite(file, 1, size, f);
		fclose(f);
		free(file);
		journal = NULL;
		UNIT_ROW(load(&b, &journal, NULL) == rows[i].st, rows[i].what);
		spp_journal_close(journal);
	}
	unlinkat(b.place.dir, "j", 0);
	tear_down(&b);
}

static void test_misfit(void)
{
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_journal *journal;
	enum spp_journal_fit fit;
	struct spp_overlay *disk;
	struct bench b;

	set_up(&b);
	b.m.fail_at = 3;
	run(&b, &bind);
	b.m.data[31 * PAGE + 1] = 0x99;
	spp_overlay_open(&b.m.base, &disk, NULL);
	CU_ASSERT_EQUAL(
		spp_commit_pending(&b.place, disk, true, &journal, &fit, &err),
		SPP_REFUSED);
	CU_ASSERT_PTR_NULL(journal);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "does not fit"));
	spp_overlay_close(disk);
	tear_down(&b);
}

/* What others may have put there is not believed. */
static void test_planted(void)
{
	struct spp_error err = SPP_ERROR_INIT;
	struct spp_journal *journal = NULL, *live;
	struct bench b;

	set_up(&b);
	live = save(&b);
	/* An edit that is under way is not completed by another one. */
	CU_ASSERT_EQUAL(load(&b, &journal, &err), SPP_BUSY);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "under way"));
	spp_journal_close(live);
	/* Nor is its journal overwritten. */
	CU_ASSERT_EQUAL(spp_journal_make(b.overlay, &bind, stage_of, NULL, "j",
					 &live, NULL),
			SPP_OK);
	CU_ASSERT_EQUAL(spp_journal_save(live, b.place.dir, "j", NULL, NULL),
			SPP_BUSY);
	spp_journal_close(live);
	unlinkat(b.place.dir, "j2", 0);
	CU_ASSERT_EQUAL(linkat(b.place.dir, "j", b.place.dir, "j2", 0), 0);
	CU_ASSERT_EQUAL(load(&b, &journal, NULL), SPP_REFUSED);
	unlinkat(b.place.dir, "j", 0);
	CU_ASSERT_EQUAL(symlinkat("j2", b.place.dir, "j"), 0);
	CU_ASSERT_EQUAL(load(&b, &journal, NULL), SPP_REFUSED);
	unlinkat(b.place.dir, "j", 0);
	CU_ASSERT_EQUAL(mkfifoat(b.place.dir, "j", 0600), 0);
	CU_ASSERT_EQUAL(load(&b, &journal, NULL), SPP_NOTHIVE);
	unlinkat(b.place.dir, "j", 0);
	CU_ASSERT_EQUAL(renameat(b.place.dir, "j2", b.place.dir, "j"), 0);
	CU_ASSERT_EQUAL(load(&b, &journal, NULL), SPP_OK);
	spp_journal_close(journal);
	if (!geteuid() && !fchownat(b.place.dir, "j", 65534, 65534, 0)) {
		spp_error_clear(&err);
		CU_ASSERT_EQUAL(load(&b, &journal, &err), SPP_REFUSED);
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "made by user 65534"));
	}
	unlinkat(b.place.dir, "j", 0);
	tear_down(&b);
}

static const struct unit_test tests[] = {
	{ "all is written, then the journal goes", test_commit },
	{ "an interrupted edit is completed or taken back", test_resume },
	{ "a torn page is known", test_torn_page },
	{ "what is there is written again", test_again },
	{ "a kept journal undoes", test_undo },
	{ "damage is noticed", test_damage },
	{ "nonsense that verifies is noticed", test_nonsense },
	{ "another disk's journal is refused", test_misfit },
	{ "a journal that others made is refused", test_planted },
	{ NULL, NULL },
};

const struct unit_suite unit_journal = { "journal", tests };
