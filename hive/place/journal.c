/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/place/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "hive/base/bytes.h"
#include "hive/base/file.h"
#include "hive/base/newfile.h"
#include "hive/regf/regf.h"

#define HEAD	128
#define PAGE	SPP_OVERLAY_PAGE
#define SECTOR	SPP_SECTOR_SIZE
#define SECTORS (PAGE / SECTOR)
#define BEFORE	32 /* in a record */
#define AFTER	(BEFORE + PAGE)
#define RECORD	(AFTER + PAGE)
#define SUM	SHA256_DIGEST_SIZE
#define VERSION 2

struct spp_journal {
	int fd; /* of the file, which holds the lock; -1: none yet */
	char *label;
	struct spp_journal_bind bind;
	uint8_t *file; /* as it is, or is to be, on disk */
	size_t size, room;
	size_t pages;
};

/* One page of it. */
struct record {
	uint64_t off;
	size_t n;
	const uint8_t *stage, *before, *after;
};

/* Bytes of sector i of a record. */
static size_t sector_size(const struct record *r, size_t i)
{
	size_t at = i * SECTOR;

	return at >= r->n ? 0 : r->n - at < SECTOR ? r->n - at : SECTOR;
}

static struct record record_at(const struct spp_journal *j, size_t i)
{
	const uint8_t *raw = j->file + HEAD + i * RECORD;

	return (struct record){ spp_get64(raw), spp_get32(raw + 8), raw + 16,
				raw + BEFORE, raw + AFTER };
}

static void make_head(const struct spp_journal *j, uint8_t head[HEAD])
{
	memset(head, 0, HEAD);
	memcpy(head, "SPPCTL-J", 8);
	spp_put32(head + 8, VERSION);
	spp_put32(head + 12, PAGE);
	spp_put64(head + 16, j->bind.disk_size);
	spp_put64(head + 24, j->pages);
	spp_put64(head + 32, j->bind.volume);
	spp_put64(head + 40, j->bind.serial);
	memcpy(head + 48, j->bind.layout, SPP_LAYOUT_SIZE);
	memcpy(head + 80, j->bind.suffix, SPP_JOURNAL_SUFFIX);
}

static void sum_up(const struct spp_journal *j, uint8_t sum[SUM])
{
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	sha256_update(&ctx, j->pages * RECORD, j->file + HEAD);
	sha256_update(&ctx, HEAD, j->file);
	sha256_digest(&ctx, SUM, sum);
}

/* Room for one more record and the sum. */
static enum spp_status reserve(struct spp_journal *j, struct spp_error *err)
{
	size_t want = j->size + RECORD + SUM;
	uint8_t *grown;

	if (want <= j->room)
		return SPP_OK;
	grown = realloc(j->file, want + want / 2);
	if (!grown)
		return spp_nomem(err);
	j->file = grown;
	j->room = want + want / 2;
	return SPP_OK;
}

/* Adds a page, if it would change. */
static enum spp_status add_page(struct spp_journal *j,
				struct spp_overlay *overlay, size_t i,
				spp_stage_of stage_of, void *ctx,
				struct spp_error *err)
{
	struct spp_overlay_page page;
	enum spp_status st = reserve(j, err);
	struct record r;
	uint8_t *raw;
	size_t s, n;

	if (st)
		return st;
	spp_overlay_page(overlay, i, &page);
	raw = j->file + j->size;
	memset(raw, 0, RECORD);
	spp_put64(raw, page.off);
	spp_put32(raw + 8, (uint32_t)page.n);
	memcpy(raw + AFTER, page.data, page.n);
	st = spp_block_read(spp_overlay_block(overlay), page.off, raw + BEFORE,
			    page.n, err);
	if (st || !memcmp(raw + BEFORE, raw + AFTER, page.n))
		return st;
	r = record_at(j, j->pages);
	for (s = 0; (n = sector_size(&r, s)); s++)
		if (memcmp(r.before + s * SECTOR, r.after + s * SECTOR, n) != 0)
			raw[16 + s] = (uint8_t)stage_of(ctx, r.off + s * SECTOR,
							r.before + s * SECTOR,
							r.after + s * SECTOR);
	j->pages++;
	j->size += RECORD;
	return SPP_OK;
}

static struct spp_journal *allocate(const char *label, size_t room)
{
	struct spp_journal *j = calloc(1, sizeof(*j));

	if (!j)
		return NULL;
	j->fd = -1;
	j->label = strdup(label);
	j->file = malloc(room);
	j->room = room;
	if (!j->label || !j->file) {
		spp_journal_close(j);
		return NULL;
	}
	return j;
}

enum spp_status spp_journal_make(struct spp_overlay *overlay,
				 const struct spp_journal_bind *bind,
				 spp_stage_of stage_of, void *ctx,
				 const char *label,
				 struct spp_journal **journal,
				 struct spp_error *err)
{
	struct spp_journal *j = allocate(label, HEAD + 8 * RECORD + SUM);
	size_t i, n = spp_overlay_count(overlay);
	enum spp_status st = SPP_OK;

	if (!j)
		return spp_nomem(err);
	j->bind = *bind;
	j->size = HEAD;
	for (i = 0; !st && i < n; i++)
		st = add_page(j, overlay, i, stage_of, ctx, err);
	if (st) {
		spp_journal_close(j);
		return st;
	}
	make_head(j, j->file);
	sum_up(j, j->file + j->size);
	j->size += SUM;
	*journal = j;
	return SPP_OK;
}

bool spp_journal_named(const struct spp_journal *j, int dir, const char *name)
{
	struct stat file;

	return !fstat(j->fd, &file) && spp_leads_to(dir, name, &file);
}

/* The name of a journal while it is not whole. */
static char *half_name(const char *name)
{
	char *half;

	if (asprintf(&half, ".%s-new", name) < 0)
		return NULL;
	return half;
}

void spp_journal_discard(int dir, const char *name)
{
	char *half = half_name(name);

	if (half)
		unlinkat(dir, half, 0);
	free(half);
}

static enum spp_status busy(const struct spp_journal *j, struct spp_error *err)
{
	return spp_fail(err, SPP_BUSY,
			"another edit is under way, whose journal is '%s'",
			j->label);
}

/* Where the image's owner cannot be given the file, he need not have it. */
static void give_away(int fd, const struct stat *image)
{
	if (!image)
		return;
	if (fchown(fd, image->st_uid, image->st_gid) &&
	    image->st_uid != geteuid())
		return;
	if (fchmod(fd, 0600 | (image->st_mode & 0444)))
		return;
}

static enum spp_status save(struct spp_journal *j, int dir, const char *temp,
			    const char *name, const struct stat *image,
			    struct spp_error *err)
{
	enum spp_status st;

	if (flock(j->fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK)
		return busy(j, err);
	st = spp_write_at(j->fd, 0, j->file, j->size, j->label, err);
	if (st)
		return st;
	give_away(j->fd, image);
	if (fsync(j->fd))
		return spp_fail_errno(err, SPP_IO, "cannot write '%s' to disk",
				      j->label);
	if (spp_rename_new(dir, temp, name))
		return errno == EEXIST
			       ? busy(j, err)
			       : spp_fail_errno(err, SPP_IO,
						"cannot create '%s'", j->label);
	if (!fsync(dir) || errno == EINVAL)
		return SPP_OK;
	st = spp_fail_errno(err, SPP_IO,
			    "cannot write the folder of '%s' to disk",
			    j->label);
	unlinkat(dir, name, 0);
	return st;
}

enum spp_status spp_journal_save(struct spp_journal *j, int dir,
				 const char *name, const struct stat *image,
				 struct spp_error *err)
{
	char CLEANUP(spp_free_string) *temp = half_name(name);
	enum spp_status st;

	if (!temp)
		return spp_nomem(err);
	/* One that is there was left by a crash, before it was whole. */
	unlinkat(dir, temp, 0);
	j->fd = openat(dir, temp,
		       O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		       0600);
	if (j->fd < 0)
		return spp_fail_errno(err, SPP_IO, "cannot create '%s'",
				      j->label);
	st = save(j, dir, temp, name, image, err);
	if (st)
		unlinkat(dir, temp, 0);
	return st;
}

static enum spp_status damaged(const struct spp_journal *j,
			       struct spp_error *err)
{
	return spp_fail(err, SPP_CORRUPT, "'%s' is damaged", j->label);
}

/* A record that leads out of the disk, or has a sector of no known stage. */
static bool record_bad(const struct spp_journal *j, size_t i)
{
	struct record r = record_at(j, i);
	size_t s;

	if (r.off % PAGE || !r.n || r.n > PAGE ||
	    !spp_within(r.off, r.n, j->bind.disk_size) ||
	    (i && record_at(j, i - 1).off >= r.off))
		return true;
	for (s = 0; s < SECTORS; s++) {
		size_t n = sector_size(&r, s), at = s * SECTOR;

		if (r.stage[s] == SPP_STAGE_MARK || r.stage[s] >= SPP_STAGES ||
		    (r.stage[s] == SPP_STAGE_HEAD && n != SECTOR) ||
		    !r.stage[s] != !memcmp(r.before + at, r.after + at, n))
			return true;
	}
	return false;
}

static enum spp_status parse(struct spp_journal *j, struct spp_error *err)
{
	const uint8_t *head = j->file;
	uint64_t pages;
	uint8_t sum[SUM];
	size_t i;

	if (memcmp(head, "SPPCTL-J", 8) != 0)
		return spp_fail(err, SPP_NOTHIVE,
				"'%s' is not a journal of sppctl", j->label);
	if (spp_get32(head + 8) != VERSION || spp_get32(head + 12) != PAGE)
		return spp_fail(err, SPP_UNSUPPORTED,
				"'%s' was made by another version of sppctl",
				j->label);
	pages = spp_get64(head + 24);
	if (!pages || pages > SPP_OVERLAY_MAX ||
	    j->size != HEAD + pages * RECORD + SUM ||
	    memchr(head + 80, '/', SPP_JOURNAL_SUFFIX) || head[HEAD - 1])
		return damaged(j, err);
	j->pages = (size_t)pages;
	j->bind.disk_size = spp_get64(head + 16);
	j->bind.volume = spp_get64(head + 32);
	j->bind.serial = spp_get64(head + 40);
	memcpy(j->bind.layout, head + 48, SPP_LAYOUT_SIZE);
	memcpy(j->bind.suffix, head + 80, SPP_JOURNAL_SUFFIX);
	sum_up(j, sum);
	if (memcmp(sum, j->file + j->size - SUM, SUM) != 0)
		return damaged(j, err);
	for (i = 0; i < j->pages; i++)
		if (record_bad(j, i))
			return damaged(j, err);
	return SPP_OK;
}

/*
 * Whoever may write to the folder can put a journal there, and what it says
 * is written to the image: only who may write to that anyway is believed.
 */
static enum spp_status judge_file(int fd, const char *label,
				  const struct stat *image, struct stat *file,
				  struct spp_error *err)
{
	if (fstat(fd, file))
		return spp_fail_errno(err, SPP_IO, "cannot examine '%s'",
				      label);
	if (!S_ISREG(file->st_mode) || file->st_size < HEAD + SUM)
		return spp_fail(err, SPP_NOTHIVE,
				"'%s' is not a journal of sppctl", label);
	if (file->st_uid != geteuid() && file->st_uid != 0 &&
	    (!image || file->st_uid != image->st_uid))
		return spp_fail(err, SPP_REFUSED,
				"'%s' was made by user %u, to whom the image "
				"does not belong; it is not applied",
				label, (unsigned int)file->st_uid);
	if (file->st_nlink > 1)
		return spp_fail(err, SPP_REFUSED,
				"'%s' has %lu hard links; it is not applied",
				label, (unsigned long)file->st_nlink);
	if ((uint64_t)file->st_size >
	    HEAD + (uint64_t)SPP_OVERLAY_MAX * RECORD + SUM)
		return spp_fail(err, SPP_CORRUPT, "'%s' is damaged", label);
	return SPP_OK;
}

static enum spp_status open_fd(int dir, const char *name, int fd,
			       const char *label, const struct stat *image,
			       bool write, struct spp_journal **journal,
			       struct spp_error *err)
{
	struct spp_journal *j;
	enum spp_status st;
	struct stat file;

	st = judge_file(fd, label, image, &file, err);
	if (st)
		return st;
	j = allocate(label, (size_t)file.st_size);
	if (!j)
		return spp_nomem(err);
	j->size = (size_t)file.st_size;
	/* Before it is read: its holder may be removing it. */
	if (flock(fd, (write ? LOCK_EX : LOCK_SH) | LOCK_NB) &&
	    errno == EWOULDBLOCK)
		st = busy(j, err);
	else if (!spp_leads_to(dir, name, &file))
		st = SPP_NOTFOUND;
	if (!st)
		st = spp_read_at(fd, 0, j->file, j->size, label, err);
	if (!st)
		st = parse(j, err);
	if (st) {
		spp_journal_close(j);
		return st;
	}
	j->fd = fd;
	*journal = j;
	return SPP_OK;
}

enum spp_status spp_journal_open(int dir, const char *name, const char *label,
				 const struct stat *image, bool write,
				 struct spp_journal **journal,
				 struct spp_error *err)
{
	int fd = openat(dir, name,
			O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	enum spp_status st;

	if (fd < 0 && errno == ENOENT)
		return SPP_NOTFOUND;
	if (fd < 0 && errno == ELOOP)
		return spp_fail(err, SPP_REFUSED,
				"'%s' is a link; it is not applied", label);
	if (fd < 0)
		return spp_fail_errno(err, SPP_IO, "cannot open '%s'", label);
	st = open_fd(dir, name, fd, label, image, write, journal, err);
	if (st)
		close(fd);
	return st;
}

void spp_journal_close(struct spp_journal *journal)
{
	if (!journal)
		return;
	if (journal->fd >= 0)
		close(journal->fd);
	free(journal->label);
	free(journal->file);
	free(journal);
}

const struct spp_journal_bind *spp_journal_bind(
	const struct spp_journal *journal)
{
	return &journal->bind;
}

size_t spp_journal_pages(const struct spp_journal *journal)
{
	return journal->pages;
}

/*
 * The first sector of a hive that is being written, the same in either
 * direction.  Its sequence numbers are past those of both states, and thereby
 * of every log entry beside the hive; no old log is of that time.
 */
static void make_mark(const uint8_t *before, const uint8_t *after,
		      uint8_t mark[SECTOR])
{
	uint32_t seq = spp_get32(before + 4), other = spp_get32(after + 4);

	if (other - seq < 0x80000000u)
		seq = other;
	memcpy(mark, before, SECTOR);
	spp_put32(mark + 4, seq + 1);
	spp_put32(mark + 8, seq);
	spp_put64(mark + 12, INT64_MAX);
	spp_put32(mark + 508, spp_base_checksum(mark));
}

/* Counts the sectors that are old but not new, new but not old, marked, and
 * none of these. */
static void compare(const struct record *r, const uint8_t *is,
		    uint64_t count[4])
{
	uint8_t mark[SECTOR];
	size_t i, at, n;
	bool old, new;

	for (i = 0; (n = sector_size(r, i)); i++) {
		at = i * SECTOR;
		old = !memcmp(is + at, r->before + at, n);
		new = !memcmp(is + at, r->after + at, n);
		if (old && new)
			continue;
		if (old || new) {
			count[new]++;
			continue;
		}
		if (r->stage[i] == SPP_STAGE_HEAD)
			make_mark(r->before + at, r->after + at, mark);
		if (r->stage[i] == SPP_STAGE_HEAD && !memcmp(is + at, mark, n))
			count[2]++;
		else
			count[3]++;
	}
}

enum spp_status spp_journal_compare(const struct spp_journal *j,
				    struct spp_overlay *disk,
				    enum spp_journal_fit *fit,
				    struct spp_error *err)
{
	uint64_t count[4] = { 0, 0, 0, 0 };
	enum spp_status st = SPP_OK;
	uint8_t is[PAGE];
	struct record r;
	size_t i;

	*fit = SPP_FIT_NOT;
	if (j->bind.disk_size != spp_overlay_block(disk)->size)
		return SPP_OK;
	for (i = 0; !st && i < j->pages; i++) {
		r = record_at(j, i);
		st = spp_overlay_read(disk, r.off, is, r.n, err);
		if (!st)
			compare(&r, is, count);
	}
	if (!st && !count[3])
		*fit = !count[0] && !count[2] ? SPP_FIT_AFTER
		       : count[1] || count[2] ? SPP_FIT_BETWEEN
					      : SPP_FIT_BEFORE;
	return st;
}

enum spp_status spp_journal_load(const struct spp_journal *j, bool after,
				 struct spp_overlay *overlay,
				 struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	struct record r;
	size_t i;

	for (i = 0; !st && i < j->pages; i++) {
		r = record_at(j, i);
		st = spp_overlay_write(overlay, r.off,
				       after ? r.after : r.before, r.n, err);
	}
	return st;
}

/* At which stage a sector is written when the edit is undone. */
static enum spp_stage opposite(enum spp_stage stage)
{
	static const enum spp_stage stages[SPP_STAGES] = {
		[SPP_STAGE_RESERVE] = SPP_STAGE_FREE,
		[SPP_STAGE_LINK] = SPP_STAGE_UNLINK,
		[SPP_STAGE_BINS] = SPP_STAGE_BINS,
		[SPP_STAGE_HEAD] = SPP_STAGE_HEAD,
		[SPP_STAGE_UNLINK] = SPP_STAGE_LINK,
		[SPP_STAGE_FREE] = SPP_STAGE_RESERVE,
	};

	return stages[stage];
}

/* A run of the disk's writes. */
struct run {
	struct spp_block *disk;
	bool after; /* the direction */
	bool wrote;
	bool mark; /* something is to be written that must be marked */
};

static enum spp_stage stage_in(const struct run *run, const struct record *r,
			       size_t i)
{
	enum spp_stage stage = (enum spp_stage)r->stage[i];

	return run->after ? stage : opposite(stage);
}

/*
 * Writes the sectors of a stage, those that lie side by side at once; with
 * only_look, only says whether any is not there yet.  After a flush that
 * failed, what is read back need not be on the disk, so all is written again.
 */
static enum spp_status write_record(struct run *run, const struct record *r,
				    enum spp_stage stage, bool only_look,
				    struct spp_error *err)
{
	const uint8_t *to = run->after ? r->after : r->before;
	enum spp_status st = SPP_OK;
	uint8_t is[PAGE];
	size_t i, from, n;

	for (i = 0; !st && i < SECTORS; i++) {
		from = i * SECTOR;
		for (n = 0; i < SECTORS && stage_in(run, r, i) == stage; i++)
			n += sector_size(r, i);
		if (!n)
			continue;
		if (!only_look) {
			run->wrote = true;
			st = spp_block_write(run->disk, r->off + from,
					     to + from, n, err);
			continue;
		}
		st = spp_block_read(run->disk, r->off + from, is, n, err);
		run->mark |= !st && memcmp(is, to + from, n) != 0;
	}
	return st;
}

/* Marks the hives of a record. */
static enum spp_status write_mark(struct run *run, const struct record *r,
				  struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	uint8_t mark[SECTOR];
	size_t i;

	for (i = 0; !st && i < SECTORS; i++) {
		if (r->stage[i] != SPP_STAGE_HEAD)
			continue;
		make_mark(r->before + i * SECTOR, r->after + i * SECTOR, mark);
		run->wrote = true;
		st = spp_block_write(run->disk, r->off + i * SECTOR, mark,
				     SECTOR, err);
	}
	return st;
}

/* Whether the hives are to be written to, which must be marked first. */
static enum spp_status look(const struct spp_journal *j, struct run *run,
			    struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	struct record r;
	size_t i;

	for (i = 0; !st && i < j->pages; i++) {
		r = record_at(j, i);
		st = write_record(run, &r, SPP_STAGE_BINS, true, err);
	}
	return st;
}

static enum spp_status write_stage(const struct spp_journal *j, struct run *run,
				   enum spp_stage stage, struct spp_error *err)
{
	enum spp_status st = SPP_OK;
	struct record r;
	size_t i;

	for (i = 0; !st && i < j->pages; i++) {
		r = record_at(j, i);
		if (stage != SPP_STAGE_MARK)
			st = write_record(run, &r, stage, false, err);
		else if (run->mark)
			st = write_mark(run, &r, err);
	}
	return st;
}

enum spp_status spp_journal_apply(const struct spp_journal *j, bool after,
				  struct spp_block *disk, struct spp_error *err)
{
	struct run run = { .disk = disk, .after = after };
	enum spp_status st = look(j, &run, err);
	int stage;

	for (stage = SPP_STAGE_RESERVE; !st && stage < SPP_STAGES; stage++) {
		run.wrote = false;
		st = write_stage(j, &run, (enum spp_stage)stage, err);
		if (!st && run.wrote)
			st = spp_block_flush(disk, err);
	}
	return st;
}

enum spp_stage spp_journal_undo_stage(void *ctx, uint64_t off,
				      const uint8_t *before,
				      const uint8_t *after)
{
	const struct spp_journal *j = ctx;
	size_t low = 0, high = j->pages, middle;
	struct record r;
	enum spp_stage stage;

	(void)before;
	(void)after;
	while (low < high) {
		middle = low + (high - low) / 2;
		r = record_at(j, middle);
		if (off >= r.off && off - r.off < r.n) {
			stage = (enum spp_stage)r.stage[(off - r.off) / SECTOR];
			/* Never left out, whatever the file says. */
			return stage ? opposite(stage) : SPP_STAGE_BINS;
		}
		if (off < r.off)
			high = middle;
		else
			low = middle + 1;
	}
	return SPP_STAGE_BINS;
}
