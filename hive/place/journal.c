/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive/place/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hive/base/bytes.h"
#include "hive/base/file.h"

#define HEAD	128
#define PAGE	SPP_OVERLAY_PAGE
#define RECORD	(16 + 2 * (size_t)PAGE)
#define SECTOR	512 /* what a disk writes whole, or not at all */
#define VERSION 1

struct spp_journal {
	int fd;
	char *label;
	struct spp_journal_bind bind;
	size_t pages;
};

/* One page of it. */
struct record {
	uint64_t off;
	size_t n;
	const uint8_t *before, *after;
	uint8_t raw[RECORD];
};

/* A journal while it is written. */
struct writer {
	int fd;
	uint64_t at;
	const char *name;
	struct sha256_ctx sum;
};

static void make_head(const struct spp_journal_bind *bind, size_t pages,
		      uint8_t head[HEAD])
{
	memset(head, 0, HEAD);
	memcpy(head, "SPPCTL-J", 8);
	spp_put32(head + 8, VERSION);
	spp_put32(head + 12, PAGE);
	spp_put64(head + 16, bind->disk_size);
	spp_put64(head + 24, pages);
	spp_put64(head + 32, bind->volume);
	spp_put64(head + 40, bind->serial);
	memcpy(head + 48, bind->layout, SPP_LAYOUT_SIZE);
	memcpy(head + 80, bind->suffix, SPP_JOURNAL_SUFFIX);
}

/* Fills a record; *same if the page would not change. */
static enum spp_status make_record(struct spp_overlay *overlay, size_t i,
				   uint8_t record[RECORD], bool *same,
				   struct spp_error *err)
{
	struct spp_overlay_page page;
	enum spp_status st;

	memset(record, 0, RECORD);
	spp_overlay_page(overlay, i, &page);
	spp_put64(record, page.off);
	spp_put32(record + 8, (uint32_t)page.n);
	memcpy(record + 16 + PAGE, page.data, page.n);
	st = spp_block_read(spp_overlay_block(overlay), page.off, record + 16,
			    page.n, err);
	*same = !st && !memcmp(record + 16, record + 16 + PAGE, PAGE);
	return st;
}

/* Behind the place of the head, which counts them. */
static enum spp_status write_pages(struct writer *w,
				   struct spp_overlay *overlay, size_t *pages,
				   struct spp_error *err)
{
	size_t i, n = spp_overlay_count(overlay);
	uint8_t *record = malloc(RECORD);
	enum spp_status st = SPP_OK;
	bool same = false;

	if (!record)
		return spp_nomem(err);
	for (*pages = i = 0; !st && i < n; i++) {
		st = make_record(overlay, i, record, &same, err);
		if (st || same)
			continue;
		st = spp_write_at(w->fd, w->at, record, RECORD, w->name, err);
		sha256_update(&w->sum, RECORD, record);
		w->at += RECORD;
		++*pages;
	}
	free(record);
	return st;
}

static enum spp_status write_all(struct writer *w, struct spp_overlay *overlay,
				 const struct spp_journal_bind *bind,
				 size_t *pages, struct spp_error *err)
{
	uint8_t head[HEAD], sum[SHA256_DIGEST_SIZE];
	enum spp_status st;

	sha256_init(&w->sum);
	st = write_pages(w, overlay, pages, err);
	if (st)
		return st;
	make_head(bind, *pages, head);
	sha256_update(&w->sum, HEAD, head);
	sha256_digest(&w->sum, sizeof(sum), sum);
	st = spp_write_at(w->fd, w->at, sum, sizeof(sum), w->name, err);
	if (!st)
		st = spp_write_at(w->fd, 0, head, HEAD, w->name, err);
	if (!st && fsync(w->fd))
		st = spp_fail_errno(err, SPP_IO, "cannot write '%s' to disk",
				    w->name);
	return st;
}

/* The whole file gets its name at once. */
static enum spp_status give_name(int dir, const char *temp, const char *name,
				 const char *label, struct spp_error *err)
{
	if (renameat(dir, temp, dir, name))
		return spp_fail_errno(err, SPP_IO, "cannot create '%s'", label);
	if (fsync(dir) && errno != EINVAL)
		return spp_fail_errno(err, SPP_IO,
				      "cannot write the folder of '%s' to disk",
				      label);
	return SPP_OK;
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

enum spp_status spp_journal_write(struct spp_overlay *overlay,
				  const struct spp_journal_bind *bind, int dir,
				  const char *name, const char *label,
				  size_t *pages, struct spp_error *err)
{
	char CLEANUP(spp_free_string) *temp = half_name(name);
	struct writer w = { .at = HEAD, .name = label };
	enum spp_status st;

	if (!temp)
		return spp_nomem(err);
	/* One that is there was left by a crash, before it was whole. */
	unlinkat(dir, temp, 0);
	w.fd = openat(dir, temp,
		      O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (w.fd < 0)
		return spp_fail_errno(err, SPP_IO, "cannot create '%s'", label);
	st = write_all(&w, overlay, bind, pages, err);
	close(w.fd);
	if (!st && *pages)
		st = give_name(dir, temp, name, label, err);
	if (st || !*pages)
		unlinkat(dir, temp, 0);
	return st;
}

static enum spp_status damaged(const struct spp_journal *j,
			       struct spp_error *err)
{
	return spp_fail(err, SPP_CORRUPT, "'%s' is damaged", j->label);
}

/* The sum of the pages and then of the head. */
static enum spp_status verify(const struct spp_journal *j, const uint8_t *head,
			      struct spp_error *err)
{
	uint8_t is[SHA256_DIGEST_SIZE], said[SHA256_DIGEST_SIZE];
	uint8_t *record = malloc(RECORD);
	enum spp_status st = SPP_OK;
	struct sha256_ctx sum;
	uint64_t off = HEAD;
	size_t i;

	if (!record)
		return spp_nomem(err);
	sha256_init(&sum);
	for (i = 0; !st && i < j->pages; i++, off += RECORD) {
		st = spp_read_at(j->fd, off, record, RECORD, j->label, err);
		sha256_update(&sum, RECORD, record);
	}
	free(record);
	if (!st)
		st = spp_read_at(j->fd, off, said, sizeof(said), j->label, err);
	sha256_update(&sum, HEAD, head);
	sha256_digest(&sum, sizeof(is), is);
	if (!st && memcmp(is, said, sizeof(is)))
		st = damaged(j, err);
	return st;
}

static enum spp_status read_head(struct spp_journal *j, struct spp_error *err)
{
	uint8_t head[HEAD];
	enum spp_status st;
	struct stat file;
	uint64_t pages;

	if (fstat(j->fd, &file))
		return spp_fail_errno(err, SPP_IO, "cannot examine '%s'",
				      j->label);
	if (!S_ISREG(file.st_mode) || file.st_size < HEAD + SHA256_DIGEST_SIZE)
		return spp_fail(err, SPP_NOTHIVE,
				"'%s' is no journal of "
				"sppctl",
				j->label);
	st = spp_read_at(j->fd, 0, head, HEAD, j->label, err);
	if (!st && memcmp(head, "SPPCTL-J", 8))
		return spp_fail(err, SPP_NOTHIVE,
				"'%s' is no journal of sppctl", j->label);
	if (!st &&
	    (spp_get32(head + 8) != VERSION || spp_get32(head + 12) != PAGE))
		return spp_fail(err, SPP_UNSUPPORTED,
				"'%s' was made by another version of sppctl",
				j->label);
	if (st)
		return st;
	pages = spp_get64(head + 24);
	if (!pages || pages > SPP_OVERLAY_MAX ||
	    (uint64_t)file.st_size !=
		    HEAD + pages * RECORD + SHA256_DIGEST_SIZE ||
	    memchr(head + 80, '/', SPP_JOURNAL_SUFFIX) || head[HEAD - 1])
		return damaged(j, err);
	j->pages = (size_t)pages;
	j->bind.disk_size = spp_get64(head + 16);
	j->bind.volume = spp_get64(head + 32);
	j->bind.serial = spp_get64(head + 40);
	memcpy(j->bind.layout, head + 48, SPP_LAYOUT_SIZE);
	memcpy(j->bind.suffix, head + 80, SPP_JOURNAL_SUFFIX);
	return verify(j, head, err);
}

enum spp_status spp_journal_open(int dir, const char *name, const char *label,
				 struct spp_journal **journal,
				 struct spp_error *err)
{
	int fd = openat(dir, name,
			O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	enum spp_status st = SPP_OK;
	struct spp_journal *j;

	if (fd < 0 && errno == ENOENT)
		return SPP_NOTFOUND;
	if (fd < 0)
		return spp_fail_errno(err, SPP_IO, "cannot open '%s'", label);
	j = calloc(1, sizeof(*j));
	if (!j) {
		close(fd);
		return spp_nomem(err);
	}
	j->fd = fd;
	j->label = strdup(label);
	st = j->label ? read_head(j, err) : spp_nomem(err);
	if (st) {
		spp_journal_close(j);
		return st;
	}
	*journal = j;
	return SPP_OK;
}

void spp_journal_close(struct spp_journal *journal)
{
	if (!journal)
		return;
	close(journal->fd);
	free(journal->label);
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

static enum spp_status read_record(const struct spp_journal *j, size_t i,
				   struct record *record, struct spp_error *err)
{
	enum spp_status st;

	st = spp_read_at(j->fd, HEAD + (uint64_t)i * RECORD, record->raw,
			 RECORD, j->label, err);
	if (st)
		return st;
	record->off = spp_get64(record->raw);
	record->n = spp_get32(record->raw + 8);
	record->before = record->raw + 16;
	record->after = record->before + PAGE;
	if (record->off % PAGE || record->n > PAGE ||
	    !spp_within(record->off, record->n, j->bind.disk_size))
		return damaged(j, err);
	return SPP_OK;
}

/* Counts the sectors that are old but not new, new but not old, neither. */
static void compare(const struct record *record, const uint8_t *is,
		    uint64_t count[3])
{
	size_t at, n;
	bool old, new;

	for (at = 0; at < record->n; at += n) {
		n = record->n - at < SECTOR ? record->n - at : SECTOR;
		old = !memcmp(is + at, record->before + at, n);
		new = !memcmp(is + at, record->after + at, n);
		if (old != new)
			count[new]++;
		else if (!old)
			count[2]++;
	}
}

enum spp_status spp_journal_compare(const struct spp_journal *j,
				    struct spp_overlay *disk,
				    enum spp_journal_fit *fit,
				    struct spp_error *err)
{
	struct record *record = malloc(sizeof(*record));
	uint64_t count[3] = { 0, 0, 0 };
	enum spp_status st = SPP_OK;
	uint8_t is[PAGE];
	size_t i;

	if (!record)
		return spp_nomem(err);
	*fit = SPP_FIT_NOT;
	if (j->bind.disk_size == spp_overlay_block(disk)->size) {
		for (i = 0; !st && i < j->pages; i++) {
			st = read_record(j, i, record, err);
			if (!st)
				st = spp_overlay_read(disk, record->off, is,
						      record->n, err);
			if (!st)
				compare(record, is, count);
		}
		if (!count[2])
			*fit = !count[0]  ? SPP_FIT_AFTER
			       : count[1] ? SPP_FIT_BETWEEN
					  : SPP_FIT_BEFORE;
	}
	free(record);
	return st;
}

enum spp_status spp_journal_load(const struct spp_journal *j, bool after,
				 struct spp_overlay *overlay,
				 struct spp_error *err)
{
	struct record *record = malloc(sizeof(*record));
	enum spp_status st = SPP_OK;
	size_t i;

	if (!record)
		return spp_nomem(err);
	for (i = 0; !st && i < j->pages; i++) {
		st = read_record(j, i, record, err);
		if (!st)
			st = spp_overlay_write(overlay, record->off,
					       after ? record->after
						     : record->before,
					       record->n, err);
	}
	free(record);
	return st;
}
